"""The unit tree along with the records that are units: placed, moved, renamed, taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..changeset import Changeset
from ..compile.record import CompiledRecord, label_of
from ..diagnostics import Diagnostic, Place, Refused
from ..model import Entity, Record
from ..store.journal import ACCESS_CHANGED
from ..store.protocol import Connection, Holds, Write
from ..store.tables import LIVE
from .live import LIVE_ROW
from .units import Unit, load_tree, placed, removed, tree_for_change, unit_of
from .work import Work


def unit_change(compiled: CompiledRecord, number: int, old: Record | None, changeset: Changeset) -> Unit | None:
    """The unit as it will be, when the change is one of the tree; None when the tree stays as it is."""
    entity = compiled.entity
    if entity.unit != ("self",):
        return None
    unit = unit_of(entity, number, changeset.values, label_of(compiled, changeset.values, number))
    before = unit_of(entity, number, old.values, label_of(compiled, old.values, number)) if old else None
    return None if unit == before else unit


async def written_to_tree(
    connection: Connection, entity: Entity, number: int, values: Mapping[str, Any], label: str
) -> Diagnostic | None:
    """Bring the tree up to a record that is a unit, inside its transaction; what stands against it."""
    unit = unit_of(entity, number, values, label)
    if unit is None:
        return None
    tree = await tree_for_change(connection)
    grown = placed(tree, unit, Place(path=entity.parent))
    if isinstance(grown, Diagnostic):
        return grown
    await connection.apply([write for write in grown.writes if write is not ACCESS_CHANGED])
    return None


async def taken_from_tree(connection: Connection, entity: Entity, number: int) -> Diagnostic | None:
    """Take a record that is a unit out of the tree, inside the transaction; what stands against it."""
    if entity.unit != ("self",):
        return None
    grown = removed(await tree_for_change(connection), number)
    if isinstance(grown, Diagnostic):
        return grown
    await connection.apply([write for write in grown.writes if write is not ACCESS_CHANGED])
    return None


async def tree_writes(work: Work, compiled: CompiledRecord, old: Record, changeset: Changeset) -> list[Write]:
    """What a changed unit writes of the tree, for a batch that others put together: held to the rights of now, so that
    no other change of the tree comes between. Raises Refused when the unit cannot stand there."""
    unit = unit_change(compiled, old.id, old, changeset)
    if unit is None:
        return []
    ((_, _, access),) = await work.store.rows(LIVE_ROW)
    grown = placed(await load_tree(work.store), unit, Place(path=compiled.entity.parent))
    if isinstance(grown, Diagnostic):
        raise Refused(grown)
    return [Holds(LIVE, {"id": 1, "access": access}), *grown.writes]


async def place_all(connection: Connection, entity: Entity, units: Mapping[int, Unit]) -> tuple[int, Diagnostic] | None:
    """Bring the tree up to several records that are units, inside their transaction; the first that cannot stand
    where it would, by its key, and why."""
    tree = await tree_for_change(connection)
    writes: list[Write] = []
    for key, unit in units.items():
        grown = placed(tree, unit, Place(path=entity.parent))
        if isinstance(grown, Diagnostic):
            return key, grown
        tree = grown.tree
        writes += [write for write in grown.writes if write is not ACCESS_CHANGED]
    await connection.apply(writes)
    return None
