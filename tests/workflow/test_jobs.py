"""Jobs are done at least once, each for itself; mail goes out in the reader's language; timers act on their visit."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from shuyuan.engine.diagnostics import Diagnostic
from shuyuan.engine.ops.cases import load_case
from shuyuan.engine.ops.handlers import Post, handlers
from shuyuan.engine.ops.jobs import (
    FIRST_PAUSE,
    KEPT,
    LONGEST_PAUSE,
    TRIES,
    Hopeless,
    Job,
    Runner,
    backlog,
    drop,
    in_trouble,
    pause,
    retry,
    run_due,
    sweep,
    take,
)
from shuyuan.engine.ops.mail import Files, Smtp, composed, transport_of
from shuyuan.engine.ops.notices import Reader
from shuyuan.engine.settings import Mail
from shuyuan.engine.store import Store, journal

from tests.school import School

from .office import Office, office_of

DEEP = bool(os.environ.get("SHUYUAN_DEEP"))


class Clock:
    def __init__(self) -> None:
        self.ms = 1_000_000

    def __call__(self) -> int:
        return self.ms


async def add(store: Store, count: int, kind: str = "note", due: int = 0) -> None:
    ids = await store.new_ids(count)
    await store.apply([journal.job(n, kind, f"{kind}:{n}", {"n": n}, due_at=due) for n in ids])


async def test_due_jobs_are_done_in_order_and_once(store: Store) -> None:
    seen: list[int] = []

    async def note(job: Job) -> None:
        seen.append(job.payload["n"])

    runner = Runner(store, {"note": note}, Clock())
    await add(store, 5)
    await add(store, 1, due=2_000_000)
    assert (await run_due(runner, 3)).done == 3
    assert (await run_due(runner, 3)).done == 2
    assert (await run_due(runner, 3)).all == 0
    assert seen == sorted(seen) and len(seen) == 5
    assert await backlog(store, 3_000_000) == (0, 1)


async def test_a_failing_job_takes_nothing_from_the_others_and_comes_again_later(store: Store) -> None:
    clock, seen = Clock(), Counter[int]()

    async def note(job: Job) -> None:
        seen[job.payload["n"]] += 1
        if job.payload["n"] == first and seen[first] < 3:
            raise OSError("no route")

    await add(store, 3)
    first = min(n for (n,) in await _ids(store))
    runner = Runner(store, {"note": note}, clock, chance=lambda: 0.5)
    ran = await run_due(runner)
    assert (ran.done, ran.failed) == (2, 1)
    (listed,) = await in_trouble(store)
    assert (listed.error, listed.tries, listed.dead) == ("OSError: no route", 1, False)
    assert (await run_due(runner)).all == 0
    clock.ms += FIRST_PAUSE
    assert (await run_due(runner)).failed == 1
    clock.ms += 2 * FIRST_PAUSE
    assert (await run_due(runner)).done == 1
    assert await in_trouble(store) == []


async def _ids(store: Store) -> list[tuple[int]]:
    from shuyuan.engine.model import Sql, Storage
    from shuyuan.engine.store import Query

    return await store.rows(Query(Sql("SELECT id FROM sy_job"), (Storage("bigint"),)))  # type: ignore[return-value]


async def test_a_job_that_never_works_is_laid_aside_and_can_be_tried_again(store: Store) -> None:
    clock, broken = Clock(), True

    async def note(job: Job) -> None:
        if broken:
            raise RuntimeError("broken")

    runner = Runner(store, {"note": note}, clock)
    await add(store, 1)
    for _ in range(TRIES):
        await run_due(runner)
        clock.ms += 2 * LONGEST_PAUSE
    (listed,) = await in_trouble(store)
    assert (listed.dead, listed.tries) == (True, TRIES)
    assert await backlog(store, clock.ms) == (1, 0)
    assert (await run_due(runner)).all == 0
    broken = False
    await retry(store, [listed.id], clock.ms)
    assert (await run_due(runner)).done == 1


async def test_a_hopeless_job_and_one_nobody_knows_are_laid_aside_at_once(store: Store) -> None:
    async def note(job: Job) -> None:
        raise Hopeless(Diagnostic("FLOW_037", args={"effect": "x.y"}))

    await add(store, 1)
    await add(store, 1, kind="strange")
    assert (await run_due(Runner(store, {"note": note}, Clock()))).dead == 2
    found = await in_trouble(store)
    assert {j.kind: j.error for j in found} == {
        "note": "没有插件提供“x.y”。",
        "strange": "没有程序处理“strange”这类任务。",
    }
    await drop(store, [j.id for j in found])
    assert await in_trouble(store) == []


async def test_a_job_that_hangs_is_given_up_when_its_lease_ends(store: Store) -> None:
    async def note(job: Job) -> None:
        await asyncio.Event().wait()

    await add(store, 1)
    assert (await run_due(Runner(store, {"note": note}, Clock(), lease=30))).failed == 1


async def test_done_jobs_are_forgotten_after_a_while(store: Store) -> None:
    async def note(job: Job) -> None:
        return

    clock = Clock()
    await add(store, 2)
    await run_due(Runner(store, {"note": note}, clock))
    await sweep(store, clock.ms + KEPT)
    assert len(await _ids(store)) == 2
    await sweep(store, clock.ms + KEPT + 1)
    assert await _ids(store) == []


def test_pauses_double_up_to_an_hour_and_spread() -> None:
    assert [pause(n, 0.5) for n in (1, 2, 3)] == [5_000, 10_000, 20_000]
    assert pause(40, 0.5) == LONGEST_PAUSE
    assert pause(1, 0.0) < pause(1, 0.99)


async def test_two_workers_never_take_the_same_job(store: Store, another: Callable[[], Any]) -> None:
    clock = Clock()
    runners = [Runner(store, {}, clock), Runner(await another(), {}, clock)]
    await add(store, 40)
    taken = await asyncio.gather(*(take(r, 5) for r in runners * 4))
    found = [job.id for jobs in taken for job in jobs]
    assert len(found) == len(set(found))
    clock.ms += 60_001
    rest = [job for r in runners * 4 for job in await take(r, 5)]
    assert {j.id for j in rest} == {n for (n,) in await _ids(store)}


async def test_a_worker_killed_between_effect_and_mark_loses_nothing(store: Store, another: Callable[[], Any]) -> None:
    """Some workers vanish right after the effect; another takes the job over when the lease ends."""
    total, clock, chance = (10_000 if DEEP else 200), Clock(), random.Random(7)
    effects, kills = Counter[int](), Counter[int]()
    await add(store, total)

    class Killed(BaseException):
        pass

    async def note(job: Job) -> None:
        effects[job.payload["n"]] += 1
        if chance.random() < 0.1:
            kills[job.payload["n"]] += 1
            raise Killed

    runners = [Runner(s, {"note": note}, clock) for s in (store, await another())]
    while (await backlog(store, clock.ms))[1]:
        found = await asyncio.gather(*(run_due(r, 20) for r in runners), return_exceptions=True)
        if all(not isinstance(f, BaseException) and f.all == 0 for f in found):
            clock.ms += 60_001
    assert len(effects) == total
    assert all(effects[n] == 1 + kills[n] for n in effects)


async def test_a_worker_wakes_at_once_and_stops_when_told(school_sqlite: School) -> None:
    engine, done, stop = school_sqlite.engine, asyncio.Event(), asyncio.Event()

    async def note(job: Job) -> None:
        done.set()

    engine.runner = replace(engine.runner, handlers={"note": note})
    running = asyncio.create_task(engine.keep_house(stop))
    await asyncio.sleep(0)
    await add(engine.store, 1)
    engine.runner.wake.set()
    async with asyncio.timeout(20):
        await done.wait()
        stop.set()
        engine.runner.wake.set()
        await running


# -- approvals ---------------------------------------------------------------------------------------------------------


class Sent:
    """Keeps mail instead of sending it; the first `failing` attempts fail."""

    def __init__(self, failing: int = 0) -> None:
        self.mails: list[EmailMessage] = []
        self.failing = failing

    async def send(self, message: EmailMessage) -> None:
        if self.failing:
            self.failing -= 1
            raise OSError("mail server away")
        self.mails.append(message)


@pytest.fixture
async def office(store: Store) -> Office:
    return await office_of(store)


def runner_of(office: Office, sent: Sent, effects: dict[str, Any] | None = None) -> Runner:
    post = Post(sent, "school@school.example", "https://school.example")
    return Runner(office.store, handlers(office, post, lambda: effects or {}), lambda: office.clock.ms)


async def test_mail_goes_out_in_the_language_of_the_reader(office: Office) -> None:
    answer, sent = await office.submitted(), Sent()
    await run_due(runner_of(office, sent))
    (mail,) = sent.mails
    assert mail["To"] == "hanna@school.example"
    assert mail["Subject"] == "For you: Leave"
    body = mail.get_content()
    assert f"https://school.example/cases/{answer.case}" in body and "Hello hanna" in body
    await office.press("hanna", answer.case, "return", comment="which days?")
    await run_due(runner_of(office, sent))
    assert sent.mails[1]["Subject"] == "退回修改：请假"
    assert "which days?" in sent.mails[1].get_content()


async def test_mail_that_could_not_leave_is_sent_later(office: Office) -> None:
    await office.submitted()
    sent = Sent(failing=1)
    runner = runner_of(office, sent)
    assert (await run_due(runner)).failed == 1
    office.clock.move(minutes=1)
    assert (await run_due(runner)).done == 1
    assert len(sent.mails) == 1


async def test_reminder_and_escalation_come_in_school_days(office: Office) -> None:
    answer, sent = await office.submitted(), Sent()
    runner = runner_of(office, sent)
    await run_due(runner)
    office.clock.move(days=1)
    await run_due(runner)
    await run_due(runner)
    assert [m["Subject"] for m in sent.mails] == ["For you: Leave", "Reminder: Leave"]
    office.clock.move(days=2)
    await run_due(runner)
    stored = await load_case(office.store, answer.case)
    assert stored is not None and [t.name for t in stored.state.tasks] == ["paula"]
    assert (await office.press("paula", answer.case, "approve")).status == "passed"


async def test_a_timer_of_a_visit_that_is_over_does_nothing(office: Office) -> None:
    answer, sent = await office.submitted(), Sent()
    runner = runner_of(office, sent)
    office.clock.move(days=9)
    taken = await take(runner, 50)
    await office.press("hanna", answer.case, "return")
    before = await load_case(office.store, answer.case)
    for job in taken:
        await runner.handlers[job.kind](job)
    after = await load_case(office.store, answer.case)
    assert before is not None and after is not None
    assert after.state == before.state


async def test_after_a_stand_still_every_overdue_timer_fires_once(office: Office) -> None:
    answer, sent = await office.submitted(), Sent()
    office.clock.move(days=30)
    runner = runner_of(office, sent)
    while (await run_due(runner)).all:
        pass
    rows = await office.rows(f"SELECT act FROM sy_case_entry WHERE case_id = {answer.case} ORDER BY id", "text")
    assert [a for (a,) in rows] == ["start", "submit", "auto", "remind", "escalate"]


async def test_an_effect_is_run_with_its_key_and_again_after_a_failure(office: Office) -> None:
    answer, calls = await office.submitted(), []

    async def seats(key: str, payload: Any) -> None:
        calls.append((key, payload["record"]))
        if len(calls) == 1:
            raise OSError

    await office.press("hanna", answer.case, "approve")
    runner = runner_of(office, Sent(), {"seats.tell": seats})
    await run_due(runner)
    office.clock.move(minutes=2)
    await run_due(runner)
    assert [key for key, _ in calls] == [f"{answer.case}:2:0"] * 2


async def test_an_effect_no_plugin_gives_is_laid_aside(office: Office) -> None:
    answer = await office.submitted()
    await office.press("hanna", answer.case, "approve")
    assert (await run_due(runner_of(office, Sent()))).dead == 1


# -- mail --------------------------------------------------------------------------------------------------------------

PAYLOAD = {"title": {"zh": "待办：\r\nBcc: x@evil.example", "en": ""}, "text": {"zh": "正文"}, "link": "/cases/1"}


def test_names_and_titles_cannot_begin_another_header() -> None:
    reader = Reader(1, "坏\nname", "a@school.example\nBcc: b@evil.example", "zh")
    mail = composed(reader, PAYLOAD, key="1:1:n0:1", sender="s@school.example", base_url="", at=0)
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"] and mail["Subject"].startswith("待办")


def test_the_same_notice_has_the_same_message_id() -> None:
    reader = Reader(1, "n", "a@school.example", "zh")
    one, two, other = (
        composed(reader, PAYLOAD, key=k, sender="s@school.example", base_url="", at=0)["Message-ID"]
        for k in ("a", "a", "b")
    )
    assert one == two != other


async def test_mail_is_written_as_files(tmp_path: Path) -> None:
    reader = Reader(1, "王", "wang@school.example", "zh")
    mail = composed(reader, PAYLOAD, key="1:1:n0/../:1", sender="s@school.example", base_url="https://x.example/", at=0)
    await Files(str(tmp_path / "out")).send(mail)
    (path,) = (tmp_path / "out").iterdir()
    found = message_from_bytes(path.read_bytes(), policy=default)
    assert found["To"] == "wang@school.example"
    assert "https://x.example/cases/1" in found.get_content()  # type: ignore[attr-defined]


async def test_the_console_prints_what_would_be_sent(capsys: pytest.CaptureFixture[str]) -> None:
    settings = Mail("console", "s@school.example", "", "", 0, "none", "", "")
    mail = composed(
        Reader(1, "王", "w@school.example", "zh"), PAYLOAD, key="k", sender="s@x.example", base_url="", at=0
    )
    await transport_of(settings).send(mail)
    assert "正文" in capsys.readouterr().err


async def test_mail_leaves_over_a_real_mail_server() -> None:
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        inside = False
        while line := await reader.readline():
            heard.append(line)
            if inside:
                if line == b".\r\n":
                    inside = False
                    writer.write(b"250 kept\r\n")
            elif line.upper().startswith(b"DATA"):
                inside = True
                writer.write(b"354 go on\r\n")
            elif line.upper().startswith(b"QUIT"):
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
            await writer.drain()
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = Mail("smtp", "s@school.example", "", "127.0.0.1", port, "none", "", "")
    mail = composed(
        Reader(1, "王", "w@school.example", "zh"), PAYLOAD, key="k", sender="s@school.example", base_url="", at=0
    )
    async with server:
        transport = transport_of(settings)
        assert isinstance(transport, Smtp)
        await transport.send(mail)
    assert any(b"RCPT TO:<w@school.example>" in line for line in heard)
    assert any(b"Message-ID" in line for line in heard)
