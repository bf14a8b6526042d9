"""Where the names of an expression are stored: columns of the record, of linked records, of rows of sub-tables."""

# ruff: noqa: S608 - put together from ids and aliases of the engine

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

from ..compile.table import META, META_NAMES, child_name, table_name
from ..definition.scope import SELF
from ..expr.sql_base import ColumnSql, RowsSql
from ..fieldtypes import column_name, target_of, type_of
from ..model import Entity, Field, Model, Sql, Storage

_META: Mapping[str, Storage] = {c.name: c.storage for c in META if c.name in META_NAMES}
_FILLED = frozenset(c.name for c in META if not c.nullable)

Path = tuple[str, ...]


class Joins:
    """The LEFT JOINs that a statement needs, each link followed once however many columns lie behind it."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._aliases: dict[tuple[str, str], str] = {}

    def alias(self, owner: str, column: str, table: str) -> str:
        """The alias of the record that `owner.column` links to."""
        key = (owner, column)
        if key not in self._aliases:
            self._aliases[key] = alias = f"j{len(self._aliases) + 1}"
            self._text.append(f" LEFT JOIN {table} {alias} ON {alias}.id = {owner}.{column}")
        return self._aliases[key]

    @property
    def sql(self) -> Sql:
        """What stands behind the table in FROM; grows with every column that is asked for."""
        return Sql("".join(self._text))


class EntityColumns:
    """The columns of one record of `entity` under the alias of its table.

    Links are followed by a sub-select of one value, or through `joins` where the statement can have some: for sorting
    and showing. Aliases inside begin with that of the record, so that expressions nest.
    """

    def __init__(
        self,
        model: Model,
        entity: Entity,
        alias: str = "r",
        joins: Joins | None = None,
        numbers: Iterator[int] | None = None,
    ) -> None:
        self._model = model
        self._entity = entity
        self._alias = alias
        self._joins = joins
        self._numbers = numbers or count(1)

    def column(self, path: Path) -> ColumnSql | None:
        """The column at the end of a path of names; None when nothing is stored there."""
        if not path:
            return None
        if path[0] == SELF and self._entity.field(SELF) is None:
            return self.column(path[1:] or ("id",))
        if len(path) == 1:
            return self._own(path[0])
        step = self._step(path[0])
        return self._beyond(*step, path[1:]) if step else None

    def rows(self, path: Path) -> RowsSql | None:
        """The sub-table at the end of a path of names; None when there is none."""
        parent: ColumnSql | None
        entity = self._entity
        if path and path[0] == SELF and entity.field(SELF) is None:
            path = path[1:]
        if len(path) == 1:
            parent = self._own("id")
        else:
            parent = self.column(path[:-1])
            for name in path[:-1]:
                field = entity.field(name)
                target = self._model.entities.get(target_of(field)) if field else None
                if target is None:
                    return None
                entity = target
        spec = entity.field(path[-1]) if path else None
        if parent is None or spec is None or type_of(spec).shape != "rows":
            return None
        alias = self._next()
        source = Sql(f"{child_name(entity, spec)} {alias} WHERE {alias}.parent = ") + parent.sql
        return RowsSql(source, RowColumns(self._model, spec, alias, self._numbers))

    def _own(self, name: str) -> ColumnSql | None:
        spec = self._entity.field(name)
        if spec is not None:
            return _stored(spec, self._alias)
        if name in _META:
            return ColumnSql(Sql(f"{self._alias}.{name}"), _META[name], name not in _FILLED)
        return None

    def _step(self, name: str) -> tuple[str, Entity] | None:
        """The column of a link and what it leads to."""
        spec = self._entity.field(name)
        target = self._model.entities.get(target_of(spec)) if spec else None
        return (column_name(spec), target) if spec and target else None

    def _beyond(self, column: str, target: Entity, rest: Path) -> ColumnSql | None:
        if self._joins is not None:
            alias = self._joins.alias(self._alias, column, table_name(target))
            return EntityColumns(self._model, target, alias, self._joins, self._numbers).column(rest)
        return followed(self._model, f"{self._alias}.{column}", target, rest, self._next(), self._numbers)

    def _next(self) -> str:
        return f"{self._alias}_{next(self._numbers)}"


class RowColumns:
    """The columns of one row of a sub-table."""

    def __init__(self, model: Model, spec: Field, alias: str, numbers: Iterator[int]) -> None:
        self._model = model
        self._spec = spec
        self._alias = alias
        self._numbers = numbers

    def column(self, path: Path) -> ColumnSql | None:
        """The column at the end of a path of names that begins in the row."""
        spec = next((f for f in self._spec.rows if f.name == path[0]), None) if path else None
        if spec is None:
            return ColumnSql(Sql(f"{self._alias}.id"), Storage("bigint"), False) if path == ("id",) else None
        if len(path) == 1:
            return _stored(spec, self._alias)
        target = self._model.entities.get(target_of(spec))
        if target is None:
            return None
        alias = f"{self._alias}_{next(self._numbers)}"
        return followed(self._model, f"{self._alias}.{column_name(spec)}", target, path[1:], alias, self._numbers)

    def rows(self, path: Path) -> RowsSql | None:
        """None: rows have no rows."""
        return None


def followed(
    model: Model, link: str, target: Entity, rest: Path, alias: str, numbers: Iterator[int]
) -> ColumnSql | None:
    """A column of the record that `link` leads to, as a sub-select of one value that is null without the record."""
    inner = EntityColumns(model, target, alias, numbers=numbers).column(rest)
    if inner is None:
        return None
    found = Sql("(SELECT ") + inner.sql + f" FROM {table_name(target)} {alias} WHERE {alias}.id = {link})"
    return ColumnSql(found, inner.storage, True)


def _stored(spec: Field, alias: str) -> ColumnSql | None:
    column = type_of(spec).column(spec)
    return ColumnSql(Sql(f"{alias}.{column.name}"), column.storage) if column else None
