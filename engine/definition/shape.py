"""What a key of a definition may hold, as data: shapes, keys and the names of the tables they stand in."""

# ruff: noqa: E501
# fmt: off

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..model import Text

ShapeKind = Literal[
    "name", "names", "path", "paths", "label", "text", "string", "integer", "number", "boolean", "feel", "constant",
    "assigned", "duration", "share", "date", "word", "words", "order", "any", "list", "map", "keys", "either", "property",
    "properties",
]


@dataclass(frozen=True, slots=True)
class Shape:
    """What may be written.

    of: what the items of a list or the values of a map are; table: the keys of a map with known keys; allowed: the
    words of `word` and `words`; either: shapes of which one is chosen by how the value is written (scalar, list, map);
    least: smallest integer.
    """

    kind: ShapeKind
    of: Shape | None = None
    table: str = ""
    allowed: tuple[str, ...] = ()
    either: tuple[Shape, ...] = ()
    least: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A key that may be written: its shape, what it means, and the version it appeared in."""

    name: str
    shape: Shape
    doc: Text
    required: bool = False
    since: str = "0.1"


NAME = Shape("name")  # a plain identifier
NAMES = Shape("names")  # one name or a list of names
PATH = Shape("path")  # names joined by dots
PATHS = Shape("paths")
ORDER = Shape("order")  # paths, the descending ones with - before
LABEL = Shape("label")  # the name of an option or code: any short text
TEXT = Shape("text")  # a string, or {zh: , en: }
STRING = Shape("string")
INTEGER = Shape("integer")
COUNT = Shape("integer", least=0)
NUMBER = Shape("number")
BOOLEAN = Shape("boolean")
FEEL = Shape("feel")
CONSTANT = Shape("constant")  # a value, or {feel: "..."}
ASSIGNED = Shape("assigned")  # like a constant; `today`, `now`, `actor` are understood
DURATION = Shape("duration")  # 3d, 4h, 5cd
SHARE = Shape("share")  # 2, 60%, all
DATE = Shape("date")
ANY = Shape("any")
PROPERTY = Shape("property")  # a field; its keys depend on `is`
PROPERTIES = Shape("properties")  # fields by name


def word(*allowed: str) -> Shape:
    """One of the words."""
    return Shape("word", allowed=allowed)


def words(*allowed: str) -> Shape:
    """A list of some of the words."""
    return Shape("words", allowed=allowed)


def list_of(item: Shape) -> Shape:
    """A list of such values."""
    return Shape("list", of=item)


def map_of(value: Shape) -> Shape:
    """A map from keys of the author's own to such values."""
    return Shape("map", of=value)


def keys_of(table: str) -> Shape:
    """A map with the keys of the table of that name."""
    return Shape("keys", table=table)


def either(*shapes: Shape) -> Shape:
    """The shape that fits how the value is written."""
    return Shape("either", either=shapes)


#: How each shape is called in a message.
CALLED: dict[ShapeKind, Text] = {
    "name": Text("一个名字（字母开头，只含字母、数字、下划线）", "a name (letters, digits and underscores, beginning with a letter)"),
    "names": Text("一个名字，或名字的列表", "a name or a list of names"),
    "path": Text("用点连接的名字", "names joined by dots"),
    "paths": Text("名字（可用点连接）的列表", "a list of names, joined by dots where needed"),
    "label": Text("一小段文字", "a short text"),
    "text": Text("文字，或 {zh: 中文, en: English}", "a text, or {zh: 中文, en: English}"),
    "string": Text("文字", "a text"),
    "integer": Text("整数", "a whole number"),
    "number": Text("数字", "a number"),
    "boolean": Text("true 或 false", "true or false"),
    "feel": Text("一个表达式", "an expression"),
    "constant": Text("一个值，或 {feel: \"表达式\"}", "a value, or {feel: \"expression\"}"),
    "assigned": Text("一个值、today、now、actor，或 {feel: \"表达式\"}", "a value, today, now, actor, or {feel: \"expression\"}"),
    "duration": Text("时长：3d（教学日）、5cd（日历日）或 4h（小时）", "a duration: 3d (school days), 5cd (calendar days) or 4h (hours)"),
    "share": Text("人数（如 2）、百分比（如 60%）或 all", "a count such as 2, a percentage such as 60%, or all"),
    "date": Text("日期，写作 2026-09-01", "a date such as 2026-09-01"),
    "order": Text("名字（可用点连接）的列表，降序的前面加 -", "a list of names, joined by dots where needed, with - before descending ones"),
    "list": Text("列表", "a list"),
    "map": Text("若干“键: 值”", "keys with values"),
    "keys": Text("若干“键: 值”", "keys with values"),
    "property": Text("一个字段，如 {is: text}", "a field such as {is: text}"),
    "properties": Text("若干字段，写作 名字: {is: 类型}", "fields, each written name: {is: type}"),
    "any": Text("一个值", "a value"),
}
