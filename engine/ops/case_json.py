"""Cases and tasks as the API gives them, for one person; shapes of `compile/api_schemas.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..model import Lang
from ..workflow import Offer
from .case_lists import InboxLine, inbox_of
from .case_read import CaseRead, read_case
from .context import moment
from .work import Work


async def case_json(work: Work, case: int, lang: Lang | None = None) -> dict[str, Any]:
    """The case with what the actor can do now (component `case_state`).

    Raises Refused(FLOW_030) for a case that is not to be seen, Moved and Stale.
    """
    found = await read_case(work, case)
    stored, flow = found.view.stored, found.view.flow
    state, said = stored.state, lang or work.actor.lang
    return {
        "id": state.id,
        "version": state.version,
        "workflow": flow.workflow.name,
        "status": state.status,
        "step": {"name": flow.machine.steps[state.step].name, "title": flow.machine.title(state.step).get(said)},
        "record": _record(work, found),
        "requester": {"id": state.requester, "name": state.requester_name},
        "opened_at": _moment(work, stored.opened_at),
        "closed_at": None if stored.closed_at is None else _moment(work, stored.closed_at),
        "acts": [_act(o, said) for o in _one_of_each(found.offers)],
    }


def _record(work: Work, found: CaseRead) -> dict[str, Any]:
    stored = found.view.stored
    live = work.version.by_id(stored.entity)
    label = found.detail.record.label if found.detail else ""
    return {"entity": live.name if live else found.view.flow.entity.name, "id": stored.record, "label": label}


def _one_of_each(offers: tuple[Offer, ...]) -> list[Offer]:
    """What can be done, each act once."""
    return list({o.act: o for o in reversed(offers) if o.enabled}.values())[::-1]


def _act(offer: Offer, lang: Lang) -> dict[str, Any]:
    return {"name": offer.act, "title": offer.title.get(lang), "need": list(offer.needs)}


async def tasks_json(work: Work, after: str = "", limit: int = 50, lang: Lang | None = None) -> dict[str, Any]:
    """What waits for the actor, by when it is due (a page of component `task`). after: as the page before said."""
    said = lang or work.actor.lang
    found = await inbox_of(work, after=after, limit=limit)
    lines = [line for line in found.lines if line.label or work.actor.scopes is None]
    items = [_task(work, line, said) for line in lines]
    return {"items": items, "after": found.after or None, "before": None}


def _task(work: Work, line: InboxLine, lang: Lang) -> dict[str, Any]:
    return {
        "id": line.task,
        "case": line.case,
        "title": line.title.get(lang),
        "step": line.step.get(lang),
        "record": {"entity": line.entity, "id": line.record, "label": line.label},
        "since": _moment(work, line.at),
        "due_at": None if line.due_at is None else _moment(work, line.due_at),
    }


def _moment(work: Work, at: int) -> str:
    found: datetime = moment(at).astimezone(work.zone)
    return found.isoformat(timespec="milliseconds")
