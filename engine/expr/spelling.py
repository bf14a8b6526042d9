"""Any value as text, the way the language writes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ..model.values import ActorValue, Ref
from .iso import date_text, date_time_text, duration_text, number_text, time_text
from .lexer import is_identifier
from .temporal import DateTime, DaysTime, FarDate, Time, YearsMonths
from .values import MAX_STRING, Function, Range, from_python


def text_of(value: Any) -> str:
    """What `string(value)` answers; text inside lists and contexts stands in quotes."""
    if isinstance(value, Ref):
        return value.label
    if isinstance(value, ActorValue):
        return value.name
    return value if isinstance(value, str) else _Writer().write(value, 0)


def literal(value: Any) -> str:
    """The value as it would be typed into an expression."""
    if isinstance(value, date | FarDate | Time | DateTime | YearsMonths | DaysTime):
        return f'@"{text_of(value)}"'
    return _Writer().write(value, 0)


def quoted(text: str) -> str:
    """The text as a string literal."""
    body = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{body}"'


class _Writer:
    """Bounded: stops when the text becomes too long or the value too deep."""

    def __init__(self) -> None:
        self.left = MAX_STRING

    def write(self, value: Any, depth: int) -> str:
        made = self.one(from_python(value), depth)
        self.left -= len(made)
        return made

    def one(self, value: Any, depth: int) -> str:
        if value is None or depth > 50 or self.left < 0:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return quoted(value)
        if isinstance(value, Decimal | int):
            return number_text(value)
        return self.temporal(value) or self.structured(value, depth)

    def temporal(self, value: Any) -> str:
        if isinstance(value, date | FarDate):
            return date_text(value)
        if isinstance(value, DateTime):
            return date_time_text(value)
        if isinstance(value, Time):
            return time_text(value)
        return duration_text(value) if isinstance(value, YearsMonths | DaysTime) else ""

    def structured(self, value: Any, depth: int) -> str:
        if isinstance(value, list):
            return "[" + ", ".join(self.write(v, depth + 1) for v in value) + "]"
        if isinstance(value, Range):
            return self.range(value, depth)
        if isinstance(value, Ref):
            return quoted(value.label)
        if isinstance(value, ActorValue):
            return quoted(value.name)
        if isinstance(value, Mapping):
            entries = (f"{_key(k)}: {self.write(v, depth + 1)}" for k, v in value.items())
            return "{" + ", ".join(entries) + "}"
        if isinstance(value, Function):
            return f"function({', '.join(value.params or ())})"
        return "null"

    def range(self, value: Range, depth: int) -> str:
        if value.op:
            end = value.low if value.op in (">", ">=", "=", "!=") else value.high
            return f"({value.op} {self.write(end, depth + 1)})"
        low, high = self.write(value.low, depth + 1), self.write(value.high, depth + 1)
        return f"{'[' if value.low_in else '('}{low}..{high}{']' if value.high_in else ')'}"


def _key(name: str) -> str:
    return name if is_identifier(name) else quoted(name)
