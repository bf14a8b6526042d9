"""A case state as JSON and back; only what cannot be read from columns and tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from .state import Back, CaseState, Last, Signature, Visit


def packed(case: CaseState) -> dict[str, Any]:
    """The part of the case that is kept in its `state` column."""
    return {
        "active": list(case.active),
        "visits": [asdict(v) for v in case.visits],
        "signed": [asdict(s) for s in case.signed],
        "visited": dict(case.visited),
        "back": [asdict(b) for b in case.back],
        "count": case.count,
        "nudged_at": case.nudged_at,
        "last": asdict(case.last),
    }


def unpacked(case: CaseState, found: Mapping[str, Any]) -> CaseState:
    """The case with what `packed` wrote."""
    return replace(
        case,
        active=tuple(found["active"]),
        visits=tuple(_visit(v) for v in found["visits"]),
        signed=tuple(Signature(**s) for s in found["signed"]),
        visited=dict(found["visited"]),
        back=tuple(_back(b) for b in found["back"]),
        count=found["count"],
        nudged_at=found["nudged_at"],
        last=_last(found["last"]),
    )


def _visit(found: Mapping[str, Any]) -> Visit:
    waits = tuple((w, u) for w, u in found["waits"])
    must, asked = tuple(found["must"]), tuple(found["asked"])
    return Visit(found["place"], found["number"], found["at"], found["since"], must, waits, asked)


def _back(found: Mapping[str, Any]) -> Back:
    return Back(found["at"], found["to"], _stays(found["visits"]), tuple(found["passed"]))


def _last(found: Mapping[str, Any]) -> Last:
    more = {
        "stays": _stays(found["stays"]),
        "passed": tuple(found["passed"]),
        "entered": tuple(found["entered"]),
    }
    return Last(**{**found, **more})


def _stays(found: Any) -> tuple[tuple[str, int], ...]:
    return tuple((place, number) for place, number in found)
