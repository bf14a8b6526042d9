"""How values written under an older version read today: fields of another type, options and columns renamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..definition.identity import Identity, Known
from ..fieldtypes import field_types
from ..fieldtypes.choice import choices_of
from ..fieldtypes.stored import value_of
from ..model import Entity, Field, Model, Slot, Sql, Storage
from ..store.protocol import Query
from .shown import Masked
from .sight import plans
from .work import Work

_BIG, _JSON = Storage("bigint"), Storage("json")


@dataclass(frozen=True, slots=True)
class Former:
    """A field as it was. options: name then -> name now, where they differ; columns: of a sub-table, name then -> the
    column now and what it was.
    """

    type: str
    options: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, tuple[Field, Former]] = field(default_factory=dict)


#: Field id -> what it was.
Formers = Mapping[str, Former]


async def formerly(work: Work, entity: Entity, numbers: Iterable[int]) -> Mapping[int, Formers]:
    """The fields of the entity as they were in these versions; the live one is left out."""
    kept = plans(work.version)
    wanted = sorted({n for n in numbers if n != work.version.number})
    found: dict[int, Formers] = {}
    lacking = []
    for number in wanted:
        known = kept.get(("formerly", entity.id, number))
        if known is None:
            lacking.append(number)
        else:
            found[number] = known
    if lacking:
        rows = await work.store.rows(_IDENTITIES[work.store.dialect], {"numbers": lacking})
        for number, written in rows:
            made = _formers(work.version.model, entity, Identity.from_json(written))
            found[number] = kept.of(("formerly", entity.id, number), lambda: made)  # noqa: B023 - called at once
    return found


_IDENTITIES = {
    dialect: Query(
        Sql(f"SELECT number, identity FROM sy_version WHERE number {among}", (Slot("numbers"),)),  # noqa: S608
        (_BIG, _JSON),
    )
    for dialect, among in (("postgres", "= ANY(?)"), ("sqlite", "IN (SELECT value FROM json_each(?))"))
}


def _formers(model: Model, entity: Entity, identity: Identity) -> Formers:
    then = next((k for k in identity.live.get("entity", {}).values() if k.id == entity.id), None)
    fields = {f.id: f for f in entity.fields}
    known = then.parts.values() if then else ()
    return {one.id: _former(model, fields[one.id], one) for one in known if one.id in fields}


def _former(model: Model, spec: Field, known: Known) -> Former:
    kind = known.stored.type if known.stored else spec.type
    now = {o.id: o.name for o in choices_of(spec, model)}
    options = {name: now[p.id] for name, p in known.parts.items() if now.get(p.id, name) != name}
    columns = {c.id: c for c in spec.rows}
    rows = {n: (columns[p.id], _former(model, columns[p.id], p)) for n, p in known.parts.items() if p.id in columns}
    return Former(kind, options, rows)


def read_value(spec: Field, written: Any, former: Former | None) -> Any:
    """The value of a field from its JSON; its text as `Masked` where the field has another type by now."""
    if written is None:
        return None
    if former is None:
        return _read(spec, written)
    if former.type != spec.type:
        return Masked(_text(written))
    if spec.rows:
        return tuple(_row(row, former) for row in written) if isinstance(written, list) else ()
    value = _read(spec, written)
    if isinstance(value, tuple):
        return tuple(former.options.get(v, v) if isinstance(v, str) else v for v in value)
    return former.options.get(value, value) if isinstance(value, str) else value


def _row(row: Mapping[str, Any], former: Former) -> dict[str, Any]:
    found = {"id": row.get("id")}
    for name, value in row.items():
        if name in former.columns:
            column, was = former.columns[name]
            found[column.name] = read_value(column, value, was)
    return found


def _read(spec: Field, written: Any) -> Any:
    """The value, or what was written as text when it is none of the field's."""
    try:
        return value_of(spec, written)
    except (TypeError, ValueError, KeyError, ArithmeticError, AttributeError):
        return Masked(_text(written))


def _text(written: Any) -> str:
    if isinstance(written, list):
        return "、".join(_text(one) for one in written)
    if isinstance(written, dict):
        return str(written.get("label") or written.get("name") or written.get("id") or "")
    return str(written)


def masked_text(spec: Field, value: Any, former: Former | None) -> str:
    """What remains of a value that is not shown in full, by the type it had."""
    if isinstance(value, Masked):
        kind = field_types().get(former.type if former else spec.type)
        return kind.mask(value.text) if kind else "***"
    return field_types()[spec.type].mask(value)
