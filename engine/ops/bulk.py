"""The same change for many records: each is judged for itself, and told of for itself."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from typing import Any

from ..diagnostics import Diagnostic, Refused
from ..model import Entity
from ..store.protocol import Missed, Taken, Write
from ..store.tables import ONCE
from .batches import Batch, BatchRow, batch_of, begun, counted, ended, noted
from .once import before, digest_of, mark
from .prepared import Ready, prepared_all
from .submission import Submission
from .submit_all import Outcome, outcome_of, ready_all
from .work import Work
from .write_all import Outcome as Written
from .write_all import write_all

#: Records of one bulk change, and those written in one transaction.
MOST, AT_ONCE = 5_000, 200

Ids = Iterable[int] | AsyncIterable[int]


async def bulk_change(work: Work, entity: str, ids: Ids, values: Mapping[str, Any], token: str = "") -> Batch:
    """Put the same values into many records. ids: those of a list, as they come.

    What one record meets (no right, a rule, somebody who saved just now) is told of that record; the others change all
    the same. Raises Refused when nothing of it can be done (WRITE_015, 016; no such entity); Moved and Stale. The same
    token gives the first answer again.
    """
    spec = work.entity(entity)
    if not values:
        raise Refused(Diagnostic("WRITE_016"))
    numbers = await _listed(ids)
    digest = digest_of(entity, numbers, values) if token else ""
    if (found := await before(work, token, "bulk", digest)) is not None:
        return await batch_of(work, int(found["batch"]))
    (batch,) = await work.store.new_ids(1)
    start = begun(work, batch, "bulk", spec, ", ".join(sorted(map(str, values)))[:200], {"fields": sorted(values)})
    if token:
        start.append(mark(work, token, "bulk", digest, {"batch": batch}))
    try:
        await work.store.apply([work.holds(), *start])
    except Missed as missed:
        work.missed(missed)
        raise
    except Taken as taken:
        if taken.table == ONCE.name and (found := await before(work, token, "bulk", digest)) is not None:
            return await batch_of(work, int(found["batch"]))
        raise
    return await _carried_out(work, spec, batch, numbers, values)


async def _listed(ids: Ids) -> list[int]:
    found: dict[int, None] = {}
    if isinstance(ids, AsyncIterable):
        async for number in ids:
            found[number] = None
            if len(found) > MOST:
                break
    else:
        found = dict.fromkeys(ids)
    if len(found) > MOST:
        raise Refused(Diagnostic("WRITE_015", args={"most": MOST}))
    return list(found)


async def _carried_out(
    work: Work, entity: Entity, batch: int, numbers: Sequence[int], values: Mapping[str, Any]
) -> Batch:
    outcomes: list[Outcome] = []
    for start in range(0, len(numbers), AT_ONCE):
        part = numbers[start : start + AT_ONCE]
        sents = [Submission(entity.name, values, id=number, source="bulk") for number in part]
        outcomes += await _part(work, entity, batch, sents, start + 1)
    counts = counted(outcomes)
    (audit,) = await work.store.new_ids(1)
    detail = {"fields": sorted(values)}
    await work.store.apply(ended(work, batch, entity, audit, "bulk", counts, detail))
    rows = tuple(
        BatchRow(at, one.outcome, one.id, one.label, (*one.errors, *one.warnings)) for at, one in enumerate(outcomes, 1)
    )
    told = sorted(rows, key=lambda row: (row.outcome != "refused", row.number))
    by, at = work.actor.id, work.now.ms
    return Batch(batch, "bulk", entity.name, "", by, at, "done", counts, tuple(told), detail=detail)


async def _part(work: Work, entity: Entity, batch: int, sents: Sequence[Submission], first: int) -> tuple[Outcome, ...]:
    made = ready_all(sents, await prepared_all(work, entity, sents))
    places = [at for at, one in enumerate(made) if isinstance(one, Ready)]
    ready = [one for one in made if isinstance(one, Ready)]
    ids = await work.store.new_ids(len(sents))

    def told(done: Sequence[Written]) -> tuple[Outcome, ...]:
        found = [
            Outcome(s.id, None, "refused", one.diagnostics if isinstance(one, Refused) else ())
            for s, one in zip(sents, made, strict=True)
        ]
        for at, one, written in zip(places, ready, done, strict=True):
            found[at] = outcome_of(sents[at], one, written)
        return tuple(found)

    def beside(done: Sequence[Written]) -> Sequence[Write]:
        return noted(work, batch, first, ids, told(done))

    return told(await write_all(work, ready, origin=f"bulk:{batch}", beside=beside))
