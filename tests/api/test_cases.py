"""Approvals over the API: begun, acted in, by two at once, seen by those they concern."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from .conftest import Program, Site, codes

LEAVE = {
    "kind": "personal", "first_day": "2026-11-25", "last_day": "2026-11-25", "days": 1, "leaves_school": False,
    "reason": "家中有事",
}  # fmt: skip


async def of_head(head: Program) -> int:
    """A student of the head teacher's class."""
    found = (await head.get("/records/student?status=enrolled&limit=1&fields=class")).json()["items"][0]
    return int(found["id"])


async def asked(office: Program, student: int, **more: Any) -> dict[str, Any]:
    content = {"workflow": "student_leave", "act": "submit", "values": {**LEAVE, "student": student}, **more}
    answer = await office.post("/cases", content)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/v1/cases/{answer.json()['id']}"
    found: dict[str, Any] = answer.json()
    return found


async def test_leave_is_asked_for_and_approved(both: Site) -> None:
    office, head = await both.program("registrar.east"), await both.program("head.east")
    student = await of_head(head)
    case = await asked(office, student)
    assert (case["status"], case["step"]["name"], case["record"]["entity"]) == ("open", "head_teacher", "leave_request")
    (task,) = [t for t in (await head.get("/tasks?lang=en")).json()["items"] if t["case"] == case["id"]]
    assert (task["version"], task["title"], task["step"]) == (case["version"], "Student leave", "Class teacher")
    seen = (await head.get(f"/cases/{case['id']}")).json()
    assert {"approve", "reject", "return"} <= {act["name"] for act in seen["acts"]}
    need = {act["name"]: act["need"] for act in seen["acts"]}
    assert need["reject"] == ["comment"] and need["approve"] == []
    done = await head.post(f"/cases/{case['id']}/acts", {"act": "approve", "version": seen["version"]})
    assert done.status_code == 200 and done.json()["status"] == "passed"
    assert [line["act"] for line in done.json()["path"] if line["by"]["id"]] == ["start", "submit", "approve"]
    record = (await office.get(f"/records/leave_request/{case['record']['id']}")).json()
    assert record["status"] == "approved" and record["class"]["id"]
    assert (await head.get("/tasks")).json()["items"] == []


async def test_an_act_answers_with_no_more_than_its_outcome_when_asked(both: Site) -> None:
    office, head = await both.program("registrar.east"), await both.program("head.east")
    case = await asked(office, await of_head(head))
    sent = {"act": "approve", "version": case["version"]}
    done = await head.post(f"/cases/{case['id']}/acts", sent, headers={"prefer": "return=minimal"})
    step = {"name": "approved", "title": "已批准"}
    assert done.json() == {"id": case["id"], "version": case["version"] + 1, "status": "passed", "step": step}
    assert (
        done.headers["preference-applied"] == "return=minimal" and done.headers["etag"] == f'"{done.json()["version"]}"'
    )
    assert (await head.get(f"/cases/{case['id']}")).json()["status"] == "passed"


async def test_acting_on_one_request_after_another_of_any_kind(both: Site) -> None:
    """The record of a case is looked for where the last one was: that is a guess."""
    office, head = await both.program("registrar.east"), await both.program("head.east")
    student = await of_head(head)
    values = {
        "student": student, "kind": "suspend", "from_day": "2026-12-01", "reason": "休养", "cause": "family",
        "until_day": "2027-06-30", "guardian_agrees": True,
    }  # fmt: skip
    sent = {"workflow": "status_change", "act": "submit", "values": values}
    other = await office.post("/cases", sent)
    assert other.status_code == 201, other.text
    at = other.json()["version"]
    for _ in range(2):
        case = await asked(office, student)
        done = await head.post(f"/cases/{case['id']}/acts", {"act": "approve", "version": case["version"]})
        assert done.json()["status"] == "passed", done.text
        path = f"/cases/{other.json()['id']}/acts"
        said = await head.post(path, {"act": "comment", "version": at, "comment": "请补材料"})
        assert said.status_code == 200, said.text
        at = said.json()["version"]
        gone = await head.post("/cases/999999999/acts", {"act": "approve", "version": 1})
        assert gone.status_code == 404 and codes(gone) == ["FLOW_030"]


async def test_an_act_finds_who_it_needs_whichever_way_it_takes(both: Site) -> None:
    """What the last approval needed to know does not decide what the next one is told."""
    office, head = await both.program("registrar.east"), await both.program("head.east")
    student = await of_head(head)
    long = {**LEAVE, "student": student, "last_day": "2026-12-04", "days": 8}
    for more, step in (
        ({}, "approved"),
        ({"values": long}, "countersign"),
        ({}, "approved"),
        ({"values": long}, "countersign"),
    ):
        case = await asked(office, student, **more)
        done = await head.post(f"/cases/{case['id']}/acts", {"act": "approve", "version": case["version"]})
        assert done.json()["step"]["name"] == step, done.text
        waits = [t for t in (await office.get("/tasks?limit=200")).json()["items"] if t["case"] == case["id"]]
        assert len(waits) == (step == "countersign")


async def test_a_draft_stays_with_its_owner(site: Site) -> None:
    office, head = await site.program("registrar.east"), await site.program("head.east")
    student = await of_head(head)
    answer = await office.post("/cases", {"workflow": "student_leave", "values": {**LEAVE, "student": student}})
    case = answer.json()
    assert (answer.status_code, case["step"]["name"]) == (201, "draft")
    assert (await head.get("/tasks")).json()["items"] == []
    sent = {"act": "submit", "version": case["version"], "values": {"reason": "看牙"}}
    done = await office.post(f"/cases/{case['id']}/acts", sent)
    assert done.json()["step"]["name"] == "head_teacher", done.text
    record = (await head.get(f"/records/leave_request/{case['record']['id']}")).json()
    assert record["reason"] == "看牙"


async def test_what_is_wrong_with_a_request_is_told_at_its_fields(both: Site) -> None:
    office, head = await both.program("registrar.east"), await both.program("head.east")
    student = await of_head(head)
    values = {**LEAVE, "student": student, "last_day": "2026-11-20", "days": 99, "reason": "", "knd": "x"}
    answer = await office.post("/cases", {"workflow": "student_leave", "act": "submit", "values": values})
    assert answer.status_code == 422
    assert {e["path"] for e in answer.json()["errors"]} >= {"days", "reason", "knd"}
    total = (await office.get("/records/leave_request", params={"student": student, "count": "true"})).json()["total"]
    assert total == (await office.get("/records/leave_request", params={"student": student})).json()["items"].__len__()


async def test_of_two_who_act_at_once_one_is_told_so(both: Site) -> None:
    office, head = await both.program("registrar.east"), await both.program("head.east")
    case = await asked(office, await of_head(head))
    path = f"/cases/{case['id']}/acts"
    acts = [
        {"act": "approve", "version": case["version"]},
        {"act": "reject", "version": case["version"], "comment": "不"},
    ]
    answers = await asyncio.gather(*(head.post(path, one) for one in acts * 3))
    won = [a for a in answers if a.status_code == 200]
    assert len(won) == 1
    for lost in (a for a in answers if a.status_code != 200):
        assert lost.status_code in (409, 412, 422) and codes(lost)
        if lost.status_code == 412:
            assert lost.json()["current"]["version"] == won[0].json()["version"]


async def test_an_act_on_an_older_state_gets_the_present_one(both: Site) -> None:
    office, head = await both.program("registrar.east"), await both.program("head.east")
    case = await asked(office, await of_head(head))
    path = f"/cases/{case['id']}"
    assert (await office.post(f"{path}/acts", {"act": "withdraw", "version": case["version"]})).status_code == 200
    answer = await head.post(f"{path}/acts", {"act": "approve", "version": case["version"]})
    assert answer.status_code == 412 and codes(answer) == ["FLOW_021"]
    assert answer.json()["current"]["step"]["name"] == "draft"


async def test_an_act_that_is_repeated_is_done_once(both: Site) -> None:
    office, head = await both.program("registrar.east"), await both.program("head.east")
    student = await of_head(head)
    key = {"idempotency-key": "leave-0001"}
    content = {"workflow": "student_leave", "act": "submit", "values": {**LEAVE, "student": student}}
    answers = await asyncio.gather(*(office.post("/cases", content, headers=key) for _ in range(4)))
    assert {a.status_code for a in answers} == {201} and len({a.json()["id"] for a in answers}) == 1
    assert codes(await office.post("/cases", {**content, "comment": "x"}, headers=key)) == ["API_009"]
    case = answers[0].json()
    act = {"act": "approve", "version": case["version"]}
    key = {"idempotency-key": "approve-0001"}
    done = [await head.post(f"/cases/{case['id']}/acts", act, headers=key) for _ in range(3)]
    assert [d.status_code for d in done] == [200] * 3 and len({d.json()["version"] for d in done}) == 1


async def test_a_case_of_another_campus_is_not_there(both: Site) -> None:
    office, head, west = [await both.program(login) for login in ("registrar.east", "head.east", "head.west")]
    case = await asked(office, await of_head(head))
    for answer in (
        await west.get(f"/cases/{case['id']}"),
        await west.post(f"/cases/{case['id']}/acts", {"act": "approve", "version": 1}),
    ):
        assert answer.status_code == 404 and codes(answer) == ["FLOW_030"]
    assert (await west.get("/tasks")).json()["items"] == []


async def test_a_key_reaches_cases_through_their_records_only(site: Site) -> None:
    office, head = await site.program("registrar.east"), await site.program("head.east")
    case = await asked(office, await of_head(head))
    narrow = await site.program("head.east", "student:read")
    assert (await narrow.get(f"/cases/{case['id']}")).status_code == 404
    assert (await narrow.get("/tasks")).json()["items"] == []
    reading = await site.program("head.east", "leave_request:read")
    assert (await reading.get(f"/cases/{case['id']}")).status_code == 200
    act = await reading.post(f"/cases/{case['id']}/acts", {"act": "approve", "version": case["version"]})
    assert act.status_code in (403, 404)


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ({"act": "approve"}, "version"),
        ({"version": 1}, "act"),
        ({"act": "", "version": 1}, "act"),
        ({"act": "approve", "version": "1"}, "version"),
        ({"act": "approve", "version": 1, "people": ["x"]}, "people"),
        ({"act": "approve", "version": 1, "values": []}, "values"),
        ({"act": "approve", "version": 1, "coment": "x"}, "coment"),
    ],
)
async def test_an_act_of_another_shape(site: Site, content: Any, path: str) -> None:
    answer = await (await site.program("registrar.east")).post("/cases/1/acts", content)
    assert answer.status_code == 422 and [e["path"] for e in answer.json()["errors"]] == [path]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ({"workflow": "nothing"}, 404, "FLOW_030"),
        ({"workflow": "student_leave", "record": 999}, 404, "FLOW_030"),
        ({"workflow": "student_leave", "record": 999, "values": {"kind": "sick"}}, 422, "API_016"),
        ({"workflow": "student_leave", "act": "approve", "values": {}}, 422, ""),
    ],
)
async def test_a_request_that_cannot_begin(site: Site, content: Any, status: int, code: str) -> None:
    answer = await (await site.program("registrar.east")).post("/cases", content)
    assert answer.status_code == status and code in ("", *codes(answer)), answer.text


async def test_a_decided_request_does_not_begin_again(both: Site) -> None:
    office, head = await both.program("registrar.east"), await both.program("head.east")
    case = await asked(office, await of_head(head))
    over = {"workflow": "student_leave", "record": case["record"]["id"], "act": "submit"}
    assert codes(await office.post("/cases", over)) == ["FLOW_022"]
    sent = {"act": "reject", "version": case["version"], "comment": "不"}
    assert (await head.post(f"/cases/{case['id']}/acts", sent)).json()["status"] == "refused"
    again = await office.post("/cases", over)
    assert again.status_code == 409 and codes(again) == ["FLOW_044"], again.text


async def test_tasks_page_by_page(site: Site) -> None:
    office, head = await site.program("registrar.east"), await site.program("head.east")
    students = (await head.get("/records/student?status=enrolled&limit=5&fields=class")).json()["items"]
    cases = [(await asked(office, one["id"]))["id"] for one in students]
    seen, after = [], ""
    while True:
        page = (await head.get(f"/tasks?limit=2{after}")).json()
        seen += [t["case"] for t in page["items"]]
        if not page["after"]:
            break
        after = f"&after={page['after']}"
    assert sorted(seen) == sorted(cases)
    for query in ("limit=0", "after=x", "after=1.x", "before=1", "page=2"):
        assert (await head.get(f"/tasks?{query}")).status_code == 400, query
