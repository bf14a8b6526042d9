"""A whole school of invented people: the same numbers for the same size and seed, handed out in chunks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from . import exams, families, roster, stories, term
from .layout import DEMO_TODAY, Key, Layout, Size

__all__ = ["DEMO_TODAY", "Key", "Layout", "Size", "generate"]

Row = dict[str, Any]

SEED = 2026


def generate(size: Size | None = None, seed: int = SEED) -> Iterator[tuple[str, list[Row]]]:
    """Every record of the school: entity name and the values of some thousand records of it.

    A link is a `Key(entity, n)`: the n-th record of that entity counted from 0 over all chunks handed out so far;
    what a link leads to always comes before it. Values are str, int, Decimal, bool, date, time, aware datetime, Key
    and, for sub-tables, lists of dicts of these. A field that is not there is empty.
    The same size and seed give the same records, on every machine.
    """
    plan = Layout(size or Size())
    yield from _units_and_people(plan, seed)
    yield from term.load(plan, seed) if plan.size.attendance_rows else term.daily(plan, seed)
    yield from _cut("line_item", exams.line_items(plan))
    for rows in exams.results(plan, seed):
        yield "result", rows
    yield from _cut("class_transfer_request", stories.transfers(plan))
    yield from _cut("status_change", stories.status_changes(plan))
    yield from _cut("notice", stories.notices(plan))


def _units_and_people(plan: Layout, seed: int) -> Iterator[tuple[str, list[Row]]]:
    yield from _cut("academic_session", roster.sessions())
    yield from _cut("org", roster.units(plan))
    yield from _cut("course", roster.courses())
    yield from _cut("period", roster.periods(plan))
    yield from _cut("calendar_day", roster.calendar(plan))
    yield from _cut("room", roster.rooms(plan))
    yield from _cut("teacher", roster.teachers(plan, seed))
    yield from _cut("org", roster.grades(plan))
    yield from _cut("class", roster.classes(plan, families.headcounts(plan)))
    yield from _cut("class_teaching", roster.teaching(plan))
    yield from _cut("guardian", families.guardians(plan, seed))
    yield from _cut("student", families.students(plan, seed))
    yield from _cut("enrollment", families.enrollments(plan))


def _cut(entity: str, rows: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    """The rows in chunks."""
    waiting = iter(rows)
    while chunk := list(islice(waiting, term.CHUNK)):
        yield entity, chunk
