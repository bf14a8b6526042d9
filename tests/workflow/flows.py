"""Small approvals written as text, the people in them, and a world in which they run without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from shuyuan.engine.diagnostics import Diagnostic, words
from shuyuan.engine.expr import ANY, Scope, check, compile_python
from shuyuan.engine.model import (
    Branch,
    Expr,
    Go,
    Later,
    Sign,
    Step,
    Text,
    Threshold,
    Who,
    Withdraw,
    Workflow,
    text_of,
)
from shuyuan.engine.workflow import (
    ADMIN,
    OWNER,
    Act,
    CaseState,
    Decision,
    Facts,
    Machine,
    Offer,
    Person,
    begin,
    decide,
    machine,
    offers,
)

KINDS = {"submit": "submit", "approve": "approve", "reject": "reject", "return": "return"}
HOUR = 3_600_000


def who_of(found: Any) -> Who:
    if found == "owner":
        return Who(owner=True)
    return Who(
        role=found.get("role", ""),
        of=tuple(found["of"].split(".")) if "of" in found else (),
        path=tuple(found["field"].split(".")) if "field" in found else (),
        exclude=tuple(found.get("not", ())),
        up=-1 if found.get("up") == "all" else found.get("up", 0),
    )


def threshold_of(found: Any) -> Threshold:
    if found == "all":
        return Threshold(percent=100)
    return Threshold(percent=int(found[:-1])) if isinstance(found, str) else Threshold(count=found)


def sign_of(found: Mapping[str, Any]) -> Sign:
    return Sign(
        threshold_of(found.get("pass_when", 1)),
        threshold_of(found.get("reject_when", 1)),
        found.get("in_turn", False),
        found.get("wait_for_all", False),
    )


def go_of(step: str, name: str, found: Any) -> Go:
    spec = found if isinstance(found, dict) else {"to": found}
    to = spec.get("to", [])
    return Go(
        id=f"g_{step}_{name}",
        name=name,
        title=text_of(spec.get("title", name)),
        to=tuple(to) if isinstance(to, list) else (to,),
        kind=spec.get("kind", KINDS.get(name, "other")),
        resume=spec.get("resume", ""),
        need=tuple(spec.get("need", ())),
        when=Expr(spec["when"]) if "when" in spec else None,
        message=text_of(spec.get("message")),
        set=tuple((k, Expr(v["feel"]) if isinstance(v, dict) else v) for k, v in spec.get("set", {}).items()),
        run=tuple(spec.get("run", ())),
        tell=tuple(spec.get("tell", ())),
    )


def later_of(after: str, found: Mapping[str, Any]) -> Later:
    return Later(
        after,
        found["do"],
        who_of(found["to"]) if "to" in found else None,
        found.get("go", ""),
        found.get("repeat", ""),
        found.get("times", 1),
    )


def step_of(name: str, found: Mapping[str, Any]) -> Step:
    nobody = found.get("if_nobody", "")
    return Step(
        id=f"s_{name}",
        name=name,
        title=text_of(found.get("title", name)),
        by=who_of(found["by"]) if "by" in found else None,
        if_nobody=who_of(nobody) if isinstance(nobody, dict) else nobody,
        same_as_before=found.get("same_as_before", ""),
        sign=sign_of(found.get("sign", {})),
        edit=tuple(found.get("edit", ())),
        may=frozenset(found.get("may", ())),
        go=tuple(go_of(name, k, v) for k, v in found.get("go", {}).items()),
        auto=tuple(Branch(b["to"], Expr(b["when"]) if "when" in b else None) for b in found.get("auto", ())),
        parallel=tuple(step_of(k, v) for k, v in found.get("parallel", {}).items()),
        join=sign_of(found.get("join", {"pass_when": "all"})),
        when=Expr(found["when"]) if "when" in found else None,
        due=found.get("due", ""),
        after=tuple(later_of(k, v) for k, v in found.get("after", {}).items()),
        end=found.get("end", ""),
        tell=tuple(found.get("tell", ())),
    )


def workflow_of(text: str) -> Workflow:
    """The definition as the reader of packs would build it; ids are s_STEP and g_STEP_NAME."""
    found = yaml.safe_load(text)
    withdraw, cancel = found.get("withdraw"), found.get("cancel")
    return Workflow(
        id="w",
        name=found.get("workflow", "flow"),
        of=found.get("for", "request"),
        title=text_of(found.get("title", "flow")),
        start=found.get("start", next(iter(found["steps"]))),
        steps=tuple(step_of(k, v) for k, v in found["steps"].items()),
        one_open_case_per=tuple(found["one_open_case_per"].split(".")) if "one_open_case_per" in found else (),
        withdraw=Withdraw(withdraw.get("until", "first_signature"), withdraw.get("to", "")) if withdraw else None,
        cancel=who_of(cancel["by"]) if cancel else None,
        cancel_need=tuple(cancel.get("need", ())) if cancel else (),
        rules=tuple((Expr(k), text_of(v)) for k, v in found.get("messages", {}).items()),
    )


def machine_of(text: str, fields: tuple[str, ...] = ()) -> Machine:
    workflow = workflow_of(text)
    found = yaml.safe_load(text)
    names = {*fields, *found.get("fields", ())}
    scope = Scope(names=dict.fromkeys(names, ANY))

    def test(expr: Expr) -> Any:
        checked = check(expr.text, scope)
        assert checked.expr is not None, checked.diagnostics
        return compile_python(checked.expr)

    return machine(workflow, test, fields={n: Text(n) for n in names}, mirror=found.get("mirror", ""))


def later(at: int, duration: str) -> int:
    """A calendar without days off."""
    hours = {"h": 1, "cd": 24, "d": 24}
    unit = "cd" if duration.endswith("cd") else duration[-1]
    return at + int(duration.removesuffix(unit)) * hours[unit] * HOUR


@dataclass
class World:
    """A case, the record behind it and the people around it. holders: role -> names; `ROLE@2` sits two units up."""

    machine: Machine
    holders: Mapping[str, list[str]]
    owner: str = "owner"
    values: dict[str, Any] = field(default_factory=dict)
    now: int = 1_000_000
    case: CaseState = field(init=False)
    said: list[Decision] = field(default_factory=list)
    fired: set[str] = field(default_factory=set)
    ids: count[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        names = {self.owner, *(n for people in self.holders.values() for n in people)}
        self.accounts = {name: i + 100 for i, name in enumerate(sorted(names))}
        self.case = CaseState(id=7, requester=self.accounts[self.owner], requester_name=self.owner)

    def person(self, name: str) -> Person:
        return Person(self.accounts.setdefault(name, 100 + len(self.accounts)), name)

    def found(self, who: Who) -> tuple[Person, ...]:
        if who.path:
            value = self.values.get(who.path[0]) or ()
            names = value if isinstance(value, (list, tuple)) else (value,)
            return tuple(replace(self.person(n), reason={"why": "field"}) for n in names)
        role = "admin" if who == ADMIN else who.role
        people = []
        for key, names in self.holders.items():
            held, _, up = key.partition("@")
            near = int(up or 0)
            if held == role:
                people += [replace(self.person(n), near=near, reason={"why": "role", "role": role}) for n in names]
        return tuple(people)

    def facts(self) -> Facts:
        people: dict[Who, tuple[Person, ...]] = {}
        asked = {ADMIN, OWNER}.union(*self.machine.asks.values())
        if self.machine.workflow.cancel:
            asked.add(replace(self.machine.workflow.cancel, exclude=()))
        for who in asked:
            people[who] = self.found(who)
        scope = {"$now": None, "$zone": ZoneInfo("Asia/Shanghai")}
        return Facts(self.now, self.values, people, later, self.ids, scope)

    def start(self, act: str = "", **more: Any) -> tuple[str, ...]:
        """Begin the case; codes of the diagnostics when it is refused."""
        first = self.act_of(self.owner, act, **more) if act else None
        return self._keep(begin(self.machine, self.case, self.facts(), first))

    def act_of(self, who: str, name: str, **more: Any) -> Act:
        more["people"] = tuple(self.person(n) for n in more.pop("people", ()))
        account = 0 if who == "clock" else self.accounts[who]
        return Act(name, account, who, **more)

    def do(self, who: str, name: str, **more: Any) -> tuple[str, ...]:
        """One act; codes of the diagnostics when it is refused, which are also put into words."""
        return self._keep(decide(self.machine, self.case, self.act_of(who, name, **more), self.facts()))

    def _keep(self, outcome: Decision | tuple[Diagnostic, ...]) -> tuple[str, ...]:
        self.now += 60_000
        if isinstance(outcome, tuple):
            for diagnostic in outcome:
                for lang in ("zh", "en"):
                    assert "{" not in words(diagnostic, lang).what, diagnostic
            return tuple(d.code for d in outcome)
        self.case = outcome.case
        self.said.append(outcome)
        for path, value in outcome.sets:
            if len(path) == 1:
                self.values[path[0]] = value
        self.values.update(outcome.values)
        return ()

    def tick(self, hours: float, asleep: bool = False) -> None:
        """Let time pass and fire every timer that falls due and still belongs to a visit going on, in order.

        asleep: nothing runs meanwhile, so that all of them are late.
        """
        until = self.now + int(hours * HOUR)
        self.now = until if asleep else self.now
        while True:
            due = [t for d in self.said for t in d.timers if t.at <= until and t.key not in self.fired]
            if not due or self.case.status != "open":
                break
            timer = min(due, key=lambda t: t.at)
            self.fired.add(timer.key)
            self.now = max(self.now, timer.at)
            options = {"visit": timer.visit, "index": timer.index, "round": timer.round, "at": timer.at}
            self.do("clock", "timer", options=options)
        self.now = until

    @property
    def step(self) -> str:
        """The name of the step the case stands in or ended in."""
        return self.machine.steps[self.case.step].name

    def asked(self) -> list[str]:
        """Who has an open task, by name."""
        return sorted(t.name for t in self.case.tasks if t.state == "open")

    def offers(self, who: str) -> dict[str, Offer]:
        return {o.act: o for o in offers(self.machine, self.case, self.person(who), self.facts())}

    def open_to(self, who: str) -> set[str]:
        return {name for name, offer in self.offers(who).items() if offer.enabled}

    def path(self) -> list[str]:
        """The entries so far, as `act step>to`."""
        name = self.machine.steps | {s.id: s.step for s in self.machine.spots.values()}
        return [
            f"{e.act} {name[e.step].name}" + (f">{name[e.to_step].name}" if e.to_step else "")
            for d in self.said
            for e in d.entries
        ]
