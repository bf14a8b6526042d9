"""What happened to a record, as far as its reader sees its fields: the same masks as on the record itself."""

# ruff: noqa: S608 - statements are put together from ids and aliases of the engine

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..compile.table import table_name
from ..diagnostics import Diagnostic, Place, Refused
from ..fieldtypes import field_types, target_of
from ..fieldtypes.stored import json_of
from ..model import Entity, Field, Ref, Slot, Sql, Storage
from ..policy import Product, Verdict
from ..store.protocol import Query, Row
from .called import called
from .context import moment
from .formerly import Formers, formerly, masked_text, read_value
from .shown import By, Change, FieldChange, Masked
from .sight import plans, who
from .work import Work

_BIG, _TEXT, _JSON, _FLAG = Storage("bigint"), Storage("text"), Storage("json"), Storage("boolean")

_COLUMNS = "h.id, h.version, h.at, h.actor, a.name, h.op, h.origin, h.defn, h.changes"
_RETURNS = (_BIG, _BIG, _BIG, _BIG, _BIG, _BIG, _BIG, _TEXT, _TEXT, _TEXT, _BIG, _JSON)
_SYSTEM = "system"
moment_json = field_types()["datetime"].to_json


@dataclass(frozen=True, slots=True)
class HistoryPlan:
    """A compiled question for the history of a record."""

    query: Query
    product: Product
    conditions: tuple[str, ...]


async def history(work: Work, entity: str, record: int, after: int = 0, limit: int = 20) -> tuple[Change, ...]:
    """The changes of a record, newest first. after: `Change.id` of the last one that was shown, 0 for the newest.

    Only fields there still are; people, linked records and options are called as they are now. Raises Refused(MISSING).
    """
    return (await _page(work, entity, record, after, 0, limit))[0]


async def history_json(
    work: Work, entity: str, record: int, after: int = 0, before: int = 0, limit: int = 50
) -> dict[str, Any]:
    """The same as the API gives it, with the places of the neighbouring pages. before: only newer ones than that."""
    found, more = await _page(work, entity, record, after, before, limit)
    older, newer = (bool(found), more) if before else (more, bool(after and found))
    return {
        "items": [_json(change) for change in found],
        "after": str(found[-1].id) if older else None,
        "before": str(found[0].id) if newer else None,
    }


def _json(change: Change) -> dict[str, Any]:
    return {
        "version": change.version,
        "at": moment_json(change.at),
        "by": {"id": change.by.id, "name": change.by.name},
        "op": change.op,
        "origin": change.origin,
        "changes": [
            {"field": one.field.name, "before": _plain(one.before), "after": _plain(one.after)} for one in change.fields
        ],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Masked):
        return value.text
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple) else json_of(value)


async def _page(
    work: Work, entity: str, record: int, after: int, before: int, limit: int
) -> tuple[tuple[Change, ...], bool]:
    """Changes older than `after` or newer than `before`, and whether there are more behind them."""
    spec = work.entity(entity)
    back = before > 0
    plan = plans(work.version).of(("history", who(work.actor), entity, back), lambda: _plan(work, spec, back))
    most = max(1, min(limit, 200))
    slots = {"id": record, "after": before if back else after or 2**62, "limit": most + 1}
    rows = await work.store.rows(plan.query, work.slots(slots))
    work.demand(rows[0][0], rows[0][1])
    if rows[0][2] is None:
        raise Refused(Diagnostic("ASK_012", Place()))
    found = [row for row in rows if row[3] is not None]
    more = len(found) > most
    chosen = found[-most:] if back else found[:most]
    formers = await formerly(work, spec, {row[10] for row in chosen})
    return await _with_names(work, [_change(plan, spec, formers, row) for row in chosen]), more


def _plan(work: Work, entity: Entity, back: bool) -> HistoryPlan:
    product = work.product(entity.name, "see")
    names = tuple(name for name, _ in product.conditions)
    flags = Sql("".join(f", x{at}" for at in range(len(names))))
    inner = Sql("SELECT r.id AS seen")
    for at, (_, condition) in enumerate(product.conditions):
        inner = inner + ", (" + condition + f") AS x{at}"
    inner = inner + Sql(f" FROM {table_name(entity)} r WHERE r.id = ? AND (", (Slot("id"),)) + product.predicate + ")"
    older = Sql(
        f"(SELECT * FROM sy_history WHERE record = ? AND entity = ? AND id {'>' if back else '<'} ?"
        f" ORDER BY id {'ASC' if back else 'DESC'} LIMIT ?)",
        (Slot("id"), entity.id, Slot("after"), Slot("limit")),
    )
    text = Sql(f"SELECT l.epoch, l.access, r.seen, {_COLUMNS}") + flags + " FROM sy_live l LEFT JOIN (" + inner
    text = text + ") r ON TRUE LEFT JOIN " + older + " h ON h.record = r.seen LEFT JOIN sy_account a ON a.id = h.actor"
    text = text + " WHERE l.id = 1 ORDER BY h.id DESC"
    return HistoryPlan(Query(text, (*_RETURNS, *(_FLAG for _ in names))), product, names)


def _change(plan: HistoryPlan, entity: Entity, formers: Mapping[int, Formers], row: Row) -> Change:
    number, version, at, actor, name, op, origin, defn, changes = row[3:12]
    seen = _Seen(plan.product, dict(zip(plan.conditions, row[12:], strict=True)), formers.get(defn, {}))
    by = By(actor or 0, name or (_SYSTEM if not actor else ""))
    return Change(number, version, moment(at), by, op, origin, tuple(seen.fields(entity, changes or {})))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the reader sees of one change. holds: the conditions of the product, as they are for the record now."""

    product: Product
    holds: Mapping[str, Any]
    formers: Formers

    def fields(self, entity: Entity, changes: Mapping[str, Any]) -> Iterator[FieldChange]:
        """The fields that changed, in the order of the definition."""
        for spec in entity.fields:
            pair = changes.get(spec.id)
            if not isinstance(pair, list | tuple) or len(pair) != 2:
                continue
            shown = self.product.shown(spec.id, self.holds)
            if shown != "hide":
                before, after = (self._value(spec, written, shown) for written in pair)
                yield FieldChange(spec, before, after)

    def _value(self, spec: Field, written: Any, shown: Verdict) -> Any:
        former = self.formers.get(spec.id)
        value = read_value(spec, written, former)
        if value is None or value == ():
            return value
        if shown == "mask":
            return Masked(masked_text(spec, value, former))
        if not spec.rows or isinstance(value, Masked):
            return value
        return tuple({"id": row.get("id"), **dict(self._cells(spec, row))} for row in value)

    def _cells(self, rows: Field, row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for spec in rows.rows:
            shown = self.product.shown(spec.id, self.holds)
            if spec.name in row and shown != "hide":
                value = row[spec.name]
                yield (
                    spec.name,
                    Masked(masked_text(spec, value, None)) if shown == "mask" and value is not None else value,
                )


# ---------------------------------------------------------------- names as they are now


async def _with_names(work: Work, changes: list[Change]) -> tuple[Change, ...]:
    """Links called as the records are called now, by nothing where the reader does not see them."""
    wanted: dict[str, set[int]] = {}
    for spec, value in _values(changes):
        for target, number in _links(spec, value):
            wanted.setdefault(target, set()).add(number)
    if not wanted:
        return tuple(changes)
    labels = await called(work, wanted)
    return tuple(
        replace(
            change,
            fields=tuple(
                FieldChange(one.field, _named(one.field, one.before, labels), _named(one.field, one.after, labels))
                for one in change.fields
            ),
        )
        for change in changes
    )


def _values(changes: Iterable[Change]) -> Iterator[tuple[Field, Any]]:
    for change in changes:
        for one in change.fields:
            yield one.field, one.before
            yield one.field, one.after


def _links(spec: Field, value: Any) -> Iterator[tuple[str, int]]:
    if isinstance(value, Ref):
        yield target_of(spec), value.id
    elif spec.rows and isinstance(value, tuple):
        for row in value:
            for column in spec.rows:
                yield from _links(column, row.get(column.name))


def _named(spec: Field, value: Any, labels: Mapping[int, str]) -> Any:
    if isinstance(value, Ref):
        return Ref(value.id, labels.get(value.id, ""))
    if spec.rows and isinstance(value, tuple):
        columns = {c.name: c for c in spec.rows}
        return tuple(
            {k: _named(columns.get(k, spec), v, labels) if k in columns else v for k, v in row.items()} for row in value
        )
    return value
