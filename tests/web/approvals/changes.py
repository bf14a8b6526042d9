"""Transfers and suspensions of the demo school, brought to the step a test is about."""

from __future__ import annotations

from shuyuan.engine import Ask, Submission, detail, listing, submit

from tests.school import School
from tests.web.approvals.leaves import pressed


async def student_in(school: School, login: str = "head.east") -> int:
    """An enrolled student of the class of that teacher."""
    work = await school.work(login)
    for line in (await listing(work, Ask("student", limit=30))).lines:
        if (await detail(work, "student", line.id)).record.values["status"] == "enrolled":
            return line.id
    raise AssertionError("nobody is enrolled")


async def suspended(school: School) -> int:
    """A suspension that waits for the office."""
    values = await status_values(school, "suspend")
    sent = Submission("status_change", values, form="status_change", workflow="status_change", act="submit")
    saved = await submit(await school.work("registrar.east"), sent)
    assert saved.case is not None
    case = saved.case.case
    for login in ("head.east", "grade.east", "registrar.east", "principal.east"):
        await pressed(school, login, case, "approve")
    return case


async def transfer_values(school: School) -> dict[str, str]:
    """Answers of a class transfer that the rules let pass: to another class of the grade."""
    office = await school.work("registrar.east")
    student = await student_in(school)
    own = (await detail(office, "student", student)).record.values["class"]
    grade = (await detail(office, "class", own.id)).record.values["grade"]
    for line in (await listing(office, Ask("class", limit=50))).lines:
        found = (await detail(office, "class", line.id)).record
        if line.id != own.id and found.values["grade"] == grade and found.values["kind"] == "homeroom":
            return _transfer(student, line.id)
    values = {"name": "高二（9）班", "grade": str(grade.id), "capacity": "50", "kind": "homeroom", "status": "open"}
    values["school_year"] = str((await detail(office, "class", own.id)).record.values["school_year"].id)
    return _transfer(student, (await submit(office, Submission("class", values))).id)


def _transfer(student: int, to: int) -> dict[str, str]:
    return {
        "student": str(student), "to_class": str(to), "reason_kind": "subjects", "reason": "选科调整",
        "effective_on": "2026-12-01",
    }  # fmt: skip


async def status_values(school: School, kind: str) -> dict[str, str]:
    """Answers of a status change of that kind that the rules let pass."""
    values = {"student": str(await student_in(school)), "kind": kind, "from_day": "2026-12-01", "reason": "按规定办理"}
    if kind == "suspend":
        values |= {"cause": "family", "until_day": "2027-06-30"}
    if kind == "repeat":
        values["to_class"] = (await transfer_values(school))["to_class"]
    return values | ({} if kind == "graduate" else {"guardian_agrees": "true"})
