"""How moments, sizes and counts are written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from shuyuan.web.render.formats import count, day, greeting, long_day, size, when
from shuyuan.web.render.words import Lang

CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zh", "en"),
    [
        (datetime(2026, 11, 24, 6, 5, tzinfo=UTC), "今天 14:05", "today 14:05"),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), "昨天 07:00", "yesterday 07:00"),
        (datetime(2026, 11, 24, 17, 0, tzinfo=UTC), "明天 01:00", "tomorrow 01:00"),
        (datetime(2026, 9, 1, 0, 5, tzinfo=UTC), "9-1 08:05", "1 Sep 08:05"),
        (datetime(2025, 12, 31, 20, 0, tzinfo=UTC), "1-1 04:00", "1 Jan 04:00"),
        (datetime(2024, 2, 29, 4, 0, tzinfo=UTC), "2024-02-29 12:00", "29 Feb 2024 12:00"),
    ],
)
def test_a_moment_is_written_as_people_at_the_school_see_it(moment: datetime, zh: str, en: str) -> None:
    assert when(moment, NOW, CHINA, "zh").text == zh
    found = when(moment, NOW, CHINA, "en")
    assert found.text == en
    assert datetime.fromisoformat(found.iso) == moment and found.full.startswith(found.iso[:10])


def test_a_day_shows_its_year_only_when_it_is_another_one() -> None:
    today = date(2026, 11, 24)
    assert (day(date(2026, 3, 1), today, "zh"), day(date(2025, 3, 1), today, "zh")) == ("3-1", "2025-03-01")
    assert long_day(today, "zh") == "2026年11月24日 星期二"
    assert long_day(today, "en") == "Tuesday 24 Nov 2026"


@pytest.mark.parametrize(
    ("of", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1 KB"), (215_000, "210 KB"), (1_468_006, "1.4 MB")]
)
def test_a_size_is_short(of: int, text: str) -> None:
    assert size(of) == text


def test_a_count_sets_thousands_apart_and_stops_at_its_limit() -> None:
    assert (count(1248), count(1001, 1000), count(1000, 1000)) == ("1,248", "1000+", "1,000")


@pytest.mark.parametrize(
    ("hour", "lang", "said"), [(1, "zh", "早上好"), (6, "en", "Good afternoon"), (12, "zh", "晚上好")]
)
def test_people_are_greeted_by_the_clock_of_the_school(hour: int, lang: Lang, said: str) -> None:
    assert greeting(NOW.replace(hour=hour), CHINA, lang) == said
