"""The rows that go with every change: history, audit, once-only tokens, search words, notices, jobs; as writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..model.sql import Slot, Sql
from ..model.storage import Storage
from .protocol import Delete, Holds, Insert, Query, Run, Write
from .tables import AUDIT, CASE_ENTRY, HISTORY, JOB, LIVE, NOTICE, ONCE, SEARCH

#: The next serial number of a key, inside a transaction: without gaps, because it rolls back with it.
NEXT_SERIAL = Query(
    Sql(
        "INSERT INTO sy_serial (key, value) VALUES (?, 1)"
        " ON CONFLICT (key) DO UPDATE SET value = sy_serial.value + 1 RETURNING value",
        (Slot("key"),),
    ),
    (Storage("bigint"),),
)

#: Whatever a person may do has changed somewhere: workers read rights again.
ACCESS_CHANGED: Write = Run(Sql("UPDATE sy_live SET access = access + 1 WHERE id = 1"))


def as_published(epoch: int) -> Write:
    """The batch goes on only while the definitions of `epoch` are live; Missed otherwise."""
    return Holds(LIVE, {"id": 1, "epoch": epoch})


def history(
    number: int,
    entity: str,
    record: int,
    version: int,
    *,
    defn: int,
    actor: int | None,
    at: int,
    op: str,
    changes: Mapping[str, tuple[Any, Any]],
    origin: str = "",
) -> Insert:
    """What changed in a record. entity: its id; version: the one it has now; changes: field id -> (old, new)."""
    values = {"id": number, "entity": entity, "record": record, "version": version, "defn": defn, "actor": actor}
    return Insert(HISTORY, {**values, "at": at, "op": op, "changes": dict(changes), "origin": origin})


def audit(
    number: int,
    op: str,
    *,
    actor: int | None,
    at: int,
    entity: str = "",
    record: int | None = None,
    detail: Mapping[str, Any] | None = None,
    address: str = "",
) -> Insert:
    """Who did what. detail: no personal data, people and records as ids."""
    values = {"id": number, "at": at, "actor": actor, "op": op, "entity": entity, "record": record}
    return Insert(AUDIT, {**values, "detail": dict(detail or {}), "address": address})


def once(token: str, *, actor: int | None, at: int, answer: Any) -> Insert:
    """Marks a submission as done; a second one is Taken("sy_once", "sy_once_pkey") and its answer can be read."""
    return Insert(ONCE, {"token": token, "actor": actor, "at": at, "answer": answer})


#: The answer of a submission that was done before.
ONCE_ANSWER = Query(
    Sql("SELECT actor, answer FROM sy_once WHERE token = ?", (Slot("token"),)), (Storage("bigint"), Storage("json"))
)


def notice(
    number: int,
    account: int,
    title: Mapping[str, str],
    text: Mapping[str, str],
    *,
    at: int,
    link: str = "",
    case_id: int | None = None,
) -> Insert:
    """A message to one account; title and text: {zh, en}."""
    values = {"id": number, "account": account, "at": at, "title": dict(title), "text": dict(text), "link": link}
    return Insert(NOTICE, {**values, "read_at": None, "case_id": case_id})


def job(
    number: int,
    kind: str,
    key: str,
    payload: Any,
    *,
    due_at: int,
    case_id: int | None = None,
    visit: int | None = None,
) -> Insert:
    """Work for after the transaction; a second job of the same key is Taken("sy_job", "sy_job_key_key")."""
    values = {"id": number, "kind": kind, "key": key, "payload": payload, "due_at": due_at, "lease_at": 0, "tries": 0}
    return Insert(JOB, {**values, "done_at": None, "dead": False, "error": "", "case_id": case_id, "visit": visit})


def case_entry(
    number: int,
    case_id: int,
    version: int,
    act: str,
    *,
    at: int,
    actor: int | None,
    step: str,
    to_step: str,
    labels: Mapping[str, Any],
    comment: str = "",
    detail: Mapping[str, Any] | None = None,
) -> Insert:
    """What happened in a case. labels: the titles of steps, acts and people as they are now."""
    values = {"id": number, "case_id": case_id, "version": version, "at": at, "actor": actor, "act": act, "step": step}
    more = {"to_step": to_step, "labels": dict(labels), "comment": comment, "detail": dict(detail or {})}
    return Insert(CASE_ENTRY, {**values, **more})


def found_by(entity: str, record: int, before: Iterable[str], after: Iterable[str]) -> list[Write]:
    """The record is found by the words `after` and no longer by those of `before`; see `words.search_words`."""
    old, new = frozenset(before), frozenset(after)
    gone: list[Write] = [Delete(SEARCH, _word(entity, word, record)) for word in sorted(old - new)]
    return gone + [Insert(SEARCH, _word(entity, word, record)) for word in sorted(new - old)]


def found_no_more(entity: str, record: int) -> Write:
    """The record is found by nothing any more."""
    return Delete(SEARCH, {"entity": entity, "record": record})


def _word(entity: str, word: str, record: int) -> dict[str, Any]:
    return {"entity": entity, "token": word, "record": record}
