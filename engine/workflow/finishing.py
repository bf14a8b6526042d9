"""From a decision that has come to rest to the value that is handed on."""

from __future__ import annotations

from ..diagnostics import Diagnostic
from .deciding import Deciding
from .ledger import Stop
from .state import CaseState, Decision, Effect, Notice, Timer


def finished(run: Deciding) -> Decision:
    """The decision, once the chart has come to rest. Raises Stop when it rests where nobody acts."""
    machine = run.machine
    atoms = machine.chart.names(run.where)
    for atom in atoms:
        if atom in machine.steps and machine.steps[atom].auto:
            raise Stop(Diagnostic("FLOW_014", args={"step": machine.title(atom)}))
    run.flush()
    _mirror(run)
    case = run.case
    version = case.version + 1
    fresh = [t for t in (*run.closed, *run.tasks.values()) if t.id not in run.before]
    state = CaseState(
        id=case.id,
        requester=case.requester,
        requester_name=case.requester_name,
        version=version,
        status=run.status,
        step=run.step,
        active=atoms,
        visits=tuple(run.visits.values()),
        tasks=tuple(sorted(run.tasks.values(), key=lambda t: (t.visit, t.position, t.id))),
        signed=tuple(run.signed),
        visited=run.visited,
        back=tuple(run.back),
        count=run.count,
        nudged_at=run.nudged_at,
        last=run.last,
    )
    return Decision(
        case=state,
        opened=tuple(sorted(fresh, key=lambda t: t.id)),
        changed=tuple(t for i, t in run.tasks.items() if i in run.before and run.before[i] != t),
        closed=tuple(t for t in run.closed if t.id in run.before),
        values=run.accepted,
        sets=tuple(run.sets),
        notices=(*_asked(run), *run.notices),
        effects=tuple(Effect(f"{case.id}:{version}:{i}", name, at) for i, (name, at) in enumerate(run.effects)),
        timers=_lasting(run),
        ended=tuple(n for n in run.ended if n <= case.count),
        entries=tuple(run.entries),
    )


def _lasting(run: Deciding) -> tuple[Timer, ...]:
    going = {v.number for v in run.visits.values()}
    return tuple(t for t in run.timers if t.visit in going)


def _asked(run: Deciding) -> list[Notice]:
    """Notices to everybody who has something to do now and had nothing before."""
    found: dict[str, list[int]] = {}
    for task in run.tasks.values():
        old = run.before.get(task.id)
        if task.state == "open" and (old is None or old.state != "open") and task.account != run.act.actor:
            found.setdefault(task.place, []).append(task.account)
    owner = run.case.requester
    notices = []
    for place, accounts in found.items():
        returned = accounts == [owner] and place in {b.at for b in run.back} | {run.picked}
        kind = "returned" if returned else "task"
        who = tuple(dict.fromkeys(accounts))
        notices.append(Notice(kind, who, run.machine.title(place), run.act.actor_name, run.act.comment))
    return notices


def _mirror(run: Deciding) -> None:
    """The field of the record that shows the step follows the case; without a step it is empty."""
    machine = run.machine
    if not machine.mirror:
        return
    ended = run.status in ("withdrawn", "cancelled")
    shown = (run.status if run.status in machine.states else None) if ended else machine.steps[run.step].name
    if run.case.version == 0 or run.values.get(machine.mirror) != shown:
        run.sets.append(((machine.mirror,), shown))
