"""How an entity is stored: one table of real columns, and a child table for each sub-table.

Names follow from ids that never change, so a rename of entity or field touches no table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..fieldtypes import column_name, target_of, type_of
from ..model import Column, Entity, Field, Index, Model, Storage, Table

_BIGINT = Storage("bigint")
_MOMENT = Storage("timestamp")

#: Columns every record has beside its fields. version counts from 1 with each change; defn is the published version it
#: was last written with; unit is the id of the record that is its unit; by: account ids, 0 for the system.
META: tuple[Column, ...] = (
    Column("id", _BIGINT, False),
    Column("version", Storage("integer"), False),
    Column("defn", Storage("integer"), False),
    Column("unit", _BIGINT),
    Column("created_by", _BIGINT, False),
    Column("created_at", _MOMENT, False),
    Column("updated_by", _BIGINT, False),
    Column("updated_at", _MOMENT, False),
)

#: Columns every row of a sub-table has: its own id, the record it belongs to, its place from 0.
_ROW_POSITION = Column("position", Storage("integer"), False)

#: Names of the engine's own columns that expressions, filters and sorts may use like fields.
META_NAMES = ("id", "version", "unit", "created_by", "created_at", "updated_by", "updated_at")

_LONGEST = 60


def table_name(entity: Entity) -> str:
    """The table that holds the records of the entity."""
    return "t_" + entity.id


def child_name(entity: Entity, rows: Field) -> str:
    """The table that holds the rows of a sub-table."""
    return f"{table_name(entity)}_{rows.id}"


def stored_fields(entity: Entity) -> tuple[Field, ...]:
    """The fields with a column of their own in the record table, in the order of the definition."""
    return tuple(f for f in entity.fields if type_of(f).column(f) is not None)


def tables(model: Model, entity: Entity) -> tuple[Table, ...]:
    """The record table first, then one child table for each sub-table."""
    children = (_child_table(model, entity, f) for f in entity.fields if type_of(f).shape == "rows")
    return (_record_table(model, entity), *children)


def _record_table(model: Model, entity: Entity) -> Table:
    columns = tuple(_column(model, f) for f in stored_fields(entity))
    name = table_name(entity)
    return Table(name, (*META, *columns), _indexes(name, _wanted(model, entity)))


def _child_table(model: Model, entity: Entity, rows: Field) -> Table:
    name = child_name(entity, rows)
    fields = tuple(f for f in rows.rows if type_of(f).column(f) is not None)
    parent = Column("parent", _BIGINT, False, table_name(entity))
    wanted = [Wanted(("parent", "position"))]
    wanted += [Wanted(("parent", column_name(f)), True, (f"{rows.name}.{f.name}",)) for f in fields if f.unique]
    wanted += [Wanted((column_name(f),)) for f in fields if target_of(f) or f.index]
    columns = (Column("id", _BIGINT, False), parent, _ROW_POSITION, *(_column(model, f) for f in fields))
    return Table(name, columns, _indexes(name, wanted))


def _column(model: Model, spec: Field) -> Column:
    column = type_of(spec).column(spec)
    if column is None:
        raise ValueError(f"field {spec.name} has no column")
    target = model.entities.get(target_of(spec))
    return Column(column.name, column.storage, True, table_name(target)) if target else column


@dataclass(frozen=True, slots=True)
class Wanted:
    """An index that something asks for; `fields` is where a clash of a unique one is reported."""

    columns: tuple[str, ...]
    unique: bool = False
    fields: tuple[str, ...] = ()


def _wanted(model: Model, entity: Entity) -> list[Wanted]:
    """Everything that asks for an index, unique ones first.

    Pages are read by key: a sort needs its columns followed by the id, and people who see some units only need the
    unit in front of them.
    """
    names = _sortable(entity)
    wanted = [Wanted((names[f.name],), True, (f.name,)) for f in entity.fields if f.unique and f.name in names]
    for group in entity.unique:
        if all(name in names for name in group):
            wanted.append(Wanted(tuple(names[n] for n in group), True, tuple(group)))
    usual = tuple(names[n] for s in entity.sort if (n := s.lstrip("-")) in names)
    wanted.append(Wanted(("unit", *usual, "id")))
    wanted += [Wanted((*sort, "id")) for sort in (usual, *_view_sorts(model, entity, names)) if sort]
    for group in entity.indexes:
        if all(name in names for name in group):
            wanted.append(Wanted((*(names[n] for n in group), "id")))
    fields = [f for f in entity.fields if f.name in names]
    wanted += [Wanted((names[f.name], "id")) for f in fields if f.index or f.search]
    wanted += [Wanted((names[f.name],)) for f in fields if target_of(f)]
    return wanted


def _sortable(entity: Entity) -> dict[str, str]:
    """Name -> column of everything an index can hold: json columns have no order."""
    kinds = {f.name: type_of(f).column(f) for f in stored_fields(entity)}
    found = {n: c.name for n, c in kinds.items() if c and c.storage.kind != "json"}
    return {n: n for n in META_NAMES} | found


def _view_sorts(model: Model, entity: Entity, names: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The sorts of declared lists over own columns; a sort through a link is not an index of this table."""
    found = []
    for view in model.views.values():
        if view.of != entity.name:
            continue
        columns = [names.get(s.path[0], "") if len(s.path) == 1 else "" for s in view.sort]
        if columns and all(columns) and columns != ["id"]:
            found.append(tuple(c for c in columns if c != "id"))
    return found


def _indexes(table: str, wanted: Iterable[Wanted]) -> tuple[Index, ...]:
    """One index for each wish that no other serves: a shorter one is the beginning of a longer one."""
    asked = tuple(wanted)
    unique = {w.columns: Index(index_name(table, w.columns, True), w.columns, True) for w in asked if w.unique}
    plain = tuple(dict.fromkeys(w.columns for w in asked if not w.unique))
    kept = (c for c in plain if not _served(c, (*plain, *unique)) and c not in unique and c[:-1] not in unique)
    return (*unique.values(), *(Index(index_name(table, c, False), c) for c in kept))


def _served(columns: tuple[str, ...], others: Iterable[tuple[str, ...]]) -> bool:
    return any(len(o) > len(columns) and o[: len(columns)] == columns for o in others)


def index_name(table: str, columns: Iterable[str], unique: bool) -> str:
    """The name of an index: what it is over, cut by a digest where a database would cut it."""
    name = f"ix_{table[2:]}_{'_'.join(c.removeprefix('c_') for c in columns)}{'_u' if unique else ''}"
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 11]}_{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def unique_fields(model: Model, entity: Entity) -> Mapping[str, tuple[str, ...]]:
    """Index name -> names of the fields that may not repeat together, "rows.column" for those of a sub-table."""
    name = table_name(entity)
    found = {index_name(name, w.columns, True): w.fields for w in _wanted(model, entity) if w.unique}
    for rows in entity.fields:
        for spec in rows.rows:
            if spec.unique and type_of(spec).column(spec) is not None:
                index = index_name(child_name(entity, rows), ("parent", column_name(spec)), True)
                found[index] = (f"{rows.name}.{spec.name}",)
    return found
