"""Approvals over HTTP: asking, deciding, returning, being too late, being told why not."""

from __future__ import annotations

from email.message import EmailMessage

import httpx
import pytest
from shuyuan.engine.model import Sql
from shuyuan.engine.ops.handlers import Post, handlers
from shuyuan.engine.ops.jobs import Runner, run_due
from shuyuan.engine.ops.people import switch_account
from shuyuan.engine.ops.standing import stand_in
from shuyuan.engine.store import Run

from tests.school import School
from tests.web.approvals.changes import suspended, transfer_values
from tests.web.approvals.leaves import (
    LONG,
    asked,
    buttons,
    child,
    closed,
    controls,
    countersigned,
    naming,
    pressed,
    second_registrar,
)
from tests.web.site import Site, Visitor, site_of, title_of, toasts_of, words_of


async def page_of(visitor: Visitor, case: int) -> httpx.Response:
    found = await visitor.get(f"/cases/{case}")
    assert found.status_code == 200
    return found


async def push(visitor: Visitor, page: httpx.Response, case: int, act: str, **typed: str) -> httpx.Response:
    """Press a button of the page as it was shown; `act` without the number of the task."""
    value = next(v for v in buttons(page.text) if v.partition(".")[0] == act)
    named = {f"~{name}": text for name, text in typed.items() if name in ("comment", "to")}
    fields = {name: text for name, text in typed.items() if name not in ("comment", "to")}
    return await visitor.post(f"/cases/{case}", {**controls(page.text), **named, **fields, "~act": value})


async def test_a_request_goes_from_the_form_to_the_end(site: Site) -> None:
    guardian, head = await site.signed_in("guardian"), await site.signed_in("head.east")
    form = await guardian.get("/r/leave_request/new?form=leave_request")
    assert form.status_code == 200
    student = await child(site.school)
    answers = {
        "student": str(student), "kind": "personal", "first_day": "2026-11-25", "last_day": "2026-11-25", "days": "1",
        "reason": "看牙", "leaves_school": "true", "picked_up_by": "父亲", "once": "o1", "~go": "act:submit",
    }  # fmt: skip
    begun = await guardian.follow(await guardian.post("/r/leave_request/new?form=leave_request", answers))
    assert begun.url.path.startswith("/cases/")
    case = int(begun.url.path.rpartition("/")[2])
    assert "班主任审批：等 张敏 办理" in words_of(begun)
    assert "张敏：高二（1）班的班主任" in words_of(begun), "why this person"
    assert "最后：已批准" in words_of(begun), "what comes next"
    assert {v.partition(".")[0] for v in buttons(begun.text)} == {"withdraw", "nudge", "comment"}

    inbox = await head.get("/inbox")
    assert f"/cases/{case}?from=inbox" in inbox.text and "下个上课日到期" in words_of(inbox)
    page = await page_of(head, case)
    assert {v.partition(".")[0] for v in buttons(page.text)} >= {"approve", "reject", "return"}
    done = await head.follow(await push(head, page, case, "approve", comment="同意"))
    assert "已同意" in toasts_of(done)[0] and "已批准" in title_of(done) + words_of(done)
    again = await page_of(guardian, case)
    assert buttons(again.text) == {} and "同意" in words_of(again)
    assert "没有等您" in words_of(await head.get("/inbox")) or "都处理完了" in words_of(await head.get("/inbox"))


async def test_a_comment_that_is_needed_is_asked_for_and_nothing_is_lost(site: Site) -> None:
    case = (await asked(site.school)).case
    head = await site.signed_in("head.east")
    page = await page_of(head, case)
    wrong = await push(head, page, case, "reject")
    assert wrong.status_code == 422
    assert 'href="#f-~comment"' in wrong.text and 'id="f-~comment-e"' in wrong.text
    assert title_of(wrong).startswith("错误：")
    right = await push(head, wrong, case, "reject", comment="事由不充分")
    assert right.status_code == 303
    assert "事由不充分" in words_of(await head.follow(right))


async def test_a_return_goes_to_the_step_that_is_chosen_and_comes_straight_back(site: Site) -> None:
    case = (await countersigned(site.school)).case
    office, guardian = await site.signed_in("registrar.east"), await site.signed_in("guardian")
    page = await page_of(office, case)
    wrong = await push(office, page, case, "return", comment="材料不全")
    assert wrong.status_code == 422 and 'href="#f-~to"' in wrong.text
    assert controls(wrong.text)["~comment"] == "材料不全"
    back = await push(office, wrong, case, "return", comment="材料不全", to="draft")
    assert back.status_code == 303
    mine = await page_of(guardian, case)
    assert "等您办理" in words_of(mine) and "材料不全" in words_of(mine)
    assert controls(mine.text)["reason"] == "家中有事", "the answers can be changed where they stand"
    sent = await push(guardian, mine, case, "submit", reason="家中有事，补了证明")
    after = words_of(await guardian.follow(sent))
    assert "教务处：等 黄素芳 办理" in after, "and it is back with those who returned it"
    assert "同时改了：事由" in after, "the path says what was changed"


async def test_faulty_answers_come_back_with_what_was_typed(site: Site) -> None:
    case = (await asked(site.school, act="")).case
    guardian = await site.signed_in("guardian")
    page = await page_of(guardian, case)
    wrong = await push(guardian, page, case, "submit", days="40", reason="")
    assert wrong.status_code == 422
    assert controls(wrong.text)["days"] == "40", "kept as typed"
    assert 'id="f-days-e"' in wrong.text and 'id="f-reason-e"' in wrong.text
    part = await guardian.post(f"/cases/{case}/fields", {**controls(page.text), "leaves_school": ""}, htmx="div#fields")
    assert part.status_code == 200 and 'name="picked_up_by"' not in part.text, "fields follow from answers"


async def test_whoever_comes_second_sees_who_was_first_and_how_it_stands(site: Site) -> None:
    second = await second_registrar(site.school)
    case = (await countersigned(site.school)).case
    one, two = await site.signed_in("registrar.east"), await site.signed_in(second)
    first, late = await page_of(one, case), await page_of(two, case)
    assert (await push(one, first, case, "approve")).status_code == 303
    told = await push(two, late, case, "approve", comment="我也同意")
    assert told.status_code == 409
    assert "黄素芳" in words_of(told) and "同意" in words_of(told)
    assert "年级组长：等 吕倩 办理" in words_of(told) and not buttons(told.text).keys() & {"approve"}
    assert "最新" in words_of(told)


async def test_the_same_click_twice_is_one_act(site: Site) -> None:
    case = (await asked(site.school)).case
    head = await site.signed_in("head.east")
    page = await page_of(head, case)
    first, again = (
        await push(head, page, case, "comment", comment="看过了"),
        await push(head, page, case, "comment", comment="看过了"),
    )
    assert (first.status_code, again.status_code) == (303, 303)
    shown = await head.follow(again)
    assert words_of(shown).count("看过了") == 1
    assert "没有重复办理" in toasts_of(shown)[-1]


async def test_a_missing_button_says_why(site: Site) -> None:
    case = (await asked(site.school)).case
    head, office = await site.signed_in("head.east"), await site.signed_in("registrar.east")
    page = await page_of(head, case)
    assert {"withdraw", "cancel"} <= closed(page.text)
    why = await head.get(f"/cases/{case}/why?act=withdraw")
    assert "只有发起人王正华能撤回" in words_of(why)
    part = await head.part(f"/cases/{case}/why?act=cancel", "div#dialog-body")
    assert "<html" not in part.text and "没有终止这项申请的权限" in part.text
    nothing = await page_of(office, case)
    assert f"/cases/{case}/why" in nothing.text
    assert "现在由张敏办理" in words_of(await office.get(f"/cases/{case}/why"))


async def test_people_are_named_on_a_page_of_its_own(site: Site) -> None:
    case = (await asked(site.school)).case
    head = await site.signed_in("head.east")
    page = await page_of(head, case)
    assert {"hand_over", "cc"} <= naming(page.text)
    ask = await head.get(f"/cases/{case}/ask?act=hand_over")
    assert "转交" in title_of(ask)
    found = await head.part(f"/cases/{case}/people?act=hand_over&q=吕倩&id=f-~people-0-o", "ul#f-~people-0-o")
    assert "吕倩" in found.text and "王正华" not in found.text, "colleagues, not families"
    nobody = await head.post(f"/cases/{case}/ask", {"~act": "hand_over.0", "~people/0": ""})
    assert nobody.status_code == 422 and 'href="#f-~people-0"' in nobody.text
    account = await site.school.account("grade.east")
    sent = {"~act": "hand_over.0", "~people/0": str(account), "~people/0~text": "吕倩", "~comment": "我出差"}
    done = await head.follow(await head.post(f"/cases/{case}/ask", sent))
    assert "班主任审批：等 吕倩 办理" in words_of(done) and "我出差" in words_of(done)
    assert "由张敏转交" in words_of(done)


async def test_nobody_is_named_who_is_not_to_be_known(site: Site) -> None:
    case = (await asked(site.school)).case
    head = await site.signed_in("head.east")
    for account in (424242, await site.school.account("student"), await site.school.account("guardian")):
        answer = await head.post(f"/cases/{case}/ask", {"~act": "cc.0", "~people/0": str(account)})
        assert answer.status_code == (303 if account == await site.school.account("guardian") else 422), account
    assert "张敏" in words_of(await page_of(head, case)), "nothing was handed over"


OUTSIDE = ("/cases/{}", "/cases/{}/why", "/cases/{}/ask?act=hand_over", "/cases/{}/people?q=a&id=o")


@pytest.mark.parametrize("login", ["head.west", "registrar.west", "teacher"])
async def test_a_case_of_another_campus_is_not_there(site: Site, login: str) -> None:
    case = (await asked(site.school)).case
    outsider = await site.signed_in(login)
    for path in OUTSIDE:
        answer = await outsider.get(path.format(case))
        assert answer.status_code == 404 and "王语颖" not in answer.text
    for path in ("/cases/{}", "/cases/{}/ask", "/cases/{}/fields", "/cases/{}/undo/withdraw"):
        sent = {"~act": "approve.0", "version": "1", "~comment": "x"}
        assert (await outsider.post(path.format(case), sent)).status_code == 404
    assert "王语颖" not in (await outsider.get("/inbox")).text
    bulk = await outsider.post("/inbox", {"id": f"{case}.1", "~act": "yes", "once": "b"})
    assert "王语颖" not in (await outsider.follow(bulk)).text


async def test_whoever_is_asked_without_the_right_to_see_decides_without_seeing(site: Site) -> None:
    case = (await asked(site.school)).case
    await pressed(site.school, "head.east", case, "hand_over", people=(await site.school.account("head.west"),))
    west = await site.signed_in("head.west")
    page = await page_of(west, case)
    assert "按权限看不到填写的内容" in words_of(page)
    assert "王语颖" not in page.text and "家中有事" not in page.text
    assert "王语颖" not in (await west.get("/inbox")).text
    assert (await push(west, page, case, "approve")).status_code == 303


async def test_notices_and_mail_name_a_record_only_to_whoever_sees_it(site: Site) -> None:
    school = site.school
    await school.engine.store.apply([Run(Sql("UPDATE sy_account SET email = login || '@school.example'"))])
    case = (await asked(school)).case
    await pressed(school, "head.east", case, "hand_over", people=(await school.account("head.west"),))
    east, west = await site.signed_in("head.east"), await site.signed_in("head.west")
    assert "王语颖" in words_of(await east.get("/notices"))
    told = words_of(await west.get("/notices"))
    assert "一项申请" in told and "王语颖" not in told
    mails: list[EmailMessage] = []

    class Kept:
        async def send(self, message: EmailMessage) -> None:
            mails.append(message)

    known = handlers(school.engine.desk, Post(Kept(), "school@school.example", "https://school.example"), dict)
    while (await run_due(Runner(school.engine.store, known, lambda: school.engine.entrance.now))).done:
        pass
    texts = {str(m["To"]).partition("@")[0]: m.get_content() for m in mails}
    assert "王语颖" in texts["head.east"] and f"https://school.example/cases/{case}" in texts["head.east"]
    assert "王语颖" not in texts["head.west"] and "一项申请" in texts["head.west"]


async def test_several_are_approved_at_once_each_with_its_outcome(site: Site) -> None:
    first = await asked(site.school)
    second = await asked(site.school, reason="看牙")
    gone = await asked(site.school, reason="复查")
    head = await site.signed_in("head.east")
    page = await head.get("/inbox")
    for one in (first, second, gone):
        assert f'value="{one.case}.{one.version}"' in page.text
    await pressed(site.school, "guardian", gone.case, "withdraw")
    ticked = [("id", f"{c.case}.{c.version}") for c in (first, second, gone)]
    done = await head.follow(await head.post("/inbox", [*ticked, ("~act", "yes"), ("once", "bulk")]))
    said = toasts_of(done)
    assert said[0] == "已同意 2 项。" and "撤回" in said[1] and "王语颖" in said[1]
    again = await head.follow(await head.post("/inbox", [*ticked, ("~act", "yes"), ("once", "bulk")]))
    assert toasts_of(again)[0] == "已同意 2 项。", "sent twice, done once"
    none = await head.follow(await head.post("/inbox", {"~act": "yes"}))
    assert toasts_of(none) == ["还没有勾选。"]


async def test_the_inbox_has_what_was_done_and_what_was_copied(site: Site) -> None:
    case = (await asked(site.school)).case
    grade = await site.school.account("grade.east")
    await pressed(site.school, "head.east", case, "cc", people=(grade,))
    head, copied = await site.signed_in("head.east"), await site.signed_in("grade.east")
    assert f"/cases/{case}" in (await copied.get("/inbox?tab=copy")).text
    await pressed(site.school, "head.east", case, "approve")
    done = await head.get("/inbox?tab=done")
    assert f"/cases/{case}" in done.text and "班主任审批：同意" in words_of(done) and "已批准" in words_of(done)
    for tray in ("done", "copy", "proxy", "nonsense"):
        assert (await head.get(f"/inbox?tab={tray}")).status_code == 200


async def test_the_inbox_goes_by_when_things_are_due_in_school_days(site: Site) -> None:
    await asked(site.school)
    head = await site.signed_in("head.east")
    assert "三个上课日内" in words_of(await head.get("/inbox"))
    site.school.clock.move(days=1, hours=-2)
    head = await site.signed_in("head.east")
    assert "今天到期" in words_of(await head.get("/inbox"))
    site.school.clock.move(days=3)
    head = await site.signed_in("head.east")
    page = words_of(await head.get("/inbox"))
    assert "已超期" in page and "超期 2 个上课日" in page, "Friday to Monday is one school day"


async def test_whoever_stands_in_finds_it_in_the_inbox_with_the_name_of_the_other(site: Site) -> None:
    school = site.school
    head, other = await school.actor("head.east"), await school.account("teacher")
    now = school.engine.entrance.now
    await stand_in(school.engine.desk, head, head.id, other, now - 1, now + 86_400_000)
    case = (await asked(school)).case
    teacher = await site.signed_in("teacher")
    for path in ("/inbox", "/inbox?tab=proxy"):
        page = words_of(await teacher.get(path))
        assert "代 张敏" in page, path
    assert "由其代理" in words_of(await page_of(teacher, case)) and "张敏不在" in words_of(await page_of(teacher, case))
    assert f"/cases/{case}" not in (await (await site.signed_in("head.east")).get("/inbox")).text


async def test_a_task_opens_beside_the_list_and_the_next_one_follows(site: Site) -> None:
    one, two = await asked(site.school), await asked(site.school, reason="看牙")
    head = await site.signed_in("head.east")
    tasks = dict(
        await site.school.rows(
            "SELECT case_id, id FROM sy_task WHERE state = 'open' ORDER BY id DESC LIMIT 2", "bigint", "bigint"
        )
    )
    part = await head.part(f"/inbox?task={tasks[one.case]}", "div#panel")
    assert part.text.startswith('<div id="panel"') and 'id="case"' in part.text
    assert controls(part.text)["next"] == f"/inbox?task={tasks[two.case]}"
    whole = await head.get(f"/inbox?task={tasks[one.case]}")
    assert "<html" in whole.text and 'aria-current="true"' in whole.text
    value = next(v for v in buttons(whole.text) if v.startswith("approve"))
    done = await head.post(f"/cases/{one.case}", {**controls(whole.text), "~act": value}, htmx="section#case")
    assert done.headers["hx-redirect"] == f"/inbox?task={tasks[two.case]}"


async def test_looking_at_a_case_marks_it_as_seen(site: Site) -> None:
    case = (await asked(site.school)).case
    head = await site.signed_in("head.east")
    unread = "SELECT count(*) FROM sy_notice WHERE read_at IS NULL AND case_id = " + str(case)
    assert await site.school.rows(unread, "bigint") == [(1,)]
    await page_of(head, case)
    assert await site.school.rows(unread, "bigint") == [(0,)]
    guardian = await site.signed_in("guardian")
    assert "张敏（已看）：高二（1）班的班主任" in words_of(await page_of(guardian, case)), "whoever waits is told"
    seen = f"SELECT count(*) FROM sy_task WHERE case_id = {case} AND state = 'open' AND seen_at IS NOT NULL"
    assert await site.school.rows(seen, "bigint") == [(1,)]


async def test_where_my_request_is_takes_one_look(site: Site) -> None:
    long = await countersigned(site.school)
    draft = await asked(site.school, act="", reason="看牙")
    guardian = await site.signed_in("guardian")
    page = words_of(await guardian.get("/requests"))
    assert "年级组长（吕倩）、教务处（黄素芳）" in page and "第 3 步，共 3 步" in page
    assert "未提交" in page and "第 1 步，共 2 步" in page
    assert "转班申请" in page and "学籍异动" in page, "what can be asked for"
    await pressed(site.school, "guardian", draft.case, "withdraw")
    over = words_of(await guardian.get("/requests?tab=over"))
    assert "已撤销" in over
    assert long.case


async def test_what_was_handed_in_can_be_taken_back_for_a_moment(site: Site) -> None:
    case = (await asked(site.school, act="")).case
    guardian = await site.signed_in("guardian")
    page = await page_of(guardian, case)
    done = await guardian.follow(await push(guardian, page, case, "submit"))
    assert f'action="/cases/{case}/undo/withdraw"' in done.text
    back = await guardian.follow(await guardian.post(f"/cases/{case}/undo/withdraw"))
    assert "填写请假：等您办理" in words_of(back)


async def test_the_office_fills_in_its_own_fields_at_its_step(site: Site) -> None:
    case = await suspended(site.school)
    office = await site.signed_in("registrar.east")
    page = await page_of(office, case)
    assert "office_number" in controls(page.text) and "reason" not in controls(page.text)
    assert "会改变什么" in words_of(page) and "休学" in words_of(page), "what completing it changes"
    wrong = await push(office, page, case, "done")
    assert wrong.status_code == 422 and 'href="#f-office_number"' in wrong.text
    right = await push(office, wrong, case, "done", office_number="XJ-2026-0007")
    assert right.status_code == 303
    hidden = await office.post(f"/cases/{case}", {"~act": "done.0", "version": "1", "office_number": "x"})
    assert hidden.status_code == 409, "it is over"


async def test_a_field_that_is_not_open_here_is_refused(site: Site) -> None:
    case = (await asked(site.school)).case
    head = await site.signed_in("head.east")
    page = await page_of(head, case)
    answer = await push(head, page, case, "approve", reason="改掉")
    assert answer.status_code == 403 or answer.status_code == 422
    rows = await site.school.rows(
        "SELECT count(*) FROM sy_case_entry WHERE act = 'approve' AND case_id = " + str(case), "bigint"
    )
    assert rows == [(0,)]


async def test_one_open_request_per_student_leads_to_the_first(site: Site) -> None:
    guardian = await site.signed_in("registrar.east")
    values = await transfer_values(site.school)
    await guardian.get("/r/class_transfer_request/new?form=class_transfer")
    sent = {**values, "~go": "act:submit", "once": "a"}
    first = await guardian.post("/r/class_transfer_request/new?form=class_transfer", sent)
    case = int(first.headers["location"].rpartition("/")[2])
    second = await guardian.post("/r/class_transfer_request/new?form=class_transfer", {**sent, "once": "b"})
    assert second.status_code == 409
    assert f'href="/cases/{case}"' in second.text
    assert await site.school.rows(
        "SELECT count(*) FROM sy_case WHERE status = 'open' AND open_key IS NOT NULL AND id = " + str(case), "bigint"
    ) == [(1,)]


async def test_an_approval_begins_over_a_record_that_is_there(site: Site) -> None:
    case = (await asked(site.school, act="")).case
    ((record,),) = await site.school.rows(f"SELECT record FROM sy_case WHERE id = {case}", "bigint")
    await pressed(site.school, "guardian", case, "withdraw")
    guardian, outsider = await site.signed_in("guardian"), await site.signed_in("head.west")
    sent = {"workflow": "student_leave", "record": str(record), "once": "s"}
    ask = await guardian.get(f"/cases/new?workflow=student_leave&record={record}")
    assert "学生请假" in title_of(ask) and 'name="act" value="submit"' in ask.text
    assert (await outsider.get(f"/cases/new?workflow=student_leave&record={record}")).status_code == 404
    begun = await guardian.post("/cases", sent)
    assert begun.status_code == 303 and begun.headers["location"] != f"/cases/{case}"
    again = await guardian.post("/cases", sent)
    assert again.headers["location"] == begun.headers["location"], "the same click"
    twice = await guardian.post("/cases", {**sent, "once": "t"})
    assert twice.status_code == 409 and f'href="{begun.headers["location"]}"' in twice.text
    assert (await outsider.post("/cases", {**sent, "once": "u"})).status_code == 404


async def test_what_is_decided_does_not_begin_again(site: Site) -> None:
    case = (await asked(site.school)).case
    ((record,),) = await site.school.rows(f"SELECT record FROM sy_case WHERE id = {case}", "bigint")
    await pressed(site.school, "head.east", case, "reject", comment="不同意")
    guardian = await site.signed_in("guardian")
    address = f"/cases/new?workflow=student_leave&record={record}"
    ask = await guardian.get(address)
    assert ask.status_code == 409 and "已经办结" in words_of(ask) and 'name="act"' not in ask.text
    sent = {"workflow": "student_leave", "record": str(record), "act": "submit"}
    again = await guardian.post("/cases", {**sent, "once": "s"})
    assert again.status_code == 409 and "已经办结" in words_of(again)
    assert "/cases/new?" not in (await guardian.get(f"/r/leave_request/{record}")).text
    cases = await site.school.rows(f"SELECT count(*) FROM sy_case WHERE record = {record}", "bigint")
    assert cases == [(1,)]


async def test_only_who_made_a_request_or_may_edit_it_begins_over_it(site: Site) -> None:
    case = (await asked(site.school, "registrar.east", act="")).case
    ((record,),) = await site.school.rows(f"SELECT record FROM sy_case WHERE id = {case}", "bigint")
    await pressed(site.school, "registrar.east", case, "withdraw")
    other = await site.signed_in("guardian")
    page = await other.get(f"/r/leave_request/{record}")
    assert page.status_code == 200 and "/cases/new?" not in page.text, "who may see it and make others"
    address = f"/cases/new?workflow=student_leave&record={record}"
    assert (await other.get(address)).status_code == 403
    sent = {"workflow": "student_leave", "record": str(record), "act": "submit", "once": "s"}
    assert (await other.post("/cases", sent)).status_code == 403
    assert (await (await site.signed_in("head.east")).get(address)).status_code == 200
    maker = await site.signed_in("registrar.east")
    assert "/cases/new?" in (await maker.get(f"/r/leave_request/{record}")).text
    assert (await maker.post("/cases", sent)).status_code == 303


async def test_everything_of_a_leaver_goes_to_somebody_else(site: Site) -> None:
    school = site.school
    cases = [(await asked(school, reason=text)).case for text in ("看牙", "探亲", "复查")]
    leaver, heir = await school.account("head.east"), await school.account("grade.east")
    await switch_account(school.engine.entrance, await school.actor("admin"), leaver, on=False)
    admin, other = await site.signed_in("admin"), await site.signed_in("registrar.east")
    assert (await other.get(f"/people/{leaver}/tasks")).status_code == 403
    assert (await other.post(f"/people/{leaver}/tasks", {"~people": str(heir)})).status_code == 403
    ask = await admin.get(f"/people/{leaver}/tasks")
    assert "3 项申请在等" in words_of(ask) and f"/people/{leaver}/tasks" in (await admin.get(f"/people/{leaver}")).text
    assert (await admin.post(f"/people/{leaver}/tasks", {"~people": ""})).status_code == 422
    done = await admin.follow(await admin.post(f"/people/{leaver}/tasks", {"~people": str(heir), "~comment": "调离"}))
    assert toasts_of(done) == ["已转交 3 项。"]
    inbox = await (await site.signed_in("grade.east")).get("/inbox")
    assert all(f"/cases/{case}?" in inbox.text for case in cases)
    assert "没有等" in words_of(await admin.get(f"/people/{leaver}/tasks"))


async def test_a_right_that_was_taken_counts_at_the_next_press(site: Site) -> None:
    case = (await asked(site.school, **LONG)).case
    head = await site.signed_in("head.east")
    page = await page_of(head, case)
    admin = await site.school.actor("admin")
    await switch_account(site.school.engine.entrance, admin, await site.school.account("head.east"), on=False)
    answer = await push(head, page, case, "approve")
    assert (
        answer.status_code in (303, 401)
        and "/cases/" not in answer.headers.get("location", "/sign-in").partition("?")[0]
    )
    assert await site.school.rows(f"SELECT version FROM sy_case WHERE id = {case}", "bigint") == [(1,)]


async def test_two_workers_serve_the_same_case(school: School) -> None:
    """On both databases: what one worker wrote the other shows."""
    here, there = site_of(school), site_of(School(await school.another(), school.clock, school.url))
    case = (await asked(school)).case
    head, guardian = await here.signed_in("head.east"), await there.signed_in("guardian")
    page = await page_of(head, case)
    assert (await push(head, page, case, "approve")).status_code == 303
    assert "已批准" in words_of(await page_of(guardian, case))
