"""The PostgreSQL connection as Tortoise uses it: asyncpg's pool without its reset query."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.connection import get_connections

from .postgres_errors import FAILURES, translated
from .protocol import Busy


async def _keep(_connection: Any) -> None:
    """Leave a connection as it is when it goes back: nothing here ever changes the state of its session.

    asyncpg would send a query to reset it, a second trip for every question.
    """


class Client(AsyncpgDBClient):
    """The connection outside a transaction."""

    def __init__(self, *, patience: float, **kwargs: Any) -> None:
        super().__init__(reset=_keep, **kwargs)
        self.patience = patience
        # A transaction may ask for ids or run a question beside it: keep one connection free for those, or as many
        # transactions as there are connections would wait for each other.
        self.turns = asyncio.Semaphore(max(1, self.pool_maxsize - 1))

    @property
    def pool(self) -> asyncpg.Pool:
        """The open pool. Raises ValueError when the store is closed."""
        if self._pool is None:
            raise ValueError("the store is closed")
        return self._pool

    def _in_transaction(self) -> TransactionContext:
        return WriteTurn(self)


class Transaction(TransactionWrapper):
    """The connection inside a transaction. `failed`: a statement was refused, so it must not be committed."""

    failed: BaseException | None = None

    async def _translate_exceptions(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return await super()._translate_exceptions(func, *args, **kwargs)
        except Exception as error:
            self.failed = error
            raise


class WriteTurn(TransactionContext):
    """One transaction: from taking a connection to giving it back."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def __aenter__(self) -> TransactionalDBClient:
        """Take a connection and begin. Raises Busy."""
        await self._client.turns.acquire()
        try:
            self._inside = await self._begin()
        except BaseException:
            self._client.turns.release()
            raise
        self._token = get_connections().set(self._client.connection_name, self._inside)
        return self._inside

    async def _begin(self) -> Transaction:
        try:
            connection = await self._client.pool.acquire(timeout=self._client.patience)
        except FAILURES as error:
            raise translated(error) from error
        inside = Transaction(self._client)
        inside._connection = cast(Any, connection)
        try:
            await inside.begin()
        except BaseException:
            await self._client.pool.release(connection)
            raise
        return inside

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        """Commit, or roll back on an exception. Raises Busy when it is not known to have lasted."""
        get_connections().reset(self._token)
        try:
            if not self._inside._finalized:
                await self._finish(exc_type is None)
        finally:
            self._client.turns.release()
            if self._client._pool is not None:
                await self._client._pool.release(cast(Any, self._inside._connection))

    async def _finish(self, well: bool) -> None:
        try:
            await (self._inside.commit() if well else self._inside.rollback())
        except FAILURES as error:
            if well:
                raise translated(error) from error
            if not isinstance(translated(error), Busy):
                raise  # a lost connection has rolled back by itself


client_class = Client
