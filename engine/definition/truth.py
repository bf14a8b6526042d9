"""Conditions that can never hold, or always do, and options that do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ..expr import Typed, compile_python
from ..expr.node import Node
from ..fieldtypes import codelist_of, target_of, type_of
from ..fieldtypes.choice import choices_of
from ..model import Expr, Field
from .context import Context, ScopeKey
from .say import hint, listed

#: Functions whose answer depends on when they are asked, or on what plugins know.
_CHANGING = frozenset({"today", "now"})
_FLIPPED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}


def check_condition(context: Context, typed: Typed, expr: Expr | None, key: ScopeKey) -> None:
    """Say when a condition never holds or always does; and check the options it names."""
    if expr is None:
        return
    root = _bare(typed.node)
    if not typed.paths and not _CHANGING & {str(n.value) for n in root.walk() if n.op == "call"}:
        code = "DEF_052" if compile_python(typed)({}) is True else "DEF_051"
        context.say(code, expr.place, text=expr.text)
    elif _never(context, root, key):
        context.say("DEF_051", expr.place, text=expr.text)
    check_options(context, typed, expr, key)


def check_options(context: Context, typed: Typed, expr: Expr | None, key: ScopeKey) -> None:
    """Every text a choice is compared with must be one of its options."""
    if expr is None:
        return
    said: set[tuple[str, str]] = set()
    for node in typed.node.walk():
        for path, value in _compared(node):
            names = _option_names(context, key, path)
            if names is not None and value not in names and (path, value) not in said:
                said.add((path, value))
                args = {"field": path, "value": value, "hint": hint(value, names), "known": listed(names, 20)}
                context.say("DEF_050", expr.place, text=expr.text, **args)


def _bare(node: Node) -> Node:
    while node.op == "fit":
        node = node.kids[0]
    return node


def _path(node: Node) -> str:
    """`class.status` of a chain of names, "" for anything else."""
    node = _bare(node)
    if node.op == "name":
        return str(node.value)
    if node.op == "path":
        owner = _path(node.kids[0])
        return f"{owner}.{node.value}" if owner else ""
    return ""


def _compared(node: Node) -> Iterator[tuple[str, str]]:
    """Path and text of `status = "open"` and of each test of `status in ("open", "closed")`."""
    if node.op in ("eq", "ne"):
        for one, other in (node.kids, node.kids[::-1]):
            constant = _bare(other)
            if _path(one) and constant.op == "const" and isinstance(constant.value, str):
                yield _path(one), constant.value
    elif node.op == "in" and _path(node.kids[0]):
        for test in node.kids[1:]:
            for inner in _constants(test):
                yield _path(node.kids[0]), inner


def _constants(test: Node) -> Iterator[str]:
    test = _bare(test)
    if test.op == "const" and isinstance(test.value, str):
        yield test.value
    elif test.op == "const" and isinstance(test.value, list | tuple):
        yield from (v for v in test.value if isinstance(v, str))
    elif test.op in ("list", "test") and (test.op == "list" or test.value in ("=", "!=")):
        for kid in test.kids:
            yield from _constants(kid)


def _field_at(context: Context, key: ScopeKey, path: str) -> Field | None:
    """The field at the end of a path from the scope's record, through links and from `self`."""
    entity = context.model.entities.get(key[1])
    names = path.split(".")
    if names[0] == "self":
        names = names[1:]
    found: Field | None = None
    rows = context.field(key).rows if key[0] == "row" else ()
    for i, name in enumerate(names):
        column = next((f for f in rows if f.name == name), None) if i == 0 else None
        found = column or (entity.field(name) if entity else None)
        if found is None:
            return None
        entity = context.model.entities.get(target_of(found)) if type_of(found).shape == "link" else None
    return found


def _option_names(context: Context, key: ScopeKey, path: str) -> list[str] | None:
    """What a choice or a code may be; None for other fields, or when that is not known."""
    field = _field_at(context, key, path)
    if field is None:
        return None
    if field.type in ("choice", "state"):
        return [o.name for o in choices_of(field, context.model)] or None
    codes = context.model.codelists.get(codelist_of(field)) if codelist_of(field) else None
    return [c.code for c in codes.codes] if codes and codes.codes else None


@dataclass(slots=True)
class _Bounds:
    """What a conjunction leaves of one value."""

    low: Any = None
    low_in: bool = True
    high: Any = None
    high_in: bool = True
    equal: Any = None
    impossible: bool = False

    def take(self, op: str, value: Any) -> None:
        if op == "eq":
            self.impossible |= self.equal is not None and self.equal != value
            self.equal = value
        elif op in ("gt", "ge") and (self.low is None or value > self.low or (value == self.low and op == "gt")):
            self.low, self.low_in = value, op == "ge"
        elif op in ("lt", "le") and (self.high is None or value < self.high or (value == self.high and op == "lt")):
            self.high, self.high_in = value, op == "le"

    def empty(self) -> bool:
        if self.impossible:
            return True
        if self.equal is not None and self._outside(self.equal):
            return True
        if self.low is None or self.high is None:
            return False
        return bool(self.low > self.high or (self.low == self.high and not (self.low_in and self.high_in)))

    def _outside(self, value: Any) -> bool:
        below = self.low is not None and (value < self.low or (value == self.low and not self.low_in))
        above = self.high is not None and (value > self.high or (value == self.high and not self.high_in))
        return bool(below or above)


def _never(context: Context, node: Node, key: ScopeKey) -> bool:
    """Whether a conjunction of comparisons contradicts itself or the limits of its fields."""
    node = _bare(node)
    if node.op == "or":
        return all(_never(context, kid, key) for kid in node.kids)
    bounds: dict[tuple[str, type], _Bounds] = {}
    for part in _parts(node):
        if part.op == "const" and part.value is False:
            return True
        if part.op == "or" and _never(context, part, key):
            return True
        for path, op, value in _limits(part):
            at = (path, type(value))
            if at not in bounds:
                bounds[at] = _Bounds()
                _own_limits(context, key, path, bounds[at], value)
            bounds[at].take(op, value)
    return any(b.empty() for b in bounds.values())


def _parts(node: Node) -> Iterator[Node]:
    node = _bare(node)
    if node.op == "and":
        for kid in node.kids:
            yield from _parts(kid)
    else:
        yield node


def _limits(part: Node) -> Iterator[tuple[str, str, Any]]:
    if part.op in _FLIPPED and part.op != "ne":
        left, right = (_bare(k) for k in part.kids)
        if _path(left) and right.op == "const" and _ordered(right.value):
            yield _path(left), part.op, _number(right.value)
        elif _path(right) and left.op == "const" and _ordered(left.value):
            yield _path(right), _FLIPPED[part.op], _number(left.value)
    elif part.op == "between":
        value, low, high = (_bare(k) for k in part.kids)
        if _path(value):
            for op, end in (("ge", low), ("le", high)):
                if end.op == "const" and _ordered(end.value):
                    yield _path(value), op, _number(end.value)


def _ordered(value: Any) -> bool:
    return isinstance(value, int | Decimal | str | date) and not isinstance(value, bool)


def _number(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) else value


def _own_limits(context: Context, key: ScopeKey, path: str, bounds: _Bounds, value: Any) -> None:
    """What the field itself allows."""
    field = _field_at(context, key, path)
    if field is None or not isinstance(value, Decimal):
        return
    for name, op in (("minimum", "ge"), ("maximum", "le"), ("exclusiveMinimum", "gt"), ("exclusiveMaximum", "lt")):
        limit = field.options.get(name)
        if isinstance(limit, int | Decimal) and not isinstance(limit, bool):
            bounds.take(op, Decimal(limit))
