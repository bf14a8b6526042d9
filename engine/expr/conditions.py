"""Conditions put together by clicking: rows of field, operator and value, written as an expression and read back."""

from __future__ import annotations

from dataclasses import dataclass

from .lexer import is_identifier
from .node import Node
from .scope import Typed

#: The operators a row may have, in the words of the field types' filters, with their sign where they have one.
SIGNS = {"eq": "=", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_OPS = {"eq": "eq", "ne": "ne", "lt": "lt", "le": "lte", "gt": "gt", "ge": "gte"}
_CALLS = {"starts with": "starts", "contains": "contains", "list contains": "has"}
_WORDS = {word: name for name, word in _CALLS.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """One row. path: names from the record; op: eq, ne, lt, lte, gt, gte, in, between, starts, contains, has or empty;
    values: expressions as text, two for between, none for empty; negated: the opposite."""

    path: tuple[str, ...]
    op: str
    values: tuple[str, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows and groups, of which all (`every`) or at least one must hold."""

    every: bool
    parts: tuple[Row | Group, ...]


def write(condition: Row | Group) -> str:
    """The condition as an expression. An empty group holds always."""
    return _group(condition, False) if isinstance(condition, Group) else _row(condition)


def _group(group: Group, inside: bool) -> str:
    if not group.parts:
        return "true"
    word = " and " if group.every else " or "
    made = word.join(_group(p, True) if isinstance(p, Group) else _row(p) for p in group.parts)
    return f"({made})" if inside and len(group.parts) > 1 else made


def _row(row: Row) -> str:
    name = ".".join(n if is_identifier(n) else f"`{n}`" for n in row.path)
    if row.op in SIGNS:
        made = f"{name} {SIGNS[row.op]} {row.values[0]}"
    elif row.op == "in":
        made = f"{name} in ({', '.join(row.values)})"
    elif row.op == "between":
        made = f"{name} between {row.values[0]} and {row.values[1]}"
    elif row.op == "empty":
        made = f"is blank({name})"
    else:
        made = f"{_WORDS[row.op]}({name}, {row.values[0]})"
    return f"not({made})" if row.negated else made


def read(expr: Typed) -> Group | None:
    """The condition as rows, None when it says more than rows can show."""
    found = _read(expr, expr.node)
    return Group(True, (found,)) if isinstance(found, Row) else found


def _read(expr: Typed, node: Node) -> Row | Group | None:
    while node.op == "fit":
        node = node.kids[0]
    if node.op in ("and", "or"):
        parts = [_read(expr, kid) for kid in node.kids]
        return None if None in parts else Group(node.op == "and", tuple(p for p in parts if p is not None))
    if node.op == "const" and node.value is True:
        return Group(True, ())
    if node.op == "not":
        inner = _read(expr, node.kids[0])
        return Row(inner.path, inner.op, inner.values, True) if isinstance(inner, Row) and not inner.negated else None
    return _read_row(expr, node)


def _read_row(expr: Typed, node: Node) -> Row | None:
    if not node.kids:
        return None
    path = _path(node.kids[0])
    values = node.kids[1:]
    if path is None or not all(_simple(v) for v in values):
        return None
    texts = tuple(expr.text[v.start : v.end].strip() for v in values)
    if node.op in _OPS:
        return Row(path, _OPS[node.op], texts)
    if node.op == "between" or (node.op == "in" and not node.value and not any(v.op == "list" for v in values)):
        return Row(path, node.op, texts)
    if node.op == "call":
        name = str(node.value)
        if name == "is blank":
            return Row(path, "empty")
        return Row(path, _CALLS[name], texts) if name in _CALLS else None
    return None


def _path(node: Node) -> tuple[str, ...] | None:
    if node.op == "name":
        return (node.value,)
    owner = _path(node.kids[0]) if node.op == "path" else None
    return None if owner is None else (*owner, node.value)


def _simple(node: Node) -> bool:
    """A constant, a name, a date from the clock."""
    if node.op in ("const", "name"):
        return True
    if node.op == "path":
        return _path(node) is not None
    return node.op == "call" and not node.kids and str(node.value) in ("today", "now")
