"""The functions over numbers."""

from __future__ import annotations

import re
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DecimalException,
)
from typing import Any

from ..model.text import Text
from .builtin import Builtin, signature
from .iso import number_text
from .temporal import DaysTime, YearsMonths
from .values import NUMBERS

_WIDE = Context(prec=7000, Emin=-999_999, Emax=999_999, traps=[])
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?\Z")


def whole(n: Decimal | int) -> int | None:
    """The number without its fraction, when it is small enough to count with."""
    return int(n) if -(10**12) < n < 10**12 else None


def to_scale(n: Decimal | int, scale: Decimal | int, rounding: str) -> Decimal | None:
    """The number with `scale` digits after the point; null outside the scales decimal128 has."""
    if not -6111 <= scale <= 6176:
        return None
    n = Decimal(n)
    exponent = n.as_tuple().exponent
    places = int(Decimal(scale).to_integral_value(ROUND_FLOOR))
    if isinstance(exponent, int) and -exponent <= places:
        return n
    return NUMBERS.plus(n.quantize(Decimal(1).scaleb(-places), rounding, _WIDE))


def _rounder(rounding: str) -> Any:
    def run(n: Decimal | int, scale: Decimal | int = 0) -> Decimal | None:
        return to_scale(n, scale, rounding)

    return run


def _abs(n: Any) -> Any:
    if isinstance(n, YearsMonths):
        return YearsMonths(abs(n.months))
    return DaysTime(abs(n.nanos)) if isinstance(n, DaysTime) else abs(n)


def _modulo(dividend: Decimal | int, divisor: Decimal | int) -> Decimal | None:
    if not divisor:
        return None
    a, b = Decimal(dividend), Decimal(divisor)
    if a.adjusted() - b.adjusted() > 6000:
        return None
    rest = _WIDE.remainder(a, b)
    if rest and (rest < 0) != (b < 0):
        rest = _WIDE.add(rest, b)
    return NUMBERS.plus(rest)


def _sqrt(n: Decimal | int) -> Decimal | None:
    return NUMBERS.sqrt(Decimal(n)) if n >= 0 else None


def _exp(n: Decimal | int) -> Decimal | None:
    try:
        return NUMBERS.exp(Decimal(n))
    except DecimalException:
        return None


def _log(n: Decimal | int) -> Decimal | None:
    return NUMBERS.ln(Decimal(n)) if n > 0 else None


def _parity(odd: int) -> Any:
    def run(n: Decimal | int) -> bool:
        return _WIDE.remainder(abs(Decimal(n)), Decimal(2)) == odd

    return run


def number_from(text: str, grouping: str | None = None, point: str | None = None) -> Decimal | None:
    """A number from text, after the grouping signs are taken out."""
    if len(text) > 400 or grouping not in (None, " ", ",", ".") or point not in (None, ".", ","):
        return None
    if grouping is not None:
        if grouping == point:
            return None
        text = text.replace(grouping, "")
    if point == ",":
        if "." in text:
            return None
        text = text.replace(",", ".")
    if not _NUMBER.match(text):
        return None
    try:
        return NUMBERS.create_decimal(text)
    except DecimalException:
        return None


def _duration_results(given: Any) -> Any:
    return given[0]


NUMBER_FUNCTIONS = (
    Builtin(
        "abs",
        (signature("n: number", "number", _abs), signature("n: duration", _duration_results, _abs)),
        "number",
        "绝对值",
        Text("去掉负号。", "The size of a number or duration, without its sign."),
        ("abs(-3)", "3"),
    ),
    Builtin(
        "floor",
        (signature("n: number, scale?: number", "number", _rounder(ROUND_FLOOR)),),
        "number",
        "向下取整",
        Text(
            "向负无穷方向取到指定小数位，缺省为整数。",
            "Rounds down to `scale` digits after the point, 0 when left out.",
        ),
        ("floor(2.7)", "2"),
        True,
    ),
    Builtin(
        "ceiling",
        (signature("n: number, scale?: number", "number", _rounder(ROUND_CEILING)),),
        "number",
        "向上取整",
        Text(
            "向正无穷方向取到指定小数位，缺省为整数。", "Rounds up to `scale` digits after the point, 0 when left out."
        ),
        ("ceiling(2.1)", "3"),
        True,
    ),
    Builtin(
        "decimal",
        (signature("n: number, scale: number", "number", _rounder(ROUND_HALF_EVEN)),),
        "number",
        "取小数",
        Text(
            "取到指定小数位，正好一半时取偶数。", "Rounds to `scale` digits after the point, halves to the even digit."
        ),
        ("decimal(2.5, 0)", "2"),
    ),
    Builtin(
        "round half up",
        (signature("n: number, scale: number", "number", _rounder(ROUND_HALF_UP)),),
        "number",
        "四舍五入",
        Text("四舍五入到指定小数位。", "Rounds to `scale` digits after the point, halves away from zero."),
        ("round half up(2.345, 2)", "2.35"),
        True,
    ),
    Builtin(
        "round half down",
        (signature("n: number, scale: number", "number", _rounder(ROUND_HALF_DOWN)),),
        "number",
        "五舍六入",
        Text("取到指定小数位，正好一半时舍去。", "Rounds to `scale` digits after the point, halves towards zero."),
        ("round half down(2.345, 2)", "2.34"),
    ),
    Builtin(
        "round up",
        (signature("n: number, scale: number", "number", _rounder(ROUND_UP)),),
        "number",
        "进一法取整",
        Text("向远离零的方向取到指定小数位。", "Rounds away from zero to `scale` digits after the point."),
        ("round up(2.31, 1)", "2.4"),
    ),
    Builtin(
        "round down",
        (signature("n: number, scale: number", "number", _rounder(ROUND_DOWN)),),
        "number",
        "去尾法取整",
        Text("舍去指定小数位之后的数字。", "Cuts off what comes after `scale` digits after the point."),
        ("round down(2.39, 1)", "2.3"),
    ),
    Builtin(
        "modulo",
        (signature("dividend: number, divisor: number", "number", _modulo),),
        "number",
        "取余",
        Text("除法的余数，符号与除数相同。", "The remainder of a division, with the sign of the divisor."),
        ("modulo(7, 3)", "1"),
    ),
    Builtin(
        "sqrt",
        (signature("number: number", "number", _sqrt),),
        "number",
        "平方根",
        Text("平方根；负数为空。", "The square root; null for negative numbers."),
        ("sqrt(9)", "3"),
    ),
    Builtin(
        "exp",
        (signature("number: number", "number", _exp),),
        "number",
        "指数",
        Text("e 的指定次幂。", "e to the power of a number."),
        ("exp(0)", "1"),
    ),
    Builtin(
        "log",
        (signature("number: number", "number", _log),),
        "number",
        "自然对数",
        Text("自然对数；零和负数为空。", "The natural logarithm; null for zero and negative numbers."),
        ("log(1)", "0"),
    ),
    Builtin(
        "odd",
        (signature("number: number", "boolean", _parity(1)),),
        "number",
        "是奇数",
        Text("是否为奇数。", "Whether a number is odd."),
        ("odd(3)", "true"),
    ),
    Builtin(
        "even",
        (signature("number: number", "boolean", _parity(0)),),
        "number",
        "是偶数",
        Text("是否为偶数。", "Whether a number is even."),
        ("even(4)", "true"),
    ),
    Builtin(
        "number",
        (
            signature("from: number", "number", lambda n: n),
            signature("from: string", "number", number_from),
            signature("from: string, grouping separator~: string, decimal separator~: string", "number", number_from),
        ),
        "number",
        "转数字",
        Text("把文本读成数字，可指明千位符和小数点。", "Reads a number from text, with signs for grouping and point."),
        ('number("1,234.5", ",", ".")', "1234.5"),
        True,
    ),
)

__all__ = ["NUMBER_FUNCTIONS", "number_from", "number_text", "to_scale", "whole"]
