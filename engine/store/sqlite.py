"""The store on SQLite: one writer, readers beside it, every transaction in one hop into a thread."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from functools import partial
from typing import Any, cast

from ..model.sql import Sql
from . import sqlite_work
from .guarding import Current, Failed
from .ids import TAKE, Ids
from .orm import Orm
from .protocol import Connection, Dialect, Query, Row, Write
from .render import Shelf, Statements, prepare
from .sqlite_errors import translated
from .sqlite_orm import Client, Transaction
from .sqlite_readers import Readers, hop
from .upgrade import upgrade

_NONE: Mapping[str, Any] = {}


class SqliteConnection:
    """The connection inside a transaction."""

    def __init__(self, store: SqliteStore, inside: Transaction) -> None:
        self._store = store
        self._inside = inside
        self._failed: BaseException | None = None
        self.last: int | None = None  # of the block of ids that this transaction took
        self.ids = Ids()

    @property
    def client(self) -> Transaction:
        """The connection as Tortoise uses it."""
        return self._inside

    @property
    def failed(self) -> BaseException | None:
        """The first refusal, after which nothing can be committed any more."""
        return self._failed or self._inside.failed

    async def _hop(self, work: Any, *args: Any) -> Any:
        if self._inside._finalized:
            raise RuntimeError("the transaction is over")
        try:
            return await hop(self._inside._connection, work, *args)
        except Exception as error:
            self._failed = self._failed or error
            raise

    async def rows(self, query: Query, slots: Mapping[str, Any] = _NONE) -> list[Row]:
        """The answer of `query`, with what this transaction has written."""
        ready = self._store.shelf.of(query)
        found: list[Row] = await self._hop(sqlite_work.read, ready.text, ready.fill(slots), ready.decode)
        return found

    async def run(self, sql: Sql, slots: Mapping[str, Any] = _NONE) -> int:
        """Execute a statement; the number of rows it touched."""
        ready = prepare(sql, "sqlite")
        return int(await self._hop(sqlite_work.run, ready.text, ready.fill(slots)))

    async def apply(self, writes: Sequence[Write]) -> None:
        """Execute the writes in order."""
        await self._hop(sqlite_work.write, self._store.statements, writes)

    async def script(self, statements: Sequence[str]) -> None:
        """Execute statements without parameters."""
        await self._hop(sqlite_work.script, statements)

    async def new_ids(self, count: int) -> range:
        """Ids when none are left in memory: the only writer is this transaction, so they come out of it."""
        return await self.ids.take(count, self._take_block)

    async def _take_block(self, size: int) -> int:
        self.last = int(await self._hop(_take, size))
        return self.last


def _take(connection: sqlite3.Connection, size: int) -> int:
    return int(connection.execute(TAKE, (size,)).fetchone()[0])


def _take_alone(connection: sqlite3.Connection, size: int, patience: float) -> int:
    sqlite_work.begin(connection, patience)
    try:
        last = _take(connection, size)
    except BaseException:
        sqlite_work.rollback(connection)
        raise
    sqlite_work.commit(connection)
    return last


def _raise_counter(connection: sqlite3.Connection, last: int, patience: float) -> None:
    sqlite_work.begin(connection, patience)
    connection.execute("UPDATE sy_counter SET value = max(value, ?) WHERE name = 'id'", (last,))
    sqlite_work.commit(connection)


class SqliteStore:
    """A SQLite file as a store; see `protocol.Store`."""

    def __init__(self, url: str, path: str, orm: Orm, client: Client, readers: Readers) -> None:
        self._url = url
        self.path = path
        self._orm = orm
        self._client = client
        self._readers = readers
        self.shelf = Shelf("sqlite")
        self.statements = Statements("sqlite")
        self.patience = client.patience
        self._ids = Ids()
        self._current: Current[SqliteConnection] = Current()
        self._waiting: list[tuple[Sequence[Write], asyncio.Future[None]]] = []
        self._drain: asyncio.Task[None] | None = None

    @property
    def dialect(self) -> Dialect:
        """Which database it is."""
        return "sqlite"

    @property
    def url(self) -> str:
        """Where it is, as given to `open_store`."""
        return self._url

    async def rows(self, query: Query, slots: Mapping[str, Any] = _NONE) -> list[Row]:
        """One question, in one hop into the thread of a reader."""
        ready = self.shelf.of(query)
        work = partial(sqlite_work.read, text=ready.text, params=ready.fill(slots), decode=ready.decode)
        return await self._readers.run(work)

    async def apply(self, writes: Sequence[Write]) -> None:
        """All writes in one transaction. Batches that wait at the same time are made to last together."""
        self._current.refuse("apply()")
        if not writes:
            return
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._waiting.append((writes, done))
        if self._drain is None:
            self._drain = loop.create_task(self._write_waiting())
        await done

    async def _write_waiting(self) -> None:
        try:
            while self._waiting:
                async with self._client.lock:
                    batches, self._waiting = self._waiting, []
                    await self._write_together(batches)
        finally:
            self._drain = None

    async def _write_together(self, batches: list[tuple[Sequence[Write], asyncio.Future[None]]]) -> None:
        writes = [batch for batch, _ in batches]
        outcomes: list[BaseException | None]
        try:
            outcomes = await hop(self._client.writer, sqlite_work.write_all, self.statements, writes, self.patience)
        except Exception as error:  # noqa: BLE001 - handed to everybody who waits
            outcomes = [error] * len(batches)
        for (_, done), outcome in zip(batches, outcomes, strict=True):
            if done.done():
                continue
            if outcome is None:
                done.set_result(None)
            else:
                done.set_exception(outcome)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A write transaction, also for Tortoise queries inside it."""
        self._current.refuse("transaction()")
        connection: SqliteConnection | None = None
        try:
            with self._orm.active():
                async with self._client._in_transaction() as inside:
                    connection = SqliteConnection(self, cast(Transaction, inside))
                    with self._current.set(connection):
                        yield connection
                    if connection.failed is not None:
                        raise Failed(connection.failed)
        except BaseException:
            if connection is not None and connection.last is not None:
                await self._keep_ids(connection.last)
            raise
        self._ids.adopt(connection.ids)

    async def _keep_ids(self, last: int) -> None:
        # The counter was rolled back too, but the caller may still hold on to ids it was given.
        async with self._client.lock:
            await hop(self._client.writer, _raise_counter, last, self.patience)

    async def new_ids(self, count: int = 1) -> range:
        """Ids never given out before; from memory, and every thousand from the database."""
        if (found := self._ids.left(count)) is not None and count > 0:
            return found
        if (connection := self._current.get()) is not None:
            return await connection.new_ids(count)
        return await self._ids.take(count, self._take_block)

    async def _take_block(self, size: int) -> int:
        async with self._client.lock:
            try:
                return await hop(self._client.writer, _take_alone, size, self.patience)
            except sqlite3.Error as error:
                raise translated(error, self._client.writer._conn) from error

    def orm(self) -> AbstractContextManager[None]:
        """Tortoise queries inside the block go to this store."""
        return self._orm.active()

    async def checkpoint(self) -> None:
        """Move the log into the file and empty it."""
        async with self._client.lock:
            await hop(self._client.writer, sqlite_work.run, "PRAGMA wal_checkpoint(TRUNCATE)", ())

    async def migrate(self) -> None:
        """Bring the system tables to this program's version."""
        await upgrade(self, self._orm)

    async def close(self) -> None:
        """Finish what was begun and give every connection back."""
        if self._drain is not None:
            await self._drain
        async with self._client.lock:
            await self._client.close()


async def open_sqlite(url: str, path: str, pool: int, patience: float = 10.0) -> SqliteStore:
    """The store in the file at `path`, which is made when it is not there; its folder has to be."""
    readers = Readers(path, pool, patience)
    engine = Client.__module__
    orm = Orm("sqlite", engine, {"file_path": path, "readers": readers, "patience": patience})
    client = await orm.open()
    await client.create_connection(with_db=True)
    return SqliteStore(url, path, orm, client, readers)
