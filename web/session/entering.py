"""Signing in and out, new passwords, language and theme: what the pages mount, without the pages themselves."""

from __future__ import annotations

from collections.abc import Mapping

from shuyuan.engine import (
    Attempt,
    Challenge,
    Diagnostic,
    Entrance,
    Opened,
    Provider,
    Refused,
    Settings,
    change_password,
    sign_in,
    sign_out,
    sign_out_everywhere,
    use_reset,
)
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from .address import bucket, loopback
from .choice import LANGS, THEMES
from .cookies import DEVICE, LANG, SESSION, THEME, VISITOR, YEAR, choice, named, proving
from .layer import Doors
from .next_url import local
from .refusal import SIGN_IN
from .visit import Passage, actor_of, passage_of, visit_of

Form = Mapping[str, str]


async def enter(
    request: Request,
    entrance: Entrance,
    settings: Settings,
    form: Form,
    provider: Provider | None = None,
    doors: Doors | None = None,
) -> Response | Challenge:
    """Sign in with `login` and `password` (or the provider's answers) of a form; leads on to `next`.

    Returns: a redirect with the session's cookies, or a challenge to be shown. Raises Refused(ACCESS_002 to 004, 008):
    the sign-in page is then shown again with the reasons.
    """
    passage = passage_of(request.scope)
    demand_encrypted(passage, settings)
    attempt = Attempt(
        login=form.get("login", ""),
        password=form.get("password", ""),
        address=bucket(passage.client.address),
        agent=request.headers.get("user-agent", ""),
        device=passage.cookies.get(named(DEVICE, passage.client.secure), ""),
        replaces=passage.cookies.get(named(SESSION, passage.client.secure), ""),
        answers={k: v for k, v in form.items() if k not in ("login", "password", "csrf", "next")},
    )
    found = await sign_in(entrance, attempt, provider)
    if isinstance(found, Challenge):
        return found
    doors = doors or Doors()
    after = doors.password if found.opened.must_change else local(form.get("next"))
    response = _opened(passage, found.opened, entrance, after)
    _set(response, proving(DEVICE, found.device, passage.client.secure, YEAR))
    return response


def demand_encrypted(passage: Passage, settings: Settings) -> None:
    """Raises Refused(ACCESS_008) where others could read the password: plain http from another machine.

    A school that has only http inside its network says so by naming an http:// address in `server.base_url`.
    """
    chosen = settings.server.base_url.startswith("http://")
    if not (passage.client.secure or chosen or loopback(passage.client.host)):
        raise Refused(Diagnostic("ACCESS_008"))


async def leave(request: Request, entrance: Entrance, everywhere: bool = False) -> Response:
    """Sign out, on this device or on all; leads to the sign-in page."""
    visit, passage = visit_of(request), passage_of(request.scope)
    if visit.actor is not None and everywhere:
        await sign_out_everywhere(entrance, actor_of(request), passage.client.address)
    elif visit.actor is not None and visit.token:
        await sign_out(entrance, actor_of(request), visit.token, passage.client.address)
    response = RedirectResponse(SIGN_IN, 303)
    _set(response, proving(SESSION, "", passage.client.secure, 0))
    return response


async def new_password(request: Request, entrance: Entrance, form: Form) -> Response:
    """`old` becomes `password`; all sessions end and this browser gets a new one.

    Raises Refused(ACCESS_002, 020 to 024, 026).
    """
    passage = passage_of(request.scope)
    agent = request.headers.get("user-agent", "")
    old, new = form.get("old", ""), form.get("password", "")
    opened = await change_password(entrance, actor_of(request), old, new, bucket(passage.client.address), agent)
    return _opened(passage, opened, entrance, local(form.get("next")))


async def reset(request: Request, entrance: Entrance, settings: Settings, form: Form) -> Response:
    """A password chosen with a `code`; this browser is then signed in. Raises Refused(ACCESS_002, 008, 020 to 025)."""
    passage = passage_of(request.scope)
    demand_encrypted(passage, settings)
    agent = request.headers.get("user-agent", "")
    code, new = form.get("code", ""), form.get("password", "")
    opened = await use_reset(entrance, code, new, bucket(passage.client.address), agent)
    return _opened(passage, opened, entrance, "/")


def look(request: Request, form: Form) -> Response:
    """Language (`lang`) and theme (`theme`) of this browser; leads back to `next`."""
    passage = passage_of(request.scope)
    response = RedirectResponse(local(form.get("next")), 303)
    for name, key, allowed in ((LANG, "lang", LANGS), (THEME, "theme", THEMES)):
        value = form.get(key)
        if value is not None and value in allowed:
            _set(response, choice(name, value, passage.client.secure))
    return response


def _opened(passage: Passage, opened: Opened, entrance: Entrance, after: str) -> Response:
    response = RedirectResponse(after, 303)
    seconds = max(1, (opened.expires_at - entrance.now) // 1000)
    _set(response, proving(SESSION, opened.token, passage.client.secure, seconds))
    _set(response, proving(VISITOR, "", passage.client.secure, 0))
    return response


def _set(response: Response, cookie: str) -> None:
    response.headers.append("set-cookie", cookie)
