"""A document as one definition: its kind, its name, what is wrong with its writing, and the parts it declares."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from ..diagnostics import Diagnostic, Place
from ..model import Text
from .fit import unfit_keys
from .infer import Inference
from .names import SPECIAL, is_name
from .node import Node
from .read import MOST_BYTES, read
from .say import hint, listed
from .tables import KINDS, TABLES


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """A definition or part as far as identity is concerned."""

    kind: str
    name: str
    place: Place
    id: str = ""
    was: str = ""
    parts: tuple[Declared, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Source:
    """One definition as it was written.

    hash: of kind, name and content, without comments and layout: equal hashes build equal objects.
    """

    kind: str
    name: str
    node: Node
    declared: Declared
    diagnostics: tuple[Diagnostic, ...]
    hash: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """What one file holds."""

    sources: tuple[Source, ...]
    diagnostics: tuple[Diagnostic, ...]


@lru_cache(maxsize=512)
def _sources(file: str, text: str) -> Sources:
    reading = read(file, text)
    found: list[Source] = []
    problems = list(reading.diagnostics)
    for node in reading.documents:
        source = _source(node)
        if isinstance(source, Diagnostic):
            problems.append(source)
        else:
            found.append(source)
    return Sources(tuple(found), tuple(problems))


def sources(file: str, text: str) -> Sources:
    """The definitions in one file. Kept for the last 512 texts: unchanged files cost nothing again."""
    if len(text) > MOST_BYTES:
        return Sources((), read(file, text).diagnostics)
    return _sources(file, text)


def _source(node: Node) -> Source | Diagnostic:
    kinds = listed(KINDS)
    if node.kind != "map":
        return Diagnostic("DEF_020", node.place, {"kinds": kinds, "hint": Text()})
    kind = _kind_of(node)
    if not kind:
        first = next(iter(node.entries), "")
        return Diagnostic("DEF_020", node.place, {"kinds": kinds, "hint": hint(first, KINDS)})
    problems = tuple(unfit_keys(node, TABLES[kind]))
    problems += tuple(_misnamed(node)) if kind == "workflow" else ()
    if kind == "entity":
        node, more = _with_types(node)
        problems += more
    name = _text(node, kind)
    digest = hashlib.sha256(repr((kind, node.spelled())).encode("utf-8", "surrogatepass")).digest()
    return Source(kind, name, node, _declared(kind, name, node), problems, digest)


def _with_types(node: Node) -> tuple[Node, tuple[Diagnostic, ...]]:
    """The entity with `is` on every property: inferred where a plain JSON Schema is written."""
    schema = node.get("schema")
    properties = schema.get("properties") if schema else None
    if schema is None or properties is None:
        return node, ()
    run = Inference(schema)
    made = replace(properties, value=run.properties(properties, None))
    schema = replace(schema, value={**schema.entries, "properties": made})
    return replace(node, value={**node.entries, "schema": schema}), tuple(run.problems)


def _kind_of(node: Node) -> str:
    """The key that begins the definition; a workflow may have the key `form`, a form never `workflow`."""
    candidates = [k for k in node.entries if k in KINDS]
    for kind in candidates:
        own = {key.name for key in TABLES[kind]}
        if all(other in own for other in candidates):
            return kind
    return candidates[0] if candidates else ""


def _declared(kind: str, name: str, node: Node) -> Declared:
    parts: tuple[Declared, ...] = ()
    if kind == "entity":
        schema = node.get("schema")
        parts = tuple(_fields(schema.get("properties"))) if schema else ()
    elif kind == "workflow":
        parts = tuple(_steps(node.get("steps")))
    return _part(kind, name, node, parts)


def _part(kind: str, name: str, node: Node, parts: tuple[Declared, ...] = ()) -> Declared:
    return Declared(kind, name, node.key_place, _text(node, "id"), _text(node, "was"), parts)


def _text(node: Node, key: str) -> str:
    found = node.get(key)
    return found.text if found and found.kind == "scalar" else ""


def _fields(properties: Node | None) -> Iterator[Declared]:
    for name, node in properties.entries.items() if properties else ():
        yield _part("field", name, node, (*_options(node), *_fields(_columns(node))))


def _options(node: Node) -> Iterator[Declared]:
    choices = node.get("choices")
    for option in choices.items if choices else ():
        if option.kind == "scalar":
            yield Declared("option", option.text, option.place)
        elif option.get("name"):
            yield _part("option", _text(option, "name"), option)


def _columns(node: Node) -> Node | None:
    inner = node.get("of")
    return inner if inner is not None and inner.kind == "map" else None


def _steps(steps: Node | None) -> Iterator[Declared]:
    for name, node in steps.entries.items() if steps else ():
        go = node.get("go")
        transitions = tuple(_part("go", n, g) for n, g in go.entries.items()) if go else ()
        yield _part("step", name, node, transitions)
        yield from _steps(node.get("parallel"))


def _misnamed(node: Node) -> Iterator[Diagnostic]:
    """Steps and transitions whose names are none, or mean something else."""
    steps = node.get("steps")
    for name, step in steps.entries.items() if steps else ():
        inner = step.get("parallel")
        for one, at in [(name, step), *(inner.entries.items() if inner else ())]:
            if not is_name(one) or one in SPECIAL:
                yield Diagnostic("DEF_025", at.key_place, {"name": one})
            go = at.get("go")
            for button, target in go.entries.items() if go else ():
                if not is_name(button):
                    yield Diagnostic("DEF_025", target.key_place, {"name": button})
