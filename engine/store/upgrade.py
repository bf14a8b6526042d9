"""Bringing the system tables to the version of the program: one cheap look, and the migrations only when needed."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from ..diagnostics import Diagnostic, Refused
from ..model.sql import Sql
from ..model.storage import Storage
from .orm import MIGRATIONS, Orm
from .protocol import Outdated, Query, Store
from .tables import APP

_APPLIED = Query(Sql("SELECT name FROM tortoise_migrations WHERE app = ?", (APP,)), (Storage("text"),))
#: Workers that start at once take turns by this lock (PostgreSQL; on SQLite there is one writer anyway).
_LOCK = "SELECT pg_advisory_xact_lock(7263391052)"


def shipped() -> set[str]:
    """The names of the migrations that come with the program."""
    package = importlib.import_module(MIGRATIONS)
    return {module.name for module in pkgutil.iter_modules(package.__path__) if module.name[0] not in "_~"}


async def applied(store: Store) -> set[str]:
    """The names of the migrations that the database has seen; none when it is empty."""
    try:
        return {str(row[0]) for row in await store.rows(_APPLIED)}
    except Outdated:
        return set()


async def upgrade(store: Any, orm: Orm) -> None:
    """Apply what is missing, in one transaction. Raises Refused(STORE_001) when the database is ahead of us."""
    ours = shipped()
    theirs = await applied(store)
    if theirs - ours:
        raise Refused(Diagnostic("STORE_001", args={"names": ", ".join(sorted(theirs - ours))}))
    if theirs == ours:
        return
    async with store.transaction() as connection:
        if store.dialect == "postgres":
            await connection.script([_LOCK])
        await orm.upgrade(connection.client)
