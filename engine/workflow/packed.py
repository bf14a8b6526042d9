"""A case state as JSON and back; only what cannot be read from columns and tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .state import Back, CaseState, Last, Signature, Visit


def packed(case: CaseState) -> dict[str, Any]:
    """The part of the case that is kept in its `state` column; lists hold the fields of a value in order."""
    return {
        "active": case.active,
        "visits": [(v.place, v.number, v.at, v.since, v.must, v.waits, v.asked) for v in case.visits],
        "signed": [(s.place, s.visit, s.account, s.name, s.go, s.vote, s.at, s.auto) for s in case.signed],
        "visited": dict(case.visited),
        "back": [(b.at, b.to, b.visits, b.passed) for b in case.back],
        "count": case.count,
        "nudged_at": case.nudged_at,
        "last": _last(case.last),
    }


def returned(found: Mapping[str, Any]) -> bool:
    """Whether a case that is in its first step again was sent there, by what `packed` wrote: nobody took it back."""
    return found["last"][2] not in ("", "withdraw")


def _last(last: Last) -> tuple[Any, ...]:
    who = (last.account, last.name, last.act, last.at, last.place, last.visit)
    return (*who, last.stays, last.passed, last.entered, last.final)


def unpacked(case: CaseState, found: Mapping[str, Any]) -> CaseState:
    """The case with what `packed` wrote."""
    return replace(
        case,
        active=tuple(found["active"]),
        visits=tuple(_visit(v) for v in found["visits"]),
        signed=tuple(Signature(*s) for s in found["signed"]),
        visited=dict(found["visited"]),
        back=tuple(Back(at, to, _pairs(visits), tuple(passed)) for at, to, visits, passed in found["back"]),
        count=found["count"],
        nudged_at=found["nudged_at"],
        last=_last_of(found["last"]),
    )


def _visit(found: Any) -> Visit:
    place, number, at, since, must, waits, asked = found
    return Visit(place, number, at, since, tuple(must), tuple((w, u) for w, u in waits), tuple(asked))


def _last_of(found: Any) -> Last:
    account, name, act, at, place, visit, stays, passed, entered, final = found
    return Last(account, name, act, at, place, visit, _pairs(stays), tuple(passed), tuple(entered), final)


def _pairs(found: Any) -> tuple[tuple[str, int], ...]:
    return tuple((place, number) for place, number in found)
