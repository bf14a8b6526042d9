"""No text, however long, deep or hostile, raises, hangs or reaches Python or SQL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shuyuan.engine.expr import (
    NUMBER,
    STRING,
    Scope,
    check,
    compile_python,
    compile_sql,
    context_of,
    from_python,
    list_of,
)
from shuyuan.engine.expr.emit import _careful
from shuyuan.engine.expr.spelling import literal
from shuyuan.engine.model.sql import Sql

from .conftest import CONTEXT, SCOPE
from .databases import SCOPE as GRID
from .databases import RecordColumns

LOOSE = Scope(
    {"days": NUMBER, "name": STRING, "a-b": NUMBER, "rows": list_of(context_of({"a b": NUMBER})), "?": NUMBER}
)
VALUES = {"days": 3, "name": "n", "a-b": 2, "rows": [{"a b": 1}], "?": 4}
ODD = {"days": "3", "name": 4, "a-b": [], "rows": {"a b": object()}, "?": None}
HOSTILE: dict[str, list[str]] = json.loads(Path(__file__).with_name("hostile.json").read_text("utf-8"))
PIECES = HOSTILE["pieces"]


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join) | st.text(max_size=60), st.booleans(), st.booleans()
)
@example("(" * 50, False, False)
def test_any_text_is_answered_with_a_tree_or_with_messages(text: str, unary: bool, lenient: bool) -> None:
    checked = check(text, LOOSE, unary=unary, lenient=lenient)
    assert checked.expr is not None or checked.diagnostics
    if checked.expr is not None:
        json.dumps(checked.expr.tree)
        run = compile_python(checked.expr)
        run(VALUES)
        run(ODD)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_the_quick_function_and_its_careful_twin_agree(text: str) -> None:
    checked = check(text, LOOSE)
    if checked.expr is not None:
        quick, careful = compile_python(checked.expr)(VALUES), _careful(checked.expr.node)(VALUES)
        assert literal(from_python(quick)) == literal(from_python(careful))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(" * 10_000 + "1" + ")" * 10_000, "FEEL_006"),
        ("[" * 10_000, "FEEL_006"),
        ("{a:" * 10_000, "FEEL_006"),
        ("-" * 5_000 + "1", "FEEL_006"),
        ("1" + " + 1" * 400, "FEEL_006"),
        ("1+" * 500_000 + "1", "FEEL_005"),
        ("a" * 2_000_000, "FEEL_005"),
        ("not(" * 110 + "true" + ")" * 110, "FEEL_006"),
    ],
    ids=lambda v: str(v)[:20],
)
def test_a_text_that_is_too_long_or_too_deep_is_refused(text: str, code: str) -> None:
    assert [d.code for d in check(text, Scope()).diagnostics] == [code]


@pytest.mark.parametrize(
    "text",
    [
        " or ".join(f"days = {i}" for i in range(2_000)),
        "".join(f"if days = {i} then {i} else " for i in range(1_000)) + "0",
        "if days = 3 then " * 30 + "1" + " else 2" * 30,
        "for x in [1] return " * 30 + "1",
        "[" * 60 + "]" * 60,
        "(function(a) a)" * 1 + "(1)",
    ],
    ids=lambda v: v[:20],
)
def test_long_chains_and_deep_nests_still_run(text: str) -> None:
    expr = check(text, SCOPE).expr
    assert expr is not None
    assert compile_python(expr)(CONTEXT) is not None
    assert compile_python(expr)(CONTEXT) == _careful(expr.node)(CONTEXT)


@pytest.mark.parametrize(
    "text",
    [
        "9 ** (9 ** 9)",
        "10 ** 6000 * 10 ** 6000",
        "for i in 1..1000000 return i",
        "for i in 1..50000, j in 1..50000 return i",
        "every x in 1..1000, y in 1..1000, z in 1..1000 satisfies x + y + z > 0",
        "(function(x) x(x))(function(x) x(x))",
        "(function(x) [x(x), x(x)])(function(x) [x(x), x(x)])",
        "for i in 1..3000 return partial",
        '(for i in 1..60 return if i = 1 then "xx" else partial[-1] + partial[-1])[60]',
        "(for i in 1..60 return if i = 1 then [1] else concatenate(partial[-1], partial[-1]))[60]",
        'replace(string join(for i in 1..2000 return "a"), "a", string join(for i in 1..2000 return "b"))',
        'duration("P999999999Y") * 10 ** 30',
        "distinct values(for i in 1..50000 return [i])",
    ],
)
def test_what_would_take_forever_or_fill_the_memory_gives_null(text: str) -> None:
    checked = check(text, Scope())
    assert checked.expr is not None, checked.diagnostics
    assert compile_python(checked.expr)({}) is None


def test_a_pattern_that_backtracks_elsewhere_is_matched_in_linear_time() -> None:
    text = 'matches(name, "^(a+)+$") or matches(name, "(a|aa)+$") or matches(name, "(.*)*x")'
    expr = check(text, SCOPE).expr
    assert expr is not None
    assert compile_python(expr)({"name": "a" * 50_000 + "!"}) is False


@pytest.mark.parametrize("text", HOSTILE["insides"])
def test_the_insides_of_python_are_unknown_names(text: str) -> None:
    assert check(text, SCOPE).expr is None
    lenient = check(text, SCOPE, lenient=True).expr
    assert lenient is None or compile_python(lenient)(CONTEXT) in (None, [None] * 3)


@pytest.mark.parametrize("payload", HOSTILE["payloads"])
@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_nothing_of_the_text_reaches_sql_or_source(payload: str, dialect: Any) -> None:
    written = json.dumps(payload, ensure_ascii=False)
    for shape in (
        "s = {}",
        "s in ({}, r)",
        "starts with(s, {})",
        "contains(s, {})",
        "s + {} = r",
        "{} in tags",
        "s between {} and r",
    ):
        expr = check(shape.replace("{}", written), GRID).expr
        assert expr is not None
        made = compile_sql(expr, RecordColumns(), dialect)
        assert isinstance(made, Sql)
        assert made.text.count("?") == len(made.params)
        assert payload in made.params
        plain = check(shape.replace("{}", '"plain"'), GRID).expr
        assert plain is not None
        assert compile_sql(plain, RecordColumns(), dialect).text == made.text
        assert compile_python(expr)({"s": payload, "r": payload, "tags": [payload]}) in (True, False)
