"""Trying a workflow without anything being stored: its own examples, with people and a clock that are made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from ..compile.record import holds_several
from ..diagnostics import Diagnostic, Place, words
from ..expr import from_python
from ..fieldtypes import type_of
from ..fieldtypes.base import Given
from ..model import Text, Who
from ..model.values import ActorValue
from .ahead import everyone
from .flow import Flow
from .machine import ADMIN
from .state import Act, CaseState, Decision, Facts, Person
from .step import begin, decide

#: A moment that is the same in every rehearsal: a Tuesday morning.
_MOMENT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
_HOUR = 3_600_000
OWNER = 1


@dataclass(slots=True)
class Rehearsal:
    """A case that is played through. people: everybody there could be, one for each signature a step needs."""

    flow: Flow
    values: dict[str, Any]
    people: Mapping[Who, tuple[Person, ...]]
    case: CaseState = field(default_factory=lambda: CaseState(1, OWNER, "owner"))
    now: int = int(_MOMENT.timestamp() * 1000)
    ids: Iterator[int] = field(default_factory=lambda: count(1))
    said: list[Decision] = field(default_factory=list)

    @property
    def step(self) -> str:
        """Name of the step the case stands in or ended in."""
        steps = self.flow.machine.steps
        return steps[self.case.step].name if self.case.step in steps else ""

    def facts(self) -> Facts:
        """What deciding is told; every day is a school day here."""
        actor = ActorValue(OWNER, "owner")
        scope = {"$now": from_python(_MOMENT, self.flow.model.zone), "$zone": self.flow.model.zone, "actor": actor}
        return Facts(self.now, self.values, self.people, _later, self.ids, scope)

    def begin(self) -> tuple[Diagnostic, ...]:
        """Enter the first step."""
        return self._keep(begin(self.flow.machine, self.case, self.facts()))

    def act(self, who: str, name: str) -> tuple[Diagnostic, ...]:
        """What somebody called `owner` or by a role or field does; what they could fill in counts as filled in."""
        person = self._asked(who)
        done = Act(name, person.account, person.name, comment="-")
        return self._keep(decide(self.flow.machine, self.case, done, self.facts(), lenient=True, guess=True))

    def _asked(self, who: str) -> Person:
        """Whoever of that name has to act now, else the first of that name."""
        if who == "owner":
            return Person(OWNER, "owner")
        named = [p for person, p in _named(self.people) if person == who]
        waiting = {t.account for t in self.case.tasks if t.state == "open"}
        return next((p for p in named if p.account in waiting), named[0] if named else Person(0, who))

    def _keep(self, outcome: Decision | tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        self.now += _HOUR
        if isinstance(outcome, tuple):
            return outcome
        self.case = outcome.case
        self.said.append(outcome)
        self.values |= {path[0]: value for path, value in outcome.sets if len(path) == 1}
        return ()


def rehearsal(flow: Flow, given: Mapping[str, Any]) -> Rehearsal:
    """A rehearsal over a record with these values, cast as if somebody had typed them; the rest is empty."""
    values: dict[str, Any] = {f.name: () if holds_several(f) else None for f in flow.entity.fields}
    for spec in flow.entity.fields:
        if given.get(spec.name) is not None:
            raw = given[spec.name]
            raw = raw if isinstance(raw, bool | int | list | tuple | dict) else str(raw)
            made, _ = type_of(spec).caster(spec, flow.model)(raw, Place(path=spec.name), Given(source="computed"))
            values[spec.name] = raw if made is None else made
    return Rehearsal(flow, values, _people(flow))


def failing_examples(flow: Flow) -> tuple[Diagnostic, ...]:
    """What is wrong with the workflow's own examples: an act that is not possible, or another end than was expected."""
    found = []
    for number, example in enumerate(flow.workflow.examples, 1):
        problem = _failing(flow, number, example)
        if problem is not None:
            found.append(problem)
    return tuple(found)


def _failing(flow: Flow, number: int, example: Mapping[str, Any]) -> Diagnostic | None:
    place = flow.workflow.place
    at: dict[str, Any] = {"number": number, "workflow": flow.workflow.title}
    played = rehearsal(flow, example.get("given") or {})
    reasons = played.begin()
    for word in example.get("acts") or ():
        if reasons:
            break
        who, _, name = str(word).strip().rpartition(" ")
        step = flow.machine.title(played.case.step)
        reasons = played.act(who or "owner", name)
        at |= {"act": word, "step": step}
    if reasons:
        why = Text(*(" ".join(words(d, lang).what for d in reasons) for lang in ("zh", "en")))
        return Diagnostic("FLOW_038", place, {"act": "", "step": "", **at, "why": why})
    ends = str(example.get("ends", ""))
    if ends and played.step != ends:
        return Diagnostic("FLOW_039", place, {**at, "ends": ends, "got": played.step})
    return None


def _people(flow: Flow) -> dict[Who, tuple[Person, ...]]:
    """One person for each signature a step needs at least; administrators are there too."""
    most = max([1, *(s.step.sign.pass_when.count for s in flow.machine.spots.values())])
    accounts = count(OWNER + 1)
    found: dict[Who, tuple[Person, ...]] = {}
    for who in sorted((w for w in everyone(flow.machine) if not w.owner), key=_word):
        name = _word(who)
        found[who] = tuple(Person(next(accounts), name, 0, {"why": "role", "role": who.role}) for _ in range(most))
    return found


def _word(who: Who) -> str:
    """What an example calls the people: the role, or the field they stand in."""
    return "admin" if who == ADMIN else who.role or ".".join(who.path)


def _named(people: Mapping[Who, tuple[Person, ...]]) -> Iterator[tuple[str, Person]]:
    for who, group in people.items():
        for person in group:
            yield _word(who), person
            if who.path:
                yield who.path[-1], person


def _later(at: int, duration: str) -> int:
    hours = {"h": 1, "cd": 24, "d": 24, "m": 0}
    unit = "cd" if duration.endswith("cd") else duration[-1:]
    return at + int(duration.removesuffix(unit) or 0) * hours.get(unit, 24) * _HOUR
