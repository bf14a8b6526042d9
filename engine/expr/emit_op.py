"""Python source for operators: arithmetic, comparison, logic, membership, constants."""

from __future__ import annotations

from typing import Any

from . import ops
from . import types as t
from .node import Node
from .source import Env, Rule, Source
from .values import MAX_STRING, Range, fitted

_NATIVE = frozenset({"number", "string", "boolean", "date"})  # Python's == is the language's =
_NATIVE_ORDER = frozenset({"number", "string", "date"})
_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_QUICK = {"add": "n_add", "sub": "n_sub", "mul": "n_mul"}

SPACE: dict[str, Any] = {
    "o_add": ops.add,
    "o_sub": ops.sub,
    "o_mul": ops.mul,
    "o_div": ops.div,
    "o_pow": ops.power,
    "o_neg": ops.neg,
    "o_eq": ops.eq,
    "o_ne": ops.ne,
    "o_lt": ops.lt,
    "o_le": ops.le,
    "o_gt": ops.gt,
    "o_ge": ops.ge,
    "o_between": ops.between,
    "o_in": ops.is_in,
    "o_test": ops.test,
    "o_urange": ops.urange,
    "o_instance": ops.is_instance,
    "o_fit": fitted,
    "Range": Range,
}


def _const(s: Source, node: Node, _: Env) -> str:
    return s.constant(node.value)


def _kinds(s: Source, node: Node) -> tuple[str, ...]:
    """The kinds of the operands where they can be relied on."""
    return tuple(k.type.kind for k in node.kids) if s.trust else ("any",) * len(node.kids)


def _arithmetic(s: Source, node: Node, env: Env) -> str:
    a, b = s.emit(node.kids[0], env), s.emit(node.kids[1], env)
    kinds = _kinds(s, node)
    if kinds == ("number", "number"):
        if node.op in _QUICK:
            return s.assign(s.guard((a, b), f"{_QUICK[node.op]}({a}, {b})"))
        if node.op == "div":
            return s.assign(s.guard((a,), f"n_div({a}, {b}) if {b} else None"))
    elif kinds == ("string", "string") and node.op == "add":
        return s.assign(s.guard((a, b), f"{a} + {b} if len({a}) + len({b}) <= {MAX_STRING} else None"))
    return s.assign(f"o_{node.op}({a}, {b})")


def _negative(s: Source, node: Node, env: Env) -> str:
    return s.assign(f"o_neg({s.emit(node.kids[0], env)})")


def _equal(s: Source, node: Node, env: Env) -> str:
    a, b = s.emit(node.kids[0], env), s.emit(node.kids[1], env)
    if "None" in (a, b):
        made = s.assign(f"{a if b == 'None' else b} {'is' if node.op == 'eq' else 'is not'} None")
        s.sure.add(made)
        return made
    left, right = _kinds(s, node)
    if left == right and left in _NATIVE:
        made = s.assign(f"{a} {_SIGNS[node.op]} {b}")
        s.sure.add(made)
        return made
    return s.assign(f"o_{node.op}({a}, {b})")


def _order(s: Source, node: Node, env: Env) -> str:
    a, b = s.emit(node.kids[0], env), s.emit(node.kids[1], env)
    return _ordered(s, _SIGNS[node.op], a, b, _kinds(s, node), f"o_{node.op}({a}, {b})")


def _ordered(s: Source, sign: str, a: str, b: str, kinds: tuple[str, ...], otherwise: str) -> str:
    if kinds[0] != kinds[1] or kinds[0] not in _NATIVE_ORDER:
        return s.assign(otherwise)
    made = s.assign(s.guard((a, b), f"{a} {sign} {b}"))
    if {a, b} <= s.sure:
        s.sure.add(made)
    return made


def _between(s: Source, node: Node, env: Env) -> str:
    x, low, high = (s.emit(k, env) for k in node.kids)
    return _span(s, x, (low, high), (True, True), _kinds(s, node))


def _span(s: Source, x: str, ends: tuple[str, str], closed: tuple[bool, bool], kinds: tuple[str, ...]) -> str:
    """`x` between two ends."""
    low, high = ends
    signs = ["<=" if c else "<" for c in closed]
    if len(set(kinds)) == 1 and kinds[0] in _NATIVE_ORDER and {low, high} <= s.sure:
        return s.assign(s.guard((x,), f"{low} {signs[0]} {x} {signs[1]} {high}"))
    if closed == (True, True):
        return s.assign(f"o_between({x}, {low}, {high})")
    return s.assign(f"o_in({x}, Range({low}, {closed[0]}, {high}, {closed[1]}))")


def _logic(s: Source, node: Node, env: Env) -> str:
    """Three-valued `and` / `or`: stops at the operand that decides, anything but true and false counts as null."""
    stop, go = ("False", "True") if node.op == "and" else ("True", "False")
    made = s.fresh()
    first = s.emit(node.kids[0], env)
    rest = node.kids[1:]
    s.line(f"{made} = {first}" if _clean(s, node.kids[0]) else _cleaned(made, first))
    for kid in rest:
        s.line(f"if {made} is not {stop}:")
        s.within()
        atom = s.emit(kid, env)
        s.line(f"if {atom} is {stop}: {made} = {stop}")
        s.line(f"elif {atom} is not {go}: {made} = None")
        s.back()
    return made


def _clean(s: Source, node: Node) -> bool:
    return s.trust and node.type.kind == "boolean"


def _cleaned(made: str, atom: str) -> str:
    return f"{made} = {atom} if {atom} is True or {atom} is False else None"


def _not(s: Source, node: Node, env: Env) -> str:
    atom = s.emit(node.kids[0], env)
    if atom in s.sure and _clean(s, node.kids[0]):
        made = s.assign(f"not {atom}")
        s.sure.add(made)
        return made
    return s.assign(f"False if {atom} is True else True if {atom} is False else None")


def _range(s: Source, node: Node, env: Env) -> str:
    low, high = node.kids
    if low.op == "const" and high.op == "const":
        return s.constant(Range(low.value, node.value[0], high.value, node.value[1]))
    a, b = s.emit(low, env), s.emit(high, env)
    made = s.assign(f"Range({a}, {node.value[0]}, {b}, {node.value[1]})")
    s.sure.add(made)
    return made


def _test(s: Source, node: Node, env: Env) -> str:
    return s.assign(f"o_urange({s.constant(node.value)}, {s.emit(node.kids[0], env)})")


def _in(s: Source, node: Node, env: Env) -> str:
    subject, tests = node.kids[0], node.kids[1:]
    x = s.emit(subject, env)
    if node.value:
        env = {**env, node.value: x}
    values = constants_of(tests, subject.type)
    if s.trust and values is not None:
        made = s.assign(f"{x} in {s.constant(values)}")
        s.sure.add(made)
        return made
    if len(tests) == 1:
        return _one_test(s, x, subject.type, tests[0], env)
    made = s.assign("False")
    for test in tests:
        s.line(f"if {made} is not True:")
        s.within()
        atom = _one_test(s, x, subject.type, test, env)
        s.line(f"if {atom} is True: {made} = True")
        s.line(f"elif {atom} is None: {made} = None")
        s.back()
    return made


def constants_of(tests: tuple[Node, ...], subject: t.Type) -> frozenset[Any] | None:
    """The values of tests that are nothing but constants of the subject's kind; None otherwise."""
    if subject.kind not in _NATIVE:
        return None
    if len(tests) == 1 and tests[0].op == "list":
        tests = tests[0].kids
    if not all(k.op == "const" and k.type.kind == subject.kind for k in tests):
        return None
    return frozenset(k.value for k in tests)


def _one_test(s: Source, x: str, subject: t.Type, test: Node, env: Env) -> str:
    kind = subject.kind if s.trust else "any"
    if test.op == "truth":
        atom = s.emit(test.kids[0], env)
        return atom if _clean(s, test.kids[0]) else s.assign(f"{atom} if {atom} is True or {atom} is False else None")
    if test.op == "test":
        end = s.emit(test.kids[0], env)
        inner = test.kids[0].type.kind if s.trust else "any"
        otherwise = f"o_test({s.constant(test.value)}, {x}, {end})"
        if test.value in ("=", "!="):
            sign = "==" if test.value == "=" else "!="
            return s.assign(f"{x} {sign} {end}" if kind == inner and kind in _NATIVE else otherwise)
        return _ordered(s, test.value, x, end, (kind, inner), otherwise)
    if test.op == "range":
        ends = (s.emit(test.kids[0], env), s.emit(test.kids[1], env))
        if {*ends} <= s.sure and kind in _NATIVE_ORDER:
            return _span(s, x, ends, test.value, (kind, *(k.type.kind for k in test.kids)))
        return s.assign(f"o_in({x}, Range({ends[0]}, {test.value[0]}, {ends[1]}, {test.value[1]}))")
    atom = s.emit(test, env)
    if kind in _NATIVE and test.type.kind == kind:
        return s.assign(f"{x} == {atom}")
    if test.type.kind == "list":  # nothing is in a list that is null, not even null
        return s.assign(f"False if {atom} is None else o_in({x}, {atom})")
    return s.assign(f"o_in({x}, {atom})")


def _truth(s: Source, node: Node, env: Env) -> str:
    return s.emit(node.kids[0], env)


def _instance(s: Source, node: Node, env: Env) -> str:
    return s.assign(f"o_instance({s.emit(node.kids[0], env)}, {s.constant(node.value)})")


def _fit(s: Source, node: Node, env: Env) -> str:
    return s.assign(f"o_fit({s.emit(node.kids[0], env)}, {s.constant(node.value)})")


RULES: dict[str, Rule] = {
    "const": _const,
    **dict.fromkeys(("add", "sub", "mul", "div", "pow"), _arithmetic),
    "neg": _negative,
    "eq": _equal,
    "ne": _equal,
    **dict.fromkeys(("lt", "le", "gt", "ge"), _order),
    "between": _between,
    "and": _logic,
    "or": _logic,
    "not": _not,
    "range": _range,
    "test": _test,
    "in": _in,
    "truth": _truth,
    "instance": _instance,
    "fit": _fit,
}
