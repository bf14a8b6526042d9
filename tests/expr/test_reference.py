"""The pages about expressions say what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shuyuan.engine.expr import ALIASES, FUNCTIONS, Scope, canonical, check, compile_python, from_python
from shuyuan.engine.expr.reference import reference
from shuyuan.engine.expr.spelling import literal

from .conftest import CONTEXT

DOCS = Path(__file__).resolve().parents[2] / "docs"
_EXAMPLE = re.compile(r"^\| `(.+?)` \| `(.+?)` \|$", re.MULTILINE)
EXAMPLES = _EXAMPLE.findall((DOCS / "reference/expressions.md").read_text("utf-8"))


def value_of(text: str) -> str:
    checked = check(text, Scope(), lenient=True)
    assert checked.expr is not None, checked.diagnostics
    return literal(from_python(compile_python(checked.expr)(CONTEXT)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_example_of_a_function_gives_the_value_beside_it(name: str) -> None:
    expression, value = FUNCTIONS[name].example
    assert check(expression, Scope()).diagnostics == ()
    assert value_of(expression) == value_of(value)


@pytest.mark.parametrize(("expression", "value"), EXAMPLES)
def test_an_example_of_the_reference_gives_the_value_beside_it(expression: str, value: str) -> None:
    assert value_of(expression) == value


def test_the_page_of_functions_is_the_one_written_from_the_table() -> None:
    assert (DOCS / "reference/expressions-functions.md").read_text("utf-8") == reference()


def test_every_function_is_described_in_both_languages_and_has_a_chinese_name() -> None:
    assert all(f.doc.zh and f.doc.en and f.zh for f in FUNCTIONS.values())
    assert len(ALIASES) == len(FUNCTIONS)
    assert not set(ALIASES) & set(FUNCTIONS)
    assert 28 <= sum(f.shown for f in FUNCTIONS.values()) <= 34


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_chinese_name_of_a_function_becomes_its_name_when_saved(name: str) -> None:
    shape = FUNCTIONS[name].example[0]
    chinese = shape.replace(name + "(", FUNCTIONS[name].zh + "(")
    assert canonical(chinese, Scope()) == shape
    assert value_of(chinese) == value_of(shape)
