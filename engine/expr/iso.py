"""Dates, times and durations as text: ISO 8601 with `@Zone`, read strictly and written canonically."""

from __future__ import annotations

import re
from decimal import Decimal

from .temporal import (
    DAY,
    MAX_YEAR,
    NANO,
    Date,
    DateTime,
    DaysTime,
    Time,
    YearsMonths,
    days_of,
    make_date,
    zone_offset,
    zoned,
)

_DATE = r"(-?(?:[0-9]{4}|[1-9][0-9]{4,8}))-([0-9]{2})-([0-9]{2})"
_PLACE = r"(?:([zZ])|([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|@([A-Za-z0-9_+\-/]+))?"
_TIME = r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?" + _PLACE
_DATE_RE = re.compile(_DATE + r"\Z")
_TIME_RE = re.compile(r"T?" + _TIME + r"\Z")
_BOTH_RE = re.compile(_DATE + "T" + _TIME + r"\Z")
_DURATION_RE = re.compile(
    r"(-)?P(?=[0-9T])(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?"
    r"(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]*))?S)?)?\Z"
)
_LONGEST = 80  # characters; nothing meaningful is longer, and digits cost time


def date_from(text: str) -> Date | None:
    """A date from `2026-09-01`; None when it is not one."""
    m = _DATE_RE.match(text[:_LONGEST])
    return None if m is None else make_date(int(m[1]), int(m[2]), int(m[3]))


def time_from(text: str) -> Time | None:
    """A time of day from `08:30:00`, `...Z`, `...+08:00`, `...@Asia/Shanghai`; None when it is not one."""
    m = _TIME_RE.match(text[:_LONGEST])
    if m is None:
        return None
    clock = _clock(m.groups()[:4])
    if clock is None or (clock == DAY and m[6]):
        return None
    offset = _offset(m.groups()[4:])
    if m[10]:
        offset = zone_offset(m[10])
        return None if offset is None else Time(clock % DAY, offset, m[10])
    return None if offset == _BAD else Time(clock % DAY, offset)


def date_time_from(text: str) -> DateTime | None:
    """A date-time from `2026-09-01T08:30:00` with optional offset or zone, or a date alone; None when it is not one."""
    m = _BOTH_RE.match(text[:_LONGEST])
    if m is None:
        day = date_from(text)
        return None if day is None else DateTime(days_of(day), 0)
    day = make_date(int(m[1]), int(m[2]), int(m[3]))
    clock = _clock(m.groups()[3:7])
    if day is None or clock is None:
        return None
    days, nanos = days_of(day) + clock // DAY, clock % DAY
    if m[13]:
        return zoned(days, nanos, m[13])
    offset = _offset(m.groups()[7:])
    return None if offset == _BAD else DateTime(days, nanos, offset)


_BAD = 10**9


def _clock(parts: tuple[str | None, ...]) -> int | None:
    hour, minute, second = (int(p or 0) for p in parts[:3])
    nanos = int((parts[3] or "0")[:9].ljust(9, "0"))
    if hour == 24 and not (minute or second or nanos):
        return DAY
    if hour > 23 or minute > 59 or second > 59:
        return None
    return ((hour * 60 + minute) * 60 + second) * NANO + nanos


def _offset(parts: tuple[str | None, ...]) -> int | None:
    zulu, sign, hours, minutes, seconds = parts[:5]
    if zulu:
        return 0
    if sign is None:
        return None
    if int(hours or 0) > 18 or int(minutes or 0) > 59 or int(seconds or 0) > 59:
        return _BAD
    size = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    return -size if sign == "-" else size


def duration_from(text: str) -> YearsMonths | DaysTime | None:
    """A duration from `P1Y2M` or `P3DT4H`; None when it is not one, or mixes months with days."""
    m = _DURATION_RE.match(text[:_LONGEST])
    if m is None:
        return None
    sign = -1 if m[1] else 1
    if m[2] is not None or m[3] is not None:
        if any(m[i] is not None for i in (4, 5, 6, 7)):
            return None
        months = int(m[2] or 0) * 12 + int(m[3] or 0)
        return YearsMonths(sign * months) if months <= MAX_YEAR * 12 else None
    if all(m[i] is None for i in (4, 5, 6, 7)):
        return None
    seconds = ((int(m[4] or 0) * 24 + int(m[5] or 0)) * 60 + int(m[6] or 0)) * 60 + int(m[7] or 0)
    nanos = seconds * NANO + int((m[8] or "0")[:9].ljust(9, "0"))
    return DaysTime(sign * nanos) if seconds <= MAX_YEAR * 366 * 86_400 else None


def literal_from(text: str) -> Date | Time | DateTime | YearsMonths | DaysTime | None:
    """What `@"..."` stands for; None when it is nothing."""
    if text.startswith(("P", "-P")):
        return duration_from(text)
    return date_from(text) or time_from(text) or date_time_from(text)


def date_text(d: Date) -> str:
    """`2026-09-01`; a minus sign before years before 0."""
    return f"{'-' if d.year < 0 else ''}{abs(d.year):04d}-{d.month:02d}-{d.day:02d}"


def time_text(t: Time) -> str:
    """`08:30:00`, with fraction when there is one, and Z, offset or @Zone."""
    return _clock_text(t.nanos) + _place_text(t.offset, t.zone)


def date_time_text(d: DateTime) -> str:
    """`2026-09-01T08:30:00` in the manner of `time_text`."""
    day = d.date
    return "" if day is None else f"{date_text(day)}T{_clock_text(d.nanos)}{_place_text(d.offset, d.zone)}"


def _clock_text(nanos: int) -> str:
    seconds, rest = divmod(nanos, NANO)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{rest:09d}".rstrip("0") if rest else text


def _place_text(offset: int | None, zone: str) -> str:
    if zone:
        return "@" + zone
    if offset is None:
        return ""
    if offset == 0:
        return "Z"
    size = abs(offset)
    text = f"{'-' if offset < 0 else '+'}{size // 3600:02d}:{size // 60 % 60:02d}"
    return f"{text}:{size % 60:02d}" if size % 60 else text


def duration_text(d: YearsMonths | DaysTime) -> str:
    """`P1Y2M` or `P3DT4H5.5S`; `P0M` and `PT0S` for nothing."""
    if isinstance(d, YearsMonths):
        years, months = divmod(abs(d.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if d.months < 0 else ''}P{body}"
    days, nanos = divmod(abs(d.nanos), DAY)
    seconds, rest = divmod(nanos, NANO)
    clock = f"{seconds // 3600}H" if seconds >= 3600 else ""
    clock += f"{seconds // 60 % 60}M" if seconds // 60 % 60 else ""
    if rest:
        clock += f"{seconds % 60}.{rest:09d}".rstrip("0") + "S"
    elif seconds % 60:
        clock += f"{seconds % 60}S"
    if not days and not clock:
        clock = "0S"
    return f"{'-' if d.nanos < 0 else ''}P{f'{days}D' if days else ''}{f'T{clock}' if clock else ''}"


def number_text(n: Decimal | int) -> str:
    """A number without exponent where that stays short, and without trailing zeros of an exponent."""
    if isinstance(n, int):
        n = Decimal(n)
    exponent = n.as_tuple().exponent
    if isinstance(exponent, int) and -60 < exponent <= 0:
        return format(n, "f")
    if isinstance(exponent, int) and 0 < exponent < 60:
        return format(n.to_integral_value(), "f")
    return str(n)
