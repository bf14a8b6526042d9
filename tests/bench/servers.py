"""The two servers of the benchmark as processes of their own: ours and the hand-written one, started alike."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .ground import BUILD, ROOT

#: One process, the quick parts of uvicorn on both sides, no log of requests.
FLAGS = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning")


@dataclass(frozen=True)
class Server:
    """A server that answers. started: seconds from the start of the process to its first answer."""

    port: int
    pid: int
    started: float


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(module: str, path: str, **env: str) -> Iterator[Server]:
    """A server of the application `module` until the block ends. path: asked until it answers."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", module, "--port", str(port), *FLAGS]
    BUILD.mkdir(parents=True, exist_ok=True)
    log = (BUILD / f"{module.partition(':')[0]}.log").open("wb")
    began = time.perf_counter()
    running = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stdout=log, stderr=log)
    try:
        _wait(running, f"http://127.0.0.1:{port}{path}", Path(log.name))
        yield Server(port, running.pid, time.perf_counter() - began)
    finally:
        running.terminate()
        running.wait(20)
        log.close()


def _wait(running: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.perf_counter() + 60
    while time.perf_counter() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            if running.poll() is not None:
                raise RuntimeError(f"the server ended:\n{log.read_text()[-3000:]}") from None
            time.sleep(0.01)
    raise RuntimeError("the server did not answer within a minute")


def memory_mib(pid: int) -> float:
    """Proportional memory of a process and its children, in MiB."""
    from .client import children

    total = 0
    for one in [pid, *children(pid)]:
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024
