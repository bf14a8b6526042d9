"""Many records at once: bulk changes, programs, imports; and taking them back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from shuyuan.engine.model import Sql
from shuyuan.engine.ops.batches import batch_of, begun, noted
from shuyuan.engine.ops.bulk import bulk_change, bulk_remove
from shuyuan.engine.ops.remove import remove
from shuyuan.engine.ops.submission import Submission
from shuyuan.engine.ops.submit_all import Outcome, submit_all
from shuyuan.engine.ops.undo import undo, undo_change
from shuyuan.engine.ops.uploads import upload
from shuyuan.engine.ops.work import Moved
from shuyuan.engine.store import Update
from shuyuan.engine.store.tables import BATCH

from ..school import School
from .desk import PNG, a_class, a_student, codes, count, history, last_change, pieces, refused, sent, state


def _row(unit: int, **more: Any) -> Submission:
    return Submission("student", {"name": "甲", "class": unit, "enrolled_on": "2026-09-01", **more}, source="api")


def _words(found: tuple[Outcome, ...]) -> list[str]:
    return [one.outcome for one in found]


async def test_each_of_several_is_told_of_for_itself(school: School) -> None:
    unit, there = await a_class(school), await a_student(school, remark="旧")
    rows = [
        _row(unit),
        _row(unit, name=""),
        Submission("student", {"remark": "新"}, id=there.id, version=1, source="api"),
        Submission("student", {"remark": "新"}, id=there.id, source="api"),
        Submission("student", {"remark": "新"}, id=999_999_999, source="api"),
        Submission("student", {"remark": "新"}, id=(await school.ids("student"))[0], version=77, source="api"),
        _row(unit, resident_id="110101201001011237"),
        _row(unit, resident_id="110101201001011237"),
        _row(unit, zzz=1),
    ]
    found = await submit_all(await school.work("admin"), rows)
    said = [(one.outcome, one.errors[0].code if one.errors else "") for one in found]
    assert said == [
        ("created", ""), ("refused", "REC_001"), ("changed", ""), ("refused", "WRITE_019"), ("refused", "WRITE_005"),
        ("refused", "WRITE_001"), ("created", ""), ("refused", "REC_056"), ("refused", "REC_002"),
    ]  # fmt: skip
    assert found[0].warnings == () and found[2].version == 2 and found[0].label.startswith("甲（2026")
    assert len(await history(school, found[6].id or 0)) == 1


async def test_all_or_nothing_is_all_or_nothing(school: School) -> None:
    unit, before = await a_class(school), await count(school, "student")
    bad = [_row(unit), _row(unit, resident_id="110101201001011237"), _row(unit, resident_id="110101201001011237")]
    found = await submit_all(await school.work("admin"), bad, together=True, token="api:1:a")
    assert _words(found) == ["refused"] * 3 and [one.errors[0].code for one in found] == [
        "WRITE_018",
        "WRITE_018",
        "REC_056",
    ]
    assert await count(school, "student") == before
    again = await submit_all(await school.work("admin"), bad, together=True, token="api:1:a")
    assert [(o.outcome, o.errors[0].code) for o in again] == [(o.outcome, o.errors[0].code) for o in found]
    assert codes(await refused(submit_all(await school.work("admin"), bad[:1], token="api:1:a")))[0][0] == "API_009"
    found = await submit_all(await school.work("admin"), bad[:2], together=True, token="api:1:b")
    assert _words(found) == ["created", "created"] and await count(school, "student") == before + 2
    again = await submit_all(await school.work("admin"), bad[:2], together=True, token="api:1:b")
    assert [o.id for o in again] == [o.id for o in found] and await count(school, "student") == before + 2


async def test_a_bulk_change_tells_of_every_record_and_is_taken_back(school: School) -> None:
    ids = await school.ids("student")
    before = {n: await state(school, "student", n) for n in ids[:3] + ids[-3:]}

    async def listed() -> AsyncIterator[int]:
        for number in ids:
            yield number

    batch = await bulk_change(await school.work("registrar.east"), "student", listed(), {"remark": "统一"}, token="b1")
    assert sum(batch.counts.values()) == len(ids) and set(batch.counts) == {"changed", "refused"}
    assert batch.rows[0].outcome == "refused" and batch.rows[0].messages[0].code == "WRITE_005"
    again = await bulk_change(await school.work("registrar.east"), "student", [], {"remark": "统一"}, token="b1")
    assert (again.id, again.counts, again.rows) == (batch.id, batch.counts, batch.rows)
    changed = [row.record for row in batch.rows if row.outcome == "changed"]
    assert changed and all([(await history(school, changed[0] or 0))[-1][3] == f"bulk:{batch.id}"])
    await sent(school, "registrar.east", "student", {"remark": "后来"}, id=changed[0])
    back = await undo(await school.work("registrar.east"), batch.id)
    assert back.counts == {"changed": len(changed) - 1, "refused": 1} and back.undoes == batch.id
    assert [(row.record, row.messages[0].code) for row in back.rows] == [(changed[0], "WRITE_012")]
    assert {n: await state(school, "student", n) for n in before if n != changed[0]} == {
        n: s for n, s in before.items() if n != changed[0]
    }
    assert (await batch_of(await school.work("registrar.east"), batch.id)).undone_by == back.id
    assert codes(await refused(undo(await school.work("registrar.east"), batch.id))) == [("WRITE_013", "")]


async def test_a_bulk_change_asks_for_something_to_change_and_has_an_end(school_sqlite: School) -> None:
    work = await school_sqlite.work("admin")
    assert codes(await refused(bulk_change(work, "student", [1], {}))) == [("WRITE_016", "")]
    assert codes(await refused(bulk_change(work, "student", range(5001), {"remark": "x"}))) == [("WRITE_015", "")]
    assert (await bulk_change(work, "student", [], {"remark": "x"})).counts == {}
    many = [_row(1)] * 1001
    assert codes(await refused(submit_all(work, many))) == [("WRITE_015", "")]


async def test_a_bulk_change_that_was_cut_off_goes_on_where_it_stopped(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shuyuan.engine.ops import bulk

    monkeypatch.setattr(bulk, "AT_ONCE", 10)
    ids = (await school.ids("student"))[:35]
    real, turns = bulk._changed, []

    async def failing(*args: Any, **more: Any) -> None:
        turns.append(1)
        if len(turns) == 3:  # a publication goes by
            async with school.engine.store.transaction() as connection:
                await connection.run(Sql("UPDATE sy_live SET epoch = epoch + 1 WHERE id = 1"))
        await real(*args, **more)

    monkeypatch.setattr(bulk, "_changed", failing)
    with pytest.raises(Moved):
        await bulk_change(await school.work("admin"), "student", ids, {"remark": "分段"}, token="c1")
    await school.engine.refresh()
    batch = await bulk_change(await school.work("admin"), "student", [], {"remark": "分段"}, token="c1")
    assert batch.state == "done" and batch.counts == {"changed": 35} and len(batch.rows) == 35
    assert {len(await history(school, n)) for n in ids} == {1}, "none of them twice"


async def test_deleting_many_spares_what_is_needed_and_comes_back(school: School) -> None:
    used = (await school.ids("student"))[0]
    made = [await a_student(school, name=f"删{at}", guardians=[{"name": "父"}]) for at in range(3)]
    before = {one.id: await state(school, "student", one.id) for one in made}
    batch = await bulk_remove(await school.work("admin"), "student", [*before, used], token="r1")
    assert batch.counts == {"removed": 3, "refused": 1}
    assert {d.code for d in batch.rows[0].messages} <= {"WRITE_007", "WRITE_009"} and batch.rows[0].record == used
    assert not (await state(school, "student", made[0].id))[0]
    back = await undo(await school.work("admin"), batch.id)
    assert back.counts == {"restored": 3}
    assert {n: await state(school, "student", n) for n in before} == before


async def test_an_import_is_taken_back_to_the_state_before(school: School) -> None:
    tables = [t.name for e in ("student", "enrollment") for t in school.engine.version.tables(e)] + [
        "sy_search",
        "sy_unit",
    ]
    there = await a_student(school, remark="旧", guardians=[{"name": "父"}])
    unit, work = await a_class(school), await school.work("admin")

    async def sizes() -> list[int]:
        return [(await school.rows(f"SELECT count(*) FROM {name}", "bigint"))[0][0] for name in tables]

    before, stood = await sizes(), await state(school, "student", there.id)
    rows = [replace(_row(unit, name=f"导入{at}", guardians=[{"name": "母"}]), source="import") for at in range(120)]
    rows.append(Submission("student", {"remark": "新", "name": "换名"}, id=there.id, source="import"))
    found = await submit_all(work, rows, origin="import:4711")  # type: ignore[arg-type]
    assert _words(found) == ["created"] * 120 + ["changed"]
    start = [
        *begun(work, 4711, "import", work.entity("student"), "名单.xlsx", {}),
        Update(BATCH, {"id": 4711}, {"state": "done"}),
    ]
    await school.engine.store.apply(start)
    later = found[5].id or 0
    await sent(school, "admin", "student", {"remark": "有人动过"}, id=later)
    back = await undo(await school.work("admin"), 4711)
    assert back.counts == {"removed": 119, "changed": 1, "refused": 1}
    assert await state(school, "student", there.id) == stood
    await remove(await school.work("admin"), "student", later)
    assert await sizes() == before


async def test_only_what_stands_as_it_was_written_is_taken_back(school: School) -> None:
    saved = await a_student(school, remark="一", phone="13800138000")
    await sent(school, "admin", "student", {"remark": "二"}, id=saved.id)
    change = await last_change(school, saved.id)
    await sent(school, "admin", "student", {"phone": "13800138001"}, id=saved.id)
    done = await undo_change(await school.work("admin"), change)
    assert done.version == 4, "another field was changed since, this one was not"
    assert codes(await refused(undo_change(await school.work("admin"), 1))) == [("WRITE_013", "")]
    await sent(school, "admin", "student", {"remark": "三"}, id=saved.id)
    found = await refused(undo_change(await school.work("admin"), change))
    assert codes(found) == [("WRITE_012", "")]


async def test_a_file_that_was_given_up_comes_back_with_the_change(school: School) -> None:
    file = await upload(await school.work("admin"), "照片.png", pieces(PNG))
    saved = await a_student(school, photo=file.id)
    before = await state(school, "student", saved.id)
    await sent(school, "admin", "student", {"photo": None}, id=saved.id)
    assert await school.rows(Sql("SELECT state FROM sy_file WHERE id = ?", (file.id,)), "text") == [("gone",)]
    await undo_change(await school.work("admin"), await last_change(school, saved.id))
    assert await state(school, "student", saved.id) == before
    await remove(await school.work("admin"), "student", saved.id)
    await undo_change(await school.work("admin"), await last_change(school, saved.id))
    assert await state(school, "student", saved.id) == before


async def test_a_batch_is_seen_by_who_made_it_and_who_reads_the_audit(school_sqlite: School) -> None:
    school = school_sqlite
    work = await school.work("registrar.east")
    batch = await bulk_change(work, "student", (await school.ids("student"))[:1], {"remark": "x"})
    assert (await batch_of(await school.work("admin"), batch.id)).id == batch.id
    assert codes(await refused(batch_of(await school.work("registrar.west"), batch.id))) == [("WRITE_013", "")]
    extra = noted(work, batch.id, 2, [777], [Outcome(None, None, "refused", (batch.rows[0].messages or ()))])
    assert len(extra) == 1
