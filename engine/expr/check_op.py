"""Types of operators: arithmetic, comparison, logic, membership, literals."""

from __future__ import annotations

from decimal import Decimal, DecimalException
from typing import Any

from . import types as t
from .checker import Checker, Frame, Rule
from .iso import literal_from
from .node import Node
from .rules import NEGATABLE, SIGNS, arithmetic, equatable, orderable, unknown
from .slips import comparable
from .values import NUMBERS, kind_of


def constant(value: Any, at: Node) -> Node:
    """A constant with its type."""
    return Node("const", (), value, at.start, at.end, t.BY_NAME.get(kind_of(value), t.ANY))


def _const(_: Checker, node: Node, __: Frame | None) -> Node:
    value = node.value
    if isinstance(value, Decimal):
        try:
            value = NUMBERS.plus(value)
        except DecimalException:
            value = None
    return constant(value, node)


def _at(checker: Checker, node: Node, _: Frame | None) -> Node:
    value = literal_from(node.value)
    if value is None:
        checker.report("FEEL_018", node)
    return constant(value, node)


def _two(checker: Checker, node: Node, frame: Frame | None) -> tuple[Node, Node]:
    return checker.visit(node.kids[0], frame), checker.visit(node.kids[1], frame)


def _arithmetic(checker: Checker, node: Node, frame: Frame | None) -> Node:
    left, right = _two(checker, node, frame)
    found = arithmetic(node.op, left.type, right.type)
    if found is None:
        checker.report("FEEL_016", node, left=str(left.type), right=str(right.type), sign=SIGNS[node.op])
    return Node(node.op, (left, right), None, node.start, node.end, found or t.ANY)


def _negative(checker: Checker, node: Node, frame: Frame | None) -> Node:
    inner = checker.visit(node.kids[0], frame)
    if inner.op == "const" and isinstance(inner.value, Decimal):
        return constant(-inner.value, node)
    found = t.ANY if unknown(inner.type) else NEGATABLE.get(inner.type.kind)
    if found is None:
        checker.report("FEEL_016", node, left="", right=str(inner.type), sign="-")
    return Node("neg", (inner,), None, node.start, node.end, found or t.ANY)


def _compare(checker: Checker, node: Node, frame: Frame | None) -> Node:
    left, right = _two(checker, node, frame)
    possible = equatable if node.op in ("eq", "ne") else orderable
    if not possible(left.type, right.type):
        _incomparable(checker, node, left, right)
    else:
        _same_clock(checker, left, right)
        _somebody(checker, node, left, right)
    return Node(node.op, (left, right), None, node.start, node.end, t.BOOLEAN)


def _somebody(checker: Checker, node: Node, left: Node, right: Node) -> None:
    """An account without a record equals every empty link, which hardly anybody means."""
    for one, other in ((left, right), (right, left)):
        own = one.op == "path" and one.value == "record" and one.kids[0].type.kind == "actor"
        if node.op == "eq" and own and other.type.kind == "link":
            checker.report("FEEL_026", node, other=checker.source(other))


def _incomparable(checker: Checker, node: Node, left: Node, right: Node) -> None:
    kinds = {"left": str(left.type), "right": str(right.type)}
    checker.report("FEEL_017", node, **kinds, hint=comparable(left, right))


def _same_clock(checker: Checker, left: Node, right: Node) -> None:
    """A date-time written without a zone never compares with a recorded one."""
    for one, other in ((left, right), (right, left)):
        written = one.op == "const" and one.type.kind == "date and time" and one.value.offset is None
        if written and other.op in ("name", "path") and other.type.kind == "date and time":
            checker.report("FEEL_023", one)


def _between(checker: Checker, node: Node, frame: Frame | None) -> Node:
    kids = tuple(checker.visit(k, frame) for k in node.kids)
    for end in kids[1:]:
        if not orderable(kids[0].type, end.type):
            _incomparable(checker, node, kids[0], end)
            break
        _same_clock(checker, kids[0], end)
    return Node("between", kids, None, node.start, node.end, t.BOOLEAN)


def _logic(checker: Checker, node: Node, frame: Frame | None) -> Node:
    kids = tuple(checker.condition(k, frame) for k in node.kids)
    return Node(node.op, kids, None, node.start, node.end, t.BOOLEAN)


def _range(checker: Checker, node: Node, frame: Frame | None) -> Node:
    low, high = _two(checker, node, frame)
    if not orderable(low.type, high.type):
        checker.report("FEEL_017", node, left=str(low.type), right=str(high.type))
    return Node("range", (low, high), node.value, node.start, node.end, t.range_of(t.joined((low.type, high.type))))


def _test(checker: Checker, node: Node, frame: Frame | None) -> Node:
    """`(< 5)`: a range with one end; as one of the tests of `in` it is not visited here."""
    inner = checker.visit(node.kids[0], frame)
    return Node("test", (inner,), node.value, node.start, node.end, t.range_of(inner.type))


def _in(checker: Checker, node: Node, frame: Frame | None) -> Node:
    subject = checker.visit(node.kids[0], frame)
    return membership(checker, node, subject, node.kids[1:], frame)


def _tests(checker: Checker, node: Node, frame: Frame | None) -> Node:
    subject = checker.visit(node.kids[0], frame)
    made = membership(checker, node, subject, node.kids[1:], frame)
    return Node("not", (made,), None, node.start, node.end, t.BOOLEAN) if node.value else made


def membership(checker: Checker, node: Node, subject: Node, tests: tuple[Node, ...], frame: Frame | None) -> Node:
    """`subject in (tests)`: `?` inside a test is the subject, and such a test is taken as truth."""
    name = ""
    inner = frame
    if any(n.op == "input" for one in tests for n in one.walk()):
        read = checker.variable("?", subject.type, node)
        name, inner = read.value, Frame(frame, {"?": read})
    made: list[Node] = []
    for one in tests:
        asked = any(n.op == "input" for n in one.walk())
        found = checker.condition(one, inner) if asked and one.op != "test" else checker.visit(one, inner)
        if asked and one.op != "test":
            found = Node("truth", (found,), None, found.start, found.end, t.BOOLEAN)
        elif not _testable(subject.type, found):
            _incomparable(checker, found, subject, found)
        made.append(found)
    return Node("in", (subject, *made), name, node.start, node.end, t.BOOLEAN)


def _testable(subject: t.Type, found: Node) -> bool:
    given = found.type
    if found.op == "test" and found.value in ("=", "!="):
        return equatable(subject, given.item or t.ANY)
    if given.kind == "range":
        return orderable(subject, given.item or t.ANY) or equatable(subject, given)
    if given.kind == "list":
        item = given.item or t.ANY
        inner = item.item or t.ANY if item.kind == "range" else item
        return equatable(subject, inner) or equatable(subject, given)
    return equatable(subject, given)


RULES: dict[str, Rule] = {
    "const": _const,
    "at": _at,
    **dict.fromkeys(("add", "sub", "mul", "div", "pow"), _arithmetic),
    "neg": _negative,
    **dict.fromkeys(("eq", "ne", "lt", "le", "gt", "ge"), _compare),
    "between": _between,
    "and": _logic,
    "or": _logic,
    "range": _range,
    "test": _test,
    "in": _in,
    "tests": _tests,
}
