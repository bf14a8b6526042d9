"""The description of the API: well formed, complete, and silent about what its reader may not see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import orjson
import pytest
import schemathesis
from shuyuan.engine.compile.openapi import Reach, openapi
from shuyuan.engine.compile.routes import PREFIX, ROUTES, route
from shuyuan.engine.compile.schema import validator
from shuyuan.engine.model import OPERATIONS

from .cases import MODEL

EVERYTHING = {name: Reach(frozenset(OPERATIONS)) for name in MODEL.entities}
FULL = openapi(MODEL, EVERYTHING, "en")


def parts(found: Any) -> Iterator[Any]:
    """Every object in the description."""
    if isinstance(found, dict):
        yield found
        for inner in found.values():
            yield from parts(inner)
    elif isinstance(found, list):
        for inner in found:
            yield from parts(inner)


def resolved(document: dict[str, Any], ref: str) -> Any:
    found: Any = document
    for part in ref.removeprefix("#/").split("/"):
        found = found[part]
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_description_is_openapi(lang: str) -> None:
    document = orjson.loads(orjson.dumps(openapi(MODEL, EVERYTHING, lang)))
    schemathesis.openapi.from_dict(document).validate()


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    for part in parts(FULL):
        if "$ref" in part:
            assert resolved(FULL, part["$ref"]) is not None
    for schema in FULL["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_route_is_described_for_every_entity() -> None:
    assert FULL["servers"] == [{"url": PREFIX}]
    for one in ROUTES:
        for entity in MODEL.entities:
            operation = FULL["paths"][one.path.replace("{entity}", entity)][one.method.lower()]
            assert {"401", "403", "429", "503", str(one.ok)} <= set(operation["responses"])
            assert bool(one.body) == ("requestBody" in operation)
    ids = [o["operationId"] for path in FULL["paths"].values() for o in path.values()]
    assert len(ids) == len(set(ids))
    assert route("change").match
    with pytest.raises(KeyError):
        route("nothing")


def test_parameters_of_an_operation_are_named_once() -> None:
    for path in FULL["paths"].values():
        for operation in path.values():
            found = [resolved(FULL, p["$ref"]) if "$ref" in p else p for p in operation["parameters"]]
            names = [(p["name"], p["in"]) for p in found]
            assert len(names) == len(set(names))


def test_a_list_is_filtered_by_every_operator_its_fields_offer() -> None:
    offered = FULL["paths"]["/records/student"]["get"]["parameters"]
    by_name = {p["name"]: p for p in offered if "name" in p}
    most = (10**15 - 1) / 100
    number = {"type": "number", "minimum": -most, "maximum": most, "multipleOf": 0.01}
    assert by_name["fee.between"]["schema"] == {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
    assert by_name["boarding.in"]["schema"]["items"]["enum"] == ["day", "boarder"]
    assert by_name["class.under"]["schema"]["type"] == "integer"
    assert by_name["photo.empty"]["schema"] == {"type": "boolean"}
    assert "-name" in by_name["sort"]["schema"]["items"]["enum"]
    assert "tags" not in by_name["sort"]["schema"]["items"]["enum"]
    assert "age" not in by_name


def test_what_somebody_may_not_see_or_do_is_not_mentioned() -> None:
    fields = frozenset({"name", "class", "id_number", "boarding", "dorm", "birth_date"})
    reach = {"student": Reach(frozenset({"see"}), fields, frozenset({"name"}), frozenset({"id_number"}))}
    document = openapi(MODEL, reach, "zh")
    student = document["components"]["schemas"]["student"]
    assert set(student["properties"]) == {
        *fields, "id", "version", "label", "unit", "created_at", "updated_at",
    }  # fmt: skip
    assert student["properties"]["id_number"]["type"] == ["string", "null"]
    assert "student.create" not in document["components"]["schemas"]
    assert set(document["paths"]["/records/student/{id}"]) == {"get"}
    assert "/records/class" not in document["paths"]
    text = orjson.dumps(document).decode()
    for hidden in ("fee", "guardians", "email", "校区", "birth date(", "x-shuyuan-when"):
        assert hidden not in text


def test_fields_somebody_may_not_write_are_not_asked_for() -> None:
    reach = {"student": Reach(frozenset({"see", "create", "edit"}), None, frozenset({"name", "boarding"}))}
    schemas = openapi(MODEL, reach)["components"]["schemas"]
    assert set(schemas["student.create"]["properties"]) == {"name", "boarding"}
    assert schemas["student.create"]["required"] == ["name"]
    assert set(schemas["student.change"]["properties"]) == {"name", "boarding"}


def test_what_is_given_promises_a_shape_and_no_rule_that_came_later() -> None:
    student = FULL["components"]["schemas"]["student"]
    check = validator({k: v for k, v in student.items() if k != "description"})
    old = {"id": 9, "version": 1, "id_number": "bad", "boarding": "gone", "guardians": [{"id": 1, "name": None}]}
    assert check(old | {"class": {"id": 5, "label": "x"}, "tags": ["gone"], "fee": -5.0}) == ()
    assert [d.place.path for d in check(old | {"fee": "x", "class": 5})] == ["class", "fee"]
