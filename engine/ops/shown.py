"""What reading gives: lists, records, histories and hits as values, with nothing that their reader may not see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from ..model import Card, Entity, Field, Operation, Record, Text
from .asking import Ask, Path


@dataclass(frozen=True, slots=True)
class Masked:
    """Stands where a value is there and not shown in full; `text` is what remains of it."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list. field: None for the id and other facts every record has; cell: how it is shown, as
    `FieldType.cell` says; sortable: for this reader; title: with what it leads through, such as 班级 / 校区.
    """

    path: Path
    title: Text
    field: Field | None
    cell: str
    sortable: bool

    @property
    def name(self) -> str:
        """The path as it is written in a query."""
        return ".".join(self.path)


class Line(NamedTuple):
    """A record in a list. cells: one for each column, as the engine holds values, `Masked`, or None for nothing.

    A link is a `Ref`, with an empty label when the reader does not see what it leads to.
    """

    id: int
    version: int
    label: str
    cells: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list. after, before: cursors of the neighbouring pages, "" where there is none."""

    entity: Entity
    columns: tuple[ListColumn, ...]
    lines: tuple[Line, ...]
    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """A record as one reader sees it.

    record: what is shown in full; rows of sub-tables hold `Masked` in masked cells and leave hidden cells out.
    masked: by field name, what is shown in part. hidden: names of fields the reader does not see here. editable: names
    of fields the reader may write now, open cases considered. may: what may be done with this very record.
    """

    record: Record
    masked: Mapping[str, Masked] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    editable: frozenset[str] = frozenset()
    may: frozenset[Operation] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found by the search over everything. soft: what tells it from others of its name, such as its class."""

    entity: Entity
    id: int
    label: str
    soft: str = ""


@dataclass(frozen=True, slots=True)
class By:
    """Who did something: the account and its name as it is now; id 0 is the system."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What a field held before and after; `Masked` where the reader sees it in part, and for the text of a value that
    was written when the field had another type.
    """

    field: Field
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a record's history. op: create, edit, delete, restore ...; origin: "", "import:ID", "bulk:ID" or
    "case:ID"; fields: those the reader sees, in the order of the definition.
    """

    id: int
    version: int
    at: datetime
    by: By
    op: str
    origin: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """Records of an entity that link to a record. title: how the list is called; any: whether there is one to see."""

    entity: Entity
    field: Field
    title: Text
    ask: Ask
    any: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a card. label: what it stands for, "" for records without a value; ask: the records behind it."""

    label: Text
    value: Decimal
    ask: Ask


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card of a dashboard with what is on it. number: None where the reader may not see what is measured; more: the
    number is the least there is, counting was given up.
    """

    card: Card
    entity: Entity
    number: Decimal | None = None
    more: bool = False
    bars: tuple[Bar, ...] = ()
    listing: Listing | None = None
