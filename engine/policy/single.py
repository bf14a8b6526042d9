"""Claims about one record that is at hand: the same answers as the SQL, without a database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ..definition.scope import SELF
from ..model import Actor, Ref
from ..model.values import ActorValue
from .claim import ALL, FAR, Atom, Claim, Claims
from .product import Verdict


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one record.

    values: by field name, links as `Ref` with the values that the rules read (`Access.reads`); above: the record's unit
    and every unit above it with the distance, the unit itself first at 0; () without a unit.
    """

    id: int
    values: Mapping[str, Any]
    above: tuple[tuple[int, int], ...] = ()
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True, slots=True)
class Single:
    """What may be done with one record: whether at all, how each field is shown, which may be written (by field id)."""

    allowed: bool
    fields: Mapping[str, Verdict]
    written: frozenset[str]


Fits = Callable[[str], bool]


class Judge:
    """Answers claims for one actor and one record; each row rule is asked once."""

    def __init__(self, actor: Actor, facts: Facts, rule: Callable[[str, Mapping[str, Any]], bool]) -> None:
        self._held: dict[str, set[int]] = {}
        for grant in actor.grants:
            if grant.unit is not None:
                self._held.setdefault(grant.role, set()).add(grant.unit)
        self._above = facts.above
        self._context = context_of(actor, facts)
        self._rule = rule
        self._fits: dict[str, bool] = {}

    def holds(self, claims: Claims) -> bool:
        """Whether all claims hold."""
        return all(self.claim(claim) for claim in claims)

    def claim(self, claim: Claim) -> bool:
        """Whether the closest of `pro` is closer than the closest of `con`."""
        near, against = self.nearest(claim.pro), self.nearest(claim.con)
        return near < FAR and (against == FAR if claim.level else near < against)

    def nearest(self, atoms: Iterable[Atom]) -> int:
        """Distance of the closest condition that fits the record, FAR when none does."""
        return min(map(self.distance, atoms), default=FAR)

    def distance(self, atom: Atom) -> int:
        """Distance of a condition from the record, FAR when it does not fit."""
        away = self.away(atom.role)
        return away if away < FAR and (not atom.where or self.fits(atom.where)) else FAR

    def away(self, role: str) -> int:
        """Units between the record's unit and the closest one where the role is held."""
        if not role:
            return ALL
        held = self._held.get(role, set())
        return min((depth for unit, depth in self._above if unit in held), default=FAR)

    def fits(self, where: str) -> bool:
        """Whether a row rule holds for the record."""
        if where not in self._fits:
            self._fits[where] = self._rule(where, self._context)
        return self._fits[where]


def context_of(actor: Actor, facts: Facts) -> dict[str, Any]:
    """What a row rule reads, by name."""
    return {
        "id": facts.id,
        SELF: Ref(facts.id, values=facts.values),
        "unit": Ref(facts.above[0][0]) if facts.above else None,
        **facts.values,
        "actor": actor_value(actor),
        "$now": facts.now,
        "$zone": str(facts.zone),
    }


def actor_value(actor: Actor) -> ActorValue:
    """`actor` as expressions know it."""
    found: ActorValue | None = actor.memo.get("value")
    if found is None:
        found = actor.memo["value"] = _actor_value(actor)
    return found


def _actor_value(actor: Actor) -> ActorValue:
    records = tuple(Ref(one) for one in actor.records)
    return ActorValue(
        actor.id,
        actor.name,
        records[0] if records else None,
        records,
        actor.roles,
        tuple(Ref(one) for one in actor.units),
    )
