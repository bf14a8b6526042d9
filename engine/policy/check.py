"""What is wrong with the policies of a model, and what their author may want to know before they are published."""

from __future__ import annotations

from collections.abc import Iterator

from ..definition.scope import entity_scope
from ..diagnostics import Diagnostic, has_errors, ordered
from ..expr import BOOLEAN, check
from ..model import Entity, Grantline, Model, Policy
from .claim import claimed
from .rowrule import unfit
from .rules import ANY_ENTITY, rules_of, spoken_fields


def check_policies(model: Model) -> tuple[Diagnostic, ...]:
    """Everything there is to say about who may do what, all at once, in a stable order."""
    found: list[Diagnostic] = []
    for policy in model.policies.values():
        for line in policy.lines:
            for entity in _entities(model, line):
                found += _row_rule(model, policy, line, entity)
                found += _unit_scope(policy, line, entity)
    for entity in model.entities.values():
        found += _never_masked(model, entity)
    return ordered(found)


def _entities(model: Model, line: Grantline) -> Iterator[Entity]:
    if line.entity == ANY_ENTITY:
        yield from model.entities.values()
    elif line.entity in model.entities:
        yield model.entities[line.entity]


def _row_rule(model: Model, policy: Policy, line: Grantline, entity: Entity) -> Iterator[Diagnostic]:
    if line.where is None:
        return
    place = line.where.place
    checked = check(line.where.text, entity_scope(model, entity), BOOLEAN, place)
    if has_errors(checked.diagnostics):
        yield from checked.diagnostics
        return
    for problem in unfit(model, entity, line.where.text, place):
        if problem.code == "FEEL_040":
            args = {"policy": policy.name, "where": problem.args.get("text", ""), "why": problem.args.get("why", "")}
            yield Diagnostic("ACCESS_060", problem.place, args)
        else:
            yield problem


def _unit_scope(policy: Policy, line: Grantline, entity: Entity) -> Iterator[Diagnostic]:
    if line.scope == "unit" and not entity.unit and line.entity != ANY_ENTITY and (line.can or line.deny):
        args = {"policy": policy.name, "entity": entity.name, "role": policy.role}
        yield Diagnostic("ACCESS_061", line.place, args)


def _never_masked(model: Model, entity: Entity) -> Iterator[Diagnostic]:
    """Sensitive fields that every role which sees the entity sees in full: somebody forgot."""
    rules = rules_of(model, entity)
    seeing = {role: lines for role, lines in rules.items() if any("see" in one.line.can for one in lines)}
    if len(seeing) < 2:
        return
    for field in entity.fields:
        if field.sensitive and all(_sees_all(model, entity, role, field.id) for role in seeing):
            args = {"field": field.name, "entity": entity.name}
            yield Diagnostic("ACCESS_062", field.place, args)


def _sees_all(model: Model, entity: Entity, role: str, field: str) -> bool:
    claims = claimed(rules_of(model, entity), spoken_fields(entity), "see", frozenset({(role, True), (role, False)}))
    return all(claim.pro and not claim.con for claim in claims.shown[field])
