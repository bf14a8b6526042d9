"""The question of a list as it is compiled: once for a shape of filters, columns and order and a set of rights."""

# ruff: noqa: S608 - statements are put together from ids and aliases of the engine

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..compile.table import META, table_name
from ..definition.scope import entity_scope
from ..diagnostics import Diagnostic, Place, Refused
from ..expr import BOOLEAN, check, compile_sql
from ..fieldtypes import column_name, type_of
from ..model import Entity, Expr, Slot, Sort, Sql, Storage, joined
from ..policy import EntityColumns, Varies
from ..store.protocol import Query
from .asking import LABEL, Ask, Path, field_at
from .cells import Cells
from .filters import Condition, Shape, condition, shape_of, title_of
from .keyset import Arm, Key, Keys, first_arms, next_arms, whole_order
from .shown import Line
from .sight import SeenJoins, Sight, has_order

_BIG = Storage("bigint")
#: What stands in front of the fields in the JSON of a record.
_FIRST = ("id", "version", "label")
_META: Mapping[str, Storage] = {c.name: c.storage for c in META}
_FILLED = frozenset(c.name for c in META if not c.nullable)

#: Pages are read in these sizes, so that no number of a request stands in a text; the rest is cut off.
SIZES = (10, 25, 50, 100, 200, 1000)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the text of a list depends on beside the reader. where: a view's own condition; chosen: the columns were
    asked for by name, so that nothing else is given.
    """

    entity: str
    columns: tuple[Path, ...]
    filters: tuple[Shape, ...]
    words: int
    sort: tuple[Sort, ...]
    where: Expr | None
    as_json: bool = False
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """The records of a list before they are ordered: FROM and WHERE over `r`, and what reads the filters' values."""

    joins: SeenJoins
    seen: Sql
    parts: tuple[Sql, ...]
    conditions: tuple[Condition, ...]
    by_unit: str = ""

    @property
    def where(self) -> Sql:
        """All conditions together."""
        return joined(" AND ", [self.seen, *self.parts])

    def unit_by_unit(self, slot: str) -> Source:
        """The same inside a statement that goes through the units `u` of a slot."""
        return replace(self, seen=Sql("r.unit = u.id"), by_unit=slot)

    def text(self, select: Sql, more: Sql | None, rest: Sql, table: str) -> Sql:
        """The records that fit, and `more` beside."""
        where = self.where if more is None else self.where + " AND " + more
        return Sql("SELECT ") + select + f" FROM {table} r" + self.joins.sql + " WHERE " + where + rest


@dataclass(slots=True)
class ListPlan:
    """A compiled list. run: from a row of the answer to what stands for it; keys: its order, the id last.

    places: where the keys stand in a row.
    """

    sight: Sight
    entity: Entity
    source: Source
    keys: Keys
    places: tuple[int, ...]
    served: bool
    cells: Cells
    run: Callable[[Sequence[Any], Mapping[str, Any]], Any]
    reckons: bool
    inner: Sql
    _queries: dict[tuple[Any, ...], Query] = field(default_factory=dict)

    def query(self, size: int, nulls: tuple[bool, ...] | None = None, back: bool = False) -> Query:
        """The question for a page. nulls: which keys are null at the place it lies behind, None for the first page."""
        key = (size, nulls, back)
        found = self._queries.get(key)
        if found is None:
            if nulls is None:
                arms = first_arms(self.keys, self.served, self.sight.version.dialect)
            else:
                arms = next_arms(self.keys, nulls, back, self.served)
            found = self._queries[key] = self._query(arms, size + 1, back)
        return found

    def _query(self, arms: tuple[Arm, ...], limit: int, back: bool) -> Query:
        table = table_name(self.entity)
        made = []
        for arm in arms:
            rest = Sql(" ORDER BY ") + arm.order + f" LIMIT {limit:d}"
            made.append(self.source.text(self.inner, arm.where, rest, table))
        order = self._outer_order(back)
        if not made:
            found = self.source.text(self.inner, Sql("FALSE"), Sql(""), table)
        elif len(made) == 1:
            found = made[0]
        else:
            union = joined(" UNION ALL ", [Sql("SELECT * FROM (") + one + f") a{at}" for at, one in enumerate(made)])
            found = Sql("SELECT r.* FROM (") + union + ") r ORDER BY " + order + f" LIMIT {limit:d}"
        if self.source.by_unit:
            units = Sql("SELECT r.* FROM unnest(?::bigint[]) u(id) CROSS JOIN LATERAL (", (Slot(self.source.by_unit),))
            found = units + found + ") r ORDER BY " + order + f" LIMIT {limit:d}"
        asked = self.cells.asked
        head = Sql("SELECT l.epoch, l.access, ") + joined(", ", asked.columns) + " FROM sy_live l LEFT JOIN ("
        text = head + found + ") r ON TRUE" + outer_joins(self.cells) + " WHERE l.id = 1 ORDER BY " + order
        return Query(text, (_BIG, _BIG, *asked.returns))

    def _outer_order(self, back: bool) -> Sql:
        """The order by what the inner question gives, where columns behind links have names of their own."""
        outer = [Key(_outside(k, at), k.storage, k.down, k.nullable) for at, k in enumerate(self.keys)]
        return whole_order(tuple(outer), back)


def outer_joins(cells: Cells) -> Sql:
    """What is joined to the records for what is shown of their links."""
    found = Sql("".join(cells.asked.joins)) + cells.joins.sql
    return found if cells.beyond is cells.joins else found + cells.beyond.sql


def _outside(key: Key, at: int) -> Sql:
    return key.sql if key.sql.text.startswith("r.") else Sql(f"r.s{at}")


def list_plan(sight: Sight, wanted: Wanted, columns: Iterable[Path], strict_sort: bool) -> ListPlan:
    """Compile a list. columns: the paths in order, all of which the reader may see.

    strict_sort: somebody asked for this order; otherwise what the reader may not sort by is left out. Raises Refused.
    """
    entity = sight.version.entity(wanted.entity)
    source = source_of(sight, entity, wanted.filters, wanted.words, wanted.where)
    keys = keys_of(sight, entity, wanted.sort, source.joins, strict_sort)
    served = _served(sight, entity, keys)
    if served and _by_unit(sight, entity, keys):
        source = source.unit_by_unit(sight.product(entity.name).by_unit)
    cells = Cells(sight, entity)
    run = _function(cells, entity, tuple(columns), wanted)
    inner = Sql("r.*") + joined("", [Sql(", ") + k.sql + f" AS s{at}" for at, k in enumerate(keys) if _behind(k)])
    places = tuple(cells.place(_outside(k, at), k.storage) for at, k in enumerate(keys))
    reckons = any(reckoned(entity, path) for path in columns)
    return ListPlan(sight, entity, source, keys, places, served, cells, run, reckons, inner)


def _behind(key: Key) -> bool:
    return not key.sql.text.startswith("r.")


def reckoned(entity: Entity, path: Path) -> bool:
    """Whether the value at the end of the path is worked out whenever it is shown."""
    spec = entity.field(path[0]) if len(path) == 1 else None
    return spec is not None and type_of(spec).shape == "none"


def _function(cells: Cells, entity: Entity, columns: tuple[Path, ...], wanted: Wanted) -> Callable[..., Any]:
    cells.meta("id")
    if not wanted.as_json:
        parts = [cells.meta("id"), cells.meta("version"), cells.own_label()]
        shown = "".join(cells.value(path) + ", " for path in columns)
        line, new = cells.space.let(Line), cells.space.let(tuple.__new__)  # half the time of calling the class
        return cells.space.function("v, o", f"{new}({line}, ({', '.join(parts)}, ({shown})))")
    return cells.space.function("v, o", json_dict(cells, entity, columns, not wanted.chosen))


def json_dict(cells: Cells, entity: Entity, columns: Iterable[Path], meta: bool = True) -> str:
    """The code of a record's JSON: its fields by name, with what every record has beside them.

    meta: False for columns that were chosen, which come with id and version only.
    """
    parts = [f"'id': {cells.meta('id')}", f"'version': {cells.meta('version')}"]
    own = {f.name for f in entity.fields}
    chosen = tuple(columns)
    if meta or LABEL in chosen:
        parts.append(f"'label': {cells.own_label()}")
    if meta:
        chosen = (*((n,) for n in ("unit", "created_at", "updated_at") if n not in own), *chosen)
    for path in dict.fromkeys(chosen):
        if path[0] in own or path[0] not in _FIRST:
            parts.append(f"{cells.space.let('.'.join(path))}: {cells.value(path, as_json=True)}")
    return "{" + ", ".join(parts) + "}"


# ---------------------------------------------------------------- which records


def source_of(sight: Sight, entity: Entity, filters: tuple[Shape, ...], words: int, where: Expr | None) -> Source:
    """The records the reader sees that fit; raises Refused with every filter that cannot be asked."""
    product = sight.product(entity.name)
    joins = SeenJoins(sight, "i", "see")
    parts: list[Sql] = []
    found = [condition(sight, entity, shape, number, joins) for number, shape in enumerate(filters)]
    wrong = [f for f in found if isinstance(f, Diagnostic)]
    if wrong:
        raise Refused(wrong)
    conditions = tuple(f for f in found if not isinstance(f, Diagnostic))
    parts += [f.sql for f in conditions]
    if where is not None:
        parts.append(where_sql(sight, entity, where))
    parts += words_sql(sight, entity, words)
    return Source(joins, Sql("(") + product.predicate + ")", tuple(parts), conditions)


def where_sql(sight: Sight, entity: Entity, where: Expr) -> Sql:
    """The condition a definition states, over `r`. Its author saw to it; the reader's rights stand beside it."""
    version = sight.version
    typed = check(where.text, entity_scope(version.model, entity, version.compiler.functions), BOOLEAN, where.place)
    if typed.expr is None:
        raise Refused(typed.diagnostics)
    made = compile_sql(typed.expr, EntityColumns(version.model, entity), version.dialect, place=where.place)
    if isinstance(made, Diagnostic):
        raise Refused(made)
    return Sql("(") + made + ")"


def words_sql(sight: Sight, entity: Entity, words: int) -> list[Sql]:
    """The conditions over `r` that a record is found by each of the words in slots `w0`, `w1` ...

    Words of all searchable fields lie together, so whoever does not see all of these in the same records searches what
    they do see.
    """
    if not words:
        return []
    alike = found_alike(sight, entity)
    if alike is not None:
        text = "r.id IN (SELECT w.record FROM sy_search w WHERE w.entity = ? AND w.token >= ? AND w.token < ?)"
        among = [Sql(text, (entity.id, Slot(f"w{at}"), Slot(f"w{at}b"))) for at in range(words)]
        return among if alike.text == "TRUE" else [alike, *among]
    seen = [(f, sight.seen_where(entity, f)) for f in entity.fields if f.search]
    find = "strpos" if sight.version.dialect == "postgres" else "instr"
    found = []
    for at in range(words):
        tests = [
            Sql("(") + where + Sql(f" AND {find}(lower(r.{column_name(f)}), ?) > 0)", (Slot(f"w{at}"),))
            for f, where in seen
        ]
        found.append(Sql("(") + joined(" OR ", tests) + ")" if tests else Sql("FALSE"))
    return found


def found_alike(sight: Sight, entity: Entity) -> Sql | None:
    """The condition under which the reader sees every field that the entity is searched by; None when it differs."""
    conditions = {sight.seen_where(entity, f) for f in entity.fields if f.search}
    return conditions.pop() if len(conditions) == 1 else None


# ---------------------------------------------------------------- order


def keys_of(sight: Sight, entity: Entity, sort: Sequence[Sort], joins: SeenJoins, strict: bool) -> Keys:
    """The order as keys, the id behind them. Raises Refused for what the reader may not sort by, when `strict`."""
    keys: list[Key] = []
    wrong: list[Diagnostic] = []
    for one in sort:
        found = _key(sight, entity, one, joins)
        if isinstance(found, Diagnostic):
            wrong.append(found)
        elif found.sql not in [k.sql for k in keys]:
            keys.append(found)
    if wrong and strict:
        raise Refused(wrong)
    last = next((at for at, k in enumerate(keys) if k.sql.text == "r.id"), None)
    if last is not None:  # nothing is ordered further behind the id
        return tuple(keys[: last + 1])
    return (*keys, Key(Sql("r.id"), _BIG, keys[-1].down if keys else False, False))


def _key(sight: Sight, entity: Entity, sort: Sort, joins: SeenJoins) -> Key | Diagnostic:
    place, name = Place(path=".".join(sort.path)), title_of(sight, entity, sort.path)
    spec = field_at(sight.version.model, entity, sort.path)
    shown = sight.verdict(entity, sort.path)
    if shown == "hide":
        return Diagnostic("ASK_008", place, {"name": name})
    if spec is not None and (spec.sensitive or not sight.comparable(entity, sort.path)):
        return Diagnostic("ASK_006", place, {"name": name})
    column = EntityColumns(sight.version.model, entity, "r", joins).column(sort.path)
    if column is None or column.storage.kind == "json" or (spec is not None and not has_order(spec)):
        return Diagnostic("ASK_007", place, {"name": name})
    if isinstance(shown, Varies):  # where it is not shown it counts as empty, or its place would tell
        seen = Sql("CASE WHEN ") + sight.condition(entity, shown.show) + " THEN " + column.sql + " END"
        return Key(seen, column.storage, sort.down, True)
    return Key(column.sql, column.storage, sort.down, column.nullable)


def _served(sight: Sight, entity: Entity, keys: Keys) -> bool:
    """Whether an index of the table begins with the first key."""
    name = keys[0].sql.text.removeprefix("r.")
    if name == "id":
        return True
    table = sight.version.tables(entity.name)[0]
    return not _behind(keys[0]) and any(index.columns[0] == name for index in table.indexes)


def _by_unit(sight: Sight, entity: Entity, keys: Keys) -> bool:
    """Whether the first records are found faster in each of the reader's units than in all of them together."""
    if sight.version.dialect != "postgres" or not sight.product(entity.name).by_unit:
        return False
    names = ("unit", *(k.sql.text.removeprefix("r.") for k in keys))
    return any(index.columns[: len(names)] == names for index in sight.version.tables(entity.name)[0].indexes)


def shapes(ask: Ask) -> tuple[Shape, ...]:
    """What the text depends on of the filters."""
    return tuple(shape_of(f) for f in ask.filters)
