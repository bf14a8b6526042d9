"""Backing up a school while it is open, and getting it back: database and files in one archive."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from ..diagnostics import Diagnostic, Refused
from ..model.storage import Table
from . import sqlite_copy
from .archive import DATABASE, MANIFEST, ArchiveReader, ArchiveWriter, Manifest, manifest_bytes, reading, writing
from .files import Files
from .opening import open_store, sqlite_path
from .protocol import Store

#: What an archive may unpack to unless the caller allows more.
MOST = 200 << 30
_PIECE = 1 << 20


async def backup(store: Store, files: Files | None, target: Path, *, now: datetime) -> Manifest:
    """Write everything to a zip file at `target`, as it is at one moment, while others go on working.

    The file appears when it is complete. Views are not in it: publishing makes them. A file that the database knows and
    `files` does not have is named in the manifest. Raises Busy when the database cannot be read.
    """
    made_at = now.astimezone(UTC).isoformat(timespec="seconds")
    with writing(target) as archive:
        if store.dialect == "sqlite":
            manifest = await _from_sqlite(store, archive, files, made_at)
        else:
            manifest = await _from_postgres(store, archive, files, made_at)
        with archive.member(MANIFEST) as out:
            out.write(manifest_bytes(manifest))
    return manifest


async def _from_sqlite(store: Store, archive: ArchiveWriter, files: Files | None, made_at: str) -> Manifest:
    source = sqlite_path(store.url)
    with tempfile.TemporaryDirectory(dir=source.parent, prefix="backup-") as folder:
        copy = Path(folder) / DATABASE
        await asyncio.to_thread(sqlite_copy.copy_database, source, copy)
        with archive.member(DATABASE) as out:
            await asyncio.to_thread(_copy_file, copy, out)
        hashes = await asyncio.to_thread(sqlite_copy.known_files, copy)
        migrations = await asyncio.to_thread(sqlite_copy.known_migrations, copy)
    kept, missing = await _add_files(archive, files, hashes)
    return Manifest("sqlite", made_at, migrations, (), kept, missing)


async def _from_postgres(store: Store, archive: ArchiveWriter, files: Files | None, made_at: str) -> Manifest:
    from .postgres import PostgresStore
    from .postgres_copy import snapshot

    if not isinstance(store, PostgresStore):
        raise TypeError(type(store).__name__)
    tables: list[tuple[Table, int]] = []
    async with snapshot(store) as seen:
        for table in seen.tables:
            with archive.member(f"tables/{table.name}.copy") as out:
                tables.append((table, await seen.copy_out(table, out.write)))
        hashes = await seen.column("SELECT DISTINCT sha256 FROM sy_file WHERE state <> 'gone' ORDER BY 1")
        migrations = await seen.migrations()
    kept, missing = await _add_files(archive, files, hashes)
    return Manifest("postgres", made_at, migrations, tuple(tables), kept, missing)


def _copy_file(source: Path, out: IO[bytes]) -> None:
    with source.open("rb") as found:
        shutil.copyfileobj(found, out, _PIECE)


async def _add_files(
    archive: ArchiveWriter, files: Files | None, hashes: Iterable[str]
) -> tuple[dict[str, int], tuple[str, ...]]:
    kept: dict[str, int] = {}
    missing: list[str] = []
    for sha256 in hashes:
        size = await files.size(sha256) if files is not None else None
        if files is None or size is None:
            missing.append(sha256)
            continue
        with archive.member(f"files/{sha256}") as out:
            async for piece in files.read(sha256):
                await asyncio.to_thread(out.write, piece)
        kept[sha256] = size
    return kept, tuple(missing)


def manifest_of(source: Path, most: int = MOST) -> Manifest:
    """What an archive holds. Raises Refused(STORE_020, STORE_021)."""
    with reading(source, most) as archive:
        return archive.manifest


async def restore(source: Path, url: str, files: Files | None, *, replace: bool = False, most: int = MOST) -> Manifest:
    """Put the archive into the database at `url`, which has to be empty or not there, and its files into `files`.

    replace: a database that is there is emptied (PostgreSQL) or kept beside the new one (SQLite, `.before-restore`).
    Nothing may be at work on it. The system tables are brought to this program's version; the views of the live
    definitions have to be made afterwards, as a publication does. Raises Refused: STORE_020 the archive is damaged or
    is none, STORE_021 it unpacks to more than `most` bytes, STORE_022 there is a database, STORE_023 it is in use,
    STORE_024 no room, STORE_025 the archive is of the other kind of database.
    """
    with reading(source, most) as archive:
        manifest = archive.manifest
        ours = "sqlite" if url.startswith("sqlite:") else "postgres"
        if manifest.dialect != ours:
            raise Refused(Diagnostic("STORE_025", args={"theirs": manifest.dialect, "ours": ours}))
        if files is not None:
            for sha256 in manifest.files:
                await files.put(_checked(archive, sha256))
        if ours == "sqlite":
            await _to_sqlite(archive, sqlite_path(url), replace)
        else:
            await _to_postgres(archive, url, replace)
    store = await open_store(url, pool=2)
    try:
        await store.migrate()
    finally:
        await store.close()
    return manifest


async def _checked(archive: ArchiveReader, sha256: str) -> AsyncIterator[bytes]:
    """The content of a file; refuses at its end when it is not what its name says, before it is kept."""
    digest = hashlib.sha256()
    content = archive.pieces(f"files/{sha256}")
    while piece := await asyncio.to_thread(next, content, b""):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != sha256:
        raise Refused(Diagnostic("STORE_020", args={"reason": f"files/{sha256}: other content"}))


async def _to_sqlite(archive: ArchiveReader, path: Path, replace: bool) -> None:
    await asyncio.to_thread(_unpack, archive, path, replace)


def _unpack(archive: ArchiveReader, path: Path, replace: bool) -> None:
    if not path.parent.is_dir():
        raise Refused(Diagnostic("STORE_004", args={"folder": str(path.parent)}))
    if path.exists() and not replace:
        raise Refused(Diagnostic("STORE_022"))
    size = archive.size(DATABASE)
    if shutil.disk_usage(path.parent).free < size:
        raise Refused(Diagnostic("STORE_024", args={"folder": str(path.parent), "size": size}))
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="restore-") as folder:
        copy = Path(folder) / DATABASE
        sqlite_copy.write_pieces(copy, archive.pieces(DATABASE))
        sqlite_copy.check_copy(copy)
        sqlite_copy.put_in_place(copy, path, replace=replace)


async def _to_postgres(archive: ArchiveReader, url: str, replace: bool) -> None:
    from .postgres import PostgresStore
    from .postgres_copy import fill

    store = await open_store(url, pool=2)
    try:
        if not isinstance(store, PostgresStore):
            raise TypeError(type(store).__name__)
        manifest = archive.manifest
        await fill(store, manifest.tables, manifest.migrations, archive.rows, replace=replace)
    finally:
        await store.close()
