"""Why somebody may or may not: the rules that had a say, with the record and its units looked up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..compile.table import table_name
from ..diagnostics import Diagnostic, Place, Refused
from ..model import Entity, Operation, Slot, Sql, Storage
from ..policy import Facts, Reason
from ..policy import why as reasons
from ..store.protocol import Query
from .reading import Asked, assembled, tree_of, values_reader
from .work import Work

_BIG, _TEXT = Storage("bigint"), Storage("text")

_ABOVE = Query(
    Sql(
        "SELECT t.ancestor, t.depth, u.label FROM sy_unit_tree t JOIN sy_unit u ON u.id = t.ancestor"
        " WHERE t.descendant = ? ORDER BY t.depth",
        (Slot("unit"),),
    ),
    (_BIG, _BIG, _TEXT),
)


async def why(
    work: Work, entity: str, operation: Operation, record: int | None = None, field: str = ""
) -> tuple[Reason, ...]:
    """The lines of the policies that had a say, those that decided first.

    record: None for the entity at large; one that the actor does not see is answered like one that is not there, by
    what the actor's roles say of records they do not fit. field: its name, "" for the record as a whole.
    """
    spec = work.version.model.entities.get(entity)
    if spec is None:
        raise Refused(Diagnostic("ASK_009", args={"name": entity[:80], "what": entity[:80]}))
    found = next((f.id for f in spec.fields if f.name == field), "")
    if field and not found:
        raise Refused(
            Diagnostic("ASK_001", Place(path=field[:80]), {"name": field[:80], "entity": spec.title, "near": ""})
        )
    facts, labels = await _facts(work, spec, operation, record) if record else (_nothing(work), {})
    return reasons(work.access, work.actor, entity, operation, facts, found, labels)


def _nothing(work: Work) -> Facts:
    return Facts(0, {}, (), work.now.at, work.zone)


async def _facts(work: Work, entity: Entity, operation: Operation, record: int) -> tuple[Facts, Mapping[int, str]]:
    """What the rules read of the record, and its units with their labels; nothing for one the actor does not see."""
    paths = work.access.reads(work.actor, entity.name, operation) if work.actor.id else frozenset()
    asked = Asked(work.version.dialect)
    asked.column("r.id", _BIG)
    asked.column("r.unit", _BIG)
    tree = tree_of(p[1:] if p[0] == "self" and len(p) > 1 else p for p in paths if p != ("self",))
    read = values_reader(work.version, entity, tree, "r", asked)
    seen = work.product(entity.name, "see").predicate
    on = Sql("r.id = ? AND (", (Slot("id"),)) + seen + ")"
    query = Query(assembled(asked, table_name(entity), "r", on), (_BIG, _BIG, *asked.returns))
    (row,) = await work.store.rows(query, work.slots({"id": record}))
    work.demand(row[0], row[1])
    if row[2] is None:
        return _nothing(work), {}
    values: dict[str, Any] = read(row[2:])
    above = await work.store.rows(_ABOVE, {"unit": row[3]}) if row[3] is not None else []
    units = tuple((unit, depth) for unit, depth, _ in above)
    return Facts(record, values, units, work.now.at, work.zone), {unit: label for unit, _, label in above}
