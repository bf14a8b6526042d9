"""Python source for forms: names, paths, filters, loops, functions, contexts, conditions, calls."""

from __future__ import annotations

from typing import Any

from .builtin import guarded
from .node import Node
from .source import Env, Rule, Source
from .values import Function

_AS_IS = frozenset({"number", "string", "boolean", "date", "link", "actor", "null"})  # need no conversion at the door


def _name(s: Source, node: Node, _: Env) -> str:
    """Names of the context are read once, at the start."""
    made = s.names.get(node.value)
    if made is None:
        made = s.names[node.value] = s.fresh("n")
        read = f"c.get({s.constant(node.value)})"
        s.reads.append(f"{made} = {_door(s, node, read)}")
    return made


def _door(s: Source, node: Node, read: str) -> str:
    if not s.trust:
        return f"o_fit(door({read}, {s.zone_of()}), {s.constant(node.type)})"
    return read if node.type.kind in _AS_IS else f"door({read}, {s.zone_of()})"


def _local(_: Source, node: Node, env: Env) -> str:
    return env[node.value]


def _path(s: Source, node: Node, env: Env) -> str:
    owner = node.kids[0]
    atom = s.emit(owner, env)
    kind = owner.type.kind if s.trust else "any"
    name = s.constant(node.value)
    if kind == "link" and node.value != "id":
        read = f"{atom}.values.get({name})"
    elif kind == "context":
        read = f"{atom}.get({name})"
    else:
        return s.assign(f"o_path({atom}, {name}, {s.zone_of()})")
    return s.assign(s.guard((atom,), _door(s, node, read)))


def _item_or(s: Source, node: Node, env: Env) -> str:
    item, otherwise = s.emit(node.kids[0], env), s.emit(node.kids[1], env)
    return s.assign(f"o_item({item}, {s.constant(node.value)}, {otherwise})")


def _index(s: Source, node: Node, env: Env) -> str:
    items, n = s.emit(node.kids[0], env), s.emit(node.kids[1], env)
    return s.assign(f"o_index({items}, {n})")


def _filter(s: Source, node: Node, env: Env) -> str:
    source, test = node.kids
    items = s.assign(f"o_list({s.emit(source, env)})")
    if test.type.kind != "boolean" and not any(n.op == "local" and n.value == node.value for n in test.walk()):
        return _chosen(s, items, test, env)
    made = s.assign("None")
    s.line(f"if {items} is not None:")
    s.within()
    s.spend(f"len({items})")
    s.line(f"{made} = []")
    item = s.fresh()
    s.line(f"for {item} in {items}:")
    s.within()
    verdict = s.emit(test, {**env, node.value: item})
    s.line(f"if {verdict} is True: {made}.append({item})")
    if not _boolean(s, test):
        s.line(f"elif {verdict} is not False and {verdict} is not None: {made} = None; break")
    s.back(2)
    return made


def _boolean(s: Source, node: Node) -> bool:
    return s.trust and node.type.kind == "boolean"


def _chosen(s: Source, items: str, test: Node, env: Env) -> str:
    """A filter that does not look at the items: a position, or all or nothing."""
    verdict = s.emit(test, env)
    return s.assign(f"{items} if {verdict} is True else [] if {verdict} is False else o_index({items}, {verdict})")


def _if(s: Source, node: Node, env: Env) -> str:
    made = s.fresh()
    if len(node.kids) == 3:
        condition = s.emit(node.kids[0], env)
        s.line(f"if {condition} is True:")
        _branch(s, node.kids[1], env, made)
        s.line("else:")
        _branch(s, node.kids[2], env, made)
        return made
    s.line("while True:")  # a chain of `else if` stays flat: the loop runs once, `break` leaves it
    s.within()
    for test, result in zip(node.kids[:-1:2], node.kids[1::2], strict=True):
        s.line(f"if {s.emit(test, env)} is True:")
        _branch(s, result, env, made)
        s.line(" break")
    s.line(f"{made} = {s.emit(node.kids[-1], env)}")
    s.line("break")
    s.back()
    return made


def _branch(s: Source, node: Node, env: Env, made: str) -> None:
    s.within()
    s.line(f"{made} = {s.emit(node, env)}")
    s.back()


def _for(s: Source, node: Node, env: Env) -> str:
    sources, body = node.kids[:-1], node.kids[-1]
    made = s.assign("[]")
    broken = s.assign("False")
    if len(node.value) > len(sources):
        env = {**env, node.value[-1]: _partial(s, body, node.value[-1], made)}

    def inside(inner: Env) -> None:
        if len(node.value) > len(sources) and inner[node.value[-1]] != made:
            s.spend(f"len({made})")
            s.line(f"{inner[node.value[-1]]} = {made}[:]")
        s.line(f"{made}.append({s.emit(body, inner)})")

    _nest(s, node.value[: len(sources)], sources, env, broken, inside, "")
    s.line(f"if {broken}: {made} = None")
    return made


def _partial(s: Source, body: Node, name: str, made: str) -> str:
    """`partial`: the list so far itself where only positions are asked, else a copy at each turn."""
    asked = sum(n.op == "index" and n.kids[0].op == "local" and n.kids[0].value == name for n in body.walk())
    used = sum(n.op == "local" and n.value == name for n in body.walk())
    return made if asked == used else s.fresh()


def _nest(
    s: Source, names: tuple[str, ...], sources: tuple[Node, ...], env: Env, broken: str, inside: Any, stop: str
) -> None:
    """Loops in loops; a source that is null sets `broken`; `stop` is the condition that ends them early."""
    items = s.assign(f"o_list({s.emit(sources[0], env)})")
    s.line(f"if {items} is None: {broken} = True")
    s.line("else:")
    s.within()
    s.spend(f"len({items})")
    item = s.fresh()
    s.line(f"for {item} in {items}:")
    s.within()
    inner = {**env, names[0]: item}
    if len(sources) == 1:
        inside(inner)
    else:
        _nest(s, names[1:], sources[1:], inner, broken, inside, stop)
    if stop:
        s.line(f"if {stop}: break")
    s.back(2)


def _quantified(s: Source, node: Node, env: Env) -> str:
    decided, other = ("True", "False") if node.op == "some" else ("False", "True")
    made, broken, odd = s.assign(other), s.assign("False"), s.assign("False")

    def inside(inner: Env) -> None:
        verdict = s.emit(node.kids[-1], inner)
        s.line(f"if {verdict} is {decided}: {made} = {decided}")
        s.line(f"elif {verdict} is not {other}: {made} = None")
        if not _boolean(s, node.kids[-1]):  # a verdict that is none makes the whole null
            s.line(f"if {verdict} is not True and {verdict} is not False and {verdict} is not None: {odd} = True")

    _nest(s, node.value, node.kids[:-1], env, broken, inside, f"{made} is {decided}")
    s.line(f"if {odd} or {broken} and {made} is not {decided}: {made} = None")
    return made


def _steps(s: Source, node: Node, env: Env) -> str:
    return s.assign(f"o_steps({s.emit(node.kids[0], env)}, {s.emit(node.kids[1], env)})")


def _lambda(s: Source, node: Node, env: Env) -> str:
    params = [s.fresh("p") for _ in node.value]
    inner = {**env, **dict(zip(node.value, params, strict=True))}

    def body() -> str:
        s.spend("1")
        for (_, kind), param in zip(node.type.params or (), params, strict=True):
            if kind.kind != "any":
                given = s.assign(f"o_fit({param}, {s.constant(kind)})")
                s.line(f"if {given} is None and {param} is not None: return None")
                s.line(f"{param} = {given}")
        return s.emit(node.kids[0], inner)

    lines, result = s.apart(body)
    name = s.fresh("f")
    s.line(f"def {name}({', '.join(params)}):")
    s.within()
    for line in lines:
        s.line(line)
    s.line(f"return {result}")
    s.back()
    names = s.constant(tuple(n.rsplit("#", 1)[0] for n in node.value))
    made = s.assign(f"Function({names}, {name}, {s.constant(node.type)})")
    s.sure.add(made)
    return made


def _list(s: Source, node: Node, env: Env) -> str:
    if all(k.op == "const" for k in node.kids):
        return s.constant([k.value for k in node.kids])
    made = s.assign(f"[{', '.join(s.emit(k, env) for k in node.kids)}]")
    s.sure.add(made)
    return made


def _context(s: Source, node: Node, env: Env) -> str:
    entries: list[str] = []
    for name, kid in zip(node.value, node.kids, strict=True):
        atom = s.emit(kid, env)
        env = {**env, name: atom}
        entries.append(f"{s.constant(name.rsplit('#', 1)[0])}: {atom}")
    made = s.assign("{" + ", ".join(entries) + "}")
    s.sure.add(made)
    return made


def _call(s: Source, node: Node, env: Env) -> str:
    called = node.value
    atoms = [s.emit(k, env) for k in node.kids]
    chosen = called.signatures[0]
    given = ", ".join(["c", *atoms] if chosen.clock else atoms)
    exact = s.trust and len(called.signatures) == 1 and called.exact
    if not exact:
        return s.assign(f"{s.constant(guarded(called.signatures, placed=True))}({given})")
    needed = tuple(a for a, p in zip(atoms, chosen.params, strict=False) if not p.nullable)
    return s.assign(s.guard(needed, f"{s.constant(chosen.run)}({given})"))


def _function(s: Source, node: Node, _: Env) -> str:
    run = guarded(node.value.signatures)
    if node.value.signatures[0].clock:
        return s.assign(f"Function(None, {s.constant(lambda c: lambda *args: run(c, *args))}(c))")
    return s.constant(Function(None, run))


def _invoke(s: Source, node: Node, env: Env) -> str:
    function, *args = (s.emit(k, env) for k in node.kids)
    s.spend("1")
    return s.assign(f"o_call({function}, {s.constant(node.value)}, ({''.join(a + ', ' for a in args)}))")


RULES: dict[str, Rule] = {
    "name": _name,
    "local": _local,
    "path": _path,
    "item_or": _item_or,
    "index": _index,
    "filter": _filter,
    "if": _if,
    "for": _for,
    "some": _quantified,
    "every": _quantified,
    "steps": _steps,
    "lambda": _lambda,
    "list": _list,
    "context": _context,
    "call": _call,
    "function": _function,
    "invoke": _invoke,
}
