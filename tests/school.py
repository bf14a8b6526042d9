"""The demo school for tests: made once for a state of the code, and opened as a fresh copy by each test."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from shuyuan.definitions.accounts import PASSWORD, accounts
from shuyuan.definitions.generate import DEMO_TODAY, Size, generate
from shuyuan.definitions.requests import requests
from shuyuan.engine.definition import shipped
from shuyuan.engine.engine import Engine, open_engine
from shuyuan.engine.model import SYSTEM, Actor, Sql, Storage
from shuyuan.engine.ops.actors import load_actor
from shuyuan.engine.ops.live import Version
from shuyuan.engine.ops.passwords import Passwords
from shuyuan.engine.ops.publish import install
from shuyuan.engine.ops.seed import Seeded, seed
from shuyuan.engine.ops.work import Work
from shuyuan.engine.settings import Database, Settings, defaults
from shuyuan.engine.store import Query, open_store
from shuyuan.web.cli.demo import play

ROOT = Path(__file__).resolve().parents[1]
#: Six classes on two campuses, a term of attendance, some 2,400 records.
SIZE = Size(students=240)
#: Ten in the morning of the day the demo school is shown on.
MORNING = datetime(DEMO_TODAY.year, DEMO_TODAY.month, DEMO_TODAY.day, 2, tzinfo=UTC)


@dataclass
class Clock:
    """Stands still until it is moved."""

    at: datetime = MORNING

    def __call__(self) -> datetime:
        return self.at

    def move(self, **span: float) -> None:
        self.at += timedelta(**span)


class Back:
    """Moves a clock some days back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._from = clock.at

    @property
    def ago(self) -> int:
        return (self._from - self._clock.at).days

    @ago.setter
    def ago(self, days: int) -> None:
        self._clock.at = self._from - timedelta(days)


def quick_passwords() -> Passwords:
    """argon2 at the lowest cost there is."""
    return Passwords(threads=1, memory_kib=8, rounds=1)


@dataclass
class School:
    """The demo school, open. `clock` stands at ten in the morning of `DEMO_TODAY` until it is moved.

    Logins are those of `definitions.accounts`: admin, registrar.east, head.east, head.west, teacher, student, guardian
    and so on; everybody's password is `password`.
    """

    engine: Engine
    clock: Clock
    url: str
    password: str = PASSWORD
    others: list[Engine] = field(default_factory=list)

    async def account(self, login: str) -> int:
        """The id of an account."""
        ((found,),) = await self.rows(Sql("SELECT id FROM sy_account WHERE login = ?", (login,)), "bigint")
        return int(found)

    async def actor(self, login: str) -> Actor:
        """Who a login stands for, with the rights of now."""
        number = await self.account(login)
        found = await load_actor(self.engine.store, self.engine.version.model, number, self.clock)
        assert found is not None
        return found

    async def work(self, login: str = "") -> Work:
        """A piece of work of a login, of the system itself for ""."""
        return self.engine.work(await self.actor(login) if login else SYSTEM)

    async def ids(self, entity: str) -> list[int]:
        """The ids of the records of an entity in the order in which the generator hands them out."""
        table = self.engine.version.tables(entity)[0].name
        return [row[0] for row in await self.rows(Sql(f"SELECT id FROM {table} ORDER BY id"), "bigint")]

    async def rows(self, sql: Sql | str, *returns: str) -> list[tuple[Any, ...]]:
        """What a question answers; returns: kinds of columns."""
        asked = Sql(sql) if isinstance(sql, str) else sql
        return await self.engine.store.rows(Query(asked, tuple(Storage(kind) for kind in returns)))  # type: ignore[arg-type]

    async def play(self) -> None:
        """Have the requests of the demo sent in and decided, so that there are cases, tasks and history."""
        logins = dict(await self.rows("SELECT login, id FROM sy_account", "text", "bigint"))
        ids = {name: await self.ids(name) for name in ("student", "class")}
        await play(self.engine, Back(self.clock), Seeded(ids, logins), requests(SIZE))

    async def another(self) -> Engine:
        """Another worker on the same database."""
        opened = await open_engine(self.engine.settings, self.clock, passwords=quick_passwords())
        self.others.append(opened)
        return opened


def settings_for(url: str, files: Path) -> Settings:
    """The settings of a school in tests."""
    return replace(defaults(), database=Database(url, 4), files_folder=str(files))


_versions: dict[str, Version] = {}


@asynccontextmanager
async def opened(url: str, files: Path) -> AsyncIterator[School]:
    """The school in a copy of the template; what was compiled of its definitions is shared by all tests."""
    clock = Clock()
    known = _versions.get(url.partition(":")[0])
    engine = await open_engine(settings_for(url, files), clock, passwords=quick_passwords(), known=known)
    _versions.setdefault(url.partition(":")[0], engine.version)
    found = School(engine, clock, url)
    try:
        yield found
    finally:
        for each in (*found.others, engine):
            await each.close()


async def build(url: str) -> None:
    """Make the school in an empty database."""
    store = await open_store(url, pool=2)
    await store.migrate()
    with tempfile.TemporaryDirectory() as files:
        engine = await open_engine(settings_for(url, Path(files)), Clock(), store, passwords=quick_passwords())
        documents, _ = shipped("school")
        await install(engine.work(), documents)
        await engine.refresh()
        await seed(engine.work(), engine.entrance, generate(SIZE), accounts(SIZE))
        await engine.store.checkpoint()
        await engine.close()


@cache
def digest() -> str:
    """What the school depends on."""
    found = hashlib.sha256()
    for folder in ("engine", "definitions"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".lark", ".yaml", ".csv"):
                found.update(path.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One test worker at a time."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


async def sqlite_school() -> Path:
    """The SQLite file that the schools of tests are copied from."""
    folder = Path(tempfile.gettempdir()) / f"shuyuan-test-schools-{os.getuid()}"
    path = folder / f"{digest()}.sqlite3"
    with _alone(folder):
        if not path.exists():
            day_ago = time.time() - 86_400  # a run beside this one may still copy from a younger one
            for old in folder.glob("*.sqlite3"):
                if old.stat().st_mtime < day_ago:
                    old.unlink()
            with tempfile.TemporaryDirectory(dir=folder) as made:
                await build(f"sqlite:///{made}/school.sqlite3")
                shutil.move(f"{made}/school.sqlite3", path)
    return path
