"""The process that unpacks one Excel workbook: bytes on standard input, JSON rows on standard output."""

from __future__ import annotations

import datetime
import io
import sys
from typing import Any

MEMORY = 2 * 1024 * 1024 * 1024
SECONDS = 60


def limit() -> None:
    """Bound memory and processor time of this process where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def text_of(cell: Any) -> str:
    """A cell as a person would type it: whole numbers without a point, dates as ISO text."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


def main() -> None:
    """Read the workbook and print `{"name": sheet, "rows": [[number, [text, ...]], ...]}`."""
    limit()
    import orjson
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    visible = [m.name for m in book.sheets_metadata if m.visible == python_calamine.SheetVisibleEnum.Visible]
    name = wanted if wanted in book.sheet_names else (visible or book.sheet_names)[0]
    rows = []
    for number, cells in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1):
        shown = [text_of(c) for c in cells]
        if any(shown):
            rows.append([number, shown])
    sys.stdout.buffer.write(orjson.dumps({"name": name, "rows": rows}))


if __name__ == "__main__":
    main()
