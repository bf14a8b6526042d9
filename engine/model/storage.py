"""How values are stored: column kinds, columns, tables. The same words for both databases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnKind = Literal["text", "integer", "bigint", "decimal", "boolean", "date", "time", "timestamp", "json"]


@dataclass(frozen=True, slots=True)
class Storage:
    """How one value is stored.

    kind: `integer` is 32 bits or more, `bigint` 64 (ids, links), `decimal` exact with `scale` digits behind the point
    and `precision` in all, `timestamp` UTC with microseconds, `json` any JSON (lists of choices, file references).
    SQLite: decimals are integers times 10**scale, dates and times ISO text, timestamps fixed-width ISO text ending in
    `Z`, booleans 0/1, json text. PostgreSQL: numeric(p,s), date, time, timestamptz, boolean, jsonb, text COLLATE "C".
    """

    kind: ColumnKind
    scale: int = 0
    precision: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A physical column; `refers` names the table a link points to."""

    name: str
    storage: Storage
    nullable: bool = True
    refers: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """An index over columns of one table; a unique one lets several rows with nulls pass."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A physical table. Every table has the primary key column `id` (bigint) unless `key` names another."""

    name: str
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...] = ()
    key: tuple[str, ...] = ("id",)

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
