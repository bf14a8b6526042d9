"""The JSON Schema of a field: that of its type, with the keywords its definition adds."""

from __future__ import annotations

from typing import Any

from ..model import Field, Model
from .base import type_of
from .keys import VALUE_RULES


def value_rules(spec: Field) -> dict[str, Any]:
    """The JSON Schema keywords the definition adds that no cast knows of; they hold for the JSON of a value."""
    known = {k.name for k in type_of(spec).keys if k.kind == "schema"}
    return {name: spec.options[name] for name in VALUE_RULES if name in known and name in spec.options}


def schema_of(spec: Field, model: Model) -> dict[str, Any]:
    """JSON Schema 2020-12 of the JSON of a value, null not among them."""
    schema = type_of(spec).schema(spec, model)
    rules = value_rules(spec)
    return schema | {"allOf": [rules]} if rules else schema


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema with null allowed."""
    if "allOf" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    if "anyOf" in schema:
        return schema | {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    found = schema | {"type": [schema["type"], "null"]} if isinstance(schema.get("type"), str) else dict(schema)
    return found | {"enum": [*found["enum"], None]} if "enum" in found else found
