"""What comes next on a case if everybody agrees: the steps still to come, with the people who would be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..model import Step, Text, Who
from .deciding import Deciding
from .machine import ADMIN, FORWARD, OWNER, Machine, Spot, bare
from .seating import seats
from .state import Act, CaseState, Facts, Person


@dataclass(frozen=True, slots=True)
class Ahead:
    """A step to come. branch: it runs beside others; nobody: nobody would be asked, and what happens then."""

    step: str
    title: Text
    people: tuple[Person, ...] = ()
    branch: bool = False
    nobody: Literal["", "pass", "return"] = ""
    end: Literal["", "ok", "failed"] = ""


def everyone(machine: Machine) -> frozenset[Who]:
    """Everybody any step may ask: what `predict` needs to know."""
    found = {ADMIN, OWNER}.union(*machine.asks.values())
    if machine.workflow.cancel:
        found.add(bare(machine.workflow.cancel))
    return frozenset(found)


def predict(machine: Machine, case: CaseState, facts: Facts) -> tuple[Ahead, ...]:
    """The way from where the case stands to its end by the first approving transitions; () for a finished case.

    Conditions are asked of the record as it is now. The list ends early where no line of an automatic step fits, or
    where the way would come round again.
    """
    if case.status != "open":
        return ()
    run = Deciding(machine, case, Act("", 0), facts)
    found: list[Ahead] = []
    seen = {run.step}
    at = _onward(run, machine.steps[run.step])
    while at is not None and at.id not in seen:
        seen.add(at.id)
        found.extend(_shown(run, at))
        at = None if at.end else _onward(run, at)
    return tuple(found)


def _onward(run: Deciding, step: Step) -> Step | None:
    machine = run.machine
    if step.auto:
        for line in step.auto:
            if line.when is None or run.true(line.when):
                return machine.steps[machine.names[line.to]]
        return None
    back = next((b for b in reversed(run.back) if b.at == step.id), None)
    if back is not None:
        return machine.steps[back.to]
    fitting = [g for g in step.go if g.kind in FORWARD and g.to]
    go = next((g for g in fitting if g.when is None or run.true(g.when)), fitting[0] if fitting else None)
    return machine.steps[machine.names[go.to[0]]] if go else None


def _shown(run: Deciding, step: Step) -> list[Ahead]:
    if step.auto:
        return []
    if step.end:
        return [Ahead(step.id, step.title, end=step.end)]
    if not step.parallel:
        return [_seated(run, run.machine.spots[step.id])]
    inner = [i for i in step.parallel if i.when is None or run.true(i.when)]
    return [_seated(run, run.machine.spots[i.id]) for i in inner]


def _seated(run: Deciding, spot: Spot) -> Ahead:
    found = seats(run.round(), spot)
    return Ahead(spot.id, spot.step.title, found.people, spot.branch, found.nobody)
