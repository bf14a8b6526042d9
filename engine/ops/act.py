"""Acting on a case: load, decide, write one batch; whoever comes second is told who was first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..diagnostics import Diagnostic, Refused
from ..model import SYSTEM, Actor, Slot, Sql, Storage, Text, Workflow
from ..store import journal
from ..store.protocol import Busy, Missed, Query, Store, Taken, Write
from ..store.tables import CASE, ONCE
from ..workflow import SIDE, Act, CaseState, Decision, Flow, Person, begin, decide, editable
from .case_sets import case_key, own_change, record_changes
from .case_writes import LINK, Around, rows_needed, writes_of
from .cases import (
    AtHand,
    Changed,
    Desk,
    PathEntry,
    StoredCase,
    Subject,
    facts_to_act,
    load_case,
    opened,
    path_of,
    people_named,
    takes_part,
)
from .context import Now, moment
from .deciding import decided

#: How often an act is decided anew when something else changed meanwhile.
TRIES = 8
#: Acts that leave what others decide on as it was.
HARMLESS = frozenset({"comment", "nudge", "cc", "remind"})
#: Names only the engine may use.
OWN = frozenset({"timer", "start"})
#: A timer that meets one of these has nothing left to do.
OVER = frozenset({"FLOW_001", "FLOW_030", "FLOW_031"})
#: Cases of one bulk act.
MOST = 200


@dataclass(frozen=True, slots=True)
class Press:
    """What somebody does to a case, as it comes from a page or the API.

    version: of the case as they saw it, 0 for as it is; values: fields typed along, not yet cast; people: accounts
    that are meant; token: once-only token, "" for none; digest: of what was sent with it, where a token may come again
    with something else.
    """

    act: str
    version: int = 0
    comment: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    to: str = ""
    people: tuple[int, ...] = ()
    task: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    token: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an act. step: name; repeated: it had been done before with the same token."""

    case: int
    version: int
    status: str
    step: str
    title: Text
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that is about to begin. own: values for its record; writes: the case and everything else, to be applied
    together with those of the record; key: what must be the only open case."""

    decision: Decision
    own: Mapping[str, Any]
    writes: tuple[Write, ...]
    answer: Answer
    key: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a bulk act did to one case: an answer, or the reasons why not. label: of its record, "" where not known."""

    case: int
    answer: Answer | None = None
    reasons: tuple[Diagnostic, ...] = ()
    label: str = ""


# -- beginning -------------------------------------------------------------------------------------------------------


async def open_case(
    desk: Desk, actor: Actor, flow: Flow, subject: Subject, *, act: str = "", comment: str = "", defn: int = 0
) -> Opened:
    """Decide the beginning of a case over a record as it will be; nothing is written.

    act: a button to press at once, such as `submit`; "" leaves the case in its first step. The caller writes `own` to
    the record and applies `writes` in the same batch. Raises Refused with every reason why it cannot begin.
    """
    now = desk.now()
    (number,) = await desk.store.new_ids(1)
    case = CaseState(number, actor.id, actor.name)
    facts = await facts_to_act(desk, flow, case, subject, now)
    first = Act(act, actor.id, actor.name, comment) if act else None
    outcome = begin(flow.machine, case, facts, first)
    if not isinstance(outcome, Decision):
        raise Refused(outcome)
    key, value = case_key(flow, subject.values, subject.id)
    around = Around(flow, subject, actor.id, now.ms, defn or desk.live, None, key, value)
    own, linked = record_changes(flow, subject, outcome)
    writes = writes_of(outcome, around, iter(await desk.store.new_ids(rows_needed(outcome))))
    others = await desk.records.writes(linked, actor, f"case:{number}") if linked else ()
    return Opened(outcome, own, (*writes, *others), _answer(flow, outcome.case), key)


async def start(
    desk: Desk,
    actor: Actor,
    workflow: str,
    record: int,
    *,
    act: str = "",
    comment: str = "",
    token: str = "",
    digest: str = "",
    first: Sequence[Write] = (),
) -> Answer:
    """Begin a case of the live workflow (its id) over a record that exists.

    Repeating a token gives the first answer again. first: as in `act`. Raises Refused.
    """
    if (before := await _answered(desk, actor, token, digest)) is not None:
        return before
    from_live = await desk.flow(workflow, desk.live)
    if from_live is None:
        raise Refused(Diagnostic("FLOW_030"))
    for _ in range(TRIES):
        subject = await desk.records.load(from_live.model, from_live.entity, record, from_live.paths, actor)
        if subject is None:
            raise Refused(Diagnostic("FLOW_030"))
        await demand_undecided(desk.store, from_live.workflow, record, subject.label)
        made = await open_case(desk, actor, from_live, subject, act=act, comment=comment)
        change = own_change(from_live, subject, made.own)
        writes = [*await desk.records.writes([change], actor, f"case:{made.answer.case}"), *made.writes]
        if token:
            writes.append(journal.once(token, actor=actor.id, at=desk.now().ms, answer=_kept(made.answer, digest)))
        try:
            await desk.store.apply([*first, *writes])
        except Missed as missed:
            _pass_on(missed, first)
            continue
        except Taken as taken:
            if taken.table == ONCE.name and (before := await _answered(desk, actor, token, digest)):
                return before
            raise (await second_case(desk, from_live, subject, made.key, taken)) from taken
        except Busy as busy:
            raise Refused(Diagnostic("FLOW_033")) from busy
        return made.answer
    raise Refused(Diagnostic("FLOW_033"))


_DECIDED = Query(
    Sql(
        "SELECT id FROM sy_case WHERE record = ? AND workflow = ? AND status IN ('passed', 'refused', 'cancelled')"
        " LIMIT 1",
        (Slot("record"), Slot("workflow")),
    ),
    (Storage("bigint"),),
)


async def demand_undecided(store: Store, flow: Workflow, record: int, label: str) -> None:
    """Raises Refused(FLOW_044) when a case of the workflow over the record came to its end: what was decided stays
    decided. One that was withdrawn may begin again.
    """
    if await store.rows(_DECIDED, {"record": record, "workflow": flow.id}):
        raise Refused(Diagnostic("FLOW_044", args={"subject": label, "workflow": flow.title}))


_OPEN_KEY = Query(Sql("SELECT id FROM sy_case WHERE open_key = ?", (Slot("key"),)), (Storage("bigint"),))


async def second_case(desk: Desk, flow: Flow, subject: Subject, key: str, taken: Taken) -> Exception:
    """The refusal that leads to the case which is open already; `taken` itself when something else was taken.

    key: what may have one open case only, "" to work it out from the values of the record.
    """
    if taken.table != CASE.name:
        return taken
    rows = await desk.store.rows(_OPEN_KEY, {"key": key or case_key(flow, subject.values, subject.id)[0]})
    number = rows[0][0] if rows else 0
    args = {
        "subject": subject.label,
        "workflow": flow.workflow.title,
        "link": LINK.format(case=number) if number else "",
    }
    return Refused(Diagnostic("FLOW_022", args=args), detail={"case": number})


# -- acting ----------------------------------------------------------------------------------------------------------


async def act(
    desk: Desk,
    actor: Actor,
    case: int,
    press: Press,
    first: Sequence[Write] = (),
    known: AtHand = (None, None),
) -> Answer:
    """Do something to a case, exactly once.

    first: writes that have to hold or nothing happens; a `Missed` of one of them is passed on. known: what
    was read of it a moment ago and need not be read once more. Raises Refused with
    every reason; with FLOW_021 (a conflict that names who acted and when) its detail is the case as it is now.
    Repeating a token gives the first answer again.
    """
    if press.act in OWN:
        raise Refused(Diagnostic("FLOW_012", args={"step": "", "act": press.act, "acts": ""}))
    try:
        return await _acted(desk, actor, case, press, first, known)
    except Refused as refused:
        before = await _answered(desk, actor, press.token, press.digest)
        if before is not None:
            return before
        if await _hidden(desk, actor, case):
            raise Refused(Diagnostic("FLOW_030")) from refused
        raise


async def _acted(
    desk: Desk,
    actor: Actor,
    case: int,
    press: Press,
    first: Sequence[Write] = (),
    known: AtHand = (None, None),
) -> Answer:
    seen = press.version
    for _ in range(TRIES):
        now = desk.now()
        stored, flow, subject = await opened(desk, case, actor, known)
        known = (None, None)
        if seen and stored.state.version != seen:
            await _check_overtaken(desk, stored, flow, actor, press, seen, now)
        seen = seen or (stored.state.version if actor.id else 0)  # the clock saw nothing: it decides anew
        changed = await _changed(desk, actor, stored, flow, subject, press)
        outcome = await _decided(desk, actor, stored, flow, changed.subject, press, now)
        writes = await _written(desk, actor, stored, flow, changed, outcome, now)
        answer = _answer(flow, outcome.case)
        if press.token:
            writes.append(journal.once(press.token, actor=actor.id, at=now.ms, answer=_kept(answer, press.digest)))
        try:
            await desk.store.apply([*first, *writes])
        except Missed as missed:
            _pass_on(missed, first)
            continue
        except Taken as taken:
            if taken.table == ONCE.name and (before := await _answered(desk, actor, press.token, press.digest)):
                return before
            key, _ = case_key(flow, changed.subject.values, changed.subject.id)
            raise (await second_case(desk, flow, changed.subject, key, taken)) from taken
        except Busy as busy:
            raise Refused(Diagnostic("FLOW_033")) from busy
        return answer
    raise Refused(Diagnostic("FLOW_033"))


def _pass_on(missed: Missed, first: Sequence[Write]) -> None:
    """Raises it again when it was one of `first` that did not hold: deciding anew cannot help then."""
    if any(missed.write is one for one in first):
        raise missed


async def _changed(desk: Desk, actor: Actor, stored: StoredCase, flow: Flow, subject: Subject, press: Press) -> Changed:
    if not press.values:
        return Changed(subject)
    allowed = editable(flow.machine, stored.state, actor.id)
    changed = await desk.records.change(subject, press.values, allowed, actor)
    if changed.errors:
        raise Refused(changed.errors, detail=changed.detail)
    return changed


async def _decided(
    desk: Desk, actor: Actor, stored: StoredCase, flow: Flow, subject: Subject, press: Press, now: Now
) -> Decision:
    done = Act(
        name=press.act,
        actor=actor.id,
        actor_name=actor.name if actor.id else "",
        comment=press.comment.strip()[:4000],
        to=press.to,
        task=press.task,
        options=press.options,
    )
    if press.people:
        people = await people_named(desk.store, press.people)
        facts = await facts_to_act(desk, flow, stored.state, subject, now, len(people))
        done = replace(done, people=tuple(_fuller(p, facts.people.values()) for p in people))
        outcome = decide(flow.machine, stored.state, done, facts)
    else:
        outcome = await decided(desk, flow, stored.state, subject, done, now)
    if not isinstance(outcome, Decision):
        raise Refused(outcome)
    return outcome


def _fuller(person: Person, known: Iterable[tuple[Person, ...]]) -> Person:
    """The person with the distance and reason they were found by, where they were."""
    return next((p for group in known for p in group if p.account == person.account), person)


async def _written(
    desk: Desk, actor: Actor, stored: StoredCase, flow: Flow, changed: Changed, decision: Decision, now: Now
) -> list[Write]:
    own, linked = record_changes(flow, changed.subject, decision)
    typed = {**changed.values, **own}
    key, value = case_key(flow, {**changed.subject.values, **own}, changed.subject.id)
    set_anew = {n for n, v in own.items() if n != flow.machine.mirror and changed.subject.values.get(n) != v}
    names = tuple(sorted({*changed.values, *set_anew, *(c.entity.name for c in linked)}))
    around = Around(flow, changed.subject, actor.id, now.ms, stored.defn, stored, key, value, names)
    ids = iter(await desk.store.new_ids(rows_needed(decision)))
    rows = [own_change(flow, changed.subject, typed), *linked]
    return [*writes_of(decision, around, ids), *await desk.records.writes(rows, actor, f"case:{stored.state.id}")]


# -- who was first ---------------------------------------------------------------------------------------------------


async def _check_overtaken(
    desk: Desk, stored: StoredCase, flow: Flow, actor: Actor, press: Press, seen: int, now: Now
) -> None:
    """Raises Refused unless what happened since leaves the person's view of the case true.

    A button counts as pressed on what was seen while the stay it belongs to had begun by then and goes on, and nobody
    changed the record meanwhile: several people signing the same step do not get in each other's way.
    """
    since = [e for e in await path_of(desk.store, stored.state.id, seen) if e.act not in HARMLESS]
    if not since:
        return
    task = _own_task(stored.state, actor, press)
    pressed = any(spot.go(press.act) for spot in flow.machine.active(stored.state.active))
    stays = {v.number: v.since for v in stored.state.visits}
    if pressed and task and stays.get(task.visit, seen + 1) <= seen and not any(e.detail.get("changed") for e in since):
        return
    raise Refused(_overtaken(since[-1], now), detail=stored)


def _own_task(case: CaseState, actor: Actor, press: Press) -> Any:
    mine = (t for t in case.tasks if t.account == actor.id and t.state == "open")
    return next((t for t in mine if press.task in (0, t.id)), None)


def _overtaken(entry: PathEntry, now: Now) -> Diagnostic:
    at: datetime = moment(entry.at).astimezone(now.zone)
    who = entry.by or Text("系统", "The system")
    side = SIDE[entry.act].title if entry.act in SIDE else Text(entry.act)
    args = {"who": who, "at": f"{at:%m-%d %H:%M}", "act": entry.labels.get("act") or side}
    return Diagnostic("FLOW_021", args=args)


async def _answered(desk: Desk, actor: Actor, token: str, digest: str) -> Answer | None:
    """The answer of an act done before with this token by the same person. Raises Refused when it was another act."""
    if not token:
        return None
    for by, found in await desk.store.rows(journal.ONCE_ANSWER, {"token": token}):
        if by == actor.id and found.get("kind") == "case":
            if found.get("digest", "") != digest:
                raise Refused(Diagnostic("API_009"))
            title = Text(**found["title"])
            return Answer(found["case"], found["version"], found["status"], found["step"], title, repeated=True)
    return None


def _kept(answer: Answer, digest: str) -> dict[str, Any]:
    title = {"zh": answer.title.zh, "en": answer.title.en}
    return {"kind": "case", "case": answer.case, "version": answer.version, "status": answer.status,
            "step": answer.step, "title": title, **({"digest": digest} if digest else {})}  # fmt: skip


def _answer(flow: Flow, case: CaseState) -> Answer:
    step = flow.machine.steps[case.step]
    return Answer(case.id, case.version, case.status, step.name, step.title)


async def _hidden(desk: Desk, actor: Actor, case: int) -> bool:
    """Whether the case is none of the actor's business: then not even its state is told."""
    if actor.id == SYSTEM.id or await takes_part(desk.store, actor.id, case):
        return False
    stored = await load_case(desk.store, case)
    return stored is None or not await desk.sees(actor, stored.entity, stored.record)


# -- many at once, and the clock ---------------------------------------------------------------------------------------


async def act_on_all(
    desk: Desk,
    actor: Actor,
    cases: Sequence[tuple[int, int]],
    act_name: str,
    *,
    comment: str = "",
    token: str = "",
    first: Sequence[Write] = (),
) -> list[Outcome]:
    """The same act on several cases (id, version seen), each for itself: some may succeed while others are refused.

    token: made different for each case, so that sending the whole list again repeats nothing.
    """
    found = []
    for case, version in tuple(dict.fromkeys(cases))[:MOST]:
        press = Press(act_name, version, comment, token=f"{token}:{case}" if token else "")
        try:
            found.append(Outcome(case, await act(desk, actor, case, press, first)))
        except Refused as refused:
            found.append(Outcome(case, None, refused.diagnostics))
    return found


async def act_on_time(desk: Desk, payload: Mapping[str, Any]) -> Answer | None:
    """What a timer does to its case; None when the stay it was set for is over."""
    options = {key: int(payload[key]) for key in ("visit", "index", "round", "at")}
    try:
        return await _acted(desk, SYSTEM, int(payload["case"]), Press("timer", options=options))
    except Refused as refused:
        if all(d.code in OVER for d in refused.diagnostics):
            return None
        raise
