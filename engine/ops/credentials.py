"""New passwords: by their owner, by an administrator, by a code that works once; and the first account of all."""

from __future__ import annotations

import secrets

from ..diagnostics import Diagnostic, Place, Refused
from ..model import SYSTEM, Actor, Model, Slot, Sql, Storage
from ..store.journal import ACCESS_CHANGED
from ..store.protocol import Delete, Insert, Missed, Query, Run, Update, Write
from ..store.tables import ACCOUNT, ONCE, SESSION
from .entrance import Entrance, audit
from .grants import NewGrant, grant_role
from .oversight import demand_over
from .people import NewAccount, create_account, demand_strong
from .secret import hashed, mac
from .sessions import Opened, session_writes
from .throttle import Bucket, given_back, taken

_BIG, _TEXT = Storage("bigint"), Storage("text")

#: Letters and digits that are not mistaken for each other when read from paper: 80 bits in 16 of them.
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"

_ACCOUNT = Query(
    Sql("SELECT login, name, password_hash, active FROM sy_account WHERE id = ?", (Slot("account"),)),
    (_TEXT, _TEXT, _TEXT, Storage("boolean")),
)
_CODE = Query(Sql("SELECT actor, answer FROM sy_once WHERE token = ?", (Slot("token"),)), (_BIG, Storage("json")))
_ANYBODY = Query(Sql("SELECT 1 FROM sy_account LIMIT 1"), (_BIG,))


async def change_password(
    entrance: Entrance, actor: Actor, old: str, new: str, address: str = "", agent: str = ""
) -> Opened:
    """A new password for oneself: every session ends and a new one begins.

    Raises Refused(ACCESS_002 too often, ACCESS_012, 020 to 026).
    """
    rows = await entrance.store.rows(_ACCOUNT, {"account": actor.id})
    if not rows or actor.scopes is not None or not rows[0][3]:
        raise Refused(Diagnostic("ACCESS_012"))
    login, name, stored, _ = rows[0]
    buckets = (Bucket(mac(entrance.secret, "change-tries", str(actor.id)), entrance.rules.tries),)
    await _let_through(entrance, buckets)
    if not await entrance.passwords.matches(stored, old):
        raise Refused(Diagnostic("ACCESS_024", Place(path="old")))
    await given_back(entrance.store, buckets)
    if old == new:
        raise Refused(Diagnostic("ACCESS_026", Place(path="password")))
    demand_strong(entrance, new, login, name)
    opened, writes = await session_writes(entrance, actor.id, address, agent)
    change = await _password_writes(entrance, actor.id, new, must_change=False)
    note = await audit(entrance, actor, "password_changed", address=address)
    await entrance.store.apply([*change, _ended(actor.id), *writes, note])
    return opened


async def set_password(entrance: Entrance, by: Actor, account: int, new: str, address: str = "") -> None:
    """A password somebody else has chosen: it has to be changed at the first sign-in; all sessions end.

    Raises Refused(ACCESS_012, 020 to 023, 042, 048).
    """
    await demand_over(entrance, by, account)
    ((login, name, _, _),) = await entrance.store.rows(_ACCOUNT, {"account": account})
    demand_strong(entrance, new, login, name)
    change = await _password_writes(entrance, account, new, must_change=True)
    note = await audit(entrance, by, "password_set", {"account": account}, address)
    await entrance.store.apply([*change, _ended(account), note])


async def make_reset(entrance: Entrance, by: Actor, account: int, address: str = "") -> str:
    """A code with which the account's owner chooses a password once; earlier codes end. Shown here and nowhere else.

    Raises Refused(ACCESS_012, 042, 048).
    """
    await demand_over(entrance, by, account)
    code = "".join(secrets.choice(_LETTERS) for _ in range(16))
    until = entrance.now + entrance.rules.reset_minutes * 60_000
    row = {"token": _token(code), "actor": account, "at": entrance.now, "answer": {"until": until}}
    note = await audit(entrance, by, "reset_made", {"account": account}, address)
    await entrance.store.apply([_ended(account), Insert(ONCE, row), note])
    return "-".join(code[i : i + 4] for i in range(0, 16, 4))


async def use_reset(entrance: Entrance, code: str, new: str, address: str = "", agent: str = "") -> Opened:
    """A password chosen with a code: all sessions end, a new one begins.

    Raises Refused(ACCESS_002 too often, ACCESS_020 to 023, ACCESS_025).
    """
    buckets = (Bucket(mac(entrance.secret, "reset-tries", address), entrance.rules.tries),)
    await _let_through(entrance, buckets)
    token = _token(code)
    rows = await entrance.store.rows(_CODE, {"token": token})
    account = rows[0][0] if rows and rows[0][1]["until"] > entrance.now else 0
    known = await entrance.store.rows(_ACCOUNT, {"account": account})
    if not known or not known[0][3]:
        raise Refused(Diagnostic("ACCESS_025", Place(path="code")))
    await given_back(entrance.store, buckets)
    demand_strong(entrance, new, known[0][0], known[0][1])
    opened, writes = await session_writes(entrance, account, address, agent)
    change = await _password_writes(entrance, account, new, must_change=False)
    note = await audit(entrance, account, "reset_used", address=address)
    used = Delete(ONCE, {"token": token}, must_hit=True)  # of two at the same moment one is too late
    try:
        await entrance.store.apply([used, *change, *writes, note])
    except Missed:
        raise Refused(Diagnostic("ACCESS_025", Place(path="code"))) from None
    return opened


async def first_run(entrance: Entrance, login: str = "admin", name: str = "管理员") -> str | None:
    """Makes the account that manages the others, without a password; the code with which its owner chooses one.

    None when there is an account already, or no role that manages accounts. No installation has a password that was
    chosen by anybody else.
    """
    role = managing_role(entrance.model())
    if not role or await entrance.store.rows(_ANYBODY):
        return None
    account = await create_account(entrance, SYSTEM, NewAccount(login, name, must_change=False))
    await grant_role(entrance, SYSTEM, NewGrant(account, role))
    return await make_reset(entrance, SYSTEM, account)


async def nobody_yet(entrance: Entrance) -> bool:
    """Whether there is no account at all, so that nobody can sign in."""
    return not await entrance.store.rows(_ANYBODY)


def managing_role(model: Model) -> str:
    """The role with the most rights over the product that manages accounts, "" when there is none."""
    rights: dict[str, set[str]] = {}
    for policy in model.policies.values():
        rights.setdefault(policy.role, set()).update(policy.system)
    able = sorted((role for role, held in rights.items() if "users" in held), key=lambda r: (-len(rights[r]), r))
    return able[0] if able else ""


async def _let_through(entrance: Entrance, buckets: tuple[Bucket, ...]) -> None:
    wait = await taken(entrance.store, buckets, entrance.now)
    if wait:
        raise Refused(Diagnostic("ACCESS_002", args={"minutes": wait}))


async def _password_writes(entrance: Entrance, account: int, new: str, must_change: bool) -> tuple[Write, ...]:
    stored = await entrance.passwords.hash(new)
    values = {"password_hash": stored, "must_change": must_change, "changed_at": entrance.now}
    return (Update(ACCOUNT, {"id": account}, values), Delete(SESSION, {"account": account}), ACCESS_CHANGED)


def _token(code: str) -> str:
    plain = "".join(c for c in code.lower().replace("o", "0").replace("i", "1").replace("l", "1") if c in _LETTERS)
    return "reset:" + hashed(plain)


def _ended(account: int) -> Run:
    return Run(Sql("DELETE FROM sy_once WHERE actor = ? AND token >= 'reset:' AND token < 'reset;'", (account,)))


def swept_resets(now: int, reset_minutes: int) -> Sql:
    """The statement that removes codes that ran out."""
    text = "DELETE FROM sy_once WHERE at <= ? AND token >= 'reset:' AND token < 'reset;'"
    return Sql(text, (now - reset_minutes * 60_000,))
