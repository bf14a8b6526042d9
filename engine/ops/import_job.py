"""The job that goes on with an import, or takes one back, when whoever began it has left the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from ..store import journal
from ..store.protocol import Store, Taken
from .import_batch import KIND
from .importing import run_import, undo_import
from .jobs import Handler, Job
from .work import Work

JOB = KIND
#: Seconds of one turn: less than a worker has for a job.
TURN = 30.0


def import_handler(store: Store, fresh: Callable[[int], Awaitable[Work]]) -> Handler:
    """Goes on with an import for a while, and leaves another job while it is not over."""

    async def run(job: Job) -> None:
        batch, account = int(job.payload["batch"]), int(job.payload["account"])
        again = partial(fresh, account)
        if job.payload.get("undo"):
            await undo_import(again, batch)
            return
        one = await run_import(again, batch, seconds=TURN)
        if one.working:
            (number,) = await store.new_ids()
            key = f"{KIND}:{batch}:{one.state}:{one.done}"
            next_one = journal.job(number, KIND, key, dict(job.payload), due_at=job.due_at)
            try:
                await store.apply([next_one])
            except Taken:
                return  # it was left before, by a turn that was cut off behind it

    return run


async def undo_later(work: Work, batch: int, account: int) -> None:
    """Have an import taken back by the jobs."""
    (number,) = await work.store.new_ids()
    payload = {"batch": batch, "account": account, "undo": True}
    await work.store.apply([journal.job(number, KIND, f"{KIND}:{batch}:undo:{number}", payload, due_at=work.now.ms)])
