"""Which operator takes which types, and what comes out."""

from __future__ import annotations

from . import types as t

_NUMBER, _STRING = "number", "string"
_DATE, _TIME, _BOTH = "date", "time", "date and time"
_YM, _DT = "years and months duration", "days and time duration"

_MOMENT_PLUS = {
    (_DATE, _YM): t.DATE,
    (_DATE, _DT): t.DATE,
    (_BOTH, _YM): t.DATE_TIME,
    (_BOTH, _DT): t.DATE_TIME,
    (_TIME, _DT): t.TIME,
}
_DURATIONS = {(_YM, _YM): t.YEARS_MONTHS, (_DT, _DT): t.DAYS_TIME}

#: operator -> (kind of left, kind of right) -> result
ARITHMETIC: dict[str, dict[tuple[str, str], t.Type]] = {
    "add": {
        (_NUMBER, _NUMBER): t.NUMBER,
        (_STRING, _STRING): t.STRING,
        **_DURATIONS,
        **_MOMENT_PLUS,
        **{(b, a): r for (a, b), r in _MOMENT_PLUS.items()},
    },
    "sub": {
        (_NUMBER, _NUMBER): t.NUMBER,
        **_DURATIONS,
        **_MOMENT_PLUS,
        **{(a, b): t.DAYS_TIME for a in (_DATE, _BOTH) for b in (_DATE, _BOTH)},
        (_TIME, _TIME): t.DAYS_TIME,
    },
    "mul": {
        (_NUMBER, _NUMBER): t.NUMBER,
        (_YM, _NUMBER): t.YEARS_MONTHS,
        (_NUMBER, _YM): t.YEARS_MONTHS,
        (_DT, _NUMBER): t.DAYS_TIME,
        (_NUMBER, _DT): t.DAYS_TIME,
    },
    "div": {
        (_NUMBER, _NUMBER): t.NUMBER,
        (_YM, _NUMBER): t.YEARS_MONTHS,
        (_DT, _NUMBER): t.DAYS_TIME,
        (_YM, _YM): t.NUMBER,
        (_DT, _DT): t.NUMBER,
    },
    "pow": {(_NUMBER, _NUMBER): t.NUMBER},
}
NEGATABLE = {_NUMBER: t.NUMBER, _YM: t.YEARS_MONTHS, _DT: t.DAYS_TIME}

SIGNS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "pow": "**",
    "eq": "=",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "and": "and",
    "or": "or",
    "neg": "-",
}
OPS = {sign: op for op, sign in SIGNS.items() if op not in ("neg", "sub")} | {"-": "sub"}


def unknown(*given: t.Type) -> bool:
    """Whether one of the types says nothing about the value."""
    return any(g.kind in ("any", "null") for g in given)


def arithmetic(op: str, left: t.Type, right: t.Type) -> t.Type | None:
    """The type of the result, None when the operator does not take these."""
    if unknown(left, right):
        known = {left.kind, right.kind} - {"any", "null"}
        table = ARITHMETIC[op]
        if known and not any(known <= set(pair) for pair in table):
            return None
        return t.NUMBER if op == "pow" else t.ANY
    return ARITHMETIC[op].get((left.kind, right.kind))


def equatable(left: t.Type, right: t.Type) -> bool:
    """Whether `=` between them can ever be true."""
    if unknown(left, right):
        return True
    if {left.kind, right.kind} == {"link", "actor"}:
        return True
    if left.kind != right.kind:
        return False
    if left.kind == "link":
        return not left.entity or not right.entity or left.entity == right.entity
    if left.kind in ("list", "range"):
        return equatable(left.item or t.ANY, right.item or t.ANY)
    return True


def orderable(left: t.Type, right: t.Type) -> bool:
    """Whether `<` between them can ever be answered."""
    kinds = {left.kind, right.kind} - {"any", "null"}
    return len(kinds) < 2 and kinds <= t.ORDERED


def truthy(given: t.Type) -> bool:
    """Whether the type can stand as a condition."""
    return given.kind in ("boolean", "any", "null")
