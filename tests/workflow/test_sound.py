"""Graphs with published verdicts, and what holds for graphs built from blocks."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shuyuan.engine.workflow.sound import Graph, soundness

CASES = run_path(str(Path(__file__).parents[1] / "conformance" / "workflow_cases.py"))
SHARED = Path(os.environ.get("SHUYUAN_SHARED", Path(__file__).parents[2].parent / "shared"))


def test_all_published_graphs_get_their_verdict() -> None:
    path = SHARED / "data" / "workflow" / "soundness-graphs.json"
    if not path.exists():
        pytest.skip(f"the published graphs are not at {path}; set SHUYUAN_SHARED")
    total, wrong = CASES["failures"](path)
    assert wrong == []
    assert total >= 6


def graph(text: str) -> Graph:
    """`a>b a>c`: kinds follow from the first letter: s start, t task, x xor, a and, e end."""
    kinds: dict[str, Any] = {"s": "start", "t": "task", "x": "xor", "a": "and", "e": "end"}
    edges = tuple((p.split(">")[0], p.split(">")[1]) for p in text.split())
    return Graph({n: kinds[n[0]] for edge in edges for n in edge}, edges)


GOOD = "s>a1 a1>t1 a1>t2 t1>a2 t2>a2 a2>e"


def test_a_split_that_is_joined_is_sound() -> None:
    found = soundness(graph(GOOD))
    assert found.sound is True
    assert found.ways == {} and found.states == 7


def test_a_join_after_a_choice_waits_for_ever_and_the_way_there_is_shown() -> None:
    found = soundness(graph("s>x1 x1>t1 x1>t2 t1>a t2>a a>e"))
    assert (found.option_to_complete, found.safe, found.no_dead) == (False, True, True)
    assert found.ways["option_to_complete"] == ("x1", "t1")


def test_a_split_that_is_only_merged_reaches_the_end_twice() -> None:
    found = soundness(graph("s>a1 a1>t1 a1>t2 t1>x t2>x x>e"))
    assert (found.safe, found.proper_completion, found.option_to_complete) == (False, False, True)
    assert set(found.ways["safe"]) == {"a1", "t1", "t2", "x"}


def test_a_loop_with_a_way_out_is_sound() -> None:
    assert soundness(graph("s>x1 x1>t1 t1>x2 x2>x1 x2>e")).sound is True


def test_a_loop_without_a_way_out_never_completes() -> None:
    found = soundness(graph("s>x1 x1>t1 t1>x1"))
    assert found.option_to_complete is False


def test_a_task_nothing_leads_to_is_dead() -> None:
    found = soundness(graph("s>t1 t1>e t9>e"))
    assert (found.no_dead, found.dead) == (False, ("t9",))


def test_too_many_states_are_not_proven() -> None:
    wide = " ".join(["s>a1", *(f"a1>t{n} t{n}>a2" for n in range(12)), "a2>e"])
    found = soundness(graph(wide), most=500)
    assert found.sound is None
    assert soundness(graph(wide)).sound is True


Edges = list[tuple[Any, Any]]


@st.composite
def blocks(draw: st.DrawFn, fresh: Any = None, depth: int = 3) -> Edges:
    """A block as edges that begin with one from None (its entry) and end with one to True (its exit)."""
    fresh = fresh or count()
    kind = draw(st.sampled_from(["task", "task", "choice", "split", "row"])) if depth else "task"
    if kind == "task":
        name = f"t{next(fresh)}"
        return [(None, name), (name, True)]
    inner = [draw(blocks(fresh, depth - 1)) for _ in range(draw(st.integers(2, 3)))]
    if kind == "row":
        return row(inner, fresh)
    letter = "x" if kind == "choice" else "a"
    first, last = f"{letter}{next(fresh)}", f"{letter}{next(fresh)}"
    between = [(first if a is None else a, last if b is True else b) for block in inner for a, b in block]
    return [(None, first), *between, (last, True)]


def row(inner: list[Edges], fresh: Any) -> Edges:
    """One block after the other."""
    edges: Edges = []
    entry: Any = None
    for i, block in enumerate(inner):
        leave: Any = True if i == len(inner) - 1 else f"x{next(fresh)}"
        edges += [(entry if a is None else a, leave if b is True else b) for a, b in block]
        entry = leave
    return edges


def whole(block: Edges) -> Graph:
    return graph(" ".join(f"{'s' if a is None else a}>{'e' if b is True else b}" for a, b in block))


@settings(max_examples=40, deadline=None)
@given(blocks())
def test_whatever_is_built_from_blocks_is_sound(block: Edges) -> None:
    assert soundness(whole(block), most=3_000).sound in (True, None)


@settings(max_examples=40, deadline=None)
@given(blocks(), st.data())
def test_a_split_joined_by_a_merge_is_never_called_sound(block: Edges, data: st.DataObject) -> None:
    joins = sorted({b for _, b in block if isinstance(b, str) and b[0] == "a" and sum(t == b for _, t in block) > 1})
    if not joins:
        return
    one = data.draw(st.sampled_from(joins))
    swapped = [(f"x{a}" if a == one else a, f"x{b}" if b == one else b) for a, b in block]
    found = soundness(whole(swapped), most=3_000)
    assert found.sound is not True
