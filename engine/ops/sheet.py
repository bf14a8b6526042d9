"""Reading a spreadsheet somebody made: CSV in any usual encoding, or Excel, as plain rows with their true numbers."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from ..diagnostics import Diagnostic, Place, Refused

MAX_BYTES = 64 * 1024 * 1024
MAX_UNPACKED = 512 * 1024 * 1024
MAX_RATIO = 200
MAX_ROWS = 1_000_000
MAX_COLUMNS = 2_000
#: Seconds and bytes the child process that unpacks an Excel file may use.
CHILD_SECONDS = 60
CHILD_MEMORY = 2 * 1024 * 1024 * 1024

_DELIMITERS = ",;\t|"
#: Started as a file: as a module of the package it would load the whole engine first.
_CHILD = str(Path(__file__).with_name("sheet_child.py"))


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row. number: as the spreadsheet counts it, from 1; cells: text as shown, "" for an empty cell."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet under its header. Empty rows are left out and never end the sheet.

    headers: cleaned (outer spaces, tabs, line breaks and the `*` of required columns removed), made unique;
    starred: positions whose header had a `*`; dates1900: day numbers in cells count from 1900 (Excel).
    """

    name: str
    headers: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    starred: frozenset[int] = frozenset()


def read_sheet(content: bytes, filename: str, sheet: str = "") -> Sheet:
    """The rows of a spreadsheet file.

    content: the file; filename: as uploaded, only shown in messages; sheet: name of the sheet in a workbook, else the
    first visible one with rows. Raises Refused(EXCH_001 ... EXCH_005) for what cannot be read.
    """
    if len(content) > MAX_BYTES:
        raise _refused("EXCH_001", filename, limit=MAX_BYTES // 1024 // 1024)
    if content[:4] == b"PK\x03\x04":
        _check_archive(content, filename)
        name, raw = _read_in_child(content, filename, sheet)
    elif content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        name, raw = _read_in_child(content, filename, sheet)
    else:
        name, raw = "", _read_text(content, filename)
    return _with_header(name, raw, filename)


def _refused(code: str, filename: str, **args: Any) -> Refused:
    return Refused(Diagnostic(code, Place(filename), {"file": filename, **args}))


def _check_archive(content: bytes, filename: str) -> None:
    """A workbook is a zip; its directory tells what it would unpack to, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as broken:
        raise _refused("EXCH_002", filename) from broken
    total = sum(e.file_size for e in entries)
    if total > MAX_UNPACKED or len(entries) > 10_000 or total > max(len(content), 100_000) * MAX_RATIO:
        raise _refused("EXCH_003", filename, total=total // 1024 // 1024)


def _read_in_child(content: bytes, filename: str, sheet: str) -> tuple[str, list[tuple[int, list[str]]]]:
    """Parse Excel in a process of its own with bounded memory and time; a hostile file can only end that process."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, nothing from outside in the command
            [sys.executable, "-I", _CHILD, sheet],
            input=content,
            capture_output=True,
            timeout=CHILD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as slow:
        raise _refused("EXCH_003", filename, total=0) from slow
    if done.returncode != 0:
        raise _refused("EXCH_002", filename)
    answer = orjson.loads(done.stdout)
    return answer["name"], [(number, cells) for number, cells in answer["rows"]]


def _read_text(content: bytes, filename: str) -> list[tuple[int, list[str]]]:
    text = _decode(content, filename)
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=False)
    rows: list[tuple[int, list[str]]] = []
    csv.field_size_limit(10 * 1024 * 1024)
    try:
        for cells in reader:
            if len(rows) > MAX_ROWS or len(cells) > MAX_COLUMNS:
                raise _refused("EXCH_004", filename, rows=MAX_ROWS, columns=MAX_COLUMNS)
            rows.append((len(rows) + 1, cells))
    except csv.Error as broken:
        raise _refused("EXCH_002", filename) from broken
    return rows


def _decode(content: bytes, filename: str) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: Sequence[str] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _refused("EXCH_002", filename)


def _delimiter(text: str) -> str:
    """The separator that cuts the first lines into the most, equally many columns."""
    lines = [line for line in text[:65536].splitlines() if line.strip()][:20]
    best, best_score = ",", (0, 0)
    for mark in _DELIMITERS:
        widths = [len(row) for row in csv.reader(lines, delimiter=mark)]
        if not widths or widths[0] < 2:
            continue
        score = (sum(w == widths[0] for w in widths), widths[0])
        if score > best_score:
            best, best_score = mark, score
    return best


def _with_header(name: str, raw: list[tuple[int, list[str]]], filename: str) -> Sheet:
    """Take the first row that has at least half as many filled cells as the widest of the first ten as the header."""
    filled = [(number, [_clean(c) for c in cells]) for number, cells in raw]
    filled = [(number, cells) for number, cells in filled if any(cells)]
    if not filled:
        raise _refused("EXCH_005", filename)
    widest = max(sum(bool(c) for c in cells) for _, cells in filled[:10])
    at = next(i for i, (_, cells) in enumerate(filled) if sum(bool(c) for c in cells) * 2 >= widest)
    titles = filled[at][1]
    while titles and not titles[-1]:
        titles.pop()
    headers: list[str] = []
    starred: set[int] = set()
    taken: set[str] = set()
    tried: dict[str, int] = {}
    for position, title in enumerate(titles):
        plain = title.strip("*＊ ") if title.startswith(("*", "＊")) or title.endswith(("*", "＊")) else title
        if plain != title:
            starred.add(position)
        headers.append(_unique(plain or f"#{position + 1}", taken, tried))
    width = len(headers)
    rows = tuple(SheetRow(n, tuple((cells + [""] * width)[:width])) for n, cells in filled[at + 1 :])
    return Sheet(name, tuple(headers), rows, frozenset(starred))


def _clean(cell: str) -> str:
    return " ".join(cell.replace("\u3000", " ").replace("\ufeff", "").split()) if "\n" not in cell else cell.strip()


def _unique(title: str, taken: set[str], tried: dict[str, int]) -> str:
    """The title, numbered when it is taken. tried: title -> the last number it got, so that none is tried twice."""
    title = " ".join(title.split())
    free = title
    while free in taken:
        tried[title] = tried.get(title, 1) + 1
        free = f"{title} ({tried[title]})"
    taken.add(free)
    return free
