"""A null says why it is one, and every part shows its value."""

from __future__ import annotations

import pytest
from shuyuan.engine.expr import check, explain

from .conftest import CONTEXT, SCOPE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("missing > 1 or days > 5", '"missing" has no value'),
        ("days / (days - 3) + 1", '"days / (days - 3)" divides by zero'),
        ("rows[9].points + 1", '"rows[9]": the list has no such position'),
        ("class.head.name + string(missing)", '"missing" has no value'),
        ('birth date("123")', "birth date has no answer for these values"),
        ("every r in rows satisfies r.points > missing", '"missing" has no value'),
        ("for i in 1..1000000 return i", '"1..1000000" is no range of whole numbers or days'),
        ("for a in (for i in 1..90000 return i), b in [1, 2, 3] return b", "more steps than it may"),
        ("null", "null is what is written"),
    ],
)
def test_the_deepest_reason_of_a_null_is_named(text: str, reason: str) -> None:
    expr = check(text, SCOPE).expr
    assert expr is not None
    found = explain(expr, CONTEXT)
    assert found.value is None
    assert reason in found.root_cause().en
    assert found.root_cause().zh


def test_every_part_shows_its_value_and_what_was_not_looked_at() -> None:
    expr = check('if days > 2 then name + "!" else string(missing)', SCOPE).expr
    assert expr is not None
    found = explain(expr, CONTEXT)
    assert (found.value, found.cause.en) == ("李雷!", "")
    assert [(p.text, p.value, p.reached) for p in found.parts] == [
        ("days > 2", True, True),
        ('name + "!"', "李雷!", True),
        ("string(missing)", None, False),
    ]
    assert [(p.text, p.value) for p in found.parts[0].parts] == [("days", 3)]
