"""How single records are called, for whoever looks: the samples of a plan, the rows a message speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .called import called
from .work import Work


@dataclass(frozen=True, slots=True)
class Sample:
    """A record with what it is called; its number where whoever looks may not see what the label is made of."""

    id: int
    label: str


async def named(work: Work, entity: str, ids: Sequence[int]) -> tuple[Sample, ...]:
    """The records with their labels, in the order of `ids`; those the actor may not see are left out."""
    found = await called(work, {entity: ids}) if ids else {}
    return tuple(Sample(one, found[one] or f"#{one}") for one in ids if one in found)
