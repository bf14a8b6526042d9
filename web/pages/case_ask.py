"""Acts that name people, and why something cannot be done: each a page of its own that opens over the case."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from markupsafe import Markup
from shuyuan.engine import CaseRead, Diagnostic, Nameable, Offer, Refused, nameable, press, read_case
from starlette.responses import Response

from ..render.case_view import NAMING
from ..render.page_values import Condition
from ..render.pieces import widgets
from ..render.safe import ready
from ..render.values import Button, Choice, Problem
from ..session import Form, status_of
from .case import done, offer_of, pressed, writer_of
from .page import Page, get, post

#: People asked for at once on the page; more are added by doing it again.
_BOXES = 3
#: Acts that take one person only.
_ONE = frozenset({"hand_over", "delegate"})


async def ask(page: Page) -> Response:
    """Ask who is meant. Raises Refused for what is not possible now."""
    found, offer = await _wanted(page, page.query.get("act", ""))
    return _asked(page, found, offer)


async def _wanted(page: Page, name: str) -> tuple[CaseRead, Offer]:
    found = await read_case(page.work, page.number("id"))
    offer = offer_of(found, name)
    if offer is None or name not in NAMING:
        raise Refused(Diagnostic("FLOW_030"))
    if not offer.enabled:
        raise Refused(offer.reasons)
    return found, offer


def _asked(
    page: Page, found: CaseRead, offer: Offer, form: Form | None = None, refused: Refused | None = None
) -> Response:
    writer = writer_of(page, found)
    title = offer.title.get(page.lang)
    problems = _problems(page, refused) if refused else ()
    return page.show(
        "ask.html",
        status_of(refused) if refused else 200,
        title=title,
        text=writer.title,
        post=f"{writer.address}/ask",
        problems=problems,
        fields=_fields(page, found, offer, form, problems),
        kept=(("~act", f"{offer.act}.{offer.task}"), ("version", str(found.view.stored.state.version))),
        buttons=(Button(title, kind="primary"),),
        back=writer.address,
        once=secrets.token_urlsafe(16),
    )


def _problems(page: Page, refused: Refused) -> tuple[Problem, ...]:
    at = {"people": "f-~people-0", "comment": "f-~comment"}
    return tuple(
        Problem(p.text, p.remedy, at.get(p.field.removeprefix("f-"), ""), p.code) for p in page.problems(refused)
    )


def _fields(page: Page, found: CaseRead, offer: Offer, form: Form | None, problems: tuple[Problem, ...]) -> Markup:
    t, w = page.t, widgets(page.lang)
    said = {p.field: p.text for p in problems}
    parts = [_people(page, found, offer, form, said.get("f-~people-0", ""))]
    if "when" in offer.needs:
        when = form.text("~when", "before") if form else "before"
        ways = (("before", t("sign_before")), ("after", t("sign_after")), ("beside", t("sign_beside")))
        parts.append(w.radios("~when", t("sign_when"), [Choice(k, v, k == when) for k, v in ways], down=True))
        parts.append(w.check("~must", t("must_sign"), form.on("~must") if form else True, off="false"))
    comment = form.raw("~comment") if form else ""
    error = said.get("f-~comment", "")
    parts.append(
        w.textarea("~comment", t("comment"), comment, t("comment_free"), error, optional=True, rows=2, max=4000)
    )
    return ready("".join(map(str, parts)))


def _people(page: Page, found: CaseRead, offer: Offer, form: Form | None, error: str) -> Markup:
    """Boxes to find people in, or those there are to choose from."""
    t, w = page.t, widgets(page.lang)
    if offer.act == "remove_signer":
        mine = [a for p in found.places for a in p.asked if a.added_by == page.actor.id]
        chosen = form.ids("~people/0") if form else ()
        choices = [Choice(str(a.account), a.name, a.account in chosen) for a in mine]
        return ready(str(w.checks("~people/0", t("people_named"), choices, error=error, optional=False)))
    source = f"/cases/{found.view.stored.state.id}/people?act={quote(offer.act)}"
    boxes = []
    for at in range(1 if offer.act in _ONE else _BOXES):
        name = f"~people/{at}"
        label = t("another_person") if at else t("people_named")
        value, shown = (form.text(name), form.text(f"{name}~text")) if form else ("", "")
        boxes.append(w.combobox(name, label, source, value, shown, error="" if at else error, optional=at > 0))
    return ready("".join(map(str, boxes)))


async def asked(page: Page) -> Response:
    """Do it for the people that were named."""
    form = await page.form()
    found, offer = await _wanted(page, form.text("~act").partition(".")[0])
    people = await _named(page, form)
    try:
        answer = await press(page.work, page.number("id"), pressed(found, form, people))
    except Refused as refused:
        return _asked(page, found, offer, form, refused)
    return await done(page, found, form, answer, "")


async def _named(page: Page, form: Form) -> tuple[int, ...]:
    """The accounts that were chosen; a name that was only typed counts when it means one person."""
    found: list[int] = []
    for at in range(_BOXES):
        chosen = form.ids(f"~people/{at}")
        typed = form.text(f"~people/{at}~text")
        if chosen or not typed:
            found += chosen
            continue
        meant = [p for p in await nameable(page.work, page.number("id"), typed) if typed in (p.name, p.label)]
        found += [p.account for p in meant if len(meant) == 1]
    return tuple(dict.fromkeys(found))


async def people(page: Page) -> Response:
    """What a box that finds people is answered with."""
    found = await nameable(page.work, page.number("id"), page.query.get("q", "")[:60])
    choices = tuple(Choice(str(p.account), p.name, soft=_soft(p)) for p in found)
    return page.partial("partials/options.html", id=page.query.get("id", "o")[:60], choices=choices, hrefs=False)


def _soft(person: Nameable) -> str:
    return person.label if person.label != person.name else ""


# -- why not -----------------------------------------------------------------------------------------------------------


async def why(page: Page) -> Response:
    """Why the person cannot do something: every condition that fails; without `act`, why they can do nothing."""
    found = await read_case(page.work, page.number("id"))
    t, writer = page.t, writer_of(page, found)
    name = page.query.get("act", "")
    offer = offer_of(found, name) if name else None
    title = t("why_not_act", act=offer.title.get(page.lang)) if offer else t("why_not_any")
    reasons = _reasons(page, found, offer)
    text = ""
    if found.view.stored.state.status != "open":
        text = t("why_over")
    elif offer is not None and offer.enabled:
        text = t("why_can", act=offer.title.get(page.lang))
    return page.show("why.html", title=title, text=text, conditions=reasons, back=writer.address)


def _reasons(page: Page, found: CaseRead, offer: Offer | None) -> tuple[Condition, ...]:
    offers = (offer,) if offer else tuple(o for o in found.offers if not o.enabled and o.kind != "other")
    said = page.problems(d for one in offers for d in one.reasons)
    return tuple(dict.fromkeys(Condition(p.text, False, p.remedy) for p in said))


ROUTES = (
    get("/cases/{id:int}/ask", ask),
    post("/cases/{id:int}/ask", asked),
    get("/cases/{id:int}/people", people),
    get("/cases/{id:int}/why", why),
)
