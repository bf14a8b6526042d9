"""Connections to a SQLite file: how each is opened, and the readers that never wait for the writer."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

import aiosqlite

T = TypeVar("T")

#: Statements each connection keeps prepared.
_KEPT = 512

#: `synchronous=FULL`: what was acknowledged survives a power cut. `secure_delete`: deleted values are overwritten.
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA journal_size_limit = 67108864",
)


def _prepare(connection: sqlite3.Connection, writer: bool, patience: float) -> None:
    if writer:
        _keep_a_log(connection, patience)
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    # `sqlite_work.begin` does the waiting of the writer.
    connection.execute("PRAGMA busy_timeout = 0" if writer else "PRAGMA query_only = ON")


def _keep_a_log(connection: sqlite3.Connection, patience: float) -> None:
    """Switch to a write-ahead log; two processes that open a new file at once get in each other's way here."""
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorcode or 0) & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(0.005)


def hop(connection: aiosqlite.Connection, work: Callable[..., T], *args: Any) -> Awaitable[T]:
    """Run `work(sqlite3 connection, *args)` in the thread of the connection: one hop, whatever it does there."""
    return cast(Awaitable[T], cast(Any, connection)._execute(work, connection._conn, *args))


class Readers:
    """Up to `size` connections for questions, opened when they are needed; the one used last is used first."""

    def __init__(self, path: str, size: int, patience: float) -> None:
        self._path = path
        self._size = size
        self._patience = patience
        self._opened = 0
        self._idle: list[aiosqlite.Connection] = []
        self._line: deque[asyncio.Future[None]] = deque()
        self._closed = False

    async def open(self, *, writer: bool) -> aiosqlite.Connection:
        """A new connection. The writer makes the file if there is none. Raises sqlite3.OperationalError."""
        connection = aiosqlite.connect(
            self._path, isolation_level=None, timeout=self._patience, cached_statements=_KEPT
        )
        # A forgotten store must not keep the process from ending.
        connection._thread.daemon = True
        opened = await connection
        try:
            await hop(opened, _prepare, writer, self._patience)
        except BaseException:
            await opened.close()
            raise
        return opened

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in the thread of a free reader. Cancelling the task stops the question itself."""
        connection = await self._take()
        try:
            return await hop(connection, work)
        except asyncio.CancelledError:
            connection._conn.interrupt()
            raise
        finally:
            if self._closed:
                await connection.close()
            else:
                self._idle.append(connection)
                self._wake()

    async def _take(self) -> aiosqlite.Connection:
        while not self._idle:
            if self._closed:
                raise ValueError("the store is closed")
            if self._opened < self._size:
                self._opened += 1
                try:
                    return await self.open(writer=False)
                except BaseException:
                    self._opened -= 1
                    self._wake()
                    raise
            turn = asyncio.get_running_loop().create_future()
            self._line.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._wake()  # the turn was given to us, pass it on
                raise
        return self._idle.pop()

    def _wake(self) -> None:
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    async def close(self) -> None:
        """Close the readers; questions that are still under way are waited for."""
        self._closed = True
        while self._line:
            self._wake()
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.close()
