"""Which records link to a record: for each link of another entity the list of them, and whether there are any."""

# ruff: noqa: S608 - statements are put together from ids and aliases of the engine

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..compile.table import child_name, table_name
from ..diagnostics import Diagnostic, Place, Refused
from ..fieldtypes import column_name, target_of
from ..model import Entity, Field, Slot, Sql, Storage, Text, joined
from ..store.protocol import Query
from .asking import Ask, Filter, Path
from .shown import Related
from .sight import Sight, plans, who
from .work import Work

_BIG, _FLAG = Storage("bigint"), Storage("boolean")


@dataclass(frozen=True, slots=True)
class _Link:
    """A link to the entity: of which records, and where in them."""

    entity: Entity
    field: Field
    path: Path


@dataclass(frozen=True, slots=True)
class RelatedPlan:
    """A compiled question: whether there are records behind each of the links."""

    query: Query
    links: tuple[_Link, ...]


async def related(work: Work, entity: str, record: int) -> tuple[Related, ...]:
    """The lists of records that link to this one, in the order of the definitions. Raises Refused(MISSING)."""
    spec = work.entity(entity)
    plan = plans(work.version).of(("related", who(work.actor), entity), lambda: _plan(work, spec))
    ((epoch, access, seen, *there),) = await work.store.rows(plan.query, work.slots({"id": record}))
    work.demand(epoch, access)
    if seen is None:
        raise Refused(Diagnostic("ASK_012", Place()))
    return tuple(_related(link, record, bool(one)) for link, one in zip(plan.links, there, strict=True))


def _related(link: _Link, record: int, there: bool) -> Related:
    ask = Ask(link.entity.name, filters=(Filter(link.path, "eq", (str(record),)),))
    name = link.entity.plural or link.entity.title
    title = Text(
        f"{name.get('zh')}（{link.field.title.get('zh')}）", f"{name.get('en')} ({link.field.title.get('en')})"
    )
    return Related(link.entity, link.field, title, ask, there)


def _plan(work: Work, entity: Entity) -> RelatedPlan:
    sight = Sight(work.version, work.actor)
    links = tuple(_links(sight, entity))
    table = table_name(entity)
    parts = [
        Sql(f"(SELECT r.id FROM {table} r WHERE r.id = ? AND (", (Slot("id"),))
        + sight.product(entity.name).predicate
        + "))"
    ]
    parts += [_exists(sight, link) for link in links]
    text = Sql("SELECT l.epoch, l.access, ") + joined(", ", parts) + " FROM sy_live l WHERE l.id = 1"
    return RelatedPlan(Query(text, (_BIG, _BIG, _BIG, *(_FLAG for _ in links))), links)


def _links(sight: Sight, entity: Entity) -> Iterator[_Link]:
    """The links to the entity that the reader may filter by."""
    for other in sight.version.model.entities.values():
        if sight.product(other.name).nothing:
            continue
        for spec in other.fields:
            if target_of(spec) == entity.name and sight.shown(other, (spec.name,)):
                yield _Link(other, spec, (spec.name,))
            for column in spec.rows:
                path = (spec.name, column.name)
                if target_of(column) == entity.name and sight.access_along(other, path) == "show":
                    yield _Link(other, column, path)


def _exists(sight: Sight, link: _Link) -> Sql:
    seen = sight.product(link.entity.name).predicate
    table, column = table_name(link.entity), column_name(link.field)
    if len(link.path) == 1:
        inner = Sql(f"SELECT 1 FROM {table} r WHERE r.{column} = ? AND (", (Slot("id"),)) + seen + ")"
    else:
        rows = next(f for f in link.entity.fields if f.name == link.path[0])
        source = f"{child_name(link.entity, rows)} c JOIN {table} r ON r.id = c.parent"
        inner = Sql(f"SELECT 1 FROM {source} WHERE c.{column} = ? AND (", (Slot("id"),)) + seen + ")"
    return Sql("EXISTS (") + inner + ")"
