"""Deciding what follows from an act: `decide` is the one place where a case moves."""

from __future__ import annotations

from dataclasses import replace

from ..diagnostics import Diagnostic, Place
from ..model import Go, Text
from . import running
from .deciding import Deciding
from .finishing import finished
from .ledger import Stop
from .machine import Machine, Spot
from .overtime import fire
from .reasons import hindrances, unknown, why_not
from .running import Endless
from .side import SIDE
from .state import Act, CaseState, Decision, Facts, Last, Task

Stays = tuple[tuple[str, int], ...]
Outcome = Decision | tuple[Diagnostic, ...]


def begin(machine: Machine, case: CaseState, facts: Facts, act: Act | None = None) -> Outcome:
    """The first state of a new case, which `act` (such as `submit`) moves on at once when it is given.

    case: version 0, with id and requester. Whoever requests is the actor.
    """
    first = Act("start", case.requester, case.requester_name)
    run = Deciding(machine, case, replace(act, task=0) if act else first, facts)
    try:
        if act is not None:
            accept(run, act, _editable_at_start(machine))
        run.where = running.start(machine.chart, run)
        run.entries.insert(0, run.entry("start", machine.names[machine.workflow.start], actor=case.requester))
        if act is not None:
            press(run)
        return finished(run)
    except Stop as stop:
        return stop.diagnostics
    except Endless:
        return (Diagnostic("FLOW_015"),)


def decide(
    machine: Machine, case: CaseState, act: Act, facts: Facts, *, lenient: bool = False, guess: bool = False
) -> Outcome:
    """What follows from `act`, or every reason why it cannot be done. Nothing is changed.

    act.name: a button of the step, a built-in act of `side.SIDE`, or `timer` with visit, index and round in its
    options. facts.people must hold everybody `machine.wanted` names for the case. lenient: what the person could
    still fill in (comment, fields of the step, step to return to, people) is taken as given; used to ask which acts
    are open. guess: see `Ledger`.
    """
    run = Deciding(machine, case, act, facts, lenient=lenient, guess=guess)
    try:
        if case.status != "open":
            raise Stop(Diagnostic("FLOW_001", args={"status": STATUS[case.status]}))
        if act.name == "timer":
            fire(run)
        elif any(spot.go(act.name) for spot in run.spots()):
            press(run)
        elif act.name in SIDE:
            side = SIDE[act.name]
            reasons = side.reasons(run)
            if reasons:
                raise Stop(*reasons)
            accept(run, act, ())
            side.do(run)
        else:
            raise Stop(unknown(run))
        return finished(run)
    except Stop as stop:
        return stop.diagnostics
    except Endless:
        return (Diagnostic("FLOW_015"),)


STATUS = {
    "open": Text("办理中", "open"),
    "passed": Text("已办结", "completed"),
    "refused": Text("未通过", "refused"),
    "cancelled": Text("已终止", "cancelled"),
    "withdrawn": Text("已撤销", "withdrawn"),
}


def press(run: Deciding) -> None:
    """A button of the step the case stands in. Raises Stop with every reason at once."""
    act = run.act
    found = [(spot, go) for spot in run.spots() if (go := spot.go(act.name)) is not None]
    if not found:
        raise Stop(unknown(run))
    seat = _seat(run, found)
    spot, go = (seat[0], seat[1]) if seat else found[0]
    reasons = [] if seat else [why_not(run, spot)]
    reasons += accept(run, act, spot.edit, quiet=True)
    reasons += hindrances(run, spot, go)
    if reasons or seat is None:
        raise Stop(*reasons)
    task = seat[2]
    stays, passed = run.interrupted(spot.top)
    run.pending = run.entry(go.name, spot.id, actor=act.actor, go=go)
    run.close_task(task, "done", go.name, act.comment)
    _go_on(run, spot, go)
    stayed = spot.id in run.visits and run.visits[spot.id].number == task.visit
    run.last = _last(run, spot, go, task.visit, () if stayed else stays, passed)


def _go_on(run: Deciding, spot: Spot, go: Go) -> None:
    """Count the signature, and move when it decides."""
    act = run.act
    if go.kind == "return":
        run.prepare_return(spot, go, _target(run, go))
        run.send(f"go:{go.id}")
        return
    run.sign(spot, go, act.actor, act.actor_name)
    if go.kind == "other":
        run.send(run.signal_of(spot, go, "pass"))
        return
    run.settle(spot)


def _last(run: Deciding, spot: Spot, go: Go, visit: int, stays: Stays, passed: tuple[str, ...]) -> Last:
    act = run.act
    return Last(
        account=act.actor,
        name=act.actor_name,
        act=act.name,
        at=run.facts.now,
        place=spot.id,
        visit=visit,
        stays=stays,
        passed=passed,
        entered=tuple(run.entered),
        final=bool(run.sets or run.effects) or run.status != "open" or go.kind == "return",
    )


def accept(run: Deciding, act: Act, edit: tuple[str, ...], *, quiet: bool = False) -> list[Diagnostic]:
    """Take over the values given with the act, as far as they may be changed here. Raises Stop unless `quiet`."""
    wrong = [n for n, value in act.values.items() if n not in edit and value != run.values.get(n)]
    step = run.machine.title(run.step)
    found = [Diagnostic("FLOW_013", Place(path=n), {"step": step, "field": run.machine.field(n)}) for n in wrong]
    if found and not quiet:
        raise Stop(*found)
    run.accepted = {n: v for n, v in act.values.items() if n in edit}
    run.values.update(run.accepted)
    return found


def _seat(run: Deciding, found: list[tuple[Spot, Go]]) -> tuple[Spot, Go, Task] | None:
    """The actor's own open task among the places that have the button."""
    for spot, go in found:
        for task in run.asked(run.visits[spot.id]):
            mine = task.account == run.act.actor and task.state == "open"
            if mine and run.act.task in (0, task.id):
                return spot, go, task
    return None


def _target(run: Deciding, go: Go) -> str:
    ids = run.return_targets(go)
    return run.machine.names.get(run.act.to, run.act.to) if run.act.to else ids[0]


def _editable_at_start(machine: Machine) -> tuple[str, ...]:
    start = machine.spots.get(machine.names[machine.workflow.start])
    return start.edit if start else ()
