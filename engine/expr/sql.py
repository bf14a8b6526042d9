"""The SQL target: a condition or value as SQL for SQLite and PostgreSQL, or the reason why it is none."""

from __future__ import annotations

from typing import Literal

from ..diagnostics import Diagnostic, Place
from ..model.sql import Sql
from ..model.text import Text
from . import sql_ask, sql_call, sql_value
from .dialect import DIALECTS, DialectName
from .scope import Typed
from .sql_base import Columns, Env, NotSql, Rules, Writer

_RULES = Rules(
    value={**sql_ask.VALUE, **sql_value.VALUE, **sql_call.VALUE},
    true={**sql_ask.TRUE, **sql_value.TRUE, **sql_call.TRUE},
    false={**sql_ask.FALSE, **sql_value.FALSE, **sql_call.FALSE},
)


def compile_sql(
    expr: Typed,
    columns: Columns,
    dialect: DialectName,
    purpose: Literal["filter", "value"] = "filter",
    place: Place = Place(),  # noqa: B008 - frozen
) -> Sql | Diagnostic:
    """The expression as SQL, or the message that says which part cannot be and why.

    purpose: `filter` for a boolean gives a condition that is true exactly when the expression is true (false and null
    are not told apart); `value` gives the value itself, booleans three-valued. In SQLite a decimal comes as an integer,
    see `sql_scale`.
    """
    writer, env = Writer(DIALECTS[dialect], _RULES), Env(columns)
    try:
        if purpose == "filter" and expr.type.kind in ("boolean", "any", "null"):
            return writer.true(expr.node, env)
        return writer.value(expr.node, env).sql
    except NotSql as error:
        return _refusal(expr, error, place)
    except RecursionError:
        return _refusal(expr, NotSql(expr.node, Text("嵌套太深", "it is nested too deeply")), place)


def sql_scale(expr: Typed, columns: Columns) -> int:
    """How many digits after the point the integers of a SQLite value stand for; 0 when it is no number or no SQL."""
    try:
        return Writer(DIALECTS["sqlite"], _RULES).value(expr.node, Env(columns)).scale
    except NotSql:
        return 0


def _refusal(expr: Typed, error: NotSql, place: Place) -> Diagnostic:
    part = expr.text[error.node.start : error.node.end][:200]
    args = {"text": part, "why": error.why, "start": error.node.start, "end": error.node.end}
    return Diagnostic("FEEL_040", place, args)
