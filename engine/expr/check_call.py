"""Types of calls: which signature of a function the arguments fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import types as t
from .builtin import Builtin, Param, Signature
from .check_form import lookup
from .check_op import constant
from .checker import Checker, Frame, Rule
from .functions import ALIASES, FUNCTIONS
from .node import Node
from .regex import Unusable, compiled

_FOLDED = frozenset({"date", "time", "date and time", "duration"})


@dataclass(frozen=True, slots=True)
class Called:
    """What a call node calls: the function, and the signatures its arguments may fit.

    exact: there is one signature, and the declared types of the arguments are those of its parameters.
    """

    builtin: Builtin
    signatures: tuple[Signature, ...]
    exact: bool = False

    @property
    def name(self) -> str:
        return self.builtin.name

    def __str__(self) -> str:
        return self.name


def _call(checker: Checker, node: Node, frame: Frame | None) -> Node:
    callee = node.kids[0]
    while callee.op == "paren":
        callee = callee.kids[0]
    args = [checker.visit(k, frame) for k in node.kids[1:]]
    if callee.op == "name":
        found = lookup(checker, callee, frame)
        name = ALIASES.get(callee.value, callee.value)
        builtin = checker.scope.functions.get(name) or FUNCTIONS.get(name)
        own = found is not None and found.op != "item_or" and found.type.kind in ("function", "any", "null")
        if builtin is not None and not own:
            return _builtin(checker, node, builtin, args)
        if found is None:
            known = [*FUNCTIONS, *ALIASES, *checker.scope.functions]
            return checker.unknown("FEEL_011", node, callee.value, known, text=checker.text[:200])
    else:
        found = checker.visit(callee, frame)
    return _invoke(checker, node, found, args)


def _invoke(checker: Checker, node: Node, callee: Node, args: list[Node]) -> Node:
    kind = callee.type
    if kind.kind not in ("function", "any", "null"):
        checker.report("FEEL_022", callee)
        return Node("const", (), None, node.start, node.end, t.NULL)
    if callee.op == "function":
        return _builtin(checker, node, callee.value, args)
    if kind.params is not None:
        names = [n for n, _ in kind.params]
        given = [n for n in node.value if n is not None]
        if len(args) != len(names) or not set(given) <= set(names):
            usage = f"({', '.join(names)})"
            checker.report("FEEL_014", node, name=checker.source(callee), usage=usage)
    return Node("invoke", (callee, *args), node.value, node.start, node.end, kind.result or t.ANY)


def _builtin(checker: Checker, node: Node, builtin: Builtin, args: list[Node]) -> Node:
    if builtin.name == "not" and len(args) == 1 and node.value in ((None,), ("negand",)):
        if args[0].type.kind not in ("boolean", "any", "null"):
            checker.report("FEEL_019", args[0], found=str(args[0].type))
        return Node("not", tuple(args), None, node.start, node.end, t.BOOLEAN)
    reasons: list[tuple[Param, Node]] = []
    fitting: list[tuple[Signature, list[Node], bool]] = []
    for one in builtin.signatures:
        placed = _placed(one, node.value, args, node)
        if placed is None:
            continue
        verdict = _fit(one, placed, reasons)
        if verdict is not None:
            fitting.append((one, placed, verdict))
    if not fitting:
        return _refused(checker, node, builtin, reasons)
    exact = [f for f in fitting if f[2]]
    chosen = exact[:1] if exact else fitting
    placed = chosen[0][1]
    made = Node("call", tuple(placed), Called(builtin, tuple(c[0] for c in chosen), bool(exact)), node.start, node.end)
    made.type = t.joined(c[0].result_of([a.type for a in placed]) for c in chosen)
    return _folded(checker, made)


def _placed(one: Signature, names: Sequence[str | None], args: list[Node], node: Node) -> list[Node] | None:
    """The arguments in the order of the parameters, None when their number or names do not fit."""
    if any(n is not None for n in names):
        return _named(one, names, args)
    if one.spread:
        if len(args) == 1 and args[0].type.kind in ("list", "any", "null"):
            return args
        if not args:
            return None
        kind = t.list_of(t.joined(a.type for a in args))
        return [Node("list", tuple(args), None, node.start, node.end, kind)]
    if one.rest and len(args) >= one.least:
        rest = tuple(args[one.least - 1 :])
        kind = t.list_of(t.joined(a.type for a in rest))
        return [*args[: one.least - 1], Node("list", rest, None, rest[0].start, rest[-1].end, kind)]
    return args if one.least <= len(args) <= len(one.params) else None


def _named(one: Signature, names: Sequence[str | None], args: list[Node]) -> list[Node] | None:
    given = dict(zip(names, args, strict=True))
    known = [p.name for p in one.params]
    if None in given or len(given) != len(names) or not set(given) <= set(known):
        return None
    placed: list[Node] = []
    for param in one.params:
        found = given.get(param.name)
        if found is None and not param.optional:
            return None
        if found is None:
            found = Node("const", (), None, type=t.NULL)
        if one.rest and param is one.params[-1]:
            found = Node("list", (found,), None, found.start, found.end, t.list_of(found.type))
        placed.append(found)
    while placed and placed[-1].op == "const" and one.params[len(placed) - 1].name not in given:
        placed.pop()
    missing = [p for p, a in zip(one.params, placed, strict=False) if p.name not in given and not p.nullable]
    return None if missing else placed


def _fit(one: Signature, args: list[Node], reasons: list[tuple[Param, Node]]) -> bool | None:
    """True: the types fit as they are; False: that shows only when it runs; None: they cannot fit."""
    exact = True
    for arg, param in zip(args, one.params, strict=False):
        verdict = _fits_param(arg.type, param)
        if verdict is None:
            reasons.append((param, arg))
            return None
        exact = exact and verdict
    return exact


def _fits_param(given: t.Type, param: Param) -> bool | None:
    kinds = [p.kind for p in param.types]
    if kinds == ["any"]:
        return True
    if given.kind in ("any", "null"):
        return False
    if given.kind in kinds:
        wanted = param.types[kinds.index(given.kind)]
        if given.kind == "list":
            return _fits_items(given.item or t.ANY, wanted.item or t.ANY)
        return True
    if given.kind == "list" and (given.item is None or given.item.kind in ("any", "null", *kinds)):
        return False  # a list of one stands for its item
    if "list" in kinds:
        wanted = param.types[kinds.index("list")].item or t.ANY
        return False if t.fits(given, wanted) else None
    if given.kind == "date" and "date and time" in kinds:
        return False
    if given.kind in ("actor", "link") and "context" in kinds:
        return False
    return None


def _fits_items(given: t.Type, wanted: t.Type) -> bool | None:
    if wanted.kind == "any":
        return True
    if given.kind in ("any", "null"):
        return False
    return False if t.fits(given, wanted) else None


def _refused(checker: Checker, node: Node, builtin: Builtin, reasons: list[tuple[Param, Node]]) -> Node:
    if reasons:
        param, arg = reasons[-1]
        wanted = " / ".join(str(k) for k in param.types)
        checker.report("FEEL_015", arg, name=builtin.name, param=param.name, wanted=wanted, found=str(arg.type))
    else:
        checker.report("FEEL_014", node, name=builtin.name, usage=usage_of(builtin))
    return Node("const", (), None, node.start, node.end, t.NULL)


def usage_of(builtin: Builtin) -> str:
    """How the function is called, such as `floor(n, [scale])`."""
    shapes: list[str] = []
    for one in builtin.signatures:
        names = [f"[{p.name}]" if p.optional else p.name for p in one.params]
        if one.spread or one.rest:
            names.append("...")
        shapes.append(f"{builtin.name}({', '.join(names)})")
    return " | ".join(dict.fromkeys(shapes))


def _folded(checker: Checker, node: Node) -> Node:
    """A date made from constants is a constant; one that does not exist is a mistake, found now."""
    called: Called = node.value
    name = called.builtin.name
    if name in ("matches", "replace", "split"):
        _pattern(checker, node)
    if name not in _FOLDED or not all(k.op == "const" for k in node.kids):
        return node
    one = called.signatures[0]
    if any(k.value is None and not p.nullable for k, p in zip(node.kids, one.params, strict=False)):
        return node
    value = one.run(*(k.value for k in node.kids))
    if value is None:
        checker.report("FEEL_018", node)
    return constant(value, node)


def _pattern(checker: Checker, node: Node) -> None:
    pattern = node.kids[1]
    if pattern.op != "const" or not isinstance(pattern.value, str):
        return
    at = {"matches": 2, "replace": 3}.get(node.value.builtin.name, len(node.kids))
    flags = node.kids[at].value if at < len(node.kids) else ""
    try:
        compiled(pattern.value, flags if isinstance(flags, str) else "")
    except Unusable:
        checker.report("FEEL_024", pattern, pattern=pattern.value)


RULES: dict[str, Rule] = {"call": _call}
