"""A write that was done stays done, whatever is published or given before its answer is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from shuyuan.engine import Engine
from shuyuan.engine.store.journal import ACCESS_CHANGED
from shuyuan.web.api import cases, records

from .conftest import Site
from .test_cases import LEAVE, of_head
from .test_records import NEW, any_student


def unsettled(engine: Engine, read: Callable[..., Any], times: int) -> Callable[..., Any]:
    """`read`, before which rights change so many times."""
    left = times

    async def changed(*args: Any, **more: Any) -> Any:
        nonlocal left
        if left:
            left -= 1
            await engine.store.apply([ACCESS_CHANGED])
        return await read(*args, **more)

    return changed


@pytest.mark.parametrize(("times", "full"), [(1, True), (5, True), (99, False)])
async def test_a_record_is_made_once(both: Site, monkeypatch: pytest.MonkeyPatch, times: int, full: bool) -> None:
    program = await both.program("registrar.east")
    klass = (await any_student(program))["class"]["id"]
    monkeypatch.setattr(records, "detail_json", unsettled(both.school.engine, records.detail_json, times))
    made = await program.post("/records/student", {**NEW, "class": klass})
    assert made.status_code == 201, made.text
    assert ("student_no" in made.json()["record"]) is full
    path = f"/records/student/{made.json()['record']['id']}"
    changed = await program.patch(path, {"remark": "改"}, 1)
    assert changed.status_code == 200 and changed.json()["record"]["version"] == 2, changed.text
    monkeypatch.undo()
    assert (await program.get("/records/student", params={"q": NEW["name"], "count": "true"})).json()["total"] == 1


@pytest.mark.parametrize(("times", "full"), [(1, True), (99, False)])
async def test_an_act_is_done_once(site: Site, monkeypatch: pytest.MonkeyPatch, times: int, full: bool) -> None:
    office, head = await site.program("registrar.east"), await site.program("head.east")
    student = await of_head(head)
    monkeypatch.setattr(cases, "case_json", unsettled(site.school.engine, cases.case_json, times))
    content = {"workflow": "student_leave", "act": "submit", "values": {**LEAVE, "student": student}}
    begun = await office.post("/cases", content)
    assert begun.status_code == 201 and ("acts" in begun.json()) is full
    assert begun.json()["step"]["name"] == "head_teacher"
    sent = {"act": "approve", "version": begun.json()["version"]}
    done = await head.post(f"/cases/{begun.json()['id']}/acts", sent)
    assert done.status_code == 200 and done.json()["status"] == "passed", done.text
