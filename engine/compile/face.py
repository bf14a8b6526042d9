"""What pages need to know of a field to show it and to ask for it, without knowing its type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..fieldtypes import field_types, target_of, type_of
from ..fieldtypes.base import Operator
from ..fieldtypes.choice import choices_of, codes_of
from ..fieldtypes.file import accepted, file_limit, many
from ..model import Entity, Field, Model, Text
from .schema import is_readonly

_AS_IT_IS = field_types()["text"].show

#: Sub-tables have at most this many rows where the definition says nothing.
_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class FaceOption:
    """Something a field can be chosen to be. tone: colour of its pill; first, last: the days it may be chosen."""

    name: str
    title: Text
    tone: str = ""
    first: date | None = None
    last: date | None = None

    def offered(self, day: date) -> bool:
        """Whether it may be chosen anew on that day."""
        return not ((self.first and day < self.first) or (self.last and day > self.last))


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A field as pages see it.

    shape, widget, cell: as in `FieldType`; verbatim: its value is text that people are shown as it is; typed: value to
    what a control holds (str, or a list of str); options: what may be chosen, () for a field that is not chosen; codes:
    they are a code list; target: entity a link leads to; accept: media types of files; most: greatest bytes of one
    file, or greatest number of rows of a sub-table; longest: greatest length of a text, 0 where none is declared;
    columns: of a sub-table; several: more than one thing can be chosen or uploaded.
    """

    spec: Field
    name: str
    title: Text
    help: Text
    placeholder: Text
    shape: str
    widget: str
    cell: str
    verbatim: bool
    required: bool
    readonly: bool
    override: bool
    typed: Callable[[Any], Any]
    mask: Callable[[Any], str]
    operators: tuple[Operator, ...] = ()
    options: tuple[FaceOption, ...] = ()
    codes: bool = False
    target: str = ""
    accept: tuple[str, ...] = ()
    several: bool = False
    most: int = 0
    longest: int = 0
    columns: tuple[Face, ...] = ()
    model: Model | None = None

    def takes(self, media_type: str) -> bool:
        """Whether a file of that type fits."""
        whole = (t for t in self.accept if t.endswith("/*"))
        return not self.accept or media_type in self.accept or any(media_type.startswith(t[:-1]) for t in whole)

    def show(self, lang: str) -> Callable[[Any], str]:
        """The function from a value to its text for people, None to ""."""
        return type_of(self.spec).show(self.spec, self.model or Model(), lang)


def face_of(model: Model, spec: Field) -> Face:
    """The face of a field or of a column of a sub-table."""
    kind = type_of(spec)
    options, codes = _options(model, spec)
    longest = spec.options.get("maxLength")
    return Face(
        spec=spec,
        name=spec.name,
        title=spec.title or Text(spec.name),
        help=spec.help,
        placeholder=spec.placeholder,
        shape=kind.shape,
        widget=kind.widget,
        cell=kind.cell,
        verbatim=kind.show is _AS_IT_IS,
        required=spec.required,
        readonly=is_readonly(spec),
        override=spec.override and spec.value is not None,
        typed=kind.typed(spec, model),
        mask=kind.mask,
        operators=kind.operators,
        options=options,
        codes=codes,
        target=target_of(spec),
        accept=accepted(spec) if kind.shape == "file" else (),
        several=kind.shape == "list" or (kind.shape == "file" and many(spec)),
        most=_most(spec, kind.shape),
        longest=longest if isinstance(longest, int) else 0,
        columns=tuple(face_of(model, column) for column in spec.rows),
        model=model,
    )


def faces(model: Model, entity: Entity) -> dict[str, Face]:
    """The faces of all fields of an entity, by name."""
    return {spec.name: face_of(model, spec) for spec in entity.fields}


def _options(model: Model, spec: Field) -> tuple[tuple[FaceOption, ...], bool]:
    kind = type_of(spec)
    if kind.key("choices"):
        return tuple(FaceOption(o.name, o.title or Text(o.name), o.tone) for o in choices_of(spec, model)), False
    if not kind.key("list"):
        return (), False
    codes = codes_of(spec, model)
    return tuple(FaceOption(c.code, c.title or Text(c.code), "", c.valid_from, c.valid_to) for c in codes), True


def _most(spec: Field, shape: str) -> int:
    if shape == "file":
        return file_limit(spec)
    return int(spec.options.get("max", _ROWS)) if shape == "rows" else 0
