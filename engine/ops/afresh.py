"""Long work in several transactions: what changes rights on the way, its own writes above all, does not end it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from .actors import Stale, load_actor
from .live import LIVE_ROW
from .work import Moved, Work

T = TypeVar("T")

#: How often rights may change while one part of the work is done.
TRIES = 5


async def afresh(work: Work) -> Work:
    """The same work with the rights its actor has now. Raises Stale when the account is gone or off."""
    if work.actor.id == 0:
        return work
    now = work.now.at
    found = await load_actor(work.store, work.version.model, work.actor.id, lambda: now)
    if found is None:
        raise Stale
    return replace(work, actor=replace(found, scopes=work.actor.scopes))


async def part(work: Work, run: Callable[[Work], Awaitable[T]]) -> tuple[Work, T]:
    """Do a part of long work, again with fresh rights when they changed meanwhile; the work to go on with.

    Raises Moved when a publication went by.
    """
    for _ in range(TRIES):
        try:
            return work, await run(work)
        except Stale:  # a batch that did not hold cannot say which of the two it was
            ((_, epoch, _),) = await work.store.rows(LIVE_ROW)
            if epoch != work.epoch:
                raise Moved from None
            work = await afresh(work)
    return work, await run(work)
