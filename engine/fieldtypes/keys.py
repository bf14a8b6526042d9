"""Keys that several field types share, and the checks over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import re2

from ..diagnostics import Diagnostic, Place
from ..model import Field, Text
from .base import Key

#: JSON Schema keywords every type accepts as they stand; they are checked on the JSON value of the field.
VALUE_RULES = ("enum", "const", "not", "anyOf", "allOf", "oneOf", "if", "then", "else")

RULES = tuple(
    Key(name, "schema", Text("JSON Schema 关键字，检查这个字段的 JSON 值。", "JSON Schema keyword for the JSON value."))
    for name in VALUE_RULES
)

LENGTHS = (
    Key("minLength", "integer", Text("至少多少个字。", "Least number of characters.")),
    Key("maxLength", "integer", Text("最多多少个字。", "Greatest number of characters.")),
)

PATTERN = (
    Key("pattern", "pattern", Text("须含有的写法，RE2 正则。", "RE2 expression that must be found in the text.")),
    Key("patternHelp", "text", Text("不合写法时说的话。", "What is said when the pattern is not met.")),
)

SUFFIX = Key("suffix", "text", Text("写在值后面的单位，例如 天。", "Unit written after the value, such as days."))

LIMITS = (
    Key("minimum", "number", Text("最小值。", "Least value.")),
    Key("maximum", "number", Text("最大值。", "Greatest value.")),
    Key("exclusiveMinimum", "number", Text("须大于它。", "The value is greater than this.")),
    Key("exclusiveMaximum", "number", Text("须小于它。", "The value is less than this.")),
    Key("multipleOf", "number", Text("须是它的倍数。", "The value is a multiple of this.")),
)

ITEMS = (
    Key("minItems", "integer", Text("至少几项。", "Least number of choices.")),
    Key("maxItems", "integer", Text("最多几项。", "Greatest number of choices.")),
)

Check = Callable[[Field], tuple[Diagnostic, ...]]


def all_of(*checks: Check) -> Check:
    """One check that reports what each of the checks finds."""

    def check(spec: Field) -> tuple[Diagnostic, ...]:
        return tuple(d for one in checks for d in one(spec))

    return check


def remark(code: str, spec: Field, at: str = "", /, **args: Any) -> Diagnostic:
    """A diagnostic about an option of the field, at the place the field was written."""
    place = spec.place
    path = f"{place.path}/{at}" if at else place.path
    return Diagnostic(code, Place(place.file, place.line, place.column, path), {"field": spec.name, **args})


def ordered_keys(low: str, high: str) -> Check:
    """The option `low` is not above the option `high`."""

    def check(spec: Field) -> tuple[Diagnostic, ...]:
        a, b = spec.options.get(low), spec.options.get(high)
        if isinstance(a, int | float | Decimal) and isinstance(b, int | float | Decimal) and a > b:
            return (remark("REC_101", spec, low, low=f"{low} {a}", high=f"{high} {b}"),)
        return ()

    return check


def between(key: str, least: int, most: int) -> Check:
    """The option, where given, is an integer from `least` to `most`."""

    def check(spec: Field) -> tuple[Diagnostic, ...]:
        value = spec.options.get(key)
        if value is None or (type(value) is int and least <= value <= most):
            return ()
        return (remark("REC_103", spec, key, key=key, min=least, max=most),)

    return check


def readable_pattern(spec: Field) -> tuple[Diagnostic, ...]:
    """The pattern is RE2."""
    pattern = spec.options.get("pattern")
    if pattern is None:
        return ()
    try:
        compiled(str(pattern))
    except re2.error as error:
        return (remark("REC_102", spec, "pattern", why=_reason(error)),)
    return ()


def compiled(pattern: str) -> Any:
    """The RE2 program of a pattern. Raises re2.error; never logs what outsiders wrote to standard error."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def needs(keys: Iterable[Key]) -> Check:
    """Every key marked as required is given."""
    required = tuple(k for k in keys if k.required)

    def check(spec: Field) -> tuple[Diagnostic, ...]:
        missing = (k for k in required if spec.options.get(k.name) in (None, ""))
        return tuple(remark("REC_106", spec, k.name, key=k.name, doc=k.doc) for k in missing)

    return check


def _reason(error: Exception) -> str:
    why = error.args[0] if error.args else ""
    return why.decode(errors="replace") if isinstance(why, bytes) else str(why)
