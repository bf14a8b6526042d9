"""Which column a field is stored in: the same while type and storage stay, a new one for another type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..fieldtypes import target_of, type_of
from ..model import Entity, Field
from .identity import Known, Stored

#: Types that hold whatever those beside them hold, letter by letter.
_WIDE = frozenset({"text", "long_text"})
_LETTERS = frozenset(
    {"text", "long_text", "person_name", "address", "email", "url", "phone", "student_code", "serial", "resident_id"}
    | {"bank_card"}
)


def settle(entity: Entity, known: Known, targets: Mapping[str, str]) -> Known:
    """`known` with the storage of every field. targets: entity name -> id, for what links lead to."""
    return replace(known, parts=_settled(entity.fields, known.parts, targets))


def _settled(fields: tuple[Field, ...], parts: Mapping[str, Known], targets: Mapping[str, str]) -> dict[str, Known]:
    found = {}
    for field in fields:
        known = parts[field.name]
        below = _settled(field.rows, known.parts, targets) if field.rows else known.parts
        found[field.name] = replace(_field(field, known, targets), parts=below)
    return found


def _field(field: Field, known: Known, targets: Mapping[str, str]) -> Known:
    storage = storage_in_words(field, targets)
    old = known.stored
    if not storage:
        return replace(known, stored=Stored("", field.type, ""), past=_past(known, ""))
    if old is None:
        return replace(known, stored=Stored("c_" + known.id, field.type, storage))
    now = Stored(old.column, field.type, storage)
    if stays(old, now):
        return known if now == old else replace(known, stored=now)
    former = next((p for p in known.past if (p.type, p.storage) == (now.type, now.storage)), None)
    column = former.column if former else _new_column(known)
    return replace(known, stored=replace(now, column=column), past=_past(known, column))


def stays(old: Stored, new: Stored) -> bool:
    """Whether stored values need no conversion: the same storage, and a type that holds all the old one held."""
    if old.storage != new.storage or not old.column:
        return False
    widened = new.type in _WIDE and old.type in _LETTERS and old.type != "long_text"
    return old.type == new.type or widened or ">" in old.storage


def _past(known: Known, taken: str) -> tuple[Stored, ...]:
    """The columns set aside, the present one included, without the one that is taken up again."""
    old = known.stored
    past = (*known.past, old) if old and old.column else known.past
    return tuple(p for p in past if p.column != taken)


def _new_column(known: Known) -> str:
    """`c_` and the id, with a number from the second column on."""
    used = {p.column for p in known.past} | ({known.stored.column} if known.stored else set())
    names = ("c_" + known.id if n == 1 else f"c_{known.id}_{n}" for n in range(1, len(used) + 2))
    return next(n for n in names if n not in used)


def storage_in_words(field: Field, targets: Mapping[str, str]) -> str:
    """`text`, `decimal(18,2)`, `bigint>e1a2b3c4d` for a link; "" when the field has no column."""
    kind = type_of(field)
    column = kind.column(field)
    if column is None:
        return ""
    storage = column.storage
    if storage.kind == "decimal":
        return f"decimal({storage.precision},{storage.scale})"
    target = target_of(field)
    return f"{storage.kind}>{targets.get(target, '?')}" if target else str(storage.kind)
