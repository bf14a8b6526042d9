"""What happens day by day in the demo school: absences with their leave, rolls and marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any

from . import days, names
from .families import MOVED_ON, moved_from, standing
from .layout import Key, Layout
from .roster import PERIODS, period_key

Row = dict[str, Any]
Chunks = Iterator[tuple[str, list[Row]]]

CHINA = timezone(timedelta(hours=8))
#: Rows handed out at a time.
CHUNK = 4000

_REASONS = {"sick": names.SICK_REASONS, "personal": names.PERSONAL_REASONS, "official": names.OFFICIAL_REASONS}
_LOAD_MARKS = ("present", "late", "early", "sick", "personal", "absent")
_LOAD_SHARES = (935, 20, 6, 22, 9, 8)


@dataclass(frozen=True, slots=True)
class Absence:
    """A stretch of school days a student was away with leave."""

    student: int
    kind: str
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """The days on which a student belongs to the roll of a class, both included."""

    student: int
    first: date
    last: date


def stays(plan: Layout, klass: int) -> list[Stay]:
    """Who belongs to the roll of the class when: late joiners, leavers and class transfers cut it short."""
    found = []
    for student in plan.students_of(klass):
        where = standing(plan, student)
        first = max(where.joined, days.TERM_START)
        last = plan.size.today if where.since is None else where.since - timedelta(1)
        if moved_from(plan, student) >= 0:
            first = MOVED_ON
        found.append(Stay(student, first, last))
    for other in (klass - 1, klass + 1):
        if 0 <= other < plan.classes:
            found.extend(
                Stay(student, days.TERM_START, MOVED_ON - timedelta(1))
                for student in plan.students_of(other)
                if moved_from(plan, student) == klass
            )
    return found


def absences(seed: int, stay: Stay, taught: tuple[date, ...]) -> list[Absence]:
    """The leave a student took: about one in five falls ill once a term, more often in November."""
    rng = names.lots(seed, "absence", stay.student, stay.first)
    here = [day for day in taught if stay.first <= day <= stay.last]
    found = []
    frail = 3.0 if rng.random() < 0.06 else 1.0
    skip = 0
    for at, day in enumerate(here):
        if at < skip:
            continue
        chance = 0.0042 * frail * (1.8 if day.month == 11 else 1) * (1.3 if day.weekday() in (0, 4) else 1)
        if rng.random() >= chance:
            continue
        kind = rng.choices(("sick", "personal", "official"), (70, 22, 8))[0]
        length = (
            rng.choices((1, 2, 3, 4, 5), (60, 22, 9, 5, 4))[0] if kind == "sick" else rng.choices((1, 2), (80, 20))[0]
        )
        away = tuple(here[at : at + length])
        found.append(Absence(stay.student, kind, away))
        skip = at + len(away) + 2
    return found


def leave_row(seed: int, klass: int, absence: Absence) -> Row:
    """The approved leave request behind an absence."""
    rng = names.lots(seed, "leave", absence.student, absence.days[0])
    return {
        "student": Key("student", absence.student),
        "class": Key("class", klass),
        "kind": absence.kind,
        "first_day": absence.days[0],
        "last_day": absence.days[-1],
        "weekdays": days.weekdays(absence.days[0], absence.days[-1]),
        "days": Decimal(len(absence.days)).quantize(Decimal("0.1")),
        "leaves_school": True,
        "picked_up_by": rng.choice(("父亲", "母亲", "本人")) if absence.kind != "official" else "带队老师",
        "reason": rng.choice(_REASONS[absence.kind]),
        "status": "approved",
    }


class _Ledger:
    """Rows of leave, rolls and marks waiting to be handed out, with their numbers."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[Row]] = {"leave_request": [], "attendance_roll": [], "attendance": []}
        self.counts = dict.fromkeys(self.waiting, 0)

    def add(self, entity: str, row: Row) -> Key:
        self.waiting[entity].append(row)
        self.counts[entity] += 1
        return Key(entity, self.counts[entity] - 1)

    def full(self) -> bool:
        return any(len(rows) >= CHUNK for rows in self.waiting.values())

    def chunks(self) -> Chunks:
        """Everything waiting, what is linked to first."""
        for entity, rows in self.waiting.items():
            if rows:
                yield entity, rows
        self.waiting = {entity: [] for entity in self.waiting}


def daily(plan: Layout, seed: int) -> Chunks:
    """Leave requests, one roll a day for each class, and the marks that are not "present"."""
    taught = days.school_days(days.TERM_START, plan.size.today)
    ledger = _Ledger()
    for klass in range(plan.classes):
        _class_days(plan, seed, klass, taught, ledger)
        if ledger.full():
            yield from ledger.chunks()
    yield from ledger.chunks()


def _class_days(plan: Layout, seed: int, klass: int, taught: tuple[date, ...], ledger: _Ledger) -> None:
    rng = names.lots(seed, "days", klass)
    members = stays(plan, klass)
    away: dict[tuple[int, date], tuple[str, Key]] = {}
    for stay in members:
        for absence in absences(seed, stay, taught):
            leave = ledger.add("leave_request", leave_row(seed, klass, absence))
            away.update({(stay.student, day): (absence.kind, leave) for day in absence.days})
    late_often = {stay.student for stay in members if rng.random() < 0.05}
    head = Key("teacher", plan.head_teacher(klass))
    where: Row = {"class": Key("class", klass), "period": period_key(plan.campus_of(klass), 0)}
    for day in taught:
        here = [stay.student for stay in members if stay.first <= day <= stay.last]
        handed_in = day < plan.size.today or rng.random() < 0.82
        marks = _marks(rng, here, day, away, late_often) if handed_in else []
        missing = sum(1 for m in marks if m["teacher_mark"] != "late")
        state: Row = {"status": "open"}
        if handed_in:
            at = datetime(day.year, day.month, day.day, 7, rng.randint(22, 58), tzinfo=CHINA)
            state = {"status": "handed_in", "present": len(here) - missing, "missing": missing, "handed_in_at": at}
        roll = ledger.add("attendance_roll", {**where, "day": day, "teacher": head, "expected": len(here), **state})
        for mark in marks:
            ledger.add("attendance", {**mark, **where, "day": day, "roll": roll})


def _marks(
    rng: Random, here: list[int], day: date, away: dict[tuple[int, date], tuple[str, Key]], late_often: set[int]
) -> list[Row]:
    found: list[Row] = []
    for student in here:
        who: Row = {"student": Key("student", student)}
        if leave := away.get((student, day)):
            # A note that arrives after the roll: the teacher wrote "absent", the office put it right.
            corrected = rng.random() < 0.06
            mark = {"teacher_mark": "absent", "office_mark": leave[0]} if corrected else {"teacher_mark": leave[0]}
            found.append({**who, **mark, "mark": leave[0], "leave": leave[1]})
        elif rng.random() < (0.07 if student in late_often else 0.004):
            found.append({**who, "teacher_mark": "late", "mark": "late", "minutes": rng.randint(2, 25)})
        elif rng.random() < 0.0006:
            found.append({**who, "teacher_mark": "absent", "mark": "absent"})
    return found


def load(plan: Layout, seed: int) -> Chunks:
    """Exactly `size.attendance_rows` marks: whole rolls, "present" written too, one lesson after the other."""
    taught = days.school_days(days.TERM_START, plan.size.today)
    total, ledger = plan.size.attendance_rows, _Ledger()
    lessons = [n for n, period in enumerate(PERIODS) if period[1] == "lesson"]
    for klass in range(plan.classes):
        wanted = (klass + 1) * total // plan.classes - klass * total // plan.classes
        members = plan.students_of(klass)
        if wanted > len(members) * len(taught) * len(lessons):
            raise ValueError(f"{total} marks are more than there are lessons until {plan.size.today}")
        rng = names.lots(seed, "load", klass)
        for slot in range(-(-wanted // len(members)) if members else 0):
            lesson, day = divmod(slot, len(taught))
            count = min(len(members), wanted - slot * len(members))
            where = {
                "class": Key("class", klass),
                "period": period_key(plan.campus_of(klass), lessons[lesson]),
                "day": taught[-1 - day],
            }
            marks = rng.choices(_LOAD_MARKS, _LOAD_SHARES, k=count)
            roll = ledger.add("attendance_roll", _load_roll(plan, klass, where, marks))
            for place, mark in enumerate(marks):
                who = {"student": Key("student", members[place])}
                ledger.add("attendance", {**who, **where, "roll": roll, "teacher_mark": mark, "mark": mark})
            if ledger.full():
                yield from ledger.chunks()
    yield from ledger.chunks()


def _load_roll(plan: Layout, klass: int, where: Row, marks: list[str]) -> Row:
    here = sum(1 for mark in marks if mark in ("present", "late", "early"))
    return {
        **where,
        "teacher": Key("teacher", plan.head_teacher(klass)),
        "expected": len(marks),
        "present": here,
        "missing": len(marks) - here,
        "status": "handed_in",
    }
