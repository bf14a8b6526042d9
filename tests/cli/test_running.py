"""The command as a process: quick to answer, served and stopped in good order, a demo that is made once."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

SHUYUAN = Path(sys.executable).with_name("shuyuan")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(folder: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SHUYUAN_")}
    return {**kept, "LANG": "en_GB.UTF-8", "LC_ALL": "en_GB.UTF-8", "HOME": str(folder), "PYTHONUNBUFFERED": "1"}


@asynccontextmanager
async def running(folder: Path, *args: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A command that goes on until it is stopped."""
    process = await asyncio.create_subprocess_exec(
        SHUYUAN,
        *args,
        cwd=folder,
        env=environment(folder),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def said_until(process: asyncio.subprocess.Process, pattern: str) -> str:
    """What the process says up to a line that fits."""
    assert process.stdout is not None
    said = ""
    while line := (await asyncio.wait_for(process.stdout.readline(), 120)).decode():
        said += line
        if re.search(pattern, line):
            return said
    assert process.stderr is not None
    raise AssertionError(said + (await process.stderr.read()).decode())


async def stopped(process: asyncio.subprocess.Process) -> tuple[int, str, str]:
    """Ctrl+C, and how it ended."""
    process.send_signal(signal.SIGINT)
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode(), err.decode()


async def test_the_list_of_commands_loads_no_engine(tmp_path: Path) -> None:
    code = (
        "import sys; from shuyuan.web.cli import root; root.run(['--help']);"
        "found = [m for m in sys.modules if m.startswith(('shuyuan.engine', 'tortoise', 'starlette', 'asyncio'))];"
        "sys.exit(repr(found) if found else 0)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.DEVNULL)
    assert await process.wait() == 0


async def test_a_demo_is_made_once_served_and_stopped(tmp_path: Path) -> None:
    port = free_port()
    args = ("demo", "--port", str(port))
    async with running(tmp_path, *args, "--students", "60") as process:
        said = await said_until(process, "Ctrl")
        assert f"http://127.0.0.1:{port}" in said and re.search(r"head\.east\s+Class teacher, east", said)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert (await client.get("/sign-in")).status_code == 200
        code, out, err = await stopped(process)
        assert (code, "Stopped." in out, "Traceback" in err) == (0, True, False), err
        assert "Making the demo school (60 students)" in err
    made = (tmp_path / "demo/school.sqlite3").stat().st_mtime_ns
    assert made
    async with running(tmp_path, *args) as process:
        await said_until(process, "Ctrl")
        code, _, err = await stopped(process)
        assert (code, "Making" in err, "Traceback" in err) == (0, False, False), err
    async with running(tmp_path, *args, "--students", "70", "--no-serve") as process:
        _, err = await process.communicate()
        assert process.returncode == 1 and b"CLI_008" in err


async def test_an_installation_is_served_with_its_first_code_until_it_is_stopped(tmp_path: Path) -> None:
    async with running(tmp_path, "init") as process:
        assert await process.wait() == 0
    port = free_port()
    async with running(tmp_path, "serve", "--port", str(port)) as process:
        await said_until(process, f"127.0.0.1:{port}")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert (await client.get("/")).headers["location"].startswith("/sign-in")
        code, _, err = await stopped(process)
        assert (code, "Traceback" in err) == (0, False), err
    async with running(tmp_path, "worker") as process:
        await said_until(process, "background")
        code, out, _ = await stopped(process)
        assert (code, out) == (0, "Stopped.\n")


async def test_several_processes_serve_one_database(tmp_path: Path, postgres_school_url: str) -> None:
    port = free_port()
    (tmp_path / "shuyuan.toml").write_text(f'[database]\nurl = "{postgres_school_url}"\npool = 2\n', encoding="utf-8")
    async with running(tmp_path, "serve", "--port", str(port), "--workers", "2") as process:
        await said_until(process, f"127.0.0.1:{port}")
        transport = httpx.AsyncHTTPTransport(retries=20)
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", transport=transport, timeout=120, headers={"connection": "close"}
        ) as client:
            answers = await asyncio.gather(*(client.get("/sign-in") for _ in range(8)))
            assert {answer.status_code for answer in answers} == {200}
        code, _, err = await stopped(process)
        assert (code, "Traceback" in err) == (0, False), err
