"""What every page stands on: who asks, with what, in which language, and the ways to answer.

A page is a module of `web/pages` with a `ROUTES`, collected by `web/app.py`:

    from shuyuan.engine import Refused, detail, submit
    from .page import Page, get, post

    async def rename(page: Page) -> Response:               # GET: show it
        found = await detail(page.work, page.path("entity"), page.number("id"))
        return page.show("rename.html", title=found.record.label, problems=())

    async def renamed(page: Page) -> Response:              # POST: do it
        form = await page.form()                            # form.text("name"), form.values, form.files("photo")
        try:
            saved = await submit(page.work, Submission(..., values=form.values))
        except Refused as refused:
            return page.wrong(refused, "rename.html", title=...)        # 422, the form again with its problems
        return page.done("/r/student/7", page.t("row_removed"), undo="/undo/12")

    ROUTES = (get("/r/{entity}/{id:int}/rename", rename), post("/r/{entity}/{id:int}/rename", renamed))

What it takes care of:

- `page.show` answers the whole page, or only the block that htmx asked for (`HX-Target`: `#list`, `#panel`, a dialog);
  the frame around it (navigation, badges, words of the last act) is filled in by itself. A template names its values
  on top.
- `page.done` is 303 for a form, `HX-Redirect` for htmx; its words and undo link appear on the page it leads to.
- Refusals need no code: `Refused` becomes a page, a toast for htmx, or problem+json by what was asked for. Catch it
  only to show a form again.
- `Stale` and `Moved` need no code either: the request is run again with the rights and definitions that hold now. So
  keep nothing from one run for the next.
- Rights that were taken away are gone at the next request: a handler that reads and writes records notices by itself
  and says `asks=True` in its route, which saves a question; for all others it is asked before.
- Everybody has to be signed in, unless the route says `public=True`. Forged requests never arrive.
- `page.text(title)` is a `Text` in the reader's language, `page.t("save")` a word of `web/render/words_*.py`,
  `page.when(ms)` a moment as people here write it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from shuyuan.engine import Actor, Diagnostic, Engine, Refused, Text, Version, Work, moment
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from ..render.formats import when
from ..render.problems import problems_of
from ..render.values import Gate, Problem, Shell, Toast, When
from ..render.words import Lang, translator
from ..session import Form, Passage, Visit, engine_of, passage_of, read_form, status_of
from ..session.flash import flash
from .answers import part_of, shown
from .frame import framed, gate_of, lobbies, shell_of

#: Makes the answer to a request.
Handler = Callable[["Page"], Awaitable[Response]]


@dataclass(frozen=True)
class Page:
    """One request to a page, and the ways to answer it. Made anew when the request is run again."""

    request: Request
    engine: Engine
    passage: Passage
    visit: Visit

    # -- who asks for what --------------------------------------------------------------------------------------------

    @property
    def lang(self) -> Lang:
        """The reader's language."""
        return self.visit.lang

    @property
    def t(self) -> Callable[..., str]:
        """A word of the interface in the reader's language, by its key."""
        return translator(self.visit.lang)

    @property
    def actor(self) -> Actor:
        """Who asks. Raises Refused(ACCESS_001) on a public page that nobody is signed in to."""
        actor = self.visit.actor
        if actor is None:
            raise Refused(Diagnostic("ACCESS_001"))
        return actor

    @cached_property
    def work(self) -> Work:
        """The piece of work of this request: one for all that it does."""
        return self.engine.work(self.actor)

    @property
    def version(self) -> Version:
        """The definitions this request works with."""
        return self.work.version

    def path(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])

    def number(self, name: str) -> int:
        """A number in the address, from a `{name:int}`. Raises Refused(WEB_001) for one no database has."""
        found = int(self.request.path_params[name])
        if found >= 1 << 63:
            raise Refused(Diagnostic("WEB_001"))
        return found

    @property
    def query(self) -> QueryParams:
        """What stands behind the `?`."""
        return self.request.query_params

    @property
    def here(self) -> str:
        """The address of this page with its query."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    @property
    def address(self) -> str:
        """Where the request came from, as the audit keeps it."""
        return self.passage.client.address

    @property
    def htmx(self) -> bool:
        """Whether htmx or the script asks, for a part of a page."""
        return self.passage.headers.get(b"hx-request") == b"true"

    @property
    def target(self) -> str:
        """The id of what the answer will replace, "" when a whole page is asked for."""
        return self.passage.headers.get(b"hx-target", b"").decode("latin-1").rpartition("#")[2] if self.htmx else ""

    async def form(self) -> Form:
        """What the page sent."""
        return await read_form(self.request)

    def demand(self, right: str) -> None:
        """Raises Refused(ACCESS_012) unless the actor has a right over the product: definitions, users, audit, jobs."""
        if not self.work.access.may(self.actor, right):  # type: ignore[arg-type]
            raise Refused(Diagnostic("ACCESS_012"))

    # -- words --------------------------------------------------------------------------------------------------------

    def text(self, text: Text) -> str:
        """The text in the reader's language."""
        return text.get(self.visit.lang)

    def when(self, at: datetime | int) -> When:
        """A moment (aware, or milliseconds) as people here write it."""
        return when(moment(at) if isinstance(at, int) else at, self.work.now.at, self.work.zone, self.lang)

    def problems(self, diagnostics: Iterable[Diagnostic] | Refused) -> tuple[Problem, ...]:
        """Messages in the reader's language, each pointing at the control of its path."""
        found = diagnostics.diagnostics if isinstance(diagnostics, Refused) else diagnostics
        return problems_of(found, self.lang)

    # -- answers ------------------------------------------------------------------------------------------------------

    @cached_property
    def shell(self) -> Shell:
        """The frame of a page of somebody signed in, with the words that the page before left."""
        return shell_of(self.engine, self.passage, self.visit, self.request.url.path, self.query.get("q", ""))

    @cached_property
    def gate(self) -> Gate:
        """The frame of a page for nobody in particular."""
        return gate_of(self.engine, self.passage, self.visit, self.here)

    def show(self, template: str, /, status: int = 200, *, block: str = "", **values: Any) -> Response:
        """The page made from a template, or the block of it that was asked for.

        block: answer with this one whatever was asked for.
        """
        part = block or part_of(template, self.lang, self.target)
        if part:
            return HTMLResponse(shown(template, self.lang, {"shell": self.shell, **values}, part), status)
        return HTMLResponse(framed(self.engine, self.visit, template, values, self.shell), status)

    def show_gate(self, template: str, /, status: int = 200, **values: Any) -> Response:
        """A page for nobody in particular."""
        return HTMLResponse(shown(template, self.lang, {"gate": self.gate, **values}), status)

    def wrong(self, refused: Refused, template: str, /, **values: Any) -> Response:
        """The form again with what keeps it from being taken, and the status of the refusal."""
        return self.show(template, status_of(refused), problems=self.problems(refused), **values)

    def done(self, to: str, *said: str | Toast, undo: str = "") -> Response:
        """It was done: on to the page at `to`, which says so. undo: address to post to that takes it back."""
        toasts = [s if isinstance(s, Toast) else Toast(s, undo) for s in said]
        if self.visit.actor is not None:
            lobbies(self.engine).forget(self.visit.actor.id)
        response = Response(status_code=200, headers={"hx-redirect": to}) if self.htmx else RedirectResponse(to, 303)
        if toasts:
            cookie = flash(
                self.engine,
                self.passage,
                [(x.text, x.undo, "bad" if x.bad else "warn" if x.warn else "") for x in toasts],
            )
            response.headers.append("set-cookie", cookie)
        return response

    def say(self, *said: str | Toast, status: int = 200, undo: str = "") -> Response:
        """Words for a page that stays as it is; only for requests of htmx."""
        toasts = tuple(s if isinstance(s, Toast) else Toast(s, undo) for s in said)
        values = {"toasts": toasts, "csrf": self.visit.form_token}
        return HTMLResponse(shown("partials/toasts.html", self.lang, values), status)

    def partial(self, template: str, /, status: int = 200, **values: Any) -> Response:
        """A template without any frame, such as `partials/options.html`."""
        return HTMLResponse(shown(template, self.lang, values), status)


def page_of(request: Request) -> Page:
    """The page that a request asks for."""
    passage = passage_of(request.scope)
    if passage.visit is None:
        raise KeyError("the request did not come through the session layer")
    return Page(request, engine_of(request), passage, passage.visit)


class PageRoute(Route):
    """A route to a page. public: open to whoever is not signed in."""

    public: bool = False


def _route(path: str, handler: Handler, methods: list[str], public: bool, asks: bool) -> PageRoute:
    async def endpoint(request: Request) -> Response:
        page = page_of(request)
        if not (asks and page.htmx):
            await lobbies(page.engine).read(page.engine, page.visit, anew=not asks)
        try:
            return await handler(page)
        except Refused:
            if page.visit.actor is not None:
                await page.work.confirm()  # what it was refused by may have changed meanwhile
            raise
        finally:
            await request.close()  # files that came along

    route = PageRoute(path, endpoint, methods=methods, name=f"{handler.__module__}.{handler.__name__}")
    route.public = public
    return route


def get(path: str, handler: Handler, *, public: bool = False, asks: bool = False) -> PageRoute:
    """A route that shows something and changes nothing.

    asks: the handler itself asks whether rights and definitions are still those of the request, as every read of
    records does (`work.demand`); it is asked before the handler otherwise, which costs a question.
    """
    return _route(path, handler, ["GET"], public, asks)


def post(path: str, handler: Handler, *, public: bool = False, asks: bool = False) -> PageRoute:
    """A route that does something. asks: as for `get`; a write that begins with `work.holds()` asks as well."""
    return _route(path, handler, ["POST"], public, asks)
