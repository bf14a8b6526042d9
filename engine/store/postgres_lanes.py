"""PostgreSQL connections kept at hand: taken and given back without a word to the server or to the event loop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from .protocol import Busy


def _usable(connection: Any) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:  # the server closed it, and the pool has taken it back by itself
        return False


class Lanes:
    """Up to `size` connections of an asyncpg pool; the one used last is used first.

    The pool itself takes nearly as long to lend a connection as asyncpg takes to ask a short question over it. It still
    opens, checks and closes connections; a connection whose state is not known for certain goes back to it.
    """

    def __init__(self, pool: asyncpg.Pool, size: int, patience: float) -> None:
        self._pool = pool
        self._size = size
        self._patience = patience
        self._opened = 0
        self._idle: list[Any] = []
        self._line: deque[asyncio.Future[None]] = deque()

    async def take(self) -> Any:
        """A connection that is free and open. Raises Busy after `patience` seconds, and what asyncpg raises."""
        while True:
            while self._idle:
                connection = self._idle.pop()
                if _usable(connection):
                    return connection
                await self.drop(connection)
            if self._opened < self._size:
                return await self._open()
            await self._wait()

    async def _open(self) -> Any:
        self._opened += 1
        try:
            return await self._pool.acquire(timeout=self._patience)
        except BaseException:
            self._opened -= 1
            self._wake()
            raise

    async def _wait(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            async with asyncio.timeout(self._patience):
                await turn
        except TimeoutError:
            raise Busy("every connection is in use") from None
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._wake()  # it was our turn: pass it on
            raise

    def _wake(self) -> None:
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    def give(self, connection: Any) -> None:
        """The connection is free again and as it was."""
        self._idle.append(connection)
        self._wake()

    async def drop(self, connection: Any) -> None:
        """The connection may be in the middle of something: the pool makes it usable or closes it."""
        self._opened -= 1
        try:
            await self._pool.release(connection)
        finally:
            self._wake()

    @asynccontextmanager
    async def use(self) -> AsyncIterator[Any]:
        """A connection for a block. After an error it goes back to the pool, unless the server sent that error."""
        connection = await self.take()
        try:
            yield connection
        except asyncpg.PostgresError:
            self.give(connection)
            raise
        except BaseException:
            await self.drop(connection)
            raise
        self.give(connection)

    async def fetch(self, text: str, *params: Any) -> list[Any]:
        """The rows of one question."""
        connection = await self.take()
        try:
            found: list[Any] = await connection.fetch(text, *params)
        except asyncpg.PostgresError:
            self.give(connection)
            raise
        except BaseException:
            await self.drop(connection)
            raise
        self.give(connection)
        return found

    async def fetchval(self, text: str, *params: Any) -> Any:
        """The first value of the first row, None when there is none."""
        found = await self.fetch(text, *params)
        return found[0][0] if found else None

    async def execute(self, text: str, *params: Any) -> str:
        """What the server says of one statement, such as `UPDATE 1`."""
        async with self.use() as connection:
            return str(await connection.execute(text, *params))

    async def close(self) -> None:
        """Give the idle connections back."""
        idle, self._idle = self._idle, []
        for connection in idle:
            await self.drop(connection)
