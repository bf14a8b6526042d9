"""A stored record together with what somebody may do with it: what every change begins with, in one question."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..compile.record import CompiledRecord, label_of
from ..compile.table import table_name
from ..model import Entity, Operation, Record, Slot, Sql, Storage
from ..policy import Product, Varies, Verdict
from ..store.protocol import Query, Row
from .live import Version
from .reading import Asked, Path, Read, assembled, beside, by_ids, every_path, tree_of, values_reader
from .work import Work

_BIG, _MOMENT, _FLAG = Storage("bigint"), Storage("timestamp"), Storage("boolean")
_HEAD = ("id", "version", "defn", "unit", "created_by", "created_at", "updated_by", "updated_at")

#: Questions kept for each version; those of rare sets of roles make room.
KEPT = 1024


@dataclass(frozen=True, slots=True)
class Held:
    """A record as it is stored. seen: the actor may see it; may: may do what it was asked for.

    verdicts: by field id, how a field is shown to the actor, only those not shown in full; writable: ids of the fields
    (columns of sub-tables included) that the actor may change, None for all of them.
    """

    record: Record
    seen: bool
    may: bool
    verdicts: Mapping[str, Verdict]
    writable: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class _Question:
    """The compiled question; the products it was made for are kept alive, they are known by identity."""

    query: Query
    products: tuple[Product, Product]
    read: Read
    at: int
    shown: _Shown
    written: _Written


@dataclass(frozen=True, slots=True)
class _Shown:
    """How fields are shown, by their ids: always so, or depending on conditions of the row."""

    fixed: Mapping[str, Verdict]
    varies: tuple[str, ...]
    places: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Written:
    """The fields that may be written, by their ids; every: all of them, whatever the record."""

    fixed: frozenset[str]
    varies: tuple[tuple[str, int], ...]
    every: bool


async def held(
    work: Work, entity: Entity, number: int, operation: Operation, more: Collection[Path] = ()
) -> Held | None:
    """The record with what its expressions read, and the rights of the actor over it; None when it is not there.

    more: further paths of names that have to be in its values. Raises Moved or Stale.
    """
    found = await held_all(work, entity, (number,), operation, more)
    return found.get(number)


async def held_all(
    work: Work, entity: Entity, ids: Sequence[int], operation: Operation, more: Collection[Path] = ()
) -> dict[int, Held]:
    """Several records in one question, by id; those that are not there are left out."""
    single = len(ids) == 1
    asked = _question(work, entity, operation, frozenset(more), single)
    rows = await work.store.rows(asked.query, work.slots({"id": ids[0]} if single else {"ids": list(ids)}))
    work.demand(rows[0][0], rows[0][1])
    compiled = work.version.record(entity.name)
    return {row[2]: _held(asked, compiled, row) for row in rows if row[2] is not None}


async def held_beside(
    work: Work, entity: Entity, operation: Operation, more: Collection[Path], link: Query, slots: Mapping[str, Any]
) -> tuple[Held | None, Row]:
    """The record that a question leads to, with that question's only row; empty where it has none.

    link: its first column is the id of the record, under the name `record`. Raises Moved or Stale.
    """
    see, does = work.product(entity.name, "see"), work.product(entity.name, operation)
    kept: dict[Any, _Question] = work.version.made(("held beside",), dict)
    key = (entity.name, id(see), id(does), frozenset(more), id(link))
    found = kept.get(key)
    if found is None:
        if len(kept) >= KEPT:
            kept.clear()
        found = kept[key] = _compiled(work.version, entity, see, does, more, link)
    (row,) = await work.store.rows(found.query, work.slots(slots))
    work.demand(row[0], row[1])
    one = None if row[2] is None else _held(found, work.version.record(entity.name), row)
    return one, row[-len(link.returns) :]


def _held(asked: _Question, compiled: CompiledRecord, row: Row) -> Held:
    _, _, number, version, defn, unit, created_by, created_at, updated_by, updated_at, seen, may = row[:12]
    values = asked.read(row[2:])
    label = label_of(compiled, values, number)
    record = Record(
        compiled.entity.name, number, version, values, defn, unit, label,
        created_by, created_at, updated_by, updated_at,
    )  # fmt: skip
    return Held(record, bool(seen), bool(may), _verdicts(asked, row), _writable(asked, row))


def _verdicts(asked: _Question, row: Row) -> Mapping[str, Verdict]:
    shown = asked.shown
    if not shown.varies:
        return shown.fixed
    see = asked.products[0]
    holds = {name: row[at + 2] for name, at in shown.places.items()}
    found = {one: see.shown(one, holds) for one in shown.varies}
    return {**shown.fixed, **{one: how for one, how in found.items() if how != "show"}}


def _writable(asked: _Question, row: Row) -> frozenset[str] | None:
    written = asked.written
    if written.every:
        return None
    if not written.varies:
        return written.fixed
    return written.fixed.union(one for one, at in written.varies if row[at + 2])


def _question(work: Work, entity: Entity, operation: Operation, more: frozenset[Path], single: bool) -> _Question:
    kept: dict[Any, _Question] = work.version.made(("held",), dict)
    see, does = work.product(entity.name, "see"), work.product(entity.name, operation)
    key = (entity.name, id(see), id(does), more, single)
    found = kept.get(key)
    if found is None:
        if len(kept) >= KEPT:
            kept.clear()
        found = kept[key] = _compiled(work.version, entity, see, does, more, single)
    return found


def _compiled(
    version: Version, entity: Entity, see: Product, does: Product, more: Iterable[Path], by: Query | bool
) -> _Question:
    """by: a question that leads to the record, else whether it is a single one by its id."""
    asked = Asked(version.dialect)
    for name, storage in zip(_HEAD, (_BIG, _BIG, _BIG, _BIG, _BIG, _MOMENT, _BIG, _MOMENT), strict=True):
        asked.column(f"r.{name}", storage)
    asked.column(Sql("(") + see.predicate + ")", _FLAG)
    asked.column(Sql("(") + does.predicate + ")", _FLAG)
    shown = _shown(see, asked)
    written = _written(does, asked)
    tree = tree_of((*every_path(version.record(entity.name)), *more))
    at = len(asked.columns)
    read = values_reader(version, entity, tree, "r", asked)
    table, others = table_name(entity), by.returns if isinstance(by, Query) else ()
    if isinstance(by, Query):
        text = beside(asked, table, "r", by.sql)
    else:
        text = assembled(asked, table, "r", Sql("r.id = ?", (Slot("id"),)) if by else by_ids(version.dialect))
    return _Question(Query(text, (_BIG, _BIG, *asked.returns, *others)), (see, does), read, at, shown, written)


def _shown(see: Product, asked: Asked) -> _Shown:
    fixed: dict[str, Verdict] = {}
    varies = []
    for one, how in see.fields.items():
        if isinstance(how, Varies):
            varies.append(one)
        elif how != "show":
            fixed[one] = how
    wanted = see.conditions if varies else ()
    return _Shown(fixed, tuple(varies), {name: asked.column(Sql("(") + sql + ")", _FLAG) for name, sql in wanted})


def _written(does: Product, asked: Asked) -> _Written:
    names = {how for how in does.writable.values() if isinstance(how, str)}
    places = {name: asked.column(Sql("(") + sql + ")", _FLAG) for name, sql in does.conditions if name in names}
    fixed = frozenset(one for one, how in does.writable.items() if how is True)
    varies = tuple((one, places[how]) for one, how in does.writable.items() if isinstance(how, str))
    return _Written(fixed, varies, bool(does.writable) and len(fixed) == len(does.writable))
