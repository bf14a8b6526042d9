"""Keys for programs: made and shown once, limited to scopes, revoked by their owner or an administrator."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from ..diagnostics import Diagnostic, Place, Refused
from ..model import Actor, Slot, Sql, Storage
from ..policy import unknown_scopes
from ..store.journal import ACCESS_CHANGED
from ..store.protocol import Insert, Query, Update
from ..store.tables import TOKEN
from .entrance import Entrance, audit
from .secret import hashed
from .sessions import TOKEN_PREFIX

_BIG, _TEXT = Storage("bigint"), Storage("text")

#: Longest life of a key, in days.
LONGEST = 366

_MINE = Query(
    Sql(
        "SELECT id, account, title, scopes, created_at, expires_at, used_at, revoked_at FROM sy_token "
        "WHERE account = ? ORDER BY created_at DESC",
        (Slot("account"),),
    ),
    (_BIG, _BIG, _TEXT, Storage("json"), _BIG, _BIG, _BIG, _BIG),
)
_OWNER = Query(Sql("SELECT account FROM sy_token WHERE id = ? AND revoked_at IS NULL", (Slot("id"),)), (_BIG,))


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A key as its owner sees it in the list; moments in milliseconds."""

    id: int
    account: int
    title: str
    scopes: list[str]
    created_at: int
    expires_at: int | None
    used_at: int | None
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A new key; `token` is shown this once, only its hash is kept."""

    id: int
    token: str
    expires_at: int


async def create_token(
    entrance: Entrance, actor: Actor, title: str, scopes: frozenset[str], days: int, address: str = ""
) -> MadeToken:
    """A key that acts as the actor within the scopes. Raises Refused(ACCESS_012, ACCESS_050).

    A key makes no keys. days: 1 to LONGEST.
    """
    if actor.scopes is not None or actor.id == 0:
        raise Refused(Diagnostic("ACCESS_012"))
    wrong = unknown_scopes(entrance.model(), scopes, Place(path="scopes"))
    if wrong or not scopes:
        raise Refused(wrong or Diagnostic("ACCESS_050", Place(path="scopes"), {"scope": "", "near": ""}))
    (number,) = await entrance.store.new_ids()
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    expires = entrance.now + max(1, min(days, LONGEST)) * 86_400_000
    row = {"id": number, "hash": hashed(token), "account": actor.id, "title": title[:100], "scopes": sorted(scopes)}
    row |= {"created_at": entrance.now, "expires_at": expires, "used_at": None, "revoked_at": None}
    note = await audit(entrance, actor, "token_created", {"token": number, "scopes": sorted(scopes)}, address)
    await entrance.store.apply([Insert(TOKEN, row), note])
    return MadeToken(number, token, expires)


async def tokens_of(entrance: Entrance, account: int) -> tuple[TokenRow, ...]:
    """The keys of an account, the newest first, revoked ones too."""
    return tuple(TokenRow(*row) for row in await entrance.store.rows(_MINE, {"account": account}))


async def revoke_token(entrance: Entrance, actor: Actor, number: int, address: str = "") -> None:
    """The key ends at once. Its owner may, and whoever manages accounts. Raises Refused(ACCESS_051)."""
    rows = await entrance.store.rows(_OWNER, {"id": number})
    own = actor.scopes is None and bool(rows) and rows[0][0] == actor.id
    if not rows or not (own or entrance.access().may(actor, "users")):
        raise Refused(Diagnostic("ACCESS_051"))
    note = await audit(entrance, actor, "token_revoked", {"token": number}, address)
    await entrance.store.apply([Update(TOKEN, {"id": number}, {"revoked_at": entrance.now}), note, ACCESS_CHANGED])
