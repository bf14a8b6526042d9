"""Who stands in for whom, and taking over from somebody who left."""

from __future__ import annotations

import pytest
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.ops.cases import all_tasks, inbox
from shuyuan.engine.ops.standing import proxies_of, stand_down, stand_in, take_over
from shuyuan.engine.store import Store, Update
from shuyuan.engine.store.tables import ACCOUNT
from shuyuan.engine.workflow import because

from .office import Office, office_of

DAY = 86_400_000


@pytest.fixture
async def office(store: Store) -> Office:
    return await office_of(store)


async def away(office: Office, who: str, proxy: str, days: int = 5, begin: int = 0) -> None:
    now = office.clock.ms
    await stand_in(
        office,
        office.actor(who),
        office.people[who],
        office.people[proxy],
        now + begin * DAY,
        now + (begin + days) * DAY,
    )


async def asked(office: Office, case: int) -> list[str]:
    return [t.name for t in await all_tasks(office.store, case) if t.state == "open"]


async def test_a_proxy_is_asked_instead_and_told_why(office: Office) -> None:
    await away(office, "hanna", "bea")
    answer = await office.submitted()
    assert await asked(office, answer.case) == ["bea"]
    (task,) = [t for t in await all_tasks(office.store, answer.case) if t.state == "open"]
    assert because(task.reason).zh == "class的head；hanna不在，由其代理"
    assert (await office.press("bea", answer.case, "approve")).status == "passed"


async def test_before_and_after_the_dates_the_person_is_asked(office: Office) -> None:
    await away(office, "hanna", "bea", days=2, begin=1)
    first = await office.submitted()
    assert await asked(office, first.case) == ["hanna"]
    await office.press("hanna", first.case, "approve")
    office.clock.move(days=1)
    second = await office.submitted()
    assert await asked(office, second.case) == ["bea"]
    await office.press("bea", second.case, "approve")
    office.clock.move(days=2)
    assert await asked(office, (await office.submitted()).case) == ["hanna"]


async def test_a_proxy_of_a_proxy_is_followed_and_a_circle_is_not(office: Office) -> None:
    await away(office, "hanna", "bea")
    await away(office, "bea", "bob")
    answer = await office.submitted()
    assert await asked(office, answer.case) == ["bob"]
    await office.press("bob", answer.case, "approve")
    await away(office, "bob", "hanna")
    assert await asked(office, (await office.submitted()).case) == ["hanna"]


async def test_whoever_may_not_sign_has_nobody_stand_in_and_the_next_is_asked(office: Office) -> None:
    """The head asks for leave: neither the head nor whoever stands in for the head signs it."""
    await away(office, "hanna", "bea")
    answer = await office.submitted(who="hanna")
    assert await asked(office, answer.case) == ["paula"]


async def test_only_the_person_and_administrators_arrange_it(office: Office) -> None:
    now, hanna, bea = office.clock.ms, office.people["hanna"], office.people["bea"]
    with pytest.raises(Refused, match="FLOW_043"):
        await stand_in(office, office.actor("bob"), hanna, bea, now, now + DAY)
    standing = await stand_in(office, office.actor("root"), hanna, bea, now, now + DAY, admin=True)
    assert (standing.name, standing.until) == ("bea", now + DAY)
    assert await office.one("SELECT count(*) FROM sy_audit WHERE op = 'proxy.begin'") == 1


@pytest.mark.parametrize(
    ("proxy", "since", "until", "code"),
    [
        ("bea", 0, 0, "FLOW_040"),
        ("bea", -3, -1, "FLOW_040"),
        ("hanna", 0, 1, "FLOW_041"),
        ("ben", 0, 1, "FLOW_041"),
        ("bob", 1, 3, "FLOW_042"),
    ],
)
async def test_what_cannot_be_is_refused(office: Office, proxy: str, since: int, until: int, code: str) -> None:
    await office.store.apply([Update(ACCOUNT, {"id": office.people["ben"]}, {"active": False})])
    await away(office, "hanna", "bea", days=2, begin=2)
    now = office.clock.ms
    with pytest.raises(Refused, match=code):
        await stand_in(
            office,
            office.actor("hanna"),
            office.people["hanna"],
            office.people[proxy],
            now + since * DAY,
            now + until * DAY,
        )


async def test_it_ends_when_it_is_ended_once(office: Office) -> None:
    await away(office, "hanna", "bea")
    (standing,) = await proxies_of(office.store, office.people["hanna"], office.clock.ms)
    await stand_down(office, office.actor("hanna"), standing)
    assert await asked(office, (await office.submitted()).case) == ["hanna"]
    with pytest.raises(Refused):
        await stand_down(office, office.actor("hanna"), standing)


async def test_everything_a_leaver_was_asked_goes_to_somebody_else(office: Office) -> None:
    await office.person("tom", "student", **{"class": office.orgs["class"]})
    first = await office.submitted()
    second = await office.submitted(who="tom", student="tom")
    await office.store.apply([Update(ACCOUNT, {"id": office.people["hanna"]}, {"active": False})])
    root, hanna, bob = office.actor("root"), office.people["hanna"], office.people["bob"]
    found = await take_over(office, root, hanna, bob, comment="left the school")
    assert [(o.case, o.reasons) for o in found] == [(first.case, ()), (second.case, ())]
    assert await inbox(office.store, hanna) == []
    assert [line.case for line in await inbox(office.store, bob)] == [first.case, second.case]
    moved = [t for t in await all_tasks(office.store, first.case) if t.state == "moved"]
    assert [(t.name, t.comment) for t in moved] == [("hanna", "left the school")]


async def test_taking_over_needs_an_administrator(office: Office) -> None:
    answer = await office.submitted()
    found = await take_over(office, office.actor("bea"), office.people["hanna"], office.people["bea"])
    assert [(o.case, [d.code for d in o.reasons]) for o in found] == [(answer.case, ["FLOW_030"])]
