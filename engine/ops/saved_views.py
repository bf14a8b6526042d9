"""Lists as somebody likes to see them: filters, columns and order under a name, one's own or shared with others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Diagnostic, Place, Refused, has_errors
from ..model import Entity, Slot, Sql, Storage
from ..store import journal
from ..store.protocol import Delete, Insert, Missed, Query, Update, Write
from ..store.tables import SAVED_VIEW
from .asking import RESERVED, read_ask
from .reading import Path
from .versions_apart import Apart
from .work import Work

_BIG, _TEXT, _JSON, _FLAG = Storage("bigint"), Storage("text"), Storage("json"), Storage("boolean")

LONGEST_TITLE = 60
#: Views of one account over one entity, parameters of one view and their characters in all.
MOST, MOST_PARAMS, MOST_CHARACTERS = 50, 60, 6_000

#: Parameters that say where somebody was, not what the list is.
_PASSING = frozenset({"after", "before", "lang", "in", "count"})

Params = tuple[tuple[str, str], ...]

_ALL = Query(
    Sql(
        "SELECT l.epoch, l.access, v.id, v.account, a.name, v.title, v.query, v.shared FROM sy_live l"
        " LEFT JOIN sy_saved_view v ON v.entity = ? AND (v.account = ? OR v.shared)"
        " LEFT JOIN sy_account a ON a.id = v.account WHERE l.id = 1 ORDER BY v.position, v.title, v.id",
        (Slot("entity"), Slot("account")),
    ),
    (_BIG, _BIG, _BIG, _BIG, _TEXT, _TEXT, _JSON, _FLAG),
)


@dataclass(frozen=True, slots=True)
class SavedView:
    """A saved list. params: as in the address of the list; mine: the actor may change it; by: who shares it."""

    id: int
    entity: str
    title: str
    params: Params
    shared: bool
    mine: bool
    by: str = ""


async def views_of(work: Work, entity: str) -> tuple[SavedView, ...]:
    """The actor's views of an entity and those others share, in order, by the names of today."""
    spec = work.entity(entity)
    rows = await work.store.rows(_ALL, {"entity": spec.id, "account": work.actor.id})
    work.demand(rows[0][0], rows[0][1])
    return tuple([await _view(work, spec, row) for row in rows if row[2] is not None])


async def view_named(work: Work, entity: str, number: int) -> SavedView:
    """One of them. Raises Refused(WRITE_033)."""
    found = next((v for v in await views_of(work, entity) if v.id == number), None)
    if found is None:
        raise Refused(Diagnostic("WRITE_033"))
    return found


async def _view(work: Work, entity: Entity, row: Sequence[Any]) -> SavedView:
    _, _, number, account, by, title, query, shared = row
    mine = account == work.actor.id
    params = tuple((str(k), str(v)) for k, v in query.get("params") or ())
    params = await _of_today(work, entity, params, int(query.get("defn") or 0))
    return SavedView(number, entity.name, title, params, bool(shared), mine, "" if mine else by or "")


def may_share(work: Work, entity: str) -> bool:
    """Who may export the records of an entity, or change the definitions, may also offer others a view of them."""
    return work.access.may(work.actor, "definitions") or not work.product(entity, "export").nothing


async def save_view(
    work: Work,
    entity: str,
    title: str,
    params: Iterable[tuple[str, str]],
    *,
    view: int | None = None,
    shared: bool | None = None,
) -> SavedView:
    """Keep a list under a name. view: one's own view to be changed in place, None for a new one; shared: None leaves it
    as it is.

    Raises Refused: what the list cannot be asked for, a bad name (WRITE_031), too many (WRITE_032), somebody else's
    (WRITE_033), sharing without the right to (WRITE_034); Moved and Stale.
    """
    spec = work.entity(entity)
    title = " ".join(title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise Refused(Diagnostic("WRITE_031", Place(path="title"), {"max": LONGEST_TITLE}))
    kept = tuple((k, v) for k, v in params if k not in _PASSING and v.strip())[:MOST_PARAMS]
    if sum(len(k) + len(v) for k, v in kept) > MOST_CHARACTERS:
        raise Refused(Diagnostic("WRITE_030", args={"max": MOST_CHARACTERS}))
    problems = read_ask(work.version.model, spec, kept).diagnostics
    if has_errors(problems):
        raise Refused(problems)
    known = await views_of(work, entity)
    old = next((v for v in known if v.id == view), None) if view is not None else None
    if view is not None and (old is None or not old.mine):
        raise Refused(Diagnostic("WRITE_033"))
    if old is None and sum(v.mine for v in known) >= MOST:
        raise Refused(Diagnostic("WRITE_032", args={"max": MOST}))
    offered = bool(shared) if shared is not None else bool(old and old.shared)
    if offered and not (old and old.shared) and not may_share(work, entity):
        raise Refused(Diagnostic("WRITE_034"))
    number = old.id if old else (await work.store.new_ids(1))[0]
    query = {"params": [list(pair) for pair in kept], "defn": work.version.number}
    await _apply(work, _writes(work, spec, number, old, {"title": title, "query": query, "shared": offered}))
    return SavedView(number, entity, title, kept, offered, True)


def _writes(work: Work, entity: Entity, number: int, old: SavedView | None, row: dict[str, Any]) -> list[Write]:
    if old is not None:
        return [Update(SAVED_VIEW, {"id": number, "account": work.actor.id}, row, must_hit=True)]
    fixed = {"id": number, "account": work.actor.id, "entity": entity.id, "position": 0, "created_at": work.now.ms}
    return [Insert(SAVED_VIEW, {**fixed, **row})]


async def drop_view(work: Work, entity: str, view: int) -> None:
    """Delete one's own view; whoever may change definitions deletes those that others share as well.

    Raises Refused(WRITE_033).
    """
    found = await view_named(work, entity, view)
    if not found.mine and not work.access.may(work.actor, "definitions"):
        raise Refused(Diagnostic("WRITE_033"))
    writes: list[Write] = [Delete(SAVED_VIEW, {"id": view}, must_hit=True)]
    if not found.mine:
        (number,) = await work.store.new_ids(1)
        detail = {"view": view}
        writes.append(journal.audit(number, "view.delete", actor=work.actor.id, at=work.now.ms, detail=detail))
    await _apply(work, writes)


async def _apply(work: Work, writes: list[Write]) -> None:
    try:
        await work.apply(writes)
    except Missed as missed:
        raise Refused(Diagnostic("WRITE_033")) from missed


# ---------------------------------------------------------------- names of today


async def _of_today(work: Work, entity: Entity, params: Params, defn: int) -> Params:
    """The parameters by the names of today; those about fields that are gone fall away."""
    if defn == work.version.number or not params:
        return params
    before = await work.desk.version(defn)
    if before is None:
        return params
    apart = Apart(before.model, work.version.model)
    was = next((e for e in before.model.entities.values() if e.id == entity.id), None)
    if apart.same or was is None:
        return params
    found = ((k, _value(apart, was, k, v)) if k in RESERVED else (_key(apart, was, k), v) for k, v in params)
    return tuple((k, v) for k, v in found if k and v)


def _key(apart: Apart, entity: Entity, key: str) -> str:
    """A filter: a path, perhaps with an operator behind it."""
    path = tuple(key.split("."))
    whole = _path(apart, entity, path)
    if whole or len(path) == 1:
        return ".".join(whole)
    return ".".join((*_path(apart, entity, path[:-1]), path[-1])) if _path(apart, entity, path[:-1]) else ""


def _value(apart: Apart, entity: Entity, key: str, value: str) -> str:
    if key not in ("sort", "fields", "group"):
        return value
    names = []
    for name in value.split(","):
        sign = "-" if name.startswith("-") else ""
        path = _path(apart, entity, tuple(name.strip().removeprefix("-").split(".")))
        if path:
            names.append(sign + ".".join(path))
    return ",".join(names)


def _path(apart: Apart, entity: Entity, path: Path) -> Path:
    return next(iter(apart.live_paths(entity, [path])), ())
