"""Many changes that belong together, an import or a bulk change: as a whole, and what became of each record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ..diagnostics import Diagnostic, Refused
from ..model import Entity, Slot, Sql, Storage
from ..store import journal
from ..store.protocol import Insert, Query, Update, Write
from ..store.tables import BATCH, BATCH_ROW
from .submit_all import Outcome, said_json, said_of
from .work import Work

_BIG, _TEXT, _JSON = Storage("bigint"), Storage("text"), Storage("json")

State = Literal["running", "done", "undone", "failed"]

_HEAD = Query(
    Sql(
        "SELECT l.epoch, l.access, b.id, b.kind, b.entity, b.title, b.account, b.at, b.state, b.detail FROM sy_live l"
        " LEFT JOIN sy_batch b ON b.id = ? WHERE l.id = 1",
        (Slot("id"),),
    ),
    (_BIG, _BIG, _BIG, _TEXT, _TEXT, _TEXT, _BIG, _BIG, _TEXT, _JSON),
)
_ROWS = Query(
    Sql(
        "SELECT number, outcome, record, message FROM sy_batch_row WHERE batch = ? AND number > ?"
        " ORDER BY number LIMIT ?",
        (Slot("id"), Slot("after"), Slot("limit")),
    ),
    (_BIG, _TEXT, _BIG, _JSON),
)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """What became of one record. number: its place from 1; label: as it was called then."""

    number: int
    outcome: str
    record: int | None
    label: str
    messages: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """A bulk change or an import, or taking one of them back. counts: outcome -> how many; rows: a page of them, all
    that were refused first when it was just made; undoes: the batch that it took back, None for none."""

    id: int
    kind: str
    entity: str
    title: str
    account: int
    at: int
    state: str
    counts: Mapping[str, int]
    rows: tuple[BatchRow, ...] = ()
    undoes: int | None = None
    undone_by: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """Records that were written."""
        return sum(n for outcome, n in self.counts.items() if outcome in ("created", "changed", "removed", "restored"))


def begun(work: Work, number: int, kind: str, entity: Entity, title: str, detail: Mapping[str, Any]) -> list[Write]:
    """The rows that begin a batch: itself, and the audit row that says who did it."""
    row = {"id": number, "kind": kind, "entity": entity.id, "title": title[:200], "account": work.actor.id}
    return [Insert(BATCH, {**row, "at": work.now.ms, "state": "running", "detail": dict(detail)})]


def noted(work: Work, batch: int, first: int, ids: Iterable[int], outcomes: Sequence[Outcome]) -> list[Write]:
    """A row for each outcome, counted from `first`."""
    return [
        Insert(
            BATCH_ROW,
            {
                "id": number,
                "batch": batch,
                "number": first + place,
                "outcome": one.outcome,
                "record": one.id,
                "message": {"label": one.label, "said": [said_json(d) for d in (*one.errors, *one.warnings)]},
                "cells": {},
            },
        )
        for place, (number, one) in enumerate(zip(ids, outcomes, strict=False))
    ]


def ended(
    work: Work, number: int, entity: Entity, audit: int, op: str, counts: Mapping[str, int], detail: Mapping[str, Any]
) -> list[Write]:
    """The rows that end a batch."""
    told = {**detail, "counts": dict(counts)}
    return [
        Update(BATCH, {"id": number}, {"state": "done", "detail": told}),
        journal.audit(
            audit, op, actor=work.actor.id, at=work.now.ms, entity=entity.id, detail={"batch": number, **dict(counts)}
        ),
    ]


def counted(outcomes: Iterable[Outcome | BatchRow], counts: Mapping[str, int] | None = None) -> dict[str, int]:
    """How many of each."""
    found = dict(counts or {})
    for one in outcomes:
        found[one.outcome] = found.get(one.outcome, 0) + 1
    return found


async def batch_of(work: Work, number: int, after: int = 0, limit: int = 200) -> Batch:
    """A batch with a page of its rows: for who made it, and for whoever may read the audit.

    Raises Refused(WRITE_013).
    """
    ((epoch, access, found, kind, entity, title, account, at, state, detail),) = await work.store.rows(
        _HEAD, {"id": number}
    )
    work.demand(epoch, access)
    spec = work.version.by_id(entity) if found is not None else None
    if spec is None or not (account == work.actor.id or work.actor.id == 0 or work.access.may(work.actor, "audit")):
        raise Refused(Diagnostic("WRITE_013"))
    rows = await work.store.rows(_ROWS, {"id": number, "after": after, "limit": limit})
    told = tuple(_row(*row) for row in rows)
    counts = {str(k): int(v) for k, v in (detail.get("counts") or {}).items()}
    undoes, undone = detail.get("undoes"), detail.get("undone_by")
    return Batch(number, kind, spec.name, title, account, at, state, counts, told, undoes, undone, detail)


def _row(number: int, outcome: str, record: int | None, message: Mapping[str, Any]) -> BatchRow:
    said = tuple(said_of(d) for d in message.get("said") or ())
    return BatchRow(number, outcome, record, str(message.get("label") or ""), said)
