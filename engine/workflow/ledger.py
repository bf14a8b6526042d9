"""What a decision writes down while it is made: stays, tasks, signatures, notices, timers and the path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..diagnostics import Diagnostic
from ..model import Expr, Go, Text
from .chart import Where
from .machine import Machine, Spot
from .paths import empty
from .seating import Round, chosen, requester
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
class Ledger:
    """The case as it changes and everything that follows. One per decision, thrown away with it.

    guess: in a rehearsal conditions over empty fields stand in nobody's way, nor does a set behind an empty link; why:
    signal -> reason the engine moves by itself; picked: the step a return leads to; resuming: the interrupted stay that
    is being taken up again; pending: the path entry of the act, until it is known where it leads.
    """

    machine: Machine
    case: CaseState
    act: Act
    facts: Facts
    lenient: bool = False
    guess: bool = False
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

    def unknown(self, expr: Expr) -> bool:
        """Whether a rehearsal cannot say: the expression reads a field that was left empty."""
        return self.guess and any(self.values.get(n) is None for n in self.machine.reads.get(expr, ()))

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

    # -- tasks ------------------------------------------------------------------------------------------------------

    def open_task(self, spot: Spot, visit: Visit, person: Person, *, position: int, state: TaskState = "open") -> Task:
        """Ask a person to act in this stay."""
        span = spot.step.due or spot.top.due
        due = self.facts.later(visit.at, span) if span else None
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
        self.closed.append(ended(task, state, act, comment, self.facts.now))
        visit = self.visits.get(task.place)
        if visit is None or visit.number != task.visit:
            return
        for waiting, until in visit.waits:
            if until == task.id and waiting in self.tasks:
                self.tasks[waiting] = replace(self.tasks[waiting], state="open")
        if visit.waits:
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


def ended(task: Task, state: TaskState, act: str, comment: str, at: int) -> Task:
    """The task as it ended."""
    return Task(
        task.id,
        task.place,
        task.visit,
        task.account,
        task.name,
        task.reason,
        task.position,
        state,
        act,
        comment,
        task.due_at,
        task.created_at,
        at,
    )


def led(entry: Entry, to: str, title: Text) -> Entry:
    """The line of the path, now that it is known where it led."""
    labels = {**entry.labels, "to": title}
    return Entry(entry.act, entry.step, to, entry.actor, entry.comment, entry.auto, labels, entry.detail)
