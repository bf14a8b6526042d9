"""Checks of JSON Schema written by hand: value rules of fields and of whole records have to be a schema."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from ..diagnostics import Place
from ..fieldtypes.schema import value_rules
from ..model import Entity, Field
from .context import Context


def check_value_rules(context: Context, field: Field) -> None:
    """`enum`, `not`, `anyOf` ... beside a field."""
    rules = value_rules(field)
    if rules:
        _schema(context, rules, field.place, ", ".join(rules))


def check_constraints(context: Context, entity: Entity, places: dict[str, Place]) -> None:
    """`allOf`, `if`, `dependentRequired` ... beside the properties, each on its own; `if` with what follows from it."""
    together = {"if", "then", "else"} & set(entity.constraints)
    for key, value in entity.constraints.items():
        if key not in together:
            _schema(context, {key: value}, places[key], key)
    if together:
        first = next(k for k in ("if", "then", "else") if k in together)
        _schema(context, {k: entity.constraints[k] for k in together}, places[first], first)


def _schema(context: Context, schema: dict[str, Any], place: Place, key: str) -> None:
    try:
        jsonschema_rs.Draft202012Validator(
            schema, validate_formats=False, pattern_options=jsonschema_rs.RegexOptions(), offline=True
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError, TypeError) as error:
        why = str(error).partition("\n")[0][:200]
        context.say("ENT_041", place, key=key, why=why)
