"""What is read behind a write: that is done, so nothing may send the request back to be done again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from shuyuan.engine import Busy, Outdated, Refused, Stale, Work

from .call import Call

T = TypeVar("T")

#: How often it is read while definitions or rights keep changing.
TRIES = 10


async def behind(call: Call, read: Callable[[Work], Awaitable[T]], otherwise: T) -> T:
    """What `read` gives under the definitions and rights of this moment; `otherwise` where it is not to be had."""
    work: Work | None = call.work
    for _ in range(TRIES):
        if work is None:
            break
        try:
            return await read(work)
        except (Stale, Outdated):
            work = await _renewed(call)
        except (Refused, Busy):
            break
    return otherwise


async def _renewed(call: Call) -> Work | None:
    """A piece of work with what is live now, None when the actor is no more."""
    engine, actor = call.engine, call.actor
    try:
        await engine.refresh()
        found = await engine.entrance.actors.fresh(actor.id)
    except Busy:
        return None
    return engine.work(replace(found.actor, scopes=actor.scopes)) if found else None
