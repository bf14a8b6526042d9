"""How one value stands in a list: the class of its cell and the HTML of the value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from shuyuan.engine import Face, FileRef, ListColumn, Masked, Model, Ref, face_of

from .env import icon
from .safe import safe
from .words import Lang, translator

#: Types whose values are numbers of things: never broken into two lines.
_UNBROKEN = frozenset({"serial", "phone", "resident_id", "student_code", "bank_card", "time", "duration"})

#: Facts every record has beside its fields, and how they are shown.
_META = {"id": "number", "version": "number", "created_at": "datetime", "updated_at": "datetime", "unit": "link"}

Kind = Literal["", "t", "s", "n", "d"]
Html = Callable[[Any], str]


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A column ready to be written.

    kind: class of its cells; html: a value to HTML, None to ""; text: the same without links and pills, for titles and
    headings; verbatim: a str is shown as it is; known: HTML of the values that can be told beforehand; target: entity
    whose records a `Ref` leads to, "" when its label is shown without a link.
    """

    path: tuple[str, ...]
    title: str
    kind: Kind
    html: Html
    text: Html
    verbatim: bool = False
    day: bool = False
    known: dict[Any, str] | None = None
    target: str = ""


def cell_of(model: Model, column: ListColumn, lang: Lang, zone: ZoneInfo) -> Cell:
    """The cell of a list's column. Its kind is not yet that of a title or of the state."""
    title = column.title.get(lang) or ".".join(column.path)
    if column.field is None:
        return _fact(column, title, zone, lang)
    face = face_of(model, column.field)
    plain = _text(face.show(lang))
    known = _known(face, lang)
    return Cell(
        column.path,
        title,
        _kind(face),
        _html(face, plain, known),
        plain,
        face.verbatim,
        face.cell == "date",
        known,
        face.target,
    )


def _fact(column: ListColumn, title: str, zone: ZoneInfo, lang: Lang) -> Cell:
    cell = _META.get(column.path[-1], "text")
    if cell == "datetime":
        text = _text(lambda v: v.astimezone(zone).strftime("%Y-%m-%d %H:%M") if isinstance(v, datetime) else str(v))
        return Cell(column.path, title, "d", text, text)
    unseen = translator(lang)("not_yours")
    text = _text(lambda v: (v.label or unseen) if isinstance(v, Ref) else str(v))
    return Cell(column.path, title, "d" if cell == "number" else "", text, text)


def _kind(face: Face) -> Kind:
    if face.cell == "number":
        return "n"
    return "d" if face.cell in ("date", "datetime") or face.spec.type in _UNBROKEN else ""


def masked(value: Masked) -> str:
    """What stands where a value is not shown in full."""
    return f'<span class="masked">{safe(value.text)}</span>'


def _text(show: Callable[[Any], str]) -> Html:
    def text(value: Any) -> str:
        if value is None:
            return ""
        return masked(value) if value.__class__ is Masked else safe(show(value))

    return text


def _known(face: Face, lang: Lang) -> dict[Any, str] | None:
    """The HTML of every option; those of a field without any tone are plain words."""
    if not face.options or face.several:
        return None
    toned = face.spec.type == "state" or any(o.tone for o in face.options)
    return {None: "", **{o.name: pill(o.title.get(lang), o.tone, toned) for o in face.options}}


def pill(label: str, tone: str, toned: bool = True) -> str:
    """A word on a coloured ground, or the bare word."""
    colour = f" {tone}" if tone and tone != "muted" else ""
    return f'<span class="pill{safe(colour)}">{safe(label)}</span>' if toned else safe(label)


def _html(face: Face, plain: Html, known: dict[Any, str] | None) -> Html:
    if known is not None:
        return lambda value: known[value] if value in known else plain(value)
    if face.shape == "file":
        return _files(face.cell == "image")
    return plain


def _files(pictures: bool) -> Html:
    def one(file: FileRef) -> str:
        if pictures:
            size = 'width="36" height="36" loading="lazy"'
            return f'<img class="thumb" alt="" src="/files/{file.id}" {size}>'
        return f'{icon("file")}<a href="/files/{file.id}">{safe(file.name)}</a>'

    def html(value: Any) -> str:
        if value is None:
            return ""
        if value.__class__ is Masked:
            return masked(value)
        return " ".join(one(f) for f in (value if isinstance(value, tuple) else (value,)))

    return html
