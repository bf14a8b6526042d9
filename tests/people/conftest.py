"""A school with a clock that stands still until it is moved, and quick passwords."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from shuyuan.engine.model import SYSTEM, Actor, Model, Sql, Storage
from shuyuan.engine.ops.actors import load_actor
from shuyuan.engine.ops.entrance import Entrance, open_entrance
from shuyuan.engine.ops.grants import NewGrant, grant_role
from shuyuan.engine.ops.passwords import Passwords
from shuyuan.engine.ops.people import NewAccount, create_account
from shuyuan.engine.settings import defaults
from shuyuan.engine.store import Query, Store

from ..policy.school import UNITS, Row, inserts, line, make_tables, school

GOOD = "wahrlich blaue Giraffen"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, **span: float) -> None:
        self.at += timedelta(**span)


MODEL = school(
    {
        "admin": [line("*", "see create edit delete export reveal import", scope="all")],
        "local": [line("student", "see")],
        "head": [line("student", "see edit")],
        "staff": [line("student", "see", fields="name")],
        "guardian": [line("student", "see")],
        "auditor": [line("student", "see")],
    },
    {"admin": ["users", "audit", "definitions", "jobs"], "local": ["users"], "auditor": ["audit"]},
)


@dataclass
class Place:
    """The entrance with what tests do all the time."""

    entrance: Entrance
    clock: Clock

    @property
    def store(self) -> Store:
        return self.entrance.store

    async def person(
        self, login: str, *roles: tuple[str, int | None], password: str = "", records: tuple[int, ...] = ()
    ) -> int:
        """An account with roles; it needs no password to act."""
        new = NewAccount(login, login.title(), password=password, records=records, must_change=False)
        account = await create_account(self.entrance, SYSTEM, new)
        for role, unit in roles:
            await grant_role(self.entrance, SYSTEM, NewGrant(account, role, unit))
        return account

    async def actor(self, account: int) -> Actor:
        found = await load_actor(self.store, self.entrance.model(), account, self.clock)
        assert found is not None
        return found

    async def rows(self, sql: str, *returns: str) -> list[tuple[Any, ...]]:
        """What a question answers; returns: kinds of columns."""
        return await self.store.rows(Query(Sql(sql), tuple(Storage(kind) for kind in returns)))  # type: ignore[arg-type]

    async def notes(self) -> list[tuple[str, int, dict[str, Any]]]:
        """The audit rows: operation, actor, detail."""
        rows = await self.rows("SELECT op, actor, detail FROM sy_audit ORDER BY id", "text", "bigint", "json")
        return [(op, actor, detail) for op, actor, detail in rows]

    async def stamp(self) -> int:
        ((found,),) = await self.rows("SELECT access FROM sy_live WHERE id = 1", "bigint")
        return int(found)


async def plant_units(store: Store) -> None:
    """The units of the school, without their records."""
    from shuyuan.engine.ops.units import Tree, Unit, settled

    grown = settled(Tree({}), [Unit(unit, "org", parent, f"u{unit}") for unit, parent in UNITS.items()])
    assert not hasattr(grown, "code")
    await store.apply(grown.writes)


@pytest.fixture
def quick() -> AsyncIterator[Passwords] | Any:
    """argon2 at the lowest cost there is."""
    made = Passwords(threads=2, memory_kib=8, rounds=1)
    yield made
    made.close()


@pytest.fixture
async def place(store: Store, quick: Passwords) -> Place:
    """A school without people on either database."""
    clock = Clock()
    await make_tables(store)
    await plant_units(store)
    return Place(await open_entrance(store, lambda: MODEL, defaults(), clock, quick), clock)


@pytest.fixture
async def lite(sqlite_store: Store, quick: Passwords) -> Place:
    """A school without people on SQLite, for what does not depend on the database."""
    clock = Clock()
    await make_tables(sqlite_store)
    await plant_units(sqlite_store)
    return Place(await open_entrance(sqlite_store, lambda: MODEL, defaults(), clock, quick), clock)


__all__ = ["GOOD", "MODEL", "SYSTEM", "Callable", "Clock", "Model", "Place", "Row", "inserts"]
