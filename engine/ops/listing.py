"""A page of a list: which columns a reader gets, in one question, from the driver's rows to what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Diagnostic, Place, Refused
from ..fieldtypes import field_types, type_of
from ..model import Entity, Field, Sort, Text, View
from ..store.protocol import Row
from ..store.words import folded, typed_range
from .asking import LABEL, MAX_LIMIT, Ask, Path, field_at, write_cursor
from .filters import META_TITLES, given_of, title_of
from .keyset import place_slots
from .list_plan import SIZES, ListPlan, Wanted, list_plan, shapes
from .reckoned import around
from .shown import ListColumn, Listing
from .sight import Sight, has_order, plans, who
from .work import Work

_VIEW = Text("视图", "view")

#: Columns of a list nobody declared.
USUAL = 8

#: Words of one search; what is typed behind them is left out.
MOST_WORDS = 6

_META_CELLS = {"id": "number", "version": "number", "unit": "link", "created_at": "datetime", "updated_at": "datetime"}


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came: the rows in their order, and whether there are more on either side."""

    plan: ListPlan
    rows: Sequence[Row]
    after: str
    before: str


async def listing(work: Work, ask: Ask, view: View | None = None) -> Listing:
    """A page of the records the actor sees.

    view: a declared list whose columns, condition and order hold where the ask says nothing; else the one `ask.view`
    names. Raises Refused for what cannot be asked, all at once.
    """
    view = view_of(work, ask, view)
    sight = Sight(work.version, work.actor)
    columns = columns_of(work, sight, ask, view)
    paths = tuple(c.path for c in columns)
    page = await page_of(work, sight, ask, view, paths, as_json=False)
    return Listing(page.plan.entity, columns, tuple(_made(work, page)), page.after, page.before)


async def listing_json(work: Work, ask: Ask, view: View | None = None) -> dict[str, Any]:
    """The same page as the API gives it: `items`, and the cursors `after` and `before`, null at the ends.

    Without columns each item holds every field the actor sees.
    """
    view = view_of(work, ask, view)
    sight = Sight(work.version, work.actor)
    known = ("json", work.version, who(work.actor), view)
    paths = ask.memo.get(known)
    if paths is None:
        paths = ask.memo[known] = json_paths(work, sight, ask, view)
    page = await page_of(work, sight, ask, view, paths, as_json=True)
    return {"items": _made(work, page), "after": page.after or None, "before": page.before or None}


async def count(work: Work, ask: Ask, most: int = 1000, view: View | None = None) -> int:
    """How many records fit, counted up to `most`; `most` + 1 for more."""
    from .counting import counted

    return await counted(work, ask, most, view_of(work, ask, view))


def _made(work: Work, page: Page) -> list[Any]:
    run = page.plan.run
    outside = around(work) if page.plan.reckons else _NOTHING
    return [run(row, outside) for row in page.rows]


_NOTHING: dict[str, Any] = {}


# ---------------------------------------------------------------- what is asked for


def view_of(work: Work, ask: Ask, view: View | None) -> View | None:
    """The declared list to go by. Raises Refused(ASK_009) for a name that is none of the entity's."""
    if view is not None or not ask.view:
        return view
    found = work.version.model.views.get(ask.view)
    if found is None or found.of != ask.entity:
        raise Refused(Diagnostic("ASK_009", Place(path="view"), {"name": ask.view[:80], "what": _VIEW}))
    return found


def columns_of(work: Work, sight: Sight, ask: Ask, view: View | None) -> tuple[ListColumn, ...]:
    """The columns of a page. Raises Refused for a column that was asked for by name and is hidden."""
    entity = work.entity(ask.entity)
    key = ("columns", who(work.actor), sight.operation, ask.entity, ask.columns, view.columns if view else ())
    return plans(work.version).of(key, lambda: _columns(work, sight, entity, ask, view))


def _columns(work: Work, sight: Sight, entity: Entity, ask: Ask, view: View | None) -> tuple[ListColumn, ...]:
    if ask.columns:
        refuse_hidden(sight, entity, ask.columns)
        paths: Sequence[Path] = ask.columns
    elif view is not None:
        paths = [p for p in view.columns if sight.verdict(entity, p) != "hide"]
    else:
        paths = _usual(sight, entity)
    return tuple(_column(work, sight, entity, path) for path in dict.fromkeys(paths))


def refuse_hidden(sight: Sight, entity: Entity, paths: Sequence[Path]) -> None:
    """Raises Refused(ASK_008) for the paths the reader does not see."""
    wrong = [p for p in paths if sight.verdict(entity, p) == "hide"]
    if wrong:
        raise Refused(
            Diagnostic("ASK_008", Place(path=".".join(p)), {"name": title_of(sight, entity, p)}) for p in wrong
        )


def _usual(sight: Sight, entity: Entity) -> Sequence[Path]:
    """What a list shows that nobody declared: the first fields that fit into a line."""
    short = [f for f in entity.fields if type_of(f).shape in ("value", "list", "link") and f.type != "long_text"]
    return [(f.name,) for f in short if sight.verdict(entity, (f.name,)) != "hide"][:USUAL]


def _column(work: Work, sight: Sight, entity: Entity, path: Path) -> ListColumn:
    spec = field_at(work.version.model, entity, path)
    title = title_of(sight, entity, path)
    if spec is None:
        return ListColumn(
            path, META_TITLES.get(path[-1], title), None, _META_CELLS.get(path[-1], "text"), path != LABEL
        )
    sortable = has_order(spec) and not spec.sensitive and sight.comparable(entity, path)
    return ListColumn(path, title, spec, _cell_of(spec), sortable)


def _cell_of(spec: Field) -> str:
    kind = type_of(spec)
    return field_types()[str(spec.options.get("as", "text"))].cell if kind.shape == "none" else kind.cell


def json_paths(work: Work, sight: Sight, ask: Ask, view: View | None) -> tuple[Path, ...]:
    """The paths of an item: those asked for, of the view, or every field that is not hidden."""
    entity = work.entity(ask.entity)
    if ask.columns:
        refuse_hidden(sight, entity, ask.columns)
        return tuple(dict.fromkeys(ask.columns))
    if view is not None:
        return tuple(c.path for c in columns_of(work, sight, ask, view))
    return every_path_of(sight, entity)


def every_path_of(sight: Sight, entity: Entity) -> tuple[Path, ...]:
    """Every field the reader sees in some record."""
    return tuple((f.name,) for f in entity.fields if sight.verdict(entity, (f.name,)) != "hide")


def order_of(entity: Entity, ask: Ask, view: View | None) -> tuple[tuple[Sort, ...], bool]:
    """The order of a list, and whether somebody asked for it."""
    if ask.sort:
        return ask.sort, True
    sort = view.sort if view is not None and view.sort else declared(entity)
    if view is not None and view.group:
        group = tuple(view.group.split("."))
        if not sort or sort[0].path != group:
            sort = (Sort(group), *(s for s in sort if s.path != group))
    return sort, False


def declared(entity: Entity) -> tuple[Sort, ...]:
    """The usual order of an entity."""
    return tuple(Sort((s.lstrip("-"),), s.startswith("-")) for s in entity.sort)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a search, as they are compared."""
    kept = text[:400].replace("\0", " ").encode("utf-8", "ignore").decode()  # half a character is no word
    return tuple(folded(kept).split())[:MOST_WORDS]


def word_slots(words: Sequence[str]) -> dict[str, str]:
    """What fills the slots of `words_sql`."""
    found: dict[str, str] = {}
    for at, word in enumerate(words):
        if (span := typed_range(word)) is not None:
            found |= {f"w{at}": span[0], f"w{at}b": span[1]}
    return found


# ---------------------------------------------------------------- the question


def plan_of(
    work: Work, sight: Sight, ask: Ask, view: View | None, paths: tuple[Path, ...], as_json: bool
) -> tuple[ListPlan, dict[str, Any]]:
    """The compiled list, and what fills its slots. Raises Refused for filters and an order that cannot be asked."""
    known = ("plan", work.version, who(work.actor), sight.operation, paths, view, as_json)
    found = ask.memo.get(known)
    if found is None:
        found = ask.memo[known] = _plan_of(work, sight, ask, view, paths, as_json)
    plan, words = found
    return plan, filter_slots(work, plan, ask) | word_slots(words)


def _plan_of(
    work: Work, sight: Sight, ask: Ask, view: View | None, paths: tuple[Path, ...], as_json: bool
) -> tuple[ListPlan, tuple[str, ...]]:
    entity = work.entity(ask.entity)
    sort, strict = order_of(entity, ask, view)
    words = words_of(ask.q)
    where = view.where if view is not None else None
    wanted = Wanted(ask.entity, paths, shapes(ask), len(words), sort, where, as_json, bool(ask.columns))
    key = ("list", who(work.actor), sight.operation, wanted, strict)
    return plans(work.version).of(key, lambda: list_plan(sight, wanted, paths, strict)), words


def filter_slots(work: Work, plan: Any, ask: Ask) -> dict[str, Any]:
    """What fills the slots of the filters. Raises Refused with every value that means nothing."""
    if not ask.filters:
        return {}
    given = given_of(work.now.at, work.zone, work.actor.lang)
    slots: dict[str, Any] = {}
    wrong: list[Diagnostic] = []
    for one, asked in zip(plan.source.conditions, ask.filters, strict=True):
        read = one.read(asked.values, given)
        if isinstance(read, Diagnostic):
            wrong.append(read)
        else:
            slots |= read
    if wrong:
        raise Refused(wrong)
    return slots


async def page_of(
    work: Work, sight: Sight, ask: Ask, view: View | None, paths: tuple[Path, ...], as_json: bool, size: int = 0
) -> Page:
    """The rows of a page, as the plan reads them. size: more than a list may have, for exports."""
    plan, slots = plan_of(work, sight, ask, view, paths, as_json)
    limit = size or max(1, min(ask.limit, MAX_LIMIT))
    step = next(s for s in SIZES if s >= limit)
    back = bool(ask.before)
    cursor = ask.before or ask.after
    if cursor:
        place = place_slots(cursor, plan.keys, work.store.dialect)
        if isinstance(place, Diagnostic):
            raise Refused(place)
        nulls, values = place
        query, slots = plan.query(step, nulls, back), slots | values
    else:
        query = plan.query(step)
    rows = await work.store.rows(query, work.slots(slots))
    work.demand(rows[0][0], rows[0][1])
    found = rows if rows[0][2] is not None else []
    more = len(found) > limit
    found = found[:limit]
    if back:
        found.reverse()
    after = _cursor(plan, found[-1]) if found and (more or back) else ""
    before = _cursor(plan, found[0]) if found and (more if back else bool(cursor)) else ""
    return Page(plan, found, after, before)


def _cursor(plan: ListPlan, row: Row) -> str:
    return write_cursor(row[at] for at in plan.places)
