"""How far a case has come: steps of people behind it, and how many there are on the way to its end."""

from __future__ import annotations

from collections.abc import Mapping

from ..model import Step
from .machine import FORWARD, Machine


def stages(machine: Machine, step: str, visited: Mapping[str, int]) -> tuple[int, int]:
    """Which step of people the case is in, from 1, and how many there are if everybody agrees.

    step: id of where it stands; visited: ids of steps it has been in. Where the way forks nobody knows yet which line
    will be taken: the shortest way counts, so the number grows rather than shrinks.
    """
    ahead = _ahead(machine, machine.steps[step], frozenset())
    peopled = [s for s in visited if s in machine.steps and _peopled(machine.steps[s])]
    onward = _onward(machine, step)
    before = len([s for s in peopled if s != step and s not in onward])
    here = 1 if _peopled(machine.steps[step]) else 0
    return before + here, before + here + ahead


def _ahead(machine: Machine, step: Step, seen: frozenset[str]) -> int:
    """Steps of people behind this one on the shortest way to an end."""
    if step.end or step.id in seen:
        return 0
    names = [line.to for line in step.auto] or [g.to[0] for g in step.go if g.kind in FORWARD and g.to][:1]
    ways = [machine.steps[machine.names[name]] for name in names]
    seen = seen | {step.id}
    return min((_ahead(machine, way, seen) + int(_peopled(way)) for way in ways if way.id not in seen), default=0)


def _onward(machine: Machine, step: str) -> frozenset[str]:
    """Everything that lies ahead of a step: what was visited there is to be done again after a return."""
    found: set[str] = set()
    todo = [step]
    while todo:
        at = machine.steps[todo.pop()]
        names = [line.to for line in at.auto] + [to for g in at.go if g.kind in FORWARD for to in g.to]
        fresh = {machine.names[name] for name in names} - found
        found |= fresh
        todo.extend(fresh)
    return frozenset(found)


def _peopled(step: Step) -> bool:
    return step.by is not None or bool(step.parallel)
