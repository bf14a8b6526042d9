"""The one way a record is written: page, API, import, bulk change and approvals all end in the same batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..changeset import Changeset, cast
from ..changeset.changeset import with_taken
from ..compile.record import CompiledRecord
from ..compile.table import unique_fields
from ..diagnostics import Diagnostic, Place, Refused
from ..fieldtypes import column_name
from ..model import Entity, Record
from ..store.protocol import Connection, Missed, Referred, Taken, Unfit, Write
from ..store.tables import FILE, LIVE, ONCE, SERIAL
from ..workflow import Flow
from .act import Opened, open_case, second_case
from .conflict import conflicted
from .drafts import no_draft
from .named import filled
from .numbers import Wanted, brought_along, forget, given_out, guessed, passed, taken, takes, turn, wanted
from .once import answer_of, before, digest_of, kept_answer, mark
from .prepared import Ready, demand_ok, entry_of, prepared
from .reach import as_seen
from .record_writes import Batch, ids_needed, shelved, written
from .set_values import set_given, set_raw
from .shown import Detail
from .subjects import subject_of
from .submission import Saved, Submission
from .unit_writes import unit_change, written_to_tree
from .veil import labels_in, veiled
from .work import Work

#: How often a change that was made against no particular version is tried on what is stored; each time that it is not
#: written, somebody else's was.
TRIES = 100


async def consider(work: Work, sent: Submission, draft: bool = False, shown: Detail | None = None) -> Changeset:
    """What would become of a submission; nothing is written.

    draft: it is still being filled in, so nothing is missing yet and no rule over the whole record is applied. Values
    that the actor sees masked or not at all are so in the changeset. shown: the record as this work has just shown it,
    so that its links are called as there. Raises Refused when there is no such entity, form or record, or when nothing
    of it may be done at all.
    """
    ready = await prepared(work, sent, filling=draft)
    known = labels_in(ready.compiled, shown.record.values) if shown else None
    return await veiled(work, ready.compiled, ready.changeset, ready.verdicts, known)


async def submit(work: Work, sent: Submission) -> Saved:
    """Write a record, exactly once.

    Raises Refused: with the changeset as its detail when the values are wrong; with a `Conflict` when somebody saved
    since `sent.version`; MISSING for a record that is not there or not to be seen; FORBIDDEN for what may not be done.
    Raises Moved and Stale. The same token gives the first answer again.
    """
    digest = sent.digest or (digest_of(sent.entity, sent.id, sent.values) if sent.token else "")
    try:
        return await _submitted(work, sent, digest)
    except Refused:
        found = await _answered(work, sent, digest)
        if found is None:
            raise
        return found


async def _answered(work: Work, sent: Submission, digest: str) -> Saved | None:
    found = await before(work, sent.token, "record", digest)
    if found is None:
        return None
    empty = Changeset(sent.entity, found["id"], found["version"], {}, {}, sent.values)
    case = answer_of(found.get("case"))
    created, change = bool(found["created"]), int(found.get("change") or 0)
    return Saved(found["id"], found["version"], found["label"], empty, case, True, created, change)


async def _submitted(work: Work, sent: Submission, digest: str) -> Saved:
    flow = flow_of(work, sent) if sent.workflow else None
    more = tuple(flow.paths) if flow else ()
    for _ in range(TRIES):
        (number,) = (sent.id,) if sent.id is not None else await work.store.new_ids(1)
        ready = await prepared(work, sent, more, number=number)
        if ready.old is not None and sent.version and ready.old.version != sent.version:
            raise await _conflict(work, sent, ready, ready.old)
        await demand_ok(work, ready)
        if ready.old is not None and not ready.changeset.changes and flow is None:
            sight = (ready.compiled, ready.verdicts)
            return Saved(number, ready.old.version, ready.old.label, ready.changeset, _sight=sight)
        saving = Saving(work, sent, digest, ready, number, flow)
        try:
            return await saving.save()
        except Missed as missed:
            work.missed(missed)
            if missed.write.table in (SERIAL, FILE, LIVE) or not sent.version:  # type: ignore[union-attr]
                continue
            now = await prepared(work, sent, more, number=number)
            raise await _conflict(work, sent, ready, now.old or ready.old) from missed  # type: ignore[arg-type]
    raise Refused(Diagnostic("WRITE_014"))


async def _conflict(work: Work, sent: Submission, ready: Ready, now: Record) -> Refused:
    entry = entry_of(work, ready.compiled.entity, sent.form)
    return await conflicted(work, sent, ready.compiled, entry, now, ready.verdicts, ready.given)


async def _shown(work: Work, ready: Ready, changeset: Changeset) -> Changeset:
    return await veiled(work, ready.compiled, changeset, ready.verdicts)


def flow_of(work: Work, sent: Submission) -> Flow:
    """The approval that is to begin. Raises Refused(FLOW_030) for one that is not there or for other records."""
    found = work.version.model.workflows.get(sent.workflow)
    flow = work.version.flow(found.id) if found and found.of == sent.entity else None
    if flow is None:
        raise Refused(Diagnostic("FLOW_030"))
    return flow


@dataclass(frozen=True, slots=True)
class Saving:
    """One attempt to write a submission that is ready."""

    work: Work
    sent: Submission
    digest: str
    ready: Ready
    number: int
    flow: Flow | None

    async def save(self) -> Saved:
        """Write it. Raises Missed when something was changed meanwhile, Refused for what the database refuses."""
        numbers = self._numbers()
        if not numbers:
            return await self._written_once(())
        async with turn(self.work.store, numbers):
            try:
                return await self._written_once(numbers)
            except Missed as missed:
                if getattr(missed.write, "table", None) is not SERIAL:
                    raise
            forget(self.work.store, numbers, met=True)
            return await self._written_once(numbers)  # in a transaction now, where numbers cannot be missed

    async def _written_once(self, numbers: Sequence[Wanted]) -> Saved:
        ready, store = self.ready, self.work.store
        tree = unit_change(ready.compiled, self.number, ready.old, ready.changeset)
        brought = dict(brought_along(self.work.version, ready.compiled, ready.old, ready.changeset.values))
        counts = guessed(store, numbers) if numbers else {}
        try:
            if tree is not None or counts is None or brought:
                return await self._in_transaction(numbers, tree is not None, brought)
            saved, writes = await self._batch(numbers, counts)
            await store.apply([self.work.holds(), *takes(counts), *writes])
        except Taken as error:
            forget(store, numbers)
            raise await self._taken(error, numbers) from error
        except (Referred, Unfit) as error:
            forget(store, numbers)
            raise refused_by_database(ready.compiled, ready.changeset, ready.verdicts, error) from error
        except BaseException:
            forget(store, numbers)
            raise
        return saved

    def _numbers(self) -> tuple[Wanted, ...]:
        ready = self.ready
        if ready.old is not None:
            return ()
        return wanted(self.work, ready.compiled, ready.changeset.values, ready.changeset.hidden)

    async def _in_transaction(self, numbers: Sequence[Wanted], moves_units: bool, brought: Mapping[str, int]) -> Saved:
        """With numbers or the unit tree held for oneself until all is written."""
        store = self.work.store
        async with store.transaction() as connection:
            await connection.apply([self.work.holds()])
            counts = await taken(connection, numbers, shelved(self.work.version, self.ready.compiled.entity).table)
            await passed(connection, brought)
            saved, writes = await self._batch(numbers, counts)
            await connection.apply(writes)
            if moves_units:
                await self._place(connection, saved)
        given_out(store, counts)
        return saved

    async def _place(self, connection: Connection, saved: Saved) -> None:
        ready = self.ready
        found = await written_to_tree(connection, ready.compiled.entity, saved.id, ready.changeset.values, saved.label)
        if found is not None:
            errors = (*ready.changeset.errors, found)
            seen = as_seen(ready.compiled, replace(ready.changeset, errors=errors), ready.verdicts)
            raise Refused(errors, detail=seen)

    async def _batch(self, numbers: Sequence[Wanted], counts: Mapping[str, int]) -> tuple[Saved, list[Write]]:
        """Everything that is written, and the answer."""
        work, sent, ready = self.work, self.sent, self.ready
        changeset = ready.changeset
        if numbers:
            changeset = numbered(changeset, {w.field.name: w.text(counts[w.key]) for w in numbers})
        opened: Opened | None = None
        if self.flow is not None:
            try:
                opened = await self._opened(changeset, self.flow)
                changeset = with_own(work, ready.compiled, self.number, changeset, opened.own)
            except Refused as refused:
                detail = refused.detail or as_seen(ready.compiled, ready.changeset, ready.verdicts)
                raise Refused(refused.diagnostics, detail=detail) from refused
        made = await self._written(changeset, opened)
        answer = opened.answer if opened else None
        if made.values is not changeset.values:
            changeset = replace(changeset, values=made.values)
        sight = (ready.compiled, ready.verdicts)
        saved = Saved(
            self.number, made.version, made.label, changeset, answer, False, ready.old is None, made.change, sight
        )
        writes = [*made.writes, *(opened.writes if opened else ())]
        if sent.form:
            writes.append(no_draft(work, sent.form, sent.id))
        if sent.token:
            kept = {"id": self.number, "version": made.version, "label": made.label, "created": ready.old is None}
            kept |= {"case": kept_answer(answer), "change": made.change}
            writes.append(mark(work, sent.token, "record", self.digest, kept))
        return saved, writes

    async def _written(self, changeset: Changeset, opened: Opened | None) -> Batch:
        work, ready = self.work, self.ready
        shelf = shelved(work.version, ready.compiled.entity)
        ids: Iterator[int] = iter(await work.store.new_ids(ids_needed(changeset.changes, shelf)))
        origin = f"case:{opened.answer.case}" if opened else ""
        return written(
            work, ready.compiled, ready.old, changeset.values, changeset.changes, changeset.unit, ids,
            number=self.number, origin=origin,
        )  # fmt: skip

    async def _opened(self, changeset: Changeset, flow: Flow) -> Opened:
        work, ready = self.work, self.ready
        values = await filled(work, ready.compiled, changeset.values, flow.paths)
        subject = subject_of(work, ready.compiled, self.number, ready.old, values, changeset.unit)
        return await open_case(
            work.desk, work.actor, flow, subject, act=self.sent.act, comment=self.sent.comment, defn=work.version.number
        )

    async def _taken(self, error: Taken, numbers: Sequence[Wanted]) -> BaseException:
        ready, work = self.ready, self.work
        if error.table == ONCE.name:
            return Refused(Diagnostic("WRITE_006"))  # `submit` looks for the answer that was given before
        fields = taken_fields(work, ready.compiled.entity, error)
        if fields and any(w.field.name in fields for w in numbers):  # somebody has typed that number: pass over it
            return Missed(next(takes(dict.fromkeys((w.key for w in numbers), 1))))
        if fields is None:
            if self.flow is None:
                return error
            subject = subject_of(
                work, ready.compiled, self.number, ready.old, ready.changeset.values, ready.changeset.unit
            )
            return await second_case(work.desk, self.flow, subject, "", error)
        changeset = with_taken(ready.changeset, ready.compiled, fields)
        return Refused(changeset.errors, detail=await _shown(work, ready, changeset))


def taken_fields(work: Work, entity: Entity, error: Taken) -> tuple[str, ...] | None:
    """The fields of the unique index that refused; None when it is no index of a record."""
    model = work.version.model
    known = work.version.made(("unique", entity.name), lambda: unique_fields(model, entity))
    return known.get(error.index)


def refused_by_database(
    compiled: CompiledRecord, changeset: Changeset, verdicts: Mapping[str, Any], error: Referred | Unfit
) -> Refused:
    """What the database had against a change that everybody else had let pass."""
    if isinstance(error, Referred):
        column = error.column
        name = next((n for n, f in compiled.fields.items() if column_name(f.spec) == column), "")
        title = compiled.fields[name].spec.title if name else compiled.entity.title
        found = Diagnostic("REC_029", Place(path=name), {"field": title})
    else:
        found = Diagnostic("WRITE_011", Place(), {"why": str(error)[:100]})
    told = replace(changeset, errors=(*changeset.errors, found))
    return Refused(told.errors, detail=as_seen(compiled, told, verdicts))


def numbered(changeset: Changeset, numbers: Mapping[str, str]) -> Changeset:
    """The change of a new record with the numbers it got."""
    values = {**changeset.values, **numbers}
    changes = {**changeset.changes, **{name: (None, number) for name, number in numbers.items()}}
    return replace(changeset, values=values, changes=changes)


def with_own(
    work: Work, compiled: CompiledRecord, number: int, changeset: Changeset, own: Mapping[str, Any]
) -> Changeset:
    """The change, and what an approval sets of the record as it begins. Raises Refused when that does not fit."""
    if not own:
        return changeset
    so_far = Record(changeset.entity, number, max(changeset.version, 1), changeset.values, unit=changeset.unit)
    raw = set_raw(compiled, own, work.now, work.actor)
    set_by = cast(
        compiled, raw, so_far, given=set_given(work.now, work.actor, (*raw.values(), *changeset.values.values()))
    )
    if set_by.errors:
        raise Refused(set_by.errors)
    changes = dict(changeset.changes)
    for name, (was, now) in set_by.changes.items():
        changes[name] = (changes[name][0] if name in changes else was, now)
    return replace(changeset, values=set_by.values, changes=changes, unit=set_by.unit)
