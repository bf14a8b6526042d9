"""What pages of people look up, on both databases: what waits, colleagues, units, the audit, what a role may do."""

from __future__ import annotations

from typing import Any

import pytest
from shuyuan.engine import (
    AuditAsked,
    NewAccount,
    NewGrant,
    Refused,
    Stale,
    Visitor,
    audit_trail,
    colleagues,
    create_account,
    demo_of,
    end_sessions,
    grant_role,
    keep_demo,
    lobby,
    person,
    persons,
    read_all_notices,
    revoke_grant,
    role_sheet,
    roles_of,
    stand_in,
    unit_names,
    units_like,
    unveiled,
    veiled,
)
from shuyuan.engine.ops.audit_trail import KINDS
from shuyuan.engine.ops.sessions import session_writes

from tests.school import School

KEY = b"k" * 32


async def test_what_waits_is_counted_and_rights_are_asked_along(school: School) -> None:
    await school.play()
    work = await school.work("head.east")
    found = await lobby(work)
    assert found.tasks and found.unread and found.school
    await read_all_notices(school.engine.store, work.actor.id, work.now.ms, work.now.ms)
    assert (await lobby(work)).unread == 0
    assert await lobby(await school.work("emma")) == (await lobby(await school.work("emma")))
    admin = await school.actor("admin")
    await grant_role(school.engine.entrance, admin, NewGrant(work.actor.id, "registrar"))
    with pytest.raises(Stale):
        await lobby(work)


async def test_people_are_found_as_far_as_they_are_seen(school: School) -> None:
    teacher, guardian = await school.actor("teacher"), await school.actor("guardian")
    registrar, student = await school.work("registrar.east"), await school.work("student")
    (one,) = [c for c in await colleagues(registrar, guardian.name) if c.account == guardian.id]
    assert one.record in guardian.records and one.entity == "guardian"
    assert [c for c in await persons(student, guardian.name) if c.account == guardian.id] == []
    assert [c.account for c in await colleagues(student, teacher.name) if c.account == teacher.id]
    assert [c for c in await colleagues(await school.work("teacher"), teacher.name) if c.account == teacher.id] == []
    assert await persons(registrar, "") == () and await persons(registrar, "\0'%") == ()


async def test_nobody_is_found_by_naming_one_account_after_the_other_as_a_stand_in(school: School) -> None:
    desk, now = school.engine.desk, school.engine.entrance.now
    student, teacher = await school.actor("student"), await school.account("teacher")
    said = set()
    for account in (1 << 40, await school.account("guardian"), await school.account("admin")):
        with pytest.raises(Refused, match="FLOW_041") as caught:
            await stand_in(desk, student, student.id, account, now, now + 1000)
        said.add(caught.value.diagnostics)
    assert len(said) == 1, "in the same words whether or not there is somebody"
    assert (await stand_in(desk, student, student.id, teacher, now, now + 1000)).proxy == teacher


async def test_an_account_that_is_no_record_stands_in_for_people_of_its_unit(school: School) -> None:
    entrance, desk, admin = school.engine.entrance, school.engine.desk, await school.actor("admin")
    now = entrance.now
    units = {unit.label: unit.id for unit in await units_like(await school.work("admin"), "校区")}
    near, far = [await create_account(entrance, admin, NewAccount(login, login)) for login in ("near", "far")]
    await grant_role(entrance, admin, NewGrant(near, "registrar", units["东校区"]))
    await grant_role(entrance, admin, NewGrant(far, "registrar", units["西校区"]))
    head = await school.actor("principal.east")
    with pytest.raises(Refused, match="FLOW_041"):
        await stand_in(desk, head, head.id, far, now, now + 1000)
    assert (await stand_in(desk, head, head.id, near, now, now + 1000)).proxy == near


async def test_units_are_those_whose_people_one_manages(school: School) -> None:
    admin = await school.work("admin")
    found = await units_like(admin, "校区")
    assert [unit.label for unit in found][:2] == ["东校区", "西校区"] and found[0].above
    assert (await unit_names(admin, [found[0].id, 1 << 40])) == {found[0].id: found[0].label}
    with pytest.raises(Refused, match="ACCESS_012"):
        await units_like(await school.work("registrar.east"), "")


@pytest.mark.parametrize("kind", ["", "nonsense", *KINDS])
async def test_the_audit_is_asked_in_every_way(school: School, kind: str) -> None:
    await school.play()
    admin = await school.work("admin")
    every = await audit_trail(admin, AuditAsked(kind=kind, limit=500))
    heads = KINDS.get(kind, ("",))
    assert all(line.op.startswith(heads) for line in every)
    assert [(-line.at, -line.id) for line in every] == sorted((-line.at, -line.id) for line in every)
    asked: dict[str, Any] = {"kind": kind, "entity": "leave_request", "since": 1, "until": 1 << 50}
    some = await audit_trail(admin, AuditAsked(**asked, limit=500))
    assert {line.id for line in some} <= {line.id for line in every}
    for line in some[:3]:
        assert line.entity and line.entity.name == "leave_request"
        one = await audit_trail(admin, AuditAsked(account=line.actor, record=line.record or 0, kind=kind))
        assert line.id in [x.id for x in one]
    if len(every) > 2:
        rest = await audit_trail(admin, AuditAsked(kind=kind, before=(every[1].at, every[1].id), limit=500))
        assert [x.id for x in rest] == [x.id for x in every[2:]]


async def test_the_audit_is_for_whoever_holds_the_right(school: School) -> None:
    await school.play()
    assert any(line.label for line in await audit_trail(await school.work("admin"), AuditAsked(entity="leave_request")))
    for login in ("registrar.east", "principal.east", "student"):
        with pytest.raises(Refused, match="ACCESS_012"):
            await audit_trail(await school.work(login), AuditAsked())


async def test_a_role_is_shown_as_its_policies_work_out(school: School) -> None:
    work = await school.work("admin")
    assert set(roles_of(work)) >= {"admin", "registrar", "guardian"}
    by_name = {line.entity.name: line for line in role_sheet(work, "guardian").lines}
    assert by_name["student"].extents["see"] == "some" and by_name["student"].extents["edit"] == "none"
    assert "resident_id" in [f.name for f in by_name["student"].masked]
    assert "remark" in [f.name for f in by_name["student"].hidden]
    head = {line.entity.name: line for line in role_sheet(work, "head_teacher").lines}
    assert head["student"].extents["see"] == "unit" and "guardians" in [f.name for f in head["student"].writes]
    assert role_sheet(work, "admin").system == {"definitions", "users", "audit", "jobs"}
    assert {line.extents["see"] for line in role_sheet(work, "admin").lines} == {"all"}
    with pytest.raises(KeyError):
        role_sheet(work, "emperor")
    with pytest.raises(Refused, match="ACCESS_012"):
        role_sheet(await school.work("registrar.east"), "admin")


async def test_somebody_elses_sessions_end(school: School) -> None:
    entrance, admin = school.engine.entrance, await school.actor("admin")
    account = await school.account("teacher")
    opened, writes = await session_writes(entrance, account, "", "")
    await entrance.store.apply(writes)
    assert await school.engine.sessions.session(opened.token)
    with pytest.raises(Refused, match="ACCESS_012"):
        await end_sessions(entrance, await school.actor("registrar.east"), account)
    await end_sessions(entrance, admin, account)
    assert await (await school.another()).sessions.session(opened.token) is None


async def test_a_grant_is_seen_and_gone(school: School) -> None:
    entrance, admin = school.engine.entrance, await school.actor("admin")
    account = await school.account("teacher")
    number = await grant_role(entrance, admin, NewGrant(account, "registrar"))
    found = await person(entrance, admin, account)
    assert found and [role.id for role in found.roles] == [number]
    await revoke_grant(entrance, admin, number)
    await revoke_grant(entrance, admin, number)
    found = await person(entrance, admin, account)
    assert found and found.roles == ()


async def test_the_demo_keeps_who_may_look_around(school: School) -> None:
    store = school.engine.store
    await keep_demo(store, "x", [])
    await keep_demo(store, "secret", [Visitor("a", "甲", "教务", "Registrar")])
    found = await demo_of(store)
    assert found and found.password == "secret" and found.visitors == (Visitor("a", "甲", "教务", "Registrar"),)


@pytest.mark.parametrize("content", [None, "", "张三", ["a", {"b": [1, True]}], "x" * 5000])
def test_what_is_veiled_is_neither_read_nor_changed(content: object) -> None:
    text = veiled(KEY, "p", content, 100)
    assert unveiled(KEY, "p", text, 99) == content
    assert "张三" not in text and text != veiled(KEY, "p", content, 100)
    assert unveiled(KEY, "p", text, 100) is None, "it has run out"
    assert unveiled(KEY, "q", text, 99) is None, "it is for something else"
    assert unveiled(b"l" * 32, "p", text, 99) is None
    for at in range(0, len(text), 7):
        changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        assert unveiled(KEY, "p", changed, 99) is None
    for odd in ("", ".", "a.b", "é.é", "A" * 99):
        assert unveiled(KEY, "p", odd, 99) is None
