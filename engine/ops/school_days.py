"""The school days of several units at once: how long something has until it is due, in words people plan by."""

# ruff: noqa: S608 - put together from ids of the engine

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from ..compile.table import table_name
from ..fieldtypes import column_name
from ..model import Slot, Sql, Storage
from ..store.protocol import Query
from .calendar import Calendar, SpecialDay, calendar, calendar_fields, school_days_between
from .case_people import EVERYWHERE
from .context import moment
from .work import Work

_BIG, _TEXT, _DATE = Storage("bigint"), Storage("text"), Storage("date")

#: Days read before and behind today; further away a week has five school days.
_AROUND = timedelta(days=90)


async def calendars(work: Work, units: Collection[int | None]) -> Mapping[int | None, Calendar]:
    """The calendar of each unit around today, in one question; None stands for records without a unit."""
    plain = calendar(work.zone)
    found = calendar_fields(work.version.model)
    if found is None or not units:
        return dict.fromkeys(units, plain)
    entity, day, kind = found
    table, when, what = table_name(entity), column_name(day), column_name(kind)
    among = "= ANY(?)" if work.store.dialect == "postgres" else "IN (SELECT value FROM json_each(?))"
    span = f"d.{when} >= ? AND d.{when} <= ?"
    sql = Sql(
        f"SELECT t.descendant, d.{what}, t.depth, d.{when} FROM sy_unit_tree t JOIN {table} d ON d.unit = t.ancestor"
        f" WHERE t.descendant {among} AND {span}"
        f" UNION ALL SELECT 0, d.{what}, {EVERYWHERE}, d.{when} FROM {table} d WHERE d.unit IS NULL AND {span}",
        (Slot("units"), Slot("from"), Slot("to"), Slot("from"), Slot("to")),
    )
    today = work.now.at.astimezone(work.zone).date()
    slots = {"units": [u for u in units if u is not None], "from": today - _AROUND, "to": today + _AROUND}
    special: dict[int, list[SpecialDay]] = {}
    for unit, word, near, at in await work.store.rows(Query(sql, (_BIG, _TEXT, _BIG, _DATE)), slots):
        special.setdefault(unit, []).append(SpecialDay(at, word, near))
    everywhere = special.get(0, [])
    return {unit: calendar(work.zone, [*special.get(unit or 0, ()), *everywhere]) for unit in units}


def days_left(school: Calendar, due: int, today: date) -> int:
    """School days from today until the moment `due` (milliseconds): 0 today, negative when it has passed."""
    return school_days_between(school, today, moment(due).astimezone(school.zone).date())
