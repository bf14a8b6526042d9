"""Showing a masked value in full: for a stated purpose, so many a day, and never without a trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from ..compile.table import table_name
from ..diagnostics import Diagnostic, Place, Refused
from ..fieldtypes.clean import blank
from ..model import Entity, Field, Slot, Sql, Storage, joined
from ..store import journal
from ..store.protocol import Query
from .cells import HIDDEN, Cells
from .context import millis
from .list_plan import outer_joins
from .reckoned import around
from .shown import Masked
from .sight import Sight, plans, who
from .work import Work

_BIG, _FLAG = Storage("bigint"), Storage("boolean")

#: Values one account may see in full on one day.
DAILY = 200
#: Least and greatest length of a purpose.
SHORTEST, LONGEST = 2, 200


@dataclass(frozen=True, slots=True)
class RevealPlan:
    """A compiled question for one field in full."""

    query: Query
    run: Callable[[Sequence[Any], Mapping[str, Any]], Any]
    id: int
    used: int


async def reveal(work: Work, entity: str, record: int, field: str, purpose: str, most: int = DAILY) -> Any:
    """The value of a field in full; that it was seen, by whom and what for is on record before it is given.

    field: its name. most: so many a day. Raises Refused: MISSING, ASK_015 without a purpose, ASK_016 beyond the day's
    limit, ASK_017 without the right.
    """
    spec = work.entity(entity)
    found = spec.field(field)
    if found is None:
        raise Refused(
            Diagnostic("ASK_001", Place(path=field[:80]), {"name": field[:80], "entity": spec.title, "near": ""})
        )
    said = " ".join(purpose.split())[:LONGEST].replace("\0", "")
    if len(said) < SHORTEST or blank(said):
        raise Refused(Diagnostic("ASK_015", Place(path="purpose")))
    plan = plans(work.version).of(("reveal", who(work.actor), entity, field), lambda: _plan(work, spec, found))
    midnight = datetime.combine(work.now.at.astimezone(work.zone).date(), time(), work.zone)
    slots = work.slots({"id": record, "account": work.actor.id, "midnight": millis(midnight)})
    (row,) = await work.store.rows(plan.query, slots)
    work.demand(row[0], row[1])
    if row[plan.id] is None:
        raise Refused(Diagnostic("ASK_012", Place()))
    value = plan.run(row, around(work))
    if value is HIDDEN or isinstance(value, Masked):
        raise Refused(Diagnostic("ASK_017", Place(path=field), {"name": found.title}))
    if work.actor.id and row[plan.used] >= most:
        raise Refused(Diagnostic("ASK_016", Place(), {"most": most}))
    await _note(work, spec, record, found, said)
    return value


async def _note(work: Work, entity: Entity, record: int, field: Field, purpose: str) -> None:
    (number,) = await work.store.new_ids()
    detail = {"field": field.id, "purpose": purpose}
    note = journal.audit(
        number, "reveal", actor=work.actor.id, at=work.now.ms, entity=entity.id, record=record, detail=detail
    )
    await work.apply([note])


def _plan(work: Work, entity: Entity, field: Field) -> RevealPlan:
    sight = Sight(work.version, work.actor, "reveal")
    cells = Cells(sight, entity)
    see = Sight(work.version, work.actor).product(entity.name)
    may = _FLAG
    at = cells.place("r.id", _BIG)
    allowed = cells.place(Sql("(") + cells.product.predicate + ")", may)
    used = cells.place(
        Sql(
            "(SELECT count(*) FROM sy_audit t WHERE t.actor = ? AND t.at >= ? AND t.op = 'reveal')",
            (Slot("account"), Slot("midnight")),
        ),
        _BIG,
    )
    code = f"({cells.value((field.name,), told=True)} if v[{allowed}] else {cells.hidden})"
    head = Sql("SELECT l.epoch, l.access, ") + joined(", ", cells.asked.columns)
    on = Sql(f" FROM sy_live l LEFT JOIN {table_name(entity)} r ON r.id = ? AND (", (Slot("id"),)) + see.predicate
    text = head + on + ")" + outer_joins(cells) + " WHERE l.id = 1"
    query = Query(text, (_BIG, _BIG, *cells.asked.returns))
    return RevealPlan(query, cells.space.function("v, o", code), at, used)
