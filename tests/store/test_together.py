"""Many at once: writers in line, readers beside them, several processes, and processes that die."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from shuyuan.engine.model import Sql
from shuyuan.engine.store import Busy, Insert, Missed, Query, Store, Taken, Update, open_store
from shuyuan.engine.store.ids import BLOCK
from shuyuan.engine.store.opening import postgres_credentials, sqlite_path
from shuyuan.engine.store.postgres import open_postgres
from shuyuan.engine.store.sqlite import open_sqlite
from shuyuan.engine.store.tables import LIVE, SERIAL

from .shapes import BIG, NOTE, TEXT, make, select
from .worker import take_serial, write_pair

ROOT = Path(__file__).resolve().parents[2]
Another = Callable[[], Awaitable[Store]]


async def child(mode: str, url: str, count: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.store.worker", mode, url, str(count), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )


async def finished(process: asyncio.subprocess.Process) -> str:
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


async def test_twenty_writers_take_serial_numbers_without_gaps(store: Store) -> None:
    await make(store, NOTE)
    await asyncio.gather(*(take_serial(store) for _ in range(60)), return_exceptions=False)
    serials = sorted(serial for (serial,) in await store.rows(select(NOTE, "c_on")))
    assert serials == list(range(1, 61))


async def test_twenty_writers_in_each_of_two_processes_are_never_told_that_it_is_locked(store: Store) -> None:
    await make(store, NOTE)
    process = await child("serials", store.url, 20)
    await asyncio.gather(*(take_serial(store) for _ in range(20)))
    await finished(process)
    assert sorted(s for (s,) in await store.rows(select(NOTE, "c_on"))) == list(range(1, 41))


async def test_ids_are_given_out_once_over_processes_and_stores(store: Store, another: Another) -> None:
    processes = [await child("ids", store.url, 200) for _ in range(2)]
    mine = [i for s in (store, await another()) for _ in range(200) for i in await s.new_ids(5)]
    big = [i for _ in range(3) for i in await store.new_ids(BLOCK + 1)]
    theirs = [int(i) for p in processes for i in (await finished(p)).split()]
    every = mine + big + theirs
    assert len(set(every)) == len(every) == 2 * 200 * 5 + 3 * (BLOCK + 1) + 2 * 200 * 7
    assert min(every) > 0


async def test_ids_come_in_one_piece_and_none_is_refused(store: Store) -> None:
    assert list(await store.new_ids(3)) == [1, 2, 3]
    found = await store.new_ids(BLOCK + 5)
    assert len(found) == BLOCK + 5 and found.step == 1
    for count in (0, -1):
        with pytest.raises(ValueError, match="cannot be taken"):
            await store.new_ids(count)


async def test_ids_taken_in_a_transaction_that_is_rolled_back_are_not_given_out_again(store: Store) -> None:
    given = set(await store.new_ids(BLOCK))
    with pytest.raises(KeyError):
        async with store.transaction():
            given |= set(await store.new_ids(3)) | set(await store.new_ids(BLOCK * 2)) | set(await store.new_ids(1))
            raise KeyError
    async with store.transaction():
        more = [i for _ in range(4) for i in await store.new_ids(BLOCK // 2)]
    more += list(await store.new_ids(BLOCK))
    assert len(given) == BLOCK * 3 + 4
    assert not given & set(more) and len(set(more)) == len(more)


async def test_readers_do_not_wait_for_a_writer(store: Store) -> None:
    await make(store, NOTE)
    await store.apply([Insert(NOTE, {"id": 1, "c_text": "old"})])
    async with store.transaction() as connection:
        await connection.apply([Update(NOTE, {"id": 1}, {"c_text": "new"})])

        async def look() -> list[tuple[str]]:
            return await store.rows(select(NOTE, "c_text"))

        seen = await asyncio.wait_for(asyncio.gather(*(asyncio.create_task(look()) for _ in range(30))), 20)
        assert seen == [[("old",)]] * 30
    assert await look() == [("new",)]


async def test_a_batch_that_is_refused_takes_nothing_from_those_beside_it(store: Store) -> None:
    await make(store, NOTE)
    await store.apply([Insert(NOTE, {"id": 0})])

    async def one(number: int) -> str:
        try:
            await store.apply([Insert(NOTE, {"id": number}), Insert(NOTE, {"id": 0 if number % 3 == 0 else -number})])
        except Taken:
            return "taken"
        return "written"

    outcomes = await asyncio.gather(*(one(n) for n in range(1, 41)))
    assert outcomes == ["taken" if n % 3 == 0 else "written" for n in range(1, 41)]
    found = {i for (i,) in await store.rows(select(NOTE, "id"))}
    assert found == {0} | {n * side for n in range(1, 41) if n % 3 for side in (1, -1)}


async def test_two_changes_made_against_the_same_version_end_in_one_change(store: Store, another: Another) -> None:
    await make(store, NOTE)
    await store.apply([Insert(NOTE, {"id": 1, "c_on": 0})])
    other = await another()

    async def one(by: Store) -> bool:
        try:
            await by.apply([Update(NOTE, {"id": 1, "c_on": 0}, {"c_on": 1}, must_hit=True)])
        except Missed:
            return False
        return True

    done = await asyncio.gather(*(one(by) for by in (store, other) * 6))
    assert done.count(True) == 1


async def test_a_cancelled_question_leaves_the_store_usable(store: Store) -> None:
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT count(*) FROM n"
    )
    query = Query(Sql(endless), (BIG,))
    for _ in range(12):  # more than there are connections
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await store.rows(query)
    assert await store.rows(select(LIVE, "id")) == [(1,)]


async def test_a_cancelled_transaction_is_rolled_back(store: Store) -> None:
    await make(store, NOTE)
    begun = asyncio.Event()

    async def slow() -> None:
        async with store.transaction() as connection:
            await connection.apply([Insert(NOTE, {"id": 1})])
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(slow())
    await begun.wait()
    waiting = [asyncio.create_task(write_pair(store, n)) for n in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    task.cancel()
    await asyncio.wait([task, *waiting])
    await write_pair(store, 10)
    # The one who was cancelled while waiting is written whole or not at all.
    written = {i for (i,) in await store.rows(select(NOTE, "id"))}
    assert written - {0, 1} == {2, 3, 4, 5, 20, 21}
    assert len(written & {0, 1}) in (0, 2)


async def test_many_transactions_that_ask_beside_themselves_do_not_block_each_other(store: Store) -> None:
    async def one() -> None:
        async with store.transaction() as connection:
            await connection.rows(select(SERIAL))
            await store.rows(select(LIVE))
            await store.new_ids(BLOCK)

    await asyncio.wait_for(asyncio.gather(*(one() for _ in range(30))), 60)


async def test_a_lock_that_is_not_given_up_ends_in_busy_on_sqlite(sqlite_url: str) -> None:
    store = await open_sqlite(sqlite_url, str(sqlite_path(sqlite_url)), 2, patience=0.05)
    holder = sqlite3.connect(sqlite_path(sqlite_url), isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        insert = [Insert(SERIAL, {"key": "a", "value": 1})]
        with pytest.raises(Busy):
            await store.apply(insert)
        with pytest.raises(Busy):
            async with store.transaction():
                pass
        with pytest.raises(Busy):
            await store.new_ids()
        assert await store.rows(select(SERIAL)) == []
        holder.execute("ROLLBACK")
        await store.apply(insert)
    finally:
        holder.close()
        await store.close()


async def test_a_full_disk_ends_in_busy_and_leaves_what_was_there(sqlite_store: Store) -> None:
    await make(sqlite_store, NOTE)
    await sqlite_store.apply([Insert(NOTE, {"id": 1, "c_text": "kept"})])
    ((pages,),) = await sqlite_store.rows(Query(Sql("SELECT page_count FROM pragma_page_count"), (BIG,)))
    async with sqlite_store.transaction() as connection:
        await connection.script([f"PRAGMA max_page_count = {pages + 5}"])
    big = [Insert(NOTE, {"id": n, "c_text": "x" * 9000}) for n in range(2, 40)]
    small = [Insert(NOTE, {"id": 50, "c_text": "small"})]
    outcomes = await asyncio.gather(
        sqlite_store.apply(small), sqlite_store.apply(big), sqlite_store.apply(big[:1]), return_exceptions=True
    )
    assert isinstance(outcomes[1], Busy)
    assert all(o is None or isinstance(o, Busy) for o in outcomes)
    written = {i for (i,) in await sqlite_store.rows(select(NOTE, "id"))}
    assert written == {1} | {i for i, o in zip((50, 0, 2), outcomes, strict=True) if o is None}
    check = Query(Sql("SELECT integrity_check FROM pragma_integrity_check"), (TEXT,))
    assert await sqlite_store.rows(check) == [("ok",)]


async def test_a_lost_connection_is_busy_once_and_then_there_is_a_new_one(postgres_store: Store) -> None:
    store = postgres_store
    await make(store, NOTE)
    pid = Query(Sql("SELECT pg_backend_pid()"), (BIG,))
    ((number,),) = await store.rows(pid)
    helper = await open_store(store.url, pool=2)
    kill = Query(Sql("SELECT pg_terminate_backend(?, 5000)", (number,)), (BIG,))
    with pytest.raises(Busy):
        async with store.transaction() as connection:
            assert await connection.rows(pid) == [(number,)]
            await connection.apply([Insert(NOTE, {"id": 1})])
            assert await helper.rows(kill) == [(True,)]
            await connection.apply([Insert(NOTE, {"id": 2})])
    assert await store.rows(select(NOTE)) == []
    await store.apply([Insert(NOTE, {"id": 1})])
    await helper.close()


async def test_every_connection_in_use_ends_in_busy(postgres_url: str) -> None:
    store = await open_postgres(postgres_url, postgres_credentials(postgres_url), 2, patience=0.05)
    holder = await open_store(postgres_url, pool=2)
    wait = Query(Sql("SELECT count(*) FROM pg_advisory_xact_lock(4711)"), (BIG,))
    async with holder.transaction() as connection:
        await connection.rows(wait)
        waiting = [asyncio.create_task(store.rows(wait)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await store.rows(select(LIVE))
    assert await asyncio.gather(*waiting) == [[(1,)], [(1,)]]
    assert await store.rows(select(LIVE, "id")) == [(1,)]
    await store.close()
    await holder.close()


async def test_a_killed_process_leaves_nothing_half_done_and_loses_nothing_it_was_told(store: Store) -> None:
    await make(store, NOTE)
    for moment in (1, 3, 6):
        process = await child("pairs", store.url, 1_000_000)
        assert process.stdout is not None
        acknowledged = [int(await process.stdout.readline()) for _ in range(moment)]
        process.send_signal(signal.SIGKILL)
        await process.wait()
        rows = await store.rows(select(NOTE, "id", "c_on"))
        sides: dict[int, int] = {}
        for _, pair in rows:
            sides[pair] = sides.get(pair, 0) + 1
        assert set(sides.values()) == {2}
        assert all(first + n in sides for first in acknowledged for n in range(4))
    await store.apply([Insert(NOTE, {"id": 1})])
