"""A field gets another name everywhere it is spoken of: lists, paths, expressions, in every document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..expr import check, renamed
from ..fieldtypes import target_of, type_of
from ..model import Entity, Model
from . import take
from .context import Context
from .edit import Edit, NotThere, Put, Rename, Way, edited
from .load import load
from .node import Node
from .source import Source, sources


@dataclass(frozen=True, slots=True)
class _Run:
    """The field, and what is needed to see where it is meant."""

    model: Model
    context: Context
    entity: str
    old: str
    new: str


def rename_field(documents: Mapping[str, str], entity: str, old: str, new: str) -> dict[str, str]:
    """The documents after a field of `entity` got another name; only files that speak of it differ.

    The field says `was: old` unless it has an id, so that its values stay. Documents with errors are refused: nobody
    knows what they mean. Raises NotThere.
    """
    loaded = load(documents)
    if loaded.model is None:
        raise NotThere("the documents have errors")
    spec = loaded.model.entities.get(entity)
    if spec is None or spec.field(old) is None or spec.field(new) is not None:
        raise NotThere(f"{entity}.{old}")
    found = [s for path in sorted(documents) for s in sources(path, documents[path]).sources]
    run = _Run(loaded.model, Context(loaded.model, found, {}), entity, old, new)
    changed = dict(documents)
    for source in found:
        edits = list(_edits(run, source))
        if edits:
            # Keys last, innermost first: a way that leads through a renamed key would no longer be there.
            edits.sort(key=lambda e: (isinstance(e, Rename), -len(e.at)))
            changed[source.node.file] = edited(changed[source.node.file], source.kind, source.name, edits)
    return changed


def _edits(run: _Run, source: Source) -> Iterator[Edit]:
    node = source.node
    if source.kind == "entity":
        yield from _entity(run, run.model.entities[source.name], node)
    elif source.kind == "workflow":
        entity = run.model.entities[take.name(node, "for")]
        yield from _flow(run, entity, node)
    elif source.kind == "policy":
        for way, line in _items(node, ("lines",)):
            yield from _line(run, way, line)
    elif source.kind == "dashboard":
        for way, card in _items(node, ("cards",)):
            entity = run.model.entities[take.name(card, "of")]
            yield from _page(run, entity, way, card)
            yield from _measure(run, entity, way, card)
    elif source.kind in ("form", "view"):
        entity = run.model.entities[take.name(node, "of")]
        yield from _page(run, entity, (), node)
        yield from _layout(run, entity, node)


def _at(node: Node | None, way: Way) -> Node | None:
    for key in way:
        if node is None:
            return None
        node = node.get(key) if isinstance(key, str) else node.items[key] if key < len(node.items) else None
    return node


def _items(node: Node, way: Way) -> Iterator[tuple[Way, Node]]:
    """The maps of a list, each with the way to it."""
    found = _at(node, way)
    for i, item in enumerate(found.items if found else ()):
        if item.kind == "map":
            yield (*way, i), item


def _paths(run: _Run, entity: Entity, base: Way, node: Node, *keys: str) -> Iterator[Edit]:
    """Names and paths of names, one or several, under the keys of a map."""
    for key in keys:
        found = node.get(key)
        places = [(i, n) for i, n in enumerate(found.items)] if found and found.kind == "list" else []
        for way, one in [*(((key, i), n) for i, n in places), *([((key,), found)] if found and not places else [])]:
            new = _path(run, entity, one.text) if one.kind == "scalar" else None
            if new is not None:
                yield Put((*base, *way), new)


def _path(run: _Run, entity: Entity, text: str) -> str | None:
    """The path with the new name where it leads through the field; None when it does not."""
    sign = "-" if text.startswith("-") else ""
    names = text.removeprefix("-").split(".")
    at: Entity | None = entity
    changed = False
    for i, name in enumerate(names):
        if at is None:
            break
        if at.name == run.entity and name == run.old:
            names[i], changed = run.new, True
        spec = at.field(name)
        at = run.model.entities.get(target_of(spec)) if spec and type_of(spec).shape == "link" else None
    return sign + ".".join(names) if changed else None


def _feel(run: _Run, key: tuple[str, ...], base: Way, node: Node | None, *keys: str) -> Iterator[Edit]:
    """Expressions under the keys of a map."""
    for name in keys:
        found = node.get(name) if node is not None and node.kind == "map" else None
        if found is not None and found.kind == "map":
            found, way = found.get("feel"), (*base, name, "feel")
        else:
            way = (*base, name)
        if found is not None and found.kind == "scalar":
            new = _expression(run, key, take.expr_at(found).text)
            if new is not None:
                yield Put(way, new)


def _expression(run: _Run, key: tuple[str, ...], text: str) -> str | None:
    """The expression with the new name; None when it does not speak of the field."""
    scope = run.context.scope(key)
    typed = check(text, scope).expr
    if typed is None:
        return None
    own: dict[tuple[str, ...], str] = {}
    if key[0] == "choice":
        chosen = target_of(run.context.field(key))
        own |= {(run.old,): run.new} if chosen == run.entity else {}
        own |= {("record", run.old): run.new} if key[1] == run.entity else {}
    elif key[1] == run.entity:
        shadowed = key[0] == "row" and any(c.name == run.old for c in run.context.field(key).rows)
        own |= {} if shadowed else {(run.old,): run.new}
    new = renamed(typed, scope, own, {(run.entity, run.old): run.new})
    return new if new != text else None


def _entity(run: _Run, entity: Entity, node: Node) -> Iterator[Edit]:
    key = ("entity", entity.name)
    yield from _paths(run, entity, (), node, "unit")
    yield from _feel(run, key, (), node, "label")
    for way, rule in _items(node, ("rules",)):
        yield from _feel(run, key, way, rule, "when")
        yield from _paths(run, entity, way, rule, "on")
    properties = _at(node, ("schema", "properties"))
    for name, spec in properties.entries.items() if properties else ():
        yield from _field(run, entity, ("schema", "properties", name), spec, key, name)
        inner = spec.get("of")
        for column, part in inner.entries.items() if inner and inner.kind == "map" else ():
            at: Way = ("schema", "properties", name, "of", column)
            yield from _field(run, entity, at, part, ("row", entity.name, name), f"{name}.{column}")
    if entity.name != run.entity:
        return
    yield from _paths(run, entity, (), node, "parent", "sort")
    schema = node.get("schema")
    if schema is not None:
        yield from _paths(run, entity, ("schema",), schema, "required")
    for way, gives in _items(node, ("gives",)):
        yield from _paths(run, entity, way, gives, "to")
    for group in ("unique", "indexes"):
        for i, names in enumerate((node.get(group) or node).items):
            for j, one in enumerate(names.items):
                if one.text == run.old:
                    yield Put((group, i, j), run.new)
    field = properties.get(run.old) if properties else None
    if field is not None and field.kind == "map":
        if not field.get("id"):
            yield Put(("schema", "properties", run.old, "was"), run.old)
        yield Rename(("schema", "properties", run.old), run.new)


def _field(run: _Run, entity: Entity, way: Way, node: Node, key: tuple[str, ...], path: str) -> Iterator[Edit]:
    yield from _feel(run, key, way, node, "value", "when", "default")
    spec = run.context.field(("choice", entity.name, path))
    if type_of(spec).shape == "link":
        yield from _feel(run, ("choice", entity.name, path), way, node, "where")


def _page(run: _Run, entity: Entity, way: Way, node: Node) -> Iterator[Edit]:
    yield from _paths(run, entity, way, node, "columns", "sort", "filters", "group")
    yield from _feel(run, ("entity", entity.name), way, node, "where")


def _measure(run: _Run, entity: Entity, way: Way, card: Node) -> Iterator[Edit]:
    words = take.string(card, "measure").split()
    if len(words) == 2 and entity.name == run.entity and words[1] == run.old:
        yield Put((*way, "measure"), f"{words[0]} {run.new}")


def _layout(run: _Run, entity: Entity, node: Node) -> Iterator[Edit]:
    key = ("entity", entity.name)
    for way, section in _items(node, ("layout",)):
        yield from _feel(run, key, way, section, "when")
        fields = section.get("fields")
        for i, line in enumerate(fields.items if fields else ()):
            row = list(enumerate(line.items)) if line.kind == "list" else []
            for place, item in [*(((i, j), n) for j, n in row), *([((i,), line)] if not row else [])]:
                at: Way = (*way, "fields", *place)
                if item.kind == "map":
                    yield from _paths(run, entity, at, item, "field")
                    yield from _feel(run, key, at, item, "when")
                elif entity.name == run.entity and item.text == run.old:
                    yield Put(at, run.new)


def _line(run: _Run, way: Way, line: Node) -> Iterator[Edit]:
    about = [run.model.entities[n] for n in take.names(line, "for") if n in run.model.entities]
    target = run.model.entities[run.entity]
    if target in about or "*" in take.names(line, "for"):
        # A group may have the same name as the field; then the word goes on meaning the group.
        groups = {f.group or f.sensitive for e in (about or run.model.entities.values()) for f in e.fields}
        others = any(e is not target and e.field(run.old) for e in about)
        if run.old not in groups and not others:
            yield from _policy_names(run, way, line)
    if about:
        yield from _feel(run, ("entity", about[0].name), way, line, "where")


def _policy_names(run: _Run, way: Way, line: Node) -> Iterator[Edit]:
    for key in ("fields", "but", "mask"):
        found = line.get(key)
        for i, one in enumerate(found.items if found else ()):
            first, dot, rest = one.text.partition(".")
            if first == run.old:
                yield Put((*way, key, i), f"{run.new}{dot}{rest}")
        if found and found.kind == "scalar" and found.text == run.old:
            yield Put((*way, key), run.new)


def _flow(run: _Run, entity: Entity, node: Node) -> Iterator[Edit]:
    key = ("entity", entity.name)
    yield from _paths(run, entity, (), node, "one_open_case_per")
    steps = node.get("steps")
    for name, step in steps.entries.items() if steps else ():
        yield from _step(run, entity, ("steps", name), step)
        inner = step.get("parallel")
        for branch, part in inner.entries.items() if inner else ():
            yield from _step(run, entity, ("steps", name, "parallel", branch), part)
    cancel = node.get("cancel")
    yield from _who(run, entity, ("cancel", "by"), cancel.get("by") if cancel else None)
    messages = node.get("messages")
    for condition in messages.entries if messages else ():
        new = _expression(run, key, condition)
        if new is not None:
            yield Rename(("messages", condition), new)
    for way, example in _items(node, ("examples",)):
        yield from _keys(run, entity, (*way, "given"), example.get("given"))


def _who(run: _Run, entity: Entity, way: Way, node: Node | None) -> Iterator[Edit]:
    if node is not None and node.kind == "map":
        yield from _paths(run, entity, way, node, "of", "field")


def _keys(run: _Run, entity: Entity, way: Way, node: Node | None) -> Iterator[Edit]:
    """Keys that are paths of fields."""
    for path in node.entries if node else ():
        new = _path(run, entity, path)
        if new is not None:
            yield Rename((*way, path), new)


def _step(run: _Run, entity: Entity, way: Way, step: Node) -> Iterator[Edit]:
    key = ("entity", entity.name)
    yield from _who(run, entity, (*way, "by"), step.get("by"))
    yield from _who(run, entity, (*way, "if_nobody"), step.get("if_nobody"))
    yield from _paths(run, entity, way, step, "edit", "tell")
    yield from _feel(run, key, way, step, "when")
    for i, line in enumerate((step.get("auto") or step).items):
        yield from _feel(run, key, (*way, "auto", i), line, "when")
    after = step.get("after")
    for span, later in after.entries.items() if after else ():
        yield from _who(run, entity, (*way, "after", span, "to"), later.get("to"))
    go = step.get("go")
    for name, button in go.entries.items() if go else ():
        if button.kind != "map":
            continue
        at: Way = (*way, "go", name)
        yield from _paths(run, entity, at, button, "need", "tell")
        yield from _feel(run, key, at, button, "when")
        values = button.get("set")
        for path in values.entries if values else ():
            yield from (
                _feel(run, key, (*at, "set"), values, path) if values and values.entries[path].kind == "map" else ()
            )
        yield from _keys(run, entity, (*at, "set"), values)
