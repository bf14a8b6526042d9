"""What the checks of a model share: expressions checked once, names that are known, messages that gather."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..diagnostics import Diagnostic, Place
from ..expr import Checked, Scope, Type, Typed, check
from ..expr.builtin import Builtin
from ..fieldtypes import target_of, type_of
from ..model import Entity, Expr, Field, Model
from .node import Node
from .scope import Members, choice_scope, entity_scope, row_scope
from .seen import names_of
from .source import Source

#: A scope by what it is for: ("entity", name), ("row", entity, field), ("choice", entity, field or "rows.column").
ScopeKey = tuple[str, ...]

_MEMO: dict[tuple[Any, ...], tuple[tuple[tuple[str, int], ...], Checked]] = {}
_MOST = 20_000
_NUMBERS: dict[tuple[Any, ...], int] = {}


class _Watched(Members):
    """Members that note which entities were asked for, so that an answer can be kept while these stay as they are."""

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self.asked: set[str] = set()
        self._signed: dict[str, int] = {}

    def members(self, entity: str) -> Mapping[str, Type]:
        self.asked.add(entity)
        return super().members(entity)

    def signature(self, entity: str) -> int:
        """A number that stands for the names and types of an entity."""
        if entity not in self._signed:
            shape = tuple(super().members(entity).items())
            self._signed[entity] = _NUMBERS.setdefault(shape, len(_NUMBERS))
        return self._signed[entity]


class Context:
    """One check of a whole model."""

    def __init__(self, model: Model, sources: Iterable[Source], functions: Mapping[str, Builtin]) -> None:
        self.model = model
        self.functions = functions
        self.nodes: Mapping[tuple[str, str], Node] = {(s.kind, s.name): s.node for s in sources}
        self.messages: list[Diagnostic] = []
        self.members = _Watched(model)
        self._scopes: dict[ScopeKey, Scope] = {}
        self._words: dict[str, frozenset[str]] = {}

    def say(self, code: str, place: Place, /, **args: Any) -> None:
        """Note a message."""
        self.messages.append(Diagnostic(code, place, args))

    def node(self, kind: str, name: str) -> Node:
        """What was written for a definition."""
        return self.nodes[(kind, name)]

    @cached_property
    def roles(self) -> frozenset[str]:
        """Every role somebody can hold: those of policies and those that follow from fields."""
        given = {g.role for e in self.model.entities.values() for g in e.gives}
        return frozenset({p.role for p in self.model.policies.values()} | given)

    def words(self, entity: Entity) -> frozenset[str]:
        """What policies may call the fields of an entity."""
        if entity.name not in self._words:
            self._words[entity.name] = frozenset(w for p, f in each_field(entity) for w in names_of(f, p))
        return self._words[entity.name]

    def expression(self, expr: Expr | None, key: ScopeKey, want: Type | None = None) -> Typed | None:
        """The checked expression; its messages are noted. None when there is none or it has errors."""
        if expr is None:
            return None
        found = self._checked(expr, key, want)
        self.messages.extend(found.diagnostics)
        return found.expr

    def quietly(self, expr: Expr | None, key: ScopeKey) -> Typed | None:
        """The checked expression without noting its messages again."""
        return self._checked(expr, key, None).expr if expr is not None else None

    def _checked(self, expr: Expr, key: ScopeKey, want: Type | None) -> Checked:
        memo = (expr.text, expr.place, key, want, tuple(self.functions))
        kept = _MEMO.get(memo)
        if kept is not None and all(self.members.signature(name) == number for name, number in kept[0]):
            return kept[1]
        scope = self.scope(key)
        self.members.asked = {key[1]}
        found = check(expr.text, scope, want, expr.place)
        if key[0] == "choice":
            self.members.asked.add(target_of(self.field(key)))
        if len(_MEMO) > _MOST:
            _MEMO.clear()
        asked = tuple((name, self.members.signature(name)) for name in sorted(self.members.asked))
        _MEMO[memo] = (asked, found)
        return found

    def scope(self, key: ScopeKey) -> Scope:
        """What an expression of that place may speak of."""
        if key not in self._scopes:
            self._scopes[key] = self._scope(key)
        return self._scopes[key]

    def _scope(self, key: ScopeKey) -> Scope:
        entity = self.model.entities[key[1]]
        if key[0] == "row":
            return row_scope(self.model, entity, self.field(key), self.functions, self.members)
        if key[0] == "choice":
            return choice_scope(self.model, entity, self.field(key), self.functions, self.members)
        return entity_scope(self.model, entity, self.functions, self.members)

    def field(self, key: ScopeKey) -> Field:
        """The field a scope is about. Raises KeyError."""
        found = walk_names(self.model.entities[key[1]].fields, key[2].split("."))
        if found is None:
            raise KeyError(key)
        return found


def walk_names(fields: Iterable[Field], names: list[str]) -> Field | None:
    """The field, or the column of a sub-table, the names lead to."""
    found: Field | None = None
    for name in names:
        found = next((f for f in fields if f.name == name), None)
        fields = found.rows if found else ()
    return found


def each_field(entity: Entity) -> Iterator[tuple[str, Field]]:
    """Every field and every column of a sub-table (`guardians.phone`), in order."""
    for top in entity.fields:
        yield top.name, top
        for inner in top.rows:
            yield f"{top.name}.{inner.name}", inner


@dataclass(frozen=True, slots=True)
class Reached:
    """The end of a path of names. unknown: the first name that leads nowhere, and what stands there instead."""

    field: Field | None = None
    entity: Entity | None = None
    unknown: str = ""
    known: tuple[str, ...] = ()


#: Names every record has beside its fields that lists may show and sort by.
META_NAMES = ("id", "created_at", "updated_at")


def follow(model: Model, entity: Entity, path: tuple[str, ...]) -> Reached:
    """Follow links from a record of `entity`."""
    at: Entity | None = entity
    found: Field | None = None
    for name in path:
        if at is None:
            return Reached(None, None, name, ())
        found = at.field(name)
        if found is None:
            if name in META_NAMES and name == path[-1]:
                return Reached(None, at)
            return Reached(None, at, name, tuple(f.name for f in at.fields))
        at = model.entities.get(target_of(found)) if type_of(found).shape == "link" else None
    return Reached(found, at)
