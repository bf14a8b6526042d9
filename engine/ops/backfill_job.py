"""The job of a large backfill: a page to a transaction, going on where it was left, whoever stopped in between."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from ..diagnostics import Diagnostic
from ..model import Slot, Sql, Storage
from ..store import journal
from ..store.protocol import Query, Store, Update
from ..store.tables import JOB as JOB_TABLE
from .backfill import Backfiller, Done, Task
from .context import Now
from .jobs import Handler, Hopeless, Job
from .live import Catalogue, Version
from .publish_fill import patched

#: Seconds after which a job makes room for others; another one goes on.
TURN = 20.0

_NOW = Query(Sql("SELECT payload FROM sy_job WHERE id = ?", (Slot("id"),)), (Storage("json"),))


def backfill_handler(store: Store, catalogue: Catalogue, now: Callable[[], Now]) -> Handler:
    """Does jobs of kind `backfill`."""

    async def run(job: Job) -> None:
        begun = monotonic()
        while not await _page(store, catalogue, job, now()):
            if monotonic() - begun > TURN:
                await _put_back(store, job, now().ms)
                return

    return run


async def _put_back(store: Store, job: Job, now: int) -> None:
    """Another job goes on from where this one is."""
    ((payload,),) = await store.rows(_NOW, {"id": job.id})
    (number,) = await store.new_ids()
    root = ":".join(job.key.split(":")[:3])
    await store.apply([journal.job(number, job.kind, f"{root}:{payload['read']}", payload, due_at=now)])


async def _page(store: Store, catalogue: Catalogue, job: Job, now: Now) -> bool:
    """One page in one transaction, with how far the job is; whether that was the last."""
    version, before = await _version(catalogue, job.payload["version"]), await _version(catalogue, job.payload["from"])
    async with store.transaction() as connection:
        ((payload,),) = await connection.rows(_NOW, {"id": job.id})
        live = await catalogue.refresh()
        task = _today(Task.from_json(payload["task"]), version, live)
        if task is None:
            return True  # what was to be filled is gone since
        after = payload["after"] if payload["after"] is not None else -(2**63)
        worker = Backfiller(task, patched(before, live), live, now)
        rewrites, filled = await worker.fill(connection, after)
        for rewrite in rewrites:
            await rewrite.carry_out(connection, live, only_empty=True)
        written = await worker.write(connection, after)
        done = _further(filled, written, bool(task.fills))
        more: dict[str, Any] = {**payload, "after": done.after, "read": payload["read"] + done.read}
        await connection.apply([Update(JOB_TABLE, {"id": job.id, "lease_at": job.lease}, {"payload": more}, True)])
    return done.over


def _further(filled: Done, written: Done, fills: bool) -> Done:
    """Both went over the same records, where both had something to do."""
    return written if written.read or not fills else filled


async def _version(catalogue: Catalogue, number: int) -> Version:
    found = await catalogue.version(number)
    if found is None:
        raise Hopeless(Diagnostic("PLAN_007", args={"number": number}))
    return found


def _today(task: Task, then: Version, live: Version) -> Task | None:
    """The task by the names of today; None when nothing of it is left."""
    if then.number == live.number:
        return task
    entity = live.by_id(then.entity(task.entity).id)
    if entity is None:
        return None
    was = then.entity(task.entity)
    names = {f.name: g.name for f in was.fields if (g := next((x for x in entity.fields if x.id == f.id), None))}

    def path(name: str) -> str:
        top, dot, inner = name.partition(".")
        return f"{names[top]}{dot}{inner}" if top in names else ""

    fills = {p: text for name, text in task.fills.items() if (p := path(name))}
    computes = tuple(p for name in task.computes if (p := path(name)))
    return Task(entity.name, task.before, fills, computes, task.unit, task.search)
