"""School days: when something is due that is counted in school days, hours or calendar days."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ..model import Entity, Field, Model
from .context import millis, moment

#: The entity whose records are the days that differ from the ordinary week.
ENTITY = "calendar_day"

#: Values of its field `kind` that mean that school is held.
HELD = frozenset({"make_up", "makeup", "school"})

#: The furthest a duration reaches; a longer one is cut off here.
FURTHEST = 5000

_DURATION = re.compile(r"([0-9]{1,4})(cd|d|h|m)")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a place that differ from the week.

    closed: days without school although it is a weekday; held: weekend days with school (调休).
    """

    zone: ZoneInfo
    closed: frozenset[date] = frozenset()
    held: frozenset[date] = frozenset()

    def is_school_day(self, day: date) -> bool:
        """Whether school is held. Monday to Friday unless the calendar says otherwise."""
        return day in self.held or (day.weekday() < 5 and day not in self.closed)


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day as it is stored: near is the distance of the unit it was written for, the closest counts."""

    day: date
    kind: str
    near: int = 0


def calendar(zone: ZoneInfo, days: Iterable[SpecialDay] = ()) -> Calendar:
    """The calendar of a unit from the days written for it and for the units above it."""
    closest: dict[date, SpecialDay] = {}
    for one in days:
        if one.day not in closest or one.near < closest[one.day].near:
            closest[one.day] = one
    held = frozenset(d for d, one in closest.items() if one.kind in HELD)
    return Calendar(zone, frozenset(closest) - held, held)


def parsed(duration: str) -> tuple[int, str]:
    """Number and unit of `3d` (school days), `5cd` (calendar days), `4h`, `30m`. Raises ValueError."""
    found = _DURATION.fullmatch(duration.strip())
    if found is None:
        raise ValueError(f"not a duration: {duration!r}")
    return min(int(found[1]), FURTHEST), found[2]


def later(found: Calendar, at: int, duration: str) -> int:
    """The moment (milliseconds) that lies `duration` after `at`.

    Days keep the time on the clock of the school, so a change to summer time moves nothing. School days are counted
    from the day after; `1d` on a Saturday is Monday at the same time.
    """
    number, unit = parsed(duration)
    if unit in ("h", "m"):
        return at + number * (3_600_000 if unit == "h" else 60_000)
    start = moment(at).astimezone(found.zone)
    day = start.date() + timedelta(number) if unit == "cd" else school_day_after(found, start.date(), number)
    return millis(datetime.combine(day, start.timetz().replace(tzinfo=None), found.zone))


def school_day_after(found: Calendar, day: date, number: int) -> date:
    """The `number`-th school day after `day`; `day` itself for 0."""
    for _ in range(number * 3 + 400):
        if number == 0:
            return day
        day += timedelta(1)
        number -= found.is_school_day(day)
    return day


def school_days_between(found: Calendar, first: date, last: date) -> int:
    """School days after `first` up to `last`, negative when `last` lies before: how long something has until due."""
    if last < first:
        return -school_days_between(found, last, first)
    span = min((last - first).days, FURTHEST)
    return sum(found.is_school_day(first + timedelta(n + 1)) for n in range(span))


def calendar_fields(model: Model) -> tuple[Entity, Field, Field] | None:
    """The entity of special days with its fields for the day and its kind; None when the packs have none."""
    entity = model.entities.get(ENTITY)
    if entity is None:
        return None
    kind = entity.field("kind")
    day = next((f for f in entity.fields if f.type == "date"), None)
    return (entity, day, kind) if day and kind else None
