"""Looking units up: those whose people somebody manages, by a part of their name, each with the way to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..diagnostics import Diagnostic, Refused
from .oversight import reach_of
from .units import Tree, load_tree
from .work import Work


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A unit. above: the names of the units above it, from the top."""

    id: int
    label: str
    above: tuple[str, ...]


async def units_like(work: Work, text: str, limit: int = 20) -> tuple[FoundUnit, ...]:
    """Units that the actor may give roles in, those whose name begins with `text` first. Raises Refused(ACCESS_012)."""
    if not work.access.may(work.actor, "users"):
        raise Refused(Diagnostic("ACCESS_012"))
    tree = await load_tree(work.store)
    roots = reach_of(work.access, work.actor)
    inside = set(tree.units) if roots is None else {below for root in roots for below in tree.below(root)}
    wanted = text.strip().lower()
    found = [tree.units[one] for one in inside if wanted in tree.units[one].label.lower()]
    found.sort(
        key=lambda unit: (not unit.label.lower().startswith(wanted), len(tree.above(unit.id)), unit.label, unit.id)
    )
    return tuple(FoundUnit(unit.id, unit.label, _above(tree, unit.id)) for unit in found[:limit])


async def unit_names(work: Work, ids: Iterable[int]) -> dict[int, str]:
    """The names of units by id; those that are gone are left out."""
    wanted = set(ids)
    tree = await load_tree(work.store) if wanted else Tree({})
    return {one: tree.units[one].label for one in wanted if one in tree.units}


def _above(tree: Tree, unit: int) -> tuple[str, ...]:
    chain = sorted(tree.above(unit), key=lambda pair: -pair[1])
    return tuple(tree.units[one].label for one, depth in chain if depth)
