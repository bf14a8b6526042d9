"""Stored records written anew because the definitions changed: filled, computed, placed in units, found by words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..compile.expressions import Compiler, Function
from ..compile.record import CompiledField, CompiledRecord, label_of
from ..compile.table import child_name, table_name
from ..definition.scope import entity_scope, feel_type
from ..diagnostics import Diagnostic, Refused
from ..expr import ANY
from ..fieldtypes import type_of
from ..model import Column, Entity, Expr, Sql, Storage
from ..plan import Backfill, Plan
from ..store.protocol import Connection, Insert, Write
from ..store.tables import SEARCH
from .beside import found_words
from .context import Now
from .live import Version
from .rewriting import Rewrite, Stored, around, column_of, given_for, pages, rows_of, seen, stored_value
from .rewriting import worked_out as each_computed
from .units import Tree, Unit, load_tree, removed, settled, unit_of

#: Records read at a time.
PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Task:
    """What has to be written anew for the records of one entity. before: its name in the version before.

    fills: field (or `rows.column`) -> expression over the record as it was; computes: fields whose own expression
    changed.
    """

    entity: str
    before: str
    fills: Mapping[str, str] = field(default_factory=dict)
    computes: tuple[str, ...] = ()
    unit: bool = False
    search: bool = False

    def to_json(self) -> dict[str, Any]:
        """As it stands in a job."""
        return {
            "entity": self.entity,
            "before": self.before,
            "fills": dict(self.fills),
            "computes": list(self.computes),
            "unit": self.unit,
            "search": self.search,
        }

    @staticmethod
    def from_json(made: Mapping[str, Any]) -> Task:
        """The inverse of `to_json`."""
        return Task(
            made["entity"], made["before"], made["fills"], tuple(made["computes"]), made["unit"], made["search"]
        )


def tasks_of(plan: Plan) -> tuple[Task, ...]:
    """The tasks of a plan, one for each entity."""
    found: dict[tuple[str, str], list[Backfill]] = {}
    for step in plan.steps:
        for one in step.backfills:
            found.setdefault((one.entity, one.before), []).append(one)
    return tuple(_task(entity, before, some) for (entity, before), some in found.items())


def _task(entity: str, before: str, some: Sequence[Backfill]) -> Task:
    fills = {one.field: one.expr.text for one in some if one.kind == "fill" and one.expr is not None}
    computes = tuple(dict.fromkeys(one.field for one in some if one.kind == "compute"))
    kinds = {one.kind for one in some}
    return Task(entity, before, fills, computes, "unit" in kinds, "search" in kinds)


@dataclass(frozen=True, slots=True)
class Done:
    """How far a task came. after: the last id; read: records looked at; over: there are no more."""

    after: int
    read: int
    over: bool


class Backfiller:
    """Writes the records of one entity anew, page by page, inside transactions of the caller.

    old: the version before, reading its columns from where they stand now; new: the one that is published.
    """

    def __init__(self, task: Task, old: Version, new: Version, now: Now) -> None:
        self.task = task
        self.new = new
        self.now = now
        self.entity = new.entity(task.entity)
        self.compiled = new.record(task.entity)
        was = old.model.entities.get(task.before)
        self._fills = {path: _fill(old, was, new, self.entity, path, text) for path, text in task.fills.items() if was}
        more = {
            p for f in self._fills.values() for p in f.paths if p[0] in {x.name for x in (was.fields if was else ())}
        }
        self._before = pages(old, was, more) if was and (self._fills or task.computes) else None
        self._after = pages(new, self.entity)
        self._was = old.record(was.name) if was and task.computes else None
        self._computed = _chosen(self.compiled, task.computes)

    async def fill(self, connection: Connection, after: int) -> tuple[list[Rewrite], Done]:
        """What the fields that are filled get, from the records as they were; nothing is written."""
        limit = PAGE
        if self._before is None or not self._fills:
            return [], Done(after, 0, True)
        records = await self._before.after(connection, after, limit)
        found = [self._filled(path, function, records) for path, function in self._fills.items()]
        return found, _done(records, after, limit)

    def _filled(self, path: str, function: Function, records: Sequence[Stored]) -> Rewrite:
        assert self._before is not None
        was = self._before.version.record(self._before.entity.name)
        target, table, inner = _target(self.compiled, self.entity, path)
        given = given_for(self.new.model, self.now)
        pairs = []
        for record in records:
            found = function.run(around(was, record, self.now))
            value = target.cast(found, target.place, given)[0] if found is not None else None
            if value is not None and not inner:
                pairs.append((record.id, stored_value(target, value)))
            elif value is not None:
                rows = rows_of(record.values, path.partition(".")[0])
                pairs += [(row["id"], stored_value(target, value)) for row in rows]
        return Rewrite(table, column_of(target), pairs)

    async def write(self, connection: Connection, after: int) -> Done:
        """Compute, place and index the records behind an id; fields that are filled have been filled before."""
        task, limit = self.task, PAGE
        if not (task.computes or task.unit or task.search):
            return Done(after, 0, True)
        was: dict[int, Stored] = {}
        if self._was is not None and self._before is not None and any(f.spec.override for f in self._computed):
            was = {r.id: r for r in await self._before.after(connection, after, limit)}
        records = await self._after.after(connection, after, limit)
        if task.computes:
            records = await self._compute(connection, records, was)
        if task.unit:
            await self._place(connection, records)
        if task.search:
            await self._index(connection, records)
        return _done(records, after, limit)

    async def _compute(
        self, connection: Connection, records: Sequence[Stored], was: Mapping[int, Stored]
    ) -> list[Stored]:
        """Every computed field that changed, or follows from one that did; values typed by hand stay."""
        given = given_for(self.new.model, self.now)
        own: dict[str, list[tuple[int, Any]]] = {f.name: [] for f in self._computed if f.columns is None}
        rows: dict[tuple[str, str], list[tuple[int, Any]]] = {}
        made = []
        for record in records:
            context = around(self.compiled, record, self.now)
            values = dict(record.values)
            for one, value in each_computed(self.compiled, context, given):
                stays = one.name not in own and one.kind.shape != "none"
                if stays or (one.spec.override and self._typed(one, record, was.get(record.id))):
                    context[one.name] = seen(one, record.values.get(one.name))
                    continue
                if one.name not in own:
                    continue
                values[one.name] = value
                if value != record.values.get(one.name):
                    own[one.name].append((record.id, stored_value(one, value)))
            self._compute_rows({**record.values, **values}, context, rows)
            made.append(Stored(record.id, record.unit, values, record.meta))
        for name, pairs in own.items():
            one = self.compiled.fields[name]
            if one.kind.shape != "none":
                await Rewrite(table_name(self.entity), column_of(one), pairs).carry_out(connection, self.new)
        for (name, column), pairs in rows.items():
            spec = self.compiled.fields[name]
            inner = (spec.columns or {})[column]
            table = child_name(self.entity, spec.spec)
            await Rewrite(table, column_of(inner), pairs).carry_out(connection, self.new)
        return made

    def _compute_rows(
        self, values: Mapping[str, Any], context: Mapping[str, Any], found: dict[tuple[str, str], list[tuple[int, Any]]]
    ) -> None:
        given = given_for(self.new.model, self.now)
        for path in self.task.computes:
            name, _, column = path.partition(".")
            spec = self.compiled.fields.get(name)
            one = (spec.columns or {}).get(column) if spec is not None else None
            if one is None or one.value is None:
                continue
            for row in rows_of(values, name):
                result = one.value.run({**context, **row})
                value = one.cast(result, one.place, given)[0] if result is not None else None
                if value != row.get(column):
                    found.setdefault((name, column), []).append((row["id"], stored_value(one, value)))

    def _typed(self, one: CompiledField, record: Stored, was: Stored | None) -> bool:
        """Whether somebody put another value in the place of the computed one before."""
        held = record.values.get(one.name)
        if held is None or was is None or self._was is None:
            return held is not None
        before = next((f for f in self._was.fields.values() if f.spec.id == one.spec.id), None)
        if before is None or before.value is None:
            return True
        context = around(self._was, was, self.now)
        given = given_for(self._was.model, self.now)
        for step, value in each_computed(self._was, context, given):
            if step is before:
                return bool(value != was.values.get(before.name))
            if step.kind.shape != "none":
                context[step.name] = seen(step, was.values.get(step.name))
        return True

    async def _place(self, connection: Connection, records: Sequence[Stored]) -> None:
        column = Column("unit", Storage("bigint"))
        if self.entity.unit == ("self",):
            await self._grow(connection, records)
            pairs: list[tuple[int, Any]] = [(r.id, r.id) for r in records if r.unit != r.id]
        else:
            pairs = []
            for record in records:
                unit = around(self.compiled, record, self.now)["unit"]
                number = unit.id if unit is not None else None
                if number != record.unit:
                    pairs.append((record.id, number))
        await Rewrite(table_name(self.entity), column, pairs).carry_out(connection, self.new)

    async def _grow(self, connection: Connection, records: Sequence[Stored]) -> None:
        """Units come, move and get other names. Raises Refused where one would stand below itself."""
        tree = await load_tree(connection)
        units: list[Unit] = []
        for record in records:
            found = unit_of(self.entity, record.id, record.values, label_of(self.compiled, record.values, record.id))
            units += [found] if found else []
        grown = settled(tree, units)
        if isinstance(grown, Diagnostic):
            raise Refused(grown)
        await connection.apply(grown.writes)

    async def _index(self, connection: Connection, records: Sequence[Stored]) -> None:
        ids = [record.id for record in records]
        if not ids:
            return
        marks = ", ".join("?" * len(ids))
        gone = Sql(f"DELETE FROM sy_search WHERE entity = ? AND record IN ({marks})", (self.entity.id, *ids))  # noqa: S608
        await connection.run(gone)
        writes: list[Write] = [
            Insert(SEARCH, {"entity": self.entity.id, "token": word, "record": record.id})
            for record in records
            for word in sorted(found_words(self.compiled, record.values))
        ]
        await connection.apply(writes)


def _done(records: Sequence[Stored], after: int, limit: int) -> Done:
    return Done(records[-1].id if records else after, len(records), len(records) < limit)


def _fill(old: Version, was: Entity | None, new: Version, entity: Entity, path: str, text: str) -> Function:
    assert was is not None
    top, _, inner = path.partition(".")
    spec = entity.field(top)
    if spec is not None and inner:
        spec = next((c for c in spec.rows if c.name == inner), None)
    want = ANY if spec is None or type_of(spec).shape in ("rows", "file", "files") else feel_type(spec)
    compiler = Compiler(old.model, new.compiler.functions)
    return compiler.function(Expr(text), entity_scope(old.model, was, compiler.functions), want)


def _target(compiled: CompiledRecord, entity: Entity, path: str) -> tuple[CompiledField, str, bool]:
    top, _, inner = path.partition(".")
    one = compiled.fields[top]
    if not inner:
        return one, table_name(entity), False
    return (one.columns or {})[inner], child_name(entity, one.spec), True


def _chosen(compiled: CompiledRecord, names: Iterable[str]) -> tuple[CompiledField, ...]:
    """The computed fields that were named, and those that follow from them."""
    wanted = {n for n in names if "." not in n}
    found = []
    for one in compiled.order:
        if one.value is not None and (one.name in wanted or one.value.reads & wanted):
            wanted.add(one.name)
            found.append(one)
    return tuple(found)


async def fell(connection: Connection, entity: Entity) -> None:
    """The records of an entity are units no more. Raises Refused while other units stand below one of them."""
    tree = await load_tree(connection)
    mine = [u for u in tree.units.values() if u.entity == entity.name]
    for one in sorted(mine, key=lambda u: -len(tree.above(u.id))):
        grown = removed(tree, one.id)
        if isinstance(grown, Diagnostic):
            raise Refused(grown)
        await connection.apply(grown.writes)
        tree = Tree({k: v for k, v in tree.units.items() if k != one.id})
