"""Which records keep a publication from being made: those that share what may not repeat any more."""

# ruff: noqa: S608 - statements are put together from names that `quoted` has checked

from __future__ import annotations

from ..compile.table import child_name, table_name, unique_fields
from ..diagnostics import Diagnostic, Refused
from ..fieldtypes import type_of
from ..model import Entity, Field, Model, Sql, Storage
from ..model.steps import CreateIndex
from ..plan import Plan, view_steps
from ..store.change import carry_out
from ..store.protocol import Query, Taken
from ..store.render import quoted
from .labels import named
from .planning import Proposed
from .probing import SAMPLES, repeated
from .publish_locks import alone
from .work import Work

_BIG = Storage("bigint")


class _Seen(Exception):
    """Enough was seen; the transaction is undone."""


async def doubled(work: Work, proposed: Proposed, plan: Plan, taken: Taken) -> Exception:
    """Refused(PLAN_004) with the records, or `taken` itself when it was about something else.

    The values are those the new columns would hold, so the steps are done once more, without the index, and undone.
    """
    steps = [s for s in plan.schema if isinstance(s, CreateIndex) and s.index.unique and s.table == taken.table]
    step = next((s for s in steps if s.index.name == taken.index), steps[0] if steps else None)
    model = proposed.loaded.model
    if step is None or model is None:
        return taken
    tables = [s for s in plan.schema if not (isinstance(s, CreateIndex) and s.index.unique)]
    rest = [*view_steps(work.version.model, model), *tables]
    columns = [c for c in step.index.columns if c != "parent"]
    inside = "parent" in step.index.columns
    condition = repeated(step.table, columns, inside)
    text = Sql(f"SELECT p.{'parent' if inside else 'id'} FROM {quoted(step.table)} p WHERE ") + condition
    ids: list[int] = []
    try:
        async with work.store.transaction() as connection:
            await alone(connection, plan.schema, work.store.dialect)
            await carry_out(connection, rest, work.store.dialect)
            ids = [row[0] for row in await connection.rows(Query(text, (_BIG,)))]
            raise _Seen
    except _Seen:
        pass
    entity = _owner(model, step.table)
    what = "、".join(_titles(model, entity, step.index.name)) if entity else step.index.name
    live = work.version.by_id(entity.id) if entity else None
    some = await named(work, live.name, tuple(dict.fromkeys(ids))[:SAMPLES]) if live else ()
    names = "、".join(one.label for one in some) or "-"
    return Refused(Diagnostic("PLAN_004", args={"what": what, "count": len(ids), "names": names}), proposed)


def _owner(model: Model, table: str) -> Entity | None:
    """The entity a table belongs to."""
    for entity in model.entities.values():
        rows = (f for f in entity.fields if type_of(f).shape == "rows")
        if table in (table_name(entity), *(child_name(entity, f) for f in rows)):
            return entity
    return None


def _titles(model: Model, entity: Entity, index: str) -> list[str]:
    names = unique_fields(model, entity).get(index, ())
    return [_title(entity, name) for name in names]


def _title(entity: Entity, name: str) -> str:
    top, _, inner = name.partition(".")
    spec: Field | None = entity.field(top)
    if spec is not None and inner:
        spec = next((c for c in spec.rows if c.name == inner), None)
    return (spec.title.zh or spec.title.en or name) if spec else name
