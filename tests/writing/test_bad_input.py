"""Whatever is sent ends in words, with nothing written or all of it; and what was written can be taken back."""

from __future__ import annotations

import os
import re
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shuyuan.engine.diagnostics import Refused, words
from shuyuan.engine.ops.bulk import bulk_change
from shuyuan.engine.ops.drafts import draft_of, keep_draft
from shuyuan.engine.ops.submission import Saved, Submission
from shuyuan.engine.ops.submit import consider, submit
from shuyuan.engine.ops.submit_all import submit_all
from shuyuan.engine.ops.undo import undo_change

from ..school import School
from .desk import a_class, a_student, count, history, last_change, refused, state


def _nested(depth: int) -> Any:
    found: Any = "x"
    for _ in range(depth):
        found = [found]
    return found


HUGE = "長" * 3_500_000  # ten million bytes
PAYLOADS: tuple[Any, ...] = (
    {"remark": HUGE},
    {"name": HUGE},
    {"phone": "1" * 5_000_000},
    {"class": 2**70},
    {"class": -1},
    {"class": "9" * 400},
    {"class": {"id": {"id": 1}}},
    {"class": [1, 2]},
    {"class": True},
    {"photo": 2**62},
    {"photo": [1] * 5000},
    {"guardians": "x"},
    {"guardians": [{"id": 10**30}]},
    {"guardians": [{"id": 1}, {"id": 1}]},
    {"guardians": [{"name": {"a": 1}}] * 7},
    {"guardians": {"0": [], "x": 1}},
    {"guardians": [{f"k{at}": 1 for at in range(300)}]},
    {"name": _nested(60)},
    {"name": {"zh": "x"}},
    {"name": 5},
    {"name": None},
    {"name": "a\0b"},
    {"name": "\ud800"},
    {"remark": "\x00\x01\x02"},
    {"enrolled_on": "0000-00-00"},
    {"enrolled_on": "9999999-01-01"},
    {"enrolled_on": Decimal("1e400")},
    {"boarding": ["day"]},
    {"resident_id": "' OR 1=1 --"},
    {'name"; DROP TABLE sy_case; --': "x"},
    {"": "x"},
    {"c_f1": "x"},
    {f"unknown{at}": at for at in range(3000)},
    {"id": 5, "version": 9, "created_by": 1},
    {"student_no": "20260001"},
    {"status": "graduated"},
    "not an object",
    ["a", "list"],
    None,
)


async def test_bad_input_is_refused_in_words_and_writes_nothing(school: School) -> None:
    saved, before = (await school.ids("student"))[0], await count(school, "student")
    for at, values in enumerate(PAYLOADS):
        stood = await state(school, "student", saved, meta=True)
        found = await refused_or_same(submit(await school.work("admin"), Submission("student", values, source="api")))
        assert found is not None, f"{at}: a new student lacks what is required"
        for diagnostic in found.diagnostics:
            for lang in ("zh", "en"):
                said = words(diagnostic, lang).what
                assert len(said) < 2000 and not re.search(r"\{[a-z_]+\}", said), at
        change = Submission("student", values, id=saved, source="api")
        if await refused_or_same(submit(await school.work("admin"), change)) is not None:
            assert await state(school, "student", saved, meta=True) == stood, at
        shown = Submission("student", values if isinstance(values, dict) else {}, id=saved)
        await consider(await school.work("admin"), shown, draft=True)
    assert await count(school, "student") == before


async def refused_or_same(of: Any) -> Refused | None:
    try:
        await of
    except Refused as found:
        return found
    return None


async def test_ids_that_are_none_are_missing(school_sqlite: School) -> None:
    work = await school_sqlite.work("admin")
    for number in (0, -1, 2**62, 1):
        found = await refused(submit(work, Submission("student", {"remark": "x"}, id=number)))
        assert found.diagnostics[0].code == "WRITE_005"
    batch = await bulk_change(work, "student", [0, -1, 2**62], {"remark": "x"})
    assert batch.counts == {"refused": 3}
    for entity in ("nowhere", "", "student'; --", "x" * 10_000):
        assert (await refused(submit(work, Submission(entity, {})))).diagnostics[0].code == "ASK_009"
        assert (await refused(submit_all(work, [Submission(entity, {})]))).diagnostics[0].code == "ASK_009"
    for form in ("nowhere", "class_form", "org"):
        assert (await refused(submit(work, Submission("student", {}, form=form)))).diagnostics[0].code == "ASK_009"


# ---------------------------------------------------------------- anything at all

_scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.decimals(allow_nan=False, allow_infinity=False),
    st.text(max_size=30), st.sampled_from(["2026-01-01", "day", "boarder", "13800138000", "1", "51", "无", "0"]),
)  # fmt: skip
_anything = st.recursive(
    _scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=8,
)
_FIELDS = (
    "name", "former_name", "class", "resident_id", "sex", "birth_date", "ethnic_group", "phone", "email", "address",
    "boarding", "dorm", "health_note", "bank_card", "entry_kind", "previous_school", "enrolled_on", "remark", "photo",
)  # fmt: skip
_CELLS = {
    "name": st.text(max_size=8),
    "relation": st.sampled_from(["51", "52", "x", ""]),
    "phone": st.sampled_from(["13900139000", "", "1"]),
    "contact_order": st.integers(0, 10),
    "lives_with": st.booleans(),
}
_rows = st.lists(st.fixed_dictionaries({}, optional=_CELLS), max_size=4)
_values = st.fixed_dictionaries(
    {}, optional={**dict.fromkeys(_FIELDS, _anything), "guardians": st.one_of(_rows, _anything)}
)
_DEEP = bool(os.environ.get("SHUYUAN_DEEP"))
_SHAKE = settings(
    max_examples=300 if _DEEP else 25,
    deadline=None,
    derandomize=not _DEEP,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@_SHAKE
@given(data=st.data())
async def test_anything_sent_is_written_whole_and_taken_back_whole_or_refused(
    school_sqlite: School, data: st.DataObject
) -> None:
    school = school_sqlite
    good = {"name": "某某", "class": await a_class(school), "enrolled_on": "2026-09-01"}
    first, second = {**good, **data.draw(_values)}, data.draw(_values)
    before = await count(school, "student")
    made = await _written(school, Submission("student", first, source="api"))
    if made is None:
        assert await count(school, "student") == before
        return
    stood = await state(school, "student", made.id)
    await _says_what_was_cast(school, made)
    changed = await _written(school, Submission("student", second, id=made.id, source="api"))
    if changed is not None and changed.changed:
        await _says_what_was_cast(school, changed)
        await undo_change(await school.work("admin"), await last_change(school, made.id))
    assert await state(school, "student", made.id) == stood
    assert [v for _, v, _, _ in await history(school, made.id)] == list(
        range(1, len(await history(school, made.id)) + 1)
    )
    await undo_change(await school.work("admin"), (await _first_change(school, made.id)))
    assert await count(school, "student") == before


async def _written(school: School, sent: Submission) -> Saved | None:
    try:
        return await submit(await school.work("admin"), sent)
    except Refused as found:
        assert all(d.code.startswith(("REC_", "WRITE_")) for d in found.diagnostics), found
        return None


async def _says_what_was_cast(school: School, saved: Saved) -> None:
    """What is read back is what the cast said would be stored."""
    from shuyuan.engine.ops.held import held

    found = await held(school.engine.work(), school.engine.version.entity("student"), saved.id, "see")
    assert found is not None and found.record.version == saved.version
    full = saved._full.values
    for name, value in found.record.values.items():
        assert value == full[name] or (value in ((), None) and full[name] in ((), None)), name


async def _first_change(school: School, record: int) -> int:
    from shuyuan.engine.model import Sql

    rows = await school.rows(Sql("SELECT id FROM sy_history WHERE record = ? ORDER BY id LIMIT 1", (record,)), "bigint")
    ((found,),) = rows
    return int(found)


@_SHAKE
@given(values=_values)
async def test_any_draft_comes_back_as_it_was_typed(school_sqlite: School, values: dict[str, Any]) -> None:
    work = await school_sqlite.work("admin")
    plain = {k: v for k, v in values.items() if k != "guardians" and _json(v)}
    await keep_draft(work, "student_intake", plain)
    found = await draft_of(work, "student_intake")
    assert found is not None and found.values == plain


def _json(value: Any) -> bool:
    """Whether a form could have sent it: text, and what holds text."""
    if isinstance(value, str):
        return value.isprintable() and "\0" not in value
    return isinstance(value, bool | None) or (isinstance(value, int) and abs(value) < 2**53)


async def test_a_draft_of_hostile_shape_is_kept_or_refused(school: School) -> None:
    work = await school.work("admin")
    saved = await a_student(school)
    for values in PAYLOADS:
        if isinstance(values, dict):
            try:
                await keep_draft(work, "student_edit", values, saved.id)
            except Refused as found:
                assert found.diagnostics[0].code in ("WRITE_030", "WRITE_011")
