"""What fills the slots of predicates for one actor at one moment; each is worked out when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ..model import Actor
from .predicate import ALONE, HELD, REACHED


class Slots(dict[str, Any]):
    """A dict that grows: `slots["units:teacher"]` works out the units the role reaches. Others may add their own.

    Raises KeyError for a name that is no slot.
    """

    def __init__(self, actor: Actor, now: datetime, zone: ZoneInfo) -> None:
        super().__init__()
        self._actor = actor
        self._now = now
        self._zone = zone

    def __missing__(self, name: str) -> Any:
        self[name] = found = self._made(name)
        return found

    def _made(self, name: str) -> Any:
        plain = _PLAIN.get(name)
        if plain:
            return plain(self._actor)
        if name == "today":
            return self._now.astimezone(self._zone).date()
        if name == "now":
            return self._now
        if name.startswith(HELD):
            role = name[len(HELD) :]
            return [g.unit for g in self._actor.grants if g.role == role and g.unit is not None]
        if name.startswith(REACHED):
            roles = name[len(REACHED) :].split("|")
            found = [r.units for r in self._actor.reach if r.role in roles]
            return list(found[0]) if len(found) == 1 else sorted({unit for units in found for unit in units})
        if name.startswith(ALONE):
            role = name[len(ALONE) :]
            return next(r.units[0] for r in self._actor.reach if r.role == role)
        raise KeyError(name)


_PLAIN: Mapping[str, Callable[[Actor], Any]] = {
    "actor.id": lambda actor: actor.id,
    "actor.name": lambda actor: actor.name,
    "actor.record": lambda actor: actor.records[0] if actor.records else None,
    "actor.records": lambda actor: list(actor.records),
    "actor.roles": lambda actor: list(actor.roles),
    "actor.units": lambda actor: list(actor.units),
}
