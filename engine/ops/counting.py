"""How many records fit: counted only when somebody asks, and only as far as they ask."""

# ruff: noqa: S608 - statements are put together from ids and aliases of the engine

from __future__ import annotations

from dataclasses import dataclass

from ..compile.table import table_name
from ..model import Slot, Sql, Storage, View
from ..store.protocol import Query
from .asking import Ask
from .list_plan import Source, shapes, source_of
from .listing import filter_slots, word_slots, words_of
from .sight import Sight, plans, who
from .work import Work

_BIG = Storage("bigint")


@dataclass(frozen=True, slots=True)
class CountPlan:
    """A compiled count."""

    source: Source
    query: Query


async def counted(work: Work, ask: Ask, most: int, view: View | None, sight: Sight | None = None) -> int:
    """How many records fit, counted up to `most`; `most` + 1 for more. Raises Refused."""
    work.entity(ask.entity)
    sight = sight or Sight(work.version, work.actor)
    words = words_of(ask.q)
    where = view.where if view is not None else None
    key = ("count", who(work.actor), sight.operation, ask.entity, shapes(ask), len(words), where)
    plan = plans(work.version).of(key, lambda: _plan(sight, ask, len(words), view))
    slots = filter_slots(work, plan, ask) | word_slots(words) | {"most": most + 1}
    ((epoch, access, found),) = await work.store.rows(plan.query, work.slots(slots))
    work.demand(epoch, access)
    return int(found)


def _plan(sight: Sight, ask: Ask, words: int, view: View | None) -> CountPlan:
    entity = sight.version.entity(ask.entity)
    source = source_of(sight, entity, shapes(ask), words, view.where if view is not None else None)
    limit = Sql(" LIMIT ?::bigint" if sight.version.dialect == "postgres" else " LIMIT ?", (Slot("most"),))
    fits = source.text(Sql("1"), None, limit, table_name(entity))
    text = Sql("SELECT l.epoch, l.access, (SELECT count(*) FROM (") + fits + ") c) FROM sy_live l WHERE l.id = 1"
    return CountPlan(source, Query(text, (_BIG, _BIG, _BIG)))
