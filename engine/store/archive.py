"""A backup as one zip file: what may be in it, writing it, and reading it without trusting it."""

from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, get_args

import orjson

from ..diagnostics import Diagnostic, Refused
from ..model.storage import Column, ColumnKind, Index, Storage, Table
from .protocol import Dialect
from .render import quoted

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.sqlite3"
#: Everything that may be in an archive.
_MEMBER = re.compile(r"manifest\.json|database\.sqlite3|tables/[a-z_][a-z0-9_]{0,62}\.copy|files/[0-9a-f]{64}")
_MOST_MANIFEST = 64 << 20
_PIECE = 1 << 20
#: deflate cannot do better than this; anything above is made to mislead.
_MOST_RATIO = 1100


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. made_at: ISO 8601, UTC; tables: with their rows, empty for SQLite; files: sizes by hash.

    missing: hashes of files that the database knows and the file storage did not have.
    """

    dialect: Dialect
    made_at: str
    migrations: tuple[str, ...]
    tables: tuple[tuple[Table, int], ...]
    files: dict[str, int]
    missing: tuple[str, ...] = ()


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it is written."""
    return orjson.dumps({"format": FORMAT, **asdict(manifest)}, option=orjson.OPT_INDENT_2)


def _manifest_of(content: bytes) -> Manifest:
    found: dict[str, Any] = orjson.loads(content)
    if found.pop("format") != FORMAT or found["dialect"] not in ("sqlite", "postgres"):
        raise ValueError("unknown format")
    tables = tuple((_table_of(table), int(rows)) for table, rows in found.pop("tables"))
    names = {table.name for table, _ in tables}
    if not names.issuperset(c.refers for table, _ in tables for c in table.columns if c.refers):
        raise ValueError("a reference to a table that is not there")
    files = {str(name): int(size) for name, size in found.pop("files").items()}
    migrations, missing = tuple(map(str, found.pop("migrations"))), tuple(map(str, found.pop("missing")))
    return Manifest(found["dialect"], str(found["made_at"]), migrations, tables, files, missing)


def _table_of(found: dict[str, Any]) -> Table:
    """A table of the manifest. Raises ValueError unless all of it is what the engine itself would have made."""
    columns = tuple(_column_of(c) for c in found["columns"])
    indexes = tuple(Index(_name(i["name"]), tuple(i["columns"]), i["unique"] is True) for i in found["indexes"])
    key, names = tuple(found["key"]), {c.name for c in columns}
    if not key or len(names) != len(columns) or not names.issuperset(key):
        raise ValueError("a table without its key")
    if not all(index.columns and names.issuperset(index.columns) for index in indexes):
        raise ValueError("an index over nothing")
    return Table(_name(found["name"]), columns, indexes, key)


def _column_of(found: dict[str, Any]) -> Column:
    kind, scale, precision = (found["storage"][k] for k in ("kind", "scale", "precision"))
    if kind not in get_args(ColumnKind) or not 0 <= int(scale) <= int(precision) <= 38:
        raise ValueError(f"unknown storage of {found['name']}")
    storage = Storage(kind, int(scale), int(precision))
    refers = _name(found["refers"]) if found["refers"] else ""
    return Column(_name(found["name"]), storage, found["nullable"] is True, refers)


def _name(found: object) -> str:
    name = str(found)
    quoted(name)
    return name


class ArchiveWriter:
    """Writes members one after another."""

    def __init__(self, target: zipfile.ZipFile) -> None:
        self._target = target

    @contextmanager
    def member(self, name: str) -> Iterator[IO[bytes]]:
        """A member to write to; content that does not get smaller (images) is cheap to try at this level."""
        if not _MEMBER.fullmatch(name):
            raise ValueError(f"no place in an archive: {name}")
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = (stat.S_IFREG | 0o600) << 16
        with self._target.open(info, "w", force_zip64=True) as out:
            yield out


@contextmanager
def writing(path: Path) -> Iterator[ArchiveWriter]:
    """An archive that appears under its name only when it is complete."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
                yield ArchiveWriter(target)
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


#: What zipfile raises over a file that somebody damaged or made to mislead.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, ValueError, TypeError, RuntimeError)


class ArchiveReader:
    """A checked archive."""

    def __init__(self, source: zipfile.ZipFile, manifest: Manifest) -> None:
        self._source = source
        self.manifest = manifest

    def size(self, name: str) -> int:
        """Bytes of a member."""
        return self._source.getinfo(name).file_size

    def rows(self, table: Table) -> Iterator[bytes]:
        """The rows of a table in PostgreSQL's text form."""
        return self.pieces(f"tables/{table.name}.copy")

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a member, a piece at a time. Raises Refused(STORE_020) when it is damaged."""
        try:
            with self._source.open(name) as found:
                while piece := found.read(_PIECE):
                    yield piece
        except _BROKEN as error:
            raise _unusable(f"{name}: {error}") from error


@contextmanager
def reading(path: Path, most: int) -> Iterator[ArchiveReader]:
    """An archive whose directory and manifest were checked. most: bytes it may unpack to.

    Raises Refused(STORE_020) for what is no archive of ours, (STORE_021) for one that would unpack to too much.
    """
    try:
        source = zipfile.ZipFile(path)
    except (*_BROKEN, OSError) as error:
        raise _unusable(str(error)) from error
    with source:
        yield ArchiveReader(source, _checked(source, most))


def _checked(source: zipfile.ZipFile, most: int) -> Manifest:
    try:
        _check_members(source, most)
        with source.open(MANIFEST) as found:
            manifest = _manifest_of(found.read(_MOST_MANIFEST))
        _check_contents(source, manifest)
        return manifest
    except _BROKEN as error:
        raise _unusable(str(error)) from error


def _check_members(source: zipfile.ZipFile, most: int) -> None:
    infos = source.infolist()
    names = [info.filename for info in infos]
    if len(set(names)) != len(names):
        raise ValueError("a member occurs twice")
    for info in infos:
        mode = stat.S_IFMT(info.external_attr >> 16)
        if not _MEMBER.fullmatch(info.filename) or mode not in (0, stat.S_IFREG) or info.flag_bits & 1:
            raise ValueError(f"unexpected member {info.filename[:80]!r}")
        if info.file_size > _MOST_RATIO * max(info.compress_size, 1):
            raise Refused(Diagnostic("STORE_021", args={"size": info.file_size, "most": most}))
    total = sum(info.file_size for info in infos)
    if total > most or source.getinfo(MANIFEST).file_size > _MOST_MANIFEST:
        raise Refused(Diagnostic("STORE_021", args={"size": total, "most": most}))


def _check_contents(source: zipfile.ZipFile, manifest: Manifest) -> None:
    expected = {MANIFEST, *(f"files/{name}" for name in manifest.files)}
    if manifest.dialect == "sqlite":
        expected.add(DATABASE)
    expected |= {f"tables/{table.name}.copy" for table, _ in manifest.tables}
    if {info.filename for info in source.infolist()} != expected:
        raise ValueError("members and manifest differ")


def _unusable(reason: str) -> Refused:
    return Refused(Diagnostic("STORE_020", args={"reason": reason}))
