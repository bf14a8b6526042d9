"""Looking people up: records of persons the actor may see, and the accounts they sign in with."""

# ruff: noqa: S608 - put together from constants

from __future__ import annotations

from dataclasses import dataclass

from ..model import Slot, Sql, Storage
from ..store.protocol import Dialect, Query
from .search import search
from .shown import Hit
from .work import Work

_BIG, _TEXT = Storage("bigint"), Storage("text")

#: Hits that are looked through for persons.
WIDE = 60


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person. account: the account, 0 when the person has none yet; soft: what tells them from others."""

    account: int
    record: int
    entity: str
    name: str
    soft: str


def _accounts(among: str) -> Query:
    text = (
        "SELECT r.record, a.id, a.name FROM sy_account_record r JOIN sy_account a ON a.id = r.account"
        f" WHERE a.active AND r.record {among}"
    )
    return Query(Sql(text, (Slot("records"),)), (_BIG, _BIG, _TEXT))


_ACCOUNTS: dict[Dialect, Query] = {
    "postgres": _accounts("= ANY(?)"),
    "sqlite": _accounts("IN (SELECT value FROM json_each(?))"),
}


async def persons(work: Work, text: str, limit: int = 20) -> tuple[Colleague, ...]:
    """Persons the actor may see that `text` leads to, with the account of each. Raises Moved or Stale."""
    hits = [hit for hit in await search(work, text, WIDE) if hit.entity.person]
    rows = await work.store.rows(_ACCOUNTS[work.store.dialect], {"records": [hit.id for hit in hits]}) if hits else []
    accounts = {record: (account, name) for record, account, name in rows}
    return tuple(_colleague(hit, accounts.get(hit.id, (0, hit.label))) for hit in hits)[:limit]


def _colleague(hit: Hit, account: tuple[int, str]) -> Colleague:
    return Colleague(account[0], hit.id, hit.entity.name, hit.label, hit.soft)


async def colleagues(work: Work, text: str, limit: int = 20) -> tuple[Colleague, ...]:
    """Persons the actor may see who can sign in, each account once and the actor left out."""
    found = {p.account: p for p in reversed(await persons(work, text, WIDE)) if p.account not in (0, work.actor.id)}
    return tuple(reversed(found.values()))[:limit]
