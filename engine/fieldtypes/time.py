"""Dates, times of day, moments and durations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from ..diagnostics import Diagnostic, Place
from ..model import Field, Model, Storage, Text
from .base import Caster, FieldType, Given, Key, Made, Operator, column_of, problem
from .calendar import (
    NoSuchDay,
    date_of,
    date_of_serial,
    datetime_of,
    datetime_of_serial,
    span_of,
    span_text,
    time_of,
    time_of_serial,
)
from .clean import clip, reading
from .keys import RULES, all_of, remark
from .text import starred

_BoundOf = Callable[[Given], date]


def bound_of(written: Any) -> _BoundOf | None:
    """The date an option means: an ISO date, `today`, `today+30` or `today-1`. None when it is none of these."""
    if isinstance(written, datetime):
        written = written.date()
    if isinstance(written, date):
        fixed = written
        return lambda given: fixed
    text = str(written).replace(" ", "")
    if text == "today":
        return lambda given: given.today
    if text.startswith(("today+", "today-")) and text[6:].isdecimal() and len(text) < 12:
        shift = timedelta(days=int(text[5:]))
        return lambda given: given.today + shift
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return lambda given: day


def _bounds_readable(spec: Field) -> tuple[Diagnostic, ...]:
    doc = Text("写成 2026-09-01、today 或 today+30。", "Write 2026-09-01, today or today+30.")
    given = ((key, spec.options.get(key)) for key in ("min", "max"))
    return tuple(
        remark("REC_109", spec, key, key=key, typed=clip(value), doc=doc)
        for key, value in given
        if value is not None and bound_of(value) is None
    )


def _bounds_in_order(spec: Field) -> tuple[Diagnostic, ...]:
    low, high = (bound_of(v) if (v := spec.options.get(k)) is not None else None for k in ("min", "max"))
    if low and high and low(Given()) > high(Given()) and "today" not in f"{spec.options['min']}{spec.options['max']}":
        return (remark("REC_101", spec, "min", low=f"min {spec.options['min']}", high=f"max {spec.options['max']}"),)
    return ()


def _within(spec: Field) -> Callable[[date, Place, Given], Diagnostic | None] | None:
    low, high = (bound_of(v) if (v := spec.options.get(k)) is not None else None for k in ("min", "max"))
    if not low and not high:
        return None
    title = spec.title

    def check(day: date, place: Place, given: Given) -> Diagnostic | None:
        if low and day < (bound := low(given)):
            return Diagnostic("REC_018", place, {"field": title, "bound": bound.isoformat(), "typed": day.isoformat()})
        if high and day > (bound := high(given)):
            return Diagnostic("REC_019", place, {"field": title, "bound": bound.isoformat(), "typed": day.isoformat()})
        return None

    return check


def _date(spec: Field, model: Model) -> Caster:
    title, within = spec.title, _within(spec)

    def settled(day: date, place: Place, given: Given) -> Made:
        wrong = within(day, place, given) if within else None
        return (None, (wrong,)) if wrong else (day, ())

    def read(text: str, place: Place, given: Given) -> Made:
        try:
            day = date_of(text)
        except NoSuchDay:
            return problem("REC_017", place, field=title, typed=clip(text))
        if day is None:
            return problem("REC_016", place, field=title, typed=clip(text))
        return settled(day, place, given)

    def other(raw: object, place: Place, given: Given) -> Made | None:
        if isinstance(raw, datetime):
            raw = raw.astimezone(given.zone).date() if raw.tzinfo else raw.date()
        if isinstance(raw, date):
            return settled(raw, place, given)
        if given.serials and isinstance(raw, int | float) and not isinstance(raw, bool):
            day = date_of_serial(raw)
            return settled(day, place, given) if day else problem("REC_016", place, field=title, typed=clip(raw))
        return None

    return reading(spec, read, other)


def _time(spec: Field, model: Model) -> Caster:
    title = spec.title

    def read(text: str, place: Place, given: Given) -> Made:
        found = time_of(text)
        return (found, ()) if found is not None else problem("REC_020", place, field=title, typed=clip(text))

    def other(raw: object, place: Place, given: Given) -> Made | None:
        if isinstance(raw, datetime):
            raw = raw.time()
        if isinstance(raw, time):
            return raw.replace(tzinfo=None, microsecond=0), ()
        if given.serials and isinstance(raw, int | float) and not isinstance(raw, bool):
            found = time_of_serial(raw)
            return (found, ()) if found is not None else problem("REC_020", place, field=title, typed=clip(raw))
        return None

    return reading(spec, read, other)


def _moment(spec: Field, model: Model) -> Caster:
    title, within = spec.title, _within(spec)

    def settled(moment: datetime, place: Place, given: Given) -> Made:
        try:
            value = moment.astimezone(UTC).replace(microsecond=0)
            wrong = within(moment.astimezone(given.zone).date(), place, given) if within else None
        except OverflowError:
            return problem("REC_021", place, field=title, typed=clip(moment))
        return (None, (wrong,)) if wrong else (value, ())

    def read(text: str, place: Place, given: Given) -> Made:
        try:
            moment = datetime_of(text, given.zone)
        except NoSuchDay:
            return problem("REC_017", place, field=title, typed=clip(text))
        if moment is None:
            return problem("REC_021", place, field=title, typed=clip(text))
        return settled(moment, place, given)

    def other(raw: object, place: Place, given: Given) -> Made | None:
        if isinstance(raw, date) and not isinstance(raw, datetime):
            raw = datetime.combine(raw, time())
        if isinstance(raw, datetime):
            return settled(raw if raw.tzinfo else raw.replace(tzinfo=given.zone), place, given)
        if given.serials and isinstance(raw, int | float) and not isinstance(raw, bool):
            moment = datetime_of_serial(raw, given.zone)
            return settled(moment, place, given) if moment else problem("REC_021", place, field=title, typed=clip(raw))
        return None

    return reading(spec, read, other)


_UNIT_KEYS = {"minutes": "m", "hours": "h", "days": "d"}


def _span_limits(spec: Field) -> tuple[timedelta | None, timedelta | None]:
    found = (None if (v := spec.options.get(k)) is None else span_of(str(v), "m") for k in ("min", "max"))
    return tuple(found)  # type: ignore[return-value]


def _spans_readable(spec: Field) -> tuple[Diagnostic, ...]:
    doc = Text("写成 PT45M 或 45分钟。", "Write PT45M or 45 min.")
    given = ((key, spec.options.get(key)) for key in ("min", "max"))
    wrong = [(k, v) for k, v in given if v is not None and span_of(str(v), "m") is None]
    if wrong:
        return tuple(remark("REC_109", spec, key, key=key, typed=clip(value), doc=doc) for key, value in wrong)
    low, high = _span_limits(spec)
    if low is not None and high is not None and low > high:
        return (remark("REC_101", spec, "min", low=f"min {spec.options['min']}", high=f"max {spec.options['max']}"),)
    return ()


def _duration(spec: Field, model: Model) -> Caster:
    title, unit = spec.title, _UNIT_KEYS[str(spec.options.get("unit", "minutes"))]
    low, high = _span_limits(spec)
    words = _span_words(low, high)

    def settled(span: timedelta, place: Place, given: Given) -> Made:
        if (low is not None and span < low) or (high is not None and span > high):
            typed = Text(_span_shown(span, "zh"), _span_shown(span, "en"))
            return problem("REC_023", place, field=title, bound=words, typed=typed)
        return span, ()

    def read(text: str, place: Place, given: Given) -> Made:
        span = span_of(text, unit)
        return settled(span, place, given) if span is not None else _no_span(text, place)

    def other(raw: object, place: Place, given: Given) -> Made | None:
        if isinstance(raw, timedelta):
            return settled(timedelta(seconds=round(raw.total_seconds())), place, given)
        if isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) < 10**9:
            return read(str(raw), place, given)
        return None

    def _no_span(text: str, place: Place) -> Made:
        return problem("REC_022", place, field=title, typed=clip(text))

    return reading(spec, read, other)


def _span_words(low: timedelta | None, high: timedelta | None) -> Text:
    zh, en = [], []
    if low is not None:
        zh.append(f"不短于 {_span_shown(low, 'zh')}")
        en.append(f"at least {_span_shown(low, 'en')}")
    if high is not None:
        zh.append(f"不长于 {_span_shown(high, 'zh')}")
        en.append(f"at most {_span_shown(high, 'en')}")
    return Text("、".join(zh), " and ".join(en))


def _span_shown(value: Any, lang: str) -> str:
    total = int(abs(value).total_seconds())
    amounts = (total // 86_400, total // 3600 % 24, total // 60 % 60, total % 60)
    units = ("天", "小时", "分钟", "秒") if lang == "zh" else (" d", " h", " min", " s")
    parts = [f"{n}{u}" for n, u in zip(amounts, units, strict=True) if n]
    joined = ("" if lang == "zh" else " ").join(parts) or f"0{units[2]}"
    return f"-{joined}" if value < timedelta(0) else joined


def _show_moment(spec: Field, model: Model, lang: str) -> Callable[[Any], str]:
    zone = ZoneInfo(model.zone)
    return lambda value: "" if value is None else value.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _type_moment(spec: Field, model: Model) -> Callable[[Any], Any]:
    zone = ZoneInfo(model.zone)
    return lambda value: value.astimezone(zone).isoformat(timespec="seconds")


def _iso(spec: Field, model: Model, lang: str) -> Callable[[Any], str]:
    return lambda value: "" if value is None else value.isoformat()


def _clock_text(value: Any) -> str:
    return str(value.isoformat("seconds" if value.second else "minutes"))


def _sample_day(spec: Field, model: Model, rng: Random) -> date:
    low, high = (bound_of(v) if (v := spec.options.get(k)) is not None else None for k in ("min", "max"))
    first = low(Given()) if low else None
    last = high(Given()) if high else None
    if first is None:
        first = last - timedelta(days=1000) if last else date(2008, 1, 1)
    span = (last - first).days if last else 6000
    return first + timedelta(days=rng.randint(0, max(span, 0)))


def _sample_moment(spec: Field, model: Model, rng: Random) -> datetime:
    day = _sample_day(spec, model, rng)
    clock = time(rng.randrange(24), rng.randrange(60), rng.randrange(60))
    return datetime.combine(day, clock, Given().zone).astimezone(UTC)


def _sample_span(spec: Field, model: Model, rng: Random) -> timedelta:
    low, high = _span_limits(spec)
    low = timedelta(0) if low is None else low
    high = low + timedelta(hours=8) if high is None else high
    return low + timedelta(minutes=rng.randint(0, int((high - low).total_seconds()) // 60))


def _utc_text(value: Any) -> str:
    return str(value.isoformat(timespec="auto" if value.microsecond else "seconds").replace("+00:00", "Z"))


def _seconds_of(value: Any) -> int:
    return int(value.total_seconds())


_COMPARE: tuple[Operator, ...] = ("eq", "ne", "lt", "lte", "gt", "gte", "between", "empty")
_BOUNDS = (
    Key("min", "text", Text("最早：2026-09-01、today 或 today-30。", "Earliest: 2026-09-01, today or today-30.")),
    Key("max", "text", Text("最晚：2026-09-01、today 或 today+30。", "Latest: 2026-09-01, today or today+30.")),
)

DATE = FieldType(
    name="date",
    title=Text("日期", "Date"),
    help=Text(
        "公历日期；2026-03-01、2026/3/1、2026年3月1日都看得懂。",
        "A calendar date; 2026-03-01, 2026/3/1 and 2026年3月1日 are all understood.",
    ),
    feel="date",
    keys=(*_BOUNDS, *RULES),
    column=lambda spec: column_of(spec, Storage("date")),
    caster=_date,
    schema=lambda spec, model: {"type": "string", "format": "date", "pattern": r"^[1-9]\d{3}-\d{2}-\d{2}$"},
    to_json=lambda value: value.isoformat(),
    from_json=date.fromisoformat,
    show=_iso,
    sample=_sample_day,
    mask=lambda value: f"{value.year:04}-**-**" if isinstance(value, date) else "***",
    widget="date",
    cell="date",
    check=all_of(_bounds_readable, _bounds_in_order),
    operators=_COMPARE,
    convert_from=("text", "datetime"),
)

TIME = replace(
    DATE,
    name="time",
    title=Text("时刻", "Time of day"),
    help=Text("一天里的时刻，没有日期；08:30、8点半、下午3:30。", "A time of day without a date; 08:30, 3:30 PM."),
    feel="time",
    keys=RULES,
    column=lambda spec: column_of(spec, Storage("time")),
    caster=_time,
    schema=lambda spec, model: {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"},
    to_json=_clock_text,
    from_json=time.fromisoformat,
    show=lambda spec, model, lang: lambda value: "" if value is None else _clock_text(value),
    sample=lambda spec, model, rng: time(rng.randrange(24), rng.randrange(60)),
    mask=starred,
    widget="time",
    cell="text",
    check=all_of(),
    convert_from=("text", "datetime"),
)

DATETIME = replace(
    DATE,
    name="datetime",
    title=Text("日期时间", "Date and time"),
    help=Text(
        "一个时间点，存成世界时，按学校所在时区显示。",
        "A moment; stored in UTC, shown in the zone of the school.",
    ),
    feel="date and time",
    column=lambda spec: column_of(spec, Storage("timestamp")),
    caster=_moment,
    schema=lambda spec, model: {
        "type": "string",
        "format": "date-time",
        "pattern": r"^[1-9]\d{3}-\d{2}-\d{2}[T ]\d{2}:",
    },
    to_json=_utc_text,
    from_json=datetime.fromisoformat,
    show=_show_moment,
    typed=_type_moment,
    sample=_sample_moment,
    mask=starred,
    widget="datetime",
    cell="datetime",
    convert_from=("text", "date"),
)

DURATION = replace(
    DATE,
    name="duration",
    title=Text("时长", "Duration"),
    help=Text(
        "天、小时、分、秒的时长；45分钟、1小时30分、PT45M。只写数字时按 unit 计。",
        "Days, hours, minutes and seconds; 45 min, 1h 30m, PT45M. A bare number counts in unit.",
    ),
    feel="days and time duration",
    keys=(
        Key("unit", "text", Text("只写数字时的单位。", "What a bare number counts."), tuple(_UNIT_KEYS)),
        Key("min", "text", Text("最短，例如 PT10M。", "Shortest, such as PT10M.")),
        Key("max", "text", Text("最长，例如 PT8H。", "Longest, such as PT8H.")),
        *RULES,
    ),
    column=lambda spec: column_of(spec, Storage("bigint")),
    caster=_duration,
    schema=lambda spec, model: {"type": "string", "pattern": r"^-?P(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$"},
    to_json=span_text,
    from_json=lambda value: span_of(value, "m"),
    to_stored=_seconds_of,
    from_stored=lambda value: timedelta(seconds=value),
    show=lambda spec, model, lang: lambda value: "" if value is None else _span_shown(value, lang),
    typed=lambda spec, model: span_text,
    sample=_sample_span,
    mask=starred,
    widget="text",
    cell="text",
    check=_spans_readable,
    convert_from=("text", "integer"),
)

TYPES = (DATE, TIME, DATETIME, DURATION)
