"""The same done to many records, changed or deleted: each is judged for itself, and told of for itself."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ..compile.record import label_of
from ..diagnostics import Diagnostic, Refused
from ..model import Entity, Record, Sql, Storage
from ..store.protocol import Delete, Query, Taken, Write
from ..store.tables import BATCH_ROW, ONCE
from .afresh import part
from .batches import Batch, batch_of, begun, counted, ended, noted
from .held import held_all
from .once import before, digest_of, mark
from .prepared import Ready, known_entity, prepared_all
from .remove_all import remove_all
from .submission import Submission
from .submit_all import Outcome, outcome_of, ready_all
from .work import Work
from .write_all import Outcome as Written
from .write_all import write_all

_BIG = Storage("bigint")

#: Records of one bulk change, and those written in one transaction.
MOST, AT_ONCE = 5_000, 200

Ids = Iterable[int] | AsyncIterable[int]


@dataclass(frozen=True, slots=True)
class _Bulk:
    """A bulk change that was begun. numbers: all its records in order."""

    entity: Entity
    batch: int
    numbers: Sequence[int]
    detail: Mapping[str, Any]


#: Does something to the records of a part, counted from `first`, and notes what became of them.
_Part = Callable[[Work, _Bulk, Sequence[int], int], Awaitable[None]]


async def bulk_change(work: Work, entity: str, ids: Ids, values: Mapping[str, Any], token: str = "") -> Batch:
    """Put the same values into many records. ids: those of a list, as they come.

    What one record meets (no right, a rule, somebody who saved just now) is told of that record; the others change all
    the same. Raises Refused when nothing of it can be done (WRITE_015, 016; no such entity); Moved and Stale. The same
    token gives the first answer again, or goes on where it was cut off.
    """
    if not values:
        raise Refused(Diagnostic("WRITE_016"))
    digest = digest_of(entity, values) if token else ""
    return await _bulk(work, entity, ids, {"fields": sorted(values)}, token, digest, partial(_changed, values=values))


async def bulk_remove(work: Work, entity: str, ids: Ids, token: str = "") -> Batch:
    """Delete many records, those that nothing needs. Otherwise as `bulk_change`."""
    digest = digest_of("remove", entity) if token else ""
    return await _bulk(work, entity, ids, {"removes": True}, token, digest, _removed)


async def _bulk(
    work: Work, entity: str, ids: Ids, detail: Mapping[str, Any], token: str, digest: str, run: _Part
) -> Batch:
    spec = await known_entity(work, entity)
    found = await before(work, token, "bulk", digest)
    if found is None:
        numbers = await _listed(ids)
        (batch,) = await work.store.new_ids(1)
        found = await _begun(work, _Bulk(spec, batch, numbers, detail), token, digest)
        if found is None:
            return await _carried_out(work, _Bulk(spec, batch, numbers, detail), run, 0)
    old = await batch_of(work, int(found["batch"]), limit=MOST)
    if old.state != "running":
        return _refused_first(old)
    done = max((row.number for row in old.rows), default=0)
    numbers = [int(n) for n in old.detail.get("ids") or ()]
    return await _carried_out(work, _Bulk(spec, old.id, numbers, detail), run, done)


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


async def _begun(work: Work, bulk: _Bulk, token: str, digest: str) -> Mapping[str, Any] | None:
    """Note what is about to be done; the answer that was given when it was begun before."""
    start = begun(work, bulk.batch, "bulk", bulk.entity, "", {**bulk.detail, "ids": list(bulk.numbers)})
    if token:
        start.append(mark(work, token, "bulk", digest, {"batch": bulk.batch}))
    try:
        await work.apply(start)
    except Taken as taken:
        found = await before(work, token, "bulk", digest) if taken.table == ONCE.name else None
        if found is None:
            raise
        return found
    return None


async def _carried_out(work: Work, bulk: _Bulk, run: _Part, done: int) -> Batch:
    """Go through the records behind the first `done`, part by part."""
    for start in range(done, len(bulk.numbers), AT_ONCE):
        numbers, first = bulk.numbers[start : start + AT_ONCE], start + 1
        work, _ = await part(work, lambda now, numbers=numbers, first=first: run(now, bulk, numbers, first))  # type: ignore[misc]
    told = await batch_of(work, bulk.batch, limit=MOST)
    counts = counted(told.rows)
    (audit,) = await work.store.new_ids(1)
    await work.store.apply(ended(work, bulk.batch, bulk.entity, audit, "bulk", counts, bulk.detail))
    return _refused_first(replace(told, state="done", counts=counts))


def _refused_first(batch: Batch) -> Batch:
    return replace(batch, rows=tuple(sorted(batch.rows, key=lambda row: (row.outcome != "refused", row.number))))


# ---------------------------------------------------------------- changed


async def _changed(work: Work, bulk: _Bulk, numbers: Sequence[int], first: int, values: Mapping[str, Any]) -> None:
    sents = [Submission(bulk.entity.name, values, id=number, source="bulk") for number in numbers]
    made = ready_all(sents, await prepared_all(work, bulk.entity, sents))
    places = [at for at, one in enumerate(made) if isinstance(one, Ready)]
    ready = [one for one in made if isinstance(one, Ready)]
    ids = await work.store.new_ids(len(sents))

    def beside(done: Sequence[Written]) -> Sequence[Write]:
        found = [
            Outcome(s.id, None, "refused", one.diagnostics if isinstance(one, Refused) else ())
            for s, one in zip(sents, made, strict=True)
        ]
        for at, one, written in zip(places, ready, done, strict=True):
            found[at] = outcome_of(sents[at], one, written)
        return noted(work, bulk.batch, first, ids, found)

    await write_all(work, ready, origin=f"bulk:{bulk.batch}", beside=beside)


# ---------------------------------------------------------------- deleted


async def _removed(work: Work, bulk: _Bulk, numbers: Sequence[int], first: int) -> None:
    compiled = work.version.record(bulk.entity.name)
    stored = await held_all(work, bulk.entity, numbers, "delete")
    gone = await _gone_before(work, bulk.batch, [n for n in numbers if n not in stored])
    outcomes: dict[int, Outcome] = {n: Outcome(n, None, "removed") for n in gone}
    going: list[Record] = []
    for number in numbers:
        found = stored.get(number)
        if number in outcomes:
            continue
        if found is None or not found.seen:
            outcomes[number] = Outcome(number, None, "refused", (Diagnostic("WRITE_005"),))
            continue
        record = replace(found.record, label=label_of(compiled, found.record.values, number))
        if found.may:
            going.append(record)
        else:
            said = (Diagnostic("WRITE_010", args={"label": record.label}),)
            outcomes[number] = Outcome(number, record.version, "refused", said, (), record.label)
    reasons = await remove_all(work, compiled, going, f"bulk:{bulk.batch}")
    for record in going:
        why = reasons[record.id]
        outcomes[record.id] = Outcome(record.id, record.version, "refused" if why else "removed", why, (), record.label)
    await note_again(work, bulk.batch, first, [outcomes[number] for number in numbers])


async def _gone_before(work: Work, batch: int, numbers: Sequence[int]) -> set[int]:
    """Records that this very batch has deleted before it was cut off."""
    if not numbers:
        return set()
    marks = ", ".join("?" * len(numbers))
    text = f"SELECT record FROM sy_history WHERE origin = ? AND record IN ({marks})"  # noqa: S608
    rows = await work.store.rows(Query(Sql(text, (f"bulk:{batch}", *numbers)), (_BIG,)))
    return {row[0] for row in rows}


async def note_again(work: Work, batch: int, first: int, outcomes: Sequence[Outcome]) -> None:
    """Note what became of the records of a part, in place of what was noted before it was cut off."""
    ids = await work.store.new_ids(len(outcomes))
    again = [Delete(BATCH_ROW, {"batch": batch, "number": first + at}) for at in range(len(outcomes))]
    await work.apply([*again, *noted(work, batch, first, ids, outcomes)])
