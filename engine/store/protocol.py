"""What the engine needs of a database; SQLite and PostgreSQL both provide it and pass one conformance suite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from ..model.sql import Sql
from ..model.storage import Storage, Table

Dialect = Literal["sqlite", "postgres"]
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A prepared question: SQL with constants and `Slot`s, and how each result column is stored."""

    sql: Sql
    returns: tuple[Storage, ...]


@dataclass(frozen=True, slots=True)
class Insert:
    """A row to be written. values: column name -> value as the engine holds it (str, int, Decimal, date, dict ...)."""

    table: Table
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Update:
    """Columns to be set on the row where all of `key` are equal.

    must_hit: exactly one row has to fit, or nothing of the whole batch happens (optimistic lock: put the version
    that was seen into `key`).
    """

    table: Table
    key: Mapping[str, Any]
    values: Mapping[str, Any]
    must_hit: bool = False


@dataclass(frozen=True, slots=True)
class Delete:
    """The rows where all of `key` are equal go."""

    table: Table
    key: Mapping[str, Any]
    must_hit: bool = False


@dataclass(frozen=True, slots=True)
class Holds:
    """A row where all of `key` are equal has to exist, or nothing of the whole batch happens.

    Raises Missed otherwise. Used to bind a batch to the published version it was made for.
    """

    table: Table
    key: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """Any other statement, with the parameters already in it."""

    sql: Sql
    slots: Mapping[str, Any] = field(default_factory=dict)


Write = Insert | Update | Delete | Holds | Run


class Missed(Exception):
    """A write with `must_hit` met no row; the batch was rolled back. `write` is that write."""

    def __init__(self, write: Write) -> None:
        super().__init__("the row was changed or is gone")
        self.write = write


class Taken(Exception):
    """A unique index refused the batch. `index` is the name of the index, `table` that of its table."""

    def __init__(self, table: str, index: str) -> None:
        super().__init__(f"{table}: {index}")
        self.table = table
        self.index = index


class Referred(Exception):
    """A reference refused the batch: a link points to nothing, or something still points to a deleted row."""

    def __init__(self, table: str, column: str = "") -> None:
        super().__init__(f"{table}: {column}")
        self.table = table
        self.column = column


class Busy(Exception):
    """The database did not answer in time or has no room; trying again later can help."""


class Outdated(Busy):
    """A table or column of the statement is not there: a publication went by. Load what is live and do it again."""


class Unfit(Exception):
    """A value does not fit its column: a NUL character in a text, a number out of range, a moment without a zone."""


class Connection(Protocol):
    """One transaction, or one read."""

    async def rows(self, query: Query, slots: Mapping[str, Any] = ...) -> list[Row]:
        """The answer of `query` with its slots filled; values are decoded by `query.returns`."""
        ...

    async def run(self, sql: Sql, slots: Mapping[str, Any] = ...) -> int:
        """Execute a statement; the number of rows it touched."""
        ...

    async def apply(self, writes: Sequence[Write]) -> None:
        """Execute the writes in order.

        Raises Missed, Taken, Referred, Unfit, Busy; then the transaction is rolled back. When several things are wrong
        at once, which of them is reported is not defined.
        """
        ...

    async def script(self, statements: Sequence[str]) -> None:
        """Statements without parameters, all in one trip. Errors as `apply`."""
        ...


class Store(Protocol):
    """A database with its connections.

    Inside `transaction()` the task uses the connection it was given: `apply` and `transaction` of the store raise
    RuntimeError there, because they would wait for each other. `rows` and `new_ids` stay usable.
    """

    @property
    def dialect(self) -> Dialect:
        """Which database it is."""
        ...

    @property
    def url(self) -> str:
        """Where it is, as given to `open_store`; may hold a password."""
        ...

    async def rows(self, query: Query, slots: Mapping[str, Any] = ...) -> list[Row]:
        """One question outside a transaction: a single round trip."""
        ...

    async def apply(self, writes: Sequence[Write]) -> None:
        """All writes in one transaction of their own: one round trip on PostgreSQL, one thread hop on SQLite."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """A write transaction: BEGIN IMMEDIATE on SQLite. Commits at the end of the block, rolls back on exception.

        Tortoise queries inside the block run in the same transaction.
        """
        ...

    async def new_ids(self, count: int = 1) -> range:
        """Ids never given out before, by any worker, for records and system rows alike."""
        ...

    def orm(self) -> AbstractContextManager[None]:
        """Tortoise queries inside the `with` block, in whatever task, go to this store."""
        ...

    async def checkpoint(self) -> None:
        """Values that were deleted are gone from the files: SQLite empties its log; nothing to do on PostgreSQL."""
        ...

    async def migrate(self) -> None:
        """Bring the system tables to this program's version; safe to call from several workers at once."""
        ...

    async def close(self) -> None:
        """Give every connection back."""
        ...
