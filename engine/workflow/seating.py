"""Who is asked in a place: the people a `Who` stands for, without those who may not, the closest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..model import Who
from .machine import ADMIN, Machine, Spot, bare
from .state import Person, Signature


@dataclass(frozen=True, slots=True)
class Seats:
    """Who is asked. nobody: what happens when it is nobody; short: fewer people than signatures asked for."""

    people: tuple[Person, ...] = ()
    nobody: Literal["", "pass", "return"] = ""
    short: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """What is known when seats are given: the requester, the acts that count so far, everybody resolved."""

    machine: Machine
    requester: Person
    signed: Sequence[Signature]
    people: Mapping[Who, tuple[Person, ...]]


def seats(known: Round, spot: Spot) -> Seats:
    """The people asked in `spot`.

    When there are fewer than the signatures it takes at least, those of `if_nobody` are asked too; when there is
    nobody at all and nothing else is said, the administrators are.
    """
    step = spot.step
    if step.by is None:
        return Seats()
    least = max(1, step.sign.pass_when.count)
    found = chosen(known, step.by)
    if len(found) >= least:
        return Seats(found)
    if step.if_nobody in ("pass", "return") and not found:
        return Seats(nobody="pass" if step.if_nobody == "pass" else "return")
    via = _lacking(known, step.by)
    if isinstance(step.if_nobody, Who):
        found = _joined(found, chosen(known, step.if_nobody, step.by.exclude, via))
    elif step.if_nobody == "admin":
        found = _joined(found, chosen(known, ADMIN, step.by.exclude, via))
    if not found:
        found = chosen(known, ADMIN, step.by.exclude, via)
    return Seats(found, short=len(found) < least)


def _lacking(known: Round, who: Who) -> str:
    """Why others are asked: everybody `who` stands for made the request or signed before, or there is nobody."""
    barred = excluded(known, who.exclude)
    words = {barred.get(p.account) or barred.get(p.instead_of) for p in everybody(known, who)}
    if not words or None in words:
        return "nobody"
    return "owner" if words == {"owner"} else "signed"


def chosen(known: Round, who: Who, exclude: tuple[str, ...] = (), via: str = "") -> tuple[Person, ...]:
    """The people `who` stands for: without those excluded, of a role the holders in the closest unit and in as many
    levels above as it says, the closest first."""
    barred = excluded(known, (*who.exclude, *exclude))
    found = [p for p in everybody(known, who) if p.account not in barred and p.instead_of not in barred]
    levels = sorted({p.near for p in found})
    kept = levels if who.up < 0 else levels[: who.up + 1]
    return _joined([_via(p, via) for p in sorted(found, key=lambda p: p.near) if p.near in kept])


def everybody(known: Round, who: Who) -> tuple[Person, ...]:
    """Everybody `who` stands for, in whatever unit above."""
    if who.owner:
        return (known.requester,)
    return known.people.get(bare(who), ())


def excluded(known: Round, words: Iterable[str]) -> Mapping[int, str]:
    """Account -> the word of `not:` that bars it: "owner" or the name of a step it signed."""
    barred: dict[int, str] = {}
    for word in words:
        if word == "owner":
            barred.setdefault(known.requester.account, word)
            continue
        step = known.machine.names.get(word, "")
        for signature in known.signed:
            spot = known.machine.spots.get(signature.place)
            if spot and step in (spot.id, spot.top.id):
                barred.setdefault(signature.account, word)
    return barred


def requester(account: int, name: str) -> Person:
    """The person who made the request, as somebody who may act."""
    return Person(account, name, 0, {"why": "owner"})


def _joined(*groups: Iterable[Person]) -> tuple[Person, ...]:
    found: dict[int, Person] = {}
    for group in groups:
        for person in group:
            found.setdefault(person.account, person)
    return tuple(found.values())


def _via(person: Person, via: str) -> Person:
    return replace(person, reason={**person.reason, "via": via}) if via else person
