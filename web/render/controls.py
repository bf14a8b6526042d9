"""The control of a field, made ready once: where its value, its error and its choice go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import quote
from zoneinfo import ZoneInfo

from shuyuan.engine import Face, FaceOption, FileRef, Ref, Text

from .filled import Filled
from .formats import long_day
from .formats import size as size_text
from .pieces import ERROR, SHOWN, SOURCE, VALUE, one_place, two_places, widgets
from .safe import ready, safe
from .values import Choice
from .words import Lang, translator

#: Code lists with more codes than this are looked up instead of unfolded.
UNFOLDED = 12

_INPUTS = {"tel": "tel", "email": "email", "url": "url", "date": "date", "time": "time", "datetime": "datetime-local"}


class Control(Protocol):
    """Writes a control. value: as the engine holds it; error: its words, "" for none; typed: what was sent when that is
    to be shown instead of the value.
    """

    def __call__(self, value: Any, filled: Filled, error: str = "", typed: Any = None) -> str:
        """The HTML."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """How a form asks for a field. path: its name, or that of a cell; source: where a combobox looks things up; upload:
    where the script sends files.
    """

    face: Face
    path: str
    lang: Lang
    title: str
    help: str
    placeholder: str
    widget: str
    zone: ZoneInfo
    ui: Mapping[str, Any]
    source: str = ""
    upload: str = ""

    @property
    def optional(self) -> bool:
        """Whether it may be left empty."""
        return not self.face.required

    @property
    def macros(self) -> Any:
        """The macros of controls."""
        return widgets(self.lang)


def widget_of(face: Face, ui: Mapping[str, Any]) -> str:
    """The control that asks for a field: what the form says, as far as it fits the type."""
    said = str(ui.get("widget") or "")
    if face.shape in ("rows", "file", "none") or face.widget == "output":
        return face.widget
    if face.shape == "list":
        return "checkboxes"
    if face.shape == "link":
        return "hidden" if said == "hidden" else "combobox"
    if face.options:
        if said in ("radio", "select", "combobox", "hidden"):
            return said
        return face.widget if face.widget != "combobox" or len(face.options) > UNFOLDED else "select"
    if face.widget == "checkbox":
        return said if said in ("radio", "select", "hidden") else "checkbox"
    return said if said in ("textarea", "hidden", "text", "number") and face.verbatim else face.widget


def written(asked: Asked) -> Callable[[Any], str]:
    """The function from a value to the text its control holds."""
    typed, zone = asked.face.typed, asked.zone
    if asked.face.verbatim:
        return lambda value: "" if value is None else value if value.__class__ is str else str(typed(value))
    if asked.widget == "datetime":
        return lambda value: _local(value, zone) if isinstance(value, datetime) else ""
    if asked.widget == "time":
        return lambda value: (
            value.isoformat("seconds" if value.second else "minutes") if isinstance(value, time) else ""
        )
    return lambda value: "" if value is None else str(typed(value))


def _local(value: datetime, zone: ZoneInfo) -> str:
    here = value.astimezone(zone)
    return here.strftime("%Y-%m-%dT%H:%M:%S" if here.second else "%Y-%m-%dT%H:%M")


def control(asked: Asked) -> Control:
    """The control of a field of its own line."""
    return _MADE.get(asked.widget, _line)(asked)


def _text_of(typed: Any) -> str:
    """What was typed, as one text; a list stands for a control that was sent several times."""
    return typed if isinstance(typed, str) else ", ".join(map(str, typed)) if isinstance(typed, list) else str(typed)


def simple(text: Callable[[Any], str], right: str, wrong: str) -> Control:
    """A control with one place for its value, and the same with a place for an error."""
    fill, refill = one_place(right), two_places(wrong, VALUE, ERROR)

    def write(value: Any, filled: Filled, error: str = "", typed: Any = None) -> str:
        shown = safe(text(value) if typed is None else _text_of(typed))
        return refill(shown, safe(error)) if error else fill(shown)

    return write


def _line(asked: Asked) -> Control:
    face, options = asked.face, asked.face.spec.options
    number = face.cell == "number" and face.shape == "value"
    suffix = options.get("suffix") or Text()
    unit = suffix.get(asked.lang) if isinstance(suffix, Text) else str(suffix)
    mode = "decimal" if number else "tel" if face.widget == "tel" else ""
    if face.spec.type == "integer" and not (isinstance(low := options.get("minimum"), int) and low < 0):
        mode = "numeric"
    if face.spec.type == "percent":
        unit = unit or "%"

    def made(error: str) -> str:
        return str(
            asked.macros.input(
                asked.path,
                asked.title,
                VALUE,
                kind=_INPUTS.get(asked.widget, "text"),
                help=asked.help,
                error=error,
                optional=asked.optional,
                mode=mode,
                auto=str(asked.ui.get("autocomplete") or "off"),
                unit=unit,
                placeholder=asked.placeholder,
                max=face.longest if face.verbatim else 0,
            )
        )

    plain = simple(written(asked), made(""), made(ERROR))
    return _with_day(plain, asked.lang) if asked.widget == "date" else plain


def _with_day(plain: Control, lang: Lang) -> Control:
    """A date with the day in words under it."""

    def write(value: Any, filled: Filled, error: str = "", typed: Any = None) -> str:
        html = plain(value, filled, error, typed)
        if typed is not None or value.__class__ is not date:
            return html
        return f'{html[:-6]}<p class="help" data-said>{long_day(value, lang)}</p></div>'

    return write


def _textarea(asked: Asked) -> Control:
    rows = asked.ui.get("rows")

    def made(error: str) -> str:
        return str(
            asked.macros.textarea(
                asked.path,
                asked.title,
                VALUE,
                asked.help,
                error,
                asked.optional,
                rows if isinstance(rows, int) else 4,
                asked.placeholder,
                max=asked.face.longest,
            )
        )

    return simple(written(asked), made(""), made(ERROR))


def _hidden(asked: Asked) -> Control:
    text = written(asked)
    name = safe(asked.path)

    def write(value: Any, filled: Filled, error: str = "", typed: Any = None) -> str:
        return f'<input type="hidden" name="{name}" value="{safe(text(value) if typed is None else _text_of(typed))}">'

    return write


# ---------------------------------------------------------------- choosing


Chosen = Callable[[tuple[str, ...], date, str], str]


def choices(options: tuple[FaceOption, ...], chosen: tuple[str, ...], day: date, lang: Lang) -> tuple[Choice, ...]:
    """The options that may be chosen on a day and those that are chosen already, in the order of the definition."""
    return tuple(
        Choice(o.name, o.title.get(lang) or o.name, o.name in chosen)
        for o in options
        if o.offered(day) or o.name in chosen
    )


def _of_options(face: Face, lang: Lang) -> tuple[FaceOption, ...]:
    if face.options:
        return face.options
    show = face.show(lang)
    return tuple(FaceOption(name, Text(show(value))) for name, value in (("true", True), ("false", False)))


def choosing(asked: Asked, macro: Callable[..., str]) -> Control:
    """A control that shows all its options; what it looks like with each choice is kept."""
    options = _of_options(asked.face, asked.lang)
    names = frozenset(o.name for o in options)
    dated = any(o.first or o.last for o in options)
    text = asked.face.typed

    @lru_cache(maxsize=128)
    def kept(chosen: tuple[str, ...], day: date | None, error: str) -> str:
        return macro(choices(options, chosen, day or date.min, asked.lang), error)

    def write(value: Any, filled: Filled, error: str = "", typed: Any = None) -> str:
        said = typed if typed is not None else () if value is None else text(value)
        chosen = (said,) if isinstance(said, str) else tuple(map(str, said))
        chosen = tuple(c for c in chosen if c in names)
        html = kept(chosen, filled.today if dated else None, ERROR if error else "")
        return html.replace(ERROR, safe(error)) if error else html

    return write


def _select(asked: Asked) -> Control:
    a = asked
    return choosing(
        a, lambda found, error: str(a.macros.select(a.path, a.title, found, a.help, error, a.optional, a.placeholder))
    )


def _radios(asked: Asked) -> Control:
    a = asked
    return choosing(a, lambda found, error: str(a.macros.radios(a.path, a.title, found, a.help, error, a.optional)))


def _checks(asked: Asked) -> Control:
    a = asked
    return choosing(a, lambda found, error: str(a.macros.checks(a.path, a.title, found, a.help, error, a.optional)))


def _check(asked: Asked) -> Control:
    a = asked
    return ticking(lambda on, off, error: str(a.macros.check(a.path, a.title, on, a.help, error, off=off)))


def ticking(macro: Callable[[bool, str, str], str]) -> Control:
    """A box for yes or no. Left empty it says no where there was an answer before, and nothing where there was none."""
    kept = lru_cache(maxsize=8)(macro)

    def write(value: Any, filled: Filled, error: str = "", typed: Any = None) -> str:
        on = value is True if typed is None else "true" in (typed if isinstance(typed, list) else (typed,))
        html = kept(on, "" if value is None else "false", ERROR if error else "")
        return html.replace(ERROR, safe(error)) if error else html

    return write


def _combobox(asked: Asked) -> Control:
    a = asked

    def made(error: str) -> str:
        return str(
            a.macros.combobox(
                a.path, a.title, ready(SOURCE), VALUE, SHOWN, help=a.help, error=error, optional=a.optional
            )
        )

    return combo(asked, made(""), made(ERROR))


def combo(asked: Asked, right: str, wrong: str) -> Control:
    """A combobox cut at its value, what stands in its box, and its address."""
    shown_of, known = _labels(asked), asked.source
    plain, faulty = _cut(right), _cut(wrong)

    def write(value: Any, filled: Filled, error: str = "", typed: Any = None) -> str:
        if typed is None:
            code, label = ("", "") if value is None else shown_of(value)
        else:
            code, label = "", _text_of(typed)
        source = known + filled.about if filled.about else known
        return (faulty if error else plain)(safe(source), safe(code), safe(label), safe(error))

    return write


def _cut(html: str) -> Callable[[str, str, str, str], str]:
    parts: list[str] = []
    rest, order = html, []
    while found := [(rest.index(m), m) for m in (SOURCE, VALUE, SHOWN, ERROR) if m in rest]:
        at, mark = min(found)
        parts.append(rest[:at])
        order.append((SOURCE, VALUE, SHOWN, ERROR).index(mark))
        rest = rest[at + len(mark) :]
    heads, last = tuple(zip(parts, order, strict=True)), rest

    def fill(*values: str) -> str:
        return "".join([head + values[at] for head, at in heads]) + last

    return fill


def _labels(asked: Asked) -> Callable[[Any], tuple[str, str]]:
    face = asked.face
    if face.options:
        titles = {o.name: o.title.get(asked.lang) or o.name for o in face.options}
        return lambda value: (str(value), titles.get(value, str(value)))
    show = face.show(asked.lang)
    return lambda value: (str(value.id), show(value)) if isinstance(value, Ref) else ("", str(value))


# ---------------------------------------------------------------- files


def accept_of(face: Face) -> str:
    """What the file dialog of the browser offers."""
    return ",".join(face.accept)


def _file(asked: Asked) -> Control:
    a, face = asked, asked.face
    t = translator(a.lang)
    limit = t("up_to", size=size_text(face.most))
    says = f"{a.help} {limit}".strip()

    def made(kept: tuple[Choice, ...], error: str) -> str:
        return str(
            a.macros.file(
                a.path,
                a.title,
                kept,
                accept_of(face),
                face.several,
                says,
                error,
                a.optional,
                face.cell == "image",
                a.upload,
            )
        )

    empty = made((), "")

    def write(value: Any, filled: Filled, error: str = "", typed: Any = None) -> str:
        if value is None and not error:
            return empty
        return made(kept_files(value), error)

    return write


def kept_files(value: Any) -> tuple[Choice, ...]:
    """The files that are there, each to be kept or not."""
    files = value if isinstance(value, tuple) else () if value is None else (value,)
    return tuple(Choice(str(f.id), f.name, True, size_text(f.size)) for f in files if isinstance(f, FileRef))


def reveal_url(filled: Filled, path: str) -> str:
    """The address that shows a masked value of the record, "" when there is none."""
    return filled.reveal + quote(path, safe="") if filled.reveal else ""


_MADE: dict[str, Callable[[Asked], Control]] = {
    "textarea": _textarea,
    "select": _select,
    "radio": _radios,
    "checkboxes": _checks,
    "checkbox": _check,
    "combobox": _combobox,
    "file": _file,
    "image": _file,
    "hidden": _hidden,
}
