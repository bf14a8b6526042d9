"""The record behind an approval, as expressions of its version see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..changeset import unit_ref
from ..compile.record import CompiledRecord, label_of
from ..expr import from_python
from ..model import Actor, Record, Ref
from ..policy import actor_value
from .cases import Subject
from .context import Now
from .work import Work


def subject_of(
    work: Work, compiled: CompiledRecord, number: int, old: Record | None, values: Mapping[str, Any], unit: int | None
) -> Subject:
    """The record of an approval that begins, as it will be. old: as it is stored, None for a new one."""
    version = old.version if old else 1
    own = number if compiled.entity.unit == ("self",) else unit
    return made_subject(compiled, Record(compiled.entity.name, number, version, values, unit=own), work.actor, work.now)


def made_subject(compiled: CompiledRecord, record: Record, actor: Actor, now: Now) -> Subject:
    """The record with everything its expressions may name."""
    values = record.values
    seen = {f.name: f.in_feel(values.get(f.name)) for f in compiled.otherwise if f.in_feel}
    itself = Ref(record.id, record.label, values)
    context = {
        "id": record.id,
        "self": itself,
        "version": record.version,
        "created_by": record.created_by,
        "created_at": record.created_at,
        "updated_by": record.updated_by,
        "updated_at": record.updated_at,
        "unit": unit_ref(compiled, values, itself) or (Ref(record.unit) if record.unit else None),
        "$now": from_python(now.at, compiled.model.zone),
        "$zone": compiled.model.zone,
        "actor": actor_value(actor),
        **values,
        **seen,
    }
    label = label_of(compiled, values, record.id)
    return Subject(compiled.model, compiled.entity, record.id, record.version, record.unit, label, context)
