"""How often something may be tried: counts in the database, shared by all workers, that run out by themselves."""

from __future__ import annotations

from dataclasses import dataclass

from ..model import Slot, Sql, Storage
from ..store.protocol import Query, Store

#: How long a try counts, in milliseconds.
WINDOW = 15 * 60 * 1000

_COUNT = Query(
    Sql(
        "INSERT INTO sy_throttle (key, window_at, count) VALUES (?, ?, 1) ON CONFLICT (key) DO UPDATE SET "
        "count = CASE WHEN sy_throttle.window_at <= ? THEN 1 ELSE sy_throttle.count + 1 END, "
        "window_at = CASE WHEN sy_throttle.window_at <= ? THEN excluded.window_at ELSE sy_throttle.window_at END "
        "RETURNING count, window_at",
        (Slot("key"), Slot("now"), Slot("past"), Slot("past")),
    ),
    (Storage("integer"), Storage("bigint")),
)
_GIVE_BACK = Sql("UPDATE sy_throttle SET count = count - 1 WHERE key = ? AND count > 0", (Slot("key"),))


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is counted together, and how many tries it lets through in a window."""

    key: str
    limit: int


async def taken(store: Store, buckets: tuple[Bucket, ...], now: int) -> int:
    """Count one try in every bucket; 0 when all let it through, else the minutes until the first one does again.

    The try counts before it is made, so that many at once do not slip through together.
    """
    wait = 0
    async with store.transaction() as connection:
        for bucket in sorted(buckets, key=lambda b: b.key):  # one order, so that two never wait for each other
            slots = {"key": bucket.key, "now": now, "past": now - WINDOW}
            ((count, since),) = await connection.rows(_COUNT, slots)
            if count > bucket.limit:
                wait = max(wait, since + WINDOW - now)
    return -(-wait // 60_000)


async def given_back(store: Store, buckets: tuple[Bucket, ...]) -> None:
    """The try was a good one and does not count."""
    async with store.transaction() as connection:
        for bucket in sorted(buckets, key=lambda b: b.key):
            await connection.run(_GIVE_BACK, {"key": bucket.key})


def swept(now: int) -> Sql:
    """The statement that removes what no longer counts."""
    return Sql("DELETE FROM sy_throttle WHERE window_at <= ?", (now - WINDOW,))
