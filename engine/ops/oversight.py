"""Who may manage whose account: nobody gives away or takes over more than they have, and somebody always can."""

from __future__ import annotations

from collections.abc import Iterable

from ..diagnostics import Diagnostic, Refused
from ..model import Actor, Grant, Slot, Sql, Storage
from ..policy import Access
from ..store.protocol import Connection, Query
from .actors import NOWHERE, grants_of
from .entrance import Entrance
from .units import Tree, load_tree

_BIG, _TEXT = Storage("bigint"), Storage("text")

_WIDE = Query(
    Sql(
        "SELECT g.id, g.account, g.role FROM sy_grant g JOIN sy_account a ON a.id = g.account WHERE g.unit IS NULL "
        "AND a.active AND (g.valid_from IS NULL OR g.valid_from <= ?) AND g.valid_to IS NULL",
        (Slot("now"),),
    ),
    (_BIG, _BIG, _TEXT),
)


def demand_users(entrance: Entrance, by: Actor) -> None:
    """Raises Refused(ACCESS_012) unless `by` manages accounts."""
    if not entrance.access().may(by, "users"):
        raise Refused(Diagnostic("ACCESS_012"))


async def demand_over(entrance: Entrance, by: Actor, account: int) -> None:
    """Raises Refused unless `by` manages accounts and this one has no rights beyond theirs (ACCESS_012, 042, 048)."""
    demand_users(entrance, by)
    grants = await grants_of(entrance.store, entrance.model(), account, entrance.now)
    if grants is None:
        raise Refused(Diagnostic("ACCESS_042"))
    await demand_reach(entrance, by, grants)


async def demand_reach(
    entrance: Entrance, by: Actor, grants: Iterable[Grant], inside_of: Connection | None = None
) -> None:
    """Raises Refused(ACCESS_048) when one of the grants goes beyond what `by` manages.

    Whoever manages accounts in some units only manages people of these units; a role with rights over the product
    itself is managed by whoever has these rights. inside_of: the transaction that the question belongs to.
    """
    if by.id == 0:
        return
    access = entrance.access()
    roots = reach_of(access, by)
    tree = await load_tree(inside_of or entrance.store) if roots is not None else Tree({})
    inside = {below for root in roots or () for below in tree.below(root)}
    for grant in grants:
        own = access.system_rights((grant.role,)) <= access.system_rights(by.roles)
        within = roots is None or grant.unit == NOWHERE or grant.unit in inside
        if not (own and within):
            raise Refused(Diagnostic("ACCESS_048"))


def reach_of(access: Access, by: Actor) -> frozenset[int] | None:
    """The units whose people `by` manages, those below not counted; None for everybody."""
    mine = [grant.unit for grant in by.grants if "users" in access.system_rights((grant.role,))]
    return None if by.id == 0 or None in mine else frozenset(unit for unit in mine if unit)


async def keeps_somebody(entrance: Entrance, without: int = 0, grant: int = 0) -> None:
    """Raises Refused(ACCESS_046) when nobody manages accounts everywhere and without end any more.

    without: an account that goes; grant: the id of one that goes.
    """
    access = entrance.access()
    rows = await entrance.store.rows(_WIDE, {"now": entrance.now})
    managing = [(number, account) for number, account, role in rows if "users" in access.system_rights((role,))]
    if managing and all(account == without or number == grant for number, account in managing):
        raise Refused(Diagnostic("ACCESS_046"))
