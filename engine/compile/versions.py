"""How an older version and the live one call the same options and states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..fieldtypes.choice import choices_of
from ..model import Field, Model

#: Field name, or (sub-table, column) -> option names -> what another version calls these options.
Names = Mapping[tuple[str, ...], Mapping[str, str]]


def names_between(old: Model, live: Model, entity: str) -> Names:
    """How the live version calls the options and states that `old` knows, where that differs. entity: id.

    Records hold the live names. Who works with an older version translates with this while writing, and with
    `names_between(live, old, ...)` while reading.
    """
    before, now = _by_id(old, entity), _by_id(live, entity)
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for key, (path, model, spec) in before.items():
        if key not in now:
            continue
        _, other, present = now[key]
        titles = {o.id: o.name for o in choices_of(present, other)}
        renamed = {o.name: titles[o.id] for o in choices_of(spec, model) if titles.get(o.id, o.name) != o.name}
        if renamed:
            found[path] = renamed
    return found


def _by_id(model: Model, entity: str) -> dict[tuple[str, ...], tuple[tuple[str, ...], Model, Field]]:
    """Ids of every field and column -> its names, with the field."""
    found: dict[tuple[str, ...], tuple[tuple[str, ...], Model, Field]] = {}
    for one in model.entities.values():
        for field in one.fields if one.id == entity else ():
            found[(field.id,)] = ((field.name,), model, field)
            found |= {(field.id, c.id): ((field.name, c.name), model, c) for c in field.rows}
    return found


def renamed(values: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The values with their options called as `names` says."""
    found = dict(values)
    for path, to in names.items():
        name = path[0]
        value = found.get(name)
        if value is None:
            continue
        if len(path) == 2:
            found[name] = tuple({**row, path[1]: _called(row.get(path[1]), to)} for row in value)
        else:
            found[name] = _called(value, to)
    return found


def _called(value: Any, to: Mapping[str, str]) -> Any:
    return tuple(to.get(v, v) for v in value) if isinstance(value, tuple) else to.get(value, value)
