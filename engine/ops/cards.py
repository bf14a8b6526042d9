"""The cards of a dashboard with what is on them: numbers, bars and short lists of what their reader may see."""

# ruff: noqa: S608 - statements are put together from ids and aliases of the engine

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..compile.table import table_name
from ..fieldtypes import column_name, target_of, type_of
from ..model import Card, Dashboard, Entity, Field, Slot, Sql, Storage, Text, View
from ..policy import EntityColumns
from ..store.protocol import Query
from .asking import Ask, Filter, field_at
from .called import called
from .list_plan import Source, source_of
from .listing import listing
from .shown import Bar, Listing, ShownCard
from .sight import Sight, has_order, plans, who
from .work import Work

_BIG, _JSON = Storage("bigint"), Storage("json")

#: Records that are counted and added up at most; beyond it the number is the least there is.
MOST = 200_000
#: Bars of one card.
MOST_BARS = 30

_NOTHING = Text("未填", "None")
_REST = Decimal(0)


@dataclass(frozen=True, slots=True)
class CardPlan:
    """A compiled card that counts or adds up. scale: digits behind the point of a SQLite sum; query None: nothing the
    reader may see is measured.
    """

    query: Query | None
    source: Source | None = None
    scale: int = 0
    mean: bool = False


def dashboards_of(work: Work) -> tuple[Dashboard, ...]:
    """The dashboards of the actor's roles, in the order of the definitions."""
    roles = set(work.actor.roles)
    return tuple(d for d in work.version.model.dashboards.values() if roles.intersection(d.roles))


async def cards(work: Work, dashboard: Dashboard) -> tuple[ShownCard, ...]:
    """The cards of a dashboard; those over what the actor sees nothing of are left out."""
    chosen = [c for c in dashboard.cards if _seen(work, c)]
    return tuple(await asyncio.gather(*(_card(work, c) for c in chosen)))


def _seen(work: Work, card: Card) -> bool:
    return card.of in work.version.model.entities and not work.product(card.of, "see").nothing


async def _card(work: Work, card: Card) -> ShownCard:
    entity = work.version.entity(card.of)
    if card.show == "list":
        return ShownCard(card, entity, listing=await _list(work, card))
    plan = plans(work.version).of(("card", who(work.actor), card), lambda: _plan(work, card, entity))
    if plan.query is None:
        return ShownCard(card, entity)
    rows = await work.store.rows(plan.query, work.slots({"most": MOST + 1}))
    work.demand(rows[0][0], rows[0][1])
    if card.show == "bar":
        return ShownCard(card, entity, bars=await _bars(work, card, entity, plan, rows))
    _, _, found, total, number = rows[0]
    value = Decimal(min(number, MOST)) if card.measure == "count" else _measure(plan, found, total)
    return ShownCard(card, entity, value, number > MOST)


async def _list(work: Work, card: Card) -> Listing:
    """The list of a card, as a view of its own."""
    view = View("card", "card", card.of, card.title, card.columns, where=card.where, sort=_sort_of(work, card))
    return await listing(work, Ask(card.of, limit=max(1, min(card.limit, 50))), view)


def _sort_of(work: Work, card: Card) -> tuple[Any, ...]:
    found = work.version.model.views.get(card.view)
    return found.sort if found is not None else ()


def _measure(plan: CardPlan, count: int, total: Any) -> Decimal:
    """The sum or the mean of what was added up."""
    exact = Decimal(total or 0).scaleb(-plan.scale) if plan.scale else Decimal(total or 0)
    if not plan.mean:
        return exact
    return (exact / count).quantize(Decimal("0.01"), ROUND_HALF_UP) if count else _REST


def _plan(work: Work, card: Card, entity: Entity) -> CardPlan:
    sight = Sight(work.version, work.actor)
    words = card.measure.split()
    spec = entity.field(words[1]) if len(words) == 2 else None
    if spec is not None and not sight.shown(entity, (spec.name,)):
        return CardPlan(None)
    source = source_of(sight, entity, (), 0, card.where)
    sqlite = work.version.dialect == "sqlite"
    column = type_of(spec).column(spec) if spec else None
    scale = column.storage.scale if column and sqlite and column.storage.kind == "decimal" else 0
    value = Sql(f"r.{column_name(spec)}") if spec else Sql("1")
    returns = (
        Storage("bigint") if sqlite or not column or column.storage.kind != "decimal" else Storage("decimal", 6, 30)
    )
    if card.show == "bar":
        return _bar_plan(sight, card, entity, source, value, returns, scale, words[0] == "mean")
    limit = Sql(" LIMIT ?::bigint" if not sqlite else " LIMIT ?", (Slot("most"),))
    fits = source.text(value + " AS v", None, limit, table_name(entity))
    cast = "" if sqlite or returns.kind == "decimal" else "::bigint"
    added = Sql(f"SELECT count(v) AS n, sum(v){cast} AS s, count(*) AS t FROM (") + fits + ") f"
    text = Sql("SELECT l.epoch, l.access, c.n, c.s, c.t FROM sy_live l CROSS JOIN (") + added + ") c WHERE l.id = 1"
    return CardPlan(Query(text, (_BIG, _BIG, _BIG, returns, _BIG)), source, scale, words[0] == "mean")


def _bar_plan(
    sight: Sight, card: Card, entity: Entity, source: Source, value: Sql, returns: Storage, scale: int, mean: bool
) -> CardPlan:
    path = tuple(card.group.split("."))
    spec = field_at(sight.version.model, entity, path)
    if not sight.shown(entity, path) or spec is None or spec.sensitive or not has_order(spec):
        return CardPlan(None)
    group = EntityColumns(sight.version.model, entity, "r", source.joins).column(path)
    if group is None:
        return CardPlan(None)
    sqlite = sight.version.dialect == "sqlite"
    limit = Sql(" LIMIT ?::bigint" if not sqlite else " LIMIT ?", (Slot("most"),))
    fits = source.text(group.sql + " AS g, " + value + " AS v", None, limit, table_name(entity))
    cast = "" if sqlite or returns.kind == "decimal" else "::bigint"
    order = "s DESC" if card.measure != "count" else "t DESC"
    grouped = Sql(f"SELECT g, count(v) AS n, sum(v){cast} AS s, count(*) AS t FROM (") + fits
    grouped = grouped + f") f GROUP BY g ORDER BY {order}, g LIMIT {MOST_BARS:d}"
    text = Sql("SELECT l.epoch, l.access, c.g, c.n, c.s, c.t FROM sy_live l LEFT JOIN (") + grouped
    text = text + f") c ON TRUE WHERE l.id = 1 ORDER BY c.{order}, c.g"
    return CardPlan(Query(text, (_BIG, _BIG, group.storage, _BIG, returns, _BIG)), source, scale, mean)


async def _bars(work: Work, card: Card, entity: Entity, plan: CardPlan, rows: list[Any]) -> tuple[Bar, ...]:
    path = tuple(card.group.split("."))
    spec = field_at(work.version.model, entity, path)
    found = [row for row in rows if row[5] is not None]
    if spec is None:
        return ()
    labels: dict[int, str] = {}
    if target := target_of(spec):
        labels = await called(work, {target: [row[2] for row in found if row[2] is not None]})
    return tuple(_bar(work, card, spec, labels, plan, row) for row in found)


def _bar(work: Work, card: Card, spec: Field, labels: dict[int, str], plan: CardPlan, row: Any) -> Bar:
    _, _, group, count, total, number = row
    value = Decimal(number) if card.measure == "count" else _measure(plan, count, total)
    path = tuple(card.group.split("."))
    if group is None:
        return Bar(_NOTHING, value, Ask(card.of, filters=(Filter(path, "empty", ("true",)),), view=card.view))
    if target_of(spec):
        label = Text(labels.get(group) or f"#{group}")
    else:
        kind = type_of(spec)
        held = kind.from_stored(group) if kind.from_stored else group
        zh, en = (kind.show(spec, work.version.model, lang)(held) for lang in ("zh", "en"))
        label = Text(zh, en)
    return Bar(label, value, Ask(card.of, filters=(Filter(path, "eq", (str(group),)),), view=card.view))
