"""A small run of `python -m tests.load.killing`, and that its checks notice what they are there for."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from shuyuan.engine import Submission, propose, publish, submit
from shuyuan.engine.model import Sql

from tests.conftest import PgServer
from tests.load.seats import Said, documents
from tests.load.sound import faults
from tests.load.victims import work_of
from tests.school import School
from tests.web.approvals.leaves import asked

ROOT = Path(__file__).resolve().parents[2]


async def test_killed_workers_leave_nothing_half_done(pg_server: PgServer) -> None:
    command = [sys.executable, "-m", "tests.load.killing", "--kills", "8"]
    made = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, wrong = await made.communicate()
    assert made.returncode == 0, out.decode() + wrong.decode()[-2000:]
    rows = [line.split() for line in out.decode().splitlines()[1:9]]
    assert [row[2] for row in rows] == ["1"] * 8 and {(row[4], row[5]) for row in rows} == {("0", "0")}


DAMAGE = [
    ("UPDATE sy_live SET version = 1 WHERE id = 1", "live 1"),
    ("DELETE FROM sy_audit WHERE op = 'publish' AND detail LIKE '%\"version\":2%'", "in the audit 1"),
    ("DELETE FROM sy_history WHERE record = {seat}", "its history at None"),
    ("DELETE FROM sy_search WHERE record = {seat}", "by other words"),
    ("DELETE FROM {table} WHERE id = {seat}", "is found and not there"),
    ("UPDATE {table} SET {twice} = 77 WHERE id = {seat}", "two versions"),
    ("UPDATE sy_case SET version = version + 1", "its path at"),
    ("UPDATE sy_task SET state = 'done' WHERE state = 'open'", "0 open tasks"),
    ("DELETE FROM sy_case_entry WHERE version = 1", ""),
    ("CREATE TABLE t_estray (id bigint PRIMARY KEY)", "t_estray"),
]


@pytest.mark.parametrize(("damage", "says"), DAMAGE, ids=[d[0][:40] for d in DAMAGE])
async def test_the_checks_notice_what_is_missing(school_sqlite: School, damage: str, says: str) -> None:
    school = school_sqlite
    work = await work_of(school, 0)
    found = await propose(work, documents(Said()))
    assert found.plan is not None
    await publish(work, found.documents, found.plan.hash)
    admin = await school.account("admin")
    values = {"key": "s1", "number": "5", "note": "n-s1", "size": "7", "colour": "red"}
    saved = await submit(await work_of(school, admin), Submission("seat", values))
    await asked(school)
    assert await faults(school, saved.id - 1) == []
    entity = school.engine.version.entity("seat")
    columns = {f.name: f"c_{f.id}" for f in entity.fields}
    text = damage.format(seat=saved.id, table=f"t_{entity.id}", **columns)
    async with school.engine.store.transaction() as connection:
        await connection.run(Sql(text))
    noticed = await faults(school, saved.id - 1)
    assert noticed and (not says or any(says in one for one in noticed)), noticed
