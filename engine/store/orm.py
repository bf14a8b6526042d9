"""Tortoise for one store: its context, its connection, and which store the models speak to at the moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

# The context of TortoiseContext itself remembers one token and so serves one task only; a store serves all of them.
from tortoise.context import TortoiseContext, _current_context

from .protocol import Dialect
from .tables import APP, MODEL_MODULES, MODELS

MIGRATIONS = f"{__package__.rpartition('.')[0]}.migrations"


class Orm:
    """Tortoise bound to one database.

    The connection is called after the dialect. Tortoise keeps statements by the name of the connection, and they are
    the same for every database of a dialect, because the models are. What Tortoise keeps in the models themselves
    (which connection, which flavour of SQL) is set anew when a store of the other dialect is used; so queries of a
    SQLite store and of a PostgreSQL store must not be under way at the same time in one process.
    """

    _bound: ClassVar[Dialect | None] = None

    def __init__(self, dialect: Dialect, engine: str, credentials: dict[str, Any]) -> None:
        self._dialect = dialect
        self._context = TortoiseContext()
        app = {"models": list(MODEL_MODULES), "migrations": MIGRATIONS, "default_connection": dialect}
        self._config: dict[str, Any] = {
            "connections": {dialect: {"engine": engine, "credentials": credentials}},
            "apps": {APP: app},
        }

    async def open(self) -> Any:
        """The client of the connection, not connected yet."""
        token = _current_context.set(self._context)
        try:
            await self._context.init(config=self._config)
        finally:
            _current_context.reset(token)
        Orm._bound = self._dialect
        return self._context.connections.get(self._dialect)

    @contextmanager
    def active(self) -> Iterator[None]:
        """Tortoise queries of this task go to this database."""
        token = _current_context.set(self._context)
        try:
            if Orm._bound != self._dialect:
                self._bind()
            yield
        finally:
            _current_context.reset(token)

    def _bind(self) -> None:
        for model in MODELS:
            model._meta.default_connection = self._dialect
        if (apps := self._context.apps) is not None:
            apps._build_initial_querysets()
        Orm._bound = self._dialect

    async def mark(self, client: Any, names: Iterable[str]) -> None:
        """Note migrations as applied, in the transaction of `client`: their tables came from a backup."""
        executor = await self._executor(client)
        for name in names:
            await executor.recorder.record_applied(APP, name)

    async def upgrade(self, client: Any) -> None:
        """Apply the migrations that are missing, all inside the transaction of `client`, which is the active one."""
        await (await self._executor(client)).migrate()

    async def _executor(self, client: Any) -> Any:
        from tortoise.migrations.executor import MigrationExecutor  # not needed by a start that finds all in order

        executor = MigrationExecutor(client, self._config["apps"])
        # It would look for its own table by a query that fails, and that ends a transaction on PostgreSQL.
        await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))
        return executor
