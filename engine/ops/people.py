"""Accounts: who may sign in, which records they are, which roles they were given; every change is audited."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Diagnostic, Place, Refused
from ..model import Actor, Slot, Sql, Storage
from ..store.journal import ACCESS_CHANGED
from ..store.protocol import Delete, Insert, Query, Taken, Update, Write
from ..store.tables import ACCOUNT, ACCOUNT_RECORD, SESSION
from .actors import grants_of
from .entrance import Entrance, audit
from .oversight import demand_over, demand_reach, demand_users, keeps_somebody
from .passwords import weak
from .sign_in import folded

_BIG, _TEXT = Storage("bigint"), Storage("text")

LOGIN = re.compile(r"[\w.@-]{2,64}")

_OWNERS = Query(
    Sql("SELECT account FROM sy_account_record WHERE record = ? AND account <> ?", (Slot("record"), Slot("account"))),
    (_BIG,),
)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made. password "": nobody can sign in until a reset code was used; records: who it is."""

    login: str
    name: str
    email: str = ""
    lang: str = "zh"
    password: str = ""
    records: tuple[int, ...] = ()
    must_change: bool = True


async def create_account(entrance: Entrance, by: Actor, new: NewAccount, address: str = "") -> int:
    """The id of the new account. Raises Refused(ACCESS_012, 020 to 023, 040, 041, 047, 048), and then wrote nothing."""
    demand_users(entrance, by)
    login = folded(new.login)
    if not LOGIN.fullmatch(login):
        raise Refused(Diagnostic("ACCESS_041", Place(path="login"), {"login": new.login[:64]}))
    if new.password:
        demand_strong(entrance, new.password, login, new.name)
    stored = await entrance.passwords.hash(new.password) if new.password else ""
    (account,) = await entrance.store.new_ids()
    for record in new.records:
        await _demand_free(entrance, account, record)
    row = {"id": account, "login": login, "name": new.name.strip()[:100], "password_hash": stored}
    row |= {"email": new.email.strip()[:200], "lang": "en" if new.lang == "en" else "zh", "theme": "auto"}
    row |= {"shortcuts": True, "active": True, "must_change": new.must_change}
    row |= {"created_at": entrance.now, "changed_at": entrance.now}
    note = await audit(entrance, by, "account_created", {"account": account}, address)
    links = _links(account, new.records)
    try:
        await _within_reach(
            entrance, by, account, [Insert(ACCOUNT, row), *links, note, *([ACCESS_CHANGED] if links else [])]
        )
    except Taken:
        raise Refused(Diagnostic("ACCESS_040", Place(path="login"), {"login": login})) from None
    return account


def demand_strong(entrance: Entrance, password: str, login: str, name: str) -> None:
    """Raises Refused(ACCESS_020 to 023) for a password that is not taken."""
    problem = weak(password, login, name, entrance.rules.password_length)
    if problem:
        raise Refused(problem)


#: What people may set about themselves, and the values it takes; None: any text of that length.
CHOICES: Mapping[str, tuple[Any, ...] | int] = {
    "name": 100,
    "email": 200,
    "lang": ("zh", "en"),
    "theme": ("auto", "light", "dark"),
    "shortcuts": (True, False),
}


async def change_account(
    entrance: Entrance, by: Actor, account: int, changes: Mapping[str, Any], address: str = ""
) -> None:
    """Set name, email, lang, theme or shortcuts; one's own lang, theme and shortcuts without further rights.

    Raises Refused(ACCESS_012, 042, 048), ValueError for a value that the page never sends.
    """
    own = by.id == account and by.scopes is None and not changes.keys() & {"name", "email"}
    if not own:
        await demand_over(entrance, by, account)
    for key, value in changes.items():
        allowed = CHOICES[key]
        if not (value in allowed if isinstance(allowed, tuple) else isinstance(value, str) and len(value) <= allowed):
            raise ValueError(f"{key} cannot be that")
    if not changes:
        return
    note = await audit(entrance, by, "account_changed", {"account": account, "keys": sorted(changes)}, address)
    update = Update(ACCOUNT, {"id": account}, {**changes, "changed_at": entrance.now}, must_hit=True)
    await entrance.store.apply([update, note, ACCESS_CHANGED])


async def switch_account(entrance: Entrance, by: Actor, account: int, on: bool, address: str = "") -> None:
    """An account that is off cannot sign in; its sessions end at once and its tokens rest.

    Raises Refused(ACCESS_012, 042, 046, 048).
    """
    await demand_over(entrance, by, account)
    if not on:
        await keeps_somebody(entrance, without=account)
    note = await audit(entrance, by, "account_on" if on else "account_off", {"account": account}, address)
    update = Update(ACCOUNT, {"id": account}, {"active": on, "changed_at": entrance.now})
    ends: list[Write] = [] if on else [Delete(SESSION, {"account": account})]
    await entrance.store.apply([update, *ends, note, ACCESS_CHANGED])


async def end_sessions(entrance: Entrance, by: Actor, account: int, address: str = "") -> None:
    """Somebody else is signed out everywhere. Raises Refused(ACCESS_012, 042, 048)."""
    await demand_over(entrance, by, account)
    note = await audit(entrance, by, "sessions_ended", {"account": account}, address)
    await entrance.store.apply([Delete(SESSION, {"account": account}), note, ACCESS_CHANGED])


async def link_records(
    entrance: Entrance, by: Actor, account: int, records: tuple[int, ...], address: str = ""
) -> None:
    """These records, the main one first, are the person behind the account.

    The roles that follow from them are given away like any other: nobody links what gives more than they manage.
    Raises Refused(ACCESS_012, 042, 047, 048).
    """
    await demand_over(entrance, by, account)
    for record in dict.fromkeys(records):
        await _demand_free(entrance, account, record)
    note = await audit(entrance, by, "account_linked", {"account": account, "records": list(records)}, address)
    gone = Delete(ACCOUNT_RECORD, {"account": account})
    await _within_reach(entrance, by, account, [gone], [*_links(account, records), note, ACCESS_CHANGED])


async def _within_reach(entrance: Entrance, by: Actor, account: int, *batches: Sequence[Write]) -> None:
    """Write, unless the roles that the account then has go beyond what `by` manages (ACCESS_048)."""
    async with entrance.store.transaction() as connection:
        for writes in batches:
            await connection.apply(writes)
        if by.id:
            held = await grants_of(connection, entrance.model(), account, entrance.now)
            await demand_reach(entrance, by, held or (), connection)


def _links(account: int, records: tuple[int, ...]) -> list[Write]:
    return [
        Insert(ACCOUNT_RECORD, {"account": account, "record": record, "position": position})
        for position, record in enumerate(dict.fromkeys(records))
    ]


async def _demand_free(entrance: Entrance, account: int, record: int) -> None:
    if await entrance.store.rows(_OWNERS, {"record": record, "account": account}):
        raise Refused(Diagnostic("ACCESS_047", Place(path="records")))
