"""An entity as functions: order, conditions, what has to be loaded, and refusal of what was never checked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from shuyuan.engine.compile.entry import compile_entry
from shuyuan.engine.compile.expressions import Broken, Compiler
from shuyuan.engine.compile.record import compile_record
from shuyuan.engine.model import Expr, Field, Item, Rule, Section, Text

from .cases import INTAKE, MODEL, STUDENT


def with_field(name: str, **changes: Any) -> Any:
    fields = tuple(replace(f, **changes) if f.name == name else f for f in STUDENT.fields)
    return replace(STUDENT, fields=fields)


def test_each_field_comes_after_what_it_reads() -> None:
    entity = replace(STUDENT, fields=tuple(reversed(STUDENT.fields)))
    order = [f.name for f in compile_record(MODEL, entity).order]
    for later, earlier in [
        ("birth_date", "id_number"),
        ("age", "birth_date"),
        ("dorm", "boarding"),
        ("campus_name", "class"),
    ]:
        assert order.index(later) > order.index(earlier)
    assert sorted(order) == sorted(f.name for f in STUDENT.fields)


def test_a_form_orders_by_its_conditions_too() -> None:
    late = Section(Text("早"), ((Item("name", when=Expr("fee > 0")),),))
    entry = compile_entry(Compiler(MODEL), compile_record(MODEL, STUDENT), replace(INTAKE, sections=(late,)))
    names = [f.name for f in entry.active]
    assert entry.names == {"name"}
    assert "name" in names
    assert len(entry.conditions["name"]) == 1


def test_fields_that_depend_on_nothing_are_left_alone() -> None:
    compiled = compile_record(MODEL, STUDENT)
    plain = set(compiled.fields) - {f.name for f in compiled.active}
    assert plain == {"student_no", "id_number", "tags", "fee", "photo", "email"}


def test_what_lies_behind_links_is_named_for_whoever_loads_them() -> None:
    compiled = compile_record(MODEL, STUDENT)
    assert compiled.reads == {("class",): frozenset({("campus", "name"), ("status",)})}
    assert ("class", "campus", "name") in compiled.paths


def test_a_circle_does_not_hang() -> None:
    a = Field("fa", "a", "integer", Text("a"), value=Expr("b + 1"))
    b = Field("fb", "b", "integer", Text("b"), value=Expr("a + 1"))
    entity = replace(STUDENT, fields=(a, b), rules=(), label=Expr('"x"'), unit=())
    model = replace(MODEL, entities={**MODEL.entities, "student": entity})
    assert {f.name for f in compile_record(model, entity).order} == {"a", "b"}


@pytest.mark.parametrize(
    "entity",
    [
        with_field("age", value=Expr("age(birth_dat)")),
        with_field("dorm", when=Expr("boarding + 1")),
        with_field("boarding", default="nowhere"),
        with_field("class", options={"where": "statsu = 1"}),
        replace(STUDENT, rules=(Rule(Expr("name"), Text("x")),)),
        replace(STUDENT, label=Expr("(")),
    ],
)
def test_a_definition_that_was_never_checked_is_refused_with_its_messages(entity: Any) -> None:
    with pytest.raises(Broken) as refused:
        compile_record(replace(MODEL, entities={**MODEL.entities, "student": entity}), entity)
    assert refused.value.diagnostics
