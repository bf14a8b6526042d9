"""Several people and workers at the same moment: exactly one effect each, numbers without gaps, nobody overwritten."""

from __future__ import annotations

import asyncio
from typing import Any

from shuyuan.engine import Conflict
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.model import Sql
from shuyuan.engine.ops.actors import Stale
from shuyuan.engine.ops.remove import remove
from shuyuan.engine.ops.submission import Saved, Submission
from shuyuan.engine.ops.submit import submit

from ..school import School
from .desk import a_class, a_student, codes, count, history, refused, sent, state

Outcome = Saved | Refused


async def _settled(*of: Any) -> list[Outcome]:
    """All of them at once; what each came to, refusals included."""
    found = await asyncio.gather(*of, return_exceptions=True)
    for one in found:
        assert isinstance(one, Saved | Refused), repr(one)
    return found  # type: ignore[return-value]


async def _workers(school: School) -> list[Any]:
    """Two processes' worth of engines, and the account that acts in both."""
    return [school.engine, await school.another()]


async def test_twenty_takers_in_two_workers_get_numbers_without_a_gap_and_without_a_failure(school: School) -> None:
    engines = await _workers(school)
    actor, unit = await school.actor("admin"), await a_class(school)
    values = {"class": unit, "enrolled_on": "2026-09-01"}

    async def taker(at: int) -> list[Outcome]:
        found: list[Outcome] = []
        for turn in range(10):
            name = "" if turn == 4 else f"新生{at}-{turn}"
            sent = Submission("student", {"name": name, **values}, source="api")
            found += await _settled(submit(engines[at % 2].work(actor), sent))
        return found

    found = [one for several in await asyncio.gather(*(taker(at) for at in range(20))) for one in several]
    saved = [one for one in found if isinstance(one, Saved)]
    assert len(saved) == 180 and {tuple(codes(one)) for one in found if isinstance(one, Refused)} == {
        (("REC_001", "name"),)
    }
    numbers = sorted(int(one.changeset.values["student_no"][4:]) for one in saved)
    assert numbers == list(range(numbers[0], numbers[0] + 180))
    again = await a_student(school)
    assert int(again.changeset.values["student_no"][4:]) == numbers[-1] + 1


async def test_twenty_who_write_on_top_of_whatever_is_stored_all_get_their_turn(school: School) -> None:
    engines = await _workers(school)
    actor, saved = await school.actor("admin"), await a_student(school)
    change = [Submission("student", {"remark": f"{at}"}, id=saved.id) for at in range(20)]
    found = await _settled(*(submit(engines[at % 2].work(actor), one) for at, one in enumerate(change)))
    assert all(isinstance(one, Saved) for one in found)
    assert sorted(v for _, v, _, _ in await history(school, saved.id)) == list(range(1, 22))


async def test_a_number_that_is_in_use_already_is_passed_over(school: School) -> None:
    first = await a_student(school)
    number = int(first.changeset.values["student_no"])
    values = {"name": "旧生", "class": await a_class(school), "enrolled_on": "2026-09-01"}
    imported = Submission("student", {**values, "student_no": str(number + 1)}, source="import")
    await submit(await school.work("admin"), imported)
    assert (await a_student(school)).changeset.values["student_no"] == str(number + 2), "the counter has moved on"
    table, spec = (
        school.engine.version.tables("student")[0].name,
        school.engine.version.entity("student").field("student_no"),
    )
    assert spec is not None
    # Somebody wrote past the engine: the counter knows nothing of it.
    async with school.engine.store.transaction() as connection:
        await connection.run(Sql(f"UPDATE {table} SET c_{spec.id} = ? WHERE id = ?", (str(number + 3), first.id)))
    assert (await a_student(school)).changeset.values["student_no"] == str(number + 4)


async def test_the_same_submission_sent_ten_times_at_once_has_one_effect(school: School) -> None:
    engines = await _workers(school)
    actor, before = await school.actor("admin"), await count(school, "student")
    sent = Submission(
        "student", {"name": "一次", "class": await a_class(school), "enrolled_on": "2026-09-01"}, token="x1"
    )
    found = await _settled(*(submit(engines[at % 2].work(actor), sent) for at in range(10)))
    saved = [one for one in found if isinstance(one, Saved)]
    assert len(saved) == 10 and len({one.id for one in saved}) == 1 and sum(not one.repeated for one in saved) == 1
    assert await count(school, "student") == before + 1
    change = Submission("student", {"remark": "改一次"}, id=saved[0].id, version=1, token="x2")
    found = await _settled(*(submit(engines[at % 2].work(actor), change) for at in range(10)))
    assert all(isinstance(one, Saved) and one.version == 2 for one in found)
    assert len(await history(school, saved[0].id)) == 2


async def test_of_two_who_save_at_once_one_wins_and_the_other_is_shown_what_came_first(school: School) -> None:
    engines = await _workers(school)
    actor, saved = await school.actor("admin"), await a_student(school)
    for turn in range(1, 6):
        change = [Submission("student", {"remark": f"{turn}-{at}"}, id=saved.id, version=turn) for at in range(2)]
        found = await _settled(*(submit(e.work(actor), c) for e, c in zip(engines, change, strict=True)))
        done = [one for one in found if isinstance(one, Saved)]
        lost = [one for one in found if isinstance(one, Refused)]
        assert len(done) == len(lost) == 1 and isinstance(lost[0].detail, Conflict)
        assert lost[0].detail.theirs["remark"] == done[0].changeset.values["remark"]
    assert len(await history(school, saved.id)) == 6


async def test_of_two_with_the_same_unique_value_one_is_told(school: School) -> None:
    engines = await _workers(school)
    actor, unit = await school.actor("admin"), await a_class(school)
    values = {"name": "同号", "class": unit, "enrolled_on": "2026-09-01", "resident_id": "110101201001011237"}
    found = await _settled(*(submit(e.work(actor), Submission("student", values)) for e in engines * 2))
    assert sum(isinstance(one, Saved) for one in found) == 1
    assert {tuple(codes(one)) for one in found if isinstance(one, Refused)} == {(("REC_056", "resident_id"),)}


async def test_using_a_record_and_deleting_it_at_once_leaves_no_loose_end(school: School) -> None:
    engines = await _workers(school)
    actor = await school.actor("admin")
    for turn in range(4):
        room = await sent(school, "admin", "room", await _room(school, f"教室{turn}"))
        unit = await a_class(school)
        use = submit(engines[0].work(actor), Submission("class", {"room": room.id}, id=unit))
        go = remove(engines[1].work(actor), "room", room.id)
        used, gone = await asyncio.gather(use, go, return_exceptions=True)
        there = await count(school, "room")
        assert isinstance(used, Saved) != isinstance(gone, Saved), (used, gone)
        rows = (await state(school, "room", room.id))[0]
        assert bool(rows) == isinstance(used, Saved) and there
        await sent(school, "admin", "class", {"room": None}, id=unit)


async def _room(school: School, name: str) -> dict[str, Any]:
    entity = school.engine.version.entity("room")
    campus = (await school.rows("SELECT id FROM sy_unit WHERE label = '东校区'", "bigint"))[0][0]
    values: dict[str, Any] = {"name": name}
    for spec in entity.fields:
        if spec.required and spec.name != "name" and spec.default is None and spec.value is None:
            values[spec.name] = (
                campus if spec.type in ("unit", "campus", "link") else spec.choices[0].name if spec.choices else "1"
            )
    return values


async def test_a_right_that_is_taken_counts_for_a_change_that_is_under_way(school: School) -> None:
    saved = await a_student(school)
    held = await school.work("registrar.east")
    async with school.engine.store.transaction() as connection:
        await connection.run(Sql("DELETE FROM sy_grant WHERE account = ?", (held.actor.id,)))
        await connection.run(Sql("UPDATE sy_live SET access = access + 1 WHERE id = 1"))
    try:
        await submit(held, Submission("student", {"remark": "x"}, id=saved.id))
    except Stale:
        pass
    else:
        raise AssertionError("written by a right that was gone")
    assert codes(await refused(sent(school, "registrar.east", "student", {"remark": "x"}, id=saved.id)))
