"""How many of everything the demo school has and who belongs where, worked out from a size alone."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate

GRADES = ("高一", "高二", "高三")
CAMPUSES = ("东校区", "西校区", "南校区", "北校区")
OFFICES = ("教务处", "学生处", "总务处")

#: Staff of a campus before its teachers: principal, registrar, records clerk.
OFFICE_STAFF = 3

#: The subjects in the order in which teachers are hired, so that common subjects have more teachers.
STAFFING = (
    *(
        "chinese",
        "maths",
        "english",
        "physics",
        "chinese",
        "maths",
        "english",
        "chemistry",
        "biology",
        "chinese",
        "maths",
    ),
    *("english", "politics", "history", "geography", "pe", "it", "art", "music", "mental_health"),
)

DEMO_TODAY = date(2026, 11, 24)


@dataclass(frozen=True, slots=True)
class Key:
    """Stands for a record that has no id yet: the `number`-th of its entity, counted from 0 over all chunks."""

    entity: str
    number: int


@dataclass(frozen=True, slots=True)
class Size:
    """How large the school is.

    students, class_size: of both the usual number; campuses, teachers: 0 for what suits the number of students;
    attendance_rows: 0 for realistic marks of one roll a day, otherwise exactly so many marks (load);
    results: exam results of each student, -1 for three where there are at most 5,000 students, else none;
    today: the school is shown as it is on this day, between 7 September 2026 and the end of the term.
    """

    students: int = 2000
    class_size: int = 40
    campuses: int = 0
    teachers: int = 0
    attendance_rows: int = 0
    results: int = -1
    today: date = DEMO_TODAY


@dataclass(frozen=True)
class Layout:
    """The numbers that follow from a size; every place is a number from 0."""

    size: Size

    @cached_property
    def campuses(self) -> int:
        """Campuses: two up to 5,000 students, then one for each 2,500."""
        return self.size.campuses or max(2, self.size.students // 2500)

    @cached_property
    def slots(self) -> int:
        """Grades of all campuses; slot // 3 is the campus, slot % 3 the grade."""
        return self.campuses * len(GRADES)

    @cached_property
    def classes(self) -> int:
        """Classes in all, at least one a slot."""
        return max(self.slots, -(-self.size.students // self.size.class_size))

    @cached_property
    def slot_starts(self) -> tuple[int, ...]:
        """The first class of each slot, and the number of classes at the end."""
        each, more = divmod(self.classes, self.slots)
        return (0, *accumulate(each + (slot < more) for slot in range(self.slots)))

    @cached_property
    def grade_starts(self) -> tuple[int, ...]:
        """The first student of each slot, and the number of students at the end."""
        return (*(self.students_of(klass).start for klass in self.slot_starts[:-1]), self.size.students)

    def slot_of(self, klass: int) -> int:
        """The slot a class belongs to."""
        return bisect_right(self.slot_starts, klass) - 1

    def campus_of(self, klass: int) -> int:
        """The campus a class belongs to."""
        return self.slot_of(klass) // len(GRADES)

    def grade_of(self, klass: int) -> int:
        """0 for 高一, 1 for 高二, 2 for 高三."""
        return self.slot_of(klass) % len(GRADES)

    def campus_classes(self, campus: int) -> range:
        """The classes of a campus."""
        return range(self.slot_starts[campus * len(GRADES)], self.slot_starts[(campus + 1) * len(GRADES)])

    def students_of(self, klass: int) -> range:
        """The students placed in a class."""
        total = self.size.students
        return range(klass * total // self.classes, (klass + 1) * total // self.classes)

    def class_of(self, student: int) -> int:
        """The class a student was placed in."""
        return ((student + 1) * self.classes - 1) // self.size.students

    @cached_property
    def class_numbers(self) -> tuple[int, ...]:
        """The number of each class within its grade, counted on over the campuses: 高一（1）班 exists once."""
        seen = [0] * len(GRADES)
        found = []
        for klass in range(self.classes):
            seen[self.grade_of(klass)] += 1
            found.append(seen[self.grade_of(klass)])
        return tuple(found)

    @cached_property
    def grade_ranks(self) -> tuple[int, ...]:
        """For each class, how many students of its grade were numbered before it."""
        seen = [0] * len(GRADES)
        found = []
        for klass in range(self.classes):
            found.append(seen[self.grade_of(klass)])
            seen[self.grade_of(klass)] += len(self.students_of(klass))
        return tuple(found)

    @cached_property
    def staff_per_campus(self) -> int:
        """Staff of each campus: enough for its classes, its grades and its office."""
        classes = max(len(self.campus_classes(c)) for c in range(self.campuses))
        wanted = -(-(self.size.teachers or self.size.students * 8 // 100) // self.campuses)
        return max(wanted, classes + len(GRADES) + OFFICE_STAFF, OFFICE_STAFF + len(STAFFING))

    @property
    def teachers(self) -> int:
        """Staff in all."""
        return self.staff_per_campus * self.campuses

    def head_teacher(self, klass: int) -> int:
        """Who leads a class."""
        campus = self.campus_of(klass)
        return campus * self.staff_per_campus + OFFICE_STAFF + klass - self.campus_classes(campus).start

    def grade_head(self, slot: int) -> int:
        """Who leads a grade: one of the campus who leads no class."""
        campus, grade = divmod(slot, len(GRADES))
        return campus * self.staff_per_campus + OFFICE_STAFF + len(self.campus_classes(campus)) + grade

    def subject_of(self, teacher: int) -> str:
        """What a member of staff teaches, "" in the office."""
        place = teacher % self.staff_per_campus - OFFICE_STAFF
        return STAFFING[place % len(STAFFING)] if place >= 0 else ""

    @cached_property
    def subject_staff(self) -> dict[tuple[int, str], tuple[int, ...]]:
        """Who teaches a subject on a campus."""
        found: dict[tuple[int, str], tuple[int, ...]] = {}
        for number in range(self.teachers):
            place = (number // self.staff_per_campus, self.subject_of(number))
            found[place] = (*found.get(place, ()), number)
        return found

    def teacher_of(self, klass: int, subject: str) -> int:
        """Who teaches a subject in a class; a class teacher teaches the own class."""
        head = self.head_teacher(klass)
        staff = self.subject_staff[self.campus_of(klass), subject]
        return head if self.subject_of(head) == subject else staff[klass % len(staff)]

    @property
    def foreign_teacher(self) -> int:
        """The English teacher from abroad: the last one of the first campus."""
        return self.subject_staff[0, "english"][-1]

    def sibling_of(self, student: int) -> int:
        """An older brother or sister on another campus, -1 for most students."""
        last_slot, grades = 2 * len(GRADES) - 1, self.grade_starts
        if student % 20 != 3 or not grades[len(GRADES)] <= student < grades[last_slot]:
            return -1
        older = student - grades[len(GRADES)] + grades[1]  # one grade above, on the first campus
        return older if older < grades[len(GRADES)] else -1

    @cached_property
    def guardian_numbers(self) -> tuple[int, ...]:
        """The guardian record of each student; brothers and sisters share one."""
        found: list[int] = []
        fresh = 0
        for student in range(self.size.students):
            sibling = self.sibling_of(student)
            if sibling >= 0:
                found.append(found[sibling])
            else:
                found.append(fresh)
                fresh += 1
        return tuple(found)

    def moved_from(self, student: int) -> int:
        """The class a student was transferred from during the term, -1 for most."""
        if student % 397 != 11:
            return -1
        klass = self.class_of(student)
        slot = self.slot_of(klass)
        start, end = self.slot_starts[slot], self.slot_starts[slot + 1]
        return -1 if end - start < 2 else (klass + 1 if klass + 1 < end else klass - 1)

    def campus_name(self, campus: int) -> str:
        """东校区, 西校区, 南校区, 北校区, then by number."""
        return CAMPUSES[campus] if campus < len(CAMPUSES) else f"第{campus + 1}校区"

    def class_name(self, klass: int) -> str:
        """高一（1）班 and so on, different for every class of the school."""
        return f"{GRADES[self.grade_of(klass)]}（{self.class_numbers[klass]}）班"

    # Places in the order in which generate.py hands out the records.
    def campus_key(self, campus: int) -> Key:
        """The org that is a campus; org 0 is the school."""
        return Key("org", 1 + campus)

    def office_key(self, campus: int, office: int) -> Key:
        """The org that is an office of a campus."""
        return Key("org", 1 + self.campuses + campus * len(OFFICES) + office)

    def grade_key(self, slot: int) -> Key:
        """The org that is a grade of a campus."""
        return Key("org", 1 + self.campuses * (1 + len(OFFICES)) + slot)
