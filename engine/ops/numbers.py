"""Serial numbers: given out without gaps, in the transaction of the record that gets them.

A worker that gave out the last number of a counter tries the next one in the same statement as the record. When another
worker was quicker, the number is taken inside a transaction, where others wait for it. One worker never meets itself:
on PostgreSQL its records wait for each other here rather than in the database; on SQLite, where batches are written in
the order in which they come, each goes on from the one before it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from ..compile.record import CompiledField, CompiledRecord
from ..fieldtypes import column_name
from ..fieldtypes.serial import Numbering, around, numbered, numbering
from ..model import Record, Slot, Sql, Storage, Table
from ..store import journal
from ..store.protocol import Connection, Query, Store, Update, Write
from ..store.render import quoted
from ..store.tables import SERIAL
from .beside import counter_key, read_number
from .live import Version
from .work import Work

_BIG = Storage("bigint")

#: Counters remembered; there is one for each year, class and so on.
KEPT = 2048
#: So many numbers of a counter are taken in transactions when another worker takes them too.
SHY = 16


@dataclass(slots=True)
class _Counter:
    """What a process knows of one counter. last: the last number given out, None when that is not known; shy: numbers
    that are better not guessed."""

    last: int | None = None
    shy: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


_KNOWN: WeakKeyDictionary[Store, dict[str, _Counter]] = WeakKeyDictionary()


def _counter(store: Store, key: str) -> _Counter:
    known = _KNOWN.setdefault(store, {})
    found = known.get(key)
    if found is None:
        if len(known) >= KEPT:
            for old in [k for k, c in known.items() if not c.turn.locked()]:
                del known[old]
        found = known[key] = _Counter()
    return found


_SEVERAL = Query(
    Sql(
        "INSERT INTO sy_serial (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = sy_serial.value + excluded.value RETURNING value",
        (Slot("key"), Slot("count")),
    ),
    (_BIG,),
)
_HIGHER = Query(
    Sql(
        "INSERT INTO sy_serial (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE"
        " SET value = CASE WHEN sy_serial.value < excluded.value THEN excluded.value ELSE sy_serial.value END"
        " RETURNING value",
        (Slot("key"), Slot("count")),
    ),
    (_BIG,),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A number that a new record is to get."""

    field: CompiledField
    plan: Numbering
    sides: tuple[str, str]
    key: str

    def text(self, count: int) -> str:
        """The number for a count."""
        return numbered(self.plan, self.sides, count)


def serial_fields(version: Version, compiled: CompiledRecord) -> tuple[tuple[CompiledField, Numbering], ...]:
    """The fields of an entity that the engine numbers."""

    def make() -> tuple[tuple[CompiledField, Numbering], ...]:
        found = (f for f in compiled.fields.values() if f.spec.type == "serial" and f.readonly)
        return tuple((f, numbering(str(f.spec.options["number"]))) for f in found)

    return version.made(("serials", compiled.entity.name), make)


def wanted(
    work: Work, compiled: CompiledRecord, values: Mapping[str, Any], hidden: frozenset[str]
) -> tuple[Wanted, ...]:
    """The numbers a new record with these values lacks, in an order that is the same for everybody."""
    found = []
    for one, plan in serial_fields(work.version, compiled):
        if values.get(one.name) is None and one.name not in hidden:
            sides = around(plan, values, work.now.at.astimezone(work.zone).date())
            found.append(Wanted(one, plan, sides, counter_key(compiled.entity, one.spec, sides)))
    return tuple(sorted(found, key=lambda w: w.key))


@asynccontextmanager
async def _turns(locks: Sequence[asyncio.Lock]) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for lock in locks:
            await stack.enter_async_context(lock)
        yield


def turn(store: Store, numbers: Sequence[Wanted]) -> AbstractAsyncContextManager[None]:
    """One's turn to take numbers, in the order of their keys."""
    if store.dialect != "postgres":
        return nullcontext()
    locks = [_counter(store, one.key).turn for one in numbers]
    return locks[0] if len(locks) == 1 else _turns(locks)


def guessed(store: Store, numbers: Sequence[Wanted]) -> dict[str, int] | None:
    """The next number of each counter, where it can be guessed; they count as given out from now on."""
    counters = [(one.key, _counter(store, one.key)) for one in numbers]
    if any(counter.last is None or counter.shy for _, counter in counters):
        for _, counter in counters:
            counter.shy = max(0, counter.shy - 1)
        return None
    found = {}
    for key, counter in counters:
        counter.last = found[key] = (counter.last or 0) + 1
    return found


def takes(counts: Mapping[str, int]) -> Iterator[Write]:
    """The writes that take the numbers, if nobody else did."""
    for key, count in counts.items():
        yield Update(SERIAL, {"key": key, "value": count - 1}, {"value": count}, must_hit=True)


def given_out(store: Store, counts: Mapping[str, int]) -> None:
    """These are the last numbers of their counters."""
    for key, count in counts.items():
        counter = _counter(store, key)
        counter.last = max(count, counter.last or 0)


def forget(store: Store, numbers: Iterable[Wanted], met: bool = False) -> None:
    """What is known of the counters is out of date. met: another worker takes them too."""
    for one in numbers:
        counter = _counter(store, one.key)
        counter.last = None
        counter.shy = SHY if met else counter.shy


async def taken(connection: Connection, numbers: Iterable[Wanted], table: Table) -> dict[str, int]:
    """The numbers, inside a transaction: others wait for them until it is over. Those that somebody typed or imported
    are passed over."""
    found = {}
    for one in numbers:
        column = column_name(one.field.spec)
        known = Query(
            Sql(f"SELECT 1 FROM {quoted(table.name)} WHERE {quoted(column)} = ? LIMIT 1", (Slot("number"),)),  # noqa: S608
            (_BIG,),
        )
        while True:
            ((count,),) = await connection.rows(journal.NEXT_SERIAL, {"key": one.key})
            if not one.field.spec.unique or not await connection.rows(known, {"number": one.text(count)}):
                break
        found[one.key] = int(count)
    return found


async def several(connection: Connection, key: str, count: int) -> int:
    """Take `count` numbers of a counter at once; the last of them."""
    ((last,),) = await connection.rows(_SEVERAL, {"key": key, "count": count})
    return int(last)


async def passed(connection: Connection, numbers: Mapping[str, int]) -> None:
    """Numbers that came from elsewhere are not given out again: counters stand at least there."""
    for key, count in sorted(numbers.items()):
        await connection.rows(_HIGHER, {"key": key, "count": count})


def brought_along(
    version: Version, compiled: CompiledRecord, old: Record | None, values: Mapping[str, Any]
) -> Iterator[tuple[str, int]]:
    """Counters and counts of the numbers that a new record brings along; those out of pattern count nothing."""
    if old is not None:
        return
    for one, plan in serial_fields(version, compiled):
        number = values.get(one.name)
        found = read_number(plan, number) if number else None
        if found:
            yield counter_key(compiled.entity, one.spec, found[0]), found[1]
