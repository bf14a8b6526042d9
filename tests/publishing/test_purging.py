"""What is out of use is listed, kept as long as was promised, and then gone for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from shuyuan.engine import Actor, Refused, Work, versions
from shuyuan.engine.ops.context import Now
from shuyuan.engine.ops.purging import KEPT, aside, purge_aside
from shuyuan.engine.plan import physical
from shuyuan.engine.store.inspection import differences, inspect
from shuyuan.engine.store.tables import SYSTEM_TABLES

from .conftest import Small, texts
from .test_publish import back_to, codes, published

TEXT = {"is": "text", "title": "T"}
ROWS = {"is": "rows", "title": "L", "of": {"a": TEXT, "b": TEXT}}


def later(small: Small, days: int = 400) -> Work:
    work = small.work()
    return replace(work, now=Now(datetime.now(UTC) + timedelta(days=days), work.zone))


async def test_what_is_kept_is_listed_with_what_it_holds(small: Small) -> None:
    await small.install(texts(memo=TEXT, day=TEXT, lines=ROWS, room={"is": "link", "to": "room", "title": "R"}))
    await small.put(1, "room", name="'R'")
    await small.put(2, name="'Li'", memo="'x'", day="'2026-09-01'", room="1")
    await published(small, texts(day={"is": "date", "title": "D"}), ("memo", "lines", "room"))
    await published(
        small, {k: v for k, v in texts(day={"is": "date", "title": "D"}).items() if k != "room.json"}, ("room",)
    )
    found = {one.name: one for one in await aside(small.work())}
    assert set(found) == {"pupil.memo", "pupil.day", "pupil.lines", "pupil.room", "room"}
    assert {n: (one.filled, one.former, one.version) for n, one in found.items()} == {
        "pupil.memo": (1, False, 2), "pupil.day": (1, True, 2), "pupil.lines": (0, False, 2),
        "pupil.room": (1, False, 2), "room": (1, False, 3),
    }  # fmt: skip
    assert all(one.until - one.at == KEPT for one in found.values())


async def test_it_is_kept_as_long_as_was_promised(small: Small) -> None:
    await small.install(texts(memo=TEXT))
    await published(small, texts(), ("memo",))
    (one,) = await aside(small.work())
    for work, typed in ((small.work(), ["pupil.memo"]), (later(small, 364), ["pupil.memo"])):
        with pytest.raises(Refused) as refused:
            await purge_aside(work, [one.id], typed)
        assert codes(refused) == ["PLAN_011"]
    with pytest.raises(Refused) as refused:
        await purge_aside(later(small), [one.id], [])
    assert codes(refused) == ["PLAN_003"]
    for ids in ([], ["f000"]):
        with pytest.raises(Refused):
            await purge_aside(later(small), ids)
    with pytest.raises(Refused) as refused:
        await purge_aside(small.work(Actor(5, "N")), [one.id], ["pupil.memo"])
    assert codes(refused) == ["ACCESS_012"]


async def test_then_it_is_gone_and_nothing_brings_it_back(small: Small) -> None:
    fields = {"memo": TEXT, "lines": ROWS, "day": TEXT}
    await small.install(texts(**fields))
    await small.put(2, name="'Li'", memo="'x'", day="'2026-09-01'")
    await published(small, texts(day={"is": "date", "title": "D"}), ("memo", "lines"))
    known = await aside(small.work())
    names = [one.name for one in known]
    assert await purge_aside(later(small), [one.id for one in known], names) == 3
    await small.engine.refresh()
    assert await aside(small.work()) == ()
    version = small.engine.version
    expected = [*physical(version.model, version.identity).values(), *SYSTEM_TABLES.values()]
    assert differences(expected, await inspect(small.store), small.store.dialect) == []
    newest = (await versions(small.work()))[0]
    assert (newest.number, [s.kind for s in newest.steps]) == (3, ["purge"] * 3)
    await back_to(small, 1)
    assert await small.held("memo") == [None]
    assert await small.held("day") == ["2026-09-01"]
