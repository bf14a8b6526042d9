"""Nobody writes what they may not, by any of the ways."""

from __future__ import annotations

import re
from typing import Any

import pytest
from shuyuan.engine.diagnostics import Kind, Refused, kind_of
from shuyuan.engine.diagnostics.catalogue import catalogue
from shuyuan.engine.model import Sql
from shuyuan.engine.ops.bulk import bulk_change, bulk_remove
from shuyuan.engine.ops.records import LiveRecords
from shuyuan.engine.ops.remove import remove
from shuyuan.engine.ops.saved_views import drop_view, save_view, views_of
from shuyuan.engine.ops.submission import Submission
from shuyuan.engine.ops.submit import consider, submit
from shuyuan.engine.ops.submit_all import submit_all
from shuyuan.engine.ops.undo import undo, undo_change

from ..school import ROOT, School
from .desk import a_class, a_student, codes, count, last_change, refused, sent, state

STUDENT = {"name": "某某", "enrolled_on": "2026-09-01"}


async def _east(school: School) -> int:
    """A student of the class that head.east leads."""
    me = await school.actor("head.east")
    unit = next(r.units[0] for r in me.reach if r.role == "head_teacher")
    table = school.engine.version.tables("student")[0].name
    ((found,),) = await school.rows(Sql(f"SELECT min(id) FROM {table} WHERE unit = ?", (unit,)), "bigint")
    return int(found)


#: Who, entity, values, on the student of head.east's class or a new record, what is said: None when it is written.
TRIES: tuple[tuple[str, str, dict[str, Any], bool, str | None], ...] = (
    ("head.east", "student", {"phone": "13800138000"}, True, None),
    ("head.east", "student", {"remark": "x", "boarding": "day"}, True, None),
    ("head.east", "student", {"name": "改名"}, True, "REC_004"),
    ("head.east", "student", {"status": "withdrawn"}, True, "REC_004"),
    ("head.east", "student", {"bank_card": "6222020000000000000"}, True, "REC_004"),
    ("head.east", "student", {"class": 0}, True, "REC_004"),
    ("head.east", "student", STUDENT, False, "WRITE_002"),
    ("registrar.east", "student", {"name": "改名"}, True, None),
    ("registrar.east", "student", {"status": "withdrawn"}, True, "REC_066"),
    ("registrar.east", "student", {"left_on": "2026-10-01"}, True, "REC_003"),
    ("registrar.east", "student", {"student_no": "1"}, True, "REC_003"),
    ("registrar.west", "student", {"phone": "13800138000"}, True, "WRITE_005"),
    ("head.west", "student", {"phone": "13800138000"}, True, "WRITE_005"),
    ("student", "student", {"phone": "13800138000"}, True, "WRITE_005"),
    ("guardian", "student", STUDENT, False, "WRITE_002"),
    ("teacher", "student", {"remark": "x"}, True, "WRITE_003"),
    ("head.east", "org", {"name": "x"}, False, "WRITE_002"),
)


@pytest.mark.parametrize(("who", "entity", "values", "stored", "said"), TRIES)
async def test_a_role_writes_exactly_what_it_may(
    school_sqlite: School, who: str, entity: str, values: dict[str, Any], stored: bool, said: str | None
) -> None:
    school = school_sqlite
    record = await _east(school) if stored else None
    if "class" in values:
        values = {**values, "class": await a_class(school, "西校区")}
    before = await state(school, "student", record) if record else await count(school, entity)
    by_submit = await _said(submit(await school.work(who), Submission(entity, values, id=record, source="api")))
    if said is None:
        assert by_submit == []
        return
    assert said in by_submit or (said == "WRITE_003" and "WRITE_005" in by_submit), by_submit
    found = await submit_all(await school.work(who), [Submission(entity, values, id=record, source="api")])
    assert found[0].outcome == "refused" and {d.code for d in found[0].errors} == set(by_submit)
    if record is not None:
        batch = await bulk_change(await school.work(who), entity, [record], values)
        assert batch.counts == {"refused": 1}
    assert before == (await state(school, "student", record) if record else await count(school, entity))


async def _said(of: Any) -> list[str]:
    try:
        await of
    except Refused as found:
        return [d.code for d in found.diagnostics]
    return []


async def test_a_record_is_neither_made_nor_moved_where_one_may_not(school: School) -> None:
    west = await a_class(school, "西校区")
    found = await refused(sent(school, "registrar.east", "student", {**STUDENT, "class": west}))
    assert codes(found) in ([("WRITE_004", "class")], [("REC_029", "class")])
    mine = await a_student(school, "registrar.east")
    found = await refused(sent(school, "registrar.east", "student", {"class": west}, id=mine.id))
    assert codes(found)[0][1] == "class"
    assert (await sent(school, "admin", "student", {"class": west}, id=mine.id)).changed
    assert codes(await refused(sent(school, "registrar.east", "student", {"remark": "x"}, id=mine.id))) == [
        ("WRITE_005", "")
    ]


async def test_a_request_for_somebody_else_is_not_made(school: School) -> None:
    mine = (await school.actor("student")).records[0]
    other = next(n for n in await school.ids("student") if n != mine)
    leave = {"kind": "personal", "first_day": "2026-11-25", "last_day": "2026-11-25", "days": "1", "reason": "x"}
    leave |= {"leaves_school": "false"}
    before = await count(school, "leave_request")
    found = await refused(sent(school, "student", "leave_request", {**leave, "student": other}))
    assert codes(found) == [("REC_029", "student")], "they do not even see that record"
    assert await count(school, "leave_request") == before
    assert (await sent(school, "student", "leave_request", {**leave, "student": mine})).created


async def test_a_link_to_what_one_does_not_see_says_no_more_than_one_to_nothing(school: School) -> None:
    hidden = (await school.ids("student"))[-1]
    one = await refused(sent(school, "student", "leave_request", {"student": hidden}))
    other = await refused(sent(school, "student", "leave_request", {"student": 999_999_999}))
    assert codes(one) == codes(other) and [d.args for d in one.diagnostics] == [d.args for d in other.diagnostics]
    gone = await refused(sent(school, "registrar.east", "student", {"remark": "x"}, id=999_999_999))
    west = await refused(sent(school, "registrar.west", "student", {"remark": "x"}, id=await _east(school)))
    assert codes(gone) == codes(west) and kind_of(gone.diagnostics) is Kind.MISSING


async def test_columns_of_a_sub_table_have_rights_of_their_own(school: School) -> None:
    saved = await a_student(school, guardians=[{"name": "父", "phone": "13900139000"}])
    row = saved.changeset.values["guardians"][0]
    found = await refused(
        sent(school, "teacher", "student", {"guardians": [{"id": row["id"], "name": "改"}]}, id=saved.id)
    )
    assert codes(found)[0][0] in ("WRITE_003", "WRITE_005")


async def test_what_is_hidden_from_somebody_never_comes_with_a_changeset(school: School) -> None:
    saved = await a_student(school, bank_card="6222020000000000000", resident_id="110101201001011237", remark="内部")
    work = await school.work("registrar.east")
    found = await consider(work, Submission("student", {"boarding": "xx"}, id=saved.id))
    told = repr((found.values, found.changes))
    assert "6222020000" not in told and "110101201001011237" not in told
    wrong = await refused(submit(work, Submission("student", {"boarding": "xx"}, id=saved.id)))
    told = repr((wrong.detail.values, wrong.detail.changes))
    assert "6222020000" not in told and "110101201001011237" not in told


async def test_deleting_needs_the_right_to_delete(school: School) -> None:
    saved = await a_student(school)
    found = await refused(remove(await school.work("registrar.east"), "student", saved.id))
    assert codes(found) == [("WRITE_010", "")] and kind_of(found.diagnostics) is Kind.FORBIDDEN
    assert codes(await refused(remove(await school.work("registrar.west"), "student", saved.id))) == [("WRITE_005", "")]
    batch = await bulk_remove(await school.work("registrar.east"), "student", [saved.id])
    assert batch.counts == {"refused": 1} and await state(school, "student", saved.id)


async def test_only_who_could_do_it_takes_it_back(school: School) -> None:
    saved = await a_student(school)
    await sent(school, "registrar.east", "student", {"name": "改"}, id=saved.id)
    change = await last_change(school, saved.id)
    for who in ("head.east", "registrar.west", "student"):
        assert codes(await refused(undo_change(await school.work(who), change)))[0][0].startswith("WRITE_")
    assert (await undo_change(await school.work("registrar.east"), change)).version == 3
    batch = await bulk_change(await school.work("registrar.east"), "student", [saved.id], {"remark": "x"})
    assert codes(await refused(undo(await school.work("head.east"), batch.id))) == [("WRITE_013", "")]
    own = await a_student(school, "registrar.east", name="自己的")
    assert (await undo_change(await school.work("registrar.east"), await last_change(school, own.id))).version


async def test_views_are_changed_by_who_made_them(school_sqlite: School) -> None:
    school = school_sqlite
    mine = await save_view(
        await school.work("registrar.east"), "student", "在读", [("status", "enrolled")], shared=True
    )
    seen = await views_of(await school.work("registrar.west"), "student")
    assert [(v.id, v.mine) for v in seen] == [(mine.id, False)]
    for tried in (
        save_view(await school.work("registrar.west"), "student", "x", [], view=mine.id),
        drop_view(await school.work("registrar.west"), "student", mine.id),
    ):
        assert codes(await refused(tried)) == [("WRITE_033", "")]
    found = await refused(save_view(await school.work("student"), "student", "x", [], shared=True))
    assert codes(found)[0][0] in ("WRITE_034",)


async def test_an_approval_changes_only_what_its_step_lets(school: School) -> None:
    me = await school.actor("student")
    leave = {"student": me.records[0], "kind": "personal", "first_day": "2026-11-25", "last_day": "2026-11-25"}
    leave |= {"days": "1", "reason": "看牙", "leaves_school": "false"}
    saved = await submit(await school.work("student"), Submission("leave_request", leave, workflow="student_leave"))
    assert saved.case is not None and saved.case.step == "draft"
    again = await sent(school, "student", "leave_request", {"reason": "看牙医"}, id=saved.id)
    assert again.changed, "the first step lets its owner edit, although no policy does"
    found = await refused(sent(school, "student", "leave_request", {"back_on": "2026-11-25"}, id=saved.id))
    assert codes(found) == [("REC_004", "back_on")]
    other = next(n for n in await school.ids("student") if n != me.records[0])
    assert codes(await refused(sent(school, "student", "leave_request", {"student": other}, id=saved.id)))
    records = school.engine.desk.records
    assert isinstance(records, LiveRecords)
    assert await records.sees(me, school.engine.version.entity("leave_request").id, saved.id)
    assert not await records.sees(
        await school.actor("head.west"), school.engine.version.entity("leave_request").id, saved.id
    )


async def test_what_an_approval_wrote_is_not_taken_back_behind_its_back(school_sqlite: School) -> None:
    school = school_sqlite
    me = await school.actor("student")
    leave = {"student": me.records[0], "kind": "personal", "first_day": "2026-11-25", "last_day": "2026-11-25"}
    leave |= {"days": "1", "reason": "看牙", "leaves_school": "false"}
    saved = await submit(
        await school.work("student"), Submission("leave_request", leave, workflow="student_leave", act="submit")
    )
    for who in ("student", "admin"):
        assert codes(await refused(undo_change(await school.work(who), saved.change))) == [("WRITE_025", "")]


def test_every_message_about_writing_has_both_languages_and_is_said_somewhere() -> None:
    said = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "engine" / "ops").glob("*.py"))
    for code, entry in catalogue().items():
        if code.startswith("WRITE_"):
            assert entry.zh and entry.en and entry.fix_zh and entry.fix_en and f'"{code}"' in said, code
            for one, other in ((entry.zh, entry.en), (entry.fix_zh, entry.fix_en)):
                assert set(re.findall(r"\{(\w+)\}", one)) == set(re.findall(r"\{(\w+)\}", other)), code
