"""What an entity becomes in the database."""

from __future__ import annotations

import re
from dataclasses import replace

from shuyuan.engine.compile.table import META, index_name, table_name, tables, unique_fields
from shuyuan.engine.model import Storage, Text

from .cases import CAMPUS, CLASS, MODEL, STUDENT


def test_every_stored_field_is_a_column_named_by_its_id_and_computed_ones_are_none() -> None:
    record, *_ = tables(MODEL, STUDENT)
    own = [c.name for c in record.columns[len(META) :]]
    assert own == [f"c_{i}" for i in ("f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "fa", "fb", "fe", "ff")]
    assert record.column("c_f9").storage == Storage("decimal", 2, 15)
    assert all(c.nullable for c in record.columns[len(META) :])


def test_a_rename_changes_no_table() -> None:
    renamed = replace(STUDENT, name="pupil", title=Text("学员"), fields=tuple(
        replace(f, name="klasse") if f.name == "class" else f for f in STUDENT.fields
    ), unit=("klasse",), unique=(("name", "klasse"),), indexes=(("klasse", "boarding"),))  # fmt: skip
    model = replace(MODEL, entities={"campus": CAMPUS, "class": CLASS, "pupil": renamed}, views={})
    assert tables(model, renamed) == tables(replace(MODEL, views={}), STUDENT)


def test_a_retyped_field_moves_to_the_column_it_names() -> None:
    moved = replace(STUDENT, fields=tuple(replace(f, column="c_f9x") if f.id == "f9" else f for f in STUDENT.fields))
    record, *_ = tables(MODEL, moved)
    assert record.column("c_f9x").storage.kind == "decimal"


def test_links_refer_to_the_table_of_their_entity() -> None:
    record, *_ = tables(MODEL, STUDENT)
    assert record.column("c_f5").refers == "t_e1"
    assert record.column("c_f5").storage == Storage("bigint")


def test_a_sub_table_is_a_table_whose_rows_belong_to_a_record() -> None:
    _, child = tables(MODEL, STUDENT)
    assert child.name == "t_e2_fc"
    assert [c.name for c in child.columns] == ["id", "parent", "position", "c_r1", "c_r2", "c_r3", "c_r4"]
    assert child.column("parent").refers == "t_e2"
    assert {i.columns for i in child.indexes} == {("parent", "position"), ("parent", "c_r2")}


def test_there_is_an_index_for_whatever_lists_ask_and_none_twice() -> None:
    record, *_ = tables(MODEL, STUDENT)
    assert {i.columns: i.unique for i in record.indexes} == {
        ("c_f1",): True,
        ("c_f3",): True,
        ("c_f2", "c_f5"): True,
        ("unit", "c_f2", "id"): False,
        ("c_f2", "id"): False,
        ("c_f9", "id"): False,
        ("c_f5", "c_f6", "id"): False,
    }


def test_an_index_over_units_and_links_is_always_there() -> None:
    record, *_ = tables(MODEL, CLASS)
    assert {i.columns for i in record.indexes} == {("unit", "c_f1", "id"), ("c_f1", "id"), ("c_f2",)}


def test_names_fit_every_database_and_differ() -> None:
    names = [i.name for e in MODEL.entities.values() for t in tables(MODEL, e) for i in t.indexes]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"ix_[a-z0-9_]{1,57}", n) for n in names)
    long = [index_name("t_e2", [f"c_f{n}{'x' * 9}" for n in range(k)], True) for k in range(6, 12)]
    assert len(set(long)) == len(long)
    assert max(map(len, long)) <= 60


def test_a_clash_of_a_unique_index_is_told_apart_by_its_fields() -> None:
    found = unique_fields(MODEL, STUDENT)
    assert set(found.values()) == {("student_no",), ("id_number",), ("name", "class"), ("guardians.phone",)}
    made = {i.name for t in tables(MODEL, STUDENT) for i in t.indexes if i.unique}
    assert made == set(found)
    assert table_name(STUDENT) == "t_e2"
