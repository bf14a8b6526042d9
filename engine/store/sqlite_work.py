"""What runs in the thread of a SQLite connection: whole transactions, so that each costs one hop into the thread."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import Any

from .coding import Decode
from .parts import Part, is_guard, parts_of
from .protocol import Busy, Holds, Insert, Missed, Run, Taken, Write
from .render import Statements, encoded, parameters, prepare
from .sqlite_errors import FAILURES, translated

Params = Sequence[Any]
_NEW_INDEX = 'CREATE UNIQUE INDEX "'


def begin(connection: sqlite3.Connection, patience: float) -> None:
    """Take the right to write, waiting up to `patience` seconds for another process. Raises sqlite3.OperationalError.

    SQLite itself would wait in ever longer steps and lose against a busy neighbour.
    """
    deadline = time.monotonic() + patience
    pause = 0.0002
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            locked = (error.sqlite_errorcode or 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not locked or time.monotonic() > deadline:
                raise
        time.sleep(pause)
        pause = 0.0002 if pause > 0.003 else pause * 1.5


def commit(connection: sqlite3.Connection) -> None:
    """Make it last, or leave nothing of it. Raises sqlite3.Error."""
    try:
        connection.execute("COMMIT")
    except sqlite3.Error:
        rollback(connection)
        raise


def rollback(connection: sqlite3.Connection) -> None:
    """Leave nothing of it; SQLite may have done so already."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def read(connection: sqlite3.Connection, text: str, params: Params, decode: Decode) -> list[tuple[Any, ...]]:
    """The rows of a question. Raises what the protocol says."""
    try:
        return decode(connection.execute(text, params).fetchall())
    except FAILURES as error:
        raise translated(error, connection) from error


def run(connection: sqlite3.Connection, text: str, params: Params) -> int:
    """Execute one statement; the number of rows it touched. Raises what the protocol says."""
    try:
        cursor = connection.execute(text, params)
        # A statement that answers rows is carried out as they are fetched.
        found = cursor.fetchall()
        return max(cursor.rowcount, len(found))
    except FAILURES as error:
        cause = translated(error, connection)
        if isinstance(cause, Taken) and text.startswith(_NEW_INDEX):
            cause = Taken(cause.table, text.split('"')[1])
        raise cause from error


def script(connection: sqlite3.Connection, statements: Sequence[str]) -> None:
    """Execute statements one after another. Raises what the protocol says."""
    for text in statements:
        run(connection, text, ())


def write(connection: sqlite3.Connection, made: Statements, writes: Sequence[Write]) -> None:
    """Execute the writes inside the open transaction. Raises what the protocol says."""
    for part in parts_of(writes):
        _write_part(connection, made, part)


def _write_part(connection: sqlite3.Connection, made: Statements, part: Part) -> None:
    first = part.writes[0]
    try:
        if isinstance(first, Run):
            ready = prepare(first.sql, "sqlite")
            connection.execute(ready.text, ready.fill(first.slots)).fetchall()
            return
        statement = made.of(first)
        if part.many:
            rows = (encoded(statement.sets, w.values.values()) for w in part.writes if isinstance(w, Insert))
            connection.executemany(statement.text, rows)
            return
        cursor = connection.execute(statement.text, parameters(statement, first))
        if is_guard(first) and (cursor.fetchone() is None if isinstance(first, Holds) else cursor.rowcount != 1):
            raise Missed(first)
    except FAILURES as error:
        raise translated(error, connection, part.writes) from error


Outcome = BaseException | None


def write_all(
    connection: sqlite3.Connection, made: Statements, batches: Sequence[Sequence[Write]], patience: float
) -> list[Outcome]:
    """Several batches in one transaction, each of them whole or not at all; what became of each.

    Making a transaction last is what costs time (the disk has to confirm it), so batches that wait for each other
    anyway share it. A batch that fails takes nothing from the others.
    """
    try:
        begin(connection, patience)
    except sqlite3.Error as error:
        refused: list[Outcome] = [translated(error, connection)]
        return refused * len(batches)
    outcomes: list[Outcome] = []
    for batch in batches:
        outcomes.append(
            _one_of_several(connection, made, batch) if len(batches) > 1 else _only(connection, made, batch)
        )
        if not connection.in_transaction:  # a full disk, for example: SQLite gave up the whole transaction
            lost = outcomes[-1] or Busy("the transaction was rolled back")
            outcomes += [lost] * (len(batches) - len(outcomes))
            return [outcome or lost for outcome in outcomes]
    return _committed(connection, outcomes)


def _committed(connection: sqlite3.Connection, outcomes: list[Outcome]) -> list[Outcome]:
    if all(outcomes):
        rollback(connection)
        return outcomes
    try:
        commit(connection)
    except sqlite3.Error as error:
        lost = translated(error, connection)
        return [outcome or lost for outcome in outcomes]
    return outcomes


def _only(connection: sqlite3.Connection, made: Statements, batch: Sequence[Write]) -> Outcome:
    try:
        write(connection, made, batch)
    except Exception as error:  # noqa: BLE001 - handed to whoever gave the batch
        return error
    return None


def _one_of_several(connection: sqlite3.Connection, made: Statements, batch: Sequence[Write]) -> Outcome:
    connection.execute("SAVEPOINT one")
    outcome = _only(connection, made, batch)
    if connection.in_transaction:
        if outcome is not None:
            connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")
    return outcome


def split(text: str) -> list[str]:
    """The statements of a script. SQLite's own way of running a script would commit the open transaction first."""
    found, rest = [], ""
    for piece in text.split(";"):
        rest += piece + ";"
        if sqlite3.complete_statement(rest):
            found.append(rest.strip())
            rest = ""
    if rest.strip(" \n;"):
        found.append(rest.strip())
    return [statement for statement in found if statement != ";"]


Work = Callable[[sqlite3.Connection], Any]
