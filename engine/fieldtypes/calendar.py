"""How dates and times are written, in Chinese and otherwise: text to date, time, date-time and duration."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo

#: Day 0 of the serial numbers spreadsheets use. They count a 29 February 1900 that never was; from 1 March 1900 on
#: this origin is right.
_SERIAL_ZERO = date(1899, 12, 30)
_SERIAL_LAST = 2_958_465  # 9999-12-31

_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_HAN_DATE = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]"
)
_DATE = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})(?:\s*[日号])?", re.ASCII)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_MIDNIGHT = re.compile(r"[T ]\s*0?0:00(?::00(?:\.0+)?)?", re.ASCII)
_TIME = re.compile(
    r"(?P<half>上午|下午|晚上|早上|中午|凌晨|am|pm)?\s*"
    r"(?P<hour>\d{1,2})\s*(?::|点钟?|时)\s*"
    r"(?:(?P<minute>\d{1,2}|半|一刻|三刻)\s*分?(?:\s*:?\s*(?P<second>\d{1,2})(?:\.\d{1,9})?\s*秒?)?)?"
    r"\s*(?P<tail>am|pm)?",
    re.ASCII | re.IGNORECASE,
)
_HOUR_ONLY = re.compile(r"(?P<hour>\d{1,2})\s*(?P<tail>am|pm)", re.ASCII | re.IGNORECASE)
_OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2})$", re.ASCII | re.IGNORECASE)
_NAMED_MINUTES = {"半": 30, "一刻": 15, "三刻": 45}
_ISO_SPAN = re.compile(
    r"(?P<sign>-)?P(?:(?P<w>\d{1,6})W)?(?:(?P<d>\d{1,8})D)?"
    r"(?:T(?:(?P<h>\d{1,9})H)?(?:(?P<m>\d{1,9})M)?(?:(?P<s>\d{1,10})(?:\.\d+)?S)?)?",
    re.ASCII,
)
_SPAN_PART = re.compile(
    r"(\d{1,9}(?:\.\d{1,3})?)\s*(周|星期|天|日|小时|钟头|时|分钟|分|秒|weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|min|m"
    r"|seconds?|secs?|s)(?![a-z])\s*",
    re.ASCII | re.IGNORECASE,
)
_UNITS = {
    "周": 604_800, "星期": 604_800, "天": 86_400, "日": 86_400, "小时": 3600, "钟头": 3600, "时": 3600,
    "分钟": 60, "分": 60, "秒": 1, "w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1,
}  # fmt: skip


class NoSuchDay(ValueError):
    """The text is written like a date, but the calendar has no such day."""


def date_of(text: str) -> date | None:
    """The date of 2026-03-01, 2026/3/1, 2026.3.1, 20260301, 2026年3月1日 or 二〇二六年三月一日.

    A midnight may follow. None when it is written otherwise. Raises NoSuchDay for 2026-02-30.
    """
    found = _DATE.match(text) or _PACKED.match(text)
    if not found:
        found = _DATE.match(han_digits(text))
        if not found:
            return None
        text = han_digits(text)
    rest = text[found.end() :]
    if rest and not _MIDNIGHT.fullmatch(rest):
        return None
    return _day(*map(int, found.groups()))


def _day(year: int, month: int, day: int) -> date:
    if year < 1000:
        raise NoSuchDay
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDay from None


def han_digits(text: str) -> str:
    """A date in Chinese numerals with digits instead; any other text as it is."""

    def number(part: str) -> str:
        if "十" not in part:
            return part.translate(_HAN_DIGITS)
        tens, ones = part.split("十", 1)
        return str(int(tens.translate(_HAN_DIGITS) or 1) * 10 + int(ones.translate(_HAN_DIGITS) or 0))

    def digits(found: re.Match[str]) -> str:
        year, month, day = found.groups()
        return f"{year.translate(_HAN_DIGITS)}-{number(month)}-{number(day)}"

    try:
        return _HAN_DATE.sub(digits, text)
    except ValueError:
        return text


def date_of_serial(number: float) -> date | None:
    """The date a spreadsheet shows for a serial number, None when it is out of range."""
    return _SERIAL_ZERO + timedelta(days=int(number)) if 1 <= number < _SERIAL_LAST + 1 else None


def datetime_of_serial(number: float, zone: tzinfo) -> datetime | None:
    """The date and time of a serial number, to the second."""
    day = date_of_serial(number)
    if day is None:
        return None
    seconds = round((number - int(number)) * 86_400)
    return datetime.combine(day, time(), zone) + timedelta(seconds=seconds)


def time_of_serial(number: float) -> time | None:
    """The time of day of the fraction of a serial number."""
    if not 0 <= number < 1:
        return None
    seconds = min(round(number * 86_400), 86_399)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def time_of(text: str) -> time | None:
    """The time of 8:30, 08:30:15, 8点半, 下午3:30 or 3:30 PM; None when it is none."""
    found = _TIME.fullmatch(text) or _HOUR_ONLY.fullmatch(text)
    if not found:
        return None
    parts = found.groupdict()
    hour = int(parts["hour"])
    minute = parts.get("minute") or "0"
    half = (parts.get("half") or parts.get("tail") or "").lower()
    hour = _clock(hour, half)
    try:
        return time(hour, _NAMED_MINUTES.get(minute) or int(minute), int(parts.get("second") or 0))
    except ValueError:
        return None


def _clock(hour: int, half: str) -> int:
    if half in ("下午", "晚上", "pm") and hour < 12:
        return hour + 12
    if half == "中午" and hour < 3:
        return hour + 12
    if half in ("上午", "凌晨", "早上", "am") and hour == 12:
        return 0
    return hour


def datetime_of(text: str, zone: tzinfo) -> datetime | None:
    """The moment of 2026-03-01T08:30Z, 2026-03-01 08:30 or 2026年3月1日 下午3点; without an offset, in `zone`.

    None when it is written otherwise. Raises NoSuchDay.
    """
    found = _DATE.match(text) or _PACKED.match(text)
    if not found:
        return None
    rest = text[found.end() :].lstrip("Tt ")
    offset = _OFFSET.search(rest)
    clock = time_of(rest[: offset.start()].strip() if offset else rest.strip())
    if clock is None:
        return None
    day = _day(*map(int, found.groups()))
    return datetime.combine(day, clock, _zone(offset.group()) if offset else zone)


def _zone(offset: str) -> tzinfo:
    return datetime.fromisoformat(f"2000-01-01T00:00{offset.upper()}").tzinfo  # type: ignore[return-value]


def span_of(text: str, unit: str) -> timedelta | None:
    """The duration of PT45M, 45分钟, 1小时30分, 1h 30m or 1:30 (hours and minutes); a bare number counts in `unit`."""
    found = _ISO_SPAN.fullmatch(text.upper()) if text[:2].upper().lstrip("-")[:1] == "P" else None
    if found:
        parts = {k: int(v) for k, v in found.groupdict().items() if v and k != "sign"}
        seconds = sum(parts.get(k, 0) * _UNITS[k] for k in "wdhms")
        return _span(-seconds if found["sign"] else seconds) if parts else None
    if clock := re.fullmatch(r"(\d{1,6}):([0-5]\d)(?::([0-5]\d))?", text, re.ASCII):
        hours, minutes, rest = (int(part or 0) for part in clock.groups())
        return _span(hours * 3600 + minutes * 60 + rest)
    if re.fullmatch(r"\d{1,9}(?:\.\d{1,3})?", text, re.ASCII):
        return _span(float(text) * _UNITS[unit])
    return _spelled(text)


def _spelled(text: str) -> timedelta | None:
    at, total = 0, 0.0
    text = text.replace("个半小时", "小时30分钟").replace("半小时", "30分钟").replace("个", "")
    while at < len(text):
        part = _SPAN_PART.match(text, at)
        if not part:
            return None
        word = part[2].lower()
        total += float(part[1]) * (_UNITS.get(word) or _UNITS[word[0]])
        at = part.end()
    return _span(total) if text else None


def _span(seconds: float) -> timedelta | None:
    return timedelta(seconds=round(seconds)) if abs(seconds) < 10**11 else None


def span_text(value: timedelta) -> str:
    """The duration in ISO 8601, in days, hours, minutes and seconds."""
    total = int(value.total_seconds())
    sign, total = ("-", -total) if total < 0 else ("", total)
    days, hours, minutes, seconds = total // 86_400, total // 3600 % 24, total // 60 % 60, total % 60
    day = f"{days}D" if days else ""
    clock = "".join(f"{n}{u}" for n, u in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
    return f"{sign}P{day}{'T' + clock if clock else ''}" if day or clock else "PT0S"
