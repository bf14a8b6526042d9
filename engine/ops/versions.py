"""Every version that was ever published: the list of them, one of them whole, and going back to one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..definition import Identity
from ..diagnostics import Diagnostic, Refused
from ..model import Slot, Sql, Storage, Text
from ..plan import Class
from ..store.protocol import Query
from .planning import Proposed, counted, demand_right, planned
from .publish import Published, publish_proposed
from .work import Work

_BIG, _TEXT, _JSON = Storage("bigint"), Storage("text"), Storage("json")

#: Versions on one page of the list.
PAGE = 50


@dataclass(frozen=True, slots=True)
class Took:
    """A step of a publication in the words it was shown with."""

    kind: str
    subject: tuple[str, ...]
    risk: Class
    said: Text


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in the list. at: milliseconds; by: account, 0 for the system itself, with its name "" when it is gone;
    count: steps, of which `steps` holds the first; restores: the version it took up again, 0 for none."""

    number: int
    hash: str
    note: str
    by: int
    by_name: str
    at: int
    live: bool
    count: int
    steps: tuple[Took, ...]
    restores: int = 0


@dataclass(frozen=True, slots=True)
class Past:
    """A version with its documents (path -> text) and the ids everything had."""

    row: VersionRow
    documents: Mapping[str, str]
    identity: Identity


_HEAD = (
    "SELECT l.epoch, l.access, l.version, v.number, v.hash, v.note, v.by, a.name, v.at, v.steps{more}"
    " FROM sy_live l LEFT JOIN (SELECT * FROM sy_version WHERE {which}) v ON 1 = 1"
    " LEFT JOIN sy_account a ON a.id = v.by WHERE l.id = 1 ORDER BY v.number DESC"
)
_ROW = (_BIG, _BIG, _BIG, _BIG, _TEXT, _TEXT, _BIG, _TEXT, _BIG, _JSON)
_LIST = Query(
    Sql(
        _HEAD.format(more="", which="number < ? ORDER BY number DESC LIMIT ?"),
        (Slot("before"), Slot("limit")),
    ),
    _ROW,
)
_ONE = Query(
    Sql(_HEAD.format(more=", v.documents, v.identity", which="number = ?"), (Slot("number"),)), (*_ROW, _JSON, _JSON)
)


async def versions(work: Work, before: int = 0, limit: int = PAGE) -> tuple[VersionRow, ...]:
    """The versions from the newest on, or those below `before`. Raises Refused(ACCESS_012), Moved."""
    demand_right(work)
    rows = await work.store.rows(_LIST, {"before": before or 2**62, "limit": min(max(limit, 1), PAGE)})
    work.demand(rows[0][0], rows[0][1])
    return tuple(_row(row) for row in rows if row[3] is not None)


async def past(work: Work, number: int) -> Past:
    """One version whole. Raises Refused(ACCESS_012, PLAN_007), Moved."""
    demand_right(work)
    (row,) = await work.store.rows(_ONE, {"number": min(max(number, 0), 2**31 - 1)})
    work.demand(row[0], row[1])
    if row[3] is None:
        raise Refused(Diagnostic("PLAN_007", args={"number": number}))
    return Past(_row(row), row[10], Identity.from_json(row[11]))


def _row(row: Sequence[Any]) -> VersionRow:
    _, _, live, number, hash_, note, by, name, at, made = row[:10]
    made = made if isinstance(made, Mapping) else {}
    steps = tuple(
        Took(s["kind"], tuple(s["subject"]), s["risk"], Text(s["zh"], s["en"])) for s in made.get("steps", ())
    )
    count, restores = made.get("count", len(steps)), made.get("restores", 0)
    return VersionRow(number, hash_, note, by or 0, name or "", at, number == live, count, steps, restores)


async def propose_rollback(work: Work, number: int) -> Proposed:
    """What going back to a version would do. Raises Refused(ACCESS_012, PLAN_007), Moved."""
    return await counted(work, await _back(work, number))


async def rollback(work: Work, number: int, plan_hash: str, typed: Iterable[str] = (), note: str = "") -> Published:
    """Go back to version `number`: its documents, its ids, and the values that were set aside since.

    It is a publication like any other, with a number of its own that says which version it restores.
    Raises as `publish`.
    """
    return await publish_proposed(work, await _back(work, number), plan_hash, typed, note)


async def _back(work: Work, number: int) -> Proposed:
    found = await past(work, number)
    made = await planned(work, found.documents, found.identity, number)
    return replace(made, restores=number)
