"""Sheets as schools have them: what is understood, what is refused and why, and that nothing is lost or done twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from shuyuan.definitions.numbers import check_character
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.engine import Engine
from shuyuan.engine.model import Sql
from shuyuan.engine.ops import importing
from shuyuan.engine.ops.import_batch import Import, imports_of, load_import
from shuyuan.engine.ops.importing import apply_import, check_import, run_import, set_columns, stop_import, undo_import
from shuyuan.engine.ops.planning import propose
from shuyuan.engine.ops.publish import publish
from shuyuan.engine.ops.sheet import read_sheet
from shuyuan.engine.ops.submission import Submission
from shuyuan.engine.ops.submit import submit
from shuyuan.engine.store import Run

from ..school import School
from .conftest import Desk, contents, csv, xlsx

RESIDENT = "11000020100901995" + check_character("11000020100901995")
HEAD = ("*学号", "姓名", "班级", "身份证号", "入学日期", "入学方式", "住宿", "民族")


async def desk(school: School, login: str = "") -> Desk:
    return Desk(school.engine, await school.actor(login)) if login else Desk(school.engine)


async def classes(school: School) -> list[str]:
    table = school.engine.version.tables("class")[0].name
    name = {n: c for n, c, _, _ in school.engine.version.stored("class").fields}["name"]
    return [row[0] for row in await school.rows(f"SELECT {name} FROM {table} ORDER BY id", "text")]


async def student(school: School, number: str, *names: str) -> tuple[Any, ...]:
    """Values of a student as they are stored."""
    table = school.engine.version.tables("student")[0]
    columns = {n: table.column(c) for n, c, _, _ in school.engine.version.stored("student").fields}
    chosen = [columns[name] for name in names]
    sql = Sql(
        f"SELECT {', '.join(c.name for c in chosen)} FROM {table.name} WHERE {columns['student_no'].name} = ?",
        (number,),
    )
    (row,) = await school.rows(sql, *(c.storage.kind for c in chosen))
    return row


def codes(said: dict[int, list[str]]) -> dict[int, list[str]]:
    return {number: [one.partition(" ")[0] for one in found] for number, found in said.items()}


# ---------------------------------------------------------------- what is understood


@pytest.mark.parametrize("kind", ["xlsx", "gb18030", "semicolons"])
async def test_a_list_of_new_students_comes_in_as_it_was_typed(school_sqlite: School, kind: str) -> None:
    first, second = (await classes(school_sqlite))[:2]
    rows: list[Sequence[str]] = [
        HEAD,
        ("202690001", " 王　小明", first, "", "2026/9/1", "统一招生", "走读", "汉族"),
        (
            "202690002",
            "Ａｎｎ Lee",
            second.replace("（", "(").replace("）", ")"),
            "",
            "2026年9月2日",
            "exam",
            "住校",
            "回族",
        ),
        ("", "", "", "", "", "", "", ""),
        ("202690003", "李四", first, RESIDENT, "20260903", "转入", "", "01"),
    ]
    marks = {"xlsx": xlsx(*rows), "gb18030": csv(*rows, encoding="gb18030"), "semicolons": csv(*rows, mark=";")}
    who = await desk(school_sqlite)
    one = await who.all("student", marks[kind])
    assert one.counts == {"created": 3}
    assert {one.partition(" ")[0] for found in (await who.said(one)).values() for one in found} == {"REC_059"}
    names = ("name", "enrolled_on", "ethnic_group", "boarding", "entry_kind", "birth_date", "class")
    found = [dict(zip(names, await student(school_sqlite, f"20269000{n}", *names), strict=True)) for n in (1, 2, 3)]
    assert [row["name"] for row in found] == ["王小明", "Ａｎｎ Lee", "李四"]
    assert [row["enrolled_on"] for row in found] == [date(2026, 9, n) for n in (1, 2, 3)]
    assert [row["ethnic_group"] for row in found] == ["01", "03", "01"]
    assert [row["boarding"] for row in found] == ["day", "boarder", "day"]
    assert [row["entry_kind"] for row in found] == ["exam", "exam", "transfer_in"]
    assert [row["birth_date"] for row in found] == [None, None, date(2010, 9, 1)]
    assert [row["class"] for row in found] == [(await school_sqlite.ids("class"))[n] for n in (0, 1, 0)]


async def test_guardians_stand_side_by_side_and_stay_the_same_rows(school: School) -> None:
    (klass, *_) = await classes(school)
    head = (
        "学号",
        "姓名",
        "班级",
        "入学日期",
        "入学方式",
        "住宿",
        "监护人姓名",
        "监护人1手机",
        "监护人2姓名",
        "监护人2关系",
    )
    row = ["202690011", "王小明", klass, "2026-09-01", "统一招生", "走读", "王大明", "14200000001", "李梅", "母亲"]
    who = await desk(school)
    one = await who.all("student", csv(head, row))
    assert (one.counts, await who.said(one)) == ({"created": 1}, {})
    child = school.engine.version.tables("student")[1].name
    rows = f"SELECT id, position FROM {child} WHERE parent = {(await who.rows(one))[0].record} ORDER BY position"
    before = await school.rows(rows, "bigint", "bigint")
    assert [position for _, position in before] == [0, 1]
    assert (await who.all("student", csv(head, row))).counts == {"same": 1}
    row[7] = "14200000002"
    changed = await who.all("student", csv(head, row))
    assert changed.counts == {"changed": 1}
    assert await school.rows(rows, "bigint", "bigint") == before


async def test_only_what_differs_is_changed_and_empty_cells_leave_what_is_there(school: School) -> None:
    number, name, klass = "202600001", *(await student(school, "202600001", "name", "class"))
    who = await desk(school)
    one = await who.begun("student", csv(("学号", "姓名", "手机", "邮箱"), (number, name, "", "new@example.com")))
    tried = await who.tried(one)
    (row,) = await who.rows(tried)
    assert (row.outcome, [d[0] for d in row.differences], row.differences[0][2]) == (
        "changed", ["email"], "new@example.com",
    )  # fmt: skip
    assert (await student(school, number, "email")) == (None,)
    done = await who.applied(tried)
    assert done.counts == {"changed": 1}
    assert (await student(school, number, "email", "class")) == ("new@example.com", klass)
    history = await school.rows(Sql("SELECT op FROM sy_history WHERE origin = ?", (f"import:{one.id}",)), "text")
    assert history == [("edit",)]


async def test_rows_may_name_records_that_rows_above_them_make(school: School) -> None:
    sheet = csv(
        ("名称", "编号", "类型", "上级"),
        ("南校区", "SOUTH", "校区", "临江市实验中学"),
        ("南校区高一", "SOUTH-G1", "年级", "南校区"),
        ("北校区高一", "NORTH-G1", "年级", "北校区"),
    )
    who = await desk(school)
    table = school.engine.version.tables("org")[0].name
    name = {n: c for n, c, _, _ in school.engine.version.stored("org").fields}["name"]
    top = (await school.rows(f"SELECT {name} FROM {table} ORDER BY id LIMIT 1", "text"))[0][0]
    one = await who.tried(await who.begun("org", sheet.replace("临江市实验中学".encode(), top.encode())))
    assert one.counts == {"created": 2, "refused": 1}
    assert codes(await who.said(one)) == {3: ["EXCH_025"], 4: ["EXCH_011"]}
    done = await who.applied(one)
    assert done.counts == {"created": 2, "refused": 1}
    made = [row.record for row in await who.rows(done, "created")]
    above = await school.rows(Sql("SELECT ancestor FROM sy_unit_tree WHERE descendant = ?", (made[1],)), "bigint")
    assert {made[0], made[1]} < {row[0] for row in above}


# ---------------------------------------------------------------- what is refused, and why


async def test_each_cell_that_cannot_be_is_named_and_the_other_rows_come_in(school: School) -> None:
    klass, *_ = await classes(school)
    good = ("统一招生", "走读", "")
    sheet = csv(
        HEAD,
        ("202690021", "甲", klass, "4.40524E+17", "2026-09-01", *good),
        ("202690022", "乙", "没有的班", "", "2026-09-01", *good),
        ("202690023", "丙", klass, "", "2026-02-30", *good),
        ("202690024", "丁", klass, "", "2026-09-01", "考试", "走读", ""),
        ("202690025", "戊", klass, "", "2026-09-01", *good),
        ("202690025", "己", klass, "", "2026-09-01", *good),
        ("202690026", "", klass, "", "2026-09-01", *good),
    )
    who = await desk(school)
    one = await who.all("student", sheet)
    assert one.counts == {"created": 1, "refused": 6}
    first = {number: found[0] for number, found in codes(await who.said(one)).items()}
    assert first == {
        2: "EXCH_007", 3: "EXCH_011", 4: "REC_017", 5: "REC_024", 7: "EXCH_008", 8: "REC_001",
    }  # fmt: skip
    assert (await who.words(one, 7))[0] == "第 6 行和第 7 行的学号相同"


async def test_what_another_record_has_already_is_refused_before_anything_is_written(school: School) -> None:
    (taken,) = await student(school, "202600001", "resident_id")
    klass, *_ = await classes(school)
    row = ("202690031", "甲", klass, taken, "2026-09-01", "统一招生", "走读", "")
    who = await desk(school)
    tried = await who.tried(await who.begun("student", csv(HEAD, row)))
    assert tried.counts == {"refused": 1}
    assert codes(await who.said(tried))[2][0] == "REC_056"
    assert taken not in str(await who.words(tried, 2))


async def test_a_name_that_fits_several_records_is_not_guessed(school: School) -> None:
    klass, *_ = await classes(school)
    who = await desk(school)
    table = school.engine.version.tables("student")[0].name
    columns = {n: c for n, c, _, _ in school.engine.version.stored("student").fields}
    ids = (await school.ids("student"))[:2]
    await school.engine.store.apply(
        [Run(Sql(f"UPDATE {table} SET {columns['name']} = '同名' WHERE id IN (?, ?)", tuple(ids)))]
    )
    await school.engine.store.apply(
        [
            Run(Sql("INSERT INTO sy_search (entity, token, record) VALUES (?, '同名', ?)", (
                school.engine.version.entity("student").id, number)))
            for number in ids
        ]
    )  # fmt: skip
    head = ("学生", "班级", "进班日期", "原因")
    number = (await school.rows(Sql(f"SELECT {columns['student_no']} FROM {table} WHERE id = ?", (ids[0],)), "text"))[
        0
    ][0]
    sheet = csv(head, ("同名", klass, "2026-09-01", "编班"), (number, klass, "2026-09-01", "编班"),
                (f"同名（{number}）", klass, "2026-09-02", "编班"))  # fmt: skip
    one = await who.all("enrollment", sheet, key=())
    assert codes(await who.said(one)) == {2: ["EXCH_010"]}
    assert one.counts == {"created": 2, "refused": 1}


async def test_a_row_without_its_key_is_refused_and_one_without_a_number_gets_the_next(school: School) -> None:
    klass, *_ = await classes(school)
    row = ("", "甲", klass, "", "2026-09-01", "统一招生", "走读", "")
    who = await desk(school)
    one = await who.all("student", csv(HEAD, row))
    assert one.counts == {"created": 1}
    (found,) = await who.rows(one)
    assert found.label.startswith("甲（2026")
    by_id = await who.all("student", csv(HEAD, row), key=("resident_id",))
    assert codes(await who.said(by_id))[2][0] == "EXCH_015"


async def test_nobody_imports_beyond_what_they_may(school: School) -> None:
    own, other = (await classes(school))[0], (await classes(school))[-1]
    registrar = await desk(school, "registrar.east")
    rows = [
        (f"20269004{n}", "甲", klass, "", "2026-09-01", "统一招生", "走读", "") for n, klass in ((1, own), (2, other))
    ]
    one = await registrar.begun("student", csv(HEAD, *rows))
    done = await registrar.applied(await registrar.tried(one))
    assert done.counts == {"created": 1, "refused": 1}
    assert (await registrar.said(done))[3][0].partition(" ")[0] == "WRITE_004"
    for login in ("head.east", "student"):
        with pytest.raises(Refused):
            await (await desk(school, login)).begun("student", csv(HEAD, *rows))
    with pytest.raises(Refused) as refused:
        await load_import(school.engine.work(await school.actor("registrar.west")), done.id)
    assert refused.value.diagnostics[0].code == "EXCH_021"


async def test_a_trial_does_not_tell_what_is_masked(school: School) -> None:
    number = "202600001"
    registrar, everybody = await desk(school, "registrar.east"), await desk(school)
    await everybody.all("student", csv(("学号", "身份证号"), (number, RESIDENT)))
    told = []
    other = RESIDENT[:9] + "1" + RESIDENT[10:17]
    for cells in (RESIDENT, other + check_character(other)):
        one = await registrar.begun("student", csv(("学号", "身份证号"), (number, cells)))
        assert one.scheme.key == ("student_no",)
        (row,) = await registrar.rows(await registrar.tried(one))
        told.append((row.outcome, [d[0] for d in row.differences if d[0] != "sex"]))
    assert told == [("changed", ["resident_id"])] * 2
    masked = row.differences[-1][1]
    assert "*" in masked and RESIDENT not in str(row.differences)
    again = await registrar.begun("student", csv(("学号", "身份证号"), (number, masked)))
    assert (await registrar.applied(await registrar.tried(again))).counts == {"same": 1}
    same = await registrar.all("student", csv(("学号", "身份证号"), (number, RESIDENT)))
    assert same.counts == {"changed": 1}
    assert (await student(school, number, "resident_id")) == (RESIDENT,)
    with pytest.raises(Refused) as refused:
        await registrar.begun("student", csv(("学号", "身份证号"), (number, RESIDENT)), {}, ["resident_id"])
    assert [d.code for d in refused.value.diagnostics] == ["EXCH_026"]
    assert (await registrar.begun("student", csv(("姓名", "身份证号"), ("甲", RESIDENT)))).scheme.key == ()


# ---------------------------------------------------------------- columns


async def test_wrong_columns_are_all_named_at_once(school_sqlite: School) -> None:
    who = await desk(school_sqlite)
    one = await who.begun("student", csv(("学号", "姓名", "备注2"), ("202690051", "甲", "x")))
    with pytest.raises(Refused) as refused:
        await set_columns(await who.fresh(), one, {"备注2": "name", "姓": "name", "学号": "statuss"}, ("resident_id",))
    assert sorted(d.code for d in refused.value.diagnostics) == ["EXCH_017", "EXCH_018", "EXCH_019", "EXCH_020"]


async def test_a_sheet_that_fits_nothing_or_is_none_is_refused(school_sqlite: School) -> None:
    who = await desk(school_sqlite)
    for content, code in ((b"", "EXCH_005"), (b"\x00\x01\x02\xff\xfe", "EXCH_002"), (b"PK\x03\x04rubbish", "EXCH_002")):
        with pytest.raises(Refused) as refused:
            await who.begun("student", content)
        assert refused.value.diagnostics[0].code == code
    nothing = await who.begun("student", csv(("a", "b"), ("1", "2")))
    with pytest.raises(Refused) as refused:
        await set_columns(await who.fresh(), nothing, {})
    assert refused.value.diagnostics[0].code == "EXCH_009"


# ---------------------------------------------------------------- exactly once


def test_headers_that_repeat_are_numbered_however_many_there_are() -> None:
    rows = csv(("电话 (2)", *["电话"] * 1_990, ""), ["1"] * 1_992)
    assert read_sheet(rows, "名单.csv").headers == ("电话 (2)", "电话", *(f"电话 ({n})" for n in range(3, 1_992)))


def many(klass: str, count: int) -> bytes:
    rows = [
        (f"2026{n:05}", f"生{n}", klass, "", "2026-09-01", "统一招生", "走读", "") for n in range(90100, 90100 + count)
    ]
    return csv(HEAD, *rows)


class Killed(Exception):
    """The worker is gone in the middle."""


async def test_an_import_that_was_cut_off_goes_on_and_writes_each_row_once(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 10)
    klass, *_ = await classes(school)
    who = await desk(school)
    before = len(await school.ids("student"))
    one = await who.begun("student", many(klass, 55))
    await apply_import(await who.fresh(), one)
    chunks = 0

    def told(now: Import) -> None:
        nonlocal chunks
        chunks += 1
        if chunks == 3:
            raise Killed

    with pytest.raises(Killed):
        await run_import(who.fresh, one.id, told)
    half = await load_import(await who.fresh(), one.id)
    assert (half.state, half.counts) == ("applying", {"created": 30})
    await asyncio.gather(*(run_import(who.fresh, one.id) for _ in range(3)))
    done = await load_import(await who.fresh(), one.id)
    assert (done.state, done.counts) == ("done", {"created": 55})
    assert len(await school.ids("student")) == before + 55
    assert [r.number for r in await who.rows(done)] == list(range(2, 57))


async def test_a_publication_in_the_middle_is_taken_up(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 10)
    klass, *_ = await classes(school)
    who = await desk(school)
    one = await who.begun("student", many(klass, 35))
    await apply_import(await who.fresh(), one)
    other = await school.another()
    published = False

    async def fresh() -> Any:
        return await who.fresh()

    def told(now: Import) -> None:
        nonlocal published
        if not published:
            published = True
            waiting.append(asyncio.get_running_loop().create_task(_publish(other)))

    waiting: list[asyncio.Task[None]] = []
    await run_import(fresh, one.id, told)
    await waiting[0]
    done = await run_import(fresh, one.id)
    assert (done.state, done.counts) == ("done", {"created": 35})


async def _publish(engine: Engine) -> None:
    path = "school/entities/student.yaml"
    text = engine.version.documents[path].replace(
        "    remark:", "    nickname: {is: text, title: {zh: 昵称, en: Nickname}}\n    remark:"
    )
    documents = {**engine.version.documents, path: text}
    work = engine.work()
    proposed = await propose(work, documents)
    await publish(work, documents, proposed.plan.hash)


async def test_without_a_key_the_same_file_comes_in_once_until_it_is_undone(study: Desk) -> None:
    sheet = csv(("Line", "Course", "Target"), ("7", "33", "Dropout"))
    one = await study.all("outcome", sheet, {"Line": "line"}, key=())
    assert one.counts == {"created": 1}
    again = await study.begun("outcome", sheet, key=())
    with pytest.raises(Refused) as refused:
        await apply_import(await study.fresh(), again)
    assert refused.value.diagnostics[0].code == "EXCH_013"
    await undo_import(study.fresh, one.id)
    await apply_import(await study.fresh(), again)
    assert (await run_import(study.fresh, again.id)).counts == {"created": 1}


async def test_an_undo_leaves_what_was_changed_since(school: School) -> None:
    klass, *_ = await classes(school)
    who = await desk(school)
    before = await contents(school.engine.store)
    one = await who.all("student", many(klass, 5))
    first, *_ = await who.rows(one)
    await submit(await who.fresh(), Submission("student", {"email": "x@example.com"}, id=first.record))
    done = await undo_import(who.fresh, one.id)
    assert done.counts == {"removed": 4, "refused": 1}
    assert [row.messages[0].code for row in done.rows] == ["WRITE_012"]
    after = await contents(school.engine.store)
    assert {t for t in after if len(after[t]) != len(before[t])} <= {"sy_search"} | {
        t.name for t in school.engine.version.tables("student")
    }


async def test_steps_come_in_their_order(school_sqlite: School) -> None:
    klass, *_ = await classes(school_sqlite)
    who = await desk(school_sqlite, "registrar.east")
    one = await who.begun("student", many(klass, 1))
    done = await who.applied(one)
    for step in (check_import, apply_import, stop_import):
        with pytest.raises(Refused) as refused:
            await step(await who.fresh(), done)
        assert refused.value.diagnostics[0].code == "EXCH_022"
    assert [i.id for i in await imports_of(await who.fresh())] == [one.id]
    notices = await school_sqlite.rows(Sql("SELECT link FROM sy_notice WHERE account = ?", (who.actor.id,)), "text")
    assert notices == [(f"/import/{one.id}",)]
