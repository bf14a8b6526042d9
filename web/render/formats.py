"""How moments, days, sizes and counts are written for people in either language."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from .values import When
from .words import Lang

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = {
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_NEAR = {"zh": {0: "今天", -1: "昨天", 1: "明天"}, "en": {0: "today", -1: "yesterday", 1: "tomorrow"}}


def when(moment: datetime, now: datetime, zone: tzinfo, lang: Lang) -> When:
    """An aware moment as seen at `now` from `zone`: the time with today, yesterday or tomorrow, else with the day."""
    local = moment.astimezone(zone)
    today = now.astimezone(zone).date()
    clock = f"{local:%H:%M}"
    near = _NEAR[lang].get((local.date() - today).days)
    text = f"{near} {clock}" if near else f"{day(local.date(), today, lang)} {clock}"
    return When(local.isoformat(timespec="seconds"), text, f"{local:%Y-%m-%d %H:%M:%S}")


def day(of: date, today: date, lang: Lang) -> str:
    """A day without its year where that is this year: 11-24, 24 Nov; else 2025-11-24, 24 Nov 2025."""
    if lang == "zh":
        return f"{of.month}-{of.day}" if of.year == today.year else f"{of:%Y-%m-%d}"
    short = f"{of.day} {_MONTHS[of.month - 1]}"
    return short if of.year == today.year else f"{short} {of.year}"


def long_day(of: date, lang: Lang) -> str:
    """A day with its weekday: 2026年11月24日 星期二, Tuesday 24 Nov 2026."""
    weekday = _WEEKDAYS[lang][of.weekday()]
    if lang == "zh":
        return f"{of.year}年{of.month}月{of.day}日 {weekday}"
    return f"{weekday} {of.day} {_MONTHS[of.month - 1]} {of.year}"


def size(of: int) -> str:
    """A number of bytes: 900 B, 210 KB, 1.4 MB."""
    if of < 1000:
        return f"{of} B"
    if of < 1_000_000:
        return f"{round(of / 1024) or 1} KB"
    return f"{of / 1_048_576:.1f}".removesuffix(".0") + " MB"


def count(of: int, most: int = 0) -> str:
    """A count with thousands set apart; from `most` on only that there are more: 1,248, 1000+."""
    return f"{most}+" if most and of > most else f"{of:,}"


def greeting(now: datetime, zone: tzinfo, lang: Lang) -> str:
    """What is said to somebody at this time of the day."""
    hour = now.astimezone(zone).hour
    at = 0 if hour < 12 else 1 if hour < 18 else 2
    return (("早上好", "下午好", "晚上好"), ("Good morning", "Good afternoon", "Good evening"))[lang == "en"][at]
