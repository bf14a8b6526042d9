"""The codes and options of a field that fit what somebody types: by their code, their title or its pinyin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..compile.face import Face, FaceOption
from ..store.words import folded, search_words
from .live import Version

#: Options given at once.
MOST = 20


def options_for(version: Version, face: Face, text: str, day: date | None, limit: int = MOST) -> tuple[FaceOption, ...]:
    """The options that fit, those that begin with what was typed first; the first ones when nothing is typed.

    day: only what may be chosen on that day; None for all there ever were.
    """
    typed = folded(text)[:80]
    open_now = [o for o in face.options if day is None or o.offered(day)]
    if not typed:
        return tuple(open_now[:limit])
    words = version.made(("option words", face.spec.id), lambda: _words(face.options))
    scored = ((_rank(o, typed, words[o.name]), at, o) for at, o in enumerate(open_now))
    found = sorted((rank, at, o) for rank, at, o in scored if rank is not None)
    return tuple(o for _, _, o in found[:limit])


def _words(options: Sequence[FaceOption]) -> dict[str, frozenset[str]]:
    return {o.name: search_words((o.name, o.title.zh, o.title.en)) for o in options}


def _rank(option: FaceOption, typed: str, words: frozenset[str]) -> int | None:
    """How near the option is: 0 its code, 1 its beginning, 2 a word of it, 3 somewhere inside; None when it is not."""
    if option.name.lower() == typed:
        return 0
    titles = (folded(option.title.zh), folded(option.title.en))
    if any(t.startswith(typed) for t in titles) or option.name.lower().startswith(typed):
        return 1
    if any(w.startswith(typed) for w in words):
        return 2
    return 3 if any(typed in t for t in titles) else None
