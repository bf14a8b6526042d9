"""Lists, records and forms in a real browser: journeys of staff, with and without a script, each page looked at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.web.live import Live, Look

pytestmark = pytest.mark.browser

VIEWS = [
    ("registrar.east", "zh", "light", 1280),
    ("registrar.east", "en", "dark", 390),
    ("head.east", "zh", "dark", 320),
]


async def first(look: Look, path: str = "/r/student?view=students") -> str:
    """The address of the first record of a list."""
    await look.go(path)
    return str(await look.page.locator("table.list td.t a").first.get_attribute("href"))


@pytest.mark.parametrize(("login", "lang", "theme", "width"), VIEWS)
async def test_every_page_of_records_is_accessible_and_fits(
    live: Live, login: str, lang: str, theme: str, width: int
) -> None:
    look = await live.look(login, lang, theme, width)
    record = await first(look, "/r/student")
    paths = ["/r/student", "/r/student?q=zzzz", record, f"{record}/edit", f"{record}/history", "/r/leave_request/new"]
    if login.startswith("registrar"):
        paths += ["/r/student/new", f"{record}/reveal?field=resident_id", "/r/student/export", "/r/student/views?sex=1"]
    assert await look.walk(*paths) == []


async def test_filters_order_and_search_change_the_list_in_place(live: Live) -> None:
    look = await live.look("registrar.east")
    await look.go("/r/student?view=students")
    page = look.page
    await page.select_option("#by-boarding", "boarder")
    await page.wait_for_url("**/r/student?view=students&boarding=boarder")
    await expect(page.locator(".chips li")).to_have_count(1)
    await page.click("#by-order-name")
    await page.wait_for_url("**sort=name**")
    await expect(page.locator("#by-order-name")).to_be_focused()
    await page.select_option("#by-sex", "1")
    await page.wait_for_url("**sex=1**")
    assert "sort=name" in page.url and "boarding=boarder" in page.url, "what was asked before still holds"
    await page.locator("#f-class").click()
    await page.keyboard.type("高一")
    await page.locator("#f-class-o [role=option]").first.wait_for()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"class=\d+"))
    assert await look.wrong() == []
    await page.go_back()
    await expect(page.locator(".chips li")).to_have_count(2)
    assert "class=" not in page.url


async def test_the_keyboard_walks_ticks_and_edits(live: Live) -> None:
    look = await live.look("registrar.east")
    await look.go("/r/student?view=students")
    page = look.page
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await expect(page.locator("[data-count]")).to_have_text("已选 1 条")
    second = page.locator("table.list td.t a").nth(1)
    await second.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/r/student/\d+$"))
    await page.keyboard.press("e")
    await page.wait_for_url("**/edit")


async def test_thirty_are_changed_at_once_and_taken_back(live: Live) -> None:
    look = await live.look("registrar.east")
    await look.go("/r/student?view=students&boarding=boarder")
    page = look.page
    await page.locator("[data-all]").check()
    await page.click(".bulk button[value=set]")
    await page.locator("select[name='~field']").select_option("dorm")
    await page.locator("#f-dorm").fill("临时")
    await page.click(".foot button.primary")
    await page.wait_for_url("**/r/student?view=students&boarding=boarder")
    await expect(page.locator(".toast p")).to_contain_text("已修改")
    await page.click(".toast button[data-key=z]")
    await expect(page.locator(".toast p")).to_contain_text("已撤销")


async def test_a_form_answers_while_it_is_filled_in(live: Live) -> None:
    look = await live.look("registrar.east")
    page = look.page
    await look.go("/r/student/new")
    await page.fill("#f-name", "测试甲")
    await page.select_option("#f-boarding", "boarder")
    await expect(page.locator("#f-dorm")).to_be_visible()
    await page.fill("#f-dorm", "3-1")
    await page.click('button[name="~add"]')
    await expect(page.locator("#f-guardians-0-name")).to_be_focused()
    await page.keyboard.type("测试乙")
    await page.keyboard.press("Tab")
    await expect(page.locator("#f-guardians-0-relation")).to_be_focused()
    assert await page.input_value("#f-dorm") == "3-1" and await page.input_value("#f-guardians-0-name") == "测试乙"
    await page.select_option("#f-boarding", "day")
    await expect(page.locator("#f-dorm")).to_have_count(0)
    await expect(page.locator("[data-saved]")).to_contain_text("草稿已保存")
    await page.click("button[value=save]")
    await expect(page.locator("#summary")).to_be_focused()
    assert (await page.title()).startswith("错误：")
    await page.locator("#summary a").first.click()
    await expect(page.locator("#f-class")).to_be_focused()
    await page.keyboard.type("高一（1）")
    await page.locator("#f-class-o [role=option]").first.click()
    await page.fill("#f-enrolled_on", "2026-09-01")
    await page.fill("#f-guardians-0-phone", "13800001111")
    await page.keyboard.press("Tab")
    await page.click("button[value=save]")
    await page.wait_for_url(re.compile(r"/r/student/\d+$"))
    await expect(page.locator(".toast p").first).to_contain_text("已成功保存“测试甲")


async def test_a_draft_survives_a_crash(live: Live) -> None:
    look = await live.look("registrar.east")
    await look.go("/r/student/new")
    await look.page.fill("#f-name", "没写完")
    await expect(look.page.locator("[data-saved]")).to_contain_text("草稿已保存")
    again = await live.look("registrar.east")
    await again.go("/r/student/new")
    assert await again.page.input_value("#f-name") == "没写完"
    await expect(again.page.locator(".note")).to_contain_text("已恢复")


async def test_files_go_up_at_once_and_are_removed_again(live: Live, tmp_path: Path) -> None:
    look = await live.look("head.east", width=390)
    page = look.page
    (tmp_path / "病假条.pdf").write_bytes(b"%PDF-1.4\n" + b"x" * 50_000 + b"\n%%EOF")
    (tmp_path / "坏.exe").write_bytes(b"MZ" + bytes(500))
    await look.go("/r/leave_request/new")
    await page.set_input_files("#f-attachments", [tmp_path / "病假条.pdf"])
    kept = page.locator("ul.files li")
    await expect(kept).to_have_count(1)
    await expect(kept.locator("input[name=attachments]")).to_be_checked()
    await page.fill("#f-reason", "发烧")
    await page.keyboard.press("Tab")
    await expect(kept).to_have_count(1)
    assert await look.wrong() == []
    record = await live.look("registrar.east")
    await record.go(f"{await first(record)}/edit")
    await record.page.set_input_files("#f-photo", [tmp_path / "坏.exe"])
    await expect(record.page.locator(".toast.bad")).to_contain_text("不是可以上传的类型")
    await expect(record.page.locator("ul.files li")).to_have_count(0)


async def test_a_masked_value_is_shown_in_a_dialog_and_goes_away(live: Live) -> None:
    look = await live.look("registrar.east")
    await look.go(await first(look))
    page = look.page
    await page.locator('a[href*="reveal?field=resident_id"]').click()
    await expect(page.locator("#dialog")).to_be_visible()
    await page.locator("#dialog input[type=radio]").first.check()
    await page.locator("#dialog button.primary").click()
    await expect(page.locator("#dialog [data-vanish]")).to_have_text(re.compile(r"\d{17}[\dX]"))
    assert await look.wrong() == []
    await page.keyboard.press("Escape")
    await expect(page.locator("#dialog")).to_be_hidden()


async def test_everything_works_without_a_script(live: Live) -> None:
    look = await live.look("registrar.east", script=False)
    page = look.page
    await look.go("/r/student?view=students")
    await page.select_option("#by-boarding", "boarder")
    await look.press("筛选")
    assert "boarding=boarder" in page.url
    await page.locator("table.list td.t a").first.click()
    await page.locator('a[data-key="e"]').click()
    await page.fill("#f-former_name", "无脚本")
    await page.click("button[value=save]")
    await expect(page.locator(".toast p").first).to_contain_text("已成功保存")
    await page.locator(".toast button[data-key=z]").click()
    await expect(page.locator(".toast p").first).to_contain_text("已撤销")
    await page.locator('a[href*="reveal?field=resident_id"]').click()
    await page.locator("input[type=radio]").first.check()
    await page.click("main button.primary")
    await expect(page.locator("[data-vanish]")).to_have_text(re.compile(r"\d{17}[\dX]"))


async def test_leaving_a_half_filled_form_is_asked_about(live: Live) -> None:
    look = await live.look("registrar.east")
    await look.go(f"{await first(look)}/edit")
    asked: list[str] = []

    async def stay(dialog) -> None:
        asked.append(dialog.type)
        await dialog.accept()

    look.page.on("dialog", stay)
    await look.page.fill("#f-former_name", "甲")
    await look.page.click(".crumbs a")
    await look.page.wait_for_url("**/r/student")
    assert asked == ["beforeunload"]
