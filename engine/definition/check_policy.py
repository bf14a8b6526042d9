"""Checks of policies: names that exist, lines that give something, rights that fit together."""

from __future__ import annotations

from collections.abc import Iterator

from ..expr import BOOLEAN
from ..fieldtypes import type_of
from ..model import Entity, Grantline, Policy
from . import take
from .context import Context, each_field
from .node import Node
from .say import hint, listed
from .seen import may, names_of, speaks_of
from .truth import check_condition


def check_policy(context: Context, policy: Policy) -> None:
    """Every line of one policy."""
    written = context.node("policy", policy.name).get("lines")
    for node in written.items if written else ():
        if node.kind == "map":
            _line(context, policy, node)


def _line(context: Context, policy: Policy, node: Node) -> None:
    entities = context.model.entities
    for found in take.name_nodes(node, "for"):
        if found.text not in entities and found.text != "*":
            context.say("DEF_053", found.place, entity=found.text, hint=hint(found.text, entities))
    if node.get("fields") and node.get("but"):
        context.say("ACC_003", node.entries["but"].key_place, policy=policy.name)
    if not (node.get("can") or node.get("deny") or node.get("mask")):
        context.say("ACC_004", node.place, policy=policy.name)
    about = [entities[n] for n in take.names(node, "for") if n in entities]
    everywhere = "*" in take.names(node, "for")
    words = {w for e in (entities.values() if everywhere else about) for w in context.words(e)}
    for key in ("fields", "but", "mask"):
        for found in take.name_nodes(node, key):
            if found.text not in words and (about or everywhere):
                near = hint(found.text, words)
                context.say(
                    "ACC_002",
                    found.place,
                    name=found.text,
                    key=key,
                    hint=near,
                    entities=listed(take.names(node, "for")),
                )
    where = take.feel(node, "where")
    for entity in about[:1]:  # whether it suits the others is asked where it is compiled
        typed = context.expression(where, ("entity", entity.name), BOOLEAN)
        if typed:
            check_condition(context, typed, where, ("entity", entity.name))


def check_access(context: Context) -> None:
    """What all policies come to: somebody has to see, enter and look after everything."""
    model = context.model
    if not model.policies:
        return
    first = min(model.policies.values(), key=lambda p: (p.place.file, p.place.line))
    if not any("users" in p.system for p in model.policies.values()):
        context.say("ACC_013", first.place)
    for entity in model.entities.values():
        can = {o for line in _lines(context, entity) for o in line.can}
        if "see" not in can:
            context.say("ACC_006", entity.place, entity=entity.name)
        elif not can & {"create", "edit", "import"} and not _by_flow(context, entity):
            context.say("ACC_007", entity.place, entity=entity.name)
        else:
            _nobody(context, entity)
    for policy in model.policies.values():
        _blind(context, policy)
        _leaks(context, policy)


def _lines(context: Context, entity: Entity) -> Iterator[Grantline]:
    for policy in context.model.policies.values():
        yield from (line for line in policy.lines if line.entity in (entity.name, "*"))


def _by_flow(context: Context, entity: Entity) -> bool:
    return any(w.of == entity.name for w in context.model.workflows.values())


def _nobody(context: Context, entity: Entity) -> None:
    """Fields that nobody may ever see, or that nobody may ever fill."""
    roles = sorted({p.role for p in context.model.policies.values()})
    edited = {n for w in context.model.workflows.values() if w.of == entity.name for s in w.steps for n in s.edit}
    for field in entity.fields:
        if not any(may(context.model, role, entity, field, "see") for role in roles):
            context.say("ACC_009", field.place, field=field.name, entity=entity.name)
            continue
        made = field.readonly or field.value is not None or type_of(field).readonly or field.name in edited
        given = any(
            may(context.model, role, entity, field, op) for role in roles for op in ("create", "edit", "import")
        )
        if not made and not given:
            context.say("ACC_010", field.place, field=field.name, entity=entity.name)


def _blind(context: Context, policy: Policy) -> None:
    """Rights over records that the role cannot see."""
    sees = {
        line.entity
        for p in context.model.policies.values()
        if p.role == policy.role
        for line in p.lines
        if "see" in line.can
    }
    for line in policy.lines:
        blind = sorted(line.can & {"edit", "delete", "export", "reveal"})
        if blind and line.entity not in sees and "*" not in sees:
            context.say("ACC_012", line.place, policy=policy.name, entity=line.entity, rights=listed(blind))


def _leaks(context: Context, policy: Policy) -> None:
    """Fields masked on the page that another line of the same role lets out unmasked by export.

    A field marked sensitive stays masked everywhere, so only the others can leak.
    """
    for masked in policy.lines:
        for entity in context.model.entities.values():
            if masked.entity not in (entity.name, "*") or not masked.mask:
                continue
            others = [line for line in policy.lines if line is not masked and line.entity in (entity.name, "*")]
            for path, field in each_field(entity):
                words = names_of(field, path)
                if field.sensitive or not words & set(masked.mask):
                    continue
                if any(_lets_out(line, words, masked.scope) for line in others):
                    context.say("ACC_008", masked.place, policy=policy.name, field=path, entity=entity.name)


def _lets_out(line: Grantline, words: frozenset[str], scope: str) -> bool:
    """Whether a line exports the field as it is, at least as far as the mask of reach `scope` goes."""
    if "export" not in line.can or not speaks_of(line, words) or words & set(line.mask):
        return False
    return line.scope == "all" or scope == "unit"
