"""The page of a case: what it is about, where it stands and why, and everything that can be done with it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup
from shuyuan.engine import (
    Answer,
    CaseRead,
    Expr,
    Kind,
    Offer,
    Press,
    Refused,
    Stale,
    Text,
    Who,
    at_case,
    in_words,
    kind_of,
    mark_seen,
    press,
    read_case,
    stock_answers,
)
from starlette.responses import Response

from ..render.case_view import CaseWriter, Typed
from ..render.flow_graph import flow_drawing
from ..render.values import Link, Toast
from ..render.words import Lang
from ..session import Form, local, status_of
from .case_form import Sent, note_of, sent_at, typed_at
from .page import Page, get, post

#: Refusals that leave an answer to be mended in place; every other shows the case as it is now.
_MEND = frozenset({Kind.INVALID})


async def show(page: Page) -> Response:
    """The case; what was new in it is no longer."""
    found = await read_case(page.work, page.number("id"))
    if found.fresh:
        await mark_seen(page.work, page.number("id"))
    return await shown(page, found, await typed_at(page, found), next_=_back(page.query.get("from", "")))


def _back(word: str) -> str:
    return {"inbox": "/inbox", "requests": "/requests"}.get(word, "")


def writer_of(page: Page, found: CaseRead) -> CaseWriter:
    """Writes the case for whoever asks."""
    return CaseWriter(found, page.version, page.lang, page.actor.id, page.when)


async def shown(page: Page, found: CaseRead, typed: Typed, status: int = 200, next_: str = "") -> Response:
    """The whole page, or the case beside a list when it is asked for from there."""
    writer = writer_of(page, found)
    beside = page.target == "case" and next_.startswith("/inbox")
    stock = await stock_of(page, found)
    case = writer.case(typed, once=secrets.token_urlsafe(16), stock=stock, beside=beside, next_=next_)
    crumbs = (Link(page.t("my_requests"), "/requests"),) if _mine(page, found) else (Link(page.t("inbox"), "/inbox"),)
    return page.show("case.html", status, case=case, crumbs=crumbs, drawing=_drawing(page, found, writer))


def _mine(page: Page, found: CaseRead) -> bool:
    return found.view.stored.state.requester == page.actor.id


async def stock_of(page: Page, found: CaseRead) -> tuple[str, ...]:
    """What the person wrote lately in such cases, then answers that fit many."""
    own = await stock_answers(page.work, found.view.stored.workflow)
    usual = (page.t("stock_yes"), page.t("stock_talk"), page.t("stock_more"))
    return tuple(dict.fromkeys((*own, *usual)))[:4]


def _drawing(page: Page, found: CaseRead, writer: CaseWriter) -> Markup:
    roles = {p.role: p.title for p in page.version.model.policies.values()}
    flow, name = found.view.flow, found.view.stored.state.requester_name

    def who(asked: Who) -> Text:
        if asked.owner:
            return Text(name, name)
        return roles.get(asked.role) or flow.machine.field(asked.path[0] if asked.path else asked.role)

    def says(expr: Expr) -> Text:
        return in_words(page.version.model, flow.entity, expr)

    return flow_drawing(flow.workflow, page.lang, come=writer.teller.come(), who=who, says=says, brief=True)


# -- acting ------------------------------------------------------------------------------------------------------------


async def act(page: Page) -> Response:
    """Press a button. What was typed is kept where something is missing; who comes second is told who was first."""
    number = page.number("id")
    form = await page.form()
    found = await read_case(page.work, number)
    sent = await sent_at(page, found, form)
    next_ = _next(form)
    try:
        if sent.refused:
            raise sent.refused
        answer = await press(page.work, number, pressed(found, form, values=sent.values))
    except Refused as refused:
        return await _refused(page, refused, sent, next_)
    return await done(page, found, form, answer, next_)


def pressed(
    found: CaseRead, form: Form, people: tuple[int, ...] = (), values: Mapping[str, Any] | None = None
) -> Press:
    """What a form says to do. values: typed along with it, by live names."""
    name, _, task = form.text("~act").partition(".")
    return Press(
        name[:60],
        form.number("version"),
        form.raw("~comment"),
        at_case(found, values or {}),
        form.text("~to")[:60],
        people,
        int(task) if task.isascii() and task.isdigit() and len(task) < 19 else 0,
        {"when": form.text("~when"), "must": form.text("~must")} if form.text("~when") else {},
        form.text("once")[:64],
    )


def _next(form: Form) -> str:
    wanted = local(form.text("next"), "")
    return wanted if wanted.startswith(("/inbox", "/requests")) else ""


async def done(page: Page, found: CaseRead, form: Form, answer: Answer, next_: str) -> Response:
    """On to the next page, which says what was done and offers to take it back where that is possible."""
    name = form.text("~act").partition(".")[0]
    page.engine.runner.wake.set()
    writer = writer_of(page, found)
    if answer.repeated:
        return page.done(next_ or writer.address, page.t("act_repeated", label=writer.title))
    said = page.t("act_done", act=title_of(found, name, page.lang), label=writer.title)
    return page.done(next_ or writer.address, Toast(said, await _undo(page, found, name)))


def title_of(found: CaseRead, name: str, lang: Lang) -> str:
    """What an act is called."""
    return next((o.title.get(lang) for o in found.offers if o.act == name), name)


async def _undo(page: Page, found: CaseRead, name: str) -> str:
    """The address that takes back what was just done, "" where that is not possible."""
    machine = found.view.flow.machine
    way = "take_back" if any("take_back" in s.may for s in machine.spots.values()) else ""
    if _mine(page, found) and machine.workflow.withdraw and machine.workflow.withdraw.to and name != "withdraw":
        way = way or "withdraw"
    if not way or not any(g.name == name for g in machine.gos.values()):
        return ""
    try:
        now = await read_case(page.work, page.number("id"))
    except (Stale, Refused):  # the act was written; it may have changed what this very person may do
        return ""
    names = {o.act for o in now.offers if o.enabled}
    open_ = next((w for w in ("take_back", "withdraw") if w in names), "")
    return f"/cases/{page.number('id')}/undo/{open_}" if open_ else ""


async def undo(page: Page) -> Response:
    """Take back the newest act of one's own."""
    number = page.number("id")
    found = await read_case(page.work, number)
    name = "withdraw" if page.path("act") == "withdraw" else "take_back"
    await press(page.work, number, Press(name, found.view.stored.state.version))
    writer = writer_of(page, found)
    return page.done(writer.address, page.t("act_done", act=title_of(found, name, page.lang), label=writer.title))


async def _refused(page: Page, refused: Refused, sent: Sent, next_: str) -> Response:
    """The case as it is now with what stands in the way; nothing that was typed is lost."""
    found = await read_case(page.work, page.number("id"))
    status, kind = status_of(refused), kind_of(refused.diagnostics)
    if kind in _MEND:
        return await shown(page, found, await typed_at(page, found, replace(sent, refused=refused)), status, next_)
    typed = replace(await typed_at(page, found, sent), notes=(note_of(page, refused),))
    if page.htmx and kind is not Kind.CONFLICT:
        said = [f"{p.text} {p.remedy}".strip() for p in page.problems(refused)]
        return page.say(*(Toast(text, bad=True) for text in said), status=status)
    return await shown(page, found, typed, status, next_)


async def fields(page: Page) -> Response:
    """The controls again, for what was typed so far."""
    form = await page.form()
    found = await read_case(page.work, page.number("id"))
    return await shown(page, found, await typed_at(page, found, await sent_at(page, found, form, keep=False)))


def offer_of(found: CaseRead, name: str) -> Offer | None:
    """What is offered under that name, an open one first."""
    named = [o for o in found.offers if o.act == name]
    return next((o for o in named if o.enabled), named[0] if named else None)


ROUTES = (
    get("/cases/{id:int}", show),
    post("/cases/{id:int}", act),
    post("/cases/{id:int}/fields", fields),
    post("/cases/{id:int}/undo/{act}", undo),
)
