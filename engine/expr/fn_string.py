"""The functions over strings."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..model.text import Text
from . import types as t
from .builtin import Builtin, signature
from .fn_number import whole
from .regex import Unusable, compiled
from .spelling import text_of
from .values import MAX_LIST, MAX_STRING

_BACK = re.compile(r"\\(.)|\$([0-9]+)|\$|\\", re.DOTALL)


def _substring(string: str, start: Decimal | int, length: Decimal | int | None = None) -> str | None:
    first, size = whole(start), None if length is None else whole(length)
    if first is None or first == 0 or (length is not None and (size is None or size < 1)):
        return None
    if first < 0:
        first += len(string) + 1
        if first < 1:
            return None
    return string[first - 1 :] if size is None else string[first - 1 : first - 1 + size]


def _before(string: str, match: str) -> str:
    return string.partition(match)[0] if match and match in string else ""


def _after(string: str, match: str) -> str:
    if not match:
        return string
    return string.partition(match)[2]


def _matches(text: str, pattern: str, flags: str | None = None) -> bool | None:
    try:
        return compiled(pattern, flags or "").search(text) is not None
    except Unusable:
        return None


def _replace(text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    flags = flags or ""
    try:
        found = compiled(pattern, flags)
        if found.search("") is not None:
            return None
        make = _expansion(replacement, 0 if "q" in flags else found.groups, "q" in flags)
    except Unusable:
        return None
    made: list[str] = []
    at = size = 0
    for m in found.finditer(text):
        piece = text[at : m.start()] + make(m)
        made.append(piece)
        size += len(piece)
        if size > MAX_STRING:
            return None
        at = m.end()
    made.append(text[at:])
    return "".join(made)


def _expansion(replacement: str, groups: int, literal: bool) -> Callable[[Any], str]:
    if literal:
        return lambda _: replacement
    parts: list[str | int] = []
    at = 0
    for m in _BACK.finditer(replacement):
        parts.append(replacement[at : m.start()])
        at = m.end()
        if m.group(1) is not None and m.group(1) in "\\$":
            parts.append(m.group(1))
        elif m.group(2) is not None:
            number, rest = _group(m.group(2), groups)
            parts.extend((number, rest))
        else:
            raise Unusable
    parts.append(replacement[at:])
    return lambda m: "".join(p if isinstance(p, str) else _captured(m, p, groups) for p in parts)


def _group(digits: str, groups: int) -> tuple[int, str]:
    """The longest group number there is, and the digits that are text after it."""
    for size in range(len(digits), 0, -1):
        if int(digits[:size]) <= groups:
            return int(digits[:size]), digits[size:]
    return int(digits[:1]), digits[1:]


def _captured(m: Any, number: int, groups: int) -> str:
    return (m.group(number) or "") if number <= groups else ""


def _split(string: str, delimiter: str) -> list[str] | None:
    try:
        found = compiled(delimiter)
    except Unusable:
        return None
    if found.search("") is not None:
        return None
    made: list[str] = []
    at = 0
    for m in found.finditer(string):
        made.append(string[at : m.start()])
        at = m.end()
        if len(made) > MAX_LIST:
            return None
    return [*made, string[at:]]


def _join(items: list[Any], delimiter: str | None = None) -> str | None:
    kept = [i for i in items if i is not None]
    if not all(isinstance(i, str) for i in kept):
        return None
    size = sum(map(len, kept)) + len(delimiter or "") * len(kept)
    return (delimiter or "").join(kept) if size <= MAX_STRING else None


def _string(value: Any) -> str | None:
    made = text_of(value)
    return made if len(made) <= MAX_STRING else None


STRING_FUNCTIONS = (
    Builtin(
        "string",
        (signature("from: any", "string", _string),),
        "string",
        "转文本",
        Text("把任何值写成文本。", "Writes any value as text."),
        ("string(1.5)", '"1.5"'),
        True,
    ),
    Builtin(
        "string length",
        (signature("string: string", "number", len),),
        "string",
        "文本长度",
        Text("字符个数。", "How many characters a text has."),
        ('string length("书院")', "2"),
        True,
    ),
    Builtin(
        "substring",
        (signature("string: string, start position: number, length?: number", "string", _substring),),
        "string",
        "截取文本",
        Text(
            "从第几个字符起的一段，负数从末尾数。", "A part of a text from a position on; negative counts from the end."
        ),
        ('substring("foobar", 3, 2)', '"ob"'),
        True,
    ),
    Builtin(
        "upper case",
        (signature("string: string", "string", str.upper),),
        "string",
        "转大写",
        Text("全部大写。", "The text in capital letters."),
        ('upper case("ab")', '"AB"'),
        True,
    ),
    Builtin(
        "lower case",
        (signature("string: string", "string", str.lower),),
        "string",
        "转小写",
        Text("全部小写。", "The text in small letters."),
        ('lower case("AB")', '"ab"'),
    ),
    Builtin(
        "substring before",
        (signature("string: string, match: string", "string", _before),),
        "string",
        "取前段",
        Text("某段文字之前的部分，没有则为空文本。", "What stands before a piece of text, empty when it is not there."),
        ('substring before("a-b", "-")', '"a"'),
    ),
    Builtin(
        "substring after",
        (signature("string: string, match: string", "string", _after),),
        "string",
        "取后段",
        Text("某段文字之后的部分，没有则为空文本。", "What stands after a piece of text, empty when it is not there."),
        ('substring after("a-b", "-")', '"b"'),
    ),
    Builtin(
        "contains",
        (signature("string: string, match: string", "boolean", lambda s, m: m in s),),
        "string",
        "包含文本",
        Text("文本里是否有某段文字。", "Whether a text holds a piece of text."),
        ('contains("foobar", "ob")', "true"),
        True,
    ),
    Builtin(
        "starts with",
        (signature("string: string, match: string", "boolean", str.startswith),),
        "string",
        "开头是",
        Text("文本是否以某段文字开头。", "Whether a text begins with a piece of text."),
        ('starts with("foobar", "foo")', "true"),
        True,
    ),
    Builtin(
        "ends with",
        (signature("string: string, match: string", "boolean", str.endswith),),
        "string",
        "结尾是",
        Text("文本是否以某段文字结尾。", "Whether a text ends with a piece of text."),
        ('ends with("foobar", "bar")', "true"),
        True,
    ),
    Builtin(
        "matches",
        (signature("input: string, pattern: string, flags?~: string", "boolean", _matches),),
        "string",
        "匹配",
        Text("文本是否符合正则表达式（不支持反向引用）。", "Whether a text matches a pattern (no back-references)."),
        ('matches("A12", "^[A-Z][0-9]+$")', "true"),
        True,
    ),
    Builtin(
        "replace",
        (signature("input: string, pattern: string, replacement: string, flags?~: string", "string", _replace),),
        "string",
        "替换",
        Text("把符合正则表达式的部分换掉。", "Replaces what matches a pattern; $1 stands for the first group."),
        ('replace("abcd", "(ab)", "[$1]")', '"[ab]cd"'),
    ),
    Builtin(
        "split",
        (signature("string: string, delimiter: string", t.list_of(t.STRING), _split),),
        "string",
        "拆分",
        Text("按正则表达式把文本拆成列表。", "Splits a text into a list at every match of a pattern."),
        ('split("a;b", ";")', '["a", "b"]'),
    ),
    Builtin(
        "string join",
        (signature("list: list<any>, delimiter?~: string", "string", _join),),
        "string",
        "连接文本",
        Text("把列表里的文本连成一个，可指定分隔文字。", "Joins the texts of a list, with a text between them."),
        ('string join(["a", "b"], "-")', '"a-b"'),
        True,
    ),
)
