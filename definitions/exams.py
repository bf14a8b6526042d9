"""The mid-term results of the demo school."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from . import names
from .families import standing
from .layout import Key, Layout
from .roster import AUTUMN, course_key
from .term import CHUNK

Row = dict[str, Any]

HELD_ON = date(2026, 11, 5)
RELEASED_ON = date(2026, 11, 12)
_FULL = Decimal(150)
_HALF = Decimal("0.5")
_SUBJECTS = ("chinese", "maths", "english", "physics", "history", "biology")


def per_student(plan: Layout) -> int:
    """How many results each student has: what the size says, otherwise three in a school that is not huge."""
    if plan.size.today < HELD_ON:
        return 0
    if plan.size.results >= 0:
        return min(plan.size.results, len(_SUBJECTS))
    return 3 if plan.size.students <= 5000 else 0


def line_items(plan: Layout) -> Iterator[Row]:
    """The mid-term examination of each class in its subjects; item n of class k is number k * per_student + n."""
    for klass in range(plan.classes):
        for subject in _SUBJECTS[: per_student(plan)]:
            yield {
                "title": "期中考试",
                "class": Key("class", klass),
                "course": course_key(plan.grade_of(klass), subject),
                "term": AUTUMN,
                "teacher": Key("teacher", plan.teacher_of(klass, subject)),
                "category": "midterm",
                "max_score": _FULL,
                "weight": Decimal("0.3"),
                "day": HELD_ON,
                "release_on": RELEASED_ON,
                "status": "locked",
            }


def results(plan: Layout, seed: int) -> Iterator[list[Row]]:
    """A mark of each enrolled student in each of the subjects, in half points."""
    subjects = per_student(plan)
    rows: list[Row] = []
    for klass in range(plan.classes if subjects else 0):
        for student in plan.students_of(klass):
            where = standing(plan, student)
            if where.status != "enrolled" or where.joined > HELD_ON:
                continue
            rng = names.lots(seed, "results", student)
            ability = rng.gauss(104, 17)
            for n in range(subjects):
                item: Row = {"line_item": Key("line_item", klass * subjects + n), "student": Key("student", student)}
                if rng.random() < 0.008:
                    rows.append({**item, "state": rng.choice(("absent", "deferred"))})
                    continue
                score = Decimal(round(min(150.0, max(18.0, rng.gauss(ability, 9))) * 2)) * _HALF
                rows.append({**item, "state": "scored", "score": score})
        if len(rows) >= CHUNK:
            yield rows
            rows = []
    if rows:
        yield rows
