"""What happens when a stay lasts too long: reminders, escalation, finishing by itself."""

from __future__ import annotations

from ..diagnostics import Diagnostic
from ..model import Later
from .deciding import Deciding
from .ledger import Stop
from .machine import ADMIN, FORWARD, Spot
from .seating import chosen, everybody
from .state import Person, Task, Visit


def fire(run: Deciding) -> None:
    """Do line `index` of the place's `after` for the stay it was set for. Raises Stop when that stay is over."""
    options = run.act.options
    visit = next((v for v in run.visits.values() if v.number == options.get("visit")), None)
    if visit is None:
        raise Stop(Diagnostic("FLOW_031"))
    spot = run.machine.spots[visit.place]
    index = int(options.get("index", 0))
    if index >= len(spot.step.after):
        raise Stop(Diagnostic("FLOW_031"))
    later = spot.step.after[index]
    if later.do == "remind":
        _remind(run, spot, visit, later, index)
    elif later.do == "escalate":
        _escalate(run, spot, later)
    else:
        _finish(run, spot, later, index)


def _stays(run: Deciding, spot: Spot) -> list[Visit]:
    """The stays a time-out speaks of: this one, or those of all branches of a block."""
    if not spot.step.parallel:
        return [run.visits[spot.id]]
    inner = [i.id for i in spot.step.parallel]
    return [run.visits[i] for i in inner if i in run.visits]


def _remind(run: Deciding, spot: Spot, visit: Visit, later: Later, index: int) -> None:
    times = int(run.act.options.get("round", 1))
    numbers = {v.number for v in _stays(run, spot)}
    open_tasks = [t for t in run.tasks.values() if t.visit in numbers and t.state == "open"]
    run.tell("remind", (t.account for t in open_tasks), spot.step.title)
    run.log(run.entry("remind", spot.id, auto="late", detail={"round": times}))
    if later.repeat and times < later.times:
        # From now, not from when it was due: after a stand-still, reminders that were missed are not made up for.
        run.set_timer(visit, index, times + 1, run.facts.later(run.facts.now, later.repeat))


def _escalate(run: Deciding, spot: Spot, later: Later) -> None:
    """Those who have not signed are replaced by the people it is escalated to; with nobody there, they stay."""
    exclude = spot.step.by.exclude if spot.step.by else ()
    people = chosen(run.round(), later.to, exclude) if later.to else ()
    moved = 0
    for visit in _stays(run, spot):
        place = run.machine.spots[visit.place]
        signed = {s.account for s in run.votes(visit)}
        asked = run.asked(visit)
        there = {t.account for t in asked}
        fresh = [p for p in people if p.account not in signed]
        if not fresh or {p.account for p in fresh} == there:
            continue
        _replace(run, place, visit, asked, fresh)
        moved += 1
    run.log(run.entry("escalate", spot.id, auto="late", detail={"people": [p.name for p in people] if moved else []}))
    if not moved:
        run.tell("stuck", (p.account for p in everybody(run.round(), ADMIN)), spot.step.title)
        return
    for visit in _stays(run, spot):
        if visit.place in run.visits and run.visits[visit.place].number == visit.number and run.votes(visit):
            run.settle(run.machine.spots[visit.place])


def _replace(run: Deciding, spot: Spot, visit: Visit, asked: list[Task], fresh: list[Person]) -> None:
    gone = {t.account for t in asked} - {p.account for p in fresh}
    run.visits[spot.id] = visit = run.without(visit, gone)
    stay = {t.account for t in asked} - gone
    first = min((t.position for t in asked), default=0)
    for i, person in enumerate(p for p in fresh if p.account not in stay):
        waits = spot.step.sign.in_turn and (i > 0 or bool(stay))
        reason = {**person.reason, "via": "late"}
        late = Person(person.account, person.name, person.near, reason)
        run.open_task(spot, visit, late, position=first + i, state="waiting" if waits else "open")
    left = [t for t in run.tasks.values() if t.visit == visit.number and t.account in gone]
    run.tell("moved", (t.account for t in left if t.state == "open"), spot.step.title)
    for task in left:
        run.close_task(task, "moved", "escalate")
    run.next_turn(spot)


def _finish(run: Deciding, spot: Spot, later: Later, index: int) -> None:
    """Take the named button, or go to the named step, for nobody; it is marked as done by the clock."""
    go = spot.go(later.go)
    if go is None:
        to = run.machine.names[later.go]
        run.log(run.entry("finish", spot.id, to, auto="late"))
        run.send(f"late:{spot.id}:{index}")
        return
    if (go.when is not None and not run.true(go.when)) or run.missing(go, ignore=("comment",)):
        run.log(run.entry("finish_failed", spot.id, auto="late", go=go))
        run.tell("stuck", (p.account for p in everybody(run.round(), ADMIN)), spot.step.title)
        return
    run.pending = run.entry(go.name, spot.id, auto="late", go=go)
    if go.kind == "return":
        run.prepare_return(spot, go, run.return_targets(go)[0])
        run.send(f"go:{go.id}")
        return
    run.send(run.signal_of(spot, go, "pass" if go.kind in FORWARD else "reject"))
