"""Publications and rollbacks while two worker processes read and write: `python -m tests.load.publishing --count 500`.

PostgreSQL, real HTTP, the school's pack. Every answer has to be a success, every record in it what was written, every
list of one mind about the definitions, and the first answer of each worker after a publication already the new one.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import socket
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from shuyuan.engine import (
    SYSTEM,
    Engine,
    NewAccount,
    Outdated,
    Stale,
    create_account,
    create_token,
    install,
    open_engine,
    propose,
    propose_rollback,
    publish,
    rollback,
)
from shuyuan.engine.model import Sql, Storage
from shuyuan.engine.ops.actors import load_actor
from shuyuan.engine.ops.grants import NewGrant, grant_role
from shuyuan.engine.ops.sessions import session_writes
from shuyuan.engine.store.protocol import Query

from .place import emptied, settings_at
from .seats import Said, documents, holds, steps

_ROOT = Path(__file__).resolve().parents[2]
RECORDS = 40


@dataclass
class Report:
    """What happened."""

    publications: int = 0
    rollbacks: int = 0
    proposing: list[float] = field(default_factory=list)
    publishing: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The table."""
        rows = [
            ("publications", str(self.publications), _spread(self.publishing)),
            ("of these rollbacks", str(self.rollbacks), ""),
            ("plans", str(len(self.proposing)), _spread(self.proposing)),
            ("reads", str(len(self.reads)), _spread(self.reads)),
            ("writes", str(len(self.writes)), _spread(self.writes)),
            ("failed requests", str(len(self.failed)), " ".join(self.failed[:3])),
            ("wrong rows", str(len(self.wrong)), " ".join(self.wrong[:3])),
            ("late workers", str(len(self.late)), " ".join(self.late[:3])),
        ]
        return [f"{name:<20} {count:>8}   {more}" for name, count, more in rows]

    @property
    def good(self) -> bool:
        """Whether nothing failed and nothing was wrong."""
        return not (self.failed or self.wrong or self.late)


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return ""
    ordered = sorted(seconds)
    at = [statistics.median(ordered), ordered[int(len(ordered) * 0.95)], ordered[-1]]
    return "median {:.1f}, 95 % {:.1f}, most {:.1f} ms".format(*(1000 * x for x in at))


def _port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def workers(url: str, folder: Path, count: int):  # type: ignore[no-untyped-def]
    """Worker processes; the addresses they listen at."""
    started, addresses = [], []
    try:
        for _ in range(count):
            port = _port()
            command = [sys.executable, "-m", "tests.load.worker", url, str(folder), str(port)]
            made = await asyncio.create_subprocess_exec(*command, cwd=_ROOT, stdout=asyncio.subprocess.PIPE)
            started.append(made)
            addresses.append(f"http://127.0.0.1:{port}")
        for made in started:
            assert made.stdout is not None
            assert (await made.stdout.readline()).strip() == b"ready", "a worker did not start"
        yield addresses
    finally:
        for made in started:
            if made.returncode is None:
                made.terminate()
        await asyncio.gather(*(made.wait() for made in started))


class Clients:
    """People at work: each has records of their own and knows what they last wrote."""

    def __init__(self, addresses: list[str], token: str, session: str, report: Report) -> None:
        #: Keys of programs open no page.
        self.page = {"accept": "text/html", "authorization": "", "cookie": f"sy={session}"}
        headers = {"authorization": f"Bearer {token}"}
        self.http = [httpx.AsyncClient(base_url=a, headers=headers, timeout=30) for a in addresses]
        self.report = report
        self.numbers: dict[str, int] = {}
        self.ids: dict[str, int] = {}
        self.versions: dict[str, int] = {}
        self.saved: dict[str, int] = {}
        self.stop = asyncio.Event()

    async def close(self) -> None:
        for one in self.http:
            await one.aclose()

    def _any(self) -> httpx.AsyncClient:
        return random.choice(self.http)

    async def _timed(self, into: list[float], made: Any) -> httpx.Response | None:
        begun = time.perf_counter()
        try:
            answer: httpx.Response = await made
        except httpx.HTTPError as error:
            self.report.failed.append(repr(error))
            return None
        into.append(time.perf_counter() - begun)
        if answer.status_code >= 400:
            self.report.failed.append(f"{answer.request.method} {answer.request.url.path} {answer.status_code}")
            self.report.failed.append(answer.text[:300])
            return None
        return answer

    async def make(self) -> None:
        """The first records."""
        for at in range(RECORDS):
            key = f"k{at:03}"
            body = {"key": key, "number": at, "note": f"n-{key}", "size": "7", "colour": "red"}
            answer = await self._timed(self.report.writes, self._any().post("/api/v1/records/seat", json=body))
            assert answer is not None, self.report.failed
            made = answer.json()["record"]
            self.ids[key], self.versions[key] = made["id"], made["version"]
            self.numbers[key], self.saved[key] = at, 1

    async def write(self, keys: list[str]) -> None:
        """Change one's own records, one after another."""
        while not self.stop.is_set():
            key = random.choice(keys)
            number = random.randrange(1_000)
            match = {"if-match": f'"{self.versions[key]}"'}
            path = f"/api/v1/records/seat/{self.ids[key]}"
            made = self._any().patch(path, json={"number": number}, headers=match)
            answer = await self._timed(self.report.writes, made)
            if answer is not None:
                if number != self.numbers[key]:
                    self.saved[key] += 1
                self.numbers[key], self.versions[key] = number, answer.json()["record"]["version"]

    async def read(self) -> None:
        """Lists, records and pages."""
        while not self.stop.is_set():
            kind = random.randrange(4)
            if kind == 0:
                await self._list()
            elif kind == 1:
                key = random.choice(list(self.ids))
                answer = await self._timed(self.report.reads, self._any().get(f"/api/v1/records/seat/{self.ids[key]}"))
                if answer is not None:
                    self._look([answer.json()])
            else:
                path = "/r/seat" if kind == 2 else "/r/seat/new"
                answer = await self._timed(self.report.reads, self._any().get(path, headers=self.page))
                if answer is not None and "</html>" not in answer.text:
                    self.report.wrong.append(f"{path} is cut")

    async def _list(self) -> None:
        answer = await self._timed(self.report.reads, self._any().get("/api/v1/records/seat?limit=100&sort=key"))
        if answer is None:
            return
        items = answer.json()["items"]
        if len(items) != RECORDS:
            self.report.wrong.append(f"{len(items)} rows in a list")
        self._look(items)
        shapes = {frozenset(item) for item in items}
        factors = {item["twice"] / item["number"] for item in items if item["number"]}
        if len(shapes) > 1 or len(factors) > 1:
            self.report.wrong.append(f"a list of two minds: {shapes} {factors}")

    def _look(self, items: list[dict[str, Any]]) -> None:
        """What was never changed is as it was made; what is computed fits some way to say it."""
        for item in items:
            key = item["key"]
            if not holds(Said(), item, item["number"], key) or self.ids[key] != item["id"]:
                self.report.wrong.append(f"{item}")
            elif item["twice"] not in {item["number"] * f for f in (2, 3, 4, 5)}:
                self.report.wrong.append(f"twice of {item}")

    async def fields(self) -> list[set[str]]:
        """The names each worker shows at this moment."""
        key = next(iter(self.ids))
        answers = [await one.get(f"/api/v1/records/seat/{self.ids[key]}") for one in self.http]
        own = {"id", "version", "label", "unit", "created_at", "updated_at", "created_by", "updated_by"}
        return [set(a.json()) - own for a in answers]


async def _again(make: Callable[[], Any], engine: Engine) -> Any:
    """As the session layer does: what moved on is done once more."""
    for _ in range(20):
        try:
            return await make()
        except (Stale, Outdated):
            await engine.refresh()
    raise AssertionError("the definitions do not settle down")


class Publisher:
    """Somebody who changes the definitions all the time, in a third process."""

    def __init__(self, engine: Engine, account: int, clients: Clients, report: Report) -> None:
        self.engine, self.account, self.clients, self.report = engine, account, clients, report
        self.said: dict[int, Said] = {engine.version.number: Said()}

    async def run(self, count: int, told: Callable[[int], None]) -> None:
        for done, step in enumerate(steps(count), 1):
            await self._one(step)
            told(done)

    async def _one(self, step: Said | int) -> None:
        engine, report = self.engine, self.report
        number = engine.version.number
        said = self.said[number - step] if isinstance(step, int) else step

        async def work():  # type: ignore[no-untyped-def]
            actor = await load_actor(engine.store, engine.version.model, self.account)
            assert actor is not None
            return engine.work(actor)

        async def look() -> Any:
            if isinstance(step, int):
                return await propose_rollback(await work(), number - step)
            return await propose(await work(), documents(step))

        begun = time.perf_counter()
        found = await _again(look, engine)
        report.proposing.append(time.perf_counter() - begun)
        assert found.plan is not None, found.diagnostics

        async def carry_out() -> Any:
            if isinstance(step, int):
                return await rollback(await work(), number - step, found.plan.hash, found.plan.confirm)
            return await publish(await work(), found.documents, found.plan.hash, found.plan.confirm)

        begun = time.perf_counter()
        made = await _again(carry_out, engine)
        report.publishing.append(time.perf_counter() - begun)
        report.publications += 1
        report.rollbacks += isinstance(step, int)
        for at, names in enumerate(await self.clients.fields()):
            if names != said.fields:
                report.late.append(f"worker {at} shows {sorted(names ^ said.fields)} after {made.number}")
        await engine.refresh()
        self.said[made.number] = said


async def _at_the_end(engine: Engine, clients: Clients, said: Said, report: Report) -> None:
    """Every record is what was last acknowledged, with as many changes in its history."""
    table = engine.version.entity("seat")
    answer = await clients.http[0].get("/api/v1/records/seat?limit=100")
    items = {item["key"]: item for item in answer.json()["items"]}
    query = Query(
        Sql("SELECT record, count(*) FROM sy_history WHERE entity = ? GROUP BY record", (table.id,)),
        (Storage("bigint"), Storage("bigint")),
    )
    changes = dict(await engine.store.rows(query))  # type: ignore[arg-type]
    for key, number in clients.numbers.items():
        item = items.get(key)
        if item is None or not holds(said, item, number, key) or item["twice"] != number * said.factor:
            report.wrong.append(f"in the end: {item} for {number}")
        elif changes.get(item["id"]) != clients.saved[key]:
            report.wrong.append(f"{changes.get(item['id'])} changes of {key} for {clients.saved[key]}")


async def run(count: int, people: int = 4, told: Callable[[int], None] = lambda _: None) -> Report:
    """The whole of it."""
    report = Report()
    async with AsyncExitStack() as stack:
        url, folder = await stack.enter_async_context(emptied("postgres"))
        engine = await open_engine(settings_at(url, folder))
        stack.push_async_callback(engine.close)
        await install(engine.work(), documents(Said()))
        await engine.refresh()
        account = await create_account(engine.entrance, SYSTEM, NewAccount("admin", "Admin", must_change=False))
        await grant_role(engine.entrance, SYSTEM, NewGrant(account, "admin"))
        actor = await load_actor(engine.store, engine.version.model, account)
        assert actor is not None
        token = await create_token(engine.entrance, actor, "load", frozenset({"*"}), 1)
        addresses = await stack.enter_async_context(workers(url, folder, 2))
        session, writes = await session_writes(engine.entrance, account, "127.0.0.1", "load")
        await engine.store.apply(writes)
        clients = Clients(addresses, token.token, session.token, report)
        stack.push_async_callback(clients.close)
        await clients.make()
        keys = list(clients.ids)
        tasks = [asyncio.create_task(clients.write(keys[at::people])) for at in range(people)]
        tasks += [asyncio.create_task(clients.read()) for _ in range(people)]
        publisher = Publisher(engine, account, clients, report)
        try:
            await publisher.run(count, told)
        finally:
            clients.stop.set()
            await asyncio.gather(*tasks)
        await _at_the_end(engine, clients, publisher.said[engine.version.number], report)
    return report


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--people", type=int, default=4)
    given = parser.parse_args()

    def told(done: int) -> None:
        if done % 10 == 0 or done == given.count:
            print(f"\r{done} of {given.count} publications", end="", file=sys.stderr, flush=True)

    report = asyncio.run(run(given.count, given.people, told))
    print(file=sys.stderr)
    print("\n".join(report.lines()))
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
