"""A change of one record as a value: what was sent, what would be stored, and everything that stands against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..compile.record import CompiledRecord
from ..diagnostics import Diagnostic, Place, is_error
from ..fieldtypes.clean import clip
from ..model import Text


@dataclass(frozen=True, slots=True)
class Changeset:
    """What would become of a record. Nothing is written; the same value re-renders a form that was refused.

    entity: name; id: None for a record that does not exist yet; version: the one the change was made against, 0 for a
    new record. values: every field of the record as it would be; changes: stored fields that differ, name -> (before,
    after). raw: as it was sent. errors and warnings: places are paths such as "guardians/2/phone", "" for the record
    as a whole. hidden: fields that do not apply; computed: fields whose value was worked out. unit: id of the record
    that is its unit, None when it has none or is its own.
    """

    entity: str
    id: int | None
    version: int
    values: Mapping[str, Any]
    changes: Mapping[str, tuple[Any, Any]]
    raw: Mapping[str, Any]
    errors: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    hidden: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()
    unit: int | None = None
    _at: dict[str, tuple[Diagnostic, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """Whether it may be applied."""
        return not self.errors

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Errors, then warnings."""
        return self.errors + self.warnings

    def at(self, path: str) -> tuple[Diagnostic, ...]:
        """What there is to say at a field or cell, errors first."""
        if not self._at:
            for found in self.diagnostics:
                self._at[found.place.path] = (*self._at.get(found.place.path, ()), found)
        return self._at.get(path, ())


def with_errors(changeset: Changeset, found: Iterable[Diagnostic]) -> Changeset:
    """The same change with further remarks, each among the errors or the warnings by its code."""
    extra = tuple(found)
    errors = tuple(d for d in extra if is_error(d))
    warnings = tuple(d for d in extra if not is_error(d))
    return replace(changeset, errors=changeset.errors + errors, warnings=changeset.warnings + warnings)


def with_taken(changeset: Changeset, compiled: CompiledRecord, fields: tuple[str, ...]) -> Changeset:
    """The same change after the database refused it: another record already has these values.

    fields: the names `unique_fields` gives for the index that refused, "guardians.phone" for a column of a sub-table.
    """
    specs = [compiled.fields[name.partition(".")[0]].spec for name in fields]
    if len(fields) > 1:
        titles = [s.title for s in specs]
        joined = Text("、".join(t.get("zh") for t in titles), ", ".join(t.get("en") for t in titles))
        places = (Place(path=s.name) for s in specs)
        return with_errors(changeset, (Diagnostic("REC_057", p, {"fields": joined}) for p in places))
    name, _, column = fields[0].partition(".")
    spec = specs[0]
    if column:
        inner = next((c for c in spec.rows if c.name == column), spec)
        return with_errors(changeset, (Diagnostic("REC_056", Place(path=name), {"field": inner.title, "typed": "…"}),))
    kind, value = compiled.fields[name].kind, changeset.values.get(name)
    shown = kind.mask(value) if spec.sensitive else clip(kind.show(spec, compiled.model, "zh")(value))
    return with_errors(changeset, (Diagnostic("REC_056", Place(path=name), {"field": spec.title, "typed": shown}),))
