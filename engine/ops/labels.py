"""How single records are called, for whoever looks: the samples of a plan, the rows a message speaks of."""

# ruff: noqa: S608 - statements are put together from names that `quoted` has checked

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..compile.table import table_name
from ..definition.scope import entity_scope
from ..diagnostics import Diagnostic
from ..expr import STRING, check, compile_sql
from ..model import Entity, Sql, Storage
from ..policy.columns import EntityColumns
from ..store.protocol import Query
from ..store.render import quoted
from .work import Work


@dataclass(frozen=True, slots=True)
class Sample:
    """A record with what it is called; its number where whoever looks may not see what the label is made of."""

    id: int
    label: str


async def named(work: Work, entity: str, ids: Sequence[int]) -> tuple[Sample, ...]:
    """The records with their labels, in the order of `ids`; those the actor may not see are left out."""
    spec = work.version.model.entities.get(entity)
    if spec is None or not ids:
        return ()
    product = work.product(entity, "see")
    if product.nothing:
        return ()
    label = _label(work, spec)
    marks = ", ".join("?" * len(ids))
    head = Sql("SELECT r.id, ") + (label or Sql("NULL")) + f" FROM {quoted(table_name(spec))} r WHERE r.id IN ({marks})"
    text = Sql(head.text, (*head.params, *ids)) + " AND (" + product.predicate + ")"
    rows = await work.store.rows(Query(text, (Storage("bigint"), Storage("text"))), work.slots())
    found = {number: Sample(number, shown or f"#{number}") for number, shown in rows}
    return tuple(found[one] for one in ids if one in found)


def _label(work: Work, entity: Entity) -> Sql | None:
    """The label as SQL; None where it is none, or where the actor does not see everything in it."""
    model = work.version.model
    typed = check(entity.label.text, entity_scope(model, entity, work.version.compiler.functions), STRING).expr
    if typed is None or any(p[0] == "actor" for p in typed.paths):
        return None
    if any(work.access.along(work.actor, entity.name, path) != "show" for path in typed.paths):
        return None
    made = compile_sql(typed, EntityColumns(model, entity), work.store.dialect, "value")
    return None if isinstance(made, Diagnostic) else made
