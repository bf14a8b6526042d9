"""Several records deleted in one transaction, for taking an import back: what one meets is told of that one."""

# ruff: noqa: S608 - statements are put together from names that `quoted` has checked

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..compile.record import CompiledRecord
from ..diagnostics import Diagnostic
from ..model import Record, Sql, Storage
from ..store import journal
from ..store.protocol import Connection, Delete, Query, Referred, Update, Write
from ..store.render import quoted
from .incoming import incoming
from .record_writes import shelved
from .remove import removal
from .unit_writes import taken_from_tree
from .work import Work

_BIG = Storage("bigint")

#: How often a removal is begun again because somebody began to use a record.
TRIES = 3


async def remove_all(
    work: Work, compiled: CompiledRecord, olds: Sequence[Record], origin: str
) -> dict[int, tuple[Diagnostic, ...]]:
    """Delete records of one entity that nothing stands against; by id, why one stayed, () for those that are gone.

    Rights are for the caller to judge. A record that others lead to stays, unless these go along.
    """
    found: dict[int, tuple[Diagnostic, ...]] = {}
    for _ in range(TRIES):
        going = [old for old in olds if old.id not in found]
        found |= await _needed(work, compiled, going)
        going = [old for old in going if old.id not in found]
        if not going:
            return found
        try:
            async with work.transaction() as connection:
                found |= await _gone(work, connection, compiled, going, origin)
            return found
        except Referred:
            for old in going:
                found.pop(old.id, None)
    return found | {old.id: (Diagnostic("WRITE_014"),) for old in olds if old.id not in found}


async def _gone(
    work: Work, connection: Connection, compiled: CompiledRecord, olds: Sequence[Record], origin: str
) -> dict[int, tuple[Diagnostic, ...]]:
    table = shelved(work.version, compiled.entity).table
    now = await _versions(work, connection, table.name, [old.id for old in olds])
    found: dict[int, tuple[Diagnostic, ...]] = {}
    writes: list[Write] = []
    for old in olds:
        if now.get(old.id) != old.version:
            found[old.id] = (Diagnostic("WRITE_012", args={"label": old.label}),)
            continue
        standing = await taken_from_tree(connection, compiled.entity, old.id)
        if standing is not None:
            found[old.id] = (standing,)
            continue
        writes += (await removal(work, compiled, old, origin))[1]
        found[old.id] = ()
    await connection.apply(_sorted(writes))
    return found


async def _versions(work: Work, connection: Connection, table: str, ids: Sequence[int]) -> Mapping[int, int]:
    """The versions of the records as they are now, and stay until the transaction is over."""
    lock = " FOR UPDATE" if work.store.dialect == "postgres" else ""
    text = f"SELECT id, version FROM {quoted(table)} WHERE id IN ({', '.join('?' * len(ids))}) ORDER BY id{lock}"
    return {row[0]: row[1] for row in await connection.rows(Query(Sql(text, tuple(ids)), (_BIG, _BIG)))}


def _sorted(writes: Sequence[Write]) -> list[Write]:
    """Deletes of many records in few statements; the rest as it came, rights once."""
    deletes: dict[tuple[Any, ...], list[Delete]] = {}
    rest: list[Write] = []
    for write in writes:
        if isinstance(write, Delete):
            deletes.setdefault((id(write.table), *write.key), []).append(write)
        elif write is not journal.ACCESS_CHANGED:
            rest.append(write)
    found: list[Write] = [one for group in deletes.values() for one in group]
    updates = [one for one in rest if isinstance(one, Update)]
    inserts: dict[int, list[Write]] = {}
    for one in rest:
        if not isinstance(one, Update):
            inserts.setdefault(id(getattr(one, "table", None)), []).append(one)
    found += updates
    found += [one for group in inserts.values() for one in group]
    return [*found, *([journal.ACCESS_CHANGED] if journal.ACCESS_CHANGED in writes else [])]


async def _needed(work: Work, compiled: CompiledRecord, olds: Sequence[Record]) -> dict[int, tuple[Diagnostic, ...]]:
    """Records that other records, an open approval or an account need."""
    if not olds:
        return {}
    labels = {old.id: old.label for old in olds}
    ids = tuple(labels)
    marks = ", ".join("?" * len(ids))
    found: dict[int, tuple[Diagnostic, ...]] = {}
    tied = Query(
        Sql(
            f"SELECT record, 0 FROM sy_case WHERE status = 'open' AND record IN ({marks})"
            f" UNION ALL SELECT record, 1 FROM sy_account_record WHERE record IN ({marks})",
            (*ids, *ids),
        ),
        (_BIG, _BIG),
    )
    for record, kind in await work.store.rows(tied):
        args = {"label": labels[record], "workflow": "", "link": ""}
        found[record] = (*found.get(record, ()), Diagnostic("WRITE_009" if kind else "WRITE_008", args=args))
    for one in incoming(work.version, compiled.entity):
        query = Query(Sql(one.used_text(marks), (*ids, *ids)), (_BIG, _BIG))
        for record, count in await work.store.rows(query):
            names = {"entity": one.owner.title, "field": one.title, "names": "…"}
            said = Diagnostic("WRITE_007", args={"label": labels[record], "count": count, **names})
            found[record] = (*found.get(record, ()), said)
    return found
