"""The pure JSON Schema 2020-12 of entities and forms, and validation by it with our own messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import jsonschema_rs

from ..diagnostics import Diagnostic, Place
from ..fieldtypes import type_of
from ..fieldtypes.choice import choices_of
from ..fieldtypes.clean import clip, got
from ..fieldtypes.link import LAST_ID
from ..fieldtypes.rows import unknown_name
from ..fieldtypes.schema import nullable, schema_of
from ..model import Entity, Expr, Field, Form, Item, Model, Text

DIALECT = "https://json-schema.org/draft/2020-12/schema"

#: read: what the API gives; create: what a new record is sent as; change: the fields a change names, none required.
Use = Literal["read", "create", "change"]

Validator = Callable[[Any], tuple[Diagnostic, ...]]

_ID: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": LAST_ID}
_MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}

#: What the API gives of every record beside its fields. A field of the same name comes first.
META_PROPERTIES: Mapping[str, dict[str, Any]] = {
    "id": _ID | {"readOnly": True},
    "version": {"type": "integer", "minimum": 1, "readOnly": True},
    "label": {"type": "string", "readOnly": True},
    "unit": {"type": ["integer", "null"], "readOnly": True},
    "created_at": _MOMENT | {"readOnly": True},
    "updated_at": _MOMENT | {"readOnly": True},
}


def is_readonly(spec: Field) -> bool:
    """Whether nobody enters the field: computed without override, set by the engine or a workflow, or declared so."""
    if spec.type == "serial":
        return not spec.options.get("manual")
    return spec.readonly or type_of(spec).readonly or (spec.value is not None and not spec.override)


def record_schema(model: Model, entity: Entity, lang: str = "zh", use: Use = "create") -> dict[str, Any]:
    """The JSON Schema of a record of the entity, as it is sent (`create`, `change`) or given (`read`)."""
    fields = [f for f in entity.fields if use == "read" or not is_readonly(f)]
    properties = {f.name: _property(model, f, lang, use) for f in fields}
    if use == "read":
        properties = {**META_PROPERTIES, **properties}
    required = [f.name for f in fields if _must(f)] if use == "create" else ["id", "version"] if use == "read" else []
    head = _head(f"urn:shuyuan:entity:{entity.name}:{use}", entity.title, entity.help, lang)
    rules = dict(entity.constraints) if use == "create" else {}
    return head | _object(properties, required) | rules


def form_schema(model: Model, form: Form, lang: str = "zh") -> dict[str, Any]:
    """The JSON Schema of what a form sends: its fields, those that are only shown marked readOnly."""
    entity = model.entities[form.of]
    properties: dict[str, Any] = {}
    required: list[str] = []
    for item, always in _items(form):
        spec = entity.field(item.name)
        if spec is None:
            continue
        properties[item.name] = _property(model, spec, lang, "create")
        if item.readonly or is_readonly(spec):
            properties[item.name]["readOnly"] = True
        elif _must(spec) and always:
            required.append(item.name)
    head = _head(f"urn:shuyuan:form:{form.name}", form.title, form.help, lang)
    return head | _object(properties, required)


def _items(form: Form) -> Iterable[tuple[Item, bool]]:
    """The items of a form, each with whether it always shows."""
    for section in form.sections:
        for line in section.lines:
            for item in line:
                yield item, section.when is None and item.when is None


def _head(uri: str, title: Text, text: Text, lang: str) -> dict[str, Any]:
    head: dict[str, Any] = {"$schema": DIALECT, "$id": uri, "title": title.get(lang)}
    return head | {"description": text.get(lang)} if text else head


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    found = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | {"required": required} if required else found


def _must(spec: Field) -> bool:
    """Whether a record without the field is never right; conditions and defaults are known to the engine only."""
    return spec.required and spec.when is None and spec.value is None and spec.default is None


def _property(model: Model, spec: Field, lang: str, use: Use) -> dict[str, Any]:
    schema = schema_of(spec, model)
    if use == "read":
        schema = nullable(_loose(spec, schema))
    elif not _must(spec):
        schema = nullable(schema)
    elif schema.get("type") == "string" and "enum" not in schema:
        schema = {"minLength": 1, **schema}  # empty text is no value
    return _described(model, spec, schema, lang)


def _loose(spec: Field, schema: dict[str, Any]) -> dict[str, Any]:
    """What is given may be older than a rule, so only its shape is promised; links and files come as objects."""
    shape = type_of(spec).shape
    if shape in ("link", "file"):
        one = schema.get("items", schema)["anyOf"][1]
        one = one | {"required": list(one["properties"])}
        return {"type": "array", "items": one} if schema.get("type") == "array" else one
    if shape == "rows":
        cells = {"id": _ID} | {c.name: nullable(_loose(c, schema_of(c, Model()))) for c in spec.rows}
        return {"type": "array", "items": {"type": "object", "properties": cells, "additionalProperties": False}}
    kept = {k: v for k, v in schema.items() if k in ("type", "format", "properties", "additionalProperties")}
    return kept | {"items": {"type": "string"}} if kept.get("type") == "array" else kept


def _described(model: Model, spec: Field, schema: dict[str, Any], lang: str) -> dict[str, Any]:
    found = {"title": spec.title.get(lang) or spec.name, **schema, "x-shuyuan-type": spec.type}
    if spec.help:
        found["description"] = spec.help.get(lang)
    if is_readonly(spec):
        found["readOnly"] = True
    if spec.sensitive:
        found["x-shuyuan-sensitive"] = spec.sensitive
    if isinstance(spec.default, str | int | bool):
        found["default"] = spec.default
    for key, expr in (("x-shuyuan-when", spec.when), ("x-shuyuan-value", spec.value)):
        if isinstance(expr, Expr):
            found[key] = expr.text
    options = choices_of(spec, model)
    if options:
        found["x-shuyuan-titles"] = {o.name: o.title.get(lang) for o in options}
    if type_of(spec).shape == "rows":
        found["items"] = _row(model, spec, schema["items"], lang)
    return found


def _row(model: Model, spec: Field, row: dict[str, Any], lang: str) -> dict[str, Any]:
    cells = {c.name: _described(model, c, row["properties"][c.name], lang) for c in spec.rows}
    return row | {"properties": {"id": row["properties"]["id"], **cells}}


# ---------------------------------------------------------------- validation


def validator(schema: dict[str, Any]) -> Validator:
    """A function from JSON to every way in which it breaks the schema, each at its path.

    Patterns run in linear time, formats are left to the field types, nothing is fetched from anywhere. Raises
    ValueError for a schema that is none, or that refers outside itself.
    """
    try:
        compiled = jsonschema_rs.Draft202012Validator(
            schema, validate_formats=False, pattern_options=jsonschema_rs.RegexOptions(), offline=True
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        raise ValueError(str(error)) from error

    def validate(instance: Any) -> tuple[Diagnostic, ...]:
        if compiled.is_valid(instance):
            return ()
        found = (d for error in compiled.iter_errors(instance) for d in _diagnosed(schema, error))
        return tuple(sorted(found, key=lambda d: (d.place.path, d.code)))

    return validate


def _diagnosed(schema: dict[str, Any], error: Any) -> Iterable[Diagnostic]:
    path = "/".join(str(part) for part in error.instance_path)
    at = _at(schema, error.instance_path)
    title = Text(_title(schema, error.instance_path))
    kind = error.kind
    if kind.name in ("additionalProperties", "unevaluatedProperties"):
        known = list(at.get("properties", {}))
        return [unknown_name(name, known, title, Place(path=_join(path, name))) for name in kind.unexpected]
    if kind.name == "required":
        name = kind.property.strip('"') if isinstance(kind.property, str) else str(kind.property)
        field = Text(str(at.get("properties", {}).get(name, {}).get("title") or name))
        return [Diagnostic("REC_001", Place(path=_join(path, name)), {"field": field})]
    if kind.name == "type" and not path:
        return [Diagnostic("REC_064", Place(), {"got": got(error.instance)})]
    code, args = _said(kind, error.instance)
    return [Diagnostic(code, Place(path=path), {"field": title, **args})]


def _title(schema: dict[str, Any], path: Sequence[str | int]) -> str:
    """The nearest title above the value, else its name."""
    for length in range(len(path), -1, -1):
        title = _at(schema, path[:length]).get("title")
        if title:
            return str(title)
    return str(next((part for part in reversed(path) if isinstance(part, str)), ""))


def _join(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def _at(schema: dict[str, Any], path: Iterable[str | int]) -> dict[str, Any]:
    """The part of the schema that describes the value at `path`, {} where the schema does not say."""
    found: Any = schema
    for part in path:
        inner = found.get("items") if isinstance(part, int) else found.get("properties", {}).get(part)
        found = inner if isinstance(inner, dict) else {}
    return found if isinstance(found, dict) else {}


def _said(kind: Any, value: Any) -> tuple[str, dict[str, Any]]:
    """The message for a broken keyword and what fills it."""
    name = kind.name
    if name == "type":
        return "REC_068", {"got": got(value)}
    if name in ("minLength", "maxLength"):
        bound = name[:3]
        return ("REC_006" if bound == "max" else "REC_007"), {bound: kind.limit, "count": len(value)}
    if name == "pattern":
        return "REC_008", {"says": Text()}
    if name in _BOUNDS:
        words = _BOUNDS[name]
        bound_words = Text(f"{words.zh} {kind.limit}", f"{words.en} {kind.limit}")
        return "REC_012", {"bound": bound_words, "typed": clip(value)}
    if name == "multipleOf":
        return "REC_014", {"step": kind.multiple_of, "typed": clip(value)}
    if name == "enum":
        listed = ", ".join(str(o) for o in kind.options[:12] if o is not None)
        return "REC_024", {"typed": clip(value), "hint": Text(), "options": listed}
    limit = getattr(kind, "limit", None)
    return "REC_063", {"rule": name if limit is None else f"{name}: {limit}"}


_BOUNDS = {
    "minimum": Text("不小于", "at least"),
    "maximum": Text("不大于", "at most"),
    "exclusiveMinimum": Text("大于", "more than"),
    "exclusiveMaximum": Text("小于", "less than"),
}
