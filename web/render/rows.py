"""The rows of a list as HTML: one Python function for each version, list of columns and language."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from shuyuan.engine import Line, ListColumn, Model, Ref

from .cells import Cell, cell_of
from .safe import Markup, safe
from .words import Lang, translator


class Rows(Protocol):
    """Writes the rows of a list. ticked: ids whose boxes are ticked."""

    def __call__(self, lines: Iterable[Line], ticked: Container[int] = ()) -> str:
        """HTML of `tr` elements, or of `li` elements for a list of cards."""
        ...


def cells_of(model: Model, columns: Sequence[ListColumn], lang: Lang) -> tuple[Cell, ...]:
    """The cells of a row: the first is its title, the first state stands beside it on a phone."""
    zone = ZoneInfo(model.zone)
    found = [cell_of(model, column, lang, zone) for column in columns]
    if found:
        found[0] = replace(found[0], kind="t")
    for at, column in enumerate(columns[1:], start=1):
        if column.field is not None and column.field.type == "state":
            found[at] = replace(found[at], kind="s")
            break
    return tuple(found)


def compile_rows(
    entity: str, cells: Sequence[Cell], lang: Lang, select: bool = True, group: int | None = None, shown: int = -1
) -> Rows:
    """The function for lines whose cells are these.

    select: with a box to tick; group: position of the cell whose value begins a new group; shown: how many of the
    cells are written, the rest is there for the group only.
    """
    count = len(cells) if shown < 0 else shown
    writer = _Writer(entity, cells, lang)
    parts = [writer.text("<tr>")]
    if select:
        parts += writer.box()
    for at in range(count):
        parts += writer.cell(at)
    parts.append(writer.text("</tr>\n"))
    before: tuple[str, ...] = ()
    if group is not None:
        before = writer.heading(group, count + select)
    return writer.made(parts, before)


def compile_cards(entity: str, cells: Sequence[Cell]) -> Rows:
    """The function for a list of few records, each a card: its title and state, then what else is known of it."""

    def write(lines: Iterable[Line], ticked: Container[int] = ()) -> str:
        return "".join([_card(entity, cells, line) for line in lines])

    return write


def _card(entity: str, cells: Sequence[Cell], line: Line) -> str:
    title, state, pairs = "", "", []
    for cell, value in zip(cells, line.cells, strict=True):
        if cell.kind == "t":
            title = cell.text(value) or safe(line.label)
        elif cell.kind == "s":
            state = cell.html(value)
        elif html := _linked(cell, value):
            pairs.append(f"<div><dt>{safe(cell.title)}</dt><dd>{html}</dd></div>")
    head = f'<h2><a href="/r/{safe(entity)}/{line.id}">{title}</a> {state}</h2>'
    return f'<li>{head}<dl class="pairs lines">{"".join(pairs)}</dl></li>\n'


def _linked(cell: Cell, value: Any) -> str:
    if cell.target and value.__class__ is Ref and value.label:
        return f'<a href="/r/{safe(cell.target)}/{value.id}">{safe(value.label)}</a>'
    return cell.html(value)


class _Writer:
    """Gathers the text of the function and the values it speaks of.

    The text holds names of this module only; what comes from definitions are values under those names.
    """

    def __init__(self, entity: str, cells: Sequence[Cell], lang: Lang) -> None:
        self._entity = entity
        self._cells = cells
        self._t = translator(lang)
        self._space: dict[str, Any] = {
            "e": safe, "Ref": Ref, "date": date, "join": "".join, "str": str, "q": '">', "z": "</a>",
        }  # fmt: skip

    def text(self, html: str) -> str:
        """A piece that is the same in every row."""
        name = f"c{len(self._space)}"
        self._space[name] = html
        return f"{{{name}}}"

    def box(self) -> list[str]:
        """The box to tick a row."""
        before, after = self._t("tick", label="\x00").split("\x00")
        start = '<td class="x"><label><input type="checkbox" name="id" value="'
        checked = "{' checked' if i in ticked else ''}"
        return [
            self.text(start), "{i}", self.text('"'), checked, self.text(f' aria-label="{safe(before)}'),
            "{e(l.label)}", self.text(f'{safe(after)}"></label></td>'),
        ]  # fmt: skip

    def cell(self, at: int) -> list[str]:
        """One cell with its value."""
        cell = self._cells[at]
        kind = f' class="{cell.kind}"' if cell.kind else ""
        if cell.kind == "t":
            start = self.text(f'<td{kind}><a href="/r/{safe(self._entity)}/')
            return [start, "{i}", self.text('">'), f"{{{self._title(at)}}}", self.text("</a></td>")]
        named = "" if cell.kind == "s" else f' data-h="{safe(cell.title)}"'
        return [self.text(f"<td{kind}{named}>"), f"{{{self._value(at)}}}", self.text("</td>")]

    def _title(self, at: int) -> str:
        cell = self._cells[at]
        self._space[f"t{at}"] = cell.text
        plain = f"(e(v{at}) if v{at}.__class__ is str else t{at}(v{at}))" if cell.verbatim else f"t{at}(v{at})"
        return f"{plain} or e(l.label)"

    def _value(self, at: int) -> str:
        """The expression for the HTML of a value; what is usual is written out, the rest is a call."""
        cell, v, other = self._cells[at], f"v{at}", f"o{at}(v{at})"
        self._space[f"o{at}"] = cell.html
        if cell.verbatim:
            return f"e({v}) if {v}.__class__ is str else {other}"
        if cell.known is not None:
            self._space[f"k{at}"] = cell.known
            return f"k{at}[{v}] if {v} in k{at} else {other}"
        if cell.day:
            return f"{v}.isoformat() if {v}.__class__ is date else {other}"
        if cell.target:
            self._space[f"h{at}"] = f'<a href="/r/{safe(cell.target)}/'
            some = f"h{at} + str({v}.id) + q + e({v}.label) + z"
            return f"{some} if {v}.__class__ is Ref and {v}.label else {other}"
        return other

    def heading(self, at: int, span: int) -> tuple[str, ...]:
        """The lines that begin a new group."""
        self._space[f"t{at}"] = self._cells[at].text
        self._space["none"] = f"{safe(self._cells[at].title)} —"
        start = self.text(f'<tr class="g"><th colspan="{span}" scope="rowgroup">')
        end = self.text("</th></tr>\n")
        return (
            f"    if v{at} != g or n == 0:",
            f"      g = v{at}; n = 1",
            f"      add(f'{start}{{t{at}(g) or none}}{end}')",
        )

    def made(self, parts: Sequence[str], before: Sequence[str]) -> Rows:
        """The function itself."""
        names = ", ".join(f"v{at}" for at in range(len(self._cells)))
        kept = ", ".join(f"{name}={name}" for name in self._space)
        row = "".join(parts)
        source = "\n".join(
            (
                f"def run(lines, ticked=(), {kept}):",
                "  out = []; add = out.append; g = None; n = 0",
                "  for l in lines:",
                "    i = l.id",
                f"    [{names}] = l.cells",
                *before,
                f'    add(f"""{row}""")',
                "  return join(out)",
            )
        )
        space = {"__builtins__": {}, **self._space}
        exec(compile(source, "<rows>", "exec"), space)  # noqa: S102 - see the class
        run: Rows = space["run"]
        return run


__all__ = ["Markup", "Rows", "cells_of", "compile_rows"]
