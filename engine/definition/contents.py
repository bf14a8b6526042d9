"""What documents hold, definition by definition, whether or not they are right: for a table of contents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..model import Text
from . import take
from .load import READ
from .node import Node
from .source import Source, sources
from .tables import KINDS

#: Where the parts of a definition stand that make its size: fields, sections, columns, steps, lines, codes, cards.
_PARTS: Mapping[str, tuple[str, ...]] = {
    "entity": ("schema", "properties"),
    "form": ("layout",),
    "view": ("columns",),
    "workflow": ("steps",),
    "policy": ("lines",),
    "codelist": ("codes",),
    "dashboard": ("cards",),
}


@dataclass(frozen=True, slots=True)
class Content:
    """A definition in a document. size: how many parts it has, 0 where that says nothing; line: from 1."""

    kind: str
    name: str
    title: Text
    path: str
    line: int
    size: int = 0
    about: str = ""

    @property
    def folder(self) -> str:
        """The first part of the path: packs lie in folders of their own."""
        first, slash, _ = self.path.partition("/")
        return first if slash else ""


def contents(documents: Mapping[str, str]) -> tuple[Content, ...]:
    """Every definition in the documents, kind by kind, each kind in the order of paths and lines."""
    found = [
        _content(source)
        for path in sorted(documents)
        if path.endswith(READ)
        for source in sources(path, documents[path]).sources
        if source.name
    ]
    order = list(KINDS)
    return tuple(sorted(found, key=lambda c: order.index(c.kind)))


def _content(source: Source) -> Content:
    node = source.node
    title = take.text(node, "title")
    return Content(source.kind, source.name, title, node.file, node.line, _size(source), take.name(node, "of"))


def _size(source: Source) -> int:
    here: Node | None = source.node
    for key in _PARTS.get(source.kind, ()):
        here = here.get(key) if here is not None else None
    if here is None:
        return 0
    return len(here.items) or len(here.entries)
