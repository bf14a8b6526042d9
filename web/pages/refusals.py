"""The page of a refusal: what is wrong, what to do about it, and a way on."""

from __future__ import annotations

from collections.abc import Callable

from shuyuan.engine import Diagnostic, Engine, Refused
from starlette.responses import HTMLResponse, Response

from ..render.problems import problems_of
from ..render.values import Button, Toast
from ..render.words import Lang, translator
from ..session import Passage, Visit
from .answers import shown
from .frame import framed, gate_of, shell_of


def refusal_page(engine: Engine) -> Callable[[Passage, Refused, Lang, int], Response]:
    """What the session layer turns people away with."""

    def page(passage: Passage, refused: Refused, lang: Lang, status: int) -> Response:
        if passage.headers.get(b"hx-request") == b"true":
            return _toast(passage, refused, lang, status)
        return HTMLResponse(_page(engine, passage, refused, lang, status), status)

    return page


def failure(engine: Engine, passage: Passage, lang: Lang) -> Response:
    """The page for a fault of the server: nothing of what happened inside, but the number to find it by."""
    return refusal_page(engine)(passage, Refused(Diagnostic("WEB_003")), lang, 500)


def _toast(passage: Passage, refused: Refused, lang: Lang, status: int) -> Response:
    toasts = tuple(Toast(f"{p.text} {p.remedy}".strip(), bad=True) for p in problems_of(refused.diagnostics, lang)[:3])
    csrf = passage.visit.csrf if passage.visit else ""
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
