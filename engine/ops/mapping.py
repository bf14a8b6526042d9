"""Which column of a sheet belongs to which field: guessed from the headers, and kept as a value."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ..fieldtypes.base import type_of
from ..model import Entity, Field, Text

#: Stands for the row number of the sheet where a column is meant: files without any number of their own.
LINE = -1
#: How the row number is called as a column; the header of no real one, as empty ones are called `#1` and so on.
LINE_HEADER = "#"
#: Rows of a sub-table that a flat sheet may hold side by side.
SIDE_BY_SIDE = 6

#: Least likeness (0..1) of a header and a field's name or title to be taken as a guess.
NEAR = 0.82


@dataclass(frozen=True, slots=True)
class Mapped:
    """One column of the sheet. column: its place, LINE for the row number; field: name of the field, or such as
    `guardians.1.phone` for a column of the first row of a sub-table, "" when left out.

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
    exact = dict(_whose_names(entity)) | dict(_inner_names(entity)) | names
    scored: list[tuple[float, int, str]] = []
    for column, header in enumerate(headers):
        plain = fold(header)
        if plain in exact:
            scored.append((1.0, column, exact[plain]))
            continue
        for spelling, field in names.items():
            score = _likeness(plain, spelling)
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


def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other)
    return matcher.ratio() if matcher.real_quick_ratio() >= NEAR and matcher.quick_ratio() >= NEAR else 0.0


def _whose_names(entity: Entity) -> Iterable[tuple[str, str]]:
    """Headers that say whose field it is, such as 学生姓名 and student name in a sheet of students."""
    for field in writable(entity):
        yield fold(f"{entity.title.zh}{field.title.zh}"), field.name
        yield fold(f"{entity.title.en}{field.title.en}"), field.name


def _inner_names(entity: Entity) -> Iterable[tuple[str, str]]:
    """Headers such as 监护人1姓名, 监护人姓名 and guardian 2 phone, for sheets that hold sub-tables side by side."""
    for rows in entity.fields:
        for column in rows.rows if type_of(rows).shape == "rows" else ():
            if not _fillable(column):
                continue
            for number in range(1, SIDE_BY_SIDE + 1):
                path = f"{rows.name}.{number}.{column.name}"
                numbers = (str(number), "") if number == 1 else (str(number),)
                for shown in numbers:
                    yield fold(f"{rows.title.zh}{shown}{column.title.zh}"), path
                    yield fold(f"{rows.title.en}{shown}{column.title.en}"), path
                    yield fold(f"{rows.name}{shown}{column.name}"), path


def _names(entity: Entity) -> Iterable[tuple[str, str]]:
    """Every spelling a header may have, folded, with the field it stands for; the entity's own words come last."""
    for field in writable(entity):
        for spelling in (field.title.zh, field.title.en, field.name, *field.options.get("headers", ())):
            if spelling:
                yield fold(spelling), field.name


def fillable_paths(entity: Entity) -> dict[str, Text]:
    """Everything a column may go to, with its words: fields, and the columns of sub-tables row by row."""
    found = {f.name: f.title for f in writable(entity)}
    for rows in entity.fields:
        most = min(int(rows.options.get("max", SIDE_BY_SIDE)), SIDE_BY_SIDE)
        for number in range(1, most + 1) if type_of(rows).shape == "rows" else ():
            for column in rows.rows:
                if _fillable(column):
                    zh = f"{rows.title.get('zh')} {number} {column.title.get('zh')}"
                    en = f"{rows.title.get('en')} {number}: {column.title.get('en')}"
                    found[f"{rows.name}.{number}.{column.name}"] = Text(zh, en)
    return found


def writable(entity: Entity) -> tuple[Field, ...]:
    """The fields an import may fill: everything a person could type."""
    return tuple(f for f in entity.fields if _fillable(f))


def needed_fields(entity: Entity) -> tuple[Field, ...]:
    """The fields a new record needs from the sheet: nothing else fills them."""
    return tuple(
        f
        for f in writable(entity)
        if f.required and f.default is None and f.value is None and f.when is None and f.type != "serial"
    )


def _fillable(field: Field) -> bool:
    kind = type_of(field)
    computed = field.value is not None and not field.override
    return (kind.shape in ("value", "list", "link") and not kind.readonly and not computed) or kind.name == "serial"


def fold(text: str) -> str:
    """A header without what does not matter: width, case, spaces, brackets, marks of required columns and 码."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(c for c in plain if c.isalnum())
    return plain.removesuffix("代码").removesuffix("码") if len(plain) > 2 else plain


def possible_keys(
    entity: Entity, mapped: Sequence[Mapped], closed: Collection[str] = ()
) -> tuple[tuple[str, ...], ...]:
    """By what a row may find its record, the surest first: what may not repeat, what is searched by, else anything.

    closed: names of fields that are no key for the one who imports.
    """
    given = {m.field for m in mapped if m.field and "." not in m.field and m.field not in closed}
    unique = [(f.name,) for f in entity.fields if f.unique and f.name in given]
    groups = [tuple(names) for names in entity.unique if set(names) <= given]
    searched = [(f.name,) for f in entity.fields if f.search and f.name in given]
    found = dict.fromkeys([*unique, *groups, *searched])
    if not found:
        kinds = ("value", "link")
        found = dict.fromkeys((f.name,) for f in entity.fields if f.name in given and type_of(f).shape in kinds)
    return tuple(found)


def record_key(entity: Entity, mapped: Sequence[Mapped], closed: Collection[str] = ()) -> tuple[str, ...]:
    """The fields that tell which stored record a row means: the first unique field or set it has. closed: as above."""
    given = {m.field for m in mapped if m.field and m.field not in closed}
    for field in entity.fields:
        if field.unique and field.name in given:
            return (field.name,)
    for names in entity.unique:
        if set(names) <= given:
            return names
    return ()
