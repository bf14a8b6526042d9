"""What a publication does to the tables: steps as values, made by the plan, carried out by the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .storage import Column, Index, Table


@dataclass(frozen=True, slots=True)
class CreateTable:
    """A new table with its columns, references and indexes."""

    table: Table


@dataclass(frozen=True, slots=True)
class DropTable:
    """A table goes with everything in it."""

    table: str


@dataclass(frozen=True, slots=True)
class RenameTable:
    """A table gets another name; references to it follow, its indexes keep their names."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AddColumn:
    """A new column, null in every row there is."""

    table: str
    column: Column


@dataclass(frozen=True, slots=True)
class DropColumn:
    """A column goes with its values. Indexes over it have to be dropped by steps of their own."""

    table: str
    column: Column


@dataclass(frozen=True, slots=True)
class RenameColumn:
    """A column gets another name."""

    table: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class CreateIndex:
    """A new index. A unique one over rows that are not unique refuses the publication (Taken)."""

    table: str
    index: Index


@dataclass(frozen=True, slots=True)
class DropIndex:
    """An index goes."""

    table: str
    index: Index


@dataclass(frozen=True, slots=True)
class CopyColumn:
    """The values of `source` go into `target` of the same table, converted; what cannot be converted stays null.

    mapping: old text -> new text (options of a choice); when it is not empty nothing else survives.
    convert: from the value `source` holds to the value `target` holds, None for what cannot be converted; without it
    the value is converted by the kinds of the two columns and nothing is rounded or cut. zone: where a day begins.
    forward: the way `target` was once turned into `source`; a value still in `target` that this turns into the one in
    `source` stays as it is, so that going back to a former type gives back what was written then.
    `target` may be `source`; values for which `convert` gives None stay as they are then.
    """

    table: str
    source: Column
    target: Column
    mapping: Mapping[str, str] = field(default_factory=dict)
    convert: Callable[[Any], Any] | None = field(default=None, compare=False, repr=False)
    forward: Callable[[Any], Any] | None = field(default=None, compare=False, repr=False)
    zone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class CreateView:
    """A view for reports outside the engine: columns of one table under their current names.

    columns: name in the view -> column. `name` and the names in the view match `[a-z][a-z0-9_]*`.
    """

    name: str
    table: str
    columns: tuple[tuple[str, Column], ...]


@dataclass(frozen=True, slots=True)
class DropView:
    """A view goes; it is no mistake when there is none of that name."""

    name: str


SchemaStep = (
    CreateTable
    | DropTable
    | RenameTable
    | AddColumn
    | DropColumn
    | RenameColumn
    | CreateIndex
    | DropIndex
    | CopyColumn
    | CreateView
    | DropView
)
