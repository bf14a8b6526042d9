"""The list of an entity's records: views as tabs, filters, order, columns, rows, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from shuyuan.engine import Entity, Line, ListColumn, Listing, Operation, SavedView, Sort, Text, count, listing, views_of
from starlette.responses import HTMLResponse, Response

from ..render.cells import Cell
from ..render.form import faces_of
from ..render.formats import count as count_text
from ..render.rows import Rows, cells_of, compile_cards, compile_rows
from ..render.safe import Markup, ready, safe
from ..render.values import Button, Choice, Column, Empty, Link, Note, Pager
from .list_asked import SHAPE, Asked, asked_of, saved_name
from .list_filters import chips, controls, filter_names
from .navigation import views_for
from .page import Page, get
from .saved_views import saved_of, view_buttons

#: Counted so far; above it only that there are more is said.
MOST = 1000


async def show(page: Page) -> Response:
    """The list, or the part of it that is asked for."""
    asked, saved = await asked_for(page, forgiving=True)
    answer = await listed(page, asked)
    values = await _values(page, asked, saved, answer)
    response = page.show("list.html", **values, part=page.target == "list")
    if page.target == "list":
        response.headers["hx-push-url"] = page_url(page, asked)
    return response


async def asked_for(page: Page, forgiving: bool = False) -> tuple[Asked, tuple[SavedView, ...]]:
    """What the address asks for, and the views that somebody saved of this list. Raises Refused.

    forgiving: as in `asked_of`, for pages that only show.
    """
    entity = page.work.entity(page.path("entity"))
    saved = await views_of(page.work, entity.name)
    own = saved_of(saved, page.query.multi_items())
    return (
        asked_of(
            page.version.model,
            entity,
            page.query.multi_items(),
            own.params if own else (),
            own.id if own else 0,
            forgiving,
        ),
        saved,
    )


def page_url(page: Page, asked: Asked) -> str:
    """The address of the page as it is written in the browser: without what is empty."""
    place = {key: page.query[key] for key in ("after", "before") if page.query.get(key)}
    return asked.url(place)


# ---------------------------------------------------------------- rows


async def listed(page: Page, asked: Asked) -> Listing:
    """The rows, sorted by their group first, with it as the last cell where it is not shown by itself."""
    ask, view, group = asked.ask, asked.view, group_of(page, asked)
    if not group:
        return await listing(page.work, ask, view)
    order = (
        ask.sort
        or (view.sort if view else ())
        or tuple(Sort((n.removeprefix("-"),), n.startswith("-")) for n in asked.entity.sort)
    )
    first = next((s for s in order if s.path == group), Sort(group))
    ask = replace(ask, sort=(first, *(s for s in order if s.path != group))[:4])
    if ask.columns:
        ask = replace(ask, columns=tuple(dict.fromkeys((*ask.columns, group))))
    elif view is not None and group not in view.columns:
        view = replace(view, id=f"{view.id}+{group}", columns=(*view.columns, group))
    return await listing(page.work, ask, view)


def group_of(page: Page, asked: Asked) -> tuple[str, ...]:
    """The path that rows are grouped by, () for none or one that this reader cannot sort by."""
    path = tuple(asked.group.split(".")) if asked.group else ()
    return path if len(path) == 1 and groupable(page, asked.entity, path[0]) else ()


def groupable(page: Page, entity: Entity, name: str) -> bool:
    """Whether rows may be gathered by a field: few values, shown to the reader in full in every record."""
    face = faces_of(page.version, entity.name).get(name)
    if face is None or face.several or face.spec.sensitive or face.spec.type in ("long_text", "geo"):
        return False
    return face.shape in ("value", "link") and page.work.access.along(page.actor, entity.name, (name,)) == "show"


def body_of(
    page: Page, asked: Asked, columns: Sequence[ListColumn], lines: Sequence[Line], select: bool
) -> tuple[Markup, int]:
    """The rows as HTML, and how many of the columns are shown."""
    group = group_of(page, asked)
    paths = [c.path for c in columns]
    at = paths.index(group) if group in paths else None
    named = asked.ask.columns or (asked.view.columns if asked.view else ())
    shown = len(paths) - 1 if at == len(paths) - 1 and group not in named and named else len(paths)
    rows = rows_of(page, asked.entity.name, columns, select, at, shown)
    return ready(rows(lines)), shown


def rows_of(
    page: Page, entity: str, columns: Sequence[ListColumn], select: bool, group: int | None = None, shown: int = -1
) -> Rows:
    """The compiled rows for these columns, kept with the version."""
    lang, version = page.lang, page.version
    key = ("rows", entity, tuple(c.path for c in columns), lang, select, group, shown)
    return version.made(key, lambda: compile_rows(entity, cells(page, entity, columns), lang, select, group, shown))


def cards_of(page: Page, entity: str, columns: Sequence[ListColumn]) -> Rows:
    """The compiled cards for these columns, kept with the version."""
    key = ("cards", entity, tuple(c.path for c in columns), page.lang)
    return page.version.made(key, lambda: compile_cards(entity, cells(page, entity, columns)))


def cells(page: Page, entity: str, columns: Sequence[ListColumn]) -> tuple[Cell, ...]:
    """The compiled cells of these columns."""
    key = ("cells", entity, tuple(c.path for c in columns), page.lang)
    return page.version.made(key, lambda: cells_of(page.version.model, columns, page.lang))


# ---------------------------------------------------------------- the page


async def _values(page: Page, asked: Asked, saved: tuple[SavedView, ...], answer: Listing) -> dict[str, Any]:
    entity = asked.entity
    may = page.work.access.operations(page.actor, entity.name)
    cards = asked.view is not None and asked.view.show == "cards"
    select = bool(may & {"edit", "delete", "export"}) and bool(answer.lines) and not cards
    body, shown = body_of(page, asked, answer.columns, answer.lines, select)
    if cards:
        body = ready(cards_of(page, entity.name, answer.columns)(answer.lines))
    whole = not (answer.after or answer.before)
    count_url = asked.url(path=f"{asked.base}/count")
    return {
        "title": title_of(page, asked, saved),
        "soft": "",
        "buttons": _buttons(page, asked, may),
        "views": _tabs(page, asked, saved),
        "view_buttons": view_buttons(page, asked, saved),
        "address": asked.base,
        "filters": await controls(page, asked),
        "q": asked.ask.q if _searched(entity) else None,
        "q_help": page.t("search_in"),
        "kept": _kept(page, asked),
        "held": tuple((k, v) for k, v in asked.own if k not in ("fields", "group")),
        "gone": _gone(page, asked),
        "chips": await chips(page, asked),
        "columns": headers(page, asked, answer.columns[:shown]),
        "body": body,
        "cards": cards,
        "select": select,
        "bulk": _bulk(page, may),
        "bulk_post": asked.url(path=f"{asked.base}/bulk"),
        "all_count": "" if whole else page.t("counting"),
        "all_href": "" if whole else count_url,
        "chooser": _chooser(page, entity, answer.columns[:shown]),
        "groups": _groups(page, asked),
        "pager": _pager(page, asked, answer, count_url),
        "empty": None if answer.lines else _empty(page, asked, may),
    }


def _gone(page: Page, asked: Asked) -> Note | None:
    """What the address asked for that there is no more."""
    if not asked.gone:
        return None
    names = ("、" if page.lang == "zh" else ", ").join(name[:80] for name in asked.gone[:5])
    return Note(page.t("fields_gone", names=names), "warn")


def title_of(page: Page, asked: Asked, saved: Sequence[SavedView]) -> str:
    """What the list is called: as its view, else as its records."""
    own = next((s for s in saved if s.id == asked.saved), None)
    if own:
        return own.title
    return page.text(asked.view.title if asked.view else plural(asked.entity))


def plural(entity: Entity) -> Text:
    """What several records of an entity are called."""
    return entity.plural or entity.title


def inside(page: Page, entity: Entity) -> str:
    """What a record is called within a phrase."""
    name = page.text(entity.title)
    return name if page.lang == "zh" or name[1:2].isupper() else name[:1].lower() + name[1:]


def _searched(entity: Entity) -> bool:
    return any(f.search for f in entity.fields)


def _buttons(page: Page, asked: Asked, may: frozenset[Operation]) -> tuple[Button, ...]:
    entity = asked.entity
    found = []
    if "import" in may:
        found.append(Button(page.t("import"), f"/import?into={entity.name}", icon="import"))
    if "export" in may:
        found.append(Button(page.t("export"), asked.url(path=f"{asked.base}/export"), icon="export", dialog=True))
    if "create" in may:
        label = page.t("new_record", entity=inside(page, entity))
        found.append(Button(label, f"{asked.base}/new", kind="primary", icon="plus"))
    return tuple(found)


def _tabs(page: Page, asked: Asked, saved: Sequence[SavedView]) -> tuple[Link, ...]:
    views = views_for(page.version, page.actor, asked.entity.name)
    if not views and not saved:
        return ()
    here = asked.view.name if asked.view and not asked.saved else ""  # "" for all records
    if here and here not in {v.name for v in views} and asked.view:
        views = (*views, asked.view)
    found = [Link(page.t("all_records"), asked.base, current=not here and not asked.saved)]
    found += [Link(page.text(v.title), f"{asked.base}?view={v.name}", current=v.name == here) for v in views]
    found += [
        Link(s.title, f"{asked.base}?view={saved_name(s.id)}", "people" if s.shared else "star", s.id == asked.saved)
        for s in saved
    ]
    return tuple(found)


def _kept(page: Page, asked: Asked) -> tuple[tuple[str, str], ...]:
    """What the filter form sends along: everything but its own controls."""
    own = {f for name in filter_names(page, asked) for f in (name, f"{name}.gte", f"{name}.lte", f"{name}.contains")}
    own |= {f"{name}.starts" for name in filter_names(page, asked)} | {"q"}
    return tuple(
        (key, value) for key, value in asked.own if key not in own and (value or asked.saved or key == "group")
    )


def headers(page: Page, asked: Asked, columns: Sequence[ListColumn]) -> tuple[Column, ...]:
    """The heads of the columns, each with the address that sorts by it: up, then down, then as it was."""
    sort = asked.ask.sort or (asked.view.sort if asked.view else ())
    first = (sort[0].path, sort[0].down) if sort else ((), False)
    kinds = [c.kind for c in cells(page, asked.entity.name, columns)]
    found = []
    for column, kind in zip(columns, kinds, strict=True):
        name = column.name
        here = column.path == first[0]
        then = f"-{name}" if here and not first[1] else "" if here and asked.ask.sort else name
        url = asked.url({"sort": then}) if column.sortable else ""
        order = ("descending" if first[1] else "ascending") if here else ""
        found.append(Column(page.text(column.title) or name, kind, url, name.replace(".", "-"), order))  # type: ignore[arg-type]
    return tuple(found)


def _bulk(page: Page, may: frozenset[Operation]) -> tuple[Button, ...]:
    t = page.t
    found = []
    if "edit" in may:
        found.append(Button(t("set_field"), name="go", value="set", icon="edit"))
    if "export" in may:
        found.append(Button(t("export"), name="go", value="export", icon="export"))
    if "delete" in may:
        found.append(Button(t("delete"), name="go", value="delete", icon="delete"))
    return tuple(found)


def _chooser(page: Page, entity: Entity, shown: Sequence[ListColumn]) -> tuple[Choice, ...]:
    """The columns to choose from: those shown, in their order, then every other field that is seen."""
    here = [Choice(c.name, page.text(c.title) or c.name, True) for c in shown]
    names = {c.name for c in shown}
    product = page.work.product(entity.name, "see")
    others = [f for f in entity.fields if f.name not in names and product.ever(f.id)]
    return (*here, *(Choice(f.name, page.text(f.title) or f.name) for f in others))


def _groups(page: Page, asked: Asked) -> tuple[Choice, ...]:
    """What rows may be grouped by: fields with few values."""
    faces = faces_of(page.version, asked.entity.name)
    here = group_of(page, asked)[:1]
    few = (f for n, f in faces.items() if f.options or f.shape == "link" or f.cell in ("check", "date") or n in here)
    return tuple(
        Choice(f.name, page.text(f.title), (f.name,) == here) for f in few if groupable(page, asked.entity, f.name)
    )


def _pager(page: Page, asked: Asked, answer: Listing, count_url: str) -> Pager | None:
    n = len(answer.lines)
    if not n:
        return None
    if not (answer.after or answer.before):
        return Pager(page.t("shown_all", n=n))
    asks = f' hx-get="{safe(count_url)}" hx-trigger="intersect once"'
    counted = Markup("<span{}>{}</span>").format(ready(asks), page.t("counting"))
    shown = Markup("{}{}").format(page.t("shown_here", n=n), counted)
    before = asked.url({"before": answer.before}) if answer.before else ""
    after = asked.url({"after": answer.after}) if answer.after else ""
    return Pager(shown, before, after)


def _empty(page: Page, asked: Asked, may: frozenset[Operation]) -> Empty:
    """Nothing there: because of the filters, or because there is nothing yet."""
    entity = asked.entity
    name = inside(page, entity)
    if asked.filters or asked.ask.q:
        cleared = asked.url(dict.fromkeys([k for k, _ in asked.params if k not in SHAPE or k == "q"], ""))
        return Empty(page.t("none_fit", entity=name), "search", Button(page.t("clear_filters"), cleared, icon="close"))
    if asked.ask.after or asked.ask.before:
        return Empty(page.t("none_fit", entity=name), "search", Button(page.t("first_page"), asked.url()))
    if "create" in may:
        label = page.t("new_record", entity=inside(page, entity))
        button = Button(label, f"{asked.base}/new", kind="primary", icon="plus")
        return Empty(page.t("none_yet", entity=name), entity.icon or "list", button)
    return Empty(page.t("none_for_you", entity=name), entity.icon or "list")


# ---------------------------------------------------------------- how many


async def counted(page: Page) -> Response:
    """How many records fit, as words: exactly up to a thousand."""
    asked, _ = await asked_for(page)
    return HTMLResponse(safe(count_text(await count(page.work, asked.ask, MOST, asked.view), MOST)))


ROUTES = (get("/r/{entity}", show, asks=True), get("/r/{entity}/count", counted, asks=True))
