"""What every page shows of somebody beside the page itself: how much waits for them, and the name of the school."""

from __future__ import annotations

from dataclasses import dataclass

from ..model import Slot, Sql, Storage
from ..store.protocol import Query
from .work import Work

_BIG, _TEXT = Storage("bigint"), Storage("text")

#: Most that is counted; more is shown as "99+".
MOST = 100

_LOBBY = Query(
    Sql(
        "SELECT l.epoch, l.access,"
        " (SELECT count(*) FROM (SELECT 1 FROM sy_task WHERE account = ? AND state = 'open' LIMIT ?) AS t),"
        " (SELECT count(*) FROM (SELECT 1 FROM sy_notice WHERE account = ? AND read_at IS NULL LIMIT ?) AS n),"
        " (SELECT label FROM sy_unit WHERE parent IS NULL ORDER BY id LIMIT 1) FROM sy_live l WHERE l.id = 1",
        (Slot("account"), MOST, Slot("account"), MOST),
    ),
    (_BIG, _BIG, _BIG, _BIG, _TEXT),
)


@dataclass(frozen=True, slots=True)
class Lobby:
    """tasks: that wait for the actor; unread: notices; both at most `MOST`. school: the unit above all, "" before
    there is one.
    """

    tasks: int = 0
    unread: int = 0
    school: str = ""


async def lobby(work: Work) -> Lobby:
    """One question. Raises Moved or Stale."""
    ((epoch, access, tasks, unread, school),) = await work.store.rows(_LOBBY, {"account": work.actor.id})
    work.demand(epoch, access)
    return Lobby(int(tasks), int(unread), school or "")
