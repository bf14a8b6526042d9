"""Cases and tasks as the API gives them."""

from __future__ import annotations

from typing import Any

from ..workflow import Offer
from .case_lists import InboxLine, inbox_of
from .case_read import CaseRead, Passed, read_case
from .context import moment
from .work import Work


async def case_json(work: Work, case: int, lang: str = "zh") -> dict[str, Any]:
    """A case for the actor: where it stands, what they can do now, what was done.

    Raises Refused(FLOW_030) for a case that is not there or not to be seen, Moved and Stale.
    """
    found = await read_case(work, case)
    stored, flow = found.view.stored, found.view.flow
    state = stored.state
    live = work.version.by_id(stored.entity)
    step = flow.machine.steps[state.step]
    return {
        "id": state.id,
        "version": state.version,
        "workflow": flow.workflow.name,
        "title": flow.workflow.title.get(lang),
        "status": state.status,
        "step": {"name": step.name, "title": step.title.get(lang)},
        "record": {
            "entity": live.name if live else flow.entity.name,
            "id": stored.record,
            "label": found.detail.record.label if found.detail else "",
        },
        "requester": {"id": state.requester, "name": state.requester_name},
        "opened_at": moment(stored.opened_at),
        "closed_at": None if stored.closed_at is None else moment(stored.closed_at),
        "acts": [_act(offer, found, lang) for offer in _open(found)],
        "path": [_passed(one, lang) for one in found.path],
    }


def _open(found: CaseRead) -> list[Offer]:
    """What the actor can do, each act once: whoever has two tasks names one."""
    return list({offer.act: offer for offer in reversed(found.offers) if offer.enabled}.values())[::-1]


def _act(offer: Offer, found: CaseRead, lang: str) -> dict[str, Any]:
    then = set(offer.edit)
    return {
        "name": offer.act,
        "title": offer.title.get(lang),
        "need": list(offer.needs),
        "to": [target.name for target in offer.targets],
        "edit": [name for name, older in found.edit.items() if older in then],
    }


def _passed(one: Passed, lang: str) -> dict[str, Any]:
    return {
        "at": moment(one.at),
        "by": {"id": one.account, "name": one.by},
        "act": one.name,
        "title": one.act.get(lang),
        "step": one.step.get(lang),
        "to": one.to.get(lang),
        "comment": one.comment,
    }


async def tasks_json(work: Work, after: str = "", limit: int = 50, lang: str = "zh") -> dict[str, Any]:
    """A page of what waits for the actor, as far as a key reaches the records."""
    found = await inbox_of(work, after=after, limit=limit)
    lines = [line for line in found.lines if _reached(work, line)]
    return {"items": [_task(line, lang) for line in lines], "after": found.after or None}


def _reached(work: Work, line: InboxLine) -> bool:
    return work.actor.scopes is None or (bool(line.entity) and not work.product(line.entity, "see").nothing)


def _task(line: InboxLine, lang: str) -> dict[str, Any]:
    return {
        "id": line.task,
        "case": line.case,
        "version": line.version,
        "workflow": line.workflow,
        "title": line.title.get(lang),
        "step": line.step.get(lang),
        "record": {"entity": line.entity, "id": line.record, "label": line.label},
        "requester": line.requester,
        "since": moment(line.at),
        "due_at": None if line.due_at is None else moment(line.due_at),
    }
