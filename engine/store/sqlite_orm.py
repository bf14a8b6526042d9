"""The SQLite connection as Tortoise uses it: one writer that begins with BEGIN IMMEDIATE, readers beside it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar, cast

import aiosqlite
from tortoise.backends.base.client import NestedTransactionContext, TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper, translate_exceptions
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

from . import sqlite_work
from .sqlite_errors import translated
from .sqlite_readers import Readers, hop

T = TypeVar("T")


def _rows(connection: sqlite3.Connection, query: str, values: Sequence[Any]) -> tuple[int, list[sqlite3.Row]]:
    before = connection.total_changes
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    rows = cursor.execute(query, values).fetchall()
    return (connection.total_changes - before) or len(rows), rows


def _inserted(connection: sqlite3.Connection, query: str, values: Sequence[Any]) -> int:
    return connection.execute(query, values).lastrowid or 0


class Client(SqliteClient):
    """The connection outside a transaction: questions go to the readers, each write is a transaction of its own."""

    def __init__(self, file_path: str, *, readers: Readers, patience: float, **kwargs: Any) -> None:
        super().__init__(file_path, **kwargs)
        self.readers = readers
        self.patience = patience

    async def create_connection(self, with_db: bool) -> None:
        """Open the writer."""
        if self._connection is None:
            self._connection = await self.readers.open(writer=True)
            await self._post_connect()

    async def close(self) -> None:
        """Close the readers first, so that the writer is the last and leaves no log behind."""
        await self.readers.close()
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    @property
    def writer(self) -> aiosqlite.Connection:
        """The open writer; only to be used while `lock` is held. Raises ValueError when the store is closed."""
        if self._connection is None:
            raise ValueError("the store is closed")
        return self._connection

    @property
    def lock(self) -> asyncio.Lock:
        """Who writes holds it; the others of this process stand in line."""
        return self._lock

    def _in_transaction(self) -> TransactionContext:
        return WriteTurn(self)

    async def execute_insert(self, query: str, values: list[Any]) -> int:
        """One row."""
        async with self._in_transaction() as inside:
            return int(await inside.execute_insert(query, values))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """Many rows, all or none."""
        async with self._in_transaction() as inside:
            await inside.execute_many(query, values)

    @translate_exceptions
    async def _read(self, query: str, values: Sequence[Any]) -> Any:
        return await self.readers.run(partial(_rows, query=query, values=values))

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Any]:
        """The number of rows touched or found, and the rows."""
        if query.lstrip()[:6].upper() == "SELECT":
            return cast(tuple[int, Any], await self._read(query, values or []))
        async with self._in_transaction() as inside:
            return await inside.execute_query(query, values)

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        """The rows as dicts."""
        return [dict(row) for row in (await self.execute_query(query, values))[1]]

    async def execute_script(self, query: str) -> None:
        """Several statements, all or none."""
        async with self._in_transaction() as inside:
            await inside.execute_script(query)


class Transaction(SqliteTransactionWrapper):
    """The connection inside a transaction. `failed`: a statement was refused, so it must not be committed."""

    failed: BaseException | None = None

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.patience: float = connection.patience

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(Transaction(self))

    async def begin(self) -> None:
        """Take the right to write. Raises Busy."""
        try:
            await hop(self._connection, sqlite_work.begin, self.patience)
        except sqlite3.Error as error:
            raise translated(error, self._connection._conn) from error

    async def commit(self) -> None:
        """Make it last. Raises Busy; then nothing of it is left."""
        self._finish()
        try:
            await hop(self._connection, sqlite_work.commit)
        except sqlite3.Error as error:
            raise translated(error, self._connection._conn) from error

    async def rollback(self) -> None:
        """Leave nothing of it."""
        self._finish()
        await hop(self._connection, sqlite_work.rollback)

    def _finish(self) -> None:
        if self._finalized:
            raise TransactionManagementError("the transaction is over")
        self._finalized = True

    @translate_exceptions
    async def _do(self, query: Any, work: Callable[..., T], *args: Any) -> T:
        if self._finalized:
            raise TransactionManagementError("the transaction is over")
        try:
            return await hop(self._connection, work, query, *args)
        except sqlite3.Error as error:
            self.failed = error
            raise

    async def execute_insert(self, query: str, values: list[Any]) -> int:
        """One row."""
        return int(await self._do(query, _inserted, values))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """Many rows."""
        await self._do(query, sqlite3.Connection.executemany, values)

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Any]:
        """The number of rows touched or found, and the rows."""
        found: tuple[int, Any] = await self._do(query, _rows, values or [])
        return found

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        """The rows as dicts."""
        return [dict(row) for row in (await self.execute_query(query, values))[1]]

    async def execute_script(self, query: str) -> None:
        """Several statements."""
        for statement in sqlite_work.split(query):
            await self._do(statement, _rows, [])


class WriteTurn(TransactionContext):
    """One turn at writing: from the lock through BEGIN IMMEDIATE to the end of the transaction."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def __aenter__(self) -> TransactionalDBClient:
        """Wait for the turn and begin. Raises Busy."""
        await self._client.lock.acquire()
        try:
            self._inside = Transaction(self._client)
            await self._inside.begin()
        except BaseException:
            await self._leave()
            raise
        self._token = get_connections().set(self._client.connection_name, self._inside)
        return self._inside

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        """Commit, or roll back on an exception."""
        get_connections().reset(self._token)
        try:
            if self._inside._finalized:
                return
            if exc_type is None:
                await self._inside.commit()
            else:
                await self._inside.rollback()
        finally:
            self._client.lock.release()

    async def _leave(self) -> None:
        # Cancelled while beginning: the thread may still be about to begin, so undo that behind it.
        try:
            if self._client._connection is not None:
                await hop(self._client.writer, sqlite_work.rollback)
        finally:
            self._client.lock.release()


client_class = Client
