"""The list of accounts as whoever manages them sees it: a page at a time, with roles and records."""

# ruff: noqa: S608 - put together from ids of the engine

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..model import Actor, Model, Slot, Sql, Storage
from ..store.protocol import Dialect, Query, Row
from .actors import gives_path
from .entrance import Entrance
from .oversight import demand_users, reach_of
from .sign_in import folded

_BIG, _TEXT, _BOOL = Storage("bigint"), Storage("text"), Storage("boolean")

_COLUMNS = (
    "a.id, a.login, a.name, a.email, a.lang, a.theme, a.active, a.must_change, a.created_at, a.password_hash <> ''"
)
_RETURNS = (_BIG, _TEXT, _TEXT, _TEXT, _TEXT, _TEXT, _BOOL, _BOOL, _BIG, _BOOL)


@dataclass(frozen=True, slots=True)
class GivenRole:
    """A role given to an account. unit None: everywhere; dates in milliseconds, None without limit."""

    id: int
    role: str
    unit: int | None
    valid_from: int | None
    valid_to: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """An account in the list. has_password: whether anybody can sign in with it; records: who it is."""

    id: int
    login: str
    name: str
    email: str
    lang: str
    theme: str
    active: bool
    must_change: bool
    created_at: int
    has_password: bool
    records: tuple[int, ...] = ()
    roles: tuple[GivenRole, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Which accounts. text: part of a name or the beginning of a login; after: last login of the page before."""

    text: str = ""
    role: str = ""
    active: bool | None = None
    after: str = ""
    limit: int = field(default=50)


async def list_people(entrance: Entrance, by: Actor, asked: Asked) -> tuple[Person, ...]:
    """A page of accounts by login. Whoever manages the people of some units sees these. Raises Refused(ACCESS_012)."""
    demand_users(entrance, by)
    reach = reach_of(entrance.access(), by)
    sql = Sql(f"SELECT {_COLUMNS} FROM sy_account a WHERE a.login > ?", (folded(asked.after),))
    if asked.text:
        find = "strpos" if entrance.store.dialect == "postgres" else "instr"
        text = folded(asked.text)
        sql = sql + Sql(
            f" AND ({find}(lower(a.name), ?) > 0 OR (a.login >= ? AND a.login < ?))", (text, text, text + "\uffff")
        )
    if asked.role:
        sql = sql + Sql(
            " AND EXISTS (SELECT 1 FROM sy_grant g WHERE g.account = a.id AND g.role = ?)",
            (asked.role.replace("\0", ""),),
        )
    if asked.active is not None:
        sql = sql + (" AND a.active" if asked.active else " AND NOT a.active")
    if reach is not None:
        sql = sql + " AND (" + _within(entrance.model(), entrance.store.dialect) + ")"
    sql = sql + Sql(" ORDER BY a.login LIMIT ?", (max(1, min(asked.limit, 500)),))
    rows = await entrance.store.rows(Query(sql, _RETURNS), {"units": list(reach or ())})
    return await _filled(entrance, rows)


async def person(entrance: Entrance, by: Actor, account: int) -> Person | None:
    """One account; one's own without further rights. None when there is none. Raises Refused(ACCESS_012)."""
    if by.id != account or by.scopes is not None:
        demand_users(entrance, by)
    sql = Sql(f"SELECT {_COLUMNS} FROM sy_account a WHERE a.id = ?", (account,))
    reach = None if by.id == account else reach_of(entrance.access(), by)
    if reach is not None:
        sql = sql + " AND (" + _within(entrance.model(), entrance.store.dialect) + ")"
    found = await _filled(entrance, await entrance.store.rows(Query(sql, _RETURNS), {"units": list(reach or ())}))
    return found[0] if found else None


def _within(model: Model, dialect: Dialect) -> Sql:
    """The account holds a role, given or following from a record, in or below one of the units of slot `units`."""
    among = "u.ancestor = ANY(?)" if dialect == "postgres" else "u.ancestor IN (SELECT value FROM json_each(?))"
    below = f"JOIN sy_unit_tree u ON u.descendant = g.unit AND {among}"
    arms = [Sql(f"EXISTS (SELECT 1 FROM sy_grant g {below} WHERE g.account = a.id)", (Slot("units"),))]
    for entity in model.entities.values():
        for gives in entity.gives:
            if source := gives_path(entity, gives):
                text = f"EXISTS (SELECT 1 FROM sy_account_record m JOIN {source} {below} WHERE m.account = a.id)"
                arms.append(Sql(text, (Slot("units"),)))
    return Sql(" OR ".join(arm.text for arm in arms), tuple(p for arm in arms for p in arm.params))


async def _filled(entrance: Entrance, rows: list[Row]) -> tuple[Person, ...]:
    """The accounts with their roles and records: two questions, however many accounts."""
    if not rows:
        return ()
    postgres = entrance.store.dialect == "postgres"
    among = "account = ANY(?)" if postgres else "account IN (SELECT value FROM json_each(?))"
    slots = {"accounts": [row[0] for row in rows]}
    records_of = Sql(
        f"SELECT account, record FROM sy_account_record WHERE {among} ORDER BY position", (Slot("accounts"),)
    )
    grants_of = Sql(
        f"SELECT account, id, role, unit, valid_from, valid_to FROM sy_grant WHERE {among} ORDER BY role, id",
        (Slot("accounts"),),
    )
    records: dict[int, list[int]] = {}
    for account, record in await entrance.store.rows(Query(records_of, (_BIG, _BIG)), slots):
        records.setdefault(account, []).append(record)
    roles: dict[int, list[GivenRole]] = {}
    for account, *rest in await entrance.store.rows(Query(grants_of, (_BIG, _BIG, _TEXT, _BIG, _BIG, _BIG)), slots):
        roles.setdefault(account, []).append(GivenRole(*rest))
    return tuple(
        replace(Person(*row), records=tuple(records.get(row[0], ())), roles=tuple(roles.get(row[0], ())))
        for row in rows
    )
