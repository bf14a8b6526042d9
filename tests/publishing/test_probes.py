"""What a plan counts: each kind of probe over real rows, with samples, and that only so much is read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shuyuan.engine import Actor, Proposed, propose
from shuyuan.engine.model import Grant, Sql
from shuyuan.engine.ops import probing
from shuyuan.engine.store.protocol import Insert
from shuyuan.engine.store.tables import DRAFT, SAVED_VIEW, TOKEN

from .conftest import Small, texts

TEXT = {"is": "text", "title": {"zh": "文", "en": "Text"}}
NUMBER = {"is": "integer", "title": {"zh": "数", "en": "Number"}}
OPTIONS = [{"name": n, "title": n.title()} for n in ("red", "green", "blue")]


def choice(kind: str, *names: str) -> dict[str, Any]:
    return {"is": kind, "title": "C", "choices": [o for o in OPTIONS if o["name"] in names]}


def answers(found: Proposed) -> dict[str, tuple[int | None, list[str]]]:
    """Kind of probe -> count and labels of the samples."""
    assert found.plan is not None, found.diagnostics
    return {
        probe.kind: (found.counts[probe], [one.label for one in found.samples.get(probe, ())])
        for step in found.plan.steps
        for probe in step.probes
    }


BEFORE: dict[str, Any] = {
    "memo": TEXT,
    "age": NUMBER,
    "kind": choice("choice", "red", "green", "blue"),
    "many": choice("multi_choice", "red", "green", "blue"),
    "lines": {"is": "rows", "title": "L", "of": {"a": TEXT}},
}
ROWS = (
    ("Li", "'1'", "5", "'red'", '\'["red","blue"]\''),
    ("Wang", "'x'", "7", "'green'", "'[\"blue\"]'"),
    ("Zhao", "NULL", "9", "'red'", "NULL"),
    ("Qian", "'x'", "NULL", "NULL", "'[\"green\"]'"),
)


async def filled(small: Small) -> None:
    await small.install(texts(**BEFORE))
    for number, (name, memo, age, kind, many) in enumerate(ROWS, 1):
        await small.put(number, name=f"'{name}'", memo=memo, age=age, kind=kind, many=many)
    spec = small.engine.version.entity("pupil").field("lines")
    assert spec is not None
    child, column = f"{small.table()}_{spec.id}", f"c_{spec.rows[0].id}"
    async with small.store.transaction() as connection:
        for number, (parent, a) in enumerate(((1, "p"), (1, "p"), (2, "p"), (3, "q")), 50):
            values = f"{number}, {parent}, {number}, '{a}'"
            await connection.run(Sql(f"INSERT INTO {child} (id, parent, position, {column}) VALUES ({values})"))


def without(name: str) -> dict[str, str]:
    return texts(**{k: v for k, v in BEFORE.items() if k != name})


def changed(**fields: Any) -> dict[str, str]:
    return texts(**{**BEFORE, **fields})


CASES: list[tuple[str, dict[str, str], str, int, list[str]]] = [
    ("a field goes", without("memo"), "filled", 3, []),
    ("a sub-table goes", without("lines"), "records", 4, []),
    ("a field becomes required", changed(memo={**TEXT, "was": "memo"}), "", 0, []),
    ("text turns into numbers", changed(memo=NUMBER), "unconvertible", 2, ["Wang", "Qian"]),
    ("a rule for a field", changed(memo={**TEXT, "minLength": 2}), "unconvertible", 3, ["Li", "Wang", "Qian"]),
    ("values may not repeat", changed(memo={**TEXT, "unique": True}), "duplicates", 2, ["Wang", "Qian"]),
    ("an option goes", changed(kind=choice("choice", "green", "blue")), "values", 2, ["Li", "Zhao"]),
    ("one of several options goes", changed(many=choice("multi_choice", "red", "green")), "values", 2, ["Li", "Wang"]),
    (
        "cells of one record may not repeat",
        changed(lines={"is": "rows", "title": "L", "of": {"a": {**TEXT, "unique": True}}}),
        "duplicates",
        2,
        ["Li"],
    ),
    ("a column goes", changed(lines={"is": "rows", "title": "L", "of": {"b": TEXT}}), "filled", 4, []),
]


@pytest.mark.parametrize(("name", "documents", "kind", "count", "samples"), CASES, ids=[c[0] for c in CASES])
async def test_what_is_touched_is_counted_and_shown(
    small: Small, name: str, documents: dict[str, str], kind: str, count: int, samples: list[str]
) -> None:
    await filled(small)
    found = answers(await propose(small.work(), documents))
    if kind:
        assert found[kind] == (count, samples)
    else:
        assert found == {}


async def test_a_required_field_counts_the_records_without_it(small: Small) -> None:
    await filled(small)
    made = changed()
    pupil = json.loads(made["pupil.json"])
    pupil["schema"]["required"] = ["age"]
    found = answers(await propose(small.work(), {**made, "pupil.json": json.dumps(pupil)}))
    assert found["empty"] == (1, ["Qian"])


@pytest.mark.parametrize(
    ("when", "count", "samples"),
    [("age > 6", 2, ["Wang", "Zhao"]), ("memo = null and age != null", 1, ["Zhao"]), ("fresh = 1", None, [])],
)
async def test_a_new_rule_counts_the_records_that_break_it(
    small: Small, when: str, count: int | None, samples: list[str]
) -> None:
    await filled(small)
    rule = [{"when": when, "error": {"zh": "错", "en": "Wrong"}, "on": ["name"]}]
    found = answers(await propose(small.work(), texts(rule, **BEFORE, fresh=NUMBER)))
    assert found["breaking"] == (count, samples)


async def test_together_unique_fields_count_the_records_that_share_all_of_them(small: Small) -> None:
    await filled(small)
    found = answers(await propose(small.work(), texts(unique=[["memo", "kind"]], **BEFORE)))
    assert found["duplicates"] == (0, [])
    await small.put(9, name="'Sun'", memo="'1'", kind="'red'")
    found = answers(await propose(small.work(), texts(unique=[["memo", "kind"]], **BEFORE)))
    assert found["duplicates"] == (2, ["Li", "Sun"])


async def test_drafts_views_and_tokens_that_speak_of_it_are_counted(small: Small) -> None:
    form = {"form": "pupil_form", "of": "pupil", "title": "F", "layout": [{"section": "S", "fields": ["name", "memo"]}]}
    documents = {**texts(**BEFORE), "form.json": json.dumps(form)}
    await small.install(documents)
    entity, made = small.engine.version.entity("pupil"), small.engine.version.model.forms["pupil_form"]
    draft = {"account": 1, "form": made.id, "record": 0, "defn": 1, "content": {}, "updated_at": 0}
    view = {"account": 1, "entity": entity.id, "title": "V", "shared": False, "position": 0, "created_at": 0}
    token = {"account": 1, "title": "T", "created_at": 0, "expires_at": None, "used_at": None, "revoked_at": None}
    await small.store.apply(
        [
            Insert(DRAFT, {"id": 1, **draft}),
            Insert(SAVED_VIEW, {"id": 2, **view, "query": {"params": [["memo.contains", "x"]], "defn": 1}}),
            Insert(SAVED_VIEW, {"id": 3, **view, "query": {"params": [["sort", "name,-memo"]], "defn": 1}}),
            Insert(SAVED_VIEW, {"id": 4, **view, "query": {"params": [["q", "memo"], ["name", "memory"]], "defn": 1}}),
            Insert(TOKEN, {"id": 5, "hash": "h", **token, "scopes": ["pupil:see", "room:see"]}),
            Insert(TOKEN, {"id": 6, "hash": "i", **token, "scopes": ["room:see"]}),
        ]
    )
    gone = {**without("memo"), "form.json": json.dumps({**form, "layout": [{"section": "S", "fields": ["name"]}]})}
    found = answers(await propose(small.work(), gone))
    assert (found["drafts"][0], found["saved_views"][0]) == (1, 2)
    found = answers(
        await propose(small.work(), {k: v for k, v in documents.items() if k not in ("pupil.json", "form.json")})
    )
    assert (found["tokens"][0], found["saved_views"][0]) == (1, 3)


async def test_counting_stops_where_nothing_more_would_be_learnt(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    await filled(small)
    monkeypatch.setattr(probing, "MOST", 2)
    monkeypatch.setattr(probing, "MOST_READ", 2)
    monkeypatch.setattr(probing, "_PAGE", 2)
    found = await propose(small.work(), changed(memo=NUMBER))
    assert {(p.kind, n, p in found.atleast) for p, n in found.counts.items()} == {
        ("filled", 2, True), ("unconvertible", 1, True),
    }  # fmt: skip


async def test_samples_are_only_those_whoever_looks_may_see(small: Small) -> None:
    documents = texts(**BEFORE)
    editor = {"policy": "e", "role": "editor", "title": "E", "system": ["definitions"], "lines": []}
    await small.install({**documents, "editor.json": json.dumps(editor)})
    await small.put(1, name="'Li'", memo="'x'")
    gone = {**changed(memo=NUMBER), "editor.json": json.dumps(editor)}
    from shuyuan.engine.ops.live import LIVE_ROW

    stamp = (await small.store.rows(LIVE_ROW))[0][2]
    work = small.work(Actor(5, "E", grants=(Grant("editor"),), stamp=stamp))
    assert answers(await propose(work, gone))["unconvertible"] == (1, [])
    assert answers(await propose(small.work(), gone))["unconvertible"] == (1, ["Li"])
