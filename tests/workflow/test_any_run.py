"""What holds for every workflow, every crowd and every order of acts."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import orjson
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from shuyuan.engine.workflow import SIDE, Decision, Person, decide, offers, packed, predict, unpacked

from .flows import World, machine_of

RUNS = 1500 if os.environ.get("SHUYUAN_DEEP") else 60
PHASES = [Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if os.environ.get("SHUYUAN_DEEP") else [])]
PEOPLE = ["owner", "ann", "bob", "cat", "dan", "root"]
ROLES = ["a", "b", "c"]
SIDES = sorted(set(SIDE) - {"withdraw", "cancel", "assign", "answer"})

thresholds = st.sampled_from([1, 2, 3, "50%", "60%", "100%"])
signs = st.fixed_dictionaries(
    {"pass_when": thresholds, "reject_when": thresholds},
    optional={"in_turn": st.booleans(), "wait_for_all": st.booleans()},
)


@st.composite
def whos(draw: st.DrawFn, earlier: list[str]) -> dict[str, Any]:
    who: dict[str, Any] = {"role": draw(st.sampled_from(ROLES))}
    barred = draw(st.lists(st.sampled_from(["owner", *earlier]), max_size=1))
    return who | ({"not": barred} if barred else {})


@st.composite
def gos(draw: st.DrawFn, later: list[str], earlier: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"approve": {"to": draw(st.sampled_from(later))}}
    if draw(st.booleans()):
        found["approve"]["when"] = "flag = true"
    if draw(st.booleans()):
        found["approve"]["set"] = {"flag": draw(st.booleans())}
    if draw(st.booleans()):
        found["approve"]["need"] = draw(st.lists(st.sampled_from(["comment", "note"]), unique=True))
    if draw(st.booleans()):
        found["reject"] = {"to": "refused", "need": draw(st.sampled_from([[], ["comment"]]))}
    if draw(st.booleans()):
        to = draw(st.lists(st.sampled_from(["draft", *earlier]), min_size=1, max_size=3, unique=True))
        found["return"] = {"to": to, "resume": draw(st.sampled_from(["redo", "here"]))}
    return found


@st.composite
def afters(draw: st.DrawFn, later: list[str]) -> dict[str, Any]:
    kinds = {
        "1h": {"do": "remind", "repeat": "1h", "times": 2},
        "2h": {"do": "escalate", "to": {"role": draw(st.sampled_from(ROLES))}},
        "3h": {"do": "finish", "go": draw(st.sampled_from(["approve", draw(st.sampled_from(later))]))},
    }
    return {k: kinds[k] for k in draw(st.lists(st.sampled_from(sorted(kinds)), unique=True))}


@st.composite
def people_steps(draw: st.DrawFn, later: list[str], earlier: list[str], inner: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {
        "by": draw(whos([] if inner else [e for e in earlier if not e.startswith("auto")])),
        "sign": draw(signs),
        "may": draw(st.lists(st.sampled_from(SIDES), unique=True)),
        "edit": draw(st.sampled_from([[], ["note"]])),
        "after": draw(afters(later)),
    }
    nobody = draw(st.sampled_from(["", "pass", "return", "admin", "c"]))
    if nobody:
        found["if_nobody"] = {"role": "c"} if nobody == "c" else nobody
    if draw(st.booleans()):
        found["same_as_before"] = "skip"
    if inner:
        found["after"].pop("3h", None)
        if draw(st.booleans()):
            found["when"] = "flag = true"
        return found
    return found | {"go": draw(gos(later, earlier))}


@st.composite
def flows(draw: st.DrawFn) -> str:
    kinds = draw(st.lists(st.sampled_from(["step", "step", "auto", "block"]), min_size=1, max_size=4))
    names = [f"{kind}{i}" for i, kind in enumerate(kinds)]
    steps: dict[str, Any] = {"draft": {"by": "owner", "edit": ["note", "flag"], "go": {"submit": names[0]}}}
    for i, name in enumerate(names):
        later = [*names[i + 1 :], "done"]
        earlier = [n for n in names[:i] if not n.startswith("auto")]
        if name.startswith("auto"):
            lines = [{"when": "flag = true", "to": draw(st.sampled_from(later))}, {"to": draw(st.sampled_from(later))}]
            steps[name] = {"auto": lines}
        elif name.startswith("step"):
            steps[name] = draw(people_steps(later, earlier))
        else:
            inner = {
                f"{name}{x}": draw(people_steps(later, earlier, inner=True)) for x in "xyz"[: draw(st.integers(1, 3))]
            }
            join = draw(signs)
            join.pop("in_turn", None)
            go = draw(gos(later, earlier))
            steps[name] = {"parallel": inner, "join": join, "go": go, "may": ["comment"], "after": draw(afters(later))}
    steps |= {"done": {"end": "ok"}, "refused": {"end": "failed", "tell": ["owner"]}}
    flow: dict[str, Any] = {"fields": ["flag", "note"], "mirror": "state", "steps": steps}
    if draw(st.booleans()):
        flow["withdraw"] = {
            "until": draw(st.sampled_from(["first_signature", "end"])),
            "to": draw(st.sampled_from(["", "draft"])),
        }
    if draw(st.booleans()):
        flow["cancel"] = {"by": {"role": "c"}}
    return yaml.safe_dump(flow, sort_keys=False)


crowds = st.fixed_dictionaries({r: st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3) for r in ROLES}).flatmap(
    lambda found: st.sampled_from([found, {**found, "admin": ["root"]}])
)


def given_along(offer: Any, world: World) -> dict[str, Any]:
    """What a person who was shown the button would fill in."""
    more: dict[str, Any] = {"comment": "x", "task": offer.task}
    if "note" in offer.needs:
        more["values"] = {"note": "filled"}
    if offer.targets:
        more["to"] = offer.targets[-1].name
    if "people" in offer.needs:
        more["people"] = [f"new{world.now}"]
    return more


def check_buttons(world: World, who: str) -> list[Any]:
    """Shown exactly when it works; everything else has a reason. Gives the acts that are open."""
    facts = world.facts()
    found = world.offers(who)
    enabled = []
    for offer in offers(world.machine, world.case, world.person(who), facts):
        act = world.act_of(who, offer.act, **given_along(offer, world))
        outcome = decide(world.machine, world.case, act, world.facts())
        done = isinstance(outcome, Decision)
        if offer.act == "remove_signer" and offer.enabled:
            continue  # whom to remove is one of those added, not anybody
        assert done == offer.enabled, (who, offer.act, outcome)
        assert offer.enabled or offer.reasons
        if done:
            enabled.append(offer)
    for name in {g.name for s in world.machine.spots.values() for g in s.gos} | set(SIDE):
        if name not in found:
            act = world.act_of(who, name, comment="x", people=["zoe"])
            assert not isinstance(decide(world.machine, world.case, act, world.facts()), Decision), (who, name)
    return enabled


def check_state(world: World) -> None:
    """A declared state, tasks where people act, nothing left over at the end, and it survives being stored."""
    case, machine = world.case, world.machine
    assert case.step in machine.steps
    assert set(case.active) <= set(machine.chart.ids)
    opened = {t.id: t for d in world.said for t in d.opened}
    ended = [t.id for d in world.said for t in d.closed] + [
        t.id for t in opened.values() if t.state not in ("open", "waiting")
    ]
    assert len(ended) == len(set(ended)), "a task ended twice"
    assert set(opened) == {*ended, *(t.id for t in case.tasks)}, "a task was lost"
    assert (
        replace(unpacked(replace(case, active=()), orjson.loads(orjson.dumps(packed(case)))), active=case.active)
        == case
    )
    if case.status != "open":
        assert case.tasks == () and case.visits == ()
        return
    spots = machine.active(case.active)
    assert spots
    admins = "admin" in world.holders
    for spot in spots:
        visit = case.visit(spot.id)
        assert visit is not None
        mine = [t for t in case.tasks if t.visit == visit.number]
        assert any(t.state == "open" for t in mine) or not mine
        barred = {"owner", "root"} if admins else set()
        assert mine or not admins or barred, "nobody is asked although somebody could be"
    assert {t.visit for t in case.tasks} <= {v.number for v in case.visits}


@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(flow=flows(), crowd=crowds, data=st.data())
def test_no_run_leaves_declared_states_loses_a_task_or_shows_a_button_that_fails(
    flow: str, crowd: dict[str, list[str]], data: st.DataObject
) -> None:
    world = World(machine_of(flow), crowd, values={"flag": data.draw(st.booleans())})
    for name in [*PEOPLE, "zoe"]:
        world.person(name)
    if world.start():
        return
    for _ in range(12):
        check_state(world)
        predict(world.machine, world.case, world.facts())
        if world.case.status != "open":
            break
        found = [(who, offer) for who in PEOPLE for offer in check_buttons(world, who)]
        move = data.draw(st.integers(0, len(found) + 1))
        if move >= len(found):
            world.tick(1.5)
            continue
        who, offer = found[move]
        assert world.do(who, offer.act, **given_along(offer, world)) == ()
    check_state(world)


def test_the_person_of_an_offer_is_whoever_looks() -> None:
    world = World(machine_of("steps: {draft: {by: owner, go: {submit: done}}, done: {end: ok}}"), {})
    world.start()
    assert isinstance(world.person("owner"), Person)
    assert world.open_to("owner") == {"submit"}
