"""What goes on by itself: imports left by whoever began them, and what has run out."""

from __future__ import annotations

import asyncio

import pytest
from shuyuan.engine.ops import importing
from shuyuan.engine.ops.import_batch import load_import
from shuyuan.engine.ops.import_job import undo_later
from shuyuan.engine.ops.importing import apply_import, check_import
from shuyuan.engine.ops.jobs import run_due

from ..school import School
from .conftest import Desk, csv
from .test_importing import HEAD, classes, many


async def test_the_jobs_go_on_with_an_import_that_was_left_and_take_one_back(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 10)
    klass, *_ = await classes(school)
    who = Desk(school.engine, await school.actor("registrar.east"))
    one = await who.begun("student", many(klass, 25))
    await check_import(await who.fresh(), one, later=True)
    runner = school.engine.runner
    assert (await run_due(runner)).all == 0
    school.clock.move(seconds=10)
    ran = await run_due(runner)
    assert ran.done == 1, await school.rows("SELECT error FROM sy_job", "text")
    checked = await load_import(await who.fresh(), one.id)
    assert (checked.state, checked.counts) == ("checked", {"created": 25})
    await apply_import(await who.fresh(), checked, later=True)
    school.clock.move(seconds=10)
    monkeypatch.setattr("shuyuan.engine.ops.import_job.TURN", 0.0)
    assert (await run_due(runner)).done == 1
    monkeypatch.setattr("shuyuan.engine.ops.import_job.TURN", 30.0)
    assert (await load_import(await who.fresh(), one.id)).counts == {}
    assert (await run_due(runner)).done == 1
    done = await load_import(await who.fresh(), one.id)
    assert (done.state, done.counts) == ("done", {"created": 25})
    await undo_later(await who.fresh(), one.id, who.actor.id)
    await run_due(runner)
    assert (await load_import(await who.fresh(), one.id)).state == "undone"


class AfterOneRound(asyncio.Event):
    """Is set, and noticed only after the first look."""

    looked = False

    def is_set(self) -> bool:
        looked, self.looked = self.looked, True
        return looked


async def test_an_import_that_nobody_went_on_with_is_given_up_after_a_week(school: School) -> None:
    klass, *_ = await classes(school)
    who = Desk(school.engine)
    left = await who.begun("student", csv(HEAD, ("202690001", "甲", klass, "", "2026-09-01", "统一招生", "走读", "")))
    school.clock.move(days=8)
    stop = AfterOneRound()
    stop.set()
    await school.engine.keep_house(stop)
    assert (await load_import(await who.fresh(), left.id)).state == "stopped"
    assert await school.rows(f"SELECT state FROM sy_file WHERE record = {left.id}", "text") in ([("temp",)], [])
