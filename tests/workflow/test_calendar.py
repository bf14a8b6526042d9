"""Counting school days."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shuyuan.engine.ops.calendar import Calendar, SpecialDay, calendar, later, parsed, school_days_between
from shuyuan.engine.ops.context import millis, moment

ZONE = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")

#: National Day 2026: 1-7 October off, Sunday 20 September and Saturday 10 October are made up.
AUTUMN = calendar(
    ZONE,
    [
        *(SpecialDay(date(2026, 10, n), "holiday", 1) for n in range(1, 8)),
        SpecialDay(date(2026, 9, 20), "make_up", 1),
        SpecialDay(date(2026, 10, 10), "make_up", 1),
    ],
)


def at(text: str, zone: ZoneInfo = ZONE) -> int:
    return millis(datetime.fromisoformat(text).replace(tzinfo=zone))


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        ("2026-11-24 10:00", "3d", "2026-11-27 10:00"),
        ("2026-11-26 10:00", "3d", "2026-12-01 10:00"),  # over a weekend
        ("2026-11-28 09:30", "1d", "2026-11-30 09:30"),  # begun on a Saturday
        ("2026-09-29 08:00", "3d", "2026-10-09 08:00"),  # over the holiday
        ("2026-09-30 08:00", "3d", "2026-10-10 08:00"),  # the made-up Saturday counts
        ("2026-09-18 08:00", "1d", "2026-09-20 08:00"),  # and the made-up Sunday
        ("2026-11-27 22:00", "5cd", "2026-12-02 22:00"),
        ("2026-11-27 22:00", "4h", "2026-11-28 02:00"),
        ("2026-11-27 22:00", "0d", "2026-11-27 22:00"),
    ],
)
def test_due_in_school_days(start: str, duration: str, due: str) -> None:
    assert later(AUTUMN, at(start), duration) == at(due)


def test_days_keep_the_clock_when_summer_time_ends() -> None:
    assert later(Calendar(BERLIN), at("2026-10-23 08:00", BERLIN), "3cd") == at("2026-10-26 08:00", BERLIN)


def test_the_closest_unit_decides_what_a_day_is() -> None:
    day = date(2026, 11, 25)
    found = calendar(ZONE, [SpecialDay(day, "holiday", 2), SpecialDay(day, "make_up", 1)])
    assert found.is_school_day(day)


@pytest.mark.parametrize("text", ["", "3", "d", "-1d", "3 d", "1w", "99999d", "3d4h", "١d"])
def test_other_texts_are_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parsed(text)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.integers(0, 60))  # noqa: DTZ001 - naive by contract
def test_the_days_counted_on_are_the_days_between(start: datetime, number: int) -> None:
    begun = millis(start.replace(tzinfo=ZONE))
    due = later(AUTUMN, begun, f"{number}d")
    assert due >= begun
    days = school_days_between(AUTUMN, moment(begun).astimezone(ZONE).date(), moment(due).astimezone(ZONE).date())
    assert days == number
