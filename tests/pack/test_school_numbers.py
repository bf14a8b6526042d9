"""What the school pack counts: bars and numbers of a home page agree, also once a student is registered."""

from __future__ import annotations

from decimal import Decimal

import pytest
from shuyuan.engine import Ask, Submission, detail, listing, submit
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.ops.cards import cards, dashboards_of
from shuyuan.engine.ops.work import Work

from tests.school import School


async def _counted(work: Work) -> tuple[Decimal, list[Decimal]]:
    """The number of enrolled students on the home page, and what each card of bars adds up to."""
    shown = [card for d in dashboards_of(work) for card in await cards(work, d)]
    students = [one for one in shown if one.card.of == "student" and one.card.where is not None]
    number = next(
        one.number or Decimal(0) for one in students if one.card.show == "number" and one.card.view == "students"
    )
    return number, [sum((bar.value for bar in one.bars), Decimal(0)) for one in students if one.card.show == "bar"]


@pytest.mark.parametrize("login", ["admin", "registrar.east", "principal.east", "grade.east"])
async def test_bars_of_a_home_page_add_up_to_its_number_of_students(school_sqlite: School, login: str) -> None:
    number, bars = await _counted(await school_sqlite.work(login))
    assert number and bars and set(bars) == {number}


async def test_registering_a_student_counts_at_once(school: School) -> None:
    office = await school.work("registrar.east")
    before, _ = await _counted(office)
    klass = (await listing(office, Ask("class", limit=1))).lines[0].id
    values = {
        "name": "林知夏",
        "class": str(klass),
        "enrolled_on": "2026-11-24",
        "entry_kind": "transfer_in",
        "boarding": "day",
        "birth_date": "2010-05-06",
    }
    made = await submit(office, Submission("student", values, form="student_intake"))
    after, bars = await _counted(await school.work("registrar.east"))
    assert after == before + 1 and set(bars) == {after}
    with pytest.raises(Refused):
        sent = Submission("student", {"class": str(klass + 1)}, id=made.id, version=made.version)
        await submit(await school.work("registrar.east"), sent)
    kept = await detail(await school.work("registrar.east"), "student", made.id)
    assert kept.record.values["class"].id == klass and "class" not in kept.editable
