"""Lists of cases for one person: what waits for them, what they did, what they asked for, what a record is about."""

# ruff: noqa: S608 - put together from constants

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..compile.table import table_name
from ..diagnostics import Diagnostic, Refused
from ..fieldtypes import column_name
from ..model import Slot, Sql, Storage, Text, joined
from ..store.protocol import Query, Row
from ..workflow import Flow, returned, stages
from .called import called
from .case_start import about
from .school_days import calendars, days_left
from .work import Work

_BIG, _TEXT, _JSON = Storage("bigint"), Storage("text"), Storage("json")

#: What an inbox can show: what waits, what waits until others have acted, what was done, what came as a copy.
Tray = Literal["open", "waiting", "done", "copy"]

#: How a case ended that came to an end of its workflow, which says in its own words what that means.
ENDED = ("passed", "refused")

#: Greater than any moment in milliseconds: where a list begins that goes backwards, and when nothing is due.
_LAST = 1 << 60


@dataclass(frozen=True, slots=True)
class InboxLine:
    """Something a person is, was or will be asked to do.

    version: of the case as listed, to be sent along with a bulk act; label: of the record, "" where the person may not
    see it; days: school days until it is due, None when it is not due; instead_of: whom the person stands in for;
    act: title of what was done; approve: name of the button that says yes and needs nothing filled in, "" for none; at:
    when it came, or when it was done; end: what the step is called that the case ended in.
    """

    task: int
    case: int
    version: int
    workflow: str
    title: Text
    step: Text
    label: str
    entity: str
    record: int
    requester: str
    status: str
    due_at: int | None
    days: int | None
    at: int
    new: bool
    instead_of: str = ""
    act: Text = Text()
    approve: str = ""
    end: Text = Text()


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of an inbox. after: where the next one begins, "" at the end."""

    lines: tuple[InboxLine, ...]
    after: str = ""


def _inbox(order: str, up: bool) -> Query:
    sign, way = (">", "") if up else ("<", " DESC")
    return Query(
        Sql(
            "SELECT l.epoch, l.access, x.* FROM sy_live l LEFT JOIN (SELECT t.id, c.id AS case_id, c.version,"
            " c.workflow, c.defn, c.entity, c.record, c.unit, c.status, t.step, t.branch,"
            f" coalesce(a.name, '') AS name, t.due_at, {order} AS place, t.created_at, t.seen_at, t.act, t.reason,"
            " c.step AS stands"
            " FROM sy_task t JOIN sy_case c ON c.id = t.case_id LEFT JOIN sy_account a ON a.id = c.requester"
            " WHERE t.account = ? AND t.state = ?"
            f" AND ({order} {sign} ? OR ({order} = ? AND t.id {sign} ?)) ORDER BY {order}{way}, t.id{way} LIMIT ?)"
            " AS x ON TRUE WHERE l.id = 1",
            (Slot("account"), Slot("state"), Slot("at"), Slot("at"), Slot("id"), Slot("limit")),
        ),
        (*(_BIG,) * 5, _TEXT, _BIG, _TEXT, _BIG, _BIG, *(_TEXT,) * 4, *(_BIG,) * 4, _TEXT, _JSON, _TEXT),
    )


#: What waits is ordered by when it is due, the rest by when it happened, newest first.
_BY_DUE = _inbox(f"coalesce(t.due_at, {_LAST})", up=True)
_BY_TIME = _inbox("coalesce(t.done_at, t.created_at)", up=False)


async def inbox_of(work: Work, tray: Tray = "open", *, after: str = "", limit: int = 100) -> Inbox:
    """What the actor is asked to do, by when it is due; or was asked, newest first. after: as the page before said."""
    up = tray in ("open", "waiting")
    at, number = _place(after, up)
    slots = {"account": work.actor.id, "state": tray, "at": at, "id": number, "limit": limit + 1}
    rows = _fresh(work, await work.store.rows(_BY_DUE if up else _BY_TIME, slots))
    lines = await _lines(work, rows[:limit])
    return Inbox(lines, f"{rows[limit - 1][13]}.{rows[limit - 1][0]}" if len(rows) > limit else "")


_WAITING = Query(
    Sql(
        "SELECT l.epoch, l.access, (SELECT count(*) FROM sy_task WHERE account = ? AND state IN ('open', 'waiting'))"
        " FROM sy_live l WHERE l.id = 1",
        (Slot("account"),),
    ),
    (_BIG, _BIG, _BIG),
)


async def waiting_for(work: Work, account: int) -> int:
    """How much waits for an account, its turn to come included; for whoever looks after accounts, or its own.

    Raises Refused(FLOW_043), Moved and Stale.
    """
    if work.actor.id != account and not work.access.may(work.actor, "users"):
        raise Refused(Diagnostic("FLOW_043"))
    ((epoch, access, count),) = await work.store.rows(_WAITING, {"account": account})
    work.demand(epoch, access)
    return int(count)


def _place(after: str, up: bool) -> tuple[int, int]:
    at, _, number = after.partition(".")
    if at.isdecimal() and number.isdecimal() and len(after) < 40:
        return int(at), int(number)
    return (0, 0) if up else (_LAST, _LAST)


def _fresh(work: Work, rows: Sequence[Row]) -> list[Row]:
    """The rows behind epoch and access. Raises Moved or Stale when the work began with others."""
    work.demand(rows[0][0], rows[0][1])
    return [row[2:] for row in rows if row[2] is not None]


async def _lines(work: Work, rows: Sequence[Row]) -> tuple[InboxLine, ...]:
    about = await _about(work, [(row[3], row[4], row[5], row[6]) for row in rows])
    schools = await calendars(work, {row[7] for row in rows if row[12] is not None})
    today = work.now.at.astimezone(work.zone).date()
    found = []
    for row in rows:
        task, case, version, workflow, defn, entity, record, unit, status, step, branch, name, due, _, *rest = row
        created, seen, act, reason, stands = rest
        flow, label = about.flows.get((workflow, defn)), about.labels.get(record, "")
        if flow is None:
            continue
        spot = flow.machine.spots.get(branch or step)
        gos = {g.name: g for g in (spot.gos if spot else ())}
        yes = next((g.name for g in gos.values() if g.kind == "approve" and not g.need), "")
        found.append(
            InboxLine(
                task,
                case,
                version,
                flow.workflow.name,
                flow.workflow.title,
                flow.machine.title(branch or step),
                label,
                about.entities.get(entity, ""),
                record,
                name,
                status,
                due,
                None if due is None else days_left(schools[unit], due, today),
                created,
                seen is None,
                str(reason.get("proxy_of", "")),
                gos[act].title if act in gos else Text(),
                yes,
                flow.machine.title(stands) if status in ENDED else Text(),
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _About:
    """What the ids in rows of cases are called."""

    flows: Mapping[tuple[str, int], Flow]
    labels: Mapping[int, str]
    entities: Mapping[str, str]


async def _about(work: Work, cases: Iterable[tuple[str, int, str, int]]) -> _About:
    """Flows by id and version, labels of the records the actor may see, names of entities; one question per entity."""
    flows: dict[tuple[str, int], Flow] = {}
    records: dict[str, dict[int, None]] = {}
    for workflow, defn, entity, record in cases:
        if (workflow, defn) not in flows:
            flow = await work.desk.flow(workflow, defn)
            if flow is not None:
                flows[workflow, defn] = flow
        records.setdefault(entity, {})[record] = None
    live = {entity: found.name for entity in records if (found := work.version.by_id(entity)) is not None}
    labels = await called(work, {name: records[entity] for entity, name in live.items()})
    return _About(flows, labels, live)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who has a case now. mine: it is the actor."""

    name: str
    step: Text
    due_at: int | None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A case in a list of requests or on the page of its record.

    step: where it stands or ended; done, all: how many steps of people it has come through, of how many if everything
    goes well (0 for a finished one); begun: whether it has left its first step; returned: it came back to that, and not
    because whoever asked took it back.
    """

    case: int
    version: int
    workflow: str
    title: Text
    label: str
    entity: str
    record: int
    status: str
    step: Text
    holders: tuple[Holder, ...]
    done: int
    all: int
    begun: bool
    returned: bool
    opened_at: int
    changed_at: int


@dataclass(frozen=True, slots=True)
class Requests:
    """A page of somebody's requests. after: where the next one begins, "" at the end."""

    lines: tuple[CaseSummary, ...]
    after: str = ""


_CASE_COLUMNS = (
    "c.id, c.version, c.workflow, c.defn, c.entity, c.record, c.status, c.step, c.opened_at, c.changed_at, c.state"
)
_CASE_RETURNS = (_BIG, _BIG, _TEXT, _BIG, _TEXT, _BIG, _TEXT, _TEXT, _BIG, _BIG, _JSON)
_FINISHED = "c.status <> 'open'"


def _mine(which: str) -> Query:
    return Query(
        Sql(
            f"SELECT l.epoch, l.access, x.* FROM sy_live l LEFT JOIN (SELECT {_CASE_COLUMNS} FROM sy_case c"
            f" WHERE c.requester = ? AND {which} AND (c.opened_at < ? OR (c.opened_at = ? AND c.id < ?))"
            " ORDER BY c.opened_at DESC, c.id DESC LIMIT ?) AS x ON TRUE WHERE l.id = 1",
            (Slot("account"), Slot("at"), Slot("at"), Slot("id"), Slot("limit")),
        ),
        (_BIG, _BIG, *_CASE_RETURNS),
    )


_MINE = {False: _mine("c.status = 'open'"), True: _mine(_FINISHED)}


async def requests_by(work: Work, finished: bool = False, *, after: str = "", limit: int = 50) -> Requests:
    """What the actor asked for, newest first: what is going on, or what is over."""
    at, number = _place(after, up=False)
    slots = {"account": work.actor.id, "at": at, "id": number, "limit": limit + 1}
    rows = _fresh(work, await work.store.rows(_MINE[finished], slots))
    lines = await _summaries(work, rows[:limit])
    return Requests(lines, f"{rows[limit - 1][8]}.{rows[limit - 1][0]}" if len(rows) > limit else "")


async def cases_about(work: Work, entity: str, record: int, limit: int = 20) -> tuple[CaseSummary, ...]:
    """The cases of a record and of the requests about it, newest first, as far as the actor may see their records.

    Raises Refused(FLOW_030) when the record itself is not to be seen.
    """
    if not await called(work, {entity: (record,)}):
        raise Refused(Diagnostic("FLOW_030"))
    rows = _fresh(work, await work.store.rows(_about_query(work, entity), {"record": record, "limit": limit}))
    return tuple(line for line in await _summaries(work, rows) if line.label)


def _about_query(work: Work, entity: str) -> Query:
    def make() -> Query:
        columns, own = f"SELECT {_CASE_COLUMNS} FROM sy_case c", Slot("record")
        arms = [Sql(f"{columns} WHERE c.record = ?", (own,))]
        links = {(of.name, column_name(link)): of for _, of, link in about(work.version.model, entity)}
        for (_, column), of in links.items():
            joined_to = f"{columns} JOIN {table_name(of)} r ON r.id = c.record"
            arms.append(Sql(f"{joined_to} WHERE r.{column} = ? AND c.entity = ?", (own, of.id)))
        head = Sql("SELECT l.epoch, l.access, x.* FROM sy_live l LEFT JOIN (SELECT * FROM (")
        tail = Sql(") AS y ORDER BY opened_at DESC, id DESC LIMIT ?) AS x ON TRUE WHERE l.id = 1", (Slot("limit"),))
        return Query(head + joined(" UNION ALL ", arms) + tail, (_BIG, _BIG, *_CASE_RETURNS))

    return work.version.made(("cases_about", entity), make)


async def _summaries(work: Work, rows: Sequence[Row]) -> tuple[CaseSummary, ...]:
    about = await _about(work, [(row[2], row[3], row[4], row[5]) for row in rows])
    holders = await _holders(work, [row[0] for row in rows if row[6] == "open"])
    found = []
    for row in rows:
        case, version, workflow, defn, entity, record, status, step, opened, changed, state = row
        flow = about.flows.get((workflow, defn))
        if flow is None:
            continue
        first = flow.machine.names[flow.workflow.start]
        done, every = stages(flow.machine, step, state["visited"]) if status == "open" else (0, 0)
        has = tuple(replace(h, step=flow.machine.title(place)) for place, h in holders.get(case, ()))
        found.append(
            CaseSummary(
                case,
                version,
                flow.workflow.name,
                flow.workflow.title,
                about.labels.get(record, ""),
                about.entities.get(entity, ""),
                record,
                status,
                flow.machine.title(step),
                has,
                done,
                every,
                step != first or status != "open",
                step == first and status == "open" and state["count"] > 1 and returned(state),
                opened,
                changed,
            )
        )
    return tuple(found)


async def _holders(work: Work, cases: Collection[int]) -> dict[int, list[tuple[str, Holder]]]:
    """Who has each case now, with the place they are asked in."""
    if not cases:
        return {}
    among = "= ANY(?)" if work.store.dialect == "postgres" else "IN (SELECT value FROM json_each(?))"
    sql = Sql(
        "SELECT t.case_id, t.account, coalesce(a.name, ''), t.step, t.branch, t.due_at FROM sy_task t"
        f" LEFT JOIN sy_account a ON a.id = t.account WHERE t.case_id {among} AND t.state = 'open'"
        " ORDER BY t.case_id, t.position, t.id",
        (Slot("cases"),),
    )
    query = Query(sql, (_BIG, _BIG, _TEXT, _TEXT, _TEXT, _BIG))
    found: dict[int, list[tuple[str, Holder]]] = {}
    rows: list[Any] = await work.store.rows(query, {"cases": list(cases)})
    for case, account, name, step, branch, due in rows:
        found.setdefault(case, []).append((branch or step, Holder(name, Text(), due, account == work.actor.id)))
    return found
