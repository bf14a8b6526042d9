"""SQL for the functions that answer alike in both databases and in Python."""

# ruff: noqa: S608 - put together from constants and the column text of the caller

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from ..model.sql import Slot, Sql
from ..model.text import Text
from .node import Node
from .sql_ask import contained, decided, rows_of
from .sql_base import Asked, Env, NotSql, Piece, Valued, Writer, any_true, boolean

_BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace())
_LAST = "\U0010ffff"

#: A function as SQL: the question it is asked (None: its value), and the answer.
Translated = Callable[[Writer, Node, Env, bool | None], Piece]


def _today(w: Writer, node: Node, env: Env, _: bool | None) -> Piece:
    return Piece(w.dialect.param(Slot("today"), "date"), "date", nullable=False)


def _now(w: Writer, node: Node, env: Env, _: bool | None) -> Piece:
    return Piece(w.dialect.param(Slot("now"), "date and time"), "date and time", nullable=False)


def _starts_with(w: Writer, node: Node, env: Env, wanted: bool | None) -> Piece:
    """A half-open interval, so that an index serves."""
    text, prefix = _text_and_constant(w, node, env)
    if not prefix:
        return boolean(_known(text, wanted), text.nullable)
    column = w.dialect.ordered(text.sql)
    low = w.dialect.param(prefix, "string")
    after = _after(prefix)
    if after is None:
        found = column + (" < " if wanted is False else " >= ") + low
        return boolean(Sql("(") + found + ")", text.nullable)
    high = w.dialect.param(after, "string")
    if wanted is False:
        return boolean(Sql("(") + column + " < " + low + " OR " + column + " >= " + high + ")", text.nullable)
    return boolean(Sql("(") + column + " >= " + low + " AND " + column + " < " + high + ")", text.nullable)


def _after(prefix: str) -> str | None:
    """The least text greater than all that begin with the prefix; None when there is none."""
    while prefix:
        last = prefix[-1]
        if last < _LAST:
            following = "\ue000" if last == "\ud7ff" else chr(ord(last) + 1)
            return prefix[:-1] + following
        prefix = prefix[:-1]
    return None


def _known(text: Piece, wanted: bool | None) -> Sql:
    """Something that holds for every text; null for null."""
    if wanted is False:
        return Sql("FALSE")
    if not text.nullable:
        return Sql("TRUE")
    if wanted:
        return text.sql + " IS NOT NULL"
    return Sql("CASE WHEN ") + text.sql + " IS NOT NULL THEN TRUE END"


def _text_and_constant(w: Writer, node: Node, env: Env) -> tuple[Piece, str]:
    text, piece = w.value(node.kids[0], env), w.value(node.kids[1], env)
    if text.kind != "string" or not isinstance(piece.known, str):
        raise NotSql(node, Text("要找的文字须直接写出", "the text to look for has to be written out"))
    return text, piece.known


def _contains(w: Writer, node: Node, env: Env, wanted: bool | None) -> Piece:
    text, piece = _text_and_constant(w, node, env)
    if not piece:
        return boolean(_known(text, wanted), text.nullable)
    found = w.dialect.find(text.sql, w.dialect.param(piece, "string"))
    return boolean(found + (" = 0" if wanted is False else " > 0"), text.nullable)


def _ends_with(w: Writer, node: Node, env: Env, wanted: bool | None) -> Piece:
    text, piece = _text_and_constant(w, node, env)
    if not piece:
        return boolean(_known(text, wanted), text.nullable)
    size = len(piece)
    end = Sql("right(") + text.sql + f", {size})" if w.dialect.postgres else Sql("substr(") + text.sql + f", -{size})"
    return boolean(end + (" <> " if wanted is False else " = ") + w.dialect.param(piece, "string"), text.nullable)


def _length(w: Writer, node: Node, env: Env, _: bool | None) -> Piece:
    text = w.value(node.kids[0], env)
    if text.kind != "string":
        raise NotSql(node, Text("这不是文本", "this is no text"))
    return Piece(Sql("length(") + text.sql + ")", "number", bound=10**9, nullable=text.nullable)


def _substring(w: Writer, node: Node, env: Env, _: bool | None) -> Piece:
    text, *numbers = (w.value(k, env) for k in node.kids)
    sizes = [n.known for n in numbers]
    if text.kind != "string" or not all(isinstance(s, Decimal) and s == int(s) and 1 <= s < 10**6 for s in sizes):
        raise NotSql(
            node, Text("位置和长度须是写出的正整数", "position and length have to be written as whole numbers from 1")
        )
    rest = "".join(f", {int(s)}" for s in sizes if isinstance(s, Decimal))
    return Piece(Sql("substr(") + text.sql + rest + ")", "string", nullable=text.nullable)


def _count(w: Writer, node: Node, env: Env, _: bool | None) -> Piece:
    source, _bind = rows_of(w, node.kids[0], env)
    return Piece(Sql("(SELECT COUNT(*) FROM ") + source + ")", "number", bound=10**9, nullable=False)


def _list_contains(w: Writer, node: Node, env: Env, wanted: bool | None) -> Piece:
    item = w.value(node.kids[1], env)
    if wanted is None:
        return decided(w, node, env)
    found = contained(w, node.kids[0], item, env, wanted)
    if wanted is False and node.kids[0].op in ("name", "path"):
        column = None if node.kids[0].kids and node.kids[0].kids[0].type.kind == "list" else w.value(node.kids[0], env)
        if column is not None and column.nullable:  # of no list at all nothing is known
            found = Sql("(") + column.sql + " IS NOT NULL AND " + found + ")"
    return boolean(found)


def _is_blank(w: Writer, node: Node, env: Env, wanted: bool | None) -> Piece:
    inner = node.kids[0]
    if inner.type.kind == "list" and inner.type.item is not None and inner.type.item.kind == "context":
        source, _bind = rows_of(w, inner, env)
        return boolean(
            Sql("EXISTS (SELECT 1 FROM " if wanted is False else "NOT EXISTS (SELECT 1 FROM ") + source + ")", False
        )
    piece = w.value(inner, env)
    yes = [piece.sql + " IS NULL"] if piece.nullable else []
    if piece.kind == "string":
        yes.append(w.dialect.trimmed(piece.sql, _BLANKS) + " = ''")
    elif piece.json:
        yes.append(piece.sql + (" = '[]'::jsonb" if w.dialect.postgres else " = '[]'"))
    if not yes:
        return boolean(Sql("TRUE" if wanted is False else "FALSE"), False)
    found = any_true(yes)
    return boolean(Sql("NOT (") + found + ")" if wanted is False else Sql("(") + found + ")", False)


def _abs(w: Writer, node: Node, env: Env, _: bool | None) -> Piece:
    piece = w.value(node.kids[0], env)
    if piece.kind != "number":
        raise NotSql(node, Text("这不是数字", "this is no number"))
    return Piece(Sql("abs(") + piece.sql + ")", "number", piece.scale, piece.bound, piece.nullable, whole=piece.whole)


def _age(w: Writer, node: Node, env: Env, wanted: bool | None) -> Piece:
    birth = w.value(node.kids[0], env)
    on = w.value(node.kids[1], env) if len(node.kids) > 1 else _today(w, node, env, None)
    if birth.kind != "date" or on.kind != "date":
        raise NotSql(node, Text("年龄要用日期计算", "age needs dates"))
    part = w.dialect.part
    years = part(on.sql, "year") + " - " + part(birth.sql, "year")
    days = [part(p.sql, "month") + " * 100 + " + part(p.sql, "day") for p in (on, birth)]
    early = Sql("CASE WHEN ") + days[0] + " < " + days[1] + " THEN 1 ELSE 0 END"
    number = Sql("(") + years + " - " + early + ")"
    found = Sql("CASE WHEN ") + birth.sql + " <= " + on.sql + " THEN " + number + " END"
    return Piece(Sql("(") + found + ")", "number", bound=10_000)


#: Function -> how it is written in SQL; a function that is not here cannot be SQL.
FUNCTIONS: Mapping[str, Translated] = {
    "today": _today,
    "now": _now,
    "starts with": _starts_with,
    "ends with": _ends_with,
    "contains": _contains,
    "string length": _length,
    "substring": _substring,
    "count": _count,
    "list contains": _list_contains,
    "is blank": _is_blank,
    "abs": _abs,
    "age": _age,
}


def _translated(w: Writer, node: Node, env: Env, wanted: bool | None) -> Piece:
    name = str(node.value)
    found = FUNCTIONS.get(name)
    if found is None:
        raise NotSql(node, Text(f"数据库里没有函数 {name}", f"the database has no function {name}"))
    return found(w, node, env, wanted)


def _value(w: Writer, node: Node, env: Env) -> Piece:
    return _translated(w, node, env, None)


def _asked(wanted: bool) -> Asked:
    def run(w: Writer, node: Node, env: Env) -> Sql:
        piece = _translated(w, node, env, wanted)
        if piece.kind != "boolean":
            raise NotSql(node, Text("这不是条件", "this is no condition"))
        return piece.sql

    return run


VALUE: dict[str, Valued] = {"call": _value}
TRUE: dict[str, Asked] = {"call": _asked(True)}
FALSE: dict[str, Asked] = {"call": _asked(False)}
