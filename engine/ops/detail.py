"""One record as one reader sees it: its values, what is masked, what may be changed and done; in one question."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..compile.schema import is_readonly
from ..compile.table import table_name
from ..diagnostics import Diagnostic, Place, Refused
from ..model import OPERATIONS, Entity, Operation, Record, Slot, Sql, Storage, joined
from ..policy import Product
from ..store.protocol import Query, Row
from .asking import Path
from .cases import editable_now
from .cells import HIDDEN, Cells
from .list_plan import json_dict, outer_joins, reckoned
from .listing import every_path_of, refuse_hidden
from .reckoned import around
from .shown import Detail, Masked
from .sight import Sight, plans, who
from .work import Work

_BIG, _FLAG = Storage("bigint"), Storage("boolean")
_HEAD = ("id", "version", "defn", "unit", "created_by", "created_at", "updated_by", "updated_at")


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """A compiled question for one record. run: from its row to what stands for it; id: where its id stands; reckons:
    something shown is worked out, so that `run` needs what is around the record.
    """

    query: Query
    run: Callable[[Sequence[Any], Mapping[str, Any]], Any]
    id: int
    reckons: bool

    def read(self, work: Work, row: Row) -> Any:
        """What stands for a row."""
        return self.run(row, around(work) if self.reckons else _NOTHING)


_NOTHING: dict[str, Any] = {}


async def detail(work: Work, entity: str, record: int) -> Detail:
    """The record as the actor sees it. Raises Refused(MISSING) for what is not there or not to be seen."""
    spec = work.entity(entity)
    plan = plans(work.version).of(("detail", who(work.actor), entity), lambda: _detail_plan(work, spec))
    row = await _row(work, plan, record)
    head, label, values, may, written, in_case = plan.read(work, row)
    if in_case:
        names = await editable_now(work.desk, record, work.actor.id)
        written = (*written, *(n for n in names if spec.field(n) is not None))
    shown, masked, hidden = {}, {}, []
    for name, value in values.items():
        if value is HIDDEN:
            hidden.append(name)
        elif value.__class__ is Masked:
            masked[name] = value
        else:
            shown[name] = value
    number, version, defn, unit, created_by, created_at, updated_by, updated_at = head
    held = Record(entity, number, version, shown, defn, unit, label, created_by, created_at, updated_by, updated_at)
    return Detail(held, masked, frozenset(hidden), frozenset(written), frozenset(may))


async def detail_json(work: Work, entity: str, record: int, columns: Collection[Path] = ()) -> dict[str, Any]:
    """The record as the API gives it. columns: only these, with its id, version and label. Raises Refused(MISSING)."""
    spec = work.entity(entity)
    chosen = tuple(columns)
    key = ("detail json", who(work.actor), entity, chosen)
    plan = plans(work.version).of(key, lambda: _json_plan(work, spec, chosen))
    row = await _row(work, plan, record)
    found: dict[str, Any] = plan.read(work, row)
    return found


async def _row(work: Work, plan: RecordPlan, record: int) -> Row:
    rows = await work.store.rows(plan.query, work.slots({"id": record}))
    row = rows[0]
    work.demand(row[0], row[1])
    if row[plan.id] is None:
        raise Refused(Diagnostic("ASK_012", Place()))
    return row


def record_query(cells: Cells, entity: Entity, product: Product) -> Query:
    """The question for the record in slot `id`, as far as the product lets it through."""
    asked = cells.asked
    head = Sql("SELECT l.epoch, l.access, ") + joined(", ", asked.columns)
    on = Sql(f" FROM sy_live l LEFT JOIN {table_name(entity)} r ON r.id = ? AND (", (Slot("id"),)) + product.predicate
    return Query(head + on + ")" + outer_joins(cells) + " WHERE l.id = 1", (_BIG, _BIG, *asked.returns))


def _json_plan(work: Work, entity: Entity, columns: tuple[Path, ...]) -> RecordPlan:
    sight = Sight(work.version, work.actor)
    refuse_hidden(sight, entity, columns)
    cells = Cells(sight, entity)
    at = cells.place("r.id", _BIG)
    paths = columns or every_path_of(sight, entity)
    run = cells.space.function("v, o", json_dict(cells, entity, paths, not columns))
    reckons = any(reckoned(entity, path) for path in paths)
    return RecordPlan(record_query(cells, entity, cells.product), run, at, reckons)


def _detail_plan(work: Work, entity: Entity) -> RecordPlan:
    sight = Sight(work.version, work.actor)
    cells = Cells(sight, entity)
    at = cells.place("r.id", _BIG)
    head = ", ".join(cells.meta(n) for n in _HEAD)
    values = ", ".join(f"{cells.space.let(f.name)}: {cells.value((f.name,), told=True)}" for f in entity.fields)
    may = "".join(_may(sight, cells, operation) for operation in OPERATIONS)
    case = cells.place("EXISTS (SELECT 1 FROM sy_case k WHERE k.record = r.id AND k.status = 'open')", _FLAG)
    code = f"(({head}), {cells.own_label()}, {{{values}}}, ({may}), ({_written(sight, cells)}), v[{case}])"
    reckons = any(reckoned(entity, (f.name,)) for f in entity.fields)
    return RecordPlan(record_query(cells, entity, cells.product), cells.space.function("v, o", code), at, reckons)


def _may(sight: Sight, cells: Cells, operation: Operation) -> str:
    product = sight.product(cells.entity.name, operation)
    if product.nothing:
        return ""
    name = cells.space.let((operation,))
    holds = _holds(cells, product)
    return f"*{name}, " if holds == "True" else f"*({name} if {holds} else ()), "


def _holds(cells: Cells, product: Product) -> str:
    if product.predicate.text == "TRUE":
        return "True"
    return f"v[{cells.place(Sql('(') + product.predicate + ')', _FLAG)}]"


def _written(sight: Sight, cells: Cells) -> str:
    """The code of the names that policies let the reader write, columns of sub-tables as `rows.column`."""
    edit = sight.product(cells.entity.name, "edit")
    if edit.nothing:
        return ""
    always: list[str] = []
    parts = []
    conditions = dict(edit.conditions)
    for name, spec in [(f.name, f) for f in cells.entity.fields] + [
        (f"{f.name}.{c.name}", c) for f in cells.entity.fields for c in f.rows
    ]:
        writes = edit.writable.get(spec.id, False)
        if is_readonly(spec) or writes is False:
            continue
        if writes is True:
            always.append(name)
        else:
            at = cells.place(Sql("(") + conditions[str(writes)] + ")", _FLAG)
            parts.append(f"*({cells.space.let((name,))} if v[{at}] else ())")
    code = ", ".join([f"*{cells.space.let(tuple(always))}", *parts])
    holds = _holds(cells, edit)
    return f"{code}," if holds == "True" else f"*(({code},) if {holds} else ()),"
