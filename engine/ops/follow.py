"""What follows from a changed record elsewhere: units of records that belong where it belongs, names of accounts."""

# ruff: noqa: S608 - statements are put together from ids of the engine

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..compile.table import table_name
from ..fieldtypes import column_name, target_of
from ..model import Entity, Field, Model, Slot, Sql
from ..policy import EntityColumns
from ..store.journal import ACCESS_CHANGED
from ..store.protocol import Run, Write
from .live import Version

_NAME = Sql(
    "UPDATE sy_account SET name = ? WHERE name = ?"
    " AND id IN (SELECT account FROM sy_account_record WHERE record = ? AND position = 0)",
    (Slot("after"), Slot("before"), Slot("record")),
)


@dataclass(frozen=True, slots=True)
class Follower:
    """Records of another entity whose unit hangs on `field`: the statement that sets it anew behind slot `record`."""

    field: str
    sql: Sql
    rights: bool


def followers(version: Version, entity: Entity) -> tuple[Follower, ...]:
    """Every entity whose records take their unit by a path that leads through a field of this one."""
    return version.made(("followers", entity.name), lambda: tuple(_followers(version.model, entity)))


def _followers(model: Model, entity: Entity) -> Iterator[Follower]:
    for owner in model.entities.values():
        if len(owner.unit) < 2:
            continue
        chain: list[tuple[Entity, Field]] = []
        here: Entity | None = owner
        for name in owner.unit:
            spec = here.field(name) if here else None
            if here is None or spec is None:
                break
            if here.name == entity.name and chain:
                yield _follower(model, owner, chain, name)
            chain.append((here, spec))
            here = model.entities.get(target_of(spec))


def _follower(model: Model, owner: Entity, chain: list[tuple[Entity, Field]], name: str) -> Follower:
    table = table_name(owner)
    found = EntityColumns(model, owner, table).column(owner.unit)
    if found is None:
        raise ValueError(f"the unit of {owner.name} is stored nowhere")
    condition = f"{column_name(chain[-1][1])} = ?"
    for at in range(len(chain) - 1, 0, -1):
        inner = f"SELECT id FROM {table_name(chain[at][0])} WHERE {condition}"
        condition = f"{column_name(chain[at - 1][1])} IN ({inner})"
    text = Sql(f"UPDATE {table} SET unit = ") + found.sql + Sql(f" WHERE {condition}", (Slot("record"),))
    return Follower(name, text, bool(owner.gives))


def follow_writes(
    version: Version, entity: Entity, record: int, changes: Mapping[str, tuple[Any, Any]]
) -> Iterator[Write]:
    """The writes that come behind those of the record itself."""
    for one in followers(version, entity):
        if one.field in changes:
            yield Run(one.sql, {"record": record})
            if one.rights:
                yield ACCESS_CHANGED
    if entity.person:
        name = next((f.name for f in entity.fields if f.type == "person_name"), "")
        before, after = changes.get(name, (None, None))
        if before and after:  # an account that is called like its person still is
            yield Run(_NAME, {"before": before, "after": after, "record": record})
            yield ACCESS_CHANGED
