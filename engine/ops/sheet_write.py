"""Writing rows as a spreadsheet: CSV that Excel opens rightly, or xlsx; no cell is ever a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Literal

Format = Literal["csv", "xlsx"]
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: A text cell that begins so would be run by a spreadsheet program as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Numbers with more digits lose the rest in a spreadsheet, so they are written as text.
_DIGITS = 15


def harmless(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: a leading `'` where the first character would start one."""
    return "'" + text if text.startswith(_FORMULA) else text


def csv_chunks(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The sheet as CSV in UTF-8 with BOM, in pieces of some hundred rows."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    out.write("\ufeff")
    writer.writerow([harmless(t) for t in titles])
    for number, row in enumerate(rows, start=1):
        writer.writerow([_csv_cell(v) for v in row])
        if number % 500 == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def write_xlsx(target: BinaryIO | Path, sheet: str, titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write one sheet with a bold, frozen header; the number of rows written. Rows are streamed to disk.

    sheet: its name; the characters Excel refuses are replaced, 31 characters are kept.
    """
    import xlsxwriter  # loaded only when somebody exports

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(target if not isinstance(target, Path) else str(target), options)
    page = book.add_worksheet(_sheet_name(sheet))
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for column, title in enumerate(titles):
        page.write_string(0, column, title, bold)
        page.set_column(column, column, min(40, max(10, len(title) * 2 + 2)))
    page.freeze_panes(1, 0)
    count = 0
    for count, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _xlsx_cell(page, count, column, value, day, moment)
    page.autofilter(0, 0, max(count, 1), max(len(titles) - 1, 0))
    book.close()
    return count


def _sheet_name(name: str) -> str:
    plain = "".join("_" if c in "[]:*?/\\'" else c for c in name).strip()
    return (plain or "Sheet1")[:31]


def _xlsx_cell(page: Any, row: int, column: int, value: Any, day: Any, moment: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | Decimal):
        if len(str(value).lstrip("-").replace(".", "")) > _DIGITS:
            page.write_string(row, column, str(value))
        else:
            page.write_number(row, column, value)
    elif isinstance(value, datetime):
        page.write_datetime(row, column, value.replace(tzinfo=None), moment)
    elif isinstance(value, date) and value.year >= 1900:
        page.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 - a cell has no zone
    else:
        page.write_string(row, column, value.isoformat() if isinstance(value, date | time) else str(value)[:32767])
