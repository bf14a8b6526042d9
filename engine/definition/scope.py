"""What an expression in a definition may speak of: the fields of a record, what its links lead to, and who acts."""

from __future__ import annotations

from collections.abc import Mapping

from ..expr import (
    ACTOR,
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NUMBER,
    STRING,
    TIME,
    Scope,
    Type,
    context_of,
    link,
    list_of,
)
from ..expr.builtin import Builtin
from ..fieldtypes import feel_of, target_of
from ..model import Entity, Field, Model

_FILE = context_of({"id": NUMBER, "name": STRING, "size": NUMBER, "media_type": STRING})

#: FEEL type of a field type -> type of the language; links and sub-tables depend on the field.
_TYPES: Mapping[str, Type] = {
    "string": STRING,
    "number": NUMBER,
    "boolean": BOOLEAN,
    "date": DATE,
    "time": TIME,
    "date and time": DATE_TIME,
    "days and time duration": DAYS_TIME,
    "list<string>": list_of(STRING),
    "context": CONTEXT,
    "file": _FILE,
    "list<file>": list_of(_FILE),
}

#: What every record has beside its fields; a field of the same name comes first.
META: Mapping[str, Type] = {
    "id": NUMBER,
    "version": NUMBER,
    "unit": link(""),
    "created_by": NUMBER,
    "created_at": DATE_TIME,
    "updated_by": NUMBER,
    "updated_at": DATE_TIME,
}

#: The record itself, as a link.
SELF = "self"


def feel_type(spec: Field) -> Type:
    """The type of the field's values in an expression."""
    feel = feel_of(spec)
    if feel == "link":
        return link(target_of(spec))
    if feel == "rows":
        return list_of(context_of({"id": NUMBER, **{c.name: feel_type(c) for c in spec.rows}}))
    return _TYPES[feel]


class Members:
    """What stands after the dot of a link, for the entities of a model; each entity is looked at once."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._found: dict[str, Mapping[str, Type]] = {}

    def members(self, entity: str) -> Mapping[str, Type]:
        """Field name -> type, with what every record has; empty for an unknown entity."""
        if entity not in self._found:
            known = self._model.entities.get(entity)
            self._found[entity] = {**META, **{f.name: feel_type(f) for f in known.fields}} if known else {}
        return self._found[entity]


def entity_scope(
    model: Model, entity: Entity, functions: Mapping[str, Builtin] | None = None, entities: Members | None = None
) -> Scope:
    """For expressions over a record: its fields, what every record has, `self` and `actor`.

    entities: share one between the scopes of a model, it remembers what it found.
    """
    entities = entities or Members(model)
    names = {"actor": ACTOR, SELF: link(entity.name), **entities.members(entity.name)}
    return Scope(names, entities, functions or {})


def row_scope(
    model: Model,
    entity: Entity,
    rows: Field,
    functions: Mapping[str, Builtin] | None = None,
    entities: Members | None = None,
) -> Scope:
    """For expressions in the columns of a sub-table: the columns first, then the record around the row."""
    outer = entity_scope(model, entity, functions, entities)
    columns = {c.name: feel_type(c) for c in rows.rows}
    return Scope({**outer.names, "id": NUMBER, **columns}, outer.entities, outer.functions)


def choice_scope(
    model: Model,
    entity: Entity,
    spec: Field,
    functions: Mapping[str, Builtin] | None = None,
    entities: Members | None = None,
) -> Scope:
    """For the `where` of a link: the fields of the record to choose, `record` it is chosen for, `unit` and `actor`.

    unit: that of the record it is chosen for, else the first one the actor has a role in; a field of the target named
    `unit` comes first.
    """
    entities = entities or Members(model)
    around = context_of(entities.members(entity.name))
    names = {"actor": ACTOR, "record": around, **entities.members(target_of(spec))}
    return Scope(names, entities, functions or {})
