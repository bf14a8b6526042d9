"""Checks of entities: references between fields, what places a record, rules, computed values."""

from __future__ import annotations

from collections.abc import Iterable

from ..diagnostics import Place
from ..expr import BOOLEAN, STRING, Typed
from ..fieldtypes import codelist_of, target_of, type_of
from ..model import Entity, Expr, Field, Text, Workflow
from . import take
from .check_schema import check_constraints, check_value_rules
from .check_value import check_default, check_pattern
from .context import Context, each_field
from .names import RESERVED_AT_TOP, RESERVED_FIELDS
from .node import Node
from .say import hint, listed
from .scope import feel_type
from .truth import check_condition, check_options

#: Columns a table may have on both databases.
MOST_COLUMNS = 1_500

#: Types that hold what the law protects, wherever they stand, and those that do so in records of people.
_ALWAYS_SENSITIVE = {"resident_id": "identity", "student_code": "identity", "bank_card": "finance"}


def check_entity(context: Context, entity: Entity) -> None:
    """Everything about one entity that needs to know the whole model."""
    node = context.node("entity", entity.name)
    if not entity.fields:
        context.say("ENT_033", entity.place, entity=entity.name)
    if len(entity.fields) > MOST_COLUMNS:
        context.say("ENT_038", entity.place, entity=entity.name, count=len(entity.fields), max=MOST_COLUMNS)
    reads: dict[str, set[str]] = {}
    for path, field in each_field(entity):
        _field(context, entity, path, field, reads)
    _cycles(context, entity, reads)
    context.expression(entity.label, ("entity", entity.name), STRING)
    _required_names(context, entity, node)
    _rules(context, entity, node)
    _unit(context, entity, node)
    _gives(context, entity, node)
    _orders(context, entity, node)
    _constraints(context, entity, node)


def _field(context: Context, entity: Entity, path: str, field: Field, reads: dict[str, set[str]]) -> None:
    in_rows = "." in path
    key = ("row", entity.name, path.split(".")[0]) if in_rows else ("entity", entity.name)
    kind = type_of(field)
    context.messages.extend(kind.check(field))
    taken = RESERVED_FIELDS if in_rows else RESERVED_AT_TOP
    if field.name in taken:
        context.say("ENT_012", field.place, field=field.name, taken=listed(sorted(taken)))
    _titles(context, field)
    _references(context, entity, field)
    computed = context.expression(field.value, key, feel_type(field))
    visible = context.expression(field.when, key, BOOLEAN)
    if not in_rows:
        reads[field.name] = _own_names(entity, computed)
    if visible:
        check_condition(context, visible, field.when, key)
    if computed:
        check_options(context, computed, field.value, key)
    if isinstance(field.default, Expr):
        default = context.expression(field.default, key, feel_type(field))
        if default and not in_rows:
            reads[field.name] |= _own_names(entity, default)
    else:
        check_default(context, field)
    check_pattern(context, field)
    check_value_rules(context, field)
    where = field.options.get("where")
    if isinstance(where, Expr) and kind.shape == "link" and target_of(field) in context.model.entities:
        chosen = context.expression(where, ("choice", entity.name, path), BOOLEAN)
        if chosen:
            check_options(context, chosen, where, ("entity", target_of(field)))
    _sense(context, entity, field)


def _own_names(entity: Entity, typed: Typed | None) -> set[str]:
    return {p[0] for p in typed.paths if entity.field(p[0])} if typed else set()


def _titles(context: Context, field: Field) -> None:
    if field.title == Text(field.name):
        context.say("ENT_034", field.place, field=field.name)
    for option in field.choices:
        if option.title == Text(option.name) and option.name.isascii() and option.name.islower():
            context.say("ENT_035", field.place, field=field.name, option=option.name)


def _references(context: Context, entity: Entity, field: Field) -> None:
    model = context.model
    target, codes, flow = target_of(field), codelist_of(field), str(field.options.get("of", ""))
    if target and target not in model.entities:
        near = hint(target, model.entities)
        context.say("ENT_013", field.place, field=field.name, target=target, hint=near)
    elif target and context.model.policies and not _readable(context, target):
        context.say("ENT_048", field.place, field=field.name, target=target)
    if codes and codes not in model.codelists:
        context.say("ENT_014", field.place, field=field.name, list=codes, hint=hint(codes, model.codelists))
    if field.type == "state" and flow:
        workflow = model.workflows.get(flow)
        if workflow is None:
            context.say("ENT_015", field.place, field=field.name, workflow=flow, hint=hint(flow, model.workflows))
        elif workflow.of != entity.name and not _sets(workflow, field.name):
            context.say("ENT_016", field.place, field=field.name, workflow=flow, of=workflow.of, entity=entity.name)


def _sets(workflow: Workflow, name: str) -> bool:
    """Whether the workflow sets a field of that name of a linked record."""
    steps = (s for top in workflow.steps for s in (top, *top.parallel))
    return any(path.rpartition(".")[2] == name and "." in path for s in steps for g in s.go for path, _ in g.set)


def _readable(context: Context, entity: str) -> bool:
    lines = (line for p in context.model.policies.values() for line in p.lines)
    return any("see" in line.can for line in lines if line.entity in (entity, "*"))


def _sense(context: Context, entity: Entity, field: Field) -> None:
    """Combinations of keys that contradict each other."""
    kind = type_of(field)
    stored = kind.column(field) is not None
    if field.override and field.value is None:
        context.say("ENT_031", field.place, field=field.name)
    if (field.unique or field.index) and not stored:
        key = "unique" if field.unique else "index"
        context.say("ENT_022", field.place, field=field.name, key=key, type=kind.title)
    wanted = _ALWAYS_SENSITIVE.get(field.type)
    if wanted and not field.sensitive:
        context.say("ENT_024", field.place, field=field.name, type=kind.title, sensitive=wanted)
    for option in field.choices:
        for old in option.replaces:
            if any(o.name == old for o in field.choices):
                context.say("ENT_042", field.place, field=field.name, option=option.name, old=old)


def _cycles(context: Context, entity: Entity, reads: dict[str, set[str]]) -> None:
    """Fields computed from each other in a circle; each circle is named once, from its first field on."""
    done: set[str] = set()
    for start in reads:
        chain = _circle(start, reads, done)
        if chain:
            field = entity.field(chain[0])
            place = field.place if field else entity.place
            context.say("ENT_020", place, chain=" → ".join((*chain, chain[0])))
            done.update(chain)


def _circle(start: str, reads: dict[str, set[str]], done: set[str]) -> tuple[str, ...]:
    """The shortest way from a field back to itself."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for name in sorted(reads.get(way[-1], ())):
            if name == start:
                return way
            if name not in seen and name not in done:
                seen.add(name)
                ways.append((*way, name))
    return ()


def _required_names(context: Context, entity: Entity, node: Node) -> None:
    names = [f.name for f in entity.fields]
    set_by_flow = {
        p
        for w in context.model.workflows.values()
        if w.of == entity.name
        for s in w.steps
        for g in s.go
        for p, _ in g.set
    }
    for found in take.name_nodes(node.get("schema"), "required"):
        field = entity.field(found.text)
        if field is None:
            context.say("ENT_010", found.place, field=found.text, entity=entity.name, hint=hint(found.text, names))
        elif field.readonly and field.default is None and field.value is None and field.name not in set_by_flow:
            context.say("ENT_032", found.place, field=found.text)


def _rules(context: Context, entity: Entity, node: Node) -> None:
    key = ("entity", entity.name)
    names = [path for path, _ in each_field(entity)]
    for rule in entity.rules:
        typed = context.expression(rule.when, key, BOOLEAN)
        if typed:
            check_condition(context, typed, rule.when, key)
        for name in rule.on:
            if name not in names:
                context.say("ENT_025", rule.place, field=name, entity=entity.name, hint=hint(name, names))


def _unit(context: Context, entity: Entity, node: Node) -> None:
    written = node.get("unit")
    place = written.place if written else entity.place
    if entity.unit and entity.unit != ("self",):
        _unit_path(context, entity, entity.unit, place)
    if entity.parent:
        parent = node.entries["parent"].place
        field = entity.field(entity.parent)
        target = context.model.entities.get(target_of(field)) if field else None
        if entity.unit != ("self",):
            context.say("ENT_028", parent, entity=entity.name)
        elif field is None:
            _unknown(context, entity, entity.parent, parent)
        elif target is None or target.unit != ("self",):
            context.say("ENT_029", parent, field=entity.parent, entity=entity.name)


def _unit_path(context: Context, entity: Entity, path: tuple[str, ...], place: Place) -> None:
    at: Entity | None = entity
    for name in path:
        field = at.field(name) if at else None
        if field is None:
            _unknown(context, at or entity, name, place)
            return
        at = context.model.entities.get(target_of(field)) if target_of(field) else None
        if not target_of(field):
            context.say("ENT_027", place, path=".".join(path), entity=entity.name, name=name)
            return
    if at is not None and at.unit != ("self",):
        context.say("ENT_030", place, path=".".join(path), entity=entity.name, target=at.name)


def _unknown(context: Context, entity: Entity, name: str, place: Place) -> None:
    names = [f.name for f in entity.fields]
    context.say("ENT_026", place, field=name, entity=entity.name, hint=hint(name, names))


def _gives(context: Context, entity: Entity, node: Node) -> None:
    for gives in entity.gives:
        if gives.to == "self":
            if not entity.person:
                context.say("ENT_036", gives.place, entity=entity.name, role=gives.role)
            continue
        field = entity.field(gives.to)
        target = context.model.entities.get(target_of(field)) if field else None
        if field is None:
            _unknown(context, entity, gives.to, gives.place)
        elif target is None or not target.person:
            context.say("ENT_037", gives.place, field=gives.to, role=gives.role)


def _orders(context: Context, entity: Entity, node: Node) -> None:
    stored = {f.name for f in entity.fields if type_of(f).column(f) is not None}
    known = stored | {"id", "created_at", "updated_at"}
    lists: Iterable[tuple[str, Node]] = [("sort", n) for n in take.name_nodes(node, "sort")]
    for key in ("unique", "indexes"):
        groups = node.get(key)
        for group in groups.items if groups else ():
            lists = [*lists, *((key, n) for n in (group.items or (group,)) if n.kind == "scalar")]
    for key, found in lists:
        name = found.text.removeprefix("-")
        if name in known:
            continue
        if entity.field(name):
            context.say("ENT_023", found.place, field=name, key=key)
        else:
            _unknown(context, entity, name, found.place)


def _constraints(context: Context, entity: Entity, node: Node) -> None:
    """Value rules may only speak of fields that the structure has."""
    schema = node.get("schema")
    if schema is not None:
        check_constraints(context, entity, {k: schema.entries[k].place for k in entity.constraints})
    names = [f.name for f in entity.fields]
    for key in entity.constraints:
        written = schema.entries[key] if schema else None
        for found in written.walk() if written else ():
            last = found.path.rpartition("/")[2]
            mentioned = [*found.entries] if last in ("properties", "dependentSchemas", "dependentRequired") else []
            if last == "required":
                mentioned += [n.text for n in found.items if n.kind == "scalar"]
            top = found.path.count("properties") <= 1 + (last == "properties")
            for name in mentioned if top else ():
                if name not in names:
                    near = hint(name, names)
                    context.say("ENT_039", found.place, key=key, field=name, entity=entity.name, hint=near)
