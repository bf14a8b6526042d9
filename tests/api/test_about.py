"""What the API says about itself: true, complete, and for nobody more than they may see."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
import schemathesis
from shuyuan.engine import API_ROUTES
from shuyuan.engine.model import OPERATIONS

from .conftest import Site, codes

#: A login for each role of the pack.
ROLES = ("admin", "registrar.east", "head.east", "teacher", "student", "guardian")


@pytest.mark.parametrize("login", ROLES)
async def test_the_description_is_openapi_for_every_role(site: Site, login: str) -> None:
    program = await site.program(login)
    answer = await program.get("/openapi.json")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
    document = answer.json()
    schemathesis.openapi.from_dict(document).validate()
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


async def test_the_administrator_is_told_of_every_route_of_every_entity(site: Site) -> None:
    document = (await (await site.program("admin")).get("/openapi.json?lang=en")).json()
    model = site.school.engine.version.model
    for entity in model.entities:
        may = site.school.engine.version.access.operations(await site.school.actor("admin"), entity)
        for one in API_ROUTES:
            if "{entity}" in one.path and one.needs in may:
                assert one.method.lower() in document["paths"][one.path.replace("{entity}", entity)]
    assert document["info"]["version"] == str(site.school.engine.version.number)


async def test_an_entity_one_may_not_see_is_not_mentioned(site: Site) -> None:
    school = site.school
    document = (await (await site.program("student")).get("/openapi.json")).json()
    actor = await school.actor("student")
    access = school.engine.version.access
    hidden = [e for e in school.engine.version.model.entities if not access.operations(actor, e)]
    assert hidden
    for entity in hidden:
        assert f"/records/{entity}" not in document["paths"]
        assert entity not in document["components"]["schemas"]
        assert codes(await (await site.program("student")).get(f"/schemas/{entity}")) == ["ASK_009"]


async def test_a_scope_narrows_the_description(site: Site) -> None:
    document = (await (await site.program("admin", "student:see")).get("/openapi.json")).json()
    entities = {p.split("/")[2] for p in document["paths"] if p.startswith("/records/")}
    assert entities == {"student"}
    assert set(document["paths"]["/records/student"]) == {"get"}


async def test_a_schema_is_served_at_the_address_it_names(site: Site) -> None:
    program = await site.program("admin")
    for use in ("read", "create", "change"):
        answer = await program.get(f"/schemas/student?use={use}&lang=en")
        assert answer.headers["content-type"] == "application/schema+json"
        schema = answer.json()
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        again = await program.client.get(schema["$id"] + "&lang=en")
        assert again.json() == schema
    assert codes(await program.get("/schemas/student?use=write")) == ["API_011"]
    assert codes(await program.get("/schemas/nothing")) == ["ASK_009"]


async def test_what_is_unchanged_is_not_sent_again(site: Site) -> None:
    program = await site.program("registrar.east")
    for path in ("/openapi.json", "/schemas/student", "/codelists/kinship"):
        first = await program.get(path)
        assert first.status_code == 200, first.text
        again = await program.get(path, headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == first.headers["etag"]
        assert first.headers["cache-control"] == "private, no-cache"
    zh, en = [(await program.get(f"/openapi.json?lang={lang}")).headers["etag"] for lang in ("zh", "en")]
    assert zh != en


async def test_a_code_list(site: Site) -> None:
    program = await site.program("student")
    found = (await program.get("/codelists/kinship?lang=en")).json()
    assert found["name"] == "kinship" and found["codes"][0].keys() == {
        "code", "title", "parent", "valid_from", "valid_to",
    }  # fmt: skip
    answer = await program.get("/codelists/nothing")
    assert answer.status_code == 404 and codes(answer) == ["ASK_009"]


async def test_who_asks(site: Site) -> None:
    found: Any = (await (await site.program("head.east", "student:read")).get("/me")).json()
    assert found["roles"] and found["scopes"] == ["student:read"] and found["records"]
    assert (await (await site.program("admin")).get("/me")).json()["scopes"] == ["*"]
    assert set(OPERATIONS) >= {"see"}
