"""Taking back what was done: one change out of a history, a whole import or bulk change, unless it was changed since.

What was there before comes back to the letter, whether present rules would accept it or not; rights are judged as for
any other change. Whoever made a change may take it back even without the right to delete, as long as nothing was done
with the record since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ..changeset import Changeset, unit_ref
from ..compile.record import CompiledRecord, label_of
from ..diagnostics import Diagnostic, Refused, has_errors
from ..fieldtypes.stored import json_of, value_of
from ..model import Entity, Operation, Record, Ref, Slot, Sql, Storage
from ..store.protocol import Missed, Query, Update
from ..store.tables import BATCH
from .afresh import part
from .batches import Batch, batch_of, begun, counted, ended
from .bulk import note_again
from .held import Held, held_all
from .named import filled
from .prepared import Ready, stays
from .record_writes import Change
from .remove_all import remove_all
from .restore import Lost, restored
from .set_values import set_given
from .submission import Saved
from .submit_all import Outcome
from .work import Work
from .write_all import write_all

_BIG, _TEXT, _JSON = Storage("bigint"), Storage("text"), Storage("json")
_COLUMNS = "id, entity, record, version, op, changes, actor, origin"
_RETURNS = (_BIG, _TEXT, _BIG, _BIG, _TEXT, _JSON, _BIG, _TEXT)

#: Changes taken back in one transaction.
AT_ONCE = 200

_ONE = Query(
    Sql(
        f"SELECT l.epoch, l.access, {', '.join('h.' + c for c in _COLUMNS.split(', '))} FROM sy_live l"  # noqa: S608
        " LEFT JOIN sy_history h ON h.id = ? WHERE l.id = 1",
        (Slot("id"),),
    ),
    (_BIG, _BIG, *_RETURNS),
)
_OF_BATCH = Query(
    Sql(
        f"SELECT {_COLUMNS} FROM sy_history WHERE origin = ? AND id < ? ORDER BY id DESC LIMIT ?",  # noqa: S608
        (Slot("origin"), Slot("before"), Slot("limit")),
    ),
    _RETURNS,
)


@dataclass(frozen=True, slots=True)
class _Done:
    """A change as the history has it."""

    id: int
    entity: str
    record: int
    version: int
    op: str
    changes: Mapping[str, Sequence[Any]]
    actor: int | None
    origin: str


async def undo_change(work: Work, change: int) -> Saved:
    """Take back one change of a record, named by the id of its history. Raises Refused: WRITE_012 when the record was
    changed since, WRITE_013 when there is nothing to take back, WRITE_025 for what an approval wrote, and as `submit`
    or `remove` do; Moved and Stale."""
    ((epoch, access, *row),) = await work.store.rows(_ONE, {"id": change})
    work.demand(epoch, access)
    if row[0] is None:
        raise Refused(Diagnostic("WRITE_013"))
    done = _Done(*row)
    if done.origin.startswith("case:"):
        raise Refused(Diagnostic("WRITE_025"))
    entity = work.version.by_id(done.entity)
    if entity is None or work.product(entity.name, "see").nothing:
        raise Refused(Diagnostic("WRITE_013"))
    _, (outcome,) = await _taken_back(work, entity, [done], f"undo:{change}")
    if outcome.outcome == "refused":
        raise Refused(outcome.errors)
    empty = Changeset(entity.name, done.record, outcome.version or 0, {}, {}, {})
    return Saved(done.record, outcome.version or 0, outcome.label, empty)


async def undo(work: Work, batch: int) -> Batch:
    """Take back an import or a bulk change, record by record, the last one first; what became of each.

    Raises Refused(WRITE_013) when it is not there, not over yet, taken back already, or none of the actor's business;
    Moved and Stale. One that was cut off goes on where it stopped.
    """
    old = await batch_of(work, batch, limit=0)
    entity = work.entity(old.entity)
    number = await _begun(work, old, entity)
    origin, before, place = f"undo:{batch}", 1 << 62, 0
    while done := await _changes_of(work, old, before):
        work, outcomes = await _taken_back(work, entity, done, origin)
        before = done[-1].id
        work, _ = await part(work, partial(note_again, batch=number, first=place + 1, outcomes=outcomes))
        place += len(outcomes)
    told = await batch_of(work, number, limit=100_000)
    counts = counted(told.rows)
    (audit,) = await work.store.new_ids(1)
    await work.store.apply(ended(work, number, entity, audit, "undo", counts, {"undoes": batch}))
    refused = tuple(row for row in told.rows if row.outcome == "refused")
    return replace(told, state="done", counts=counts, rows=refused)


async def _begun(work: Work, old: Batch, entity: Entity) -> int:
    """The batch that takes another one back; the one that was begun before and cut off, if there is such a one."""
    if old.undone_by is not None:
        former = await batch_of(work, old.undone_by, limit=0)
        if former.state == "running" and former.account == work.actor.id:
            return former.id
        raise Refused(Diagnostic("WRITE_013"))
    if old.kind == "undo" or old.state != "done":
        raise Refused(Diagnostic("WRITE_013"))
    (number,) = await work.store.new_ids(1)
    detail = {**old.detail, "undone_by": number}
    mark = Update(BATCH, {"id": old.id, "state": "done"}, {"state": "undone", "detail": detail}, must_hit=True)
    try:
        await work.apply([mark, *begun(work, number, "undo", entity, old.title, {"undoes": old.id})])
    except Missed as missed:
        raise Refused(Diagnostic("WRITE_013")) from missed
    return number


async def _changes_of(work: Work, old: Batch, before: int) -> list[_Done]:
    slots = {"origin": f"{old.kind}:{old.id}", "before": before, "limit": AT_ONCE}
    return [_Done(*row) for row in await work.store.rows(_OF_BATCH, slots)]


# ---------------------------------------------------------------- one after the other


async def _taken_back(work: Work, entity: Entity, done: Sequence[_Done], origin: str) -> tuple[Work, list[Outcome]]:
    """Take back changes of one entity, the last ones first; the work to go on with, and what became of them.

    Each kind is a transaction of its own, which may move the rights of the next.
    """
    merged = _merged(done)
    made = [one for one in merged if one.op in ("create", "restore")]
    edited = [one for one in merged if one.op == "edit"]
    gone = [Lost(one.record, one.version, one.changes) for one in merged if one.op == "delete"]
    found: list[Outcome] = []
    name = entity.name
    if edited:
        work, some = await part(work, lambda now: _set_back(now, now.version.record(name), edited, origin))
        found += some
    if made:
        work, some = await part(work, lambda now: _unmade(now, now.version.record(name), made, origin))
        found += some
    for one in gone:
        work, back = await part(work, lambda now, one=one: restored(now, now.version.record(name), one, origin))  # type: ignore[misc]
        found.append(back)
    by_record = {one.id: one for one in found}
    return work, [by_record[one.record] for one in merged]


def _merged(done: Iterable[_Done]) -> list[_Done]:
    """One change for each record: from before the first of them to behind the last. done: the last ones first."""
    found: dict[int, _Done] = {}
    for one in done:
        later = found.get(one.record)
        if later is None:
            found[one.record] = one
            continue
        changes = dict(later.changes)
        for field, (old, new) in one.changes.items():
            changes[field] = (old, changes[field][1] if field in changes else new)
        found[one.record] = replace(later, op=one.op if later.op == "edit" else later.op, changes=changes)
    return list(found.values())


def _refused(one: _Done, label: str, *codes: str) -> Outcome:
    said = tuple(Diagnostic(code, args={"label": label or f"#{one.record}"}) for code in codes)
    return Outcome(one.record, None, "refused", said, (), label)


# ---------------------------------------------------------------- changed records


async def _set_back(work: Work, compiled: CompiledRecord, done: Sequence[_Done], origin: str) -> list[Outcome]:
    entity = compiled.entity
    operation: Operation = "import" if done[0].origin.startswith("import:") else "edit"
    stored = await held_all(work, entity, [one.record for one in done], operation)
    outcomes: dict[int, Outcome] = {}
    rows: list[Ready] = []
    for one in done:
        found = stored.get(one.record)
        if found is None or not found.seen:
            outcomes[one.record] = _refused(one, "", "WRITE_005")
            continue
        ready = await _reversed(work, compiled, one, found, operation)
        if isinstance(ready, Outcome):
            outcomes[one.record] = ready
        else:
            rows.append(ready)
    for ready, written in zip(rows, await write_all(work, rows, origin=origin), strict=True):
        old = ready.old
        if old is None:
            continue
        if isinstance(written, Saved):
            word = "changed" if ready.changeset.changes else "same"
            outcomes[old.id] = Outcome(old.id, written.version, word, (), (), written.label)  # type: ignore[arg-type]
        else:
            outcomes[old.id] = Outcome(old.id, old.version, "refused", written, (), old.label)
    return [outcomes[one.record] for one in done]


async def _reversed(
    work: Work, compiled: CompiledRecord, one: _Done, found: Held, operation: Operation
) -> Ready | Outcome:
    """The change turned round, when the record still holds what it wrote."""
    old = replace(found.record, values={**compiled.blank, **found.record.values})
    old = replace(old, label=label_of(compiled, old.values, old.id))
    turned = turned_round(compiled, old.values, one.changes)
    if turned is None:
        return _refused(one, old.label, "WRITE_012")
    if not found.may:
        return _refused(one, old.label, "WRITE_003")
    if found.writable is not None and not _open(compiled, turned, found.writable):
        return _refused(one, old.label, "WRITE_003")
    values = {**old.values, **{name: before for name, (_, before) in turned.items()}}
    values = await filled(work, compiled, values, compiled.paths)
    changes = {name: (now, values[name]) for name, (now, _) in turned.items() if now != values[name]}
    unit = unit_ref(compiled, values, Ref(old.id))
    own = unit.id if unit and unit.id != old.id else None
    changeset = Changeset(compiled.entity.name, old.id, old.version, values, changes, {}, unit=own)
    if changes:
        changeset = await stays(work, compiled, operation, old, changeset)
    if has_errors(changeset.errors):
        return Outcome(old.id, old.version, "refused", changeset.errors, (), old.label)
    given = set_given(work.now, work.actor)
    return Ready(compiled, operation, old, changeset, found.verdicts, given, returning=True)


def turned_round(
    compiled: CompiledRecord, now: Mapping[str, Any], changes: Mapping[str, Sequence[Any]]
) -> dict[str, Change] | None:
    """Field name -> (value now, value before the change); None when one of them holds something else by now."""
    by_id = {one.spec.id: one for one in compiled.fields.values()}
    found: dict[str, Change] = {}
    for field, (before, after) in changes.items():
        one = by_id.get(field)
        if one is None:
            continue  # the field is gone, and its values with it
        value = now.get(one.name)
        if not _same(None if value in (None, ()) else json_of(value), after):
            if _same(None if value in (None, ()) else json_of(value), before):
                continue
            return None
        back = value_of(one.spec, before)
        found[one.name] = (value, one.nothing if back is None else back)
    return found


def _same(one: Any, other: Any) -> bool:
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    """JSON without what may change by itself: how linked records are called, and cells without a value."""
    if isinstance(value, Mapping):
        if value.keys() == {"id", "label"}:
            return value["id"]
        return {k: _plain(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value] or None
    return value


def _open(compiled: CompiledRecord, turned: Mapping[str, Change], writable: frozenset[str]) -> bool:
    """Whether the fields may be written; those the engine works out go along with the others."""
    return all(
        compiled.fields[name].spec.id in writable
        or (compiled.fields[name].value is not None and not compiled.fields[name].spec.override)
        for name in turned
    )


# ---------------------------------------------------------------- new records


async def _unmade(work: Work, compiled: CompiledRecord, done: Sequence[_Done], origin: str) -> list[Outcome]:
    """Records that were made go again, unless something was done with them since."""
    entity = compiled.entity
    stored = await held_all(work, entity, [one.record for one in done], "delete")
    since = await _since(work, done)
    outcomes: dict[int, Outcome] = {}
    going: list[Record] = []
    for one in done:
        found = stored.get(one.record)
        if found is None and since.get(one.record) == origin:  # it was cut off behind this
            outcomes[one.record] = Outcome(one.record, None, "removed")
            continue
        if found is None or not found.seen:
            outcomes[one.record] = _refused(one, "", "WRITE_005")
            continue
        record = replace(found.record, label=label_of(compiled, found.record.values, one.record))
        own = one.actor == work.actor.id
        if since.get(one.record, origin) != origin:
            outcomes[one.record] = _refused(one, record.label, "WRITE_012")
        elif not (found.may or own):
            outcomes[one.record] = _refused(one, record.label, "WRITE_010")
        else:
            going.append(record)
    reasons = await remove_all(work, compiled, going, origin) if going else {}
    for record in going:
        said = reasons[record.id]
        word = "refused" if said else "removed"
        outcomes[record.id] = Outcome(record.id, record.version + 1, word, said, (), record.label)  # type: ignore[arg-type]
    return [outcomes[one.record] for one in done]


async def _since(work: Work, done: Sequence[_Done]) -> Mapping[int, str]:
    """The records that were changed since, with the origin of the last change that is not of the same batch."""
    ids = tuple(one.record for one in done)
    marks = ", ".join("?" * len(ids))
    text = f"SELECT record, version, origin FROM sy_history WHERE record IN ({marks}) ORDER BY version"  # noqa: S608
    rows = await work.store.rows(Query(Sql(text, ids), (_BIG, _BIG, _TEXT)))
    by_record = {one.record: one for one in done}
    own = done[0].origin
    return {
        record: origin
        for record, version, origin in rows
        if version > by_record[record].version and (not own or origin != own)
    }
