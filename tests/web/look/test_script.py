"""What pages do in a browser with the script, and that they do without it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.web.look.conftest import Opener

pytestmark = pytest.mark.browser


async def at(page: Page) -> Any:
    """Id, or text, of what has the focus."""
    return await page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")


# --- forms -----------------------------------------------------------------------------------------------------------


async def test_a_refused_form_keeps_the_answers_and_the_files_and_takes_one_to_the_faults(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await look.go("/form")
    await page.fill("#f-name", "张三")
    await page.set_input_files("#f-proof", {"name": "proof.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"})
    await page.get_by_role("button", name="提交申请").click()
    await expect(page).to_have_title(re.compile("^错误："))
    await expect(page.locator("#summary")).to_be_focused()
    assert await page.evaluate("document.querySelector('#f-proof').files[0].name") == "proof.pdf"
    assert await page.input_value("#f-name") == "张三"
    await page.locator("#summary a").first.click()
    await expect(page.locator("#f-resident_id")).to_be_focused()
    assert await page.get_attribute("#f-resident_id", "aria-invalid") == "true"
    described = await page.get_attribute("#f-resident_id", "aria-describedby")
    await expect(page.locator(f"#{described}")).to_contain_text("校验位不对")
    assert look.complaints == [
        "Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"
    ]


async def test_a_draft_is_kept_two_seconds_after_typing_stops(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await page.clock.install(time=0)
    await look.go("/form")
    await page.clock.pause_at(3600_000)
    await page.locator("#f-name").press_sequentially("李")
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.url) if "/draft" in r.url else None)
    await page.clock.run_for(1900)
    await page.locator("#f-name").press_sequentially("四")
    await page.clock.run_for(1900)
    assert sent == []
    await page.clock.run_for(200)
    await expect(page.locator("[data-saved]")).to_have_text("草稿已保存 14:33")
    assert len(sent) == 1


async def test_losing_the_network_loses_nothing_typed(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await look.go("/form")
    await page.fill("#f-name", "张三丰")
    await page.context.set_offline(True)
    await page.get_by_role("button", name="提交申请").click()
    await expect(page.locator(".toast")).to_contain_text("连不上服务器")
    assert await page.locator(".toast").count() == 1
    assert await page.input_value("#f-name") == "张三丰"
    await page.context.set_offline(False)
    await expect(page.locator(".toast").last).to_contain_text("网络已恢复")


async def test_leaving_with_something_unsaved_is_asked_about(opened: Opener) -> None:
    look = await opened()
    page = look.page
    asked: list[str] = []

    async def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        await dialog.accept()

    page.on("dialog", stay)
    await look.go("/conflict")
    await page.locator("input[type=radio]").first.check()
    await page.get_by_role("link", name="首页").first.click()
    await page.wait_for_url("**/")
    assert asked == ["beforeunload"]
    await look.go("/conflict")
    await page.get_by_role("link", name="首页").first.click()
    await page.wait_for_url("**/")
    assert asked == ["beforeunload"]


async def test_one_of_many_is_chosen_by_typing(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await look.go("/form")
    box = page.get_by_role("combobox", name="班级", exact=True)
    await box.press_sequentially("高一")
    await expect(page.locator("#f-class-o [role=option]")).to_have_count(1)
    assert await box.get_attribute("aria-expanded") == "true"
    await box.press("ArrowDown")
    assert await box.get_attribute("aria-activedescendant") == "f-class-o-1"
    await box.press("Enter")
    assert await box.input_value() == "高一（3）班"
    assert await page.input_value("input[name='class']") == "2"
    assert await box.get_attribute("aria-expanded") == "false"
    await box.press("Backspace")
    assert await page.input_value("input[name='class']") == "", "a changed text is no longer that choice"
    await expect(page.locator("#f-class-o")).to_be_visible()
    await box.press("Escape")
    await expect(page.locator("#f-class-o")).to_be_hidden()
    await box.click()
    await expect(page.locator("#f-class-o")).to_be_visible()
    await expect(page).to_have_url(re.compile("/form$"))


async def test_rows_are_added_removed_and_taken_back_without_a_round_trip(opened: Opener) -> None:
    look = await opened()
    page = look.page
    # The sample page answers what is typed with itself, which would bring a removed row back.
    still = lambda route: route.continue_() if route.request.method == "GET" else route.fulfill(status=204)  # noqa: E731
    await page.route("**/form", still)
    await look.go("/form")
    await page.get_by_role("button", name="加一位监护人").click()
    await expect(page.locator("#f-guardians-2-name")).to_be_focused()
    assert await page.get_attribute("#f-guardians-2-name", "aria-label") == "姓名，第 3 行"
    await page.fill("#f-guardians-0-name", "改过的")
    await page.get_by_role("button", name="移除第 1 行").click()
    await expect(page.locator("#f-guardians-0-name")).to_have_count(0)
    await expect(page.locator("#f-guardians-1-name")).to_be_focused()
    await page.get_by_role("button", name="撤销").click()
    assert await page.input_value("#f-guardians-0-name") == "改过的"
    await expect(page.locator("#f-guardians-0-name")).to_be_focused()
    assert look.complaints == []


async def test_a_chosen_file_is_named_and_shown(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await look.go("/form")
    dot = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005000"
        "1ff89993d1d0000000049454e44ae426082"
    )
    await page.set_input_files("#f-photo", {"name": "脸.png", "mimeType": "image/png", "buffer": dot})
    await expect(page.locator("[data-picked]")).to_contain_text("脸.png")
    await expect(page.locator("[data-picked] img")).to_be_visible()
    assert look.complaints == []


async def test_a_typed_date_is_said_in_words(opened: Opener) -> None:
    look = await opened()
    await look.go("/form")
    await look.page.fill("#f-birth_date", "2010-02-03")
    await expect(look.page.locator("[data-said]")).to_have_text("2010年2月3日星期三")


async def test_answers_that_others_depend_on_update_the_form_and_keep_the_focus(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await look.go("/form")
    await page.set_input_files("#f-proof", {"name": "proof.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"})
    async with page.expect_response(lambda r: r.request.method == "POST") as answered:
        await page.select_option("#f-grade", "1")
        await page.focus("#f-height")
    answer = await answered.value
    assert answer.status == 200 and b"%PDF" not in (answer.request.post_data_buffer or b""), "files are not sent again"
    await page.wait_for_function("!document.querySelector('.htmx-request')")
    assert await at(page) == "f-height"
    assert await page.evaluate("document.querySelector('#f-proof').files.length") == 1


# --- lists -----------------------------------------------------------------------------------------------------------


async def test_the_bulk_bar_counts_what_is_ticked(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await look.go("/list")
    bar, boxes = page.locator(".bulk"), page.locator("input[name=id]")
    await expect(bar).to_be_hidden()
    await boxes.nth(1).check()
    await expect(bar).to_contain_text("已选 1 条")
    await boxes.nth(4).click(modifiers=["Shift"])
    await expect(bar).to_contain_text("已选 4 条")
    assert await page.evaluate("document.querySelector('[data-all]').indeterminate") is True
    await page.locator("[data-all]").check()
    await expect(bar).to_contain_text("已选 12 条")
    await page.get_by_label("包括符合条件的全部").check()
    await expect(bar).to_contain_text("已选 1,248 条")
    await page.get_by_role("button", name="取消选择").click()
    await expect(bar).to_be_hidden()
    assert await page.locator("tr.on").count() == 0


async def test_sorting_and_paging_keep_the_place_and_the_address(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await look.go("/list")
    await page.locator("#by-order-class").click()
    await page.wait_for_url("**/list?sort=class")
    assert await at(page) == "by-order-class"
    await page.go_back()
    await page.wait_for_url("**/list")
    await page.locator("#page-after").click()
    await page.wait_for_url("**/list?after")
    assert look.complaints == []


async def test_a_filter_acts_while_one_types_and_keeps_the_cursor(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await look.go("/list")
    await page.locator("#q").press_sequentially("chen")
    await page.wait_for_url(re.compile(r"q=chen"))
    assert await at(page) == "q"


async def test_filters_fold_on_a_phone(opened: Opener) -> None:
    look = await opened(width=390)
    page = look.page
    await look.go("/list")
    await expect(page.locator("#by-class")).to_be_hidden()
    await page.get_by_role("button", name="筛选").click()
    await expect(page.locator("#by-class")).to_be_visible()
    assert await page.locator("[data-open=filters]").get_attribute("aria-expanded") == "true"


# --- keyboard, dialogs, messages -------------------------------------------------------------------------------------


async def test_the_keyboard_goes_everywhere(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await look.go("/list")
    await page.keyboard.press("j")
    assert await at(page) == "陈宇航"
    await page.keyboard.press("j")
    assert await at(page) == "李天佑"
    await page.keyboard.press("k")
    await page.keyboard.press("x")
    await expect(page.locator(".bulk")).to_contain_text("已选 1 条")
    await page.keyboard.press("/")
    assert await at(page) == "find"
    await page.keyboard.press("j")
    assert await page.input_value("#find") == "j", "letters typed into a box are letters"
    await page.keyboard.press("Escape")
    await page.locator("h1").click()
    await page.keyboard.press("?")
    await expect(page.locator("#keys")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("g")
    await page.keyboard.press("i")
    await page.wait_for_url("**/inbox")
    await look.go("/record")
    await page.keyboard.press("e")
    await page.wait_for_url("**/form")


async def test_shortcuts_can_be_turned_off(opened: Opener) -> None:
    look = await opened()
    await look.go("/list")
    await look.page.evaluate("delete document.body.dataset.keys")
    await look.page.keyboard.press("j")
    assert await look.page.evaluate("document.activeElement === document.body")


async def test_the_search_box_leads_straight_to_what_was_found(opened: Opener) -> None:
    look = await opened()
    await look.go("/")
    await look.page.locator("#find").press_sequentially("cyh")
    await expect(look.page.locator("#find-o [role=option]")).to_have_text("陈宇航")
    await look.page.keyboard.press("ArrowDown")
    await look.page.keyboard.press("Enter")
    await look.page.wait_for_url("**/record")


async def test_a_question_opens_over_the_page_and_gives_the_focus_back(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await look.go("/list")
    await page.get_by_role("link", name="导出").click()
    dialog = page.locator("#dialog")
    await expect(dialog).to_be_visible()
    await expect(page.get_by_role("dialog", name="终止这个申请？")).to_be_visible()
    await dialog.get_by_role("link", name="取消").click()
    await expect(dialog).to_be_hidden()
    assert await at(page) == "导出"
    assert look.complaints == []


async def test_a_masked_value_is_shown_for_a_purpose_and_vanishes(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await look.go("/record")
    await page.get_by_role("link", name="显示 身份证号").click()
    await page.get_by_label("联系家长").check()
    await page.clock.install()
    await page.locator("#dialog").get_by_role("button", name="显示").click()
    await expect(page.locator("#dialog")).to_contain_text("110101201001011234")
    await page.clock.run_for(61000)
    await expect(page.locator("#dialog")).to_be_hidden()
    assert "110101201001011234" not in await page.content()


async def test_a_message_goes_away_after_ten_seconds_unless_somebody_is_at_it(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await page.clock.install()
    await look.go("/record")
    toast = page.locator(".toast")
    await expect(toast.get_by_role("button", name="撤销")).to_be_visible()
    await toast.hover()
    await page.clock.run_for(20000)
    await expect(toast).to_be_visible()
    await page.mouse.move(5, 5)
    await page.clock.run_for(10100)
    await expect(toast).to_have_count(0)


async def test_a_task_opens_beside_the_list_where_there_is_room(opened: Opener) -> None:
    wide = await opened()
    await wide.go("/inbox")
    await wide.page.get_by_role("link", name="休学申请").click()
    await wide.page.wait_for_url("**/inbox?task=1")
    narrow = await opened(width=390)
    await narrow.go("/inbox")
    await narrow.page.get_by_role("link", name="休学申请").click()
    await narrow.page.wait_for_url("**/case")


async def test_a_stock_answer_is_put_into_the_comment(opened: Opener) -> None:
    look = await opened()
    await look.go("/inbox")
    await look.page.get_by_role("button", name="情况属实，同意。").click()
    assert await look.page.input_value("#f-\\~comment") == "情况属实，同意。"
    assert await at(look.page) == "f-~comment"


async def test_an_answer_that_failed_is_said_and_leaves_the_page_as_it_is(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await look.go("/list")
    await page.evaluate("htmx.ajax('GET', '/broken', {target: '#list'})")
    await expect(page.locator(".toast")).to_contain_text("服务器出错了")
    await expect(page.locator("#list table")).to_be_visible()


async def test_menus_close_on_escape_and_on_a_press_elsewhere(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await look.go("/list")
    menu = page.locator(".top details")
    await menu.locator("summary").click()
    await page.keyboard.press("Escape")
    assert await menu.get_attribute("open") is None
    await menu.locator("summary").click()
    await page.locator("h1").click()
    assert await menu.get_attribute("open") is None


async def test_on_a_phone_more_opens_the_whole_navigation(opened: Opener) -> None:
    look = await opened(width=390)
    page = look.page
    await look.go("/")
    await page.get_by_role("button", name="更多").click()
    await expect(page.locator(".side").get_by_role("link", name="审计")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(".side")).to_be_hidden()


async def test_a_date_of_a_language_is_shown_in_it_after_the_language_is_chosen(opened: Opener) -> None:
    look = await opened()
    page = look.page
    await look.go("/list")
    await page.locator(".top summary").click()
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("h1")).to_have_text("Enrolled students")
    assert await page.get_attribute("html", "lang") == "en"
    await expect(page).to_have_url(re.compile("/list$"))


# --- without the script ----------------------------------------------------------------------------------------------


async def test_everything_works_without_the_script(opened: Opener) -> None:
    look = await opened(script=False, width=390)
    page = look.page
    await look.go("/")
    await page.get_by_role("link", name="更多").click()
    await page.locator(".side").get_by_role("link", name="在读学生").click()
    await page.wait_for_url("**/list")
    await expect(page.locator(".bulk")).to_be_visible()
    await page.get_by_role("link", name="筛选").click()
    await page.select_option("#by-status", "1")
    await page.locator("#filters").get_by_role("button", name="筛选").click()
    await page.wait_for_url(re.compile("status=1"))
    await page.get_by_role("link", name="陈宇航").click()
    await page.wait_for_url("**/record?0")
    await page.get_by_role("link", name="显示 身份证号").click()
    await page.wait_for_url("**/reveal")
    await expect(page.get_by_role("heading", name="显示 高雨桐的身份证号")).to_be_visible()
    await look.go("/form")
    await page.fill("#f-name", "张三")
    await page.get_by_role("button", name="提交申请").click()
    await expect(page.locator("#summary")).to_be_visible()
    await expect(page).to_have_title(re.compile("^错误："))
    await page.get_by_role("button", name="加一位监护人").click()
    await expect(page.locator("h1")).to_have_text("转学入学申请")
