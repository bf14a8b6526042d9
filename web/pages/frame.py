"""The frame around every page: navigation, badges, the words that the page before left."""

from __future__ import annotations

from dataclasses import replace
from weakref import WeakKeyDictionary

from shuyuan.engine import Engine, Lobby, lobby

from ..render.values import Gate, Group, Link, Shell, Toast
from ..session import Passage, Visit
from ..session.flash import flashed
from .navigation import Navigation, navigation

#: Milliseconds that counts are shown before they are read again.
LASTS = 20_000


class Lobbies:
    """What waits for each person as it was last read: again after a while, and after each of their acts."""

    def __init__(self, most: int = 5000) -> None:
        self._most = most
        self._kept: dict[int, tuple[int, Lobby]] = {}
        self.school = ""

    async def read(self, engine: Engine, visit: Visit) -> None:
        """See that something not too old is known of the visitor. Raises Moved or Stale."""
        actor, now = visit.actor, engine.entrance.now
        if actor is None or now - self._kept.get(actor.id, (0, None))[0] < LASTS:
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
        kept = self._kept.get(account)
        return kept[1] if kept else Lobby()


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
    """The frame for somebody signed in."""
    if visit.held is None:
        raise KeyError("nobody is signed in")
    actor = visit.held.actor
    found = navigation(engine.version, actor, visit.lang)
    waits = lobbies(engine).of(actor.id)
    counts = {"/inbox": waits.tasks, "/notices": waits.unread}
    groups, tabs = _at(found, path, counts)
    return Shell(
        school_of(engine, visit), actor.name, visit.csrf, path, groups, tabs, (), _toasts(engine, passage),
        visit.theme, visit.held.shortcuts, find,
    )  # fmt: skip


def gate_of(engine: Engine, passage: Passage, visit: Visit, here: str) -> Gate:
    """The frame for nobody in particular."""
    return Gate(school_of(engine, visit), visit.csrf, here, visit.theme, _toasts(engine, passage))


def _toasts(engine: Engine, passage: Passage) -> tuple[Toast, ...]:
    return tuple(Toast(text, undo, bad) for text, undo, bad in flashed(engine, passage))


def _at(found: Navigation, path: str, counts: dict[str, int]) -> tuple[tuple[Group, ...], tuple[Link, ...]]:
    """The navigation as seen from a page: its own link marked, counts filled in."""
    here = _nearest(found, path)

    def seen(link: Link) -> Link:
        count, current = counts.get(link.href, 0), link.href == here
        return replace(link, current=current, count=shown_count(count)) if count or current else link

    groups = tuple(Group(g.label, tuple(seen(link) for link in g.links)) for g in found.groups)
    return groups, tuple(seen(link) for link in found.tabs)


def shown_count(count: int) -> str:
    """A count as a badge shows it."""
    return "" if not count else str(count) if count < 100 else "99+"


def _nearest(found: Navigation, path: str) -> str:
    """The link that the page is or lies below; "" when there is none."""
    hrefs = {link.href for group in found.groups for link in group.links}
    while path and path not in hrefs:
        path = path.rpartition("/")[0]
    return path
