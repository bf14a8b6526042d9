"""The store on PostgreSQL: one trip for a question, one trip for a batch of writes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Any, cast

from ..model.sql import Sql
from .fuse import Fused, apart, fuse, fused_parameters, many_parameters, many_text, one_statement, whole_alone
from .guarding import Current, Failed
from .ids import TAKE, Ids
from .orm import Orm
from .parts import Part, is_guard, parts_of
from .postgres_errors import FAILURES, translated
from .postgres_orm import Client, Transaction
from .protocol import Connection, Dialect, Holds, Insert, Missed, Query, Row, Run, Write
from .render import Prepared, Shelf, Statements, parameters, prepare
from .upgrade import upgrade

_NONE: Mapping[str, Any] = {}
_TAKE = prepare(Sql(TAKE, (0,)), "postgres").text
#: Seconds for what may take long: making an index over a large table, copying one.
PATIENCE = 3600.0
#: Seconds for everything else.
_TIMEOUT = 60
#: Fused statements kept in memory.
_KEPT = 2048


class Batches:
    """How batches are sent, by their shape."""

    def __init__(self) -> None:
        # Shapes know tables by their identity, so each entry keeps its tables alive.
        self._made: dict[Any, tuple[Fused | None, bool, list[Any]]] = {}
        self.statements = Statements("postgres")

    def fused(self, parts: Sequence[Part]) -> Fused | None:
        """One statement for the parts, or None when they have to go one by one."""
        key = tuple((part.shape, part.many) for part in parts)
        found = self._made.get(key)
        if found is None:
            if len(self._made) >= _KEPT:
                self._made.clear()
            names = [part.table for part in parts]
            statement = fuse(parts) if one_statement(parts) else None
            # Two writes to one table may meet in a row: that depends on their values, so it is looked at each time.
            tables = [getattr(part.writes[0], "table", None) for part in parts]
            found = self._made[key] = (statement, len(set(names)) < len(names), tables)
        statement, look, _ = found
        return statement if statement is None or not look or apart(parts) else None


def touched(status: str) -> int:
    """The number of rows in an answer such as `UPDATE 1` or `INSERT 0 1`; 0 where there is none."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0


class Sender:
    """Sends writes over one asyncpg connection or pool."""

    def __init__(self, batches: Batches) -> None:
        self.batches = batches

    async def single(self, connection: Any, part: Part) -> None:
        """One part as a statement of its own. Raises Missed."""
        write = part.writes[0]
        if isinstance(write, Run):
            ready = prepare(write.sql, "postgres")
            await connection.execute(ready.text, *ready.fill(write.slots))
            return
        if part.many and isinstance(write, Insert):
            made = many_text(write)
            await connection.execute(made.text, *many_parameters(made, part))
            return
        statement = self.batches.statements.of(write)
        filled = parameters(statement, write)
        if isinstance(write, Holds):
            if not await connection.fetch(statement.text, *filled):
                raise Missed(write)
        elif touched(await connection.execute(statement.text, *filled)) != 1 and is_guard(write):
            raise Missed(write)

    async def together(self, connection: Any, fused: Fused, parts: Sequence[Part]) -> bool:
        """All parts in one statement. False when a guard was missed and it has to be found out which; else Missed."""
        met = await connection.fetchval(fused.text, *fused_parameters(fused, parts))
        if met == 1:
            return True
        if fused.guard is not None:
            raise Missed(parts[fused.guard].writes[0])
        return False


class PostgresConnection:
    """The connection inside a transaction."""

    def __init__(self, store: PostgresStore, inside: Transaction) -> None:
        self._store = store
        self._inside = inside
        self._failed: BaseException | None = None

    @property
    def client(self) -> Transaction:
        """The connection as Tortoise uses it."""
        return self._inside

    @property
    def failed(self) -> BaseException | None:
        """The first refusal, after which nothing can be committed any more."""
        return self._failed or self._inside.failed

    @property
    def _open(self) -> Any:
        if self._inside._finalized:
            raise RuntimeError("the transaction is over")
        return self._inside._connection

    def _refused(self, error: BaseException) -> BaseException:
        found = translated(error)
        self._failed = self._failed or found
        return found

    async def rows(self, query: Query, slots: Mapping[str, Any] = _NONE) -> list[Row]:
        """The answer of `query`, with what this transaction has written."""
        ready = self._store.shelf.of(query)
        try:
            return ready.decode(await self._open.fetch(ready.text, *ready.fill(slots)))
        except FAILURES as error:
            raise self._refused(error) from error

    async def run(self, sql: Sql, slots: Mapping[str, Any] = _NONE) -> int:
        """Execute a statement; the number of rows it touched."""
        ready = prepare(sql, "postgres")
        try:
            return touched(await self._open.execute(ready.text, *ready.fill(slots)))
        except FAILURES as error:
            raise self._refused(error) from error

    async def apply(self, writes: Sequence[Write]) -> None:
        """Execute the writes in order, in one trip where that is the same."""
        try:
            await self._store.send(self._open, writes)
        except FAILURES as error:
            raise self._refused(error) from error
        except Exception as error:
            self._failed = self._failed or error
            raise

    async def script(self, statements: Sequence[str]) -> None:
        """Execute statements without parameters, in one trip."""
        try:
            await self._open.execute(";\n".join(statements), timeout=PATIENCE)
        except FAILURES as error:
            raise self._refused(error) from error


class PostgresStore:
    """A PostgreSQL database as a store; see `protocol.Store`."""

    def __init__(self, url: str, orm: Orm, client: Client) -> None:
        self._url = url
        self._orm = orm
        self._client = client
        self._lanes = client.lanes
        self.shelf = Shelf("postgres")
        self._sender = Sender(Batches())
        self._ids = Ids()
        self._current: Current[PostgresConnection] = Current()

    @property
    def dialect(self) -> Dialect:
        """Which database it is."""
        return "postgres"

    @property
    def url(self) -> str:
        """Where it is, as given to `open_store`; may hold a password."""
        return self._url

    async def rows(self, query: Query, slots: Mapping[str, Any] = _NONE) -> list[Row]:
        """One question in one trip."""
        ready: Prepared = self.shelf.of(query)
        try:
            return ready.decode(await self._lanes.fetch(ready.text, *ready.fill(slots)))
        except FAILURES as error:
            raise translated(error) from error

    async def apply(self, writes: Sequence[Write]) -> None:
        """All writes in one transaction: one trip where one statement can do it."""
        self._current.refuse("apply()")
        parts = parts_of(writes)
        if not parts:
            return
        try:
            if len(parts) == 1 and whole_alone(parts[0].writes[0]):
                await self._sender.single(self._lanes, parts[0])
            elif not (fused := self._sender.batches.fused(parts)) or not await self._all_at_once(fused, parts):
                await self._one_by_one(parts)
        except FAILURES as error:
            raise translated(error) from error

    async def _all_at_once(self, fused: Fused, parts: Sequence[Part]) -> bool:
        if not fused.aborts:
            return await self._sender.together(self._lanes, fused, parts)
        try:
            return await self._sender.together(self._lanes, fused, parts)
        except FAILURES as error:
            if getattr(error, "sqlstate", "") != "22012":  # division_by_zero: some guard was missed
                raise
            return False

    async def _one_by_one(self, parts: Sequence[Part]) -> None:
        async with self._lanes.use() as connection, connection.transaction():
            for part in parts:
                await self._sender.single(connection, part)

    async def send(self, connection: Any, writes: Sequence[Write]) -> None:
        """Send writes inside a transaction. Raises Missed and whatever asyncpg raises."""
        parts = parts_of(writes)
        fused = self._sender.batches.fused(parts) if len(parts) > 1 else None
        if fused is not None and not fused.aborts and await self._sender.together(connection, fused, parts):
            return
        for part in parts:
            await self._sender.single(connection, part)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A write transaction, also for Tortoise queries inside it."""
        self._current.refuse("transaction()")
        with self._orm.active():
            async with self._client._in_transaction() as inside:
                connection = PostgresConnection(self, cast(Transaction, inside))
                with self._current.set(connection):
                    yield connection
                if connection.failed is not None:
                    raise Failed(connection.failed)

    async def new_ids(self, count: int = 1) -> range:
        """Ids never given out before; from memory, and every thousand from the database."""
        return await self._ids.take(count, self._take_block)

    async def _take_block(self, size: int) -> int:
        try:
            return int(await self._lanes.fetchval(_TAKE, size))
        except FAILURES as error:
            raise translated(error) from error

    async def mark(self, connection: PostgresConnection, migrations: Iterable[str]) -> None:
        """Note migrations as applied, inside the transaction: their tables came from a backup."""
        await self._orm.mark(connection.client, migrations)

    def orm(self) -> AbstractContextManager[None]:
        """Tortoise queries inside the block go to this store."""
        return self._orm.active()

    async def checkpoint(self) -> None:
        """Nothing to do."""

    async def migrate(self) -> None:
        """Bring the system tables to this program's version."""
        await upgrade(self, self._orm)

    async def close(self) -> None:
        """Give every connection back."""
        await self._client.close()


async def open_postgres(url: str, credentials: dict[str, Any], pool: int, patience: float = 10.0) -> PostgresStore:
    """The store in a database that exists. Raises Busy when it cannot be reached."""
    settings = {
        "minsize": 1,
        "maxsize": max(2, pool),
        "patience": patience,
        "application_name": "shuyuan",
        "statement_cache_size": 256,
        "max_cached_statement_lifetime": 0,
        "command_timeout": _TIMEOUT,
    }
    orm = Orm("postgres", Client.__module__, settings | credentials)
    client = await orm.open()
    try:
        await client.create_connection(with_db=True)
    except FAILURES as error:
        raise translated(error) from error
    return PostgresStore(url, orm, client)
