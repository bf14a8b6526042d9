"""The demo school: made once, served from then on, with requests that went through the real approvals."""

from __future__ import annotations

from shuyuan.definitions.requests import requests

from ..school import SIZE, School


async def test_requests_of_the_demo_have_cases_tasks_and_a_history(school: School) -> None:
    await school.play()
    cases = await school.rows("SELECT status, count(*) FROM sy_case GROUP BY status", "text", "bigint")
    assert {"open", "passed", "refused"} <= {status for status, _ in cases} and sum(n for _, n in cases) == len(
        requests(SIZE)
    )
    open_tasks = "SELECT count(*) FROM sy_task WHERE state = 'open'"
    assert (await school.rows(open_tasks, "bigint"))[0][0] >= 10
    histories = "SELECT count(DISTINCT record) FROM sy_history WHERE origin <> ''"
    assert (await school.rows(histories, "bigint"))[0][0] >= len(requests(SIZE))
    head = await school.account("head.east")
    mine = f"SELECT count(*) FROM sy_task WHERE state = 'open' AND account = {head}"
    assert (await school.rows(mine, "bigint"))[0][0] >= 3
