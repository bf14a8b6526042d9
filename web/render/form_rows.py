"""The control of a sub-table: a row is made ready once and filled for every row there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote

from shuyuan.engine import Face, Masked, Text

from .controls import Asked, Control, accept_of, choosing, combo, kept_files, reveal_url, simple, ticking, written
from .filled import Filled
from .pieces import AT, BLANK_AT, BLANK_NUMBER, BODY, ERROR, NUMBER, SHOWN, SOURCE, VALUE, many_places, two
from .safe import ready, safe


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """A column: its cell when it may be typed, and its value when it may not."""

    face: Face
    title: str
    write: Control
    show: Callable[[Any], str]
    locked: bool


def rows_of(asked: Asked) -> Control:
    """The control of a sub-table."""
    columns = tuple(_column(asked, face) for face in asked.face.columns)

    @lru_cache(maxsize=32)
    def frame(absent: frozenset[str]) -> _Frame:
        return _Frame(asked, tuple(c for c in columns if f"{asked.path}/{c.face.name}" not in absent))

    return partial(_write, asked, frame)


def _column(asked: Asked, face: Face) -> _Column:
    title = face.title.get(asked.lang)
    said = str(face.spec.options.get("widget") or "")
    widget = _cell_widget(face, said)
    source, upload = (address + quote(f"/{face.name}", safe="") for address in (asked.source, asked.upload))
    inner = replace(
        asked,
        face=face,
        path=f"{asked.path}/{AT}/{face.name}",
        title=title,
        help="",
        widget=widget,
        ui={},
        source=source,
        upload=upload,
    )
    return _Column(face, title, _CELLS.get(widget, _input)(inner), face.show(asked.lang), face.readonly)


def _cell_widget(face: Face, said: str) -> str:
    if face.shape == "link":
        return "combobox"
    if face.options:
        return "checkboxes" if face.several else "combobox" if len(face.options) > UNFOLDED_IN_ROW else "select"
    return said or face.widget


#: Longer lists are looked up in a cell; a cell has less room than a line.
UNFOLDED_IN_ROW = 30


# ---------------------------------------------------------------- cells


def _input(asked: Asked) -> Control:
    face, m = asked.face, asked.macros
    kinds = {"tel": "tel", "email": "email", "url": "url", "date": "date", "time": "time", "datetime": "datetime-local"}
    kind = kinds.get(asked.widget, "text")
    mode = "decimal" if face.cell == "number" else "tel" if kind == "tel" else ""

    def made(error: str) -> str:
        return str(m.cell_input(asked.path, asked.title, AT, VALUE, kind, error, mode))

    return simple(written(asked), made(""), made(ERROR))


def _select(asked: Asked) -> Control:
    return choosing(
        asked, lambda found, error: str(asked.macros.cell_select(asked.path, asked.title, AT, found, error))
    )


def _checks(asked: Asked) -> Control:
    return choosing(
        asked, lambda found, error: str(asked.macros.cell_checks(asked.path, asked.title, AT, found, error))
    )


def _check(asked: Asked) -> Control:
    return ticking(lambda on, off, error: str(asked.macros.cell_check(asked.path, asked.title, AT, on, error, off)))


def _combobox(asked: Asked) -> Control:
    def made(error: str) -> str:
        return str(asked.macros.cell_combo(asked.path, asked.title, AT, ready(SOURCE), VALUE, SHOWN, error))

    return combo(asked, made(""), made(ERROR))


def _file(asked: Asked) -> Control:
    face = asked.face

    def write(value: Any, filled: Filled, error: str = "", typed: Any = None) -> str:
        kept = kept_files(value)
        accept, several = accept_of(face), face.several
        return str(asked.macros.cell_file(asked.path, asked.title, AT, kept, accept, several, error, asked.upload))

    return write


_CELLS: dict[str, Callable[[Asked], Control]] = {
    "select": _select,
    "checkboxes": _checks,
    "checkbox": _check,
    "combobox": _combobox,
    "file": _file,
    "image": _file,
}


# ---------------------------------------------------------------- rows


class _Frame:
    """The sub-table without its rows, and a row without its cells, for the columns somebody sees."""

    __slots__ = ("_row", "_rows", "columns")

    def __init__(self, asked: Asked, columns: tuple[_Column, ...]) -> None:
        name, macros, add = asked.path, asked.macros, asked.ui.get("add")
        titles, quiet = tuple(c.title for c in columns), bool(asked.ui.get("quiet"))
        words = add.get(asked.lang) if isinstance(add, Text) else ""
        self.columns = columns
        self._rows = {
            faulty: many_places(
                str(
                    macros.rows(
                        name,
                        asked.title,
                        titles,
                        ready(BODY),
                        ready(SHOWN),
                        asked.help,
                        error,
                        asked.optional,
                        words,
                        VALUE,
                        quiet,
                    )
                ),
                (BODY, SHOWN, VALUE, ERROR),
            )
            for faulty, error in ((False, ""), (True, ERROR))
        }
        self._row = {
            stored: two(
                str(macros.row(name, AT, titles, (ready(BODY), *[ready(SHOWN)] * (len(columns) - 1)), rid)), BODY
            )
            for stored, rid in ((False, ""), (True, VALUE))
        }

    def rows(self, rows: str, blank: str, count: int, error: str) -> str:
        """The whole sub-table."""
        return self._rows[bool(error)]({BODY: rows, SHOWN: blank, VALUE: str(count), ERROR: safe(error)})

    def row(self, cells: Sequence[str], rid: int) -> str:
        """One row, with marks for its position."""
        before, after = self._row[bool(rid)]
        first, *others = cells or ("",)
        parts = after.split(SHOWN)
        rest = parts[0] + "".join([cell + part for cell, part in zip(others, parts[1:], strict=True)])
        return before.replace(VALUE, str(rid)) + first + rest


def _write(
    asked: Asked,
    frame: Callable[[frozenset[str]], _Frame],
    value: Any,
    filled: Filled,
    error: str = "",
    typed: Any = None,
) -> str:
    name = asked.path
    here = frame(frozenset(a for a in filled.absent if a.startswith(name)) if filled.absent else filled.absent)
    sent = _sent(filled.raw.get(name))
    made = [
        _row(asked, here, at, row, sent[at] if at < len(sent) else {}, filled) for at, row in enumerate(value or ())
    ]
    count = len(made)
    made += [_row(asked, here, count + n, {}, {}, filled) for n in range(filled.blanks.get(name, 0))]
    blank = _marked(asked, here, 0, {c.face.name: _usual(c.face) for c in here.columns}, {}, filled)
    blank = blank.replace(NUMBER, BLANK_NUMBER).replace(AT, BLANK_AT)
    return here.rows("".join(made), blank, len(made), error)


def _usual(face: Face) -> Any:
    """What a new row begins with: a constant of the definition. A box that is not ticked says nothing, or no row were
    ever blank.
    """
    default = face.spec.default
    return default if isinstance(default, str | int) and default is not False and default is not True else None


def _sent(raw: Any) -> list[Mapping[str, Any]]:
    """The rows as they were sent, without those in which nothing is filled in, as the engine counts them."""
    rows = raw if isinstance(raw, list) else []
    return [row for row in rows if isinstance(row, Mapping) and not is_blank(row)]


def is_blank(row: Mapping[str, Any]) -> bool:
    """Whether nothing is filled in, and no stored row is meant."""
    return all(v in (None, "", []) or (isinstance(v, str) and not v.strip()) for v in row.values())


def _row(asked: Asked, frame: _Frame, at: int, row: Mapping[str, Any], sent: Mapping[str, Any], filled: Filled) -> str:
    return _marked(asked, frame, at, row, sent, filled).replace(NUMBER, str(at + 1)).replace(AT, str(at))


def _marked(
    asked: Asked, frame: _Frame, at: int, row: Mapping[str, Any], sent: Mapping[str, Any], filled: Filled
) -> str:
    """A row with marks for its position; nothing a person typed can look like one."""
    name, rid = asked.path, row.get("id") or 0
    cells = []
    for column in frame.columns:
        field = column.face.name
        value, raw = row.get(field), sent.get(field)
        error = filled.errors.get(f"{name}/{at}/{field}", "") if filled.errors else ""
        mask = value.text if value.__class__ is Masked else None
        if mask is not None and raw in (None, mask):
            cells.append(_masked(asked, column, mask, filled, f"{name}/{rid}/{field}"))
        elif column.locked:
            cells.append(_locked(asked, column, value))
        else:
            cells.append(column.write(value, filled, error, raw if error or mask is not None else None))
    return frame.row(cells, rid)


def _locked(asked: Asked, column: _Column, value: Any) -> str:
    path = f"{asked.path}/{AT}/{column.face.name}"
    return str(asked.macros.cell_value(path, column.title, AT, column.show(value)))


def _masked(asked: Asked, column: _Column, mask: str, filled: Filled, path: str) -> str:
    control = f"{asked.path}/{AT}/{column.face.name}"
    if column.locked or column.face.shape != "value":
        return str(asked.macros.cell_value(control, column.title, AT, mask))
    return str(asked.macros.cell_masked(control, column.title, AT, mask, reveal_url(filled, path)))
