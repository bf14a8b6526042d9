"""Deleting one record."""

from __future__ import annotations

from shuyuan.engine import Conflict
from shuyuan.engine.diagnostics import words
from shuyuan.engine.model import Sql
from shuyuan.engine.ops.drafts import draft_of, keep_draft
from shuyuan.engine.ops.remove import remove
from shuyuan.engine.ops.submission import Submission
from shuyuan.engine.ops.submit import submit
from shuyuan.engine.ops.undo import undo_change

from ..school import School
from .desk import a_class, a_student, codes, history, last_change, refused, sent, state


async def test_a_deleted_record_is_gone_with_everything_but_its_history(school: School) -> None:
    saved = await a_student(school, guardians=[{"name": "父"}])
    await keep_draft(await school.work("registrar.east"), "student_edit", {"remark": "没写完"}, saved.id, 1)
    before = await state(school, "student", saved.id)
    gone = await remove(await school.work("admin"), "student", saved.id, 1, token="d1")
    assert (gone.version, gone.label, gone.repeated) == (2, saved.label, False)
    assert await state(school, "student", saved.id) == [[], [], [], [], []]
    assert await draft_of(await school.work("registrar.east"), "student_edit", saved.id) is None
    op, version, changes, _ = (await history(school, saved.id))[-1]
    assert (op, version) == ("delete", 2) and changes["name"] == ("沈知行", None)
    assert changes["guardians"][0][0]["name"] == "父"
    again = await remove(await school.work("admin"), "student", saved.id, 1, token="d1")
    assert again.repeated and again.change == gone.change
    assert codes(await refused(remove(await school.work("admin"), "student", saved.id))) == [("WRITE_005", "")]
    back = await undo_change(await school.work("admin"), gone.change)
    assert back.version == 3 and await state(school, "student", saved.id) == before
    assert codes(await refused(undo_change(await school.work("admin"), gone.change))) == [("WRITE_012", "")]


async def test_what_others_lead_to_stays_and_they_are_named(school: School) -> None:
    unit = await a_class(school)
    found = await refused(remove(await school.work("admin"), "class", unit))
    assert {d.code for d in found.diagnostics} == {"WRITE_007"}
    told = next(words(d, "zh").what for d in found.diagnostics if "“学生”" in words(d, "zh").what)
    assert "40 条" in told and "赵睿" in told
    seen = await refused(remove(await school.work("admin"), "org", (await school.ids("org"))[0]))
    assert "WRITE_007" in {d.code for d in seen.diagnostics}


async def test_a_record_with_an_open_approval_or_an_account_stays(school: School) -> None:
    me = await school.actor("student")
    leave = {"student": me.records[0], "kind": "personal", "first_day": "2026-11-25", "last_day": "2026-11-25"}
    leave |= {"days": "1", "reason": "看牙", "leaves_school": "false"}
    request = Submission("leave_request", leave, workflow="student_leave", act="submit")
    saved = await submit(await school.work("student"), request)
    found = await refused(remove(await school.work("admin"), "leave_request", saved.id))
    assert saved.case is not None and f"/cases/{saved.case.case}" in str(found.diagnostics[0].args)
    teacher = (await school.actor("head.east")).records[0]
    assert "WRITE_009" in {
        d.code for d in (await refused(remove(await school.work("admin"), "teacher", teacher))).diagnostics
    }


async def test_a_record_that_moved_on_is_compared_first(school: School) -> None:
    saved = await a_student(school)
    await sent(school, "registrar.east", "student", {"remark": "x"}, id=saved.id)
    found = await refused(remove(await school.work("admin"), "student", saved.id, 1))
    assert codes(found) == [("WRITE_001", "")] and isinstance(found.detail, Conflict) and found.detail.version == 2


async def test_a_unit_goes_out_of_the_tree_when_nothing_hangs_below_it(school: School) -> None:
    ((grade,),) = await school.rows("SELECT id FROM sy_unit WHERE label = '东校区高一年级'", "bigint")
    values = {"name": "空班", "grade": grade, "school_year": (await school.ids("academic_session"))[0]}
    made = await sent(school, "admin", "class", values)
    before = await state(school, "class", made.id)
    gone = await remove(await school.work("admin"), "class", made.id)
    assert await school.rows(Sql("SELECT count(*) FROM sy_unit WHERE id = ?", (made.id,)), "bigint") == [(0,)]
    await undo_change(await school.work("admin"), gone.change)
    assert await state(school, "class", made.id) == before
    assert await last_change(school, made.id) > gone.change
