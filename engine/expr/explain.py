"""Why an expression has the value it has: every part with its value, and for each null the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..model.text import Text
from .emit import compile_python, traced
from .node import Node
from .scope import Typed
from .values import from_python, to_python

#: Parts that say nothing a reader does not see.
_SILENT = frozenset({"const", "local", "function", "truth"})


@dataclass(frozen=True, slots=True)
class Explained:
    """One part of an expression.

    text: as written; value: what it gave, of the last turn inside a loop; reached: whether it was looked at at all;
    cause: why it is null, empty when it is not or the reason is that of the whole.
    """

    text: str
    value: Any
    reached: bool
    cause: Text
    parts: tuple[Explained, ...] = ()

    def root_cause(self) -> Text:
        """The reason that lies deepest; empty when the value is not null."""
        if self.value is not None or not self.reached:
            return Text()
        for part in self.parts:
            found = part.root_cause()
            if found:
                return found
        return self.cause


def explain(expr: Typed, context: Mapping[str, Any]) -> Explained:
    """The expression evaluated once, slowly, with the value of every part."""
    trace: dict[int, Any] = {}
    result = traced(expr.node, trace)(context)
    if id(expr.node) not in trace:  # the evaluation was stopped
        why = Text("计算的步数超过了上限", "the evaluation took more steps than it may")
        return Explained(expr.text, compile_python(expr)(context), True, why)
    trace[id(expr.node)] = from_python(result)
    return _part(expr, expr.node, trace)


def _part(expr: Typed, node: Node, trace: Mapping[int, Any]) -> Explained:
    reached = id(node) in trace
    value = trace.get(id(node))
    cause = _cause(expr, node, trace) if reached and value is None else Text()
    parts = tuple(_part(expr, kid, trace) for kid in node.kids if kid.op not in _SILENT)
    return Explained(_text(expr, node), to_python(value), reached, cause, parts)


def _text(expr: Typed, node: Node) -> str:
    return " ".join(expr.text[node.start : node.end].split())


def _cause(expr: Typed, node: Node, trace: Mapping[int, Any]) -> Text:
    """Why a part is null, in words."""
    shown = _text(expr, node)
    if node.op == "name":
        return Text(f"“{shown}”没有值", f'"{shown}" has no value')
    empty = [k for k in node.kids if id(k) in trace and trace[id(k)] is None and k.op not in ("truth",)]
    if node.op == "path":
        if empty:
            return _because(expr, empty[0])
        return Text(f"“{shown}”没有值", f'"{shown}" has no value')
    if node.op == "const":
        return Text("写的就是 null", "null is what is written")
    if node.op in ("if", "for", "context", "list", "some", "every", "filter"):
        return _because(expr, empty[0]) if empty else Text()
    if empty:
        return _because(expr, empty[0])
    if node.op == "div":
        return Text(f"“{shown}”除以零", f'"{shown}" divides by zero')
    if node.op == "steps":
        return Text(f"“{shown}”不是整数或日期的范围", f'"{shown}" is no range of whole numbers or days')
    if node.op == "index":
        return Text(f"“{shown}”：列表里没有这个位置", f'"{shown}": the list has no such position')
    if node.op == "call":
        return Text(f"{node.value} 对这些值没有结果", f"{node.value} has no answer for these values")
    return Text(f"“{shown}”的值类型不合", f'the values in "{shown}" do not go together')


def _because(expr: Typed, node: Node) -> Text:
    shown = _text(expr, node)
    return Text(f"因为“{shown}”为空", f'because "{shown}" is null')
