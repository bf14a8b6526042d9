"""The records of a list as a file: read as they may leave the school, written as CSV or xlsx."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..fieldtypes import type_of
from ..model import Lang, Model, Ref, View
from .asking import Ask
from .handed_out import Export, export
from .sheet_write import MEDIA_TYPES, Format, csv_chunks, write_xlsx
from .shown import ListColumn, Masked
from .work import Work

#: Rows turned into text at a time.
_ROWS = 500
#: Bytes of a written file sent at a time.
_PIECE = 1 << 16

_PLAIN = ("number", "date", "datetime")


async def exported(
    work: Work, ask: Ask, form: Format, lang: Lang, view: View | None = None, most: int = 50_000
) -> tuple[str, AsyncIterator[bytes]]:
    """File name and content of a list. CSV is sent as it is read; a workbook is written to disk first.

    No cell is ever run as a formula. Raises Refused as `export` does, before the first piece.
    """
    found = await export(work, ask, view, most)
    title = view.title.get(lang) if view is not None and view.title.get(lang) else found.entity.plural.get(lang)
    title = title or found.entity.title.get(lang)
    at = work.now.at.astimezone(work.zone)
    name = f"{title}-{at:%Y%m%d-%H%M}.{form}"
    content = _csv(work, found, lang) if form == "csv" else _xlsx(work, found, title, lang)
    return name, content


def media_type(form: Format) -> str:
    """What browsers are told the file is."""
    return MEDIA_TYPES[form]


def _titles(found: Export, lang: Lang) -> list[str]:
    return [column.title.get(lang) for column in found.columns]


def _cells(model: Model, columns: Sequence[ListColumn], lang: Lang) -> list[Callable[[Any], Any]]:
    """For each column what turns a value into what is written: numbers and days stay what they are."""

    def cell(column: ListColumn) -> Callable[[Any], Any]:
        if column.field is None or (column.cell in _PLAIN and column.field.type != "percent"):
            return lambda value: value
        show = type_of(column.field).show(column.field, model, lang)
        return lambda value: show(value)

    return [_careful(cell(column)) for column in columns]


def _careful(show: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def cell(value: Any) -> Any:
        if value is None or isinstance(value, Masked):
            return None if value is None else value.text
        if isinstance(value, Ref) and not value.label:
            return f"#{value.id}"
        return show(value)

    return cell


async def _lines(work: Work, found: Export, lang: Lang) -> AsyncIterator[list[list[Any]]]:
    cells = _cells(work.version.model, found.columns, lang)
    waiting: list[list[Any]] = []
    async for _, *values in found.rows:
        waiting.append([_local(work, cell(value)) for cell, value in zip(cells, values, strict=True)])
        if len(waiting) == _ROWS:
            yield waiting
            waiting = []
    yield waiting


def _local(work: Work, value: Any) -> Any:
    """Moments as the school's clock shows them."""
    return value.astimezone(work.zone) if hasattr(value, "astimezone") and value.tzinfo else value


async def _csv(work: Work, found: Export, lang: Lang) -> AsyncIterator[bytes]:
    first = True
    async for lines in _lines(work, found, lang):
        text = b"".join(csv_chunks(_titles(found, lang), lines))
        # Only the first piece has the byte order mark and the header.
        yield text if first else text.partition(b"\r\n")[2]
        first = False


async def _xlsx(work: Work, found: Export, title: str, lang: Lang) -> AsyncIterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / "list.xlsx"
        await _written(path, title, _titles(found, lang), _lines(work, found, lang))
        with path.open("rb") as content:
            while piece := content.read(_PIECE):
                yield piece


async def _written(path: Path, title: str, titles: Sequence[str], parts: AsyncIterator[list[list[Any]]]) -> None:
    """The workbook written in a thread, while the rows come from the database: memory holds only some of them."""
    loop = asyncio.get_running_loop()

    async def following() -> list[list[Any]] | None:
        return await anext(parts, None)

    def rows() -> Iterator[list[Any]]:
        while (part := asyncio.run_coroutine_threadsafe(following(), loop).result()) is not None:
            yield from part

    await asyncio.to_thread(write_xlsx, path, title, titles, rows())
