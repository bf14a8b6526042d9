"""A SQLite database as one file: copied while others write, checked before it is trusted, put in place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ..diagnostics import Diagnostic, Refused
from .render import quoted
from .tables import APP

_MAGIC = b"SQLite format 3\0"


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        yield connection


def copy_database(source: Path, target: Path) -> None:
    """A copy of what is committed now; neither readers nor the writer wait for it."""
    with _opened(source) as live, _opened(target) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def known_files(path: Path) -> tuple[str, ...]:
    """The hashes of the files that a copy refers to."""
    with _opened(path) as connection:
        rows = connection.execute("SELECT DISTINCT sha256 FROM sy_file WHERE state <> 'gone' ORDER BY 1").fetchall()
    return tuple(str(row[0]) for row in rows)


def known_migrations(path: Path) -> tuple[str, ...]:
    """The migrations that a copy has seen."""
    with _opened(path) as connection:
        rows = connection.execute("SELECT name FROM tortoise_migrations WHERE app = ? ORDER BY 1", (APP,)).fetchall()
    return tuple(str(row[0]) for row in rows)


def check_copy(path: Path) -> None:
    """Raise Refused(STORE_020) unless the file is a sound database with nothing in it that acts by itself."""
    try:
        with path.open("rb") as raw:
            if raw.read(len(_MAGIC)) != _MAGIC:
                raise ValueError("no SQLite database")
        with _opened(path) as connection:
            for kind, name in connection.execute("SELECT type, name FROM sqlite_schema").fetchall():
                if kind not in ("table", "index", "view"):
                    raise ValueError(f"unexpected {kind}")
                if not name.startswith("sqlite_"):
                    quoted(name)
            if connection.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
                raise ValueError("damaged")
            if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise ValueError("references lead to nothing")
    except (sqlite3.Error, ValueError) as error:
        raise Refused(Diagnostic("STORE_020", args={"reason": f"database.sqlite3: {error}"})) from error


def put_in_place(copy: Path, path: Path, *, replace: bool) -> None:
    """Move a checked copy to where the store opens it; what was there is kept beside it.

    Raises Refused(STORE_022) when there is a database and `replace` is not set, (STORE_023) when it is in use.
    """
    if path.exists():
        if not replace:
            raise Refused(Diagnostic("STORE_022"))
        _alone(path)
        path.replace(path.with_name(path.name + ".before-restore"))
    copy.replace(path)


def _alone(path: Path) -> None:
    # Leaving the write-ahead log is only allowed to the last connection, and puts everything into the one file.
    try:
        with _opened(path) as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            ((mode,),) = connection.execute("PRAGMA journal_mode = DELETE").fetchall()
            if mode != "delete":
                raise sqlite3.OperationalError("in use")
    except sqlite3.Error as error:
        raise Refused(Diagnostic("STORE_023", args={"file": path.name})) from error


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """The pieces as a new file."""
    with path.open("xb") as out:
        for piece in pieces:
            out.write(piece)
