"""A stored record with what expressions need of it: its links with what lies behind them, its sub-tables; one question.

The question is compiled once for a set of paths. Sub-tables come as one JSON value each, so that a record is one row.
"""

# ruff: noqa: S608 - statements are put together from ids and aliases of the engine

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import count
from typing import Any

from ..compile.record import CompiledRecord, label_of
from ..compile.table import child_name, table_name
from ..fieldtypes import column_name, target_of, type_of
from ..model import Entity, Field, Ref, Slot, Sql, Storage, joined
from ..store.coding import decoder
from ..store.protocol import Dialect
from .live import Version

Path = tuple[str, ...]
Convert = Callable[[Any], Any]
#: From a row of the answer to a value.
Read = Callable[[Sequence[Any]], Any]

_BIG, _MOMENT, _JSON = Storage("bigint"), Storage("timestamp"), Storage("json")
_META: Mapping[str, Storage] = {
    "version": _BIG,
    "created_by": _BIG,
    "created_at": _MOMENT,
    "updated_by": _BIG,
    "updated_at": _MOMENT,
}


#: Links whose label is made: deeper ones only lead on. Labels may read links that lead back.
DEEPEST = 4


class Tree(dict[str, "Tree"]):
    """Names of an entity that are wanted, each with the names wanted behind it. ends: the name itself is wanted."""

    ends = False

    def add(self, path: Path) -> None:
        """Want what lies at the end of the path."""
        here = self
        for name in path:
            here = here.setdefault(name, Tree())
        here.ends = True

    def over(self, other: Tree) -> Tree:
        """What either wants."""
        found = Tree(self)
        found.ends = self.ends or other.ends
        for name, behind in other.items():
            found[name] = found[name].over(behind) if name in found else behind
        return found


def tree_of(paths: Iterable[Path]) -> Tree:
    """The tree in which all paths lie."""
    found = Tree()
    for path in paths:
        found.add(path)
    return found


@dataclass(slots=True)
class Asked:
    """The columns of a question as they gather: their SQL, how each is stored, and the joins they need."""

    dialect: Dialect
    columns: list[Sql] = field(default_factory=list)
    returns: list[Storage] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    numbers: Iterable[int] = field(default_factory=lambda: count(1))

    def column(self, sql: Sql | str, storage: Storage) -> int:
        """Ask for a column; its place in the row."""
        self.columns.append(Sql(sql) if isinstance(sql, str) else sql)
        self.returns.append(storage)
        return len(self.columns) - 1

    def join(self, table: str, link: str) -> str:
        """The alias of the record that `link` leads to."""
        alias = f"j{next(iter(self.numbers))}"
        self.joins.append(f" LEFT JOIN {table} {alias} ON {alias}.id = {link}")
        return alias

    def inner(self) -> Asked:
        """For the columns of a sub-table."""
        return Asked(self.dialect, numbers=self.numbers)


def values_reader(version: Version, entity: Entity, tree: Tree, alias: str, asked: Asked, depth: int = 0) -> Read:
    """Ask for the names of `tree` of the record under `alias`, and make what reads them: a dict by name."""
    parts: list[tuple[str, int, Convert | None]] = []
    made: list[tuple[str, Read]] = []
    for name, behind in tree.items():
        spec = entity.field(name)
        if spec is None:
            _own(entity, name, alias, asked, parts, made)
            continue
        kind = type_of(spec)
        if kind.shape == "rows":
            made.append((name, _table(version, entity, spec, behind, alias, asked, depth)))
        elif kind.shape == "link":
            made.append((name, _link(version, spec, behind, _of(alias, spec), asked, depth)))
        elif (column := kind.column(spec)) is not None:
            parts.append((name, asked.column(f"{alias}.{column.name}", column.storage), kind.from_stored))

    def read(row: Sequence[Any]) -> dict[str, Any]:
        found = {}
        for name, at, convert in parts:
            value = row[at]
            found[name] = value if convert is None or value is None else convert(value)
        for name, one in made:
            found[name] = one(row)
        return found

    return read


def _own(
    entity: Entity,
    name: str,
    alias: str,
    asked: Asked,
    parts: list[tuple[str, int, Convert | None]],
    made: list[tuple[str, Read]],
) -> None:
    """What every record has beside its fields; a name that means nothing is left out."""
    if name in _META:
        parts.append((name, asked.column(f"{alias}.{name}", _META[name]), None))
    elif name == "unit":
        at = asked.column(f"{alias}.unit", _BIG)
        made.append((name, lambda row: None if row[at] is None else Ref(row[at])))


def _link(version: Version, spec: Field, behind: Tree, column: str, asked: Asked, depth: int) -> Read:
    """A link with what is wanted of the record it leads to, and its label where the link itself is wanted."""
    at = asked.column(column, _BIG)
    target = version.model.entities.get(target_of(spec))
    labelled = behind.ends and depth < DEEPEST
    if target is None or not (behind or labelled):
        return lambda row: None if row[at] is None else Ref(row[at])
    compiled = version.record(target.name)
    tree = behind.over(tree_of(compiled.label.paths)) if labelled else behind
    read = values_reader(version, target, tree, asked.join(table_name(target), column), asked, depth + 1)

    def link(row: Sequence[Any]) -> Ref | None:
        number = row[at]
        if number is None:
            return None
        values = read(row)
        return Ref(number, label_of(compiled, values, number) if labelled else "", values)

    return link


def _table(version: Version, entity: Entity, spec: Field, wanted: Tree, alias: str, asked: Asked, depth: int) -> Read:
    """The rows of a sub-table in order, each a dict with its `id`; all columns, whatever is wanted."""
    inner = asked.inner()
    me = f"s{next(iter(asked.numbers))}"
    inner.column(f"{me}.id", _BIG)
    parts: list[tuple[str, int, Convert | None]] = []
    links: list[tuple[str, Read]] = []
    for column in spec.rows:
        kind = type_of(column)
        if kind.shape == "link":
            behind = wanted.get(column.name, Tree())
            behind.ends = behind.ends or wanted.ends
            links.append((column.name, _link(version, column, behind, _of(me, column), inner, depth)))
        elif (stored := kind.column(column)) is not None:
            parts.append((column.name, inner.column(_of(me, column), stored.storage), kind.from_stored))
    decode = [from_json(s, asked.dialect) for s in inner.returns]
    cells = [json_cell(c, s, asked.dialect) for c, s in zip(inner.columns, inner.returns, strict=True)]
    source = Sql(f"{child_name(entity, spec)} {me}{''.join(inner.joins)} WHERE {me}.parent = {alias}.id")
    at = asked.column(gathered(cells, source, me, asked.dialect), _JSON)

    def table(row: Sequence[Any]) -> tuple[dict[str, Any], ...]:
        found = []
        for cells in row[at] or ():
            for place, one in enumerate(decode):
                if one is not None and cells[place] is not None:
                    cells[place] = one(cells[place])
            values: dict[str, Any] = {"id": cells[0]}
            for name, place, convert in parts:
                value = cells[place]
                values[name] = value if convert is None or value is None else convert(value)
            for name, read in links:
                values[name] = read(cells)
            found.append({"id": cells[0], **{c.name: values.get(c.name) for c in spec.rows}})
        return tuple(found)

    return table


def _of(alias: str, spec: Field) -> str:
    return f"{alias}.{column_name(spec)}"


#: Arguments of one function: the databases take a hundred or so.
_MOST_ARGUMENTS = 90


def gathered(cells: Sequence[Sql], source: Sql, alias: str, dialect: Dialect) -> Sql:
    """The rows of a sub-table as one JSON list of lists of cells, in their order; null without rows."""
    some = [cells[at : at + _MOST_ARGUMENTS] for at in range(0, len(cells), _MOST_ARGUMENTS)]
    if dialect == "postgres":
        lists = joined(" || ", [Sql("jsonb_build_array(") + joined(", ", one) + ")" for one in some])
        return Sql("(SELECT jsonb_agg(") + lists + f" ORDER BY {alias}.position) FROM " + source + ")"
    # Lists put together as text: a cell is no list itself, so that only the brackets around are trimmed.
    lists = joined(" || ',' || ", [_trimmed(at, len(some), joined(", ", one)) for at, one in enumerate(some)])
    inner = Sql("SELECT ") + lists + " AS cells FROM " + source + f" ORDER BY {alias}.position"
    return Sql("(SELECT json_group_array(json(cells)) FROM (") + inner + "))"


def _trimmed(at: int, count: int, cells: Sql) -> Sql:
    made = Sql("json_array(") + cells + ")"
    made = made if at == 0 else Sql("ltrim(") + made + ", '[')"
    return made if at == count - 1 else Sql("rtrim(") + made + ", ']')"


def json_cell(column: Sql, storage: Storage, dialect: Dialect) -> Sql:
    """A column as it goes into a JSON list; see `from_json`."""
    # A decimal would lose digits as a JSON number.
    return column + "::text" if dialect == "postgres" and storage.kind == "decimal" else column


def from_json(storage: Storage, dialect: Dialect) -> Convert | None:
    """From what stands in the JSON of a sub-table to the value of a column; None where they are the same."""
    if dialect == "sqlite":
        return decoder(storage, dialect)
    return _FROM_JSON.get(storage.kind)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


_FROM_JSON: Mapping[str, Convert] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timestamp": _moment,
}


def every_path(compiled: CompiledRecord) -> Iterable[Path]:
    """The stored fields of the entity and everything its expressions read."""
    yield from ((name,) for name in compiled.stored)
    yield from (path for path in compiled.paths if path[0] in compiled.fields)
    for link, behind in compiled.reads.items():
        yield from ((*link, *path) for path in behind)


def assembled(asked: Asked, table: str, alias: str, on: Sql) -> Sql:
    """The question as text: what is live, and beside it the records that fit, one row at least."""
    head = Sql("SELECT l.epoch, l.access, ") + joined(", ", asked.columns)
    return head + f" FROM sy_live l LEFT JOIN {table} {alias} ON " + on + f"{''.join(asked.joins)} WHERE l.id = 1"


def beside(asked: Asked, table: str, alias: str, link: Sql) -> Sql:
    """The same for the record whose id another question has as `record`, with all of that question's row behind it."""
    head = Sql("SELECT l.epoch, l.access, ") + joined(", ", asked.columns) + ", b.* FROM sy_live l LEFT JOIN ("
    tail = f") b ON TRUE LEFT JOIN {table} {alias} ON {alias}.id = b.record{''.join(asked.joins)} WHERE l.id = 1"
    return head + link + tail


def by_ids(dialect: Dialect, alias: str = "r") -> Sql:
    """The condition that the id is among those in slot `ids`."""
    among = "= ANY(?)" if dialect == "postgres" else "IN (SELECT value FROM json_each(?))"
    return Sql(f"{alias}.id {among}", (Slot("ids"),))
