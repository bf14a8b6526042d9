"""Edits that are not published: kept per account, carried over publications of others, never lost in silence."""

from __future__ import annotations

from typing import Any

import pytest
from shuyuan.engine import Actor, Refused
from shuyuan.engine.model import Grant
from shuyuan.engine.ops.planning import propose
from shuyuan.engine.ops.publish import publish
from shuyuan.engine.ops.workbench import Bench, Clashing, at_work, bench, drop_edits, keep_edits, stamp
from shuyuan.engine.store.protocol import Insert
from shuyuan.engine.store.tables import ACCOUNT

from .conftest import Small, texts

PACK = "pack: small\ntitle: Small\nversion: 1.0.0\n"
PUPIL = """\
entity: pupil
title: Pupil
label: name
schema:
  properties:
    name: {is: text, title: Name}
    memo: {is: text, title: Memo}
    code: {is: text, title: Code}
"""
DOCUMENTS = {"pack.yaml": PACK, "pupil.yaml": PUPIL, "admin.json": texts()["admin.json"]}


async def stamp_now(small: Small) -> int:
    from shuyuan.engine.ops.live import LIVE_ROW

    return int((await small.store.rows(LIVE_ROW))[0][2])


async def admin(small: Small, number: int, name: str) -> Actor:
    row: dict[str, Any] = {"id": number, "login": name.lower(), "name": name, "password_hash": "", "email": ""}
    row |= {"lang": "zh", "theme": "auto", "shortcuts": True, "active": True, "must_change": False}
    await small.store.apply([Insert(ACCOUNT, {**row, "created_at": 0, "changed_at": 0})])
    return Actor(number, name, grants=(Grant("admin"),), stamp=await stamp_now(small))


async def keep(small: Small, who: Actor, path: str, text: str | None, seen: str | None = None) -> Bench:
    now = await bench(small.work(who))
    shown = stamp(now.documents.get(path)) if seen is None else seen
    return await keep_edits(small.work(who), {path: text}, {path: shown})


async def release(small: Small, documents: dict[str, str]) -> None:
    found = await propose(small.work(), documents)
    assert found.plan is not None
    await publish(small.work(), documents, found.plan.hash, found.plan.confirm)
    await small.engine.refresh()


async def fresh(small: Small, who: Actor) -> Actor:
    return Actor(who.id, who.name, grants=who.grants, stamp=await stamp_now(small))


def titled(name: str, title: str) -> str:
    return PUPIL.replace(f"{name}: {{is: text, title: {name.title()}}}", f"{name}: {{is: text, title: {title}}}")


async def test_edits_stay_until_they_are_thrown_away_and_belong_to_one_account(small: Small) -> None:
    await small.install(DOCUMENTS)
    mine, other = await admin(small, 11, "Li"), await admin(small, 12, "Wang")
    await keep(small, mine, "pupil.yaml", titled("memo", "Remark").replace("\n", "\r\n"))
    await keep(small, mine, "room.yaml", "entity: room\n")
    found = await bench(small.work(mine))
    assert found.documents["pupil.yaml"] == titled("memo", "Remark")
    assert sorted(found.edits) == ["pupil.yaml", "room.yaml"]
    assert (await bench(small.work(other))).edits == {}
    assert [(w.name, w.paths) for w in await at_work(small.work(other))] == [("Li", ("pupil.yaml", "room.yaml"))]
    await drop_edits(small.work(mine), ("room.yaml",))
    assert list((await bench(small.work(mine))).edits) == ["pupil.yaml"]
    await keep(small, mine, "pupil.yaml", PUPIL)
    assert (await bench(small.work(mine))).edits == {}
    assert await at_work(small.work(other)) == ()


async def test_a_document_is_taken_out_and_put_back(small: Small) -> None:
    await small.install({**DOCUMENTS, "extra.yaml": PUPIL.replace("pupil", "other")})
    mine = await admin(small, 11, "Li")
    assert "extra.yaml" not in (await keep(small, mine, "extra.yaml", None)).documents
    with pytest.raises(Refused) as refused:
        await keep_edits(small.work(mine), {"extra.yaml": "x"}, {"extra.yaml": stamp("something")})
    assert [d.code for d in refused.value.diagnostics] == ["PLAN_008"]
    await drop_edits(small.work(mine))
    assert "extra.yaml" in (await bench(small.work(mine))).documents


async def test_a_second_window_is_told_instead_of_overwriting(small: Small) -> None:
    await small.install(DOCUMENTS)
    mine = await admin(small, 11, "Li")
    opened = stamp(PUPIL)
    await keep(small, mine, "pupil.yaml", titled("memo", "Remark"), opened)
    with pytest.raises(Refused) as refused:
        await keep(small, mine, "pupil.yaml", titled("memo", "Note"), opened)
    detail = refused.value.detail
    assert [d.code for d in refused.value.diagnostics] == ["PLAN_008"]
    assert (detail.theirs, detail.mine) == (titled("memo", "Remark"), titled("memo", "Note"))
    assert (await bench(small.work(mine))).documents["pupil.yaml"] == titled("memo", "Remark")


async def test_what_others_publish_comes_under_the_edits(small: Small) -> None:
    await small.install(DOCUMENTS)
    mine = await admin(small, 11, "Li")
    await keep(small, mine, "pupil.yaml", titled("name", "Called"))
    await release(small, {**DOCUMENTS, "pupil.yaml": titled("code", "Number"), "new.yaml": PUPIL.replace("pupil", "o")})
    found = await bench(small.work(await fresh(small, mine)))
    assert found.clashes == ()
    assert "title: Called" in found.documents["pupil.yaml"] and "title: Number" in found.documents["pupil.yaml"]
    assert "new.yaml" in found.documents and "new.yaml" not in found.edits


async def test_the_same_lines_changed_twice_wait_for_a_decision(small: Small) -> None:
    await small.install(DOCUMENTS)
    mine = await admin(small, 11, "Li")
    await keep(small, mine, "pupil.yaml", titled("memo", "Mine"))
    await keep(small, mine, "pack.yaml", PACK.replace("Small", "Smaller"))
    await release(small, {**DOCUMENTS, "pupil.yaml": titled("memo", "Theirs")})
    mine = await fresh(small, mine)
    (clash,) = (await bench(small.work(mine))).clashes
    assert isinstance(clash, Clashing)
    assert (clash.path, clash.base, clash.mine, clash.theirs) == (
        "pupil.yaml", PUPIL, titled("memo", "Mine"), titled("memo", "Theirs"),
    )  # fmt: skip
    # Other documents can be kept meanwhile, and it goes on waiting.
    await keep(small, mine, "pack.yaml", PACK.replace("Small", "Tiny"))
    found = await bench(small.work(mine))
    assert [c.path for c in found.clashes] == ["pupil.yaml"] and "Tiny" in found.documents["pack.yaml"]
    with pytest.raises(Refused):  # decided without having seen the other side
        await keep(small, mine, "pupil.yaml", titled("memo", "Both"), stamp(PUPIL))
    await keep(small, mine, "pupil.yaml", titled("memo", "Both"), stamp(clash.theirs))
    found = await bench(small.work(mine))
    assert found.clashes == () and found.documents["pupil.yaml"] == titled("memo", "Both")


async def test_what_was_published_by_others_word_for_word_is_no_edit_any_more(small: Small) -> None:
    await small.install(DOCUMENTS)
    mine = await admin(small, 11, "Li")
    await keep(small, mine, "pupil.yaml", titled("memo", "Same"))
    await release(small, {**DOCUMENTS, "pupil.yaml": titled("memo", "Same")})
    assert (await bench(small.work(await fresh(small, mine)))).edits == {}


@pytest.mark.parametrize("path", ["../pupil.yaml", "a/../../b.yaml", ".hidden.yaml", "x.txt"])
async def test_edits_stand_where_documents_may(small: Small, path: str) -> None:
    await small.install(DOCUMENTS)
    mine = await admin(small, 11, "Li")
    with pytest.raises(Refused) as refused:
        await keep(small, mine, path, "x")
    assert [d.code for d in refused.value.diagnostics] == ["PLAN_005"]
