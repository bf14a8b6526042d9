"""A form as HTML: a skeleton made once for each version and language, whose places are filled for each page."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from markupsafe import Markup
from shuyuan.engine import Face, Form, Item, Masked, Ref, Section, Text, Version, faces

from .cells import pill
from .controls import Asked, Control, control, reveal_url, widget_of
from .filled import Filled
from .form_rows import rows_of
from .pieces import VALUE, around, one_place, widgets
from .safe import ready, safe
from .words import Lang

Write = Callable[[Any], str]


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """The place of one field: its control, and what stands there when it cannot be typed.

    locked: by the form or the definition, whoever fills it in; output: a value that nobody types.
    """

    name: str
    face: Face
    asked: Asked
    write: Control
    output: Write
    locked: bool

    def html(self, filled: Filled) -> str:
        """The control with its content, "" for a field that is absent."""
        name = self.name
        if name in filled.absent:
            return ""
        value = filled.values.get(name)
        mask = value.text if value.__class__ is Masked else None
        editable = filled.editable
        if self.locked or (editable is not None and name not in editable):
            return self.output(value) if mask is None else self._masked_output(mask, filled)
        error = filled.errors.get(name, "")
        typed = filled.raw.get(name) if error or mask is not None else None
        if mask is not None and (typed in (None, mask) or name in filled.computed):
            html = self._masked(mask, filled, error)
        else:
            html = self.write(value, filled, error, typed)
        if self.face.override and name in filled.computed and mask is None:
            html += self._computed(value)
        warning = filled.warnings.get(name)
        return _warned(html, warning) if warning else html

    def _masked(self, mask: str, filled: Filled, error: str) -> str:
        """A mask to type over. One that was worked out is not sent back: it may be another than the stored one's."""
        a = self.asked
        if self.face.shape != "value":
            return self._masked_output(mask, filled)
        value, behind = ("", mask) if self.name in filled.computed else (mask, "")
        url = reveal_url(filled, a.path)
        return str(a.macros.masked_input(a.path, a.title, value, url, a.help, error, a.optional, behind))

    def _masked_output(self, mask: str, filled: Filled) -> str:
        a, url = self.asked, reveal_url(filled, self.asked.path)
        if not url:
            return str(a.macros.value(a.path, a.title, mask, a.help))
        return str(a.macros.masked(a.path, a.title, mask, url, a.help))

    def _computed(self, value: Any) -> str:
        """What the page itself had worked out, so that sending it back is not taken for typing it."""
        text = "" if value is None else self.face.typed(value)
        return f'<input type="hidden" name="~shown/{safe(self.name)}" value="{safe(str(text))}">'


def _warned(html: str, warning: str) -> str:
    """The control with a remark at its end."""
    at = html.rindex("</")
    return f'{html[:at]}<p class="remark">{safe(warning)}</p>{html[at:]}'


@dataclass(frozen=True, slots=True)
class _Part:
    """A section: its frame and its lines."""

    start: str
    end: str
    lines: tuple[tuple[Slot, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A form ready to be filled. depends: whether anything on it follows from something else, so that the page asks
    the server while it is filled in; files: whether it takes files.
    """

    form: Form
    parts: tuple[_Part, ...]
    slots: Mapping[str, Slot]
    depends: bool
    files: bool
    line: tuple[str, str]

    def html(self, filled: Filled) -> Markup:
        """The sections with their fields; what does not apply is left out."""
        out: list[str] = []
        start, end = self.line
        for part in self.parts:
            body: list[str] = []
            for line in part.lines:
                if len(line) == 1:
                    body.append(line[0].html(filled))
                else:
                    found = [slot.html(filled) for slot in line]
                    if any(found):
                        body += (start, *found, end)
            if any(body):
                out += (part.start, *body, part.end)
        return ready("".join(out))

    def fields(self, names: Iterable[str], filled: Filled) -> Markup:
        """The controls of a few fields, in the order of the form."""
        wanted = frozenset(names)
        return ready("".join(s.html(filled) for n, s in self.slots.items() if n in wanted))


def sheet_of(version: Version, form: str, lang: Lang) -> Sheet:
    """The skeleton of a form, made when it is first asked for and kept as long as the version. Raises KeyError."""
    return version.made(("sheet", form, lang), lambda: _compile(version, form, lang))


def _compile(version: Version, name: str, lang: Lang) -> Sheet:
    form = version.model.forms[name]
    known = faces_of(version, form.of)
    zone = ZoneInfo(version.model.zone)
    macros = widgets(lang)
    slots: dict[str, Slot] = {}
    parts = []
    for section in form.sections:
        lines = []
        for line in section.lines:
            items = (_alone(i, section, known[i.name]) for i in line if i.name in known)
            found = tuple(_slot(version, form, known[i.name], i, lang, zone) for i in items)
            slots.update({s.name: s for s in found})
            lines.append(found)
        start, end = around(macros.section, section.title.get(lang), section.help.get(lang))
        parts.append(_Part(start, end, tuple(lines)))
    return Sheet(form, tuple(parts), slots, _depends(version, form), _takes_files(slots.values()), around(macros.line))


def _alone(item: Item, section: Section, face: Face) -> Item:
    """A sub-table that is called like its section says so only once."""
    title = item.ui.get("title") or face.title
    return replace(item, ui={**item.ui, "quiet": True}) if face.shape == "rows" and title == section.title else item


def slots_for(
    version: Version, form: str, names: Iterable[str], lang: Lang, needed: Container[str] = ()
) -> tuple[Slot, ...]:
    """The places of single fields of a form's entity as the form asks for them, also of fields that it does not ask
    for. needed: fields that have to be filled here though they may be empty elsewhere. Raises KeyError for a form or
    field that there is not.
    """
    sheet = sheet_of(version, form, lang)
    known = faces_of(version, sheet.form.of)
    items = {i.name: i for s in sheet.form.sections for line in s.lines for i in line}

    def make(name: str) -> Slot:
        face = replace(known[name], required=known[name].required or name in needed)
        return _slot(version, sheet.form, face, items.get(name) or Item(name), lang, ZoneInfo(version.model.zone))

    def kept(name: str) -> Slot:
        must = name in needed and not known[name].required
        if name in sheet.slots and not must:
            return sheet.slots[name]
        return version.made(("slot", form, name, must, lang), lambda: make(name))

    return tuple(map(kept, names))


def faces_of(version: Version, entity: str) -> Mapping[str, Face]:
    """The faces of an entity's fields. Raises KeyError."""
    return version.made(("faces", entity), lambda: faces(version.model, version.entity(entity)))


def _depends(version: Version, form: Form) -> bool:
    record = version.record(form.of)
    entry = version.entry(form.name)
    names = entry.names
    fields = [f for n, f in record.fields.items() if n in names]
    inner = [c for f in fields for c in f.order]
    return bool(entry.conditions) or any(f.value is not None or f.when is not None for f in (*fields, *inner))


def _takes_files(slots: Iterable[Slot]) -> bool:
    faces = [f for s in slots for f in (s.face, *s.face.columns)]
    return any(f.shape == "file" for f in faces)


def _slot(version: Version, form: Form, face: Face, item: Item, lang: Lang, zone: ZoneInfo) -> Slot:
    asked = Asked(
        face=face,
        path=face.name,
        lang=lang,
        title=_said(item, "title", lang) or face.title.get(lang),
        help=" ".join(
            filter(None, (_said(item, "description", lang), _said(item, "help", lang) or face.help.get(lang)))
        ),
        placeholder=_said(item, "placeholder", lang) or face.placeholder.get(lang),
        widget=widget_of(face, item.ui),
        zone=zone,
        ui=item.ui,
        source=_source(version, form, face),
        upload=f"/r/{form.of}/files?field={quote(face.name, safe='')}",
    )
    write = rows_of(asked) if face.shape == "rows" else control(asked)
    return Slot(face.name, face, asked, write, _output(asked), face.readonly or item.readonly)


def _source(version: Version, form: Form, face: Face) -> str:
    """The address where a combobox looks up its options; `with` names the answers that they depend on."""
    field = version.record(form.of).fields[face.name]
    needed = sorted(
        {p[1] for f in (field, *field.order) if f.where for p in f.where.paths if p[:1] == ("record",) and p[1:]}
    )
    after = f"&with={quote(','.join(needed), safe=',')}" if needed else ""
    return f"/r/{form.of}/options?form={quote(form.name)}{after}&field={quote(face.name, safe='')}"


def _said(item: Item, key: str, lang: Lang) -> str:
    found = item.ui.get(key)
    return found.get(lang) if isinstance(found, Text) else str(found or "")


def _output(asked: Asked) -> Write:
    """The value of a field that nobody types here."""
    fill = one_place(str(asked.macros.value(asked.path, asked.title, VALUE, asked.help)))
    show = shown_value(asked.face, asked.lang)
    return lambda value: fill(show(value) or "—")


def shown_value(face: Face, lang: Lang) -> Write:
    """The function from a value to the HTML that shows it on a page of its own; None to "", a mask to its text."""
    in_full = _shown_in_full(face, lang)
    return lambda value: safe(value.text) if value.__class__ is Masked else in_full(value)


def _shown_in_full(face: Face, lang: Lang) -> Write:
    show = face.show(lang)
    if face.shape == "link":
        return lambda value: _link(face.target, value, show) if isinstance(value, Ref) else safe(show(value))
    if face.shape == "file":
        return lambda value: _files(value, face.cell == "image")
    if face.options and not face.several and (face.spec.type == "state" or any(o.tone for o in face.options)):
        known = {o.name: pill(o.title.get(lang), o.tone) for o in face.options}
        return lambda value: known[value] if value in known else safe(show(value))
    if face.widget == "url":
        return _address
    if face.widget == "textarea":
        return lambda value: f'<span class="lines">{safe(value)}</span>' if value else ""
    return lambda value: safe(show(value))


def _address(value: Any) -> str:
    """An address as a link; anything else that is stored there as words."""
    text = str(value or "")
    if not text.startswith(("http://", "https://")):
        return safe(text)
    return f'<a href="{safe(text)}" rel="noopener noreferrer">{safe(text)}</a>'


def _link(target: str, value: Ref, show: Callable[[Any], str]) -> str:
    if not value.label:
        return safe(show(value))
    return f'<a href="/r/{safe(target)}/{value.id}">{safe(value.label)}</a>'


def _files(value: Any, pictures: bool) -> str:
    files: Sequence[Any] = value if isinstance(value, tuple) else () if value is None else (value,)
    if pictures:
        return " ".join(
            f'<a href="/files/{f.id}"><img class="photo" alt="{safe(f.name)}" src="/files/{f.id}"></a>' for f in files
        )
    return "<br>".join(f'<a href="/files/{f.id}">{safe(f.name)}</a>' for f in files)
