"""Another process at work on the database of a test: `python -m tests.store.worker MODE URL COUNT`."""

from __future__ import annotations

import asyncio
import sys

from shuyuan.engine.model import Slot, Sql
from shuyuan.engine.store import Insert, Query, Store, open_store

from .shapes import BIG, NOTE

SERIAL = Query(
    Sql(
        "INSERT INTO sy_serial (key, value) VALUES (?, 1)"
        " ON CONFLICT (key) DO UPDATE SET value = sy_serial.value + 1 RETURNING value",
        (Slot("key"),),
    ),
    (BIG,),
)


async def take_serial(store: Store) -> None:
    """Write a note under the next serial number."""
    (number,) = await store.new_ids()
    async with store.transaction() as connection:
        ((serial,),) = await connection.rows(SERIAL, {"key": "note"})
        await connection.apply([Insert(NOTE, {"id": number, "c_on": serial, "c_text": "serial"})])


async def write_pair(store: Store, number: int) -> None:
    """Write two notes that belong together."""
    await store.apply([Insert(NOTE, {"id": number * 2 + side, "c_on": number, "c_text": "pair"}) for side in (0, 1)])


async def main(mode: str, url: str, count: int) -> None:
    store = await open_store(url, pool=4)
    if mode == "serials":
        await asyncio.gather(*(take_serial(store) for _ in range(count)))
    elif mode == "ids":
        for _ in range(count):
            print(*await store.new_ids(7))
    elif mode == "migrate":
        await store.migrate()
    elif mode == "pairs":
        first = (await store.new_ids(1_000_000)).start
        for number in range(first, first + count, 4):
            await asyncio.gather(*(write_pair(store, n) for n in range(number, number + 4)))
            print(number, flush=True)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
