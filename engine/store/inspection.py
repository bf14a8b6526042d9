"""The tables and views that a database really has, and how they differ from those it should have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..model.sql import Sql
from ..model.storage import Column, Storage, Table
from .protocol import Connection, Dialect, Query, Row, Store
from .render import type_name
from .schema import PARENT

#: Kept by Tortoise, not by us.
_NOT_OURS = ("tortoise_migrations",)


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column as the database describes it. refers: the table its foreign key names; owned: rows go with that row."""

    type: str
    nullable: bool
    refers: str = ""
    owned: bool = False


@dataclass(slots=True)
class FoundTable:
    """A table as the database describes it. indexes: name -> (columns, unique), without that of the key."""

    columns: dict[str, FoundColumn] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    indexes: dict[str, tuple[tuple[str, ...], bool]] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """All tables by name, and all views: name -> column names."""

    tables: dict[str, FoundTable] = field(default_factory=dict)
    views: dict[str, tuple[str, ...]] = field(default_factory=dict)


_TEXT, _FLAG, _NUMBER = Storage("text"), Storage("boolean"), Storage("bigint")

_COLUMNS: Mapping[Dialect, str] = {
    "sqlite": """
        SELECT t.name, c.name, c.type, c."notnull" = 0 AND c.pk = 0, c.pk
        FROM sqlite_schema t JOIN pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid""",
    "postgres": """
        SELECT t.relname, a.attname,
          format_type(a.atttypid, a.atttypmod) || coalesce(' COLLATE "' || nullif(o.collname, 'default') || '"', ''),
          NOT a.attnotnull, coalesce(array_position(k.indkey::int2[], a.attnum) + 1, 0)
        FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_collation o ON o.oid = a.attcollation
        LEFT JOIN pg_index k ON k.indrelid = t.oid AND k.indisprimary
        WHERE t.relkind IN ('r', 'p') AND t.relnamespace = current_schema()::regnamespace
        ORDER BY t.relname, a.attnum""",
}
_REFERENCES: Mapping[Dialect, str] = {
    "sqlite": """
        SELECT t.name, r."from", r."table", r.on_delete = 'CASCADE'
        FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) r WHERE t.type = 'table'""",
    "postgres": """
        SELECT t.relname, a.attname, r.relname, c.confdeltype = 'c'
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace""",
}
_INDEXES: Mapping[Dialect, str] = {
    "sqlite": """
        SELECT t.name, i.name, c.name, i."unique"
        FROM sqlite_schema t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c
        WHERE t.type = 'table' AND i.origin <> 'pk' ORDER BY t.name, i.name, c.seqno""",
    "postgres": """
        SELECT t.relname, i.relname, a.attname, x.indisunique
        FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
        CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k(number, place)
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
        WHERE NOT x.indisprimary AND x.indisvalid AND t.relnamespace = current_schema()::regnamespace
        ORDER BY t.relname, i.relname, k.place""",
}
_VIEWS: Mapping[Dialect, str] = {
    "sqlite": """
        SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
        WHERE t.type = 'view' ORDER BY t.name, c.cid""",
    "postgres": """
        SELECT t.relname, a.attname FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0
        WHERE t.relkind = 'v' AND t.relnamespace = current_schema()::regnamespace ORDER BY t.relname, a.attnum""",
}


async def inspect(store: Store, connection: Connection | None = None) -> Found:
    """What is there, system tables included. connection: to see what its transaction has made."""
    asked = connection or store

    async def rows(texts: Mapping[Dialect, str], *returns: Storage) -> list[Row]:
        return await asked.rows(Query(Sql(texts[store.dialect]), returns))

    found = Found()
    for table, name, kind, nullable, place in await rows(_COLUMNS, _TEXT, _TEXT, _TEXT, _FLAG, _NUMBER):
        if table in _NOT_OURS:
            continue
        one = found.tables.setdefault(table, FoundTable())
        one.columns[name] = FoundColumn(_SHORT.get(str(kind), str(kind)), nullable)
        if place:
            one.key = (*one.key, name)
    for table, name, refers, owned in await rows(_REFERENCES, _TEXT, _TEXT, _TEXT, _FLAG):
        column = found.tables[table].columns[name]
        found.tables[table].columns[name] = FoundColumn(column.type, column.nullable, refers, owned)
    for table, index, name, unique in await rows(_INDEXES, _TEXT, _TEXT, _TEXT, _FLAG):
        if table in found.tables:
            columns, _ = found.tables[table].indexes.get(index, ((), unique))
            found.tables[table].indexes[index] = ((*columns, name), unique)
    for view, name in await rows(_VIEWS, _TEXT, _TEXT):
        found.views[view] = (*found.views.get(view, ()), name)
    return found


_SHORT = {"timestamp with time zone": "timestamptz", "time without time zone": "time"}


def described(table: Table, dialect: Dialect) -> FoundTable:
    """How the database would describe the table if it were there."""
    columns = {c.name: _described_column(c, table, dialect) for c in table.columns}
    key = tuple(name for name in columns if name in table.key)
    return FoundTable(columns, key, {i.name: (i.columns, i.unique) for i in table.indexes})


def _described_column(column: Column, table: Table, dialect: Dialect) -> FoundColumn:
    collation = ' COLLATE "C"' if dialect == "postgres" and column.storage.kind == "text" else ""
    kind = type_name(column.storage, dialect) + collation
    owned = bool(column.refers) and column.name == PARENT
    return FoundColumn(kind, column.nullable and column.name not in table.key, column.refers, owned)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it should be. kind: missing, extra or other; name: of the column or index, or ""."""

    kind: str
    table: str
    name: str = ""


def differences(expected: Iterable[Table], found: Found, dialect: Dialect, *, extra: bool = True) -> list[Difference]:
    """How what is there differs from what should be; `extra` says whether tables nobody expects count."""
    wanted = {table.name: described(table, dialect) for table in expected}
    result = [Difference("missing", name) for name in wanted if name not in found.tables]
    if extra:
        result += [Difference("extra", name) for name in found.tables if name not in wanted]
    for name, table in wanted.items():
        if (there := found.tables.get(name)) is not None:
            result += _compared(name, table, there)
    return result


def _compared(name: str, wanted: FoundTable, there: FoundTable) -> list[Difference]:
    result = [] if wanted.key == there.key else [Difference("other", name)]
    pairs: list[tuple[Mapping[str, object], Mapping[str, object]]] = [
        (wanted.columns, there.columns),
        (wanted.indexes, there.indexes),
    ]
    for should, does in pairs:
        result += [Difference("missing", name, part) for part in should if part not in does]
        result += [Difference("extra", name, part) for part in does if part not in should]
        result += [Difference("other", name, part) for part in should if part in does and should[part] != does[part]]
    return result
