"""Stored records read page by page under a version of the definitions, as expressions see them; columns rewritten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..changeset import unit_ref
from ..compile.record import CompiledField, CompiledRecord
from ..compile.table import table_name
from ..expr import from_python
from ..fieldtypes import Given, column_name
from ..model import Column, Entity, Field, Model, Ref, Slot, Sql, Storage, joined
from ..plan.physical import Tables
from ..store.change import bulk_slots, bulk_update, bulk_values
from ..store.coding import encoder
from ..store.protocol import Connection, Query, Unfit
from ..store.render import quoted
from .context import Now
from .live import Version
from .reading import Asked, Path, Read, every_path, tree_of, values_reader

_BIG, _MOMENT = Storage("bigint"), Storage("timestamp")
_HEAD = (
    ("id", _BIG), ("version", _BIG), ("unit", _BIG), ("created_by", _BIG), ("created_at", _MOMENT),
    ("updated_by", _BIG), ("updated_at", _MOMENT),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it is stored. values: by field name, links with what expressions read behind them."""

    id: int
    unit: int | None
    values: Mapping[str, Any]
    meta: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pages:
    """Reads the records of an entity under a version. more: paths that expressions from elsewhere read as well."""

    version: Version
    entity: Entity
    query: Query
    read: Read

    async def after(self, connection: Connection, after: int, limit: int) -> list[Stored]:
        """The records behind an id, in the order of ids; on PostgreSQL nobody else changes them until the end."""
        rows = await connection.rows(self.query, {"after": after, "limit": limit})
        names = [name for name, _ in _HEAD]
        return [Stored(row[0], row[2], self.read(row), dict(zip(names, row, strict=False))) for row in rows]


def pages(version: Version, entity: Entity, more: Iterable[Path] = ()) -> Pages:
    """The pages of an entity."""
    asked = Asked(version.dialect)
    for name, storage in _HEAD:
        asked.column(f"r.{name}", storage)
    read = values_reader(version, entity, tree_of((*every_path(version.record(entity.name)), *more)), "r", asked)
    text = Sql("SELECT ") + joined(", ", asked.columns)
    text += f" FROM {quoted(table_name(entity))} r{''.join(asked.joins)} WHERE r.id > ? ORDER BY r.id LIMIT ?"
    if version.dialect == "postgres":
        text += " FOR UPDATE OF r"
    sql = Sql(text.text, (*text.params, Slot("after"), Slot("limit")))
    return Pages(version, entity, Query(sql, tuple(asked.returns)), read)


def standing(version: Version, stands: Tables) -> Version:
    """The version with links read from where they were moved when they were taken out of use."""
    entities = {name: _standing(entity, stands) for name, entity in version.model.entities.items()}
    if all(entities[n] is e for n, e in version.model.entities.items()):
        return version
    model = replace(version.model, entities=entities)
    functions = version.compiler.functions
    return Version(version.number, model, version.identity, version.documents, version.dialect, functions)


def _standing(entity: Entity, stands: Tables) -> Entity:
    table = stands.get(table_name(entity))
    there = {c.name for c in table.columns} if table else set()
    fields = tuple(_moved(f, there) for f in entity.fields)
    return entity if fields == entity.fields else replace(entity, fields=fields)


def _moved(spec: Field, there: set[str]) -> Field:
    aside = "x" + column_name(spec)[1:]
    return replace(spec, column=aside) if column_name(spec) not in there and aside in there else spec


def around(compiled: CompiledRecord, record: Stored, now: Now) -> dict[str, Any]:
    """What expressions see of a stored record."""
    itself = Ref(record.id, "", record.values)
    lists = {f.name: seen(f, record.values.get(f.name)) for f in compiled.otherwise}
    base = {"$now": from_python(now.at, compiled.model.zone), "$zone": compiled.model.zone, "actor": None}
    unit = unit_ref(compiled, record.values, itself)
    return {**base, **record.meta, **compiled.blank, **record.values, **lists, "unit": unit, "self": itself}


def seen(one: CompiledField, value: Any) -> Any:
    """The value as expressions see it."""
    return one.in_feel(value) if one.in_feel else value


def given_for(model: Model, now: Now) -> Given:
    """How the results of expressions are cast."""
    return Given(now.at, now.zone, "computed")


def worked_out(compiled: CompiledRecord, context: dict[str, Any], given: Given) -> Iterator[tuple[CompiledField, Any]]:
    """Every computed field of the record, each after those it reads; the context follows as they are found."""
    for one in compiled.order:
        if one.value is not None:
            found = one.value.run(context)
            value = one.cast(found, one.place, given)[0] if found is not None else None
            context[one.name] = seen(one, value)
            yield one, value


@dataclass(slots=True)
class Rewrite:
    """Values of one column on their way to the table."""

    table: str
    column: Column
    pairs: list[tuple[int, Any]]

    async def carry_out(self, connection: Connection, version: Version, only_empty: bool = False) -> None:
        """Write them, in one statement. only_empty: where something stands already it stays."""
        if not self.pairs:
            return
        dialect = version.dialect
        encode = encoder(self.column.storage, dialect)
        made = [(number, _encoded(value, encode)) for number, value in self.pairs]
        text = bulk_update(quoted(self.table), quoted(self.column.name), self.column.storage, dialect)
        if only_empty:
            text += f" AND {quoted(self.table)}.{quoted(self.column.name)} IS NULL"
        await connection.run(Sql(text, bulk_slots(dialect)), bulk_values(made, dialect))


def _encoded(value: Any, encode: Any) -> Any:
    try:
        return None if value is None else encode(value)
    except Unfit:
        return None


def stored_value(one: CompiledField, value: Any) -> Any:
    """What the column of a field holds for a value."""
    store = one.kind.to_stored
    return value if value is None or store is None else store(value)


def column_of(one: CompiledField) -> Column:
    """The column of a field that has one. Raises KeyError."""
    found = one.kind.column(one.spec)
    if found is None:
        raise KeyError(one.name)
    return found


def rows_of(values: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """The rows of a sub-table."""
    return values.get(name) or ()
