"""Links to records of an entity; the standard people and things of a school are links to the entity of that name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from ..diagnostics import Place
from ..model import Column, Field, Model, Ref, Storage, Text
from .base import NOTHING, Caster, FieldType, Given, Key, Made, column_of, problem, target_of
from .clean import clip, half
from .keys import needs
from .text import starred

#: Ids are positive and fit a JSON number exactly.
LAST_ID = 2**53 - 1


def id_of(raw: object) -> int | None:
    """The record id meant by an integer, its digits, `{"id": 5}` or a Ref; 0 for nothing, None when unclear."""
    if raw is None or raw == "":
        return 0
    if isinstance(raw, Ref):
        return raw.id
    if isinstance(raw, dict):
        raw = raw.get("id")
    if isinstance(raw, str):
        text = half(raw[:20])
        raw = int(text) if text.isascii() and text.isdecimal() else None if text else 0
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= LAST_ID:
        return None
    return raw


def _caster(spec: Field, model: Model) -> Caster:
    title, target = spec.title, target_of(spec)

    def cast(raw: Any, place: Place, given: Given) -> Made:
        if given.source == "computed" and isinstance(raw, Ref):
            return raw, ()
        found = id_of(raw)
        if found is None:
            return problem("REC_031", place, field=title, typed=clip(raw))
        if not found:
            return NOTHING
        ref = given.refs.get(target, {}).get(found)
        return (ref, ()) if ref is not None else problem("REC_029", place, field=title)

    return cast


def _column(spec: Field) -> Column:
    # The table belongs to the entity's id, which the compiler knows; it fills `refers`.
    return column_of(spec, Storage("bigint"))


def _schema(spec: Field, model: Model) -> dict[str, Any]:
    number = {"type": "integer", "minimum": 1, "maximum": LAST_ID}
    shown = {
        "type": "object",
        "properties": {"id": number, "label": {"type": "string"}},
        "required": ["id"],
        "additionalProperties": False,
    }
    return {"anyOf": [number, shown], "x-shuyuan-entity": target_of(spec)}


def _show(spec: Field, model: Model, lang: str) -> Callable[[Any], str]:
    unseen = "（无权查看）" if lang == "zh" else "(not yours to see)"  # a link without a label leads to such a record
    return lambda value: "" if value is None else value.label or unseen


def _sample(spec: Field, model: Model, rng: Random) -> Ref:
    number = rng.randint(1, 10**6)
    return Ref(number, f"{target_of(spec)} {number}")


_TO = Key("to", "entity", Text("指向的实体。", "The entity it leads to."), required=True)
_KEYS = (
    _TO,
    Key(
        "where",
        "feel",
        Text("只能选满足条件的记录。", "Only records that meet this condition may be chosen."),
    ),
)

LINK = FieldType(
    name="link",
    title=Text("关联", "Link"),
    help=Text(
        "指向另一条记录。接口收 id 或 {id}，给 {id, label}。",
        "Leads to another record. The API takes an id or {id} and gives {id, label}.",
    ),
    feel="link",
    keys=_KEYS,
    shape="link",
    column=_column,
    caster=_caster,
    schema=_schema,
    to_json=lambda value: {"id": value.id, "label": value.label},
    from_json=lambda value: Ref(value["id"], value["label"]),
    to_stored=lambda value: value.id,
    from_stored=Ref,
    show=_show,
    typed=lambda spec, model: lambda value: str(value.id),
    sample=_sample,
    mask=starred,
    widget="combobox",
    cell="link",
    check=needs((_TO,)),
    operators=("eq", "ne", "in", "under", "empty"),
)


def _to(name: str, zh: str, en: str) -> FieldType:
    return replace(
        LINK,
        name=name,
        title=Text(zh, en),
        help=Text(
            f"指向实体 {name} 的记录，可用 to 改指别的实体。",
            f"Leads to a record of entity {name}, unless to says otherwise.",
        ),
        keys=(replace(_TO, required=False), *_KEYS[1:]),
        check=lambda spec: (),
        target=name,
    )


STANDARD = (
    _to("person", "人员", "Person"),
    _to("unit", "单位", "Unit"),
    _to("campus", "校区", "Campus"),
    _to("class", "班级", "Class"),
    _to("student", "学生", "Student"),
    _to("guardian", "监护人", "Guardian"),
    _to("teacher", "教师", "Teacher"),
    _to("course", "课程", "Course"),
    _to("term", "学期", "Term"),
    _to("room", "教室", "Room"),
    _to("period", "节次", "Period"),
)
_NAMES = ("link", *(t.name for t in STANDARD))
TYPES = tuple(replace(t, convert_from=tuple(n for n in _NAMES if n != t.name)) for t in (LINK, *STANDARD))
