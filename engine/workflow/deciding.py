"""One decision while it is made: the chart's host that opens and closes stays, tasks and timers as states change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..diagnostics import Diagnostic, Place
from ..model import Expr, Go, Text
from . import chart
from .chart import Run, Where
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
    Machine,
    Picked,
    Spot,
    Take,
)
from .paths import empty, put, reaches
from .seating import Round, chosen, everybody, requester, seats
from .signing import Count, Verdict, needed, verdict
from .state import (
    Act,
    Back,
    CaseState,
    Entry,
    Facts,
    Last,
    Notice,
    Person,
    Signature,
    Status,
    Task,
    TaskState,
    Timer,
    Visit,
    Vote,
)


class Stop(Exception):
    """The act cannot be done, for these reasons. Never leaves this package."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__(", ".join(d.code for d in diagnostics))
        self.diagnostics = diagnostics


@dataclass(slots=True)
class Deciding:
    """The case as it changes and everything that follows. One per decision, thrown away with it.

    why: reason the engine moves by itself just now; picked: the step a return leads to; resuming: the interrupted
    stay that is being taken up again; pending: the path entry of the act, until it is known where it leads.
    """

    machine: Machine
    case: CaseState
    act: Act
    facts: Facts
    lenient: bool = False
    last: Last = Last()
    where: Where = Where(0)
    status: Status = "open"
    visits: dict[str, Visit] = field(default_factory=dict)
    tasks: dict[int, Task] = field(default_factory=dict)
    signed: list[Signature] = field(default_factory=list)
    visited: dict[str, int] = field(default_factory=dict)
    back: list[Back] = field(default_factory=list)
    count: int = 0
    nudged_at: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    accepted: dict[str, Any] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)  # signal -> reason
    picked: str = ""
    resuming: Back | None = None
    fresh: Back | None = None
    pending: Entry | None = None
    step: str = ""
    deciders: dict[str, str] = field(default_factory=dict)  # branch -> transition that decided it
    before: dict[int, Task] = field(default_factory=dict)
    closed: list[Task] = field(default_factory=list)
    sets: list[tuple[tuple[str, ...], Any]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    effects: list[tuple[str, str]] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    entered: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        case = self.case
        self.where = self.machine.chart.where(case.active) if case.active else Where(0)
        self.status = case.status
        self.visits = {v.place: v for v in case.visits}
        self.tasks = {t.id: t for t in case.tasks}
        self.before = dict(self.tasks)
        self.signed = list(case.signed)
        self.visited = dict(case.visited)
        self.back = list(case.back)
        self.last = case.last
        self.count, self.nudged_at, self.step = case.count, case.nudged_at, case.step
        self.values = {**self.facts.values, **self.facts.scope}

    # -- asking -----------------------------------------------------------------------------------------------------

    def round(self) -> Round:
        """What giving seats needs to know."""
        person = requester(self.case.requester, self.case.requester_name)
        return Round(self.machine, person, self.signed, self.facts.people)

    def true(self, expr: Expr) -> bool:
        """Whether the expression is true for the record as it is now; null is not."""
        return self.machine.tests[expr](self.values) is True

    def spots(self) -> tuple[Spot, ...]:
        """The places people act in now, in document order."""
        return self.machine.active(self.machine.chart.names(self.where))

    def votes(self, visit: Visit) -> list[Signature]:
        """The acts that count in this stay, oldest first."""
        return [s for s in self.signed if s.place == visit.place and s.visit == visit.number]

    def asked(self, visit: Visit) -> list[Task]:
        """The tasks of this stay whose people still have to sign."""
        return [t for t in self.tasks.values() if t.visit == visit.number and t.id not in visit.asked]

    def standing(self, visit: Visit) -> Count:
        """How the signatures of this stay stand, those that are needed beyond the threshold aside."""
        votes = [s for s in self.votes(visit) if s.account not in visit.must]
        left = sum(t.account not in visit.must for t in self.asked(visit))
        no = sum(s.vote == "reject" for s in votes)
        return Count(left + len(votes), len(votes) - no, no)

    def judged(self, spot: Spot) -> Verdict:
        """Whether the signatures decide the place. Of those who must sign, each yes is needed and one no refuses."""
        visit = self.visits[spot.id]
        found = verdict(spot.step.sign, self.standing(visit))
        if not visit.must or found == "reject":
            return found
        votes = {s.account: s.vote for s in self.votes(visit) if s.account in visit.must}
        if spot.step.sign.wait_for_all and self.asked(visit):
            return ""
        if "reject" in votes.values():
            return "reject"
        return found if len(votes) == len(visit.must) else ""

    def needs(self, spot: Spot, visit: Visit) -> int:
        """How many approvals this stay takes now."""
        return needed(spot.step.sign.pass_when, self.standing(visit).people) + len(visit.must)

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
        visit = Visit(place, self.count, self.facts.now)
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
            self.pending = replace(
                self.pending, to_step=to, labels={**self.pending.labels, "to": self.machine.title(to)}
            )
            self.flush()
        else:
            self.log(self.entry(go.name, step, to, auto=why or "joined", go=go))
        self.apply(go, self.machine.title(step))

    def apply(self, go: Go, step: Text) -> None:
        """What a transition sets, starts and tells."""
        for path, value in go.set:
            found = self.machine.tests[value](self.values) if isinstance(value, Expr) else value
            names = tuple(path.split("."))
            if not reaches(self.values, names):
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
        top = spot.top
        places = {top.id, *(i.id for i in top.parallel)}
        stays = tuple((v.place, v.number) for v in self.visits.values() if v.place in places)
        names = set(self.machine.chart.names(self.where))
        self.fresh = Back(to, top.id, stays, tuple(i.id for i in top.parallel if f"{i.id}:passed" in names))
        numbers = {n for _, n in stays}
        self.signed = [s for s in self.signed if s.visit not in numbers or s.vote != "reject"]
        self.back.append(self.fresh)

    def undo(self, to: str) -> None:
        """What was signed in step `to` and after it counts no more."""
        since = self.visited.get(to, 0)
        self.signed = [s for s in self.signed if s.visit < since]
        self.back.clear()

    def send(self, name: str) -> None:
        """Give the chart a signal from outside."""
        self.where = chart.signal(self.machine.chart, self, self.where, name)

    def settle(self, spot: Spot) -> None:
        """Move on if the signatures of the place decide it, else ask whoever is next."""
        found = self.judged(spot)
        if found:
            self.send(self.signal_of(spot, self.deciding_go(spot, found), found))
        else:
            self.next_turn(spot)

    # -- tasks ------------------------------------------------------------------------------------------------------

    def open_task(self, spot: Spot, visit: Visit, person: Person, *, position: int, state: TaskState = "open") -> Task:
        """Ask a person to act in this stay."""
        due = self.facts.later(visit.at, spot.step.due) if spot.step.due else None
        task = Task(
            id=next(self.facts.ids),
            place=spot.id,
            visit=visit.number,
            account=person.account,
            name=person.name,
            reason=person.reason,
            position=position,
            state=state,
            due_at=due,
            created_at=self.facts.now,
        )
        self.tasks[task.id] = task
        return task

    def close_task(self, task: Task, state: TaskState, act: str = "", comment: str = "") -> None:
        """End a task; what waited for it goes on."""
        del self.tasks[task.id]
        self.closed.append(replace(task, state=state, act=act, comment=comment, done_at=self.facts.now))
        visit = self.visits.get(task.place)
        if visit is None or visit.number != task.visit:
            return
        for waiting, until in visit.waits:
            if until == task.id and waiting in self.tasks:
                self.tasks[waiting] = replace(self.tasks[waiting], state="open")
        self.visits[task.place] = replace(visit, waits=tuple(w for w in visit.waits if w[1] != task.id))

    def must(self, place: str, more: set[int], less: set[int]) -> None:
        """Change who has to sign beyond the threshold."""
        visit = self.visits[place]
        kept = tuple(m for m in visit.must if m not in less)
        self.visits[place] = replace(visit, must=(*kept, *(m for m in more if m not in kept)))

    def without(self, visit: Visit, gone: set[int]) -> Visit:
        """The stay without these people among those who have to sign."""
        return replace(visit, must=tuple(m for m in visit.must if m not in gone))

    def next_turn(self, spot: Spot) -> None:
        """When people sign in turn and nobody is asked, ask the next."""
        visit = self.visits.get(spot.id)
        if visit is None or not spot.step.sign.in_turn:
            return
        mine = self.asked(visit)
        held = {waiting for waiting, _ in visit.waits}
        if mine and all(t.state == "waiting" and t.id not in held for t in mine):
            first = min(mine, key=lambda t: (t.position, t.id))
            self.tasks[first.id] = replace(first, state="open")

    def sign(self, spot: Spot, go: Go, account: int, name: str, *, auto: bool = False) -> None:
        """Count an act of a person in the stay that is going on."""
        number = self.visits[spot.id].number
        vote: Vote = go.kind
        self.signed.append(Signature(spot.id, number, account, name, go.id, vote, self.facts.now, auto))

    def missing(self, go: Go, ignore: tuple[str, ...] = ()) -> tuple[str, ...]:
        """What the transition needs and the record does not have."""
        return tuple(n for n in go.need if n not in ignore and (n == "comment" or empty(self.values.get(n))))

    # -- telling ----------------------------------------------------------------------------------------------------

    def meant(self, words: Iterable[str]) -> list[int]:
        """The accounts that words of `tell` mean."""
        people = self.round()
        return [p.account for word in words for p in chosen(people, self.machine.tells[word])]

    def tell(self, kind: str, accounts: Iterable[int], step: Text, *, status: str = "") -> None:
        """Let people know, except whoever acts and whoever is told the same already."""
        told = {a for n in self.notices if n.kind in (kind, "told") and n.step == step for a in n.accounts}
        found = tuple(dict.fromkeys(a for a in accounts if a and a != self.act.actor and a not in told))
        if found:
            self.notices.append(Notice(kind, found, step, self.act.actor_name, self.act.comment, status))

    def entry(
        self,
        act: str,
        step: str,
        to: str = "",
        *,
        actor: int = 0,
        auto: str = "",
        go: Go | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> Entry:
        """A line of the path, with everything called as it is called now."""
        comment = self.act.comment if actor and actor == self.act.actor else ""
        labels = {"step": self.machine.title(step)}
        if to:
            labels["to"] = self.machine.title(to)
        if go is not None:
            labels["act"] = go.title
        return Entry(act, step, to, actor, comment, auto, labels, detail or {})

    def log(self, entry: Entry) -> None:
        """Write a line of the path after whatever is still pending."""
        self.flush()
        self.entries.append(entry)

    def flush(self) -> None:
        """Write the pending line of the path as it is."""
        if self.pending is not None:
            self.entries.append(self.pending)
            self.pending = None

    def _set_timers(self, spot: Spot, visit: Visit) -> None:
        for i, later in enumerate(spot.step.after):
            self.set_timer(visit, i, 1, self.facts.later(visit.at, later.after))

    def set_timer(self, visit: Visit, index: int, nth: int, at: int) -> None:
        """Have line `index` of the place's `after` happen to this stay at a moment."""
        key = f"{self.case.id}:{visit.number}:{index}:{nth}"
        self.timers.append(Timer(key, visit.place, visit.number, index, nth, at))
