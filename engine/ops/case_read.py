"""A case as one person may see it: its answers, its way, who has it and why, what can be done and why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..diagnostics import Diagnostic, Refused
from ..fieldtypes import target_of
from ..model import Entity, Field, Model, Slot, Sql, Storage, Text
from ..store.protocol import Query
from ..workflow import SIDE, Offer, Person, Task, because, editable
from .case_people import at_path
from .cases import CaseView, PathEntry, case_view
from .detail import detail
from .school_days import days_left
from .shown import Detail
from .work import Work

_BIG = Storage("bigint")


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who is asked in a place. why: the reason they were chosen, as it was stored; waiting: their turn comes
    later; opinion: they were asked for an opinion and have no vote; days: school days until it is due; added_by: the
    account that added them as a signer; seen: they have looked at the case.
    """

    account: int
    name: str
    why: Text
    waiting: bool = False
    opinion: bool = False
    due_at: int | None = None
    days: int | None = None
    added_by: int = 0
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Stay:
    """A place the case stands in: a step, or one branch of several. signed: who has signed in this stay; needs: how
    many approvals it takes, of how many people.
    """

    id: str
    title: Text
    since: int
    asked: tuple[Seat, ...]
    signed: tuple[str, ...] = ()
    needs: int = 1
    people: int = 1
    in_turn: bool = False


@dataclass(frozen=True, slots=True)
class Passed:
    """A line of the path. act: what was done, in words; auto: why the engine did it, "" when a person did; people: who
    was named; kind: of the button (submit, approve, reject, return, other), "" for what is no button.
    """

    at: int
    by: str
    account: int
    act: Text
    name: str
    kind: str
    step: Text
    to: Text
    comment: str
    auto: str
    people: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coming:
    """A step to come if everybody agrees, with who would be asked and why. nobody: what happens as nobody can be."""

    step: str
    title: Text
    people: tuple[Seat, ...]
    branch: bool
    nobody: str
    end: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that a button would set. act: of the button; field: what is set; title: with the way to it; old, new: as
    the engine holds values.
    """

    act: str
    field: Field
    title: Text
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class CaseRead:
    """Everything the page of a case shows to one person.

    detail: the record as far as the person sees it, None where they take part without seeing it; edit: fields they may
    change at this step, live name -> name in the version the case was begun with; offers: buttons with what stands
    in the way of those that do not work; settings: what open buttons would set, as far as the person sees it in full;
    fresh: something in it is new to them; now: milliseconds.
    """

    view: CaseView
    detail: Detail | None
    places: tuple[Stay, ...]
    path: tuple[Passed, ...]
    coming: tuple[Coming, ...]
    edit: Mapping[str, str]
    settings: tuple[Setting, ...]
    fresh: bool
    now: int

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Everything the person could do, or could do if something were otherwise."""
        return self.view.offers


_PART = Query(
    Sql(
        "SELECT l.epoch, l.access, (SELECT count(*) FROM (SELECT 1 FROM sy_case WHERE id = ? AND requester = ?"
        " UNION ALL SELECT 1 FROM sy_task WHERE case_id = ? AND account = ?) AS p),"
        " (SELECT count(*) FROM (SELECT 1 FROM sy_task WHERE case_id = ? AND account = ? AND seen_at IS NULL"
        " UNION ALL SELECT 1 FROM sy_notice WHERE case_id = ? AND account = ? AND read_at IS NULL) AS f),"
        " (SELECT record FROM sy_case WHERE id = ?), (SELECT entity FROM sy_case WHERE id = ?)"
        " FROM sy_live l WHERE l.id = 1",
        (*(Slot("case"), Slot("account")) * 4, Slot("case"), Slot("case")),
    ),
    (_BIG, _BIG, _BIG, _BIG, _BIG, Storage("text")),
)


async def read_case(work: Work, case: int) -> CaseRead:
    """The case for the actor, who takes part in it or sees its record.

    Raises Refused(FLOW_030) for a case that is not there or not to be seen, Moved and Stale.
    """
    slots = {"case": case, "account": work.actor.id}
    ((epoch, access, part, fresh, record, entity),) = await work.store.rows(_PART, slots)
    work.demand(epoch, access)
    shown = await _record(work, entity, record)
    if record is None or (shown is None and not (part and work.actor.scopes is None)):
        raise Refused(Diagnostic("FLOW_030"))
    view = await case_view(work.desk, work.actor, case)
    words = _Words(work.version.model, view.flow.entity)
    return CaseRead(
        view,
        shown,
        tuple(_places(work, view, words)),
        tuple(_passed(view, entry) for entry in view.path),
        tuple(_coming(view, words)),
        _editable(work, view, shown),
        tuple(_settings(work, view, words)),
        bool(fresh),
        work.now.ms,
    )


async def _record(work: Work, entity: str | None, record: int | None) -> Detail | None:
    """The record as far as the actor sees it, None where they do not."""
    live = work.version.by_id(entity) if entity else None
    if live is None or record is None or "see" not in work.access.operations(work.actor, live.name):
        return None
    try:
        return await detail(work, live.name, record)
    except Refused:
        return None


def _editable(work: Work, view: CaseView, shown: Detail | None) -> Mapping[str, str]:
    live = work.version.by_id(view.flow.entity.id)
    names = editable(view.flow.machine, view.stored.state, work.actor.id)
    if live is None or shown is None:
        return {}
    then = {spec.id: spec.name for spec in view.flow.entity.fields}
    return {spec.name: then[spec.id] for spec in live.fields if then.get(spec.id) in names}


def _places(work: Work, view: CaseView, words: _Words) -> Iterator[Stay]:
    state, machine = view.stored.state, view.flow.machine
    today = work.now.at.astimezone(work.zone).date()
    looked = {t.id for t in view.tasks if t.seen_at is not None}
    for spot in machine.active(state.active):
        visit = state.visit(spot.id)
        if visit is None:
            continue
        mine = [t for t in state.tasks if t.visit == visit.number]
        asked = tuple(
            replace(
                words.asked(Person(t.account, t.name, reason=t.reason)),
                waiting=t.state == "waiting",
                opinion=t.id in visit.asked,
                due_at=t.due_at,
                seen=t.id in looked,
                days=None if t.due_at is None else days_left(view.calendar, t.due_at, today),
            )
            for t in mine
        )
        signed = tuple(s.name for s in state.signed if s.place == spot.id and s.visit == visit.number)
        people = len([t for t in mine if t.id not in visit.asked]) + len(signed)
        threshold = spot.step.sign.pass_when
        needs = threshold.count or -(-people * threshold.percent // 100)
        in_turn = spot.step.sign.in_turn
        yield Stay(spot.id, spot.step.title, visit.at, asked, signed, min(needs, people), people, in_turn)


def _passed(view: CaseView, entry: PathEntry) -> Passed:
    go = next((g for g in view.flow.machine.gos.values() if g.name == entry.act), None)
    side = SIDE.get(entry.act)
    act = entry.labels.get("act") or (side.title if side else go.title if go else Text())
    names = entry.detail.get("people") or ()
    return Passed(
        entry.at,
        entry.by,
        entry.actor or 0,
        act,
        entry.act,
        go.kind if go and "act" in entry.labels else "",
        entry.labels.get("step", Text()),
        entry.labels.get("to", Text()),
        entry.comment,
        str(entry.detail.get("auto", "")),
        tuple(str(n) for n in names),
        entry.detail,
    )


def _coming(view: CaseView, words: _Words) -> Iterator[Coming]:
    for one in view.ahead:
        people = tuple(words.asked(p) for p in one.people)
        yield Coming(one.step, one.title, people, one.branch, one.nobody, one.end)


def _settings(work: Work, view: CaseView, words: _Words) -> Iterator[Setting]:
    live = work.version.by_id(view.flow.entity.id)
    for offer in view.offers:
        for path, new in offer.sets:
            spec = words.spec(path)
            if spec is None or live is None or (spec.type == "state" and len(path) == 1):
                continue
            if work.access.along(work.actor, live.name, path) == "show":
                old = next(iter(at_path(view.subject.values, path)), None)
                if old != new:
                    yield Setting(offer.act, spec, words.field(".".join(path)), old, new)


class _Words:
    """What roles and fields are called in reasons."""

    def __init__(self, model: Model, entity: Entity) -> None:
        self._model = model
        self._entity = entity
        self._roles = {policy.role: policy.title for policy in model.policies.values()}

    def asked(self, person: Person) -> Seat:
        """The person with the reason in words."""
        added = person.reason.get("via") == "added"
        by = int(person.reason.get("by_account", 0)) if added else 0
        return Seat(person.account, person.name, because(person.reason, self._role, self.field), added_by=by)

    def _role(self, name: str) -> Text:
        return self._roles.get(name) or Text(name)

    def field(self, path: str) -> Text:
        """What a path of names is called."""
        titles = [spec.title if spec else Text(name) for name, spec in self._along(path.split("."))]
        return Text(" · ".join(t.get("zh") for t in titles), " · ".join(t.get("en") for t in titles))

    def spec(self, path: Sequence[str]) -> Field | None:
        """The field a path of names ends at."""
        return next((spec for _, spec in reversed(list(self._along(path)))), None)

    def _along(self, path: Sequence[str]) -> Iterator[tuple[str, Field | None]]:
        here: Entity | None = self._entity
        for name in path:
            spec = here.field(name) if here else None
            yield name, spec
            here = self._model.entities.get(target_of(spec)) if spec else None


def my_tasks(found: CaseRead, account: int) -> tuple[Task, ...]:
    """What the case waits for from this account."""
    return tuple(t for t in found.view.stored.state.tasks if t.account == account and t.state == "open")
