"""What SQLite raises, in the words of the protocol; it names columns where the protocol names indexes."""

# ruff: noqa: S608 - statements are put together from names that `quoted` has checked

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from .protocol import Busy, Delete, Insert, Outdated, Referred, Run, Taken, Unfit, Update, Write
from .render import quoted

FAILURES = (sqlite3.Error, OverflowError, UnicodeEncodeError)

#: Primary result codes where trying again later can help.
_LATER = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}
_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID}


def translated(error: BaseException, connection: sqlite3.Connection, writes: Sequence[Write] = ()) -> BaseException:
    """The exception of the protocol; the same exception when it is a mistake of ours.

    connection: still in the state in which the statement failed, so that it can be asked what stood in the way.
    writes: one write, or the rows of one multi-row insert.
    """
    if isinstance(error, UnicodeEncodeError | OverflowError):
        return Unfit(str(error))
    if not isinstance(error, sqlite3.Error):
        return error
    code = getattr(error, "sqlite_errorcode", 0) or 0
    if code in _UNIQUE:
        return _taken(str(error), connection)
    if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        found = (_referred(connection, write) for write in writes)
        return next((f for f in found if f is not None), None) or Referred(_table_of(writes))
    if code & 0xFF in (sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG):
        return Unfit(str(error))
    if code & 0xFF in _LATER:
        return Busy(str(error))
    if code & 0xFF == sqlite3.SQLITE_SCHEMA or str(error).startswith(("no such table", "no such column")):
        return Outdated(str(error))
    if code == sqlite3.SQLITE_ERROR and "has no column named" in str(error):
        return Outdated(str(error))
    return error


def _taken(words: str, connection: sqlite3.Connection) -> Taken:
    """From `UNIQUE constraint failed: t.a, t.b` to the index over a and b of t."""
    named = words.partition(": ")[2]
    table, _, _ = named.partition(".")
    columns = [part.rpartition(".")[2] for part in named.split(", ")]
    for index in index_names(connection, table):
        if index_columns(connection, index) == columns:
            generated = index.startswith("sqlite_autoindex_")
            return Taken(table, f"{table}_pkey" if generated else index)
    return Taken(table, f"{table}_pkey")


def index_names(connection: sqlite3.Connection, table: str) -> list[str]:
    """The unique indexes of a table."""
    rows = connection.execute(f"PRAGMA index_list({quoted(table)})").fetchall()
    return [str(row[1]) for row in rows if row[2]]


def index_columns(connection: sqlite3.Connection, index: str) -> list[str]:
    """The columns of an index in order."""
    return [str(row[2]) for row in connection.execute(f'PRAGMA index_info("{index}")').fetchall()]


def _table_of(writes: Sequence[Write]) -> str:
    return "" if not writes or isinstance(writes[0], Run) else writes[0].table.name


def _referred(connection: sqlite3.Connection, write: Write) -> Referred | None:
    """SQLite says nothing about which reference failed, so look for it; None when this write is not the cause."""
    if isinstance(write, Delete):
        return _still_pointing(connection, write.table.name, write.key)
    if not isinstance(write, Insert | Update):
        return None
    for column in write.table.columns:
        target = write.values.get(column.name)
        itself = column.refers == write.table.name and target == write.values.get("id")
        if column.refers and target is not None and not itself:
            known = connection.execute(f"SELECT 1 FROM {quoted(column.refers)} WHERE id = ?", (target,)).fetchone()
            if known is None:
                return Referred(write.table.name, column.name)
    return None


def _still_pointing(connection: sqlite3.Connection, table: str, key: Mapping[str, Any]) -> Referred:
    """The first column that refers to a row of `table`; narrowed to the row when the key is its id."""
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    for (name,) in tables.fetchall():
        for row in connection.execute(f"PRAGMA foreign_key_list({quoted(name)})").fetchall():
            if row[2] != table or row[6] == "CASCADE":
                continue
            one = f" = {int(key['id'])}" if isinstance(key.get("id"), int) else " IS NOT NULL"
            if connection.execute(f"SELECT 1 FROM {quoted(name)} WHERE {quoted(row[3])}{one}").fetchone():
                return Referred(name, row[3])
    return Referred(table)
