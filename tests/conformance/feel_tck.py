"""The adapter through which the public FEEL cases run against this engine: `run_tck.py --adapter ...:adapter`."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from shuyuan.engine.expr import (
    ANY,
    CONTEXT,
    FUNCTION,
    NUMBER,
    STRING,
    Function,
    Range,
    Scope,
    Type,
    Typed,
    check,
    compile_python,
    context_of,
    list_of,
)
from shuyuan.engine.expr.iso import (
    date_from,
    date_time_from,
    duration_from,
    literal_from,
    time_from,
)
from shuyuan.engine.expr.spelling import text_of
from shuyuan.engine.expr.temporal import DateTime, DaysTime, FarDate, Time, YearsMonths
from shuyuan.engine.expr.values import fitted, from_python, kind_of

T = sys.modules["run_tck"].T if "run_tck" in sys.modules else None

#: Item definitions of the models; the case format leaves them out.
NAMED_TYPES = {
    "tAnyList": list_of(ANY),
    "tNumberList": list_of(NUMBER),
    "t_context_013": context_of({"a": STRING, "b": STRING}),
}
_READ = {"date": date_from, "time": time_from, "dt": date_time_from, "dur": duration_from}
_KINDS = {
    "date": "date",
    "time": "time",
    "date and time": "dt",
    "years and months duration": "dur",
    "days and time duration": "dur",
}
NOW = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)


def value_in(value: Any) -> Any:
    """A neutral value of the runner as the engine knows it."""
    if T is not None and isinstance(value, T):
        return _READ[value.kind](value.text)
    if isinstance(value, list):
        return [value_in(v) for v in value]
    if isinstance(value, dict):
        return {k: value_in(v) for k, v in value.items()}
    return from_python(value)


def value_out(value: Any) -> Any:
    """A value of the engine as the runner knows it."""
    value = from_python(value)
    if isinstance(value, list):
        return [value_out(v) for v in value]
    if isinstance(value, Mapping):
        return {k: value_out(v) for k, v in value.items()}
    if isinstance(value, dt.date | FarDate | Time | DateTime | YearsMonths | DaysTime):
        assert T is not None
        return T(_KINDS[kind_of(value)], text_of(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value


def type_of(value: Any) -> Type:
    """What is known of a value's type; enough to find names inside contexts."""
    if isinstance(value, Function):
        return FUNCTION
    if isinstance(value, Mapping):
        return context_of({k: type_of(v) for k, v in value.items()})
    if isinstance(value, list):
        kinds = [type_of(v) for v in value]
        fields = {k: ANY for kind in kinds for k, _ in kind.fields or ()}
        return list_of(context_of(fields)) if fields and all(k.kind == "context" for k in kinds) else list_of(ANY)
    if isinstance(value, Range) or value is None:
        return ANY
    return Type(kind_of(value))  # type: ignore[arg-type]


@lru_cache(maxsize=4096)
def _compiled(text: str, names: tuple[tuple[str, Type], ...], unary: bool) -> Any:
    scope = Scope(dict(names), types=NAMED_TYPES)
    found: Typed | None = check(text, scope, unary=unary, lenient=True).expr
    return None if found is None else compile_python(found)


def _typed(step: dict[str, Any]) -> str:
    """The expression of a step; of a function, with the types of its parameters, which stand beside it only."""
    boxed = step.get("boxed")
    text: str = step["expr"]
    if not boxed or boxed["k"] != "functionDefinition" or boxed["body"]["k"] != "feel":
        return text
    params = ", ".join(f"{p['name']}: {_spelled(p['type'])}" for p in boxed["params"])
    return f"function({params}) {boxed['body']['text']}"


def _spelled(kind: dict[str, Any] | None) -> str:
    found = (kind or {}).get("t", "Any")
    if found == "list":
        return f"list<{_spelled(kind.get('of'))}>" if kind else "list<Any>"
    if found == "context" and kind and kind.get("fields"):
        return "context<" + ", ".join(f"{k}: {_spelled(v)}" for k, v in kind["fields"].items()) + ">"
    return str(found)


class Adapter:
    """Expressions one by one; the runner puts decision tables and boxed expressions together."""

    functions = True

    def eval(self, expression: str, context: dict[str, Any]) -> Any:
        values = {k: value_in(v) for k, v in context.items()}
        names = tuple((k, type_of(v)) for k, v in values.items())
        run = _compiled(expression, names, False)
        return None if run is None else value_out(run({**values, "$now": NOW}))

    def run_steps(self, steps: list[dict[str, Any]], inputs: dict[str, Any]) -> Any:
        """A chain of decisions; functions of the model keep the types their parameters were declared with."""
        runner = sys.modules["run_tck"]
        context, result = dict(inputs), None
        for step in steps:
            known = {k: context[k] for k in step["needs"] if k in context}
            value = runner.neutral(self.eval(_typed(step), known))
            context[step["name"]] = result = runner.coerce(value, step["type"])
        return result

    def unary(self, tests: str, value: Any, context: dict[str, Any]) -> bool:
        values = {k: value_in(v) for k, v in context.items()}
        values["?"] = value_in(value)
        names = tuple((k, type_of(v)) for k, v in values.items())
        run = _compiled(tests, names, True)
        return run is not None and run({**values, "$now": NOW}) is True


adapter = Adapter()
__all__ = ["CONTEXT", "adapter", "fitted", "literal_from"]
