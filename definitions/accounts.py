"""Who signs in to the demo school, shown on its sign-in page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .families import standing
from .layout import OFFICE_STAFF, Key, Layout, Size
from .people import guardian_name, person_name

#: The password of every account of the demo; a real school never has it.
PASSWORD = "Shuyuan-2026"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Account:
    """A sign-in.

    record: the person it belongs to, None for the administrator; grants: roles held beside those that follow from
    the records, each in a unit and all below it, None for everywhere; role_zh, role_en: what the sign-in page says.
    shown: whether the sign-in page offers it; password: "" where nobody can sign in before it is set.
    """

    login: str
    name: str
    role_zh: str
    role_en: str
    record: Key | None = None
    grants: tuple[tuple[str, Key | None], ...] = ()
    lang: str = "zh"
    password: str = PASSWORD
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the demo: two children of one family on two campuses, their classes, and who works with them."""

    child: int  # goes to school on the first campus
    sibling: int  # goes to school on the second campus

    @staticmethod
    def of(plan: Layout) -> Cast:
        """The first two children of one household who are both enrolled."""
        for student in range(plan.size.students):
            older = plan.sibling_of(student)
            if older >= 0 and all(standing(plan, s).status == "enrolled" for s in (older, student)):
                return Cast(older, student)
        return Cast(0, plan.students_of(plan.campus_classes(plan.campuses - 1).start).start)


def accounts(size: Size | None = None, seed: int = 2026) -> tuple[Account, ...]:
    """The accounts of the demo of that size and seed: those on the sign-in page, then everybody else who has one."""
    plan = Layout(size or Size())
    cast = Cast.of(plan)
    east, west = plan.class_of(cast.child), plan.class_of(cast.sibling)
    shown = (
        Account("admin", "系统管理员", "系统管理员", "Administrator", None, (("admin", None),)),
        *_office(plan, seed, 0, "east"),
        *_office(plan, seed, plan.campus_of(west), "west")[:1],
        _teacher(plan, seed, plan.grade_head(plan.slot_of(east)), "grade.east", "年级组长", "Head of grade"),
        _teacher(
            plan, seed, plan.head_teacher(east), "head.east", f"{plan.class_name(east)}班主任", "Class teacher, east"
        ),
        _teacher(
            plan, seed, plan.head_teacher(west), "head.west", f"{plan.class_name(west)}班主任", "Class teacher, west"
        ),
        _teacher(plan, seed, _subject_teacher(plan), "teacher", "任课教师", "Subject teacher"),
        _emma(plan, seed),
        _student(plan, seed, cast.child, "student", shown=True),
        _guardian(plan, seed, cast.child, "guardian", shown=True),
    )
    return (*shown, *_others(plan, seed, cast, frozenset(a.record for a in shown)))


def _office(plan: Layout, seed: int, campus: int, where: str) -> tuple[Account, ...]:
    first = campus * plan.staff_per_campus
    name, unit = plan.campus_name(campus), plan.campus_key(campus)
    registrar, principal = Key("teacher", first + 1), Key("teacher", first)
    return (
        Account(
            f"registrar.{where}",
            person_name(plan, seed, registrar),
            f"{name}教务",
            f"Registrar, {where}",
            registrar,
            (("registrar", unit),),
        ),
        Account(
            f"principal.{where}",
            person_name(plan, seed, principal),
            f"{name}校长",
            f"Principal, {where}",
            principal,
            (("principal", unit),),
        ),
    )


def _subject_teacher(plan: Layout) -> int:
    """Somebody of the first campus who leads neither class nor grade."""
    place = OFFICE_STAFF + len(plan.campus_classes(0)) + 3
    return place if place < plan.staff_per_campus and place != plan.foreign_teacher else OFFICE_STAFF


def _teacher(plan: Layout, seed: int, number: int, login: str, zh: str, en: str) -> Account:
    key = Key("teacher", number)
    return Account(login, person_name(plan, seed, key), zh, en, key)


def _emma(plan: Layout, seed: int) -> Account:
    key = Key("teacher", plan.foreign_teacher)
    return Account(
        "emma", person_name(plan, seed, key), "外籍英语教师", "English teacher (pages in English)", key, lang="en"
    )


def _student(plan: Layout, seed: int, number: int, login: str, shown: bool = False) -> Account:
    key = Key("student", number)
    return Account(login, person_name(plan, seed, key), "学生", "Student", key, password=_given(shown), shown=shown)


def _guardian(plan: Layout, seed: int, student: int, login: str, shown: bool = False) -> Account:
    key = Key("guardian", plan.guardian_numbers[student])
    name = guardian_name(plan, seed, student)
    return Account(login, name, "家长", "Guardian", key, password=_given(shown), shown=shown)


def _given(shown: bool) -> str:
    return PASSWORD if shown else ""


def classmates(plan: Layout, student: int, count: int) -> tuple[int, ...]:
    """Enrolled students of the same class, the student left out."""
    found = [
        s for s in plan.students_of(plan.class_of(student)) if s != student and standing(plan, s).status == "enrolled"
    ]
    return tuple(found[:count])


def suspended(plan: Layout, campus: int) -> int:
    """A suspended student of the campus, -1 when there is none."""
    for klass in plan.campus_classes(campus):
        for student in plan.students_of(klass):
            if standing(plan, student).status == "suspended":
                return student
    return -1


def _others(plan: Layout, seed: int, cast: Cast, taken: frozenset[Key | None]) -> Iterator[Account]:
    """The rest of the staff, some classmates, a family: requests come from them and go to them."""
    for number in range(plan.teachers):
        if Key("teacher", number) not in taken:
            name = person_name(plan, seed, Key("teacher", number))
            yield Account(
                f"t{number + 1:05}", name, "教职工", "Staff", Key("teacher", number), password="", shown=False
            )
    for first, child, count in ((1, cast.child, 6), (11, cast.sibling, 3)):
        for n, student in enumerate(classmates(plan, child, count), first):
            yield _student(plan, seed, student, f"student{n}")
    away = suspended(plan, 0)
    if away >= 0 and Key("guardian", plan.guardian_numbers[away]) not in taken:
        yield _guardian(plan, seed, away, "guardian.away")
