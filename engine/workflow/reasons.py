"""Why somebody cannot act: every condition that stands in the way, as diagnostics."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..diagnostics import Diagnostic, Place
from ..fieldtypes.clean import blank
from ..model import Expr, Go, Text
from .deciding import Deciding
from .machine import Spot
from .paths import empty
from .seating import everybody, excluded
from .state import Task


def why_not(run: Deciding, spot: Spot) -> Diagnostic:
    """Why the actor has nothing to sign in this place."""
    visit = run.visits[spot.id]
    actor, step = run.act.actor, spot.step.title
    mine = next((t for t in run.tasks.values() if t.visit == visit.number and t.account == actor), None)
    asked = run.asked(visit)
    if mine is not None and mine.id in visit.asked:
        return Diagnostic("FLOW_028")
    if mine is not None and mine.state == "waiting":
        until = {u for w, u in visit.waits if w == mine.id}
        if until:
            return Diagnostic("FLOW_029", args={"people": names_of([run.tasks[u] for u in until if u in run.tasks])})
        return Diagnostic("FLOW_003", args={"step": step, "people": names_of([t for t in asked if t.state == "open"])})
    if mine is not None:
        return Diagnostic("FLOW_034")
    signed = next((s for s in run.votes(visit) if s.account == actor), None)
    if signed is not None:
        return Diagnostic("FLOW_004", args={"step": step, "act": run.machine.gos[signed.go].title})
    by, known = spot.step.by, run.round()
    holds = by is not None and any(p.account == actor for p in everybody(known, by))
    barred = excluded(known, by.exclude).get(actor) if by is not None and holds else None
    if barred == "owner":
        return Diagnostic("FLOW_005", args={"step": step})
    if barred:
        other = run.machine.title(run.machine.names[barred])
        return Diagnostic("FLOW_006", args={"step": step, "other": other})
    return Diagnostic("FLOW_002", args={"step": step, "people": names_of(asked)})


def hindrances(run: Deciding, spot: Spot, go: Go) -> list[Diagnostic]:
    """What beside the person stands in the way: conditions, rules, what is not filled in."""
    found: list[Diagnostic] = []
    if go.when is not None and not _open(run, spot, go.when) and not run.true(go.when):
        found.append(
            Diagnostic(
                "FLOW_007",
                Place(path=go.name),
                {"act": go.title, "message": go.message or run.machine.says.get(go.when) or go.when.text},
            )
        )
    if go.kind == "submit":
        rules = run.machine.workflow.rules
        found += [
            Diagnostic("FLOW_032", go.place, {"message": text})
            for rule, text in rules
            if not _open(run, spot, rule) and run.true(rule)
        ]
    for name in go.need:
        if run.lenient and (name == "comment" or name in spot.edit):
            continue
        if name == "comment" and blank(run.act.comment):
            found.append(Diagnostic("FLOW_009", Place(path="comment"), {"act": go.title}))
        elif name != "comment" and empty(run.values.get(name)):
            field = run.machine.field(name)
            found.append(Diagnostic("FLOW_008", Place(path=name), {"act": go.title, "field": field}))
    if go.kind == "return":
        found += _untargeted(run, go)
    return found


def _open(run: Deciding, spot: Spot, expr: Expr) -> bool:
    """Whether it is not known yet what a condition comes to: in a rehearsal, or because the person can still change
    something that it speaks of."""
    return run.unknown(expr) or (run.lenient and bool(run.machine.reads.get(expr, frozenset()) & set(spot.edit)))


def _untargeted(run: Deciding, go: Go) -> list[Diagnostic]:
    ids = run.return_targets(go)
    titles = listed([run.machine.title(i) for i in ids])
    if run.act.to:
        to = run.machine.names.get(run.act.to, run.act.to)
        if to not in ids:
            args = {"step": run.machine.title(to) or run.act.to, "steps": titles}
            return [Diagnostic("FLOW_011", Place(path="to"), args)]
    elif len(ids) > 1 and not run.lenient:
        return [Diagnostic("FLOW_010", Place(path="to"), {"steps": titles})]
    return []


def unknown(run: Deciding) -> Diagnostic:
    gos = {g.name: g.title for spot in run.spots() for g in spot.gos}
    args: dict[str, Any] = {
        "step": run.machine.title(run.step),
        "act": run.act.name,
        "acts": listed(list(gos.values())),
    }
    return Diagnostic("FLOW_012", args=args)


def listed(texts: list[Text]) -> Text:
    """Several titles as one text."""
    return Text("、".join(t.get("zh") for t in texts), ", ".join(t.get("en") for t in texts))


def names_of(tasks: Iterable[Task]) -> Text:
    """The people of tasks as one text."""
    return names_text([t.name for t in tasks])


def names_text(names: Iterable[str]) -> Text:
    """Names as one text, the first six of many; words for nobody when there is none."""
    found = [n for n in dict.fromkeys(names) if n]
    if not found:
        return Text("系统管理员指派的人", "somebody an administrator will name")
    zh, en = "、".join(found[:6]), ", ".join(found[:6])
    if len(found) > 6:
        return Text(f"{zh} 等 {len(found)} 人", f"{en} and {len(found) - 6} more")
    return Text(zh, en)
