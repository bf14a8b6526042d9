"""Reads values out of nodes whose shape has been checked; what does not fit is read as left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..model import Expr, Sort, Text
from .names import is_name, is_path
from .node import Node


def text(node: Node | None, key: str) -> Text:
    """A text in both languages; a plain string stands for all of them."""
    found = node.get(key) if node else None
    return text_at(found)


def text_at(found: Node | None) -> Text:
    """The text written at a node."""
    if found is None:
        return Text()
    if found.kind == "map":
        return Text(*(_string(found.get(lang)) for lang in ("zh", "en")))
    return Text(_string(found), "")


def string(node: Node | None, key: str, usual: str = "") -> str:
    """A scalar as it was written."""
    found = node.get(key) if node else None
    return found.text if found is not None and found.kind == "scalar" else usual


def _string(found: Node | None) -> str:
    return found.text if found is not None and found.kind == "scalar" else ""


def name(node: Node | None, key: str) -> str:
    """A plain identifier."""
    found = string(node, key)
    return found if is_name(found) else ""


def names(node: Node | None, key: str) -> tuple[str, ...]:
    """One name or a list of them."""
    return tuple(n.text for n in name_nodes(node, key))


def name_nodes(node: Node | None, key: str) -> tuple[Node, ...]:
    """The nodes of one name or a list of them."""
    found = node.get(key) if node else None
    if found is None or found.kind == "map":
        return ()
    items: Iterable[Node] = found.items if found.kind == "list" else (found,)
    return tuple(n for n in items if n.kind == "scalar" and n.text)


def path_of(written: str) -> tuple[str, ...]:
    """`class.campus` as names; () for what is no path."""
    return tuple(written.split(".")) if is_path(written) else ()


def path(node: Node | None, key: str) -> tuple[str, ...]:
    """A dotted path."""
    return path_of(string(node, key))


def paths(node: Node | None, key: str) -> tuple[tuple[str, ...], ...]:
    """A list of dotted paths."""
    return tuple(p for p in (path_of(n.text) for n in name_nodes(node, key)) if p)


def order(node: Node | None, key: str) -> tuple[Sort, ...]:
    """Paths, those with `-` before them descending."""
    found = ((path_of(n.text.removeprefix("-")), n.text.startswith("-")) for n in name_nodes(node, key))
    return tuple(Sort(p, down) for p, down in found if p)


def flag(node: Node | None, key: str) -> bool:
    """Whether `true` is written."""
    found = node.get(key) if node else None
    return found is not None and found.value is True


def feel(node: Node | None, key: str) -> Expr | None:
    """An expression with its place."""
    found = node.get(key) if node else None
    return expr_at(found) if found is not None and found.kind == "scalar" and found.text.strip() else None


def expr_at(found: Node) -> Expr:
    """The expression written at a scalar."""
    return Expr(found.text.strip() if found.style in ("|", ">") else found.text, found.text_place)


#: Words that stand for a value known only when it is set.
_SPOKEN = {"today": "today()", "now": "now()", "actor": "actor"}


def assigned(found: Node | None) -> Any:
    """A constant, or an expression for `{feel: ...}`, `today`, `now`, `actor`."""
    if found is None:
        return None
    if found.kind == "map":
        return feel(found, "feel")
    if found.kind == "scalar" and not found.style and found.text in _SPOKEN:
        return Expr(_SPOKEN[found.text], found.place)
    if found.kind == "list":
        return tuple(frozen(found))
    return found.value


def frozen(node: Node) -> Any:
    """The value as dicts, tuples and scalars."""
    if node.kind == "map":
        return {k: frozen(v) for k, v in node.entries.items()}
    if node.kind == "list":
        return tuple(frozen(n) for n in node.items)
    return node.value
