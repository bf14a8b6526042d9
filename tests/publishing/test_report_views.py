"""Views for reports outside the engine follow every publication, and leave out what is sensitive."""

from __future__ import annotations

import json
from typing import Any

from shuyuan.engine.model import Sql, Storage
from shuyuan.engine.ops.publish import make_views
from shuyuan.engine.store.inspection import inspect
from shuyuan.engine.store.protocol import Query

from tests.school import School

from .conftest import Small, texts
from .test_publish import back_to, published

TEXT = {"is": "text", "title": "T"}


async def seen(small: Small, text: str, *kinds: str) -> list[tuple[Any, ...]]:
    query = Query(Sql(text), tuple(Storage(kind) for kind in kinds))  # type: ignore[arg-type]
    return [tuple(row) for row in await small.store.rows(query)]


async def test_a_view_has_the_names_of_today(small: Small) -> None:
    fields = {
        "memo": TEXT,
        "fee": {"is": "money", "title": "F"},
        "secret": {**TEXT, "sensitive": "health"},
        "备注": TEXT,
    }
    await small.install(texts(**fields, lines={"is": "rows", "title": "L", "of": {"a": TEXT}}))
    await small.put(1, name="'Li'", memo="'x'", fee="1250" if small.store.dialect == "sqlite" else "12.5")
    assert await seen(small, "SELECT id, name, memo FROM v_pupil", "bigint", "text", "text") == [(1, "Li", "x")]
    assert float((await seen(small, "SELECT CAST(fee AS text) FROM v_pupil", "text"))[0][0]) == 12.5
    there = (await inspect(small.store)).views
    assert "secret" not in there["v_pupil"] and len(there["v_pupil"]) == 7 + 4
    assert there["v_pupil_lines"] == ("id", "parent", "position", "a")
    renamed = {**fields, "remark": {**TEXT, "was": "memo"}}
    del renamed["memo"]
    await published(small, texts(**renamed), ("lines",))
    assert await seen(small, "SELECT remark FROM v_pupil", "text") == [("x",)]
    assert "v_pupil_lines" not in (await inspect(small.store)).views
    await back_to(small, 1)
    assert await seen(small, "SELECT memo FROM v_pupil", "text") == [("x",)]
    assert "v_pupil_lines" in (await inspect(small.store)).views


async def test_links_and_entities_that_go_take_their_views_with_them(small: Small) -> None:
    await small.install(texts(room={"is": "link", "to": "room", "title": "R"}))
    await small.put(1, name="'Li'")
    await published(small, texts(), ("room",))
    assert "room" not in (await inspect(small.store)).views["v_pupil"]
    renamed = texts()
    place = json.loads(renamed["room.json"]) | {"entity": "place", "was": "room"}
    await published(small, {**renamed, "room.json": json.dumps(place)})
    assert {"v_place", "v_pupil"} == set((await inspect(small.store)).views)
    await published(small, {k: v for k, v in texts().items() if k != "room.json"}, ("place",))
    assert {"v_pupil"} == set((await inspect(small.store)).views)


async def test_views_can_be_made_anew(school: School) -> None:
    before = (await inspect(school.engine.store)).views
    assert len(before) >= 20
    async with school.engine.store.transaction() as connection:
        await connection.script([f'DROP VIEW "{name}"' for name in before])
    await make_views(school.engine.work())
    assert (await inspect(school.engine.store)).views == before
    await make_views(school.engine.work())
