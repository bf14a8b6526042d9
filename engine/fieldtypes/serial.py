"""Numbers the engine gives out by a pattern, such as 2026 and five digits counted up within the year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from ..diagnostics import Diagnostic, Place
from ..model import Field, Model, Ref, Storage, Text
from .base import Caster, FieldType, Given, Key, Made, column_of, problem
from .clean import clip, reading
from .keys import RULES, needs, remark
from .text import as_it_is, number_as_text, starred, text_schema

_PART = re.compile(r"\{([^{}]*)\}")
_DATED = {"year": "%Y", "yy": "%y", "month": "%m", "day": "%d"}
_PATH = re.compile(r"[^\W\d]\w{0,59}(?:\.[^\W\d]\w{0,59}){0,4}")
_WIDEST = 12


@dataclass(frozen=True, slots=True)
class Numbering:
    """A read pattern: the parts before and behind the counter, and its least width.

    A part is literal text, the name of a date part, or a path of names from the record.
    """

    before: tuple[str | tuple[str, ...], ...]
    width: int
    after: tuple[str | tuple[str, ...], ...]

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """The paths from the record whose values the number holds."""
        return tuple(p for p in self.before + self.after if isinstance(p, tuple) and p[0] not in _DATED)


class Unreadable(ValueError):
    """A pattern that is none; `words` says why."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


def numbering(pattern: str) -> Numbering:
    """The pattern read: literal text, {year} {yy} {month} {day}, one {seq:N} and paths like {class.code}.

    Raises Unreadable.
    """
    sides: list[list[str | tuple[str, ...]]] = [[]]
    width = 0
    for at, piece in enumerate(_PART.split(pattern)):
        if at % 2 == 0:
            if "{" in piece or "}" in piece:
                raise Unreadable(Text("大括号没有成对", "a brace stands alone"))
            sides[-1].extend([piece] if piece else [])
        elif piece.startswith("seq"):
            if width:
                raise Unreadable(Text("{seq} 写了两次", "{seq} is written twice"))
            width = _width(piece)
            sides.append([])
        elif not _PATH.fullmatch(piece):
            raise Unreadable(Text(f"看不懂 {{{piece}}}", f"{{{piece}}} is not understood"))
        else:
            sides[-1].append(tuple(piece.split(".")))
    if not width:
        raise Unreadable(Text("没有写 {seq:5} 这样的流水号", "there is no counter such as {seq:5}"))
    return Numbering(tuple(sides[0]), width, tuple(sides[1]))


def _width(piece: str) -> int:
    found = re.fullmatch(r"seq(?::([0-9]{1,2}))?", piece)
    width = int(found[1] or 1) if found else 0
    if not 1 <= width <= _WIDEST:
        raise Unreadable(Text(f"{{seq:N}} 的 N 须在 1 到 {_WIDEST} 之间", f"N of {{seq:N}} is 1 to {_WIDEST}"))
    return width


def around(plan: Numbering, values: Mapping[str, Any], today: date) -> tuple[str, str]:
    """What stands before and behind the counter for this record; numbers with the same two count together."""
    return (
        "".join(_filled(p, values, today) for p in plan.before),
        "".join(_filled(p, values, today) for p in plan.after),
    )


def numbered(plan: Numbering, sides: tuple[str, str], count: int) -> str:
    """The number: the counter with leading zeros between its two sides."""
    return f"{sides[0]}{count:0{plan.width}}{sides[1]}"


def _filled(part: str | tuple[str, ...], values: Mapping[str, Any], today: date) -> str:
    if isinstance(part, str):
        return part
    if len(part) == 1 and part[0] in _DATED:
        return today.strftime(_DATED[part[0]])
    found: Any = values
    for name in part:
        found = _member(found, name)
    return found.label if isinstance(found, Ref) else "" if found is None else str(found)


def _member(value: Any, name: str) -> Any:
    if isinstance(value, Ref):
        return value.values.get(name)
    if isinstance(value, Mapping):
        return value.get(name)
    if isinstance(value, date) and name in ("year", "month", "day"):
        return f"{getattr(value, name):02}"
    return None


def _pattern_of(spec: Field) -> str:
    return str(spec.options.get("number", "{seq:5}"))


def _expected(plan: Numbering) -> re.Pattern[str]:
    def part(p: str | tuple[str, ...]) -> str:
        if isinstance(p, str):
            return re.escape(p)
        return r"\d{4}" if p == ("year",) else r"\d{2}" if len(p) == 1 and p[0] in _DATED else ".{0,100}"

    before, after = ("".join(part(p) for p in side) for side in (plan.before, plan.after))
    return re.compile(f"{before}\\d{{{plan.width},{_WIDEST}}}{after}", re.ASCII)


def _caster(spec: Field, model: Model) -> Caster:
    # Typed numbers come with old records and where `manual` is set; they may follow an older pattern.
    title, pattern = spec.title, _pattern_of(spec)
    expected = _expected(numbering(pattern))

    def read(text: str, place: Place, given: Given) -> Made:
        if len(text) > 100:
            return problem("REC_006", place, field=title, max=100, count=len(text))
        if expected.fullmatch(text):
            return text, ()
        return text, (Diagnostic("REC_065", place, {"field": title, "pattern": clip(pattern)}),)

    def other(raw: object, place: Place, given: Given) -> Made | None:
        if given.source == "import" and isinstance(raw, int | float) and not isinstance(raw, bool):
            return read(number_as_text(raw), place, given)
        return None

    return reading(spec, read, other)


def _check(spec: Field) -> tuple[Diagnostic, ...]:
    if missing := needs((_NUMBER,))(spec):
        return missing
    try:
        numbering(_pattern_of(spec))
    except Unreadable as error:
        return (remark("REC_107", spec, "number", pattern=clip(_pattern_of(spec)), why=error.words),)
    return ()


def _sample(spec: Field, model: Model, rng: Random) -> str:
    plan = numbering(_pattern_of(spec))
    return numbered(plan, around(plan, {}, date(2026, 9, 1)), rng.randint(1, 10**plan.width - 1))


_NUMBER = Key(
    "number",
    "text",
    Text(
        "编号规则：文字、{year} {yy} {month} {day}、{class.code} 这样的路径和一个 {seq:5}。",
        "The numbering: text, {year} {yy} {month} {day}, paths like {class.code} and one {seq:5}.",
    ),
    required=True,
)

SERIAL = FieldType(
    name="serial",
    title=Text("编号", "Serial number"),
    help=Text(
        "保存时由系统按规则给出，不重号；流水号在其余部分相同的编号里累加。导入可以带入旧编号。",
        "Given out by the system when a record is stored; the counter counts within numbers that are otherwise equal. "
        "An import may bring older numbers.",
    ),
    feel="string",
    keys=(
        _NUMBER,
        Key("manual", "boolean", Text("允许人工填写编号。", "People may enter a number themselves.")),
        *RULES,
    ),
    column=lambda spec: column_of(spec, Storage("text")),
    caster=_caster,
    schema=lambda spec, model: text_schema(spec, 100),
    show=as_it_is,
    sample=_sample,
    mask=starred,
    check=_check,
    readonly=True,
    operators=("eq", "in", "starts", "contains", "empty"),
    convert_from=("text", "integer"),
)

TYPES = (SERIAL,)
