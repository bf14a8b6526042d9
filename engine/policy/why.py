"""Why somebody may or may not: each line of the policies that had a say, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..diagnostics import Diagnostic, Place
from ..model import Actor, Grantline, Operation, Text
from .access import Access
from .claim import FAR, Atom, Claim, signature_of
from .rules import Ruled
from .scopes import operation_scope, reaches
from .single import Facts, Judge

Effect = Literal["gave", "denied", "masked", "overruled", "outside", "unfit", "nothing"]

_CODES: Mapping[Effect, str] = {
    "gave": "ACCESS_080",
    "denied": "ACCESS_081",
    "masked": "ACCESS_082",
    "outside": "ACCESS_083",
    "unfit": "ACCESS_084",
    "overruled": "ACCESS_086",
}

_DONE: Mapping[Operation, Text] = {
    "see": Text("查看", "see"),
    "create": Text("新建", "create"),
    "edit": Text("修改", "edit"),
    "delete": Text("删除", "delete"),
    "export": Text("导出", "export"),
    "reveal": Text("显示完整内容", "reveal"),
    "import": Text("导入", "import"),
}
_EVERYWHERE = Text("所有单位", "every unit")


@dataclass(frozen=True, slots=True)
class Reason:
    """One line's say. effect: what it did; said: the words; line None: no line had a say."""

    effect: Effect
    said: Diagnostic
    role: str = ""
    line: Grantline | None = None


def why(
    access: Access,
    actor: Actor,
    entity: str,
    operation: Operation,
    facts: Facts,
    field: str = "",
    labels: Mapping[int, str] | None = None,
) -> tuple[Reason, ...]:
    """The lines that gave, denied or did not fit, those that decided first.

    field: id of a field, "" for the record as a whole; labels: how units are called.
    """
    if actor.id == 0:
        return (Reason("gave", Diagnostic("ACCESS_087")),)
    if not reaches(actor.scopes, entity, operation):
        scope = operation_scope(entity, operation)
        return (Reason("denied", Diagnostic("ACCESS_013", Place(), {"scope": scope})),)
    judge = access.judge(actor, entity, facts)
    teller = _Teller(access, actor, judge, facts, labels or {})
    claims = _claims(access, actor, entity, operation, field)
    won = all(judge.claim(claim) for claim in claims)
    roles = signature_of(actor.grants)
    found = [
        reason
        for role in actor.roles
        for one in access.rules(entity).get(role, ())
        for reason in teller.of(one, operation, field, won, roles)
    ]
    order = ("gave", "denied", "masked", "overruled", "unfit", "outside")
    found.sort(key=lambda r: order.index(r.effect))
    return tuple(found) or (Reason("nothing", Diagnostic("ACCESS_085")),)


def _claims(access: Access, actor: Actor, entity: str, operation: Operation, field: str) -> tuple[Claim, ...]:
    claims = access.claims(entity, operation, signature_of(actor.grants))
    if not field:
        return claims.rows
    return (*claims.rows, *(claims.written if operation in ("create", "edit", "import") else claims.seen)[field])


class _Teller:
    def __init__(self, access: Access, actor: Actor, judge: Judge, facts: Facts, labels: Mapping[int, str]) -> None:
        self._titles = {policy.role: policy.title for policy in access.model.policies.values()}
        self._actor = actor
        self._judge = judge
        self._above = dict(facts.above)
        self._labels = labels

    def of(
        self, one: Ruled, operation: Operation, field: str, won: bool, roles: frozenset[tuple[str, bool]]
    ) -> Iterator[Reason]:
        """What the line had to say about the operation."""
        line = one.line
        gives = operation in line.can and (not field or field in one.covers or field in one.masks)
        takes = operation in line.deny and (field in one.covers if field else one.whole)
        masks = bool(field) and field in one.masks and operation in ("see", "export")
        if not (gives or takes or masks):
            return
        where = line.where.text if line.where else ""
        wide = line.scope == "all" or (one.role, True) in roles
        near = self._judge.away("" if wide else one.role)
        args: dict[str, Any] = {"role": self._titles.get(one.role, Text(one.role)), "unit": self._unit(one.role, wide)}
        args["reason"] = line.reason or _DONE[operation]
        if near == FAR or self._judge.distance(Atom("" if wide else one.role, where)) == FAR:
            effect: Effect = "outside" if near == FAR else "unfit"
            if gives:
                yield self._reason(effect, line, one.role, {**args, "where": where})
            return
        if takes:
            yield self._reason("denied", line, one.role, args)
        if gives:
            yield self._reason("gave" if won else "overruled", line, one.role, args)
        if masks:
            yield self._reason("masked", line, one.role, args)

    def _unit(self, role: str, wide: bool) -> Text:
        if wide:
            return _EVERYWHERE
        held = [g.unit for g in self._actor.grants if g.role == role and g.unit in self._above]
        nearest = min(held, key=lambda unit: self._above[unit or 0], default=None)
        label = self._labels.get(nearest or 0, "")
        return Text(label) if label else Text("您的单位", "your unit")

    def _reason(self, effect: Effect, line: Grantline, role: str, args: Mapping[str, Any]) -> Reason:
        return Reason(effect, Diagnostic(_CODES[effect], line.place, args), role, line)
