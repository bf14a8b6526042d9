"""SQL for questions: comparison, logic, membership, conditions, loops over sub-tables."""

# ruff: noqa: S608 - put together from constants and the column text of the caller

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from ..model.sql import Slot, Sql, joined
from ..model.text import Text
from .node import Node
from .sql_base import ROOM, Asked, Env, NotSql, Piece, Valued, Writer, all_true, any_true, boolean, bracketed
from .sql_value import rescaled

_SQL_SIGN = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_TURNED = {"eq": "eq", "ne": "ne", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
_CONTRARY = {"eq": "ne", "ne": "eq", "lt": "ge", "le": "gt", "gt": "le", "ge": "lt"}
_BY_SIGN = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_YES, _NO = Sql("TRUE"), Sql("FALSE")
_COMPARABLE = frozenset({"boolean", "number", "string", "date", "time", "date and time", "link"}) | {
    "days and time duration"
}

# ---------------------------------------------------------------- comparison


def _both(w: Writer, node: Node, env: Env) -> tuple[Piece, Piece]:
    return w.value(node.kids[0], env), w.value(node.kids[1], env)


def _compare_true(w: Writer, node: Node, env: Env) -> Sql:
    return compared(w, node, node.op, *_both(w, node, env), True)


def _compare_false(w: Writer, node: Node, env: Env) -> Sql:
    return compared(w, node, node.op, *_both(w, node, env), False)


def _compare_value(w: Writer, node: Node, env: Env) -> Piece:
    a, b = _both(w, node, env)
    if node.op in ("eq", "ne"):
        true = compared(w, node, node.op, a, b, True)
        if a.nullable or b.nullable:
            false = compared(w, node, node.op, a, b, False)
            return boolean(Sql("CASE WHEN ") + true + " THEN TRUE WHEN " + false + " THEN FALSE END", False)
        return boolean(bracketed(true), False)
    return boolean(bracketed(compared(w, node, node.op, a, b, True)), a.nullable or b.nullable)


def compared(w: Writer, node: Node, op: str, a: Piece, b: Piece, wanted: bool) -> Sql:
    """A condition that is true exactly when the comparison gives `wanted`."""
    if a.kind == "null" or b.kind == "null":
        return _with_null(op, b if a.kind == "null" else a, wanted)
    if "actor" in (a.kind, b.kind):
        return _with_actor(w, node, op, b if a.kind == "actor" else a, wanted)
    if a.kind != b.kind or a.kind not in _COMPARABLE:
        raise NotSql(node, Text("数据库里没有这种比较", "the database has no such comparison"))
    if a.known is not None and b.known is None:
        a, b, op = b, a, _TURNED[op]
    if a.kind == "number":
        return _numbers(w, node, op, a, b, wanted)
    return related(w, op, a, b, wanted)


def related(w: Writer, op: str, a: Piece, b: Piece, wanted: bool) -> Sql:
    """The comparison of two pieces of one kind and one scale."""
    if not wanted:
        op = _CONTRARY[op]
    if op not in ("eq", "ne"):
        left, right = (w.dialect.ordered(a.sql), w.dialect.ordered(b.sql)) if a.kind == "string" else (a.sql, b.sql)
        return left + f" {_SQL_SIGN[op]} " + right
    if op == "eq":
        return w.dialect.same(a.sql, b.sql) if a.nullable and b.nullable else a.sql + " = " + b.sql
    return w.dialect.differ(a.sql, b.sql) if a.nullable or b.nullable else a.sql + " <> " + b.sql


def _with_null(op: str, other: Piece, wanted: bool) -> Sql:
    if op not in ("eq", "ne"):
        return _NO
    if other.kind == "null":
        return _YES if (op == "eq") == wanted else _NO
    is_null = (op == "eq") == wanted
    if not other.nullable:
        return _NO if is_null else _YES
    return other.sql + (" IS NULL" if is_null else " IS NOT NULL")


def _with_actor(w: Writer, node: Node, op: str, other: Piece, wanted: bool) -> Sql:
    """A link equals the actor when it leads to one of the records that are that person."""
    if other.kind != "link" or op not in ("eq", "ne"):
        raise NotSql(node, Text("actor 只能与链接相比", "actor can only be compared with a link"))
    among = w.dialect.among(other.sql, Slot("actor.records"), "link")
    if (op == "eq") == wanted:
        return among
    return _null_or(other, Sql("NOT (") + among + ")")


def _null_or(piece: Piece, condition: Sql) -> Sql:
    return Sql("(") + piece.sql + " IS NULL OR " + condition + ")" if piece.nullable else condition


def _numbers(w: Writer, node: Node, op: str, a: Piece, b: Piece, wanted: bool) -> Sql:
    if isinstance(b.known, Decimal) and (not w.dialect.postgres or a.whole):
        fitted = _fitted(op, b.known.scaleb(a.scale))
        if fitted is None:  # the column cannot hold this number: never equal
            return _YES if (op == "ne") == wanted else _NO
        op, units = fitted
        sql = w.dialect.param(max(-ROOM, min(ROOM, units)), "integer")
        return related(w, op, a, Piece(sql, "number", nullable=False), wanted)
    if not w.dialect.postgres:
        scale = max(a.scale, b.scale)
        a, b = rescaled(node, a, scale), rescaled(node, b, scale)
    return related(w, op, a, b, wanted)


def _fitted(op: str, bound: Decimal) -> tuple[str, int] | None:
    """The comparison with a whole number that says the same; None when no whole number is equal."""
    if abs(bound) > 10**30:
        bound = Decimal(10**30 if bound > 0 else -(10**30))
    if bound == bound.to_integral_value():
        return op, int(bound)
    if op in ("eq", "ne"):
        return None
    return op, int(bound.to_integral_value(ROUND_CEILING if op in ("lt", "ge") else ROUND_FLOOR))


def _between_true(w: Writer, node: Node, env: Env) -> Sql:
    x, low, high = (w.value(k, env) for k in node.kids)
    return all_true([compared(w, node, "ge", x, low, True), compared(w, node, "le", x, high, True)])


def _between_false(w: Writer, node: Node, env: Env) -> Sql:
    x, low, high = (w.value(k, env) for k in node.kids)
    return any_true([compared(w, node, "ge", x, low, False), compared(w, node, "le", x, high, False)])


# ---------------------------------------------------------------- logic


def _and_true(w: Writer, node: Node, env: Env) -> Sql:
    return all_true([w.true(k, env) for k in node.kids])


def _and_false(w: Writer, node: Node, env: Env) -> Sql:
    return any_true([w.false(k, env) for k in node.kids])


def _or_true(w: Writer, node: Node, env: Env) -> Sql:
    return any_true([w.true(k, env) for k in node.kids])


def _or_false(w: Writer, node: Node, env: Env) -> Sql:
    return all_true([w.false(k, env) for k in node.kids])


def _joined_value(word: str) -> Valued:
    def run(w: Writer, node: Node, env: Env) -> Piece:
        return boolean(bracketed(joined(f" {word} ", [w.value(k, env).sql for k in node.kids])))

    return run


def _not_true(w: Writer, node: Node, env: Env) -> Sql:
    return w.false(node.kids[0], env)


def _not_false(w: Writer, node: Node, env: Env) -> Sql:
    return w.true(node.kids[0], env)


def _not_value(w: Writer, node: Node, env: Env) -> Piece:
    inner = w.value(node.kids[0], env)
    return boolean(Sql("NOT (") + inner.sql + ")", inner.nullable)


def _if(ask: Callable[[Writer, Node, Env], Sql]) -> Asked:
    def run(w: Writer, node: Node, env: Env) -> Sql:
        made = Sql("CASE")
        for test, result in zip(node.kids[:-1:2], node.kids[1::2], strict=True):
            made = made + " WHEN " + w.true(test, env) + " THEN " + ask(w, result, env)
        return made + " ELSE " + ask(w, node.kids[-1], env) + " END"

    return run


def decided(w: Writer, node: Node, env: Env) -> Piece:
    """A three-valued value from the two questions."""
    true, false = w.true(node, env), w.false(node, env)
    return boolean(Sql("CASE WHEN ") + true + " THEN TRUE WHEN " + false + " THEN FALSE END")


# ---------------------------------------------------------------- membership


def _in_true(w: Writer, node: Node, env: Env) -> Sql:
    return any_true(_tests(w, node, env, True))


def _in_false(w: Writer, node: Node, env: Env) -> Sql:
    return all_true(_tests(w, node, env, False))


def _tests(w: Writer, node: Node, env: Env, wanted: bool) -> list[Sql]:
    subject, tests = node.kids[0], node.kids[1:]
    if node.value:
        raise NotSql(node, Text("in 里的 ? 不能用在数据库里", "`?` inside `in` is not for the database"))
    if len(tests) == 1 and tests[0].op == "list":
        tests = tests[0].kids
    x = w.value(subject, env)
    plain = [k for k in tests if k.op == "const" and k.value is not None and k.type.kind == x.kind]
    rest = [k for k in tests if k not in plain]
    made = [_among(w, node, x, plain, env, wanted)] if plain else []
    made.extend(_one_test(w, x, k, env, wanted) for k in rest)
    return made or [_NO if wanted else _YES]


def _among(w: Writer, node: Node, x: Piece, constants: list[Node], env: Env, wanted: bool) -> Sql:
    """`x IN (...)` for constants; null is in no such list, so then the answer is false."""
    pieces = [w.value(k, env) for k in constants]
    if len(pieces) == 1:
        return compared(w, node, "eq", x, pieces[0], wanted)
    if x.kind == "number":
        if w.dialect.postgres and not x.whole:
            sqls = [w.dialect.param(p.known, "number") for p in pieces]
        else:
            found = [_fitted("eq", p.known.scaleb(x.scale)) for p in pieces if isinstance(p.known, Decimal)]
            units = [f[1] for f in found if f is not None and abs(f[1]) <= ROOM]
            sqls = [w.dialect.param(u, "integer") for u in units]
        if not sqls:
            return _NO if wanted else _YES
    else:
        sqls = [p.sql for p in pieces]
    listed = Sql(" IN (" if wanted else " NOT IN (") + joined(", ", sqls) + ")"
    return x.sql + listed if wanted else _null_or(x, x.sql + listed)


def _one_test(w: Writer, x: Piece, test: Node, env: Env, wanted: bool) -> Sql:
    if test.op == "test":
        return compared(w, test, _BY_SIGN[test.value], x, w.value(test.kids[0], env), wanted)
    if test.op == "range":
        low, high = (w.value(k, env) for k in test.kids)
        if "null" in (low.kind, high.kind):
            return _NO
        ops = ("ge" if test.value[0] else "gt", "le" if test.value[1] else "lt")
        parts = [compared(w, test, ops[0], x, low, wanted), compared(w, test, ops[1], x, high, wanted)]
        return all_true(parts) if wanted else any_true(parts)
    if test.type.kind == "list":
        return contained(w, test, x, env, wanted)
    return compared(w, test, "eq", x, w.value(test, env), wanted)


def contained(w: Writer, items: Node, x: Piece, env: Env, wanted: bool) -> Sql:
    """Whether `x` is an item of a list: of a list parameter, of a column with a list, of a column of a sub-table."""
    inside = _sub_table(w, items, env)
    if inside is not None:
        source, member, inner = inside
        found = Sql("EXISTS (SELECT 1 FROM ") + source + " AND "
        found = found + compared(w, items, "eq", w.value(member, inner), x, True) + ")"
        return found if wanted else Sql("NOT ") + found
    piece = w.value(items, env)
    if piece.items is not None:
        condition = w.dialect.among(x.sql, piece.items[0], piece.items[1])
        return condition if wanted else _null_or(x, Sql("NOT (") + condition + ")")
    if piece.json and x.kind == "string":
        condition = w.dialect.in_json(piece.sql, x.sql)
        if wanted:
            return condition
        maybe = [p for p in (piece, x) if p.nullable]
        return any_true([*(p.sql + " IS NULL" for p in maybe), Sql("NOT (") + condition + ")"])
    raise NotSql(items, Text("数据库里没有这个列表", "the database does not hold this list"))


def _sub_table(w: Writer, node: Node, env: Env) -> tuple[Sql, Node, Env] | None:
    """`rows.member` as the sub-table and a node that reads the member of one row."""
    if node.op != "path" or node.kids[0].type.kind != "list":
        return None
    rows = rows_of(w, node.kids[0], env)
    read = Node("local", (), f"row#{node.start}", node.start, node.end, node.kids[0].type.item or node.type)
    member = Node("path", (read,), node.value, node.start, node.end, node.type.item or node.type)
    return rows[0], member, rows[1](read.value)


Binding = Callable[[str], Env]


def rows_of(w: Writer, node: Node, env: Env) -> tuple[Sql, Binding]:
    """A sub-table, perhaps filtered: what to select from, and how to name one of its rows."""
    if node.op == "filter":
        source, bind = rows_of(w, node.kids[0], env)
        return source + " AND " + w.true(node.kids[1], bind(node.value)), bind
    owner, names = env.columns, _path_of(node)
    if node.op == "path":
        root = node
        while root.op == "path":
            root = root.kids[0]
        if root.op == "local":
            owner, names = env.rows.get(root.value, env.columns), names[1:]
    found = owner.rows(names) if names else None
    if found is None:
        raise NotSql(node, Text("这不是子表", "this is no sub-table"))
    columns = found.columns
    return found.source, lambda name: env.bound(name, columns)


def _path_of(node: Node) -> tuple[str, ...]:
    if node.op in ("name", "local"):
        return (node.value,)
    return (*_path_of(node.kids[0]), node.value) if node.op == "path" else ()


# ---------------------------------------------------------------- loops


def _loop(w: Writer, node: Node, env: Env) -> tuple[Sql, Env]:
    source, bind = rows_of(w, node.kids[0], env)
    if len(node.kids) > 2:
        raise NotSql(node, Text("一次只能查一个子表", "only one sub-table at a time"))
    return Sql("EXISTS (SELECT 1 FROM ") + source + " AND ", bind(node.value[0])


def _some_true(w: Writer, node: Node, env: Env) -> Sql:
    head, inner = _loop(w, node, env)
    return head + w.true(node.kids[-1], inner) + ")"


def _some_false(w: Writer, node: Node, env: Env) -> Sql:
    head, inner = _loop(w, node, env)
    return Sql("NOT ") + head + "(" + w.false(node.kids[-1], inner) + ") IS NOT TRUE)"


def _every_true(w: Writer, node: Node, env: Env) -> Sql:
    head, inner = _loop(w, node, env)
    return Sql("NOT ") + head + "(" + w.true(node.kids[-1], inner) + ") IS NOT TRUE)"


def _every_false(w: Writer, node: Node, env: Env) -> Sql:
    head, inner = _loop(w, node, env)
    return head + w.false(node.kids[-1], inner) + ")"


_COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
VALUE: dict[str, Valued] = {
    **dict.fromkeys(_COMPARISONS, _compare_value),
    "between": decided,
    "and": _joined_value("AND"),
    "or": _joined_value("OR"),
    "not": _not_value,
    "in": decided,
    "some": decided,
    "every": decided,
}
TRUE: dict[str, Asked] = {
    **dict.fromkeys(_COMPARISONS, _compare_true),
    "between": _between_true,
    "and": _and_true,
    "or": _or_true,
    "not": _not_true,
    "if": _if(lambda w, n, e: w.true(n, e)),
    "in": _in_true,
    "some": _some_true,
    "every": _every_true,
}
FALSE: dict[str, Asked] = {
    **dict.fromkeys(_COMPARISONS, _compare_false),
    "between": _between_false,
    "and": _and_false,
    "or": _or_false,
    "not": _not_false,
    "if": _if(lambda w, n, e: w.false(n, e)),
    "in": _in_false,
    "some": _some_false,
    "every": _every_false,
}
