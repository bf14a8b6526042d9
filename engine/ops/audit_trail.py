"""The audit as whoever holds the right reads it: who did what to which record, newest first, a page at a time."""

# ruff: noqa: S608 - put together from constants

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..diagnostics import Diagnostic, Refused
from ..model import Entity, Sql, Storage
from ..store.protocol import Query, Row
from .called import called
from .search import search
from .sign_in import folded
from .unit_lookup import unit_names
from .work import Work

_BIG, _TEXT, _JSON = Storage("bigint"), Storage("text"), Storage("json")

#: Keys of details that hold ids of accounts.
PEOPLE = frozenset({"account", "proxy"})

#: Records that words lead to at most; they are asked for by all of their ids.
MOST_FOUND = 100

#: Beginnings of the kinds of acts that one asks for together.
KINDS: Mapping[str, tuple[str, ...]] = {
    "records": ("record.", "bulk", "import", "undo"),
    "seen": ("reveal", "export"),
    "requests": ("case.", "proxy."),
    "accounts": ("account", "role_", "password_", "reset_", "token_"),
    "sessions": ("sign", "sessions_"),
    "definitions": ("publish", "rollback", "purge", "seeded", "view."),
}


@dataclass(frozen=True, slots=True)
class AuditAsked:
    """Which rows. account: who did it; entity, record: to what; text: words that lead to the records; kind: of
    `KINDS`; since, until: milliseconds, until itself no longer; before: where the page before ended.
    """

    account: int | None = None
    entity: str = ""
    record: int = 0
    text: str = ""
    kind: str = ""
    since: int = 0
    until: int = 0
    before: tuple[int, int] = (1 << 62, 0)
    limit: int = 50


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One act. who: the account's name, "" for the system and for accounts that are gone; entity None: no record;
    label: what the record is called, "" where the reader may not see it; people: names of accounts in the detail;
    units: names of units in it.
    """

    id: int
    at: int
    actor: int
    who: str
    op: str
    entity: Entity | None
    record: int | None
    label: str
    detail: Mapping[str, Any]
    people: Mapping[int, str]
    address: str
    units: Mapping[int, str] = field(default_factory=dict)


async def audit_trail(work: Work, asked: AuditAsked) -> tuple[AuditLine, ...]:
    """A page of the audit. Raises Refused(ACCESS_012), Moved, Stale."""
    if not work.access.may(work.actor, "audit"):
        raise Refused(Diagnostic("ACCESS_012"))
    records = [hit.id for hit in await search(work, asked.text, MOST_FOUND)] if asked.text else [asked.record]
    if not records:
        return ()
    rows = await work.store.rows(Query(_question(work, asked, records), (_BIG, _BIG, *_RETURNS)))
    work.demand(rows[0][0], rows[0][1])
    found = [row[2:] for row in rows if row[2] is not None]
    return await _lines(work, found)


_COLUMNS = "a.id, a.at, a.actor, coalesce(p.name, '') AS name, a.op, a.entity, a.record, a.detail, a.address"
_RETURNS = (_BIG, _BIG, _BIG, _TEXT, _TEXT, _TEXT, _BIG, _JSON, _TEXT)


def _question(work: Work, asked: AuditAsked, records: list[int]) -> Sql:
    at, number = asked.before
    inner = Sql(
        f"SELECT {_COLUMNS} FROM sy_audit a LEFT JOIN sy_account p ON p.id = a.actor"
        " WHERE (a.at < ? OR (a.at = ? AND a.id < ?))",
        (at, at, number),
    )
    if asked.account is not None:
        inner = inner + Sql(" AND a.actor = ?", (asked.account,))
    if asked.entity:
        entity = work.version.model.entities.get(asked.entity)
        inner = inner + Sql(" AND a.entity = ?", (entity.id if entity else "",))
    if any(records):
        marks = ", ".join("?" for _ in records)
        inner = inner + Sql(f" AND a.record IN ({marks})", tuple(records))
    if asked.since:
        inner = inner + Sql(" AND a.at >= ?", (asked.since,))
    if asked.until:
        inner = inner + Sql(" AND a.at < ?", (asked.until,))
    if heads := KINDS.get(asked.kind):
        arms = " OR ".join("substr(a.op, 1, ?) = ?" for _ in heads)
        inner = inner + Sql(f" AND ({arms})", tuple(part for head in heads for part in (len(head), head)))
    inner = inner + Sql(" ORDER BY a.at DESC, a.id DESC LIMIT ?", (max(1, min(asked.limit, 500)),))
    head = Sql("SELECT l.epoch, l.access, x.* FROM sy_live l LEFT JOIN (") + inner
    return head + ") x ON TRUE WHERE l.id = 1 ORDER BY x.at DESC, x.id DESC"


async def _lines(work: Work, rows: list[Row]) -> tuple[AuditLine, ...]:
    labels = await _labels(work, rows)
    named = await _names(work, {i for row in rows for i in _accounts(row[7])})
    units = await unit_names(work, {u for row in rows if isinstance(u := row[7].get("unit"), int)})
    return tuple(
        AuditLine(
            row[0], row[1], row[2] or 0, row[3], row[4], work.version.by_id(row[5]) if row[5] else None, row[6],
            labels.get(row[6] or 0, ""), row[7], {i: named.get(i, "") for i in _accounts(row[7])}, row[8],
            units,
        )
        for row in rows
    )  # fmt: skip


async def _labels(work: Work, rows: list[Row]) -> dict[int, str]:
    wanted: dict[str, set[int]] = {}
    for row in rows:
        entity = work.version.by_id(row[5]) if row[5] and row[6] else None
        if entity is not None:
            wanted.setdefault(entity.name, set()).add(row[6])
    return await called(work, wanted)


def _accounts(detail: Mapping[str, Any]) -> list[int]:
    return [value for key, value in detail.items() if key in PEOPLE and isinstance(value, int) and value]


async def _names(work: Work, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    marks = ", ".join("?" for _ in ids)
    sql = Sql(f"SELECT id, name FROM sy_account WHERE id IN ({marks})", tuple(sorted(ids)))
    return {row[0]: row[1] for row in await work.store.rows(Query(sql, (_BIG, _TEXT)))}


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody whose acts can be asked for."""

    account: int
    name: str
    login: str


async def acting(work: Work, text: str, limit: int = 20) -> tuple[Acting, ...]:
    """Accounts with `text` in their name or at the beginning of their login, switched off or not.

    Raises Refused(ACCESS_012).
    """
    if not work.access.may(work.actor, "audit"):
        raise Refused(Diagnostic("ACCESS_012"))
    find, asked = "strpos" if work.store.dialect == "postgres" else "instr", folded(text)
    sql = Sql(
        f"SELECT id, name, login FROM sy_account WHERE {find}(lower(name), ?) > 0 OR (login >= ? AND login < ?)"
        " ORDER BY name, id LIMIT ?",
        (asked, asked, asked + "\uffff", max(1, min(limit, 100))),
    )
    return tuple(Acting(*row) for row in await work.store.rows(Query(sql, (_BIG, _TEXT, _TEXT))))
