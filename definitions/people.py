"""What the people of the demo school are called."""

from __future__ import annotations

from .families import family_of, student_name
from .layout import Key, Layout
from .roster import teacher_name


def person_name(plan: Layout, seed: int, key: Key) -> str:
    """The name of a teacher or student."""
    found = teacher_name(plan, seed, key.number) if key.entity == "teacher" else student_name(plan, seed, key.number)
    return found[0]


def guardian_name(plan: Layout, seed: int, student: int) -> str:
    """The name of the first guardian of a student."""
    family = family_of(plan, seed, student)
    father_first = plan.guardian_numbers[student] % 3 != 0 or not family.mother
    return family.father if father_first else family.mother
