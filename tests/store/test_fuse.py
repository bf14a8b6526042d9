"""One statement for a batch does what its writes do one after another, on PostgreSQL and beside SQLite."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shuyuan.engine.model import Sql
from shuyuan.engine.store import Busy, Delete, Holds, Insert, Missed, Referred, Run, Store, Taken, Unfit, Update, Write
from shuyuan.engine.store.fuse import apart, fuse, one_statement
from shuyuan.engine.store.parts import parts_of
from shuyuan.engine.store.postgres import PostgresStore

from .shapes import CLASS, GUARDIAN, NOTE, SCHOOL, STUDENT, UNIT, everything, make, row

START: list[Write] = [
    *(Insert(CLASS, row(n, c_name=f"c{n}")) for n in (1, 2)),
    *(Insert(STUDENT, row(n, c_no=f"s{n}", c_class=n - 2)) for n in (3, 4)),
    Insert(GUARDIAN, {"id": 5, "parent": 3, "position": 0, "c_name": "a"}),
    *(Insert(UNIT, row(n, c_above=6)) for n in (6, 7)),
    *(Insert(NOTE, {"id": n, "c_on": n, "c_text": None}) for n in (8, 9)),
]
EMPTY: list[Write] = [Delete(t, {}) for t in (NOTE, UNIT, GUARDIAN, STUDENT, CLASS)]

ids = st.integers(1, 14)
texts = st.none() | st.sampled_from(["c1", "c2", "s3", "s4", "x"])


def full(table: Any) -> st.SearchStrategy[dict[str, Any]]:
    found = {"id": ids}
    for column in table.columns:
        if column.name.startswith("c_") and column.storage.kind != "decimal":
            found[column.name] = texts if column.storage.kind == "text" else st.none() | ids
    if table is GUARDIAN:
        return st.fixed_dictionaries({**found, "parent": ids, "position": ids})
    if table is NOTE:
        return st.fixed_dictionaries(found)
    return st.fixed_dictionaries({**found, "version": st.just(1), "defn": st.just(1)})


def some(table: Any) -> st.SearchStrategy[dict[str, Any]]:
    return full(table).map(lambda values: {k: v for k, v in values.items() if k != "id"})


@st.composite
def writes(draw: st.DrawFn) -> Write:
    table = draw(st.sampled_from([CLASS, STUDENT, GUARDIAN, UNIT, NOTE]))
    key = draw(st.fixed_dictionaries({"id": ids}) | st.just({"c_name" if table is not NOTE else "c_text": "c1"}))
    guard = draw(st.booleans())
    match draw(st.sampled_from("IIIUUDHR")):
        case "I":
            return Insert(table, draw(full(table)))
        case "U":
            return Update(table, key, draw(some(table)), guard)
        case "D":
            return Delete(table, key, guard)
        case "H":
            return Holds(table, key)
        case _:
            return Update(table, key, draw(some(table)), False)


async def outcome(store: Store, apply: Callable[[Sequence[Write]], Awaitable[None]], batch: list[Write]) -> Any:
    await store.apply([*EMPTY, *START])
    try:
        await apply(batch)
    except (Missed, Taken, Referred, Unfit, Busy):
        return "refused", await everything(store, CLASS, STUDENT, GUARDIAN, UNIT, NOTE)
    return "done", await everything(store, CLASS, STUDENT, GUARDIAN, UNIT, NOTE)


class Pair:
    """A PostgreSQL and a SQLite store with the same tables."""

    def __init__(self, postgres: PostgresStore, sqlite: Store) -> None:
        self.postgres = postgres
        self.sqlite = sqlite

    async def one_by_one(self, batch: Sequence[Write]) -> None:
        try:
            await self.postgres._one_by_one(parts_of(batch))
        except Exception as error:
            from shuyuan.engine.store.postgres_errors import translated

            raise translated(error) from error


@pytest.fixture
async def pair(postgres_store: PostgresStore, sqlite_store: Store) -> Pair:
    for store in (postgres_store, sqlite_store):
        await make(store, *SCHOOL)
    return Pair(postgres_store, sqlite_store)


@settings(
    max_examples=2000 if os.environ.get("SHUYUAN_DEEP") else 80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(batch=st.lists(writes(), min_size=1, max_size=6))
async def test_a_batch_ends_the_same_in_one_statement_in_several_and_on_sqlite(pair: Pair, batch: list[Write]) -> None:
    fused = await outcome(pair.postgres, pair.postgres.apply, batch)
    apart_ = await outcome(pair.postgres, pair.one_by_one, batch)
    other = await outcome(pair.sqlite, pair.sqlite.apply, batch)
    assert fused == apart_
    assert fused == other


def together(*batch: Write) -> bool:
    parts = parts_of(batch)
    return one_statement(parts) and apart(parts)


def test_the_batches_of_daily_work_are_one_statement() -> None:
    change = Update(STUDENT, {"id": 3, "version": 1}, {"version": 2}, must_hit=True)
    notes = [Insert(NOTE, {"id": n, "c_on": 3, "c_text": ""}) for n in range(20, 60)]
    assert together(change, *notes)
    assert together(Holds(CLASS, {"id": 1}), Insert(STUDENT, row(3, c_class=1)), *notes)
    assert together(Insert(CLASS, row(1)), Insert(STUDENT, row(3, c_class=1)), *notes)
    assert together(change, *(Update(NOTE, {"id": n}, {"c_text": "x"}) for n in (1, 2)), *notes)
    assert len(fuse(parts_of([change, *notes])).order) == 2


def test_writes_that_depend_on_each_other_are_sent_one_by_one() -> None:
    note = Insert(NOTE, {"id": 1, "c_text": "a"})
    assert not together(note, Update(NOTE, {"id": 1}, {"c_text": "b"}))
    assert not together(note, Update(NOTE, {"c_text": "a"}, {"c_text": "b"}))
    assert not together(note, Holds(NOTE, {"id": 1}))
    assert not together(Insert(STUDENT, row(2, c_class=1)), Insert(CLASS, row(1)))
    assert not together(Delete(CLASS, {"id": 1}), Delete(STUDENT, {"id": 2}))
    assert not together(Delete(CLASS, {"id": 1}), Insert(CLASS, row(2, c_name="a")))
    assert not together(Update(NOTE, {"c_on": 1}, {"c_text": "b"}, must_hit=True))
    assert not together(note, Run(Sql("SELECT 1")))
    assert not together(*(Insert(t, row(n)) for n in range(30, 37) for t in (CLASS, STUDENT)))


async def test_a_fused_statement_is_made_once_for_a_shape(postgres_store: PostgresStore) -> None:
    await make(postgres_store, *SCHOOL)
    for number in range(4):
        await postgres_store.apply(
            [
                Insert(CLASS, row(number)),
                Insert(STUDENT, row(10 + number, c_class=number)),
                *(Insert(NOTE, {"id": n * 10 + number, "c_on": 1}) for n in range(10, 12 + number)),
            ]
        )
    assert len(postgres_store._sender.batches._made) == 1
