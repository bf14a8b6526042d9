"""Whole numbers, decimals of a declared scale, money and percentages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from ..diagnostics import Place
from ..model import Column, Field, Model, Storage, Text
from .base import Caster, FieldType, Given, Key, Made, Operator, column_of, problem
from .clean import clip, reading
from .keys import LIMITS, RULES, SUFFIX, all_of, between, ordered_keys
from .text import starred

#: Digits in all: what a JSON number (a double) and a 64-bit integer both hold exactly.
PRECISION = 15
_GREATEST = 10**PRECISION - 1
_SIGNS = str.maketrans("", "", " ,_'¥￥$€£元")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
#: What nearly every cell of a sheet and every form holds: nothing in it needs a second look.
_USUAL = re.compile(r"-?\d{1,9}(?:\.\d{1,6})?", re.ASCII)
_TIMES = {"万": 10**4, "亿": 10**8}


def number_of(text: str) -> Decimal | None:
    """The number a person wrote, thousands separators and currency signs allowed; None when it is none."""
    if "," in text and not _GROUPED.fullmatch(text.strip(" ¥￥$€£元万亿")):
        return None
    bare = text.translate(_SIGNS)
    times = _TIMES.get(bare[-1:], 1)
    if times != 1:
        bare = bare[:-1]
    return Decimal(bare) * times if _NUMBER.fullmatch(bare) else None


def _exact(raw: Any) -> Decimal | None:
    """The number that was sent: a float stands for its shortest decimal text, as JSON writes it."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return Decimal(raw) if abs(raw) < 10**40 else Decimal(10**40)
    if isinstance(raw, float):
        return Decimal(repr(raw)) if abs(raw) < float("inf") else None
    if isinstance(raw, Decimal):
        return raw if raw.is_finite() else None
    return None


@dataclass(frozen=True, slots=True)
class _Limits:
    low: Decimal | None
    high: Decimal | None
    above: Decimal | None
    below: Decimal | None
    step: Decimal | None

    def any(self) -> bool:
        return any(v is not None for v in (self.low, self.high, self.above, self.below, self.step))


def _limits(spec: Field) -> _Limits:
    names = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
    return _Limits(*(None if (v := spec.options.get(n)) is None else Decimal(str(v)) for n in names))


def _bound_words(at: _Limits, show: Callable[[Any], str]) -> Text:
    if at.low is not None and at.high is not None:
        low, high = show(at.low), show(at.high)
        return Text(f"在 {low} 到 {high} 之间", f"between {low} and {high}")
    zh, en = [], []
    for limit, words_zh, words_en in (
        (at.low, "不小于", "at least"),
        (at.high, "不大于", "at most"),
        (at.above, "大于", "more than"),
        (at.below, "小于", "less than"),
    ):
        if limit is not None:
            zh.append(f"{words_zh} {show(limit)}")
            en.append(f"{words_en} {show(limit)}")
    return Text("、".join(zh), " and ".join(en))


def _bounded(spec: Field, show: Callable[[Any], str]) -> Callable[[Any, Place], Made] | None:
    """The check of the limits the field declares, None when it declares none."""
    at = _limits(spec)
    if not at.any():
        return None
    bound, title = _bound_words(at, show), spec.title

    def check(value: Any, place: Place) -> Made:
        outside = (
            (at.low is not None and value < at.low)
            or (at.high is not None and value > at.high)
            or (at.above is not None and value <= at.above)
            or (at.below is not None and value >= at.below)
        )
        if outside:
            return problem("REC_012", place, field=title, bound=bound, typed=show(value))
        if at.step and Decimal(value) % at.step:
            return problem("REC_014", place, field=title, step=show(at.step), typed=show(value))
        return value, ()

    return check


def _plain(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _integer(spec: Field, model: Model) -> Caster:
    title, check = spec.title, _bounded(spec, _plain)

    def whole(number: Decimal, typed: object, place: Place, given: Given) -> Made:
        if given.source == "computed":
            number = number.quantize(Decimal(1), ROUND_HALF_UP) if abs(number) <= _GREATEST else number
        if abs(number) > _GREATEST:
            return problem("REC_013", place, field=title, digits=PRECISION)
        value = int(number)
        if value != number:
            return problem("REC_010", place, field=title, typed=clip(typed))
        return check(value, place) if check else (value, ())

    def read(text: str, place: Place, given: Given) -> Made:
        number = number_of(text)
        if number is None:
            return problem("REC_009", place, field=title, typed=clip(text))
        return whole(number, text, place, given)

    def other(raw: object, place: Place, given: Given) -> Made | None:
        number = _exact(raw)
        return None if number is None else whole(number, raw, place, given)

    return _quick_int(reading(spec, read, other), check)


def _quick_int(slow: Caster, check: Callable[[Any, Place], Made] | None) -> Caster:
    def cast(raw: Any, place: Place, given: Given) -> Made:
        if raw.__class__ is int and -_GREATEST <= raw <= _GREATEST:
            return check(raw, place) if check else (raw, ())
        if raw.__class__ is str and raw.isascii() and raw.isdigit() and len(raw) <= PRECISION:
            return check(int(raw), place) if check else (int(raw), ())
        return slow(raw, place, given)

    return cast


def _scale(spec: Field) -> int:
    """Digits behind the point, of the stored value."""
    if spec.type == "percent":
        return int(spec.options.get("scale", 1)) + 2
    return int(spec.options.get("scale", 2))


def _decimal_column(spec: Field) -> Column:
    return column_of(spec, Storage("decimal", _scale(spec), PRECISION))


def _decimal(spec: Field, model: Model) -> Caster:
    settle = _settled(spec)
    title = spec.title

    def read(text: str, place: Place, given: Given) -> Made:
        number = number_of(text)
        return settle(number, text, place, given) if number is not None else _no_number(title, text, place)

    def other(raw: object, place: Place, given: Given) -> Made | None:
        number = _exact(raw)
        return None if number is None else settle(number, raw, place, given)

    slow = reading(spec, read, other)

    def cast(raw: Any, place: Place, given: Given) -> Made:
        if raw.__class__ is str and _USUAL.fullmatch(raw):
            return settle(Decimal(raw), raw, place, given)
        return slow(raw, place, given)

    return cast


def _no_number(title: Text, text: str, place: Place) -> Made:
    return problem("REC_009", place, field=title, typed=clip(text))


def _settled(spec: Field) -> Callable[[Decimal, object, Place, Given], Made]:
    """From a number to a value of the declared scale, or why it is none."""
    scale, title = _scale(spec), spec.title
    unit = Decimal(1).scaleb(-scale)
    most = Decimal(10) ** (PRECISION - scale)
    check = _bounded(spec, _percent_text if spec.type == "percent" else _plain)
    shown = scale - 2 if spec.type == "percent" else scale

    def settle(number: Decimal, typed: object, place: Place, given: Given) -> Made:
        if abs(number) >= most:
            return problem("REC_013", place, field=title, digits=PRECISION - scale)
        value = number.quantize(unit, ROUND_HALF_UP)
        if value != number and given.source != "computed":
            return problem("REC_011", place, field=title, scale=shown, typed=clip(typed))
        if not value:
            value = abs(value)  # minus zero is zero
        return check(value, place) if check else (value, ())

    return settle


def _percent(spec: Field, model: Model) -> Caster:
    settle, title = _settled(spec), spec.title

    def read(text: str, place: Place, given: Given) -> Made:
        marked = text.endswith("%")
        number = number_of(text.rstrip("% "))
        if number is None:
            return _no_number(title, text, place)
        # People type points (85 is 85 %), programs send the fraction (0.85).
        points = marked or given.source in ("page", "import", "bulk")
        return settle(number / 100 if points else number, text, place, given)

    def other(raw: object, place: Place, given: Given) -> Made | None:
        number = _exact(raw)
        return None if number is None else settle(number, raw, place, given)

    return reading(spec, read, other)


def _percent_text(value: Any) -> str:
    return f"{_plain((Decimal(value) * 100).normalize())}%"


def _number_schema(kind: str) -> Callable[[Field, Model], dict[str, Any]]:
    def schema(spec: Field, model: Model) -> dict[str, Any]:
        found: dict[str, Any] = {"type": kind}
        for key in LIMITS:
            limit = spec.options.get(key.name)
            if limit is not None:
                found[key.name] = float(limit) if isinstance(limit, Decimal) else limit
        most = _GREATEST if kind == "integer" else float(Decimal(_GREATEST).scaleb(-_scale(spec)))
        if "exclusiveMinimum" not in found:
            found.setdefault("minimum", -most)
        if "exclusiveMaximum" not in found:
            found.setdefault("maximum", most)
        return found if kind == "integer" else found | {"x-shuyuan-scale": _scale(spec)}

    return schema


def _show(grouped: bool) -> Callable[[Field, Model, str], Callable[[Any], str]]:
    def show(spec: Field, model: Model, lang: str) -> Callable[[Any], str]:
        sign = _CURRENCIES.get(str(spec.options.get("currency", "CNY")), "") if spec.type == "money" else ""
        places = f".{_scale(spec)}f" if spec.type != "integer" else ""
        how = ("," if grouped or spec.options.get("grouping") else "") + places
        suffix = spec.options.get("suffix") or Text()
        after = suffix.get(lang) if isinstance(suffix, Text) else str(suffix)
        after = f" {after}" if after else ""

        def shown(value: Any) -> str:
            if value is None:
                return ""
            return f"{'-' if value < 0 else ''}{sign}{abs(value):{how}}{after}"

        return shown

    return show


_CURRENCIES = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "MOP": "MOP$", "TWD": "NT$", "JPY": "JP¥"}


def _show_percent(spec: Field, model: Model, lang: str) -> Callable[[Any], str]:
    how = f".{_scale(spec) - 2}f"
    return lambda value: "" if value is None else f"{value * 100:{how}}%"


def _typed(spec: Field, model: Model) -> Callable[[Any], Any]:
    if spec.type == "percent":
        how = f".{_scale(spec) - 2}f"
        return lambda value: f"{value * 100:{how}}"
    return _plain


def _sample(spec: Field, model: Model, rng: Random) -> Any:
    at = _limits(spec)
    unit = Decimal(1) if spec.type == "integer" else Decimal(1).scaleb(-_scale(spec))
    step = max(at.step or unit, unit)
    low = at.low if at.low is not None else at.above
    high = at.high if at.high is not None else at.below
    if low is None:
        low = min(Decimal(0), high - step * 100) if high is not None else Decimal(0)
    if high is None:
        high = low + step * 100
    first = -(-low // step) + (1 if at.above is not None and low % step == 0 else 0)
    last = high // step - (1 if at.below is not None and high % step == 0 else 0)
    value = step * rng.randint(int(first), max(int(first), int(last)))
    return int(value) if spec.type == "integer" else value.quantize(unit)


_COMPARE: tuple[Operator, ...] = ("eq", "ne", "in", "lt", "lte", "gt", "gte", "between", "empty")
_CHECK = all_of(ordered_keys("minimum", "maximum"), ordered_keys("exclusiveMinimum", "maximum"), between("scale", 0, 6))
_GROUPING = Key("grouping", "boolean", Text("显示千位分隔符。", "Show thousands separators."))

INTEGER = FieldType(
    name="integer",
    title=Text("整数", "Whole number"),
    help=Text("最多 15 位整数。", "A whole number of at most 15 digits."),
    feel="number",
    keys=(*LIMITS, SUFFIX, _GROUPING, *RULES),
    column=lambda spec: column_of(spec, Storage("bigint")),
    caster=_integer,
    schema=_number_schema("integer"),
    show=_show(False),
    typed=_typed,
    sample=_sample,
    mask=starred,
    widget="number",
    cell="number",
    check=_CHECK,
    operators=_COMPARE,
    convert_from=("text", "decimal", "money", "percent", "choice", "code", "boolean"),
)

DECIMAL = replace(
    INTEGER,
    name="decimal",
    title=Text("小数", "Decimal"),
    help=Text(
        "精确的小数，小数位由 scale 规定，连整数部分最多 15 位。",
        "An exact number with scale digits behind the point, 15 digits in all.",
    ),
    keys=(*INTEGER.keys, Key("scale", "integer", Text("小数位数，默认 2。", "Digits behind the point; 2 by default."))),
    column=_decimal_column,
    caster=_decimal,
    schema=_number_schema("number"),
    to_json=float,
    from_json=lambda value: Decimal(repr(value)),
    convert_from=("text", "integer", "money", "percent", "choice", "code"),
)

MONEY = replace(
    DECIMAL,
    name="money",
    title=Text("金额", "Money"),
    help=Text("精确的金额，默认两位小数、人民币。", "An exact amount; two decimals and yuan by default."),
    keys=(
        *DECIMAL.keys,
        Key("currency", "text", Text("货币代码，默认 CNY。", "Currency code; CNY by default."), tuple(_CURRENCIES)),
    ),
    show=_show(True),
    convert_from=("text", "integer", "decimal"),
)

PERCENT = replace(
    DECIMAL,
    name="percent",
    title=Text("百分比", "Percentage"),
    help=Text(
        "存成比值：85% 是 0.85。页面上填 85 即 85%，接口收发 0.85。",
        "Held as a ratio: 85 % is 0.85. On pages 85 means 85 %, the API takes and gives 0.85.",
    ),
    keys=(
        *LIMITS,
        *RULES,
        Key("scale", "integer", Text("百分数的小数位数，默认 1。", "Decimals of the percentage; 1 by default.")),
    ),
    caster=_percent,
    show=_show_percent,
    convert_from=("text", "decimal", "integer"),
)

TYPES = (INTEGER, DECIMAL, MONEY, PERCENT)
