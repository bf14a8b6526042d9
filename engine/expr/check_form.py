"""Types of forms that make or look up names: names, paths, filters, loops, functions, contexts, conditions."""

from __future__ import annotations

from typing import Any

from . import types as t
from .checker import Checker, Frame, Rule
from .functions import ALIASES, FUNCTIONS
from .node import Node
from .slips import comparable


def lookup(checker: Checker, node: Node, frame: Frame | None) -> Node | None:
    """The node that reads a name, from the innermost frame out; None when nobody knows it."""
    name = node.value
    perhaps: list[Node] = []  # items of filters that may have a member of this name, which shows only when it runs
    found: Node | None = None
    while frame is not None and found is None:
        if name in frame.names:
            found = frame.names[name]
        elif frame.item is not None:
            members = t.members_of(frame.item.type, checker.scope.entities)
            if members is None:
                perhaps.append(frame.item)
            elif name in members:
                found = Node("path", (frame.item,), name, node.start, node.end, members[name])
            if found is None and name == "item":
                found = frame.item
        frame = frame.outer
    if found is None and name in checker.scope.names:
        found = Node("name", (), name, node.start, node.end, checker.scope.names[name])
    for item in reversed(perhaps):
        found = Node("item_or", (item, found or _nothing(node)), name, node.start, node.end, t.ANY)
    if found is None:
        return None
    return Node(found.op, found.kids, found.value, node.start, node.end, found.type)


def _nothing(node: Node) -> Node:
    return Node("const", (), None, node.start, node.end, t.NULL)


def _name(checker: Checker, node: Node, frame: Frame | None) -> Node:
    found = lookup(checker, node, frame)
    if found is not None:
        return found
    name = ALIASES.get(node.value, node.value)
    builtin = checker.scope.functions.get(name) or FUNCTIONS.get(name)
    if builtin is not None:
        return Node("function", (), builtin, node.start, node.end, t.FUNCTION)
    return checker.unknown("FEEL_010", node, node.value, checker.names(frame), text=checker.text[:200])


def _input(checker: Checker, node: Node, frame: Frame | None) -> Node:
    read = Node("name", (), "?", node.start, node.end)
    return lookup(checker, read, frame) or checker.unknown("FEEL_010", node, "?", (), text=checker.text[:200])


def _path(checker: Checker, node: Node, frame: Frame | None) -> Node:
    owner = checker.visit(node.kids[0], frame)
    kind = owner.type
    depth = 0
    while kind.kind == "list":
        kind, depth = kind.item or t.ANY, depth + 1
    members = t.members_of(kind, checker.scope.entities)
    found = t.ANY
    if members is not None:
        if node.value in members:
            found = members[node.value]
        else:
            made = checker.unknown(
                "FEEL_012", node, node.value, members, owner=checker.source(node.kids[0]), type=str(kind)
            )
            if depth == 0 and kind.kind not in ("context", "link"):
                return made
    for _ in range(depth):
        found = t.list_of(found)
    return Node("path", (owner,), node.value, node.start, node.end, found)


def _filter(checker: Checker, node: Node, frame: Frame | None) -> Node:
    source = checker.visit(node.kids[0], frame)
    kind = source.type
    item = (kind.item or t.ANY) if kind.kind == "list" else t.ANY if kind.kind in ("any", "null") else kind
    read = checker.variable("item", item, node)
    given = node.kids[1]
    if given.op == "test":  # list[< 5]
        subject = Node("name", (), "item", given.start, given.start)
        given = Node("in", (subject, given), None, given.start, given.end)
    test = checker.visit(given, Frame(frame, {}, read))
    if test.type.kind == "number" and not any(n.op == "local" and n.value == read.value for n in test.walk()):
        return Node("index", (source, test), None, node.start, node.end, item)
    if test.type.kind not in ("boolean", "any", "null", "number"):
        checker.report("FEEL_019", test, found=str(test.type))
    result = t.list_of(item) if test.type.kind == "boolean" else t.ANY
    return Node("filter", (source, test), read.value, node.start, node.end, result)


def _if(checker: Checker, node: Node, frame: Frame | None) -> Node:
    kids = node.kids
    made = [
        checker.condition(kid, frame) if i % 2 == 0 and i < len(kids) - 1 else checker.visit(kid, frame)
        for i, kid in enumerate(kids)
    ]
    results = [*(k.type for k in made[1:-1:2]), made[-1].type]
    return Node("if", tuple(made), None, node.start, node.end, t.joined(results))


def _loop(checker: Checker, node: Node, frame: Frame | None) -> Node:
    sources: list[Node] = []
    names: list[str] = []
    for name, source in zip(node.value, node.kids, strict=False):
        made = _source(checker, source, frame)
        kind = made.type
        item = kind.item or t.ANY if kind.kind in ("list", "range") else t.ANY if kind.kind in ("any", "null") else kind
        read = checker.variable(name, item, source)
        sources.append(made)
        names.append(read.value)
        frame = Frame(frame, {name: read})
    body = node.kids[-1]
    if node.op != "for":
        test = checker.condition(body, frame)
        return Node(node.op, (*sources, test), tuple(names), node.start, node.end, t.BOOLEAN)
    partial = checker.variable("partial", t.LIST, body)
    made = checker.visit(body, Frame(frame, {"partial": partial}))
    if any(n.op == "local" and n.value == partial.value for n in made.walk()):
        names.append(partial.value)
    return Node("for", (*sources, made), tuple(names), node.start, node.end, t.list_of(made.type))


def _source(checker: Checker, source: Node, frame: Frame | None) -> Node:
    if source.op != "steps":
        return checker.visit(source, frame)
    low, high = checker.visit(source.kids[0], frame), checker.visit(source.kids[1], frame)
    for end in (low, high):
        if end.type.kind not in ("number", "date", "any", "null"):
            checker.report("FEEL_017", source, left=str(low.type), right=str(high.type), hint=comparable(low, high))
            break
    return Node("steps", (low, high), None, source.start, source.end, t.list_of(t.joined((low.type, high.type))))


def _lambda(checker: Checker, node: Node, frame: Frame | None) -> Node:
    params, external = node.value
    if external:
        checker.report("FEEL_025", node)
        return _nothing(node)
    reads = {name: checker.variable(name, resolve(checker, kind), node) for name, kind in params}
    body = checker.visit(node.kids[0], Frame(frame, reads))
    kind = t.function_of(((name, reads[name].type) for name, _ in params), body.type)
    return Node("lambda", (body,), tuple(r.value for r in reads.values()), node.start, node.end, kind)


def _list(checker: Checker, node: Node, frame: Frame | None) -> Node:
    kids = tuple(checker.visit(k, frame) for k in node.kids)
    return Node("list", kids, None, node.start, node.end, t.list_of(t.joined(k.type for k in kids)))


def _context(checker: Checker, node: Node, frame: Frame | None) -> Node:
    kids: list[Node] = []
    names: list[str] = []
    seen: dict[str, t.Type] = {}
    for key, kid in zip(node.value, node.kids, strict=True):
        made = checker.visit(kid, frame)
        if key in seen:
            checker.report("FEEL_021", node, name=key)
            return _nothing(node)
        seen[key] = made.type
        read = checker.variable(key, made.type, kid)
        kids.append(made)
        names.append(read.value)
        frame = Frame(frame, {key: read})
    return Node("context", tuple(kids), tuple(names), node.start, node.end, t.context_of(seen))


def _instance(checker: Checker, node: Node, frame: Frame | None) -> Node:
    inner = checker.visit(node.kids[0], frame)
    return Node("instance", (inner,), resolve(checker, node.value), node.start, node.end, t.BOOLEAN)


def resolve(checker: Checker, written: Any) -> t.Type:
    """The type that is written; `Any` and a message for one nobody knows."""
    if written is None:
        return t.ANY
    name, parts, start, end = written
    if name == "function" and isinstance(parts, tuple) and isinstance(parts[0], list):
        inside, result = parts
        return t.function_of((("", resolve(checker, p)) for p in inside), resolve(checker, result))
    if isinstance(parts, dict) and name == "context":
        return t.context_of({k: resolve(checker, p) for k, p in parts.items()})
    found = t.BY_NAME.get(name) or checker.scope.types.get(name)
    if found is not None and parts is None:
        return found
    if name in ("list", "range") and isinstance(parts, tuple):
        return t.Type("list" if name == "list" else "range", item=resolve(checker, parts))
    at = Node("type", (), None, start, end)
    checker.unknown("FEEL_013", at, name, [*t.BY_NAME, *checker.scope.types])
    return t.NULL


RULES: dict[str, Rule] = {
    "name": _name,
    "input": _input,
    "path": _path,
    "filter": _filter,
    "if": _if,
    "for": _loop,
    "some": _loop,
    "every": _loop,
    "lambda": _lambda,
    "list": _list,
    "context": _context,
    "instance": _instance,
}
