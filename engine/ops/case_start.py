"""How approvals begin: what a form starts, and what can be asked for about a record that is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..diagnostics import Diagnostic, Refused
from ..fieldtypes import target_of
from ..model import Entity, Field, Go, Model, Slot, Sql, Storage, Text, Workflow
from ..store.protocol import Query
from .called import called
from .detail import detail
from .live import Version
from .shown import Detail
from .work import Work

_BIG, _TEXT = Storage("bigint"), Storage("text")


@dataclass(frozen=True, slots=True)
class Button:
    """A button of the first step. need: fields that have to be filled, `comment` among them."""

    name: str
    title: Text
    kind: str
    need: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Starting:
    """An approval that a form begins.

    workflow: its name; edit: the fields that may be filled in, the others are not asked for; acts: the buttons of the
    first step. Without any of them pressed the request stays in its first step, where only the requester goes on.
    """

    workflow: str
    title: Text
    help: Text
    step: Text
    edit: tuple[str, ...]
    acts: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Startable:
    """Something to ask for about a record.

    form: to be filled in for a new record, with `field` leading to this one; "" when the approval runs over the record
    itself. open: a case that goes on already, instead of which no second one can begin, 0 for none.
    """

    workflow: str
    title: Text
    help: Text
    entity: str
    form: str = ""
    field: str = ""
    open: int = 0


def workflow_of_form(model: Model, form: str) -> Workflow | None:
    """The approval that a form begins: the one that names it, else the one over its entity that names no form."""
    found = model.forms.get(form)
    if found is None:
        return None
    flows = [w for w in model.workflows.values() if w.of == found.of]
    named_ = next((w for w in flows if w.form == form), None)
    usual = model.forms_for(found.of, "new")[0].name
    return named_ or (next((w for w in flows if not w.form), None) if form == usual else None)


def starting(version: Version, form: str) -> Starting | None:
    """The approval that a form begins, None for a form that only makes a record."""

    def make() -> Starting | None:
        flow = workflow_of_form(version.model, form)
        step = flow.step(flow.start) if flow else None
        if flow is None or step is None:
            return None
        return Starting(flow.name, flow.title, flow.help, step.title, step.edit, tuple(map(_button, step.go)))

    return version.made(("starting", form), make)


def _button(go: Go) -> Button:
    return Button(go.name, go.title, go.kind, go.need)


def subject_field(model: Model, flow: Workflow) -> Field | None:
    """The link of a request to what it is about: what may have one open case only, else what leads to its unit."""
    entity = model.entities[flow.of]
    path = flow.one_open_case_per or entity.unit
    found = entity.field(path[0]) if path else None
    return found if found is not None and target_of(found) else None


def about(model: Model, entity: str) -> Iterator[tuple[Workflow, Entity, Field]]:
    """Approvals over other records that are about a record of the entity, with the link that says so."""
    for flow in model.workflows.values():
        field = subject_field(model, flow)
        if field is not None and target_of(field) == entity and flow.of != entity:
            yield flow, model.entities[flow.of], field


async def startable(work: Work, entity: str, record: int) -> tuple[Startable, ...]:
    """What the actor can ask for about a record: by a form that is about it, or by an approval over itself.

    Empty for a record that is not to be seen. Whether a form is taken in the end is for its rules to say.
    """
    model = work.version.model
    forms = [found for found in about(model, entity) if _may_create(work, found[1])]
    over = [w for w in model.workflows.values() if w.of == entity and _may_create(work, model.entities[entity])]
    if not (forms or over) or not await called(work, {entity: (record,)}):
        return ()
    keys = {w.name: f"{w.id}:{record}" for w, _, _ in forms if w.one_open_case_per}
    keys |= {w.name: f"{w.id}:record:{record}" for w in over}
    going = await _open_by_key(work, tuple(keys.values()))
    found = [
        Startable(w.name, w.title, w.help, of.name, _form(model, w), field.name, going.get(keys.get(w.name, ""), 0))
        for w, of, field in forms
        if _form(model, w)
    ]
    if over and may_begin(work, await detail(work, entity, record)):
        begun = await _begun(work, record)
        found += [Startable(w.name, w.title, w.help, entity) for w in over if w.id not in begun]
    return tuple(found)


def may_begin(work: Work, found: Detail) -> bool:
    """Whether the actor may begin an approval over the record: it is theirs, or they may change it."""
    return "edit" in found.may or found.record.created_by == work.actor.id


async def demand_own(work: Work, flow: Workflow, record: int) -> str:
    """How the record is called. Raises Refused when no case over it can be begun by the actor: FLOW_030 for one that
    is not to be seen, FLOW_045 for one of somebody else.
    """
    try:
        found = await detail(work, flow.of, record)
    except Refused as refused:
        raise Refused(Diagnostic("FLOW_030")) from refused
    if not may_begin(work, found):
        raise Refused(Diagnostic("FLOW_045", args={"subject": found.record.label, "workflow": flow.title}))
    return found.record.label


def _may_create(work: Work, entity: Entity) -> bool:
    return "create" in work.access.operations(work.actor, entity.name)


def _form(model: Model, flow: Workflow) -> str:
    return flow.form or next((f.name for f in model.forms_for(flow.of, "new")), "")


async def _open_by_key(work: Work, keys: tuple[str, ...]) -> dict[str, int]:
    """Which of the keys that allow one open case are taken, and by which case."""
    if not keys:
        return {}
    marks = ", ".join("?" * len(keys))
    sql = Sql(f"SELECT open_key, id FROM sy_case WHERE open_key IN ({marks})", keys)  # noqa: S608
    return dict(await work.store.rows(Query(sql, (_TEXT, _BIG))))


_BEGUN = Query(
    Sql(
        "SELECT DISTINCT workflow FROM sy_case WHERE record = ? AND status <> 'withdrawn'",
        (Slot("record"),),
    ),
    (_TEXT,),
)


async def _begun(work: Work, record: int) -> frozenset[str]:
    """Ids of workflows that a record is in or has been through."""
    return frozenset(row[0] for row in await work.store.rows(_BEGUN, {"record": record}))
