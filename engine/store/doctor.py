"""Looking a database over: is it sound, is it of this version, does it agree with its files and its definitions."""

# ruff: noqa: S608 - statements are put together from names that `quoted` has checked

from __future__ import annotations

from collections.abc import Iterable

from ..diagnostics import Diagnostic, Place
from ..model.sql import Sql
from ..model.storage import Storage, Table
from .files import Files
from .inspection import Difference, Found, differences, inspect
from .protocol import Query, Store
from .render import quoted
from .tables import SYSTEM_TABLES
from .upgrade import applied, shipped

_TEXT, _NUMBER = Storage("text"), Storage("bigint")
#: Findings of one kind that are listed; the rest are counted.
_MOST = 50


async def examine(store: Store, files: Files | None, tables: Iterable[Table]) -> tuple[Diagnostic, ...]:
    """Everything that is not as it should be, nothing when all is well; only reads.

    tables: of the live definitions. Tables and columns that are there beside them are reported as warnings: data of
    removed fields is kept until its retention ends.
    """
    behind = await _version(store)
    if behind:
        return behind
    found = await inspect(store)
    result = [*await _sound(store), *await _tables(store, found, tuple(tables)), *await _counter(store, found)]
    if files is not None:
        result += await _files(store, files)
    return tuple(result)


async def _column(store: Store, text: str, *params: object) -> list[object]:
    return [row[0] for row in await store.rows(Query(Sql(text, params), (_TEXT,)))]


async def _version(store: Store) -> tuple[Diagnostic, ...]:
    theirs, ours = await applied(store), shipped()
    if theirs - ours:
        return (Diagnostic("STORE_001", args={"names": ", ".join(sorted(theirs - ours))}),)
    if ours - theirs:
        return (Diagnostic("STORE_010", args={"names": ", ".join(sorted(ours - theirs))}),)
    return ()


async def _sound(store: Store) -> list[Diagnostic]:
    if store.dialect == "sqlite":
        words = await _column(store, f"SELECT integrity_check FROM pragma_integrity_check({_MOST})")
        damage = [Diagnostic("STORE_011", args={"reason": str(w)}) for w in words if w != "ok"]
        orphans = await _column(store, 'SELECT DISTINCT "table" FROM pragma_foreign_key_check')
        return damage + [Diagnostic("STORE_012", Place(path=str(t))) for t in orphans]
    broken = "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"
    invalid = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
    return [
        *(Diagnostic("STORE_012", Place(path=str(t))) for t in await _column(store, broken)),
        *(Diagnostic("STORE_011", args={"reason": f"index {i}"}) for i in await _column(store, invalid)),
    ]


async def _tables(store: Store, found: Found, tables: tuple[Table, ...]) -> list[Diagnostic]:
    wanted = [*SYSTEM_TABLES.values(), *tables]
    return [_told(d) for d in differences(wanted, found, store.dialect)]


def _told(found: Difference) -> Diagnostic:
    place = Place(path=f"{found.table}/{found.name}" if found.name else found.table)
    return Diagnostic({"missing": "STORE_013", "other": "STORE_014", "extra": "STORE_015"}[found.kind], place)


async def _counter(store: Store, found: Found) -> list[Diagnostic]:
    numbered = [name for name, table in found.tables.items() if table.key == ("id",) and name != "sy_live"]
    most = " UNION ALL ".join(f"SELECT max(id) AS most FROM {quoted(name)}" for name in numbered)
    text = f"SELECT (SELECT max(most) FROM ({most}) AS m), (SELECT value FROM sy_counter WHERE name = 'id')"
    ((highest, counter),) = await store.rows(Query(Sql(text), (_NUMBER, _NUMBER)))
    if highest is not None and (counter is None or highest > counter):
        return [Diagnostic("STORE_016", args={"highest": highest, "counter": counter or 0})]
    return []


async def _files(store: Store, files: Files) -> list[Diagnostic]:
    query = Query(
        Sql("SELECT sha256, min(name), min(size) FROM sy_file WHERE state <> 'gone' GROUP BY sha256 ORDER BY sha256"),
        (_TEXT, _TEXT, _NUMBER),
    )
    result: list[Diagnostic] = []
    for sha256, name, size in await store.rows(query):
        there = await files.size(sha256)
        if there is None:
            result.append(Diagnostic("STORE_017", Place(path=sha256), {"name": name}))
        elif there != size:
            result.append(Diagnostic("STORE_018", Place(path=sha256), {"name": name, "size": there, "expected": size}))
    return result
