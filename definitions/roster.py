"""The people and places of the demo school: units, terms, courses, rooms, staff, classes, families and students."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from random import Random
from typing import Any

from . import days, names, numbers
from .layout import GRADES, OFFICE_STAFF, OFFICES, Key, Layout

Row = dict[str, Any]

#: Ranks of the sessions in the order of `sessions`.
SCHOOL_YEAR, AUTUMN = Key("academic_session", 0), Key("academic_session", 1)

SUBJECTS = {
    "chinese": ("CHN", "语文", 5),
    "maths": ("MATH", "数学", 5),
    "english": ("ENG", "英语", 5),
    "physics": ("PHY", "物理", 4),
    "chemistry": ("CHEM", "化学", 3),
    "biology": ("BIO", "生物", 3),
    "politics": ("POL", "思想政治", 2),
    "history": ("HIS", "历史", 2),
    "geography": ("GEO", "地理", 2),
    "it": ("IT", "信息技术", 1),
    "pe": ("PE", "体育与健康", 2),
    "music": ("MUS", "音乐", 1),
    "art": ("ART", "美术", 1),
    "mental_health": ("PSY", "心理健康", 1),
}
_ELECTIVES = (
    ("ROB301", "机器人与编程", "it"),
    ("DEB301", "英语辩论", "english"),
    ("CAL301", "书法", "art"),
    ("AST301", "天文观测", "physics"),
)

PERIODS = (
    ("早读", "homeroom", time(7, 20), time(7, 50)),
    ("第 1 节", "lesson", time(8, 0), time(8, 40)),
    ("第 2 节", "lesson", time(8, 50), time(9, 30)),
    ("第 3 节", "lesson", time(10, 0), time(10, 40)),
    ("第 4 节", "lesson", time(10, 50), time(11, 30)),
    ("第 5 节", "lesson", time(14, 0), time(14, 40)),
    ("第 6 节", "lesson", time(14, 50), time(15, 30)),
    ("第 7 节", "lesson", time(15, 50), time(16, 30)),
    ("第 8 节", "lesson", time(16, 40), time(17, 20)),
    ("晚自习", "self_study", time(18, 40), time(20, 30)),
)
_CODES = ("EAST", "WEST", "SOUTH", "NORTH")
_SCHOOL = "云泽书院中学"
_BUILDINGS = ("明德楼", "博学楼", "笃行楼")


def sessions() -> Iterator[Row]:
    """The school year, its two terms and the weeks of the autumn term."""
    yield {"name": "2026–2027 学年", "type": "school_year", "start_date": days.YEAR_START, "end_date": days.YEAR_END}
    for number, (first, last) in enumerate(((days.TERM_START, days.TERM_END), (days.SPRING_START, days.SPRING_END)), 1):
        name = f"2026–2027 学年第{'一二'[number - 1]}学期"
        yield {
            "name": name,
            "type": "term",
            "parent": SCHOOL_YEAR,
            "number": number,
            "start_date": first,
            "end_date": last,
        }
    for number, (first, last) in enumerate(days.weeks(days.TERM_START, days.TERM_END), 1):
        yield {
            "name": f"第 {number} 周",
            "type": "week",
            "parent": AUTUMN,
            "number": number,
            "parity": "odd" if number % 2 else "even",
            "start_date": first,
            "end_date": last,
        }


def _campus_code(campus: int) -> str:
    return _CODES[campus] if campus < len(_CODES) else f"C{campus + 1}"


def units(plan: Layout) -> Iterator[Row]:
    """The school, its campuses and their offices; the grades follow once there are teachers to lead them."""
    yield {"name": _SCHOOL, "code": "SCHOOL", "type": "school", "status": "active", "phone": "400-000-2026"}
    for campus in range(plan.campuses):
        street = names.DISTRICTS[campus % len(names.DISTRICTS)] + names.STREETS[campus % len(names.STREETS)]
        yield {
            "name": plan.campus_name(campus),
            "code": _campus_code(campus),
            "type": "campus",
            "parent": Key("org", 0),
            "address": f"{names.CITY}{street}1号",
            "status": "active",
        }
    for campus in range(plan.campuses):
        for number, office in enumerate(OFFICES):
            yield {
                "name": f"{plan.campus_name(campus)}{office}",
                "code": f"{_campus_code(campus)}-D{number + 1}",
                "type": "department",
                "parent": plan.campus_key(campus),
                "status": "active",
            }


def grades(plan: Layout) -> Iterator[Row]:
    """The grades of each campus with the teachers who lead them."""
    for slot in range(plan.slots):
        campus, grade = divmod(slot, len(GRADES))
        yield {
            "name": f"{plan.campus_name(campus)}{GRADES[grade]}年级",
            "code": f"{_campus_code(campus)}-G{grade + 10}",
            "type": "grade",
            "parent": plan.campus_key(campus),
            "grade_head": Key("teacher", plan.grade_head(slot)),
            "status": "active",
        }


def courses() -> Iterator[Row]:
    """Every subject in every grade, then a few electives."""
    for grade, title in enumerate(GRADES):
        for subject, (code, name, hours) in SUBJECTS.items():
            yield {
                "code": f"{code}{grade + 1}01",
                "name": f"{title}{name}",
                "subject": subject,
                "kind": "activity" if subject == "mental_health" else "required",
                "credits": Decimal(hours),
                "hours_per_week": hours,
                "status": "open",
            }
    for code, name, subject in _ELECTIVES:
        yield {
            "code": code,
            "name": f"校本选修：{name}",
            "subject": subject,
            "kind": "elective",
            "credits": Decimal(1),
            "hours_per_week": 1,
            "status": "open",
        }


def course_key(grade: int, subject: str) -> Key:
    """The course of a subject in a grade."""
    return Key("course", grade * len(SUBJECTS) + list(SUBJECTS).index(subject))


def periods(plan: Layout) -> Iterator[Row]:
    """The bell schedule of each campus."""
    for campus in range(plan.campuses):
        for number, (name, kind, starts, ends) in enumerate(PERIODS):
            yield {
                "campus": plan.campus_key(campus),
                "number": number,
                "name": name,
                "kind": kind,
                "starts": starts,
                "ends": ends,
            }


def period_key(campus: int, number: int) -> Key:
    """A period of a campus; 0 is the morning reading in which the daily roll is called."""
    return Key("period", campus * len(PERIODS) + number)


def calendar(plan: Layout) -> Iterator[Row]:
    """Holidays and make-up days of each campus."""
    for campus in range(plan.campuses):
        for special in days.special_days():
            yield {
                "campus": plan.campus_key(campus),
                "day": special.day,
                "kind": special.kind,
                "name": special.name,
                **({"follows": special.follows} if special.follows else {}),
            }


def rooms(plan: Layout) -> Iterator[Row]:
    """A classroom for each class (room n belongs to class n), then the special rooms of each campus."""
    for klass in range(plan.classes):
        campus = plan.campus_of(klass)
        floor, door = divmod(klass - plan.campus_classes(campus).start, 6)
        building = _BUILDINGS[floor // 5 % len(_BUILDINGS)] + ("" if floor < 15 else f"{floor // 15 + 1}座")
        yield {
            "campus": plan.campus_key(campus),
            "name": f"{building} {floor % 5 + 1}0{door + 1}",
            "building": building,
            "floor": floor % 5 + 1,
            "capacity": 54,
            "kind": "classroom",
        }
    for campus in range(plan.campuses):
        for name, kind, seats in (
            ("物理实验室", "lab", 48),
            ("机房", "computer", 56),
            ("报告厅", "hall", 400),
            ("体育馆", "sports", 300),
        ):
            yield {"campus": plan.campus_key(campus), "name": name, "capacity": seats, "kind": kind}


def teacher_name(plan: Layout, seed: int, number: int) -> tuple[str, str]:
    """Name and sex ("1", "2") of a member of staff."""
    if number == plan.foreign_teacher:
        return "Emma Carter", "2"
    rng = names.lots(seed, "teacher", number)
    sex = "2" if rng.random() < 0.62 else "1"
    return names.adult_name(rng, names.surname(rng), sex), sex


def _rank(born: date, rng: Random) -> str:
    age = days.TERM_START.year - born.year
    if age < 27:
        return "third" if rng.random() < 0.4 else "second"
    return "second" if age < 34 else "first" if age < 43 else "senior" if rng.random() < 0.92 else "senior_full"


def teachers(plan: Layout, seed: int) -> Iterator[Row]:
    """Staff, campus by campus: principal, registrar, records clerk, then the teachers."""
    for number in range(plan.teachers):
        rng = names.lots(seed, "teacher-more", number)
        name, sex = teacher_name(plan, seed, number)
        campus, place = divmod(number, plan.staff_per_campus)
        identity, born = numbers.resident_id(number, sex, date(1966, 1, 1), 11_600, base=500)
        joined = date(min(2026, born.year + rng.randint(23, 32)), 8, 20)
        office = plan.office_key(campus, 0) if 0 < place < OFFICE_STAFF else plan.campus_key(campus)
        yield {
            "staff_no": f"T{number + 1:05}",
            "name": name,
            "org": office,
            "job_title": "none" if place == OFFICE_STAFF - 1 else _rank(born, rng),
            "education": rng.choices(("21", "14", "11"), (70, 28, 2))[0],
            "phone": numbers.phone("169", number),
            "email": f"t{number + 1:05}@shuyuan.example",
            **({} if number == plan.foreign_teacher else {"resident_id": identity}),
            "birth_date": born,
            "sex": sex,
            **(
                {}
                if number == plan.foreign_teacher
                else {"ethnic_group": rng.choices(*zip(*names.ETHNIC_GROUPS, strict=True))[0]}
            ),
            "employed_on": joined,
            "status": "active",
            **({"subject": plan.subject_of(number)} if plan.subject_of(number) else {}),
        }


def classes(plan: Layout, headcounts: list[int]) -> Iterator[Row]:
    """The classes. headcounts: how many enrolled students each class has now."""
    for klass in range(plan.classes):
        yield {
            "name": plan.class_name(klass),
            "grade": plan.grade_key(plan.slot_of(klass)),
            "campus": plan.campus_key(plan.campus_of(klass)),
            "school_year": SCHOOL_YEAR,
            "kind": "homeroom",
            "head_teacher": Key("teacher", plan.head_teacher(klass)),
            "room": Key("room", klass),
            "capacity": max(plan.size.class_size + 8, headcounts[klass]),
            "status": "open",
        }


def teaching(plan: Layout) -> Iterator[Row]:
    """Who teaches what in which class; a class teacher teaches the own class."""
    for klass in range(plan.classes):
        for subject, (_, _, hours) in SUBJECTS.items():
            yield {
                "class": Key("class", klass),
                "course": course_key(plan.grade_of(klass), subject),
                "teacher": Key("teacher", plan.teacher_of(klass, subject)),
                "term": AUTUMN,
                "hours_per_week": hours,
            }
