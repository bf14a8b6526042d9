"""Python, SQLite and PostgreSQL give the same answer to every expression that has SQL."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shuyuan.engine.diagnostics import Diagnostic, words
from shuyuan.engine.expr import Typed, check, compile_python, compile_sql, sql_scale
from shuyuan.engine.model.sql import Sql, joined

from .conftest import cases
from .databases import CONTEXT, RECORDS_BY_ID, SCOPE, Postgres, RecordColumns, Sqlite

COLUMNS = RecordColumns()
Database = Sqlite | Postgres


@pytest.fixture(scope="module")
def databases(pg_dsn: str) -> Iterator[list[Database]]:
    """The grid in SQLite and in PostgreSQL."""
    found: list[Database] = [Sqlite(), Postgres(pg_dsn)]
    yield found
    for database in found:
        database.close()


def typed(text: str) -> Typed:
    checked = check(text, SCOPE)
    assert checked.expr is not None, (text, checked.diagnostics)
    return checked.expr


def python_values(expr: Typed) -> dict[int, Any]:
    run = compile_python(expr)
    return {i: run({**CONTEXT, **record}) for i, record in RECORDS_BY_ID.items()}


def filtered(expr: Typed, database: Database) -> set[int]:
    condition = compile_sql(expr, COLUMNS, database.name)
    assert isinstance(condition, Sql), (expr.text, condition)
    return {row[0] for row in database.rows(Sql("SELECT t.id FROM t WHERE ") + condition)}


def selected(expr: Typed, database: Database) -> dict[int, Any]:
    value = compile_sql(expr, COLUMNS, database.name, "value")
    assert isinstance(value, Sql), (expr.text, value)
    scale = sql_scale(expr, COLUMNS)
    rows = dict(database.rows(Sql("SELECT t.id, ") + value + " FROM t"))
    return {i: _decoded(v, expr.type.kind, scale, database.name) for i, v in rows.items()}


def _decoded(value: Any, kind: str, scale: int, dialect: str) -> Any:
    if value is None or kind == "string":
        return value
    if kind == "link":
        return value
    if kind == "days and time duration":
        return dt.timedelta(seconds=int(value))
    if dialect == "postgres":
        return value
    return {
        "boolean": bool,
        "number": lambda v: Decimal(v).scaleb(-scale),
        "date": lambda v: dt.date.fromisoformat(v),
        "time": lambda v: dt.time.fromisoformat(v),
        "date and time": lambda v: dt.datetime.fromisoformat(v),
    }[kind](value)


def agree(text: str, databases: list[Database]) -> None:
    """The filter, the filter under `not`, and the value are the same everywhere."""
    expr = typed(text)
    values = {i: getattr(v, "id", v) for i, v in python_values(expr).items()}
    for database in databases:
        if expr.type.kind == "boolean":
            assert filtered(expr, database) == {i for i, v in values.items() if v is True}, (text, database.name)
            contrary = typed(f"not({text})")
            assert filtered(contrary, database) == {i for i, v in values.items() if v is False}, (text, database.name)
        found = selected(expr, database)
        wrong = {i: (v, found[i]) for i, v in values.items() if v != found[i]}
        assert not wrong, (text, database.name)


@pytest.mark.parametrize("text", cases("sql.json"))
def test_an_expression_means_the_same_in_every_database(text: str, databases: list[Database]) -> None:
    agree(text, databases)


@pytest.mark.parametrize("case", cases("not_sql.json"), ids=lambda c: c["expr"])
@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_what_cannot_be_sql_is_refused_with_the_part_and_the_reason(case: dict[str, str], dialect: Any) -> None:
    found = compile_sql(typed(case["expr"]), COLUMNS, dialect)
    assert isinstance(found, Diagnostic)
    assert found.args["text"] == case["part"]
    assert case["why"] in words(found, "en").what


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_plain_equality_serves_where_only_true_matters(dialect: Any) -> None:
    assert compile_sql(typed('s = "a"'), COLUMNS, dialect).text.split("::")[0] == "t.s = ?"
    assert compile_sql(typed("need = m"), COLUMNS, dialect).text == "t.need = t.m"
    null_safe = {"sqlite": "t.n IS t.m", "postgres": "t.n IS NOT DISTINCT FROM t.m"}
    assert compile_sql(typed("n = m"), COLUMNS, dialect).text == null_safe[dialect]
    assert "IS" in compile_sql(typed('not(s = "a")'), COLUMNS, dialect).text
    assert compile_sql(typed('not(name = "a")'), COLUMNS, dialect).text.split("::")[0] == "t.name <> ?"


# ---------------------------------------------------------------- generated expressions

#: What can stand for each word in angle brackets.
GRAMMAR: dict[str, list[str]] = json.loads(Path(__file__).with_name("sql_grammar.json").read_text("utf-8"))
_HOLE = re.compile(r"<(\w+)>")


@st.composite
def expressions(draw: st.DrawFn) -> list[str]:
    """A few expressions of any kind, asked in one statement."""

    def sentence(kind: str, depth: int) -> str:
        options = GRAMMAR[kind]
        if depth > 4:
            options = [o for o in options if not _HOLE.search(o)] or options
        chosen = draw(st.sampled_from(options))
        return _HOLE.sub(lambda m: sentence(m.group(1), depth + 1), chosen)

    kinds = draw(st.lists(st.sampled_from(["condition"] * 4 + ["text", "number", "date"]), min_size=1, max_size=8))
    return [sentence(kind, 0) for kind in kinds]


DEEP = os.environ.get("SHUYUAN_DEEP") == "1"


@settings(
    max_examples=1600 if DEEP else 60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
@given(expressions())
def test_generated_expressions_mean_the_same_in_every_database(databases: list[Database], found: list[str]) -> None:
    """Each expression meets every record of the grid: 63 pairs an expression."""
    typed_ones = [found for found in (check(text, SCOPE).expr for text in found) if found is not None]
    for database in databases:
        wanted: list[tuple[Typed, dict[int, Any], int]] = []
        parts: list[Sql] = []
        for expr in typed_ones:
            value = compile_sql(expr, COLUMNS, database.name, "value")
            if isinstance(value, Diagnostic):
                continue
            wanted.append((expr, python_values(expr), sql_scale(expr, COLUMNS)))
            parts.append(value)
            if expr.type.kind == "boolean":
                condition = compile_sql(expr, COLUMNS, database.name)
                contrary = compile_sql(typed(f"not({expr.text})"), COLUMNS, database.name)
                assert isinstance(condition, Sql) and isinstance(contrary, Sql)
                parts.extend(Sql("(") + c + ") IS TRUE" for c in (condition, contrary))
        if parts:
            rows = database.rows(Sql("SELECT t.id, ") + joined(", ", parts) + " FROM t")
            mismatch = _mismatch({r[0]: r[1:] for r in rows}, wanted, database.name)
            assert mismatch is None, (database.name, mismatch)


def _mismatch(rows: dict[int, tuple[Any, ...]], wanted: list[tuple[Typed, dict[int, Any], int]], dialect: str) -> Any:
    at = 0
    for expr, values, scale in wanted:
        kind = expr.type.kind
        for i, value in values.items():
            have = _decoded(rows[i][at], kind, scale, dialect)
            asked = (bool(rows[i][at + 1]), bool(rows[i][at + 2])) if kind == "boolean" else None
            if have != value or (asked is not None and asked != (value is True, value is False)):
                return expr.text, str(RECORDS_BY_ID[i])[:500], value, have, asked
        at += 3 if kind == "boolean" else 1
    return None
