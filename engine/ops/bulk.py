"""The same change for many records: each is judged for itself, and told of for itself."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ..diagnostics import Diagnostic, Refused
from ..model import Entity
from ..store.protocol import Missed, Taken, Write
from ..store.tables import ONCE
from .afresh import part
from .batches import Batch, batch_of, begun, counted, ended, noted
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
    token gives the first answer again, or goes on where it was cut off.
    """
    spec = work.entity(entity)
    if not values:
        raise Refused(Diagnostic("WRITE_016"))
    digest = digest_of(entity, values) if token else ""
    found = await before(work, token, "bulk", digest)
    if found is None:
        numbers = await _listed(ids)
        (batch,) = await work.store.new_ids(1)
        found = await _begun(work, spec, batch, numbers, values, token, digest)
        if found is None:
            return await _carried_out(work, spec, batch, numbers, values, 0)
    old = await batch_of(work, int(found["batch"]), limit=MOST)
    if old.state != "running":
        return old
    done = max((row.number for row in old.rows), default=0)
    return await _carried_out(work, spec, old.id, [int(n) for n in old.detail.get("ids") or ()], values, done)


async def _begun(
    work: Work, entity: Entity, batch: int, numbers: Sequence[int], values: Mapping[str, Any], token: str, digest: str
) -> Mapping[str, Any] | None:
    """Note what is about to be done; the answer that was given when it was begun before."""
    start = begun(work, batch, "bulk", entity, "", {"fields": sorted(values), "ids": list(numbers)})
    if token:
        start.append(mark(work, token, "bulk", digest, {"batch": batch}))
    try:
        await work.store.apply([work.holds(), *start])
    except Missed as missed:
        work.missed(missed)
        raise
    except Taken as taken:
        found = await before(work, token, "bulk", digest) if taken.table == ONCE.name else None
        if found is None:
            raise
        return found
    return None


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
    work: Work, entity: Entity, batch: int, numbers: Sequence[int], values: Mapping[str, Any], done: int
) -> Batch:
    """Change the records behind the first `done`, part by part."""
    for start in range(done, len(numbers), AT_ONCE):
        sents = [Submission(entity.name, values, id=n, source="bulk") for n in numbers[start : start + AT_ONCE]]
        work, _ = await part(work, partial(_part, entity=entity, batch=batch, sents=sents, first=start + 1))
    told = await batch_of(work, batch, limit=MOST)
    counts = counted(told.rows)
    (audit,) = await work.store.new_ids(1)
    await work.store.apply(ended(work, batch, entity, audit, "bulk", counts, {"fields": sorted(values)}))
    rows = tuple(sorted(told.rows, key=lambda row: (row.outcome != "refused", row.number)))
    return replace(told, state="done", counts=counts, rows=rows)


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
