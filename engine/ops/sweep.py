"""What has run out is removed: sessions, counts of wrong tries, reset codes; once an hour is enough."""

from __future__ import annotations

from .credentials import swept_resets
from .entrance import Entrance
from .sessions import swept_sessions
from .throttle import swept


async def sweep(entrance: Entrance) -> int:
    """Remove what no longer has any effect; how many rows went."""
    now = entrance.now
    gone = (swept_sessions(entrance), swept(now), swept_resets(now, entrance.rules.reset_minutes))
    async with entrance.store.transaction() as connection:
        return sum([await connection.run(statement) for statement in gone])
