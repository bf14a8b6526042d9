"""The definitions pages in a browser: both languages, by day and night, wide and on a phone, without a script."""

from __future__ import annotations

import pytest
from shuyuan.engine import bench, keep_edits, stamp

from tests.school import School
from tests.web.live import Live

from .test_definitions_pages import FORMS, LINE, STUDENT, publish_elsewhere

pytestmark = pytest.mark.browser

LEAVE = "school/workflows/student_leave.yaml"
LOOKS = [("zh", "light", 1280), ("en", "dark", 390)]


async def edit(school: School, path: str, old: str, new: str) -> None:
    """An edit of the administrator that is not published."""
    work = await school.work("admin")
    text = (await bench(work)).documents[path]
    assert old in text
    await keep_edits(work, {path: text.replace(old, new)}, {path: stamp(text)})


@pytest.mark.parametrize(("lang", "theme", "width"), LOOKS)
async def test_every_page_can_be_used_by_everybody(live: Live, lang: str, theme: str, width: int) -> None:
    look = await live.look("admin", lang, theme, width)
    assert await look.walk(
        "/definitions", f"/definitions/source/{LEAVE}", f"/definitions/source/{STUDENT}?edit", "/definitions/new",
        "/definitions/plan", "/definitions/versions", "/definitions/versions/1", "/definitions/field",
        "/definitions/field/student", "/definitions/field/student/choice",
    ) == []  # fmt: skip
    await edit(live.school, STUDENT, LINE, "")
    await edit(live.school, FORMS, "[name, former_name]", "[name]")
    assert await look.walk(f"/definitions/source/{FORMS}", "/definitions/plan") == []
    await edit(live.school, FORMS, "[former_name, native_place, photo]", "[native_place, photo]")
    assert await look.walk("/definitions/plan") == []
    await publish_elsewhere(live.school, FORMS, "[name, former_name]", "[former_name, name]")
    assert await look.walk("/definitions", f"/definitions/source/{FORMS}", "/definitions/compare") == []
    assert await look.walk("/definitions/kept", "/definitions/rollback/1", f"/definitions/versions/2/{FORMS}") == []


async def test_somebody_adds_a_field_on_a_phone_and_it_is_on_the_form_and_in_the_list(live: Live) -> None:
    look = await live.look("admin", "zh", width=390)
    await look.go("/definitions")
    await look.press("加字段")
    await look.press("学生")
    await look.press("单行文字")
    await look.page.get_by_label("标题", exact=True).fill("昵称")
    await look.page.get_by_label("表单“登记新生”").select_option(label="基本信息")
    await look.press("加上")
    assert "新增字段“昵称”" in await look.page.locator("main").inner_text()
    await look.press("发布第 2 版")
    assert "第 2 版" in await look.page.locator("main").inner_text()
    registrar = await live.look("registrar.east", "zh")
    await registrar.go("/r/student/new?form=student_intake")
    assert await registrar.page.get_by_label("昵称").count() == 1
    await registrar.go("/r/student?view=students")
    assert "昵称" in await registrar.page.locator("thead").inner_text()


async def test_text_is_edited_and_mended_without_a_script(live: Live) -> None:
    look = await live.look("admin", "zh", script=False)
    await look.go(f"/definitions/source/{STUDENT}?edit")
    area = look.page.locator("textarea")
    text = await area.input_value()
    await area.fill(text.replace("former_name: {is: text", "former_name: {is: txet"))
    await look.press("检查并保存草稿")
    assert "txet" in await look.page.locator("tr.bad").inner_text()
    assert "是不是“text”" in await look.page.locator("tr.says").first.inner_text()
    await look.press("编辑文本")
    await look.page.locator("textarea").fill(text.replace("曾用名", "原名"))
    await look.press("检查并保存草稿")
    await look.press("查看变更计划")
    await look.press("发布第 2 版")
    await look.press("回退到这一版")
    await look.press("回退到这一版")
    assert live.school.engine.version.number == 3


async def test_a_loss_is_typed_or_nothing_happens(live: Live) -> None:
    look = await live.look("admin", "zh")
    await edit(live.school, STUDENT, LINE, "")
    await edit(live.school, FORMS, "[name, former_name]", "[name]")
    await edit(live.school, FORMS, "[former_name, native_place, photo]", "[native_place, photo]")
    for role in ("guardian", "student"):  # families see the fields their policy names
        await edit(live.school, f"school/policies/{role}.yaml", "name, former_name, class", "name, class")
    await look.go("/definitions/plan")
    await look.press("发布第 2 版")
    assert live.school.engine.version.number == 1
    look.complaints.clear()  # the browser remarks on 422
    await look.page.get_by_label("输入“former_name”以确认").fill("former_name")
    await look.press("发布第 2 版")
    assert live.school.engine.version.number == 2


async def test_lines_are_numbered_beside_the_text_however_far_one_scrolls(live: Live) -> None:
    look = await live.look("admin", "zh")
    await look.go(f"/definitions/source/{STUDENT}?edit")
    heights = await look.page.evaluate(
        "[...document.querySelectorAll('.editor pre, .editor textarea')].map((e) => e.scrollHeight)"
    )
    assert abs(heights[0] - heights[1]) < 24
    lines = (await look.page.locator("textarea").input_value()).count("\n")
    assert (await look.page.locator(".editor pre").inner_text()).count("\n") >= lines
