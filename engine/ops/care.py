"""Looking after an installation: what the doctor finds, and a restore practised beside the school that goes on."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..diagnostics import Diagnostic, Place, Refused
from ..model import Sql, Storage
from ..plan import physical
from ..store import open_store
from ..store.archive import DATABASE, ArchiveReader, Manifest, reading
from ..store.backup import MOST, backup, restore
from ..store.doctor import examine
from ..store.files import Files, LocalFiles
from ..store.opening import sqlite_path
from ..store.protocol import Query, Store
from ..store.render import quoted
from .work import Work


async def look_over(work: Work) -> tuple[Diagnostic, ...]:
    """Everything about database and files that is not as the live definitions say; only reads."""
    tables = physical(work.version.model, work.version.identity)
    return await examine(work.store, work.files, tables.values())


@dataclass(frozen=True, slots=True)
class Drilled:
    """A restore that was practised. rows: by table; size: bytes of the archive; files: how many came back."""

    manifest: Manifest
    rows: dict[str, int]
    size: int
    files: int


async def drill(store: Store, files: Files | None, scratch: str, now: datetime) -> Drilled:
    """Back up the school while it is at work, restore that into `scratch`, back that up again, and compare.

    scratch: address of an empty database of the same kind; the caller removes it. Raises Refused(CLI_014) for a table
    or file that came back differently, and what `backup` and `restore` raise.
    """
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        first, second = Path(folder) / "first.zip", Path(folder) / "second.zip"
        await backup(store, files, first, now=now)
        kept = LocalFiles(Path(folder) / "files")
        manifest = await restore(first, scratch, kept)
        restored = await open_store(scratch, pool=2)
        try:
            await backup(restored, kept, second, now=now)
        finally:
            await restored.close()
        with reading(first, MOST) as before, reading(second, MOST) as after:
            rows = dict(_compared(before, after, Path(folder)))
        return Drilled(manifest, rows, first.stat().st_size, len(manifest.files))


def _compared(before: ArchiveReader, after: ArchiveReader, folder: Path) -> Iterator[tuple[str, int]]:
    for name, size in before.manifest.files.items():
        if after.manifest.files.get(name) != size:
            raise _differs(f"files/{name}")
    if before.manifest.dialect == "sqlite":
        yield from _compared_sqlite(before, after, folder)
        return
    counts = {table.name: rows for table, rows in after.manifest.tables}
    for table, rows in before.manifest.tables:
        if counts.get(table.name) != rows or _lines(before, table) != _lines(after, table):
            raise _differs(table.name)
        yield table.name, rows


def _lines(archive: ArchiveReader, table: object) -> int:
    """A sum over the rows that does not depend on their order."""
    total, rest = 0, b""
    for piece in archive.rows(table):  # type: ignore[arg-type]  # a Table of its manifest
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            total += int.from_bytes(hashlib.blake2b(line, digest_size=16).digest())
    return total


def _compared_sqlite(before: ArchiveReader, after: ArchiveReader, folder: Path) -> Iterator[tuple[str, int]]:
    import sqlite3
    from contextlib import closing

    paths = []
    for number, archive in enumerate((before, after)):
        paths.append(folder / f"{number}.sqlite3")
        with paths[-1].open("wb") as out:
            out.writelines(archive.pieces(DATABASE))
    with closing(sqlite3.connect(paths[0])) as one, closing(sqlite3.connect(paths[1])) as other:
        listed = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        for (name,) in one.execute(listed).fetchall():
            found = [_summed(connection, str(name)) for connection in (one, other)]
            if found[0] != found[1]:
                raise _differs(str(name))
            yield str(name), found[0][0]


def _summed(connection: object, table: str) -> tuple[int, int]:
    count = total = 0
    for row in connection.execute(f"SELECT * FROM {quoted(table)}"):  # type: ignore[attr-defined]  # noqa: S608 - a name of the engine
        count += 1
        total += int.from_bytes(hashlib.blake2b(repr(row).encode(), digest_size=16).digest())
    return count, total


def _differs(table: str) -> Refused:
    return Refused(Diagnostic("CLI_014", Place(path=table), {"table": table}))


_NAME = "shuyuan_drill_{stamp}"


async def scratch_beside(store: Store, now: datetime) -> str:
    """An empty database beside that of `store`, for a drill: a file in the same folder, or a database on the server.

    Removed by `remove_scratch`. Raises Busy when the account may not make databases.
    """
    name = _NAME.format(stamp=now.strftime("%Y%m%d%H%M%S%f"))
    if store.dialect == "sqlite":
        return f"sqlite:///{sqlite_path(store.url).with_name(name + '.sqlite3')}"
    await _outside(store.url, f"CREATE DATABASE {quoted(name)}")
    return _renamed(store.url, name)


async def remove_scratch(store: Store, scratch: str) -> None:
    """Remove what `scratch_beside` made."""
    if store.dialect == "sqlite":
        path = sqlite_path(scratch)
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        return
    await _outside(store.url, f"DROP DATABASE IF EXISTS {quoted(scratch.partition('?')[0].rpartition('/')[2])}")


def _renamed(url: str, name: str) -> str:
    head, mark, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{mark}{query}"


async def _outside(url: str, statement: str) -> None:
    """Run a statement that no transaction may hold."""
    import asyncpg

    from ..store.opening import postgres_credentials
    from ..store.postgres_errors import FAILURES, translated

    credentials = {k: v for k, v in postgres_credentials(url).items() if k not in ("schema", "application_name")}
    try:
        connection = await asyncpg.connect(**credentials)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()
    except FAILURES as error:
        raise translated(error) from error


async def size_of(store: Store) -> int:
    """Bytes the database takes."""
    text = (
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        if store.dialect == "sqlite"
        else "SELECT pg_database_size(current_database())"
    )
    ((found,),) = await store.rows(Query(Sql(text), (Storage("bigint"),)))
    return int(found)
