"""Which column of a sheet belongs to which field: guessed from the headers, and kept as a value."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ..fieldtypes.base import type_of
from ..model import Entity, Field

#: Least likeness (0..1) of a header and a field's name or title to be taken as a guess.
NEAR = 0.82


@dataclass(frozen=True, slots=True)
class Mapped:
    """One column of the sheet. field: name of the field, or dotted for a column of a sub-table, "" when left out.

    sure: the header is the field's name or title to the letter; otherwise a person should look at it.
    """

    column: int
    header: str
    field: str
    sure: bool = False


def guess(entity: Entity, headers: Sequence[str], known: Mapping[str, str] | None = None) -> tuple[Mapped, ...]:
    """A proposal for every column. Each field is given at most once, surest match first.

    known: header -> field as an earlier import or a person said; it wins.
    """
    names = dict(_names(entity))
    scored: list[tuple[float, int, str]] = []
    for column, header in enumerate(headers):
        plain = fold(header)
        for spelling, field in names.items():
            score = 1.0 if plain == spelling else SequenceMatcher(None, plain, spelling).ratio()
            if score >= NEAR:
                scored.append((score, column, field))
    chosen: dict[int, tuple[str, bool]] = {}
    for column, header in enumerate(headers):
        if known and header in known:
            chosen[column] = (known[header], True)
    taken = {field for field, _ in chosen.values() if field}
    for score, column, field in sorted(scored, key=lambda s: (-s[0], s[1])):
        if column not in chosen and field not in taken:
            chosen[column] = (field, score == 1.0)
            taken.add(field)
    return tuple(Mapped(c, h, *chosen.get(c, ("", False))) for c, h in enumerate(headers))


def _names(entity: Entity) -> Iterable[tuple[str, str]]:
    """Every spelling a header may have, folded, with the field it stands for; the entity's own words come last."""
    for field in writable(entity):
        for spelling in (field.title.zh, field.title.en, field.name, *field.options.get("headers", ())):
            if spelling:
                yield fold(spelling), field.name


def writable(entity: Entity) -> tuple[Field, ...]:
    """The fields an import may fill: everything a person could type."""
    return tuple(f for f in entity.fields if _fillable(f))


def _fillable(field: Field) -> bool:
    kind = type_of(field)
    computed = field.value is not None and not field.override
    return (kind.shape in ("value", "list", "link") and not kind.readonly and not computed) or kind.name == "serial"


def fold(text: str) -> str:
    """A header without what does not matter: width, case, spaces, brackets, marks of required columns and 码."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(c for c in plain if c.isalnum())
    return plain.removesuffix("代码").removesuffix("码") if len(plain) > 2 else plain


def record_key(entity: Entity, mapped: Sequence[Mapped]) -> tuple[str, ...]:
    """The fields that tell which stored record a row means: the first unique field or set it has."""
    given = {m.field for m in mapped if m.field}
    for field in entity.fields:
        if field.unique and field.name in given:
            return (field.name,)
    for names in entity.unique:
        if set(names) <= given:
            return names
    return ()
