"""What an expression needs of the place where it runs: functions, the clock, who acts, and whether SQL can do it."""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import Diagnostic
from ..model.sql import Sql
from ..model.storage import Storage
from .node import Node
from .reads import bases_of
from .scope import Typed
from .sql import compile_sql
from .sql_base import ColumnSql, RowsSql

_STORED = {
    "number": Storage("decimal", 2, 12),
    "boolean": Storage("boolean"),
    "date": Storage("date"),
    "time": Storage("time"),
    "date and time": Storage("timestamp"),
    "days and time duration": Storage("bigint"),
    "link": Storage("bigint"),
    "list": Storage("json"),
    "string": Storage("text"),
}


@dataclass(frozen=True, slots=True)
class Needs:
    """functions: names it calls; ops: operations of its tree; clock: asks today() or now(); actor: asks who acts;
    not_sql: the first part no database can do, None when all of it is SQL."""

    functions: frozenset[str]
    ops: frozenset[str]
    clock: bool
    actor: bool
    not_sql: Diagnostic | None


def needs(expr: Typed) -> Needs:
    """What the expression needs; for SQL, supposing that every field it reads is stored."""
    nodes = list(expr.node.walk())
    functions = frozenset(str(n.value) for n in nodes if n.op == "call")
    clock = any(n.op == "call" and n.value.signatures[0].clock and _asks_clock(n) for n in nodes)
    made = compile_sql(expr, _Supposed(expr), "postgres")
    return Needs(
        functions,
        frozenset(n.op for n in nodes),
        clock,
        any(n.type.kind == "actor" for n in nodes),
        made if isinstance(made, Diagnostic) else None,
    )


def _asks_clock(node: Node) -> bool:
    return str(node.value) != "age" or len(node.kids) < 2


class _Supposed:
    """Columns for whatever is asked, of the kind the checker found."""

    def __init__(self, expr: Typed, under: tuple[str, ...] = ()) -> None:
        self._expr = expr
        self._under = under
        self._types = {base: node.type for node, base in bases_of(expr.node) if base is not None}

    def column(self, path: tuple[str, ...]) -> ColumnSql | None:
        found = self._types.get((*self._under, *path))
        storage = None if found is None else _STORED.get(found.kind)
        return None if storage is None else ColumnSql(Sql("c"), storage)

    def rows(self, path: tuple[str, ...]) -> RowsSql | None:
        found = self._types.get((*self._under, *path))
        if found is None or found.kind != "list" or found.item is None or found.item.kind != "context":
            return None
        return RowsSql(Sql("r WHERE TRUE"), _Supposed(self._expr, (*self._under, *path)))
