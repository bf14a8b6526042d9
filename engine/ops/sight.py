"""What one reader sees of an entity and of what its links lead to, while a question is compiled."""

# ruff: noqa: S608 - statements are put together from ids and aliases of the engine

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ..compile.table import META_NAMES, table_name
from ..definition.scope import entity_scope
from ..diagnostics import Diagnostic
from ..expr import STRING, check, compile_sql
from ..expr.sql_base import ColumnSql, RowsSql
from ..fieldtypes import target_of, type_of
from ..model import Actor, Entity, Field, Operation, Sql, joined
from ..policy import EntityColumns, Joins, Product, Varies, Verdict
from ..policy.claim import reaches_of
from .asking import LABEL, Path
from .live import Version

T = TypeVar("T")

#: Compiled questions kept for each version; those asked last stay.
KEPT = 1024

_SYSTEM = (True,)


class Plans:
    """Compiled questions of one version, by what their text depends on."""

    def __init__(self, size: int = KEPT) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> Any:
        """The plan for the key, None when it is not kept."""
        return self._kept.get(key)

    def of(self, key: Hashable, make: Callable[[], T]) -> T:
        """The plan for the key. What `make` raises is not kept."""
        found: T | None = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        found = make()
        self._kept[key] = found
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return found


def plans(version: Version) -> Plans:
    """The compiled questions of a version."""
    return version.made(("reading plans",), Plans)


def who(actor: Actor) -> Hashable:
    """What the text of a question depends on of the one who asks: everything else about them stands in slots."""
    if actor.id == 0 and actor.scopes is None:
        return _SYSTEM
    found: Hashable = actor.memo.get("who")
    if found is None:
        found = (actor.id == 0, actor.scopes, reaches_of(actor))
        if actor.id:
            actor.memo["who"] = found
    return found


@dataclass(frozen=True, slots=True)
class Sight:
    """One reader and one operation, "see" or "export". Others with the same `who` see by the same text."""

    version: Version
    actor: Actor
    operation: Operation = "see"

    def product(self, entity: str, operation: Operation | None = None) -> Product:
        """What the reader sees of an entity, over the table `r`."""
        return self.version.access.product(self.actor, entity, operation or self.operation)

    def over(self, entity: str, operation: Operation, alias: str) -> Product:
        """The same over another table of the statement."""
        return self.version.access.over(self.actor, entity, operation, alias)

    def verdict(self, entity: Entity, path: Path) -> Verdict | Varies:
        """How the value at the end of a path is shown. Behind a link it is shown in full or not at all."""
        if len(path) == 1:
            spec = entity.field(path[0])
            if spec is None:
                return "show" if path == LABEL or path[0] in META_NAMES else "hide"
            return self.product(entity.name).fields.get(spec.id, "hide")
        if self.access_along(entity, path) != "show":
            return "hide"
        if self.operation == "see":
            return "show"
        first = self.verdict(entity, path[:1])
        link = entity.field(path[0])
        target = self.version.model.entities.get(target_of(link)) if link else None
        if first != "show" or target is None or self.product(target.name).nothing:
            return "hide"
        return "show" if self.verdict(target, path[1:]) == "show" else "hide"

    def access_along(self, entity: Entity, path: Path) -> Verdict:
        """How much of the value at the end of a path is shown in every record; see `Access.along`."""
        return self.version.access.along(self.actor, entity.name, path)

    def condition(self, entity: Entity, *names: str) -> Sql:
        """The condition over `r` that one of these conditions of the product holds."""
        found = [Sql("(") + sql + ")" for name, sql in self.product(entity.name).conditions if name in names and name]
        return Sql("(") + joined(" OR ", found) + ")" if found else Sql("FALSE")

    def seen_where(self, entity: Entity, spec: Field) -> Sql:
        """The condition over `r` under which the reader sees the field in full."""
        shown = self.verdict(entity, (spec.name,))
        if isinstance(shown, Varies):
            return self.condition(entity, shown.show)
        return Sql("TRUE" if shown == "show" else "FALSE")

    def comparable(self, entity: Entity, path: Path) -> bool:
        """Whether a list may be sorted and filtered by the value: where it is shown in full, others being empty."""
        shown = self.verdict(entity, path)
        return shown == "show" or (isinstance(shown, Varies) and bool(shown.show))

    def shown(self, entity: Entity, path: Path) -> bool:
        """Whether the value is shown in full, whatever the record."""
        return self.verdict(entity, path) == "show" and self.access_along(entity, path) == "show"


class SeenJoins(Joins):
    """LEFT JOINs that lead to records the reader sees; what lies behind any other link is null."""

    def __init__(self, sight: Sight, prefix: str, operation: Operation) -> None:
        super().__init__()
        self._sight = sight
        self._prefix = prefix
        self._operation = operation
        self._made: dict[tuple[str, str], str] = {}
        self._parts: list[Sql] = []
        tables = {table_name(e): e.name for e in sight.version.model.entities.values()}
        self._entities = tables

    def alias(self, owner: str, column: str, table: str) -> str:
        """The alias of the record that `owner.column` links to."""
        key = (owner, column)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = f"{self._prefix}{len(self._made) + 1}"
            seen = self._sight.over(self._entities[table], self._operation, found).predicate
            join = Sql(f" LEFT JOIN {table} {found} ON {found}.id = {owner}.{column}")
            self._parts.append(join if seen.text == "TRUE" else join + " AND (" + seen + ")")
        return found

    def __len__(self) -> int:
        return len(self._parts)

    @property
    def sql(self) -> Sql:
        """What stands behind the table in FROM; grows with every column that is asked for."""
        return joined("", self._parts)


class SeenColumns:
    """The columns of a record as far as the reader sees them: null where a field is hidden, none where it is masked."""

    def __init__(self, sight: Sight, entity: Entity, alias: str, joins: SeenJoins) -> None:
        self._sight = sight
        self._entity = entity
        self._alias = alias
        self._columns = EntityColumns(sight.version.model, entity, alias, joins)

    def column(self, path: Path) -> ColumnSql | None:
        """The column at the end of a path of names."""
        found = self._columns.column(path)
        if found is None or path[0] == "self":
            return found
        shown = self._sight.verdict(self._entity, path)
        if shown == "show":
            return found
        if isinstance(shown, Varies):
            product = self._sight.over(self._entity.name, self._sight.operation, self._alias)
            seen = dict(product.conditions).get(shown.show)
            if seen is None:
                return ColumnSql(Sql("NULLIF(") + found.sql + ", " + found.sql + ")", found.storage)
            return ColumnSql(Sql("CASE WHEN ") + seen + " THEN " + found.sql + " END", found.storage)
        if shown == "mask":
            return None
        return ColumnSql(Sql("NULLIF(") + found.sql + ", " + found.sql + ")", found.storage)

    def rows(self, path: Path) -> RowsSql | None:
        """None: labels do not look into sub-tables here."""
        return None


def label_sql(sight: Sight, entity: Entity, alias: str, joins: SeenJoins) -> Sql | None:
    """How the record under `alias` is called, of what the reader sees of it; None when that is no SQL.

    Its title and id stand for a label that comes to nothing; null for a record that is not there or not seen.
    """
    version = sight.version
    typed = version.made(
        ("label", entity.name),
        lambda: check(entity.label.text, entity_scope(version.model, entity, version.compiler.functions), STRING).expr,
    )
    if typed is None or any(path[0] == "actor" for path in typed.paths):
        return None
    made = compile_sql(typed, SeenColumns(sight, entity, alias, joins), version.dialect, "value")
    if isinstance(made, Diagnostic):
        return None
    return Sql("coalesce(NULLIF(") + made + ", ''), " + title_sql(sight, entity, alias) + ")"


def label_of_link(sight: Sight, target: Entity, link: str, alias: str) -> Sql | None:
    """How the record that `link` leads to is called for who sees it, as a sub-select; None when its label is no SQL."""
    sight = replace(sight, operation="see")
    joins = SeenJoins(sight, alias + "_", "see")
    label = label_sql(sight, target, alias, joins)
    if label is None:
        return None
    seen = sight.over(target.name, "see", alias).predicate
    head = Sql("(SELECT ") + label + f" FROM {table_name(target)} {alias}" + joins.sql
    return head + f" WHERE {alias}.id = {link} AND (" + seen + "))"


def unit_label(sight: Sight, entity: Entity) -> Sql:
    """How the unit of a record under `r` is called, null where the reader does not see that unit."""
    here: Entity | None = entity
    for name in () if entity.unit == ("self",) else entity.unit:
        spec = here.field(name) if here else None
        here = sight.version.model.entities.get(target_of(spec)) if spec else None
    nothing = Sql("NULL::text" if sight.version.dialect == "postgres" else "NULL")
    if not entity.unit or here is None or sight.product(here.name, "see").nothing:
        return nothing
    return label_of_link(sight, here, "r.unit", "u") or nothing


def title_sql(sight: Sight, entity: Entity, alias: str) -> Sql:
    """What a record is called that has no label: its kind and its id."""
    cast = "::text" if sight.version.dialect == "postgres" else ""
    return Sql(f"?{cast} || {alias}.id{cast}", (f"{entity.title.get('zh')} ",))


def has_order(spec: Field) -> bool:
    """Whether values of the field have an order in the database."""
    column = type_of(spec).column(spec)
    return column is not None and column.storage.kind != "json"
