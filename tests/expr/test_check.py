"""What is wrong with an expression is said by code, with a suggestion, all at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shuyuan.engine.diagnostics import Place, words
from shuyuan.engine.expr import BOOLEAN, NUMBER, STRING, Scope, check, compile_python, list_of
from shuyuan.engine.expr.types import BY_NAME

from .conftest import SCOPE, cases


@pytest.mark.parametrize("case", cases("refused.json"), ids=lambda c: c["expr"] or "empty")
def test_a_mistake_is_named_with_its_code(case: dict[str, Any]) -> None:
    checked = check(case["expr"], SCOPE, want=BY_NAME.get(case.get("want", "")))
    assert [d.code for d in checked.diagnostics] == case["codes"]
    assert (checked.expr is None) == bool(case["codes"])
    for diagnostic in checked.diagnostics:
        for lang in ("zh", "en"):
            said = words(diagnostic, lang)
            assert "{" not in said.what.replace(case["expr"], "")
            assert said.remedy
    if case.get("words"):
        said = words(checked.diagnostics[0], "zh")
        assert case["words"] in said.what + said.remedy


def test_a_message_points_at_the_column_in_the_file() -> None:
    place = Place("entities/student.yaml", 12, 9, "rules/0/when")
    found = check("days > dayz", SCOPE, place=place).diagnostics[0]
    assert str(found.place) == "entities/student.yaml:12:16 rules/0/when"


def test_the_paths_an_expression_reads_are_the_longest_ones() -> None:
    checked = check("class.campus.label name = name and some r in rows satisfies r.points > days", SCOPE)
    assert checked.expr is not None
    assert checked.expr.paths == {
        ("class", "campus", "label name"),
        ("name",),
        ("rows",),
        ("rows", "points"),
        ("days",),
    }


def test_names_in_scope_win_over_operators_and_keywords() -> None:
    scope = Scope({"a-b": NUMBER, "a": NUMBER, "b": NUMBER, "profit and loss": STRING, "in1": NUMBER})
    checked = check('a-b + a - b + in1 > 0 and profit and loss = "x"', scope)
    assert checked.expr is not None
    assert checked.expr.paths == {("a-b",), ("a",), ("b",), ("in1",), ("profit and loss",)}


def test_an_account_without_a_record_is_warned_of() -> None:
    checked = check("class.head = actor.record", SCOPE)
    assert [d.code for d in checked.diagnostics] == ["FEEL_026"]
    assert checked.expr is not None


def test_the_tree_is_plain_json() -> None:
    checked = check('count(rows[points >= 60]) > 1 and start < @"2026-09-01"', SCOPE)
    assert checked.expr is not None
    tree = json.loads(json.dumps(checked.expr.tree))
    assert (tree["op"], tree["type"]) == ("and", "boolean")
    count, start = (kid["kids"] for kid in tree["kids"])
    assert (count[0]["op"], count[0]["value"]) == ("call", "count")
    assert count[0]["kids"][0]["kids"][1]["kids"][1]["value"] == {"number": "60"}
    assert start[1] == {"op": "const", "type": "date", "at": [42, 55], "value": {"literal": "2026-09-01"}}


@pytest.mark.parametrize(("tests", "value", "holds"), cases("unary.json"))
def test_the_cell_of_a_decision_table_is_a_test_of_its_input(tests: str, value: Any, holds: bool) -> None:
    kind = {str: STRING, bool: BOOLEAN, int: NUMBER, list: list_of(STRING)}[type(value)]
    scope = Scope({"?": kind, "limit": NUMBER, "flag": BOOLEAN, "name": STRING})
    checked = check(tests, scope, unary=True)
    assert checked.diagnostics == ()
    assert checked.expr is not None
    assert compile_python(checked.expr)({"?": value, "limit": 10, "flag": True, "name": "a"}) is holds
