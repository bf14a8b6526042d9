"""An import as it is kept: the sheet, where its columns go, how far it is, and what became of each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ..diagnostics import Diagnostic, Refused
from ..model import Actor, Entity, Slot, Sql, Storage
from ..store.protocol import Insert, Query, Row, Update, Write
from ..store.tables import BATCH, BATCH_ROW
from .import_rows import Judged, Outcome, Scheme
from .mapping import Mapped, fillable_paths
from .submit_all import said_json, said_of
from .work import Work

_BIG, _TEXT, _JSON = Storage("bigint"), Storage("text"), Storage("json")

KIND = "import"
#: mapping: columns are being chosen; checking, applying: a worker is at it; checked: tried and not yet written; done,
#: undone: over; stopped: somebody gave it up before it was written.
State = Literal["mapping", "checking", "checked", "applying", "done", "undone", "stopped"]
#: What every row came to; also the tabs of the page that shows it.
OUTCOMES: tuple[Outcome, ...] = ("created", "changed", "same", "refused")


@dataclass(frozen=True, slots=True)
class Import:
    """One import. at: milliseconds; file: hash of the sheet's content; rows: of the sheet; done: the number of the last
    row that was tried or written; counts: rows by outcome as far as it is; undone_by: the batch that took it back;
    turn: how often checking or writing was begun, so that what one turn has done is never taken for another's.
    """

    id: int
    entity: str
    title: str
    account: int
    at: int
    state: State
    file: str
    sheet: str
    scheme: Scheme
    rows: int
    done: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    undone_by: int | None = None
    turn: int = 0

    @property
    def working(self) -> bool:
        """Whether a worker is at it."""
        return self.state in ("checking", "applying")

    def detail(self) -> dict[str, Any]:
        """What stands in the `detail` of its row."""
        scheme = self.scheme
        columns = [[m.column, m.header, m.field, m.sure] for m in scheme.columns]
        return {
            "file": self.file, "sheet": self.sheet, "columns": columns, "key": list(scheme.key),
            "serials": scheme.serials, "rows": self.rows, "done": self.done, "counts": dict(self.counts),
            "turn": self.turn,
        }  # fmt: skip

    def row(self, entity: Entity) -> Insert:
        """The write that begins it."""
        values = {"id": self.id, "kind": KIND, "entity": entity.id, "title": self.title, "account": self.account}
        return Insert(BATCH, {**values, "at": self.at, "state": self.state, "detail": self.detail()})

    def step(self, was: State) -> Update:
        """The write that brings it on; refused when it is not where it was any more."""
        return Update(BATCH, {"id": self.id, "state": was}, {"state": self.state, "detail": self.detail()}, True)


def _import(work: Work, row: Row) -> Import | None:
    """The import in words of the live definitions; None when its entity is gone. Columns whose field is gone lead
    nowhere."""
    number, entity_id, title, account, at, state, detail = row
    entity = work.version.by_id(entity_id)
    if entity is None:
        return None
    paths = work.version.made(("import_paths", entity.name), lambda: fillable_paths(entity))
    columns = tuple(Mapped(c, h, f if f in paths else "", sure) for c, h, f, sure in detail["columns"])
    given = {m.field for m in columns}
    key = tuple(name for name in detail["key"] if name in given)
    scheme = Scheme(entity.name, columns, key, detail["serials"])
    return Import(
        number, entity.name, title, account, at, state, detail["file"], detail["sheet"], scheme, detail["rows"],
        detail["done"], detail["counts"], detail.get("undone_by"), detail.get("turn", 0),
    )  # fmt: skip


_COLUMNS = "id, entity, title, account, at, state, detail"
_RETURNS = (_BIG, _TEXT, _TEXT, _BIG, _BIG, _TEXT, _JSON)
_ONE = Query(
    Sql(f"SELECT {_COLUMNS} FROM sy_batch WHERE id = ? AND kind = 'import'", (Slot("id"),)),  # noqa: S608
    _RETURNS,
)
_MINE = Query(
    Sql(
        f"SELECT {_COLUMNS} FROM sy_batch WHERE account = ? AND kind = 'import'"  # noqa: S608
        " AND id < ? ORDER BY id DESC LIMIT ?",
        (Slot("account"), Slot("before"), Slot("limit")),
    ),
    _RETURNS,
)
_SAME = Query(
    Sql(
        f"SELECT {_COLUMNS} FROM sy_batch WHERE entity = ? AND kind = 'import'"  # noqa: S608
        " AND state = 'done' ORDER BY id DESC LIMIT 200",
        (Slot("entity"),),
    ),
    _RETURNS,
)


async def load_import(work: Work, batch: int) -> Import:
    """The import: of whoever began it, and for those who look after jobs. Raises Refused(EXCH_021)."""
    rows = await work.store.rows(_ONE, {"id": batch})
    found = _import(work, rows[0]) if rows and _may(work, rows[0][3]) else None
    if found is None:
        raise Refused(Diagnostic("EXCH_021"))
    return found


def _may(work: Work, account: int) -> bool:
    actor: Actor = work.actor
    return actor.id in (0, account) or work.access.may(actor, "jobs")


async def imports_of(work: Work, before: int = 0, limit: int = 20) -> tuple[Import, ...]:
    """The actor's own imports, the newest first."""
    slots = {"account": work.actor.id, "before": before or 2**62, "limit": limit}
    return tuple(found for row in await work.store.rows(_MINE, slots) if (found := _import(work, row)))


async def applied_before(work: Work, one: Import) -> Import | None:
    """An import of the same content into the same entity that was not undone, the last one."""
    rows = await work.store.rows(_SAME, {"entity": work.version.entity(one.entity).id})
    known = (found for row in rows if row[0] != one.id and (found := _import(work, row)))
    return next((found for found in known if found.file == one.file), None)


# ---------------------------------------------------------------- rows


@dataclass(frozen=True, slots=True)
class ImportRow:
    """What became of a row, or would. label: of its record; differences: field path, before, after as people read
    them, only what the importer may see."""

    number: int
    outcome: Outcome
    record: int | None
    label: str
    problems: tuple[Diagnostic, ...]
    differences: tuple[tuple[str, str, str], ...] = ()


def row_writes(
    batch: int, rows: Sequence[Judged], ids: Iterable[int], differences: Mapping[int, Sequence[tuple[str, str, str]]]
) -> list[Write]:
    """The rows as they are kept. differences: by row number."""
    return [
        Insert(
            BATCH_ROW,
            {
                "id": number,
                "batch": batch,
                "number": row.number,
                "outcome": row.outcome,
                "record": row.id,
                "message": {"label": row.label, "said": [said_json(d) for d in row.problems]},
                "cells": {"differences": [list(d) for d in differences.get(row.number, ())]},
            },
        )
        for number, row in zip(ids, rows, strict=True)
    ]


_ROWS = Query(
    Sql(
        "SELECT number, outcome, record, message, cells FROM sy_batch_row"
        " WHERE batch = ? AND (? = '' OR outcome = ?) AND number > ? ORDER BY number LIMIT ?",
        (Slot("batch"), Slot("outcome"), Slot("outcome"), Slot("after"), Slot("limit")),
    ),
    (_BIG, _TEXT, _BIG, _JSON, _JSON),
)


async def rows_of(work: Work, batch: int, outcome: str = "", after: int = 0, limit: int = 50) -> tuple[ImportRow, ...]:
    """The rows of an import in the order of the sheet, those behind row `after`. Raises Refused(EXCH_021)."""
    await load_import(work, batch)
    slots = {"batch": batch, "outcome": outcome, "after": after, "limit": limit}
    return tuple(
        ImportRow(
            number, result, record, message["label"], tuple(said_of(m) for m in message["said"]),
            tuple((d[0], d[1], d[2]) for d in cells["differences"]),
        )
        for number, result, record, message, cells in await work.store.rows(_ROWS, slots)
    )  # fmt: skip


def moved_on(one: Import, judged: Sequence[Judged], state: State | None = None) -> Import:
    """The import after these rows."""
    counts = dict(one.counts)
    for row in judged:
        counts[row.outcome] = counts.get(row.outcome, 0) + 1
    done = judged[-1].number if judged else one.done
    return replace(one, done=done, counts=counts, state=state or one.state)


#: Milliseconds after which an import that nobody went on with is given up, and its sheet goes.
LEFT = 7 * 86_400_000


def swept_imports(now: int) -> tuple[Sql, ...]:
    """The statements that give up imports nobody came back to."""
    return (
        Sql(
            "UPDATE sy_batch SET state = 'stopped'"
            " WHERE kind = 'import' AND state IN ('mapping', 'checked') AND at < ?",
            (now - LEFT,),
        ),
        Sql(
            "UPDATE sy_file SET state = 'temp' WHERE entity = 'import' AND state = 'kept' AND record IN"
            " (SELECT id FROM sy_batch WHERE kind = 'import' AND state = 'stopped')"
        ),
    )
