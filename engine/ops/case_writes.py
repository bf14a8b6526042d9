"""A decision as rows: what is written when an approval moves, all of it in one batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..model import Text
from ..store import journal
from ..store.protocol import Insert, Update, Write
from ..store.tables import CASE, TASK
from ..workflow import CaseState, Decision, Entry, Flow, Task, packed
from .cases import StoredCase, Subject
from .notices import worded

#: Where the page of a case is.
LINK = "/cases/{case}"


@dataclass(frozen=True, slots=True)
class Around:
    """What the rows of a decision say beside it. stored: the case as it was, None for a new one; changed: names of the
    fields of the record that change along with it; ids: at least `rows_needed` fresh ids."""

    flow: Flow
    subject: Subject
    actor: int
    at: int
    defn: int
    stored: StoredCase | None = None
    open_key: str | None = None
    key_value: str = ""
    changed: tuple[str, ...] = ()


def rows_needed(decision: Decision) -> int:
    """How many ids `writes_of` uses at most."""
    told = sum(2 * len(n.accounts) for n in decision.notices)
    return told + len(decision.entries) + len(decision.effects) + len(decision.timers) + 1


def writes_of(decision: Decision, around: Around, ids: Iterator[int]) -> list[Write]:
    """The case first, held to the version that was decided on, then everything that belongs to it.

    Rows of one table stand together and none is deleted, so that PostgreSQL takes all of it as one statement. Timers of
    stays that end are left: their stay never comes again, so they find nothing to do.
    """
    case = decision.case
    return [
        _case(decision, around),
        *(Insert(TASK, _task(task, case, around.flow)) for task in decision.opened),
        *(Update(TASK, {"id": task.id}, {"state": task.state}) for task in decision.changed),
        *(Update(TASK, {"id": task.id}, _ending(task)) for task in decision.closed),
        *_entries(decision, around, ids),
        *_told(decision, around, ids),
        *_jobs(decision, around, ids),
        _audit(decision, around, ids),
    ]


def _case(decision: Decision, around: Around) -> Write:
    case = decision.case
    open_now = case.status == "open"
    moving: dict[str, Any] = {
        "version": case.version,
        "step": case.step,
        "status": case.status,
        "unit": around.subject.unit,
        "subject": around.key_value,
        "open_key": around.open_key if open_now else None,
        "state": packed(case),
        "changed_at": around.at,
        "closed_at": None if open_now else around.at,
    }
    if around.stored is not None:
        return Update(CASE, {"id": case.id, "version": around.stored.state.version}, moving, must_hit=True)
    fixed = {
        "id": case.id,
        "workflow": around.flow.workflow.id,
        "entity": around.flow.entity.id,
        "record": around.subject.id,
        "defn": around.defn,
        "requester": case.requester or None,
        "opened_at": around.at,
    }
    return Insert(CASE, {**fixed, **moving})


def _task(task: Task, case: CaseState, flow: Flow) -> dict[str, Any]:
    spot = flow.machine.spots[task.place]
    return {
        "id": task.id,
        "case_id": case.id,
        "step": spot.top.id,
        "branch": spot.id if spot.branch else "",
        "visit": task.visit,
        "account": task.account,
        "reason": dict(task.reason),
        "position": task.position,
        "state": task.state,
        "act": task.act,
        "comment": task.comment,
        "due_at": task.due_at,
        "created_at": task.created_at,
        "done_at": task.done_at,
        "seen_at": None,
    }


def _ending(task: Task) -> dict[str, Any]:
    return {"state": task.state, "act": task.act, "comment": task.comment, "done_at": task.done_at}


def _entries(decision: Decision, around: Around, ids: Iterator[int]) -> Iterator[Write]:
    case = decision.case
    changed = {"changed": list(around.changed)} if around.changed else {}
    for i, entry in enumerate(decision.entries):
        yield journal.case_entry(
            next(ids),
            case.id,
            case.version,
            entry.act,
            at=around.at,
            actor=entry.actor or None,
            step=entry.step,
            to_step=entry.to_step,
            labels={key: _both(text) for key, text in entry.labels.items()},
            comment=entry.comment,
            detail={**entry.detail, **_auto(entry), **({} if i else changed)},
        )


def _auto(entry: Entry) -> dict[str, str]:
    return {"auto": entry.auto} if entry.auto else {}


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _jobs(decision: Decision, around: Around, ids: Iterator[int]) -> Iterator[Write]:
    """Timers, effects, and a mail for each person who is told: one that fails is sent again without the others."""
    case, at = decision.case, around.at
    for timer in decision.timers:
        due = {"case": case.id, "visit": timer.visit, "index": timer.index, "round": timer.round, "at": timer.at}
        key = f"timer:{timer.key}"
        yield journal.job(next(ids), "timer", key, due, due_at=timer.at, case_id=case.id, visit=timer.visit)
    for effect in decision.effects:
        payload = {
            "case": case.id,
            "effect": effect.name,
            "place": effect.place,
            "entity": around.flow.entity.id,
            "record": around.subject.id,
            "actor": around.actor,
            "at": at,
            "defn": around.defn,
        }
        yield journal.job(next(ids), "effect", effect.key, payload, due_at=at, case_id=case.id)
    for number, notice in enumerate(decision.notices):
        title, text = worded(notice, around.flow.workflow.title)
        for account in notice.accounts:
            about = {"entity": around.flow.entity.id, "record": around.subject.id}
            mail = {"account": account, "title": title, "text": text, "link": LINK.format(case=case.id), **about}
            key = f"{case.id}:{case.version}:n{number}:{account}"
            yield journal.job(next(ids), "notice", key, mail, due_at=at, case_id=case.id)


def _told(decision: Decision, around: Around, ids: Iterator[int]) -> Iterator[Write]:
    case = decision.case
    link = LINK.format(case=case.id)
    for notice in decision.notices:
        title, text = worded(notice, around.flow.workflow.title)
        for account in notice.accounts:
            yield journal.notice(next(ids), account, title, text, at=around.at, link=link, case_id=case.id)


def _audit(decision: Decision, around: Around, ids: Iterator[int]) -> Write:
    case = decision.case
    acts = [{"act": e.act, "step": e.step, "to": e.to_step, **_auto(e)} for e in decision.entries]
    detail = {"case": case.id, "version": case.version, "acts": acts}
    entity, record = around.flow.entity.id, around.subject.id
    return journal.audit(
        next(ids), "case.act", actor=around.actor or None, at=around.at, entity=entity, record=record, detail=detail
    )
