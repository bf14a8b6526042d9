"""The lines of all policies, sorted by entity and role, with the fields each one speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..model import Entity, Field, Grantline, Model

#: What a line writes for "any entity".
ANY_ENTITY = "*"


@dataclass(frozen=True, slots=True)
class Ruled:
    """A line for one entity.

    covers: ids of the fields it gives or denies; masks: ids of those it masks; whole: it speaks of whole records.
    """

    role: str
    policy: str
    line: Grantline
    covers: frozenset[str]
    masks: frozenset[str]
    whole: bool


Rules = Mapping[str, tuple[Ruled, ...]]  # by role


@dataclass(frozen=True, slots=True)
class Spoken:
    """A field as policies see it: its id, the words that name it, and whether any deny or mask wins for it."""

    id: str
    words: frozenset[str]
    sensitive: bool


def spoken_fields(entity: Entity) -> tuple[Spoken, ...]:
    """The fields of the entity, the columns of its sub-tables included."""
    found: list[Spoken] = []
    for top in entity.fields:
        words = _words(top, "")
        found.append(Spoken(top.id, words, bool(top.sensitive)))
        for inner in top.rows:
            sensitive = bool(inner.sensitive or top.sensitive)
            found.append(Spoken(inner.id, words | _words(inner, top.name + "."), sensitive))
    return tuple(found)


def _words(one: Field, prefix: str) -> frozenset[str]:
    """What a line may call the field: its name, its group, the kind of sensitive information it holds."""
    return frozenset(w for w in (prefix + one.name, one.group, one.sensitive if not one.group else "") if w)


def rules_of(model: Model, entity: Entity) -> Rules:
    """The lines about `entity` by role, in the order of the policies' names."""
    spoken = spoken_fields(entity)
    found: dict[str, list[Ruled]] = {}
    for name in sorted(model.policies):
        policy = model.policies[name]
        for line in policy.lines:
            if line.entity in (entity.name, ANY_ENTITY):
                found.setdefault(policy.role, []).append(_ruled(policy.role, policy.name, line, spoken))
    return {role: tuple(lines) for role, lines in found.items()}


def _ruled(role: str, policy: str, line: Grantline, spoken: tuple[Spoken, ...]) -> Ruled:
    every = frozenset(s.id for s in spoken)
    covers = _named(spoken, line.fields) if line.fields else every - _named(spoken, line.but)
    whole = not line.fields and not line.but
    return Ruled(role, policy, line, covers, _named(spoken, line.mask), whole)


def _named(spoken: Iterable[Spoken], words: tuple[str, ...]) -> frozenset[str]:
    wanted = frozenset(words)
    return frozenset(s.id for s in spoken if wanted & s.words)
