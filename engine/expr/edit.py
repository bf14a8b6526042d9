"""Expressions as text that can be changed: canonical function names, and names that were renamed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from .functions import ALIASES, WORDS
from .lexer import Token, Unreadable, is_identifier, tokens
from .reads import bases_of
from .scope import Scope, Typed


def canonical(text: str, scope: Scope) -> str:
    """The text with Chinese function names replaced by the names of the standard; unreadable text as it is."""
    try:
        found = tokens(text, scope.known(), WORDS)
    except Unreadable:
        return text
    edits = []
    for token, following in pairwise(found):
        called = token.type == "NAME" and following.type == "LP" and token.value in ALIASES
        if called and token.value not in scope.names and token.value not in scope.functions:
            edits.append((token.start, token.end, ALIASES[token.value]))
    return _applied(text, edits)


def renamed(
    expr: Typed, scope: Scope, names: Mapping[tuple[str, ...], str], members: Mapping[tuple[str, str], str]
) -> str:
    """The text after fields got new names; what only looks alike stays.

    names: path in the record, such as ("days",) or ("guardians", "phone") -> new last name; members: (entity, field)
    -> new name, for what is reached through links.
    """
    ends: dict[int, Token] = {}
    unary = expr.node.op in ("in", "not") and ("?",) in expr.paths
    for token in tokens(expr.text, scope.known(), WORDS, unary):
        ends[token.end] = token
    edits: dict[int, tuple[int, int, str]] = {}
    for node, base in bases_of(expr.node):
        new = names.get(base or ())
        if node.op == "path" and node.kids[0].type.kind == "link":
            new = members.get((node.kids[0].type.entity, node.value))
        written = ends.get(node.end)
        if new is not None and written is not None and written.type == "NAME" and written.value == node.value:
            edits[written.start] = (written.start, written.end, new if is_identifier(new) else f"`{new}`")
    return _applied(expr.text, sorted(edits.values()))


def _applied(text: str, edits: list[tuple[int, int, str]]) -> str:
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text
