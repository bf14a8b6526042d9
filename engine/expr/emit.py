"""The Python target: one function of generated source for each expression, its constants and names hoisted.

The source holds no text of the expression: names and constants are parameters of the surrounding namespace.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import emit_form, emit_op
from . import types as t
from .node import Node
from .ops import as_list, call, index, item_or, path, steps
from .scope import Typed
from .source import Exhausted, Source
from .values import NUMBERS, Function, from_python, to_python

Compiled = Callable[[Any], Any]

#: Kinds whose Python values need no conversion on the way out.
_BARE = frozenset({"number", "string", "boolean", "date", "link", "null", "years and months duration"})

#: Items all loops of one evaluation may run over, and functions it may call.
BUDGET = 200_000

_RULES = {**emit_op.RULES, **emit_form.RULES}


def compile_python(expr: Typed) -> Compiled:
    """A function from the context (name -> value, with `$now` and `$zone`) to the value; total: errors give None.

    The caller keeps it. A value that is not of the type its name was declared with counts as null.
    """
    careful: list[Compiled] = []

    def slow(context: Any) -> Any:
        if not careful:
            careful.append(_careful(expr.node))
        return careful[0](context)

    return _function(expr.node, trust=True, otherwise=slow)


def _careful(node: Node) -> Compiled:
    """The same function without trust in declared types; used when the quick one failed."""
    return _function(node, trust=False, otherwise=lambda _: None)


def traced(node: Node, trace: dict[int, Any]) -> Compiled:
    """The careful function, which also writes the value of each node into `trace` by `id(node)`."""
    return _function(node, trust=False, otherwise=lambda _: None, trace=trace)


def _function(node: Node, trust: bool, otherwise: Compiled, trace: dict[int, Any] | None = None) -> Compiled:
    source = Source(_RULES, trust, trace is not None)
    result = source.emit(node, {})
    if node.type.kind not in _BARE or not trust:
        result = f"out({result})"
    text = source.function(result, BUDGET)
    space: dict[str, Any] = {**_SPACE, **source.constants, "otherwise": otherwise, "T": trace}
    exec(compile(text, "<expression>", "exec"), space)  # noqa: S102 - generated here
    made: Compiled = space["run"]
    return made


_SPACE: dict[str, Any] = {
    "__builtins__": {"len": len, "True": True, "False": False, "None": None},
    "Stopped": Exception,
    "Exhausted": Exhausted,
    "out": to_python,
    "door": from_python,
    "Function": Function,
    "n_add": NUMBERS.add,
    "n_sub": NUMBERS.subtract,
    "n_mul": NUMBERS.multiply,
    "n_div": NUMBERS.divide,
    "o_path": path,
    "o_list": as_list,
    "o_call": call,
    "o_index": index,
    "o_item": item_or,
    "o_steps": steps,
    **emit_op.SPACE,
}

__all__ = ["BUDGET", "Compiled", "compile_python", "t", "traced"]
