"""All tables of a PostgreSQL database out of one snapshot, and back into an empty one."""

# ruff: noqa: S608 - statements are put together from names that `quoted` has checked

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

from ..diagnostics import Diagnostic, Refused
from ..model.sql import Sql
from ..model.steps import CreateTable
from ..model.storage import Column, ColumnKind, Index, Storage, Table
from .inspection import Found, FoundTable, inspect
from .postgres import PATIENCE, PostgresConnection, PostgresStore
from .postgres_errors import FAILURES, translated
from .protocol import Query, Row
from .render import quoted
from .schema import create_table, statements
from .tables import APP

_NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")
_KINDS: dict[str, ColumnKind] = {
    'text COLLATE "C"': "text",
    "integer": "integer",
    "bigint": "bigint",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "timestamptz": "timestamp",
    "jsonb": "json",
}
_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"


def table_from(name: str, found: FoundTable) -> Table:
    """The table that the database describes. Raises ValueError for a type the engine does not use."""
    columns = tuple(Column(c, _storage(f.type), f.nullable, f.refers) for c, f in found.columns.items())
    indexes = tuple(Index(i, names, unique) for i, (names, unique) in found.indexes.items())
    return Table(name, columns, indexes, found.key)


def _storage(kind: str) -> Storage:
    if number := _NUMERIC.fullmatch(kind):
        return Storage("decimal", scale=int(number[2]), precision=int(number[1]))
    if kind not in _KINDS:
        raise ValueError(f"unknown type {kind}")
    return Storage(_KINDS[kind])


class Snapshot:
    """The database as it is at one moment, while others go on writing."""

    def __init__(self, connection: PostgresConnection, found: Found) -> None:
        self._connection = connection
        self.tables = tuple(table_from(name, table) for name, table in sorted(found.tables.items()))

    async def column(self, text: str, *params: object) -> tuple[str, ...]:
        """The first column of a question about texts."""
        rows: list[Row] = await self._connection.rows(Query(Sql(text, params), (Storage("text"),)))
        return tuple(row[0] for row in rows)

    async def migrations(self) -> tuple[str, ...]:
        """The migrations the database has seen."""
        return await self.column("SELECT name FROM tortoise_migrations WHERE app = ? ORDER BY name", APP)

    async def copy_out(self, table: Table, write: Callable[[bytes], Any]) -> int:
        """The rows of a table in PostgreSQL's own text form; how many there were."""

        async def piece(content: bytes) -> None:
            await asyncio.to_thread(write, content)

        names = ", ".join(quoted(c.name) for c in table.columns)
        raw: Any = self._connection.client._connection
        try:
            text = f"SELECT {names} FROM {quoted(table.name)}"
            status = await raw.copy_from_query(text, output=piece, format="text", timeout=PATIENCE)
        except FAILURES as error:
            raise translated(error) from error
        return int(str(status).rpartition(" ")[2])


@asynccontextmanager
async def snapshot(store: PostgresStore) -> AsyncIterator[Snapshot]:
    """What is committed now, for as long as the block lasts."""
    async with store.transaction() as connection:
        if not isinstance(connection, PostgresConnection):
            raise TypeError(type(connection).__name__)
        await connection.script([_SNAPSHOT])
        yield Snapshot(connection, await inspect(store, connection))


async def fill(
    store: PostgresStore,
    tables: tuple[tuple[Table, int], ...],
    migrations: tuple[str, ...],
    content: Callable[[Table], Iterator[bytes]],
    *,
    replace: bool,
) -> None:
    """Make the tables and fill them, all or nothing; views are not made.

    Raises Refused(STORE_022) when there are tables and `replace` is not set, (STORE_020) when rows are missing.
    """
    async with store.transaction() as connection:
        if not isinstance(connection, PostgresConnection):
            raise TypeError(type(connection).__name__)
        await _clear(store, connection, replace)
        await connection.script([create_table(table, "postgres") for table, _ in tables])
        for table, rows in tables:
            if await _copy_in(connection, table, content(table)) != rows:
                raise Refused(Diagnostic("STORE_020", args={"reason": f"{table.name}: rows are missing"}))
        made = statements([CreateTable(table) for table, _ in tables], "postgres")
        await connection.script([text for text in made if not text.startswith("CREATE TABLE")])
        await store.mark(connection, migrations)


async def _clear(store: PostgresStore, connection: PostgresConnection, replace: bool) -> None:
    found = await inspect(store, connection)
    if found.tables and not replace:
        raise Refused(Diagnostic("STORE_022"))
    drop = [f"DROP VIEW {quoted(name)}" for name in found.views]
    drop += [f"DROP TABLE {quoted(name)} CASCADE" for name in found.tables]
    await connection.script([*drop, 'DROP TABLE IF EXISTS "tortoise_migrations"'])


async def _copy_in(connection: PostgresConnection, table: Table, content: Iterator[bytes]) -> int:
    async def pieces() -> AsyncIterator[bytes]:
        while piece := await asyncio.to_thread(next, content, b""):
            yield piece

    raw: Any = connection.client._connection
    names = [c.name for c in table.columns]
    try:
        status = await raw.copy_to_table(table.name, source=pieces(), columns=names, format="text", timeout=PATIENCE)
    except FAILURES as error:
        raise translated(error) from error
    return int(str(status).rpartition(" ")[2])
