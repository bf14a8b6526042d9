"""The OpenAPI 3.1 description of the REST API, for what one actor may see and do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..fieldtypes import target_of, type_of
from ..fieldtypes.base import Operator
from ..fieldtypes.link import LAST_ID
from ..fieldtypes.number import PRECISION
from ..fieldtypes.schema import schema_of
from ..model import Entity, Field, Model, Text
from .api_schemas import ANSWERS, BODIES, COMPONENTS, json_body
from .reach import NEEDED, Reach, reached_schema
from .routes import DEFAULT_LIMIT, MAX_FIELDS, MAX_LIMIT, MAX_SORTS, PREFIX, ROUTES, Route
from .table import META_NAMES

__all__ = ["Reach", "component", "openapi"]


def openapi(
    model: Model, reach: Mapping[str, Reach], lang: str = "zh", server: str = "", version: str = "1"
) -> dict[str, Any]:
    """The description as a dict ready for JSON.

    reach: entity name -> what may be done; an entity that is not in it is not mentioned. server: address in front of
    the prefix, "" for wherever the description was fetched. version: shown as the version of the description.
    """
    entities = [e for name, e in model.entities.items() if name in reach]
    schemas: dict[str, Any] = {name: _plain(schema, lang) for name, schema in COMPONENTS.items()}
    for entity in entities:
        schemas |= _entity_schemas(model, entity, reach[entity.name], lang)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": Text("书院接口", "Shuyuan API").get(lang),
            "version": version,
            "description": _ABOUT.get(lang),
        },
        "servers": [{"url": server + PREFIX}],
        "security": [{"token": []}],
        "tags": [{"name": e.name, "description": e.title.get(lang)} for e in entities],
        "paths": _paths(model, entities, reach, lang),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": _shared_parameters(lang),
            "responses": {str(status): _refusal(status, lang) for status in REFUSALS},
            "schemas": schemas,
        },
    }


_ABOUT = Text(
    "记录的读写走与页面相同的规则：同样的权限、遮盖、校验、流程。出错时回答 application/problem+json，errors 逐条写明"
    "位置、代码、原因和办法。写请求带 Idempotency-Key 可以放心重发。",
    "Records are read and written by the rules the pages follow: the same rights, masks, checks and workflows. "
    "Refusals are application/problem+json; errors name place, code, reason and remedy one by one. A write with an "
    "Idempotency-Key can be sent again safely.",
)


def component(entity: Entity, use: str) -> str:
    """The name of an entity's schema among the components, which may hold only plain letters."""
    name = entity.name if entity.name.isascii() else entity.id
    return name if use == "read" else f"{name}.{use}"


def _entity_schemas(model: Model, entity: Entity, reach: Reach, lang: str) -> dict[str, Any]:
    found = {}
    for use, needed in NEEDED.items():
        if needed in reach.operations:
            schema = reached_schema(model, entity, reach, lang, use)
            found[component(entity, use)] = {k: v for k, v in schema.items() if k not in ("$schema", "$id")}
    return found


# ---------------------------------------------------------------- paths


def _paths(model: Model, entities: list[Entity], reach: Mapping[str, Reach], lang: str) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for one in ROUTES:
        if "{entity}" not in one.path:
            paths.setdefault(one.path, {})[one.method.lower()] = _operation(model, one, None, None, lang)
            continue
        for entity in entities:
            if one.needs in reach[entity.name].operations:
                path = one.path.replace("{entity}", entity.name)
                found = _operation(model, one, entity, reach[entity.name], lang)
                paths.setdefault(path, {})[one.method.lower()] = found
    return paths


def _operation(model: Model, one: Route, entity: Entity | None, reach: Reach | None, lang: str) -> dict[str, Any]:
    title = one.title.get(lang)
    found: dict[str, Any] = {
        "operationId": f"{one.name}_{component(entity, 'read')}" if entity else one.name,
        "summary": f"{title}：{entity.title.get(lang)}" if entity and lang == "zh" else title,
        "parameters": _parameters(model, one, entity, reach, lang),
        "responses": _responses(one, entity),
    }
    if entity:
        found["tags"] = [entity.name]
        found["summary"] = f"{title}{'：' if lang == 'zh' else ': '}{entity.title.get(lang)}"
    if one.help:
        found["description"] = one.help.get(lang)
    if one.body:
        found["requestBody"] = {"required": True, "content": _body(one, entity)}
    if one.needs and entity:
        found["x-shuyuan-scope"] = f"{entity.name}:{one.needs}"
    return found


def _body(one: Route, entity: Entity | None) -> dict[str, Any]:
    if one.body == "file":
        part = {"properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
        return {"multipart/form-data": {"schema": {"type": "object", **part, "additionalProperties": False}}}
    if entity and one.body in ("create", "change"):
        return json_body({"$ref": f"#/components/schemas/{component(entity, one.body)}"})
    if entity and one.body == "bulk":
        return json_body(BODIES["bulk"](f"#/components/schemas/{component(entity, 'change')}"))
    return json_body({"$ref": f"#/components/schemas/{one.body}"})


def _responses(one: Route, entity: Entity | None) -> dict[str, Any]:
    ok: dict[str, Any] = {"description": one.title.en}
    if one.answer == "schema":
        ok["content"] = {"application/schema+json": {"schema": ANSWERS["schema"]("")}}
    elif one.answer == "bytes":
        ok["content"] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    elif one.answer:
        ref = f"#/components/schemas/{component(entity, 'read')}" if entity else ""
        ok["content"] = json_body(ANSWERS[one.answer](ref))
    found = {str(one.ok): ok}
    if one.answer in _TAGGED:
        ok["headers"] = {
            "ETag": {"schema": {"type": "string"}, "description": 'Begins with the version: "4.0f1c22aa".'}
        }
        found |= {"304": {"description": "If-None-Match names what is known already."}} if one.method == "GET" else {}
    refusals = sorted({*one.refuses, *EVERYWHERE, *((413, 415) if one.body else ())})
    return found | {str(s): {"$ref": f"#/components/responses/{s}"} for s in refusals}


#: Answers that carry an ETag.
_TAGGED = ("record", "written", "case", "schema", "codelist", "description")


# ---------------------------------------------------------------- parameters


def _parameters(
    model: Model, one: Route, entity: Entity | None, reach: Reach | None, lang: str
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if "{id}" in one.path:
        found.append({"$ref": "#/components/parameters/id"})
    if "{name}" in one.path:
        names = list(model.codelists)
        schema = {"type": "string", "enum": names} if names else {"type": "string"}
        found.append({"name": "name", "in": "path", "required": True, "schema": schema})
    if one.match:
        found.append({"$ref": "#/components/parameters/if-match"})
    if one.idempotent:
        found.append({"$ref": "#/components/parameters/idempotency-key"})
    fields = _readable(entity, reach) if entity else []
    for group in one.query:
        if group == "lang":
            found.append({"$ref": "#/components/parameters/lang"})
        elif group in ("paging", "forward"):
            places = ("limit", "after", "before") if group == "paging" else ("limit", "after")
            found += [{"$ref": f"#/components/parameters/{n}"} for n in places]
        elif group == "columns":
            names = [*(f.name for f in fields), *(n for n in _BESIDE if not entity or entity.field(n) is None)]
            found.append(_names("fields", names, MAX_FIELDS, lang))
        elif group == "filters":
            sortable = [f.name for f in fields if _has_order(f) and _is_open(f, reach)]
            sortable += [n for n in META_NAMES if not n.endswith("_by")]
            found.append(_names("sort", [m + n for n in sortable for m in ("", "-")], MAX_SORTS, lang))
            found.append({"$ref": "#/components/parameters/count"})
            found += [p for f in fields for p in _filters(model, f, lang, _operators(model, f, reach))]
        elif group == "use":
            found.append({"$ref": "#/components/parameters/use"})
        elif group == "search" and any(f.search for f in fields):
            found.append({"$ref": "#/components/parameters/q"})
    return found


#: What a record has beside its fields and is given when it is asked for.
_BESIDE = ("label", "unit", "created_at", "updated_at")


def _readable(entity: Entity, reach: Reach | None) -> list[Field]:
    return [f for f in entity.fields if reach is None or reach.read is None or f.name in reach.read]


def _is_open(spec: Field, reach: Reach | None) -> bool:
    """Whether the actor may sort by it and filter by parts of it."""
    return reach is None or reach.open is None or spec.name in reach.open


def _has_order(spec: Field) -> bool:
    column = type_of(spec).column(spec)
    return column is not None and column.storage.kind != "json"


def _names(name: str, known: list[str], most: int, lang: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": _WORDS[name].get(lang),
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "items": {"type": "string", "enum": known}, "minItems": 1, "maxItems": most},
    }


def _operators(model: Model, spec: Field, reach: Reach | None) -> tuple[Operator, ...]:
    """What the actor may ask of the field; one that is protected is looked up by its full value only, if at all."""
    offered = type_of(spec).operators
    target = model.entities.get(target_of(spec))
    if target is not None and not target.unit:
        offered = tuple(o for o in offered if o != "under")
    if _is_open(spec, reach):
        return offered
    whole = reach is not None and spec.name in reach.whole
    return tuple(o for o in offered if o == "empty" or (o == "eq" and whole))


def _filters(model: Model, spec: Field, lang: str, operators: tuple[Operator, ...]) -> Iterable[dict[str, Any]]:
    """One parameter for each operator; `eq` is the bare name."""
    for operator in operators:
        title = spec.title.get(lang) or spec.name
        found: dict[str, Any] = {
            "name": spec.name if operator == "eq" else f"{spec.name}.{operator}",
            "in": "query",
            "description": f"{title} {OPERATORS[operator].get(lang)}",
            "schema": _filter_schema(model, spec, operator),
        }
        if operator in ("in", "between"):
            found |= {"style": "form", "explode": False}
        yield found


def _filter_schema(model: Model, spec: Field, operator: Operator) -> dict[str, Any]:
    if operator == "empty":
        return {"type": "boolean"}
    value = _filter_value(model, spec, operator)
    if operator == "between":
        return {"type": "array", "items": value, "minItems": 2, "maxItems": 2}
    return {"type": "array", "items": value, "minItems": 1, "maxItems": MAX_LIMIT} if operator == "in" else value


def _filter_value(model: Model, spec: Field, operator: Operator) -> dict[str, Any]:
    """One value of a filter, which may look beyond what is stored: for older records, for parts of a text."""
    kind = type_of(spec)
    column = kind.column(spec)
    if kind.shape == "link":
        return {"type": "integer", "minimum": 1, "maximum": LAST_ID}
    schema = schema_of(spec, model)
    schema = schema["items"] if kind.shape == "list" else schema
    part = operator in ("contains", "starts") and kind.shape != "list"
    if part or (column is not None and column.storage.kind == "text" and "enum" not in schema):
        return {"type": "string", "minLength": 1, "maxLength": 200}
    return {k: v for k, v in schema.items() if k in _SAID} | _reach_of_number(schema)


def _reach_of_number(schema: dict[str, Any]) -> dict[str, Any]:
    """Between which numbers a filter may ask: those a column holds, whatever the field allows."""
    if schema.get("type") not in ("integer", "number"):
        return {}
    scale = int(schema.get("x-shuyuan-scale", 0))
    most = (10**PRECISION - 1) / 10**scale
    return {"minimum": -most, "maximum": most} | ({"multipleOf": 1 / 10**scale} if scale else {})


#: What the schema of a filter takes from that of its field.
_SAID = ("type", "format", "enum", "pattern")

OPERATORS: Mapping[Operator, Text] = {
    "eq": Text("等于", "equals"),
    "ne": Text("不等于", "differs from"),
    "in": Text("是其中之一", "is one of"),
    "lt": Text("小于", "is less than"),
    "lte": Text("不大于", "is at most"),
    "gt": Text("大于", "is more than"),
    "gte": Text("不小于", "is at least"),
    "between": Text("在两者之间（含两端）", "lies between the two, both included"),
    "contains": Text("包含", "contains"),
    "starts": Text("开头是", "begins with"),
    "empty": Text("是否为空", "is empty or not"),
    "under": Text("在这个单位之下（含自身）", "is this unit or below it"),
}

_WORDS = {
    "fields": Text("只要这些字段。", "Only these fields."),
    "sort": Text("排序，降序在名称前加 -，最多四个。", "Order, - before a name for descending, four at most."),
    "id": Text("编号。", "The id."),
    "limit": Text("最多几条。", "How many at most."),
    "after": Text("上一页回答中的 after。", "The after of the page before."),
    "before": Text("下一页回答中的 before。", "The before of the page behind."),
    "count": Text("一并给出总数（较慢）。", "Also give the total, which is slower."),
    "q": Text("搜索：姓名、拼音首字母、编号。", "Search: name, pinyin initials, number."),
    "lang": Text("消息的语言。", "Language of messages."),
    "use": Text(
        "用途：读到的、新建时发送的、修改时发送的。", "What for: as it is read, as it is sent to create or to change."
    ),
    "if-match": Text('读到的版本，写在引号里，例如 "4"。', 'The version that was read, in quotes, as in "4".'),
    "idempotency-key": Text(
        "任意的一次性文字；用同一个键重发得到同样的回答。",
        "Any text used once; the same key again gets the same answer.",
    ),
}


def _shared_parameters(lang: str) -> dict[str, Any]:
    text = {"type": "string", "maxLength": 2_000}
    schemas: dict[str, tuple[str, dict[str, Any]]] = {
        "limit": ("query", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}),
        "after": ("query", text),
        "before": ("query", text),
        "count": ("query", {"type": "boolean", "default": False}),
        "q": ("query", {"type": "string", "minLength": 1, "maxLength": 200}),
        "lang": ("query", {"type": "string", "enum": ["zh", "en"]}),
        "use": ("query", {"type": "string", "enum": list(NEEDED), "default": "read"}),
    }
    found: dict[str, Any] = {
        name: {"name": name, "in": where, "description": _WORDS[name].get(lang), "schema": schema}
        for name, (where, schema) in schemas.items()
    }
    number = {"type": "integer", "minimum": 1, "maximum": LAST_ID}
    found["id"] = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": number,
        "description": _WORDS["id"].get(lang),
    }
    match = {"type": "string", "pattern": '^"[0-9]{1,9}(\\.[0-9a-f]{8})?"$'}
    found["if-match"] = _header("If-Match", match, True, lang)
    key = {"type": "string", "pattern": "^[!-~]{8,128}$"}
    found["idempotency-key"] = _header("Idempotency-Key", key, False, lang)
    return found


def _header(name: str, schema: dict[str, Any], required: bool, lang: str) -> dict[str, Any]:
    words = _WORDS[name.lower()].get(lang)
    return {"name": name, "in": "header", "required": required, "schema": schema, "description": words}


# ---------------------------------------------------------------- refusals

#: Statuses that any route may answer.
EVERYWHERE = (400, 401, 403, 429, 503)

REFUSALS: Mapping[int, Text] = {
    400: Text("读不懂的请求。", "The request cannot be read."),
    401: Text("没有令牌，或者令牌已失效。", "No token, or one that is no longer good."),
    403: Text("没有这项权限。", "The right is missing."),
    404: Text("没有，或者您看不到。", "Not there, or not to be seen."),
    409: Text("与另一条记录或另一个请求冲突。", "In conflict with another record or request."),
    412: Text("版本已变；current 是现状。", "The version moved on; the present state is in the answer."),
    413: Text("太大。", "Too large."),
    415: Text("正文的类型不对。", "The body is of another type than the one this takes."),
    422: Text("内容不合规则，errors 逐条说明。", "The values break rules, told one by one in errors."),
    428: Text("缺少 If-Match。", "If-Match is missing."),
    429: Text("太频繁；Retry-After 秒后再试。", "Too many; try again after Retry-After seconds."),
    503: Text("暂时不行；Retry-After 秒后再试。", "Not at the moment; try again after Retry-After seconds."),
}


def _refusal(status: int, lang: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
    found: dict[str, Any] = {"description": REFUSALS[status].get(lang), "content": content}
    if status in (429, 503):
        found["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return found


def _plain(schema: Any, lang: str) -> Any:
    """The schema with its texts in one language."""
    if isinstance(schema, Text):
        return schema.get(lang)
    if isinstance(schema, dict):
        return {k: _plain(v, lang) for k, v in schema.items()}
    return [_plain(v, lang) for v in schema] if isinstance(schema, list) else schema
