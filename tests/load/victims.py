"""What the killed process was doing: one kind of work without end, telling what was acknowledged as it goes."""

from __future__ import annotations

import itertools
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from shuyuan.engine import Press, Refused, Stale, Submission, press, propose, publish, submit
from shuyuan.engine.model import SYSTEM, Actor, Sql, Storage
from shuyuan.engine.ops import importing
from shuyuan.engine.ops.actors import load_actor
from shuyuan.engine.ops.importing import apply_import, begin_import, run_import
from shuyuan.engine.ops.work import Work
from shuyuan.engine.store.protocol import Query

from tests.load.seats import Said, documents
from tests.school import School, opened

#: Tells the one who kills: `go` right before something, and what was acknowledged after it.
Say = Callable[[dict[str, Any]], None]
#: Two ways to say the same entity; each can follow the other without a loss.
WAYS = (Said(factor=2, was="remark"), Said(factor=3, note="remark", was="note", size="integer", unique=True))
ROWS = 200


async def work_of(school: School, account: int) -> Work:
    """A piece of work of an account, 0 for the system itself, with what is live and the rights of now."""
    await school.engine.refresh()
    actor: Actor | None = SYSTEM
    if account:
        actor = await load_actor(school.engine.store, school.engine.version.model, account, school.clock)
    assert actor is not None
    return school.engine.work(actor)


async def submitting(school: School, say: Say, rng: random.Random) -> None:
    """New seats, new pupils with guardians, and changes of both."""
    registrar = await school.account("registrar.east")
    admin = await school.account("admin")
    klass = (
        await school.rows(f"SELECT id FROM {school.engine.version.tables('class')[0].name} ORDER BY id", "bigint")
    )[0][0]
    mine: list[tuple[str, int, int]] = []
    for turn in itertools.count():
        if mine and turn % 2:
            entity, number, version = rng.choice(mine)
            mine.remove((entity, number, version))
            account = admin if entity == "seat" else registrar
            change = {"number": str(rng.randrange(10**6))} if entity == "seat" else {"remark": f"r{rng.random()}"}
            sent = Submission(entity, change, id=number, version=version)
        elif turn % 4:
            account, sent = registrar, Submission("student", pupil(rng, klass))
        else:
            account = admin
            key = f"s{rng.getrandbits(60):x}"
            values = {
                "key": key,
                "number": str(rng.randrange(10**6)),
                "size": "7",
                "colour": colour(school),
                note(school): f"n-{key}",
            }
            sent = Submission("seat", values)
        work = await work_of(school, account)
        say({"go": turn})
        saved = await submit(work, sent)
        mine.append((sent.entity, saved.id, saved.version))
        say({"entity": sent.entity, "id": saved.id, "version": saved.version})


def note(school: School) -> str:
    names = {f.name for f in school.engine.version.entity("seat").fields}
    return "note" if "note" in names else "remark"


def colour(school: School) -> str:
    spec = school.engine.version.entity("seat").field("colour")
    assert spec is not None
    return spec.choices[0].name


def pupil(rng: random.Random, klass: int) -> dict[str, Any]:
    """A pupil as somebody registers one."""
    name = "".join(rng.choice("王李张刘陈杨") for _ in range(2))
    return {
        "name": name,
        "class": str(klass),
        "enrolled_on": "2026-09-01",
        "entry_kind": "exam",
        "boarding": "day",
        "guardians": [{"name": f"{name}家长", "relation": "51", "phone": f"138{rng.randrange(10**8):08}"}],
    }


async def deciding(school: School, say: Say, rng: random.Random) -> None:
    """Requests for leave, begun and decided by whoever they wait for."""
    guardian = await school.account("guardian")
    table = school.engine.version.tables("student")[0].name
    work = await work_of(school, guardian)
    see = work.product("student", "see")
    found = Query(Sql(f"SELECT r.id FROM {table} r WHERE ") + see.predicate, (Storage("bigint"),))
    child = (await school.engine.store.rows(found, work.slots()))[0][0]
    days = [("2026-11-25", "2026-11-25", "1"), ("2026-11-26", "2026-12-02", "5")]
    while True:
        first, last, count = rng.choice(days)
        values = {"student": str(child), "kind": "personal", "reason": "事", "first_day": first, "last_day": last}
        sent = Submission(
            "leave_request", {**values, "days": count}, form="leave_request", workflow="student_leave", act="submit"
        )
        work = await work_of(school, guardian)
        say({"go": 0})
        saved = await submit(work, sent)
        assert saved.case is not None
        case, version = saved.case.case, saved.case.version
        say({"case": case, "version": version, "record": saved.id})
        while waiting := await school.rows(
            f"SELECT account FROM sy_task WHERE case_id = {case} AND state = 'open' ORDER BY id", "bigint"
        ):
            name = rng.choice(["approve", "approve", "approve", "reject", "return"])
            account = waiting[0][0]
            if account == guardian:
                name = "submit"
            work = await work_of(school, account)
            say({"go": case})
            try:
                answer = await press(work, case, Press(name, version, "好"))
            except (Refused, Stale):
                break
            version = answer.version
            say({"case": case, "version": version, "record": saved.id})
            if answer.status != "open":
                break


async def publishing(school: School, say: Say, rng: random.Random) -> None:
    """The one way to say the entity after the other."""
    while True:
        work = await work_of(school, 0)
        twice = work.version.entity("seat").field("twice")
        assert twice is not None and twice.value is not None
        said = WAYS[1] if twice.value.text.endswith("2") else WAYS[0]
        found = await propose(work, documents(said))
        assert found.plan is not None, found.diagnostics
        say({"go": found.number})
        made = await publish(work, found.documents, found.plan.hash, found.plan.confirm)
        say({"published": made.number})


def sheet(mark: str) -> bytes:
    """A list of seats."""
    lines = ["key,number,size,colour", *(f"{mark}-{n:03},{n},7,red" for n in range(ROWS))]
    return "\n".join(lines).encode()


async def importing_(school: School, say: Say, rng: random.Random) -> None:
    """Lists of seats, each written in many small transactions."""
    importing.CHUNK = 10
    admin = await school.account("admin")

    async def fresh() -> Work:
        return await work_of(school, admin)

    while True:
        mark = f"i{rng.getrandbits(48):x}"
        say({"go": mark})
        one = await begin_import(await fresh(), "seat", f"{mark}.csv", sheet(mark))
        say({"import": one.id})
        await apply_import(await fresh(), one)
        done = await run_import(fresh, one.id, lambda now: say({"import": now.id, "done": now.done}))
        say({"import": done.id, "over": True})


VICTIMS: dict[str, Callable[[School, Say, random.Random], Awaitable[None]]] = {
    "submit": submitting,
    "transition": deciding,
    "publish": publishing,
    "import": importing_,
}


async def live(url: str, folder: str, kind: str, seed: int, say: Say) -> None:
    """Open the installation and work until somebody ends it."""
    async with opened(url, Path(folder)) as school:
        say({"begun": True})
        await VICTIMS[kind](school, say, random.Random(seed))
