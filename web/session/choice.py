"""In which language and with which theme a page is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from .cookies import LANG, THEME

Lang = Literal["zh", "en"]
Theme = Literal["auto", "light", "dark"]
LANGS: tuple[Lang, ...] = ("zh", "en")
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")


def language(cookies: Mapping[str, str], accept: str, account: str | None, default: Lang) -> Lang:
    """The cookie's language, else the account's, else the first the browser asks for that there is."""
    for said in (cookies.get(LANG), account):
        if said in LANGS:
            return said
    return _accepted(accept) or default


def theme(cookies: Mapping[str, str], account: str | None = None) -> Theme:
    """The cookie's theme, else the account's, else that of the machine."""
    for said in (cookies.get(THEME), account):
        if said in THEMES:
            return said
    return "auto"


def _accepted(header: str) -> Lang | None:
    best: tuple[float, Lang] | None = None
    for part in header[:200].split(","):
        tag, _, weight = part.strip().partition(";q=")
        lang = tag.split("-")[0].strip().lower()
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if lang in LANGS and 0 < quality <= 1 and (best is None or quality > best[0]):
            best = (quality, lang)
    return best[1] if best else None
