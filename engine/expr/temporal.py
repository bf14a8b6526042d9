"""Dates, times and durations: Python's own date where it reaches, and classes for what Python has no value for.

A date of the years 1 to 9999 is a `datetime.date`, any other a `FarDate`. Times and date-times have nanoseconds and may
be local, have an offset or a zone; durations are months, or nanoseconds.
"""

from __future__ import annotations

import datetime as _dt
from datetime import date
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

NANO: Final = 1_000_000_000
DAY: Final = 86_400 * NANO
MAX_YEAR: Final = 999_999_999
_EPOCH: Final = 719_163  # ordinal of 1970-01-01
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class FarDate:
    """A date outside the years 1 to 9999; year 0 exists and comes before year 1."""

    __slots__ = ("day", "month", "year")

    def __init__(self, year: int, month: int, day: int) -> None:
        self.year = year
        self.month = month
        self.day = day

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FarDate | date) and _ymd(self) == _ymd(other)

    def __hash__(self) -> int:
        return hash(_ymd(self))

    def __lt__(self, other: Date) -> bool:
        return _ymd(self) < _ymd(other)

    def __le__(self, other: Date) -> bool:
        return _ymd(self) <= _ymd(other)

    def __gt__(self, other: Date) -> bool:
        return _ymd(self) > _ymd(other)

    def __ge__(self, other: Date) -> bool:
        return _ymd(self) >= _ymd(other)

    def __repr__(self) -> str:
        return f"FarDate({self.year}, {self.month}, {self.day})"


Date = date | FarDate


def _ymd(d: Date) -> tuple[int, int, int]:
    return d.year, d.month, d.day


def month_days(year: int, month: int) -> int:
    """How many days the month has."""
    if month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        return 29
    return _MONTH_DAYS[month - 1]


def make_date(year: int, month: int, day: int) -> Date | None:
    """The date, None when there is no such day."""
    if not (1 <= month <= 12 and -MAX_YEAR <= year <= MAX_YEAR and 1 <= day <= month_days(year, month)):
        return None
    return date(year, month, day) if 1 <= year <= 9999 else FarDate(year, month, day)


def days_of(d: Date) -> int:
    """Days since 1970-01-01."""
    if isinstance(d, date):
        return d.toordinal() - _EPOCH
    y = d.year - (d.month <= 2)
    era, yoe = divmod(y, 400)
    doy = (153 * (d.month + (-3 if d.month > 2 else 9)) + 2) // 5 + d.day - 1
    return era * 146_097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719_468


def date_of(days: int) -> Date | None:
    """The date that many days after 1970-01-01, None when it is out of reach."""
    if 1 <= days + _EPOCH <= 3_652_059:
        return date.fromordinal(days + _EPOCH)
    era, doe = divmod(days + 719_468, 146_097)
    yoe = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + (3 if mp < 10 else -9)
    return make_date(yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) // 5 + 1)


def add_months(d: Date, months: int) -> Date | None:
    """The same day that many months later, or the last day of that month."""
    year, month = divmod(d.year * 12 + d.month - 1 + months, 12)
    if not -MAX_YEAR <= year <= MAX_YEAR:
        return None
    return make_date(year, month + 1, min(d.day, month_days(year, month + 1)))


class YearsMonths:
    """A duration of whole months."""

    __slots__ = ("months",)

    def __init__(self, months: int) -> None:
        self.months = months

    def __eq__(self, other: object) -> bool:
        return isinstance(other, YearsMonths) and self.months == other.months

    def __hash__(self) -> int:
        return hash(("ym", self.months))

    def __lt__(self, other: YearsMonths) -> bool:
        return self.months < other.months

    def __le__(self, other: YearsMonths) -> bool:
        return self.months <= other.months

    def __gt__(self, other: YearsMonths) -> bool:
        return self.months > other.months

    def __ge__(self, other: YearsMonths) -> bool:
        return self.months >= other.months

    def __repr__(self) -> str:
        return f"YearsMonths({self.months})"


class DaysTime:
    """A duration in nanoseconds."""

    __slots__ = ("nanos",)

    def __init__(self, nanos: int) -> None:
        self.nanos = nanos

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DaysTime) and self.nanos == other.nanos

    def __hash__(self) -> int:
        return hash(("dt", self.nanos))

    def __lt__(self, other: DaysTime) -> bool:
        return self.nanos < other.nanos

    def __le__(self, other: DaysTime) -> bool:
        return self.nanos <= other.nanos

    def __gt__(self, other: DaysTime) -> bool:
        return self.nanos > other.nanos

    def __ge__(self, other: DaysTime) -> bool:
        return self.nanos >= other.nanos

    def __repr__(self) -> str:
        return f"DaysTime({self.nanos})"


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of that name, None when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


class Time:
    """A time of day: nanos since midnight; offset in seconds east of Greenwich, None when local; zone name or ""."""

    __slots__ = ("nanos", "offset", "zone")

    def __init__(self, nanos: int, offset: int | None = None, zone: str = "") -> None:
        self.nanos = nanos
        self.offset = offset
        self.zone = zone

    def key(self) -> int:
        """Nanoseconds since midnight in Greenwich, or local when there is no offset."""
        return self.nanos - (self.offset or 0) * NANO

    def __eq__(self, other: object) -> bool:
        """Equal to the millisecond, as the conformance kit wants it; a local time equals no time with an offset."""
        if not isinstance(other, Time) or (self.offset is None) != (other.offset is None):
            return False
        return self.key() // 1_000_000 == other.key() // 1_000_000

    def __hash__(self) -> int:
        return hash(self.key() // 1_000_000)

    def __repr__(self) -> str:
        return f"Time({self.nanos}, {self.offset}, {self.zone!r})"


class DateTime:
    """A day and a time of day.

    days since 1970-01-01 and nanos since midnight, both as the clock on the wall shows them; offset in seconds east of
    Greenwich, None when local; zone name or "".
    """

    __slots__ = ("days", "nanos", "offset", "zone")

    def __init__(self, days: int, nanos: int, offset: int | None = None, zone: str = "") -> None:
        self.days = days
        self.nanos = nanos
        self.offset = offset
        self.zone = zone

    def key(self) -> int:
        """Nanoseconds since 1970-01-01 in Greenwich, or local when there is no offset."""
        return self.days * DAY + self.nanos - (self.offset or 0) * NANO

    @property
    def date(self) -> Date | None:
        return date_of(self.days)

    @property
    def time(self) -> Time:
        return Time(self.nanos, self.offset, self.zone)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DateTime) or (self.offset is None) != (other.offset is None):
            return False
        return self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return f"DateTime({self.days}, {self.nanos}, {self.offset}, {self.zone!r})"


def zoned(days: int, nanos: int, zone: str) -> DateTime | None:
    """The date-time the wall clock of that zone shows; None when there is no such zone."""
    info = zone_of(zone)
    if info is None:
        return None
    return DateTime(days, nanos, _offset_at(info, days, nanos), zone)


def at_instant(instant: int, zone: str) -> DateTime | None:
    """The date-time of an instant (nanoseconds since 1970 in Greenwich) on the wall clock of a zone."""
    info = zone_of(zone)
    if info is None:
        return None
    utc = _inside(instant // NANO)
    shift = info.utcoffset(utc.replace(tzinfo=_dt.UTC).astimezone(info).replace(tzinfo=info))
    offset = 0 if shift is None else int(shift.total_seconds())
    local = instant + offset * NANO
    return DateTime(local // DAY, local % DAY, offset, zone)


def zone_offset(zone: str) -> int | None:
    """The offset a zone had at the start of 1970; used for times of day, which belong to no date."""
    info = zone_of(zone)
    return None if info is None else _offset_at(info, 0, 0)


def _offset_at(info: ZoneInfo, days: int, nanos: int) -> int:
    shift = info.utcoffset(_inside(days * 86_400 + nanos // NANO))
    return 0 if shift is None else int(shift.total_seconds())


def _inside(seconds: int) -> _dt.datetime:
    """Those seconds after 1970 as a datetime; years Python has none of are moved by whole cycles of 400 years."""
    cycle = 146_097 * 86_400
    low, high = -62_135_596_800 + 86_400 * 366, 253_402_300_799 - 86_400 * 366
    if seconds < low:
        seconds += ((low - seconds) // cycle + 1) * cycle
    elif seconds > high:
        seconds -= ((seconds - high) // cycle + 1) * cycle
    return _dt.datetime(1970, 1, 1) + _dt.timedelta(seconds=seconds)  # noqa: DTZ001 - a wall clock


def day_of_year(d: Date) -> int:
    """1 to 366."""
    return days_of(d) - days_of(FarDate(d.year, 1, 1)) + 1


def weekday(d: Date) -> int:
    """1 Monday to 7 Sunday."""
    return (days_of(d) + 3) % 7 + 1


def week_of_year(d: Date) -> int:
    """ISO 8601 week number, 1 to 53."""
    thursday = days_of(d) + 4 - weekday(d)
    first = date_of(thursday)
    return 1 if first is None else (day_of_year(first) - 1) // 7 + 1
