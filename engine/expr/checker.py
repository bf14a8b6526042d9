"""One run over an untyped tree: the frames of names that are open, and the messages found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..diagnostics import Diagnostic, Place, did_you_mean
from ..model.text import Text
from . import types as t
from .node import Node
from .rules import truthy
from .scope import Scope


@dataclass(frozen=True, slots=True)
class Frame:
    """Names made inside the expression.

    names: name -> node that reads it; item: in a filter, the node that reads the item whose members are names too;
    outer: the frame around this one.
    """

    outer: Frame | None
    names: Mapping[str, Node]
    item: Node | None = None


Rule = Callable[["Checker", Node, "Frame | None"], Node]


class Checker:
    """Holds what one check needs; the rules for each operation are functions over it."""

    def __init__(self, text: str, scope: Scope, place: Place, rules: Mapping[str, Rule]) -> None:
        self.text = text
        self.scope = scope
        self.place = place
        self.rules = rules
        self.found: list[Diagnostic] = []
        self.made = 0

    def visit(self, node: Node, frame: Frame | None) -> Node:
        """The typed node for an untyped one; problems are collected, never raised."""
        while node.op == "paren":
            node = node.kids[0]
        return self.rules[node.op](self, node, frame)

    def condition(self, node: Node, frame: Frame | None) -> Node:
        """A node that has to be true or false."""
        made = self.visit(node, frame)
        if not truthy(made.type):
            self.report("FEEL_019", made, found=str(made.type))
        return made

    def variable(self, name: str, kind: t.Type, at: Node) -> Node:
        """A node that reads a new variable; its value is unique in the expression."""
        self.made += 1
        return Node("local", (), f"{name}#{self.made}", at.start, at.end, kind)

    def report(self, code: str, node: Node, **args: Any) -> None:
        self.found.append(self.diagnostic(code, node, **args))

    def diagnostic(self, code: str, node: Node, **args: Any) -> Diagnostic:
        """A message about a part of the text; `start` and `end` are its offsets."""
        at = self.place
        if at.column and "\n" not in self.text:
            at = replace(at, column=at.column + node.start)
        shown = {"text": self.source(node), "start": node.start, "end": node.end}
        return Diagnostic(code, at, {**shown, **args})

    def source(self, node: Node) -> str:
        return self.text[node.start : node.end][:200]

    def unknown(self, code: str, node: Node, name: str, known: Iterable[str], **args: Any) -> Node:
        """Report a name nobody knows; null stands in its place."""
        near = did_you_mean(name, known)
        hint = Text(f"是不是“{near}”？", f'Did you mean "{near}"?') if near else Text()
        self.report(code, node, **{"name": name, "hint": hint, "suggestion": near, **args})
        return Node("const", (), None, node.start, node.end, t.NULL)

    def names(self, frame: Frame | None) -> list[str]:
        """Every name that could stand here, for suggestions."""
        found = list(self.scope.names)
        while frame is not None:
            found.extend(frame.names)
            if frame.item is not None:
                found.extend(t.members_of(frame.item.type, self.scope.entities) or ())
            frame = frame.outer
        return found
