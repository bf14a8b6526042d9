"""The library of these tests, and the school in the middle of a term, on either database."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ..conftest import PgServer
from ..school import School, opened
from .shelf import Shelf, shelf


@pytest.fixture
async def own_books(store_url: str, tmp_path: Path) -> AsyncIterator[Shelf]:
    """A library for one test, which may change it; the test runs once for each database."""
    async with shelf(store_url, tmp_path / "files") as found:
        yield found


@asynccontextmanager
async def _copied(server: PgServer, template: str, kind: str) -> AsyncIterator[str]:
    """The address of a copy of a PostgreSQL database."""
    name = f"shuyuan_t_{os.getpid()}_reading_{kind}"
    connection = await server.admin_connection()
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        yield server.url(name)
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await connection.close()


@pytest.fixture(scope="session")
async def postgres_shelf_url(pg_server: PgServer, pg_template: str) -> AsyncIterator[str]:
    """An empty database for the library all tests read."""
    async with _copied(pg_server, pg_template, "shelf") as url:
        yield url


@pytest.fixture(scope="session")
async def postgres_lively_url(pg_server: PgServer, pg_school: str) -> AsyncIterator[str]:
    """A copy of the school for all tests that read it."""
    async with _copied(pg_server, pg_school, "lively") as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_shelf_url(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty file for the library all tests read."""
    return f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path_factory.mktemp('shelf') / 'shelf.sqlite3')}"


@pytest.fixture(scope="session")
def sqlite_lively_url(sqlite_school_file: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A copy of the school for all tests that read it."""
    return f"sqlite:///{shutil.copyfile(sqlite_school_file, tmp_path_factory.mktemp('lively') / 'school.sqlite3')}"


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def shelf_url(request: pytest.FixtureRequest) -> str:
    """Where the library all tests read lies; they run once for each database."""
    return str(request.getfixturevalue(f"{request.param}_shelf_url"))


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def lively_url(request: pytest.FixtureRequest) -> str:
    """Where the school all tests read lies; they run once for each database."""
    return str(request.getfixturevalue(f"{request.param}_lively_url"))


@pytest.fixture(scope="session")
async def books(shelf_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shelf]:
    """The library for tests that only read it."""
    async with shelf(shelf_url, tmp_path_factory.mktemp("files")) as found:
        yield found


@pytest.fixture(scope="session")
async def lively(lively_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    """The school with requests, approvals and history, for tests that only read it."""
    async with opened(lively_url, tmp_path_factory.mktemp("files")) as found:
        await found.play()
        yield found
