"""A database to work an installation hard: an empty one of either kind, made for one run and gone after it."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from shuyuan.engine.settings import Database, Settings, defaults

from tests.conftest import PgServer, _local_server

Kind = Literal["sqlite", "postgres"]
_COUNT = iter(range(1_000_000))


def settings_at(url: str, folder: Path, pool: int = 8) -> Settings:
    """Settings for one worker, without the limits that keep a single visitor from asking too much."""
    plain = defaults()
    limits = dataclasses.replace(plain.limits, requests_per_minute=1_000_000)
    return dataclasses.replace(plain, database=Database(url, pool), files_folder=str(folder), limits=limits)


async def server() -> PgServer:
    """SHUYUAN_TEST_DSN, or a PostgreSQL of its own."""
    if dsn := os.environ.get("SHUYUAN_TEST_DSN"):
        return PgServer(dsn, local=False)
    return PgServer(await asyncio.to_thread(_local_server), local=True)


@asynccontextmanager
async def emptied(kind: Kind) -> AsyncIterator[tuple[str, Path]]:
    """The address of an empty database and a folder for files; not migrated."""
    with tempfile.TemporaryDirectory(prefix="shuyuan-load-") as name:
        folder = Path(name)
        if kind == "sqlite":
            yield f"sqlite:///{folder / 'school.sqlite3'}", folder
            return
        found = await server()
        database = f"shuyuan_t_{os.getpid()}_load{next(_COUNT)}"
        connection = await found.admin_connection()
        try:
            await connection.execute(f'CREATE DATABASE "{database}"')
            yield found.url(database), folder
            await connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
        finally:
            await connection.close()
