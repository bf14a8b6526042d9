"""`make bench`: what a request costs us, against the same written by hand for one table; prints, and keeps JSON."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import platform
import statistics
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from shuyuan.definitions.generate import Size

from . import sides
from .client import Measured, Request, alternate, run
from .ground import BUILD, ROOT, Ground, equipped, new_secret, postgres_school, reference_table, sqlite_school
from .servers import Server, memory_mib, serving
from .shots import Ours, Reference

LOGINS = ("registrar.east", "admin", "head.east")


@dataclass
class Row:
    """An operation: processor milliseconds of a request on each side, and the goal for their ratio."""

    name: str
    ours: list[float]
    reference: list[float] = field(default_factory=list)
    goal: float = 0.0

    @property
    def ratio(self) -> float:
        """Ours over the hand-written one, of the medians; 0 when there is nothing to compare with."""
        return statistics.median(self.ours) / statistics.median(self.reference) if self.reference else 0.0


def say(text: str) -> None:
    """Progress, for whoever waits."""
    print(f"\033[2m{text}\033[0m", flush=True)


def checked(measured: list[Measured], wanted: set[int], what: str) -> list[float]:
    """Processor milliseconds of each round. Raises RuntimeError when an answer was not what it should be."""
    for one in measured:
        if set(one.statuses) - wanted:
            raise RuntimeError(f"{what}: answers {one.statuses}, wanted {sorted(wanted)}")
    return [one.cpu_ms for one in measured]


Side = tuple[Server, Callable[[], Iterator[Request]]]


async def compare(name: str, ours: Side, hand: Side, goal: float, count: int, rounds: int, wanted: set[int]) -> Row:
    """Both sides in turn."""
    found = await alternate(
        {"ours": (ours[0].port, ours[0].pid, ours[1]), "hand": (hand[0].port, hand[0].pid, hand[1])}, count, rounds
    )
    return Row(name, checked(found["ours"], wanted, name), checked(found["hand"], wanted, name), goal)


async def postgres_rows(args: argparse.Namespace) -> tuple[list[Row], dict[str, Any]]:
    """The table of `architecture.md` on PostgreSQL, and what else is measured there."""
    size = Size(students=args.students, attendance_rows=args.attendance)
    url = await postgres_school(size, say)
    say("Making the hand-written table, tokens and requests to approve")
    await reference_table(url)
    ground = await equipped(url, LOGINS)
    acts = await sides.waiting_cases(url, count=args.requests * (args.rounds + 2))
    await sides.reference_cases(url, args.requests * (args.rounds + 2) + 100)
    token = new_secret()
    with (
        serving("tests.bench.ours:app", "/healthz", BENCH_DSN=url) as ours,
        serving("tests.bench.reference:app", "/", BENCH_DSN=url, BENCH_TOKEN=token) as hand,
    ):
        idle = memory_mib(ours.pid)
        rows = await _rows(args, ground, acts, token, ours, hand)
        extra = await _extra(args, ground, ours)
        extra["cold start, s"] = ours.started
        extra["idle memory, MiB"] = idle
        extra["memory after the run, MiB"] = memory_mib(ours.pid)
    return rows, extra


async def _rows(
    args: argparse.Namespace, ground: Ground, acts: sides.Waiting, token: str, ours: Server, hand: Server
) -> list[Row]:
    mine, other = Ours(ground, "registrar.east"), Reference(ground, token)
    teacher = Ours(ground, acts.login) if acts.login in ground.tokens else mine
    klass = await sides.some_class(ground.url)
    made, approvals = mine.create(klass), teacher.act(iter(acts.cases))
    changed, created = mine.update(), other.create()
    reference_update, reference_act = other.update(), other.act()
    table: list[tuple[str, Callable[[], Iterator[Request]], Callable[[], Iterator[Request]], float, set[int], int]] = [
        ("get one record (JSON)", mine.get, other.get, 1.3, {200}, 1),
        ("list 50 filtered, sorted", mine.list, other.list, 1.3, {200}, 2),
        ("create with validation", lambda: made, lambda: created, 1.5, {201}, 2),
        ("update, optimistic", lambda: changed, lambda: reference_update, 1.5, {200}, 2),
        ("transition + guard + audit", lambda: approvals, lambda: reference_act, 1.5, {200}, 2),
        ("HTML list page", mine.list_page, other.list_page, 1.0, {200}, 4),
        ("HTML form page", mine.form_page, other.form_page, 1.0, {200}, 2),
    ]
    rows = []
    for name, left, right, goal, wanted, less in table:
        if args.only and args.only not in name:
            continue
        say(name)
        count = args.requests // less
        try:
            rows.append(await compare(name, (ours, left), (hand, right), goal, count, args.rounds, wanted))
        except RuntimeError as error:
            print(f"FAILED: {error}", flush=True)
    return rows


async def _extra(args: argparse.Namespace, ground: Ground, ours: Server) -> dict[str, Any]:
    """Restricted person against administrator, a page far down, a record with everything, publishing."""
    if args.only:
        return {}
    admin, teacher = Ours(ground, "admin"), Ours(ground, "head.east")
    found = await alternate(
        {"admin": (ours.port, ours.pid, admin.list), "teacher": (ours.port, ours.pid, teacher.list)},
        args.requests // 2, args.rounds,
    )  # fmt: skip
    restricted = checked(found["teacher"], {200}, "teacher"), checked(found["admin"], {200}, "admin")
    say("the page at record 50,000")
    after = await sides.cursor_at(ours.port, ground, 50_000)
    deep = await alternate(
        {"first": (ours.port, ours.pid, admin.list), "deep": (ours.port, ours.pid, lambda: admin.deep(after))},
        args.requests // 4, args.rounds,
    )  # fmt: skip
    walls = {k: statistics.median(m.wall / m.requests for m in v) for k, v in deep.items()}
    whole = await run(ours.port, ours.pid, admin.get_whole(), args.requests)
    say("publishing")
    live = await sides.publish_to_live(ground, ours.port)
    return {
        "restricted person / administrator (list)": statistics.median(restricted[0]) / statistics.median(restricted[1]),
        "page at record 50,000 / page 1 (wall)": walls["deep"] / walls["first"],
        "get with every field, ms": whole.cpu_ms,
        "publish to live, ms": live * 1000,
    }


async def sqlite_rows(args: argparse.Namespace) -> tuple[list[Row], dict[str, Any]]:
    """The same on SQLite, ours only: processor time, database included."""
    size = Size(students=args.students, attendance_rows=args.attendance)
    url = await sqlite_school(size, say)
    ground = await equipped(url, LOGINS)
    acts = await sides.waiting_cases(url, count=args.requests // 4 * (args.rounds + 2))
    klass = await sides.some_class(url)
    rows = []
    with serving("tests.bench.ours:app", "/healthz", BENCH_DSN=url) as ours:
        mine = Ours(ground, "registrar.east")
        teacher = Ours(ground, acts.login) if acts.login in ground.tokens else mine
        made, changed, approvals = mine.create(klass), mine.update(), teacher.act(iter(acts.cases))
        table: list[tuple[str, Callable[[], Iterator[Request]], set[int], int]] = [
            ("get one record (JSON)", mine.get, {200}, 1),
            ("list 50 filtered, sorted", mine.list, {200}, 2),
            ("create with validation", lambda: made, {201}, 4),
            ("update, optimistic", lambda: changed, {200}, 4),
            ("transition + guard + audit", lambda: approvals, {200}, 4),
            ("HTML list page", mine.list_page, {200}, 4),
            ("HTML form page", mine.form_page, {200}, 2),
        ]
        for name, shots, wanted, less in table:
            if args.only and args.only not in name:
                continue
            say(f"{name} (SQLite)")
            found = await alternate({"ours": (ours.port, ours.pid, shots)}, args.requests // less, args.rounds)
            rows.append(Row(name, checked(found["ours"], wanted, name)))
        extra = {"cold start, s": ours.started}
    return rows, extra


def table(title: str, rows: list[Row], extra: dict[str, Any]) -> None:
    """Print one table."""
    print(f"\n{title}")
    print(f"{'operation':<34}{'ours ms':>10}{'by hand ms':>12}{'ratio':>8}{'goal':>8}")
    for row in rows:
        hand = f"{statistics.median(row.reference):.3f}" if row.reference else ""
        ratio = f"{row.ratio:.2f}" if row.ratio else ""
        goal = f"<= {row.goal}" if row.goal else ""
        print(f"{row.name:<34}{statistics.median(row.ours):>10.3f}{hand:>12}{ratio:>8}{goal:>8}")
    for name, value in extra.items():
        print(f"{name:<46}{value:>10.2f}")


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=100_000)
    parser.add_argument("--attendance", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="part of the name of one operation")
    parser.add_argument("--database", choices=["postgres", "sqlite", "both"], default="both")
    parser.add_argument("--no-import", action="store_true")
    args = parser.parse_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    kept: dict[str, Any] = {"machine": platform.processor() or platform.machine(), "cores": os.cpu_count()}
    parts: dict[str, Callable[[argparse.Namespace], Awaitable[tuple[list[Row], dict[str, Any]]]]] = {
        "postgres": postgres_rows,
        "sqlite": sqlite_rows,
    }
    for name, measure in itertools.islice(parts.items(), 2):
        if args.database not in (name, "both"):
            continue
        rows, extra = await measure(args)
        if not args.no_import and not args.only:
            say("importing")
            extra["import, rows/s"] = await sides.import_speed(name)
        table(
            f"{'PostgreSQL' if name == 'postgres' else 'SQLite'}, processor time of the application per request",
            rows,
            extra,
        )
        kept[name] = {
            "rows": [
                {"operation": r.name, "ours": r.ours, "by_hand": r.reference, "ratio": r.ratio, "goal": r.goal}
                for r in rows
            ],
            "extra": extra,
        }
    (ROOT / "build" / "bench.json").write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2))
    print("\nbuild/bench.json")


if __name__ == "__main__":
    asyncio.run(main())
