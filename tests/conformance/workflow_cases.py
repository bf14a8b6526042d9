"""Runs published statechart and soundness cases: anything that reads the same JSON can be fed to it.

`python tests/conformance/workflow_cases.py FILE` prints one line per failing case and the number that passed.
"""

from __future__ import annotations

import heapq
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from shuyuan.engine.workflow.chart import Move, Node, Where, compiled
from shuyuan.engine.workflow.running import Host, Run, signal, start
from shuyuan.engine.workflow.sound import Graph
from shuyuan.engine.workflow.sound import soundness as examined

PROCESSOR = "http://www.w3.org/TR/scxml/#SCXMLEventProcessor"


class Fault(Exception):
    """An expression or content of a case that cannot be evaluated: becomes the signal `error.execution`."""


class Model(Host):
    """The data model of the cases: variables, Python-like expressions, a clock that jumps from delay to delay."""

    def __init__(self) -> None:
        self.vars: dict[str, Any] = {}
        self.outside: list[tuple[float, int, str, str]] = []
        self.now = 0.0
        self.sent = 0
        self.raised: set[str] = set()

    def value(self, text: str, run: Run | None) -> Any:
        name = run.signal if run else ""
        told = SimpleNamespace(name=name, type="internal", sendid="", origin="", origintype="", invokeid="", data=None)
        if name not in self.raised:
            told.origin, told.origintype, told.type = "#_scxml", PROCESSOR, "external"
        known: dict[str, Any] = {
            "true": True,
            "false": False,
            "In": run.inside if run else lambda _: False,
            "_event": told if name else None,
            **self.vars,
        }
        try:
            return eval(compile(text.strip(), "case", "eval"), {"__builtins__": {"hasattr": hasattr}}, known)
        except Exception as fault:
            raise Fault(text) from fault

    def holds(self, when: object, run: Run) -> bool:
        try:
            return bool(self.value(str(when), run))
        except Fault:
            run.raise_("error.execution")
            return False

    def perform(self, content: object, run: Run) -> None:
        """A content is one block: a fault ends the block, not the run."""
        assert isinstance(content, tuple)
        try:
            for part in content:
                self.part(part, run)
        except Fault:
            run.raise_("error.execution")

    def part(self, part: Mapping[str, Any], run: Run) -> None:
        if "raise" in part:
            self.raised.add(part["raise"])
            run.raise_(part["raise"])
        elif "assign" in part:
            if part["assign"] not in self.vars:
                raise Fault(part["assign"])
            self.vars[part["assign"]] = self.value(part["expr"], run)
        elif "send" in part:
            self.send(part, run)
        elif "cancel" in part:
            self.outside = [o for o in self.outside if o[3] != part["cancel"]]
            heapq.heapify(self.outside)
        elif "if" in part:
            for when, parts in part["if"]:
                if when in (None, "", "else") or self.holds(when, run):
                    for inner in parts:
                        self.part(inner, run)
                    return

    def send(self, part: Mapping[str, Any], run: Run) -> None:
        if part.get("target") == "#_internal":
            self.raised.add(part["send"])
            run.raise_(part["send"])
            return
        self.sent += 1
        heapq.heappush(
            self.outside, (self.now + seconds(part.get("delay")), self.sent, part["send"], part.get("id", ""))
        )


def seconds(delay: str | None) -> float:
    """`2s`, `500ms` or nothing."""
    if not delay:
        return 0.0
    return float(delay[:-2]) / 1000 if delay.endswith("ms") else float(delay.rstrip("s"))


def node_of(found: Mapping[str, Any], number: list[int]) -> Node:
    """A state of a case as a node of the core."""
    number[0] += 1
    first = found.get("initial_transition") or {}
    return Node(
        id=found.get("id") or f"#{number[0]}",
        kind="state" if found["kind"] == "scxml" else found["kind"],
        children=tuple(node_of(s, number) for s in found.get("states", ())),
        moves=tuple(move_of(t) for t in found.get("transitions", ())),
        enter=tuple(tuple(block) for block in found.get("entry", ())),
        leave=tuple(tuple(block) for block in found.get("exit", ())),
        initial=tuple(found.get("initial") or first.get("target", ())),
        initial_do=(tuple(first["do"]),) if first.get("do") else (),
        deep=bool(found.get("deep")),
    )


def move_of(found: Mapping[str, Any]) -> Move:
    """A transition of a case as a move of the core."""
    return Move(
        on=tuple(found.get("event", ())),
        when=found.get("cond"),
        to=tuple(found.get("target", ())),
        do=(tuple(found["do"]),) if found.get("do") else (),
        inside=found.get("type") == "internal",
    )


def declare(host: Model, found: Mapping[str, Any]) -> Iterator[str]:
    """Variables of the whole chart exist from the start (early binding); a faulty one gives a signal and no value."""
    for name, text in found.get("data", {}).items():
        host.vars[name] = None
        try:
            host.vars[name] = host.value(text, None) if text is not None else None
        except Fault:
            yield "error.execution"
    for inner in found.get("states", ()):
        yield from declare(host, inner)


def outcome(case: Mapping[str, Any]) -> tuple[str, ...]:
    """The atomic states a case ends in after all delayed signals have elapsed."""
    host = Model()
    faults = tuple(declare(host, case["chart"]))
    chart = compiled(node_of(case["chart"], [0]))
    where: Where = start(chart, host, faults)
    while host.outside and not chart.ended(where):
        host.now, _, name, _ = heapq.heappop(host.outside)
        where = signal(chart, host, where, name)
    return chart.names(where)


#: What can be said of a graph.
WORDS = ("safe", "option_to_complete", "proper_completion", "no_dead", "states")


def statechart(case: Mapping[str, Any]) -> str:
    """The id of the final state a case ends in; several atomic states with commas between them."""
    return ",".join(outcome(case))


def soundness(case: Mapping[str, Any]) -> dict[str, Any]:
    """What the checker says of a graph: to each word of `expect`, or all it knows where nothing is expected."""
    found = examined(Graph(case["nodes"], tuple((a, b) for a, b in case["edges"])))
    return {name: getattr(found, name) for name in case.get("expect") or WORDS}


def failures(path: Path) -> tuple[int, list[str]]:
    """The number of cases in the file and what went wrong, one line each."""
    found = json.loads(path.read_text(encoding="utf-8"))["cases"]
    wrong = []
    for case in found:
        if "chart" in case:
            ended = statechart(case)
            if ended != case.get("expect", "pass"):
                wrong.append(f"{case['id']}: ended in {ended or 'nothing'}")
        elif (said := soundness(case)) != case["expect"]:
            wrong.append(f"{case['id']}: {said} instead of {case['expect']}")
    return len(found), wrong


if __name__ == "__main__":
    for given in sys.argv[1:]:
        total, lines = failures(Path(given))
        print(*lines, f"{total - len(lines)} of {total} passed", sep="\n")
