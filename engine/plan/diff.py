"""The plan from the live model to another one: what changes, what it touches, what happens to the tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import orjson

from ..definition.identity import Identity
from ..diagnostics import Diagnostic, has_errors, words
from ..model import Model
from .diff_entity import entity_steps
from .diff_pages import lost_codes, page_steps
from .physical import physical, set_aside
from .schema import link_copies, table_steps
from .spot import Found
from .steps import Base, Plan

_NOTHING = Model()


def diff(
    live: Model | None, live_identity: Identity, new: Model, new_identity: Identity, base: Base | None = None
) -> Plan:
    """The plan that leads from `live` (None: nothing was ever published) to `new`.

    new_identity: what `load` gave for `new` with `live_identity` before it. base: the live version the plan is for.
    Pure and deterministic: the same arguments give the same plan and the same hash. A rollback is the plan to an older
    version: load its documents with the live identity and, as `pinned`, the identity of that version.
    """
    before = live or _NOTHING
    stood, stands = physical(live, live_identity), physical(new, new_identity)
    found = Found(stood)
    entity_steps(before, new, found)
    found.steps += [*lost_codes(before, new), *page_steps(before, new)]
    schema = table_steps(stood, stands, [*link_copies(stood, stands), *found.copies])
    before_aside = set(set_aside(live, live_identity))
    aside = tuple(a for a in set_aside(new, new_identity) if a not in before_aside)
    base = base or Base(hash=before.hash)
    plan = Plan(base, new.hash, tuple(found.steps), schema, aside, tuple(found.problems))
    return replace(plan, hash=_hash(plan))


def _hash(plan: Plan) -> str:
    steps = [[s.kind, list(s.subject), s.risk, s.said.code, _said(s.said), s.confirm] for s in plan.steps]
    base = [plan.base.version, plan.base.epoch, plan.base.hash]
    made: Any = [base, plan.target_hash, steps, [repr(s) for s in plan.schema], list(plan.aside)]
    return hashlib.sha256(orjson.dumps(made)).hexdigest()


def _said(said: Diagnostic) -> list[str]:
    shown = words(said, "en")
    return [shown.what, shown.remedy]


def publishable(plan: Plan, typed: Iterable[str] = ()) -> tuple[Diagnostic, ...]:
    """Why the plan cannot be carried out as it stands; () when it can.

    typed: what the person typed to confirm that things are lost.
    """
    given = {t.strip() for t in typed}
    missing = [c for c in plan.confirm if c not in given]
    found = list(plan.problems) if has_errors(plan.problems) else []
    return (*found, *(Diagnostic("PLAN_003", args={"name": name}) for name in missing))
