"""What was written, value by value, each with the line and column it stands at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from ..diagnostics import Place

Scalar = str | int | Decimal | bool | None


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One value of a document.

    value: a scalar, a tuple of nodes, or a dict from key to node. text: a scalar as it was written (`007` keeps its
    zeros); style: the quotation mark it was written with, `|` or `>` for a block, "" for none. line, column: where the
    value starts; at: where its key starts (the value's own place in a list). All count from 1.
    """

    kind: Literal["scalar", "list", "map"]
    value: Any
    file: str
    path: str
    line: int
    column: int
    at: tuple[int, int]
    text: str = ""
    style: str = ""

    @property
    def place(self) -> Place:
        """Where the value stands."""
        return Place(self.file, self.line, self.column, self.path)

    @property
    def key_place(self) -> Place:
        """Where the key of the value stands."""
        return Place(self.file, self.at[0], self.at[1], self.path)

    @property
    def text_place(self) -> Place:
        """Where the first character of a scalar stands, behind its quotation mark; of a block, its first line."""
        if self.style in ("|", ">"):
            return Place(self.file, self.line + 1, 0, self.path)
        return Place(self.file, self.line, self.column + len(self.style), self.path)

    @property
    def entries(self) -> Mapping[str, Node]:
        """The entries of a map; empty for anything else."""
        return self.value if self.kind == "map" else {}

    @property
    def items(self) -> tuple[Node, ...]:
        """The items of a list; empty for anything else."""
        return self.value if self.kind == "list" else ()

    def get(self, key: str) -> Node | None:
        """The entry of a map, None when there is none or when it is empty (`key:` with nothing behind)."""
        found = self.entries.get(key)
        return None if found is None or found.is_empty else found

    @property
    def is_empty(self) -> bool:
        """Whether nothing, or `null`, is written."""
        return self.kind == "scalar" and self.value is None

    def plain_value(self) -> Any:
        """The value as dicts, lists and scalars, without places."""
        if self.kind == "map":
            return {k: v.plain_value() for k, v in self.value.items()}
        if self.kind == "list":
            return [v.plain_value() for v in self.value]
        return self.value

    def json_value(self) -> Any:
        """The value as JSON has it: fractions as floats."""
        if self.kind == "map":
            return {k: v.json_value() for k, v in self.value.items()}
        if self.kind == "list":
            return [v.json_value() for v in self.value]
        return float(self.value) if isinstance(self.value, Decimal) else self.value

    def spelled(self) -> Any:
        """The content as it was written, without places, remarks, layout and ids: 01 is not 1, and neither is "1"."""
        if self.kind == "map":
            return {k: v.spelled() for k, v in self.value.items() if v.kind != "scalar" or k not in ("id", "was")}
        if self.kind == "list":
            return [v.spelled() for v in self.value]
        return (self.text,) if self.style else self.text

    def walk(self) -> Iterator[Node]:
        """The node and everything below it, in the order of the text."""
        yield self
        below = self.value.values() if self.kind == "map" else self.value if self.kind == "list" else ()
        for child in below:
            yield from child.walk()
