"""What is done to typed text before it is read: outer spaces, invisible and full-width characters go."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..diagnostics import Place
from ..model import Field, Text
from .base import NOTHING, Caster, Given, Made, problem

#: Longer text than this is refused before anything looks at it.
HUGE = 1_000_000

#: Longer text than this is no number, date or name of an option, and is not searched for one.
LONG = 200

_HALF = {0xFF01 + i: 0x21 + i for i in range(94)}
# Characters that copying from chat windows and spreadsheets brings along and nobody sees.
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF, 0xAD])
_CONTROLS = dict.fromkeys([c for c in (*range(0x20), *range(0x7F, 0xA0)) if c not in (0x09, 0x0A)])
_SPACES = dict.fromkeys([0xA0, 0x3000, *range(0x2000, 0x200B), 0x202F, 0x205F], " ")
_TO_HALF = {**_HALF, **_INVISIBLE, **_CONTROLS, **_SPACES, 0x3002: ".", 0x2212: "-", 0x2013: "-", 0x2014: "-"}
_SCRUB = {**_INVISIBLE, **_CONTROLS}
# Joiners belong to emoji and to some scripts.
for _kept in (0x200C, 0x200D):
    del _SCRUB[_kept]


# Letters and a sign that are drawn as nothing.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def half(raw: str) -> str:
    """The text with half-width digits, letters and signs, without outer spaces and invisible characters."""
    return raw.strip() if raw.isascii() and raw.isprintable() else raw.translate(_TO_HALF).strip()


def scrubbed(raw: str, lines: bool) -> str:
    """The text without outer spaces and control characters, in normal form C; `lines` keeps line breaks.

    Characters are otherwise kept as typed: full-width punctuation is how Chinese is written.
    """
    value = raw.replace("\r\n", "\n").replace("\r", "\n").translate(_SCRUB).strip()
    if not lines:
        value = " ".join(value.split("\n")) if "\n" in value else value
        value = value.replace("\t", " ")
    return unicodedata.normalize("NFC", value)


def blank(text: str) -> bool:
    """Whether nobody sees anything in the text: spaces, invisible characters and marks that stand on nothing."""
    return not any(unicodedata.category(c)[0] in "LNPS" and c not in _FILLERS for c in text)


def storable(value: str) -> bool:
    """Whether a database can keep the text: a lone surrogate is half a character."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def clip(raw: object) -> str:
    """How a typed value is quoted in a message: on one line, 40 characters at most."""
    text = str(raw) if not isinstance(raw, int) or abs(raw) < 10**40 else "…"
    text = "".join(c for c in text[:80] if c.isprintable())
    return text if len(text) <= 40 else text[:39] + "…"


def got(raw: object) -> Text:
    """What kind of thing was sent, in words."""
    for kinds, words in _KINDS:
        if isinstance(raw, kinds):
            return words
    return Text("别的东西", "something else")


_KINDS: tuple[tuple[type | tuple[type, ...], Text], ...] = (
    (bool, Text("真假值", "a true or false")),
    ((int, float, Decimal), Text("数字", "a number")),
    (str, Text("文字", "text")),
    ((list, tuple), Text("列表", "a list")),
    (dict, Text("对象", "an object")),
    ((date, datetime), Text("日期", "a date")),
    (type(None), Text("空值", "null")),
)


def reading(
    spec: Field,
    read: Callable[[str, Place, Given], Made],
    other: Callable[[object, Place, Given], Made | None] | None = None,
) -> Caster:
    """A caster that reads text with `read`, cleaned; `other` is asked about anything else, None refuses it."""
    title = spec.title

    def cast(raw: Any, place: Place, given: Given) -> Made:
        if raw is None:
            return NOTHING
        if isinstance(raw, str):
            if len(raw) > LONG:
                return problem("REC_062", place, field=title, size=f"{len(raw):,}")
            text = half(raw)
            return read(text, place, given) if text else NOTHING
        made = other(raw, place, given) if other else None
        return made or problem("REC_068", place, field=title, got=got(raw))

    return cast
