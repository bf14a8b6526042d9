"""What one actor may see and send of an entity, and its JSON Schema cut down to that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..model import Entity, Model
from .schema import Use, record_schema

#: The operation behind each use of a schema.
NEEDED: Mapping[Use, str] = {"read": "see", "create": "create", "change": "edit"}


@dataclass(frozen=True, slots=True)
class Reach:
    """What an actor may do with the records of one entity.

    operations: names of policy operations. The others hold names of fields, "guardians.phone" for a column of a
    sub-table, None for all. read, write: what is shown at all and what may be sent; masked: always shown masked, as
    text; varied: in full, masked or not at all, depending on the record; open: may be sorted and filtered by; whole:
    may be looked up by the full value, though not open.
    """

    operations: frozenset[str]
    read: frozenset[str] | None = None
    write: frozenset[str] | None = None
    masked: frozenset[str] = frozenset()
    varied: frozenset[str] = frozenset()
    open: frozenset[str] | None = None
    whole: frozenset[str] = frozenset()


def reached_schema(model: Model, entity: Entity, reach: Reach, lang: str, use: Use) -> dict[str, Any]:
    """The JSON Schema of a record as it is given to this actor, or taken from them.

    Nothing in it names a field they may not see.
    """
    schema = record_schema(model, entity, lang, use)
    names = reach.read if use == "read" else reach.write
    own = frozenset(f.name for f in entity.fields)
    schema["properties"] = _limited(schema["properties"], own, names, reach, use, "")
    if reach.read is not None and not own <= reach.read:
        for rule in entity.constraints:
            schema.pop(rule, None)
    if reach.read is not None or reach.masked:
        _quieten(schema["properties"])
    if "required" in schema:
        schema["required"] = [n for n in schema["required"] if n in schema["properties"]]
    return schema


def _limited(
    properties: Mapping[str, Any],
    own: frozenset[str],
    names: frozenset[str] | None,
    reach: Reach,
    use: Use,
    prefix: str,
) -> dict[str, Any]:
    found = {}
    for name, schema in properties.items():
        full = prefix + name
        if name in own and names is not None and full not in names:
            continue
        if name in own and use == "read":
            schema = _as_shown(schema, full, reach)
        if schema.get("x-shuyuan-type") == "rows" and "items" in schema:
            schema = schema | {"items": _limited_row(schema["items"], names, reach, use, f"{full}.")}
        found[name] = schema
    return found


def _limited_row(
    row: dict[str, Any], names: frozenset[str] | None, reach: Reach, use: Use, prefix: str
) -> dict[str, Any]:
    own = frozenset(row["properties"]) - {"id"}
    row = row | {"properties": _limited(row["properties"], own, names, reach, use, prefix)}
    if "required" in row:
        row["required"] = [n for n in row["required"] if n in row["properties"]]
    return row


def _as_shown(schema: dict[str, Any], full: str, reach: Reach) -> dict[str, Any]:
    if full in reach.masked:
        kept = {k: v for k, v in schema.items() if k in ("title", "description") or k.startswith("x-shuyuan-")}
        return kept | {"type": ["string", "null"], "readOnly": True, "x-shuyuan-masked": True}
    if full not in reach.varied:
        return schema
    kept = {k: v for k, v in schema.items() if k in ("title", "description", "readOnly") or k.startswith("x-shuyuan-")}
    shown = {k: v for k, v in schema.items() if k not in kept}
    return kept | {"anyOf": [shown, {"type": "string", "x-shuyuan-masked": True}]}


def _quieten(properties: dict[str, Any]) -> None:
    """Leave out expressions: they name fields that not everybody may know of."""
    for schema in properties.values():
        schema.pop("x-shuyuan-when", None)
        schema.pop("x-shuyuan-value", None)
        if isinstance(schema.get("items"), dict):
            _quieten(schema["items"].get("properties", {}))
