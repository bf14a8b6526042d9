"""Ids: they stay through renames and publications, are never given out twice, and come back only when asked for."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from shuyuan.engine.definition import Identity, Loaded, load
from shuyuan.engine.definition.identity import used_ids
from shuyuan.engine.model import Field


def texts(fields: dict[str, Any], name: str = "x", **more: Any) -> dict[str, str]:
    schema = {"properties": fields}
    return {"x.json": json.dumps({"entity": name, "title": "X", "label": '"x"', "schema": schema, **more})}


def following(fields: dict[str, Any], before: Loaded | None = None, **more: Any) -> Loaded:
    found = load(texts(fields, **more), before.identity if before else None)
    assert found.model is not None, found.diagnostics
    return found


def field(found: Loaded, name: str, entity: str = "x") -> Field:
    assert found.model is not None
    spec = found.model.entities[entity].field(name)
    assert spec is not None
    return spec


TEXT = {"is": "text", "title": "T"}


def test_two_installations_of_one_pack_have_the_same_ids() -> None:
    assert following({"a": TEXT}).identity == following({"a": TEXT}).identity


def test_a_rename_keeps_id_and_column_and_is_followed_once() -> None:
    a = following({"old": TEXT})
    b = following({"new": {**TEXT, "was": "old"}}, a)
    assert field(b, "new").id == field(a, "old").id
    again = following({"new": {**TEXT, "was": "old"}, "old": TEXT}, b)
    assert field(again, "new").id == field(a, "old").id
    assert field(again, "old").id != field(a, "old").id


def test_two_fields_may_swap_their_names() -> None:
    a = following({"one": TEXT, "two": TEXT})
    b = following({"two": {**TEXT, "was": "one"}, "one": {**TEXT, "was": "two"}}, a)
    assert (field(b, "two").id, field(b, "one").id) == (field(a, "one").id, field(a, "two").id)


def test_an_entity_a_row_column_and_an_option_are_renamed_alike() -> None:
    choices = [{"name": "red", "title": "R"}]
    a = following(
        {
            "kind": {"is": "choice", "title": "K", "choices": choices},
            "rows": {"is": "rows", "title": "R", "of": {"c": TEXT}},
        }
    )
    renamed = {
        "sorted_by": {
            "is": "choice",
            "title": "K",
            "was": "kind",
            "choices": [{"name": "crimson", "was": "red", "title": "C"}],
        },
        "rows": {"is": "rows", "title": "R", "of": {"d": {**TEXT, "was": "c"}}},
    }
    b = following(renamed, a, name="y", was="x")
    assert a.model is not None and b.model is not None
    assert b.model.entities["y"].id == a.model.entities["x"].id
    assert field(b, "sorted_by", "y").id == field(a, "kind").id
    assert field(b, "sorted_by", "y").choices[0].id == field(a, "kind").choices[0].id
    assert field(b, "rows", "y").rows[0].id == field(a, "rows").rows[0].id


def test_what_was_removed_comes_back_by_was_or_by_its_id_and_never_by_its_name_alone() -> None:
    a = following({"a": TEXT, "b": TEXT})
    gone = following({"b": TEXT}, a)
    id_ = field(a, "a").id
    assert field(following({"a": TEXT, "b": TEXT}, gone), "a").id != id_
    assert field(following({"a": {**TEXT, "was": "a"}, "b": TEXT}, gone), "a").id == id_
    assert field(following({"a": {**TEXT, "id": id_}, "b": TEXT}, gone), "a").id == id_


def test_an_id_written_in_the_file_wins_over_the_name() -> None:
    a = following({"a": TEXT, "b": TEXT})
    b = following({"c": {**TEXT, "id": field(a, "a").id}, "b": TEXT}, a)
    assert field(b, "c").id == field(a, "a").id


def test_an_id_that_belongs_to_something_else_is_refused() -> None:
    a = following({"a": TEXT})
    other = texts({"a": TEXT}) | {"y.json": texts({"b": {**TEXT, "id": field(a, "a").id}}, "y")["x.json"]}
    assert "DEF_041" in [d.code for d in load(other, a.identity).diagnostics]


def test_a_former_name_that_nobody_had_is_a_remark_and_a_doubled_one_an_error() -> None:
    a = following({"a": TEXT})
    found = load(texts({"a": TEXT, "b": {**TEXT, "was": "aa"}}), a.identity)
    assert [d.code for d in found.diagnostics] == ["DEF_043"]
    assert load(texts({"b": {**TEXT, "was": "zz"}})).diagnostics == ()
    doubled = load(texts({"b": {**TEXT, "was": "a"}, "c": {**TEXT, "was": "a"}}), a.identity)
    assert "DEF_044" in [d.code for d in doubled.diagnostics]


def test_a_field_of_another_type_moves_to_another_column_and_back_to_the_first() -> None:
    a = following({"a": TEXT})
    b = following({"a": {"is": "integer", "title": "T"}}, a)
    c = following({"a": {"is": "date", "title": "T"}}, b)
    back = following({"a": TEXT}, c)
    first = "c_" + field(a, "a").id
    assert [field(x, "a").column or first for x in (a, b, c, back)] == [first, first + "_2", first + "_3", first]
    assert {field(x, "a").id for x in (a, b, c, back)} == {field(a, "a").id}


def test_a_wider_type_keeps_the_column() -> None:
    a = following({"a": TEXT, "p": {"is": "phone", "title": "P"}})
    b = following({"a": {"is": "long_text", "title": "T"}, "p": TEXT}, a)
    assert (field(b, "a").column, field(b, "p").column) == ("", "")


def test_steps_and_buttons_of_a_workflow_have_ids_too() -> None:
    def flow(step: str, was: str, button: str) -> dict[str, str]:
        steps = {
            "draft": {"by": "owner", "edit": ["a"], "go": {button: {"to": step, "title": "B"}}, "title": "D"},
            step: {"end": "ok", "title": "E", **({"was": was} if was else {})},
        }
        return {"w.json": json.dumps({"workflow": "w", "for": "x", "title": "W", "steps": steps})}

    a = load(texts({"a": TEXT}) | flow("done", "", "send"))
    b = load(texts({"a": TEXT}) | flow("finished", "done", "send"), a.identity)
    assert a.model is not None and b.model is not None
    before, after = a.model.workflows["w"], b.model.workflows["w"]
    assert [s.id for s in before.steps] == [s.id for s in after.steps]
    assert before.steps[0].go[0].id == after.steps[0].go[0].id


names = st.sampled_from(["a", "b", "c"])
edits = st.dictionaries(names, st.one_of(st.none(), names), min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(st.lists(edits, min_size=2, max_size=5))
def test_whatever_is_renamed_and_removed_no_id_is_ever_lost_or_used_twice(history: list[dict[str, str | None]]) -> None:
    before = Identity()
    seen: set[str] = set()
    for declared in history:
        fields = {n: {**TEXT, **({"was": was} if was else {})} for n, was in declared.items()}
        found = load(texts(fields), before)
        now = [k.id for k in found.identity.live["entity"]["x"].parts.values()]
        assert len(now) == len(set(now)) == len(fields)
        assert not set(now) & set(found.identity.gone)
        assert seen <= used_ids(found.identity)
        seen = used_ids(found.identity)
        assert Identity.from_json(json.loads(json.dumps(found.identity.to_json()))) == found.identity
        before = found.identity
