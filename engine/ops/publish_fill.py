"""Backfills of a publication: small ones in its own transaction, large ones as jobs that say how far they are."""

# ruff: noqa: S608 - statements are put together from names that `quoted` has checked

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..compile.table import table_name
from ..model import Entity, Slot, Sql, Storage
from ..model.steps import CopyColumn
from ..plan import Plan, physical
from ..store import journal
from ..store.protocol import Connection, Query, Run, Write
from ..store.render import quoted
from .backfill import Backfiller, Task, fell, tasks_of
from .live import Version
from .planning import Proposed
from .rewriting import Rewrite, standing
from .work import Work

_BIG, _JSON = Storage("bigint"), Storage("json")

#: Records that one publication rewrites itself; while it does, nobody writes to their tables.
SMALL = 5_000
JOB = "backfill"


@dataclass(frozen=True, slots=True)
class Filling:
    """What is written anew. now: in the transaction; later: by jobs, with the number of records."""

    new: Version
    now: tuple[Backfiller, ...]
    later: tuple[tuple[Task, int], ...]
    tables: frozenset[str]

    async def before(self, connection: Connection) -> list[tuple[Backfiller, list[Rewrite]]]:
        """What is filled in from the records as they are, before the tables change."""
        found = []
        for one in self.now:
            rewrites: list[Rewrite] = []
            after, over = -(2**63), False
            while not over:
                some, done = await one.fill(connection, after)
                rewrites += some
                after, over = done.after, done.over
            found.append((one, rewrites))
        return found

    async def after(self, connection: Connection, work: Work, filled: list[tuple[Backfiller, list[Rewrite]]]) -> int:
        """Everything else, once the tables have changed; the number of records that were read."""
        await _renamed_units(connection, work.version, self.new)
        count = 0
        for one, rewrites in filled:
            for rewrite in rewrites:
                await rewrite.carry_out(connection, self.new, only_empty=True)
            after, over = -(2**63), False
            while not over:
                done = await one.write(connection, after)
                after, over, count = done.after, done.over, count + done.read
        return count

    def jobs(self, work: Work, number: int, ids: Sequence[int]) -> list[Write]:
        """The jobs for what is left."""
        return [
            journal.job(
                one,
                JOB,
                f"{JOB}:{number}:{at}",
                {"version": number, "from": work.version.number, "after": None, "read": 0, "all": count}
                | {"task": task.to_json()},
                due_at=work.now.ms,
            )
            for at, (one, (task, count)) in enumerate(zip(ids, self.later, strict=True))
        ]


async def filling_of(work: Work, proposed: Proposed, plan: Plan) -> Filling:
    """What has to be written anew, and which of it is small enough to be done at once."""
    model = proposed.loaded.model
    assert model is not None
    functions = work.version.compiler.functions
    new = Version(proposed.number, model, proposed.loaded.identity, proposed.documents, work.store.dialect, functions)
    now, later, tables = [], [], set()
    for task in tasks_of(plan):
        was = work.version.model.entities.get(task.before)
        if was is None:
            continue  # nothing stored yet
        count = await _count(work, was)
        tables.add(table_name(was))
        if count <= SMALL or (task.fills and _in_place(plan, was)):
            now.append(Backfiller(task, work.version, new, work.now))
        else:
            later.append((task, count))
    return Filling(new, tuple(now), tuple(later), frozenset(tables))


def _in_place(plan: Plan, entity: Entity) -> bool:
    """Whether options are rewritten in the columns where they stand: afterwards nobody can read what they were."""
    name = table_name(entity)
    return any(
        isinstance(s, CopyColumn) and s.source.name == s.target.name and s.table.startswith(name) for s in plan.schema
    )


async def _count(work: Work, entity: Entity) -> int:
    text = f"SELECT count(*) FROM {quoted(table_name(entity))}"
    return int((await work.store.rows(Query(Sql(text), (_BIG,))))[0][0])


async def _renamed_units(connection: Connection, old: Version, new: Version) -> None:
    """Units say of which entity they are by its name."""
    units = [e for e in old.model.entities.values() if e.unit == ("self",)]
    names = {e.name: stays.name for e in units if (stays := new.by_id(e.id)) is not None and stays.name != e.name}
    for was, now in names.items():  # by way of names nobody has, for two may change places
        await connection.apply([_called(was, f"~{now}")])
    for now in names.values():
        await connection.apply([_called(f"~{now}", now)])
    for entity in units:
        now_is = new.by_id(entity.id)
        if now_is is not None and now_is.unit != ("self",):
            await fell(connection, now_is)


def _called(was: str, now: str) -> Run:
    return Run(
        Sql("UPDATE sy_unit SET entity = ? WHERE entity = ?", (Slot("now"), Slot("was"))), {"now": now, "was": was}
    )


def patched(old: Version, new: Version) -> Version:
    """The version before, reading its columns from where a publication has left them."""
    return standing(old, physical(new.model, new.identity))


@dataclass(frozen=True, slots=True)
class Progress:
    """A backfill that is not over. read of all: records; error: why it did not go on the last time."""

    version: int
    entity: str
    read: int
    all: int
    dead: bool
    error: str


_OPEN = Query(
    Sql("SELECT payload, dead, error FROM sy_job WHERE kind = ? AND done_at IS NULL ORDER BY id LIMIT 50", (JOB,)),
    (_JSON, Storage("boolean"), Storage("text")),
)


async def backfills(work: Work) -> tuple[Progress, ...]:
    """Every backfill that is not over."""
    rows = await work.store.rows(_OPEN)
    return tuple(_progress(payload, dead, error) for payload, dead, error in rows)


def _progress(payload: Mapping[str, Any], dead: bool, error: str) -> Progress:
    return Progress(payload["version"], payload["task"]["entity"], payload["read"], payload["all"], dead, error)
