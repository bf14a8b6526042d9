"""Expressions survive renames, and conditions put together by clicking are read back as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shuyuan.engine.expr import Typed, canonical, check, conditions, needs, renamed
from shuyuan.engine.expr.conditions import Group, Row

from .conftest import SCOPE


def typed(text: str) -> Typed:
    checked = check(text, SCOPE)
    assert checked.expr is not None, checked.diagnostics
    return checked.expr


def test_a_rename_rewrites_what_means_the_field_and_nothing_else() -> None:
    text = (
        "days + rows[points > days][1].points + class.grade"
        ' + count(for days in rows return days) > string length("days")'
    )
    new = renamed(
        typed(text), SCOPE, {("days",): "day count", ("rows", "points"): "score"}, {("class", "grade"): "year"}
    )
    assert new == (
        "`day count` + rows[score > `day count`][1].score + class.year"
        ' + count(for days in rows return days) > string length("days")'
    )


def test_a_chinese_function_name_gives_way_to_a_field_of_that_name() -> None:
    assert canonical("平均(rows.points) > 计数(rows)", SCOPE) == "mean(rows.points) > count(rows)"
    assert canonical("days = (", SCOPE) == "days = ("


PATHS = {"days": ["1", "-2.5"], "name": ['"a"', '"（b）"'], "start": ['@"2026-09-01"', "today()"], "class.grade": ["7"]}
rows = st.sampled_from(sorted(PATHS)).flatmap(
    lambda path: st.builds(
        lambda op, values, negated: Row(
            tuple(path.split(".")),
            op,
            tuple(values[: {"between": 2, "in": 3, "empty": 0}.get(op, 1)]),
            negated,
        ),
        st.sampled_from(
            ["eq", "ne", "lt", "lte", "gt", "gte", "in", "between", "empty"] + ["starts", "contains"] * (path == "name")
        ),
        st.lists(st.sampled_from(PATHS[path]), min_size=3, max_size=3),
        st.booleans(),
    )
)
groups = st.recursive(
    st.builds(Group, st.booleans(), st.lists(rows, min_size=2, max_size=3).map(tuple)),
    lambda inner: st.builds(
        lambda part, others, every: Group(every, (part, *others)),
        inner,
        st.lists(rows, min_size=1, max_size=2),
        st.booleans(),
    ),
    max_leaves=4,
)


def _flat(group: Group) -> Group:
    """Groups of the same kind inside each other are one group."""
    parts: list[Row | Group] = []
    for part in group.parts:
        inner = _flat(part) if isinstance(part, Group) else part
        if isinstance(inner, Group) and inner.every == group.every:
            parts.extend(inner.parts)
        else:
            parts.append(inner)
    return Group(group.every, tuple(parts))


@given(groups)
def test_a_condition_is_read_back_as_it_was_written(group: Group) -> None:
    found = conditions.read(typed(conditions.write(group)))
    assert found is not None
    assert conditions.write(_flat(found)) == conditions.write(_flat(group))
    assert _flat(found) == _flat(group)


@pytest.mark.parametrize(
    "text", ["days + 1 > 2", "count(rows) > 1", "if days > 1 then true else false", "days > days * 2"]
)
def test_what_rows_cannot_show_stays_an_expression(text: str) -> None:
    assert conditions.read(typed(text)) is None


def test_what_an_expression_needs_is_known_before_it_runs() -> None:
    found = needs(typed('age(start) > 3 and class.head = actor and matches(name, "a")'))
    assert found.functions == {"age", "matches"}
    assert (found.clock, found.actor) == (True, True)
    assert found.not_sql is not None and found.not_sql.args["text"] == 'matches(name, "a")'
    assert needs(typed("count(rows[points > days]) = 0 and age(start, start) = 0")).not_sql is None
    assert not needs(typed("age(start, start) = 0")).clock
