"""A small school with requests on a real database, and a desk at which approvals are decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from shuyuan.engine.compile.table import tables
from shuyuan.engine.diagnostics import Diagnostic, Place
from shuyuan.engine.fieldtypes import column_name, target_of, type_of
from shuyuan.engine.model import (
    Actor,
    Entity,
    Expr,
    Field,
    Gives,
    Model,
    Option,
    Policy,
    Ref,
    Slot,
    Sql,
    Storage,
    Table,
    Text,
)
from shuyuan.engine.model.steps import CreateTable
from shuyuan.engine.ops.act import Answer, Press, act, start
from shuyuan.engine.ops.case_people import Asker
from shuyuan.engine.ops.cases import CaseView, Changed, RecordChange, Subject, case_view
from shuyuan.engine.ops.context import Now
from shuyuan.engine.store import Holds, Insert, Query, Store, Update, Write, journal
from shuyuan.engine.store.schema import statements
from shuyuan.engine.store.tables import ACCOUNT, ACCOUNT_RECORD, GRANT, UNIT, UNIT_TREE
from shuyuan.engine.workflow import Flow, compile_flow

from .flows import workflow_of

ZONE = ZoneInfo("Asia/Shanghai")


def _field(number: int, name: str, kind: str, **more: Any) -> Field:
    return Field(f"f{number}", name, kind, Text(name), **more)


ORG = Entity(
    "eo",
    "org",
    Text("单位", "Unit"),
    (
        _field(1, "name", "text"),
        _field(2, "parent", "link", options={"to": "org"}),
        _field(3, "head", "link", options={"to": "teacher"}),
        _field(4, "seats", "integer"),
    ),
    Expr("name"),
    unit=("self",),
    parent="parent",
    gives=(Gives("head", "head"),),
)
TEACHER = Entity("et", "teacher", Text("教师", "Teacher"), (_field(1, "name", "text"),), Expr("name"), person=True)
STUDENT = Entity(
    "es",
    "student",
    Text("学生", "Student"),
    (_field(1, "name", "text"), _field(2, "class", "link", options={"to": "org"})),
    Expr("name"),
    unit=("class",),
    person=True,
)
DAY = Entity(
    "ed",
    "calendar_day",
    Text("校历"),
    (
        _field(1, "org", "link", options={"to": "org"}),
        _field(2, "day", "date"),
        _field(3, "kind", "choice", choices=(Option("o1", "holiday", Text("h")), Option("o2", "make_up", Text("m")))),
    ),
    Expr("kind"),
    unit=("org",),
)
REQUEST = Entity(
    "er",
    "request",
    Text("申请", "Request"),
    (
        _field(1, "student", "link", options={"to": "student"}),
        _field(2, "days", "integer"),
        _field(3, "reason", "text"),
        _field(4, "advisor", "link", options={"to": "teacher"}),
        _field(5, "total", "integer"),
        _field(6, "state", "state", options={"of": "leave"}),
    ),
    Expr("reason"),
    unit=("student", "class"),
)
ENTITIES = (ORG, TEACHER, STUDENT, DAY, REQUEST)

LEAVE = """
workflow: leave
title: {zh: 请假, en: Leave}
one_open_case_per: student
steps:
  draft: {title: {zh: 填写, en: Fill in}, by: owner, edit: [reason, days], go: {submit: {to: route, need: [reason]}}}
  route: {auto: [{when: "days <= 3", to: review}, {to: boards}]}
  review:
    title: {zh: 班主任, en: Head}
    by: {role: head, of: student.class, not: [owner]}
    if_nobody: {role: principal}
    may: [comment, hand_over, nudge]
    edit: [days]
    due: 2d
    go:
      approve:
        to: done
        set: {total: {feel: days * 2}, student.class.seats: {feel: student.class.seats + 1}}
        run: [seats.tell]
      reject: {to: refused, need: [comment]}
      return: {to: draft}
    after: {1d: {do: remind}, 3d: {do: escalate, to: {role: principal}}}
  boards:
    title: {zh: 会签, en: Board}
    by: {role: board}
    sign: {pass_when: all}
    go: {approve: done, reject: refused}
  done: {title: {zh: 已批准, en: Granted}, end: ok, tell: [student]}
  refused: {title: {zh: 未同意, en: Refused}, end: failed}
withdraw: {until: first_signature, to: draft}
cancel: {by: {role: principal}}
"""


def model_of(text: str = LEAVE) -> Model:
    workflow = workflow_of(text)
    workflows = {workflow.name: workflow}
    admin = Policy("p1", "admin", "admin", Text("管理员"), (), frozenset({"users"}))
    return Model(entities={e.name: e for e in ENTITIES}, workflows=workflows, policies={"admin": admin})


def plain(value: Any) -> Any:
    """The value as its column takes it."""
    if isinstance(value, Decimal):
        return int(value)
    return value.id if isinstance(value, Ref) else value


@dataclass
class Clock:
    """Stands still until it is moved. Starts on a Tuesday."""

    at: datetime = datetime(2026, 11, 24, 10, 0, tzinfo=ZONE)

    def move(self, **span: float) -> None:
        self.at += timedelta(**span)

    @property
    def ms(self) -> int:
        return Now(self.at, ZONE).ms


class Tables:
    """Records read and written plainly, column by column."""

    def __init__(self, model: Model, store: Store, clock: Clock) -> None:
        self.model, self.store, self.clock = model, store, clock
        self.tables: dict[str, Table] = {e.name: tables(model, e)[0] for e in model.entities.values()}

    async def row(self, entity: str, record: int) -> dict[str, Any] | None:
        table = self.tables[entity]
        names = [c.name for c in table.columns]
        text = f"SELECT {', '.join(names)} FROM {table.name} WHERE id = ?"
        rows = await self.store.rows(
            Query(Sql(text, (Slot("id"),)), tuple(c.storage for c in table.columns)), {"id": record}
        )
        return dict(zip(names, rows[0], strict=True)) if rows else None

    async def values(self, entity: str, row: Mapping[str, Any], paths: Collection[tuple[str, ...]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for spec in self.model.entities[entity].fields:
            value = row[column_name(spec)]
            if type_of(spec).shape == "link" and value is not None:
                behind = [p[1:] for p in paths if p[0] == spec.name and len(p) > 1]
                target = target_of(spec)
                inner = await self.row(target, value) if behind else None
                value = Ref(value, "", await self.values(target, inner, behind) if inner else {})
            found[spec.name] = value
        return found

    async def load(
        self, model: Model, entity: Entity, record: int, paths: Collection[tuple[str, ...]], actor: Actor
    ) -> Subject | None:
        row = await self.row(entity.name, record)
        if row is None:
            return None
        values = await self.values(entity.name, row, paths)
        label = str(values.get("reason") or values.get("name") or "")
        context = {**values, "$now": None, "$zone": ZONE}
        return Subject(model, entity, record, row["version"], row["unit"], label, context)

    async def change(self, subject: Subject, raw: Mapping[str, Any], allowed: Collection[str], actor: Actor) -> Changed:
        wrong = [Diagnostic("FLOW_013", Place(path=n), {"step": "", "field": n}) for n in raw if n not in allowed]
        after = replace(subject, values={**subject.values, **raw})
        return Changed(after, dict(raw), tuple(wrong))

    async def writes(self, changes: Sequence[RecordChange], actor: Actor, origin: str) -> Sequence[Write]:
        found: list[Write] = []
        for change in changes:
            table, entity = self.tables[change.entity.name], change.entity
            version = change.version
            if version is None:
                row = await self.row(change.entity.name, change.record)
                assert row is not None
                version = row["version"]
            key = {"id": change.record, "version": version}
            if not change.values:
                found.append(Holds(table, key))
                continue
            columns = {column_name(spec): value for n, value in change.values.items() if (spec := entity.field(n))}
            columns = {n: plain(v) for n, v in columns.items()}
            found.append(Update(table, key, {**columns, "version": version + 1}, must_hit=True))
            (number,) = await self.store.new_ids(1)
            changed = {n: (None, str(v)) for n, v in columns.items()}
            found.append(
                journal.history(
                    number, entity.id, change.record, version + 1,
                    defn=1, actor=actor.id, at=self.clock.ms, op="act", changes=changed, origin=origin,
                )
            )  # fmt: skip
        return found


@dataclass
class Office:
    """The desk of the tests, with people by name and what tests do all the time."""

    store: Store
    model: Model
    clock: Clock = field(default_factory=Clock)
    people: dict[str, int] = field(default_factory=dict)
    records_of: dict[str, int] = field(default_factory=dict)
    orgs: dict[str, int] = field(default_factory=dict)
    live: int = 1

    def __post_init__(self) -> None:
        self.records = Tables(self.model, self.store, self.clock)
        self.asker = Asker(self.model)
        self.flows: dict[str, Flow] = {}

    def beside(self, store: Store) -> Office:
        """Another worker on the same database."""
        return Office(store, self.model, self.clock, self.people, self.records_of, self.orgs)

    def now(self) -> Now:
        return Now(self.clock.at.astimezone(UTC), ZONE)

    async def sees(self, actor: Actor, entity: str, record: int) -> bool:
        persons = {e.id for e in self.model.entities.values() if e.person}
        return "principal" in actor.name or entity in persons

    async def label_for(self, account: int, entity: str, record: int) -> str:
        row = await self.records.row("request", record)
        return str(row["c_f3"]) if row else ""

    async def flow(self, workflow: str, defn: int) -> Flow | None:
        if workflow not in self.flows:
            found = next((w for w in self.model.workflows.values() if w.id == workflow), None)
            if found is None:
                return None
            self.flows[workflow] = compile_flow(self.model, found)
        return self.flows[workflow]

    async def insert(self, entity: str, **values: Any) -> int:
        (number,) = await self.store.new_ids(1)
        table, spec = self.records.tables[entity], self.model.entities[entity]
        unit = values.pop("unit", number if spec.unit == ("self",) else None)
        columns = {column_name(f): values.get(f.name) for f in spec.fields}
        moment = self.clock.at.astimezone(UTC)
        row = {"id": number, "version": 1, "defn": 1, "unit": unit, "created_by": 0, "created_at": moment}
        await self.store.apply([Insert(table, {**row, "updated_by": 0, "updated_at": moment, **columns})])
        return number

    async def org(self, name: str, above: str = "") -> int:
        number = await self.insert("org", name=name, parent=self.orgs.get(above), seats=0)
        self.orgs[name] = number
        writes: list[Write] = [
            Insert(UNIT, {"id": number, "entity": "org", "parent": self.orgs.get(above), "label": name})
        ]
        chain, at = [number], above
        while at:
            chain.append(self.orgs[at])
            at = next((p for p in ("school", "") if p != at and at == "class"), "")
        writes += [Insert(UNIT_TREE, {"ancestor": a, "descendant": number, "depth": d}) for d, a in enumerate(chain)]
        await self.store.apply(writes)
        return number

    async def person(self, name: str, entity: str = "teacher", lang: str = "zh", **values: Any) -> int:
        record = await self.insert(entity, name=name, **values)
        (account,) = await self.store.new_ids(1)
        row = {"id": account, "login": name, "name": name, "password_hash": "", "email": f"{name}@school.example"}
        row |= {"lang": lang, "theme": "", "shortcuts": False, "active": True, "must_change": False}
        await self.store.apply(
            [
                Insert(ACCOUNT, {**row, "created_at": 0, "changed_at": 0}),
                Insert(ACCOUNT_RECORD, {"account": account, "record": record, "position": 0}),
            ]
        )
        self.people[name], self.records_of[name] = account, record
        return account

    async def grant(self, name: str, role: str, org: str = "", *, until: int | None = None) -> None:
        (number,) = await self.store.new_ids(1)
        row = {"id": number, "account": self.people[name], "role": role, "unit": self.orgs.get(org)}
        await self.store.apply([Insert(GRANT, {**row, "valid_from": None, "valid_to": until, "by": 0, "at": 0})])

    def actor(self, name: str) -> Actor:
        return Actor(self.people[name], name)

    async def request(self, student: str = "sam", days: int = 2, reason: str = "ill") -> int:
        unit = self.orgs["class"]
        return await self.insert("request", student=self.records_of[student], days=days, reason=reason, unit=unit)

    async def submitted(self, who: str = "sam", days: int = 2, **more: Any) -> Answer:
        record = await self.request(days=days, **more)
        return await start(self, self.actor(who), "w", record, act="submit")

    async def press(self, who: str, case: int, name: str, version: int = 0, **more: Any) -> Answer:
        return await act(self, self.actor(who), case, Press(name, version, **more))

    async def view(self, who: str, case: int) -> CaseView:
        return await case_view(self, self.actor(who), case)

    async def rows(self, sql: str, *kinds: str) -> list[tuple[Any, ...]]:
        return await self.store.rows(Query(Sql(sql), tuple(Storage(k) for k in kinds)))  # type: ignore[arg-type]

    async def one(self, sql: str, kind: str = "bigint") -> Any:
        ((found,),) = await self.rows(sql, kind)
        return found


async def office_of(store: Store, text: str = LEAVE) -> Office:
    """A school of one class with a head, a principal, a board of three, and a student who asks for leave."""
    model = model_of(text)
    made = [CreateTable(t) for e in model.entities.values() for t in tables(model, e)]
    async with store.transaction() as connection:
        await connection.script(statements(made, store.dialect))
    office = Office(store, model)
    school = await office.org("school")
    await office.org("class", "school")
    await office.person("hanna", lang="en")
    await office.person("sam", "student", **{"class": office.orgs["class"]})
    for name in ("paula", "ben", "bea", "bob", "root"):
        await office.person(name)
    await office.grant("paula", "principal", "school")
    for name in ("ben", "bea", "bob"):
        await office.grant(name, "board", "school")
    await office.grant("root", "admin")
    head = office.records_of["hanna"]
    org = office.records.tables["org"]
    await store.apply([Update(org, {"id": office.orgs["class"]}, {"c_f3": head})])
    assert school
    return office


async def holiday(office: Office, day: date, kind: str = "holiday") -> None:
    await office.insert("calendar_day", day=day, kind=kind, unit=office.orgs["school"])
