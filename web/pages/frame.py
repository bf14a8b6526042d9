"""The frame around every page: navigation, badges, the words that the page before left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from shuyuan.engine import Engine, Held, Lobby, lobby

from ..render.env import page_blocks
from ..render.frame import Filling, Frame
from ..render.values import Gate, Shell, Toast
from ..session import Passage, Visit
from ..session.flash import flashed
from .navigation import kept, navigation

#: Milliseconds that counts are shown before they are read again.
LASTS = 20_000


class Lobbies:
    """What waits for each person as it was last read: again after a while, and after each of their acts."""

    def __init__(self, most: int = 5000) -> None:
        self._most = most
        self._kept: dict[int, tuple[int, Lobby]] = {}
        self.school = ""

    async def read(self, engine: Engine, visit: Visit, anew: bool) -> None:
        """See that something not too old is known of the visitor. Raises Moved or Stale.

        anew: ask in any case, and thereby whether rights and definitions are still those the request began with.
        """
        actor, now = visit.actor, engine.entrance.now
        if actor is None:
            self.school = self.school or (await lobby(engine.work())).school
            return
        if not anew and now - self._kept.get(actor.id, (0, None))[0] < LASTS:
            return
        found = await lobby(engine.work(actor))
        if len(self._kept) >= self._most:
            self._kept.clear()
        self._kept[actor.id] = (now, found)
        self.school = found.school or self.school

    def forget(self, account: int) -> None:
        """Read it again for the next page."""
        self._kept.pop(account, None)

    def of(self, account: int) -> Lobby:
        """What was last read."""
        found = self._kept.get(account)
        return found[1] if found else Lobby()


_LOBBIES: WeakKeyDictionary[Engine, Lobbies] = WeakKeyDictionary()


def lobbies(engine: Engine) -> Lobbies:
    """What this process knows of what waits for people."""
    found = _LOBBIES.get(engine)
    if found is None:
        found = _LOBBIES[engine] = Lobbies()
    return found


def school_of(engine: Engine, visit: Visit) -> str:
    """What the school is called: the unit above all, else the pack, else the product."""
    packs = engine.version.model.packs.values()
    return lobbies(engine).school or next((p.title.get(visit.lang) for p in packs), "") or "书院 Shuyuan"


def shell_of(engine: Engine, passage: Passage, visit: Visit, path: str, find: str = "") -> Shell:
    """What the blocks of a page know of its frame; the navigation itself is not among it, see `framed`."""
    held = _held(visit)
    toasts = _toasts(engine, passage)
    return Shell(
        school_of(engine, visit),
        held.actor.name,
        visit.form_token,
        path,
        (),
        (),
        (),
        toasts,
        visit.theme,
        held.shortcuts,
        find,
    )


def framed(engine: Engine, visit: Visit, template: str, values: Mapping[str, Any], shell: Shell) -> str:
    """The whole page made of a template for somebody signed in."""
    actor, version, lang = _held(visit).actor, engine.version, visit.lang
    found = navigation(version, actor, lang)

    def make() -> Frame:
        return Frame(lang, visit.theme, shell.keys, shell.school, found.groups, found.tabs)

    key = ("frame", lang, visit.theme, shell.keys, shell.school)
    waits = lobbies(engine).of(actor.id)
    title, header, main = page_blocks(template, lang, {"shell": shell, **values})
    return kept(version, actor, key, make).page(
        Filling(
            title, header, main, shell.person, shell.csrf, shell.path, shell.find, found.nearest(shell.path),
            {"/inbox": shown_count(waits.tasks), "/notices": shown_count(waits.unread)}, shell.toasts,
        )
    )  # fmt: skip


def gate_of(engine: Engine, passage: Passage, visit: Visit, here: str) -> Gate:
    """The frame for nobody in particular."""
    return Gate(school_of(engine, visit), visit.form_token, here, visit.theme, _toasts(engine, passage))


def shown_count(count: int) -> str:
    """A count as a badge shows it."""
    return "" if not count else str(count) if count < 100 else "99+"


def _held(visit: Visit) -> Held:
    if visit.held is None:
        raise KeyError("nobody is signed in")
    return visit.held


def _toasts(engine: Engine, passage: Passage) -> tuple[Toast, ...]:
    return tuple(Toast(text, undo, tone == "bad", tone == "warn") for text, undo, tone in flashed(engine, passage))
