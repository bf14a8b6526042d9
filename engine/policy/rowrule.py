"""Row rules: FEEL text over a record and who acts, as SQL and as a Python function that answers alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..definition.scope import entity_scope
from ..diagnostics import Diagnostic, Place, Refused
from ..expr import BOOLEAN, Typed, check, compile_python
from ..expr.dialect import DialectName
from ..expr.sql import compile_sql
from ..model import Entity, Model, Sql
from .columns import EntityColumns


class RowRules:
    """The row rules over one entity, each read once.

    Raises Refused for a text that was not checked when it was published: no rule is ever left out in silence.
    """

    def __init__(self, model: Model, entity: Entity, dialect: DialectName) -> None:
        self._model = model
        self._entity = entity
        self._dialect: DialectName = dialect
        self._scope = entity_scope(model, entity)
        self._typed: dict[str, Typed] = {}
        self._python: dict[str, Callable[[Mapping[str, Any]], Any]] = {}

    def typed(self, text: str) -> Typed:
        """The checked rule."""
        if text not in self._typed:
            found = check(text, self._scope, BOOLEAN)
            if found.expr is None:
                raise Refused(found.diagnostics)
            self._typed[text] = found.expr
        return self._typed[text]

    def sql(self, text: str, alias: str) -> Sql:
        """The rule over the record table under `alias`: true exactly when the rule is."""
        found = compile_sql(self.typed(text), EntityColumns(self._model, self._entity, alias), self._dialect)
        if isinstance(found, Diagnostic):
            raise Refused(found)
        return Sql("(") + found + ")"

    def holds(self, text: str, context: Mapping[str, Any]) -> bool:
        """Whether the rule holds for one record. context: name -> value, with `actor`, `$now` and `$zone`."""
        if text not in self._python:
            self._python[text] = compile_python(self.typed(text))
        return self._python[text](context) is True

    def paths(self, text: str) -> frozenset[tuple[str, ...]]:
        """What the rule reads of the record, as paths of names."""
        return frozenset(p for p in self.typed(text).paths if p[0] != "actor")


def unfit(model: Model, entity: Entity, text: str, place: Place) -> tuple[Diagnostic, ...]:
    """Why a text is no row rule over `entity`: the checker's messages, or the part no database can decide."""
    found = check(text, entity_scope(model, entity), BOOLEAN, place)
    if found.expr is None:
        return found.diagnostics
    columns = EntityColumns(model, entity)
    for dialect in ("sqlite", "postgres"):
        made = compile_sql(found.expr, columns, dialect, place=place)
        if isinstance(made, Diagnostic):
            return (*found.diagnostics, made)
    return found.diagnostics
