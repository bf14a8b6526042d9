"""Drafts and saved views: one's own, kept through renames, with an end."""

from __future__ import annotations

from typing import Any

import pytest
from shuyuan.engine.definition.rename import rename_field
from shuyuan.engine.ops.drafts import draft_of, drafts_of, drop_draft, keep_draft, swept_drafts
from shuyuan.engine.ops.publish import install
from shuyuan.engine.ops.saved_views import drop_view, save_view, view_named, views_of
from shuyuan.engine.ops.submission import Submission
from shuyuan.engine.ops.submit import submit

from ..school import School
from .desk import a_class, a_student, codes, refused

TYPED = {"name": "没写完", "guardians": {"0": {"name": "父", "id": ""}, "1": {"name": ""}}, "phone": "138", "zzz": "x"}


async def test_a_draft_is_found_again_by_who_typed_it_only(school: School) -> None:
    work = await school.work("registrar.east")
    at = await keep_draft(work, "student_intake", TYPED)
    again = await keep_draft(work, "student_intake", {**TYPED, "name": "写多一点"})
    assert at == again == school.clock()
    found = await draft_of(work, "student_intake")
    assert found is not None and found.at == at and found.version == 0
    assert found.values == {
        "name": "写多一点",
        "guardians": {"0": {"name": "父", "id": ""}, "1": {"name": ""}},
        "phone": "138",
    }
    assert await draft_of(await school.work("admin"), "student_intake") is None
    assert [(line.form, line.record) for line in await drafts_of(work)] == [("student_intake", 0)]
    await drop_draft(work, "student_intake")
    assert await draft_of(work, "student_intake") is None and await drafts_of(work) == ()


async def test_a_draft_goes_with_the_submission_and_each_record_has_its_own(school: School) -> None:
    saved = await a_student(school)
    work = await school.work("admin")
    await keep_draft(work, "student_edit", {"remark": "x"}, saved.id, 1)
    await keep_draft(work, "student_intake", {"name": "新"})
    kept = await draft_of(work, "student_edit", saved.id)
    assert kept is not None and kept.version == 1
    await submit(work, Submission("student", {"remark": "x"}, form="student_edit", id=saved.id))
    assert await draft_of(work, "student_edit", saved.id) is None
    assert await draft_of(work, "student_intake") is not None
    values = {"name": "新", "class": await a_class(school), "enrolled_on": "2026-09-01"}
    await submit(work, Submission("student", values, form="student_intake"))
    assert await draft_of(work, "student_intake") is None


async def test_a_draft_has_an_end(school_sqlite: School, monkeypatch: pytest.MonkeyPatch) -> None:
    school, work = school_sqlite, await school_sqlite.work("admin")
    assert codes(await refused(keep_draft(work, "student_intake", {"remark": "x" * 500_000}))) == [("WRITE_030", "")]
    assert codes(await refused(keep_draft(work, "nowhere", {}))) == [("ASK_009", "")]
    monkeypatch.setattr("shuyuan.engine.ops.drafts.MOST_DRAFTS", 2)
    for record in (1, 2, 3):
        school.clock.move(minutes=1)
        await keep_draft(await school.work("admin"), "student_edit", {"remark": "x"}, record)
    assert [line.record for line in await drafts_of(work)] == [3, 2]
    school.clock.move(days=91)
    async with school.engine.store.transaction() as connection:
        assert await connection.run(swept_drafts((await school.work("admin")).now.ms)) == 2


async def renamed(school: School, entity: str, old: str, new: str) -> None:
    """Publish the definitions with a field called otherwise."""
    work = school.engine.work()
    await install(work, {**work.version.documents, **rename_field(work.version.documents, entity, old, new)})
    await school.engine.refresh()


async def test_drafts_and_views_follow_a_rename(school_sqlite: School) -> None:
    school, work = school_sqlite, await school_sqlite.work("registrar.east")
    await keep_draft(work, "student_intake", {"remark": "旧名"})
    made = await save_view(
        work, "student", "我的", [("remark.empty", "true"), ("sort", "-name,remark"), ("fields", "name,remark")]
    )
    await renamed(school, "student", "remark", "note_text")
    work = await school.work("registrar.east")
    found = await draft_of(work, "student_intake")
    assert found is not None and found.values == {"note_text": "旧名"}
    view = await view_named(work, "student", made.id)
    assert view.params == (("note_text.empty", "true"), ("sort", "-name,note_text"), ("fields", "name,note_text"))


async def test_a_view_keeps_everything_but_where_one_was(school: School) -> None:
    work = await school.work("registrar.east")
    params = [
        ("status", "enrolled"),
        ("q", "张"),
        ("sort", "-name"),
        ("fields", "name,class"),
        ("limit", "100"),
        ("after", "zz"),
        ("name", " "),
    ]
    made = await save_view(work, "student", "  在读   的 ", params)
    assert made.title == "在读 的" and made.params == tuple(params[:5]) and not made.shared
    changed = await save_view(work, "student", "在读", [("status", "enrolled")], view=made.id, shared=True)
    assert (changed.id, changed.shared) == (made.id, True)
    kept = await save_view(work, "student", "在读", [("status", "suspended")], view=made.id)
    assert kept.shared and (await views_of(work, "student")) == (kept,)
    (seen,) = await views_of(await school.work("registrar.west"), "student")
    assert (seen.id, seen.mine, seen.by) == (made.id, False, work.actor.name)
    await drop_view(work, "student", made.id)
    assert await views_of(work, "student") == ()


#: Title, parameters, what is said.
WRONG: tuple[tuple[str, list[tuple[str, str]], str], ...] = (
    ("", [], "WRITE_031"),
    ("长" * 61, [], "WRITE_031"),
    ("x", [("nonsense", "1")], "ASK_001"),
    ("x", [("sort", "nonsense")], "ASK_001"),
    ("x", [("q", "x" * 7000)], "WRITE_030"),
)


@pytest.mark.parametrize(("title", "params", "said"), WRONG)
async def test_a_view_that_cannot_be_is_refused(school_sqlite: School, title: str, params: Any, said: str) -> None:
    found = await refused(save_view(await school_sqlite.work("admin"), "student", title, params))
    assert found.diagnostics[0].code == said


async def test_views_have_an_end(school_sqlite: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shuyuan.engine.ops.saved_views.MOST", 2)
    work = await school_sqlite.work("admin")
    for at in range(2):
        await save_view(work, "student", f"v{at}", [])
    assert codes(await refused(save_view(work, "student", "v3", []))) == [("WRITE_032", "")]
