"""Lists of cases and what can be begun, on both databases, with the rights of the school."""

from __future__ import annotations

import pytest
from shuyuan.engine import (
    Moved,
    Press,
    Refused,
    Stale,
    Submission,
    begin_over,
    cases_about,
    hand_over_all,
    inbox_of,
    nameable,
    notices_of,
    press,
    press_all,
    read_case,
    requests_by,
    startable,
    starting,
    submit,
    waiting_for,
)
from shuyuan.engine.model import Sql
from shuyuan.engine.store import Run

from tests.school import School
from tests.web.approvals.changes import student_in, transfer_values
from tests.web.approvals.leaves import asked, child, countersigned, pressed


async def test_an_inbox_is_paged_without_a_gap(school: School) -> None:
    cases = [(await asked(school, reason=str(n))).case for n in range(5)]
    await school.engine.store.apply([Run(Sql("UPDATE sy_task SET due_at = NULL WHERE case_id = ?", (cases[1],)))])
    work, after, found = await school.work("head.east"), "", list[int]()
    for _ in range(9):
        page = await inbox_of(work, after=after, limit=2)
        found += [line.case for line in page.lines]
        if not (after := page.after):
            break
    assert found == [cases[0], *cases[2:], cases[1]], "by when they are due, what is not due comes last"
    for case in cases:
        await pressed(school, "head.east", case, "approve")
        school.clock.move(minutes=1)
    work, after, done = await school.work("head.east"), "", list[int]()
    while True:
        page = await inbox_of(work, "done", after=after, limit=2)
        done += [line.case for line in page.lines]
        if not (after := page.after):
            break
    assert done == cases[::-1], "newest first"
    for nonsense in ("x", "1.x", "9" * 50, "-1.2"):
        assert len((await inbox_of(work, "done", after=nonsense, limit=9)).lines) == 5


async def test_requests_are_paged_and_parted(school: School) -> None:
    cases = [(await asked(school, reason=str(n))).case for n in range(3)]
    await pressed(school, "head.east", cases[1], "reject", comment="x")
    work = await school.work("guardian")
    first = await requests_by(work, limit=1)
    rest = await requests_by(work, after=first.after, limit=9)
    assert [line.case for line in (*first.lines, *rest.lines)] == [cases[2], cases[0]]
    (over,) = (await requests_by(work, finished=True)).lines
    assert (over.case, over.status, over.holders) == (cases[1], "refused", ())
    (going, *_) = first.lines
    assert [(h.name, h.step.zh) for h in going.holders] == [("张敏", "班主任审批")]
    assert (going.done, going.all, going.begun, going.returned) == (2, 2, True, False)


async def test_how_far_a_case_has_come_goes_back_with_a_return(school: School) -> None:
    case = (await countersigned(school)).case
    work = await school.work("guardian")
    (line,) = (await requests_by(work)).lines
    assert (line.done, line.all) == (3, 3)
    await pressed(school, "registrar.east", case, "return", comment="x", to="draft")
    (line,) = (await requests_by(await school.work("guardian"))).lines
    assert (line.done, line.returned) == (1, True)


async def test_what_one_took_back_was_not_returned(school: School) -> None:
    case = (await asked(school)).case
    await pressed(school, "guardian", case, "withdraw")
    (line,) = (await requests_by(await school.work("guardian"))).lines
    assert (line.begun, line.returned) == (False, False)
    await pressed(school, "guardian", case, "submit")
    await pressed(school, "head.east", case, "return", comment="x")
    (line,) = (await requests_by(await school.work("guardian"))).lines
    assert line.returned


async def test_cases_about_a_student_are_those_of_requests_one_may_see(school: School) -> None:
    student = await child(school)
    case = (await asked(school)).case
    assert [c.case for c in await cases_about(await school.work("head.east"), "student", student)] == [case]
    assert [c.case for c in await cases_about(await school.work("guardian"), "student", student)] == [case]
    with pytest.raises(Refused) as caught:
        await cases_about(await school.work("head.west"), "student", student)
    assert caught.value.diagnostics[0].code == "FLOW_030"


async def test_what_can_be_asked_for_about_a_student(school: School) -> None:
    student = await student_in(school)
    office = await school.work("registrar.east")
    found = {s.workflow: s for s in await startable(office, "student", student)}
    assert set(found) == {"student_leave", "class_transfer", "status_change"}
    assert (found["class_transfer"].form, found["class_transfer"].field) == ("class_transfer", "student")
    assert await startable(await school.work("head.west"), "student", student) == ()
    assert await startable(await school.work("teacher"), "student", student) == (), "nothing that one may not create"

    start = starting(school.engine.version, "leave_request")
    assert start is not None and start.edit[0] == "student" and [a.name for a in start.acts] == ["submit"]
    assert starting(school.engine.version, "leave_return") is None, "another form over the same records begins nothing"
    assert starting(school.engine.version, "no_such_form") is None


async def test_an_open_case_stands_instead_of_a_second(school: School) -> None:
    values = await transfer_values(school)
    office = await school.work("registrar.east")
    sent = Submission("class_transfer_request", values, form="class_transfer", workflow="class_transfer", act="submit")
    saved = await submit(office, sent)
    assert saved.case is not None
    found = {s.workflow: s for s in await startable(office, "student", int(values["student"]))}
    assert found["class_transfer"].open == saved.case.case
    with pytest.raises(Refused) as caught:
        await submit(office, sent)
    assert caught.value.diagnostics[0].code == "FLOW_022"
    assert caught.value.detail == {"case": saved.case.case}
    own = await startable(office, "class_transfer_request", saved.id)
    assert own == (), "the record is in its approval already"


async def test_nothing_is_done_with_rights_that_have_changed(school: School) -> None:
    case = await asked(school)
    stale = await school.work("head.east")
    await school.engine.store.apply([Run(Sql("UPDATE sy_live SET access = access + 1 WHERE id = 1"))])
    for attempt in (
        lambda: press(stale, case.case, Press("approve", case.version)),
        lambda: press(stale, case.case, Press("withdraw", case.version)),
        lambda: press_all(stale, [(case.case, case.version)]),
        lambda: read_case(stale, case.case),
        lambda: inbox_of(stale),
        lambda: requests_by(stale),
        lambda: notices_of(stale),
        lambda: begin_over(stale, "student_leave", 1),
        lambda: waiting_for(stale, stale.actor.id),
    ):
        with pytest.raises((Stale, Moved)):
            await attempt()
    assert await school.rows(f"SELECT version FROM sy_case WHERE id = {case.case}", "bigint") == [(1,)]


async def test_only_whoever_looks_after_accounts_hands_over_for_others(school: School) -> None:
    case = (await asked(school)).case
    head, heir = await school.account("head.east"), await school.account("grade.east")
    for login in ("registrar.east", "grade.east", "guardian"):
        with pytest.raises(Refused) as caught:
            await hand_over_all(await school.work(login), head, heir)
        assert caught.value.diagnostics[0].code == "FLOW_043"
    (own,) = await hand_over_all(await school.work("head.east"), head, heir)
    assert own.answer is not None and own.case == case
    assert (await inbox_of(await school.work("grade.east"))).lines[0].case == case


async def test_colleagues_can_be_named_and_nobody_else(school: School) -> None:
    case = (await asked(school)).case
    head = await school.work("head.east")
    everybody = await nameable(head, case)
    assert everybody and all(p.account != head.actor.id for p in everybody)
    students = {n for (n,) in await school.rows("SELECT id FROM sy_account WHERE login LIKE 'student%'", "bigint")}
    assert not students & {p.account for p in everybody}
    (grade,) = await nameable(head, case, "吕倩")
    assert grade.account == await school.account("grade.east")
    with pytest.raises(Refused):
        await nameable(await school.work("head.west"), case)


async def test_how_a_case_ended_reads_the_same_everywhere(school: School) -> None:
    case = (await asked(school)).case
    await pressed(school, "head.east", case, "approve")
    (line,) = (await requests_by(await school.work("guardian"), finished=True)).lines
    (done,) = (await inbox_of(await school.work("head.east"), "done")).lines
    told = await notices_of(await school.work("guardian"))
    assert (line.step.zh, done.end.zh) == ("已批准", "已批准")
    assert [n.title.zh for n in told] == ["学生请假：已批准"]
