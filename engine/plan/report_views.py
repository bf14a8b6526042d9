"""Views for reports outside the engine: the records of an entity under the names they have now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ..compile.table import META, tables
from ..fieldtypes import column_name, type_of
from ..model import Column, Entity, Field, Model
from ..model.steps import CreateView, DropView, SchemaStep

#: What a view and its columns may be called; a field of another name stands under its id.
_NAME = re.compile(r"[a-z][a-z0-9_]{0,55}")
#: Columns every record has that reports ask for; a field of the same name comes first.
_META = ("id", "version", "unit", "created_by", "created_at", "updated_by", "updated_at")


def report_views(model: Model) -> dict[str, CreateView]:
    """A view `v_<entity>` for each entity, `v_<entity>_<field>` for each sub-table.

    Fields with a sensitivity are left out: a report tool knows no masks.
    """
    found: dict[str, CreateView] = {}
    for entity in model.entities.values():
        for view in _views(model, entity):
            found.setdefault(view.name, view)
    return found


def _views(model: Model, entity: Entity) -> Iterator[CreateView]:
    if not _NAME.fullmatch(f"v_{entity.name}"):
        return
    records, *children = tables(model, entity)
    names = {column_name(f): f for f in entity.fields if not f.sensitive}
    meta = {c.name: c for c in META if c.name in _META}
    yield CreateView(f"v_{entity.name}", records.name, _columns(meta, names, records.columns))
    rows = [f for f in entity.fields if type_of(f).shape == "rows"]
    for spec, table in zip(rows, children, strict=True):
        inner = {column_name(f): f for f in spec.rows if not f.sensitive}
        own = {c.name: c for c in table.columns if c.name in ("id", "parent", "position")}
        name = f"v_{entity.name}_{spec.name}"
        if _NAME.fullmatch(name) and not spec.sensitive:
            yield CreateView(name, table.name, _columns(own, inner, table.columns))


def _columns(
    meta: Mapping[str, Column], fields: Mapping[str, Field], columns: Iterable[Column]
) -> tuple[tuple[str, Column], ...]:
    shown = {_called(fields[c.name]): c for c in columns if c.name in fields}
    first = {name: column for name, column in meta.items() if name not in shown}
    return (*first.items(), *shown.items())


def _called(spec: Field) -> str:
    return spec.name if _NAME.fullmatch(spec.name) else spec.id


def view_steps(before: Model | None, after: Model) -> tuple[SchemaStep, ...]:
    """What makes the views of `after` of those of `before`; views go before tables change and come after."""
    old, new = report_views(before) if before else {}, report_views(after)
    gone = [name for name, view in old.items() if new.get(name) != view]
    fresh = [view for name, view in new.items() if old.get(name) != view]
    # One that was never made, as after a restore, is no mistake; one of that name that is there would be.
    drops = dict.fromkeys([*gone, *(view.name for view in fresh)])
    return (*(DropView(name) for name in drops), *fresh)
