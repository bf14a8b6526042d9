"""The tables as they really stand: those of the model, with the columns and tables that were taken out of use.

Nothing that held values is dropped by a publication. A column of a removed or retyped field stays in its table; one
that refers to other records moves to a column without the reference, so that it keeps nobody from deleting those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..compile.table import META, tables
from ..definition.identity import Gone, Identity, Known, Stored
from ..model import Column, Model, Storage, Table

Tables = Mapping[str, Table]

_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
_BIGINT = Storage("bigint")


def physical(model: Model | None, identity: Identity) -> dict[str, Table]:
    """Every table by name."""
    found: dict[str, Table] = {}
    for entity in model.entities.values() if model else ():
        for table in tables(model, entity) if model else ():
            found[table.name] = table
    for known in identity.live.get("entity", {}).values():
        _add_past(found, "t_" + known.id, known)
    for gone in _outer_first(identity):
        if gone.kind == "entity":
            _add_whole(found, "t_" + gone.known.id, gone.known)
        else:
            _add_gone_field(found, identity, gone)
    return found


def _outer_first(identity: Identity) -> list[Gone]:
    """Entities, their fields, then columns of sub-tables: each finds the table it stands in."""
    entities = {k.id for k in identity.live.get("entity", {}).values()}
    entities |= {g.known.id for g in identity.gone.values() if g.kind == "entity"}
    stored = [g for g in identity.gone.values() if g.kind in ("entity", "field")]
    return sorted(stored, key=lambda g: (g.kind != "entity", g.parent not in entities))


def set_aside(model: Model | None, identity: Identity) -> tuple[tuple[str, str], ...]:
    """(table, column) of everything out of use; ("t_...", "") for whole tables."""
    live = {t.name: t for e in (model.entities.values() if model else ()) for t in tables(model or Model(), e)}
    found: list[tuple[str, str]] = []
    for name, table in physical(model, identity).items():
        if name not in live:
            found.append((name, ""))
        else:
            used = {c.name for c in live[name].columns}
            found += [(name, c.name) for c in table.columns if c.name not in used]
    return tuple(sorted(found))


def aside_name(stored: Stored) -> str:
    """Where the values of a column go when it is taken out of use: a link moves, anything else stays."""
    return "x" + stored.column[1:] if ">" in stored.storage else stored.column


def storage_of(words: str) -> Storage:
    """The storage that an identity has in words."""
    kind = words.partition(">")[0]
    decimal = _DECIMAL.fullmatch(kind)
    if decimal:
        return Storage("decimal", scale=int(decimal[2]), precision=int(decimal[1]))
    return Storage(kind)  # type: ignore[arg-type]


def _aside_columns(known: Known) -> Iterator[Column]:
    """The columns of a field that is gone."""
    for stored in (*known.past, *((known.stored,) if known.stored else ())):
        if stored.column:
            yield Column(aside_name(stored), storage_of(stored.storage))


def _past_columns(known: Known) -> Iterator[Column]:
    for stored in known.past:
        if stored.column:
            yield Column(aside_name(stored), storage_of(stored.storage))


def _extend(found: dict[str, Table], name: str, columns: Iterator[Column]) -> None:
    table = found[name]
    there = {c.name for c in table.columns}
    more = tuple(c for c in columns if c.name not in there)
    if more:
        found[name] = Table(name, (*table.columns, *more), table.indexes, table.key)


def _add_past(found: dict[str, Table], name: str, known: Known) -> None:
    """The former columns of fields that are still there."""
    for part in known.parts.values():
        _extend(found, name, _past_columns(part))
        child = f"{name}_{part.id}"
        if child in found:
            for column in part.parts.values():
                _extend(found, child, _past_columns(column))


def _add_whole(found: dict[str, Table], name: str, known: Known) -> None:
    """The table of an entity that is gone, with its sub-tables."""
    if not any(part.stored for part in known.parts.values()):
        return  # purged
    found.setdefault(name, Table(name, META))
    for part in known.parts.values():
        _extend(found, name, _aside_columns(part))
        _add_child(found, name, part)


def _add_child(found: dict[str, Table], parent: str, known: Known) -> None:
    columns = {n: k for n, k in known.parts.items() if k.stored}
    if not columns:
        return
    name = f"{parent}_{known.id}"
    found.setdefault(name, Table(name, _child_meta(parent)))
    for part in columns.values():
        _extend(found, name, _aside_columns(part))


def _child_meta(parent: str) -> tuple[Column, ...]:
    return (
        Column("id", _BIGINT, False),
        Column("parent", _BIGINT, False, parent),
        Column("position", Storage("integer"), False),
    )


def _add_gone_field(found: dict[str, Table], identity: Identity, gone: Gone) -> None:
    """A removed field of an entity, or a removed column of a sub-table."""
    name = "t_" + gone.parent
    if name not in found:
        owner = _owner_of(identity, gone.parent)
        name = f"t_{owner}_{gone.parent}"
        if not owner or name not in found:
            return
    _extend(found, name, _aside_columns(gone.known))
    _add_child(found, name, gone.known)


def _owner_of(identity: Identity, field: str) -> str:
    """The id of the entity a sub-table field belongs to."""
    for known in identity.live.get("entity", {}).values():
        if any(part.id == field for part in known.parts.values()):
            return known.id
    gone = identity.gone.get(field)
    if gone is not None:
        return gone.parent
    wholes = (g.known for g in identity.gone.values() if g.kind == "entity")
    return next((k.id for k in wholes if any(p.id == field for p in k.parts.values())), "")
