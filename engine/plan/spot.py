"""Where a comparison stands: two models and an entity of both; and whether two texts mean the same there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..compile.table import child_name, table_name
from ..definition.scope import choice_scope, entity_scope, row_scope
from ..diagnostics import Diagnostic
from ..expr import Scope, check, renamed
from ..fieldtypes import target_of
from ..model import Entity, Expr, Field, Model
from ..model.steps import CopyColumn
from .physical import Tables
from .steps import Step


@dataclass(slots=True)
class Found:
    """What a comparison gathers. stood: the tables as they stand before."""

    stood: Tables
    steps: list[Step] = field(default_factory=list)
    copies: list[CopyColumn] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """An entity before and after; rows: the sub-table, before and after, whose columns are compared."""

    before: Model
    after: Model
    old: Entity
    new: Entity
    rows: tuple[Field, Field] | None = None

    @property
    def table(self) -> str:
        """The table the compared fields are columns of."""
        return child_name(self.new, self.rows[1]) if self.rows else table_name(self.new)

    def path(self, spec: Field) -> str:
        """`phone`, or `guardians.phone` for a column of a sub-table."""
        return f"{self.rows[1].name}.{spec.name}" if self.rows else spec.name

    def subject(self, *names: str) -> tuple[str, ...]:
        """The names that lead to a part of the entity."""
        inner = (self.rows[1].name,) if self.rows else ()
        return ("entity", self.new.name, *inner, *names)

    def step(self, kind: str, code: str, spec: Field, risk: Any = "safe", args: Any = None, **more: Any) -> Step:
        """A step about a field."""
        shown = {"field": spec.title, "name": self.path(spec), "entity": self.new.title, **(args or {})}
        return Step(kind, self.subject(spec.name), risk, Diagnostic(code, spec.place, shown), **more)

    def same(self, old: Any, new: Any, choice: tuple[Field, Field] | None = None) -> bool:
        """Whether two values or expressions mean the same, whatever the fields in them are called by now."""
        if old == new:
            return True
        if not isinstance(old, Expr) or not isinstance(new, Expr):
            return False
        left, right = self._scopes(choice)
        was, is_ = by_ids(old.text, left, self.before, self.old), by_ids(new.text, right, self.after, self.new)
        return was is not None and was == is_

    def _scopes(self, choice: tuple[Field, Field] | None) -> tuple[Scope, Scope]:
        if choice is not None:
            return choice_scope(self.before, self.old, choice[0]), choice_scope(self.after, self.new, choice[1])
        if self.rows:
            return row_scope(self.before, self.old, self.rows[0]), row_scope(self.after, self.new, self.rows[1])
        return entity_scope(self.before, self.old), entity_scope(self.after, self.new)


def by_ids(text: str, scope: Scope, model: Model, entity: Entity) -> str | None:
    """The expression with ids in place of the names of fields; None when it cannot be read."""
    typed = check(text, scope).expr
    return renamed(typed, scope, _own(entity), _members(model)) if typed else None


def _own(entity: Entity) -> Mapping[tuple[str, ...], str]:
    names = {(f.name,): f.id for f in entity.fields}
    return names | {(f.name, c.name): c.id for f in entity.fields for c in f.rows}


def _members(model: Model) -> Mapping[tuple[str, str], str]:
    return {(e.name, f.name): f.id for e in model.entities.values() for f in e.fields}


def ids_along(model: Model, entity: Entity, path: tuple[str, ...]) -> tuple[str, ...]:
    """A path of names as ids, so that renamed fields on the way make no difference."""
    found: list[str] = []
    at: Entity | None = entity
    for name in path:
        field = at.field(name) if at else None
        found.append(field.id if field else name)
        at = model.entities.get(target_of(field)) if field else None
    return tuple(found)
