"""How records are called now, for one reader: labels of any number of records of any entities in one question."""

# ruff: noqa: S608 - statements are put together from ids and aliases of the engine

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..compile.table import table_name
from ..model import Slot, Sql, Storage, joined
from ..store.protocol import Query
from .cells import Cells
from .list_plan import outer_joins
from .sight import Sight, plans, who
from .work import Work

_BIG = Storage("bigint")


@dataclass(frozen=True, slots=True)
class NamePlan:
    """A compiled question for the labels of records of one entity; their ids are in slot `ids`."""

    query: Query
    run: Any
    id: int


async def called(work: Work, wanted: Mapping[str, Iterable[int]]) -> dict[int, str]:
    """The labels of the records the actor sees, by id; wanted: ids by entity. The others are left out."""
    found: dict[int, str] = {}
    for entity, ids in wanted.items():
        if entity not in work.version.model.entities or work.product(entity, "see").nothing:
            continue
        plan = plans(work.version).of(("called", who(work.actor), entity), lambda: _plan(work, entity))  # noqa: B023
        rows = await work.store.rows(plan.query, work.slots({"ids": sorted(set(ids))[:2000]}))
        work.demand(rows[0][0], rows[0][1])
        for row in rows:
            if row[plan.id] is not None:
                found[row[plan.id]] = plan.run(row, _NOTHING) or ""
    return found


_NOTHING: Mapping[str, Any] = {}


def _plan(work: Work, entity: str) -> NamePlan:
    spec = work.version.entity(entity)
    sight = Sight(work.version, work.actor)
    cells = Cells(sight, spec)
    at = cells.place("r.id", _BIG)
    run = cells.space.function("v, o", cells.own_label())
    among = "= ANY(?)" if work.version.dialect == "postgres" else "IN (SELECT value FROM json_each(?))"
    on = Sql(f" LEFT JOIN {table_name(spec)} r ON r.id {among} AND (", (Slot("ids"),)) + cells.product.predicate + ")"
    head = Sql("SELECT l.epoch, l.access, ") + joined(", ", cells.asked.columns) + " FROM sy_live l"
    text = head + on + outer_joins(cells) + " WHERE l.id = 1"
    return NamePlan(Query(text, (_BIG, _BIG, *cells.asked.returns)), run, at)
