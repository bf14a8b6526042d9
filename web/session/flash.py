"""Words that survive a redirect: kept in the browser for a minute, hidden and signed, shown by the next page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from shuyuan.engine import Engine, unveiled, veiled

from .cookies import FLASH, LONGEST, named, proving
from .visit import Passage

#: How long words wait for the next page, in milliseconds.
LASTS = 60_000

#: Text, address that takes the act back ("" when it is final), and its tone: "", "warn" or "bad".
Said = tuple[str, str, str]


def flash(engine: Engine, passage: Passage, said: Sequence[Said]) -> str:
    """A Set-Cookie value that makes the next page of this session say it; words that do not fit are cut."""
    now = engine.entrance.now
    longest = 300
    while True:
        content = [
            [text if len(text) <= longest else text[: longest - 1] + "…", undo, tone] for text, undo, tone in said
        ]
        value = veiled(engine.entrance.secret, _purpose(passage), content, now + LASTS)
        if len(value) <= LONGEST:
            return proving(FLASH, value, passage.client.secure, LASTS // 1000)
        longest //= 2
        said = said[-3:]


def flashed(engine: Engine, passage: Passage) -> tuple[Said, ...]:
    """What the page before left to be said; it is said once. Nothing for what is not ours or is too old."""
    kept = passage.cookies.get(named(FLASH, passage.client.secure), "")
    if not kept:
        return ()
    passage.set_cookies.append(proving(FLASH, "", passage.client.secure, 0))
    found: Iterable[Any] = unveiled(engine.entrance.secret, _purpose(passage), kept, engine.entrance.now) or ()
    return tuple((str(text), str(undo), str(tone)) for text, undo, tone in found)


def _purpose(passage: Passage) -> str:
    """Bound to the session, so that what one person was told is not shown to the next one at this browser."""
    visit = passage.visit
    return "flash " + (visit.held.key if visit and visit.held else "")
