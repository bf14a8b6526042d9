"""Sessions and API tokens: opaque keys whose hashes are kept, each leading to an actor until it runs out."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from ..model import Actor, Slot, Sql, Storage
from ..store.journal import ACCESS_CHANGED
from ..store.protocol import Delete, Insert, Query, Row, Run, Write
from ..store.tables import SESSION
from .actors import KEPT, Loaded
from .entrance import Entrance, audit
from .secret import hashed

_BIG, _TEXT, _JSON = Storage("bigint"), Storage("text"), Storage("json")

#: Milliseconds between two notes that a session was used: one write a minute and person, not one a request.
TOUCH = 60_000

#: What a key for programs begins with, so that scanners recognise one that was published by mistake.
TOKEN_PREFIX = "syt_"  # noqa: S105 - no secret

_ONE = Query(
    Sql(
        "SELECT s.account, s.csrf, s.created_at, s.seen_at, s.expires_at, l.access FROM sy_session s, sy_live l "
        "WHERE s.key_hash = ? AND l.id = 1",
        (Slot("key"),),
    ),
    (_BIG, _TEXT, _BIG, _BIG, _BIG, _BIG),
)
_MINE = Query(
    Sql(
        "SELECT key_hash, created_at, seen_at, expires_at, address, agent FROM sy_session WHERE account = ? "
        "ORDER BY seen_at DESC",
        (Slot("account"),),
    ),
    (_TEXT, _BIG, _BIG, _BIG, _TEXT, _TEXT),
)
_TOKEN = Query(
    Sql(
        "SELECT t.id, t.account, t.scopes, t.expires_at, t.used_at, l.access FROM sy_token t, sy_live l "
        "WHERE t.hash = ? AND t.revoked_at IS NULL AND l.id = 1",
        (Slot("key"),),
    ),
    (_BIG, _BIG, _JSON, _BIG, _BIG, _BIG),
)
_SEEN = Sql("UPDATE sy_session SET seen_at = ? WHERE key_hash = ?", (Slot("now"), Slot("key")))
_USED = Sql("UPDATE sy_token SET used_at = ? WHERE id = ?", (Slot("now"), Slot("key")))


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: token goes into the cookie and nowhere else; csrf into the forms; expires_at in milliseconds."""

    account: int
    token: str
    csrf: str
    expires_at: int
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A session or API token that holds now. key: its hash; csrf: "" for an API token, which no browser sends."""

    key: str
    actor: Actor
    csrf: str
    theme: str
    must_change: bool
    created_at: int
    seen_at: int
    expires_at: int | None
    id: int = 0  # of an API token
    shortcuts: bool = True


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as its owner sees it in the list. key: what `end_session` takes."""

    key: str
    created_at: int
    seen_at: int
    expires_at: int
    address: str
    agent: str


async def session_writes(
    entrance: Entrance, account: int, address: str, agent: str, replaces: str = ""
) -> tuple[Opened, tuple[Write, ...]]:
    """A new session and the writes that begin it. replaces: the token the browser had before, which ends."""
    now = entrance.now
    expires = now + entrance.rules.absolute_hours * 3_600_000
    opened = Opened(account, secrets.token_urlsafe(32), secrets.token_urlsafe(24), expires)
    row = {"key_hash": hashed(opened.token), "account": account, "csrf": opened.csrf, "created_at": now}
    row |= {"seen_at": now, "expires_at": expires, "address": address[:64], "agent": agent.replace("\0", "")[:200]}
    old: tuple[Write, ...] = (Delete(SESSION, {"key_hash": hashed(replaces)}), ACCESS_CHANGED) if replaces else ()
    return opened, (*old, Insert(SESSION, row))


class Sessions:
    """The sessions and tokens one process has seen; each is read again when rights changed (`forget` after Stale)."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance
        self._kept: OrderedDict[str, Held] = OrderedDict()

    async def session(self, token: str) -> Held | None:
        """Who the cookie's token stands for; None when it was never given out, ended, or ran out."""
        return await self._held(hashed(token), self._read_session) if token else None

    async def bearer(self, token: str) -> Held | None:
        """Who the API token stands for; None when it was never given out, revoked, or ran out."""
        return await self._held(hashed(token), self._read_token) if token.startswith(TOKEN_PREFIX) else None

    def account_of(self, token: str) -> int:
        """The account that the token was last seen to stand for, 0 when it is not known here; asks nobody."""
        found = self._kept.get(hashed(token)) if token else None
        return found.actor.id if found else 0

    def forget(self, held: Held) -> None:
        """Read the session and its actor again next time."""
        self._kept.pop(held.key, None)
        self._entrance.actors.forget(held.actor.id)

    async def _held(self, key: str, read: Callable[[str], Awaitable[Held | None]]) -> Held | None:
        found = self._kept.get(key)
        now = self._entrance.now
        if found is not None and self._valid(found, now) and self._current(found):
            return await self._touched(found, now)
        found = await read(key)  # what another worker noted may keep it alive
        if found is None or not self._valid(found, now):
            self._kept.pop(key, None)
            return None
        self._kept[key] = found
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return await self._touched(found, now)

    def _valid(self, held: Held, now: int) -> bool:
        if held.expires_at is not None and held.expires_at <= now:
            return False
        return held.actor.scopes is not None or held.seen_at + self._entrance.rules.idle_minutes * 60_000 > now

    def _current(self, held: Held) -> bool:
        """Whether the actor of the session is the one that is kept for the account now."""
        kept = self._entrance.actors.cached(held.actor.id)
        return kept is not None and kept.actor.stamp == held.actor.stamp

    async def _touched(self, held: Held, now: int) -> Held:
        token = held.actor.scopes is not None
        if now - held.seen_at < (TOUCH * 60 if token else TOUCH):
            return held
        statement, key = (_USED, held.id) if token else (_SEEN, held.key)
        await self._entrance.store.apply([Run(statement, {"now": now, "key": key})])
        touched = self._kept[held.key] = replace(held, seen_at=now)
        return touched

    async def _read_session(self, key: str) -> Held | None:
        rows = await self._entrance.store.rows(_ONE, {"key": key})
        if not rows:
            return None
        account, csrf, created, seen, expires, access = rows[0]
        loaded = await self._actor(account, access)
        if loaded is None:
            return None
        return Held(
            key, loaded.actor, csrf, loaded.theme, loaded.must_change, created, seen, expires, 0, loaded.shortcuts
        )

    async def _read_token(self, key: str) -> Held | None:
        rows = await self._entrance.store.rows(_TOKEN, {"key": key})
        if not rows:
            return None
        token, account, scopes, expires, used, access = rows[0]
        loaded = await self._actor(account, access)
        if loaded is None or loaded.must_change:
            return None
        actor = replace(loaded.actor, scopes=frozenset(scopes))
        return Held(key, actor, "", loaded.theme, False, 0, used or 0, expires, token)

    async def _actor(self, account: int, access: int) -> Loaded | None:
        """The actor with rights as of `access`; the older of two stamps counts, so that nothing slips between."""
        loaded = self._entrance.actors.cached(account)
        if loaded is None or loaded.actor.stamp != access:
            loaded = await self._entrance.actors.fresh(account)
        if loaded is not None and loaded.actor.stamp > access:
            loaded = replace(loaded, actor=replace(loaded.actor, stamp=access))
        return loaded


async def sessions_of(entrance: Entrance, account: int) -> tuple[SessionRow, ...]:
    """The sessions of an account that have not run out, the one used last first."""
    rows = await entrance.store.rows(_MINE, {"account": account})
    return tuple(SessionRow(*row) for row in rows if _alive(entrance, row))


def _alive(entrance: Entrance, row: Row) -> bool:
    return bool(row[3] > entrance.now and row[2] + entrance.rules.idle_minutes * 60_000 > entrance.now)


async def end_session(entrance: Entrance, actor: Actor, key: str) -> None:
    """One of the actor's own sessions ends. Does nothing when it is over already or somebody else's."""
    note = await audit(entrance, actor, "signed_out")
    await entrance.store.apply([Delete(SESSION, {"key_hash": key, "account": actor.id}), note, ACCESS_CHANGED])


async def sign_out(entrance: Entrance, actor: Actor, token: str, address: str = "") -> None:
    """The session of the token ends."""
    note = await audit(entrance, actor, "signed_out", address=address)
    await entrance.store.apply(
        [Delete(SESSION, {"key_hash": hashed(token), "account": actor.id}), note, ACCESS_CHANGED]
    )


async def sign_out_everywhere(entrance: Entrance, actor: Actor, address: str = "") -> None:
    """Every session of the actor ends, this one included."""
    note = await audit(entrance, actor, "signed_out_everywhere", address=address)
    await entrance.store.apply([Delete(SESSION, {"account": actor.id}), note, ACCESS_CHANGED])


def swept_sessions(entrance: Entrance) -> Sql:
    """The statement that removes sessions that ran out."""
    idle = entrance.now - entrance.rules.idle_minutes * 60_000
    return Sql("DELETE FROM sy_session WHERE expires_at <= ? OR seen_at <= ?", (entrance.now, idle))
