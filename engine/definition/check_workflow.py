"""Checks of workflows, part one: everything a workflow names exists and fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..diagnostics import Place, words
from ..expr import BOOLEAN
from ..fieldtypes import Given, type_of
from ..model import Entity, Expr, Field, Go, Step, Text, Who, Workflow
from . import take
from .build_workflow import TITLES
from .context import Context, follow
from .names import DURATION
from .node import Node
from .say import hint, listed
from .scope import feel_type
from .truth import check_condition, check_options

#: Words in `tell` beside fields and roles.
_TOLD = frozenset({"owner"})


def all_steps(workflow: Workflow) -> Iterator[Step]:
    """Every step, the branches of a parallel block after it."""
    for top in workflow.steps:
        yield top
        yield from top.parallel


def check_workflow(context: Context, workflow: Workflow) -> None:
    """References, types, durations, labels."""
    node = context.node("workflow", workflow.name)
    model = context.model
    entity = model.entities.get(workflow.of)
    if entity is None:
        if workflow.of:
            context.say(
                "DEF_053", node.entries["for"].place, entity=workflow.of, hint=hint(workflow.of, model.entities)
            )
        return
    _form(context, workflow, node)
    key = ("entity", entity.name)
    for condition, _ in workflow.rules:
        typed = context.expression(condition, key, BOOLEAN)
        if typed:
            check_condition(context, typed, condition, key)
    if workflow.one_open_case_per and follow(model, entity, workflow.one_open_case_per).unknown:
        _unknown_path(context, entity, workflow.one_open_case_per, node.entries["one_open_case_per"].place)
    named: set[str] = set()
    nodes = step_nodes(node)
    for step in all_steps(workflow):
        if step.name in named:
            context.say("FLOW_145", step.place, step=step.name)
        named.add(step.name)
        _step(context, workflow, entity, step, nodes[step.name])
    _endings(context, workflow, entity, node)


def step_nodes(workflow: Node) -> dict[str, Node]:
    """What was written for each step, by name; of two with the same name, the last."""
    steps = workflow.get("steps")
    found: dict[str, Node] = {}
    for name, node in steps.entries.items() if steps else ():
        inner = node.get("parallel")
        found |= {name: node, **(inner.entries if inner else {})}
    return found


def _form(context: Context, workflow: Workflow, node: Node) -> None:
    form = context.model.forms.get(workflow.form)
    if workflow.form and (form is None or form.of != workflow.of):
        known = [f.name for f in context.model.forms.values() if f.of == workflow.of]
        near = hint(workflow.form, known)
        context.say("FLOW_102", node.entries["form"].place, form=workflow.form, entity=workflow.of, hint=near)


def _unknown_path(context: Context, entity: Entity, path: tuple[str, ...], place: Place) -> None:
    end = follow(context.model, entity, path)
    at = end.entity or entity
    context.say("ENT_026", place, field=end.unknown, entity=at.name, hint=hint(end.unknown, end.known))


def _step(context: Context, workflow: Workflow, entity: Entity, step: Step, node: Node) -> None:
    key = ("entity", entity.name)
    if step.title == Text(step.name):
        context.say("FLOW_134", step.place, step=step.name)
    _who(context, workflow, entity, step.by, step)
    if isinstance(step.if_nobody, Who):
        _who(context, workflow, entity, step.if_nobody, step)
    _told(context, entity, node)
    _editable(context, entity, step, node)
    started = context.expression(step.when, key, BOOLEAN)
    if started:
        check_condition(context, started, step.when, key)
    names = [s.name for s in workflow.steps]
    for line in step.auto:
        typed = context.expression(line.when, key, BOOLEAN)
        if typed:
            check_condition(context, typed, line.when, key)
    for written in (node.get("auto") or node).items:
        to = written.get("to")
        if to is not None and to.text not in names:
            context.say("FLOW_105", to.place, name=to.text, hint=hint(to.text, names), steps=listed(names))
    for go in step.go:
        _go(context, workflow, entity, go, node.entries["go"].entries[go.name])
    for later in step.after:
        if not DURATION.fullmatch(later.after):
            context.say("FLOW_126", later.place, written=later.after)
        _who(context, workflow, entity, later.to, step)
        if later.do == "escalate" and later.to is None:
            context.say("FLOW_127", later.place, step=step.name, key="to", do=later.do)
        if later.do == "finish" and not later.go:
            context.say("FLOW_127", later.place, step=step.name, key="go", do=later.do)
        known = [*names, *(g.name for g in step.go)]
        if later.go and later.go not in known:
            context.say("FLOW_105", later.place, name=later.go, hint=hint(later.go, known), steps=listed(known))


def _who(context: Context, workflow: Workflow, entity: Entity, who: Who | None, step: Step) -> None:
    """Exactly one of owner, role and field; paths that lead to a unit or a person; steps that exist."""
    if who is None:
        return
    model = context.model
    if sum((who.owner, bool(who.role), bool(who.path))) != 1:
        context.say("FLOW_124", who.place, step=step.name)
    if who.role and model.policies and who.role not in context.roles:
        context.say("DEF_054", who.place, role=who.role, hint=hint(who.role, context.roles))
    if who.of:
        end = follow(model, entity, who.of)
        if end.unknown:
            _unknown_path(context, entity, who.of, who.place)
        elif end.entity is None or not end.entity.unit:
            context.say("FLOW_121", who.place, path=".".join(who.of), step=step.name)
    elif who.role and not entity.unit:
        context.say("FLOW_123", who.place, role=who.role, entity=entity.name, step=step.name)
    if who.path:
        end = follow(model, entity, who.path)
        if end.unknown:
            _unknown_path(context, entity, who.path, who.place)
        elif end.entity is None or not end.entity.person:
            context.say("FLOW_122", who.place, path=".".join(who.path), step=step.name)
        elif end.field is not None and not end.field.required and not step.if_nobody and who is step.by:
            context.say("FLOW_125", who.place, path=".".join(who.path), step=step.name)
    known = ["owner", *(s.name for s in all_steps(workflow))]
    for name in who.exclude:
        if name not in known:
            context.say("FLOW_105", who.place, name=name, hint=hint(name, known), steps=listed(known))


def _told(context: Context, entity: Entity, node: Node) -> None:
    for written in take.name_nodes(node, "tell") if node.kind == "map" else ():
        word, place = written.text, written.place
        path = tuple(word.split("."))
        if word in _TOLD:
            continue
        if entity.field(path[0]):
            end = follow(context.model, entity, path)
            person = end.entity is not None and end.entity.person
            if end.unknown or not person:
                context.say("FLOW_131", place, word=word, hint=hint(word, ()))
        elif context.model.policies and word not in context.roles:
            names = [*_TOLD, *context.roles, *(f.name for f in entity.fields)]
            context.say("FLOW_131", place, word=word, hint=hint(word, names))


def _editable(context: Context, entity: Entity, step: Step, node: Node) -> None:
    names = [f.name for f in entity.fields]
    for written in take.name_nodes(node, "edit"):
        name, place = written.text, written.place
        field = entity.field(name)
        if field is None:
            context.say("ENT_026", place, field=name, entity=entity.name, hint=hint(name, names))
        elif type_of(field).readonly or (field.value is not None and not field.override):
            context.say("FLOW_116", place, field=name, step=step.name)


def _go(context: Context, workflow: Workflow, entity: Entity, go: Go, node: Node) -> None:
    key = ("entity", entity.name)
    if go.title == Text(go.name) and go.name not in TITLES:
        context.say("FLOW_134", go.place, step=go.name)
    names = [s.name for s in workflow.steps]
    for written in take.name_nodes(node, "to") if node.kind == "map" else (node,):
        to = written.text
        if to not in names:
            context.say("FLOW_105", written.place, name=to, hint=hint(to, names), steps=listed(names))
    if len(go.to) > 1 and go.kind != "return":
        context.say("FLOW_103", go.place, name=go.name)
    guard = context.expression(go.when, key, BOOLEAN)
    if guard:
        check_condition(context, guard, go.when, key)
        if not go.message:
            context.say("FLOW_138", go.place, name=go.name)
    if node.kind != "map":
        return
    _told(context, entity, node)
    fields = [f.name for f in entity.fields]
    for written in take.name_nodes(node, "need"):
        name = written.text
        if name != "comment" and entity.field(name) is None:
            context.say("ENT_026", written.place, field=name, entity=entity.name, hint=hint(name, [*fields, "comment"]))
    for path, value in go.set:
        _set(context, entity, node.entries["set"].entries[path].key_place, tuple(path.split(".")), value)


def _set(context: Context, entity: Entity, place: Place, path: tuple[str, ...], value: Any) -> None:
    """What is set: the field exists, is not computed, and takes the value."""
    end = follow(context.model, entity, path)
    if end.unknown or end.field is None:
        _unknown_path(context, entity, path, place)
        return
    field = end.field
    shown = ".".join(path)
    if field.value is not None and not field.override:
        context.say("FLOW_130", place, path=shown, why=Text("它是算出来的", "it is computed"))
        return
    if isinstance(value, Expr):
        typed = context.expression(value, ("entity", entity.name), feel_type(field))
        if typed:
            check_options(context, typed, value, ("entity", entity.name))
        return
    if value is None or type_of(field).shape in ("link", "rows", "file", "files", "none"):
        if value is not None:
            why = Text("它要用 {feel: ...} 写成表达式", "it takes an expression, written {feel: ...}")
            context.say("FLOW_130", place, path=shown, why=why)
        return
    _, problems = type_of(field).caster(_writable(field), context.model)(value, Place(), Given(source="api"))
    for problem in problems[:1]:
        why = Text(words(problem, "zh").what, words(problem, "en").what)
        context.say("FLOW_130", place, path=shown, why=why)


def _writable(field: Field) -> Field:
    return replace(field, readonly=False)


def _endings(context: Context, workflow: Workflow, entity: Entity, node: Node) -> None:
    """Withdrawing, cancelling and the examples name steps that exist."""
    names = [s.name for s in workflow.steps]
    if workflow.withdraw and workflow.withdraw.to not in names:
        to = workflow.withdraw.to
        context.say("FLOW_105", node.entries["withdraw"].place, name=to, hint=hint(to, names), steps=listed(names))
    if workflow.cancel and workflow.steps:
        _who(context, workflow, entity, workflow.cancel, workflow.steps[0])
    if workflow.start and workflow.start not in names:
        place = node.entries["start"].place if node.get("start") else workflow.place
        context.say("FLOW_105", place, name=workflow.start, hint=hint(workflow.start, names), steps=listed(names))
    examples = node.get("examples")
    for example in examples.items if examples else ():
        _example(context, workflow, entity, example)


def _example(context: Context, workflow: Workflow, entity: Entity, node: Node) -> None:
    every = [s.name for s in all_steps(workflow)]
    ends = node.get("ends") if node.kind == "map" else None
    if ends and ends.text not in every:
        context.say("FLOW_105", ends.place, name=ends.text, hint=hint(ends.text, every), steps=listed(every))
    buttons = {g.name for s in all_steps(workflow) for g in s.go} | {"withdraw", "cancel"}
    for act in take.name_nodes(node, "acts") if node.kind == "map" else ():
        parts = act.text.split()
        if len(parts) < 2 or parts[1] not in buttons:
            near = hint(parts[1] if len(parts) > 1 else "", buttons)
            context.say("FLOW_141", act.place, act=act.text, hint=near, buttons=listed(sorted(buttons)))
    given = node.get("given") if node.kind == "map" else None
    fields = [f.name for f in entity.fields]
    for name, value in given.entries.items() if given else ():
        if entity.field(name.split(".")[0]) is None:
            context.say("ENT_026", value.key_place, field=name, entity=entity.name, hint=hint(name, fields))


def targets(step: Step) -> tuple[str, ...]:
    """The steps that somebody acting in `step` may lead to, time-outs included."""
    found = [to for g in step.go for to in g.to]
    found += [to for inner in step.parallel for g in inner.go for to in g.to]
    found += [line.to for line in step.auto]
    late = [later.go for s in (step, *step.parallel) for later in s.after if later.do == "finish"]
    return tuple(dict.fromkeys((*found, *late)))
