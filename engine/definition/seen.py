"""What the policies leave of a field for a role, as far as that is known without a record: never, perhaps."""

from __future__ import annotations

from collections.abc import Iterable

from ..model import Entity, Field, Grantline, Model, Operation, Text


def lines_of(model: Model, role: str, entity: str) -> list[Grantline]:
    """The lines of all policies of a role that speak of an entity."""
    lines = (line for p in model.policies.values() if p.role == role for line in p.lines)
    return [line for line in lines if line.entity in (entity, "*")]


def names_of(field: Field, path: str) -> frozenset[str]:
    """The words a policy may call the field by: its path, its group, its kind of sensitive information."""
    words = {path, field.group, field.sensitive if not field.group else ""}
    return frozenset(w for w in words if w)


def speaks_of(line: Grantline, words: frozenset[str]) -> bool:
    """Whether a line is about the field called by `words`."""
    return bool(words & set(line.fields)) if line.fields else not words & set(line.but)


def may(model: Model, role: str, entity: Entity, field: Field, operation: Operation) -> bool:
    """Whether the role may do it with the field of at least one record."""
    return may_called(model, role, entity.name, names_of(field, field.name), operation)


def may_called(model: Model, role: str, entity: str, words: frozenset[str], operation: Operation) -> bool:
    """The same for a field that policies call by `words`."""
    about = lines_of(model, role, entity)
    if all(operation not in line.can for line in about):
        return False
    lines = [line for line in about if speaks_of(line, words)]
    given = any(operation in line.can for line in lines)
    # A deny that depends on the record leaves others; an unconditional one of the same or wider reach does not.
    denied = any(operation in line.deny and line.where is None and line.scope == "all" for line in lines)
    return given and not denied


def seen_by(model: Model, role: str, entity: Entity, name: str) -> bool:
    """Whether the role sees the field of at least one record."""
    field = entity.field(name)
    return field is not None and may(model, role, entity, field, "see")


def audience(model: Model, entity: str, words: frozenset[str], *operations: Operation) -> tuple[str, ...]:
    """The roles that may do one of the operations with a field called by `words`, in the order of the policies."""
    roles = dict.fromkeys(p.role for p in model.policies.values())
    return tuple(r for r in roles if any(may_called(model, r, entity, words, o) for o in operations))


def role_titles(model: Model, roles: Iterable[str]) -> Text:
    """The roles as their policies call them."""
    titles = {p.role: p.title for p in reversed(tuple(model.policies.values()))}
    found = [titles[role] for role in roles]
    return Text("、".join(t.get("zh") for t in found), ", ".join(t.get("en") for t in found))
