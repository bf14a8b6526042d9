"""A sheet that was imported, given back as it was with what became of each row and what is wrong in which cell."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from ..diagnostics import is_error, words
from ..model import Lang, Text
from .import_batch import Import, ImportRow, load_import, rows_of
from .importing import sheet_of
from .mapping import LINE
from .sheet import Sheet
from .sheet_write import harmless
from .work import Work

#: Rows read from the database at a time.
_PAGE = 5_000
_SHEET = 31

_OUTCOMES: Mapping[str, Text] = {
    "created": Text("新建", "new"),
    "changed": Text("更新", "changed"),
    "same": Text("未变", "unchanged"),
    "refused": Text("未导入", "refused"),
}
_HEADERS = (Text("导入结果", "Outcome"), Text("说明", "Remarks"))
_ROW_HAS_NONE = Text("未处理", "not tried")


async def remarked(work: Work, batch: int, target: BinaryIO | Path, lang: Lang) -> int:
    """Write the sheet of an import with remarks as xlsx; the number of rows. Raises Refused(EXCH_021, EXCH_023)."""
    one = await load_import(work, batch)
    sheet = await sheet_of(work, one)
    outcomes: dict[int, ImportRow] = {}
    after = 0
    while rows := await rows_of(work, batch, after=after, limit=_PAGE):
        outcomes.update((row.number, row) for row in rows)
        after = rows[-1].number
    await asyncio.to_thread(_write, target, one, sheet, outcomes, lang)
    return len(sheet.rows)


def _write(target: BinaryIO | Path, one: Import, sheet: Sheet, outcomes: Mapping[int, ImportRow], lang: Lang) -> None:
    import xlsxwriter  # loaded only when somebody asks for the sheet

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target if not isinstance(target, Path) else str(target), options)
    page = book.add_worksheet("".join("_" if c in "[]:*?/\\'" else c for c in sheet.name)[:_SHEET] or "Sheet1")
    styles = _Styles(book)
    titles = [*(h.get(lang) for h in _HEADERS), *sheet.headers]
    for column, title in enumerate(titles):
        page.write_string(0, column, title, styles.bold)
        page.set_column(column, column, min(60 if column == 1 else 24, max(10, len(title) * 2)))
    page.freeze_panes(1, 2)
    columns = {m.field: m.column for m in one.scheme.columns if m.field and m.column != LINE}
    for at, row in enumerate(sheet.rows, start=1):
        _row(page, at, row.cells, outcomes.get(row.number), columns, styles, lang)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(titles) - 1)
    book.close()


class _Styles:
    """The few ways cells look."""

    def __init__(self, book: Any) -> None:
        self.bold = book.add_format({"bold": True, "bottom": 1})
        self.wrong = book.add_format({"bg_color": "#FFD9D6"})
        self.noted = book.add_format({"bg_color": "#FFF3C4"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})


def _row(
    page: Any,
    at: int,
    cells: Sequence[str],
    row: ImportRow | None,
    columns: Mapping[str, int],
    styles: _Styles,
    lang: Lang,
) -> None:
    """One row of the sheet. Rows are written from left to right, as they are streamed to disk."""
    outcome = _OUTCOMES[row.outcome] if row else _ROW_HAS_NONE
    page.write_string(at, 0, outcome.get(lang), styles.wrong if row and row.outcome == "refused" else None)
    said: dict[int, tuple[bool, str]] = {}
    lines = []
    for one in row.problems if row else ():
        shown = words(one, lang)
        text = f"{shown.what} {shown.remedy}".strip()
        lines.append(text)
        column = columns.get(one.place.path, columns.get(one.place.path.partition("/")[0], -1))
        if column >= 0:
            wrong, before = said.get(column, (False, ""))
            said[column] = (wrong or is_error(one), f"{before}\n{text}".strip())
    if lines:
        page.write_string(at, 1, harmless("\n".join(lines))[:32767], styles.wrap)
    for column, cell in enumerate(cells):
        found = said.get(column)
        style = (styles.wrong if found[0] else styles.noted) if found else None
        if cell or style:
            page.write_string(at, column + 2, harmless(cell)[:32767], style)
        if found:
            page.write_comment(at, column + 2, found[1][:2000])
