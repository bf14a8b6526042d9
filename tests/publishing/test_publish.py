"""Publications on both databases: looked at, made in one transaction, refused when they should be, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from shuyuan.engine import Actor, Moved, Refused, words
from shuyuan.engine.model import Sql, Storage
from shuyuan.engine.ops.planning import propose
from shuyuan.engine.ops.publish import Published, publish
from shuyuan.engine.ops.versions import past, propose_rollback, rollback, versions
from shuyuan.engine.store.protocol import Query

from .conftest import School, texts

MEMO = {"is": "text", "title": {"zh": "备注", "en": "Memo"}}
BIG = Storage("bigint")


async def published(school: School, documents: dict[str, str], typed: tuple[str, ...] = ()) -> Published:
    found = await propose(school.work(), documents)
    assert found.plan is not None, [words(d, "en").what for d in found.diagnostics]
    made = await publish(school.work(), documents, found.plan.hash, typed)
    await school.engine.refresh()
    return made


async def back_to(school: School, number: int, typed: tuple[str, ...] = ()) -> Published:
    found = await propose_rollback(school.work(), number)
    assert found.plan is not None
    made = await rollback(school.work(), number, found.plan.hash, typed)
    await school.engine.refresh()
    return made


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [d.code for d in refused.value.diagnostics]


async def test_a_field_is_added_and_the_version_says_what_happened(school: School) -> None:
    await school.install(texts())
    await school.put(7, name="'Li'")
    made = await published(school, texts(memo=MEMO))
    assert made.number == 2 == school.engine.version.number
    assert await school.held("memo") == [None]
    newest, first = await versions(school.work())
    assert (newest.number, newest.live, first.number, first.live) == (2, True, 1, False)
    assert [(s.kind, s.risk) for s in newest.steps] == [("field.add", "safe")]
    assert newest.steps[0].said.en == "New field “Memo” of “Pupil”."
    assert (await past(school.work(), 2)).documents == texts(memo=MEMO)
    audit = Query(Sql("SELECT count(*) FROM sy_audit WHERE op = 'publish'"), (BIG,))
    assert await school.store.rows(audit) == [(2,)]


async def test_nothing_is_written_by_looking(school: School) -> None:
    await school.install(texts(memo=MEMO))
    before = (school.engine.catalogue.epoch, await versions(school.work()))
    await propose(school.work(), texts())
    await propose_rollback(school.work(), 1)
    await school.engine.refresh()
    assert (school.engine.catalogue.epoch, await versions(school.work())) == before


async def test_going_back_brings_values_back_and_is_a_version_of_its_own(school: School) -> None:
    await school.install(texts(memo=MEMO))
    await school.put(1, name="'Li'", memo="'kept'")
    hash_ = school.engine.version.model.hash
    with pytest.raises(Refused) as refused:
        await published(school, texts())
    assert codes(refused) == ["PLAN_003"]
    await published(school, texts(), ("memo",))
    assert school.engine.version.entity("pupil").field("memo") is None
    made = await back_to(school, 1)
    assert (made.number, made.restores) == (3, 1)
    assert await school.held("memo") == ["kept"]
    assert school.engine.version.model.hash == hash_
    newest = (await versions(school.work()))[0]
    assert (newest.number, newest.restores) == (3, 1)
    # What was added meanwhile is set aside by going back, and comes back by going forward again.
    await published(school, texts(), ("memo",))
    await published(school, texts(extra=MEMO))
    await school.put(2, name="'Wang'", extra="'new'")
    await back_to(school, 1, ("extra",))
    await back_to(school, 5, ("memo",))
    assert await school.held("extra") == [None, "new"]


async def test_a_plan_that_is_no_longer_true_is_refused_with_a_fresh_one(school: School, colleague: Any) -> None:
    await school.install(texts())
    other = await colleague()
    mine = await propose(school.work(), texts(memo=MEMO))
    await published(other, texts(other=MEMO))
    assert mine.plan is not None
    with pytest.raises(Moved):  # seen in the transaction itself: this worker did not know yet
        await publish(school.work(), texts(memo=MEMO), mine.plan.hash)
    await school.engine.refresh()
    with pytest.raises(Refused) as refused:
        await publish(school.work(), texts(memo=MEMO), mine.plan.hash)
    assert codes(refused) == ["PLAN_001"]
    fresh = refused.value.detail
    assert [s.kind for s in fresh.plan.steps] == ["field.remove", "field.add"]
    await publish(school.work(), texts(memo=MEMO), fresh.plan.hash, ("other",))


async def test_of_two_who_publish_at_once_one_wins_and_one_is_told(
    school: School, colleague: Callable[[], Any]
) -> None:
    await school.install(texts())
    other = await colleague()
    one, two = texts(one=MEMO), texts(two=MEMO)
    plans = [await propose(school.work(), one), await propose(other.work(), two)]
    hashes = [p.plan.hash for p in plans if p.plan]
    done = await asyncio.gather(
        publish(school.work(), one, hashes[0]), publish(other.work(), two, hashes[1]), return_exceptions=True
    )
    assert sorted(type(d).__name__ for d in done) == ["Moved", "Published"]
    await school.engine.refresh()
    assert school.engine.version.number == 2
    names = {f.name for f in school.engine.version.entity("pupil").fields}
    assert names in ({"name", "one"}, {"name", "two"})


async def test_publishing_the_same_again_is_refused(school: School) -> None:
    await school.install(texts())
    found = await propose(school.work(), texts())
    assert found.plan is not None and found.plan.empty
    with pytest.raises(Refused) as refused:
        await publish(school.work(), texts(), found.plan.hash)
    assert codes(refused) == ["PLAN_002"]


async def test_everything_wrong_is_said_at_once_and_nothing_published(school: School) -> None:
    await school.install(texts())
    wrong = texts(a={"is": "txet"}, b={"is": "link", "to": "nobody"}, c={"is": "text", "pattern": "("})
    found = await propose(school.work(), wrong)
    assert found.plan is None
    assert len({d.place.path for d in found.diagnostics}) >= 3
    with pytest.raises(Refused) as refused:
        await publish(school.work(), wrong, "")
    assert refused.value.diagnostics == found.diagnostics
    assert school.engine.version.number == 1


@pytest.mark.parametrize("path", ["../up.json", "/etc/x.json", ".git/x.json", "a//b.json", "x.py", "a\\b.json", ""])
async def test_documents_stand_where_files_can_stand(school: School, path: str) -> None:
    await school.install(texts())
    found = await propose(school.work(), {**texts(), path: "{}"})
    assert [d.code for d in found.diagnostics] == ["PLAN_005"]


async def test_whoever_may_not_change_definitions_does_not_see_them_either(school: School) -> None:
    await school.install(texts())
    nobody = Actor(5, "Nobody")
    for attempt in (
        propose(school.work(nobody), texts(memo=MEMO)),
        publish(school.work(nobody), texts(memo=MEMO), "x"),
        propose_rollback(school.work(nobody), 1),
        rollback(school.work(nobody), 1, "x"),
        versions(school.work(nobody)),
        past(school.work(nobody), 1),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert codes(refused) == ["ACCESS_012"]


async def test_a_version_that_is_not_there(school: School) -> None:
    await school.install(texts())
    for number in (0, 2, -1, 10**30):
        with pytest.raises(Refused) as refused:
            await propose_rollback(school.work(), number)
        assert codes(refused) == ["PLAN_007"]


async def test_values_that_repeat_are_named_before_and_at_publishing(school: School) -> None:
    await school.install(texts(memo=MEMO))
    for number, (name, memo) in enumerate((("Li", "a"), ("Wang", "a"), ("Zhao", "b")), 1):
        await school.put(number, name=f"'{name}'", memo=f"'{memo}'")
    unique = texts(memo={**MEMO, "unique": True})
    found = await propose(school.work(), unique)
    assert [(d.code, d.args["count"], d.args["names"]) for d in found.blocked] == [("PLAN_004", 2, "Li、Wang")]
    assert found.plan is not None
    with pytest.raises(Refused) as refused:
        await publish(school.work(), unique, found.plan.hash)
    (said,) = refused.value.diagnostics
    assert (said.code, said.args["count"], said.args["names"], said.args["what"]) == ("PLAN_004", 2, "Li、Wang", "备注")
    await school.engine.refresh()
    assert school.engine.version.number == 1


async def test_values_that_only_repeat_once_they_are_converted_are_named_too(school: School) -> None:
    await school.install(texts(memo=MEMO))
    await school.put(1, name="'Li'", memo="'7'")
    await school.put(2, name="'Wang'", memo="' 7'")
    with pytest.raises(Refused) as refused:
        await published(school, texts(memo={"is": "integer", "title": "Memo", "unique": True}))
    assert [d.args["names"] for d in refused.value.diagnostics] == ["Li、Wang"]
    assert await school.held("memo") == ["7", " 7"]
