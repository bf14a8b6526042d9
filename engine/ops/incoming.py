"""What still leads to a record: the reason why it cannot be deleted, named and counted."""

# ruff: noqa: S608 - statements are put together from ids of the engine

from __future__ import annotations

from dataclasses import dataclass

from ..compile.table import child_name, table_name
from ..diagnostics import Diagnostic
from ..fieldtypes import column_name, target_of
from ..model import Entity, Field, Slot, Sql, Storage, Text, joined
from ..store.protocol import Query
from .called import called
from .live import Version
from .work import Work

_BIG, _JSON = Storage("bigint"), Storage("json")

#: Records counted for one field; more are told as so many and more.
MOST = 1_000
#: Records named for one field.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Incoming:
    """A field that leads to an entity: a link of `owner`, or the column `column` of its sub-table."""

    owner: Entity
    field: Field
    column: Field | None = None

    @property
    def title(self) -> Text:
        """How the field is called."""
        if self.column is None:
            return self.field.title
        one, other = self.field.title, self.column.title
        return Text(f"{one.zh} / {other.zh}" if one.zh else "", f"{one.en} / {other.en}" if one.en else "")

    @property
    def from_rows(self) -> str:
        """Where the ids of the records are found that lead to slot `record`."""
        if self.column is None:
            return f"SELECT id AS one FROM {table_name(self.owner)} WHERE {column_name(self.field)} = ? AND id <> ?"
        child = child_name(self.owner, self.field)
        return f"SELECT DISTINCT parent AS one FROM {child} WHERE {column_name(self.column)} = ? AND parent <> ?"

    def used_text(self, marks: str) -> str:
        """How many records lead to each of some, others among these left out; marks: of the ids, twice."""
        if self.column is None:
            column, table, owner = column_name(self.field), table_name(self.owner), "id"
        else:
            column, table, owner = column_name(self.column), child_name(self.owner, self.field), "parent"
        where = f"{column} IN ({marks}) AND {owner} NOT IN ({marks})"
        return f"SELECT {column}, count(*) FROM {table} WHERE {where} GROUP BY {column}"


def incoming(version: Version, entity: Entity) -> tuple[Incoming, ...]:
    """Every field that leads to the entity, in the order of the definitions."""

    def make() -> tuple[Incoming, ...]:
        found = []
        for owner in version.model.entities.values():
            for field in owner.fields:
                if target_of(field) == entity.name:
                    found.append(Incoming(owner, field))
                found += [Incoming(owner, field, c) for c in field.rows if target_of(c) == entity.name]
        return tuple(found)

    return version.made(("incoming", entity.name), make)


async def still_used(work: Work, entity: Entity, record: int, label: str) -> tuple[Diagnostic, ...]:
    """A remark for each field by which other records lead to this one; the number is always told, names as far as the
    actor sees them."""
    fields = incoming(work.version, entity)
    if not fields:
        return ()
    query = work.version.made(("used", entity.name), lambda: _question(fields))
    rows = await work.store.rows(query, {"record": record})
    found = []
    for at, count, first, second, third in rows:
        one = fields[at]
        ids = [n for n in (first, second, third) if n is not None]
        names = [label for label in (await called(work, {one.owner.name: ids})).values() if label]
        words = Text("、".join(names) or "（您看不到）", ", ".join(names) or "(not visible to you)")
        args = {"label": label, "count": f"{MOST}+" if count > MOST else count, "entity": one.owner.title}
        found.append(Diagnostic("WRITE_007", args={**args, "field": one.title, "names": words}))
    return tuple(found)


def _question(fields: tuple[Incoming, ...]) -> Query:
    """One question for all fields: how many, and the first three."""
    arms = [_arm(at, one) for at, one in enumerate(fields)]
    return Query(joined(" UNION ALL ", arms), (_BIG,) * 5)


def _arm(at: int, one: Incoming) -> Sql:
    limited = f"SELECT one FROM ({one.from_rows} LIMIT {MOST + 1}) AS s ORDER BY one"
    numbered = f"SELECT one, row_number() OVER (ORDER BY one) AS place FROM ({limited}) AS n"
    picks = ", ".join(f"min(CASE WHEN place = {place} THEN one END)" for place in range(1, NAMED + 1))
    text = f"SELECT {at}, count(*), {picks} FROM ({numbered}) AS p HAVING count(*) > 0"
    return Sql(text, (Slot("record"), Slot("record")))
