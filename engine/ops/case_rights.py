"""The fields of a record that somebody may change because an open approval waits for them."""

from __future__ import annotations

from ..model import Entity
from ..policy import reaches
from ..workflow import editable
from .cases import cases_of, load_case
from .work import Work


async def case_rights(work: Work, entity: Entity, record: int) -> frozenset[str]:
    """Ids of the fields; a case speaks of them by the names of the version it was begun with."""
    if work.actor.scopes is not None and not reaches(work.actor.scopes, entity.name, "edit"):
        return frozenset()
    found: set[str] = set()
    for line in await cases_of(work.store, record):
        stored = await load_case(work.store, line.case) if line.status == "open" else None
        flow = await work.desk.flow(stored.workflow, stored.defn) if stored else None
        if stored is None or flow is None or flow.entity.id != entity.id:
            continue
        for name in editable(flow.machine, stored.state, work.actor.id):
            spec = flow.entity.field(name)
            if spec is not None:
                found.add(spec.id)
                found.update(column.id for column in spec.rows)
    return frozenset(found)
