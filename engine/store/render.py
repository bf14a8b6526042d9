"""SQL values as text of one database: marks become what the driver expects, single writes become statements."""

# ruff: noqa: S608 - statements are put together from names that `quoted` has checked

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..model.sql import Slot, Sql
from ..model.storage import Storage, Table
from .coding import Coder, Decode, encoder, free, precision_of, rows_decoder
from .protocol import Delete, Dialect, Holds, Insert, Query, Update

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")

_POSTGRES = {
    "text": "text",
    "integer": "integer",
    "bigint": "bigint",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "timestamp": "timestamptz",
    "json": "jsonb",
}


@lru_cache(maxsize=8192)
def quoted(name: str) -> str:
    """The identifier in quotes. Raises ValueError for anything the engine would not have made."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name the engine makes: {name!r}")
    return f'"{name}"'


def type_name(storage: Storage, dialect: Dialect) -> str:
    """The type of a column or of a parameter."""
    if dialect == "sqlite":
        whole = storage.kind in ("integer", "bigint", "decimal", "boolean")
        return "INTEGER" if whole else "TEXT"
    if storage.kind == "decimal":
        return f"numeric({precision_of(storage):d},{storage.scale:d})"
    return _POSTGRES[storage.kind]


@dataclass(slots=True)
class Prepared:
    """A statement ready for the driver: `params` in the order of the marks, slots still open."""

    text: str
    params: tuple[object, ...]
    decode: Decode
    open: bool
    sqlite: bool

    def fill(self, slots: Mapping[str, Any]) -> Sequence[Any]:
        """The parameters with the slots filled. Raises KeyError for a slot that was not given."""
        if not self.open:
            return self.params
        if self.sqlite:
            return [free(slots[p.name]) if type(p) is Slot else p for p in self.params]
        return [slots[p.name] if type(p) is Slot else p for p in self.params]


def prepare(sql: Sql, dialect: Dialect, returns: Sequence[Storage] = ()) -> Prepared:
    """Text and parameters for the driver; on PostgreSQL a slot that occurs twice is sent once.

    Raises ValueError when marks and parameters are not equally many.
    """
    pieces = sql.text.split("?")
    if len(pieces) != len(sql.params) + 1:
        raise ValueError(f"{len(pieces) - 1} marks for {len(sql.params)} parameters: {sql.text}")
    has_slots = any(type(p) is Slot for p in sql.params)
    decode = rows_decoder(returns, dialect)
    if dialect == "sqlite":
        params = tuple(p if type(p) is Slot else free(p) for p in sql.params)
        return Prepared(sql.text, params, decode, has_slots, True)
    sent: list[object] = []
    numbers: dict[str, int] = {}
    text = [pieces[0]]
    for param, piece in zip(sql.params, pieces[1:], strict=True):
        number = numbers.get(param.name) if isinstance(param, Slot) else None
        if number is None:
            sent.append(param)
            number = len(sent)
            if isinstance(param, Slot):
                numbers[param.name] = number
        text.append(f"${number}{piece}")
    return Prepared("".join(text), tuple(sent), decode, has_slots, False)


class Shelf:
    """Prepared questions by the identity of their `Query`; what was not asked for a long time falls off.

    Identity, because a `Query` is compiled once at publish time and its equality walks the whole text.
    """

    def __init__(self, dialect: Dialect, size: int = 1024) -> None:
        self._dialect = dialect
        self._size = size
        self._young: dict[int, tuple[Query, Prepared]] = {}
        self._old: dict[int, tuple[Query, Prepared]] = {}

    def of(self, query: Query) -> Prepared:
        """The question ready for the driver."""
        found = self._young.get(id(query))
        if found is not None:
            return found[1]
        kept = self._old.get(id(query)) or (query, prepare(query.sql, self._dialect, query.returns))
        if len(self._young) >= self._size:
            self._old, self._young = self._young, {}
        self._young[id(query)] = kept
        return kept[1]


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a write: how it is encoded and, on PostgreSQL, cast."""

    name: str
    encode: Coder
    cast: str
    as_is: str = ""  # what tells a value that goes to the driver as it is, by the name `x`


def columns_of(table: Table, names: Iterable[str], dialect: Dialect) -> tuple[Param, ...]:
    """The columns of a write in order. Raises KeyError for a column the table does not have."""
    made = []
    for name in names:
        storage = table.column(name).storage
        cast = f"::{type_name(storage, dialect)}" if dialect == "postgres" else ""
        made.append(Param(name, encoder(storage, dialect), cast, _AS_IS.get((storage.kind, dialect), "")))
    return tuple(made)


_TEXT, _BIG, _INT = (
    "x.__class__ is str and N not in x",
    f"x.__class__ is int and {-(2**63)} <= x < {2**63}",
    (f"x.__class__ is int and {-(2**31)} <= x < {2**31}"),
)
_AS_IS: Mapping[tuple[str, Dialect], str] = {
    ("text", "sqlite"): _TEXT,
    ("text", "postgres"): _TEXT,
    ("bigint", "sqlite"): _BIG,
    ("bigint", "postgres"): _BIG,
    ("integer", "sqlite"): _INT,
    ("integer", "postgres"): _INT,
    ("boolean", "postgres"): "x is True or x is False",
}

Encode = Callable[[Iterable[Any]], list[Any]]
#: Functions that encode a row, by the identity of its columns, which are made once for each statement.
_ROWS: dict[int, tuple[Sequence[Param], Encode]] = {}


def encoded(columns: Sequence[Param], values: Iterable[Any]) -> list[Any]:
    """The values of a row as the driver takes them. Raises Unfit, and ValueError when there are more or fewer."""
    found = _ROWS.get(id(columns))
    if found is None or found[0] is not columns:
        if len(_ROWS) > 8192:
            _ROWS.clear()
        found = _ROWS[id(columns)] = (columns, _row_encoder(columns))
    return found[1](values)


def _row_encoder(columns: Sequence[Param]) -> Encode:
    """The function that encodes a row: generated, as most values need no more than a look."""
    if not columns:
        return list
    space: dict[str, Any] = {"N": "\0", **{f"e{at}": c.encode for at, c in enumerate(columns)}}
    parts = []
    for at, column in enumerate(columns):
        as_is = f" or ({column.as_is})" if column.as_is else ""
        parts.append(f"x if (x := a{at}) is None{as_is} else e{at}(x)")
    names = "".join(f"a{at}, " for at in range(len(columns)))
    exec(compile(f"def run(v):\n  {names}= v\n  return [{', '.join(parts)}]", "<row>", "exec"), space)  # noqa: S102
    made: Encode = space["run"]
    return made


class Marks:
    """Gives out the marks of one statement in order."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self.count = 0

    def next(self, column: Param, suffix: str = "") -> str:
        """The mark for a value of the column, cast to its type where the database wants that."""
        self.count += 1
        return f"${self.count}{column.cast}{suffix}" if self._dialect == "postgres" else "?"


def where(columns: Sequence[Param], empty: frozenset[str], marks: Marks) -> str:
    """`a = ? AND b = ?`; columns named in `empty` are compared with null and take no mark."""
    parts = [f"{quoted(c.name)} IS NULL" if c.name in empty else f"{quoted(c.name)} = {marks.next(c)}" for c in columns]
    return " AND ".join(parts) or "true"


def insert_text(table: Table, columns: Sequence[Param], marks: Marks) -> str:
    """One row."""
    names = ", ".join(quoted(c.name) for c in columns)
    return f"INSERT INTO {quoted(table.name)} ({names}) VALUES ({', '.join(marks.next(c) for c in columns)})"


def update_text(table: Table, sets: Sequence[Param], marks: Marks) -> str:
    """Up to `WHERE `: the condition comes after it, and its marks too."""
    assignments = ", ".join(f"{quoted(c.name)} = {marks.next(c)}" for c in sets)
    return f"UPDATE {quoted(table.name)} SET {assignments} WHERE "


def empty_of(key: Mapping[str, Any]) -> frozenset[str]:
    """The columns of a key that are compared with null."""
    if None not in key.values():
        return frozenset()
    return frozenset(name for name, value in key.items() if value is None)


@dataclass(frozen=True, slots=True)
class Statement:
    """One write as text, and the columns that encode its parameters: first `sets`, then `key`."""

    text: str
    sets: tuple[Param, ...]
    key: tuple[Param, ...]


Structured = Insert | Update | Delete | Holds
Shape = tuple[Any, ...]


def shape_of(write: Structured) -> Shape:
    """What the text of a write depends on; two writes of one shape differ in values only.

    The table goes in by identity: tables are compiled once, and comparing them walks all their columns.
    """
    if isinstance(write, Insert):
        return ("I", id(write.table), *write.values)
    if isinstance(write, Update):
        return ("U", id(write.table), empty_of(write.key), write.must_hit, len(write.key), *write.key, *write.values)
    kind = "D" if isinstance(write, Delete) else "C"
    return (kind, id(write.table), empty_of(write.key), getattr(write, "must_hit", True), *write.key)


def statement(write: Structured, dialect: Dialect) -> Statement:
    """The write as one statement of its own."""
    marks = Marks(dialect)
    table = write.table
    if isinstance(write, Insert):
        sets = columns_of(table, write.values, dialect)
        return Statement(insert_text(table, sets, marks), sets, ())
    empty = empty_of(write.key)
    key = columns_of(table, write.key, dialect)
    bound = tuple(c for c in key if c.name not in empty)
    if isinstance(write, Update):
        sets = columns_of(table, write.values, dialect)
        head = update_text(table, sets, marks)
        return Statement(head + where(key, empty, marks), sets, bound)
    verb = "DELETE FROM" if isinstance(write, Delete) else "SELECT 1 FROM"
    return Statement(f"{verb} {quoted(table.name)} WHERE {where(key, empty, marks)}", (), bound)


def parameters(made: Statement, write: Structured) -> list[Any]:
    """What fills the marks of `made` for this write. Raises Unfit."""
    if isinstance(write, Insert):
        return encoded(made.sets, write.values.values())
    given = write.key if len(made.key) == len(write.key) else {k: v for k, v in write.key.items() if v is not None}
    filled = encoded(made.key, given.values())
    if isinstance(write, Update):
        return encoded(made.sets, write.values.values()) + filled
    return filled


class Statements:
    """Statements of single writes by shape."""

    def __init__(self, dialect: Dialect, size: int = 4096) -> None:
        self._dialect = dialect
        self._size = size
        self._made: dict[Shape, tuple[Table, Statement]] = {}

    def of(self, write: Structured) -> Statement:
        """The statement of the write; its table is kept alive, so that its identity stays its own."""
        shape = shape_of(write)
        found = self._made.get(shape)
        if found is None:
            if len(self._made) >= self._size:
                self._made.clear()
            found = self._made[shape] = (write.table, statement(write, self._dialect))
        return found[1]
