"""The statechart core: published cases, and what its selection rules promise."""

from __future__ import annotations

import os
from pathlib import Path
from runpy import run_path

import pytest
from shuyuan.engine.workflow.chart import Move, Node, compiled
from shuyuan.engine.workflow.running import Endless, Run, signal, start

failures = run_path(str(Path(__file__).parents[1] / "conformance" / "workflow_cases.py"))["failures"]
SHARED = Path(os.environ.get("SHUYUAN_SHARED", Path(__file__).parents[2].parent / "shared"))


class Trace:
    """A host whose conditions are booleans and whose contents are written down."""

    def __init__(self) -> None:
        self.seen: list[object] = []

    def holds(self, when: object, run: Run) -> bool:
        return bool(when)

    def perform(self, content: object, run: Run) -> None:
        self.seen.append(content)


def state(name: str, *moves: Move, kind: str = "state", children: tuple[Node, ...] = (), **more: object) -> Node:
    return Node(name, kind, children, moves, (f"+{name}",), (f"-{name}",), **more)  # type: ignore[arg-type]


def test_all_published_statechart_cases_pass() -> None:
    path = SHARED / "data" / "workflow" / "statecharts.json"
    if not path.exists():
        pytest.skip(f"the published cases are not at {path}; set SHUYUAN_SHARED")
    total, wrong = failures(path)
    assert wrong == []
    assert total >= 36


def test_states_are_left_inner_first_and_entered_outer_first() -> None:
    inner = state("a", children=(state("a1", Move(on=("go",), to=("b2",))),))
    other = state("b", children=(state("b1"), state("b2")))
    chart, host = compiled(state("root", children=(inner, other))), Trace()
    where = start(chart, host)
    host.seen.clear()
    where = signal(chart, host, where, "go")
    assert host.seen == ["-a1", "-a", "+b", "+b2"]
    assert chart.names(where) == ("b2",)


def test_an_inner_transition_wins_over_an_outer_one() -> None:
    inner = state("a1", Move(on=("go",), to=("a2",)))
    outer = state("a", Move(on=("go",), to=("b",)), children=(inner, state("a2")))
    chart, host = compiled(state("root", children=(outer, state("b")))), Trace()
    assert chart.names(signal(chart, host, start(chart, host), "go")) == ("a2",)


def test_a_position_survives_being_written_down_by_name() -> None:
    block = state("p", kind="parallel", children=(state("x", children=(state("x1"),)), state("y")))
    chart, host = compiled(state("root", children=(block,))), Trace()
    where = start(chart, host)
    assert chart.where(chart.names(where)) == where


def test_a_chart_that_runs_in_circles_is_stopped() -> None:
    chart = compiled(state("root", children=(state("a", Move(to=("b",))), state("b", Move(to=("a",))))))
    with pytest.raises(Endless):
        start(chart, Trace())


def test_two_states_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="share an id"):
        compiled(state("root", children=(state("a"), state("a"))))
