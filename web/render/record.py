"""A record in words: labels with values in the order of a form, masked as its reader sees it, sub-tables as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from shuyuan.engine import Detail, Face, Form, Masked, Section, Text, Version

from .env import icon
from .form import faces_of, shown_value
from .pieces import macros_of
from .safe import Markup, ready, safe
from .values import Pair, Part
from .words import Lang, translator

#: Controls whose values take the whole width.
_WIDE = frozenset({"textarea", "rows"})


def parts_of(version: Version, found: Detail, form: Form | None, lang: Lang, reveal: str = "") -> tuple[Part, ...]:
    """The record in the sections of a form; fields that are on no section of it, and hold something, come last.

    reveal: address that shows a masked value, with its path put behind it; "" when nobody may.
    """
    writer = _Writer(version, found, lang, reveal)
    parts = [writer.section(section) for section in form.sections] if form else []
    asked = {i.name for s in (form.sections if form else ()) for line in s.lines for i in line}
    rest = [n for n in writer.faces if n not in asked]
    parts.append(writer.part(_MORE if form else Text(), rest, filled=bool(form)))
    return tuple(p for p in parts if p.pairs or p.body)


_MORE = Text("更多", "More")


class _Writer:
    def __init__(self, version: Version, found: Detail, lang: Lang, reveal: str) -> None:
        self._found = found
        self._lang = lang
        self._reveal = reveal
        self.faces = faces_of(version, found.record.entity)
        self._shown: Mapping[str, Callable[[Any], str]] = version.made(
            ("shown", found.record.entity, lang), lambda: {n: shown_value(f, lang) for n, f in self.faces.items()}
        )

    def section(self, section: Section) -> Part:
        """A section of a form."""
        names = [i.name for line in section.lines for i in line if i.name in self.faces]
        depends = {i.name for line in section.lines for i in line if i.when or section.when}
        return self.part(section.title, [n for n in names if n not in depends or self.holds(n)])

    def part(self, title: Text, names: Sequence[str], filled: bool = False) -> Part:
        """Fields under a heading. filled: only those that hold something."""
        pairs: list[Pair] = []
        body: list[str] = []
        for name in names:
            face = self.faces[name]
            if not self._there(name) or (filled and not self.holds(name)):
                continue
            if face.shape == "rows":
                body.append(self._table(face, self._found.record.values.get(name) or (), name if pairs else title))
            else:
                pairs.append(self.pair(name))
        if not body and not any(self.holds(n) for n in names):
            return Part("")
        return Part(title.get(self._lang), tuple(pairs), ready("".join(body)))

    def _there(self, name: str) -> bool:
        """Whether the reader sees the field, and it applies: what hangs on a condition and is empty does not."""
        if name in self._found.hidden:
            return False
        return self.faces[name].spec.when is None or self.holds(name)

    def holds(self, name: str) -> bool:
        """Whether there is a value."""
        return name in self._found.masked or self._found.record.values.get(name) not in (None, ())

    def pair(self, name: str) -> Pair:
        """The label with the value."""
        face = self.faces[name]
        label, mask = face.title.get(self._lang), self._found.masked.get(name)
        wide = face.widget in _WIDE
        if mask is not None:
            address = self._address(name)
            return Pair(label, mask.text if address else self._veiled(mask, label, name), wide, reveal=address)
        return Pair(label, ready(self._shown[name](self._found.record.values.get(name))), wide)

    def _veiled(self, mask: Masked, label: str, name: str) -> Markup:
        """A mask nobody here may lift, with the way to the reason."""
        record, t = self._found.record, translator(self._lang)
        href = f"/why?entity={quote(record.entity)}&operation=reveal&id={record.id}&field={quote(name)}"
        way = Markup('<a class="small" href="{}" data-dialog aria-label="{}">{}</a>')
        link = way.format(href, t("why_masked", label=label), icon("info"))
        return Markup('<span class="masked">{}</span> {}').format(mask.text, link)

    def _address(self, path: str) -> str:
        return self._reveal + quote(path, safe="") if self._reveal else ""

    # -- sub-tables ---------------------------------------------------------------------------------------------------

    def _table(self, face: Face, rows: Sequence[Mapping[str, Any]], around: Text | str) -> str:
        """A sub-table; its own name is not said again where the part is called the same."""
        columns = [c for c in face.columns if not rows or any(c.name in row for row in rows)]
        title = face.title.get(self._lang)
        heading = "" if isinstance(around, Text) and around.get(self._lang) == title else f"<h3>{safe(title)}</h3>"
        if not rows:
            t = translator(self._lang)
            return f'{heading}<p class="soft">{safe(t("no_rows"))}</p>'
        shows = [shown_value(c, self._lang) for c in columns]
        heads = "".join(f'<th scope="col">{safe(c.title.get(self._lang))}</th>' for c in columns)
        body = "".join(
            "<tr>" + "".join(self._cell(face, row, c, show) for c, show in zip(columns, shows, strict=True)) + "</tr>"
            for row in rows
        )
        caption = f'<caption class="hide">{safe(title)}</caption>'
        table = f"{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody>"
        return f'{heading}<div class="scroll"><table class="plain cards">{table}</table></div>'

    def _cell(self, face: Face, row: Mapping[str, Any], column: Face, show: Callable[[Any], str]) -> str:
        value, title = row.get(column.name), column.title.get(self._lang)
        if isinstance(value, Masked):
            html = self._masked(value, title, f"{face.name}/{row.get('id')}/{column.name}")
        else:
            html = show(value) or '<span class="soft">—</span>'
        return f'<td data-h="{safe(title)}">{html}</td>'

    def _masked(self, value: Masked, title: str, path: str) -> str:
        address = self._address(path)
        if not address:
            return f'<span class="masked">{safe(value.text)}</span>'
        return str(macros_of("ui", self._lang).masked(value.text, title, address))
