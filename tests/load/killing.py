"""Workers killed in the middle of submitting, deciding, publishing and importing: `python -m tests.load.killing`.

Each is a process that is ended with SIGKILL at a moment nobody chose; then the installation is opened again and has to
be whole, with everything in it that was acknowledged. The table says how often, and how often it was not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shuyuan.engine import propose, publish
from shuyuan.engine.ops.import_batch import load_import
from shuyuan.engine.ops.importing import run_import

from tests.load import victims
from tests.load.place import Kind, server
from tests.load.seats import Said, documents
from tests.load.sound import faults
from tests.load.victims import ROWS, VICTIMS, work_of
from tests.school import build, opened, sqlite_school

#: Seconds after `go` within which the process is killed, by what it does.
WITHIN = {"submit": 0.02, "transition": 0.02, "publish": 0.15, "import": 0.4}
#: Seconds a process has to begin.
PATIENCE = 60.0


@dataclass
class Tally:
    """How one kind of work fared on one kind of database."""

    kills: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)


@dataclass
class Place:
    """An installation that is killed over and over. since: the greatest id before."""

    url: str
    folder: str
    since: int = 0


@contextmanager
def place(kind: Kind) -> Iterator[Place]:
    """The demo school with an entity of its own that is published over and over."""
    with tempfile.TemporaryDirectory(prefix="shuyuan-kill-") as folder:
        url = asyncio.run(_made(kind, Path(folder)))
        found = Place(url, f"{folder}/files")
        try:
            found.since = asyncio.run(_furnished(found))
            yield found
        finally:
            asyncio.run(_gone(kind))


def _name() -> str:
    return f"shuyuan_t_{os.getpid()}_kill"


async def _made(kind: Kind, folder: Path) -> str:
    if kind == "sqlite":
        shutil.copyfile(await sqlite_school(), folder / "school.sqlite3")
        return f"sqlite:///{folder / 'school.sqlite3'}"
    found = await server()
    name = _name()
    connection = await found.admin_connection()
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    await build(found.url(name))
    return found.url(name)


async def _gone(kind: Kind) -> None:
    if kind == "postgres":
        found = await server()
        connection = await found.admin_connection()
        await connection.execute(f'DROP DATABASE "{_name()}" WITH (FORCE)')
        await connection.close()


async def _furnished(found: Place) -> int:
    """The entity with rows, so that a publication has something to compute."""
    async with opened(found.url, Path(found.folder)) as school:
        work = await work_of(school, 0)
        made = await propose(work, documents(Said()))
        assert made.plan is not None, made.diagnostics
        await publish(work, made.documents, made.plan.hash)
        ((since,),) = await school.rows("SELECT value FROM sy_counter WHERE name = 'id'", "bigint")
        say: Any = lambda _: None  # noqa: E731 - nobody listens yet
        try:
            async with asyncio.timeout(20):
                await _some(school, say)
        except TimeoutError:
            pass
        return int(since)


async def _some(school: Any, say: Any) -> None:
    """A few hundred seats, by an import that is not killed."""
    from shuyuan.engine.ops.importing import apply_import, begin_import

    admin = await school.account("admin")

    async def fresh() -> Any:
        return await work_of(school, admin)

    for turn in range(3):
        one = await begin_import(await fresh(), "seat", "first.csv", victims.sheet(f"i-first{turn}"))
        await apply_import(await fresh(), one)
        await run_import(fresh, one.id, say)


def kill_once(found: Place, kind: str, seed: int, rng: random.Random) -> list[dict[str, Any]]:
    """Start a process, kill it, and give what it had said."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        _be_killed(found, kind, seed, write)
    os.close(write)
    said: list[dict[str, Any]] = []
    rest = b""
    with os.fdopen(read, "rb", buffering=0) as pipe:
        goes, wait = 0, rng.randrange(1, 6)
        deadline = time.monotonic() + PATIENCE
        while goes < wait and time.monotonic() < deadline:
            if not select.select([pipe], [], [], 1.0)[0]:
                continue
            piece = pipe.read(65536)
            if not piece:
                break
            *lines, rest = (rest + piece).split(b"\n")
            said += [json.loads(line) for line in lines]
            goes = sum("go" in one for one in said)
        time.sleep(rng.uniform(0, WITHIN[kind]))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while piece := pipe.read(65536):
            rest += piece
        said += [json.loads(line) for line in rest.split(b"\n") if line.endswith(b"}")]
    if goes < wait:
        raise AssertionError(f"the process for {kind} ended by itself: {said[-3:]}")
    return said


def _be_killed(found: Place, kind: str, seed: int, write: int) -> None:
    def say(one: dict[str, Any]) -> None:
        os.write(write, json.dumps(one).encode() + b"\n")

    try:
        asyncio.run(victims.live(found.url, found.folder, kind, seed, say))
    except BaseException as error:  # noqa: BLE001 - it may not return into the program that forked it
        sys.stderr.write(f"{kind}: {error!r}\n")
    finally:
        os._exit(1)


async def look(found: Place, said: list[dict[str, Any]], tally: Tally) -> None:
    """Open the installation again: it is whole, and what was acknowledged is there."""
    async with opened(found.url, Path(found.folder)) as school:
        await school.engine.refresh()
        for one in said:
            tally.acknowledged += bool(one.keys() & {"version", "published", "over", "done"})
            lost = await _lost(school, one)
            tally.lost += [f"{lost}: {one}"] if lost else []
        for number in {one["import"] for one in said if "import" in one}:
            tally.half += await _gone_on_with(school, number)
        tally.half += await faults(school, found.since)


async def _lost(school: Any, one: dict[str, Any]) -> str:
    if "entity" in one:
        table = school.engine.version.tables(one["entity"])[0].name
        rows = await school.rows(f"SELECT version FROM {table} WHERE id = {one['id']}", "bigint")
        return "" if rows and rows[0][0] >= one["version"] else f"record {rows}"
    if "case" in one:
        rows = await school.rows(f"SELECT version FROM sy_case WHERE id = {one['case']}", "bigint")
        return "" if rows and rows[0][0] >= one["version"] else f"case {rows}"
    if "published" in one:
        return "" if school.engine.version.number >= one["published"] else "version"
    if "done" in one or "over" in one:
        ((state, detail),) = await school.rows(
            f"SELECT state, detail FROM sy_batch WHERE id = {one['import']}", "text", "json"
        )
        return "" if state == "done" or ("done" in one and detail["done"] >= one["done"]) else f"import {state}"
    return ""


async def _gone_on_with(school: Any, number: int) -> list[str]:
    """An import that was cut off goes on, and every row of it is there once."""
    admin = await school.account("admin")

    async def fresh() -> Any:
        return await work_of(school, admin)

    one = await load_import(await fresh(), number)
    before = await _rows_of(school, one.title.removesuffix(".csv"))
    wrong = []
    if one.state in ("applying", "done") and one.counts.get("created", 0) != before:
        wrong.append(f"import {number} says {one.counts}, {before} are there")
    if one.state == "mapping" and before:
        wrong.append(f"import {number} wrote {before} rows too early")
    if one.state == "applying":
        done = await run_import(fresh, number)
        after = await _rows_of(school, one.title.removesuffix(".csv"))
        if (done.state, after) != ("done", ROWS):
            wrong.append(f"import {number} went on to {done.state} with {after} rows")
    return wrong


async def _rows_of(school: Any, mark: str) -> int:
    entity = school.engine.version.entity("seat")
    key = next(f for f in entity.fields if f.name == "key")
    text = f"SELECT count(*) FROM t_{entity.id} WHERE c_{key.id} LIKE '{mark}-%'"
    return int((await school.rows(text, "bigint"))[0][0])


def run(kills: int, kinds: list[Kind], seed: int, told: Any = lambda *_: None) -> dict[tuple[str, str], Tally]:
    """The whole of it: so many kills, spread evenly."""
    rng = random.Random(seed)
    tallies: dict[tuple[str, str], Tally] = {}
    each = max(1, kills // (len(kinds) * len(VICTIMS)))
    for kind in kinds:
        with place(kind) as found:
            for name in VICTIMS:
                tally = tallies[kind, name] = Tally()
                for _ in range(each):
                    said = kill_once(found, name, rng.getrandbits(32), rng)
                    asyncio.run(look(found, said, tally))
                    tally.kills += 1
                    told(kind, name, tally)
    return tallies


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    seed = given.seed or random.SystemRandom().getrandbits(30)
    kinds: list[Kind] = given.database or ["sqlite", "postgres"]

    def told(kind: str, name: str, tally: Tally) -> None:
        print(f"\r{kind} {name}: {tally.kills} kills   ", end="", file=sys.stderr, flush=True)

    tallies = run(given.kills, kinds, seed, told)
    print(file=sys.stderr)
    print(f"{'database':<10} {'killed during':<14} {'kills':>6} {'acknowledged':>13} {'lost':>6} {'half done':>10}")
    for (kind, name), one in tallies.items():
        print(f"{kind:<10} {name:<14} {one.kills:>6} {one.acknowledged:>13} {len(one.lost):>6} {len(one.half):>10}")
    bad = [line for one in tallies.values() for line in (*one.lost, *one.half)]
    print("\n".join(dict.fromkeys(bad[:20])), end="\n" if bad else "")
    print(f"seed {seed}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
