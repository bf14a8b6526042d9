"""The JSON Schema of entities and forms: valid by the official meta-schema, and enforced alike by two validators."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shuyuan.engine.compile.schema import Use, form_schema, record_schema, validator
from shuyuan.engine.diagnostics import words
from shuyuan.engine.model import Entity

from .cases import INTAKE, MODEL, STUDENT
from .generate import MODEL as ANY_MODEL
from .generate import entities, json_record

USES: tuple[Use, ...] = ("read", "create", "change")
checker = jsonschema.Draft202012Validator


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", list(MODEL.entities))
def test_every_schema_of_an_entity_is_a_schema(name: str, lang: str, use: Use) -> None:
    schema = record_schema(MODEL, MODEL.entities[name], lang, use)
    checker.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert all(p.get("title") or p.get("readOnly") for p in schema["properties"].values())


def test_titles_follow_the_language() -> None:
    zh, en = (record_schema(MODEL, STUDENT, lang)["properties"] for lang in ("zh", "en"))
    assert (zh["name"]["title"], en["name"]["title"]) == ("姓名", "Name")
    assert en["boarding"]["x-shuyuan-titles"] == {"day": "Day", "boarder": "Boarder"}
    assert en["guardians"]["items"]["properties"]["phone"]["title"] == "Phone"


def test_what_nobody_enters_is_not_part_of_what_is_sent() -> None:
    sent = record_schema(MODEL, STUDENT, "zh", "create")
    given_back = record_schema(MODEL, STUDENT, "zh", "read")["properties"]
    hidden = {"student_no", "status", "age", "campus_name"}
    assert not hidden & set(sent["properties"])
    assert all(given_back[name]["readOnly"] for name in hidden | {"id", "version"})
    assert sent["required"] == ["name", "class"]
    assert "required" not in record_schema(MODEL, STUDENT, "zh", "change")


def test_a_form_has_the_schema_of_its_fields() -> None:
    schema = form_schema(MODEL, INTAKE, "en")
    checker.check_schema(schema)
    assert list(schema["properties"]) == [
        "name", "id_number", "birth_date", "class", "boarding", "dorm", "guardians", "fee",
    ]  # fmt: skip
    assert schema["properties"]["fee"]["readOnly"] is True
    assert schema["required"] == ["name", "class"]


def test_rules_over_the_record_are_part_of_what_is_sent() -> None:
    entity = replace(STUDENT, constraints={"dependentRequired": {"email": ["fee"]}})
    schema = record_schema(MODEL, entity)
    checker.check_schema(schema)
    found = validator(schema)({"name": "x", "class": 1, "email": "a@b.cc"})
    assert [(d.code, d.place.path) for d in found] == [("REC_001", "fee")]


@given(entities, st.integers(0, 2**32), st.sampled_from([0.0, 0.3, 1.0]), st.sampled_from(["create", "change"]))
def test_the_quick_validator_agrees_with_the_reference_one(entity: Entity, seed: int, odd: float, use: Any) -> None:
    schema = record_schema(ANY_MODEL, entity, "zh", use)
    checker.check_schema(schema)
    record = json_record(entity, Random(seed), odd)
    expected = {"/".join(map(str, e.absolute_path)) for e in checker(schema).iter_errors(record)}
    found = validator(schema)(record)
    assert bool(found) == bool(expected)
    assert {_place(d.code, d.place.path) for d in found} == expected
    for diagnostic in found:
        assert not re.search(r"\{\w+\}", words(diagnostic, "zh").what + words(diagnostic, "en").what)


def _place(code: str, path: str) -> str:
    """Missing and unknown names are reported at the name, by the reference at the object around it."""
    return path.rpartition("/")[0] if code in ("REC_001", "REC_002") else path


@given(entities, st.integers(0, 2**32))
def test_a_record_of_samples_fits_the_schema_of_its_entity(entity: Entity, seed: int) -> None:
    schema = record_schema(ANY_MODEL, entity, "zh", "change")
    record = json_record(entity, Random(seed), 0)
    sent = {k: v for k, v in record.items() if k in schema["properties"]}
    assert validator(schema)(sent) == ()


def test_messages_say_which_field_and_what_to_do() -> None:
    found = validator(record_schema(MODEL, STUDENT))(
        {"nam": "x", "name": 5, "class": 1, "fee": -1, "guardians": [{"name": "x", "phnoe": "1"}, {}]}
    )
    told = {d.place.path: words(d, "zh").what for d in found}
    assert told == {
        "nam": "“学生”没有名为 nam 的字段。是不是 name？",
        "name": "“姓名”收到的是数字，不是可以保存的值。",
        "fee": "“费用”须不小于 0，现在是 -1。",
        "guardians/0/phnoe": "“监护人”没有名为 phnoe 的字段。是不是 phone？",
        "guardians/1/name": "“姓名”还没有填写。",
    }


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "strin"},
        {"$ref": "http://127.0.0.1/x"},
        {"$ref": "file:///etc/passwd"},
        {"pattern": "(?=x)y"},
        {"pattern": "(a"},
    ],
)
def test_a_schema_that_is_none_or_reaches_outside_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        validator(schema)
