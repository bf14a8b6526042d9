"""One decision while it is made: the chart's host, which opens and closes stays as states change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..diagnostics import Diagnostic, Place
from ..model import Expr, Go, Step, Text
from . import running
from .ledger import Ledger, Stop, led
from .machine import (
    ADMIN,
    Close,
    Decided,
    Enter,
    Follow,
    GoesBack,
    Holds,
    Joined,
    Kept,
    Leave,
    Picked,
    Spot,
    Take,
)
from .paths import put, reaches
from .running import Run
from .seating import everybody, seats
from .signing import Count, Verdict, verdict
from .state import Back, Person, Status, Visit


@dataclass(slots=True)
class Deciding(Ledger):
    """The ledger of a decision that also answers the chart's questions and does its contents."""

    # -- the chart's questions --------------------------------------------------------------------------------------

    def holds(self, when: object, run: Run) -> bool:
        """Conditions of the machine."""
        match when:
            case tuple():
                return all(self.holds(one, run) for one in when)
            case Holds(expr):
                return self.true(expr)
            case Joined(step, how):
                return self._joined(step, run) == how
            case GoesBack(at, to):
                newest = next((b for b in reversed(self.back) if b.at == at), None)
                return newest is not None and newest.to == to
            case Picked(to):
                return self.picked == to
            case Kept(place):
                return self.resuming is not None and place in self.resuming.passed
        raise TypeError(when)

    def perform(self, content: object, run: Run) -> None:
        """Contents of the machine."""
        match content:
            case Enter(place):
                self._enter(place, run)
            case Leave(place):
                self._leave(place)
            case Take(go, step, to, back):
                self._take(self.machine.gos[go], step, to, back)
            case Follow(step, index, to):
                self.log(self.entry("auto", step, to, auto="line", detail={"line": index}))
            case Decided(place, how):
                self._decided(place, how)
            case Close(step, status):
                self._close(step, status)
            case _:
                raise TypeError(content)

    def _joined(self, step: str, run: Run) -> Verdict:
        top = self.machine.steps[step]
        inside = [i.id for i in top.parallel if not run.inside(f"{i.id}:skipped")]
        yes = sum(run.inside(f"{i}:passed") for i in inside)
        no = sum(run.inside(f"{i}:refused") for i in inside)
        return verdict(top.join, Count(len(inside), yes, no))

    # -- stays ------------------------------------------------------------------------------------------------------

    def _enter(self, place: str, run: Run) -> None:
        spot = self.machine.spots.get(place)
        if spot is None:
            self.step = place
            return
        self.count += 1
        visit = Visit(place, self.count, self.facts.now, self.case.version + 1)
        self.visits[place] = visit
        self.entered.append(visit.number)
        if not spot.branch:
            self.step = place
            self.visited[place] = visit.number
            self.back = [b for b in self.back if b.at != place or b is self.fresh]
        self._carry(spot, visit)
        self._set_timers(spot, visit)
        if spot.step.parallel:
            return
        found = seats(self.round(), spot)
        if found.nobody:
            self._nobody(spot, found.nobody, run)
            return
        self._open(spot, visit, found.people)
        self._note_seats(spot, found.people, found.short)
        if spot.step.same_as_before == "skip":
            self._sign_again(spot, visit)
        if self.votes(visit):
            self._raise(spot, self.judged(spot), "same_as_before", run)

    def _carry(self, spot: Spot, visit: Visit) -> None:
        """Approvals of an interrupted stay that is taken up again count in the new one."""
        if self.resuming is None:
            return
        old = dict(self.resuming.visits).get(spot.id)
        kept = self.resuming.passed if spot.step.parallel else ()
        self.signed = [
            replace(s, visit=visit.number) if (s.place == spot.id and s.visit == old) or s.place in kept else s
            for s in self.signed
        ]

    def _open(self, spot: Spot, visit: Visit, people: Iterable[Person]) -> None:
        signed = {s.account for s in self.votes(visit)}
        left = [p for p in people if p.account not in signed]
        for i, person in enumerate(left):
            waits = spot.step.sign.in_turn and i > 0
            self.open_task(spot, visit, person, position=i, state="waiting" if waits else "open")

    def _note_seats(self, spot: Spot, people: tuple[Person, ...], short: bool) -> None:
        if not people:
            self.log(self.entry("nobody", spot.id, auto="nobody"))
            self.tell("stuck", (p.account for p in everybody(self.round(), ADMIN)), spot.step.title)
        elif short:
            detail = {"asked": spot.step.sign.pass_when.count, "found": len(people)}
            self.log(self.entry("short", spot.id, auto="short", detail=detail))

    def _nobody(self, spot: Spot, then: str, run: Run) -> None:
        """Nobody can act and the definition says to pass or to return."""
        if then == "pass":
            go = spot.first("approve", "submit", "other") or spot.gos[0]
            self._send(self.signal_of(spot, go, "pass"), "nobody", run)
            return
        go_back = spot.first("return")
        if go_back is None:
            start = self.machine.names[self.machine.workflow.start]
            self.undo(start)
            self.log(self.entry("return", spot.id, start, auto="nobody"))
            run.raise_(f"jump:{start}")
            return
        self.prepare_return(spot, go_back, self.return_targets(go_back)[-1])
        self._send(f"go:{go_back.id}", "nobody", run)

    def _sign_again(self, spot: Spot, visit: Visit) -> None:
        """Whoever approved an earlier step is not asked again; the approval is given in their name and marked."""
        go = spot.first("approve")
        if go is None or (go.when and not self.true(go.when)) or self.missing(go, ignore=("comment",)):
            return
        before = {s.account for s in self.signed if s.vote == "approve" and s.place != spot.id}
        for task in self.asked(visit):
            if task.account in before:
                self.close_task(task, "done", go.name)
                self.sign(spot, go, task.account, task.name, auto=True)
                self.log(self.entry(go.name, spot.id, actor=task.account, auto="same_as_before", go=go))
        self.next_turn(spot)

    def _send(self, name: str, why: str, run: Run) -> None:
        self.why[name] = why
        run.raise_(name)

    def _raise(self, spot: Spot, found: Verdict, why: str, run: Run) -> None:
        if found:
            self._send(self.signal_of(spot, self.deciding_go(spot, found), found), why, run)

    def _leave(self, place: str) -> None:
        visit = self.visits.pop(place, None)
        if visit is None:
            return
        self.ended.append(visit.number)
        for task in [t for t in self.tasks.values() if t.visit == visit.number]:
            self.close_task(task, "cancelled")

    def _decided(self, place: str, how: str) -> None:
        spot = self.machine.spots[place]
        if how == "skipped":
            return
        signal = f"pass:{place}" if how == "passed" else f"reject:{place}"
        why = self.why.pop(signal, "")
        if why and why != "same_as_before":
            self.log(self.entry("approve" if how == "passed" else "reject", place, auto=why))
        go = self.machine.gos.get(self.deciders.pop(place, ""))
        if go is not None and go in spot.step.go:
            self.apply(go, spot.step.title)

    def _close(self, step: str, status: Status) -> None:
        self.status = status
        self.step = step or self.step
        self.back.clear()
        told = self.machine.steps[step].tell if step else ()
        self.tell("told", self.meant(told), self.machine.title(self.step), status=status)
        self.tell("ended", [self.case.requester], self.machine.title(self.step), status=status)

    # -- transitions ------------------------------------------------------------------------------------------------

    def _take(self, go: Go, step: str, to: str, back: bool) -> None:
        if back:
            newest = next(b for b in reversed(self.back) if b.at == step)
            self.back.remove(newest)
            self.resuming = newest
        why = self.why.pop(f"go:{go.id}", "")
        if self.pending is not None:
            self.entries.append(led(self.pending, to, self.machine.title(to)))
            self.pending = None
        else:
            self.log(self.entry(go.name, step, to, auto=why or "joined", go=go))
        self.apply(go, self.machine.title(step))

    def apply(self, go: Go, step: Text) -> None:
        """What a transition sets, starts and tells."""
        for path, value in go.set:
            found = self.machine.tests[value](self.values) if isinstance(value, Expr) else value
            names = tuple(path.split("."))
            if not reaches(self.values, names):
                if self.guess:
                    continue
                raise Stop(Diagnostic("FLOW_016", Place(path=path), {"field": names[0], "act": go.title}))
            self.values = put(self.values, names, found)
            self.sets.append((names, found))
        self.effects.extend((name, self.step) for name in go.run)
        self.tell("told", self.meant(go.tell), step)

    def deciding_go(self, spot: Spot, found: Verdict) -> Go:
        """The transition a decided place takes: what its newest fitting signature chose, else the first that fits."""
        kinds = ("reject", "return") if found == "reject" else ("approve", "submit", "other")
        for signature in reversed(self.votes(self.visits[spot.id])):
            go = self.machine.gos[signature.go]
            if go.kind in kinds:
                return go
        return spot.first(*kinds) or spot.gos[0]

    def signal_of(self, spot: Spot, go: Go, found: Verdict) -> str:
        """The signal that moves the chart when `go` is taken in `spot`."""
        if not spot.branch or go.id in spot.leads:
            return f"go:{go.id}"
        self.deciders[spot.id] = go.id
        return f"{'reject' if found == 'reject' else 'pass'}:{spot.id}"

    def return_targets(self, go: Go) -> tuple[str, ...]:
        """Ids of the steps a return may lead to now: those the case has been in, else the first."""
        ids = tuple(self.machine.names[name] for name in go.to)
        return tuple(i for i in ids if i in self.visited) or ids[:1]

    def prepare_return(self, spot: Spot, go: Go, to: str) -> None:
        """Remember where a return comes from, or forget what was signed since the step it leads to."""
        self.picked = to
        if go.resume != "here":
            self.undo(to)
            return
        stays, passed = self.interrupted(spot.top)
        self.fresh = Back(to, spot.top.id, stays, passed)
        numbers = {n for _, n in stays}
        self.signed = [s for s in self.signed if s.visit not in numbers or s.vote != "reject"]
        self.back.append(self.fresh)

    def interrupted(self, top: Step) -> tuple[tuple[tuple[str, int], ...], tuple[str, ...]]:
        """The stays going on in a step with its branches, as place and number, and the branches that are through."""
        if not top.parallel:
            return ((top.id, self.visits[top.id].number),), ()
        places = {top.id, *(i.id for i in top.parallel)}
        names = self.machine.chart.names(self.where)
        passed = tuple(i.id for i in top.parallel if f"{i.id}:passed" in names)
        return tuple((v.place, v.number) for v in self.visits.values() if v.place in places), passed

    def undo(self, to: str) -> None:
        """What was signed in step `to` and after it counts no more."""
        since = self.visited.get(to, 0)
        self.signed = [s for s in self.signed if s.visit < since]
        self.back.clear()

    def send(self, name: str) -> None:
        """Give the chart a signal from outside."""
        self.where = running.signal(self.machine.chart, self, self.where, name)

    def settle(self, spot: Spot) -> None:
        """Move on if the signatures of the place decide it, else ask whoever is next."""
        found = self.judged(spot)
        if found:
            self.send(self.signal_of(spot, self.deciding_go(spot, found), found))
        else:
            self.next_turn(spot)
