"""The page of a refusal: what is wrong, what to do about it, and a way on."""

from __future__ import annotations

import logging
from collections.abc import Callable

from shuyuan.engine import Busy, Diagnostic, Engine, Refused
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, Response

from ..render.problems import problems_of
from ..render.values import Button, Toast
from ..render.words import Lang, translator
from ..session import Passage, Visit, answer_to, passage_of, plain
from ..session.guard import App, Message, Receive, Scope, Send
from .answers import shown
from .frame import framed, gate_of, shell_of

log = logging.getLogger("shuyuan.failures")


def refusal_page(engine: Engine) -> Callable[[Passage, Refused, Lang, int], Response]:
    """What the session layer turns people away with."""

    def page(passage: Passage, refused: Refused, lang: Lang, status: int) -> Response:
        if passage.headers.get(b"hx-request") == b"true":
            return _toast(passage, refused, lang, status)
        return HTMLResponse(_page(engine, passage, refused, lang, status), status)

    return page


class Failures:
    """Wraps the session layer: what nobody expected is logged whole and told to people by its number only."""

    def __init__(self, app: App, engine: Engine) -> None:
        self._app = app
        self._engine = engine
        self._page = refusal_page(engine)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            return  # whoever asked went away in the middle of it
        except Exception as error:
            passage = passage_of(scope)
            busy = isinstance(error, Busy)
            log.error("%s %s", passage.request_id, "busy" if busy else "failed", exc_info=error)
            if started:
                raise
            response = self._answer(scope, passage, Refused(Diagnostic("WEB_006" if busy else "WEB_003")))
            await response(scope, receive, send)

    def _answer(self, scope: Scope, passage: Passage, refused: Refused) -> Response:
        lang = passage.visit.lang if passage.visit else self._engine.settings.language
        query = scope.get("query_string", b"").decode("latin-1")
        asked = (refused, scope["path"], query, scope["method"], passage, lang)
        try:
            return answer_to(*asked, self._page)
        except Exception as error:  # the fault may lie in what every page is made with
            log.error("%s failed again", passage.request_id, exc_info=error)
            return answer_to(*asked, plain)


def _toast(passage: Passage, refused: Refused, lang: Lang, status: int) -> Response:
    toasts = tuple(Toast(f"{p.text} {p.remedy}".strip(), bad=True) for p in problems_of(refused.diagnostics, lang)[:3])
    csrf = passage.visit.form_token if passage.visit else ""
    return HTMLResponse(shown("partials/toasts.html", lang, {"toasts": toasts, "csrf": csrf}), status)


def _page(engine: Engine, passage: Passage, refused: Refused, lang: Lang, status: int) -> str:
    found = problems_of(refused.diagnostics, lang)
    visit = passage.visit or Visit(None, "", lang, "auto")
    t = translator(lang)
    buttons = (Button(t("sign_in"), "/sign-in", kind="primary", icon="key"),) if visit.actor is None else ()
    values = {
        "status": status,
        "title": found[0].text,
        "text": found[0].remedy,
        "buttons": buttons,
        "problems": found[1:],
        "number": passage.request_id,
    }
    if visit.actor is None:
        return shown("error.html", lang, {**values, "gate": gate_of(engine, passage, visit, "/sign-in"), "shell": None})
    return framed(engine, visit, "error.html", {**values, "gate": None}, shell_of(engine, passage, visit, ""))
