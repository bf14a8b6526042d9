"""Writing one record: what is stored, what is refused, and what goes with it."""

from __future__ import annotations

from typing import Any

import pytest
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.ops.submit import submit
from shuyuan.engine.ops.submission import Submission

from ..school import School


async def some_class(school: School) -> int:
    ids = await school.ids("class")
    return ids[0]


async def new_student(school: School, who: str = "admin", **more: Any) -> Any:
    work = await school.work(who)
    values = {"name": "沈知行", "class": await some_class(school), "enrolled_on": "2026-09-01", **more}
    return await submit(work, Submission("student", values, form="student_intake"))


async def test_a_record_is_made_with_its_number_label_words_history_and_audit(school: School) -> None:
    saved = await new_student(school, resident_id="110101201201011234"[:17] + "1")

    assert saved.created and saved.version == 1


async def test_bad(school: School) -> None:
    with pytest.raises(Refused) as refused:
        await new_student(school, name="", nonsense=3)


async def test_update(school: School) -> None:
    saved = await new_student(school)
    work = await school.work("registrar.east")
    again = await submit(
        work,
        Submission(
            "student",
            {"phone": "13800138000", "guardians": [{"name": "沈父", "relation": "51", "phone": "13900139000"}]},
            id=saved.id,
            version=1,
        ),
    )

    with pytest.raises(Refused) as refused:
        await submit(work, Submission("student", {"phone": "13800138001", "name": "沈知"}, id=saved.id, version=1))


async def test_case(school: School) -> None:
    work = await school.work("student")
    values = {
        "student": work.actor.records[0],
        "kind": "personal",
        "first_day": "2026-11-25",
        "last_day": "2026-11-25",
        "days": "1",
        "reason": "看牙",
        "leaves_school": "false",
    }
    try:
        saved = await submit(
            work, Submission("leave_request", values, form="leave_request", workflow="student_leave", act="submit")
        )
    except Refused as e:
        raise

    rows = await school.rows(
        "SELECT entity, op, changes, origin FROM sy_history ORDER BY id DESC LIMIT 3", "text", "text", "json", "text"
    )
