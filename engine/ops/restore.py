"""Bringing deleted records back: out of the last values that the history kept, with the ids they had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..changeset import unit_ref
from ..compile.record import CompiledRecord, label_of
from ..diagnostics import Diagnostic
from ..fieldtypes.stored import value_of
from ..model import Ref
from ..store import journal
from ..store.protocol import Missed, Referred, Taken, Unfit
from .named import filled
from .reach import may_stand
from .record_writes import Batch, Change, ids_needed, shelved, written
from .submit_all import Outcome
from .unit_writes import written_to_tree
from .work import Work


@dataclass(frozen=True, slots=True)
class Lost:
    """A record as it was deleted. version: the one its deletion had; changes: field id -> (last value, None)."""

    record: int
    version: int
    changes: Mapping[str, Sequence[Any]]


async def restored(work: Work, compiled: CompiledRecord, one: Lost, origin: str) -> Outcome:
    """Bring a record back; whoever may delete it may."""
    entity = compiled.entity
    values = await filled(work, compiled, _last_values(compiled, one), compiled.paths)
    found = unit_ref(compiled, values, Ref(one.record))
    unit = found.id if found and found.id != one.record else None
    label = label_of(compiled, values, one.record)
    if not await may_stand(work, compiled, "delete", one.record, values, unit):
        return Outcome(one.record, None, "refused", (Diagnostic("WRITE_010", args={"label": label}),), (), label)
    changes: dict[str, Change] = {
        n: (None, v) for n, v in values.items() if n in compiled.stored and v not in (None, ())
    }
    ids: Iterator[int] = iter(await work.store.new_ids(ids_needed(changes, shelved(work.version, entity))))
    made = written(
        work, compiled, None, values, changes, unit, ids,
        number=one.record, origin=origin, version=one.version + 1, op="restore", returning=True,
    )  # fmt: skip
    said = await _apply(work, compiled, made)
    if said:
        return Outcome(one.record, None, "refused", said, (), label)
    return Outcome(one.record, made.version, "restored", (), (), label)


def _last_values(compiled: CompiledRecord, one: Lost) -> dict[str, Any]:
    values = dict(compiled.blank)
    by_id = {f.spec.id: f for f in compiled.fields.values()}
    for field, (last, _) in one.changes.items():
        spec = by_id.get(field)
        if spec is not None and last is not None:
            values[spec.name] = value_of(spec.spec, last)
    return values


async def _apply(work: Work, compiled: CompiledRecord, made: Batch) -> tuple[Diagnostic, ...]:
    """Write it; what the database had against it."""
    try:
        async with work.transaction() as connection:
            if compiled.entity.unit == ("self",):
                found = await written_to_tree(connection, compiled.entity, made.id, made.values, made.label)
                if found is not None:
                    raise _Standing(found)
                made.writes[:] = [w for w in made.writes if w is not journal.ACCESS_CHANGED]
            await connection.apply(made.writes)
    except _Standing as standing:
        return (standing.said,)
    except (Missed, Taken, Referred, Unfit):
        # Somebody has its unique values by now, brought it back already, or what it linked to is gone.
        return (Diagnostic("WRITE_012", args={"label": made.label}),)
    return ()


class _Standing(Exception):
    """The unit cannot stand where it stood."""

    def __init__(self, said: Diagnostic) -> None:
        super().__init__(said.code)
        self.said = said
