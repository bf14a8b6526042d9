"""Writing one record: what is stored, what goes with it, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from shuyuan.engine import Conflict, Masked
from shuyuan.engine.changeset import Changeset
from shuyuan.engine.diagnostics import Kind, kind_of
from shuyuan.engine.model import Sql
from shuyuan.engine.ops.actors import Stale
from shuyuan.engine.ops.submission import Submission, merge
from shuyuan.engine.ops.submit import consider, submit

from ..school import School
from .desk import a_class, a_student, codes, count, history, refused, sent, state


async def test_a_new_record_is_stored_with_its_number_words_history_and_audit(school: School) -> None:
    guardians = [{"name": "沈父", "relation": "51", "phone": "13900139000"}, {"name": "沈母", "relation": "52"}]
    saved = await a_student(school, resident_id="110101201001011237", guardians=guardians)
    assert (saved.created, saved.version, saved.repeated) == (True, 1, False)
    (row,), rows, words, *_ = await state(school, "student", saved.id, meta=True)
    assert row["version"] == 1 and row["unit"] == await a_class(school) and row["created_at"] == school.clock()
    number = saved.changeset.values["student_no"]
    assert number.startswith("2026") and saved.label == f"沈知行（{number}）"
    assert [r["position"] for r in rows] == [0, 1] and len({r["id"] for r in rows}) == 2
    assert {("szx",), ("shenzhixing",), (number,)} <= set(words)
    ((op, version, changes, origin),) = await history(school, saved.id)
    assert (op, version, origin) == ("create", 1, "")
    assert changes["name"] == (None, "沈知行") and changes["birth_date"] == (None, "2010-01-01")
    assert changes["guardians"][1][0]["name"] == "沈父" and changes["student_no"] == (None, number)
    text = "SELECT op, detail FROM sy_audit WHERE record = ?"
    assert await school.rows(Sql(text, (saved.id,)), "text", "json") == [("record.create", {"version": 1})]


async def test_a_change_writes_what_differs_and_nothing_else(school: School) -> None:
    saved = await a_student(school, guardians=[{"name": "甲"}, {"name": "乙"}, {"name": "丙"}])
    first, second, third = saved.changeset.values["guardians"]
    rows = [{"id": third["id"]}, {"name": "丁"}, {"id": first["id"], "name": "甲甲"}]
    again = await sent(school, "admin", "student", {"name": "沈知", "guardians": rows}, id=saved.id, version=1)
    assert again.version == 2 and not again.created
    (row,), stored, words, *_ = await state(school, "student", saved.id, meta=True)
    assert row["version"] == 2
    names = {f.name: f"c_{f.id}" for f in school.engine.version.entity("student").field("guardians").rows}
    assert [r[names["name"]] for r in stored] == ["丙", "丁", "甲甲"]
    assert second["id"] not in [r["id"] for r in stored] and stored[2]["id"] == first["id"]
    assert ("shenzhi",) in words and ("shenzhixing",) not in words
    _, (op, version, changes, _) = await history(school, saved.id)
    assert (op, version, set(changes)) == ("edit", 2, {"name", "guardians"})


async def test_sending_what_is_stored_writes_nothing(school: School) -> None:
    saved = await a_student(school, phone="13800138000")
    values = {"name": "沈知行", "phone": "138-0013-8000", "class": str(await a_class(school))}
    again = await sent(school, "admin", "student", values, id=saved.id, version=1)
    assert again.version == 1 and not again.changed and len(await history(school, saved.id)) == 1


async def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_written(school: School) -> None:
    before = await count(school, "student")
    found = await refused(a_student(school, name="", phone="1", nonsense=1, left_on="2026-01-01", boarding="zz"))
    assert set(codes(found)) == {
        ("REC_001", "name"), ("REC_050", "phone"), ("REC_002", "nonsense"), ("REC_070", "left_on"),
        ("REC_024", "boarding"),
    }  # fmt: skip
    assert isinstance(found.detail, Changeset) and found.detail.raw["phone"] == "1"
    assert await count(school, "student") == before


async def test_what_the_database_refuses_comes_back_at_the_field(school: School) -> None:
    await a_student(school, resident_id="110101201001011237")
    found = await refused(a_student(school, resident_id="110101201001011237", name="另一个"))
    assert codes(found) == [("REC_056", "resident_id")] and kind_of(found.diagnostics) is Kind.CONFLICT
    assert "1237" not in str(found.diagnostics[0].args["typed"])[:14], "masked in the message as well"
    assert found.detail.raw["name"] == "另一个"


async def test_a_group_that_may_not_repeat_is_told_at_each_of_its_fields(school: School) -> None:
    (year,), *_ = [(n,) for n in await school.ids("academic_session")]
    grade = ((await school.rows("SELECT min(id) FROM sy_unit WHERE label LIKE '%高一年级'", "bigint"))[0])[0]
    values = {"name": "实验班", "grade": grade, "school_year": year}
    await sent(school, "admin", "class", values)
    found = await refused(sent(school, "admin", "class", values))
    assert set(codes(found)) == {("REC_057", "name"), ("REC_057", "school_year")}


async def test_a_masked_value_that_comes_back_changes_nothing_and_leaves_masked(school: School) -> None:
    saved = await a_student(school, resident_id="110101201001011237")
    values = {"resident_id": "110***********1237", "remark": "转学"}
    again = await sent(school, "registrar.east", "student", values, id=saved.id)
    assert set(again.changeset.changes) == {"remark"}
    assert isinstance(again.changeset.values["resident_id"], Masked)
    ((number,),) = await school.rows(
        Sql(f"SELECT {_column(school, 'resident_id')} FROM {_table(school)} WHERE id = ?", (saved.id,)), "text"
    )
    assert number == "110101201001011237"


def _column(school: School, name: str, entity: str = "student") -> str:
    spec = school.engine.version.entity(entity).field(name)
    assert spec is not None
    return f"c_{spec.id}"


def _table(school: School, entity: str = "student") -> str:
    return school.engine.version.tables(entity)[0].name


# ---------------------------------------------------------------- two at once


async def test_the_second_saver_gets_both_versions_field_by_field(school: School) -> None:
    saved = await a_student(school, phone="13800138000", remark="旧")
    await sent(school, "admin", "student", {"phone": "13800138001", "email": "a@b.cn"}, id=saved.id, version=1)
    mine = {"phone": "13800138002", "remark": "新", "name": "沈知行", "email": ""}
    found = await refused(sent(school, "registrar.east", "student", mine, id=saved.id, version=1))
    conflict = found.detail
    assert isinstance(conflict, Conflict) and codes(found) == [("WRITE_001", "")]
    assert conflict.version == 2 and conflict.by == (await school.actor("admin")).name
    assert conflict.ours == {"phone", "remark"} and conflict.both == {"phone"}
    assert (conflict.base["phone"], conflict.theirs["phone"], conflict.mine["phone"]) == (
        "13800138000", "13800138001", "13800138002",
    )  # fmt: skip
    assert merge(conflict) is None
    assert merge(conflict, {"phone": "theirs"}) == {"remark": "新"}
    assert merge(conflict, {"phone": "mine"}) == {"remark": "新", "phone": "13800138002"}


async def test_disjoint_changes_merge_without_asking(school: School) -> None:
    saved = await a_student(school, phone="13800138000")
    await sent(school, "admin", "student", {"email": "a@b.cn"}, id=saved.id, version=1)
    form = {"phone": "13800138009", "email": ""}  # a form sends what it had shown, too
    found = await refused(sent(school, "registrar.east", "student", form, id=saved.id, version=1))
    values = merge(found.detail)
    assert values == {"phone": "13800138009"}
    done = await sent(school, "registrar.east", "student", values, id=saved.id, version=found.detail.version)
    assert (done.changeset.values["phone"], done.changeset.values["email"]) == ("13800138009", "a@b.cn")


async def test_a_conflict_shows_masks_to_whoever_sees_masks(school: School) -> None:
    saved = await a_student(school, resident_id="110101201001011237")
    await sent(school, "admin", "student", {"resident_id": "110101201001020029"}, id=saved.id, version=1)
    found = await refused(sent(school, "registrar.east", "student", {"remark": "x"}, id=saved.id, version=1))
    assert found.detail.both == frozenset()
    told = repr((found.detail.base, found.detail.theirs, found.detail.mine, found.detail.changeset.values))
    assert "110101201001" not in told and "110***********1237" in told


async def test_version_0_writes_on_top_of_whatever_is_stored(school: School) -> None:
    saved = await a_student(school)
    await sent(school, "admin", "student", {"remark": "1"}, id=saved.id, version=1)
    assert (await sent(school, "admin", "student", {"remark": "2"}, id=saved.id)).version == 3


# ---------------------------------------------------------------- once


async def test_the_same_token_gives_the_first_answer_and_one_effect(school: School) -> None:
    before = await count(school, "student")
    saved = [await a_student_once(school, "t1") for _ in range(3)]
    assert {s.id for s in saved} == {saved[0].id} and [s.repeated for s in saved] == [False, True, True]
    assert saved[2].label == saved[0].label and saved[2].created
    assert await count(school, "student") == before + 1


async def a_student_once(school: School, token: str, who: str = "admin", **more: Any) -> Any:
    values = {"name": "一次", "class": await a_class(school), "enrolled_on": "2026-09-01", **more}
    return await sent(school, who, "student", values, token=token)


async def test_a_repeated_change_answers_although_the_version_went_on(school: School) -> None:
    saved = await a_student(school)
    first = await sent(school, "admin", "student", {"remark": "1"}, id=saved.id, version=1, token="t2")
    await sent(school, "admin", "student", {"remark": "2"}, id=saved.id)
    again = await sent(school, "admin", "student", {"remark": "1"}, id=saved.id, version=1, token="t2")
    assert again.repeated and again.version == first.version == 2


async def test_a_token_that_comes_with_something_else_or_from_somebody_else_is_refused(school: School) -> None:
    await a_student_once(school, "t3")
    assert codes(await refused(a_student_once(school, "t3", name="另一个"))) == [("WRITE_006", "")]
    assert codes(await refused(a_student_once(school, "t3", who="registrar.east"))) == [("WRITE_006", "")]
    await a_student_once(school, "api:1:x")
    assert codes(await refused(a_student_once(school, "api:1:x", name="另一个"))) == [("API_009", "")]


# ---------------------------------------------------------------- while it is filled in


async def test_a_form_that_is_being_filled_in_is_worked_out_without_complaints(school: School) -> None:
    work = await school.work("admin")
    form = Submission("student", {"resident_id": "110101201001011237", "boarding": "boarder"}, form="student_intake")
    found = await consider(work, form, draft=True)
    assert found.ok and found.values["birth_date"] is not None and "dorm" not in found.hidden
    assert found.values["resident_id"] == "110101201001011237", "they have just typed it"
    judged = await consider(work, form)
    assert ("REC_001", "name") in [(d.code, d.place.path) for d in judged.errors]
    assert await count(school, "student") == len(await school.ids("student"))


async def test_what_is_hidden_is_dropped_or_kept_as_the_form_says(school: School) -> None:
    saved = await a_student(school, boarding="boarder", dorm="3-412")
    dropped = await sent(school, "admin", "student", {"boarding": "day"}, id=saved.id, form="student_intake")
    assert dropped.changeset.values["dorm"] is None
    saved = await a_student(school, name="留", boarding="boarder", dorm="3-412")
    kept = await sent(school, "admin", "student", {"boarding": "day"}, id=saved.id, form="student_edit")
    assert "dorm" in kept.changeset.hidden


# ---------------------------------------------------------------- approvals


async def test_a_record_and_its_approval_begin_together(school: School) -> None:
    work = await school.work("student")
    leave = {"student": work.actor.records[0], "kind": "personal", "first_day": "2026-11-25", "last_day": "2026-11-25"}
    leave |= {"days": "1", "reason": "看牙", "leaves_school": "false"}
    request = Submission(
        "leave_request", leave, form="leave_request", workflow="student_leave", act="submit", token="l1"
    )
    saved = await submit(work, request)
    assert saved.case is not None and saved.case.step == "head_teacher" and saved.version == 1
    assert saved.changeset.values["status"] == "head_teacher" and saved.changeset.values["class"] is not None
    ((op, _, changes, origin),) = await history(school, saved.id)
    assert (op, origin) == ("create", f"case:{saved.case.case}") and changes["status"] == (None, "head_teacher")
    again = await submit(await school.work("student"), request)
    assert again.repeated and again.case is not None and again.case.case == saved.case.case
    assert await school.rows("SELECT count(*) FROM sy_case", "bigint") == [(1,)]


async def test_an_approval_that_cannot_begin_leaves_no_record(school: School) -> None:
    work = await school.work("student")
    leave = {"student": work.actor.records[0], "kind": "sick", "first_day": "2026-11-25", "last_day": "2026-12-02"}
    leave |= {"days": "5", "reason": "发烧", "leaves_school": "false"}
    before = await count(school, "leave_request")
    found = await refused(submit(work, Submission("leave_request", leave, workflow="student_leave", act="submit")))
    assert found.diagnostics[0].code.startswith("FLOW_")
    assert await count(school, "leave_request") == before
    assert (await refused(submit(work, Submission("leave_request", leave, workflow="class_transfer")))).diagnostics


# ---------------------------------------------------------------- what follows


async def test_units_follow_their_record_into_the_tree(school: School) -> None:
    ((grade, east),) = await school.rows(
        "SELECT id, parent FROM sy_unit WHERE label = '东校区高一年级'",
        "bigint",
        "bigint",
    )
    values = {"name": "新班", "grade": grade, "school_year": (await school.ids("academic_session"))[0]}
    made = await sent(school, "admin", "class", values)
    assert [a for a, _ in (await state(school, "class", made.id))[2]][:3] == [made.id, grade, east]
    await sent(school, "admin", "class", {"name": "改名班"}, id=made.id)
    labels = await school.rows(Sql("SELECT label FROM sy_unit WHERE id = ?", (made.id,)), "text")
    assert labels == [("改名班",)]
    ((west,),) = await school.rows("SELECT id FROM sy_unit WHERE label = '西校区高一年级'", "bigint")
    moved = await sent(school, "admin", "class", {"grade": west}, id=made.id)
    assert [a for a, _ in (await state(school, "class", moved.id))[2]][:2] == [made.id, west]


async def test_a_unit_cannot_hang_below_itself(school: School) -> None:
    ((campus, school_unit),) = await school.rows(
        "SELECT id, parent FROM sy_unit WHERE label = '东校区'", "bigint", "bigint"
    )
    ((grade,),) = await school.rows(Sql("SELECT min(id) FROM sy_unit WHERE parent = ?", (campus,)), "bigint")
    before = await state(school, "org", campus)
    found = await refused(sent(school, "admin", "org", {"parent": grade}, id=campus))
    assert codes(found)[0] == ("ACCESS_031", "parent") and await state(school, "org", campus) == before
    assert school_unit


async def test_records_that_belong_where_it_belongs_move_along(school: School) -> None:
    student, other = (await school.ids("student"))[0], await a_class(school, "西校区")
    table, unit = _table(school, "leave_request"), "SELECT DISTINCT unit FROM {} WHERE {} = ?"
    text = unit.format(table, _column(school, "student", "leave_request"))
    student = (await school.rows(f"SELECT min({_column(school, 'student', 'leave_request')}) FROM {table}", "bigint"))[
        0
    ][0]
    ((before,),) = await school.rows(Sql(text, (student,)), "bigint")
    await sent(school, "admin", "student", {"class": other}, id=student)
    assert before != other and await school.rows(Sql(text, (student,)), "bigint") == [(other,)]


async def test_an_account_called_like_its_person_is_renamed_with_it(school: School) -> None:
    actor = await school.actor("head.east")
    await sent(school, "admin", "teacher", {"name": "新名字"}, id=actor.records[0])
    assert (await school.actor("head.east")).name == "新名字"


async def test_a_change_of_who_holds_a_role_counts_at_once(school: School) -> None:
    old = await school.work("head.east")
    mine = (
        await school.rows(
            Sql(
                f"SELECT id FROM {_table(school, 'class')} WHERE {_column(school, 'head_teacher', 'class')} = ?",
                (old.actor.records[0],),
            ),
            "bigint",
        )
    )[0][0]
    other = (await school.actor("head.west")).records[0]
    await sent(school, "admin", "class", {"head_teacher": other}, id=mine)
    student = (await school.rows(Sql(f"SELECT min(id) FROM {_table(school)} WHERE unit = ?", (mine,)), "bigint"))[0][0]
    with pytest.raises(Stale):
        await submit(old, Submission("student", {"remark": "x"}, id=student))
    found = await refused(sent(school, "head.east", "student", {"remark": "x"}, id=student))
    assert codes(found)[0][0] in ("WRITE_003", "WRITE_005"), "as a subject teacher perhaps still seen"
    assert (await sent(school, "head.west", "student", {"remark": "x"}, id=student)).changed


async def test_values_of_every_kind_are_read_back_as_they_were_sent(school: School) -> None:
    saved = await a_student(school, birth_date="2011-05-06", sex="2", address="浙江省杭州市西湖区文三路 1 号")
    again = await consider(await school.work("registrar.east"), Submission("student", {}, id=saved.id))
    assert isinstance(again.values["birth_date"], Masked) and again.values["enrolled_on"] == date(2026, 9, 1)
    assert again.values["address"] == "浙江省杭州市西湖区文三路 1 号"
