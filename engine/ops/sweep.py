"""What has run out is removed: sessions, counts of wrong tries, codes, drafts, left imports; once an hour is enough."""

from __future__ import annotations

from .credentials import swept_resets
from .drafts import swept_drafts
from .entrance import Entrance
from .import_batch import swept_imports
from .sessions import swept_sessions
from .throttle import swept


async def sweep(entrance: Entrance) -> int:
    """Remove what no longer has any effect; how many rows went."""
    now = entrance.now
    gone = (
        swept_sessions(entrance),
        swept(now),
        swept_resets(now, entrance.rules.reset_minutes),
        swept_drafts(now),
        *swept_imports(now),
    )
    async with entrance.store.transaction() as connection:
        return sum([await connection.run(statement) for statement in gone])
