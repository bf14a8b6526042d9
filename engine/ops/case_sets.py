"""What a decision writes to records: its own, and those its links lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..fieldtypes import target_of
from ..model import Entity, Model, Ref
from ..workflow import Decision, Flow
from .case_people import at_path
from .cases import RecordChange, Subject


def case_key(flow: Flow, values: Mapping[str, Any], record: int) -> tuple[str, str]:
    """What only one open case may have, unique over all workflows, and the plain value.

    Where the definition names nothing, or its path leads to nothing, a record has one open case of each workflow.
    """
    path = flow.workflow.one_open_case_per
    value = next((v for v in at_path(values, path) if v is not None), None)
    if not path or value is None:
        return f"{flow.workflow.id}:record:{record}", ""
    plain = str(value.id if isinstance(value, Ref) else value)
    return f"{flow.workflow.id}:{plain}", plain


def own_change(flow: Flow, subject: Subject, values: Mapping[str, Any]) -> RecordChange:
    """The change of the record itself; without values it only holds the version that was decided on."""
    return RecordChange(flow.model, flow.entity, subject.id, subject.version, values, subject.stored)


def record_changes(flow: Flow, subject: Subject, decision: Decision) -> tuple[dict[str, Any], list[RecordChange]]:
    """Values for the record of the case by field name, and the changes of other records; the last `set` counts."""
    own: dict[str, Any] = {}
    others: dict[tuple[str, int], dict[str, Any]] = {}
    for path, value in decision.sets:
        found = _target(flow.model, flow.entity, subject.values, path)
        if len(path) == 1:
            own[path[0]] = value
        elif found is not None and found != (flow.entity.name, subject.id):
            others.setdefault(found, {})[path[-1]] = value
        elif found is not None:
            own[path[-1]] = value
    entities = flow.model.entities
    return own, [RecordChange(flow.model, entities[name], n, None, values) for (name, n), values in others.items()]


def _target(model: Model, entity: Entity, values: Mapping[str, Any], path: tuple[str, ...]) -> tuple[str, int] | None:
    """Entity and id of the record that holds the last name of the path, None where a link is empty."""
    name, record = entity.name, 0
    for step in path[:-1]:
        spec = model.entities[name].field(step)
        ref = values.get(step)
        if spec is None or not isinstance(ref, Ref):
            return None
        name, record, values = target_of(spec), ref.id, ref.values
    return name, record
