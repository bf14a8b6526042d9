"""Stored records written anew with a publication: filled, computed, placed, found; at once or by jobs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shuyuan.engine import Moved, Refused, propose, publish
from shuyuan.engine.model import Sql, Storage
from shuyuan.engine.ops import jobs, publish_fill
from shuyuan.engine.ops.publish_fill import backfills
from shuyuan.engine.store.protocol import Query

from .conftest import Small, texts
from .test_publish import published

NUMBER = {"is": "integer", "title": {"zh": "数", "en": "Number"}}
TEXT = {"is": "text", "title": {"zh": "文", "en": "Text"}}
CHOICES = [{"name": "red", "title": "R"}, {"name": "green", "title": "G"}]


async def pupils(small: Small, count: int, **values: str) -> None:
    for number in range(1, count + 1):
        shown = {name: value.replace("#", str(number)) for name, value in values.items()}
        await small.put(number, name=f"'P{number}'", **shown)


@pytest.fixture(params=["at once", "by jobs"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whether the records are few enough for one transaction."""
    if request.param == "by jobs":
        monkeypatch.setattr(publish_fill, "SMALL", 1)
        monkeypatch.setattr("shuyuan.engine.ops.backfill.PAGE", 2)
    return str(request.param)


async def done(small: Small) -> None:
    """Let the jobs be done."""
    while (await jobs.run_due(small.engine.runner)).all:
        pass
    rows = await small.store.rows(Query(Sql("SELECT error, dead FROM sy_job"), (Storage("text"), Storage("boolean"))))
    assert all(row == ("", False) for row in rows), rows
    assert await backfills(small.work()) == ()


async def test_a_field_is_filled_from_the_fields_there_were(small: Small, way: str) -> None:
    await small.install(texts(score=NUMBER, old=TEXT))
    await pupils(small, 5, score="#0", old="'x'")
    band = {**TEXT, "fill": 'if score >= 30 then "A" + old else null'}
    await published(small, texts(score=NUMBER, band=band), ("old",))
    await done(small)
    assert await small.held("band") == [None, None, "Ax", "Ax", "Ax"]


async def test_a_filled_field_sees_options_as_they_were_called(small: Small, way: str) -> None:
    await small.install(texts(kind={"is": "choice", "title": "K", "choices": CHOICES}))
    await pupils(small, 3, kind="'red'")
    renamed = [{"name": "crimson", "was": "red", "title": "R"}, CHOICES[1]]
    copy = {**TEXT, "fill": "kind"}
    await published(small, texts(kind={"is": "choice", "title": "K", "choices": renamed}, copy=copy))
    await done(small)
    assert await small.held("copy") == ["red"] * 3
    assert await small.held("kind") == ["crimson"] * 3


async def test_a_computed_field_and_what_follows_from_it_are_computed_anew(small: Small, way: str) -> None:
    def fields(factor: int) -> dict[str, str]:
        return texts(
            n=NUMBER,
            top={**NUMBER, "value": "half + 1"},
            half={**NUMBER, "value": f"n * {factor}"},
            shown={"is": "computed", "as": "integer", "title": "S", "value": "half * 100"},
            last={**NUMBER, "value": "shown + 1"},
        )

    await small.install(fields(2))
    await pupils(small, 4, n="#", half="# * 2", top="# * 2 + 1", last="# * 200 + 1")
    await published(small, fields(3))
    await done(small)
    assert await small.held("half") == [3, 6, 9, 12]
    assert await small.held("top") == [4, 7, 10, 13]
    assert await small.held("last") == [301, 601, 901, 1201]


async def test_values_typed_over_computed_ones_stay(small: Small, way: str) -> None:
    def fields(factor: int) -> dict[str, str]:
        return texts(n=NUMBER, twice={**NUMBER, "value": f"n * {factor}", "override": True})

    await small.install(fields(2))
    await pupils(small, 4, n="#", twice="CASE WHEN # = 3 THEN 77 ELSE # * 2 END")
    await published(small, fields(5))
    await done(small)
    assert await small.held("twice") == [5, 10, 77, 20]


async def test_the_columns_of_a_sub_table_are_filled_and_computed(small: Small, way: str) -> None:
    def fields(**columns: Any) -> dict[str, str]:
        return texts(n=NUMBER, lines={"is": "rows", "title": "L", "of": {"a": NUMBER, **columns}})

    await small.install(fields())
    await pupils(small, 3, n="#")
    spec = small.engine.version.entity("pupil").field("lines")
    assert spec is not None
    child = f"{small.table()}_{spec.id}"
    for number in range(1, 4):
        for position in (0, 1):
            values = f"{10 * number + position}, {number}, {position}, {position + 1}"
            text = f"INSERT INTO {child} (id, parent, position, c_{spec.rows[0].id}) VALUES ({values})"
            async with small.store.transaction() as connection:
                await connection.run(Sql(text))
    await published(small, fields(b={**NUMBER, "fill": "n * 100"}, c={**NUMBER, "value": "a + n"}))
    await done(small)
    now = small.engine.version.entity("pupil").field("lines")
    assert now is not None
    columns = ", ".join(f"c_{c.id}" for c in now.rows)
    found = await small.store.rows(
        Query(Sql(f"SELECT parent, {columns} FROM {child} ORDER BY id"), (Storage("bigint"),) * 4)
    )
    assert [tuple(row) for row in found] == [
        (1, 1, 100, 2), (1, 2, 100, 3), (2, 1, 200, 3), (2, 2, 200, 4), (3, 1, 300, 4), (3, 2, 300, 5),
    ]  # fmt: skip


async def words_found(small: Small, word: str) -> list[int]:
    entity = small.engine.version.entity("pupil").id
    text = "SELECT record FROM sy_search WHERE entity = ? AND token = ? ORDER BY record"
    rows = await small.store.rows(Query(Sql(text, (entity, word)), (Storage("bigint"),)))
    return [row[0] for row in rows]


async def test_records_are_found_by_a_field_that_becomes_searchable(small: Small, way: str) -> None:
    await small.install(texts(memo=TEXT))
    await pupils(small, 4, memo="'张三#'")
    await published(small, texts(memo={**TEXT, "search": True}))
    await done(small)
    assert await words_found(small, "zhangsan") == await words_found(small, "zs") == [1, 2, 3, 4]
    await published(small, texts(memo=TEXT))
    await done(small)
    assert await words_found(small, "zhangsan") == []


def campus(**more: Any) -> dict[str, str]:
    """Rooms are units, pupils may belong to one."""
    made = texts(room={"is": "link", "to": "room", "title": "Room"}, other={"is": "link", "to": "room", "title": "O"})
    room = json.loads(made["room.json"]) | {"unit": "self", "parent": "above"}
    room["schema"]["properties"]["above"] = {"is": "link", "to": "room", "title": "Above"}
    pupil = json.loads(made["pupil.json"]) | more
    return {**made, "room.json": json.dumps(room | more.pop("rooms", {})), "pupil.json": json.dumps(pupil)}


async def test_records_are_placed_in_other_units(small: Small, way: str) -> None:
    await small.install(campus(unit="room"))
    for number in (101, 102, 103):
        await small.put(number, "room", name="'R'")
    await pupils(small, 3, room="101", other="101 + # - 1")
    await published(small, campus(unit="other"))
    await done(small)
    unit = Query(Sql(f"SELECT unit FROM {small.table()} ORDER BY id"), (Storage("bigint"),))
    assert [row[0] for row in await small.store.rows(unit)] == [101, 102, 103]


async def test_records_become_units_and_are_none_again(small: Small, way: str) -> None:
    plain = texts()
    room = json.loads(plain["room.json"])
    room["schema"]["properties"]["above"] = {"is": "link", "to": "room", "title": "Above"}
    await small.install({**plain, "room.json": json.dumps(room)})
    await small.put(1, "room", name="'top'")
    await small.put(2, "room", name="'mid'", above="1")
    await small.put(3, "room", name="'low'", above="2")
    tree = Query(
        Sql("SELECT id, parent, label FROM sy_unit ORDER BY id"),
        (Storage("bigint"), Storage("bigint"), Storage("text")),
    )
    units = {**plain, "room.json": json.dumps({**room, "unit": "self", "parent": "above"})}
    await published(small, units)
    await done(small)
    assert [tuple(r) for r in await small.store.rows(tree)] == [(1, None, "top"), (2, 1, "mid"), (3, 2, "low")]
    depth = Query(Sql("SELECT max(depth) FROM sy_unit_tree"), (Storage("bigint"),))
    assert await small.store.rows(depth) == [(2,)]
    renamed = {**room, "entity": "place", "was": "room", "unit": "self", "parent": "above"}
    renamed["schema"] = json.loads(json.dumps(room["schema"]).replace('"to": "room"', '"to": "place"'))
    await published(small, {**plain, "room.json": json.dumps(renamed)})
    kinds = Query(Sql("SELECT DISTINCT entity FROM sy_unit"), (Storage("text"),))
    assert await small.store.rows(kinds) == [("place",)]
    await published(
        small, {**plain, "room.json": json.dumps({k: v for k, v in renamed.items() if k not in ("unit", "parent")})}
    )
    await done(small)
    assert await small.store.rows(tree) == []


async def test_a_large_backfill_says_how_far_it_is_and_goes_on_after_a_stop(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish_fill, "SMALL", 3)
    monkeypatch.setattr("shuyuan.engine.ops.backfill.PAGE", 3)
    await small.install(texts(n=NUMBER))
    await pupils(small, 10, n="#")
    found = await published(small, texts(n=NUMBER, copy={**NUMBER, "fill": "n"}))
    assert (found.filled, found.jobs) == (0, 1)
    (waiting,) = await backfills(small.work())
    assert (waiting.version, waiting.entity, waiting.read, waiting.all, waiting.dead) == (2, "pupil", 0, 10, False)
    monkeypatch.setattr("shuyuan.engine.ops.backfill_job.TURN", -1.0)  # stops behind each page
    await jobs.run_due(small.engine.runner)
    (waiting,) = await backfills(small.work())
    assert waiting.read == 3 and await small.held("copy") == [1, 2, 3] + [None] * 7
    # Meanwhile the field is renamed by another publication; the job goes on under the new name.
    await published(small, texts(n=NUMBER, again={**NUMBER, "fill": "n", "was": "copy"}))
    await done(small)
    assert await small.held("again") == list(range(1, 11))


async def test_a_backfill_for_something_that_is_gone_by_then_is_over(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish_fill, "SMALL", 0)
    await small.install(texts(n=NUMBER))
    await pupils(small, 2, n="#")
    await published(small, texts(n=NUMBER, copy={**NUMBER, "fill": "n"}))
    await published(small, texts(n=NUMBER), ("copy",))
    await done(small)


async def test_what_is_filled_counts_like_the_plan_said(small: Small) -> None:
    await small.install(texts(n=NUMBER))
    await pupils(small, 6, n="#")
    documents = texts(n=NUMBER, twice={**NUMBER, "value": "n * 2"})
    found = await propose(small.work(), documents)
    assert found.plan is not None
    (counted,) = [found.counts[p] for s in found.plan.steps if s.backfills for p in s.probes]
    made = await publish(small.work(), documents, found.plan.hash)
    assert (counted, made.filled, made.jobs) == (6, 6, 0)


async def test_units_that_would_stand_below_themselves_are_refused_and_nothing_is_published(small: Small) -> None:
    plain = texts()
    room = json.loads(plain["room.json"])
    room["schema"]["properties"]["above"] = {"is": "link", "to": "room", "title": "Above"}
    await small.install({**plain, "room.json": json.dumps(room)})
    await small.put(1, "room", name="'a'")
    await small.put(2, "room", name="'b'", above="1")
    async with small.store.transaction() as connection:
        await connection.run(
            Sql(f"UPDATE {small.table('room')} SET {small.column('above', 'room').name} = 2 WHERE id = 1")
        )
    units = {**plain, "room.json": json.dumps({**room, "unit": "self", "parent": "above"})}
    found = await propose(small.work(), units)
    assert found.plan is not None
    with pytest.raises((Refused, Moved)) as refused:
        await publish(small.work(), units, found.plan.hash)
    assert [d.code for d in refused.value.diagnostics] == ["ACCESS_031"]  # type: ignore[union-attr]
    await small.engine.refresh()
    assert small.engine.version.number == 1
