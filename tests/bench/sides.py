"""What the benchmark needs beside requests: cases that wait for an approval, a place far down a list, a publication."""

from __future__ import annotations

import re
import secrets
import time
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import asyncpg
import orjson
from shuyuan.engine import Submission, submit
from shuyuan.engine.engine import Engine, open_engine
from shuyuan.engine.model import Slot, Sql, Storage
from shuyuan.engine.ops.passwords import Passwords
from shuyuan.engine.ops.planning import propose
from shuyuan.engine.ops.publish import publish
from shuyuan.engine.store import Query

from .ground import BUILD, Ground, actor_of, settings_for

_BIG = Storage("bigint")


@dataclass
class Waiting:
    """Cases and the version each was left at, all waiting for `login`."""

    login: str
    cases: list[tuple[int, int]]


async def _open(url: str) -> Engine:
    return await open_engine(settings_for(url), passwords=Passwords(1, memory_kib=8, rounds=1))


async def waiting_cases(url: str, count: int) -> Waiting:
    """So many requests for leave, sent in by the office, that the class teacher of the first campus may approve."""
    login = "head.east"
    engine = await _open(url)
    try:
        office, teacher = await actor_of(engine, "registrar.east"), await actor_of(engine, login)
        version = engine.version
        names = {n: c for n, c, _, _ in version.stored("student").fields}
        units = [g.unit for g in teacher.grants if g.role == "head_teacher"]
        text = (
            f"SELECT id FROM {version.tables('student')[0].name} WHERE {names['status']} = ? AND unit = ? ORDER BY id"
        )
        students = [
            row[0]
            for unit in units
            for row in await engine.store.rows(Query(Sql(text, ("enrolled", Slot("unit"))), (_BIG,)), {"unit": unit})
        ]
        day = f"{engine.work().now.at.astimezone(engine.zone):%Y-%m-%d}"
        found = []
        for n in range(count):
            values = {
                "student": students[n % len(students)],
                "kind": "personal",
                "first_day": day,
                "last_day": day,
                "days": 1,
                "leaves_school": False,
                "reason": "家中有事",
            }
            sent = Submission("leave_request", values, workflow="student_leave", act="submit")
            saved = await submit(engine.work(office), sent)
            assert saved.case is not None
            found.append((saved.case.case, saved.case.version))
        return Waiting(login, found)
    finally:
        await engine.close()


async def reference_cases(url: str, count: int) -> None:
    """As many for the hand-written application."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        f"INSERT INTO ref_case (id, version, step) SELECT n, 1, 'review' FROM generate_series(1, {int(count)}) n"
    )
    await connection.close()


async def some_class(url: str) -> int:
    """An open class of the first campus."""
    engine = await _open(url)
    try:
        office = await actor_of(engine, "registrar.east")
        version = engine.version
        names = {n: c for n, c, _, _ in version.stored("class").fields}
        text = f"SELECT id, unit FROM {version.tables('class')[0].name} WHERE {names['status']} = 'open' ORDER BY id"
        rows = await engine.store.rows(Query(Sql(text), (_BIG, _BIG)))
        return int(next(row[0] for row in rows if row[0] in office.units))
    finally:
        await engine.close()


def _get(port: int, path: str, token: str) -> Any:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return orjson.loads(answer.read())


async def cursor_at(port: int, ground: Ground, record: int) -> str:
    """The cursor behind so many records of the list that the benchmark asks for."""
    after = ""
    for _ in range(record // 200):
        path = "/api/v1/records/student?status=enrolled&sort=name&limit=200&fields=name"
        page = _get(port, path + (f"&after={quote(after)}" if after else ""), ground.tokens["admin"])
        if not page["after"]:
            break
        after = page["after"]
    return quote(after)


async def publish_to_live(ground: Ground, port: int, times: int = 5) -> float:
    """Seconds from the beginning of a publication to the first answer of another process with the new field."""
    engine = await _open(ground.url)
    took: list[float] = []
    try:
        for _ in range(times):
            await engine.refresh()
            admin = await actor_of(engine, "admin")
            path = next(p for p in engine.version.documents if p.endswith("entities/student.yaml"))
            name = f"extra_{secrets.token_hex(4)}"
            text = engine.version.documents[path]
            line = f"    {name}: {{is: text, title: {{zh: 附加, en: Extra}}}}\n"
            text = re.sub(r"^    remark: ", line + "    remark: ", text, count=1, flags=re.MULTILINE)
            documents = {**engine.version.documents, path: text}
            work = engine.work(admin)
            proposed = await propose(work, documents)
            began = time.perf_counter()
            await publish(work, documents, proposed.plan.hash)
            some = ground.students[0]
            while name not in _get(port, f"/api/v1/records/student/{some}", ground.tokens["admin"]):
                pass
            took.append(time.perf_counter() - began)
    finally:
        await engine.close()
    return sorted(took)[len(took) // 2]


async def import_speed(database: str, count: int = 100_000) -> float:
    """Rows a second of an import of validated rows into a small entity of its own."""
    from .importing import measure

    return await measure(database, count, BUILD)
