"""Values while an expression runs: what they are, how they come in and go out, when two are equal or ordered."""

from __future__ import annotations

import datetime as _dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any, Final

from ..model.values import ActorValue, FileRef, Ref
from . import types as t
from .temporal import DAY, NANO, DateTime, DaysTime, FarDate, Time, YearsMonths, at_instant, days_of, zone_of

#: Numbers have 34 digits, half-even, as IEEE 754 decimal128. Results that are no number raise; callers answer null.
NUMBERS: Final = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow]
)
MAX_STRING: Final = 1_000_000  # characters an operation may make
MAX_LIST: Final = 100_000  # items an operation may make


@dataclass(frozen=True, slots=True)
class Range:
    """Everything between two ends. op: set for the short forms `(<5)`, `(=5)`; then only `high` or `low` counts."""

    low: Any
    low_in: bool
    high: Any
    high_in: bool
    op: str = ""


class Function:
    """A function value.

    params: names, None when unknown; run: what is called with values in order; type: what is declared of it.
    """

    __slots__ = ("params", "run", "type")

    def __init__(self, params: tuple[str, ...] | None, run: Callable[..., Any], type: t.Type = t.FUNCTION) -> None:  # noqa: A002
        self.params = params
        self.run = run
        self.type = type

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Call from outside; wrong arguments give null."""
        if named and self.params is not None:
            args += tuple(named.get(p) for p in self.params[len(args) :])
        if self.params is not None and len(args) != len(self.params):
            return None
        return self.run(*args)


# ---------------------------------------------------------------- in and out


def from_python(value: Any, zone: str | None = None) -> Any:
    """A value of a record as the language knows it.

    zone: where aware datetimes in UTC are shown; without it they keep their offset. Floats are refused (null): their
    digits are not what was typed.
    """
    convert = _DOORS.get(type(value))
    if convert is None:
        return value if type(value) in _PLAIN else _odd(value, zone)
    return convert(value, zone)


def _odd(value: Any, zone: str | None) -> Any:
    if isinstance(value, bool | str | Decimal | Mapping | Ref | ActorValue | Function | Range):
        return value
    for kind, convert in _DOORS.items():
        if isinstance(value, kind):
            return convert(value, zone)
    if callable(value):
        return Function(tuple(getattr(value, "params", ())) or None, lambda *a: from_python(value(*a)))
    return None


def _date_time_in(value: _dt.datetime, zone: str | None) -> DateTime:
    shift = value.utcoffset()
    days, rest = value.toordinal() - 719_163, value - value.replace(hour=0, minute=0, second=0, microsecond=0)
    nanos = rest.seconds * NANO + rest.microseconds * 1000
    if shift is None:
        return DateTime(days, nanos)
    offset = shift.days * 86_400 + shift.seconds
    if zone and offset == 0:
        return at_instant(days * DAY + nanos, zone) or DateTime(days, nanos, 0)
    return DateTime(days, nanos, offset, str(getattr(value.tzinfo, "key", "")))


def _time_in(value: _dt.time, _: str | None) -> Time:
    nanos = ((value.hour * 60 + value.minute) * 60 + value.second) * NANO + value.microsecond * 1000
    shift = value.utcoffset()
    return Time(nanos, None if shift is None else shift.days * 86_400 + shift.seconds)


def _duration_in(value: _dt.timedelta, _: str | None) -> DaysTime:
    return DaysTime((value.days * 86_400 + value.seconds) * NANO + value.microseconds * 1000)


def _list_in(value: Iterable[Any], zone: str | None) -> list[Any]:
    return [from_python(v, zone) for v in value]


def _file_in(value: FileRef, _: str | None) -> dict[str, Any]:
    return {"id": value.id, "name": value.name, "size": value.size, "media_type": value.media_type}


_PLAIN = frozenset(
    {type(None), bool, str, Decimal, int, _dt.date, FarDate, Time, DateTime, YearsMonths, DaysTime, Range, Function}
    | {Ref, ActorValue, dict}
)
_DOORS: dict[type, Callable[[Any, str | None], Any]] = {
    list: _list_in,
    tuple: _list_in,
    frozenset: lambda v, z: _list_in(sorted(v, key=str), z),
    _dt.datetime: _date_time_in,
    _dt.time: _time_in,
    _dt.timedelta: _duration_in,
    FileRef: _file_in,
}


def to_python(value: Any) -> Any:
    """A result as Python knows it; what Python has no value for (years beyond 9999, nanoseconds) stays as it is."""
    convert = _OUT.get(type(value))
    return value if convert is None else convert(value)


def _date_time_out(value: DateTime) -> Any:
    day = value.date
    if not isinstance(day, _dt.date) or value.nanos % 1000:
        return value
    clock = _dt.timedelta(microseconds=value.nanos // 1000)
    local = _dt.datetime(day.year, day.month, day.day) + clock  # noqa: DTZ001 - zone follows
    if value.offset is None:
        return local
    if not value.zone:
        return local.replace(tzinfo=_zone(value.offset))
    made = local.replace(tzinfo=zone_of(value.zone))
    shift = made.utcoffset()
    return made if shift is not None and shift.total_seconds() == value.offset else made.replace(fold=1)


def _time_out(value: Time) -> Any:
    if value.nanos % 1000 or value.zone:
        return value
    seconds, rest = divmod(value.nanos // 1000, 1_000_000)
    zone = None if value.offset is None else _zone(value.offset)
    return _dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60, rest, zone)


def _duration_out(value: DaysTime) -> Any:
    if value.nanos % 1000 or abs(value.nanos) >= 999_999_999 * DAY:
        return value
    return _dt.timedelta(microseconds=value.nanos // 1000)


def _zone(offset: int) -> _dt.tzinfo:
    return _dt.UTC if offset == 0 else _dt.timezone(_dt.timedelta(seconds=offset))


_OUT: dict[type, Callable[[Any], Any]] = {
    DateTime: _date_time_out,
    Time: _time_out,
    DaysTime: _duration_out,
    list: lambda v: [to_python(x) for x in v],
    dict: lambda v: {k: to_python(x) for k, x in v.items()},
}


# ---------------------------------------------------------------- kinds


def kind_of(value: Any) -> str:
    """The kind of a value: one of `types.Kind`; "any" for what the language does not know."""
    found = _KINDS.get(type(value))
    if found is not None:
        return found
    for kind, name in _KINDS.items():
        if isinstance(value, kind):
            return name
    return "context" if isinstance(value, Mapping) else "any"


_KINDS: dict[type, t.Kind] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    Decimal: "number",
    str: "string",
    _dt.date: "date",
    FarDate: "date",
    Time: "time",
    DateTime: "date and time",
    YearsMonths: "years and months duration",
    DaysTime: "days and time duration",
    list: "list",
    tuple: "list",
    dict: "context",
    Range: "range",
    Function: "function",
    Ref: "link",
    ActorValue: "actor",
}


def conforms(value: Any, wanted: t.Type) -> bool:
    """Whether a value (not null) is of that type, as `instance of` sees it; entries that are null are of any type."""
    kind = wanted.kind
    if kind == "any":
        return True
    have = kind_of(value)
    if have != kind:
        return kind == "context" and have == "link"
    if kind == "list" and wanted.item not in (None, t.ANY):
        return all(v is None or conforms(from_python(v), wanted.item or t.ANY) for v in value)
    if kind == "context" and wanted.fields is not None:
        return all(
            name in value and (value[name] is None or conforms(from_python(value[name]), f))
            for name, f in wanted.fields
        )
    if kind == "range" and wanted.item not in (None, t.ANY):
        ends = [e for e in (value.low, value.high) if e is not None]
        return all(conforms(e, wanted.item or t.ANY) for e in ends)
    return kind != "function" or _callable_as(value, wanted)


def _callable_as(value: Function, wanted: t.Type) -> bool:
    """As many parameters, each taking at least what is wanted, and a result that is what is wanted."""
    if wanted.params is None or value.params is None:
        return True
    given = value.type
    if len(value.params) != len(wanted.params) or given.params is None:
        return len(value.params) == len(wanted.params)
    pairs = zip(wanted.params, given.params, strict=True)
    return all(t.fits(w, g) for (_, w), (_, g) in pairs) and t.fits(given.result or t.ANY, wanted.result or t.ANY)


def fitted(value: Any, wanted: t.Type) -> Any:
    """The value as `wanted` after the implicit conversions of the language, null when there is none.

    A list of one item becomes the item, an item becomes a list of one, a date becomes midnight in Greenwich.
    """
    if value is None or conforms(value, wanted):
        return value
    if wanted.kind == "list":
        item = wanted.item or t.ANY
        return [value] if not isinstance(value, list) and conforms(value, item) else None
    if isinstance(value, list) and len(value) == 1 and value[0] is not None and conforms(value[0], wanted):
        return value[0]
    if wanted.kind == "date and time" and isinstance(value, _dt.date | FarDate):
        return DateTime(days_of(value), 0, 0)
    if wanted.kind == "link" and isinstance(value, ActorValue):
        return value.record
    return None


def member(value: Any, name: str) -> Any:
    """An entry of a context or of a linked record, as it lies there; null when there is none."""
    if isinstance(value, Ref):
        return value.id if name == "id" and "id" not in value.values else value.values.get(name)
    if isinstance(value, Mapping):
        return value.get(name)
    return None


# ---------------------------------------------------------------- equal and ordered


def equal(a: Any, b: Any) -> bool | None:
    """`=` of the language: null equals only null; values of different kinds cannot be compared (null)."""
    if a is None or b is None:
        return a is b
    kind, other = kind_of(a), kind_of(b)
    if kind != other:
        return _same_person(a, b) if {kind, other} == {"link", "actor"} else None
    if kind == "list":
        return _all_equal(a, b) if len(a) == len(b) else False
    if kind == "context":
        if a.keys() != b.keys():
            return False
        keys = list(a)
        return _all_equal([a[k] for k in keys], [b[k] for k in keys])
    if kind == "range":
        return _same_range(a, b)
    if kind in ("function", "any"):
        return a is b
    if kind == "actor":
        return bool(a.id == b.id)
    return bool(a == b)


def _all_equal(a: Sequence[Any], b: Sequence[Any]) -> bool | None:
    verdict: bool | None = True
    for x, y in zip(a, b, strict=True):
        same = equal(from_python(x), from_python(y))
        if same is False:
            return False
        if same is None:
            verdict = None
    return verdict


def _same_range(a: Range, b: Range) -> bool:
    if (a.op, a.low_in, a.high_in) != (b.op, b.low_in, b.high_in):
        return False
    return equal(a.low, b.low) is True and equal(a.high, b.high) is True


def _same_person(a: Any, b: Any) -> bool:
    ref, actor = (a, b) if isinstance(a, Ref) else (b, a)
    return any(r.id == ref.id for r in actor.records)


def compare(a: Any, b: Any) -> int | None:
    """-1, 0 or 1 for values that have an order between them, else null."""
    kind = kind_of(a)
    if kind != kind_of(b) or kind not in t.ORDERED:
        return None
    if isinstance(a, Time | DateTime):
        if (a.offset is None) != (b.offset is None):
            return None
        a, b = a.key(), b.key()
    return -1 if a < b else 1 if a > b else 0


def within(value: Any, span: Range) -> bool | None:
    """Whether the value lies in the range; null when value or a needed end is null or of another kind."""
    if span.op:
        return test(span.op, value, span.low if span.op in (">", ">=", "=", "!=") else span.high)
    low, high = compare(span.low, value), compare(value, span.high)
    if low is None or high is None:
        return None
    return (low < 0 or (low == 0 and span.low_in)) and (high < 0 or (high == 0 and span.high_in))


def test(op: str, a: Any, b: Any) -> bool | None:
    """One comparison by its sign; null where it cannot be made."""
    if op in ("=", "!="):
        same = equal(a, b)
        return same if op == "=" or same is None else not same
    order = compare(a, b)
    if order is None:
        return None
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[op]
