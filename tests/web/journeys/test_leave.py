"""A leave in a real browser: recorded on a phone, decided on a phone and at a desk, by two at the same moment, and not
there for whoever it does not concern."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from tests.web.approvals.changes import student_in
from tests.web.approvals.leaves import asked, countersigned, second_registrar
from tests.web.live import Live, Look

pytestmark = pytest.mark.browser


async def name_of(live: Live, student: int) -> str:
    spec = live.school.engine.version.entity("student")
    column = next(f for f in spec.fields if f.name == "name")
    ((name,),) = await live.school.rows(f"SELECT c_{column.id} FROM t_{spec.id} WHERE id = {student}", "text")
    return str(name)


async def choose(page: Page, label: str, typed: str) -> None:
    """Find something by typing and take the first option."""
    box = page.get_by_label(label, exact=True).first
    await box.fill(typed)
    option = page.get_by_role("option").filter(has_text=typed).first
    await option.click()


async def recorded(live: Live, look: Look) -> str:
    """The class teacher records a leave of five days from home; the address of the case."""
    page = look.page
    student = await student_in(live.school)
    name = await name_of(live, student)
    await look.go("/")
    await look.press("替学生请假")
    await page.wait_for_url(re.compile("/r/leave_request/new"))
    await choose(page, "请假学生", name)
    await page.get_by_label("请假类别").select_option(label="事假")
    await page.get_by_label("从", exact=True).fill("2026-11-26")
    await page.get_by_label("到", exact=True).fill("2026-12-02")
    await page.get_by_label("缺课天数").fill("5")
    await page.get_by_label("事由").fill("家里有事，回老家一趟")
    await page.get_by_label("接走的人").fill("母亲")
    await look.press("提交", exact=True)
    await page.wait_for_url(re.compile(r"/cases/\d+$"))
    return page.url.removeprefix(live.address)


async def test_a_leave_is_recorded_on_a_phone_and_approved_by_the_office(live: Live) -> None:
    head = await live.look("head.east", width=390)
    case = await recorded(live, head)
    page = head.page
    await expect(page.get_by_role("heading", level=1)).to_contain_text("学生请假")
    await expect(page.locator(".stands")).to_contain_text("吕倩")
    assert await head.wrong() == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    grade = await live.look("grade.east", width=390)
    await grade.go("/")
    await grade.page.locator(".tabs-bar a[href='/inbox']").click()
    await grade.page.locator(".tasks a.t").first.click()
    await grade.page.wait_for_url(re.compile(rf"{case}\?from=inbox"))
    await grade.press("同意", exact=True)
    await grade.page.wait_for_url(re.compile("/inbox"))
    await expect(grade.page.locator("[data-toast]").first).to_contain_text("已同意")
    assert await grade.wrong() == []
    await grade.go(case)
    await grade.press("同意", exact=True)
    await expect(grade.page.locator("[data-toast]").first).to_contain_text("已同意")

    office = await live.look("registrar.east")
    await office.go("/")
    await office.press("待办")
    await office.page.locator(".tasks a.t").first.click()
    await expect(office.page.locator("#panel #case")).to_contain_text("家里有事，回老家一趟")
    await office.page.get_by_role("button", name="同意", exact=True).click()
    await expect(office.page.locator("main")).to_contain_text("都处理完了")
    await head.go(case)
    await expect(page.locator("h1 .pill")).to_have_text("已批准")


async def test_from_the_notice_to_the_approval_are_two_clicks(live: Live) -> None:
    await asked(live.school)
    head = await live.look("head.east", width=390)
    await head.go("/notices")
    await head.page.get_by_role("link", name=re.compile("待办：学生请假")).first.click()
    await head.page.wait_for_url(re.compile(r"/cases/\d+"))
    await head.page.get_by_role("button", name="同意", exact=True).click()
    await expect(head.page.locator("h1 .pill")).to_have_text("已批准")


async def test_two_registrars_press_at_the_same_moment(live: Live) -> None:
    rival = await second_registrar(live.school)
    case = (await countersigned(live.school)).case
    one, two = await live.look("registrar.east"), await live.look(rival, width=390)
    await asyncio.gather(one.go(f"/cases/{case}"), two.go(f"/cases/{case}"))
    for look in (one, two):
        await look.page.get_by_role("textbox", name="意见").fill("同意请假")
    yes = [look.page.get_by_role("button", name="同意", exact=True) for look in (one, two)]
    await asyncio.gather(*(b.click() for b in yes))
    done = one.page.locator("[data-toast]", has_text="已同意").or_(one.page.locator(".note"))
    await expect(done.first).to_be_visible()
    await expect(
        two.page.locator("[data-toast]", has_text="已同意").or_(two.page.locator(".note")).first
    ).to_be_visible()
    told = [await look.page.locator(".note", has_text="已经“同意”").count() for look in (one, two)]
    assert sorted(told) == [0, 1], "exactly one wins and the other is told"
    loser = (one, two)[told.index(1)]
    await expect(loser.page.locator("main")).to_contain_text("年级组长：等 吕倩 办理")
    await expect(loser.page.get_by_role("button", name="同意", exact=True)).to_have_count(0)
    for look in (one, two):
        look.complaints = [c for c in look.complaints if "409" not in c]
        assert await look.wrong() == []


async def test_nothing_of_it_is_there_for_another_campus(live: Live) -> None:
    student = await student_in(live.school)
    name = await name_of(live, student)
    case = await asked(live.school, "head.east", student=student)
    ((record,),) = await live.school.rows(f"SELECT record FROM sy_case WHERE id = {case.case}", "bigint")
    west = await live.look("head.west")
    gone = (
        f"/cases/{case.case}", f"/cases/{case.case}/why", f"/r/student/{student}", f"/r/student/{student}/history",
        f"/r/student/{student}/edit", f"/r/leave_request/{record}", f"/r/leave_request/{record}/history",
        f"/api/v1/records/student/{student}", f"/api/v1/records/leave_request/{record}", f"/api/v1/cases/{case.case}",
    )  # fmt: skip
    for path in gone:
        answer = await west.page.context.request.get(live.address + path)
        assert answer.status in (404, 403), path
        assert name not in await answer.text(), path
    found = (
        f"/search?q={name}", "/r/student", f"/r/student?q={name}", "/r/leave_request", "/inbox", "/requests",
        "/notices", "/", f"/r/leave_request/options?form=leave_request&field=student&q={name}&id=o", "/r/student.json",
        f"/r/student.json?q={name}", "/r/student/export?format=csv", "/api/v1/records/student", "/api/v1/tasks",
        f"/api/v1/records/student?q={name}",
    )  # fmt: skip
    own = await live.look("head.east")
    seen = 0
    for path in found:
        assert name not in await answered(west, path, name), path
        seen += name in await answered(own, path, name)
    assert seen >= 8, "whoever it concerns finds it at these places"


async def answered(look: Look, path: str, name: str) -> str:
    """What an address answers, without what was asked."""
    answer = await look.page.context.request.get(look.address + path)
    assert answer.status < 500, path
    text = (await answer.text()).replace(f'value="{name}"', "").replace(f"“{name}”", "")
    return text.replace(f"q={name}", "")


async def test_the_inbox_is_worked_through_by_keyboard(live: Live) -> None:
    for n in range(3):
        await asked(live.school, reason=f"第 {n} 件事")
    head = await live.look("head.east")
    page = head.page
    await head.go("/inbox")
    await page.wait_for_function("window.htmx !== undefined && document.readyState === 'complete'")
    await page.keyboard.press("j")
    await expect(page.locator(".tasks a:focus")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.locator("#panel #case")).to_be_visible()
    await expect(page.locator("#panel h2").first).to_contain_text("学生请假")
    assert await head.wrong() == []
    await page.keyboard.press("a")
    await expect(page.locator("[data-toast]", has_text="已同意").first).to_be_visible()
    await expect(page.locator("#panel #case")).to_be_visible(), "the next one is there"
    await expect(page.locator(".tasks > li")).to_have_count(2)
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await expect(page.locator(".bulk")).to_contain_text("已选 2 条")
    await head.press("同意勾选的")
    await expect(page.locator("main")).to_contain_text("都处理完了")


async def test_a_rejection_with_a_stock_answer_takes_three_clicks(live: Live) -> None:
    await asked(live.school)
    head = await live.look("head.east")
    page = head.page
    await head.go("/inbox")
    await page.locator(".tasks a.t").first.click()
    await page.get_by_role("button", name="材料不全，补齐后再提交。").click()
    await page.get_by_role("button", name="不同意", exact=True).click()
    await expect(page.locator("[data-toast]", has_text="已不同意").first).to_be_visible()


async def test_a_missing_comment_is_asked_for_in_place(live: Live) -> None:
    await asked(live.school)
    head = await live.look("head.east")
    page = head.page
    await head.go("/inbox")
    await page.locator(".tasks a.t").first.click()
    await page.get_by_role("button", name="不同意", exact=True).click()
    await expect(page.locator("#panel .summary")).to_be_focused()
    head.complaints = [c for c in head.complaints if "422" not in c]
    assert await head.wrong() == []
    await page.locator("#panel .summary a").first.click()
    await expect(page.get_by_role("textbox", name="意见")).to_be_focused()


@pytest.mark.parametrize(("lang", "theme", "width"), [("zh", "light", 1280), ("en", "dark", 390)])
async def test_every_page_of_approvals_is_accessible_and_quiet(live: Live, lang: str, theme: str, width: int) -> None:
    short, long = await asked(live.school), await countersigned(live.school, reason="探亲")
    draft = await asked(live.school, act="", reason="看牙")
    head = await live.look("head.east", lang, theme, width)
    case = f"/cases/{short.case}"
    pages = (case, f"{case}/why?act=withdraw", f"{case}/why", f"{case}/ask?act=hand_over", f"{case}/ask?act=cc")
    assert await head.walk(*pages, "/inbox", "/inbox?tab=done", "/inbox?tab=copy", "/inbox?tab=proxy") == []
    guardian = await live.look("guardian", lang, theme, width)
    mine = (f"/cases/{draft.case}", f"/cases/{long.case}", "/requests", "/requests?tab=over", "/inbox")
    assert await guardian.walk(*mine) == []


async def test_it_works_without_a_script(live: Live) -> None:
    case = (await asked(live.school)).case
    head = await live.look("head.east", script=False)
    await head.go(f"/cases/{case}")
    await head.page.get_by_role("button", name="不同意", exact=True).click()
    await expect(head.page.locator(".summary")).to_contain_text("要写明意见")
    await head.page.get_by_role("textbox", name="意见").fill("事由不充分")
    await head.page.get_by_role("button", name="不同意", exact=True).click()
    await expect(head.page.locator("h1 .pill")).to_have_text("未批准")
    await head.go("/inbox")
    await expect(head.page.locator("main")).to_contain_text("都处理完了")
