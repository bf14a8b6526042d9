"""What follows from acts, stated case by case in cases.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from .flows import World, machine_of

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))


def played(case: dict[str, Any]) -> World:
    world = World(machine_of(case["flow"]), case["people"], values=dict(case.get("values", {})))
    assert world.start() == ()
    for act in case["acts"]:
        if isinstance(act, dict):
            world.tick(act["tick"], act.get("asleep", False))
            continue
        who, name, *more = act
        options = dict(more[0]) if more else {}
        refused = tuple(options.pop("refused", ()))
        assert world.do(who, name, **options) == refused, f"{who} {name}"
    return world


def told(world: World) -> list[str]:
    names = {account: name for name, account in world.accounts.items()}
    return [f"{n.kind}: {' '.join(names[a] for a in n.accounts)}" for d in world.said for n in d.notices]


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_case(case: dict[str, Any]) -> None:
    world = played(case)
    if "step" in case:
        assert world.step == case["step"]
    if "status" in case:
        assert world.case.status == case["status"]
    if "asked" in case:
        assert world.asked() == case["asked"]
    if "path" in case:
        assert world.path() == case["path"]
    if "told" in case:
        assert told(world) == case["told"]
    if "sets" in case:
        assert [f"{'.'.join(p)} {v}" for d in world.said for p, v in d.sets] == case["sets"]
    if "effects" in case:
        assert [f"{e.key} {e.name}" for d in world.said for e in d.effects] == case["effects"]
    if "auto" in case:
        assert [e.auto for d in world.said for e in d.entries if e.auto] == case["auto"]
