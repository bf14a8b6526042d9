"""The operators over values of any kind: total functions, null where the standard says null."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, DecimalException
from typing import Any

from ..model.values import ActorValue, Ref
from . import types as t
from .fn_list import position
from .fn_number import whole
from .temporal import (
    DAY,
    NANO,
    Date,
    DateTime,
    DaysTime,
    FarDate,
    Time,
    YearsMonths,
    add_months,
    at_instant,
    date_of,
    days_of,
    weekday,
    zoned,
)
from .values import (
    MAX_LIST,
    MAX_STRING,
    NUMBERS,
    Function,
    Range,
    compare,
    conforms,
    equal,
    from_python,
    member,
    test,
    within,
)

_ABSURD = 10**30  # nanoseconds; longer durations are refused


def is_number(value: Any) -> bool:
    """A number, and not a boolean, which Python counts among them."""
    return isinstance(value, Decimal | int) and not isinstance(value, bool)


# ---------------------------------------------------------------- arithmetic


def add(a: Any, b: Any) -> Any:
    """`+` between numbers, strings, durations, and a moment and a duration."""
    if is_number(a) and is_number(b):
        return _number(NUMBERS.add, a, b)
    if isinstance(a, str) and isinstance(b, str):
        return a + b if len(a) + len(b) <= MAX_STRING else None
    if isinstance(b, YearsMonths | DaysTime):
        return _plus(a, b, 1)
    return _plus(b, a, 1) if isinstance(a, YearsMonths | DaysTime) else None


def sub(a: Any, b: Any) -> Any:
    """`-` between numbers, durations, moments, and a moment and a duration."""
    if is_number(a) and is_number(b):
        return _number(NUMBERS.subtract, a, b)
    if isinstance(b, YearsMonths | DaysTime):
        return _plus(a, b, -1)
    return _apart(a, b)


def mul(a: Any, b: Any) -> Any:
    """`*` between numbers, and a duration and a number."""
    if is_number(a):
        if is_number(b):
            return _number(NUMBERS.multiply, a, b)
        a, b = b, a
    if isinstance(a, YearsMonths | DaysTime) and is_number(b):
        return _scaled(a, _number(NUMBERS.multiply, _size(a), b))
    return None


def div(a: Any, b: Any) -> Any:
    """`/` between numbers, a duration and a number, two durations; null by zero."""
    if is_number(a) and is_number(b):
        return _number(NUMBERS.divide, a, b) if b else None
    if not isinstance(a, YearsMonths | DaysTime):
        return None
    if type(a) is type(b):
        return _number(NUMBERS.divide, _size(a), _size(b)) if _size(b) else None
    return _scaled(a, _number(NUMBERS.divide, _size(a), b)) if is_number(b) and b else None


def power(a: Any, b: Any) -> Any:
    """`**` between numbers; null when the result is none or has no room."""
    return _number(NUMBERS.power, Decimal(a), Decimal(b)) if is_number(a) and is_number(b) else None


def neg(a: Any) -> Any:
    """`-` before a number or duration."""
    if is_number(a):
        return NUMBERS.minus(a) if a else Decimal(0)
    if isinstance(a, YearsMonths):
        return YearsMonths(-a.months)
    return DaysTime(-a.nanos) if isinstance(a, DaysTime) else None


def _number(run: Callable[[Any, Any], Decimal], a: Any, b: Any) -> Decimal | None:
    try:
        return run(a, b)
    except DecimalException:
        return None


def _size(d: YearsMonths | DaysTime) -> int:
    return d.months if isinstance(d, YearsMonths) else d.nanos


def _scaled(like: YearsMonths | DaysTime, size: Decimal | None) -> Any:
    if size is None or abs(size) > _ABSURD:
        return None
    if isinstance(like, YearsMonths):
        return YearsMonths(int(size))
    return DaysTime(int(size.to_integral_value(ROUND_HALF_EVEN)))


def _plus(a: Any, d: YearsMonths | DaysTime, sign: int) -> Any:
    if type(a) is type(d):
        total = _size(a) + sign * _size(d)
        return None if abs(total) > _ABSURD else type(d)(total)
    if abs(_size(d)) > _ABSURD:
        return None
    if isinstance(d, YearsMonths):
        return _plus_months(a, sign * d.months)
    return _plus_nanos(a, sign * d.nanos)


def _plus_months(a: Any, months: int) -> Any:
    if isinstance(a, date | FarDate):
        return add_months(a, months)
    if isinstance(a, DateTime):
        day = a.date
        moved = None if day is None else add_months(day, months)
        return None if moved is None else _moved(a, days_of(moved), a.nanos)
    return None


def _moved(a: DateTime, days: int, nanos: int) -> DateTime | None:
    return zoned(days, nanos, a.zone) if a.zone else DateTime(days, nanos, a.offset)


def _plus_nanos(a: Any, nanos: int) -> Any:
    if isinstance(a, date | FarDate):
        return date_of(days_of(a) + nanos // DAY)
    if isinstance(a, Time):
        return Time((a.nanos + nanos) % DAY, a.offset, a.zone)
    if isinstance(a, DateTime):
        if a.zone:
            return at_instant(a.key() + nanos, a.zone)
        total = a.days * DAY + a.nanos + nanos
        made = DateTime(total // DAY, total % DAY, a.offset)
        return made if made.date is not None else None
    return None


def _apart(a: Any, b: Any) -> DaysTime | None:
    if isinstance(a, Time) and isinstance(b, Time):
        return DaysTime(a.key() - b.key()) if (a.offset is None) == (b.offset is None) else None
    if isinstance(a, date | FarDate) and isinstance(b, date | FarDate):
        return DaysTime((days_of(a) - days_of(b)) * DAY)
    x, y = _moment(a), _moment(b)
    if x is None or y is None or (x.offset is None) != (y.offset is None):
        return None
    return DaysTime(x.key() - y.key())


def _moment(value: Any) -> DateTime | None:
    if isinstance(value, DateTime):
        return value
    return DateTime(days_of(value), 0, 0) if isinstance(value, date | FarDate) else None


# ---------------------------------------------------------------- comparison and membership


def eq(a: Any, b: Any) -> bool | None:
    """`=`."""
    return equal(a, b)


def ne(a: Any, b: Any) -> bool | None:
    """`!=`."""
    same = equal(a, b)
    return None if same is None else not same


def lt(a: Any, b: Any) -> bool | None:
    """`<`."""
    order = compare(a, b)
    return None if order is None else order < 0


def le(a: Any, b: Any) -> bool | None:
    """`<=`."""
    order = compare(a, b)
    return None if order is None else order <= 0


def gt(a: Any, b: Any) -> bool | None:
    """`>`."""
    order = compare(a, b)
    return None if order is None else order > 0


def ge(a: Any, b: Any) -> bool | None:
    """`>=`."""
    order = compare(a, b)
    return None if order is None else order >= 0


def both(a: Any, b: Any) -> bool | None:
    """Three-valued and of two answers."""
    if a is False or b is False:
        return False
    return True if a is True and b is True else None


def between(x: Any, low: Any, high: Any) -> bool | None:
    """`x between low and high`, both ends included."""
    return both(ge(x, low), le(x, high))


def is_in(x: Any, one: Any) -> bool | None:
    """Whether `x` passes one test: it lies in a range, is an item of a list, or equals the value."""
    if isinstance(one, Range):
        return True if isinstance(x, Range) and equal(x, one) is True else within(x, one)
    if isinstance(one, list):
        return _in_list(x, one)
    return equal(x, one)


def _in_list(x: Any, items: list[Any]) -> bool | None:
    verdict: bool | None = False
    for item in items:
        found = within(x, item) if isinstance(item, Range) and not isinstance(x, Range) else equal(x, item)
        if found is True:
            return True
        if found is None and isinstance(item, Range):
            verdict = None
    if isinstance(x, list) and equal(x, items) is True:
        return True
    return verdict


def is_instance(value: Any, wanted: t.Type) -> bool:
    """`value instance of wanted`; null is an instance of nothing but Null."""
    return wanted.kind == "null" if value is None else wanted.kind != "null" and conforms(value, wanted)


def urange(op: str, end: Any) -> Range | None:
    """The range `(< end)` stands for."""
    if op in ("<", "<="):
        return Range(None, False, end, op == "<=", op)
    return Range(end, op in (">=", "=", "!="), None if op[0] == ">" else end, op in ("=", "!="), op)


# ---------------------------------------------------------------- looking inside


def path(value: Any, name: str, zone: str | None = None) -> Any:
    """What stands after the dot, for a value of any kind; of every item for a list."""
    value = from_python(value, zone)
    if isinstance(value, list):
        return [path(item, name, zone) for item in value]
    if isinstance(value, Ref | Mapping):
        return from_python(member(value, name), zone)
    if isinstance(value, ActorValue):
        return actor_member(value, name)
    if isinstance(value, Range):
        return range_member(value, name)
    run = _PARTS.get(name)
    return None if run is None else run(value)


def range_member(value: Range, name: str) -> Any:
    """`start`, `end`, `start included`, `end included`."""
    if name == "start":
        return value.low
    if name == "end":
        return value.high
    return {"start included": value.low_in, "end included": value.high_in}.get(name)


def actor_member(value: ActorValue, name: str) -> Any:
    """A member of `actor`; lists come as lists."""
    found = getattr(value, name) if name in t.ACTOR_MEMBERS else None
    return list(found) if isinstance(found, tuple) else found


def _day(value: Any) -> Date | None:
    if isinstance(value, DateTime):
        return value.date
    return value if isinstance(value, date | FarDate) else None


def _date_part(read: Callable[[Any], int]) -> Callable[[Any], Any]:
    def run(value: Any) -> Decimal | None:
        day = _day(value)
        return None if day is None else Decimal(read(day))

    return run


def _clock_part(unit: int, wrap: int) -> Callable[[Any], Any]:
    def run(value: Any) -> Decimal | None:
        if isinstance(value, date | FarDate):
            return Decimal(0)
        return Decimal(value.nanos // (unit * NANO) % wrap) if isinstance(value, Time | DateTime) else None

    return run


def _duration_part(unit: int, wrap: int) -> Callable[[Any], Any]:
    def run(value: Any) -> Decimal | None:
        if not isinstance(value, DaysTime):
            return None
        size = abs(value.nanos) // (unit * NANO)
        part = Decimal(size % wrap if wrap else size)
        return -part if value.nanos < 0 and part else part

    return run


def _months_part(years: bool) -> Callable[[Any], Any]:
    def run(value: Any) -> Decimal | None:
        if not isinstance(value, YearsMonths):
            return None
        part = Decimal(abs(value.months) // 12 if years else abs(value.months) % 12)
        return -part if value.months < 0 and part else part

    return run


def _offset(value: Any) -> DaysTime | None:
    if not isinstance(value, Time | DateTime) or value.offset is None:
        return None
    return DaysTime(value.offset * NANO)


def _seconds(value: Any) -> Decimal | None:
    """Whole seconds and their fraction."""
    if not isinstance(value, Time | DateTime):
        return Decimal(0) if isinstance(value, date | FarDate) else None
    return (Decimal(value.nanos % (60 * NANO)) / NANO).normalize() + 0


_PARTS: Mapping[str, Callable[[Any], Any]] = {
    "year": _date_part(lambda d: d.year),
    "month": _date_part(lambda d: d.month),
    "day": _date_part(lambda d: d.day),
    "weekday": _date_part(weekday),
    "hour": _clock_part(3600, 24),
    "minute": _clock_part(60, 60),
    "second": _seconds,
    "time offset": _offset,
    "timezone": lambda v: (v.zone or None) if isinstance(v, Time | DateTime) else None,
    "years": _months_part(True),
    "months": _months_part(False),
    "days": _duration_part(86_400, 0),
    "hours": _duration_part(3600, 24),
    "minutes": _duration_part(60, 60),
    "seconds": _duration_part(1, 60),
}


def item_or(item: Any, name: str, otherwise: Any) -> Any:
    """A name inside a filter: a member of the item when it has one of that name, else what it means outside."""
    if isinstance(item, Ref) or (isinstance(item, Mapping) and name in item):
        return path(item, name)
    return otherwise


def as_list(value: Any) -> list[Any] | None:
    """What a filter or loop runs over: a list as it is, a single value as a list of one, null as nothing."""
    if value is None:
        return None
    if isinstance(value, list | tuple):
        return from_python(value) if isinstance(value, tuple) else value
    return steps_of(value) if isinstance(value, Range) else [value]


def index(value: Any, n: Any) -> Any:
    """`list[n]`, counted from 1 or from the end."""
    if value is None or not is_number(n):
        return None
    items = value if isinstance(value, list) else [value]
    at = position(items, n)
    return None if at is None else items[at]


# ---------------------------------------------------------------- loops


def steps(low: Any, high: Any) -> list[Any] | None:
    """`low..high` in a loop: whole numbers or days, upwards or downwards; null for anything else or too many."""
    if is_number(low) and is_number(high):
        a, b = whole(low), whole(high)
        if a is None or b is None or a != low or b != high or abs(b - a) >= MAX_LIST:
            return None
        return [Decimal(n) for n in (range(a, b + 1) if a <= b else range(a, b - 1, -1))]
    if isinstance(low, date | FarDate) and isinstance(high, date | FarDate):
        a, b = days_of(low), days_of(high)
        if abs(b - a) >= MAX_LIST:
            return None
        return [date_of(n) for n in (range(a, b + 1) if a <= b else range(a, b - 1, -1))]
    return None


def steps_of(span: Range) -> list[Any] | None:
    """The values of a range in a loop; an end that does not belong to it is left out."""
    if span.op:
        return None
    found = steps(span.low, span.high)
    if found is None:
        return None
    if not span.low_in:
        found = found[1:]
    return found if span.high_in else found[:-1]


def call(function: Any, names: Sequence[str | None], args: Sequence[Any]) -> Any:
    """Call a function value; null when it is none or takes other arguments."""
    if not isinstance(function, Function):
        return None
    if any(n is not None for n in names):
        if function.params is None or len(names) != len(function.params) or set(names) != set(function.params):
            return None
        by_name = dict(zip(names, args, strict=True))
        args = [by_name[p] for p in function.params]
    elif function.params is not None and len(args) != len(function.params):
        return None
    return function.run(*args)


__all__ = [
    "actor_member",
    "add",
    "as_list",
    "between",
    "both",
    "call",
    "div",
    "eq",
    "ge",
    "gt",
    "index",
    "is_in",
    "is_instance",
    "item_or",
    "le",
    "lt",
    "mul",
    "ne",
    "neg",
    "path",
    "power",
    "range_member",
    "steps",
    "steps_of",
    "sub",
    "test",
    "urange",
]
