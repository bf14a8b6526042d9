"""Whatever the definition and whatever is sent: a changeset, never an exception, and nothing changes by itself."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st
from shuyuan.engine.changeset import Lookup, cast, lookups
from shuyuan.engine.compile.columns import stored, stored_rows
from shuyuan.engine.compile.json_code import row_writer
from shuyuan.engine.compile.record import CompiledRecord, compile_record, label_of
from shuyuan.engine.compile.schema import record_schema, validator
from shuyuan.engine.compile.table import tables
from shuyuan.engine.compile.versions import names_between, renamed
from shuyuan.engine.fieldtypes import target_of, type_of
from shuyuan.engine.model import Entity, Expr, Field, FileRef, Model, Option, Record, Ref, Text

from ..compile.cases import MODEL as SCHOOL
from ..compile.cases import STUDENT
from ..compile.generate import MODEL, ODD, entities, json_record
from .cases import COMPILED, GIVEN, STORED, a, told

GUARD = Entity("eg", "guardian", Text("监护人", "Guardian"), (Field("f1", "name", "text", Text("姓名")),), Expr("name"))


def compiled_of(entity: Entity) -> CompiledRecord:
    model = replace(MODEL, entities={**MODEL.entities, entity.name: entity})
    return compile_record(model, entity)


def anything(compiled: CompiledRecord, raw: Any) -> dict[str, Any]:
    """Every record and file that `raw` names, as if all existed."""
    needed = lookups(compiled, raw)
    refs = {one.entity: {n: Ref(n, f"#{n}") for n in one.ids} for one in needed.records}
    types = dict.fromkeys(needed.files, "image/png")
    return {"refs": refs, "files": {n: FileRef(n, "a.png", 10, t) for n, t in types.items()}}


@given(
    entities,
    st.integers(0, 2**32),
    st.sampled_from([0.0, 0.5, 1.0]),
    st.sampled_from(["page", "api", "import", "bulk"]),
)
def test_whatever_is_sent_gives_a_changeset(entity: Entity, seed: int, odd: float, source: Any) -> None:
    compiled, rng = compiled_of(entity), Random(seed)
    raw = json_record(entity, rng, odd)
    surroundings = replace(GIVEN, source=source, **anything(compiled, raw))
    made = cast(compiled, raw, given=surroundings)
    assert made.values.keys() == {f.name for f in entity.fields}
    assert all(d.place.path for d in made.errors)
    if not made.ok:
        return
    record = Record(entity.name, 7, 1, made.values)
    again = cast(compiled, orjson.loads(orjson.dumps(compiled.to_json(made.values))), record, given=surroundings)
    assert again.ok
    assert again.changes == {}


@given(entities, st.integers(0, 2**32))
def test_what_a_form_shows_of_a_record_is_no_change_of_it(entity: Entity, seed: int) -> None:
    compiled, rng = compiled_of(entity), Random(seed)
    values = {f.name: type_of(f).sample(f, MODEL, rng) for f in entity.fields if type_of(f).shape != "rows"}
    record = Record(entity.name, 7, 1, values)
    typed = {f.name: type_of(f).typed(f, MODEL)(values[f.name]) for f in entity.fields if f.name in values}
    made = cast(compiled, typed, record, given=replace(GIVEN, source="page"))
    assert made.changes == {}


@given(entities, st.integers(0, 2**32), st.sampled_from([0.0, 0.3]))
def test_what_the_schema_refuses_in_kind_the_cast_does_not_store(entity: Entity, seed: int, odd: float) -> None:
    """The cast is kinder than the schema, for it cleans what it can; what it stores always fits the schema."""
    compiled = compiled_of(entity)
    raw = json_record(entity, Random(seed), odd)
    made = cast(compiled, raw, given=replace(GIVEN, source="api", **anything(compiled, raw)))
    if made.ok:
        schema = record_schema(compiled.model, entity, "zh", "create")
        kept = {k: v for k, v in compiled.to_json(made.values).items() if k in schema["properties"]}
        assert validator(schema)(orjson.loads(orjson.dumps(kept))) == ()


@given(st.recursive(st.sampled_from(ODD), lambda i: st.lists(i, max_size=3) | st.dictionaries(st.sampled_from(
    ["id", "name", "phone", "0", "1", "class", "guardians", "photo"]), i, max_size=4), max_leaves=12),
    st.booleans())  # fmt: skip
def test_hostile_shapes_give_messages(raw: Any, change: bool) -> None:
    lookups(COMPILED, raw)
    sent = raw if isinstance(raw, dict) else {"guardians": raw, "class": raw, "photo": raw, "tags": raw, "name": raw}
    made = cast(COMPILED, sent, STORED if change else None, given=GIVEN)
    assert set(made.changes) <= set(COMPILED.fields)


def test_what_has_to_be_fetched_is_known_beforehand() -> None:
    rows = a("lines", "rows", rows=(a("who", "guardian"), a("total", value=Expr("who.name"))))
    photo, many = a("photo", "file"), a("papers", "file", {"many": True})
    entity = Entity("e9", "thing", Text("东西"), (a("class", "class"), rows, photo, many), Expr("class.campus.name"))
    model = Model(entities={**SCHOOL.entities, "guardian": GUARD, "thing": entity})
    compiled = compile_record(model, entity)
    raw = {
        "class": {"id": "5"},
        "lines": {"0": {"who": "7"}, "1": {"who": 7}, "2": {"who": "x"}, "3": 4},
        "photo": "3",
        "papers": [4, {"id": 5}, "x"],
    }
    found = lookups(compiled, raw)
    assert found.records == (
        Lookup("class", (5,), frozenset({("campus", "name")})),
        Lookup("guardian", (7,), frozenset({("name",)})),
    )
    assert found.files == (3, 4, 5)
    assert lookups(compiled, None).records == ()
    assert target_of(entity.fields[0]) == "class"


def test_a_number_that_holds_a_linked_value_asks_for_it() -> None:
    spec = a("no", "serial", {"number": "{class.campus.name}-{seq:3}"})
    entity = Entity("e9", "thing", Text("东西"), (spec, a("class", "class")), Expr("no"), unit=("class", "campus"))
    compiled = compile_record(Model(entities={**SCHOOL.entities, "thing": entity}), entity)
    assert compiled.reads == {("class",): frozenset({("campus", "name"), ("campus",)})}


def test_rows_of_values_are_written_like_records() -> None:
    names = ("name", "birth_date", "class", "tags", "photo")
    write = row_writer([(n, COMPILED.fields[n].spec) for n in names])
    whole = COMPILED.to_json(STORED.values)
    assert write([STORED.values[n] for n in names]) == {n: whole[n] for n in names}
    assert write([None] * 5) == dict.fromkeys(names)
    assert whole["class"] == {"id": 5, "label": "高一(3)班"}


def test_older_definitions_find_the_present_name_of_an_option_and_a_state() -> None:
    def changed(field: Field) -> Field:
        if field.name == "boarding":
            return replace(field, name="living", choices=(Option("o1", "home", Text("走读")), field.choices[1]))
        if field.name == "tags":
            return replace(field, choices=(Option("o1", "arts", Text("艺术")), *field.choices[1:]))
        return field

    flow = SCHOOL.workflows["student_status"]
    steps = (flow.steps[0], replace(flow.steps[1], name="studying"))
    pupil = replace(STUDENT, name="pupil", fields=tuple(changed(f) for f in STUDENT.fields))
    entities = {"pupil": pupil, "class": SCHOOL.entities["class"], "campus": SCHOOL.entities["campus"]}
    live = replace(SCHOOL, entities=entities, workflows={"student_status": replace(flow, steps=steps)})
    back = names_between(SCHOOL, live, STUDENT.id)
    assert back == {("boarding",): {"day": "home"}, ("tags",): {"art": "arts"}, ("status",): {"enrolled": "studying"}}
    values = renamed(STORED.values, back)
    assert (values["boarding"], values["tags"], values["status"]) == ("home", ("arts",), "studying")
    assert names_between(live, SCHOOL, STUDENT.id)[("living",)] == {"home": "day"}
    assert names_between(SCHOOL, SCHOOL, STUDENT.id) == {}


def test_options_in_sub_tables_are_called_anew_too() -> None:
    values = {"rows": ({"id": 1, "kind": "x"}, {"id": 2, "kind": None}), "other": None}
    found = renamed(values, {("rows", "kind"): {"x": "y"}, ("other",): {"x": "y"}})
    assert found == {"rows": ({"id": 1, "kind": "y"}, {"id": 2, "kind": None}), "other": None}


@given(entities, st.integers(0, 2**32))
def test_a_record_comes_back_from_its_columns(entity: Entity, seed: int) -> None:
    rng = Random(seed)
    plan = stored(entity)
    kept = [f for f in entity.fields if type_of(f).column(f) is not None]
    values = {f.name: type_of(f).sample(f, MODEL, rng) if rng.random() < 0.8 else None for f in kept}
    columns = plan.columns(values | {"nothing of it": 1})
    assert tuple(columns) == plan.names
    assert plan.values([None, *columns.values()], 1) == values
    assert plan.columns({}) == {}


def test_the_columns_of_a_sub_table_are_those_of_its_child_table() -> None:
    plan = stored_rows(COMPILED.fields["guardians"].spec)
    child = tables(SCHOOL, STUDENT)[1]
    assert list(plan.names) == [c.name for c in child.columns[3:]]


def test_the_label_is_a_function_of_the_values() -> None:
    assert label_of(COMPILED, STORED.values, 9) == "张三 (202600001)"
    assert label_of(COMPILED, {"name": None}, 9) == "学生 9"
    assert label_of(COMPILED, {}) == "学生"
    assert told(cast(COMPILED, {}, STORED, given=GIVEN)) == {}


def test_a_flood_of_unknown_names_is_answered_briefly() -> None:
    made = cast(COMPILED, {f"namee{n}": 1 for n in range(20_000)}, STORED, given=GIVEN)
    assert 0 < len(made.errors) <= 50
    rows = [{f"phonee{n}": 1 for n in range(100)} for _ in range(200)]
    made = cast(COMPILED, {"guardians": rows}, STORED, given=GIVEN)
    assert 0 < len([d for d in made.errors if d.code == "REC_002"]) <= 50


def test_a_flood_of_text_is_refused() -> None:
    flood = "x" * 10_000_000
    for name in ("name", "id_number", "boarding", "tags", "fee", "email", "class", "birth_date", "photo", "guardians"):
        made = cast(COMPILED, {name: flood}, STORED, given=replace(GIVEN, source="page"))
        assert not made.ok
        assert all(len(str(d.args)) < 2_000 for d in made.errors)
