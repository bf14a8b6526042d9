"""The days of the demo school: terms, weeks, holidays and the weekend days on which school is held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

YEAR_START = date(2026, 9, 1)
YEAR_END = date(2027, 8, 31)
TERM_START = date(2026, 9, 1)
TERM_END = date(2027, 1, 22)
SPRING_START = date(2027, 2, 22)
SPRING_END = date(2027, 7, 9)

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that differs from the ordinary week. follows: for make-up days, the weekday whose timetable is used."""

    day: date
    kind: str
    name: str
    follows: str | None = None


def _holidays(first: date, days: int, name: str) -> Iterator[SpecialDay]:
    for n in range(days):
        yield SpecialDay(first + timedelta(n), "holiday", name)


def special_days() -> tuple[SpecialDay, ...]:
    """The days of the autumn term 2026 as the State Council set them for 2026, and New Year 2027, in order."""
    found = [
        SpecialDay(date(2026, 9, 20), "make_up", "国庆节调休", "tue"),
        *_holidays(date(2026, 9, 25), 3, "中秋节"),
        *_holidays(date(2026, 10, 1), 7, "国庆节"),
        SpecialDay(date(2026, 10, 10), "make_up", "国庆节调休", "wed"),
        *_holidays(date(2027, 1, 1), 3, "元旦"),
    ]
    return tuple(found)


def school_days(first: date, last: date) -> tuple[date, ...]:
    """The days from `first` to `last`, both included, on which school is held."""
    special = {s.day: s.kind for s in special_days()}
    found = []
    for n in range((last - first).days + 1):
        day = first + timedelta(n)
        kind = special.get(day)
        if kind == "make_up" or (kind is None and day.weekday() < len(_WEEKDAYS)):
            found.append(day)
    return tuple(found)


def weekdays(first: date, last: date) -> int:
    """How many days from `first` to `last`, both included, are Monday to Friday, holidays or not."""
    return sum((first + timedelta(n)).weekday() < len(_WEEKDAYS) for n in range((last - first).days + 1))


def weeks(first: date, last: date) -> tuple[tuple[date, date], ...]:
    """The teaching weeks of a term: Monday to Sunday, cut to the term."""
    monday = first - timedelta(first.weekday())
    found = []
    while monday <= last:
        found.append((max(monday, first), min(monday + timedelta(6), last)))
        monday += timedelta(7)
    return tuple(found)
