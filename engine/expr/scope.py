"""What an expression may speak of: names, linked records, extra functions; and what checking it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..diagnostics import Diagnostic
from .builtin import Builtin
from .lexer import Trie, trie_of
from .node import Node
from .types import Entities, Type

_NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """The names an expression may use.

    names: name -> type, among them `actor` and `?` where they have a meaning; entities: what links lead to;
    functions: further functions, from plugins; types: named types for `instance of`, from decision models.
    """

    names: Mapping[str, Type] = field(default_factory=dict)
    entities: Entities | None = None
    functions: Mapping[str, Builtin] = field(default_factory=dict)
    types: Mapping[str, Type] = field(default_factory=dict)
    _made: dict[str, Trie] = field(default_factory=dict, init=False, repr=False)

    def known(self) -> Trie:
        """The names of several words, for the lexer; found once."""
        if "trie" not in self._made:
            found = set(self.names) | set(self.functions) | set(self.types)
            for one_function in self.functions.values():
                found |= {p.name for s in one_function.signatures for p in s.params}
            for one in self.names.values():
                _member_names(one, found)
            self._made["trie"] = trie_of(found)
        return self._made["trie"]


def _member_names(one: Type, found: set[str]) -> None:
    for name, inner in one.fields or ():
        found.add(name)
        _member_names(inner, found)
    if one.item is not None:
        _member_names(one.item, found)


@dataclass(frozen=True, slots=True, eq=False)
class Typed:
    """A checked expression.

    node: the normalised typed tree; paths: what it reads of its context, each as a path of names such as
    ("class", "campus"), the longest only.
    """

    text: str
    type: Type
    node: Node
    paths: frozenset[tuple[str, ...]]

    @property
    def tree(self) -> dict[str, Any]:
        """The normalised typed tree as JSON."""
        return self.node.to_json()


@dataclass(frozen=True, slots=True)
class Checked:
    """expr is None when the text has errors; diagnostics hold them, and warnings."""

    expr: Typed | None
    diagnostics: tuple[Diagnostic, ...] = ()
