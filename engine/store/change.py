"""Carrying out the schema steps of a publication, inside its transaction."""

# ruff: noqa: S608 - statements are put together from names that `quoted` has checked

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..model.sql import Slot, Sql
from ..model.steps import CopyColumn, SchemaStep
from ..model.storage import Storage
from .coding import encoder, json_text
from .convert import conversion, is_copy
from .protocol import Connection, Dialect, Query, Unfit
from .render import quoted, type_name
from .schema import arranged, statements

#: Rows converted at a time.
_BATCH = 2000
#: What holds until the end of the transaction. A publication waits this long for those who are at work on a table, as
#: they wait for it meanwhile; references are checked at the end, since tables that refer to each other may go together.
_FIRST: Mapping[Dialect, str] = {
    "postgres": "SET LOCAL lock_timeout = '5s'",
    "sqlite": "PRAGMA defer_foreign_keys = ON",
}


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of the values of a column. lost: values that could not be converted; they are null in `target`."""

    table: str
    source: str
    target: str
    copied: int
    lost: int


async def carry_out(connection: Connection, steps: Iterable[SchemaStep], dialect: Dialect) -> tuple[Copied, ...]:
    """Do the steps, in an order that works; what became of copied columns.

    Raises Taken when a unique index cannot be made because rows are not unique, Busy when a table stayed in use;
    Referred (on SQLite at the end of the transaction) when rows of a dropped table are still referred to.
    """
    outcome: list[Copied] = []
    waiting: list[SchemaStep] = []
    await connection.script([_FIRST[dialect]])
    for step in arranged(steps):
        if not isinstance(step, CopyColumn):
            waiting.append(step)
            continue
        await _flush(connection, waiting, dialect)
        outcome.append(await copy_column(connection, step, dialect))
    await _flush(connection, waiting, dialect)
    return tuple(outcome)


async def _flush(connection: Connection, waiting: list[SchemaStep], dialect: Dialect) -> None:
    if waiting:
        await connection.script(statements(waiting, dialect))
        waiting.clear()


async def copy_column(connection: Connection, step: CopyColumn, dialect: Dialect) -> Copied:
    """Copy and convert the values of one column."""
    names = step.table, step.source.name, step.target.name
    table, source, target = map(quoted, names)
    if is_copy(step):
        text = f"UPDATE {table} SET {target} = {source} WHERE {source} IS NOT NULL"
        if step.target.refers:  # what a link led to may be gone by now
            text += f" AND {source} IN (SELECT id FROM {quoted(step.target.refers)})"
        return Copied(*names, await connection.run(Sql(text)), 0)
    if step.forward is not None:
        return await _copy_back(connection, step, dialect)
    read = Query(
        Sql(
            f"SELECT id, {source} FROM {table} WHERE {source} IS NOT NULL AND id > ? ORDER BY id LIMIT {_BATCH}",
            (Slot("after"),),
        ),
        (Storage("bigint"), step.source.storage),
    )
    update = Sql(bulk_update(table, target, step.target.storage, dialect), bulk_slots(dialect))
    convert, encode = conversion(step), encoder(step.target.storage, dialect)
    after, copied, lost = -(2**63), 0, 0
    while rows := await connection.rows(read, {"after": after}):
        after = rows[-1][0]
        kept = [(number, made) for number, value in rows if (made := _stored(convert(value), encode)) is not None]
        copied, lost = copied + len(kept), lost + len(rows) - len(kept)
        if kept:
            await connection.run(update, bulk_values(kept, dialect))
    return Copied(*names, copied, lost)


async def _copy_back(connection: Connection, step: CopyColumn, dialect: Dialect) -> Copied:
    """Convert back to a column that still holds what was written before; where nothing changed since, that stays."""
    table, source, target = quoted(step.table), quoted(step.source.name), quoted(step.target.name)
    some = f"({source} IS NOT NULL OR {target} IS NOT NULL) AND id > ? ORDER BY id LIMIT {_BATCH}"
    read = Query(
        Sql(f"SELECT id, {source}, {target} FROM {table} WHERE {some}", (Slot("after"),)),
        (Storage("bigint"), step.source.storage, step.target.storage),
    )
    update = Sql(bulk_update(table, target, step.target.storage, dialect), bulk_slots(dialect))
    convert, encode, forward = conversion(step), encoder(step.target.storage, dialect), step.forward
    after, copied, lost = -(2**63), 0, 0
    while rows := await connection.rows(read, {"after": after}):
        after = rows[-1][0]
        changed = [(n, new) for n, new, old in rows if forward is None or (old if old is None else forward(old)) != new]
        made = [(n, None if new is None else _stored(convert(new), encode)) for n, new in changed]
        missed = sum(1 for (_, new), (_, value) in zip(changed, made, strict=True) if new is not None and value is None)
        copied, lost = copied + len(made) - missed, lost + missed
        if made:
            await connection.run(update, bulk_values(made, dialect))
    return Copied(step.table, step.source.name, step.target.name, copied, lost)


def _stored(value: Any, encode: Any) -> Any:
    try:
        return None if value is None else encode(value)
    except Unfit:
        return None


def bulk_update(table: str, target: str, storage: Storage, dialect: Dialect) -> str:
    """Another value for a column in each of many rows; table and column in quotes; see `bulk_values`."""
    if dialect == "postgres":
        pairs = f"unnest(?::bigint[], ?::{type_name(storage, dialect)}[]) AS v(id, value)"
    else:
        pairs = (
            "(SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS value FROM json_each(?)) AS v"
        )
    return f"UPDATE {table} SET {target} = v.value FROM {pairs} WHERE {table}.id = v.id"


def bulk_slots(dialect: Dialect) -> tuple[Slot, ...]:
    """The slots of `bulk_update`."""
    return (Slot("ids"), Slot("values")) if dialect == "postgres" else (Slot("pairs"),)


def bulk_values(kept: Sequence[tuple[int, Any]], dialect: Dialect) -> dict[str, Any]:
    """What fills the slots of `bulk_update`: ids with encoded values."""
    if dialect == "postgres":
        return {"ids": [number for number, _ in kept], "values": [value for _, value in kept]}
    return {"pairs": json_text(kept)}
