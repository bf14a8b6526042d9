"""What an approval is: steps, who acts in them, where each act leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..diagnostics import Place
from .entity import Expr
from .text import Text


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts in a step. Exactly one of owner, role, path is set.

    owner: the requester; role + of: holders of the role in the unit at path `of` (or any unit above it; () means the
    unit of the record); path: names that lead to a link to a person. exclude: "owner" or names of earlier steps whose
    signers
    may not act here. up: of a role, how many more levels of units above the closest one are asked too, closest first;
    -1 for all the way to the top.
    """

    owner: bool = False
    role: str = ""
    of: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    up: int = 0
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Threshold:
    """How many signatures: a count, or a percentage of the signers."""

    count: int = 0
    percent: int = 0


@dataclass(frozen=True, slots=True)
class Sign:
    """When a step is decided. Defaults: one approval passes, one rejection rejects (或签)."""

    pass_when: Threshold = Threshold(count=1)
    reject_when: Threshold = Threshold(count=1)
    in_turn: bool = False
    wait_for_all: bool = False


@dataclass(frozen=True, slots=True)
class Go:
    """A transition: what a person may press in a step, and where it leads.

    id never changes; name: approve, reject, return, submit or the author's own; to: step names (more than one only for
    returns: the person picks); need: fields that must be filled, "comment" among them; when: guard; message: shown when
    the guard does not hold; set: path -> FEEL or constant, applied with the transition; run: plugin effects;
    tell: who is notified ("owner", a role, a field path).
    """

    id: str
    name: str
    title: Text
    to: tuple[str, ...]
    kind: Literal["submit", "approve", "reject", "return", "other"] = "other"
    resume: Literal["", "redo", "here"] = ""
    need: tuple[str, ...] = ()
    when: Expr | None = None
    message: Text = Text()
    set: tuple[tuple[str, Any], ...] = ()
    run: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of an automatic step: the first whose `when` holds is taken; None stands for `otherwise`."""

    to: str
    when: Expr | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """What happens when a visit of a step lasts longer than `after` (`3d` school days, `4h`, `5cd` calendar days)."""

    after: str
    do: Literal["remind", "escalate", "finish"]
    to: Who | None = None
    go: str = ""
    repeat: str = ""
    times: int = 1
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Step:
    """A place where a case stands.

    Exactly one of: `by` (people act), `auto` (branches, nobody acts), `parallel` (named inner steps), `end`.
    edit: fields that whoever acts here may change; due: duration until the visit counts as late.
    """

    id: str
    name: str
    title: Text
    by: Who | None = None
    if_nobody: Who | Literal["", "pass", "return", "admin"] = ""
    same_as_before: Literal["", "skip"] = ""
    sign: Sign = Sign()
    edit: tuple[str, ...] = ()
    may: frozenset[str] = frozenset()
    go: tuple[Go, ...] = ()
    auto: tuple[Branch, ...] = ()
    parallel: tuple[Step, ...] = ()
    join: Sign = Sign()
    when: Expr | None = None  # a parallel branch that is started only if this holds
    due: str = ""
    after: tuple[Later, ...] = ()
    end: Literal["", "ok", "failed"] = ""
    tell: tuple[str, ...] = ()
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Whether and until when the requester may take a request back, and the step it returns to."""

    until: Literal["first_signature", "end"] = "first_signature"
    to: str = ""


@dataclass(frozen=True, slots=True)
class Workflow:
    """An approval over records of entity `of`.

    start: name of the first step; one_open_case_per: path whose value may have only one open case; state: the field
    of the record that mirrors the step (may be ""); messages: rule -> text, checked at submit.
    """

    id: str
    name: str
    of: str
    title: Text
    start: str
    steps: tuple[Step, ...]
    form: str = ""
    one_open_case_per: tuple[str, ...] = ()
    withdraw: Withdraw | None = None
    cancel: Who | None = None
    cancel_need: tuple[str, ...] = ()
    rules: tuple[tuple[Expr, Text], ...] = ()
    examples: tuple[Mapping[str, Any], ...] = ()
    help: Text = Text()
    place: Place = field(default=Place(), compare=False)

    def step(self, name: str) -> Step | None:
        """The step of that name, inner steps of parallel blocks included."""
        for step in self.steps:
            if step.name == name:
                return step
            for inner in step.parallel:
                if inner.name == name:
                    return inner
        return None
