"""A field added without YAML: the names it is given, and what becomes of the files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shuyuan.engine.definition import load, shipped
from shuyuan.engine.definition.edit import NotThere
from shuyuan.engine.definition.names import is_field_name
from shuyuan.engine.definition.new_field import KINDS, NewField, proposed_name, with_field
from shuyuan.engine.definition.seen import may, seen_by
from shuyuan.engine.fieldtypes import field_types
from shuyuan.engine.model import Text

DOCUMENTS, _ = shipped("school")
LOADED = load(DOCUMENTS)
assert LOADED.model is not None
MODEL = LOADED.model


@pytest.mark.parametrize(
    ("title", "taken", "name"),
    [
        ("昵称", (), "ni_cheng"),
        ("昵称", ("ni_cheng",), "ni_cheng_2"),
        ("Nickname", (), "nickname"),
        ("QQ号", (), "qq_hao"),
        ("是否住校？", (), "shi_fou_zhu_xiao"),
        ("  Größe (cm) ", (), "groe_cm"),
        ("2026 年级", (), "n2026_nian_ji"),
        ("if", (), "if_2"),
        ("ID", (), "id_2"),
        ("！？", (), "field"),
        ("", ("field", "field_2"), "field_3"),
    ],
)
def test_a_title_proposes_a_name(title: str, taken: tuple[str, ...], name: str) -> None:
    assert proposed_name(title, taken) == name


@given(st.text(max_size=80), st.sets(st.text(st.sampled_from("ab_"), max_size=3)))
def test_whatever_the_title_the_name_may_be_used(title: str, taken: set[str]) -> None:
    found = proposed_name(title, taken)
    assert is_field_name(found) and found not in taken


def new(**more: object) -> NewField:
    base = {"entity": "student", "name": "nick", "kind": "text", "title": Text("昵称", "Nickname")}
    return NewField(**{**base, **more})  # type: ignore[arg-type]


def test_only_what_speaks_of_it_changes_and_only_there() -> None:
    found = with_field(DOCUMENTS, MODEL, new(required=True, forms={"student_intake": 0}, views=("students",)))
    changed = {path for path in DOCUMENTS if found[path] != DOCUMENTS[path]}
    assert changed == {"school/entities/student.yaml", "school/forms/student.yaml", "school/views/students.yaml"}
    for path in changed:
        old, now = DOCUMENTS[path].splitlines(), found[path].splitlines()
        assert len(set(now) - set(old)) <= 3, path
    loaded = load(found)
    assert loaded.model is not None and loaded.diagnostics == ()
    field = loaded.model.entities["student"].field("nick")
    assert field is not None and field.required and field.title == Text("昵称", "Nickname")
    assert [i.name for i in loaded.model.forms["student_intake"].sections[0].lines[-1]] == ["nick"]
    assert loaded.model.views["students"].columns[-1] == ("nick",)


@pytest.mark.parametrize("kind", [kind for kinds in KINDS.values() for kind in kinds])
def test_every_kind_that_is_offered_makes_a_field_without_a_remark(kind: str) -> None:
    assert kind in field_types()
    more = {"target": "teacher", "codelist": "kinship", "choices": ("红 | Red", "绿", "", "红"), "scale": 2}
    found = load(with_field(DOCUMENTS, MODEL, new(kind=kind, help=Text("说明", "Help"), **more)))
    assert found.model is not None
    errors = [d for d in found.diagnostics if d.code not in ("ENT_034", "DEF_030")]
    assert errors == [], kind
    made = found.model.entities["student"].field("nick")
    assert made is not None and made.type == kind
    if kind == "choice":
        names = [(c.name, c.title.zh) for c in made.choices]
        assert names == [("red", "红"), ("lv", "绿"), ("hong", "红")]


def test_a_form_that_shows_every_field_needs_no_line() -> None:
    documents = {**DOCUMENTS, "school/bare.yaml": "form: bare\nof: room\ntitle: {zh: 教室, en: Room}\n"}
    model = load(documents).model
    assert model is not None
    found = with_field(documents, model, new(entity="room", forms={"bare": 0}))
    assert found["school/bare.yaml"] == documents["school/bare.yaml"]


@pytest.mark.parametrize(
    "more", [{"entity": "nobody"}, {"forms": {"nobody": 0}}, {"forms": {"student_intake": 99}}, {"views": ("nobody",)}]
)
def test_what_is_not_there_is_said(more: dict[str, object]) -> None:
    with pytest.raises(NotThere):
        with_field(DOCUMENTS, MODEL, new(**more))


def test_families_see_a_new_field_only_where_they_are_named() -> None:
    """Whoever sees everything sees it at once; others are offered, and then their policies name it."""
    nick = new()
    assert {"registrar", "head_teacher", "admin"} <= set(nick.seen_by(MODEL))
    assert {"guardian", "student"} <= set(nick.offered_to(MODEL))
    quiet, told = (load(with_field(DOCUMENTS, MODEL, new(roles=roles))) for roles in ((), ("guardian", "registrar")))
    for found, readers in ((quiet, set()), (told, {"guardian"})):
        assert found.model is not None and found.diagnostics == ()
        entity = found.model.entities["student"]
        seen = {role for role in ("guardian", "student") if seen_by(found.model, role, entity, "nick")}
        assert seen == readers
    assert told.model is not None and quiet.model is not None
    assert told.model.policies["registrar"] == quiet.model.policies["registrar"]
    assert not may(
        told.model, "guardian", told.model.entities["student"], told.model.entities["student"].field("nick"), "edit"
    )  # type: ignore[arg-type]


@pytest.mark.parametrize("entity", ["student", "guardian", "enrollment", "leave_request", "status_change", "result"])
@pytest.mark.parametrize("kind", ["text", "phone", "resident_id", "bank_card", "file"])
def test_no_kind_of_field_is_shown_to_families_by_itself(entity: str, kind: str) -> None:
    assert {"guardian", "student"}.isdisjoint(new(entity=entity, kind=kind).seen_by(MODEL))
