"""What a second saver is shown: the record as they saw it, as it is now, and what they wanted, field by field."""

# ruff: noqa: S608 - put together from constants

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ..changeset import Changeset, recast
from ..compile.entry import Entry
from ..compile.record import CompiledRecord
from ..diagnostics import Diagnostic, Refused
from ..fieldtypes import Given
from ..fieldtypes.stored import value_of
from ..model import Record, Slot, Sql, Storage
from ..policy import Verdict
from ..store.protocol import Query
from .context import moment
from .reach import shown_as
from .submission import SYSTEM_NAME, Conflict, Submission
from .veil import labels_of, relabelled, veiled
from .work import Work

_BIG, _TEXT, _JSON = Storage("bigint"), Storage("text"), Storage("json")

#: Changes that are followed back; who was away for longer starts from what is stored.
MOST = 500

_SINCE = Query(
    Sql(
        "SELECT h.version, h.at, h.actor, a.name, h.changes FROM sy_history h LEFT JOIN sy_account a ON a.id = h.actor"
        f" WHERE h.record = ? AND h.version > ? ORDER BY h.version DESC LIMIT {MOST}",
        (Slot("record"), Slot("version")),
    ),
    (_BIG, _BIG, _BIG, _TEXT, _JSON),
)


async def conflicted(
    work: Work,
    sent: Submission,
    compiled: CompiledRecord,
    entry: Entry | None,
    now: Record,
    verdicts: Mapping[str, Verdict],
    given: Given,
    allowed: Collection[str] | None = None,
) -> Refused:
    """The refusal of a submission that was made on `sent.version` of a record that is at another one."""
    rows = await work.store.rows(_SINCE, {"record": now.id, "version": sent.version})
    before = _as_it_was(compiled, now, rows)
    names = None if allowed is None else frozenset(allowed)
    mine = recast(compiled, sent.values, before, given=given, entry=entry, allowed=names, shown=sent.shown)
    wanted = frozenset(n for n in mine.changes if n in sent.values) | frozenset(_unread(mine, sent))
    moved = frozenset(n for n in compiled.stored if not _same(before.values.get(n), now.values.get(n)))
    both = frozenset(n for n in wanted & moved if not _same(mine.values.get(n), now.values.get(n)))
    who = (rows[0][3] or SYSTEM_NAME) if rows else SYSTEM_NAME
    at = moment(rows[0][1]) if rows else now.updated_at

    labels = await labels_of(work, compiled, before.values, now.values, mine.values)

    def seen(values: Mapping[str, Any]) -> dict[str, Any]:
        found = {
            name: shown_as(one.spec.id, compiled, name, values.get(name), verdicts)
            for name, one in compiled.fields.items()
            if name in wanted or name in moved
        }
        return relabelled(compiled, found, labels)

    found = Conflict(
        entity=compiled.entity.name,
        id=now.id,
        version=now.version,
        label=now.label,
        by=who if isinstance(who, str) else who.get(work.actor.lang),
        at=at,
        base=seen(before.values),
        theirs=seen(now.values),
        mine=seen(mine.values),
        ours=wanted,
        both=both,
        raw={n: v for n, v in sent.values.items() if n in wanted},
        changeset=await veiled(work, compiled, replace(mine, raw=sent.values), verdicts),
    )
    when = at.astimezone(work.zone).strftime("%m-%d %H:%M") if at else ""
    return Refused(Diagnostic("WRITE_001", args={"who": who, "at": when, "label": now.label}), detail=found)


def _unread(mine: Changeset, sent: Submission) -> Collection[str]:
    """Fields that were typed and could not be read: they are somebody's wish all the same."""
    places = {d.place.path.partition("/")[0] for d in mine.errors}
    return [name for name in places if name in sent.values]


def _as_it_was(compiled: CompiledRecord, now: Record, rows: Collection[Any]) -> Record:
    """The record before the changes of the history, newest first, were made."""
    values = dict(now.values)
    version = now.version
    by_id = {one.spec.id: one for one in compiled.fields.values()}
    for number, _, _, _, changes in rows:
        for field, (old, _) in changes.items():
            one = by_id.get(field)
            if one is not None:
                values[one.name] = _read(one, old)
        version = number - 1
    return replace(now, values=values, version=max(version, 1))


def _read(one: Any, old: Any) -> Any:
    try:
        value = value_of(one.spec, old)
    except (KeyError, TypeError, ValueError, AttributeError):  # written when the field had another type
        return None
    return one.nothing if value is None else value


def _same(one: Any, other: Any) -> bool:
    return one == other or (one in (None, ()) and other in (None, ()))
