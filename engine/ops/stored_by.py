"""Which stored records have given values in fields that tell them apart, whoever may see them."""

# ruff: noqa: S608 - statements are put together from names that `quoted` has checked

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..compile.table import table_name
from ..fieldtypes import target_of
from ..model import Entity, Slot, Sql, Storage
from ..store.coding import encoder
from ..store.protocol import Query
from ..store.render import quoted
from .work import Work

Key = tuple[Any, ...]

#: Records of one answer; values that tell so many apart tell nothing.
MOST = 50_000


async def stored_by(work: Work, entity: Entity, fields: Sequence[str], keys: Sequence[Key]) -> dict[Key, list[int]]:
    """Ids by key, for the keys that are there. keys: values of `fields` in order, links as ids."""
    if not keys:
        return {}
    stored = {name: (column, write) for name, column, write, _ in work.version.stored(entity.name).fields}
    writes = [None if target_of(spec) else stored[spec.name][1] for n in fields if (spec := entity.field(n))]
    wanted = {tuple(v if w is None else w(v) for v, w in zip(key, writes, strict=True)): key for key in keys}
    table = work.version.tables(entity.name)[0]
    columns = [table.column(stored[name][0]) for name in fields]
    # The column that differs most leads to the fewest records.
    distinct = [{key[at] for key in wanted} for at in range(len(columns))]
    best = max(range(len(columns)), key=lambda at: len(distinct[at]))
    encode = encoder(columns[best].storage, work.store.dialect)
    among = "= ANY(?)" if work.store.dialect == "postgres" else "IN (SELECT value FROM json_each(?))"
    names = ", ".join(f"r.{quoted(c.name)}" for c in columns)
    text = (
        f"SELECT r.id, {names} FROM {quoted(table_name(entity))} r WHERE r.{quoted(columns[best].name)} {among}"
        f" ORDER BY r.id LIMIT {MOST:d}"
    )
    query = Query(Sql(text, (Slot("values"),)), (Storage("bigint"), *(c.storage for c in columns)))
    found: dict[Key, list[int]] = {}
    for number, *values in await work.store.rows(query, {"values": [encode(v) for v in distinct[best]]}):
        key = wanted.get(tuple(values))
        if key is not None:
            found.setdefault(key, []).append(number)
    return found
