"""Checks of workflows, part two: the graph of steps is sound, and what is needed can be filled in before."""

from __future__ import annotations

from collections.abc import Iterable

from ..fieldtypes import type_of
from ..model import Entity, Go, Sign, Step, Threshold, Workflow
from .check_workflow import all_steps, targets
from .context import Context
from .say import listed

Graph = dict[str, tuple[str, ...]]

#: Kinds of buttons that refuse or lead back.
_REFUSING = ("reject", "return")


def check_flow(context: Context, workflow: Workflow) -> None:
    """Every step can be reached and can finish; nothing waits for ever; nothing runs in circles by itself."""
    names = {s.name for s in workflow.steps}
    graph: Graph = {s.name: tuple(t for t in _leads(s, names)) for s in workflow.steps}
    for step in all_steps(workflow):
        _kind(context, workflow, step)
        _sign(context, step)
    for step in workflow.steps:
        _auto(context, step)
        _block(context, step)
    ends = [s.name for s in workflow.steps if s.end]
    if not ends:
        context.say("FLOW_108", workflow.place, workflow=workflow.name)
    if all(t in names or t in {g.name for g in s.go} for s in workflow.steps for t in targets(s)):
        _reach(context, workflow, graph, ends)
        _unsigned(context, workflow, graph)
    _circles(context, workflow)
    entity = context.model.entities.get(workflow.of)
    if entity is not None:
        _fillable(context, workflow, entity, graph)


def _leads(step: Step, names: set[str]) -> list[str]:
    by_button = {g.name: g.to for g in step.go}
    found: list[str] = []
    for name in targets(step):
        found += [name] if name in names else [t for t in by_button.get(name, ()) if t in names]
    return list(dict.fromkeys(found))


def _kind(context: Context, workflow: Workflow, step: Step) -> None:
    """People act, or it branches by itself, or it is a block, or the end."""
    written = [key for key, given in _kinds(step).items() if given]
    if len(written) != 1:
        context.say("FLOW_104", step.place, step=step.name, written=listed(written))
    elif step.by and not step.go and step in workflow.steps:
        context.say("FLOW_107", step.place, step=step.name)
    elif step.end and (step.go or step.after):
        context.say("FLOW_136", step.place, step=step.name)
    for inner in step.parallel:
        if inner.parallel or inner.auto or inner.end:
            context.say("FLOW_139", inner.place, step=inner.name)


def _kinds(step: Step) -> dict[str, bool]:
    return {"by": step.by is not None, "auto": bool(step.auto), "parallel": bool(step.parallel), "end": bool(step.end)}


def _sign(context: Context, step: Step) -> None:
    """A step where somebody decides lets them say no."""
    kinds = {g.kind for g in step.go}
    signs = step.by is not None and not step.by.owner and "approve" in kinds
    if signs and not kinds & set(_REFUSING):
        context.say("FLOW_117", step.place, step=step.name)
    for threshold in (step.sign.pass_when, step.sign.reject_when):
        if threshold.percent > 100:
            context.say("FLOW_118", step.place, step=step.name, percent=threshold.percent)


def _auto(context: Context, step: Step) -> None:
    if not step.auto:
        return
    bare = [i for i, line in enumerate(step.auto) if line.when is None]
    if not bare:
        context.say("FLOW_109", step.place, step=step.name)
    elif bare[0] < len(step.auto) - 1:
        context.say("FLOW_110", step.place, step=step.name)
    texts = [" ".join(line.when.text.split()) for line in step.auto if line.when]
    for text in dict.fromkeys(t for t in texts if texts.count(t) > 1):
        context.say("FLOW_112", step.place, step=step.name, text=text)
    if any(line.to == step.name for line in step.auto):
        context.say("FLOW_111", step.place, steps=step.name)


def _block(context: Context, step: Step) -> None:
    """A parallel block is left by its own buttons, and its branches can decide it."""
    if not step.parallel:
        return
    count = len(step.parallel)
    if count < 2:
        context.say("FLOW_119", step.place, step=step.name)
    kinds = {g.kind for g in step.go}
    if not kinds & {"approve", "submit", "other"}:
        context.say("FLOW_140", step.place, step=step.name, button="approve")
    if not kinds & set(_REFUSING):
        context.say("FLOW_140", step.place, step=step.name, button="reject")
    for threshold in (step.join.pass_when, step.join.reject_when):
        if threshold.count > count:
            context.say("FLOW_142", step.place, step=step.name, wanted=threshold.count, count=count)
    always = sum(1 for inner in step.parallel if inner.when is None)
    asked = step.join.pass_when.count
    if always < asked <= count:
        context.say("FLOW_143", step.place, step=step.name, wanted=asked, count=always)
    split = undecided(step.join, count)
    if split and step.join.pass_when.count <= count and step.join.reject_when.count <= count:
        context.say("FLOW_144", step.place, step=step.name, yes=split[0], no=split[1])


def undecided(sign: Sign, people: int) -> tuple[int, int] | None:
    """A split (yes, no) of `people` answers that reaches neither number."""
    for yes in range(people + 1):
        no = people - yes
        if yes < _needed(sign.pass_when, people) and no < _needed(sign.reject_when, people):
            return yes, no
    return None


def _needed(threshold: Threshold, people: int) -> int:
    return max(1, min(threshold.count or -(-threshold.percent * people // 100), people))


def _closure(graph: Graph, start: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    todo = list(start)
    while todo:
        at = todo.pop()
        if at not in seen:
            seen.add(at)
            todo.extend(graph.get(at, ()))
    return seen


def _reach(context: Context, workflow: Workflow, graph: Graph, ends: list[str]) -> None:
    reached = _closure(graph, [workflow.start, *([workflow.withdraw.to] if workflow.withdraw else [])])
    backwards: Graph = {}
    for name, leads in graph.items():
        for to in leads:
            backwards[to] = (*backwards.get(to, ()), name)
    finishing = _closure(backwards, ends)
    for step in workflow.steps:
        if step.name not in reached and workflow.start in graph:
            context.say("FLOW_106", step.place, step=step.name)
        elif step.name not in finishing and ends and (step.go or step.auto or step.parallel):
            way = _way(graph, workflow.start, step.name)
            context.say("FLOW_113", step.place, step=step.name, way=" → ".join(way))


def _way(graph: Graph, start: str, to: str) -> tuple[str, ...]:
    """The shortest way there, for the message."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == to:
            return way
        for name in graph.get(way[-1], ()):
            if name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return (to,)


def _circles(context: Context, workflow: Workflow) -> None:
    """Automatic steps that lead to each other for ever."""
    automatic: Graph = {s.name: tuple(line.to for line in s.auto) for s in workflow.steps if s.auto}
    said: set[str] = set()
    for step in workflow.steps:
        if step.name not in automatic or step.name in said:
            continue
        for first in automatic[step.name]:
            inside = _closure({n: tuple(t for t in ts if t in automatic) for n, ts in automatic.items()}, [first])
            if first in automatic and step.name in inside and first != step.name:
                way = (step.name, *_way(automatic, first, step.name))
                context.say("FLOW_111", step.place, steps=" → ".join(way))
                said.update(way)
                break


def _unsigned(context: Context, workflow: Workflow, graph: Graph) -> None:
    """A way to success on which nobody but the requester does anything."""
    signed = {s.name for s in workflow.steps if _signs(s)}
    silent: Graph = {n: tuple(t for t in ts if t not in signed) for n, ts in graph.items() if n not in signed}
    good = {s.name for s in workflow.steps if s.end == "ok"}
    if any(s.by and not s.by.owner for s in all_steps(workflow)) and workflow.start not in signed:
        for name in sorted(_closure(silent, [workflow.start]) & good):
            way = " → ".join(_way(silent, workflow.start, name))
            context.say("FLOW_137", workflow.place, workflow=workflow.name, way=way)


def _signs(step: Step) -> bool:
    return any(s.by is not None and not s.by.owner for s in (step, *step.parallel))


def _fillable(context: Context, workflow: Workflow, entity: Entity, graph: Graph) -> None:
    """What a button needs could be filled in there or before; what is required can be filled in at the start."""
    start = workflow.step(workflow.start)
    if start is None:
        return
    set_by = {path for s in all_steps(workflow) for g in s.go for path, _ in g.set}
    _required_at_start(context, entity, start)
    backwards: Graph = {}
    for name, leads in graph.items():
        for to in leads:
            backwards[to] = (*backwards.get(to, ()), name)
    for top in workflow.steps:
        before = _closure(backwards, [top.name])
        editable = {n for s in workflow.steps if s.name in before for one in (s, *s.parallel) for n in one.edit}
        for step in (top, *top.parallel):
            for go in step.go:
                _needs(context, entity, step, go, editable | set_by)
        _asked(context, entity, top, editable | set_by)


def _needs(context: Context, entity: Entity, step: Step, go: Go, open_names: set[str]) -> None:
    for name in go.need:
        field = entity.field(name)
        if field is None or name in open_names or field.value is not None or field.default is not None:
            continue
        context.say("FLOW_114", go.place, field=name, step=step.name, button=go.name)


def _asked(context: Context, entity: Entity, step: Step, open_names: set[str]) -> None:
    """Conditions over fields that are always empty by then."""
    guards = [*(line.when for line in step.auto), *(g.when for g in step.go), *(s.when for s in step.parallel)]
    said: set[str] = set()
    for guard in guards:
        typed = context.quietly(guard, ("entity", entity.name))
        for name in sorted({p[0] for p in typed.paths} if typed else ()):
            field = entity.field(name)
            filled = field is None or field.value is not None or field.default is not None or type_of(field).readonly
            if not filled and name not in open_names and name not in said:
                said.add(name)
                context.say("FLOW_146", guard.place if guard else step.place, field=name, step=step.name)


def _required_at_start(context: Context, entity: Entity, start: Step) -> None:
    given = {path for g in start.go for path, _ in g.set}
    for field in entity.fields:
        made = field.value is not None or field.default is not None or type_of(field).readonly
        if field.required and not made and field.name not in start.edit and field.name not in given:
            context.say("FLOW_115", start.place, field=field.name, step=start.name)
