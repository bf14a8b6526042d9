"""Importing on pages: from the file to the records and back, for whoever may, with what is wrong said in its place."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from shuyuan.engine.ops import importing
from shuyuan.engine.ops.import_batch import load_import
from shuyuan.engine.ops.import_rows import RowJudge
from shuyuan.engine.ops.jobs import run_due

from tests.exchange.conftest import csv, xlsx
from tests.exchange.test_importing import HEAD, classes, many
from tests.school import School
from tests.web.live import Live
from tests.web.site import Site, Visitor, site_of, title_of, toasts_of, words_of


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page waits for its import however busy the machine is."""
    monkeypatch.setattr("shuyuan.web.pages.imports.PATIENCE", 60.0)


async def send(visitor: Visitor, content: bytes, name: str = "名单.csv", entity: str = "student") -> httpx.Response:
    """The first step, as a browser sends it."""
    headers = {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin", "accept": "text/html"}
    data: dict[str, Any] = {"csrf": visitor.csrf, "form": entity, "sheet": ""}
    return await visitor.client.post("/import", data=data, files={"sheet~new": (name, content)}, headers=headers)


def controls(answer: httpx.Response) -> dict[str, str]:
    """What the page of columns would send as it stands."""
    found = {}
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', answer.text, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    key = re.search(r'name="key"[^>]*value="([^"]*)"[^>]*checked', answer.text)
    return {**found, "key": key[1] if key else ""}


async def checked(visitor: Visitor, content: bytes, **changes: str) -> httpx.Response:
    """From the file to what would become of its rows."""
    columns = await visitor.follow(await send(visitor, content))
    answer = await visitor.post(str(columns.url.path), {**controls(columns), **changes})
    return await visitor.follow(answer)


async def test_a_sheet_goes_from_the_file_to_the_records_and_back(site: Site, school_sqlite: School) -> None:
    klass, *_ = await classes(school_sqlite)
    before = len(await school_sqlite.ids("student"))
    rows = [("202690071", "赵一", klass, "", "2026-09-01", "统一招生", "走读", "汉族"),
            ("202690072", "钱二", "没有的班", "", "2026-09-01", "统一招生", "走读", "")]  # fmt: skip
    visitor = await site.signed_in("registrar.east")
    upload = await visitor.get("/import?into=student")
    assert "/import/sample?into=student" in upload.text
    page = await checked(visitor, xlsx(HEAD, *rows))
    said = words_of(page)
    assert "将新建 1" in said and "不能导入 1" in said and "找不到班级“没有的班”" in said
    assert len(await school_sqlite.ids("student")) == before
    path = page.url.path
    refused = await visitor.get(f"{path}?outcome=refused")
    assert "钱二" in refused.text and "赵一" not in words_of(refused)
    sheet = await visitor.get(f"{path}/sheet")
    assert sheet.content[:2] == b"PK" and "attachment" in sheet.headers["content-disposition"]
    over = await visitor.follow(await visitor.post(f"{path}/apply"))
    assert "1 行已写入，1 行没有导入" in words_of(over)
    assert len(await school_sqlite.ids("student")) == before + 1
    back = await visitor.follow(await visitor.post(path, {"go": "undo"}))
    assert toasts_of(back) == ["1 条已删除，0 条已恢复，0 条不能撤销。"] and title_of(back).startswith("已撤销")
    assert len(await school_sqlite.ids("student")) == before
    again = await visitor.post(path, {"go": "undo"})
    assert again.status_code == 409


async def test_wrong_columns_are_said_at_their_controls(site: Site, school_sqlite: School) -> None:
    klass, *_ = await classes(school_sqlite)
    visitor = await site.signed_in("registrar.east")
    await visitor.get("/import")
    columns = await visitor.follow(await send(visitor, many(klass, 1)))
    sent = controls(columns)
    assert sent["c0"] == "student_no" and sent["key"] == "student_no"
    answer = await visitor.post(columns.url.path, {**sent, "c1": "student_no", "c4": "nothing"})
    assert answer.status_code == 422
    assert re.search(r'id="f-c1"[^>]*aria-invalid', answer.text) and re.search(
        r'id="f-c4"[^>]*aria-invalid', answer.text
    )
    lost = await visitor.post(columns.url.path, {**sent, "c0": "", "key": "student_no"})
    assert lost.status_code == 303


async def test_a_sheet_of_new_students_says_what_is_missing_before_it_is_checked(
    site: Site, school_sqlite: School
) -> None:
    klass, *_ = await classes(school_sqlite)
    visitor = await site.signed_in("registrar.east")
    await visitor.get("/import")
    rows = [("钱二", klass, "没有这一天"), ("孙三", klass, "2026-09-01")]
    columns = await visitor.follow(await send(visitor, csv(("学生姓名", "班级", "入学日期"), *rows)))
    sent = controls(columns)
    assert (sent["c0"], sent["c1"], sent["c2"]) == ("name", "class", "enrolled_on")
    assert "没有列对应这些必填字段" not in words_of(columns), "the number is made, the others have a default"
    short = await visitor.follow(await send(visitor, csv(("学生姓名", "备注"), ("钱二", ""))))
    assert "没有列对应这些必填字段：班级、入学日期。" in words_of(short)
    page = await visitor.follow(await visitor.post(columns.url.path, {**sent, "key": "-"}))
    shown = words_of(page)
    assert "钱二" in shown and "孙三" in shown and "REC_" not in shown
    first = page.text[page.text.index("钱二") :].partition("</tr>")[0]
    kinds = re.findall(r'<p class="(help|err)"', first)
    assert "err" in kinds and kinds == sorted(kinds), "errors stand before warnings"
    sample = await visitor.get("/import/sample?into=student")
    with ZipFile(BytesIO(sample.content)) as book:
        text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert ">学号<" in text and ">姓名*<" in text


async def test_files_that_are_none_are_refused_on_the_first_page(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    await visitor.get("/import")
    for content, name in (
        (b"", ""),
        (b"", "空.csv"),
        (b"\x00\x01\xff\xfe", "x.bin"),
        (b"PK\x03\x04nonsense", "x.xlsx"),
    ):
        answer = await send(visitor, content, name) if name else await visitor.post("/import", {"form": "student"})
        assert answer.status_code in (400, 413, 422), name
        assert 'id="f-sheet"' in answer.text


async def test_whoever_may_not_import_finds_no_way_in(site: Site, school_sqlite: School) -> None:
    klass, *_ = await classes(school_sqlite)
    registrar = await site.signed_in("registrar.east")
    await registrar.get("/import")
    page = await checked(registrar, many(klass, 1))
    for login in ("head.east", "student", "guardian"):
        visitor = await site.signed_in(login)
        upload = await visitor.get("/import")
        assert upload.status_code == (200 if login == "head.east" else 403)
        assert 'value="student"' not in upload.text
        assert ('"/import"' in (await visitor.get("/")).text) == (login == "head.east")
        assert (await visitor.get(page.url.path)).status_code == 404
        assert (await visitor.get(f"{page.url.path}/sheet")).status_code == 404
        assert (await send(visitor, many(klass, 1))).status_code in (403, 404, 422)
        assert (await visitor.post(f"{page.url.path}/apply")).status_code == 404
    assert (await registrar.get("/import/sample?into=org")).status_code == 404


async def test_a_long_import_shows_how_far_it_is_and_the_jobs_finish_it(
    site: Site, school_sqlite: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 10)
    monkeypatch.setattr("shuyuan.web.pages.imports.PATIENCE", 0.0)
    klass, *_ = await classes(school_sqlite)
    visitor = await site.signed_in("registrar.east")
    await visitor.get("/import")
    page = await checked(visitor, many(klass, 25))
    assert 'hx-trigger="every 2s"' in page.text and "正在检查" in title_of(page)
    batch = int(page.url.path.rpartition("/")[2])
    school_sqlite.clock.move(seconds=10)
    await run_due(school_sqlite.engine.runner)
    assert "将新建 25" in words_of(await visitor.get(page.url.path))
    await visitor.post(f"{page.url.path}/apply")
    school_sqlite.clock.move(seconds=10)
    await run_due(school_sqlite.engine.runner)
    done = await load_import(school_sqlite.engine.work(), batch)
    assert (done.state, done.counts) == ("done", {"created": 25})
    notices = await visitor.get("/notices")
    assert "导入完成" in notices.text


async def test_columns_may_be_mended_and_the_sheet_checked_again_on_both_databases(school: School) -> None:
    klass, *_ = await classes(school)
    visitor = await site_of(school).signed_in("registrar.east")
    await visitor.get("/import")
    page = await checked(visitor, many(klass, 8))
    assert "将新建 8" in words_of(page)
    path = page.url.path
    for left_out, said in (("c7", "将新建 8"), ("c1", "不能导入 8"), ("c6", "将新建 8")):
        columns = await visitor.get(f"{path}/columns")
        sent = {**controls(columns), "c1": "name", left_out: ""}
        again = await visitor.follow(await visitor.post(f"{path}/columns", sent))
        assert said in words_of(again)
    done = await visitor.follow(await visitor.post(f"{path}/apply"))
    assert "8 行已写入" in words_of(done)


async def test_the_jobs_finish_a_second_check_that_was_left(
    site: Site, school_sqlite: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 10)
    monkeypatch.setattr("shuyuan.web.pages.imports.PATIENCE", 0.0)
    klass, *_ = await classes(school_sqlite)
    visitor = await site.signed_in("registrar.east")
    await visitor.get("/import")
    page = await checked(visitor, many(klass, 25))
    path = page.url.path
    for _ in range(2):
        school_sqlite.clock.move(seconds=10)
        monkeypatch.setattr("shuyuan.engine.ops.import_job.TURN", 0.0)
        await run_due(school_sqlite.engine.runner)
        assert "正在检查" in title_of(await visitor.get(path))
        monkeypatch.setattr("shuyuan.engine.ops.import_job.TURN", 30.0)
        await run_due(school_sqlite.engine.runner)
        assert "将新建 25" in words_of(await visitor.get(path))
        await visitor.post(f"{path}/columns", controls(await visitor.get(f"{path}/columns")))


async def test_an_import_whose_job_fails_shows_on_both_pages_and_can_be_tried_again(
    site: Site, school_sqlite: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shuyuan.web.pages.imports.PATIENCE", 0.0)
    klass, *_ = await classes(school_sqlite)
    visitor = await site.signed_in("registrar.east")
    await visitor.get("/import")
    page = await checked(visitor, many(klass, 3))
    assert 'value="again"' not in page.text
    path = page.url.path

    async def broken(*_: Any) -> None:
        raise RuntimeError("the disk is gone")

    with monkeypatch.context() as worse:
        worse.setattr(RowJudge, "judge", broken)
        school_sqlite.clock.move(seconds=10)
        await run_due(school_sqlite.engine.runner)
    admin = await site.signed_in("admin")
    assert "导入" in words_of(jobs := await admin.get("/jobs")) and "the disk is gone" in jobs.text
    assert 'value="again"' in (await visitor.get(path)).text
    waiting = await visitor.follow(await visitor.post(path, {"go": "again"}))
    assert 'value="again"' not in waiting.text
    await run_due(school_sqlite.engine.runner)
    assert "将新建 3" in words_of(await visitor.get(path))
    assert (await visitor.post(path, {"go": "again"})).status_code == 409


@pytest.mark.browser
@pytest.mark.parametrize(("lang", "theme", "width"), [("zh", "light", 1280), ("en", "dark", 390)])
async def test_every_page_of_an_import_is_sound(live: Live, tmp_path: Path, lang: str, theme: str, width: int) -> None:
    klass, *_ = await classes(live.school)
    rest = ("2026-09-01", "统一招生", "走读", "")
    rows = [("202690100", "生0", "没有的班", "", *rest), ("202690101", "生1", klass, "4.4E+17", *rest)]
    rows += [(f"20269010{n}", f"生{n}", klass, "", *rest) for n in (2, 3)]
    file = tmp_path / "名单.csv"
    file.write_bytes(csv(HEAD, *rows))
    look = await live.look("registrar.east", lang, theme, width)
    await look.go("/import?into=student")
    wrong = await look.wrong()
    await look.page.set_input_files("input[type=file]", file)
    for name in ("下一步", "检查") if lang == "zh" else ("Next", "Check"):
        await look.press(name, exact=True)
        wrong += await look.wrong()
    await look.page.locator(".foot button.primary").click()
    await look.page.wait_for_selector("#work-now")
    wrong += await look.wrong()
    wrong += await look.walk("/import")
    assert wrong == []
