"""Two people at the same moment, on two workers, with real records: one wins, the other is told, nothing is stuck."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from shuyuan.engine import Answer, Engine, Press, Refused, press, read_case, words

from tests.school import School
from tests.web.approvals.leaves import asked, buttons, controls, countersigned, second_registrar
from tests.web.site import Site, Visitor, site_of, words_of

TRIALS = 300 if os.environ.get("SHUYUAN_DEEP") else 12
CLICKS = 40 if os.environ.get("SHUYUAN_DEEP") else 4


async def presses(engine: Engine, school: School, login: str, case: int, name: str, version: int, **more: Any) -> Any:
    actor = await school.actor(login)
    try:
        return await press(engine.work(actor), case, Press(name, version, **more))
    except Refused as refused:
        return refused


def sorted_out(found: list[Any]) -> tuple[list[Answer], list[Refused]]:
    return [f for f in found if isinstance(f, Answer)], [f for f in found if isinstance(f, Refused)]


async def entries(school: School, case: int) -> list[str]:
    rows = await school.rows(f"SELECT act FROM sy_case_entry WHERE case_id = {case} ORDER BY version, id", "text")
    return [row[0] for row in rows]


async def test_of_two_registrars_one_signs_and_the_other_is_told_who(school: School) -> None:
    other = await school.another()
    rival = await second_registrar(school)
    await other.refresh()
    for n in range(TRIALS):
        case = await countersigned(school, reason=f"第 {n} 次")
        found = await asyncio.gather(
            presses(school.engine, school, "registrar.east", case.case, "approve", case.version),
            presses(other, school, rival, case.case, "approve", case.version),
        )
        done, refused = sorted_out(list(found))
        assert (len(done), len(refused)) == (1, 1)
        assert refused[0].diagnostics[0].code == "FLOW_021"
        assert "同意" in words(refused[0].diagnostics[0], "zh").what
        assert (await entries(school, case.case)).count("approve") == 2, "the class teacher and one of the office"
        left = await read_case(school.engine.work(await school.actor("registrar.east")), case.case)
        assert [s.id for s in left.places] and left.view.stored.state.status == "open", "it waits for the head of grade"


async def test_either_the_approver_or_the_withdrawer_wins(school: School) -> None:
    other = await school.another()
    for _ in range(TRIALS):
        case = await asked(school)
        done, refused = sorted_out(
            await asyncio.gather(
                presses(school.engine, school, "head.east", case.case, "approve", case.version),
                presses(other, school, "guardian", case.case, "withdraw", case.version),
            )
        )
        assert (len(done), len(refused)) == (1, 1)
        ((status, record),) = await school.rows(
            f"SELECT status, record FROM sy_case WHERE id = {case.case}", "text", "bigint"
        )
        table = school.engine.version.tables("leave_request")[0].name
        field = next(f for f in school.engine.version.entity("leave_request").fields if f.name == "status")
        mirror = await school.rows(f"SELECT c_{field.id} FROM {table} WHERE id = {record}", "text")
        assert (status, mirror[0][0]) in {("passed", "approved"), ("open", "draft")}, "case and record say the same"


async def test_the_last_two_signers_both_count(school: School) -> None:
    other = await school.another()
    for _ in range(TRIALS):
        case = await countersigned(school)
        found = await asyncio.gather(
            presses(school.engine, school, "registrar.east", case.case, "approve", case.version),
            presses(other, school, "grade.east", case.case, "approve", case.version),
        )
        assert sorted_out(list(found))[1] == [], "signatures of different branches do not get in each other's way"
        assert await school.rows(f"SELECT status FROM sy_case WHERE id = {case.case}", "text") == [("passed",)]
        assert (await entries(school, case.case)).count("approve") == 3


async def opened(visitor: Visitor, case: int) -> dict[str, str]:
    page = (await visitor.get(f"/cases/{case}")).text
    value = next(v for v in buttons(page) if v.startswith("approve."))
    return {**controls(page), "~act": value}


async def test_two_clicks_in_two_browsers_on_two_workers(school: School) -> None:
    rival = await second_registrar(school)
    here = site_of(school)
    there = Site(school, site_of(School(await school.another(), school.clock, school.url)).app)
    one, two = await here.signed_in("registrar.east"), await there.signed_in(rival)
    for n in range(CLICKS):
        case = (await countersigned(school, reason=f"第 {n} 次")).case
        first, second = await opened(one, case), await opened(two, case)
        answers = await asyncio.gather(one.post(f"/cases/{case}", first), two.post(f"/cases/{case}", second))
        assert sorted(a.status_code for a in answers) == [303, 409]
        told = next(a for a in answers if a.status_code == 409)
        assert "已经“同意”" in words_of(told) and "年级组长：等 吕倩 办理" in words_of(told)


async def test_a_double_click_on_two_workers_is_one_act(school: School) -> None:
    here = site_of(school)
    there = Site(school, site_of(School(await school.another(), school.clock, school.url)).app)
    one, two = await here.signed_in("head.east"), await there.signed_in("head.east")
    for n in range(CLICKS):
        case = (await asked(school, reason=f"第 {n} 次")).case
        sent = await opened(one, case)
        await two.get("/inbox")
        answers = await asyncio.gather(one.post(f"/cases/{case}", sent), two.post(f"/cases/{case}", sent))
        assert [a.status_code for a in answers] == [303, 303]
        assert (await entries(school, case)).count("approve") == 1
