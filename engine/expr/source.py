"""Python source under construction: lines, constants, and functions inside functions where nesting becomes deep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .node import Node

#: Python allows 20 nested loops and 100 levels of indentation; deeper parts become functions of their own.
DEEPEST = 12


class Exhausted(Exception):
    """An evaluation ran over more items than it may."""


class _Body:
    """The lines of one function, and the functions that stand inside it."""

    def __init__(self) -> None:
        self.inner: list[str] = []
        self.lines: list[str] = []
        self.depth = 0


Env = Mapping[str, str]  # local of the tree -> Python variable
Rule = Callable[["Source", Node, Env], str]


class Source:
    """Collects statements; each rule appends lines and answers the Python name that holds the node's value.

    trust: values are what their declared types say; otherwise every operation looks for itself.
    """

    def __init__(self, rules: Mapping[str, Rule], trust: bool, tracing: bool) -> None:
        self.rules = rules
        self.trust = trust
        self.tracing = tracing
        self.constants: dict[str, Any] = {}
        self.sure: set[str] = set()  # Python names that are never None
        self.names: dict[str, str] = {}  # context name -> Python variable, read once
        self.body = _Body()
        self.main = self.body
        self.reads: list[str] = []
        self.counter = 0
        self.loops = False
        self.zone = False

    # -- building blocks

    def fresh(self, prefix: str = "v") -> str:
        self.counter += 1
        return f"{prefix}{self.counter}"

    def line(self, text: str) -> None:
        self.body.lines.append(" " * self.body.depth + text)

    def assign(self, expression: str) -> str:
        made = self.fresh()
        self.line(f"{made} = {expression}")
        return made

    def constant(self, value: Any) -> str:
        """The name of a constant; small ones stand for themselves."""
        if value is None or value is True or value is False:
            made = str(value)
        else:
            made = self.fresh("k")
            self.constants[made] = value
        if value is not None:
            self.sure.add(made)
        return made

    def guard(self, atoms: tuple[str, ...], expression: str) -> str:
        """The expression, null when one of the atoms is."""
        maybe = [a for a in dict.fromkeys(atoms) if a not in self.sure]
        if not maybe:
            return expression
        return f"None if {' or '.join(f'{a} is None' for a in maybe)} else {expression}"

    def within(self, steps: int = 1) -> None:
        self.body.depth += steps

    def back(self, steps: int = 1) -> None:
        self.body.depth -= steps

    def spend(self, amount: str) -> None:
        """Take from what the evaluation may still run over."""
        self.loops = True
        self.line(f"left[0] -= {amount}")
        self.line("if left[0] < 0: raise Exhausted")

    def zone_of(self) -> str:
        self.zone = True
        return "zone"

    # -- nodes

    def emit(self, node: Node, env: Env) -> str:
        """Append the statements for a node; the name of its value."""
        if self.body.depth > DEEPEST and node.kids:
            return self.outlined(node, env)
        made = self.rules[node.op](self, node, env)
        if self.tracing:
            self.line(f"T[{id(node)}] = {made}")
        return made

    def outlined(self, node: Node, env: Env) -> str:
        """The node as a function without parameters inside the current one, whose variables it sees."""
        name = self.fresh("f")
        lines, result = self.apart(lambda: self.emit(node, env))
        self.body.inner.append(f"def {name}():")
        self.body.inner.extend(" " + line for line in lines)
        self.body.inner.append(f" return {result}")
        return self.assign(f"{name}()")

    def apart(self, run: Callable[[], str]) -> tuple[list[str], str]:
        """What `run` emits, as the body of another function."""
        outer, self.body = self.body, _Body()
        result = run()
        lines = self.body.inner + self.body.lines
        self.body = outer
        return lines, result

    def function(self, result: str, budget: int) -> str:
        """The whole source."""
        lines = ["def run(c):", " try:"]
        if self.loops:
            lines.append(f"  left = [{budget}]")
        if self.zone:
            self.constants["k_zone"] = "$zone"
            lines.append("  zone = c.get(k_zone)")
        lines.extend("  " + line for line in (*self.reads, *self.main.inner, *self.main.lines))
        lines.append(f"  return {result}")
        lines.append(" except Stopped:")
        lines.append("  return otherwise(c)")
        return "\n".join(lines)
