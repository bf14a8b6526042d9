"""Publishing: one transaction changes the tables, writes the immutable version, the audit row and the pointer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Diagnostic, Refused, words
from ..model import Sql
from ..plan import Plan, publishable, view_steps
from ..store import journal
from ..store.change import Copied, carry_out
from ..store.protocol import Connection, Delete, Insert, Missed, Run, Taken, Update, Write
from ..store.tables import DRAFT, LIVE, VERSION
from .planning import BENCH, Proposed, counted, demand_right, planned
from .publish_fill import Filling, filling_of
from .publish_locks import alone, briefly, patiently
from .publish_refused import doubled
from .work import Work

_ON = Run(Sql("UPDATE sy_live SET epoch = epoch + 1, access = access + 1 WHERE id = 1"))


@dataclass(frozen=True, slots=True)
class Published:
    """A publication that was made.

    copied: what became of the values of each column that was copied or rewritten; filled: records that were written
    anew with it; jobs: backfills too large for that, which go on by themselves.
    """

    number: int
    plan: Plan
    copied: tuple[Copied, ...] = ()
    restores: int = 0
    filled: int = 0
    jobs: int = 0


async def install(work: Work, documents: Mapping[str, str], note: str = "") -> int:
    """Publish `documents` as they are, without anybody looking at a plan; the number of the version.

    For the first publication of an installation. Raises Refused with everything that is wrong.
    """
    demand_right(work)
    proposed = await planned(work, documents)
    if proposed.plan is None:
        raise Refused(proposed.diagnostics)
    return (await carried_out(work, proposed, note)).number


async def publish(
    work: Work,
    documents: Mapping[str, str],
    plan_hash: str,
    typed: Iterable[str] = (),
    note: str = "",
    edits: bool = False,
) -> Published:
    """Publish `documents` by the plan that was looked at.

    plan_hash: of the plan from `propose`; typed: what was typed to confirm losses; note: a sentence for later;
    edits: these are the actor's unpublished edits, which are done with then.
    Raises Refused: with what the checks say; PLAN_001 when the plan is no longer this one (detail: the fresh
    Proposed), PLAN_002 when nothing changes, PLAN_003 for each loss that was not confirmed, PLAN_004 with the records
    whose values repeat. Raises Moved.
    """
    demand_right(work)
    return await publish_proposed(work, await planned(work, documents), plan_hash, typed, note, edits)


async def publish_proposed(
    work: Work, proposed: Proposed, plan_hash: str, typed: Iterable[str], note: str, edits: bool = False
) -> Published:
    """Carry out a plan that was made afresh, if it is the one that was looked at."""
    plan = proposed.plan
    if plan is None:
        raise Refused(proposed.diagnostics, proposed)
    if plan.hash != plan_hash:
        raise Refused(Diagnostic("PLAN_001"), await counted(work, proposed))
    if plan.empty:
        raise Refused(Diagnostic("PLAN_002"), proposed)
    missing = publishable(plan, typed)
    if missing:
        raise Refused(missing, await counted(work, proposed))
    more = [Delete(DRAFT, {"account": work.actor.id, "form": BENCH, "record": 0})] if edits else []
    return await carried_out(work, proposed, note, more)


async def make_views(work: Work) -> None:
    """Make the views for reports anew, which a backup does not hold. Raises Refused(ACCESS_012), Moved."""
    demand_right(work)
    async with work.transaction() as connection:
        await carry_out(connection, view_steps(None, work.version.model), work.store.dialect)


async def carried_out(work: Work, proposed: Proposed, note: str, more: Sequence[Write] = ()) -> Published:
    """The one transaction; again when a table was in use. Raises Refused(PLAN_004), Moved, Busy."""
    assert proposed.plan is not None
    plan, filling = proposed.plan, await filling_of(work, proposed, proposed.plan)
    try:
        return await patiently(work.store.dialect, lambda: _once(work, proposed, plan, filling, note, more))
    except Missed as missed:
        work.missed(missed)
        raise
    except Taken as taken:
        raise await doubled(work, proposed, plan, taken) from taken


async def _once(
    work: Work, proposed: Proposed, plan: Plan, filling: Filling, note: str, more: Sequence[Write]
) -> Published:
    entry, *jobs = await work.store.new_ids(1 + len(filling.later))
    async with work.store.transaction() as connection:
        await alone(connection, plan.schema, work.store.dialect, filling.tables)
        await connection.apply([work.holds()])
        filled = await filling.before(connection)
        steps = (*view_steps(work.version.model, filling.new.model), *plan.schema)
        copied = await carry_out(connection, steps, work.store.dialect)
        count = await filling.after(connection, work, filled)
        await connection.apply([*filling.jobs(work, proposed.number, jobs), *more])
        await _written(connection, work, proposed, plan, copied, note, entry)
    return Published(proposed.number, plan, copied, proposed.restores, count, len(jobs))


async def _written(
    connection: Connection,
    work: Work,
    proposed: Proposed,
    plan: Plan,
    copied: tuple[Copied, ...],
    note: str,
    entry: int,
) -> None:
    model = proposed.loaded.model
    assert model is not None
    row = {"number": proposed.number, "hash": model.hash, "parent": work.version.model.hash}
    row |= {"documents": dict(proposed.documents), "identity": proposed.loaded.identity.to_json()}
    row |= {"steps": _steps(proposed, plan, copied), "note": note.strip()[:NOTE]}
    row |= {"by": work.actor.id, "at": work.now.ms}
    detail: dict[str, Any] = {"version": proposed.number, "hash": model.hash, "risk": plan.risk}
    if proposed.restores:
        detail["restores"] = proposed.restores
    live = Update(LIVE, {"id": 1, "epoch": work.epoch}, {"version": proposed.number}, must_hit=True)
    op = "rollback" if proposed.restores else "publish"
    said = journal.audit(entry, op, actor=work.actor.id, at=work.now.ms, detail=detail)
    await connection.apply([Insert(VERSION, row), said])
    await briefly(connection, work.store.dialect)
    await connection.apply([live])
    await connection.apply([_ON])


#: Characters of the sentence that says what a publication is for.
NOTE = 500


def _steps(proposed: Proposed, plan: Plan, copied: tuple[Copied, ...]) -> dict[str, Any]:
    """What the version says of how it came about: its steps in words, what was copied, what is kept aside."""
    steps = [
        {
            "kind": step.kind,
            "subject": list(step.subject),
            "risk": step.risk,
            "zh": words(step.said, "zh").what,
            "en": words(step.said, "en").what,
        }
        for step in plan.steps[:MOST_STEPS]
    ]
    moved = [[c.table, c.target, c.copied, c.lost] for c in copied]
    made: dict[str, Any] = {"steps": steps, "count": len(plan.steps), "copied": moved}
    made["aside"] = [list(pair) for pair in plan.aside]
    if proposed.restores:
        made["restores"] = proposed.restores
    return made


#: Steps kept in words with a version; a plan can always be made again from the two versions.
MOST_STEPS = 1_000
