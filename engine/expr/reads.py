"""What an expression reads of its context: paths of names."""

from __future__ import annotations

from .node import Node

Path = tuple[str, ...]
_BINDERS = frozenset({"for", "some", "every", "filter"})


def paths_of(root: Node) -> frozenset[Path]:
    """The longest path of names for each thing read; members of list items count as members of the list."""
    owners = {id(node.kids[0]) for node in root.walk() if node.op == "path"}
    return frozenset(base for node, base in bases_of(root) if base and id(node) not in owners)


def bases_of(root: Node) -> list[tuple[Node, Path | None]]:
    """Every node with the path of names it reads, None for what reads no one path."""
    found: list[tuple[Node, Path | None]] = []
    _visit(root, {}, found)
    return found


def _visit(node: Node, items: dict[str, Path | None], found: list[tuple[Node, Path | None]]) -> Path | None:
    base: Path | None = None
    if node.op in _BINDERS:
        names = (node.value,) if node.op == "filter" else node.value
        for name, source in zip(names, node.kids[:-1], strict=False):
            items[name] = base = _visit(source, items, found)
        _visit(node.kids[-1], items, found)
        base = base if node.op == "filter" else None
    else:
        inner = [_visit(kid, items, found) for kid in node.kids]
        if node.op == "name":
            base = (node.value,)
        elif node.op == "local":
            base = items.get(node.value)
        elif node.op == "path" and inner[0] is not None:
            base = (*inner[0], node.value)
        elif node.op == "index":
            base = inner[0]
    found.append((node, base))
    return base
