"""What changes about entities: added, taken away, renamed, and everything they say beside their fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..compile.table import child_name, table_name
from ..diagnostics import Diagnostic
from ..fieldtypes import type_of
from ..model import Entity, Model, Rule
from .diff_field import field_steps
from .pairs import paired
from .spot import Found, Spot, ids_along
from .steps import Backfill, Class, Probe, Step


def entity_steps(before: Model, after: Model, found: Found) -> None:
    """Every entity, in the order of the new model; those taken away first."""
    pairs = paired(before.entities.values(), after.entities.values())
    for gone in pairs.removed:
        found.steps.append(_removed(gone))
    old = {a.id: a for a, _ in pairs.both}
    for new in after.entities.values():
        if new.id not in old:
            back = table_name(new) in found.stood
            kind, code = ("entity.restore", "PLAN_101") if back else ("entity.add", "PLAN_100")
            args = {"entity": new.title, "name": new.name, "count": len(new.fields)}
            found.steps.append(Step(kind, ("entity", new.name), "safe", Diagnostic(code, new.place, args)))
        elif old[new.id] != new:
            spot = Spot(before, after, old[new.id], new)
            found.steps += _about(spot)
            field_steps(spot, found)


def _removed(gone: Entity) -> Step:
    probes = [Probe("records", gone.name, table_name(gone))]
    probes += [Probe("records", gone.name, child_name(gone, f)) for f in gone.fields if type_of(f).shape == "rows"]
    probes += [Probe("saved_views", gone.name), Probe("drafts", gone.name), Probe("tokens", gone.name, name=gone.name)]
    said = Diagnostic("PLAN_102", gone.place, {"entity": gone.title, "name": gone.name})
    return Step("entity.remove", ("entity", gone.name), "destructive", said, tuple(probes), confirm=gone.name)


def _say(spot: Spot, kind: str, code: str, risk: Class = "safe", args: Any = None, **more: Any) -> Step:
    shown = {"entity": spot.new.title, "name": spot.new.name, **(args or {})}
    return Step(kind, ("entity", spot.new.name), risk, Diagnostic(code, spot.new.place, shown), **more)


def _about(spot: Spot) -> Iterator[Step]:
    old, new = spot.old, spot.new
    records = (Probe("records", old.name, table_name(old)),)
    if old.name != new.name:
        probes = (Probe("saved_views", old.name), Probe("tokens", old.name, name=old.name))
        yield _say(spot, "entity.rename", "PLAN_103", args={"old": old.name}, probes=probes)
    texts = [(e.title, e.plural, e.help, e.icon, e.section) for e in (old, new)]
    if texts[0] != texts[1]:
        yield _say(spot, "entity.texts", "PLAN_104", args={"old": old.title})
    again = Backfill("unit", new.name, old.name)
    if _ids(spot, old.unit, False) != _ids(spot, new.unit, True) or _one(spot, False) != _one(spot, True):
        args = {"old": ".".join(old.unit) or "-", "new": ".".join(new.unit) or "-"}
        yield _say(spot, "entity.unit", "PLAN_105", "backfill", args, probes=records, backfills=(again,))
    if not spot.same(old.label, new.label):
        work = (again, Backfill("search", new.name, old.name)) if new.unit == ("self",) else ()
        risk: Class = "backfill" if work else "safe"
        yield _say(spot, "entity.label", "PLAN_106", risk, probes=records if work else (), backfills=work)
    yield from _rule_steps(spot)
    yield from _group_steps(spot, records)
    if old.person != new.person:
        yield _say(spot, "entity.person", "PLAN_111")
    if old.constraints != new.constraints:
        yield _say(spot, "entity.constraints", "PLAN_112", "mapping", probes=records)
    kept = [f.id for f in new.fields if any(o.id == f.id for o in old.fields)]
    if kept != [f.id for f in old.fields if f.id in set(kept)]:
        yield _say(spot, "entity.fields", "PLAN_113")


def _ids(spot: Spot, path: tuple[str, ...], after: bool) -> tuple[str, ...]:
    model, entity = (spot.after, spot.new) if after else (spot.before, spot.old)
    return ids_along(model, entity, path)


def _one(spot: Spot, after: bool) -> tuple[str, ...]:
    entity = spot.new if after else spot.old
    return _ids(spot, (entity.parent,) if entity.parent else (), after)


def _rule_steps(spot: Spot) -> Iterator[Step]:
    """New rules are counted on stored records; old ones that go touch nothing."""
    fresh = [r for r in spot.new.rules if not any(_same_rule(spot, o, r) for o in spot.old.rules)]
    for rule in fresh:
        # Counted over the live records, so only where the live fields know what the rule speaks of.
        probe = Probe("breaking", spot.old.name, table_name(spot.old), expr=rule.when)
        yield _say(spot, "entity.rule", "PLAN_107", "mapping", {"rule": rule.error}, probes=(probe,))
    stale = [r for r in spot.old.rules if not any(_same_rule(spot, r, n) for n in spot.new.rules)]
    for rule in stale:
        yield _say(spot, "entity.rule", "PLAN_114", args={"rule": rule.error})


def _same_rule(spot: Spot, old: Rule, new: Rule) -> bool:
    on = [_ids(spot, tuple(n.split(".")), False) for n in old.on]
    now = [_ids(spot, tuple(n.split(".")), True) for n in new.on]
    # What is cheap first: every rule is compared with every other.
    return (old.error, old.warning, on) == (new.error, new.warning, now) and spot.same(old.when, new.when)


def _group_steps(spot: Spot, records: tuple[Probe, ...]) -> Iterator[Step]:
    before, after = (_named(spot, "unique", a) for a in (False, True))
    for group in [g for g in after if g not in before]:
        fields = tuple(spot.new.field(n) for n in after[group])
        columns = tuple(c for f in fields if f and spot.old.fields and (c := type_of(f).column(f)))
        known = all(any(o.id == i for o in spot.old.fields) for i in group)
        probes = (Probe("duplicates", spot.old.name, table_name(spot.old), columns),) if known else ()
        yield _say(spot, "entity.unique", "PLAN_108", "mapping", {"names": ", ".join(after[group])}, probes=probes)
    for group in [g for g in before if g not in after]:
        yield _say(spot, "entity.unique", "PLAN_115", args={"names": ", ".join(before[group])})
    if _named(spot, "indexes", False).keys() != _named(spot, "indexes", True).keys() or _sorted(spot):
        yield _say(spot, "entity.order", "PLAN_109")
    was = {(g.role, _ids(spot, (g.to,), False)) for g in spot.old.gives}
    now = {(g.role, _ids(spot, (g.to,), True)) for g in spot.new.gives}
    if was != now:
        roles = ", ".join(sorted({role for role, _ in was ^ now}))
        yield _say(spot, "entity.gives", "PLAN_110", args={"roles": roles})


def _named(spot: Spot, key: str, after: bool) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Groups of fields by their ids."""
    entity = spot.new if after else spot.old
    groups: tuple[tuple[str, ...], ...] = getattr(entity, key)
    return {tuple(i for n in g for i in _ids(spot, (n,), after)): g for g in groups}


def _sorted(spot: Spot) -> bool:
    was = [(n.startswith("-"), _ids(spot, (n.lstrip("-"),), False)) for n in spot.old.sort]
    return was != [(n.startswith("-"), _ids(spot, (n.lstrip("-"),), True)) for n in spot.new.sort]
