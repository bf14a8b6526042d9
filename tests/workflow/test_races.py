"""Two at the same moment: exactly one wins, the other is told, and the case is never stuck. Both databases."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any

import pytest
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.ops.act import Answer, Press, act, act_on_time, start
from shuyuan.engine.ops.cases import load_case
from shuyuan.engine.store import Store

from .office import Office, office_of

TRIALS = 1000 if os.environ.get("SHUYUAN_DEEP") else 8

OR_SIGN = """
steps:
  draft: {by: owner, go: {submit: board}}
  board: {by: {role: board}, go: {approve: done, reject: refused}, after: {1h: {do: finish, go: late}}}
  late: {by: {role: principal}, go: {approve: done}}
  done: {end: ok}
  refused: {end: failed}
withdraw: {until: first_signature, to: draft}
"""
ALL_SIGN = OR_SIGN.replace(
    "go: {approve: done, reject: refused}", "sign: {pass_when: all}, go: {approve: done, reject: refused}"
)
ONE_EACH = "one_open_case_per: student\n" + OR_SIGN


async def offices(store: Store, another: Callable[[], Any], text: str) -> tuple[Office, Office]:
    """Two workers on one database, each with its own connections."""
    office = await office_of(store, text)
    return office, office.beside(await another())


async def both(*acts: Any) -> tuple[list[Answer], list[Refused]]:
    found = await asyncio.gather(*acts, return_exceptions=True)
    for one in found:
        assert isinstance(one, Answer | Refused) or one is None, repr(one)
    return [f for f in found if isinstance(f, Answer)], [f for f in found if isinstance(f, Refused)]


async def entries(office: Office, case: int) -> list[str]:
    rows = await office.rows(f"SELECT act FROM sy_case_entry WHERE case_id = {case} ORDER BY version, id", "text")
    return [name for (name,) in rows]


async def test_of_two_approvers_exactly_one_wins(store: Store, another: Callable[[], Any]) -> None:
    first, second = await offices(store, another, OR_SIGN)
    for _ in range(TRIALS):
        case = await first.submitted()
        done, refused = await both(
            first.press("ben", case.case, "approve", case.version),
            second.press("bea", case.case, "reject", case.version),
        )
        assert (len(done), len(refused)) == (1, 1)
        assert [d.code for d in refused[0].diagnostics] == ["FLOW_021"]
        assert refused[0].diagnostics[0].args["who"] in ("ben", "bea")
        assert len([a for a in await entries(first, case.case) if a in ("approve", "reject")]) == 1
        stored = await load_case(first.store, case.case)
        assert stored is not None and stored.state.status == done[0].status and stored.state.tasks == ()


async def test_three_who_all_must_sign_at_once_all_count(store: Store, another: Callable[[], Any]) -> None:
    first, second = await offices(store, another, ALL_SIGN)
    for _ in range(TRIALS):
        case = await first.submitted()
        done, refused = await both(
            first.press("ben", case.case, "approve", case.version),
            second.press("bea", case.case, "approve", case.version),
            second.press("bob", case.case, "approve", case.version),
        )
        assert (len(done), refused) == (3, [])
        stored = await load_case(first.store, case.case)
        assert stored is not None and stored.state.status == "passed"
        assert await entries(first, case.case) == ["start", "submit", "approve", "approve", "approve"]


async def test_either_the_approver_or_the_withdrawer_wins(store: Store, another: Callable[[], Any]) -> None:
    first, second = await offices(store, another, OR_SIGN)
    for _ in range(TRIALS):
        case = await first.submitted()
        done, refused = await both(
            first.press("ben", case.case, "approve", case.version),
            second.press("sam", case.case, "withdraw", case.version),
        )
        assert (len(done), len(refused)) == (1, 1)
        assert refused[0].diagnostics[0].code == "FLOW_021"
        assert done[0].step in ("done", "draft")


async def test_either_the_clock_or_the_approver_wins(store: Store, another: Callable[[], Any]) -> None:
    first, second = await offices(store, another, OR_SIGN)
    for _ in range(TRIALS):
        case = await first.submitted()
        (visit,) = [v.number for v in (await load_case(first.store, case.case)).state.visits]  # type: ignore[union-attr]
        payload = {"case": case.case, "visit": visit, "index": 0, "round": 1, "at": first.clock.ms}
        fired, pressed = await asyncio.gather(
            act_on_time(second, payload), first.press("ben", case.case, "approve", case.version), return_exceptions=True
        )
        assert (fired is None) != isinstance(pressed, Refused), (fired, pressed)
        if fired is None:
            assert isinstance(pressed, Answer) and pressed.status == "passed"
        else:
            assert isinstance(fired, Answer) and fired.step == "late"
        stored = await load_case(first.store, case.case)
        assert stored is not None
        assert (stored.state.status == "passed") == (fired is None)
        assert len(stored.state.tasks) == (0 if fired is None else 1)


async def test_the_same_click_twice_acts_once(store: Store, another: Callable[[], Any]) -> None:
    first, second = await offices(store, another, ALL_SIGN)
    for n in range(TRIALS):
        case = await first.submitted()
        press = Press("approve", case.version, token=f"click {n}")
        done, refused = await both(
            act(first, first.actor("ben"), case.case, press), act(second, second.actor("ben"), case.case, press)
        )
        assert (len(done), refused) == (2, [])
        assert sorted(a.repeated for a in done) == [False, True]
        assert (await entries(first, case.case)).count("approve") == 1


async def test_of_two_requests_for_the_same_student_one_begins(store: Store, another: Callable[[], Any]) -> None:
    first, second = await offices(store, another, ONE_EACH)
    for _ in range(TRIALS):
        one, two = await first.request(), await first.request()
        done, refused = await both(
            start(first, first.actor("sam"), "w", one, act="submit"),
            start(second, second.actor("sam"), "w", two, act="submit"),
        )
        assert (len(done), len(refused)) == (1, 1)
        assert refused[0].diagnostics[0].code == "FLOW_022"
        assert refused[0].detail == {"case": done[0].case}
        await first.press("ben", done[0].case, "approve")


@pytest.mark.parametrize("count", [12])
async def test_a_crowd_on_one_case_leaves_one_decision(store: Store, another: Callable[[], Any], count: int) -> None:
    first, second = await offices(store, another, OR_SIGN)
    case = await first.submitted()
    acts = [(first, second)[n % 2].press(("ben", "bea", "bob")[n % 3], case.case, "approve") for n in range(count)]
    done, refused = await both(*acts)
    assert len(done) == 1
    assert len(refused) == count - 1
