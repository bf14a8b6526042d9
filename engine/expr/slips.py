"""What people write who know another notation, and what it is called here."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ..model.text import Text
from . import types as t
from .iso import literal_from
from .node import Node

#: What is written elsewhere -> what is written here.
_ELSEWHERE = {
    "==": "=",
    "===": "=",
    "<>": "!=",
    "=>": ">=",
    "=<": "<=",
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "!": "not(...)",
    "not": "not(...)",
    "%": "modulo(a, b)",
    "^": "**",
    "并且": "and",
    "而且": "and",
    "且": "and",
    "或者": "or",
    "或": "or",
    "不是": "not(...)",
    "等于": "=",
    "不等于": "!=",
    "大于": ">",
    "小于": "<",
    "大于等于": ">=",
    "小于等于": "<=",
    "属于": "in",
    "介于": "between",
    "如果": "if",
    "那么": "then",
    "否则": "else",
    "是": "true",
    "否": "false",
    "空": "null",
}

#: Closing and connecting signs that may be missing: token type -> as written.
_MISSING = {
    "RP": ")",
    "RB": "]",
    "RC": "}",
    "RBE": "[",
    "THEN": "then",
    "ELSE": "else",
    "RETURN": "return",
    "SATISFIES": "satisfies",
    "IN": "in",
    "COLON": ":",
    "TGT": ">",
    "ARROW": "->",
}


def instead_of(text: str, start: int, end: int) -> Text:
    """What to write instead of what stands there, empty when nothing comes to mind."""
    for low, high in ((start - 1, start + 1), (start, start + 2), (start, end), (start, start + 1)):
        here = _ELSEWHERE.get(text[max(low, 0) : high])
        if here:
            return Text(f"这里写作“{here}”。", f'It is written "{here}" here.')
    before = text[:start].split()[-1:]
    if before == ["not"]:
        return Text("否定写作“not(...)”。", 'The opposite is written "not(...)".')
    return Text()


def missing(expected: Iterable[str]) -> Text:
    """Words for what may stand at a place."""
    found = set(expected)
    signs = [_MISSING[e] for e in _MISSING if e in found]
    if "NUMBER" in found:
        return Text("一个值、名称或函数", "a value, a name or a function")
    if "PLUS" in found:
        closing = [s for s in signs if s not in ("in", ":", "[")]
        before_zh, before_en = (f"{' '.join(closing)} ，", f"{' '.join(closing)} , ") if closing else ("", "")
        return Text(
            f"{before_zh}或运算符（= > and in …）".lstrip("或"),
            f"{before_en}or an operator (= > and in ...)".removeprefix("or "),
        )
    return Text(" ".join(signs) or "别的写法", " ".join(signs) or "something else")


def comparable(left: Node, right: Node) -> Text:
    """What to do about two sides that can never be compared."""
    for one, other in ((left, right), (right, left)):
        written = one.value if one.op == "const" and isinstance(one.value, str) else None
        if written is not None and other.type.kind in t.TEMPORAL and literal_from(written) is not None:
            return Text(f'日期写作 @"{written}"。', f'A date is written @"{written}".')
        if written is not None and other.type.kind == "number" and _is_number(written):
            return Text(f"数字不加引号：{written}。", f"Numbers have no quotes: {written}.")
        if one.type.kind == "list" and other.type.kind != "list":
            return Text(
                "列表要逐项比较：some x in … satisfies x > …。",
                "Compare the items of a list: some x in ... satisfies x > ...",
            )
        if one.type.kind == "date and time" and other.type.kind == "date":
            return Text("日期时间先用 date() 取日期。", "Take the date of a date and time with date().")
    return Text()


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite() and text.isascii()
    except ArithmeticError:
        return False
