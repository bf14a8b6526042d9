"""The acts every workflow knows beside its own buttons: withdraw, cancel, hand over, ask others, comment, remind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ..diagnostics import Diagnostic, Place
from ..fieldtypes.clean import blank
from ..model import Text
from .deciding import Deciding
from .ledger import Stop
from .machine import ADMIN, Spot
from .reasons import names_of, names_text
from .seating import everybody, excluded
from .state import Back, Last, Person, Task, TaskState

#: Milliseconds between two nudges of one case.
NUDGE_PAUSE = 3_600_000


@dataclass(frozen=True, slots=True)
class Side:
    """A built-in act. asks: what the person has to give (comment, people, when); needs are checked by `do`."""

    title: Text
    asks: tuple[str, ...]
    reasons: Callable[[Deciding], list[Diagnostic]]
    do: Callable[[Deciding], None]


# -- the requester and those who may end it ----------------------------------------------------------------------


def _withdraw_reasons(run: Deciding) -> list[Diagnostic]:
    withdraw = run.machine.workflow.withdraw
    if withdraw is None:
        return [_forbidden("withdraw")]
    found = []
    if run.act.actor != run.case.requester:
        found.append(Diagnostic("FLOW_017", args={"people": run.case.requester_name}))
    signers = _signers(run) if withdraw.until == "first_signature" else []
    if signers:
        found.append(Diagnostic("FLOW_018", args={"people": names_text(signers)}))
    return found


def _signers(run: Deciding) -> list[str]:
    """Who signed since the request was handed in, the requester and marks of the engine aside."""
    withdraw = run.machine.workflow.withdraw
    since = run.visited.get(run.machine.names.get(withdraw.to, ""), 0) if withdraw else 0
    own = run.case.requester
    return [s.name for s in run.signed if s.visit > since and s.account != own and not s.auto]


def _withdraw(run: Deciding) -> None:
    withdraw = run.machine.workflow.withdraw
    to = run.machine.names.get(withdraw.to, "") if withdraw else ""
    if not to or run.step == to:
        run.log(run.entry("withdraw", run.step, actor=run.act.actor))
        run.send("withdrawn")
        return
    run.log(run.entry("withdraw", run.step, to, actor=run.act.actor))
    run.last = Last(run.act.actor, run.act.actor_name, "withdraw", run.facts.now)
    run.undo(to)
    run.send(f"jump:{to}")


def _cancel_reasons(run: Deciding) -> list[Diagnostic]:
    cancel = run.machine.workflow.cancel
    if cancel is None:
        return [_forbidden("cancel")]
    barred = excluded(run.round(), cancel.exclude)
    people = [p for p in everybody(run.round(), cancel) if p.account not in barred]
    if any(p.account == run.act.actor for p in people):
        return []
    return [Diagnostic("FLOW_020", args={"people": names_text([p.name for p in people])})]


def _cancel(run: Deciding) -> None:
    if "comment" in run.machine.workflow.cancel_need:
        _comment_needed(run, "cancel")
    run.log(run.entry("cancel", run.step, actor=run.act.actor))
    asked = [t.account for t in run.tasks.values() if t.state == "open"]
    run.tell("ended", asked, run.machine.title(run.step), status="cancelled")
    run.send("cancelled")


# -- whoever is asked ------------------------------------------------------------------------------------------------


def _own(run: Deciding, word: str) -> tuple[Spot, Task] | None:
    """The actor's own open task in a place that allows `word`."""
    for spot in run.spots():
        if word not in spot.may:
            continue
        visit = run.visits[spot.id]
        for task in run.tasks.values():
            mine = task.visit == visit.number and task.account == run.act.actor and task.state == "open"
            if mine and run.act.task in (0, task.id):
                return spot, task
    return None


def _asked_reasons(word: str) -> Callable[[Deciding], list[Diagnostic]]:
    """Whether the actor is asked now, with a vote, in a place that allows the act."""

    def reasons(run: Deciding) -> list[Diagnostic]:
        spots = [s for s in run.spots() if word in s.may]
        if not spots:
            return [_forbidden(word)]
        own = _own(run, word)
        if own is None:
            people = [t for s in spots for t in run.asked(run.visits[s.id])]
            return [Diagnostic("FLOW_002", args={"step": spots[0].step.title, "people": names_of(people)})]
        if own[1].id in run.visits[own[0].id].asked:
            return [Diagnostic("FLOW_028")]
        return []

    return reasons


def _admin(run: Deciding) -> bool:
    return any(p.account == run.act.actor for p in everybody(run.round(), ADMIN))


def _hand_over_reasons(run: Deciding) -> list[Diagnostic]:
    found = _asked_reasons("hand_over")(run)
    if found and _admin(run) and _others(run) is not None:
        return []
    return found


def _others(run: Deciding) -> tuple[Spot, Task] | None:
    """Somebody else's task that an administrator hands over: the named one, else the first there is."""
    for spot in run.spots():
        for task in run.asked(run.visits[spot.id]):
            if task.account != run.act.actor and run.act.task in (0, task.id):
                return spot, task
    return None


def _hand_over(run: Deciding) -> None:
    own = _own(run, "hand_over")
    found = own or (_others(run) if _admin(run) else None)
    if found is None:
        raise Stop(Diagnostic("FLOW_034"))
    spot, task = found
    (person,) = _people(run, spot, most=1) or (Person(0),)
    if not person.account:
        return
    visit = run.visits[spot.id]
    new = run.open_task(spot, visit, _because(run, person, "handed"), position=task.position, state=task.state)
    if task.account in visit.must:
        run.must(spot.id, {person.account}, {task.account})
    visit = run.visits[spot.id]
    waits = tuple((new.id if w == task.id else w, new.id if u == task.id else u) for w, u in visit.waits)
    run.visits[spot.id] = replace(visit, waits=waits)
    run.close_task(task, "moved", "hand_over", run.act.comment)
    if own is None:
        run.tell("moved", [task.account], spot.step.title)
    _note(run, "hand_over", spot, [person])


def _delegate(run: Deciding) -> None:
    """Ask one person for an opinion; the actor's own turn waits for the answer."""
    spot, task = _mine(run, "delegate")
    people = _people(run, spot, most=1)
    if not people:
        return
    visit = run.visits[spot.id]
    new = run.open_task(spot, visit, _because(run, people[0], "asked"), position=task.position)
    run.tasks[task.id] = replace(task, state="waiting")
    waits = (*visit.waits, (task.id, new.id))
    run.visits[spot.id] = replace(visit, waits=waits, asked=(*visit.asked, new.id))
    _note(run, "delegate", spot, list(people))


def _opinion(run: Deciding) -> tuple[Spot, Task] | None:
    for spot in run.spots():
        asked = run.visits[spot.id].asked
        for task in run.tasks.values():
            if task.id in asked and task.account == run.act.actor and run.act.task in (0, task.id):
                return spot, task
    return None


def _answer_reasons(run: Deciding) -> list[Diagnostic]:
    return [] if _opinion(run) else [Diagnostic("FLOW_034")]


def _answer(run: Deciding) -> None:
    found = _opinion(run)
    if found is None:
        raise Stop(Diagnostic("FLOW_034"))
    _comment_needed(run, "answer")
    spot, task = found
    run.close_task(task, "done", "answer", run.act.comment)
    visit = run.visits[spot.id]
    run.visits[spot.id] = replace(visit, asked=tuple(a for a in visit.asked if a != task.id))
    _note(run, "answer", spot, [])


def _add_signer(run: Deciding) -> None:
    """More people sign: before the actor, after the actor, or beside.

    They must sign (`must`, the default) or only count like everybody else. The threshold stays as it is written, and
    the path says how many signatures it takes now.
    """
    spot, task = _mine(run, "add_signer")
    people = _people(run, spot)
    where = str(run.act.options.get("when", "before"))
    where = where if where in ("after", "beside") else "before"
    must = run.act.options.get("must", True) not in (False, "false", "0", "")
    for person in people:
        visit = run.visits[spot.id]
        state: TaskState = "waiting" if where == "after" else "open"
        new = run.open_task(spot, visit, _because(run, person, "added"), position=task.position, state=state)
        if where != "beside":
            pair = (task.id, new.id) if where == "before" else (new.id, task.id)
            run.visits[spot.id] = replace(visit, waits=(*visit.waits, pair))
    if where == "before" and people:
        run.tasks[task.id] = replace(task, state="waiting")
    if must:
        run.must(spot.id, {p.account for p in people}, set())
    _note(run, "add_signer", spot, list(people), {"when": where, "must": must})


def _added(run: Deciding) -> list[tuple[Spot, Task]]:
    """The people the actor added who have not signed yet."""
    found = []
    for spot in run.spots():
        for task in run.asked(run.visits[spot.id]):
            if task.reason.get("via") == "added" and task.reason.get("by_account") == run.act.actor:
                found.append((spot, task))
    return found


def _remove_reasons(run: Deciding) -> list[Diagnostic]:
    if not any("remove_signer" in s.may for s in run.spots()):
        return [_forbidden("remove_signer")]
    why = Text("您没有在这一步加签过尚未签署的人", "you added nobody here who has still to sign")
    return [] if _added(run) else [Diagnostic("FLOW_024", args={"people": Text("减签", "a signer"), "why": why})]


def _remove_signer(run: Deciding) -> None:
    wanted = {p.account for p in run.act.people}
    found = [(s, t) for s, t in _added(run) if t.account in wanted]
    if not found and not run.lenient:
        raise Stop(Diagnostic("FLOW_023", Place(path="people")))
    for spot, task in found:
        run.must(spot.id, set(), {task.account})
        run.close_task(task, "cancelled", "remove_signer", run.act.comment)
        _note(run, "remove_signer", spot, [Person(task.account, task.name)])
    for place in dict.fromkeys(s.id for s, _ in found):
        if place in run.visits:
            run.settle(run.machine.spots[place])


# -- everybody who takes part ----------------------------------------------------------------------------------------


def _taking_part(run: Deciding) -> bool:
    actor = run.act.actor
    asked = any(t.account == actor for t in run.tasks.values())
    return asked or actor == run.case.requester or any(s.account == actor for s in run.signed)


def _part_reasons(word: str) -> Callable[[Deciding], list[Diagnostic]]:
    def reasons(run: Deciding) -> list[Diagnostic]:
        if not any(word in s.may for s in run.spots()):
            return [_forbidden(word)]
        return [] if _taking_part(run) else [Diagnostic("FLOW_026")]

    return reasons


def _comment(run: Deciding) -> None:
    _comment_needed(run, "comment")
    asked = [t.account for t in run.tasks.values() if t.state == "open"]
    run.tell("comment", [run.case.requester, *asked, *(s.account for s in run.signed)], run.machine.title(run.step))
    run.log(run.entry("comment", run.step, actor=run.act.actor))


def _nudge_reasons(run: Deciding) -> list[Diagnostic]:
    found = _part_reasons("nudge")(run)
    left = run.nudged_at + NUDGE_PAUSE - run.facts.now
    if run.nudged_at and left > 0:
        found.append(Diagnostic("FLOW_025", args={"minutes": -(-left // 60_000)}))
    return found


def _nudge(run: Deciding) -> None:
    run.nudged_at = run.facts.now
    run.tell("nudge", (t.account for t in run.tasks.values() if t.state == "open"), run.machine.title(run.step))
    run.log(run.entry("nudge", run.step, actor=run.act.actor))


def _cc(run: Deciding) -> None:
    spot = next(s for s in run.spots() if "cc" in s.may)
    if not run.act.people and not run.lenient:
        raise Stop(Diagnostic("FLOW_023", Place(path="people")))
    visit = run.visits[spot.id]
    for person in run.act.people:
        task = run.open_task(spot, visit, _because(run, person, "copy"), position=0)
        del run.tasks[task.id]
        run.closed.append(replace(task, state="copy", due_at=None))
    run.tell("copy", (p.account for p in run.act.people), spot.step.title)
    _note(run, "cc", spot, list(run.act.people))


# -- undoing and mending ---------------------------------------------------------------------------------------------


def _take_back_reasons(run: Deciding) -> list[Diagnostic]:
    last = run.case.last
    spot = run.machine.spots.get(last.place)
    if spot is None or "take_back" not in spot.may:
        return [_forbidden("take_back")]
    if last.account != run.act.actor:
        why = Text("最近一次办理的不是您", "the newest act is not yours")
    elif last.final:
        why = Text("它是退回，或已经改动了记录", "it was a return, or it has already changed the record")
    elif any(s.visit in last.entered for s in run.signed):
        why = Text("后面的人已经签署", "somebody after you has signed")
    elif not _still_there(run):
        why = Text("申请已经到了别处", "the request has moved on")
    else:
        return []
    return [Diagnostic("FLOW_027", args={"why": why})]


def _still_there(run: Deciding) -> bool:
    numbers = {v.number for v in run.visits.values()}
    last = run.case.last
    return set(last.entered) <= numbers and (bool(last.stays) or last.visit in numbers)


def _take_back(run: Deciding) -> None:
    last = run.case.last
    spot = run.machine.spots[last.place]
    run.signed = [s for s in run.signed if not (s.visit == last.visit and s.account == last.account)]
    run.log(run.entry("take_back", run.step, spot.top.id if last.stays else "", actor=run.act.actor))
    run.last = type(last)()
    if not last.stays:
        me = Person(last.account, last.name, 0, {"why": "back"})
        run.open_task(spot, run.visits[spot.id], me, position=0)
        return
    run.back = [b for b in run.back if b.to != spot.top.id]
    run.resuming = Back(run.step, spot.top.id, last.stays, last.passed)
    run.send(f"jump:{spot.top.id}")


def _assign_reasons(run: Deciding) -> list[Diagnostic]:
    if not _admin(run):
        people = everybody(run.round(), ADMIN)
        return [Diagnostic("FLOW_020", args={"people": names_text([p.name for p in people])})]
    if _empty(run) is None:
        return [Diagnostic("FLOW_035", args={"step": run.machine.title(run.step)})]
    return []


def _empty(run: Deciding) -> Spot | None:
    return next((s for s in run.spots() if not run.asked(run.visits[s.id])), None)


def _assign(run: Deciding) -> None:
    """An administrator names who acts where nobody is asked."""
    spot = _empty(run)
    if spot is None:
        raise Stop(Diagnostic("FLOW_034"))
    people = _people(run, spot)
    for i, person in enumerate(people):
        waits = spot.step.sign.in_turn and i > 0
        visit = run.visits[spot.id]
        run.open_task(spot, visit, _because(run, person, "named"), position=i, state="waiting" if waits else "open")
    _note(run, "assign", spot, list(people))


# -- common ----------------------------------------------------------------------------------------------------------


def _mine(run: Deciding, word: str) -> tuple[Spot, Task]:
    own = _own(run, word)
    if own is None:
        raise Stop(Diagnostic("FLOW_034"))
    return own


def _people(run: Deciding, spot: Spot, most: int = 20) -> tuple[Person, ...]:
    """The people named with the act. Raises Stop when there is none, or one of them may not sign here."""
    people = tuple({p.account: p for p in run.act.people if p.account}.values())[:most]
    if not people:
        if run.lenient:
            return ()
        raise Stop(Diagnostic("FLOW_023", Place(path="people")))
    visit = run.visits[spot.id]
    there = {t.account for t in run.tasks.values() if t.visit == visit.number}
    signed = {s.account for s in run.votes(visit)}
    barred = excluded(run.round(), spot.step.by.exclude if spot.step.by else ())
    for person in people:
        if person.account in there:
            why = Text("已经在这一步办理", "is asked in this step already")
        elif person.account in signed:
            why = Text("已经在这一步签署", "has signed this step already")
        elif person.account in barred:
            why = Text("按规定不能签这一步", "is barred from signing this step")
        else:
            continue
        raise Stop(Diagnostic("FLOW_024", Place(path="people"), {"people": person.name, "why": why}))
    return people


def _because(run: Deciding, person: Person, via: str) -> Person:
    reason = {"why": "named", "via": via, "by": run.act.actor_name, "by_account": run.act.actor}
    return replace(person, reason=reason)


def _note(run: Deciding, act: str, spot: Spot, people: list[Person], more: Mapping[str, object] | None = None) -> None:
    """The line of the path, with how many signatures the place takes now."""
    visit = run.visits.get(spot.id)
    detail: dict[str, object] = {"people": [p.name for p in people], **(more or {})}
    if visit is not None and act in ("add_signer", "remove_signer"):
        detail |= {"needs": run.needs(spot, visit), "of": run.standing(visit).people + len(visit.must)}
    run.log(run.entry(act, spot.id, actor=run.act.actor, detail=detail))


def _comment_needed(run: Deciding, act: str) -> None:
    if not run.lenient and blank(run.act.comment):
        raise Stop(Diagnostic("FLOW_009", Place(path="comment"), {"act": SIDE[act].title}))


def _forbidden(word: str) -> Diagnostic:
    return Diagnostic("FLOW_019", args={"act": SIDE[word].title})


SIDE: Mapping[str, Side] = {
    "withdraw": Side(Text("撤回", "Take the request back"), (), _withdraw_reasons, _withdraw),
    "cancel": Side(Text("终止", "End the request"), ("comment",), _cancel_reasons, _cancel),
    "hand_over": Side(Text("转交", "Hand over"), ("people",), _hand_over_reasons, _hand_over),
    "delegate": Side(Text("征求意见", "Ask for an opinion"), ("people",), _asked_reasons("delegate"), _delegate),
    "answer": Side(Text("答复", "Answer"), ("comment",), _answer_reasons, _answer),
    "add_signer": Side(Text("加签", "Add a signer"), ("people", "when"), _asked_reasons("add_signer"), _add_signer),
    "remove_signer": Side(Text("减签", "Remove a signer"), ("people",), _remove_reasons, _remove_signer),
    "comment": Side(Text("留言", "Comment"), ("comment",), _part_reasons("comment"), _comment),
    "nudge": Side(Text("催办", "Remind"), (), _nudge_reasons, _nudge),
    "cc": Side(Text("抄送", "Send a copy"), ("people",), _part_reasons("cc"), _cc),
    "take_back": Side(Text("拿回", "Take back my act"), (), _take_back_reasons, _take_back),
    "assign": Side(Text("指派", "Name who acts"), ("people",), _assign_reasons, _assign),
}
