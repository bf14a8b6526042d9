"""Home: what waits for me, the numbers and lists of my roles, and where to begin with what I do most."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

from markupsafe import Markup
from shuyuan.engine import (
    Ask,
    Dashboard,
    Hint,
    InboxLine,
    ListColumn,
    ShownCard,
    cards,
    dashboards_of,
    inbox_of,
    listing,
)
from shuyuan.engine import Line as Row
from starlette.responses import Response

from ..render.case_path import due_pill
from ..render.formats import greeting, long_day
from ..render.values import Bar, Chart, Entry, Link, Listing, Note, Stat
from .lists import cells
from .navigation import ask_url, list_url
from .page import Page, get

#: Tasks shown; the rest is in the inbox.
TASKS = 6

#: Dashboards shown at most.
BOARDS = 3


async def home(page: Page) -> Response:
    """The page."""
    boards, now = _boards(page), page.work.now
    found = [card for board in boards for card in await cards(page.work, board)]
    lists = sorted((card for card in found if card.listing), key=lambda c: not (c.listing and c.listing.lines))
    return page.show(
        "home.html",
        greeting=page.t("hello", greeting=greeting(now.at, now.zone, page.lang), name=page.actor.name),
        soft=long_day(now.at.astimezone(now.zone).date(), page.lang),
        note=_note(page),
        waiting=await _waiting(page),
        stats=tuple(_stat(page, card) for card in found if card.card.show == "number" and card.number is not None),
        charts=tuple(_chart(page, card) for card in found if card.card.show == "bar" and card.bars),
        cards=tuple(_list(page, card) for card in lists),
        hints=tuple([hint async for hint in _hints(page, boards)]),
        buttons=(),
    )


def _boards(page: Page) -> list[Dashboard]:
    """The dashboards of the actor's roles: the fuller ones first, since those for everybody have least to show."""
    return sorted(dashboards_of(page.work), key=lambda board: -len(board.cards))[:BOARDS]


def _note(page: Page) -> Note | None:
    """What somebody who manages a school without definitions has to do first."""
    if page.version.number:
        return None
    if page.work.access.may(page.actor, "definitions"):
        return Note(page.t("no_version"), "warn", link=Link(page.t("definitions"), "/definitions"))
    return Note(page.t("no_version_yet"))


async def _waiting(page: Page) -> Listing:
    found = await inbox_of(page.work, limit=TASKS)
    more = Link(page.t("whole_inbox"), "/inbox") if found.after else None
    return Listing(page.t("home_waits"), tuple(_task(page, x) for x in found.lines), more, page.t("nothing_waits"))


def _task(page: Page, line: InboxLine) -> Entry:
    title = page.text(line.title)
    label = page.t("case_of", title=title, label=line.label) if line.label else title
    soft = " · ".join(part for part in (page.text(line.step), line.requester, page.when(line.at).text) if part)
    return Entry(label, f"/cases/{line.case}", soft, due_pill(line.due_at, line.days, page.work.now.ms, page.lang))


# -- cards of the dashboards ------------------------------------------------------------------------------------------


def _stat(page: Page, card: ShownCard) -> Stat:
    return Stat(page.text(card.card.title), number(card.number, card.more), _card_url(card))


def _chart(page: Page, card: ShownCard) -> Chart:
    most = max((bar.value for bar in card.bars), default=Decimal(0)) or Decimal(1)
    bars = tuple(
        Bar(page.text(b.label), max(0.0, float(b.value / most) * 100), number(b.value), ask_url(b.ask))
        for b in card.bars
    )
    return Chart(page.text(card.card.title), bars, Link(page.t("whole_list"), _card_url(card)))


def _list(page: Page, card: ShownCard) -> Listing:
    shown = card.listing
    if shown is None:
        raise KeyError(card.card.title)
    entries = tuple(_entry(page, card.entity.name, shown.columns, row) for row in shown.lines)
    more = Link(page.t("whole_list"), _card_url(card)) if entries else None
    return Listing(page.text(card.card.title), entries, more, page.t("nothing_here"))


def _entry(page: Page, entity: str, columns: tuple[ListColumn, ...], row: Row) -> Entry:
    texts = [Markup(cell.text(value)) for cell, value in zip(cells(page, entity, columns), row.cells, strict=True)]  # noqa: S704
    first, *rest = [text for text in texts if text] or [Markup("")]
    return Entry(first or row.label, f"/r/{entity}/{row.id}", Markup(" · ").join(rest))


def _card_url(card: ShownCard) -> str:
    return list_url(card.card.of, card.card.view)


def number(value: Decimal | None, more: bool = False) -> str:
    """A number as a card shows it: thousands apart, no more digits than it has."""
    if value is None:
        return ""
    text = f"{value.normalize():,f}" if value else "0"
    return f"{text}+" if more else text


# -- how-to cards ----------------------------------------------------------------------------------------------------


async def _hints(page: Page, boards: list[Dashboard]) -> AsyncIterator[Link]:
    """Those of the actor's dashboards that lead somewhere the actor may go, each once."""
    seen: set[str] = set()
    for dashboard in boards:
        for hint in dashboard.hints:
            href, icon = await _leads(page, hint)
            if href and href not in seen:
                seen.add(href)
                yield Link(page.text(hint.title), href, icon, soft=page.text(hint.text))


async def _leads(page: Page, hint: Hint) -> tuple[str, str]:
    """Where a hint leads (`view NAME`, `form NAME`, `page /path`) and its icon; "" where the actor cannot go."""
    kind, _, name = hint.to.partition(" ")
    model, access = page.version.model, page.work.access
    if kind == "page":
        return name, "right"
    found = model.views.get(name) if kind == "view" else model.forms.get(name)
    may = access.operations(page.actor, found.of) if found else frozenset()
    if found is None:
        return "", ""
    if kind == "view":
        return (list_url(found.of, name), "list") if "see" in may else ("", "")
    if "create" in may:
        return f"/r/{found.of}/new?form={name}", "plus"
    return (await _own(page, found.of, name), "edit") if "edit" in may else ("", "")


async def _own(page: Page, entity: str, form: str) -> str:
    """A form that changes a record, over the only one the actor sees, such as oneself; else the list to choose from."""
    lines = (await listing(page.work, Ask(entity, columns=(("id",),), limit=2))).lines
    return f"/r/{entity}/{lines[0].id}/edit?form={form}" if len(lines) == 1 else list_url(entity)


ROUTES = (get("/", home),)
