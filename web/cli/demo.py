"""`shuyuan demo`: a whole invented school in a folder, made once in seconds, then served with its accounts shown."""

from __future__ import annotations

import asyncio
import os
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol

import click
from shuyuan.definitions.accounts import PASSWORD, Account, accounts
from shuyuan.definitions.days import TERM_END, TERM_START
from shuyuan.definitions.generate import DEMO_TODAY, Size, generate
from shuyuan.definitions.requests import Request, requests
from shuyuan.engine import (
    Diagnostic,
    Engine,
    Press,
    Refused,
    Seeded,
    Settings,
    Submission,
    Visitor,
    act,
    demo_made,
    install,
    keep_demo,
    note_demo,
    open_engine,
    read_settings,
    seed,
    shipped,
    submit,
)

from .installation import guarded
from .progress import Progress
from .serving import serve
from .speech import Words, command, lang_of, option, remark

_MAKING = Words("正在建立演示学校（{students} 名学生）……", "Making the demo school ({students} students) ...")
_DEFINITIONS = Words("发布定义", "Publishing the definitions")
_RECORDS = Words("写入记录", "Writing the records")
_REQUESTS = Words("办理申请", "Playing the requests")
_ACCOUNTS = Words("\n演示账号（密码都是 {password}）：", "\nDemo accounts (the password of each is {password}):")
_READY = Words("演示学校已在 {where}。", "The demo school is in {where}.")


@command(
    "建立一所演示学校并打开网站。\n\n两个校区、2,000 名学生、一个学期的考勤；姓名和号码都是虚构的。数据放在 "
    "--folder 里，"
    "再次运行几秒内启动。密码是公开的，所以只在本机打开。",
    "Make a demo school and serve it.\n\nTwo campuses, 2,000 students, a term of attendance; every name and number is "
    "invented. It is kept in --folder, and a second run starts within seconds. Its passwords are known, so it "
    "serves this "
    "machine only.",
)
@option(
    "--folder",
    default="demo",
    show_default=True,
    type=click.Path(file_okay=False),
    zh="放数据的文件夹。",
    en="Folder to keep it in.",
)
@option(
    "--students",
    type=click.IntRange(1, 200_000),
    zh="学生人数；不写为 2000。",
    en="Number of students, 2000 unless given.",
)
@option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, zh="端口。", en="Port.")
@option(
    "--database",
    zh="建在这个空的 PostgreSQL 数据库里，不用 SQLite。",
    en="Make it in this empty PostgreSQL database instead of SQLite.",
)
@option(
    "--attendance-rows",
    type=click.IntRange(0),
    default=0,
    hidden=True,
    zh="考勤行数（压力测试）。",
    en="Rows of attendance (load).",
)
@option("--no-serve", is_flag=True, zh="只建立，不启动网站。", en="Only make it.")
def demo_command(
    folder: str, students: int | None, port: int, database: str | None, attendance_rows: int, no_serve: bool
) -> None:
    """Make the demo and serve it."""

    def body() -> int:
        where = Path(folder)
        found = demo_settings(where, database, port)
        size = Size(students=students or 2000, attendance_rows=attendance_rows, today=_shown_on(date.today()))  # noqa: DTZ011
        made = asyncio.run(_make(found, size, students is not None, where))
        if no_serve:
            remark(_READY, where=database or where)
            return 0
        return serve(found, tuple(_shown(made)))

    guarded(body)


def _shown_on(today: date) -> date:
    """The day the school is shown as it is on: today within its term, otherwise a day late in it."""
    return today if TERM_START + timedelta(7) <= today <= TERM_END else DEMO_TODAY


def demo_settings(folder: Path, database: str | None, port: int) -> Settings:
    """The settings of a demo in a folder. Raises Refused."""
    folder.mkdir(parents=True, exist_ok=True)
    given = {"DEMO": "true", "DATABASE_URL": database or f"sqlite:///{folder / 'school.sqlite3'}"}
    given |= {"FILES_FOLDER": str(folder / "files"), "SERVER_PORT": str(port), "SERVER_HOST": "127.0.0.1"}
    given |= {"MAIL_TRANSPORT": "file", "MAIL_FOLDER": str(folder / "mail"), "LANGUAGE": lang_of()}
    env = {f"SHUYUAN_{name}": value for name, value in given.items()}
    for name in ("SHUYUAN_SERVER_WORKERS", "SHUYUAN_LOG_LEVEL", "SHUYUAN_SERVER_BASE_URL"):
        if name in os.environ:
            env[name] = os.environ[name]
    os.environ.update(env)  # worker processes read them again
    found, problems = read_settings("", env)
    if found is None:
        raise Refused(problems)
    return found


# ---------------------------------------------------------------- making it


async def _make(found: Settings, size: Size, told: bool, folder: Path) -> tuple[Account, ...]:
    """See that the school is there, complete; its accounts on the sign-in page."""
    file = Path(found.database.url.removeprefix("sqlite:///")) if found.database.url.startswith("sqlite:") else None
    if file is None or file.exists():
        engine = await open_engine(found)
        try:
            there = await demo_made(engine.store)
            if there is not None:
                if told and there["students"] != size.students:
                    args = {"there": there["students"], "wanted": size.students, "folder": str(folder)}
                    raise Refused(Diagnostic("CLI_008", args=args))
                return accounts_shown(Size(students=there["students"]))
            if file is not None or engine.version.number:
                raise Refused(Diagnostic("CLI_009"))
        finally:
            await engine.close()
    remark(_MAKING, students=f"{size.students:,}")
    if file is None:
        await make(found, size)
    else:
        await _make_file(found, size, file)
    return accounts_shown(size)


def accounts_shown(size: Size) -> tuple[Account, ...]:
    """Who the sign-in page offers."""
    return tuple(one for one in accounts(size) if one.shown)


async def _make_file(found: Settings, size: Size, file: Path) -> None:
    """In a file beside, which gets its name when it is complete: a school that was interrupted is begun anew."""
    part = file.with_name(file.name + ".part")
    for ending in ("", "-wal", "-shm"):
        part.with_name(part.name + ending).unlink(missing_ok=True)
    await make(replace(found, database=replace(found.database, url=f"sqlite:///{part}")), size)
    part.replace(file)


@dataclass
class Shifted:
    """The clock of the demo while it is made: ten in the morning, some days before the day it is shown on."""

    today: date
    ago: int = 0

    def __call__(self) -> datetime:
        return datetime.combine(self.today, time(2), UTC) - timedelta(self.ago)


async def make(found: Settings, size: Size) -> Seeded:
    """Make the school in an empty database."""
    lang = lang_of()
    clock = Shifted(size.today)
    with Progress() as progress:
        engine = await open_engine(found, clock)
        try:
            progress.step(_DEFINITIONS.get(lang))
            await install(engine.work(), shipped("school")[0])
            await engine.refresh()
            progress.step(_RECORDS.get(lang))
            seeded = await _sown(engine, size, progress)
            progress.step(_REQUESTS.get(lang))
            await play(engine, clock, seeded, requests(size), progress)
            visitors = [Visitor(a.login, a.name, a.role_zh, a.role_en) for a in accounts_shown(size)]
            await keep_demo(engine.store, PASSWORD, visitors)
            await note_demo(engine.store, {"students": size.students})
            await engine.store.checkpoint()
            return seeded
        finally:
            await engine.close()


async def _sown(engine: Engine, size: Size, progress: Progress) -> Seeded:
    titles = {name: e.title.get(lang_of()) for name, e in engine.version.model.entities.items()}
    total = 0
    last: dict[str, int] = {}

    def told(entity: str, count: int) -> None:
        nonlocal total
        total += count - last.get(entity, 0)
        last[entity] = count
        progress.note(f"{titles[entity]} {count:,} / {total:,}")

    seeded = await seed(engine.work(), engine.entrance, generate(size), accounts(size), told)
    progress.end(f"{total:,}")
    return seeded


class Movable(Protocol):
    """A clock that can be set some days back."""

    ago: int


async def play(
    engine: Engine, clock: Movable, seeded: Seeded, found: tuple[Request, ...], progress: Progress | None = None
) -> None:
    """Have the requests sent in and decided by those who did, on the days they did."""
    for number, request in enumerate(found, 1):
        clock.ago = request.days
        workflow = engine.version.model.workflows[request.workflow]
        values = {name: _sent(seeded, value) for name, value in request.values.items()}
        sent = Submission(workflow.of, values, workflow=request.workflow, act="submit")
        saved = await submit(engine.work(await _actor(engine, seeded, request.by)), sent)
        for one in request.acts:
            clock.ago = one.days
            assert saved.case is not None
            press = Press(one.act, comment=one.comment)
            await act(engine.desk, await _actor(engine, seeded, one.login), saved.case.case, press)
        if progress:
            progress.note(f"{number} / {len(found)}")
    clock.ago = 0


async def _actor(engine: Engine, seeded: Seeded, login: str) -> Any:
    loaded = await engine.entrance.actors.fresh(seeded.accounts[login])
    assert loaded is not None
    return loaded.actor


def _sent(seeded: Seeded, value: Any) -> Any:
    """The value as a form or program sends it."""
    if hasattr(value, "entity"):
        return seeded.id(value)
    return value.isoformat() if isinstance(value, date | time) else value


# ---------------------------------------------------------------- saying who may sign in


def _shown(found: tuple[Account, ...]) -> list[str]:
    lang = lang_of()
    rows = [(a.login, a.role_en if lang == "en" else a.role_zh, a.name) for a in found]
    widths = [max(_width(row[n]) for row in rows) for n in range(2)]
    return [
        _ACCOUNTS.get(lang).format(password=PASSWORD),
        *("  " + "  ".join((*(_padded(row[n], widths[n]) for n in range(2)), row[2])) for row in rows),
        "",
    ]


def _width(text: str) -> int:
    """Columns a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
