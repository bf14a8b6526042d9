"""What an expression reads of its context: paths of names."""

from __future__ import annotations

from .node import Node

Path = tuple[str, ...]


def paths_of(root: Node) -> frozenset[Path]:
    """The longest path of names for each thing read; members of list items count as members of the list."""
    found: set[Path] = set()
    _read(root, {}, found)
    return frozenset(found)


def _read(node: Node, bases: dict[str, Path], found: set[Path]) -> Path | None:
    """Collect what is read at `node` and below it; its own path when it is one."""
    base = _base(node, bases, found)
    if base is not None:
        found.add(base)
    return base


def _base(node: Node, bases: dict[str, Path], found: set[Path]) -> Path | None:
    op = node.op
    if op == "name":
        return (node.value,)
    if op == "local":
        return bases.get(node.value)
    if op == "path":
        inner = _base(node.kids[0], bases, found)
        return None if inner is None else (*inner, node.value)
    if op == "filter":
        base = _base(node.kids[0], bases, found)
        if base is not None:
            bases[node.value] = base
            found.add(base)
        _read(node.kids[1], bases, found)
        return base
    if op == "index":
        base = _base(node.kids[0], bases, found)
        _read(node.kids[1], bases, found)
        return base
    if op in ("for", "some", "every"):
        for name, source in zip(node.value, node.kids[:-1], strict=False):
            base = _read(source, bases, found)
            if base is not None:
                bases[name] = base
        _read(node.kids[-1], bases, found)
        return None
    for kid in node.kids:
        _read(kid, bases, found)
    return None
