"""Which acts a person is offered on a case, and for each one that is missing, why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from ..diagnostics import Diagnostic
from ..model import Go, Text
from .deciding import Deciding
from .machine import ADMIN, Machine, Spot
from .seating import everybody
from .side import SIDE
from .state import Act, CaseState, Decision, Facts, Person, Vote
from .step import decide


@dataclass(frozen=True, slots=True)
class Target:
    """A step a return may lead to."""

    name: str
    title: Text


@dataclass(frozen=True, slots=True)
class Offer:
    """One act a person sees on a case.

    enabled: the act succeeds once `needs` is given, and fields of `edit` are such that conditions which speak of them
    hold; reasons: otherwise every condition that fails. needs: names of fields, and `comment`, `to`, `people`, `when`;
    task: the person's task it answers, 0 for none; step: the step or branch it belongs to; edit: fields the person may
    change along with it; sets: paths it would set at once, with what the record is now.
    """

    act: str
    title: Text
    kind: Vote
    enabled: bool
    reasons: tuple[Diagnostic, ...] = ()
    needs: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    task: int = 0
    step: str = ""
    edit: tuple[str, ...] = ()
    sets: tuple[tuple[tuple[str, ...], Any], ...] = ()


def offers(machine: Machine, case: CaseState, actor: Person, facts: Facts) -> tuple[Offer, ...]:
    """Every button of the place the case stands in, and the built-in acts its workflow allows.

    A button is enabled exactly when `decide` would carry it out for this person. A finished case offers nothing.
    """
    if case.status != "open":
        return ()
    run = Deciding(machine, case, Act("", actor.account, actor.name), facts)
    found = [*_buttons(run, actor), *_sides(run, actor)]
    return tuple(_tried(machine, case, actor, facts, offer) for offer in found)


def editable(machine: Machine, case: CaseState, account: int) -> tuple[str, ...]:
    """The fields a person may change because the case waits for them, in the order they are declared."""
    if case.status != "open":
        return ()
    mine = {t.place for t in case.tasks if t.account == account and t.state == "open"}
    return tuple(dict.fromkeys(n for s in machine.active(case.active) if s.id in mine for n in s.edit))


def _buttons(run: Deciding, actor: Person) -> Iterator[Offer]:
    seen: set[tuple[str, int]] = set()
    for spot in run.spots():
        visit = run.visits[spot.id]
        mine = [t.id for t in run.asked(visit) if t.account == actor.account and t.state == "open"]
        for go in spot.gos:
            for task in mine:
                seen.add((go.name, 0))
                yield _button(run, spot, go, task)
    for spot in run.spots():
        for go in spot.gos:
            if (go.name, 0) not in seen:
                seen.add((go.name, 0))
                yield _button(run, spot, go, 0)


def _button(run: Deciding, spot: Spot, go: Go, task: int) -> Offer:
    ids = run.return_targets(go) if go.kind == "return" else ()
    targets = tuple(Target(run.machine.steps[i].name, run.machine.title(i)) for i in ids)
    needs = tuple(n for n in go.need if n == "comment" or n in spot.edit)
    if len(targets) > 1:
        needs = (*needs, "to")
    return Offer(go.name, go.title, go.kind, False, (), needs, targets, task, spot.id, spot.edit if task else ())


def _sides(run: Deciding, actor: Person) -> Iterator[Offer]:
    workflow = run.machine.workflow
    words = {word for spot in run.spots() for word in spot.may}
    last = run.machine.spots.get(run.case.last.place)
    if last and "take_back" in last.may and run.case.last.account == actor.account:
        words.add("take_back")
    else:
        words.discard("take_back")
    if workflow.withdraw:
        words.add("withdraw")
    if workflow.cancel:
        words.add("cancel")
    if any(run.visits[s.id].asked for s in run.spots()):
        words.add("answer")
    if any(p.account == actor.account for p in everybody(run.round(), ADMIN)):
        words |= {"assign", "hand_over"}
    for word, side in SIDE.items():
        if word in words:
            needs = side.asks
            if word == "cancel":
                needs = tuple(n for n in workflow.cancel_need if n == "comment")
            yield Offer(word, side.title, "other", False, (), needs, (), 0, run.step)


def _tried(machine: Machine, case: CaseState, actor: Person, facts: Facts, offer: Offer) -> Offer:
    act = Act(offer.act, actor.account, actor.name, task=offer.task)
    outcome = decide(machine, case, act, replace(facts, ids=count(-1, -1)), lenient=True)
    if isinstance(outcome, Decision):
        return replace(offer, enabled=True, sets=outcome.sets)
    return replace(offer, reasons=outcome)
