"""The outbox and the clock: work that follows a transaction, done at least once by whichever worker is free."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import random
from typing import Any

from ..diagnostics import Diagnostic, Refused, words
from ..model import Slot, Sql, Storage
from ..store.protocol import Query, Run, Store, Update
from ..store.tables import JOB

_BIG, _TEXT, _JSON, _FLAG = Storage("bigint"), Storage("text"), Storage("json"), Storage("boolean")

#: Milliseconds a worker has for one job before another may take it.
LEASE = 60_000
#: Attempts before a job is laid aside for people to look at.
TRIES = 8
#: Milliseconds before the second attempt; doubled with each, up to the longest.
FIRST_PAUSE, LONGEST_PAUSE = 5_000, 3_600_000
#: Done jobs are kept this long, in milliseconds, so that a key cannot come again soon after.
KEPT = 7 * 86_400_000


@dataclass(frozen=True, slots=True)
class Job:
    """Work taken by this worker. tries: attempts so far, this one included; lease: until when it is ours."""

    id: int
    kind: str
    key: str
    payload: Mapping[str, Any]
    due_at: int
    tries: int
    case: int | None
    lease: int


class Hopeless(Exception):
    """Trying again cannot help; the job is laid aside at once."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


Handler = Callable[[Job], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Runner:
    """Who does jobs. handlers: by kind; clock: milliseconds UTC; chance: 0 to 1, spreads retries of many workers."""

    store: Store
    handlers: Mapping[str, Handler]
    clock: Callable[[], int]
    chance: Callable[[], float] = random
    lease: int = LEASE
    wake: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Ran:
    """What one round did."""

    done: int = 0
    failed: int = 0
    dead: int = 0

    def __add__(self, other: Ran) -> Ran:
        return Ran(self.done + other.done, self.failed + other.failed, self.dead + other.dead)

    @property
    def all(self) -> int:
        """Jobs that were tried."""
        return self.done + self.failed + self.dead


def _take(chosen: str) -> Query:
    text = f"UPDATE sy_job SET lease_at = ?, tries = tries + 1 WHERE id {chosen} RETURNING {_COLUMNS}"  # noqa: S608
    return Query(Sql(text, (Slot("lease"), Slot("now"), Slot("now"), Slot("limit"))), _JOB)


_COLUMNS = "id, kind, key, payload, due_at, tries, case_id, lease_at"
_JOB = (_BIG, _TEXT, _TEXT, _JSON, _BIG, _BIG, _BIG, _BIG)
_DUE = (
    "SELECT id FROM sy_job WHERE done_at IS NULL AND due_at <= ? AND NOT dead AND lease_at < ?"
    " ORDER BY due_at, id LIMIT ?"
)
#: On PostgreSQL the rows are chosen once, as an array: a subquery could be run again and lock more than it gives.
_TAKE = {"sqlite": _take(f"IN ({_DUE})"), "postgres": _take(f"= ANY(ARRAY({_DUE} FOR UPDATE SKIP LOCKED))")}


async def take(runner: Runner, limit: int) -> list[Job]:
    """Due jobs, now leased to us, in the order they fell due. One statement: no two workers get the same."""
    now = runner.clock()
    slots = {"lease": now + runner.lease, "now": now, "limit": limit}
    async with runner.store.transaction() as connection:
        rows = await connection.rows(_TAKE[runner.store.dialect], slots)
    return sorted((Job(*row) for row in rows), key=lambda job: (job.due_at, job.id))


async def run_due(runner: Runner, limit: int = 20) -> Ran:
    """Do what is due, each job for itself: one that fails is put off and takes nothing from the others."""
    total = Ran()
    for job in await take(runner, limit):
        total += await _run(runner, job)
    return total


async def _run(runner: Runner, job: Job) -> Ran:
    handler = runner.handlers.get(job.kind)
    try:
        if handler is None:
            raise Hopeless(Diagnostic("FLOW_036", args={"kind": job.kind}))
        async with asyncio.timeout(runner.lease / 1000):
            await handler(job)
    except Hopeless as hopeless:
        return await _failed(runner, job, words(hopeless.diagnostic, "zh").what, dead=True)
    except Refused as refused:
        said = "; ".join(words(d, "zh").what for d in refused.diagnostics)
        return await _failed(runner, job, said, dead=job.tries >= TRIES)
    except Exception as error:  # noqa: BLE001 - whatever a handler does, the other jobs go on
        return await _failed(runner, job, f"{type(error).__name__}: {error}", dead=job.tries >= TRIES)
    await _mark(runner, job, {"done_at": runner.clock(), "error": ""})
    return Ran(done=1)


async def _failed(runner: Runner, job: Job, said: str, *, dead: bool) -> Ran:
    due = runner.clock() + pause(job.tries, runner.chance())
    await _mark(runner, job, {"due_at": due, "lease_at": 0, "dead": dead, "error": said[:1000]})
    return Ran(dead=1) if dead else Ran(failed=1)


def pause(tries: int, chance: float) -> int:
    """Milliseconds until the next attempt: doubling, a random half of it more or less, so that workers spread out."""
    base = min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)
    return int(base * (0.5 + chance))


async def _mark(runner: Runner, job: Job, values: Mapping[str, Any]) -> None:
    """Only while the lease is still ours: after that another worker has the job."""
    await runner.store.apply([Update(JOB, {"id": job.id, "lease_at": job.lease}, values)])


async def either(stop: asyncio.Event, wake: asyncio.Event, seconds: float) -> None:
    """Wait for one of the two, at most so many seconds."""
    waits = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(wake.wait())]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waits:
            one.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


# -- for people to look at ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A job as the page of jobs shows it."""

    id: int
    kind: str
    key: str
    due_at: int
    tries: int
    dead: bool
    error: str
    case: int | None


_WAITING = Query(
    Sql(
        "SELECT id, kind, key, due_at, tries, dead, error, case_id FROM sy_job"
        " WHERE done_at IS NULL AND (dead OR (tries > 0 AND error <> '')) AND id > ? ORDER BY id LIMIT ?",
        (Slot("after"), Slot("limit")),
    ),
    (_BIG, _TEXT, _TEXT, _BIG, _BIG, _FLAG, _TEXT, _BIG),
)
_COUNTS = Query(
    Sql(
        "SELECT coalesce(sum(CASE WHEN dead THEN 1 ELSE 0 END), 0),"
        " coalesce(sum(CASE WHEN NOT dead AND due_at <= ? THEN 1 ELSE 0 END), 0) FROM sy_job WHERE done_at IS NULL",
        (Slot("now"),),
    ),
    (_BIG, _BIG),
)
_RETRY = Sql(
    "UPDATE sy_job SET dead = false, tries = 0, lease_at = 0, due_at = ? WHERE id = ? AND done_at IS NULL",
    (Slot("now"), Slot("id")),
)
_DROP = Sql("DELETE FROM sy_job WHERE id = ? AND dead", (Slot("id"),))
_OVER = Sql(
    "DELETE FROM sy_job WHERE kind = 'timer' AND done_at IS NULL"
    " AND case_id IN (SELECT id FROM sy_case WHERE status <> 'open')"
)
_SWEEP = Sql("DELETE FROM sy_job WHERE done_at < ?", (Slot("before"),))


async def in_trouble(store: Store, *, after: int = 0, limit: int = 100) -> list[Listed]:
    """Jobs laid aside, and those that failed and will be tried again."""
    return [Listed(*row) for row in await store.rows(_WAITING, {"after": after, "limit": limit})]


async def backlog(store: Store, now: int) -> tuple[int, int]:
    """How many jobs are laid aside, and how many are due and not done."""
    ((dead, due),) = await store.rows(_COUNTS, {"now": now})
    return int(dead), int(due)


async def retry(store: Store, jobs: Sequence[int], now: int) -> None:
    """Try jobs again from the beginning, now."""
    await store.apply([Run(_RETRY, {"now": now, "id": one}) for one in jobs])


async def drop(store: Store, jobs: Sequence[int]) -> None:
    """Give up jobs that were laid aside."""
    await store.apply([Run(_DROP, {"id": one}) for one in jobs])


async def sweep(store: Store, now: int) -> None:
    """Forget jobs done long ago, and timers of cases that are over."""
    await store.apply([Run(_SWEEP, {"before": now - KEPT}), Run(_OVER)])
