"""A case and its tasks, what somebody does to them and what follows, as values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..model import Text, Who

Status = Literal["open", "passed", "refused", "cancelled", "withdrawn"]
TaskState = Literal["open", "waiting", "done", "cancelled", "moved", "copy"]
Vote = Literal["submit", "approve", "reject", "return", "other"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may act.

    near: distance of the unit the role is held in, 0 the closest; reason: why this person; instead_of: the account
    this person stands in for, 0 for none. Whoever may not act themselves may not have somebody stand in either.
    """

    account: int
    name: str = ""
    near: int = 0
    reason: Mapping[str, Any] = field(default_factory=dict)
    instead_of: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """One person asked to act in one visit of a place.

    place: id of the step, or of the inner step of a parallel block; position: order of turn. `waiting` is not yet
    this person's turn, `moved` was handed to somebody else, `copy` is for information only. seen_at: when they first
    looked at the case, as far as that was read along.
    """

    id: int
    place: str
    visit: int
    account: int
    name: str = ""
    reason: Mapping[str, Any] = field(default_factory=dict)
    position: int = 0
    state: TaskState = "open"
    act: str = ""
    comment: str = ""
    due_at: int | None = None
    created_at: int = 0
    done_at: int | None = None
    seen_at: int | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """An act that counts in a place. auto: given by the engine for somebody who signed an earlier step."""

    place: str
    visit: int
    account: int
    name: str
    go: str
    vote: Vote
    at: int
    auto: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay in a place; numbers count up through the case, so a timer or task of an older stay never fits.

    since: version of the case it began with; must: accounts whose approval is needed beyond the threshold; waits:
    pairs of task ids, the first opens when the second is done; asked: ids of tasks that are asked for an opinion and
    carry no vote.
    """

    place: str
    number: int
    at: int
    since: int = 0
    must: tuple[int, ...] = ()
    waits: tuple[tuple[int, int], ...] = ()
    asked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Back:
    """A return with `resume: here`: from step `at` the case goes straight back to step `to`.

    visits: the stays that were interrupted there, whose approvals still count; passed: branches that were through.
    """

    at: str
    to: str
    visits: tuple[tuple[str, int], ...] = ()
    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Last:
    """The newest act of a person: what a take-back undoes and what the loser of a race is told.

    stays: place and number of the stays it ended, passed: branches that were through then; both empty when it only
    signed. entered: numbers of the stays it began; final: it set values or started effects and cannot be undone.
    """

    account: int = 0
    name: str = ""
    act: str = ""
    at: int = 0
    place: str = ""
    visit: int = 0
    stays: tuple[tuple[str, int], ...] = ()
    passed: tuple[str, ...] = ()
    entered: tuple[int, ...] = ()
    final: bool = False


@dataclass(frozen=True, slots=True)
class CaseState:
    """Where one case stands. version 0: not begun.

    step: id of the step of the path; active: atomic states of the machine's chart; visits: stays going on; tasks:
    those open or waiting; signed: acts that still count, oldest first; visited: step id -> number of its newest
    visit; count: visits so far; nudged_at: milliseconds of the last nudge.
    """

    id: int
    requester: int
    requester_name: str = ""
    version: int = 0
    status: Status = "open"
    step: str = ""
    active: tuple[str, ...] = ()
    visits: tuple[Visit, ...] = ()
    tasks: tuple[Task, ...] = ()
    signed: tuple[Signature, ...] = ()
    visited: Mapping[str, int] = field(default_factory=dict)
    back: tuple[Back, ...] = ()
    count: int = 0
    nudged_at: int = 0
    last: Last = Last()

    def visit(self, place: str) -> Visit | None:
        """The stay going on in that place."""
        return next((v for v in self.visits if v.place == place), None)

    def task(self, number: int) -> Task | None:
        """The open or waiting task of that id."""
        return next((t for t in self.tasks if t.id == number), None)


@dataclass(frozen=True, slots=True)
class Act:
    """Something somebody does to a case.

    name: a transition of the step (`approve`) or one of the built-in acts (`withdraw`, `comment`, `hand_over` ...);
    values: fields changed along with it, already cast; to: the step a return leads to; people: who is meant, for
    acts that name people; task: which of the actor's tasks, 0 for the first that fits; options: what else the act
    asks (`before`, `after`, `must` of add_signer).
    """

    name: str
    actor: int
    actor_name: str = ""
    comment: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    to: str = ""
    people: tuple[Person, ...] = ()
    task: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """What deciding needs to know of the world.

    values: the record, links with the values that paths lead through; people: everybody each `Who` stands for, at
    every distance; now: milliseconds UTC; later: moment and duration text -> moment; ids: fresh ids for tasks;
    scope: names expressions may use beside the fields.
    """

    now: int
    values: Mapping[str, Any] = field(default_factory=dict)
    people: Mapping[Who, tuple[Person, ...]] = field(default_factory=dict)
    later: Callable[[int, str], int] = lambda at, duration: at
    ids: Iterator[int] = iter(())
    scope: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the path a case took. auto: why the engine moved by itself, "" when a person did."""

    act: str
    step: str
    to_step: str = ""
    actor: int = 0
    comment: str = ""
    auto: str = ""
    labels: Mapping[str, Text] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody is told. kind: task, turn, returned, ended, told, remind, nudge, moved, copy, comment, stuck."""

    kind: str
    accounts: tuple[int, ...]
    step: Text = Text()
    by: str = ""
    comment: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """A plugin effect to be run at least once; `key` is `case:version:number` and never comes twice."""

    key: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Timer:
    """What happens to a visit at a moment: line `index` of the place's `after`, for the `round`-th time (from 1)."""

    key: str
    place: str
    visit: int
    index: int
    round: int
    at: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from an act; nothing has been done yet.

    case: the new state, its version one higher; opened, closed: tasks that began or ended; changed: tasks that stay
    but became open or waiting; values: fields the actor changed; sets: paths the transition sets, in order; ended:
    numbers of the visits that ended, whose timers go.
    """

    case: CaseState
    opened: tuple[Task, ...] = ()
    changed: tuple[Task, ...] = ()
    closed: tuple[Task, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    sets: tuple[tuple[tuple[str, ...], Any], ...] = ()
    notices: tuple[Notice, ...] = ()
    effects: tuple[Effect, ...] = ()
    timers: tuple[Timer, ...] = ()
    ended: tuple[int, ...] = ()
    entries: tuple[Entry, ...] = ()
