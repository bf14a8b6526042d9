"""Serial numbers: given out without gaps, in the transaction of the record that gets them.

A worker that gave out the last number of a counter tries the next one in the same statement as the record; when
another worker was quicker, or nothing is known, the number is taken inside a transaction, where others wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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

#: The last number of each counter as far as this process knows.
_LAST: WeakKeyDictionary[Store, dict[str, int]] = WeakKeyDictionary()
#: Counters remembered; there is one for each year, class and so on.
KEPT = 2048

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


def guessed(store: Store, numbers: Iterable[Wanted]) -> dict[str, int] | None:
    """The next number of each counter where the last one is known; None when one of them is not."""
    known = _LAST.get(store, {})
    found = {}
    for one in numbers:
        last = known.get(one.key)
        if last is None:
            return None
        found[one.key] = last + 1
    return found


def takes(counts: Mapping[str, int]) -> Iterator[Write]:
    """The writes that take the numbers, if nobody else did."""
    for key, count in counts.items():
        yield Update(SERIAL, {"key": key, "value": count - 1}, {"value": count}, must_hit=True)


def given_out(store: Store, counts: Mapping[str, int]) -> None:
    """These are the last numbers of their counters."""
    known = _LAST.setdefault(store, {})
    if len(known) >= KEPT:
        known.clear()
    for key, count in counts.items():
        known[key] = max(count, known.get(key, 0))


def forget(store: Store, numbers: Iterable[Wanted]) -> None:
    """Somebody else takes these numbers too: what is known of their counters is out of date."""
    known = _LAST.get(store, {})
    for one in numbers:
        known.pop(one.key, None)


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
