"""Cases as they are stored: reading one with its tasks and path, and what approvals need of everything around them."""

# ruff: noqa: S608 - put together from constants

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Protocol, cast

from ..diagnostics import Diagnostic, Refused
from ..model import Actor, Entity, Model, Slot, Sql, Storage, Text
from ..store.protocol import Connection, Query, Row, Store, Write
from ..workflow import (
    Ahead,
    CaseState,
    Facts,
    Flow,
    Offer,
    Person,
    Task,
    editable,
    everyone,
    offers,
    predict,
    unpacked,
    wanted,
)
from .calendar import Calendar, later
from .case_people import Asker
from .context import Now
from .live import Version

_BIG, _TEXT, _JSON = Storage("bigint"), Storage("text"), Storage("json")


@dataclass(frozen=True, slots=True)
class Subject:
    """The record behind a case, by the names of the version the case was begun with.

    values: its fields and the other names its expressions may use (`actor`, `unit`, `$now` ...), as expressions see
    them, links with what paths lead to; stored: what whoever loaded it wants back when it is written, such as the
    record in the words of what is live.
    """

    model: Model
    entity: Entity
    id: int
    version: int
    unit: int | None
    label: str
    values: Mapping[str, Any] = field(default_factory=dict)
    stored: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Changed:
    """A record after what somebody typed along with an act. values: name -> new value of what differs."""

    subject: Subject
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: tuple[Diagnostic, ...] = ()
    detail: Any = None


@dataclass(frozen=True, slots=True)
class RecordChange:
    """Values to be written to a record, by the field names of `entity` as it is in `model` (which may be older than
    what is live), as expressions give them (a number is a Decimal): the type of each field casts them like a computed
    value. version: the one the record must still have, None for whatever it has now; stored: as in `Subject`, None to
    read the record again.
    """

    model: Model
    entity: Entity
    record: int
    version: int | None
    values: Mapping[str, Any]
    stored: Any = field(default=None, repr=False, compare=False)


class Records(Protocol):
    """What approvals need of records; whoever stores them provides it.

    Entities come with the model they belong to: that of the version a case was begun with. Names of fields and options
    are those of that version, on the way in and on the way out.
    """

    async def load(
        self, model: Model, entity: Entity, record: int, paths: Collection[tuple[str, ...]], actor: Actor
    ) -> Subject | None:
        """The record with what `paths` lead through, for expressions asked by `actor`; None when it is gone."""
        ...

    async def change(self, subject: Subject, raw: Mapping[str, Any], allowed: Collection[str], actor: Actor) -> Changed:
        """The record with `raw` cast and checked; fields not `allowed` are refused."""
        ...

    async def writes(self, changes: Sequence[RecordChange], actor: Actor, origin: str) -> Sequence[Write]:
        """Records, history and search words; a change without values only holds the version. Raises Refused."""
        ...


class Desk(Protocol):
    """What approvals work with. One per operation or longer: it holds no state of a case."""

    store: Store
    records: Records

    @property
    def live(self) -> int:
        """Number of the live version."""
        ...

    @property
    def asker(self) -> Asker:
        """Finds people by the live model."""
        ...

    def now(self) -> Now:
        """One reading of the clock."""
        ...

    async def sees(self, actor: Actor, entity: str, record: int) -> bool:
        """Whether the actor's policies show the record; entity: its id."""
        ...

    async def label_for(self, account: int, entity: str, record: int) -> str:
        """How the record is called for an account; "" where it does not see it. entity: its id."""
        ...

    async def flow(self, workflow: str, defn: int) -> Flow | None:
        """The workflow of that id as it was published with version `defn`."""
        ...

    async def version(self, number: int) -> Version | None:
        """The published version of that number, None when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case with what its row says beside the state. workflow, entity: ids; requester None: the account is gone."""

    state: CaseState
    workflow: str
    entity: str
    record: int
    defn: int
    unit: int | None
    subject: str
    open_key: str | None
    opened_at: int
    changed_at: int
    closed_at: int | None


#: A case and its record as far as they were read already.
AtHand = tuple[StoredCase | None, Subject | None]


@dataclass(frozen=True, slots=True)
class PathEntry:
    """A line of the path, called as things were called then. by: name of the actor, "" for the engine."""

    version: int
    at: int
    actor: int | None
    by: str
    act: str
    step: str
    to_step: str
    labels: Mapping[str, Text]
    comment: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything the page of a case shows. tasks: all there ever were, oldest first."""

    stored: StoredCase
    flow: Flow
    subject: Subject
    offers: tuple[Offer, ...]
    path: tuple[PathEntry, ...]
    tasks: tuple[Task, ...]
    ahead: tuple[Ahead, ...]
    calendar: Calendar


#: A case whose requester is `a`: columns in the order `case_of` takes them.
CASE_COLUMNS: tuple[tuple[str, Storage], ...] = (
    *((f"c.{name}", _BIG) for name in ("id", "version", "defn", "record", "requester", "unit")),
    *((f"c.{name}", _BIG) for name in ("opened_at", "changed_at", "closed_at")),
    *((f"c.{name}", _TEXT) for name in ("workflow", "entity", "step", "status", "subject", "open_key")),
    ("a.name", _TEXT),
    ("c.state", _JSON),
)
_CASE = Query(
    Sql(
        f"SELECT 0, {', '.join(name for name, _ in CASE_COLUMNS)}"
        " FROM sy_case c LEFT JOIN sy_account a ON a.id = c.requester WHERE c.id = ?"
        " UNION ALL "
        "SELECT 1, t.id, t.visit, t.position, 0, t.account, NULL, t.created_at, 0, t.due_at,"
        " t.branch, t.step, t.state, '', '', NULL, a.name, t.reason"
        " FROM sy_task t LEFT JOIN sy_account a ON a.id = t.account"
        " WHERE t.case_id = ? AND t.state IN ('open', 'waiting')",
        (Slot("case"), Slot("case")),
    ),
    (_BIG, *(storage for _, storage in CASE_COLUMNS)),
)

_TASKS = Query(
    Sql(
        "SELECT t.id, t.step, t.branch, t.visit, t.account, a.name, t.reason, t.position, t.state, t.act, t.comment,"
        " t.due_at, t.created_at, t.done_at, t.seen_at FROM sy_task t LEFT JOIN sy_account a ON a.id = t.account"
        " WHERE t.case_id = ? ORDER BY t.visit, t.created_at, t.id",
        (Slot("case"),),
    ),
    (_BIG, _TEXT, _TEXT, _BIG, _BIG, _TEXT, _JSON, _BIG, _TEXT, _TEXT, _TEXT, _BIG, _BIG, _BIG, _BIG),
)

_PATH = Query(
    Sql(
        "SELECT e.version, e.at, e.actor, a.name, e.act, e.step, e.to_step, e.labels, e.comment, e.detail"
        " FROM sy_case_entry e LEFT JOIN sy_account a ON a.id = e.actor"
        " WHERE e.case_id = ? AND e.version > ? ORDER BY e.version, e.id",
        (Slot("case"), Slot("after")),
    ),
    (_BIG, _BIG, _BIG, _TEXT, _TEXT, _TEXT, _TEXT, _JSON, _TEXT, _JSON),
)


async def load_case(source: Store | Connection, case: int) -> StoredCase | None:
    """The case with its open and waiting tasks, in one question; None when there is none of that id."""
    rows = await source.rows(_CASE, {"case": case})
    first = next((row for row in rows if row[0] == 0), None)
    return None if first is None else case_of(first[1:], [_open_task(row) for row in rows if row[0] == 1])


def case_of(row: Sequence[Any], found: Iterable[Task]) -> StoredCase:
    """The case from its `CASE_COLUMNS` and its tasks in any order."""
    tasks = sorted(found, key=lambda t: (t.visit, t.position, t.id))
    number, version, defn, record, requester, unit, opened, changed, closed, workflow, entity, *texts = row
    step, status, subject, open_key, name, state = texts
    bare = CaseState(
        id=number,
        requester=requester or 0,
        requester_name=name or "",
        version=version,
        status=status,
        step=step,
        tasks=tuple(tasks),
    )
    return StoredCase(
        unpacked(bare, state), workflow, entity, record, defn, unit, subject, open_key, opened, changed, closed
    )


def _open_task(row: Row) -> Task:
    _, number, visit, position, _, account, _, created, _, due, branch, step, state, *_, name, reason = row
    return Task(
        id=number,
        place=branch or step,
        visit=visit,
        account=account,
        name=name or "",
        reason=reason,
        position=position,
        state=state,
        due_at=due,
        created_at=created,
    )


async def all_tasks(source: Store | Connection, case: int) -> tuple[Task, ...]:
    """Every task of the case, oldest first."""
    return tuple(_any_task(row) for row in await source.rows(_TASKS, {"case": case}))


def _any_task(row: Row) -> Task:
    number, step, branch, visit, account, name, reason, position, state, act, comment, due, created, done, seen = row
    return Task(
        number,
        branch or step,
        visit,
        account,
        name or "",
        reason,
        position,
        state,
        act,
        comment,
        due,
        created,
        done,
        seen,
    )


async def path_of(source: Store | Connection, case: int, after: int = 0) -> tuple[PathEntry, ...]:
    """The path of the case behind version `after`, oldest first."""
    return tuple(_entry(row) for row in await source.rows(_PATH, {"case": case, "after": after}))


def _entry(row: Row) -> PathEntry:
    version, at, actor, name, act, step, to_step, labels, comment, detail = row
    texts = {key: Text(**found) for key, found in labels.items()}
    return PathEntry(version, at, actor, name or "", act, step, to_step, texts, comment, detail)


async def facts_for(
    desk: Desk, flow: Flow, case: CaseState, subject: Subject, now: Now, *, ahead: bool = False
) -> tuple[Facts, Calendar]:
    """What deciding needs to know, with ids not to be stored; `ahead`: also everybody the rest of the way asks."""
    machine = flow.machine
    who = everyone(machine) if ahead else wanted(machine, case.active, [b.to for b in case.back])
    found = await desk.asker.resolve(desk.store, who, subject.values, subject.unit, now, days=flow.school_days)
    school = found.calendar
    facts = Facts(
        now=now.ms,
        values=subject.values,
        people=found.people,
        later=lambda at, duration: later(school, at, duration),
        ids=count(-1, -1),
    )
    return facts, school


async def facts_to_act(desk: Desk, flow: Flow, case: CaseState, subject: Subject, now: Now, named: int = 0) -> Facts:
    """The same with fresh ids for the tasks of everybody who may be asked and of `named` people more."""
    facts, _ = await facts_for(desk, flow, case, subject, now)
    most = sum(map(len, facts.people.values())) + len(flow.machine.spots) + named
    return replace(facts, ids=iter(await desk.store.new_ids(most + 1)))


async def opened(desk: Desk, case: int, actor: Actor, known: AtHand = (None, None)) -> tuple[StoredCase, Flow, Subject]:
    """A case with its flow and record. Raises Refused when it, its workflow or its record is gone."""
    stored, subject = known
    stored = stored or await load_case(desk.store, case)
    flow = await desk.flow(stored.workflow, stored.defn) if stored else None
    if stored is None or flow is None:
        raise Refused(Diagnostic("FLOW_030"))
    subject = subject or await desk.records.load(flow.model, flow.entity, stored.record, flow.paths, actor)
    if subject is None:
        raise Refused(Diagnostic("FLOW_030"))
    return stored, flow, subject


async def case_view(desk: Desk, actor: Actor, case: int) -> CaseView:
    """The page of a case for one person: what they may do and why not, the path so far, who is asked, what comes next.

    Whether they may see it at all is for the caller to ask. Raises Refused when there is no such case.
    """
    stored, flow, subject = await opened(desk, case, actor)
    facts, school = await facts_for(desk, flow, stored.state, subject, desk.now(), ahead=True)
    return CaseView(
        stored,
        flow,
        subject,
        offers(flow.machine, stored.state, Person(actor.id, actor.name), facts),
        await path_of(desk.store, case),
        await all_tasks(desk.store, case),
        predict(flow.machine, stored.state, facts),
        school,
    )


@dataclass(frozen=True, slots=True)
class InboxTask:
    """Something that waits for a person. version: of the case as listed, to be sent along with a bulk act."""

    task: int
    case: int
    version: int
    workflow: str
    defn: int
    entity: str
    record: int
    step: str
    branch: str
    requester: str
    state: str
    due_at: int | None
    created_at: int
    seen_at: int | None


_INBOX = Query(
    Sql(
        "SELECT t.id, c.id, c.version, c.workflow, c.defn, c.entity, c.record, t.step, t.branch, coalesce(a.name, ''),"
        " t.state, t.due_at, t.created_at, t.seen_at FROM sy_task t JOIN sy_case c ON c.id = t.case_id"
        " LEFT JOIN sy_account a ON a.id = c.requester WHERE t.account = ? AND t.state = ?"
        " AND (t.created_at > ? OR (t.created_at = ? AND t.id > ?)) ORDER BY t.created_at, t.id LIMIT ?",
        (Slot("account"), Slot("state"), Slot("at"), Slot("at"), Slot("id"), Slot("limit")),
    ),
    (_BIG, _BIG, _BIG, _TEXT, _BIG, _TEXT, _BIG, _TEXT, _TEXT, _TEXT, _TEXT, _BIG, _BIG, _BIG),
)


async def inbox(
    store: Store, account: int, *, state: str = "open", after: tuple[int, int] = (0, 0), limit: int = 100
) -> list[InboxTask]:
    """What waits for the account, oldest first.

    state: `open`, `waiting`, `done` or `copy` (sent for information); after: `created_at` and `task` of the last one
    shown.
    """
    slots = {"account": account, "state": state, "at": after[0], "id": after[1], "limit": limit}
    return [InboxTask(*row) for row in await store.rows(_INBOX, slots)]


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list."""

    case: int
    workflow: str
    defn: int
    entity: str
    record: int
    step: str
    status: str
    opened_at: int
    changed_at: int


_LINE = "SELECT id, workflow, defn, entity, record, step, status, opened_at, changed_at FROM sy_case WHERE "
_LINE_RETURNS = (_BIG, _TEXT, _BIG, _TEXT, _BIG, _TEXT, _TEXT, _BIG, _BIG)
_MINE = Query(
    Sql(
        f"{_LINE}requester = ? AND (opened_at < ? OR (opened_at = ? AND id < ?))"
        " ORDER BY opened_at DESC, id DESC LIMIT ?",
        (Slot("account"), Slot("at"), Slot("at"), Slot("id"), Slot("limit")),
    ),
    _LINE_RETURNS,
)
_OF_RECORD = Query(Sql(f"{_LINE}record = ? ORDER BY opened_at DESC, id DESC", (Slot("record"),)), _LINE_RETURNS)


async def requests_of(
    store: Store, account: int, *, before: tuple[int, int] = (1 << 60, 0), limit: int = 50
) -> list[CaseLine]:
    """The cases somebody requested, newest first. before: `opened_at` and `case` of the last one shown."""
    slots = {"account": account, "at": before[0], "id": before[1], "limit": limit}
    return [CaseLine(*row) for row in await store.rows(_MINE, slots)]


async def cases_of(store: Store, record: int) -> list[CaseLine]:
    """The cases of a record, newest first."""
    return [CaseLine(*row) for row in await store.rows(_OF_RECORD, {"record": record})]


async def editable_now(desk: Desk, record: int, account: int) -> frozenset[str]:
    """The fields of a record that the account may change because an open case of it waits for them.

    Names are those of the version the case was begun with. This is beside what policies allow.
    """
    found: set[str] = set()
    for line in await cases_of(desk.store, record):
        stored = await load_case(desk.store, line.case) if line.status == "open" else None
        flow = await desk.flow(stored.workflow, stored.defn) if stored else None
        if stored and flow:
            found.update(editable(flow.machine, stored.state, account))
    return frozenset(found)


_TAKES_PART = Query(
    Sql(
        "SELECT 1 FROM sy_case WHERE id = ? AND requester = ?"
        " UNION ALL SELECT 1 FROM sy_task WHERE case_id = ? AND account = ? LIMIT 1",
        (Slot("case"), Slot("account"), Slot("case"), Slot("account")),
    ),
    (_BIG,),
)


async def takes_part(store: Store, account: int, case: int) -> bool:
    """Whether the account requested the case or was ever asked, told or given a copy in it."""
    return bool(await store.rows(_TAKES_PART, {"case": case, "account": account}))


_CHOSEN = Query(
    Sql("SELECT id, name FROM sy_account WHERE active AND id = ?", (Slot("account"),)),
    (_BIG, _TEXT),
)


async def people_named(store: Store, accounts: Iterable[int]) -> tuple[Person, ...]:
    """The accounts as people who may be asked; those switched off or unknown are left out."""
    found = []
    for account in tuple(dict.fromkeys(accounts))[:50]:
        found += [Person(cast(int, row[0]), row[1]) for row in await store.rows(_CHOSEN, {"account": account})]
    return tuple(found)
