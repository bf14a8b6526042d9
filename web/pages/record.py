"""The page of one record: its values in sections, what belongs to it, what happened to it, what may be done."""

from __future__ import annotations

from dataclasses import replace

from shuyuan.engine import (
    CaseSummary,
    Detail,
    Entity,
    Line,
    Operation,
    Related,
    Startable,
    cases_about,
    detail,
    history,
    listing,
    related,
    startable,
)
from starlette.responses import Response

from ..render.form import faces_of
from ..render.pieces import macros_of
from ..render.record import parts_of
from ..render.safe import Markup, ready
from ..render.values import Button, Column, Entry, Link, Pill
from ..render.values import Listing as Lines
from .filling import open_fields, usual_form
from .list_asked import address, everything
from .lists import cells, plural, rows_of
from .page import Page, get
from .past import marks

#: Lines of a related list, columns of it, and steps of the history that stand on the page.
LINES, COLUMNS, STEPS = 10, 6, 6


async def show(page: Page) -> Response:
    """The record."""
    entity, number = page.work.entity(page.path("entity")), page.number("id")
    found = await detail(page.work, entity.name, number)
    lists = [r for r in await related(page.work, entity.name, number) if r.any]
    here = next((r for r in lists if _key(r) == page.query.get("related")), lists[0] if lists else None)
    changes = await history(page.work, entity.name, number, limit=STEPS + 1)
    base = f"/r/{entity.name}/{number}"
    form = next(iter(page.version.forms_for(entity.name, "read")), None)
    buttons, more = await _buttons(page, entity, found, base)
    return page.show(
        "record.html",
        title=found.record.label,
        soft=_soft(page, entity, found),
        pill=_state(page, entity, found),
        crumbs=(Link(page.text(plural(entity)), f"/r/{entity.name}"),),
        buttons=buttons,
        more=more,
        notes=(),
        parts=parts_of(page.version, found, form, page.lang, f"{base}/reveal?field=" if "reveal" in found.may else ""),
        tabs=_tabs(page, lists, here, base),
        related=await _related(page, here) if here else Markup(""),
        cases=await _cases(page, entity, number),
        history=marks(page, entity, changes[:STEPS]),
        history_more=Link(page.t("whole_history"), f"{base}/history") if len(changes) > STEPS else None,
    )


def _state(page: Page, entity: Entity, found: Detail) -> Pill | None:
    """The state of the record, the first of them."""
    for name, face in faces_of(page.version, entity.name).items():
        value = found.record.values.get(name)
        if face.spec.type == "state" and value is not None:
            option = next((o for o in face.options if o.name == value), None)
            return Pill(option.title.get(page.lang), option.tone or "muted") if option else Pill(str(value))  # type: ignore[arg-type]
    return None


def _soft(page: Page, entity: Entity, found: Detail) -> str:
    """What kind of record it is, and the unit it belongs to."""
    unit = found.record.values.get(entity.unit[0]) if entity.unit and entity.unit != ("self",) else None
    label = getattr(unit, "label", "")
    return " · ".join(filter(None, (page.text(entity.title), label)))


# ---------------------------------------------------------------- what may be done


async def _buttons(
    page: Page, entity: Entity, found: Detail, base: str
) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    """The buttons of the page, and what stands in the menu behind them."""
    t = page.t
    more: list[Button] = []
    buttons: list[Button] = []
    usual = usual_form(page, entity, found)
    if usual is not None:
        if open_fields(page, usual, found.editable):
            buttons.append(Button(t("edit"), f"{base}/edit", icon="edit", key="e"))
        else:
            buttons.append(Button(t("edit"), icon="edit", why=why_url(entity, "edit", found)))
    for form in page.version.forms_of(entity.name):
        if form != usual and open_fields(page, form, found.editable) and form.hidden == "keep":
            more.append(Button(page.text(form.title), f"{base}/edit?form={form.name}", icon="form"))
    asks = await startable(page.work, entity.name, found.record.id)
    for at, one in enumerate(asks):
        (buttons if at == 0 else more).append(_asks(page, one, found))
    more.append(Button(t("print"), "?print", icon="print"))
    if "delete" in found.may:
        more.append(Button(t("delete"), f"{base}/delete", icon="delete", dialog=True))
    else:
        more.append(Button(t("delete"), icon="delete", why=why_url(entity, "delete", found)))
    return tuple(buttons), tuple(more)


def _asks(page: Page, one: Startable, found: Detail) -> Button:
    """A request about the record: its form, with the record in it; the one that is open instead of a second."""
    title = page.text(one.title)
    if one.open:
        return Button(page.t("case_goes_on", title=title), f"/cases/{one.open}", icon="workflow")
    if one.form:
        query = {"form": one.form, one.field: str(found.record.id)}
        return Button(title, address(f"/r/{one.entity}/new", query.items()), icon="workflow")
    query = {"workflow": one.workflow, "entity": one.entity, "record": str(found.record.id)}
    return Button(title, address("/cases/new", query.items()), icon="workflow", dialog=True)


def why_url(entity: Entity, operation: Operation, found: Detail | None = None, field: str = "") -> str:
    """The address that says why something cannot be done."""
    pairs = {"entity": entity.name, "operation": operation, "id": str(found.record.id) if found else "", "field": field}
    return address("/why", [(k, v) for k, v in pairs.items() if v])


# ---------------------------------------------------------------- what belongs to it


def _key(one: Related) -> str:
    return f"{one.entity.name}.{'.'.join(one.ask.filters[0].path)}"


def _tabs(page: Page, lists: list[Related], here: Related | None, base: str) -> tuple[Link, ...]:
    """A tab for each kind of record that leads here; where only one link of a kind does, its name is left out."""
    once = [r.entity.name for r in lists]
    return tuple(
        Link(
            page.text(r.title if once.count(r.entity.name) > 1 else plural(r.entity)),
            address(base, [("related", _key(r))]) + "#related",
            current=r is here,
        )
        for r in lists
    )


async def _related(page: Page, one: Related) -> Markup:
    """The first lines of a related list, and the way to all of them."""
    entity, link = one.entity, one.ask.filters[0]
    view = everything(page.version.model, entity)
    if view is not None:
        columns = tuple(c for c in view.columns if c[: len(link.path)] != link.path)[:COLUMNS]
        view = replace(view, id=f"{view.id}+{'.'.join(link.path)}", columns=columns or view.columns)
    answer = await listing(page.work, replace(one.ask, limit=LINES), view)
    shown = answer.columns[:COLUMNS]
    lines = [Line(one.id, one.version, one.label, one.cells[: len(shown)]) for one in answer.lines]
    rows = rows_of(page, entity.name, shown, False)
    heads = tuple(
        Column(page.text(c.title) or c.name, k.kind)
        for c, k in zip(shown, cells(page, entity.name, shown), strict=True)
    )
    table = macros_of("lists", page.lang).table(page.text(plural(entity)), heads, ready(rows(lines)), False)
    every = address(f"/r/{entity.name}", [(".".join(link.path), link.values[0])])
    way = Markup('<p class="body"><a href="{}">{}</a></p>').format(every, page.t("all_of_these"))
    return ready(str(table) + str(way if answer.after else ""))


async def _cases(page: Page, entity: Entity, number: int) -> Lines | None:
    """The approvals about the record."""
    found = await cases_about(page.work, entity.name, number)
    if not found:
        return None
    return Lines(page.t("requests_about"), tuple(_case(page, one) for one in found))


#: Colours of how a case stands.
_TONES = {"open": "warn", "passed": "ok", "refused": "bad"}


def _case(page: Page, one: CaseSummary) -> Entry:
    tone = _TONES.get(one.status, "muted")
    return Entry(
        page.text(one.title),
        f"/cases/{one.case}",
        f"{one.label} · {page.when(one.opened_at).text}",
        Pill(page.text(one.step), tone),  # type: ignore[arg-type]
    )


ROUTES = (get("/r/{entity}/{id:int}", show, asks=True),)
