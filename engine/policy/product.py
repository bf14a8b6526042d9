"""What one actor may see and do with the records of one entity: the value every page, list and export works from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..model import Operation, Sql

Verdict = Literal["show", "mask", "hide"]


@dataclass(frozen=True, slots=True)
class Varies:
    """How a field is shown where that differs from record to record.

    show, mask: names of conditions of the product, "" for never; show is asked first, then mask, else it is hidden.
    """

    show: str = ""
    mask: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """Rows and fields of one entity for one operation and one set of roles; the same text however many units.

    predicate: over the record table; its slots are filled by `slots_of(actor, ...)`.
    fields: by field id, columns of sub-tables included: how a value is shown. writable: by field id, only for create,
    edit and import: True, False or the name of the condition it hangs on. conditions: name and boolean SQL to select
    beside the columns, for those fields that vary (`conditions_for`); null counts as false.
    nothing: no record at all, whatever the data; the predicate is then false.
    by_unit: name of the slot with a few unit ids when the predicate says nothing but that the record lies in one of
    them, else "". PostgreSQL then finds the first rows of a sorted list ten times faster unit by unit (`unnest(slot)
    CROSS JOIN LATERAL (... WHERE unit = value ORDER BY ... LIMIT n)`) than by the predicate.
    """

    entity: str
    operation: Operation
    predicate: Sql
    fields: Mapping[str, Verdict | Varies]
    writable: Mapping[str, bool | str] = field(default_factory=dict)
    conditions: tuple[tuple[str, Sql], ...] = ()
    nothing: bool = False
    by_unit: str = ""

    def conditions_for(self, fields: frozenset[str] | set[str]) -> tuple[tuple[str, Sql], ...]:
        """The conditions that these fields hang on."""
        wanted: set[str] = set()
        for one in fields:
            shown = self.fields.get(one)
            if isinstance(shown, Varies):
                wanted |= {shown.show, shown.mask}
            if isinstance(writes := self.writable.get(one), str):
                wanted.add(writes)
        return tuple(pair for pair in self.conditions if pair[0] in wanted)

    def shown(self, one: str, holds: Mapping[str, object]) -> Verdict:
        """How field `one` of a record is shown; holds: the record's values of the conditions, by name."""
        found = self.fields.get(one, "hide")
        if not isinstance(found, Varies):
            return found
        if found.show and holds.get(found.show):
            return "show"
        return "mask" if found.mask and holds.get(found.mask) else "hide"

    def may_write(self, one: str, holds: Mapping[str, object]) -> bool:
        """Whether field `one` of a record may be changed; holds: as in `shown`."""
        found = self.writable.get(one, False)
        return bool(holds.get(found)) if isinstance(found, str) else found

    def ever(self, one: str) -> bool:
        """Whether field `one` is shown, at least masked, for some record: the column then stands in lists."""
        return self.fields.get(one, "hide") != "hide"


#: From most to least.
ORDER: tuple[Verdict, ...] = ("show", "mask", "hide")


def lesser(a: Verdict, b: Verdict) -> Verdict:
    """The verdict that gives away less."""
    return a if ORDER.index(a) >= ORDER.index(b) else b
