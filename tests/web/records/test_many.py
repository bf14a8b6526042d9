"""Many records at once, taken back, deleted, exported; and lists kept as views, over HTTP."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from html import unescape

import pytest
from python_calamine import CalamineWorkbook
from shuyuan.engine import detail

from tests.web.records.browsing import FormReader, fields_of, ids, rows, submit, summary, words
from tests.web.site import Site, Visitor, toasts_of, words_of


async def ticked(visitor: Visitor, path: str, go: str, count: int = 3, every: bool = False):
    """Tick the first rows of a list and press a button under it."""
    page = await visitor.get(path)
    action = unescape(re.search(r'<form method="post" action="([^"]+)" data-list', page.text)[1])
    chosen = [("all", "1")] if every else [("id", str(i)) for i in ids(page)[:count]]
    return await visitor.post(action, [*chosen, ("go", go)])


async def settled(visitor: Visitor, page, name: str, value: str):
    """Choose a field and a value on the page of a bulk change."""
    reader = FormReader(page.text, "form")
    pairs = [(n, v) for n, v in reader.pairs if n not in ("csrf", "~field")]
    return await visitor.post(reader.action, [*pairs, ("~field", name), (name, value)])


def undo_of(answer) -> str:
    return re.findall(r'<form method="post" action="(/undo/[^"]+)"', answer.text)[0].replace("&amp;", "&")


async def test_a_field_is_set_for_the_ticked_rows_and_taken_back(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    path = "/r/student?view=students&boarding=day"
    chosen = ids(await visitor.get(path))[:3]
    page = await ticked(visitor, path, "set")
    assert "修改 3 条学生" in words_of(page)
    control = await visitor.post(
        "/r/student/bulk/live",
        [*[(n, v) for n, v in fields_of(page) if n != "~field"], ("~field", "entry_kind")],
        htmx="div#fields",
    )
    assert 'id="f-entry_kind"' in control.text
    done = await visitor.follow(await settled(visitor, page, "entry_kind", "nomination"))
    assert toasts_of(done) == ["已修改 3 条。"] and "boarding=day" in str(done.url)
    work = await site.school.work()
    kinds = [(await detail(work, "student", i)).record.values["entry_kind"] for i in chosen]
    assert set(kinds) == {"nomination"}
    back = await visitor.follow(await visitor.post(undo_of(done)))
    assert "已撤销" in toasts_of(back)[0]
    kinds = [(await detail(work, "student", i)).record.values["entry_kind"] for i in chosen]
    assert "nomination" not in kinds


async def test_all_that_fit_the_filter_are_meant_and_no_others(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    path = "/r/student?view=students&boarding=boarder"
    total = int((await visitor.get("/r/student/count?view=students&boarding=boarder")).text)
    page = await ticked(visitor, path, "set", every=True)
    assert f"修改 {total} 条学生" in words_of(page)
    done = await visitor.follow(await settled(visitor, page, "remark", "批量"))
    assert toasts_of(done) == [f"已修改 {total} 条。"]
    others = rows(await visitor.get("/r/student?view=students&boarding=day&fields=name,remark"))
    assert {row["备注"] for row in others} == {""}
    undo = unescape(re.search(r'action="(/undo/batch/[^"]+)"', done.text)[1])
    assert (await visitor.post(undo)).headers["location"] == path, "one comes back to where one was"


async def test_what_cannot_be_changed_is_told_record_by_record(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await ticked(visitor, "/r/student?view=students", "set")
    answer = await settled(visitor, page, "resident_id", "123")
    result = await visitor.follow(answer) if answer.status_code == 303 else answer
    assert "3 条没有成功" in toasts_of(result)[0] and words_of(result).count("身份证号") >= 3


async def test_pressing_twice_changes_once(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await ticked(visitor, "/r/student?view=students", "set")
    await settled(visitor, page, "remark", "一次")
    again = await visitor.follow(await settled(visitor, page, "remark", "一次"))
    assert "已修改 3 条。" in toasts_of(again)
    history = await site.school.rows("SELECT count(*) FROM sy_history WHERE origin LIKE 'bulk:%'", "bigint")
    assert history == [(3,)]


async def test_nothing_ticked_is_said(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await visitor.follow(await ticked(visitor, "/r/student?view=students", "set", 0))
    assert toasts_of(page) == ["没有选中任何记录。"]


async def test_only_fields_that_may_be_changed_are_offered(site: Site) -> None:
    visitor = await site.signed_in("head.east")
    page = await ticked(visitor, "/r/student?view=my_class", "set")
    offered = set(re.findall(r'<option value="(\w+)"', page.text))
    assert {"phone", "dorm", "remark"} <= offered and offered.isdisjoint(
        {"name", "status", "class", "guardians", "photo"}
    )


# --- deleting


async def test_a_record_is_deleted_after_a_question_and_comes_back(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    org = str((await site.school.ids("org"))[1])
    made = await visitor.follow(await submit(visitor, "/r/notice/new", title="停水", body="今天停水", org=org))
    number = int(re.search(r"/r/notice/(\d+)", str(made.url))[1])
    ask = await visitor.get(f"/r/notice/{number}/delete")
    reader = FormReader(ask.text.replace("<form class=", '<form id="ask" class='), "ask")
    answer = await visitor.post(f"/r/notice/{number}/delete", [(n, v) for n, v in reader.pairs if n != "csrf"])
    page = await visitor.follow(answer)
    assert "已删除“停水" in toasts_of(page)[0]
    assert (await visitor.get(f"/r/notice/{number}")).status_code == 404
    back = await visitor.follow(await visitor.post(undo_of(page)))
    assert "已撤销" in toasts_of(back)[0] and "停水" in words_of(back)


async def test_what_others_need_is_not_deleted_and_it_is_said_why(site: Site) -> None:
    admin = await site.signed_in("admin")
    number = (await site.school.ids("class"))[0]
    answer = await admin.post(f"/r/class/{number}/delete", {"version": "1", "once": "x" * 20})
    assert answer.status_code == 409 and summary(answer)
    assert (await admin.get(f"/r/class/{number}")).status_code == 200


async def test_who_may_not_delete_is_told(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    number = ids(await visitor.get("/r/student?view=students"))[0]
    assert (await visitor.get(f"/r/student/{number}/delete")).status_code == 403
    assert (await visitor.post(f"/r/student/{number}/delete", {"version": "1"})).status_code == 403


async def test_ticked_records_are_deleted_together_and_come_back(site: Site) -> None:
    admin = await site.signed_in("admin")
    before = len(await site.school.ids("notice"))
    ask = await ticked(admin, "/r/notice", "delete", 2)
    assert "删除 2 条" in words_of(ask)
    reader = FormReader(ask.text.replace("<form class=", '<form id="ask" class='), "ask")
    done = await admin.follow(await admin.post(reader.action, [(n, v) for n, v in reader.pairs if n != "csrf"]))
    assert toasts_of(done) == ["已删除 2 条。"] and len(await site.school.ids("notice")) == before - 2
    await admin.post(undo_of(done))
    assert len(await site.school.ids("notice")) == before


async def test_a_change_of_one_record_is_taken_back(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    number = ids(await visitor.get("/r/student?view=students"))[0]
    page = await visitor.follow(await submit(visitor, f"/r/student/{number}/edit", former_name="旧名"))
    back = await visitor.follow(await visitor.post(undo_of(page)))
    assert "已撤销" in toasts_of(back)[0]
    assert (await detail(await site.school.work(), "student", number)).record.values["former_name"] is None


async def test_taking_back_what_somebody_changed_since_is_refused_in_words(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    number = ids(await visitor.get("/r/student?view=students"))[0]
    page = await visitor.follow(await submit(visitor, f"/r/student/{number}/edit", former_name="旧名"))
    await submit(await site.signed_in("admin"), f"/r/student/{number}/edit", former_name="新名")
    back = await visitor.follow(await visitor.post(undo_of(page)))
    assert "toast bad" in back.text and "已撤销" not in toasts_of(back)[0]


# --- exported


async def exported(visitor: Visitor, path: str) -> list[list[str]]:
    answer = await visitor.get(path)
    assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_the_list_at_hand_is_exported_with_its_columns_filters_and_order(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    query = "view=students&boarding=boarder&fields=name,class,enrolled_on,boarding&sort=-name"
    page = await visitor.get(f"/r/student/export?{query}")
    links = [unescape(h) for h in re.findall(r'href="(/r/student/export/file[^"]+)"', page.text)]
    sheet = await exported(visitor, links[1])
    assert sheet[0] == ["姓名", "班级", "入学日期", "住宿"]
    assert len(sheet) - 1 == int((await visitor.get(f"/r/student/count?{query}")).text)
    assert [r[0] for r in sheet[1:]] == sorted((r[0] for r in sheet[1:]), reverse=True)
    assert {r[3] for r in sheet[1:]} == {"住校"} and re.fullmatch(r"\d{4}-\d\d-\d\d", sheet[1][2])
    book = CalamineWorkbook.from_filelike(io.BytesIO((await visitor.get(links[0])).content))
    cells = book.get_sheet_by_index(0).to_python()
    assert [c[0] for c in cells] == [r[0] for r in sheet]


async def test_masked_values_are_masked_in_the_file(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    sheet = await exported(visitor, "/r/student/export/file?format=csv&fields=name,resident_id")
    assert all("***" in r[1] for r in sheet[1:] if r[1])


@pytest.mark.parametrize("evil", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "＝1+1"])
async def test_no_cell_of_an_export_is_a_formula(site: Site, evil: str) -> None:
    visitor = await site.signed_in("registrar.east")
    number = ids(await visitor.get("/r/student?view=students"))[0]
    await submit(visitor, f"/r/student/{number}/edit", remark=evil)
    for path in ("/r/student/export/file?format=csv&fields=remark&remark.empty=false",):
        sheet = await exported(visitor, path)
        assert [r[0] for r in sheet[1:]] == ["'" + evil]
    answer = await visitor.get("/r/student/export/file?format=xlsx&fields=remark&remark.empty=false")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


async def test_who_may_not_export_is_told(site: Site) -> None:
    visitor = await site.signed_in("teacher")
    assert (await visitor.get("/r/student/export/file?format=csv")).status_code == 403
    assert "/export" not in (await visitor.get("/r/student")).text


async def test_an_export_says_what_stays_behind_and_calls_records_as_the_list_does(site: Site) -> None:
    visitor = await site.signed_in("head.east")
    ask = await visitor.get("/r/student/export")
    listed = int((await visitor.get("/r/student/count")).text)
    link = unescape(re.search(r'href="([^"]+format=csv[^"]*)"', ask.text)[1])
    sheet = await exported(visitor, link)
    assert 0 < len(sheet) - 1 < listed
    assert f"您能导出的是其中 {len(sheet) - 1} 条，列表里共 {listed} 条。" in words_of(ask)
    assert "文件里没有：班级 / 校区。" in words_of(ask)
    column = sheet[0].index("班级")
    assert {r[column] for r in sheet[1:]} == {"高二（1）班"}
    ask = await visitor.get("/r/student/export?fields=name,class.campus")
    link = unescape(re.search(r'href="([^"]+format=csv[^"]*)"', ask.text)[1])
    assert (await exported(visitor, link))[0] == ["姓名"]


async def test_ticked_rows_are_exported_alone(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    answer = await ticked(visitor, "/r/student?view=students", "export", 2)
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert len(book.get_sheet_by_index(0).to_python()) == 3


# --- saved views


async def saved(visitor: Visitor, query: str, title: str, **more: str):
    ask = await visitor.get(f"/r/student/views?{query}")
    action = unescape(re.search(r'<form class="fields" method="post" action="([^"]+)"', ask.text)[1])
    return await visitor.follow(await visitor.post(action, {"title": title, **more}))


async def test_a_view_keeps_filters_order_columns_and_group(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    query = "view=students&boarding=boarder&sort=-name&fields=name,dorm&group=class&q="
    page = await saved(visitor, query, "我的住校生")
    assert "已成功保存视图“我的住校生”。" in toasts_of(page) and "<h1>我的住校生" in page.text
    assert list(rows(page)[0]) == ["", "姓名", "宿舍床位"]
    number = re.search(r"view=my\.(\d+)", str(page.url))[1]
    again = await visitor.get(f"/r/student?view=my.{number}")
    groups = [[row["姓名"] for row in rows_of(part)] for part in again.text.split('<tr class="g">')[1:]]
    assert len(groups) > 1 and all(names == sorted(names, reverse=True) for names in groups)
    assert "住宿：住校" in words_of(again) and '<option value="class" selected>' in again.text
    assert re.search(rf'href="/r/student\?view=my\.{number}" aria-current="page"', again.text)


def rows_of(part: str) -> list[dict[str, str]]:
    """The rows of one group, by name."""
    return [{"姓名": words(t)} for t in re.findall(r'<td class="t">(.*?)</td>', part)]


async def test_a_saved_view_is_overridden_by_the_address_and_changed_in_place(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await saved(visitor, "view=students&boarding=boarder", "住校")
    base = str(page.url).partition("8000")[2]
    changed = await visitor.get(f"{base}&boarding=&sex=1")
    assert {row["性别"] for row in rows(changed)} == {"男"} and {row["住宿"] for row in rows(changed)} == {
        "住校",
        "走读",
    }
    manage = unescape(re.search(r'href="([^"]+/views/\d+[^"]*)" data-dialog[^>]*>.*?保存视图的修改', changed.text)[1])
    ask = await visitor.get(manage)
    action = unescape(re.search(r'<form class="fields" method="post" action="([^"]+)"', ask.text)[1])
    await visitor.post(action, {"title": "男生", "go": "save"})
    again = await visitor.get(base)
    assert "<h1>男生" in again.text and {row["性别"] for row in rows(again)} == {"男"}
    assert {row["住宿"] for row in rows(again)} == {"住校", "走读"}


async def test_a_view_is_shared_with_colleagues_and_still_shows_only_theirs(site: Site) -> None:
    visitor, west = await site.signed_in("registrar.east"), await site.signed_in("registrar.west")
    page = await saved(visitor, "view=students&boarding=boarder", "共享的", shared="true")
    number = re.search(r"view=my\.(\d+)", str(page.url))[1]
    other = await west.get(f"/r/student?view=my.{number}")
    assert "共享的" in words_of(other) and {row["班级 / 校区"] for row in rows(other)} == {"西校区"}
    assert "管理视图" not in words_of(other)
    assert (await west.post(f"/r/student/views/{number}", {"title": "x", "go": "drop"})).status_code == 404


async def test_a_view_of_ones_own_is_nobody_elses(site: Site) -> None:
    visitor, west = await site.signed_in("registrar.east"), await site.signed_in("registrar.west")
    page = await saved(visitor, "view=students&boarding=boarder", "自己的")
    assert "自己的" not in words_of(await west.get("/r/student"))
    assert (await west.get(str(page.url))).status_code == 404


async def test_a_view_is_dropped(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await saved(visitor, "view=students&boarding=boarder", "不要了")
    number = re.search(r"view=my\.(\d+)", str(page.url))[1]
    gone = await visitor.follow(await visitor.post(f"/r/student/views/{number}", {"title": "不要了", "go": "drop"}))
    assert "已删除视图“不要了”。" in toasts_of(gone)
    assert (await visitor.get(f"/r/student?view=my.{number}")).status_code == 404


async def test_a_view_without_a_name_is_refused_beside_the_box(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    answer = await visitor.post("/r/student/views?boarding=boarder", {"title": " "})
    assert answer.status_code == 422 and 'id="f-title-e"' in answer.text and words(answer.text)
