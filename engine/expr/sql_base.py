"""The words of the SQL target: columns, pieces of SQL with what is known of them, and one translation.

Every boolean is written for the question asked of it: is it true, is it false, or what is it. So plain `=` (and an
index) serves where only "true" matters, and null-safe forms stand only under `not`, in `!=` and in values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from ..model.sql import Sql, joined
from ..model.storage import Storage
from ..model.text import Text
from .dialect import Dialect
from .node import Node

#: The largest size a number may reach inside SQL; SQLite goes over to floating point beyond 64 bits.
ROOM = 9 * 10**18


@dataclass(frozen=True, slots=True)
class ColumnSql:
    """Where a path is stored. sql: the column, with its parameters when it is a slot; links are columns of ids."""

    sql: Sql
    storage: Storage
    nullable: bool = True


class Columns(Protocol):
    """What the caller knows of tables; it takes care of joins."""

    def column(self, path: tuple[str, ...]) -> ColumnSql | None:
        """The column of a path such as ("class", "campus"), None when it is not in the database."""
        ...

    def rows(self, path: tuple[str, ...]) -> RowsSql | None:
        """The child table of a sub-table field, None when it is none."""
        ...


@dataclass(frozen=True, slots=True)
class RowsSql:
    """A sub-table. source: what stands after FROM, up to and including a WHERE with at least one condition, such as
    `c_1 AS r WHERE r.parent = s.id`; columns: the columns of one row."""

    source: Sql
    columns: Columns


@dataclass(frozen=True, slots=True)
class Piece:
    """A value in SQL.

    kind: of `types.Kind`; scale: a number is its integer divided by 10**scale in SQLite; bound: largest absolute value
    in those units; whole: an integer, not numeric, in PostgreSQL; known: the constant it is, when it is one; nullable:
    whether it can be null; items: a list parameter and the kind of its items; json: a column with a JSON list.
    """

    sql: Sql
    kind: str
    scale: int = 0
    bound: int = ROOM
    nullable: bool = True
    known: object = None
    items: tuple[object, str] | None = None
    json: bool = False
    whole: bool = True


class NotSql(Exception):
    """A part of the expression that cannot be SQL, and why."""

    def __init__(self, node: Node, why: Text) -> None:
        super().__init__(why.en)
        self.node = node
        self.why = why


Valued = Callable[["Writer", Node, "Env"], Piece]
Asked = Callable[["Writer", Node, "Env"], Sql]


@dataclass(frozen=True, slots=True)
class Env:
    """Where names lead: columns of the record, and of the row each variable stands for."""

    columns: Columns
    rows: Mapping[str, Columns] = field(default_factory=dict)

    def bound(self, name: str, columns: Columns) -> Env:
        """The same with a variable that stands for one row."""
        return Env(self.columns, {**self.rows, name: columns})


@dataclass(frozen=True, slots=True)
class Rules:
    """How operations become SQL, by `op`. value: as it is; true, false: a condition that is true exactly then."""

    value: Mapping[str, Valued]
    true: Mapping[str, Asked]
    false: Mapping[str, Asked]


@dataclass(frozen=True, slots=True)
class Writer:
    """One translation: the dialect and the rules."""

    dialect: Dialect
    rules: Rules

    def value(self, node: Node, env: Env) -> Piece:
        """The value; booleans three-valued as the language has them."""
        return _rule(self.rules.value, node)(self, node, env)

    def true(self, node: Node, env: Env) -> Sql:
        """A condition that is true exactly when the value is true."""
        return _rule(self.rules.true, node)(self, node, env)

    def false(self, node: Node, env: Env) -> Sql:
        """A condition that is true exactly when the value is false."""
        return _rule(self.rules.false, node)(self, node, env)


R = TypeVar("R")


def _rule(rules: Mapping[str, R], node: Node) -> R:
    found = rules.get(node.op)
    if found is None:
        raise NotSql(node, Text("数据库没有这种运算", "the database has no such operation"))
    return found


def all_true(parts: list[Sql]) -> Sql:
    """All of the conditions."""
    return parts[0] if len(parts) == 1 else Sql("(") + joined(" AND ", parts) + ")"


def any_true(parts: list[Sql]) -> Sql:
    """At least one of the conditions."""
    return parts[0] if len(parts) == 1 else Sql("(") + joined(" OR ", parts) + ")"


def bracketed(sql: Sql) -> Sql:
    return Sql("(") + sql + ")"


def boolean(sql: Sql, nullable: bool = True) -> Piece:
    """A condition as a value."""
    return Piece(sql, "boolean", nullable=nullable)
