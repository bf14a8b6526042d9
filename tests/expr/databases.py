"""One little table with a sub-table in SQLite and in PostgreSQL, filled with a grid of awkward values."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import sqlite3
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import cycle
from typing import Any

import asyncpg
from shuyuan.engine.expr import (
    ACTOR,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NUMBER,
    STRING,
    TIME,
    ColumnSql,
    RowsSql,
    Scope,
    Type,
    context_of,
    link,
    list_of,
)
from shuyuan.engine.model.sql import Slot, Sql
from shuyuan.engine.model.storage import Storage
from shuyuan.engine.model.values import ActorValue, Ref
from shuyuan.engine.store.coding import encoder, free

NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
TEXTS = (
    None,
    "",
    "a",
    "A",
    "ab",
    "b",
    "a'b",
    'a"b',
    "a%",
    "a_b",
    "数学",
    "数学一",
    "𝄞x",
    "😀",
    "\ue000",
    "\ud7ff",
    " a ",
    "\\",
    "?",
    "$1",
    "z",
)
NUMBERS = (None, 0, 1, -1, 2, 59, 60, 100, -100)
DECIMALS = tuple(
    None if v is None else Decimal(v)
    for v in (None, "0.00", "0.01", "-0.01", "1.50", "59.99", "60.00", "60.01", "-2.50")
)
DATES = (
    None,
    dt.date(2026, 11, 24),
    dt.date(2026, 1, 31),
    dt.date(2024, 2, 29),
    dt.date(2012, 11, 24),
    dt.date(1, 3, 1),
    dt.date(9999, 11, 30),
)
MOMENTS = (None, NOW, dt.datetime(2026, 8, 31, 16, tzinfo=dt.UTC), dt.datetime(2026, 8, 31, 16, 0, 0, 1, tzinfo=dt.UTC))
TIMES = (None, dt.time(0, 0), dt.time(8, 30), dt.time(8, 30, 0, 500000), dt.time(23, 59, 59))
TAGS = (None, [], ["a"], ["a", "数学", "a'b"], ["b"])
LINKS = (None, 7, 8, 31)
SPANS = (None, dt.timedelta(0), dt.timedelta(hours=1), dt.timedelta(days=3), dt.timedelta(seconds=-5))
FLAGS = (None, True, False)

#: name -> (type, storage, values)
FIELDS: Mapping[str, tuple[Type, Storage, Sequence[Any]]] = {
    "n": (NUMBER, Storage("integer"), NUMBERS),
    "m": (NUMBER, Storage("integer"), NUMBERS[::-1]),
    "need": (NUMBER, Storage("bigint"), NUMBERS[1:]),
    "p": (NUMBER, Storage("decimal", 2, 10), DECIMALS),
    "q": (NUMBER, Storage("decimal", 1, 8), (None, Decimal("1.5"), Decimal("60.0"), Decimal("-2.5"))),
    "s": (STRING, Storage("text"), TEXTS),
    "r": (STRING, Storage("text"), TEXTS[::-1]),
    "name": (STRING, Storage("text"), TEXTS[1:]),
    "f": (BOOLEAN, Storage("boolean"), FLAGS),
    "g": (BOOLEAN, Storage("boolean"), FLAGS[::-1]),
    "d": (DATE, Storage("date"), DATES),
    "e": (DATE, Storage("date"), DATES[::-1]),
    "w": (DATE_TIME, Storage("timestamp"), MOMENTS),
    "h": (TIME, Storage("time"), TIMES),
    "tags": (list_of(STRING), Storage("json"), TAGS),
    "who": (link("teacher"), Storage("bigint"), LINKS),
    "span": (DAYS_TIME, Storage("bigint"), SPANS),
}
REQUIRED = ("need", "name")
ROW_FIELDS: Mapping[str, tuple[Type, Storage, Sequence[Any]]] = {
    "c": (STRING, Storage("text"), TEXTS),
    "x": (NUMBER, Storage("decimal", 1, 6), (None, Decimal("59.5"), Decimal("60.0"), Decimal("100.0"))),
    "ok": (BOOLEAN, Storage("boolean"), FLAGS),
}
ROW = context_of({k: v[0] for k, v in ROW_FIELDS.items()})
HEAD, OTHER = Ref(31, "韩"), Ref(7, "东")
ACTING = ActorValue(5, "韩", HEAD, (HEAD, Ref(8, "")), ("teacher", "a"), (OTHER,))


class _People:
    def members(self, entity: str) -> Mapping[str, Type]:
        return {"age": NUMBER} if entity == "teacher" else {}


SCOPE = Scope({**{k: v[0] for k, v in FIELDS.items()}, "rows": list_of(ROW), "actor": ACTOR}, entities=_People())
SLOTS = {
    "now": NOW,
    "today": NOW.date(),
    "actor.id": 5,
    "actor.name": "韩",
    "actor.record": 31,
    "actor.records": [31, 8],
    "actor.roles": ["teacher", "a"],
    "actor.units": [7],
}
RECORDS = 63


def _record(i: int) -> dict[str, Any]:
    made = {}
    for at, (name, (_, _, values)) in enumerate(FIELDS.items()):
        made[name] = values[(i * (at % 5 + 1) + i // len(values)) % len(values)]
    if made["who"] is not None:
        made["who"] = Ref(made["who"], "", {"age": made["n"]})
    picks = cycle(range(i, i + 7))
    made["rows"] = [{k: v[2][next(picks) % len(v[2])] for k, v in ROW_FIELDS.items()} for _ in range(i % 4)]
    return made


RECORDS_BY_ID: Mapping[int, dict[str, Any]] = {i: _record(i) for i in range(1, RECORDS + 1)}
CONTEXT: Mapping[str, Any] = {"actor": ACTING, "$now": NOW, "$zone": "UTC"}


class RowColumns:
    """The columns of one row of the sub-table."""

    def column(self, path: tuple[str, ...]) -> ColumnSql | None:
        found = ROW_FIELDS.get(path[0]) if len(path) == 1 else None
        return found and ColumnSql(Sql(f"r.{path[0]}"), found[1])

    def rows(self, path: tuple[str, ...]) -> RowsSql | None:
        return None


class RecordColumns:
    """The columns of the table; the age of a teacher stands for one behind a link."""

    def column(self, path: tuple[str, ...]) -> ColumnSql | None:
        if path == ("who", "age"):
            return ColumnSql(Sql("CASE WHEN t.who IS NOT NULL THEN t.n END"), Storage("integer"))
        found = FIELDS.get(path[0]) if len(path) == 1 else None
        return found and ColumnSql(Sql(f"t.{path[0]}"), found[1], path[0] not in REQUIRED)

    def rows(self, path: tuple[str, ...]) -> RowsSql | None:
        return RowsSql(Sql("child AS r WHERE r.parent = t.id"), RowColumns()) if path == ("rows",) else None


def _stored(value: Any, storage: Storage, dialect: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, Ref):
        value = value.id
    if isinstance(value, dt.timedelta):
        value = int(value.total_seconds())
    return encoder(storage, dialect)(value)


def _tables(dialect: Any) -> list[tuple[str, str, list[list[Any]]]]:
    """For both tables: create statement, insert statement, rows."""
    kinds = {"text": 'text COLLATE "C"', "decimal": "numeric", "timestamp": "timestamptz", "json": "jsonb"}

    def columns(fields: Mapping[str, Any]) -> str:
        if dialect == "sqlite":
            whole = ("integer", "bigint", "decimal", "boolean")
            return ", ".join(f"{k} {'INTEGER' if v[1].kind in whole else 'TEXT'}" for k, v in fields.items())
        return ", ".join(f"{k} {kinds.get(v[1].kind, v[1].kind)}" for k, v in fields.items())

    main = [[i, *(_stored(r[k], v[1], dialect) for k, v in FIELDS.items())] for i, r in RECORDS_BY_ID.items()]
    rows = [
        [i, *(_stored(row[k], v[1], dialect) for k, v in ROW_FIELDS.items())]
        for i, r in RECORDS_BY_ID.items()
        for row in r["rows"]
    ]
    made = []
    for table, key, fields, content in (("t", "id", FIELDS, main), ("child", "parent", ROW_FIELDS, rows)):
        marks = ", ".join("?" if dialect == "sqlite" else f"${i + 1}" for i in range(len(fields) + 1))
        create = f"CREATE TEMP TABLE {table} ({key} bigint, {columns(fields)})"
        made.append((create, f"INSERT INTO {table} VALUES ({marks})", content))
    return made


def _filled(params: Sequence[Any]) -> list[Any]:
    return [SLOTS[p.name] if isinstance(p, Slot) else p for p in params]


class Sqlite:
    """The grid in SQLite."""

    name = "sqlite"

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:")
        for create, insert, rows in _tables("sqlite"):
            self.connection.execute(create)
            self.connection.executemany(insert, rows)

    def rows(self, sql: Sql) -> list[tuple[Any, ...]]:
        assert sql.text.count("?") == len(sql.params)
        return self.connection.execute(sql.text, [free(p) for p in _filled(sql.params)]).fetchall()

    def close(self) -> None:
        self.connection.close()


class Postgres:
    """The grid in PostgreSQL."""

    name = "postgres"

    def __init__(self, dsn: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.connection = self.loop.run_until_complete(asyncpg.connect(dsn))
        for create, insert, rows in _tables("postgres"):
            self.loop.run_until_complete(self.connection.execute(create))
            self.loop.run_until_complete(self.connection.executemany(insert, rows))

    def rows(self, sql: Sql) -> list[tuple[Any, ...]]:
        count = iter(range(1, len(sql.params) + 1))
        text = re.sub(r"\?", lambda _: f"${next(count)}", sql.text)
        found = self.loop.run_until_complete(self.connection.fetch(text, *_filled(sql.params)))
        return [tuple(r) for r in found]

    def close(self) -> None:
        self.loop.run_until_complete(self.connection.close())
        self.loop.close()
