"""Deleting a record: refused while others need it; its last values stay in the history, so that it can come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..changeset import Changeset
from ..compile.record import CompiledRecord, label_of
from ..diagnostics import Diagnostic, Refused
from ..model import Record, Slot, Sql, Storage
from ..store import journal
from ..store.protocol import Connection, Delete, Missed, Query, Referred, Update, Write
from ..store.tables import DRAFT, FILE
from .actors import moves_rights
from .case_writes import LINK
from .conflict import conflicted
from .context import millis
from .held import Held, held
from .incoming import still_used
from .named import given_for
from .once import before, digest_of, mark
from .record_writes import file_ids, history_changes, shelved, with_unit
from .submission import Saved, Submission
from .unit_writes import taken_from_tree
from .work import Work

_BIG, _TEXT = Storage("bigint"), Storage("text")

_TIED = Query(
    Sql(
        "SELECT 0, id, workflow FROM sy_case WHERE record = ? AND status = 'open'"
        " UNION ALL SELECT 1, account, '' FROM sy_account_record WHERE record = ?",
        (Slot("record"), Slot("record")),
    ),
    (_BIG, _BIG, _TEXT),
)


async def remove(work: Work, entity: str, record: int, version: int = 0, token: str = "", digest: str = "") -> Saved:
    """Delete a record with its sub-tables, exactly once. version: the one that was seen, 0 for whatever is stored.

    Raises Refused: MISSING, FORBIDDEN (WRITE_010), with a `Conflict` as its detail when somebody saved since, and
    CONFLICT with every reason while other records, open approvals or an account need it. Raises Moved and Stale.
    """
    digest = digest or (digest_of("remove", entity, record) if token else "")
    try:
        return await _removed(work, entity, record, version, token, digest)
    except Refused:
        found = await before(work, token, "removed", digest)
        if found is None:
            raise
        return _answer(entity, record, found["version"], found["label"], int(found["change"]), repeated=True)


async def _removed(work: Work, name: str, record: int, version: int, token: str, digest: str) -> Saved:
    entity = work.entity(name)
    compiled = work.version.record(entity.name)
    for _ in range(4):
        found = await held(work, entity, record, "delete")
        old = await may_go(work, compiled, record, found, version)
        change, writes = await removal(work, compiled, old, "")
        if token:
            answer = {"version": old.version + 1, "label": old.label, "change": change}
            writes.append(mark(work, token, "removed", digest, answer))
        try:
            async with work.transaction() as connection:
                await leave(connection, compiled, old.id, writes)
        except (Missed, Referred):
            continue  # somebody has just changed it, or begun to use it: say who
        return _answer(entity.name, record, old.version + 1, old.label, change)
    raise Refused(Diagnostic("WRITE_014"))


def _answer(entity: str, record: int, version: int, label: str, change: int, *, repeated: bool = False) -> Saved:
    empty = Changeset(entity, record, version, {}, {}, {})
    return Saved(record, version, label, empty, None, repeated, change=change)


async def may_go(work: Work, compiled: CompiledRecord, record: int, found: Held | None, version: int) -> Record:
    """The record, when nothing stands against deleting it. Raises Refused with every reason."""
    if found is None or not found.seen:
        raise Refused(Diagnostic("WRITE_005"))
    old = replace(found.record, label=label_of(compiled, found.record.values, record))
    if not found.may:
        raise Refused(Diagnostic("WRITE_010", args={"label": old.label}))
    if version and old.version != version:
        sent = Submission(compiled.entity.name, {}, id=record, version=version)
        given = await given_for(work, compiled, (), "page")
        raise await conflicted(work, sent, compiled, None, old, found.verdicts, given)
    reasons = [*await tied(work, record, old.label), *await still_used(work, compiled.entity, record, old.label)]
    if reasons:
        raise Refused(reasons)
    return old


async def tied(work: Work, record: int, label: str) -> list[Diagnostic]:
    """Open approvals about the record, and the account of the person that it is."""
    found = []
    titles = {w.id: w.title for w in work.version.model.workflows.values()}
    for kind, number, workflow in await work.store.rows(_TIED, {"record": record}):
        if kind == 1:
            found.append(Diagnostic("WRITE_009", args={"label": label}))
        else:
            args = {"label": label, "workflow": titles.get(workflow, ""), "link": LINK.format(case=number)}
            found.append(Diagnostic("WRITE_008", args=args))
    return found


async def removal(work: Work, compiled: CompiledRecord, old: Record, origin: str) -> tuple[int, list[Write]]:
    """The id of the row of the history, and the rows of a deleted record: children first, then itself, held to its
    version, and its last values."""
    entity, shelf = compiled.entity, shelved(work.version, compiled.entity)
    history, audit = await work.store.new_ids(2)
    at, by = millis(work.now.at), work.actor.id
    changes = {n: (v, None) for n in compiled.stored if (v := old.values.get(n)) not in (None, ())}
    nothing: Mapping[str, Any] = compiled.blank
    last = history_changes(compiled, nothing, changes)
    writes: list[Write] = [Delete(child.table, {"parent": old.id}) for child in shelf.children.values()]
    writes.append(Delete(shelf.table, {"id": old.id, "version": old.version}, must_hit=True))
    if shelf.words:
        writes.append(journal.found_no_more(entity.id, old.id))
    gone = {"state": "gone", "created_at": at}
    writes += [Update(FILE, {"id": n, "record": old.id}, gone) for n in _files_of(shelf.files, old)]
    writes.append(Delete(DRAFT, {"record": old.id}))
    writes.append(
        journal.history(
            history, entity.id, old.id, old.version + 1, defn=work.version.number, actor=by, at=at, op="delete",
            changes=last, origin=origin,
        )
    )  # fmt: skip
    detail = {"version": old.version + 1}
    writes.append(
        journal.audit(audit, "record.delete", actor=by, at=at, entity=entity.id, record=old.id, detail=detail)
    )
    if moves_rights(entity, with_unit(old.values, old.unit), None):
        writes.append(journal.ACCESS_CHANGED)
    return history, writes


def _files_of(names: tuple[str, ...], old: Record) -> list[int]:
    return sorted({number for name in names for number in file_ids(old.values.get(name))})


async def leave(connection: Connection, compiled: CompiledRecord, record: int, writes: list[Write]) -> None:
    """Carry out a removal, the unit tree included. Raises Refused when other units stand below it."""
    if compiled.entity.unit == ("self",):
        found = await taken_from_tree(connection, compiled.entity, record)
        if found is not None:
            raise Refused(found)
        writes = [write for write in writes if write is not journal.ACCESS_CHANGED]
    await connection.apply(writes)
