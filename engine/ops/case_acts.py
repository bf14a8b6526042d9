"""Acting on cases from a page or the API: with rights that hold now, and naming only people one may know of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ..changeset import Changeset
from ..diagnostics import Diagnostic, Place, Refused
from ..model import Slot, Sql, Storage, Workflow
from ..policy import reaches
from ..store.protocol import Missed, Query
from ..workflow import Person
from .act import Answer, Outcome, Press, act, demand_undecided, start
from .asking import Ask
from .called import called
from .case_at_hand import at_hand
from .case_read import CaseRead
from .case_start import demand_own
from .cases import StoredCase, facts_for, inbox, load_case, opened, takes_part
from .listing import listing
from .live import LIVE_ROW
from .notices import seen
from .work import Work

_BIG, _TEXT = Storage("bigint"), Storage("text")
T = TypeVar("T")

#: People offered at once.
MOST = 20
#: Cases of one bulk act.
MOST_CASES = 200


async def press(work: Work, case: int, done: Press) -> Answer:
    """Do something to a case, exactly once; the rights of the actor are those of this very moment.

    Raises Refused with every reason (FLOW_021, a conflict that says who acted and when, with the case as it is now as
    its detail; FLOW_030 for a case that is not to be seen), Moved and Stale.
    """
    return await _freshly(work, lambda: _pressed(work, case, done))


async def _pressed(work: Work, case: int, done: Press) -> Answer:
    stored, subject = await at_hand(work, case)
    entity = work.version.by_id(stored.entity) if stored else None
    if work.actor.scopes is not None and not (entity and reaches(work.actor.scopes, entity.name, "edit")):
        raise Refused(Diagnostic("FLOW_030"))
    if done.people:
        await _demand_known(work, case, done.people)
    return await act(work.desk, work.actor, case, done, (work.holds(),), (stored, subject))


async def press_all(
    work: Work, cases: Sequence[tuple[int, int]], name: str = "", *, comment: str = "", token: str = ""
) -> list[Outcome]:
    """The same act on several cases (id, version seen), each for itself; some may succeed while others are refused.

    name: "" for whatever button says yes where the case waits for the actor. token: made different for each case, so
    that sending the whole list again repeats nothing.
    """
    found = []
    for case, version in tuple(dict.fromkeys(cases))[:MOST_CASES]:
        stored = await load_case(work.store, case)
        done = Press(name or await _yes(work, stored), version, comment, token=f"{token}:{case}" if token else "")
        try:
            found.append(Outcome(case, await press(work, case, done)))
        except Refused as refused:
            found.append(Outcome(case, None, refused.diagnostics, await _label(work, stored)))
    return found


async def _yes(work: Work, stored: StoredCase | None) -> str:
    """The approving button of the place where the case waits for the actor, `approve` where there is none."""
    flow = await work.desk.flow(stored.workflow, stored.defn) if stored else None
    if stored is None or flow is None:
        return "approve"
    mine = {t.place for t in stored.state.tasks if t.account == work.actor.id and t.state == "open"}
    gos = (g for s in flow.machine.active(stored.state.active) if s.id in mine for g in s.gos if g.kind == "approve")
    return next((g.name for g in gos), "approve")


async def _label(work: Work, stored: StoredCase | None) -> str:
    entity = work.version.by_id(stored.entity) if stored else None
    if stored is None or entity is None:
        return ""
    return (await called(work, {entity.name: (stored.record,)})).get(stored.record, "")


async def hand_over_all(work: Work, account: int, to: int, comment: str = "") -> list[Outcome]:
    """Hand everything an account is asked over to another, case by case: for leavers and long absences.

    The actor looks after accounts, or hands over their own where the steps allow it. Raises Refused(FLOW_043).
    """
    if work.actor.id != account and not work.access.may(work.actor, "users"):
        raise Refused(Diagnostic("FLOW_043"))
    found: list[Outcome] = []
    for state in ("open", "waiting"):
        after = (0, 0)
        while lines := await inbox(work.store, account, state=state, after=after):
            after = (lines[-1].created_at, lines[-1].task)
            for line in lines:
                done = Press("hand_over", comment=comment, people=(to,), task=line.task)
                try:
                    found.append(Outcome(line.case, await press(work, line.case, done)))
                except Refused as refused:
                    label = await _label(work, await load_case(work.store, line.case))
                    found.append(Outcome(line.case, None, refused.diagnostics, label))
    return found


async def begin_over(
    work: Work, workflow: str, record: int, *, name: str = "", comment: str = "", token: str = "", digest: str = ""
) -> Answer:
    """Begin a case of the live workflow of that name over a record that is there.

    name: a button of the first step to press at once. The actor may create such records, and made this one or may
    change it. Raises Refused, with the open case as its detail where one goes on already (FLOW_022); FLOW_044 where
    one came to its end.
    """
    flow = _flow(work, workflow)
    return await _freshly(work, lambda: _begun(work, flow, record, name, comment, token, digest))


async def beginning(work: Work, workflow: str, record: int) -> str:
    """How the record is called over which a case may begin. Raises Refused as `begin_over` does, but for open ones."""
    flow = _flow(work, workflow)

    async def called_so() -> str:
        label = await demand_own(work, flow, record)
        await demand_undecided(work.store, flow, record, label)
        return label

    return await _freshly(work, called_so)


def _flow(work: Work, workflow: str) -> Workflow:
    flow = work.version.model.workflows.get(workflow)
    if flow is None or "create" not in work.access.operations(work.actor, flow.of):
        raise Refused(Diagnostic("FLOW_030"))
    return flow


async def _begun(work: Work, flow: Workflow, record: int, name: str, comment: str, token: str, digest: str) -> Answer:
    await demand_own(work, flow, record)
    more = {"comment": comment, "token": token, "digest": digest}
    return await start(work.desk, work.actor, flow.id, record, act=name, first=(work.holds(),), **more)


async def mark_seen(work: Work, case: int) -> None:
    """The actor has looked at the case: tasks there count as seen, notices about it as read."""
    await seen(work.store, work.actor.id, case, work.now.ms)


async def _freshly(work: Work, do: Callable[[], Awaitable[T]]) -> T:
    """What `do` gives, a refusal only to somebody whose rights are known to be those of now. Raises Moved, Stale."""
    try:
        return await do()
    except Missed as missed:
        work.missed(missed)
        raise
    except Refused:
        ((_, epoch, access),) = await work.store.rows(LIVE_ROW)
        work.demand(epoch, access)
        raise


# -- people who may be named -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Nameable:
    """An account that may be named with an act. label: how its record is called."""

    account: int
    name: str
    label: str = ""


_OF_RECORDS = (
    "SELECT ar.record, a.id, a.name FROM sy_account_record ar JOIN sy_account a ON a.id = ar.account AND a.active"
)
_RECORDS_OF = Query(
    Sql("SELECT account, record FROM sy_account_record WHERE account = ?", (Slot("account"),)), (_BIG, _BIG)
)


async def nameable(work: Work, case: int, text: str = "") -> tuple[Nameable, ...]:
    """People to hand over to, to ask or to add: first those who could have been asked in the steps it stands in, then
    people of the same kinds whom the actor may see, by name. text: part of a name, pinyin initials or a number.

    Raises Refused(FLOW_030) for a case that is not to be seen.
    """
    holders = await _holders(work, case)
    typed = text.strip()
    found = {p.account: Nameable(p.account, p.name) for p in holders if typed.lower() in p.name.lower()}
    for kind in await _kinds(work, holders):
        if len(found) >= MOST:
            break
        listed = await listing(work, Ask(kind, q=typed, limit=MOST))
        labels = {line.id: line.label for line in listed.lines}
        for record, account, name in await _accounts(work, tuple(labels)):
            found.setdefault(account, Nameable(account, name, labels[record]))
    found.pop(work.actor.id, None)
    return tuple(found.values())[:MOST]


async def _holders(work: Work, case: int) -> tuple[Person, ...]:
    """Everybody who could be asked where the case stands, and who takes part in it."""
    stored, flow, subject = await opened(work.desk, case, work.actor)
    if not await takes_part(work.store, work.actor.id, case):
        entity = work.version.by_id(stored.entity)
        if entity is None or not await called(work, {entity.name: (stored.record,)}):
            raise Refused(Diagnostic("FLOW_030"))
    facts, _ = await facts_for(work.desk, flow, stored.state, subject, work.now)
    found: dict[int, Person] = {}
    for spot in flow.machine.active(stored.state.active):
        by = spot.step.by
        for person in facts.people.get(replace(by, exclude=()), ()) if by else ():
            found.setdefault(person.account, person)
    state = stored.state
    part = [(t.account, t.name) for t in state.tasks] + [(s.account, s.name) for s in state.signed]
    for account, name in (*part, (state.requester, state.requester_name)):
        found.setdefault(account, Person(account, name))
    return tuple(found.values())


async def _kinds(work: Work, holders: Sequence[Person]) -> tuple[str, ...]:
    """The entities of people that the actor and those who could be asked belong to, as far as the actor sees them."""
    accounts = (work.actor.id, *(p.account for p in holders[:MOST]))
    records = [r for one in accounts for _, r in await work.store.rows(_RECORDS_OF, {"account": one})]
    people = [e for e in work.version.model.entities.values() if e.person]
    seen_by = [e for e in people if "see" in work.access.operations(work.actor, e.name)]
    return tuple([e.name for e in seen_by if await called(work, {e.name: records})])


async def _accounts(work: Work, records: Sequence[int]) -> list[tuple[int, int, str]]:
    if not records:
        return []
    marks = ", ".join("?" * len(records))
    query = Query(
        Sql(f"{_OF_RECORDS} WHERE ar.record IN ({marks}) ORDER BY a.name", tuple(records)), (_BIG, _BIG, _TEXT)
    )
    return [(record, account, name) for record, account, name in await work.store.rows(query)]


async def _demand_known(work: Work, case: int, people: Sequence[int]) -> None:
    """Raises Refused(FLOW_023) when one of the people is nobody whom `nameable` could offer."""
    holders = await _holders(work, case)
    kinds = await _kinds(work, holders)
    known = {p.account for p in holders}
    for account in people:
        if account in known:
            continue
        records = [r for _, r in await work.store.rows(_RECORDS_OF, {"account": account})]
        if not records or not await called(work, dict.fromkeys(kinds, records)):
            raise Refused(Diagnostic("FLOW_023", Place(path="people")))


# -- filling in at a step ----------------------------------------------------------------------------------------------


async def consider_at(work: Work, found: CaseRead, values: Mapping[str, Any]) -> Changeset | None:
    """What would become of the record with what is typed at this step (by live names); nothing is written.

    None where the person may change nothing. Values they see masked or not at all are so in the changeset.
    """
    if not found.edit:
        return None
    raw = at_case(found, values)
    changed = await work.desk.records.change(found.view.subject, raw, tuple(found.edit.values()), work.actor)
    detail = changed.detail
    return detail if isinstance(detail, Changeset) else None


def at_case(found: CaseRead, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by live names as `Press` takes them: by the names of the version the case was begun with."""
    return {found.edit.get(name, name): value for name, value in values.items()}


_SAID = Query(
    Sql(
        "SELECT t.comment FROM sy_task t JOIN sy_case c ON c.id = t.case_id WHERE t.account = ? AND t.state = 'done'"
        " AND t.comment <> '' AND c.workflow = ? ORDER BY t.done_at DESC LIMIT 30",
        (Slot("account"), Slot("workflow")),
    ),
    (_TEXT,),
)
#: Longest comment that is worth offering again.
SHORT = 40


async def stock_answers(work: Work, workflow: str, most: int = 2) -> tuple[str, ...]:
    """What the actor wrote most often of late when deciding on cases of a workflow (its id), if it is short."""
    rows = await work.store.rows(_SAID, {"account": work.actor.id, "workflow": workflow})
    said = [" ".join(row[0].split()) for row in rows]
    counted = Counter(text for text in said if len(text) <= SHORT)
    return tuple(text for text, times in counted.most_common(most) if times > 1)
