"""Between the values of a record and what its columns hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..fieldtypes import column_name, type_of
from ..model import Entity, Field
from .table import stored_fields

_Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """How fields of one table are stored: for each its name, column and conversions, None where nothing changes."""

    fields: tuple[tuple[str, str, _Convert | None, _Convert | None], ...]

    def columns(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Column -> what it holds, for the fields among `values` that have a column here."""
        found = {}
        for name, column, write, _ in self.fields:
            if name in values:
                value = values[name]
                found[column] = value if write is None or value is None else write(value)
        return found

    def values(self, row: Sequence[Any], at: int = 0) -> dict[str, Any]:
        """Field name -> value, from a row that holds the columns of all fields in order, beginning at `at`.

        Links come without label or values, which whoever asked for them puts in.
        """
        found = {}
        for position, (name, _, _, read) in enumerate(self.fields, at):
            value = row[position]
            found[name] = value if read is None or value is None else read(value)
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """The columns in order."""
        return tuple(column for _, column, _, _ in self.fields)


def stored(entity: Entity) -> Stored:
    """The columns of the record table that belong to fields, in the order of the definition."""
    return _stored(stored_fields(entity))


def stored_rows(rows: Field) -> Stored:
    """The columns of a sub-table's child table that belong to its columns."""
    return _stored(tuple(c for c in rows.rows if type_of(c).column(c) is not None))


def _stored(fields: Sequence[Field]) -> Stored:
    kinds = ((f, type_of(f)) for f in fields)
    return Stored(tuple((f.name, column_name(f), kind.to_stored, kind.from_stored) for f, kind in kinds))
