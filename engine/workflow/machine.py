"""A workflow as a statechart: which states, transitions and questions a definition turns into."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ..model import Expr, Go, Step, Text, Who, Workflow
from .chart import Chart, Move, Node, compiled

#: Whoever looks after the product: stands in where nobody else can act.
ADMIN = Who(role="@admin")
OWNER = Who(owner=True)

Test = Callable[[Mapping[str, Any]], Any]

#: Kinds of transition that lead on; the others refuse or lead back.
FORWARD = frozenset({"submit", "approve", "other"})

#: Atomic states beside the steps.
WITHDRAWN, CANCELLED = ":withdrawn", ":cancelled"


@dataclass(frozen=True, slots=True)
class Enter:
    """Content: a stay in a place begins."""

    place: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Content: a stay in a place ends."""

    place: str


@dataclass(frozen=True, slots=True)
class Take:
    """Content: a transition is taken. back: it leads to where the case was returned from."""

    go: str
    step: str
    to: str
    back: bool = False


@dataclass(frozen=True, slots=True)
class Follow:
    """Content: line `index` of an automatic step is taken."""

    step: str
    index: int
    to: str


@dataclass(frozen=True, slots=True)
class Decided:
    """Content: a branch of a parallel block is through, refused or never began."""

    place: str
    how: Literal["passed", "refused", "skipped"]


@dataclass(frozen=True, slots=True)
class Close:
    """Content: the case ends. step: the end step, "" when it was withdrawn or cancelled."""

    step: str
    status: Literal["passed", "refused", "cancelled", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Holds:
    """Condition: the expression is true for the record."""

    expr: Expr


@dataclass(frozen=True, slots=True)
class GoesBack:
    """Condition: the step was entered by a return from `to` that resumes there."""

    at: str
    to: str


@dataclass(frozen=True, slots=True)
class Picked:
    """Condition: the person chose this step to return to."""

    to: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Condition: the branch was through before the block was returned."""

    place: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Condition: the branches of the block decide it this way."""

    step: str
    how: Literal["pass", "reject"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where people act (a step, or a branch of a parallel block), or a parallel block itself.

    step: the definition; top: the step of the path it belongs to; gos: its buttons in order; `leads`: ids of the
    buttons that move the whole case, the others decide the branch only.
    """

    id: str
    step: Step
    top: Step
    gos: tuple[Go, ...]
    leads: frozenset[str]
    may: frozenset[str]
    edit: tuple[str, ...]

    @property
    def branch(self) -> bool:
        """Whether the place is one branch of a parallel block."""
        return self.step.id != self.top.id

    def go(self, name: str) -> Go | None:
        """The button of that name; a branch's own comes before its block's."""
        return next((g for g in self.gos if g.name == name), None)

    def first(self, *kinds: str) -> Go | None:
        """The first button of one of the kinds, kinds in order of preference."""
        return next((g for kind in kinds for g in self.gos if g.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Machine:
    """A compiled workflow; built once per definition version and shared.

    mirror: the field of the record that shows the step, "" when there is none; spots: places by id; steps: steps of
    the path by id; names: step name -> id, inner steps included; asks: place -> everybody it may have to ask;
    tells: a word of `tell` -> whom it means; reach: step -> steps one act may enter; states: values of `mirror`; reads:
    names an expression reads, where that is known; says: guards without a message in words.
    """

    workflow: Workflow
    chart: Chart
    mirror: str
    spots: Mapping[str, Spot]
    steps: Mapping[str, Step]
    names: Mapping[str, str]
    gos: Mapping[str, Go]
    tests: Mapping[Expr, Test]
    asks: Mapping[str, frozenset[Who]]
    tells: Mapping[str, Who]
    reach: Mapping[str, frozenset[str]]
    fields: Mapping[str, Text]
    states: frozenset[str]
    reads: Mapping[Expr, frozenset[str]] = field(default_factory=dict)
    says: Mapping[Expr, Text] = field(default_factory=dict)

    def field(self, name: str) -> Text:
        """What a field of the record is called."""
        return self.fields.get(name) or Text(name)

    def title(self, step: str) -> Text:
        """What the step or branch of that id is called."""
        if step in self.spots:
            return self.spots[step].step.title
        return self.steps[step].title if step in self.steps else Text()

    def active(self, atoms: Collection[str]) -> tuple[Spot, ...]:
        """The places people act in while these states of the chart are active, in document order."""
        return tuple(self.spots[a.removesuffix(":work")] for a in atoms if a.removesuffix(":work") in self.spots)


def machine(
    workflow: Workflow,
    test: Callable[[Expr], Test],
    *,
    fields: Mapping[str, Text],
    mirror: str = "",
    states: Collection[str] = (),
) -> Machine:
    """The machine of a checked workflow.

    test: gives the compiled form of an expression over the record; fields: the entity's fields with their titles,
    which also tell a path from a role in `tell`; mirror: the state field of this workflow, states: the values it may
    take. Raises KeyError for a step that does not exist, ValueError for ids used twice.
    """
    names = {s.name: s.id for top in workflow.steps for s in (top, *top.parallel)}
    chart = compiled(_root(workflow, names))
    spots = {spot.id: spot for spot in _spots(workflow)}
    steps = {s.id: s for s in workflow.steps}
    tells = {word: _told(word, fields) for word in _words(workflow)}
    return Machine(
        workflow=workflow,
        chart=chart,
        mirror=mirror,
        spots=spots,
        steps=steps,
        names=names,
        gos={g.id: g for spot in spots.values() for g in spot.gos},
        tests={e: test(e) for e in dict.fromkeys(_expressions(workflow))},
        asks={s.id: frozenset(_asked(s, tells)) for s in workflow.steps},
        tells=tells,
        reach=_reach(workflow, names),
        fields=fields,
        states=frozenset(states),
    )


def bare(who: Who) -> Who:
    """Whom to look up: without those who are excluded, which depends on the case."""
    return replace(who, exclude=()) if who.exclude else who


def wanted(machine: Machine, active: Collection[str], back: Collection[str] = ()) -> frozenset[Who]:
    """Everybody who may have to be known to decide an act on a case that stands in these states, none when it starts.

    back: steps the case may go back to. Generous: finding a few people too many is one query all the same.
    """
    spots = machine.active(active)
    here = {spot.top.id for spot in spots} or {machine.names[machine.workflow.start]}
    outer = {machine.names[machine.workflow.start], *back}
    if machine.workflow.withdraw and machine.workflow.withdraw.to:
        outer.add(machine.names[machine.workflow.withdraw.to])
    steps = here | outer
    for step in here | outer:
        steps |= machine.reach[step]
    found = {ADMIN, OWNER}.union(*(machine.asks[s] for s in steps))
    if machine.workflow.cancel:
        found.add(bare(machine.workflow.cancel))
    return frozenset(found)


def _root(workflow: Workflow, names: Mapping[str, str]) -> Node:
    backs: dict[str, list[str]] = {}
    for top in workflow.steps:
        for go in _gos(top):
            for to in go.to if go.kind == "return" and go.resume == "here" else ():
                backs.setdefault(names[to], []).append(top.id)
    nodes = tuple(_node(s, names, tuple(dict.fromkeys(backs.get(s.id, ())))) for s in workflow.steps)
    jumps = tuple(Move(on=(f"jump:{s.id}",), to=(s.id,)) for s in workflow.steps)
    inner = Node(
        ":case",
        children=nodes,
        initial=(names[workflow.start],),
        moves=(*jumps, Move(on=("withdrawn",), to=(WITHDRAWN,)), Move(on=("cancelled",), to=(CANCELLED,))),
    )
    ends = (
        Node(WITHDRAWN, "final", enter=(Close("", "withdrawn"),)),
        Node(CANCELLED, "final", enter=(Close("", "cancelled"),)),
    )
    return Node(":root", children=(inner, *ends))


def _gos(top: Step) -> tuple[Go, ...]:
    return (*top.go, *(g for inner in top.parallel for g in inner.go))


def _node(step: Step, names: Mapping[str, str], backs: tuple[str, ...]) -> Node:
    if step.end:
        return Node(step.id, "final", enter=(Close(step.id, "passed" if step.end == "ok" else "refused"),))
    if step.auto:
        return Node(step.id, enter=(Enter(step.id),), moves=tuple(_lines(step, names)))
    moves = (*_moves(step, step, names, backs), *_late(step, names))
    if step.parallel:
        regions = tuple(_region(step, inner, names) for inner in step.parallel)
        joins = tuple(_joins(step, names, backs))
        return Node(step.id, "parallel", regions, (*joins, *moves), (Enter(step.id),), (Leave(step.id),))
    return Node(step.id, moves=moves, enter=(Enter(step.id),), leave=(Leave(step.id),))


def _lines(step: Step, names: Mapping[str, str]) -> Iterator[Move]:
    for i, line in enumerate(step.auto):
        to = names[line.to]
        yield Move(when=Holds(line.when) if line.when else None, to=(to,), do=(Follow(step.id, i, to),))


def _moves(step: Step, top: Step, names: Mapping[str, str], backs: tuple[str, ...]) -> Iterator[Move]:
    """The transitions of the buttons written at `step`."""
    for go in step.go:
        on = (f"go:{go.id}",)
        if go.kind in FORWARD:
            for to in backs:
                yield Move(on, GoesBack(top.id, to), (to,), (Take(go.id, top.id, to, back=True),))
        for name in go.to:
            to = names[name]
            yield Move(on, Picked(to) if len(go.to) > 1 else None, (to,), (Take(go.id, top.id, to),))


def _late(step: Step, names: Mapping[str, str]) -> Iterator[Move]:
    """Where a time-out leads that names a step and no button."""
    for i, later in enumerate(step.after):
        if later.do == "finish" and later.go in names and not any(g.name == later.go for g in step.go):
            yield Move(on=(f"late:{step.id}:{i}",), to=(names[later.go],))


def _joins(step: Step, names: Mapping[str, str], backs: tuple[str, ...]) -> Iterator[Move]:
    """How a parallel block leaves by itself once its branches decide it: the first button that fits, else any."""
    for how, kinds in (("pass", ("approve", "submit", "other")), ("reject", ("reject", "return"))):
        fitting = [g for kind in kinds for g in step.go if g.kind == kind] or list(step.go[:1])
        joined = Joined(step.id, "pass" if how == "pass" else "reject")
        for go in fitting if how == "pass" else ():
            for to in backs:
                yield Move((), (joined, GoesBack(step.id, to)), (to,), (Take(go.id, step.id, to, back=True),))
        for go in fitting:
            to = names[go.to[0]]
            when = (joined, Holds(go.when)) if go.when else joined
            yield Move((), when, (to,), (Take(go.id, step.id, to),))
        for go in fitting[:1]:  # every guard fails: leaving by the first is better than staying for ever
            yield Move((), joined, (names[go.to[0]],), (Take(go.id, step.id, names[go.to[0]]),))


def _region(top: Step, inner: Step, names: Mapping[str, str]) -> Node:
    base = inner.id
    gate = [Move(when=Kept(base), to=(f"{base}:passed",))]
    if inner.when is not None:
        gate += [Move(when=Holds(inner.when), to=(f"{base}:work",)), Move(to=(f"{base}:skipped",))]
    else:
        gate += [Move(to=(f"{base}:work",))]
    moves = (
        *(m for m in _moves(inner, top, names, ()) if m.to),
        *_late(inner, names),
        Move(on=(f"pass:{base}",), to=(f"{base}:passed",)),
        Move(on=(f"reject:{base}",), to=(f"{base}:refused",)),
    )
    return Node(
        f"{base}:branch",
        children=(
            Node(f"{base}:gate", moves=tuple(gate)),
            Node(f"{base}:work", moves=moves, enter=(Enter(base),), leave=(Leave(base),)),
            Node(f"{base}:passed", "final", enter=(Decided(base, "passed"),)),
            Node(f"{base}:refused", "final", enter=(Decided(base, "refused"),)),
            Node(f"{base}:skipped", "final", enter=(Decided(base, "skipped"),)),
        ),
    )


def _spots(workflow: Workflow) -> Iterator[Spot]:
    for top in workflow.steps:
        if top.end or top.auto:
            continue
        yield Spot(top.id, top, top, top.go, frozenset(g.id for g in top.go), top.may, top.edit)
        for inner in top.parallel:
            own = {g.name for g in inner.go}
            shared = tuple(g for g in top.go if g.name not in own)
            leads = frozenset(g.id for g in (*inner.go, *shared) if g.kind in ("return", "other") and g.to)
            edit = tuple(dict.fromkeys((*inner.edit, *top.edit)))
            yield Spot(inner.id, inner, top, (*inner.go, *shared), leads, inner.may | top.may, edit)


def _expressions(workflow: Workflow) -> Iterator[Expr]:
    for rule, _ in workflow.rules:
        yield rule
    for top in workflow.steps:
        for step in (top, *top.parallel):
            yield from (line.when for line in step.auto if line.when)
            if step.when:
                yield step.when
            for go in step.go:
                if go.when:
                    yield go.when
                yield from (value for _, value in go.set if isinstance(value, Expr))


def _words(workflow: Workflow) -> Iterator[str]:
    for top in workflow.steps:
        for step in (top, *top.parallel):
            yield from step.tell
            for go in step.go:
                yield from go.tell


def _told(word: str, fields: Collection[str]) -> Who:
    path = tuple(word.split("."))
    if word == "owner":
        return OWNER
    return Who(path=path) if path[0] in fields or len(path) > 1 else Who(role=word)


def _asked(top: Step, tells: Mapping[str, Who]) -> Iterator[Who]:
    for step in (top, *top.parallel):
        if step.by:
            yield bare(step.by)
        if isinstance(step.if_nobody, Who):
            yield bare(step.if_nobody)
        yield from (bare(later.to) for later in step.after if later.to)
        yield from (tells[word] for word in (*step.tell, *(w for go in step.go for w in go.tell)))


def _reach(workflow: Workflow, names: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """For each step, the steps that one act in it may enter, following what the engine passes by itself."""
    straight: dict[str, set[str]] = {}
    for step in workflow.steps:
        late = (later.go for s in (step, *step.parallel) for later in s.after if later.go in names)
        named = (*(line.to for line in step.auto), *(to for go in _gos(step) for to in go.to), *late)
        straight[step.id] = {names[n] for n in named}
    passed = {s.id for s in workflow.steps if _passable(s)}
    found: dict[str, frozenset[str]] = {}
    for step in workflow.steps:
        seen: set[str] = set()
        todo = list(straight[step.id])
        while todo:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                todo.extend(straight[at] if at in passed else ())
        found[step.id] = frozenset(seen)
    return found


def _passable(step: Step) -> bool:
    """Whether a case may pass the step without anybody acting in it."""
    if step.end:
        return False
    if step.auto or step.parallel:
        return True
    return step.same_as_before == "skip" or step.if_nobody in ("pass", "return")
