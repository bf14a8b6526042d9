"""Filling an empty installation with a generated school: records, units, numbers, search words and accounts at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..changeset import unit_ref
from ..compile.columns import stored_rows
from ..compile.expressions import Function
from ..compile.record import CompiledField, CompiledRecord, label_of
from ..compile.table import child_name
from ..expr import from_python
from ..fieldtypes import Given, target_of
from ..fieldtypes.serial import numbering
from ..model import Ref, Table
from ..store import journal
from ..store.ids import BLOCK
from ..store.protocol import Connection, Insert, Write
from ..store.tables import ACCOUNT, ACCOUNT_RECORD, GRANT, SEARCH, SERIAL, UNIT, UNIT_TREE
from .beside import counter_key, found_words, read_number
from .entrance import Entrance
from .units import Unit, unit_of
from .work import Work

Values = dict[str, Any]
#: Told after each piece: the entity and how many records of it are there by now.
Told = Callable[[str, int], None]


class Key(Protocol):
    """Stands for a record that has no id yet: the `number`-th of its entity over all chunks, from 0."""

    @property
    def entity(self) -> str:
        """Name of the entity."""

    @property
    def number(self) -> int:
        """From 0."""


class SeedAccount(Protocol):
    """Somebody who may sign in. record: who it is; grants: roles and the unit each is held in, None for everywhere."""

    @property
    def login(self) -> str:
        """Lower case."""

    @property
    def name(self) -> str:
        """As it is shown."""

    @property
    def lang(self) -> str:
        """zh or en."""

    @property
    def password(self) -> str:
        """ "" where nobody can sign in before one is set."""

    @property
    def record(self) -> Any:
        """A `Key` or None."""

    @property
    def grants(self) -> Sequence[tuple[str, Any]]:
        """Role and `Key` of the unit."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was made. ids: by entity, in the order in which the records were handed out; accounts: login -> id."""

    ids: Mapping[str, Sequence[int]]
    accounts: Mapping[str, int]

    def id(self, key: Key) -> int:
        """The id of the record a key stood for."""
        return self.ids[key.entity][key.number]


async def seed(
    work: Work,
    entrance: Entrance,
    chunks: Iterable[tuple[str, Sequence[Mapping[str, Any]]]],
    accounts: Iterable[SeedAccount],
    told: Told = lambda entity, count: None,
) -> Seeded:
    """Store a generated school in one transaction, without looking for faults and without history.

    chunks: entity name and records with values as the engine holds them, a link being a `Key` of a record handed out
    before; defaults and computed values are filled in. For an empty installation whose definitions are published.
    """
    sowing = _Sowing(work)
    async with work.transaction() as connection:
        for entity, rows in chunks:
            await sowing.sow(connection, entity, rows)
            told(entity, len(sowing.ids[entity]))
        await _in_pieces(connection, sowing.unit_writes())
        await _in_pieces(connection, sowing.serial_writes())
        known = await _accounts(work, entrance, sowing, accounts, connection)
        (number,) = await work.store.new_ids()
        detail = {"records": {e: len(found) for e, found in sowing.ids.items()}, "accounts": len(known)}
        note = journal.audit(number, "seeded", actor=work.actor.id, at=work.now.ms, detail=detail)
        await connection.apply([note, journal.ACCESS_CHANGED])
    return Seeded(sowing.ids, known)


async def _in_pieces(connection: Connection, writes: Sequence[Write]) -> None:
    for start in range(0, len(writes), 20_000):
        await connection.apply(writes[start : start + 20_000])


@dataclass(slots=True)
class _Plot:
    """An entity while its records are stored. keep: names of the values that expressions read through links to it."""

    compiled: CompiledRecord
    table: Table
    children: tuple[tuple[CompiledField, Table], ...]
    keep: set[str] = field(default_factory=set)
    refs: list[Ref] = field(default_factory=list)


class _Sowing:
    """The school while it is stored."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.ids: dict[str, list[int]] = {}
        self.units: dict[int, Unit] = {}
        self.numbers: dict[str, int] = {}
        self.plots = {name: self._plot(name) for name in work.version.model.entities}
        for plot in self.plots.values():
            for path in plot.compiled.paths:
                self._keep(plot.compiled, path)
        self.reckoning = Given(work.now.at, work.zone, "computed")
        zone = work.version.model.zone
        self.base = {"$now": from_python(work.now.at, zone), "$zone": zone, "actor": None, "self": None, "id": None}

    def _plot(self, name: str) -> _Plot:
        compiled = self.work.version.record(name)
        table, *children = self.work.version.tables(name)
        by_name = {t.name: t for t in children}
        rows = [f for f in compiled.fields.values() if f.columns is not None]
        return _Plot(compiled, table, tuple((f, by_name[child_name(compiled.entity, f.spec)]) for f in rows))

    def _keep(self, compiled: CompiledRecord, path: tuple[str, ...]) -> None:
        """Note that the values on a path behind a link have to be kept."""
        spec = compiled.fields.get(path[0])
        if spec is not None and spec.columns is not None and len(path) > 1:
            spec, path = spec.columns.get(path[1]), path[1:]
        target = self.plots.get(target_of(spec.spec)) if spec is not None else None
        if target is not None and len(path) > 1:
            target.keep.add(path[1])
            self._keep(target.compiled, path[1:])

    async def sow(self, connection: Connection, entity: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Store records of one entity."""
        plot = self.plots[entity]
        # Never from what is left in memory, so that ids rise in the order of the records.
        ids = await self.work.store.new_ids(max(BLOCK, len(rows)))
        filled = [(number, self._planted(plot, number, row)) for number, row in zip(ids, rows, strict=False)]
        records = [Insert(plot.table, self._row(plot, number, values)) for number, values in filled]
        await _in_pieces(connection, records)
        for column, table in plot.children:
            await _in_pieces(connection, await self._child_rows(column, table, filled))
        await _in_pieces(connection, self._words(plot.compiled, filled))
        self.ids.setdefault(entity, []).extend(number for number, _ in filled)
        for number, values in filled:
            if plot.compiled.entity.unit == ("self",):
                label = label_of(plot.compiled, values, number)
                found = unit_of(plot.compiled.entity, number, values, label)
                if found:
                    self.units[number] = found
        self._count(plot.compiled, filled)

    # ------------------------------------------------------------ values

    def _planted(self, plot: _Plot, number: int, row: Mapping[str, Any]) -> Values:
        """The values of a record, which can be linked to from now on."""
        values = self._filled(plot.compiled, row)
        plot.refs.append(Ref(number, "", {name: values[name] for name in plot.keep if name in values}))
        return values

    def _filled(self, compiled: CompiledRecord, row: Mapping[str, Any]) -> Values:
        """The record with links found, defaults put in and values computed."""
        values: Values = dict(compiled.blank)
        for name, value in row.items():
            spec = compiled.fields[name]
            values[name] = self._found(spec, value) if spec.columns is None else value
        context = {**self.base, **values, "unit": unit_ref(compiled, values)}
        for spec in compiled.order:
            name = spec.name
            if spec.columns is not None:
                values[name] = tuple(self._filled_row(spec, context, inner) for inner in values[name] or ())
            elif name not in row:
                values[name] = self._made(spec, context)
            context[name] = spec.in_feel(values[name]) if spec.in_feel else values[name]
            if name == (compiled.entity.unit or ("",))[0]:
                context["unit"] = unit_ref(compiled, values)
        return values

    def _filled_row(self, rows: CompiledField, context: Mapping[str, Any], row: Mapping[str, Any]) -> Values:
        columns = rows.columns or {}
        values = {name: self._found(c, row[name]) if name in row else None for name, c in columns.items()}
        inner = {**context, **values}
        for column in rows.order:
            if column.name not in row:
                values[column.name] = inner[column.name] = self._made(column, inner)
        return values

    def _found(self, spec: CompiledField, value: Any) -> Any:
        if value is None or spec.kind.shape != "link":
            return value
        return self.plots[value.entity].refs[value.number] if value.entity in self.plots else None

    def _made(self, spec: CompiledField, context: Mapping[str, Any]) -> Any:
        """The value of a field that was not given."""
        made = spec.value if spec.value is not None else spec.default
        if made is None or (spec.when is not None and spec.when.run(context) is not True):
            return spec.nothing
        if not isinstance(made, Function):
            return made
        computed = made.run(context)
        return None if computed is None else spec.cast(computed, spec.place, self.reckoning)[0]

    # ------------------------------------------------------------ rows

    def _row(self, plot: _Plot, number: int, values: Values) -> dict[str, Any]:
        compiled, now = plot.compiled, self.work.now.at
        unit = number if compiled.entity.unit == ("self",) else getattr(unit_ref(compiled, values), "id", None)
        row = {"id": number, "version": 1, "defn": self.work.version.number, "unit": unit, "created_by": 0}
        row |= {"created_at": now, "updated_by": 0, "updated_at": now}
        return row | self.work.version.stored(compiled.entity.name).columns(values)

    async def _child_rows(self, rows: CompiledField, table: Table, filled: Sequence[tuple[int, Values]]) -> list[Write]:
        stored = stored_rows(rows.spec)
        found = [(parent, at, row) for parent, values in filled for at, row in enumerate(values[rows.name])]
        ids = await self.work.store.new_ids(len(found)) if found else range(0)
        return [
            Insert(table, {"id": number, "parent": parent, "position": at, **stored.columns(row)})
            for number, (parent, at, row) in zip(ids, found, strict=True)
        ]

    def _words(self, compiled: CompiledRecord, filled: Sequence[tuple[int, Values]]) -> list[Write]:
        entity = compiled.entity.id
        if not any(f.search for f in compiled.entity.fields):
            return []
        return [
            Insert(SEARCH, {"entity": entity, "token": word, "record": number})
            for number, values in filled
            for word in sorted(found_words(compiled, values))
        ]

    def _count(self, compiled: CompiledRecord, filled: Sequence[tuple[int, Values]]) -> None:
        for spec in compiled.entity.fields:
            if spec.type != "serial":
                continue
            plan = numbering(str(spec.options["number"]))
            for _, values in filled:
                found = read_number(plan, values[spec.name]) if values[spec.name] else None
                if found:
                    key = counter_key(compiled.entity, spec, found[0])
                    self.numbers[key] = max(self.numbers.get(key, 0), found[1])

    # ------------------------------------------------------------ what is kept beside the records

    def unit_writes(self) -> list[Write]:
        """The tree of units, parents first."""
        writes: list[Write] = [
            Insert(UNIT, {"id": u.id, "entity": u.entity, "parent": u.parent, "label": u.label})
            for u in self.units.values()
        ]
        for unit in self.units:
            at: int | None = unit
            depth = 0
            while at is not None:
                writes.append(Insert(UNIT_TREE, {"ancestor": at, "descendant": unit, "depth": depth}))
                at, depth = self.units[at].parent, depth + 1
        return writes

    def serial_writes(self) -> list[Write]:
        """The last number given out under each key."""
        return [Insert(SERIAL, {"key": key, "value": value}) for key, value in sorted(self.numbers.items())]


async def _accounts(
    work: Work, entrance: Entrance, sowing: _Sowing, accounts: Iterable[SeedAccount], connection: Connection
) -> dict[str, int]:
    wanted = list(accounts)
    hashes = {"": ""}
    for password in {a.password for a in wanted if a.password}:
        hashes[password] = await entrance.passwords.hash(password)
    ids = await work.store.new_ids(len(wanted)) if wanted else range(0)
    people: list[Write] = []
    records: list[Write] = []
    grants: list[Write] = []
    for number, one in zip(ids, wanted, strict=True):
        row = {"id": number, "login": one.login, "name": one.name, "password_hash": hashes[one.password], "email": ""}
        row |= {"lang": one.lang, "theme": "auto", "shortcuts": True, "active": True, "must_change": False}
        people.append(Insert(ACCOUNT, {**row, "created_at": work.now.ms, "changed_at": work.now.ms}))
        if one.record is not None:
            record = sowing.ids[one.record.entity][one.record.number]
            records.append(Insert(ACCOUNT_RECORD, {"account": number, "record": record, "position": 0}))
        for role, unit in one.grants:
            (grant,) = await work.store.new_ids()
            where = sowing.ids[unit.entity][unit.number] if unit is not None else None
            given = {"id": grant, "account": number, "role": role, "unit": where, "valid_from": None}
            grants.append(Insert(GRANT, {**given, "valid_to": None, "by": 0, "at": work.now.ms}))
    await _in_pieces(connection, [*people, *records, *grants])
    return {one.login: number for number, one in zip(ids, wanted, strict=True)}
