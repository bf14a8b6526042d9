"""The tree of an expression: what the parser makes, the checker types and the targets translate."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from . import types as t
from .spelling import text_of


class Node:
    """One operation of an expression.

    op: what is done (see docs/reference/expressions.md); kids: operands in order; value: what the operation needs
    besides (a constant, a name, an operator); start, end: offsets in the text; type: static type, known after checking.
    """

    __slots__ = ("end", "kids", "op", "start", "type", "value")

    def __init__(
        self,
        op: str,
        kids: tuple[Node, ...] = (),
        value: Any = None,
        start: int = 0,
        end: int = 0,
        type: t.Type = t.ANY,  # noqa: A002 - the word of the language
    ) -> None:
        self.op = op
        self.kids = kids
        self.value = value
        self.start = start
        self.end = end
        self.type = type

    def __repr__(self) -> str:
        inner = ", ".join(map(repr, self.kids))
        return f"{self.op}({self.value!r}{', ' if inner else ''}{inner})"

    def walk(self) -> Iterator[Node]:
        """This node and everything below it, parents first."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.kids))

    def to_json(self) -> dict[str, Any]:
        """The tree as plain JSON: op, type, at (offsets), value, kids; numbers as strings."""
        made: dict[str, Any] = {"op": self.op, "type": str(self.type), "at": [self.start, self.end]}
        if self.value is not None:
            made["value"] = _plain(self.value)
        if self.kids:
            made["kids"] = [kid.to_json() for kid in self.kids]
        return made


def _plain(value: Any) -> Any:
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    if isinstance(value, int | Decimal):
        return {"number": str(value)}
    if isinstance(value, t.Type):
        return str(value)
    name = getattr(value, "name", None)
    return name if isinstance(name, str) else {"literal": text_of(value)}
