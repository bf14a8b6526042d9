"""A workflow as it is published: its machine, and everything of the record that deciding reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..compile.expressions import Compiler, Function, Path
from ..definition.scope import entity_scope
from ..definition.wording import in_words
from ..expr import ANY
from ..fieldtypes.choice import choices_of
from ..model import Entity, Expr, Field, Model, Step, Text, Who, Workflow
from .machine import Machine, Test, machine


@dataclass(frozen=True, slots=True)
class Flow:
    """A workflow compiled against its model; share it between all cases of that version.

    entity: of its records; paths: what has to be loaded behind links of a record before an act is decided; school_days:
    whether any of its durations is counted in school days; needs: whom an act turned out to need in some states,
    None for somebody to be asked next; a note that only saves time.
    """

    machine: Machine
    model: Model
    entity: Entity
    paths: frozenset[Path]
    school_days: bool
    needs: dict[tuple[tuple[str, ...], str], frozenset[Who] | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def workflow(self) -> Workflow:
        """The definition."""
        return self.machine.workflow


def compile_flow(model: Model, workflow: Workflow, compiler: Compiler | None = None) -> Flow:
    """The flow of a checked workflow. Raises Broken, KeyError or ValueError for one that was never checked."""
    compiler = compiler or Compiler(model)
    entity = model.entities[workflow.of]
    scope = entity_scope(model, entity, compiler.functions, compiler.members)
    functions: dict[Expr, Function] = {}

    def test(expr: Expr) -> Test:
        functions[expr] = compiler.function(expr, scope, ANY)
        return functions[expr].run

    mirror = mirror_of(workflow, entity)
    bare = machine(
        workflow,
        test,
        fields={f.name: f.title or Text(f.name) for f in entity.fields},
        mirror=mirror.name if mirror else "",
        states=frozenset(o.name for o in choices_of(mirror, model)) if mirror else (),
    )
    says = {g.when: in_words(model, entity, g.when) for g in bare.gos.values() if g.when and not g.message}
    made = replace(bare, reads={expr: function.reads for expr, function in functions.items()}, says=says)
    read = {p for function in functions.values() for p in function.paths}
    return Flow(made, model, entity, frozenset(read | set(_paths(workflow, entity))), _counts_school_days(workflow))


def mirror_of(workflow: Workflow, entity: Entity) -> Field | None:
    """The field of the entity that shows where its case of this workflow stands."""
    return next((f for f in entity.fields if f.type == "state" and f.options.get("of") == workflow.name), None)


def _paths(workflow: Workflow, entity: Entity) -> Iterator[Path]:
    """What is read of the record beside the expressions, and what is written through links."""
    if workflow.one_open_case_per:
        yield workflow.one_open_case_per
    if entity.unit and entity.unit != ("self",):
        yield entity.unit
    for step in _steps(workflow):
        for who in _whos(step):
            yield from (p for p in (who.of, who.path) if p)
        for word in (*step.tell, *(w for go in step.go for w in go.tell)):
            if "." in word or entity.field(word):
                yield tuple(word.split("."))
        for go in step.go:
            yield from (tuple(path.split(".")) for path, _ in go.set)
    if workflow.cancel:
        yield from (p for p in (workflow.cancel.of, workflow.cancel.path) if p)


def _steps(workflow: Workflow) -> Iterator[Step]:
    for top in workflow.steps:
        yield from (top, *top.parallel)


def _whos(step: Step) -> Iterator[Who]:
    if step.by:
        yield step.by
    if isinstance(step.if_nobody, Who):
        yield step.if_nobody
    yield from (later.to for later in step.after if later.to)


def _counts_school_days(workflow: Workflow) -> bool:
    spans = [s for step in _steps(workflow) for s in (step.due, *(x for a in step.after for x in (a.after, a.repeat)))]
    return any(s.endswith("d") and not s.endswith("cd") for s in spans)
