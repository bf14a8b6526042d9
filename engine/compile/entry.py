"""What a form lets people fill in: its fields, what is only shown, and the conditions under which each shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..definition.scope import entity_scope
from ..expr import BOOLEAN
from ..model import Expr, Form
from .expressions import Compiler, Function
from .record import CompiledField, CompiledRecord, in_order


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A form over an entity, for whoever casts what it sends.

    conditions: by field, all of which have to hold for it to show; active: the fields of the entity that depend on
    something, in an order that counts in the conditions of the form; keep: values of hidden fields stay as they are
    instead of being dropped.
    """

    form: Form
    names: frozenset[str]
    readonly: frozenset[str]
    conditions: Mapping[str, tuple[Function, ...]]
    active: tuple[CompiledField, ...]
    keep: bool


def compile_entry(compiler: Compiler, compiled: CompiledRecord, form: Form) -> Entry:
    """Compile the conditions of a form. Raises Broken for one that was never checked."""
    scope = entity_scope(compiler.model, compiled.entity, compiler.functions, compiler.members)
    made: dict[Expr, Function] = {}
    conditions: dict[str, tuple[Function, ...]] = {}
    readonly: set[str] = set()
    names: set[str] = set()
    for section in form.sections:
        for line in section.lines:
            for item in line:
                names.add(item.name)
                if item.readonly:
                    readonly.add(item.name)
                for expr in (section.when, item.when):
                    if expr is not None:
                        if expr not in made:
                            made[expr] = compiler.function(expr, scope, BOOLEAN)
                        conditions[item.name] = (*conditions.get(item.name, ()), made[expr])
    order = in_order(compiled.fields.values(), conditions, compiled.entity.unit[:1])
    active = tuple(f for f in order if not f.plain or f.name in conditions)
    return Entry(form, frozenset(names), frozenset(readonly), conditions, active, form.hidden == "keep")
