"""Values that are worked out whenever they are shown and never stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from ..diagnostics import Diagnostic
from ..model import Field, Model, Text
from .base import Caster, FieldType, Key, field_types
from .keys import remark
from .stored import json_of
from .text import starred

#: Types a computed field can stand for: single values that need nothing from outside.
AS = ("text", "long_text", "integer", "decimal", "money", "percent", "boolean", "date", "time", "datetime", "duration")


def _spoken_for(spec: Field) -> Field:
    return replace(spec, type=str(spec.options.get("as", "text")))


def _type(spec: Field) -> FieldType:
    return field_types()[_spoken_for(spec).type]


def _caster(spec: Field, model: Model) -> Caster:
    return _type(spec).caster(_spoken_for(spec), model)


def _schema(spec: Field, model: Model) -> dict[str, Any]:
    return _type(spec).schema(_spoken_for(spec), model)


def _show(spec: Field, model: Model, lang: str) -> Callable[[Any], str]:
    return _type(spec).show(_spoken_for(spec), model, lang)


def _typed(spec: Field, model: Model) -> Callable[[Any], Any]:
    return _type(spec).typed(_spoken_for(spec), model)


def _sample(spec: Field, model: Model, rng: Random) -> Any:
    return _type(spec).sample(_spoken_for(spec), model, rng)


def _check(spec: Field) -> tuple[Diagnostic, ...]:
    wrong = () if spec.value is not None else (remark("REC_111", spec, "value"),)
    kind = str(spec.options.get("as", "text"))
    if kind not in AS:
        return (*wrong, remark("REC_110", spec, "as", name=kind))
    return (*wrong, *_type(spec).check(_spoken_for(spec)))


COMPUTED = FieldType(
    name="computed",
    title=Text("计算", "Computed"),
    help=Text(
        "显示时才算、不存储，所以总是最新；不能筛选和排序。要存储就在普通类型上写 value。",
        "Worked out when shown and not stored, so always current; cannot be filtered or sorted by. To store a computed "
        "value write value on an ordinary type.",
    ),
    feel="string",
    feel_for=lambda spec: _type(spec).feel,
    keys=(
        Key("as", "type", Text("结果的类型，默认 text。", "Type of the result; text by default."), AS),
        Key("scale", "integer", Text("小数位数。", "Digits behind the point.")),
        Key("suffix", "text", Text("写在值后面的单位。", "Unit written after the value.")),
        Key("currency", "text", Text("货币代码。", "Currency code.")),
    ),
    shape="none",
    column=lambda spec: None,
    caster=_caster,
    schema=_schema,
    to_json=json_of,
    show=_show,
    typed=_typed,
    sample=_sample,
    mask=starred,
    widget="output",
    check=_check,
    operators=(),
    readonly=True,
)

TYPES = (COMPUTED,)
