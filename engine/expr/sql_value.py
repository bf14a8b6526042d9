"""SQL for values: columns, constants, arithmetic on numbers, texts and dates."""

from __future__ import annotations

import datetime as _dt
from decimal import Decimal

from ..model.sql import Slot, Sql
from ..model.text import Text
from .node import Node
from .sql_base import ROOM, Asked, Columns, ColumnSql, Env, NotSql, Piece, Valued, Writer, bracketed
from .temporal import DAY, NANO, DateTime, DaysTime, Time
from .values import to_python

#: How large a stored number is taken to be at most, unless its column says less.
_LARGEST = {"integer": 2**31, "bigint": 10**15, "decimal": 10**15}
_KINDS = {"text": "string", "boolean": "boolean", "date": "date", "time": "time", "timestamp": "date and time"}
_ACTOR_LISTS = {"records": "link", "units": "link", "roles": "string"}
_ACTOR_PLAIN = {"id": "integer", "name": "string", "record": "link"}


# ---------------------------------------------------------------- names


def _name(w: Writer, node: Node, env: Env) -> Piece:
    if node.type.kind == "actor":
        return Piece(Sql("?", (Slot("actor.records"),)), "actor", nullable=False)
    return _column(node, env.columns, (node.value,))


def _local(_: Writer, node: Node, __: Env) -> Piece:
    raise NotSql(node, Text("整行不能当作一个值", "a whole row is no single value"))


def _path(w: Writer, node: Node, env: Env) -> Piece:
    names: list[str] = []
    at = node
    while at.op == "path":
        names.append(at.value)
        at = at.kids[0]
    owner = node.kids[0]
    if at.type.kind == "actor" and len(names) == 1:
        return _actor(w, node)
    if owner.type.kind == "date" and node.value in ("year", "month", "day", "weekday"):
        day = w.value(owner, env)
        part = w.dialect.part(day.sql, node.value)
        return Piece(part, "number", bound=10_000, nullable=day.nullable)
    if owner.type.kind == "link" and node.value == "id":
        link = w.value(owner, env)
        return Piece(link.sql, "number", bound=ROOM, nullable=link.nullable)
    if at.op == "name":
        return _column(node, env.columns, (at.value, *reversed(names)))
    if at.op == "local" and at.value in env.rows:
        return _column(node, env.rows[at.value], tuple(reversed(names)))
    raise NotSql(node, Text("数据库里没有这个字段", "the database does not hold this field"))


def _actor(w: Writer, node: Node) -> Piece:
    slot = Slot(f"actor.{node.value}")
    if node.value in _ACTOR_LISTS:
        return Piece(Sql("?", (slot,)), "list", items=(slot, _ACTOR_LISTS[node.value]), nullable=False)
    kind = _ACTOR_PLAIN[node.value]
    nullable = node.value == "record"
    return Piece(w.dialect.param(slot, kind), "number" if kind == "integer" else kind, nullable=nullable)


def _column(node: Node, columns: Columns, path: tuple[str, ...]) -> Piece:
    found = columns.column(path)
    if found is None:
        raise NotSql(node, Text("数据库里没有这个字段", "the database does not hold this field"))
    return _stored(node, found)


def _stored(node: Node, found: ColumnSql) -> Piece:
    kind = found.storage.kind
    if node.type.kind == "link":
        return Piece(found.sql, "link", nullable=found.nullable)
    if kind in ("integer", "bigint", "decimal"):
        if node.type.kind == "days and time duration":
            return Piece(found.sql, node.type.kind, nullable=found.nullable)
        scale = found.storage.scale if kind == "decimal" else 0
        bound = 10 ** min(found.storage.precision, 18) if found.storage.precision else _LARGEST[kind]
        return Piece(found.sql, "number", scale, bound, found.nullable, whole=kind != "decimal")
    if kind == "json":
        return Piece(found.sql, "list", nullable=found.nullable, json=True)
    return Piece(found.sql, _KINDS[kind], nullable=found.nullable)


# ---------------------------------------------------------------- constants


def _const(w: Writer, node: Node, _: Env) -> Piece:
    value = node.value
    if value is None:
        return Piece(Sql("NULL"), "null")
    if isinstance(value, bool):
        return Piece(Sql("TRUE" if value else "FALSE"), "boolean", nullable=False, known=value)
    if isinstance(value, Decimal):
        return _number(w, value)
    if isinstance(value, str):
        if "\0" in value:
            raise NotSql(node, Text("文本里有数据库不收的字符", "the text holds a character databases refuse"))
        return Piece(w.dialect.param(value, "string"), "string", nullable=False, known=value)
    return _moment(w, node)


def _number(w: Writer, value: Decimal) -> Piece:
    exponent = value.as_tuple().exponent
    scale = -exponent if isinstance(exponent, int) and -30 < exponent < 0 else 0
    units = int(value.scaleb(scale)) if abs(value) < ROOM else ROOM + 1
    whole = scale == 0 and abs(units) <= ROOM
    if w.dialect.postgres:
        sql = w.dialect.param(units if whole else value, "integer" if whole else "number")
    else:
        sql = w.dialect.param(max(-ROOM, min(ROOM, units)), "integer")
    return Piece(sql, "number", scale, abs(units), False, known=value, whole=whole)


def _moment(w: Writer, node: Node) -> Piece:
    value = node.value
    kind = node.type.kind
    if isinstance(value, DaysTime):
        if value.nanos % NANO or abs(value.nanos) > ROOM:
            raise NotSql(node, Text("时长要是整秒", "durations have whole seconds there"))
        return Piece(w.dialect.param(value.nanos // NANO, "integer"), kind, nullable=False, known=value)
    made = to_python(value)
    if isinstance(value, DateTime) and (value.offset is None or not isinstance(made, _dt.datetime)):
        made = None
    if isinstance(value, Time) and (value.offset is not None or not isinstance(made, _dt.time)):
        made = None
    if not isinstance(made, _dt.date | _dt.time):
        raise NotSql(node, Text("数据库里没有这样的值", "databases have no such value"))
    return Piece(w.dialect.param(made, kind), kind, nullable=False, known=value)


# ---------------------------------------------------------------- arithmetic


def rescaled(node: Node, piece: Piece, scale: int) -> Piece:
    """SQLite: the number in units of 10**-scale, which is not less than its own scale."""
    factor = 10 ** (scale - piece.scale)
    if factor == 1:
        return piece
    bound = _room(node, piece.bound * factor)
    return Piece(Sql("(") + piece.sql + f" * {factor})", "number", scale, bound, piece.nullable)


def _room(node: Node, bound: int) -> int:
    if bound > ROOM:
        raise NotSql(node, Text("数字可能太大", "numbers may become too large"))
    return bound


def _operands(w: Writer, node: Node, env: Env) -> tuple[Piece, Piece]:
    return w.value(node.kids[0], env), w.value(node.kids[1], env)


def _add(w: Writer, node: Node, env: Env) -> Piece:
    if any(k.type.kind == "years and months duration" for k in node.kids):
        raise NotSql(node, Text("日期只能加减固定的天数", "dates take a fixed number of days only"))
    a, b = _operands(w, node, env)
    if a.kind == b.kind == "string" and node.op == "add":
        return Piece(Sql("(") + a.sql + " || " + b.sql + ")", "string", nullable=a.nullable or b.nullable)
    if a.kind == b.kind == "number":
        return _sum(w, node, a, b)
    if "date" in (a.kind, b.kind):
        return _days(w, node, a, b)
    raise NotSql(node, Text("数据库里不能这样加减", "the database cannot add or subtract these"))


def _sum(w: Writer, node: Node, a: Piece, b: Piece) -> Piece:
    scale = max(a.scale, b.scale)
    bound = _room(node, a.bound * 10 ** (scale - a.scale) + b.bound * 10 ** (scale - b.scale))
    if not w.dialect.postgres:
        a, b = rescaled(node, a, scale), rescaled(node, b, scale)
    sign = " + " if node.op == "add" else " - "
    sql = bracketed(_wide(w, a) + sign + _wide(w, b))
    return Piece(sql, "number", scale, bound, a.nullable or b.nullable, whole=a.whole and b.whole)


def _wide(w: Writer, piece: Piece) -> Sql:
    """PostgreSQL: integers as 64 bits before anything is done with them."""
    return piece.sql + "::bigint" if w.dialect.postgres and piece.whole and piece.known is None else piece.sql


def _days(w: Writer, node: Node, a: Piece, b: Piece) -> Piece:
    """A date plus or minus whole days, or the days between two dates in seconds."""
    nullable = a.nullable or b.nullable
    if a.kind == b.kind == "date" and node.op == "sub":
        apart = w.dialect.days_between(a.sql, b.sql)
        return Piece(Sql("(") + apart + " * 86400)", "days and time duration", nullable=nullable)
    if b.kind == "date":
        a, b = b, a
    if a.kind == "date" and isinstance(b.known, DaysTime) and b.known.nanos % DAY == 0:
        days = b.known.nanos // DAY
        if abs(days) <= 100_000:
            return Piece(w.dialect.plus_days(a.sql, days if node.op == "add" else -days), "date", nullable=nullable)
    raise NotSql(node, Text("日期只能加减固定的天数", "dates take a fixed number of days only"))


def _multiply(w: Writer, node: Node, env: Env) -> Piece:
    a, b = _operands(w, node, env)
    if a.kind != "number" or b.kind != "number":
        raise NotSql(node, Text("数据库里只乘数字", "the database multiplies numbers only"))
    bound = _room(node, a.bound * b.bound)
    sql = bracketed(_wide(w, a) + " * " + _wide(w, b))
    return Piece(sql, "number", a.scale + b.scale, bound, a.nullable or b.nullable, whole=a.whole and b.whole)


def _negative(w: Writer, node: Node, env: Env) -> Piece:
    a = w.value(node.kids[0], env)
    if a.kind != "number":
        raise NotSql(node, Text("数据库里只对数字取负", "the database negates numbers only"))
    return Piece(Sql("(-") + _wide(w, a) + ")", "number", a.scale, a.bound, a.nullable, whole=a.whole)


def _division(_: Writer, node: Node, __: Env) -> Piece:
    why = Text("数据库的除法和乘方结果不一样", "databases divide and raise to powers differently")
    raise NotSql(node, why)


def _if(w: Writer, node: Node, env: Env) -> Piece:
    results = [w.value(k, env) for k in (*node.kids[1:-1:2], node.kids[-1])]
    kinds = {r.kind for r in results} - {"null"}
    if len(kinds) > 1:
        raise NotSql(node, Text("各分支类型不同", "the branches are of different types"))
    kind = kinds.pop() if kinds else "null"
    scale = max(r.scale for r in results)
    if kind == "number" and not w.dialect.postgres:
        results = [rescaled(node, r, scale) if r.kind == "number" else r for r in results]
    made = Sql("CASE")
    for test, result in zip(node.kids[:-1:2], results, strict=False):
        made = made + " WHEN " + w.true(test, env) + " THEN " + result.sql
    made = made + " ELSE " + results[-1].sql + " END"
    whole = all(r.whole for r in results)
    return Piece(made, kind, scale, max(r.bound for r in results), any(r.nullable for r in results), whole=whole)


def _fit(w: Writer, node: Node, env: Env) -> Piece:
    inner = w.value(node.kids[0], env)
    if inner.kind not in (node.type.kind, "null"):
        raise NotSql(node, Text("结果类型不同", "the result is of another type"))
    return inner


def _fit_true(w: Writer, node: Node, env: Env) -> Sql:
    return w.true(node.kids[0], env)


def _fit_false(w: Writer, node: Node, env: Env) -> Sql:
    return w.false(node.kids[0], env)


# ---------------------------------------------------------------- values as questions


def _is_true(w: Writer, node: Node, env: Env) -> Sql:
    piece = w.value(node, env)
    if piece.kind == "null":
        return Sql("FALSE")
    if piece.kind != "boolean":
        raise NotSql(node, Text("这不是条件", "this is no condition"))
    return piece.sql


def _is_false(w: Writer, node: Node, env: Env) -> Sql:
    piece = w.value(node, env)
    if piece.kind == "null":
        return Sql("FALSE")
    if piece.kind != "boolean":
        raise NotSql(node, Text("这不是条件", "this is no condition"))
    if isinstance(piece.known, bool):
        return Sql("FALSE" if piece.known else "TRUE")
    return Sql("NOT ") + piece.sql


VALUE: dict[str, Valued] = {
    "name": _name,
    "local": _local,
    "path": _path,
    "const": _const,
    "add": _add,
    "sub": _add,
    "mul": _multiply,
    "div": _division,
    "pow": _division,
    "neg": _negative,
    "if": _if,
    "fit": _fit,
}
TRUE: dict[str, Asked] = {"name": _is_true, "path": _is_true, "const": _is_true, "fit": _fit_true}
FALSE: dict[str, Asked] = {"name": _is_false, "path": _is_false, "const": _is_false, "fit": _fit_false}
