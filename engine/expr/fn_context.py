"""The functions over contexts, and the ones that fit nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.text import Text
from . import types as t
from .builtin import Builtin, signature
from .temporal import DateTime, Time
from .values import MAX_LIST, equal, from_python, kind_of

_ENTRY = t.context_of({"key": t.STRING, "value": t.ANY})


def _get_value(m: Mapping[str, Any], key: str) -> Any:
    return from_python(m.get(key))


def _get_entries(m: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": k, "value": from_python(v)} for k, v in m.items()]


def _context(entries: list[Any]) -> dict[str, Any] | None:
    made: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, Mapping) or not {"key", "value"} <= entry.keys():
            return None
        key = entry["key"]
        if not isinstance(key, str) or key in made:
            return None
        made[key] = from_python(entry["value"])
    return made


def _put(context: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    return {**context, key: value}


def _put_deep(context: Mapping[str, Any], keys: list[Any], value: Any) -> dict[str, Any] | None:
    if not keys or not all(isinstance(k, str) for k in keys) or len(keys) > 50:
        return None
    inner = value
    if len(keys) > 1:
        below = context.get(keys[0])
        if below is not None and not isinstance(below, Mapping):
            return None
        inner = _put_deep(below or {}, keys[1:], value)
        if inner is None:
            return None
    return {**context, keys[0]: inner}


def _merge(contexts: list[Any]) -> dict[str, Any] | None:
    made: dict[str, Any] = {}
    for one in contexts:
        if not isinstance(one, Mapping):
            return None
        made.update(one)
        if len(made) > MAX_LIST:
            return None
    return made


def _is(value1: Any = None, value2: Any = None) -> bool:
    """The same value of the same kind, offset and zone included."""
    if kind_of(value1) != kind_of(value2):
        return False
    if isinstance(value1, Time | DateTime) and (value1.offset, value1.zone) != (value2.offset, value2.zone):
        return False
    return equal(value1, value2) is True


def _is_blank(x: Any = None) -> bool:
    if isinstance(x, str):
        return not x.strip()
    return x is None or (isinstance(x, list | Mapping) and not x)


CONTEXT_FUNCTIONS = (
    Builtin(
        "get value",
        (signature("m: context, key: string", "any", _get_value),),
        "context",
        "取值",
        Text("按名称取出一个值。", "The value of an entry by its name."),
        ('get value({a: 1}, "a")', "1"),
    ),
    Builtin(
        "get entries",
        (signature("m: context", t.list_of(_ENTRY), _get_entries),),
        "context",
        "取全部项",
        Text("全部名称和值的列表。", "All entries as a list of key and value."),
        ("get entries({a: 1})", '[{key: "a", value: 1}]'),
    ),
    Builtin(
        "context",
        (signature("entries: list<any>", "context", _context),),
        "context",
        "组成对象",
        Text("由名称和值的列表组成对象。", "A context from a list of key and value."),
        ('context([{key: "a", value: 1}])', "{a: 1}"),
    ),
    Builtin(
        "context put",
        (
            signature("context: context, key: string, value~: any", "context", _put),
            signature("context: context, keys: list<any>, value~: any", "context", _put_deep),
        ),
        "context",
        "设置项",
        Text("换掉或加上一项。", "A context with an entry set."),
        ('context put({a: 1}, "b", 2)', "{a: 1, b: 2}"),
    ),
    Builtin(
        "context merge",
        (signature("contexts: list<any>", "context", _merge),),
        "context",
        "合并对象",
        Text("合并几个对象，后面的为准。", "Contexts merged; the later ones win."),
        ("context merge([{a: 1}, {a: 2}])", "{a: 2}"),
    ),
    Builtin(
        "is",
        (signature("value1?~: any, value2?~: any", "boolean", _is),),
        "logic",
        "相同",
        Text("种类、值和时区是否完全相同。", "Whether two values are the same in kind, value and zone."),
        ("is(1, 1.0)", "true"),
    ),
    Builtin(
        "not",
        (signature("negand: boolean", "boolean", lambda v: not v),),
        "logic",
        "非",
        Text("是变否，否变是，空仍为空。", "True becomes false, false true; null stays null."),
        ("not(true)", "false"),
        True,
    ),
    Builtin(
        "is blank",
        (signature("x?~: any", "boolean", _is_blank),),
        "logic",
        "为空",
        Text("没有值、空文本或空列表。", "Whether there is no value, an empty text or an empty list."),
        ('is blank("")', "true"),
        True,
    ),
)
