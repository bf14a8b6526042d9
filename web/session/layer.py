"""The session layer: finds out who visits, turns away what no page of ours has sent, and keeps rights fresh."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from shuyuan.engine import Diagnostic, Held, Moved, Outdated, Refused, Sessions, Settings, Stale
from starlette.responses import RedirectResponse

from .address import bucket
from .body import TooLong, TooSlow
from .choice import language, theme
from .cookies import SESSION, VISITOR, named, proving
from .csrf import HEADER, SAFE, START, from_here, kind_of_form, same, token_in
from .guard import App, Message, Receive, Scope, Send
from .rate import Rate
from .refusal import SIGN_IN, Page, answer_to, bearer, plain, wants_json
from .visit import Passage, Visit, passage_of

#: Requests of one address while nobody is signed in count for a whole school behind one address.
SHARED = 10

#: How often a request is run while rights or definitions keep changing under it.
RUNS = 6


@dataclass(frozen=True, slots=True)
class Doors:
    """Which paths are open to everybody, which to the keys of programs, which are files without anybody's data, and
    where a new password is set.
    """

    public: Callable[[str], bool] = lambda path: path == SIGN_IN
    programs: Callable[[str], bool] = lambda path: path.startswith("/api/")
    files: str = "/static/"
    password: str = "/settings/password"  # noqa: S105 - a path
    always: tuple[str, ...] = ("/sign-out", "/settings/look")


class SessionLayer:
    """Wraps the routes, inside `Guard`. Everything that is not declared open needs somebody signed in."""

    def __init__(
        self,
        app: App,
        sessions: Sessions,
        settings: Settings,
        doors: Doors | None = None,
        page: Page = plain,
        rate: Rate | None = None,
        refresh: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._app = app
        self._sessions = sessions
        self._settings = settings
        self._doors = doors or Doors()
        self._page = page
        self._refresh = refresh
        self._rate = rate or Rate(settings.limits.requests_per_minute)
        self._shared = Rate(settings.limits.requests_per_minute * SHARED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        passage, started = passage_of(scope), False

        async def answer(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            if scope["path"].startswith(self._doors.files):
                await self._app(scope, receive, answer)
                return
            passage.visit = await self._visit(scope, passage)
            redirect = await self._admitted(scope, passage, passage.visit)
            if redirect:
                await redirect(scope, receive, answer)
            else:
                await self._run(scope, passage, answer, lambda: started)
        except (Refused, TooLong, TooSlow) as error:
            if started:
                raise
            await self._turn_away(scope, receive, answer, passage, self._as_refusal(error, passage))

    async def _visit(self, scope: Scope, passage: Passage) -> Visit:
        """Who is visiting. Raises Refused(ACCESS_001) for an API token that is none, ACCESS_006 after too many.

        A key opens what is made for programs and no page: its scopes say nothing about pages.
        """
        token = bearer(passage)
        passage.personal = True
        if token is not None and not self._doors.programs(scope["path"]):
            self._count(passage, "")
            return self._as_visit(passage, None, "", self._visitor(scope, passage))
        if token is not None:
            self._count(passage, token)
            held = await self._sessions.bearer(token)
            if held is None:
                raise Refused(Diagnostic("ACCESS_001"))
            return self._as_visit(passage, held, "", "")
        cookie = passage.cookies.get(named(SESSION, passage.client.secure), "")
        self._count(passage, cookie)
        held = await self._sessions.session(cookie)
        return self._as_visit(
            passage, held, cookie if held else "", held.csrf if held else self._visitor(scope, passage)
        )

    def _as_visit(self, passage: Passage, held: Held | None, token: str, csrf: str) -> Visit:
        account = held.actor.lang if held else None
        accept = passage.headers.get(b"accept-language", b"").decode("latin-1")
        lang = language(passage.cookies, accept, account, self._settings.language)
        return Visit(held, csrf, lang, theme(passage.cookies, held.theme if held else None), token)

    def _visitor(self, scope: Scope, passage: Passage) -> str:
        """The token of somebody unknown: a cookie and a field that have to agree. Made on open pages only."""
        name = named(VISITOR, passage.client.secure)
        known = passage.cookies.get(name, "")
        if known or scope["method"] not in SAFE or not self._doors.public(scope["path"]):
            return known
        made = secrets.token_urlsafe(24)
        passage.set_cookies.append(proving(VISITOR, made, passage.client.secure))
        return made

    def _count(self, passage: Passage, token: str) -> None:
        """Count the request before anything is read for it. Raises Refused(ACCESS_006)."""
        account = self._sessions.account_of(token)
        wait = self._rate.wait(str(account)) if account else self._shared.wait(bucket(passage.client.address))
        if wait:
            raise Refused(Diagnostic("ACCESS_006", args={"seconds": int(wait) + 1}))

    async def _admitted(self, scope: Scope, passage: Passage, visit: Visit) -> RedirectResponse | None:
        """Somewhere else to go first, or None. Raises Refused for whoever may not come in at all."""
        path, safe = scope["path"], scope["method"] in SAFE
        if visit.held is None and not self._doors.public(path):
            raise Refused(Diagnostic("ACCESS_001"))
        if visit.held is None:
            passage.body.lower(self._settings.limits.body_kb * 1000)
        passage.body.demand_fit()
        token_held = visit.held is not None and visit.actor is not None and visit.actor.scopes is not None
        if not safe and not token_held:
            await self._demand_own_page(passage, visit)
        if visit.held and visit.held.must_change and path not in (self._doors.password, *self._doors.always):
            if safe and not wants_json(path, passage):
                return RedirectResponse(self._doors.password, 303)
            raise Refused(Diagnostic("ACCESS_010"))
        return None

    async def _demand_own_page(self, passage: Passage, visit: Visit) -> None:
        """Raises Refused(ACCESS_005) unless a page of ours, shown to this visitor, sent the request."""
        sent = passage.headers.get(HEADER, b"").decode("latin-1")
        kind = kind_of_form(passage.headers.get(b"content-type", b""))
        if not from_here(passage.headers, passage.client.origin):
            raise Refused(Diagnostic("ACCESS_005"))
        if not sent and kind:
            enough = START if kind == "parts" else self._settings.limits.body_kb * 1000
            sent = token_in(kind, await passage.body.start(enough))
        if not same(sent, visit.csrf):
            raise Refused(Diagnostic("ACCESS_005"))

    async def _run(self, scope: Scope, passage: Passage, answer: Send, started: Callable[[], bool]) -> None:
        """Run the application; again with rights and definitions read anew when they turn out to have changed."""
        cookies = tuple(passage.set_cookies)
        for left in reversed(range(RUNS)):
            try:
                await self._app(dict(scope), passage.body.receive, answer)
                return
            except (Stale, Outdated) as old:
                if started():
                    raise
                await self._read_anew(passage, old)
                if not left or not passage.body.rewind():
                    raise Refused(Diagnostic("ACCESS_009")) from None
                passage.set_cookies[:] = cookies
                passage.visit = await self._visit(scope, passage)
                if passage.visit.held is None:
                    raise Refused(Diagnostic("ACCESS_001")) from None

    async def _read_anew(self, passage: Passage, old: Stale | Outdated) -> None:
        """Forget what turned out to be old: the definitions when they moved, and the rights in any case.

        A table or column that is gone went with a publication.
        """
        if isinstance(old, Moved | Outdated) and self._refresh:
            await self._refresh()
        if passage.visit and passage.visit.held:
            self._sessions.forget(passage.visit.held)

    def _as_refusal(self, error: Exception, passage: Passage) -> Refused:
        if isinstance(error, Refused):
            return error
        if isinstance(error, TooSlow):
            return Refused(Diagnostic("ACCESS_011"))
        limit = passage.body.limit
        shown = f"{limit / 1_000_000:g} MB" if limit >= 1_000_000 else f"{limit // 1000} KB"
        return Refused(Diagnostic("ACCESS_007", args={"limit": shown}))

    async def _turn_away(self, scope: Scope, receive: Receive, send: Send, passage: Passage, refused: Refused) -> None:
        visit = passage.visit or self._as_visit(passage, None, "", "")
        query = scope.get("query_string", b"").decode("latin-1")
        response = answer_to(refused, scope["path"], query, scope["method"], passage, visit.lang, self._page)
        await response(scope, receive, send)
