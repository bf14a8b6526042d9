"""Who stands in for whom: proxies with dates, and taking over everything somebody who left was asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..diagnostics import Diagnostic, Place, Refused
from ..model import Actor, Slot, Sql, Storage
from ..store import journal
from ..store.protocol import Insert, Missed, Query, Store, Update
from ..store.tables import PROXY
from .act import Outcome, Press, act
from .actors import grants_of
from .cases import Desk, inbox

_BIG, _TEXT = Storage("bigint"), Storage("text")


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody who acts instead of an account. since, until: milliseconds, until itself no longer."""

    id: int
    account: int
    proxy: int
    name: str
    since: int
    until: int


_OF = Query(
    Sql(
        "SELECT p.id, p.account, p.proxy, coalesce(a.name, ''), p.valid_from, p.valid_to FROM sy_proxy p"
        " LEFT JOIN sy_account a ON a.id = p.proxy WHERE p.account = ? AND p.valid_to > ? ORDER BY p.valid_from, p.id",
        (Slot("account"), Slot("now")),
    ),
    (_BIG, _BIG, _BIG, _TEXT, _BIG, _BIG),
)
_ACTIVE = Query(Sql("SELECT id FROM sy_account WHERE active AND id = ?", (Slot("account"),)), (_BIG,))
_RECORDS = Query(
    Sql("SELECT record FROM sy_account_record WHERE account = ? ORDER BY position", (Slot("account"),)), (_BIG,)
)


async def proxies_of(store: Store, account: int, now: int) -> list[Standing]:
    """Who stands in for the account, now and later, in order."""
    return [Standing(*row) for row in await store.rows(_OF, {"account": account, "now": now})]


async def stand_in(
    desk: Desk, actor: Actor, account: int, proxy: int, since: int, until: int, *, admin: bool = False
) -> Standing:
    """Have `proxy` asked instead of `account` from `since` to `until` (milliseconds).

    Tasks that are open already stay where they are. admin: the actor may arrange it for others, and choose anybody.
    Raises Refused, in the same words for somebody the actor does not know as for nobody.
    """
    now = desk.now().ms
    _permitted(actor, account, admin)
    if until <= max(since, now):
        raise Refused(Diagnostic("FLOW_040", Place(path="until")))
    if proxy == account or not await desk.store.rows(_ACTIVE, {"account": proxy}):
        raise Refused(Diagnostic("FLOW_041", Place(path="proxy")))
    if not admin and not await _knows(desk, actor, proxy):
        raise Refused(Diagnostic("FLOW_041", Place(path="proxy")))
    for other in await proxies_of(desk.store, account, now):
        if other.since < until and since < other.until:
            raise Refused(Diagnostic("FLOW_042", args={"people": other.name}))
    number, note = await desk.store.new_ids(2)
    row = {"id": number, "account": account, "proxy": proxy, "valid_from": since, "valid_to": until}
    detail = {"account": account, "proxy": proxy, "from": since, "until": until}
    await desk.store.apply(
        [
            Insert(PROXY, {**row, "by": actor.id, "at": now}),
            journal.audit(note, "proxy.begin", actor=actor.id, at=now, detail=detail),
        ]
    )
    return next(p for p in await proxies_of(desk.store, account, now) if p.id == number)


async def _knows(desk: Desk, actor: Actor, account: int) -> bool:
    """Whether the actor sees a record that the account is; one that is none is known to whoever shares a unit with it.

    Otherwise people who are hidden could be found by trying one number after the other.
    """
    model, store = desk.asker.model, desk.store
    records = [record for (record,) in await store.rows(_RECORDS, {"account": account})]
    if not records:
        held = await grants_of(store, model, account, desk.now().ms) or ()
        wide = any(grant.unit is None for grant in actor.grants)
        return any(grant.unit and (wide or grant.unit in actor.units) for grant in held)
    persons = [entity.id for entity in model.entities.values() if entity.person]
    for record in records:
        for entity in persons:
            if await desk.sees(actor, entity, record):
                return True
    return False


async def stand_down(desk: Desk, actor: Actor, standing: Standing, *, admin: bool = False) -> None:
    """End it now. Raises Refused when the actor may not, or when it has ended already."""
    _permitted(actor, standing.account, admin)
    now = desk.now().ms
    (note,) = await desk.store.new_ids(1)
    detail = {"account": standing.account, "proxy": standing.proxy}
    key = {"id": standing.id, "valid_to": standing.until}
    try:
        await desk.store.apply(
            [
                Update(PROXY, key, {"valid_to": now}, must_hit=True),
                journal.audit(note, "proxy.end", actor=actor.id, at=now, detail=detail),
            ]
        )
    except Missed as missed:
        raise Refused(Diagnostic("FLOW_040")) from missed


def _permitted(actor: Actor, account: int, admin: bool) -> None:
    if actor.id != account and not admin:
        raise Refused(Diagnostic("FLOW_043"))


async def take_over(
    desk: Desk, actor: Actor, account: int, to: int, *, comment: str = "", states: Collection[str] = ("open", "waiting")
) -> list[Outcome]:
    """Hand everything `account` is asked over to `to`, case by case; an outcome for each.

    For leavers and long absences. The actor is an administrator, or hands over their own where the steps allow it.
    """
    found: list[Outcome] = []
    for state in states:
        after = (0, 0)
        while lines := await inbox(desk.store, account, state=state, after=after):
            after = (lines[-1].created_at, lines[-1].task)
            for line in lines:
                press = Press("hand_over", comment=comment, people=(to,), task=line.task)
                try:
                    found.append(Outcome(line.case, await act(desk, actor, line.case, press)))
                except Refused as refused:
                    found.append(Outcome(line.case, None, refused.diagnostics))
    return found
