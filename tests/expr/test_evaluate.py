"""Expressions give the values written beside them, whether types are trusted or looked at each time."""

from __future__ import annotations

from typing import Any

import pytest
from shuyuan.engine.expr import check, compile_python, from_python
from shuyuan.engine.expr.emit import _careful
from shuyuan.engine.expr.spelling import literal

from .conftest import CONTEXT, SCOPE, cases


@pytest.mark.parametrize("case", cases("evaluate.json"), ids=lambda c: c["expr"])
def test_an_expression_gives_the_value_written_beside_it(case: dict[str, Any]) -> None:
    checked = check(case["expr"], SCOPE)
    assert checked.diagnostics == ()
    assert checked.expr is not None
    quick = compile_python(checked.expr)(CONTEXT)
    careful = _careful(checked.expr.node)(CONTEXT)
    assert literal(from_python(quick)) == case["is"]
    assert literal(from_python(careful)) == case["is"]
