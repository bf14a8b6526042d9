"""A small keep-alive HTTP client for load: many connections, no pauses, the status of every answer checked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter


@dataclass(frozen=True)
class Request:
    """One request: method, path with query, extra headers, body."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def raw(self) -> bytes:
        head = [f"{self.method} {self.path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(self.body)}"]
        head += [f"{k}: {v}" for k, v in self.headers]
        return ("\r\n".join(head) + "\r\n\r\n").encode() + self.body


@dataclass(frozen=True)
class Measured:
    """What a run cost: requests, seconds on the wall, processor seconds of the server, statuses seen."""

    requests: int
    wall: float
    cpu: float
    statuses: dict[int, int]

    @property
    def cpu_ms(self) -> float:
        """Processor milliseconds of the server for one request."""
        return self.cpu * 1000 / self.requests


def cpu_seconds(pid: int) -> float:
    """Processor seconds that the process and its children have used so far, threads that are over left out."""
    total = 0
    for one in [pid, *children(pid)]:
        for task in Path(f"/proc/{one}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def children(pid: int) -> list[int]:
    """Every process below this one."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children(int(child))]
    return found


async def _one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, raw: bytes) -> int:
    writer.write(raw)
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lower = head.lower()
    if b"transfer-encoding: chunked" in lower:
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
    elif status not in (204, 304):
        at = lower.index(b"content-length:") + 15
        await reader.readexactly(int(lower[at : lower.index(b"\r\n", at)]))
    return status


async def run(port: int, pid: int, requests: Iterator[Request], count: int, connections: int = 16) -> Measured:
    """Send `count` requests over `connections` connections and measure the server's processor time meanwhile."""
    statuses: dict[int, int] = {}
    left = count

    async def worker() -> None:
        nonlocal left
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while left > 0:
            left -= 1
            status = await _one(reader, writer, next(requests).raw())
            statuses[status] = statuses.get(status, 0) + 1
        writer.close()

    before, start = cpu_seconds(pid), perf_counter()
    await asyncio.gather(*(worker() for _ in range(connections)))
    return Measured(count, perf_counter() - start, cpu_seconds(pid) - before, statuses)


async def alternate(
    sides: dict[str, tuple[int, int, Callable[[], Iterator[Request]]]], count: int, rounds: int = 5
) -> dict[str, list[Measured]]:
    """Measure each side in turn, `rounds` times, so that the machine's mood hits all alike; the first round warms up.

    sides: name -> (port, pid, factory of the requests).
    """
    found: dict[str, list[Measured]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name, (port, pid, factory) in sides.items():
            measured = await run(port, pid, factory(), count if number else max(count // 5, 50))
            if number:
                found[name].append(measured)
    return found
