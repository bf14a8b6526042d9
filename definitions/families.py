"""The students of the demo school with their guardians, and how each came into the class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from . import days, names, numbers
from .layout import Key, Layout

Row = dict[str, Any]

#: Class transfers of the term took effect on this day.
MOVED_ON = date(2026, 10, 12)
_SECOND_GUARDIAN = 0.86

#: Status -> code of the list student_status.
REGISTRY = {"enrolled": "01", "suspended": "02", "withdrawn": "03", "transferred_out": "10"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a student stands on the day the school is shown. since: the day of the last change of status."""

    status: str
    joined: date
    since: date | None = None
    until: date | None = None


def standing(plan: Layout, student: int) -> Standing:
    """Most are enrolled since their first year; a few joined late, are suspended or have left."""
    entry = date(2026 - plan.grade_of(plan.class_of(student)), 9, 1)
    today = plan.size.today
    if student % 211 == 5:
        return Standing("enrolled", min(date(2026, 9, 14) + timedelta(student % 40), today))
    if student % 173 == 40:
        return Standing("suspended", entry, min(date(2026, 9, 21), today), date(2027, 7, 10))
    if student % 457 == 97:
        return Standing("transferred_out", entry, min(date(2026, 10, 19), today))
    if student % 911 == 300:
        return Standing("withdrawn", entry, min(date(2026, 9, 28), today))
    return Standing("enrolled", entry)


@dataclass(frozen=True, slots=True)
class Family:
    """What brothers and sisters share. mother is "" where only the father is on record."""

    surname: str
    father: str
    mother: str
    address: str


def family_of(plan: Layout, seed: int, student: int) -> Family:
    """The family of a student; the same for a brother or sister on another campus."""
    sibling = plan.sibling_of(student)
    rng = names.lots(seed, "family", sibling if sibling >= 0 else student)
    surname = names.surname(rng)
    father = names.adult_name(rng, surname, "1")
    mother = names.adult_name(rng, names.surname(rng), "2") if rng.random() < _SECOND_GUARDIAN else ""
    return Family(surname, father, mother, names.address(rng))


def student_name(plan: Layout, seed: int, student: int) -> tuple[str, str]:
    """Name and sex ("1", "2") of a student."""
    rng = names.lots(seed, "student", student)
    sex = "1" if rng.random() < 0.52 else "2"
    return names.child_name(rng, family_of(plan, seed, student).surname, sex), sex


def guardians(plan: Layout, seed: int) -> Iterator[Row]:
    """One record for each household: the first guardian on record, who can sign in."""
    fresh = 0
    for student in range(plan.size.students):
        if plan.guardian_numbers[student] != fresh:
            continue
        rng = names.lots(seed, "guardian", fresh)
        family = family_of(plan, seed, student)
        father_first = fresh % 3 != 0 or not family.mother
        identity, _ = numbers.resident_id(fresh, "1" if father_first else "2", date(1970, 1, 1), 6200)
        yield {
            "name": family.father if father_first else family.mother,
            "phone": numbers.phone("143", fresh),
            "resident_id": identity,
            "employer": rng.choice(names.EMPLOYERS),
            "education": rng.choices(("21", "31", "61", "71", "14"), (34, 26, 22, 12, 6))[0],
            "campus": plan.campus_key(plan.campus_of(plan.class_of(student))),
            "language": "zh",
        }
        fresh += 1


def _guardian_rows(plan: Layout, student: int, family: Family) -> list[Row]:
    number = plan.guardian_numbers[student]
    father_first = number % 3 != 0 or not family.mother
    people = [("51", family.father), ("52", family.mother)]
    if not father_first:
        people.reverse()
    found = []
    for order, (relation, name) in enumerate((p for p in people if p[1]), 1):
        row: Row = {
            "name": name,
            "relation": relation,
            "phone": numbers.phone("143" if order == 1 else "160", number),
            "contact_order": order,
            "lives_with": order == 1 or number % 9 != 0,
            "blocked": False,
        }
        if order == 1:
            row["guardian"] = Key("guardian", number)
        found.append(row)
    return found


def _private(rng: Random, student: int, family: Family) -> Row:
    found: Row = {
        "ethnic_group": rng.choices(*zip(*names.ETHNIC_GROUPS, strict=True))[0],
        "native_place": rng.choice(names.NATIVE_PLACES),
        "address": family.address,
        "phone": numbers.phone("142", student),
    }
    if rng.random() < 0.035:
        found["health_note"] = rng.choice(names.HEALTH_NOTES)
    return found


def _came(where: Standing, rng: Random) -> Row:
    late = where.joined > days.TERM_START
    kind = "transfer_in" if late else rng.choices(("exam", "nomination", "other"), (74, 24, 2))[0]
    found: Row = {"enrolled_on": where.joined, "entry_kind": kind, "previous_school": rng.choice(names.PRIMARY_SCHOOLS)}
    if where.status in ("withdrawn", "transferred_out"):
        found["left_on"] = where.since
    if where.until:
        found["suspended_until"] = where.until
    return found


def students(plan: Layout, seed: int) -> Iterator[Row]:
    """The students, class by class."""
    for klass in range(plan.classes):
        grade = plan.grade_of(klass)
        for place, student in enumerate(plan.students_of(klass)):
            rng = names.lots(seed, "student-more", student)
            rank = plan.grade_ranks[klass] + place
            family = family_of(plan, seed, student)
            name, sex = student_name(plan, seed, student)
            identity, born = numbers.resident_id(rank, sex, date(2010 - grade, 9, 1), 365)
            where = standing(plan, student)
            boards = rng.random() < 0.3
            yield {
                "student_no": f"{2026 - grade}{rank + 1:05}",
                "name": name,
                "class": Key("class", klass),
                "status": where.status,
                "registry_status": REGISTRY[where.status],
                "student_code": "G" + identity,
                "resident_id": identity,
                "birth_date": born,
                "sex": sex,
                **_private(rng, student, family),
                "boarding": "boarder" if boards else "day",
                **(
                    {"dorm": f"{rank % 6 + 1} 号楼 {rank // 6 % 5 + 1}{rank % 28 + 1:02}-{rank % 4 + 1}"}
                    if boards
                    else {}
                ),
                **_came(where, rng),
                "guardians": _guardian_rows(plan, student, family),
            }


def enrollments(plan: Layout) -> Iterator[Row]:
    """One stay in a class for each student, two for those who changed class during the term."""
    for student in range(plan.size.students):
        where, klass = standing(plan, student), plan.class_of(student)
        begin = max(where.joined, days.TERM_START)
        left = where.since if where.status in ("withdrawn", "transferred_out") else None
        before = moved_from(plan, student)
        reason = "promotion" if where.joined < days.TERM_START else "placement"
        who = {"student": Key("student", student)}
        if before >= 0:
            yield {**who, "class": Key("class", before), "begin_date": begin, "end_date": MOVED_ON, "reason": reason}
            begin, reason = MOVED_ON, "transfer"
        yield {
            **who,
            "class": Key("class", klass),
            "begin_date": begin,
            "reason": reason,
            **({"end_date": left} if left else {}),
        }


def moved_from(plan: Layout, student: int) -> int:
    """The class a student left this term for the present one, -1 for most students."""
    where = standing(plan, student)
    plain = where.status == "enrolled" and where.joined <= days.TERM_START and plan.size.today >= MOVED_ON
    return plan.moved_from(student) if plain else -1


def headcounts(plan: Layout) -> list[int]:
    """How many enrolled students each class has."""
    found = [0] * plan.classes
    for student in range(plan.size.students):
        if standing(plan, student).status == "enrolled":
            found[plan.class_of(student)] += 1
    return found
