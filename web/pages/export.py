"""The list at hand as a spreadsheet: the same columns, filters and order, as far as its reader may take it away."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from shuyuan.engine import (
    SHEET_TYPES,
    Allowance,
    Ask,
    Export,
    ListColumn,
    Masked,
    Ref,
    SavedView,
    allowance,
    csv_chunks,
    export,
    face_of,
    write_xlsx,
)
from starlette.responses import Response, StreamingResponse

from ..render.formats import count as count_text
from ..render.values import Button
from .list_asked import Asked
from .lists import asked_for, title_of
from .page import Page, get

#: Rows put together before they are written.
CHUNK = 500

#: Counted so far before a file is asked for.
MOST = 10_000

#: Values a spreadsheet keeps as they are.
_KEPT = (bool, int, Decimal, date, time)


async def ask(page: Page) -> Response:
    """Which kind of file it is to be."""
    asked, _ = await asked_for(page)
    t = page.t
    may = await allowance(page.work, replace(asked.ask, after="", before=""), asked.view, MOST)
    only = {"fields": ",".join(c.name for c in may.columns)} if may.kept and asked.ask.columns else {}
    where = f"{asked.base}/export/file"
    buttons = (
        Button("Excel (xlsx)", asked.url({"format": "xlsx"} | only, where), kind="primary", icon="export"),
        Button("CSV", asked.url({"format": "csv"} | only, where), icon="export"),
    )
    return page.show(
        "ask.html",
        title=t("export_list"),
        text=" ".join((*_left_out(page, may), t("export_says"))),
        post="",
        problems=(),
        fields="",
        kept=(),
        buttons=buttons,
        back=asked.url(),
        once="",
    )


def _left_out(page: Page, may: Allowance) -> tuple[str, ...]:
    """What of the list at hand will not be in the file, in words."""
    found = []
    if may.given < may.listed:
        given, listed = count_text(may.given, MOST), count_text(may.listed, MOST)
        found.append(page.t("export_part", given=given, listed=listed))
    if may.kept:
        names = ("、" if page.lang == "zh" else ", ").join(page.text(title) for title in may.kept)
        found.append(page.t("export_kept", names=names))
    return tuple(found)


async def file(page: Page) -> Response:
    """The file itself. Raises Refused without the right to export, and for more records than a file holds."""
    asked, saved = await asked_for(page)
    return await sheet_of(page, asked, saved, asked.ask, page.query.get("format", ""))


async def sheet_of(page: Page, asked: Asked, saved: Sequence[SavedView], wanted: Ask, kind: str) -> Response:
    """The records that `wanted` asks for as a file. kind: xlsx, or anything else for CSV."""
    found = await export(page.work, replace(wanted, after="", before=""), asked.view)
    title = title_of(page, asked, saved)
    titles = [page.text(c.title) or c.name for c in found.columns]
    day = page.work.now.at.astimezone(page.work.zone).date()
    name = f"{title} {day.isoformat()}"
    rows = _rows(found, tuple(_cell(page, c) for c in found.columns))
    if kind == "xlsx":
        return await _xlsx(name, title, titles, rows)
    return StreamingResponse(_csv(titles, rows), media_type=SHEET_TYPES["csv"], headers=_called(f"{name}.csv"))


async def _rows(found: Export, cells: Sequence[Callable[[Any], Any]]) -> AsyncIterator[list[Any]]:
    async for _, *values in found.rows:
        yield [cell(value) for cell, value in zip(cells, values, strict=True)]


def _cell(page: Page, column: ListColumn) -> Callable[[Any], Any]:
    """From a value to what stands in the sheet: words for what is chosen, numbers and days as such."""
    zone = page.work.zone
    show = face_of(page.version.model, column.field).show(page.lang) if column.field else str

    def cell(value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, Masked):
            return value.text
        if isinstance(value, datetime):
            return value.astimezone(zone)
        if isinstance(value, _KEPT) and not isinstance(value, bool):
            return value
        return show(value) if column.field or not isinstance(value, Ref) else value.label

    return cell


async def _csv(titles: Sequence[str], rows: AsyncIterator[list[Any]]) -> AsyncIterator[bytes]:
    """The sheet piece by piece, as the rows are read; the titles stand once, before the first of them."""
    head = b"".join(csv_chunks(titles, ()))
    yield head
    async for part in _chunks(rows):
        yield b"".join(csv_chunks(titles, part))[len(head) :]


async def _chunks(rows: AsyncIterator[list[Any]]) -> AsyncIterator[list[list[Any]]]:
    found: list[list[Any]] = []
    async for row in rows:
        found.append(row)
        if len(found) == CHUNK:
            yield found
            found = []
    if found:
        yield found


async def _xlsx(name: str, sheet: str, titles: Sequence[str], rows: AsyncIterator[list[Any]]) -> Response:
    """The sheet written beside and sent; rows come from the database while a thread writes.

    Its name is gone before the first byte is sent: nothing is left behind however the sending ends.
    """
    handle = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - closed when it has been sent
    try:
        await _written(Path(handle.name), sheet, titles, rows)
        whole = await asyncio.to_thread(Path(handle.name).open, "rb")
    finally:
        handle.close()
    size = str(os.fstat(whole.fileno()).st_size)
    headers = {**_called(f"{name}.xlsx"), "content-length": size}
    return StreamingResponse(_sent(whole), media_type=SHEET_TYPES["xlsx"], headers=headers)


def _sent(whole: BinaryIO) -> Iterator[bytes]:
    with whole:
        while part := whole.read(1 << 16):
            yield part


async def _written(path: Path, sheet: str, titles: Sequence[str], rows: AsyncIterator[list[Any]]) -> None:
    loop = asyncio.get_running_loop()

    def here() -> Iterator[list[Any]]:
        while (part := asyncio.run_coroutine_threadsafe(_next(parts), loop).result()) is not None:
            yield from part

    parts = _chunks(rows)
    await asyncio.to_thread(write_xlsx, path, sheet, titles, here())


async def _next(parts: AsyncIterator[list[list[Any]]]) -> list[list[Any]] | None:
    return await anext(parts, None)


def _called(name: str) -> dict[str, str]:
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


ROUTES = (get("/r/{entity}/export", ask), get("/r/{entity}/export/file", file))
