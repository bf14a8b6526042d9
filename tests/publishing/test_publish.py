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

from .conftest import Small, texts

MEMO = {"is": "text", "title": {"zh": "备注", "en": "Memo"}}
BIG = Storage("bigint")


async def published(small: Small, documents: dict[str, str], typed: tuple[str, ...] = ()) -> Published:
    found = await propose(small.work(), documents)
    assert found.plan is not None, [words(d, "en").what for d in found.diagnostics]
    made = await publish(small.work(), documents, found.plan.hash, typed)
    await small.engine.refresh()
    return made


async def back_to(small: Small, number: int, typed: tuple[str, ...] = ()) -> Published:
    found = await propose_rollback(small.work(), number)
    assert found.plan is not None
    made = await rollback(small.work(), number, found.plan.hash, typed)
    await small.engine.refresh()
    return made


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [d.code for d in refused.value.diagnostics]


async def test_a_field_is_added_and_the_version_says_what_happened(small: Small) -> None:
    await small.install(texts())
    await small.put(7, name="'Li'")
    made = await published(small, texts(memo=MEMO))
    assert made.number == 2 == small.engine.version.number
    assert await small.held("memo") == [None]
    newest, first = await versions(small.work())
    assert (newest.number, newest.live, first.number, first.live) == (2, True, 1, False)
    assert [(s.kind, s.risk) for s in newest.steps] == [("field.add", "safe")]
    assert newest.steps[0].said.en == "New field “Memo” of “Pupil”."
    assert (await past(small.work(), 2)).documents == texts(memo=MEMO)
    audit = Query(Sql("SELECT count(*) FROM sy_audit WHERE op = 'publish'"), (BIG,))
    assert await small.store.rows(audit) == [(2,)]


async def test_nothing_is_written_by_looking(small: Small) -> None:
    await small.install(texts(memo=MEMO))
    before = (small.engine.catalogue.epoch, await versions(small.work()))
    await propose(small.work(), texts())
    await propose_rollback(small.work(), 1)
    await small.engine.refresh()
    assert (small.engine.catalogue.epoch, await versions(small.work())) == before


async def test_going_back_brings_values_back_and_is_a_version_of_its_own(small: Small) -> None:
    await small.install(texts(memo=MEMO))
    await small.put(1, name="'Li'", memo="'kept'")
    hash_ = small.engine.version.model.hash
    with pytest.raises(Refused) as refused:
        await published(small, texts())
    assert codes(refused) == ["PLAN_003"]
    await published(small, texts(), ("memo",))
    assert small.engine.version.entity("pupil").field("memo") is None
    made = await back_to(small, 1)
    assert (made.number, made.restores) == (3, 1)
    assert await small.held("memo") == ["kept"]
    assert small.engine.version.model.hash == hash_
    newest = (await versions(small.work()))[0]
    assert (newest.number, newest.restores) == (3, 1)
    # What was added meanwhile is set aside by going back, and comes back by going forward again.
    await published(small, texts(), ("memo",))
    await published(small, texts(extra=MEMO))
    await small.put(2, name="'Wang'", extra="'new'")
    await back_to(small, 1, ("extra",))
    await back_to(small, 5, ("memo",))
    assert await small.held("extra") == [None, "new"]


async def test_a_plan_that_is_no_longer_true_is_refused_with_a_fresh_one(small: Small, colleague: Any) -> None:
    await small.install(texts())
    other = await colleague()
    mine = await propose(small.work(), texts(memo=MEMO))
    await published(other, texts(other=MEMO))
    assert mine.plan is not None
    with pytest.raises(Moved):  # seen in the transaction itself: this worker did not know yet
        await publish(small.work(), texts(memo=MEMO), mine.plan.hash)
    await small.engine.refresh()
    with pytest.raises(Refused) as refused:
        await publish(small.work(), texts(memo=MEMO), mine.plan.hash)
    assert codes(refused) == ["PLAN_001"]
    fresh = refused.value.detail
    assert [s.kind for s in fresh.plan.steps] == ["field.remove", "field.add"]
    await publish(small.work(), texts(memo=MEMO), fresh.plan.hash, ("other",))


async def test_of_two_who_publish_at_once_one_wins_and_one_is_told(small: Small, colleague: Callable[[], Any]) -> None:
    await small.install(texts())
    other = await colleague()
    one, two = texts(one=MEMO), texts(two=MEMO)
    plans = [await propose(small.work(), one), await propose(other.work(), two)]
    hashes = [p.plan.hash for p in plans if p.plan]
    done = await asyncio.gather(
        publish(small.work(), one, hashes[0]), publish(other.work(), two, hashes[1]), return_exceptions=True
    )
    assert sorted(type(d).__name__ for d in done) == ["Moved", "Published"]
    await small.engine.refresh()
    assert small.engine.version.number == 2
    names = {f.name for f in small.engine.version.entity("pupil").fields}
    assert names in ({"name", "one"}, {"name", "two"})


async def test_publishing_the_same_again_is_refused(small: Small) -> None:
    await small.install(texts())
    found = await propose(small.work(), texts())
    assert found.plan is not None and found.plan.empty
    with pytest.raises(Refused) as refused:
        await publish(small.work(), texts(), found.plan.hash)
    assert codes(refused) == ["PLAN_002"]


async def test_everything_wrong_is_said_at_once_and_nothing_published(small: Small) -> None:
    await small.install(texts())
    wrong = texts(a={"is": "txet"}, b={"is": "link", "to": "nobody"}, c={"is": "text", "pattern": "("})
    found = await propose(small.work(), wrong)
    assert found.plan is None
    assert len({d.place.path for d in found.diagnostics}) >= 3
    with pytest.raises(Refused) as refused:
        await publish(small.work(), wrong, "")
    assert refused.value.diagnostics == found.diagnostics
    assert small.engine.version.number == 1


@pytest.mark.parametrize("path", ["../up.json", "/etc/x.json", ".git/x.json", "a//b.json", "x.py", "a\\b.json", ""])
async def test_documents_stand_where_files_can_stand(small: Small, path: str) -> None:
    await small.install(texts())
    found = await propose(small.work(), {**texts(), path: "{}"})
    assert [d.code for d in found.diagnostics] == ["PLAN_005"]


async def test_whoever_may_not_change_definitions_does_not_see_them_either(small: Small) -> None:
    await small.install(texts())
    nobody = Actor(5, "Nobody")
    for attempt in (
        propose(small.work(nobody), texts(memo=MEMO)),
        publish(small.work(nobody), texts(memo=MEMO), "x"),
        propose_rollback(small.work(nobody), 1),
        rollback(small.work(nobody), 1, "x"),
        versions(small.work(nobody)),
        past(small.work(nobody), 1),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert codes(refused) == ["ACCESS_012"]


async def test_a_version_that_is_not_there(small: Small) -> None:
    await small.install(texts())
    for number in (0, 2, -1, 10**30):
        with pytest.raises(Refused) as refused:
            await propose_rollback(small.work(), number)
        assert codes(refused) == ["PLAN_007"]


async def test_values_that_repeat_are_named_before_and_at_publishing(small: Small) -> None:
    await small.install(texts(memo=MEMO))
    for number, (name, memo) in enumerate((("Li", "a"), ("Wang", "a"), ("Zhao", "b")), 1):
        await small.put(number, name=f"'{name}'", memo=f"'{memo}'")
    unique = texts(memo={**MEMO, "unique": True})
    found = await propose(small.work(), unique)
    assert [(d.code, d.args["count"], d.args["names"]) for d in found.blocked] == [("PLAN_004", 2, "Li、Wang")]
    assert found.plan is not None
    with pytest.raises(Refused) as refused:
        await publish(small.work(), unique, found.plan.hash)
    (said,) = refused.value.diagnostics
    assert (said.code, said.args["count"], said.args["names"], said.args["what"]) == ("PLAN_004", 2, "Li、Wang", "备注")
    await small.engine.refresh()
    assert small.engine.version.number == 1


async def test_values_that_only_repeat_once_they_are_converted_are_named_too(small: Small) -> None:
    await small.install(texts(memo=MEMO))
    await small.put(1, name="'Li'", memo="'7'")
    await small.put(2, name="'Wang'", memo="' 7'")
    with pytest.raises(Refused) as refused:
        await published(small, texts(memo={"is": "integer", "title": "Memo", "unique": True}))
    assert [d.args["names"] for d in refused.value.diagnostics] == ["Li、Wang"]
    assert await small.held("memo") == ["7", " 7"]
