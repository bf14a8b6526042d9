"""The frame around a page as ready text: `base.html` rendered once for a navigation and cut where requests differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from html import unescape

from markupsafe import Markup, escape

from .env import environment
from .values import Group, Link, Shell, Toast
from .words import Lang

#: Addresses of links that may carry a badge.
COUNTED = frozenset({"/inbox", "/notices"})

#: What is put where requests differ; never part of a word or an address.
_MARK = "\ue000{}\ue001"
_MARKS = re.compile("\ue000([a-z]+):?([^\ue001]*)\ue001")
_BADGE = re.compile('<span class="badge">(\ue000count:[^\ue001]*\ue001)</span>')

#: The base page with marks for the blocks that a page fills.
_SOURCE = "".join(
    ['{% extends "base.html" %}']
    + [f"{{% block {name} %}}{_MARK.format(name)}{{% endblock %}}" for name in ("title", "header", "main", "toasts")]
)


@dataclass(frozen=True, slots=True)
class Filling:
    """What one request puts into a frame. The texts of blocks are markup, the others are escaped here.

    here: address of the link that is current; counts: badges by address of a link, "" for none.
    """

    title: str
    header: str
    main: str
    person: str
    csrf: str
    path: str
    find: str
    here: str
    counts: Mapping[str, str]
    toasts: tuple[Toast, ...] = ()


#: Makes the text of one place from what fills the frame.
Piece = str | Callable[[Filling], str]


class Frame:
    """The frame of one language, theme and navigation. school: its name; keys: whether keyboard shortcuts work."""

    def __init__(
        self, lang: Lang, theme: str, keys: bool, school: str, nav: tuple[Group, ...], tabs: tuple[Link, ...]
    ) -> None:
        self._toast: Callable[..., str] = environment(lang).globals["ui"].toast  # type: ignore[attr-defined]
        groups = tuple(Group(g.label, tuple(map(_marked, g.links))) for g in nav)
        person, csrf, path, find = (_MARK.format(name) for name in ("person", "csrf", "path", "find"))
        below = tuple(map(_marked, tabs))
        shell = Shell(school, person, csrf, path, groups, below, theme=theme, keys=keys, find=find)
        text = environment(lang).from_string(_SOURCE).render(shell=shell)
        text = text.replace(f">{person[:1]}<", f">{_MARK.format('initial')}<")
        self._pieces = tuple(self._cut(_BADGE.sub(r"\1", text)))

    def page(self, filling: Filling) -> str:
        """The whole page."""
        return "".join([piece if isinstance(piece, str) else piece(filling) for piece in self._pieces])

    def _cut(self, text: str) -> Iterable[Piece]:
        at = 0
        for found in _MARKS.finditer(text):
            yield text[at : found.start()]
            yield self._piece(found[1], unescape(found[2]))
            at = found.end()
        yield text[at:]

    def _piece(self, name: str, of: str) -> Piece:
        if name == "href":
            return _href(of)
        if name == "count":
            return lambda filling: _badge(filling.counts.get(of, ""))
        if name == "toasts":
            return lambda f: "".join(self._toast(x, f.csrf) for x in f.toasts) if f.toasts else ""
        return _PIECES[name]


_PIECES: dict[str, Piece] = {
    "title": lambda filling: filling.title,
    "header": lambda filling: filling.header,
    "main": lambda filling: filling.main,
    "person": lambda filling: escape(filling.person),
    "initial": lambda filling: escape(filling.person[:1]),
    "csrf": lambda filling: escape(filling.csrf),
    "path": lambda filling: escape(filling.path),
    "find": lambda filling: escape(filling.find),
}


def _marked(link: Link) -> Link:
    count = _MARK.format(f"count:{link.href}") if link.href in COUNTED else ""
    return replace(link, href=_MARK.format(f"href:{link.href}"), count=count)


def _href(of: str) -> Piece:
    """The address of a link; it stands at the end of its attribute, so the mark of the current page can follow it."""
    plain = str(escape(of))
    current = f'{plain}" aria-current="page'
    return lambda filling: current if filling.here == of else plain


def _badge(count: str) -> str:
    return Markup('<span class="badge">{}</span>').format(count) if count else ""
