"""Approvals go on in the words of the version they were begun with, while what they write is in those of today."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from shuyuan.engine.definition.rename import rename_field
from shuyuan.engine.model import SYSTEM, Actor
from shuyuan.engine.ops.act import Press, act
from shuyuan.engine.ops.cases import RecordChange
from shuyuan.engine.ops.publish import install
from shuyuan.engine.ops.submission import Saved, Submission
from shuyuan.engine.ops.submit import submit

from ..school import School
from .desk import codes, history, refused, sent, state


async def _asked(school: School, act_name: str = "submit") -> Saved:
    """A leave request of the demo student; `act_name` "" leaves it in its first step."""
    me = await school.actor("student")
    leave = {"student": me.records[0], "kind": "personal", "first_day": "2026-11-25", "last_day": "2026-11-25"}
    leave |= {"days": "1", "reason": "看牙", "leaves_school": "false"}
    return await submit(
        await school.work("student"), Submission("leave_request", leave, workflow="student_leave", act=act_name)
    )


async def _published(school: School, change: dict[str, str]) -> None:
    work = school.engine.work()
    await install(work, {**work.version.documents, **change})
    await school.engine.refresh()


async def _head(school: School, saved: Saved) -> Actor:
    """Whoever has to sign first."""
    assert saved.case is not None
    rows = await school.rows(
        f"SELECT a.login FROM sy_task t JOIN sy_account a ON a.id = t.account WHERE t.case_id = {saved.case.case}"
        " AND t.state = 'open'", "text",
    )  # fmt: skip
    return await school.actor(rows[0][0])


async def test_a_case_goes_on_after_its_fields_and_options_were_renamed(school: School) -> None:
    saved = await _asked(school)
    head = await _head(school, saved)
    documents = school.engine.version.documents
    change = rename_field(documents, "leave_request", "reason", "why_away")
    change |= rename_field({**documents, **change}, "leave_request", "status", "progress")
    change |= rename_field({**documents, **change}, "student", "class", "homeroom")
    await _published(school, change)
    assert saved.case is not None
    desk = school.engine.desk
    flow = await desk.flow(school.engine.version.model.workflows["student_leave"].id, 1)
    assert flow is not None
    subject = await desk.records.load(flow.model, flow.entity, saved.id, flow.paths, head)
    assert subject is not None and subject.values["reason"] == "看牙" and subject.values["status"] == "head_teacher"
    assert subject.values["student"].values["class"] is not None and subject.values["days"] == Decimal("1.0")
    answer = await act(desk, head, saved.case.case, Press("approve"))
    assert answer.status == "passed"
    _, (_, version, changes, origin) = await history(school, saved.id)
    assert (version, origin) == (2, f"case:{saved.case.case}") and changes["progress"] == ("head_teacher", "approved")


async def test_values_typed_along_with_an_act_are_cast_in_the_words_of_its_version(school: School) -> None:
    saved = await _asked(school, "")
    assert saved.case is not None and saved.case.step == "draft"
    documents = school.engine.version.documents
    await _published(school, rename_field(documents, "leave_request", "reason", "why_away"))
    desk, me = school.engine.desk, await school.actor("student")
    wrong = await refused(
        act(desk, me, saved.case.case, Press("submit", values={"reason": "", "back_on": "2026-11-26"}))
    )
    assert ("REC_001", "reason") in codes(wrong) and "back_on" in {p for _, p in codes(wrong)}
    answer = await act(desk, me, saved.case.case, Press("submit", values={"reason": "看牙医", "days": "0.5"}))
    assert answer.step == "head_teacher"
    *_, (_, _, changes, _) = await history(school, saved.id)
    assert changes["why_away"] == ("看牙", "看牙医") and changes["days"] == (1.0, 0.5)


async def test_a_publication_that_goes_by_is_taken_up_by_an_act(school: School) -> None:
    saved = await _asked(school)
    head, other = await _head(school, saved), await school.another()
    work = other.work()
    await install(
        work, {**work.version.documents, **rename_field(work.version.documents, "leave_request", "reason", "why")}
    )
    assert saved.case is not None and school.engine.version.number == 1
    answer = await act(school.engine.desk, head, saved.case.case, Press("approve"))
    assert answer.status == "passed" and school.engine.version.number == 2


async def test_what_an_approval_sets_is_checked_and_held_to_its_version(school: School) -> None:
    student = (await school.ids("student"))[0]
    records, version = school.engine.desk.records, school.engine.version
    entity, model = version.entity("student"), version.model

    def change(values: dict[str, Any], at: int | None = None) -> RecordChange:
        return RecordChange(model, entity, student, at, values)

    before = await state(school, "student", student)
    wrong = await refused(records.writes([change({"status": "nonsense"})], SYSTEM, "case:1"))
    assert codes(wrong) == [("REC_024", "status")]
    assert codes(await refused(records.writes([change({"name": None})], SYSTEM, "case:1"))) == [("REC_001", "name")]
    held = await records.writes([change({}, 1)], SYSTEM, "case:1")
    assert len(held) == 2, "the epoch and the version of the record"
    writes = await records.writes([change({"status": "suspended", "left_on": None})], SYSTEM, "case:7")
    assert await state(school, "student", student) == before, "nothing is written before the batch is applied"
    await school.engine.store.apply(writes)
    op, _, changes, origin = (await history(school, student))[-1]
    assert (op, origin) == ("edit", "case:7") and changes["status"] == ("enrolled", "suspended")
    assert changes["registry_status"] == ("01", "02"), "what follows from it is worked out"


async def test_a_unit_that_an_approval_renames_is_renamed_in_the_tree(school: School) -> None:
    unit = (await school.ids("class"))[0]
    version = school.engine.version
    change = RecordChange(
        version.model, version.entity("class"), unit, None, {"name": "新班名", "capacity": Decimal(41)}
    )
    await school.engine.store.apply(await school.engine.desk.records.writes([change], SYSTEM, "case:8"))
    assert await school.rows(f"SELECT label FROM sy_unit WHERE id = {unit}", "text") == [("新班名",)]
    assert (await sent(school, "admin", "class", {"capacity": "60"}, id=unit)).changed
