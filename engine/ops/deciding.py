"""Deciding an act with no more people looked for than it needs: most acts need few of those who could be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..diagnostics import Diagnostic
from ..model import Who
from ..workflow import Act, CaseState, Decision, Facts, Flow, Person, decide
from .cases import Desk, Subject, facts_to_act
from .context import Now

#: Acts of each workflow whose needs are remembered.
KEPT = 1000


class _Unknown(Exception):
    """Deciding asks for somebody who was not looked for, for a school day, or for the id of a task."""


class _Few(dict[Who, tuple[Person, ...]]):
    """Some of those who could be needed."""

    def get(self, key: Who, default: Any = None) -> Any:
        """Raises _Unknown for whoever was not looked for."""
        if key not in self:
            raise _Unknown
        return self[key]


class _Every(dict[Who, tuple[Person, ...]]):
    """Everybody who could be needed. asked: whom deciding asked for."""

    def __init__(self, found: Mapping[Who, tuple[Person, ...]]) -> None:
        super().__init__(found)
        self.asked: set[Who] = set()

    def get(self, key: Who, default: Any = None) -> Any:
        """As ever, and noted."""
        self.asked.add(key)
        return super().get(key, default)


def _no_day(at: int, duration: str) -> int:
    raise _Unknown


def _no_id() -> Iterator[int]:
    raise _Unknown
    yield 0


async def decided(
    desk: Desk, flow: Flow, case: CaseState, subject: Subject, act: Act, now: Now
) -> Decision | tuple[Diagnostic, ...]:
    """What follows from an act that names nobody.

    Looked for are the people whom this act turned out to need where the case stands, nobody the first time. Where it
    then asks for more, or asks somebody to act, everybody is looked for who could be needed.
    """
    key = (case.active, act.name)
    needs = flow.needs.get(key, frozenset())
    if needs is not None:
        people: Mapping[Who, tuple[Person, ...]] = {}
        if needs:
            people = (await desk.asker.resolve(desk.store, needs, subject.values, subject.unit, now)).people
        few = _Few({who: people.get(who, ()) for who in needs})
        try:
            return decide(flow.machine, case, act, Facts(now.ms, subject.values, few, _no_day, _no_id()))
        except _Unknown:
            pass
    facts = await facts_to_act(desk, flow, case, subject, now)
    every = _Every(facts.people)
    outcome = decide(flow.machine, case, act, replace(facts, people=every))
    if isinstance(outcome, Decision):
        if len(flow.needs) >= KEPT:
            flow.needs.clear()
        asks = outcome.opened or outcome.timers
        flow.needs[key] = None if asks else (needs or frozenset()) | every.asked
    return outcome
