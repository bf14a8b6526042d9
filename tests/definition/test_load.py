"""Loading as a whole: what comes out of good documents, and that no documents whatever can make it fail."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shuyuan.engine.compile.entry import compile_entry
from shuyuan.engine.compile.expressions import Compiler
from shuyuan.engine.compile.record import compile_record
from shuyuan.engine.compile.schema import form_schema, record_schema
from shuyuan.engine.compile.table import tables
from shuyuan.engine.definition import Identity, documents_of, load, shipped, shipped_packs
from shuyuan.engine.definition.load import _BUILT
from shuyuan.engine.diagnostics import words
from shuyuan.engine.model import Expr, Model, Text, Threshold
from shuyuan.engine.plan import diff
from shuyuan.engine.policy.check import check_policies
from shuyuan.engine.workflow import compile_flow

BASE = yaml.safe_load((Path(__file__).parent / "cases" / "base.yaml").read_text(encoding="utf-8"))["documents"]


def model(documents: dict[str, str]) -> Model:
    found = load(documents)
    assert found.model is not None, [words(d, "en").what for d in found.diagnostics]
    return found.model


@pytest.mark.parametrize("pack", shipped_packs())
def test_shipped_packs_have_no_messages(pack: str) -> None:
    documents, unreadable = shipped(pack)
    assert unreadable == ()
    found = load(documents)
    assert [(d.code, str(d.place), words(d, "en").what) for d in found.diagnostics] == []
    assert found.model is not None


def test_an_entity_is_built_as_it_is_written() -> None:
    student = model(BASE).entities["student"]
    assert (student.unit, student.person, student.title) == (("class",), True, Text("学生", "Student"))
    name = student.field("name")
    assert name is not None
    assert (name.type, name.required, name.search, name.options) == ("person_name", True, True, {"maxLength": 60})
    chosen = student.field("class")
    assert chosen is not None
    assert chosen.options["where"] == Expr("open = true")
    guardians = student.field("guardians")
    assert guardians is not None
    assert [(c.name, c.type, c.sensitive) for c in guardians.rows] == [
        ("name", "person_name", ""),
        ("phone", "phone", "contact"),
    ]
    assert guardians.rows[1].title.en == "Telephone"
    status = student.field("status")
    assert status is not None
    assert [(o.name, o.title.en) for o in status.choices] == [("enrolled", "Enrolled"), ("left", "Left")]
    assert str(name.place) == "student.yaml:10:5 schema/properties/name"
    assert student.rules[0].on == ("guardians",)


def test_a_plain_json_schema_becomes_fields() -> None:
    cases = yaml.safe_load_all((Path(__file__).parent / "cases" / "entity.yaml").read_text(encoding="utf-8"))
    case = next(c for c in cases if c["name"] == "a plain JSON Schema is taken as it stands")
    fields = {f.name: f for f in model({**BASE, **case["documents"]}).entities["x"].fields}
    assert {n: f.type for n, f in fields.items()} == {
        "name": "text", "born": "date", "mail": "email", "age": "integer", "share": "decimal", "member": "boolean",
        "colour": "choice", "size": "choice", "hobbies": "multi_choice", "home": "long_text", "visits": "rows",
    }  # fmt: skip
    assert fields["name"].required and fields["name"].help == Text("The whole name")
    assert fields["share"].options["scale"] == 2
    assert [(o.name, o.title.zh) for o in fields["size"].choices] == [("S", "Small"), ("L", "Large")]
    assert fields["visits"].rows[0].required
    assert all(o.id for o in fields["hobbies"].choices)


def test_a_workflow_is_written_out() -> None:
    flow = model(BASE).workflows["leave_flow"]
    draft, head, route, both, approved, _ = flow.steps
    assert draft.by is not None and draft.by.owner
    assert (draft.go[0].to, draft.go[0].kind, draft.go[0].title.en) == (("head",), "submit", "Submit")
    assert head.by is not None and (head.by.of, head.by.exclude) == (("student", "class"), ("owner",))
    assert [g.kind for g in head.go] == ["approve", "reject", "return"]
    assert head.after[0].after == "3d"
    assert [(b.to, b.when and b.when.text) for b in route.auto] == [("approved", "days <= 3"), ("both", None)]
    assert both.join.pass_when == Threshold(percent=100) and both.join.reject_when == Threshold(count=1)
    assert both.go[0].set == (("approved_on", Expr("today()")),)
    assert approved.end == "ok"
    assert flow.withdraw is not None and flow.withdraw.to == "draft"
    assert flow.rules[0][0] == Expr("days > 20")


def test_a_form_without_layout_shows_every_field_people_fill() -> None:
    form = model(BASE).forms["leave_form"]
    assert [i.name for s in form.sections for line in s.lines for i in line] == [
        "student",
        "days",
        "reason",
        "approved_on",
    ]


def test_a_policy_line_for_several_entities_is_one_line_for_each() -> None:
    lines = model(BASE).policies["teacher"].lines
    assert [line.entity for line in lines] == ["student", "leave", "class", "teacher"]
    assert model(BASE).policies["office"].lines[0].can >= {"see", "reveal", "import"}


def test_codes_keep_their_zeros_and_their_days() -> None:
    text = "codelist: c\ntitle: C\ncodes: [{code: 01, title: A, from: 2020-01-01}]\n"
    codes = model({"c.yaml": text}).codelists["c"].codes
    assert (codes[0].code, codes[0].valid_from) == ("01", date(2020, 1, 1))


def test_the_hash_is_of_the_content_and_not_of_the_layout() -> None:
    moved = {f"elsewhere/{k}": "# a remark\n" + v.replace("person: true", "person:   true") for k, v in BASE.items()}
    assert model(BASE).hash == model(moved).hash
    changed = {**BASE, "student.yaml": BASE["student.yaml"].replace("maxLength: 60", "maxLength: 61")}
    assert model(BASE).hash != model(changed).hash


def test_what_did_not_change_is_not_built_again() -> None:
    first = load(BASE)
    second = load({**BASE, "teacher.yaml": BASE["teacher.yaml"].replace("Teacher", "Tutor")}, first.identity)
    assert first.model is not None and second.model is not None
    assert second.model.entities["student"] is first.model.entities["student"]
    assert second.model.workflows["leave_flow"] is first.model.workflows["leave_flow"]
    assert second.model.entities["teacher"].title.en == "Tutor"
    assert len(_BUILT) >= len(BASE)


def test_a_kept_answer_is_asked_anew_when_what_it_depends_on_changes() -> None:
    assert load(BASE).diagnostics == ()
    renamed = {**BASE, "class.yaml": BASE["class.yaml"].replace("head:", "leader:").replace("to: head", "to: leader")}
    said = {(d.code, d.place.file) for d in load(renamed).diagnostics}
    assert (
        ("FEEL_010", "views.yaml") in said
        or ("FEEL_011", "views.yaml") in said
        or any(f == "views.yaml" for _, f in said)
    )
    assert load(BASE).diagnostics == ()


def test_an_entity_of_a_thousand_fields_is_loaded_and_one_too_large_refused() -> None:
    def wide(count: int) -> dict[str, str]:
        lines = "".join(f"    f{i}: {{is: text, title: T}}\n" for i in range(count))
        return {"x.yaml": f"entity: x\ntitle: X\nlabel: f0\nschema:\n  properties:\n{lines}"}

    assert len(model(wide(1_000)).entities["x"].fields) == 1_000
    assert [d.code for d in load(wide(1_501)).diagnostics] == ["ENT_038"]


def test_a_folder_is_read_without_its_cases_and_hidden_files(tmp_path: Path) -> None:
    pack = tmp_path / "demo"
    for name, text in {
        "pack.yaml": "pack: demo\nversion: 1\ntitle: D\n",
        "cases/one.yaml": "given: x\n",
        "entities/.hidden.yaml": "nothing",
        "entities/notes.txt": "nothing",
        "codelists/c.yaml": "codelist: c\ntitle: C\nfile: c.csv\n",
        "codelists/c.csv": "code,zh\n1,一\n",
    }.items():
        (pack / name).parent.mkdir(parents=True, exist_ok=True)
        (pack / name).write_text(text, encoding="utf-8")
    (pack / "entities" / "old.yaml").write_bytes("entity: 学生".encode("gb18030"))
    documents, unreadable = documents_of(pack)
    assert sorted(documents) == ["demo/codelists/c.csv", "demo/codelists/c.yaml", "demo/pack.yaml"]
    assert [(d.code, d.place.file) for d in unreadable] == [("DEF_001", "demo/entities/old.yaml")]
    assert len(model(documents).codelists["c"].codes) == 1


PLAIN = {path: list(yaml.safe_load_all(text)) for path, text in BASE.items()}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in a value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


WAYS = [(file, i, way) for file, docs in PLAIN.items() for i, doc in enumerate(docs) for way in places(doc) if way]
ODD: list[Any] = [
    None, "", "x", 0, -1, 1.5, True, [], {}, [[]], {"a": {}}, "owner", "*", "student", "days", "a.b.c", "-", "1+",
    "today", "self", {"feel": "1"}, {"zh": "x"}, ["name", "name"], {"is": "rows", "of": {}}, {"is": "link"},
    "leave_flow", 10**30, "self.self", "class.class.class.class", {"role": "x", "of": "class"}, {"to": "draft"},
    {"x": {"by": "owner"}}, "60%", "3d", "state", {"is": "state", "of": "leave_flow"},
    {"is": "computed", "value": "name"}, {"is": "code", "list": "student"},
]  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(WAYS), st.sampled_from([*ODD, "DELETE"])), min_size=1, max_size=4))
def test_no_change_of_good_documents_makes_loading_fail(changes: list[tuple[Any, Any]]) -> None:
    plain = copy.deepcopy(PLAIN)
    for (file, number, way), new in changes:
        try:
            at: Any = plain[file][number]
            for key in way[:-1]:
                at = at[key]
            if new == "DELETE":
                del at[way[-1]]
            else:
                at[way[-1]] = copy.deepcopy(new)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    documents = {f"{f}{i}.json": json.dumps(d, default=str) for f, docs in plain.items() for i, d in enumerate(docs)}
    found = load(documents)
    for said in found.diagnostics:
        assert words(said, "zh").what and words(said, "en").what
    if found.model is not None:
        compiled(found.model)
        assert diff(found.model, found.identity, found.model, found.identity).empty
    load(documents, found.identity)


def compiled(model: Model) -> None:
    """Everything that publishing makes of a model; whatever was checked has to compile."""
    compiler = Compiler(model)
    for entity in model.entities.values():
        record = compile_record(model, entity, compiler=compiler)
        tables(model, entity)
        record_schema(model, entity)
        for form in model.forms.values():
            if form.of == entity.name:
                compile_entry(compiler, record, form)
                form_schema(model, form)
    for flow in model.workflows.values():
        compile_flow(model, flow, compiler)
    check_policies(model)
    diff(None, Identity(), model, load({}).identity)
