"""The functions over dates, times and durations, and the two that ask the clock."""

from __future__ import annotations

import datetime as _dt
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from operator import mul
from typing import Any

from ..model.text import Text
from .builtin import Builtin, signature
from .fn_number import whole
from .iso import date_from, date_time_from, duration_from, time_from
from .temporal import (
    NANO,
    Date,
    DateTime,
    DaysTime,
    FarDate,
    Time,
    YearsMonths,
    day_of_year,
    days_of,
    make_date,
    week_of_year,
    weekday,
    zoned,
)
from .values import from_python

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def now_of(context: Mapping[str, Any]) -> DateTime | None:
    """The moment the evaluation is told it is: `$now`, shown in `$zone`; taken as it is when it was read before."""
    found = context.get("$now")
    if isinstance(found, DateTime):
        return found
    if not isinstance(found, _dt.datetime):
        return None
    zone = context.get("$zone")
    if isinstance(zone, str) and found.tzinfo is not None:
        found = found.astimezone(_dt.UTC)
        made = from_python(found, zone)
    else:
        made = from_python(found)
    return made if isinstance(made, DateTime) else None


def today_of(context: Mapping[str, Any]) -> Date | None:
    """The day of `now_of`."""
    now = now_of(context)
    return None if now is None else now.date


def day_of(moment: Any) -> Date | None:
    """The date of a date or date-time."""
    return moment.date if isinstance(moment, DateTime) else moment


def _date(year: Any, month: Any, day: Any) -> Date | None:
    parts = [whole(p) for p in (year, month, day)]
    if any(p is None or p != given for p, given in zip(parts, (year, month, day), strict=True)):
        return None
    return make_date(*parts)  # type: ignore[arg-type]


def _time(hour: Any, minute: Any, second: Any, offset: DaysTime | None = None) -> Time | None:
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return None
    if hour != int(hour) or minute != int(minute):
        return None
    seconds = None
    if offset is not None:
        seconds = abs(offset.nanos) // NANO * (-1 if offset.nanos < 0 else 1)
        if abs(seconds) > 18 * 3600:
            return None
    nanos = (int(hour) * 60 + int(minute)) * 60 * NANO + int(Decimal(second) * NANO)
    return Time(nanos, seconds)


def _time_of(moment: Any) -> Time:
    if isinstance(moment, DateTime):
        return moment.time
    return moment if isinstance(moment, Time) else Time(0, 0)


def _combined(day: Any, time: Time) -> DateTime | None:
    on = day_of(day)
    return None if on is None else DateTime(days_of(on), time.nanos, time.offset, time.zone)


def _from_parts(
    year: Any, month: Any, day: Any, hour: Any, minute: Any, second: Any, place: DaysTime | str | None = None
) -> DateTime | None:
    on = _date(year, month, day)
    time = _time(hour, minute, second, None if isinstance(place, str) else place)
    if on is None or time is None:
        return None
    if isinstance(place, str):
        return zoned(days_of(on), time.nanos, place)
    return DateTime(days_of(on), time.nanos, time.offset)


def _as_date_time(moment: Any) -> DateTime:
    return moment if isinstance(moment, DateTime) else DateTime(days_of(moment), 0, 0)


def _months_between(start: Any, end: Any) -> YearsMonths | None:
    a, b = day_of(start), day_of(end)
    if a is None or b is None:
        return None
    months = (b.year - a.year) * 12 + b.month - a.month
    if months > 0 and b.day < a.day:
        months -= 1
    elif months < 0 and b.day > a.day:
        months += 1
    return YearsMonths(months)


def _on_day(run: Any) -> Any:
    def call(moment: Any) -> Any:
        day = day_of(moment)
        return None if day is None else run(day)

    return call


def age_on(birth: Date, on: Date) -> int | None:
    """Full years between birth and a day; the birthday counts. Null before birth."""
    years = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    return years if years >= 0 else None


def _age(context: Mapping[str, Any], birth: Any, on: Any = None) -> int | None:
    born, day = day_of(birth), today_of(context) if on is None else day_of(on)
    return None if born is None or day is None else age_on(born, day)


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _identity(number: str) -> str | None:
    """The 18 signs of a resident identity number whose check digit is right (GB 11643); the old 15 are filled up."""
    number = number.strip().upper()
    if len(number) == 15 and number.isascii() and number.isdigit():
        return f"{number[:6]}19{number[6:]}?"
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return None
    total = sum(map(mul, map(int, number[:17]), _WEIGHTS))
    return number if number[17] == "10X98765432"[total % 11] else None


def _birth_date(number: str) -> Date | None:
    found = _identity(number)
    return None if found is None else make_date(int(found[6:10]), int(found[10:12]), int(found[12:14]))


def _sex(number: str) -> str | None:
    found = _identity(number)
    if found is None or _birth_date(number) is None:
        return None
    return "1" if int(found[16]) % 2 else "2"


TIME_FUNCTIONS = (
    Builtin(
        "today",
        (signature("", "date", today_of, clock=True),),
        "time",
        "今天",
        Text("今天的日期。", "The date of today."),
        ("today() = today()", "true"),
        True,
    ),
    Builtin(
        "now",
        (signature("", "date and time", now_of, clock=True),),
        "time",
        "现在",
        Text("现在的日期和时间。", "The date and time now."),
        ("now() = now()", "true"),
        True,
    ),
    Builtin(
        "date",
        (
            signature("from: string", "date", date_from),
            signature("from: moment", "date", day_of),
            signature("year: number, month: number, day: number", "date", _date),
        ),
        "time",
        "日期",
        Text(
            "由文本、日期时间或年月日得到日期。", "A date from text, from a date and time, or from year, month and day."
        ),
        ('date("2026-09-01")', '@"2026-09-01"'),
        True,
    ),
    Builtin(
        "time",
        (
            signature("from: string", "time", time_from),
            signature("from: time|moment", "time", _time_of),
            signature("hour: number, minute: number, second: number, offset?~: days and time duration", "time", _time),
        ),
        "time",
        "时间",
        Text(
            "由文本、日期时间或时分秒得到时间。",
            "A time of day from text, a date and time, or hour, minute and second.",
        ),
        ('time("08:30:00")', '@"08:30:00"'),
    ),
    Builtin(
        "date and time",
        (
            signature("from: string", "date and time", date_time_from),
            signature("from: moment", "date and time", _as_date_time),
            signature("date: moment, time: time", "date and time", _combined),
            signature(
                "year: number, month: number, day: number, hour: number, minute: number, second: number, "
                "offset?~: days and time duration|string",
                "date and time",
                _from_parts,
            ),
        ),
        "time",
        "日期时间",
        Text("由文本，或由日期和时间得到日期时间。", "A date and time from text, or from a date and a time."),
        ('date and time("2026-09-01T08:30:00")', '@"2026-09-01T08:30:00"'),
    ),
    Builtin(
        "duration",
        (
            signature("from: string", "any", duration_from),
            signature("from: duration", lambda given: given[0], lambda d: d),
        ),
        "time",
        "时长",
        Text("由文本得到时长：P1Y2M 或 P3DT4H。", "A duration from text: P1Y2M or P3DT4H."),
        ('duration("P3D")', '@"P3D"'),
        True,
    ),
    Builtin(
        "years and months duration",
        (signature("from: moment, to: moment", "years and months duration", _months_between),),
        "time",
        "年月时长",
        Text("两个日期之间的整月数。", "The full months between two dates."),
        ('years and months duration(date("2025-09-01"), date("2026-10-15"))', '@"P1Y1M"'),
    ),
    Builtin(
        "day of year",
        (signature("date: moment", "number", _on_day(day_of_year)),),
        "time",
        "年内第几天",
        Text("一年里的第几天。", "The number of the day in its year."),
        ('day of year(date("2026-02-01"))', "32"),
    ),
    Builtin(
        "day of week",
        (signature("date: moment", "string", _on_day(lambda d: _WEEKDAYS[weekday(d) - 1])),),
        "time",
        "星期几",
        Text("星期几的英文名。", "The English name of the day of the week."),
        ('day of week(date("2026-09-01"))', '"Tuesday"'),
    ),
    Builtin(
        "month of year",
        (signature("date: moment", "string", _on_day(lambda d: _MONTHS[d.month - 1])),),
        "time",
        "月份名",
        Text("月份的英文名。", "The English name of the month."),
        ('month of year(date("2026-09-01"))', '"September"'),
    ),
    Builtin(
        "week of year",
        (signature("date: moment", "number", _on_day(week_of_year)),),
        "time",
        "年内第几周",
        Text("一年里的第几周（ISO 8601）。", "The number of the week in its year, by ISO 8601."),
        ('week of year(date("2026-09-01"))', "36"),
    ),
    Builtin(
        "age",
        (signature("birth date: moment, on?: moment", "number", _age, clock=True),),
        "school",
        "年龄",
        Text("周岁，缺省算到今天；生日当天算满。", "Age in full years, today or on a day; the birthday counts."),
        ('age(date("2010-09-02"), date("2026-09-01"))', "15"),
        True,
    ),
    Builtin(
        "birth date",
        (signature("id number: string", "date", _birth_date),),
        "school",
        "出生日期",
        Text(
            "居民身份证号里的出生日期；号码不对则为空。",
            "The birth date in a resident id number; null when it is malformed.",
        ),
        ('birth date("11010519491231002X")', '@"1949-12-31"'),
        True,
    ),
    Builtin(
        "sex",
        (signature("id number: string", "string", _sex),),
        "school",
        "性别",
        Text(
            "居民身份证号里的性别代码（GB/T 2261.1）：1 男、2 女；号码不对则为空。",
            "The code of the sex in a resident id number (GB/T 2261.1): 1 male, 2 female; null when it is malformed.",
        ),
        ('sex("11010519491231002X")', '"2"'),
        True,
    ),
)

__all__ = ["TIME_FUNCTIONS", "FarDate", "age_on", "date", "day_of", "now_of", "today_of"]
