"""Examples of workflows are played with made-up people; those of the shipped packs all work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from shuyuan.engine.definition import load, shipped, shipped_packs
from shuyuan.engine.diagnostics import words
from shuyuan.engine.model import Model
from shuyuan.engine.workflow import compile_flow, failing_examples, predict, rehearsal

from .office import LEAVE, model_of


def shipped_models() -> dict[str, Model]:
    found = {}
    for name in shipped_packs():
        documents, problems = shipped(name)
        loaded = load(documents)
        assert problems == () and loaded.model is not None
        found[name] = loaded.model
    return found


MODELS = shipped_models()
FLOWS = [(pack, name) for pack, model in MODELS.items() for name in model.workflows]


@pytest.mark.parametrize(("pack", "name"), FLOWS)
def test_every_example_of_a_shipped_workflow_works(pack: str, name: str) -> None:
    flow = compile_flow(MODELS[pack], MODELS[pack].workflows[name])
    assert flow.workflow.examples
    assert [words(d, "en").what for d in failing_examples(flow)] == []


@pytest.mark.parametrize(("pack", "name"), FLOWS)
def test_the_way_ahead_of_a_shipped_workflow_reaches_an_end(pack: str, name: str) -> None:
    flow = compile_flow(MODELS[pack], MODELS[pack].workflows[name])
    played = rehearsal(flow, flow.workflow.examples[0]["given"])
    assert played.begin() == ()
    assert predict(flow.machine, played.case, played.facts())[-1].end == "ok"


def flawed(example: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    model = model_of(LEAVE)
    workflow = replace(model.workflows["leave"], examples=(example,))
    return [(d.code, dict(d.args)) for d in failing_examples(compile_flow(model, workflow))]


GIVEN = {"days": 2, "reason": "ill"}


def test_a_good_example_says_nothing() -> None:
    assert flawed({"given": GIVEN, "acts": ["owner submit", "head approve"], "ends": "done"}) == []
    assert flawed({"given": {"days": 9}, "acts": ["owner submit", "board approve"], "ends": "done"}) == []
    assert flawed({"given": {"days": 9}, "acts": ["owner submit", "owner withdraw"], "ends": "draft"}) == []


def test_an_example_that_ends_elsewhere_names_both_steps() -> None:
    ((code, args),) = flawed({"given": GIVEN, "acts": ["owner submit", "head reject"], "ends": "done"})
    assert (code, args["got"], args["ends"], args["number"]) == ("FLOW_039", "refused", "done", 1)


@pytest.mark.parametrize(
    "acts",
    [["owner submit", "board approve"], ["head approve"], ["owner submit", "head explode"], ["nobody submit"], [""]],
)
def test_an_example_with_an_impossible_act_names_it(acts: list[str]) -> None:
    ((code, args),) = flawed({"given": GIVEN, "acts": acts, "ends": "done"})
    assert code == "FLOW_038"
    assert args["act"] == acts[-1]
    assert args["why"].zh and args["why"].en
