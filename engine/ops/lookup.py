"""The records somebody may choose for a link: by what is typed, under the link's condition, as far as they see them."""

# ruff: noqa: S608 - statements are put together from ids and aliases of the engine

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..compile.expressions import Function
from ..compile.table import table_name
from ..definition.scope import choice_scope
from ..diagnostics import Diagnostic, Place, Refused
from ..expr import BOOLEAN, check, compile_sql
from ..expr.dialect import DIALECTS
from ..expr.sql_base import ColumnSql, RowsSql
from ..fieldtypes import Given, target_of, type_of
from ..fieldtypes.link import id_of
from ..model import Entity, Expr, Field, Ref, Slot, Sql, Storage, joined
from ..policy import EntityColumns
from ..store.protocol import Query
from .asking import Path
from .cells import Cells
from .keyset import whole_order
from .list_plan import keys_of, outer_joins, words_sql
from .listing import declared, word_slots, words_of
from .reading import tree_of, values_reader
from .reckoned import around
from .sight import SeenJoins, Sight, plans, who
from .work import Work

_BIG = Storage("bigint")

#: Options given at once, and candidates looked at where the condition is no SQL.
MOST = 20
LOOKED_AT = 500

_CASTS = {
    "text": "string", "integer": "integer", "bigint": "link", "decimal": "number", "boolean": "boolean",
    "date": "date", "time": "time", "timestamp": "date and time",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LookupPlan:
    """A compiled lookup. sides: what the condition reads of the record so far, as slots; test: where it is no SQL."""

    query: Query
    run: Any
    id: int
    sides: tuple[tuple[str, Path, Storage], ...]
    test: Function | None
    read: Any


@dataclass
class _ChoiceColumns:
    """The record to choose under `r`; `record` and `unit` are what it is chosen for, as slots."""

    work: Work
    owner: Entity
    target: Entity
    columns: EntityColumns
    sides: dict[Path, tuple[str, Storage]] = field(default_factory=dict)

    def column(self, path: Path) -> ColumnSql | None:
        if path[0] == "record" and len(path) > 1:
            return self._side(path)
        if path == ("unit",) and self.target.field("unit") is None:
            return self._slot(path, Storage("bigint"))
        return self.columns.column(path)

    def rows(self, path: Path) -> RowsSql | None:
        return None if path[0] == "record" else self.columns.rows(path)

    def _side(self, path: Path) -> ColumnSql | None:
        """What the record so far holds, or what lies behind one of its links."""
        model = self.work.version.model
        found = EntityColumns(model, self.owner).column(path[1:])
        if found is None or len(path) == 2:
            return self._slot(path, found.storage) if found else None
        link = self.owner.field(path[1])
        target = model.entities.get(target_of(link)) if link else None
        slot = self._slot(path[:2], _BIG)
        inner = EntityColumns(model, target, "q").column(path[2:]) if target else None
        if target is None or slot is None or inner is None:
            return None
        sql = Sql("(SELECT ") + inner.sql + f" FROM {table_name(target)} q WHERE q.id = " + slot.sql + ")"
        return ColumnSql(sql, found.storage)

    def _slot(self, path: Path, storage: Storage) -> ColumnSql | None:
        if storage.kind == "json":
            return None
        name, _ = self.sides.setdefault(path, (f"s{len(self.sides)}", storage))
        kind = _CASTS[storage.kind]
        return ColumnSql(DIALECTS[self.work.version.dialect].param(Slot(name), kind), storage)


async def lookup(
    work: Work, entity: str, path: str, text: str, values: Mapping[str, Any] | None = None, limit: int = MOST
) -> tuple[Ref, ...]:
    """The options of a link: the first ones when nothing is typed.

    path: the field, or "rows.column". values: the record so far by field name, as values or as they were typed; those
    of the row come under the names of its columns. Raises Refused(ASK_009) for a field that is no link.
    """
    owner = work.entity(entity)
    spec = _spec(owner, path)
    target = work.version.model.entities.get(target_of(spec)) if spec else None
    if spec is None or target is None:
        raise Refused(
            Diagnostic("ASK_001", Place(path=path[:80]), {"name": path[:80], "entity": owner.title, "near": ""})
        )
    if work.product(target.name, "see").nothing:
        return ()
    words = words_of(text)
    key = ("lookup", who(work.actor), entity, path, len(words))
    plan = plans(work.version).of(key, lambda: _plan(work, owner, spec, target, len(words)))
    so_far = values or {}
    slots = word_slots(words) | {name: _side_value(work, owner, p, s, so_far) for name, p, s in plan.sides}
    rows = await work.store.rows(plan.query, work.slots(slots))
    work.demand(rows[0][0], rows[0][1])
    found = [row for row in rows if row[plan.id] is not None]
    if plan.test is not None:
        found = _fitting(work, plan, owner, found, so_far)
    return tuple(plan.run(row, _NOTHING) for row in found[: max(1, min(limit, MOST * 5))])


_NOTHING: Mapping[str, Any] = {}


def _spec(owner: Entity, path: str) -> Field | None:
    name, _, column = path.partition(".")
    found = owner.field(name)
    if found is not None and column:
        found = next((c for c in found.rows if c.name == column), None)
    return found


def _plan(work: Work, owner: Entity, spec: Field, target: Entity, words: int) -> LookupPlan:
    sight = Sight(work.version, work.actor)
    cells = Cells(sight, target)
    at = cells.place("r.id", _BIG)
    run = cells.space.function("v, o", f"Ref({cells.meta('id')}, {cells.own_label()} or '')")
    joins = SeenJoins(sight, "i", "see")
    parts = [Sql("(") + sight.product(target.name).predicate + ")", *words_sql(sight, target, words)]
    condition, sides, test = _where(work, owner, spec, target)
    if condition is not None:
        parts.append(condition)
    reads = values_reader(work.version, target, tree_of(_behind(test, target)), "r", cells.asked) if test else None
    keys = keys_of(sight, target, declared(target), joins, False)
    inner = Sql("r.*") + joined("", [Sql(", ") + k.sql + f" AS s{n}" for n, k in enumerate(keys)])
    source = Sql("SELECT ") + inner + f" FROM {table_name(target)} r" + joins.sql + " WHERE " + joined(" AND ", parts)
    source = source + " ORDER BY " + whole_order(keys, False) + f" LIMIT {LOOKED_AT if test else MOST * 5:d}"
    head = Sql("SELECT l.epoch, l.access, ") + joined(", ", cells.asked.columns) + " FROM sy_live l LEFT JOIN ("
    outer = ", ".join(
        f"r.s{n} {'DESC' if k.down else 'ASC'}{' NULLS LAST' if k.nullable else ''}" for n, k in enumerate(keys)
    )
    text = head + source + ") r ON TRUE" + outer_joins(cells) + f" WHERE l.id = 1 ORDER BY {outer}"
    return LookupPlan(Query(text, (_BIG, _BIG, *cells.asked.returns)), run, at, sides, test, reads)


def _where(
    work: Work, owner: Entity, spec: Field, target: Entity
) -> tuple[Sql | None, tuple[tuple[str, Path, Storage], ...], Function | None]:
    """The condition of the link as SQL with what it reads of the record so far; or the function that tests it."""
    where = spec.options.get("where")
    if not where:
        return None, (), None
    expr = where if isinstance(where, Expr) else Expr(str(where), spec.place)
    compiler = work.version.compiler
    scope = choice_scope(work.version.model, owner, spec, compiler.functions, compiler.members)
    typed = check(expr.text, scope, BOOLEAN).expr
    columns = _ChoiceColumns(work, owner, target, EntityColumns(work.version.model, target))
    made = compile_sql(typed, columns, work.version.dialect) if typed else None
    if isinstance(made, Sql):
        return Sql("(") + made + ")", tuple((name, p, s) for p, (name, s) in columns.sides.items()), None
    return None, (), compiler.function(expr, scope, BOOLEAN)


def _behind(test: Function, target: Entity) -> list[Path]:
    around_it = ("actor", "record") if target.field("unit") else ("actor", "record", "unit")
    return [p for p in test.paths if p[0] not in around_it]


def _side_value(work: Work, owner: Entity, path: Path, storage: Storage, values: Mapping[str, Any]) -> Any:
    """What the record so far has at a path, as the database compares with it; None for nothing."""
    if path == ("unit",):
        return _unit(work, owner, values)
    spec = owner.field(path[1])
    value = _value(work, spec, values.get(path[1])) if spec else values.get(path[1])
    if value is None:
        return None
    if isinstance(value, Ref):
        return value.id
    if storage.kind == "decimal" and work.version.dialect == "sqlite":
        return int(value.scaleb(storage.scale))
    convert = type_of(spec).to_stored if spec else None
    return convert(value) if convert else value


def _value(work: Work, spec: Field, raw: Any) -> Any:
    """A value as the engine holds it, from one that may still be as it was typed."""
    if type_of(spec).shape == "link":
        found = id_of(raw)
        return raw if isinstance(raw, Ref) else Ref(found) if found else None
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return raw
    made, _ = type_of(spec).caster(spec, work.version.model)(raw, Place(), Given(work.now.at, work.zone))
    return made


def _unit(work: Work, owner: Entity, values: Mapping[str, Any]) -> int | None:
    """The unit of the record so far, else the first one the actor has a role in."""
    spec = owner.field(owner.unit[0]) if owner.unit and owner.unit != ("self",) else None
    value = _value(work, spec, values.get(spec.name)) if spec and len(owner.unit) == 1 else None
    if isinstance(value, Ref):
        return value.id
    if value is None and isinstance(values.get("unit"), Ref | int) and owner.field("unit") is None:
        unit = values["unit"]
        return unit.id if isinstance(unit, Ref) else int(unit)
    return next((g.unit for g in work.actor.grants if g.unit), None)


def _fitting(work: Work, plan: LookupPlan, owner: Entity, rows: Sequence[Any], values: Mapping[str, Any]) -> list[Any]:
    """The rows for which the condition holds."""
    context = around(work)
    record = {f.name: _value(work, f, values.get(f.name)) for f in owner.fields}
    unit = _unit(work, owner, values)
    context |= {"record": record, "unit": Ref(unit) if unit else None}
    found = []
    for row in rows:
        seen = {**context, **plan.read(row[2:]), "id": row[plan.id]}
        if plan.test is None or plan.test.run(seen) is True:
            found.append(row)
    return found
