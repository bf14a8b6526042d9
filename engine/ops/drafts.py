"""What somebody has typed and not sent yet: kept for each account, form and record, and found again after a crash.

A draft is kept by the ids of its fields, so that it is read back under the names of today. It is no record: nothing is
checked, audited or shown to anybody else.
"""

# ruff: noqa: S608 - put together from constants

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from ..diagnostics import Diagnostic, Refused
from ..fieldtypes.file import size_text
from ..model import Entity, Field, Slot, Sql, Storage, Text
from ..store.protocol import Delete, Insert, Query, Run, Taken, Unfit, Write
from ..store.tables import DRAFT
from .context import moment
from .planning import BENCH
from .work import Work

_BIG, _TEXT, _JSON = Storage("bigint"), Storage("text"), Storage("json")
_FORM = Text("表单", "form")

#: Bytes of one draft.
MOST = 400_000
#: Drafts of one account; the oldest makes room.
MOST_DRAFTS = 200
#: A draft nobody came back to goes after this long.
KEPT_MS = 90 * 86_400_000

_KEY = "d.account = ? AND d.form = ? AND d.record = ?"
_SLOTS = (Slot("account"), Slot("form"), Slot("record"))
_ONE = Query(
    Sql(
        "SELECT l.epoch, l.access, d.id, d.content, d.updated_at FROM sy_live l"
        f" LEFT JOIN sy_draft d ON {_KEY} WHERE l.id = 1",
        _SLOTS,
    ),
    (_BIG, _BIG, _BIG, _JSON, _BIG),
)
_MINE = Query(
    Sql(
        "SELECT l.epoch, l.access, d.form, d.record, d.updated_at FROM sy_live l"
        " LEFT JOIN sy_draft d ON d.account = ? WHERE l.id = 1 ORDER BY d.updated_at DESC LIMIT 500",
        (Slot("account"),),
    ),
    (_BIG, _BIG, _TEXT, _BIG, _BIG),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed. values: as a form sends them; version: of the record it was begun on, 0 for a new one; at: when
    it was kept last."""

    form: str
    record: int
    version: int
    values: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in a list. record: 0 for a new one."""

    form: str
    record: int
    at: datetime


async def keep_draft(work: Work, form: str, values: Mapping[str, Any], record: int = 0, version: int = 0) -> datetime:
    """Keep what is typed so far, in place of what was kept before; when it was kept.

    Raises Refused: no such form (ASK_009), larger than a draft may be (WRITE_030); Moved and Stale.
    """
    entity, key = _place(work, form, record)
    content = {"version": version, "values": by_ids(entity, values)}
    if _size(content) > MOST:
        raise Refused(Diagnostic("WRITE_030", args={"max": size_text(MOST)}))
    (number,) = await work.store.new_ids(1)
    row = {"id": number, **key, "defn": work.version.number, "content": content, "updated_at": work.now.ms}
    for last in (False, True):
        try:
            await work.apply([Delete(DRAFT, key), Insert(DRAFT, row), _room(work)])
        except Unfit as unfit:
            raise Refused(Diagnostic("WRITE_011", args={"why": str(unfit)[:100]})) from unfit
        except Taken:  # two windows at the same moment: the later one stays
            if last:
                raise
            continue
        break
    return work.now.at


def _size(content: Mapping[str, Any]) -> int:
    try:
        return len(orjson.dumps(content, str, orjson.OPT_NON_STR_KEYS))
    except TypeError as wrong:
        raise Refused(Diagnostic("WRITE_011", args={"why": str(wrong)[:100]})) from wrong


def _room(work: Work) -> Write:
    """The oldest drafts of an account make room."""
    newest = "SELECT id FROM sy_draft WHERE account = ? AND form <> ? ORDER BY updated_at DESC, id DESC"
    text = f"DELETE FROM sy_draft WHERE account = ? AND form <> ? AND id NOT IN ({newest} LIMIT {MOST_DRAFTS})"
    return Run(Sql(text, (work.actor.id, BENCH, work.actor.id, BENCH)))


async def draft_of(work: Work, form: str, record: int = 0) -> Draft | None:
    """What the actor has typed into this form, by the names of today; None when there is nothing."""
    entity, key = _place(work, form, record)
    ((epoch, access, number, content, at),) = await work.store.rows(_ONE, key)
    work.demand(epoch, access)
    if number is None:
        return None
    values = by_names(entity, content.get("values") or {})
    return Draft(form, record, int(content.get("version") or 0), values, moment(at))


async def drafts_of(work: Work) -> tuple[DraftLine, ...]:
    """Every draft of the actor, the newest first; forms that are gone are left out."""
    rows = await work.store.rows(_MINE, {"account": work.actor.id})
    work.demand(rows[0][0], rows[0][1])
    names = {form.id: form.name for form in work.version.model.forms.values()}
    return tuple(DraftLine(names[form], record, moment(at)) for _, _, form, record, at in rows if form in names)


async def drop_draft(work: Work, form: str, record: int = 0) -> None:
    """Forget what was typed."""
    _, key = _place(work, form, record)
    await work.apply([Delete(DRAFT, key)])


def no_draft(work: Work, form: str, record: int | None) -> Write:
    """The write that forgets a draft once it was sent."""
    return Delete(DRAFT, {"account": work.actor.id, "form": work.version.model.forms[form].id, "record": record or 0})


def _place(work: Work, form: str, record: int) -> tuple[Entity, dict[str, Any]]:
    found = work.version.model.forms.get(form)
    if found is None:
        raise Refused(Diagnostic("ASK_009", args={"name": form[:80], "what": _FORM}))
    entity = work.entity(found.of)
    return entity, {"account": work.actor.id, "form": found.id, "record": record}


# ---------------------------------------------------------------- names and ids


def by_ids(entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a form sends, by ids of fields and columns; what is no field falls away."""
    return _called(entity.fields, values, lambda f: f.name, lambda f: f.id)


def by_names(entity: Entity, kept: Mapping[str, Any]) -> dict[str, Any]:
    """And back: fields that are gone fall away."""
    return _called(entity.fields, kept, lambda f: f.id, lambda f: f.name)


_Call = Callable[[Field], str]


def _called(fields: Iterable[Field], values: Mapping[str, Any], of: _Call, to: _Call) -> dict[str, Any]:
    """The values under what `to` calls their fields; `of` is what they stand under."""
    known = {of(f): f for f in fields}
    return {
        to(spec): _rows(spec, value, of, to) if spec.rows else value
        for key, value in values.items()
        if (spec := known.get(key)) is not None
    }


def _rows(spec: Field, value: Any, of: _Call, to: _Call) -> Any:
    def row(one: Any) -> Any:
        if not isinstance(one, Mapping):
            return one
        return {**({"id": one["id"]} if "id" in one else {}), **_called(spec.rows, one, of, to)}

    if isinstance(value, Mapping):
        return {place: row(one) for place, one in value.items()}
    return [row(one) for one in value] if isinstance(value, list | tuple) else value


def swept_drafts(now: int) -> Sql:
    """The statement that forgets drafts nobody came back to."""
    return Sql("DELETE FROM sy_draft WHERE updated_at < ? AND form <> ?", (now - KEPT_MS, BENCH))
