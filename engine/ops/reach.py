"""Whether a change stays within what somebody may do: judged on the record as it would be, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from ..changeset import Changeset
from ..compile.record import CompiledRecord
from ..diagnostics import Diagnostic, Place
from ..model import Entity, Operation, Ref, Slot, Sql, Storage
from ..policy import Facts, Product, Single, Verdict, signature_of
from ..policy.single import Judge
from ..store.protocol import Query, Store
from .named import filled
from .reading import Path
from .shown import Masked
from .work import Work

_BIG = Storage("bigint")
_ABOVE = Query(
    Sql(
        "SELECT l.epoch, l.access, t.ancestor, t.depth FROM sy_live l"
        " LEFT JOIN sy_unit_tree t ON t.descendant = ? WHERE l.id = 1 ORDER BY t.depth",
        (Slot("unit"),),
    ),
    (_BIG, _BIG, _BIG, _BIG),
)

Above = tuple[tuple[int, int], ...]

#: Units whose place in the tree is remembered for each database.
KEPT = 4096
_KNOWN: WeakKeyDictionary[Store, dict[tuple[int, int], Above]] = WeakKeyDictionary()


async def above(work: Work, unit: int | None) -> Above:
    """The unit and every unit above it with its distance; () for None.

    Remembered under the revision of rights that the actor was read at: moving a unit changes it, and the batch that
    follows holds it.
    """
    if unit is None:
        return ()
    kept = _KNOWN.setdefault(work.store, {})
    key = (work.actor.stamp, unit)
    found = kept.get(key) if work.actor.id else None
    if found is None:
        rows = await work.store.rows(_ABOVE, {"unit": unit})
        work.demand(rows[0][0], rows[0][1])
        found = tuple((row[2], row[3]) for row in rows if row[2] is not None)
        if len(kept) >= KEPT:
            kept.clear()
        kept[key] = found
    return found


def needed(work: Work, entity: str, operation: Operation) -> frozenset[Path]:
    """What the rules about the operation read of a record, for this actor's roles."""
    actor = work.actor
    if actor.id == 0:
        return frozenset()
    key = ("needed", work.access, entity, operation)
    found: frozenset[Path] | None = actor.memo.get(key)
    if found is None:
        found = actor.memo[key] = work.access.reads(actor, entity, operation)
    return found


@dataclass(frozen=True, slots=True)
class Glance:
    """What a product says whatever the record. everywhere: the operation is open for all of them; units: the slot with
    the units that a record has to lie in, when nothing else is asked of it; varies: fields may be written in some
    records only; ever: ids of those that may be written in some record."""

    product: Product
    everywhere: bool
    units: str
    varies: bool
    ever: frozenset[str]


def glance(work: Work, entity: str, operation: Operation) -> Glance:
    """What can be said of an operation at a glance."""
    product = work.product(entity, operation)
    kept: dict[int, Glance] = work.version.made(("glance",), dict)
    found = kept.get(id(product))
    if found is None:
        if len(kept) >= KEPT:
            kept.clear()
        varies = any(isinstance(how, str) for how in product.writable.values())
        ever = frozenset(one for one, how in product.writable.items() if how is not False)
        every = product.predicate.text == "TRUE"
        found = kept[id(product)] = Glance(product, every, _by_units_only(product), varies, ever)
    return found


def everywhere(work: Work, entity: str, operation: Operation) -> bool:
    """Whether the operation is open for every record, whatever is in it."""
    found = glance(work, entity, operation)
    return found.everywhere and not found.varies


async def judged(
    work: Work, compiled: CompiledRecord, operation: Operation, number: int, values: Mapping[str, Any], unit: int | None
) -> Single:
    """Everything the policies say of the record as it would be. unit: None also for a record that is a unit."""
    facts = await _facts(work, compiled, operation, number, values, unit)
    return work.access.single(work.actor, compiled.entity.name, operation, facts)


async def _facts(
    work: Work, compiled: CompiledRecord, operation: Operation, number: int, values: Mapping[str, Any], unit: int | None
) -> Facts:
    entity = compiled.entity
    full = await filled(work, compiled, values, needed(work, entity.name, operation))
    seen = {**full, **{f.name: f.in_feel(full.get(f.name)) for f in compiled.otherwise if f.in_feel}}
    return Facts(number, seen, await _over(work, entity, number, values, unit), work.now.at, work.zone)


async def _judge(
    work: Work, compiled: CompiledRecord, operation: Operation, number: int, values: Mapping[str, Any], unit: int | None
) -> Judge:
    facts = await _facts(work, compiled, operation, number, values, unit)
    return work.access.judge(work.actor, compiled.entity.name, facts)


async def may_stand(
    work: Work, compiled: CompiledRecord, operation: Operation, number: int, values: Mapping[str, Any], unit: int | None
) -> bool:
    """Whether the actor may do the operation with the record as it would be."""
    entity = compiled.entity
    found = glance(work, entity.name, operation)
    if found.product.nothing or found.everywhere:
        return not found.product.nothing
    if found.units and entity.unit != ("self",):
        reached = work.slots()[found.units]
        return unit is not None and (unit == reached if isinstance(reached, int) else unit in reached)
    judge = await _judge(work, compiled, operation, number, values, unit)
    return judge.holds(work.access.claims(entity.name, operation, signature_of(work.actor.grants)).rows)


async def may_write(
    work: Work,
    compiled: CompiledRecord,
    operation: Operation,
    number: int,
    values: Mapping[str, Any],
    unit: int | None,
    fields: Iterable[str],
) -> frozenset[str]:
    """Those of some fields, by their ids, that the actor may write in the record as it would be."""
    product = work.product(compiled.entity.name, operation)
    found = {one for one in fields if product.writable.get(one) is True}
    varying = [one for one in fields if isinstance(product.writable.get(one), str)]
    if varying:
        judge = await _judge(work, compiled, operation, number, values, unit)
        claims = work.access.claims(compiled.entity.name, operation, signature_of(work.actor.grants)).written
        found.update(one for one in varying if judge.holds(claims[one]))
    return frozenset(found)


_ONLY_UNITS = re.compile(
    r"(?:r\.unit|coalesce\(r\.unit, 0\)) (?:= \?|= ANY\(\?\)|IN \(SELECT value FROM json_each\(\?\)\))"
)


def _by_units_only(product: Product) -> str:
    """The slot with the units that a record has to lie in, when the predicate says nothing else; "" otherwise."""
    params = product.predicate.params
    slot = params[0].name if len(params) == 1 and isinstance(params[0], Slot) else ""
    return slot if slot.startswith(("unit:", "units:")) and _ONLY_UNITS.fullmatch(product.predicate.text) else ""


async def _over(work: Work, entity: Entity, number: int, values: Mapping[str, Any], unit: int | None) -> Above:
    if entity.unit != ("self",):
        return await above(work, unit)
    parent = values.get(entity.parent) if entity.parent else None
    higher = await above(work, parent.id) if isinstance(parent, Ref) else ()
    return ((number, 0), *((one, depth + 1) for one, depth in higher))


def out_of_reach(compiled: CompiledRecord) -> Diagnostic:
    """Said at the field that decides where the record belongs."""
    entity = compiled.entity
    name = entity.parent if entity.unit == ("self",) else entity.unit[0] if entity.unit else ""
    return Diagnostic("WRITE_004", Place(path=name))


def unwritable(
    compiled: CompiledRecord, changeset: Changeset, raw: Mapping[str, Any], writable: frozenset[str]
) -> tuple[Diagnostic, ...]:
    """What was sent and changes a field or a column that may not be written. writable: ids of fields."""
    found = []
    for name in raw:
        one = compiled.fields.get(name)
        if one is None or name not in changeset.changes or name in changeset.computed:
            continue
        if one.spec.id not in writable:
            found.append(Diagnostic("REC_004", Place(path=name), {"field": one.spec.title}))
        elif one.columns is not None:
            found += _columns(compiled, name, changeset.changes[name], writable)
    return tuple(found)


def _columns(
    compiled: CompiledRecord, name: str, change: tuple[Any, Any], writable: frozenset[str]
) -> Iterable[Diagnostic]:
    """Cells of a sub-table that differ from what they were and may not."""
    spec = compiled.fields[name].spec
    closed = [c for c in spec.rows if c.id not in writable and c.value is None]
    if not closed:
        return
    before = {row["id"]: row for row in change[0] or ()}
    for at, row in enumerate(change[1] or ()):
        old = before.get(row.get("id")) or {}
        for column in closed:
            if row.get(column.name) != old.get(column.name) and (old or row.get(column.name) != column.default):
                args = {"field": spec.title, "column": column.title}
                yield Diagnostic("WRITE_017", Place(path=f"{name}/{at}/{column.name}"), args)


def as_seen(compiled: CompiledRecord, changeset: Changeset, verdicts: Mapping[str, Verdict]) -> Changeset:
    """The changeset as the actor may see it: what is masked for them is `Masked`, what is hidden is gone.

    verdicts: by field id, those not shown in full. What they sent themselves stays in `raw`.
    """
    if not verdicts:
        return changeset
    values = dict(changeset.values)
    changes = dict(changeset.changes)
    for name, one in compiled.fields.items():
        if one.spec.id not in verdicts and not any(c.id in verdicts for c in one.spec.rows):
            continue
        if name in values:
            values[name] = shown_as(one.spec.id, compiled, name, values[name], verdicts)
        if name in changes:
            before, after = changes[name]
            changes[name] = (
                shown_as(one.spec.id, compiled, name, before, verdicts),
                shown_as(one.spec.id, compiled, name, after, verdicts),
            )
    return replace(changeset, values=values, changes=changes)


def shown_as(field_id: str, compiled: CompiledRecord, name: str, value: Any, verdicts: Mapping[str, Verdict]) -> Any:
    """One value as the actor may see it."""
    how = verdicts.get(field_id, "show")
    one = compiled.fields[name]
    if value is None or how == "hide":
        return one.nothing
    if how == "mask":
        return Masked(one.kind.mask(value))
    if one.columns is None:
        return value
    return tuple(_row(one.spec.rows, row, verdicts, one.columns) for row in value)


def _row(
    specs: Iterable[Any], row: Mapping[str, Any], verdicts: Mapping[str, Verdict], columns: Mapping[str, Any]
) -> dict[str, Any]:
    found = dict(row)
    for spec in specs:
        how = verdicts.get(spec.id, "show")
        if how != "show" and found.get(spec.name) is not None:
            found[spec.name] = None if how == "hide" else Masked(columns[spec.name].kind.mask(found[spec.name]))
    return found
