"""The job that goes on with an import, or takes one back, when whoever began it has left the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from ..diagnostics import Diagnostic, Refused
from ..model import Slot, Sql, Storage
from ..store import journal
from ..store.protocol import Query, Run, Store, Taken
from .import_batch import KIND, Import
from .importing import STATES, continued, run_import, undo_import
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
            key = f"{KIND}:{batch}:{one.turn}:{one.state}:{one.done}"
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


_OPEN = "FROM sy_job WHERE kind = 'import' AND done_at IS NULL AND key LIKE ?"
_HEALTHY = Query(
    Sql(f"SELECT count(*) {_OPEN} AND NOT dead AND error = ''", (Slot("keys"),)),
    (Storage("bigint"),),
)
_FORGET = Sql(f"DELETE {_OPEN}", (Slot("keys"),))


def _keys(one: Import) -> dict[str, str]:
    return {"keys": f"{KIND}:{one.id}:%"}


async def stands_still(work: Work, one: Import) -> bool:
    """Whether an import that is being checked or written has no job any more that would go on with it, or one that
    failed. Whoever began it may still be at it."""
    ((healthy,),) = await work.store.rows(_HEALTHY, _keys(one))
    return one.working and not healthy


async def resume_import(work: Work, one: Import) -> None:
    """Have the jobs go on with an import now, from where it is; what failed before is forgotten.

    Raises Refused(EXCH_022) when it is not being checked or written.
    """
    if not one.working:
        raise Refused(Diagnostic("EXCH_022", args={"state": STATES[one.state]}))
    await work.apply([Run(_FORGET, _keys(one)), *await continued(work, one, one.state, 0)])
