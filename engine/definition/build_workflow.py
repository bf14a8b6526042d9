"""Nodes -> workflow: short spellings are written out, names of buttons get their usual meaning and title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from ..model import Branch, Expr, Go, Later, Sign, Step, Text, Threshold, Who, Withdraw, Workflow
from . import take
from .identity import Known
from .node import Node
from .tables_workflow import GO_KINDS, MAY

GoKind = Literal["submit", "approve", "reject", "return", "other"]

#: Titles of buttons that need none of their own.
TITLES: Mapping[str, Text] = {
    "submit": Text("提交", "Submit"),
    "approve": Text("同意", "Approve"),
    "reject": Text("驳回", "Reject"),
    "return": Text("退回", "Return"),
    "done": Text("办结", "Done"),
}
_NOBODY = Known("")
_ALL = Threshold(percent=100)


def build_workflow(node: Node, known: Known) -> Workflow:
    """The workflow written at `node`."""
    steps = node.get("steps")
    cancel = node.get("cancel")
    messages = node.get("messages")
    examples = node.get("examples")
    built = tuple(_step(name, n, known.parts) for name, n in steps.entries.items() if n.kind == "map") if steps else ()
    return Workflow(
        id=known.id,
        name=take.string(node, "workflow"),
        of=take.name(node, "for"),
        title=take.text(node, "title"),
        start=take.name(node, "start") or (built[0].name if built else ""),
        steps=built,
        form=take.name(node, "form"),
        one_open_case_per=take.path(node, "one_open_case_per"),
        withdraw=_withdraw(node.get("withdraw")),
        cancel=_who(cancel.get("by")) if cancel else None,
        cancel_need=take.names(cancel, "need"),
        rules=tuple((Expr(c, t.key_place), take.text_at(t)) for c, t in messages.entries.items()) if messages else (),
        examples=tuple(take.frozen(n) for n in examples.items if n.kind == "map") if examples else (),
        help=take.text(node, "help"),
        place=node.key_place,
    )


def _withdraw(node: Node | None) -> Withdraw | None:
    if node is None or node.kind != "map":
        return None
    return Withdraw("end" if take.string(node, "until") == "end" else "first_signature", take.name(node, "to"))


def _step(name: str, node: Node, known: Mapping[str, Known]) -> Step:
    own = known.get(name, _NOBODY)
    go, inner, after = node.get("go"), node.get("parallel"), node.get("after")
    end = take.string(node, "end")
    return Step(
        id=own.id,
        name=name,
        title=take.text(node, "title") or Text(name),
        by=_who(node.get("by")),
        if_nobody=_if_nobody(node.get("if_nobody")),
        same_as_before="skip" if take.string(node, "same_as_before") == "skip" else "",
        sign=_sign(node.get("sign")),
        edit=take.names(node, "edit"),
        may=frozenset(m for m in take.names(node, "may") if m in MAY),
        go=tuple(_go(n, g, own.parts) for n, g in go.entries.items()) if go else (),
        auto=_auto(node),
        parallel=tuple(_step(n, s, known) for n, s in inner.entries.items() if s.kind == "map") if inner else (),
        join=_join(node.get("join")) if inner else Sign(),
        when=take.feel(node, "when"),
        due=take.string(node, "due"),
        after=tuple(_later(d, n) for d, n in after.entries.items() if n.kind == "map") if after else (),
        end=cast(Literal["", "ok", "failed"], end if end in ("ok", "failed") else ""),
        tell=take.names(node, "tell"),
        place=node.key_place,
    )


def _who(node: Node | None) -> Who | None:
    if node is None:
        return None
    if node.kind == "scalar":
        return Who(owner=True, place=node.place) if node.text == "owner" else None
    return Who(
        owner=take.flag(node, "owner"),
        role=take.name(node, "role"),
        of=take.path(node, "of"),
        path=take.path(node, "field"),
        exclude=take.names(node, "not"),
        up=_up(take.string(node, "up")),
        place=node.place,
    )


def _up(written: str) -> int:
    return -1 if written == "all" else int(written) if written.isdecimal() else 0


def _if_nobody(node: Node | None) -> Who | Literal["", "pass", "return", "admin"]:
    if node is None:
        return ""
    if node.kind == "scalar":
        word = node.text if node.text in ("pass", "return", "admin") else ""
        return cast(Literal["", "pass", "return", "admin"], word)
    return _who(node) or ""


def _threshold(written: str, usual: Threshold) -> Threshold:
    if written in ("all", "all_started"):
        return _ALL
    digits = written.removesuffix("%")
    if not digits.isdecimal():
        return usual
    return Threshold(percent=int(digits)) if written.endswith("%") else Threshold(count=int(digits))


def _sign(node: Node | None) -> Sign:
    one = Threshold(count=1)
    return Sign(
        _threshold(take.string(node, "pass_when"), one),
        _threshold(take.string(node, "reject_when"), one),
        take.flag(node, "in_turn"),
        take.flag(node, "wait_for_all"),
    )


def _join(node: Node | None) -> Sign:
    """All branches that were started must agree, one refusal refuses, the others are cancelled then."""
    passed = _threshold(take.string(node, "pass_when"), _ALL)
    refused = _threshold(take.string(node, "reject_when"), Threshold(count=1))
    return Sign(passed, refused, wait_for_all=take.string(node, "on_reject") == "wait")


def _go(name: str, node: Node, known: Mapping[str, Known]) -> Go:
    is_map = node.kind == "map"
    source = node if is_map else None
    written = take.string(source, "kind")
    resume = take.string(source, "resume")
    set_ = source.get("set") if source else None
    usual = TITLES.get(name, Text(name))
    return Go(
        id=known.get(name, _NOBODY).id,
        name=name,
        title=take.text(source, "title") or usual,
        to=take.names(source, "to") if is_map else ((node.text,) if node.text else ()),
        kind=cast(GoKind, written if written in GO_KINDS else usual_kind(name)),
        resume=cast(Literal["", "redo", "here"], resume if resume in ("redo", "here") else ""),
        need=take.names(source, "need"),
        when=take.feel(source, "when"),
        message=take.text(source, "message"),
        set=tuple((path, _assigned(value)) for path, value in set_.entries.items()) if set_ else (),
        run=take.names(source, "run"),
        tell=take.names(source, "tell"),
        place=node.key_place,
    )


def _assigned(node: Node) -> Any:
    return take.assigned(node)


def usual_kind(name: str) -> GoKind:
    """What a button means by its name: submit, approve, reject, return; `done` approves."""
    if name in ("submit", "approve", "reject", "return"):
        return cast(GoKind, name)
    return "approve" if name == "done" else "other"


def _auto(node: Node) -> tuple[Branch, ...]:
    found = node.get("auto")
    lines = tuple(n for n in found.items if n.kind == "map") if found else ()
    return tuple(Branch(take.name(n, "to"), take.feel(n, "when")) for n in lines)


def _later(after: str, node: Node) -> Later:
    do = take.string(node, "do", "remind")
    times = node.get("times")
    return Later(
        after=after,
        do=cast(Literal["remind", "escalate", "finish"], do if do in ("remind", "escalate", "finish") else "remind"),
        to=_who(node.get("to")),
        go=take.name(node, "go"),
        repeat=take.string(node, "repeat"),
        times=times.value if times and type(times.value) is int else 1,
        place=node.place,
    )
