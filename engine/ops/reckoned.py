"""Values that are worked out whenever they are shown: what they need of the record, and the function for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..compile.record import CompiledField, CompiledRecord
from ..expr import from_python
from ..fieldtypes import Given
from ..model import Entity, Field, Ref, Storage
from ..policy import actor_value
from .live import Version
from .reading import Asked, tree_of, values_reader
from .work import Work

#: From a row and what `around` gives to the value.
Reckon = Callable[[Sequence[Any], Mapping[str, Any]], Any]


def around(work: Work) -> dict[str, Any]:
    """What expressions see beside the record, with what is needed to cast their results under `given`."""
    actor = actor_value(work.actor)
    zone = work.version.model.zone
    given = Given(work.now.at, work.zone, "computed", work.actor.lang, actor=actor)
    return {"$now": from_python(work.now.at, zone), "$zone": zone, "actor": actor, "given": given}


def reckoner(version: Version, entity: Entity, spec: Field, asked: Asked) -> Reckon:
    """The function for a computed field; asks for the columns it needs, whoever may see these."""
    compiled = version.record(entity.name)
    steps = _steps(compiled, spec.name)
    names = {step.name for step in steps}
    paths = [p for step in steps if step.value for p in step.value.paths if p[0] not in names]
    tree = tree_of(p[1:] or ("id",) if p[0] == "self" else p for p in paths if p[0] not in ("actor", "id"))
    at = asked.column("r.id", Storage("bigint"))
    read = values_reader(version, entity, tree, "r", asked)
    lists = [f for f in compiled.otherwise if f.name in tree]

    def reckon(row: Sequence[Any], outside: Mapping[str, Any]) -> Any:
        plain = row[2:]
        values = read(plain)
        number = plain[at]
        context = {"unit": None, **outside, **values, "id": number, "self": Ref(number, "", values)}
        for one in lists:
            context[one.name] = one.in_feel(values[one.name]) if one.in_feel else values[one.name]
        for step in steps:
            found = step.value.run(context) if step.value else None
            context[step.name], _ = step.cast(found, step.place, outside["given"])
        return context[spec.name]

    return reckon


def _steps(compiled: CompiledRecord, name: str) -> tuple[CompiledField, ...]:
    """The computed fields to be worked out, each after those it reads; `name` last."""
    wanted = {name}
    for one in reversed(compiled.order):
        if one.name in wanted and one.value is not None:
            wanted |= {n for n in one.value.reads if n in compiled.fields and compiled.fields[n].kind.shape == "none"}
    return tuple(one for one in compiled.order if one.name in wanted and one.kind.shape == "none")
