"""Roles given to accounts, everywhere or in a unit, with dates, and taken from them."""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import Diagnostic, Place, Refused, did_you_mean
from ..model import Actor, Grant, Slot, Sql, Storage, Text
from ..store.journal import ACCESS_CHANGED
from ..store.protocol import Delete, Insert, Query
from ..store.tables import GRANT
from .entrance import Entrance, audit
from .oversight import demand_over, demand_reach, keeps_somebody

_BIG, _TEXT = Storage("bigint"), Storage("text")

_UNIT = Query(Sql("SELECT 1 FROM sy_unit WHERE id = ?", (Slot("unit"),)), (_BIG,))
_ONE = Query(Sql("SELECT account, role, unit FROM sy_grant WHERE id = ?", (Slot("id"),)), (_BIG, _TEXT, _BIG))

#: Rights over the product itself that make sense in a unit; the others hold everywhere, wherever the role was given.
_IN_UNITS = frozenset({"users"})


@dataclass(frozen=True, slots=True)
class NewGrant:
    """A role to be given. unit None: everywhere; valid_from, valid_to: milliseconds, None without limit."""

    account: int
    role: str
    unit: int | None = None
    valid_from: int | None = None
    valid_to: int | None = None


async def grant_role(entrance: Entrance, by: Actor, new: NewGrant, address: str = "") -> int:
    """The id of the grant. Raises Refused(ACCESS_012, 042 to 045, 048, 049)."""
    roles = sorted({policy.role for policy in entrance.model().policies.values()})
    if new.role not in roles:
        near = did_you_mean(new.role, roles)
        hint = Text(f"是不是“{near}”？", f'Did you mean "{near}"?') if near else Text()
        raise Refused(Diagnostic("ACCESS_043", Place(path="role"), {"role": new.role[:80], "near": hint}))
    if new.unit is not None and not await entrance.store.rows(_UNIT, {"unit": new.unit}):
        raise Refused(Diagnostic("ACCESS_044", Place(path="unit")))
    if new.valid_from is not None and new.valid_to is not None and new.valid_to <= new.valid_from:
        raise Refused(Diagnostic("ACCESS_045", Place(path="valid_to")))
    await demand_over(entrance, by, new.account)
    await demand_reach(entrance, by, (Grant(new.role, new.unit),))
    if new.unit is not None and entrance.access().system_rights((new.role,)) - _IN_UNITS:
        raise Refused(Diagnostic("ACCESS_049", Place(path="unit"), {"role": _title(entrance, new.role)}))
    (number,) = await entrance.store.new_ids()
    row = {"id": number, "account": new.account, "role": new.role, "unit": new.unit, "valid_from": new.valid_from}
    row |= {"valid_to": new.valid_to, "by": by.id, "at": entrance.now}
    detail = {"account": new.account, "role": new.role, "unit": new.unit}
    note = await audit(entrance, by, "role_given", detail, address)
    await entrance.store.apply([Insert(GRANT, row), note, ACCESS_CHANGED])
    return number


def _title(entrance: Entrance, role: str) -> Text:
    """What a role is called."""
    titles = [policy.title for policy in entrance.model().policies.values() if policy.role == role]
    return next((title for title in titles if title), Text(role, role))


async def revoke_grant(entrance: Entrance, by: Actor, number: int, address: str = "") -> None:
    """The role is gone at the next request. Does nothing when it is gone. Raises Refused(ACCESS_012, 046, 048)."""
    rows = await entrance.store.rows(_ONE, {"id": number})
    if not rows:
        return
    account, role, unit = rows[0]
    await demand_over(entrance, by, account)
    await keeps_somebody(entrance, grant=number)
    note = await audit(entrance, by, "role_taken", {"account": account, "role": role, "unit": unit}, address)
    await entrance.store.apply([Delete(GRANT, {"id": number}), note, ACCESS_CHANGED])
