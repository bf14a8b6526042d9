"""What an API token is limited to: `entity:operation`, with `*` for any and two words for several operations."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import Diagnostic, Place, did_you_mean
from ..model import OPERATIONS, Model, Operation, Text

EVERYTHING = "*"

#: Words that stand for several operations.
WORDS: Mapping[str, frozenset[str]] = {
    "read": frozenset({"see"}),
    "write": frozenset({"create", "edit", "delete"}),
    "*": frozenset(OPERATIONS),
}

#: Rights over the product itself stand under this name in place of an entity.
SYSTEM_PART = "system"
SYSTEM_RIGHTS = ("definitions", "users", "audit", "jobs")


def reaches(scopes: frozenset[str] | None, entity: str, operation: str) -> bool:
    """Whether the scopes let an operation through; None: there is no limit."""
    if scopes is None or EVERYTHING in scopes:
        return True
    for scope in scopes:
        part, _, what = scope.partition(":")
        if part in (entity, "*") and (what == operation or operation in WORDS.get(what, ())):
            return True
    return False


def unknown_scopes(model: Model, scopes: frozenset[str], place: Place) -> tuple[Diagnostic, ...]:
    """The scopes that mean nothing under this model."""
    entities = [*model.entities, "*", SYSTEM_PART]
    found = []
    for scope in sorted(scopes - {EVERYTHING}):
        part, _, what = scope.partition(":")
        words = [*SYSTEM_RIGHTS, "*"] if part == SYSTEM_PART else [*OPERATIONS, *WORDS]
        if part in entities and what in words:
            continue
        near = f"{part if part in entities else did_you_mean(part, entities)}:{did_you_mean(what, words)}"
        hint = (
            Text()
            if near.startswith(":") or near.endswith(":")
            else Text(f"是不是“{near}”？", f'Did you mean "{near}"?')
        )
        found.append(Diagnostic("ACCESS_050", place, {"scope": scope[:80], "near": hint}))
    return tuple(found)


def operation_scope(entity: str, operation: Operation) -> str:
    """How the scope is written that would let the operation through."""
    return f"{entity}:{operation}"
