"""Signing in: whoever proves to be an account gets a session; guessing is slow and locks nobody else out."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from ..diagnostics import Diagnostic, Refused
from ..model import Slot, Sql, Storage, Text
from ..store.protocol import Query, Update, Write
from ..store.tables import ACCOUNT
from .entrance import Entrance, audit
from .secret import equal, mac
from .sessions import Opened, session_writes
from .throttle import Bucket, given_back, taken

_TEXT, _BIG, _BOOL = Storage("text"), Storage("bigint"), Storage("boolean")

BY_LOGIN = Query(
    Sql("SELECT id, password_hash, active, must_change FROM sy_account WHERE login = ?", (Slot("login"),)),
    (_BIG, _TEXT, _BOOL, _BOOL),
)
_BY_ID = Query(Sql("SELECT active, must_change FROM sy_account WHERE id = ?", (Slot("account"),)), (_BOOL, _BOOL))


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody who wants in has sent.

    address: already reduced to what rate limits count (a /64 for IPv6); device: the device cookie, "" without one;
    answers: what other providers ask for (a code, a callback's parameters); replaces: the session token there was.
    """

    login: str = ""
    password: str = field(default="", repr=False)
    address: str = ""
    agent: str = ""
    device: str = ""
    replaces: str = field(default="", repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Proven:
    """The account that somebody has proven to be."""

    account: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """Something more is asked before anybody is let in.

    kind: `code` shows a field for a code, `redirect` sends the browser to `url`; state: sealed by `secret.sealed`, says
    what was proven so far and comes back in `answers["state"]`.
    """

    kind: str
    prompt: Text
    state: str
    url: str = ""


class Provider(Protocol):
    """A way to prove who one is: a password, a code of an app, another site. Holds no state between two attempts."""

    name: str

    async def answer(self, entrance: Entrance, attempt: Attempt) -> Proven | Challenge | None:
        """The account, a further question, or None when nothing is proven; takes as long for strangers."""
        ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody is in. device: new value of the device cookie, which keeps others' wrong tries away from this person."""

    opened: Opened
    device: str


class ByPassword:
    """Login and password."""

    name = "password"

    async def answer(self, entrance: Entrance, attempt: Attempt) -> Proven | None:
        """The account when the password is its own and it is switched on."""
        rows = await entrance.store.rows(BY_LOGIN, {"login": folded(attempt.login)})
        account, stored, active, _ = rows[0] if rows else (0, "", False, False)
        if not await entrance.passwords.matches(stored or None, attempt.password) or not active:
            return None
        if entrance.passwords.outdated(stored):
            fresh = await entrance.passwords.hash(attempt.password)
            await entrance.store.apply(
                [Update(ACCOUNT, {"id": account, "password_hash": stored}, {"password_hash": fresh})]
            )
        return Proven(account)


def folded(login: str) -> str:
    """The form in which logins are kept and compared."""
    plain = unicodedata.normalize("NFKC", login[:200]).strip().lower().replace("\0", "")
    return plain.encode("utf-8", "replace").decode()[:100]


async def sign_in(entrance: Entrance, attempt: Attempt, provider: Provider | None = None) -> SignedIn | Challenge:
    """Somebody tries to get in. Raises Refused(ACCESS_002 too often, ACCESS_003 too busy, ACCESS_004 not proven)."""
    buckets = _buckets(entrance, attempt)
    wait = await taken(entrance.store, buckets, entrance.now)
    if wait:
        raise Refused(Diagnostic("ACCESS_002", args={"minutes": wait}))
    found = await (provider or ByPassword()).answer(entrance, attempt)
    if isinstance(found, Challenge):
        return found
    rows = await entrance.store.rows(_BY_ID, {"account": found.account}) if found else []
    if found is None or not rows or not rows[0][0]:
        known = await entrance.store.rows(BY_LOGIN, {"login": folded(attempt.login)})
        detail = {"account": known[0][0] if known else 0}  # never the login: people type passwords there
        await entrance.store.apply([await audit(entrance, 0, "sign_in_failed", detail, attempt.address)])
        raise Refused(Diagnostic("ACCESS_004"))
    await given_back(entrance.store, buckets)
    opened, writes = await session_writes(entrance, found.account, attempt.address, attempt.agent, attempt.replaces)
    note: Write = await audit(entrance, found.account, "signed_in", address=attempt.address)
    await entrance.store.apply([*writes, note])
    return SignedIn(replace(opened, must_change=rows[0][1]), _device(entrance, attempt))


def _buckets(entrance: Entrance, attempt: Attempt) -> tuple[Bucket, ...]:
    """What this try counts against.

    A device that signed in to the account before has a count of its own: no other's wrong tries, from wherever, keep
    its owner out. Everybody else counts by account and address, so that strangers elsewhere do not lock it either.
    """
    login, rules = folded(attempt.login), entrance.rules
    nonce = _known(entrance, attempt)
    if nonce:
        return (Bucket(mac(entrance.secret, "device-tries", login, nonce), rules.tries),)
    return (
        Bucket(mac(entrance.secret, "pair-tries", login, attempt.address), rules.tries),
        Bucket(mac(entrance.secret, "address-tries", attempt.address), rules.tries_per_address),
    )


def _known(entrance: Entrance, attempt: Attempt) -> str:
    """The number of the device when its cookie was made for this login, else ""."""
    nonce, _, signature = attempt.device.partition(".")
    right = mac(entrance.secret, "device", folded(attempt.login), nonce)
    return nonce if nonce and equal(signature, right) else ""


def _device(entrance: Entrance, attempt: Attempt) -> str:
    if _known(entrance, attempt):
        return attempt.device
    nonce = secrets.token_urlsafe(16)
    return f"{nonce}.{mac(entrance.secret, 'device', folded(attempt.login), nonce)}"
