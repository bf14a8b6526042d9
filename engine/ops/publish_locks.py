"""How a publication comes to be alone with its tables while everybody goes on working.

On SQLite there is one writer anyway. On PostgreSQL it takes its tables before it does anything, and gives up at once
where one is in use, long before the database would look for a deadlock and perhaps choose somebody else's request to
end it; then it tries again. Who works meanwhile waits a moment and then finds another epoch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from random import random
from typing import TypeVar

from ..model.steps import AddColumn, CopyColumn, CreateIndex, CreateTable, DropColumn, DropIndex, DropTable, SchemaStep
from ..store.protocol import Busy, Connection, Dialect
from ..store.render import quoted

#: How often a publication tries to have its tables (SQLite waits for its one writer by itself), and the longest pause
#: between two tries in seconds.
ATTEMPTS: Mapping[Dialect, int] = {"postgres": 40, "sqlite": 2}
_LONGEST = 0.4

T = TypeVar("T")
#: Two publications at once go one after the other, and the second finds another epoch.
_TURN = "SELECT pg_advisory_xact_lock(7263391053)"
#: Well below the second after which PostgreSQL looks for deadlocks.
_PATIENCE = "SET LOCAL lock_timeout = '200ms'"


async def patiently(dialect: Dialect, do: Callable[[], Awaitable[T]]) -> T:
    """What `do` gives, tried again while something is in use. Raises Busy when it stays so."""
    for attempt in range(ATTEMPTS[dialect] - 1):
        try:
            return await do()
        except Busy:
            await asyncio.sleep(min(_LONGEST, 0.02 * float(2**attempt)) * (0.5 + random()))  # noqa: S311 - no secret
    return await do()


async def alone(
    connection: Connection, steps: Sequence[SchemaStep], dialect: Dialect, rewritten: Collection[str] = frozenset()
) -> None:
    """Take what the steps touch. rewritten: tables whose records are written anew, which may be read meanwhile.

    Raises Busy when something of it is in use.
    """
    if dialect != "postgres":
        return
    changed, referred = _tables(steps)
    referred |= set(rewritten)
    text = [_TURN, _PATIENCE]
    if changed:
        text.append(f"LOCK TABLE {', '.join(map(quoted, sorted(changed)))} IN ACCESS EXCLUSIVE MODE")
    if referred - changed:
        text.append(f"LOCK TABLE {', '.join(map(quoted, sorted(referred - changed)))} IN SHARE ROW EXCLUSIVE MODE")
    await connection.script(text)


async def briefly(connection: Connection, dialect: Dialect) -> None:
    """From here on give up at once again: the row that says what is live may be in somebody's hands."""
    if dialect == "postgres":
        await connection.script([_PATIENCE])


def _tables(steps: Sequence[SchemaStep]) -> tuple[set[str], set[str]]:
    """Tables that are changed, and those that others come to refer to; new ones are in nobody's way."""
    made = {step.table.name for step in steps if isinstance(step, CreateTable)}
    changed = {str(step.table) for step in steps if isinstance(step, _CHANGES)}
    return changed - made, set(_referred(steps)) - made


_CHANGES = (AddColumn, CopyColumn, CreateIndex, DropColumn, DropIndex, DropTable)


def _referred(steps: Sequence[SchemaStep]) -> Iterator[str]:
    for step in steps:
        if isinstance(step, CreateTable):
            yield from (c.refers for c in step.table.columns if c.refers)
        elif isinstance(step, AddColumn) and step.column.refers:
            yield step.column.refers
