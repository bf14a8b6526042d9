"""The PostgreSQL connection as Tortoise uses it: asyncpg's pool without its reset query."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any, cast

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.connection import get_connections

from .postgres_errors import FAILURES, translated
from .postgres_lanes import Lanes
from .protocol import Busy


async def _keep(_connection: Any) -> None:
    """Leave a connection as it is when it goes back: nothing here ever changes the state of its session.

    asyncpg would send a query to reset it, a second trip for every question.
    """


_DAY_ZERO = date(2000, 1, 1).toordinal()


async def _dates_as_they_are(connection: Any) -> None:
    """Store 9999-12-31 and 0001-01-01 as these days; asyncpg would make `infinity` of them, which no SQL can reckon."""
    await connection.set_type_codec(
        "date",
        schema="pg_catalog",
        format="tuple",
        encoder=lambda value: (value.toordinal() - _DAY_ZERO,),
        decoder=lambda found: date.fromordinal(found[0] + _DAY_ZERO),
    )


class Client(AsyncpgDBClient):
    """The connection outside a transaction."""

    def __init__(self, *, patience: float, **kwargs: Any) -> None:
        super().__init__(reset=_keep, init=_dates_as_they_are, **kwargs)
        self.patience = patience
        # A transaction may ask for ids or run a question beside it: keep one connection free for those, or as many
        # transactions as there are connections would wait for each other.
        self.turns = asyncio.Semaphore(max(1, self.pool_maxsize - 1))

        self._lanes: Lanes | None = None

    async def create_connection(self, with_db: bool) -> None:
        """Open the pool."""
        await super().create_connection(with_db)
        self._lanes = Lanes(self._pool, self.pool_maxsize, self.patience)

    async def close(self) -> None:
        """Close every connection."""
        if self._lanes is not None:
            lanes, self._lanes = self._lanes, None
            await lanes.close()
            await super().close()

    @property
    def lanes(self) -> Lanes:
        """The connections. Raises ValueError when the store is closed."""
        if self._lanes is None:
            raise ValueError("the store is closed")
        return self._lanes

    def acquire_connection(self) -> Any:
        """A connection for one query of Tortoise."""
        return self.lanes.use()

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
            connection = await self._client.lanes.take()
        except FAILURES as error:
            raise translated(error) from error
        inside = Transaction(self._client)
        inside._connection = cast(Any, connection)
        try:
            await inside.begin()
        except BaseException:
            await self._client.lanes.drop(connection)
            raise
        return inside

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        """Commit, or roll back on an exception. Raises Busy when it is not known to have lasted."""
        get_connections().reset(self._token)
        connection = self._inside._connection
        try:
            if not self._inside._finalized:
                await self._finish(exc_type is None)
        except BaseException:
            await self._client.lanes.drop(connection)
            raise
        else:
            self._client.lanes.give(connection)
        finally:
            self._client.turns.release()

    async def _finish(self, well: bool) -> None:
        try:
            await (self._inside.commit() if well else self._inside.rollback())
        except FAILURES as error:
            if well:
                raise translated(error) from error
            if not isinstance(translated(error), Busy):
                raise  # a lost connection has rolled back by itself


client_class = Client
