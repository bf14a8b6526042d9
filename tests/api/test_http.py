"""How the API keeps to HTTP: who may ask, methods, types, lengths, faults; every refusal in one shape."""

from __future__ import annotations

from typing import Any

import pytest
from shuyuan.engine import API_ROUTES
from shuyuan.engine.model import SYSTEM
from shuyuan.engine.ops.grants import NewGrant, grant_role
from shuyuan.engine.ops.people import switch_account
from shuyuan.engine.ops.tokens import revoke_token, tokens_of
from shuyuan.web.api.app import ENDPOINTS

from .conftest import V1, Site, codes


async def test_nobody_gets_in_without_a_key(site: Site) -> None:
    client = site.client()
    for one in API_ROUTES:
        path = V1 + one.path.replace("{entity}", "student").replace("{id}", "1").replace("{name}", "sex")
        answer = await client.request(one.method, path, json={} if one.body else None)
        assert answer.status_code == 401 and codes(answer) == ["ACCESS_001"], one.name
        assert answer.headers["www-authenticate"] == "Bearer"
    assert (await client.get(V1 + "/nothing")).status_code == 401, "not even what there is"
    assert (await client.get("/r/student.json")).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer syt_nothing", "Bearer x", "Basic YTpi", "bearer  ", "Bearer \x00"]
)
async def test_a_key_that_is_none(site: Site, header: str) -> None:
    answer = await site.client(authorization=header).get(V1 + "/me")
    assert answer.status_code == 401 and codes(answer) == ["ACCESS_001"]


async def test_a_key_ends_with_its_revocation_and_its_account(site: Site) -> None:
    school = site.school
    program, other = await site.program("registrar.east"), await site.program("head.east")
    assert (await program.get("/me")).status_code == 200 == (await other.get("/me")).status_code
    actor = await school.actor("registrar.east")
    (row,) = await tokens_of(school.engine.entrance, actor.id)
    await revoke_token(school.engine.entrance, actor, row.id)
    assert (await program.get("/me")).status_code == 401
    await switch_account(school.engine.entrance, SYSTEM, await school.account("head.east"), on=False)
    assert (await other.get("/me")).status_code == 401


async def test_a_right_counts_at_the_next_request(site: Site) -> None:
    school = site.school
    program = await site.program("student")
    assert codes(await program.get("/schemas/attendance_roll")) == ["ASK_009"]
    number = await grant_role(school.engine.entrance, SYSTEM, NewGrant(await school.account("student"), "registrar"))
    assert (await program.get("/schemas/attendance_roll")).status_code == 200
    from shuyuan.engine.ops.grants import revoke_grant

    await revoke_grant(school.engine.entrance, SYSTEM, number)
    assert codes(await program.get("/schemas/attendance_roll")) == ["ASK_009"]


async def test_methods(site: Site) -> None:
    program = await site.program("admin")
    for path, allow in (
        ("/records/student", "GET, HEAD, OPTIONS, POST"),
        ("/records/student/1", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("/records/student/bulk", "OPTIONS, POST"),
        ("/me", "GET, HEAD, OPTIONS"),
    ):
        answer = await program.send("OPTIONS", path)
        assert (answer.status_code, answer.headers["allow"], answer.content) == (204, allow, b"")
        for method in ("PUT", "TRACE", "PROPFIND"):
            answer = await program.send(method, path)
            assert answer.status_code == 405 and answer.headers["allow"] == allow and codes(answer) == ["WEB_002"]
    assert (await program.send("OPTIONS", "/records/nothing")).status_code == 404
    family = await site.program("guardian")
    assert (await family.send("OPTIONS", "/records/student")).headers["allow"] == "GET, HEAD, OPTIONS"
    answer = await program.send("POST", "/r/student.json")
    assert answer.status_code == 404
    assert (await program.client.post("/r/student.json", json={})).headers["allow"] == "GET, HEAD, OPTIONS"


async def test_head_is_get_without_the_body(site: Site) -> None:
    program = await site.program("admin")
    for path in ("/me", "/openapi.json", "/codelists/sex", "/nothing", "/codelists/nothing"):
        get, head = await program.get(path), await program.send("HEAD", path)
        assert head.status_code == get.status_code and head.content == b"" and get.content
        assert head.headers["content-length"] == get.headers["content-length"] == str(len(get.content))
        assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize(
    "path",
    ["/", "/nothing", "/records", "/records/student/1/2/3/4", "/records/student/x", "/records/student/0",
     "/records/student/-1", "/records/student/1e3", "/records/student/99999999999999999999", "/records/student/１",
     "/records//1", "/records/%2e%2e/1", "/records/stu%00dent", "/cases/abc", "/files/0"],
)  # fmt: skip
async def test_what_is_not_there(site: Site, path: str) -> None:
    answer = await (await site.program("admin")).get(path)
    assert answer.status_code == 404 and codes(answer)[0] in ("WEB_001", "ASK_009")


TYPES: list[tuple[dict[str, Any], bytes]] = [
    ({}, b"{}"),
    ({"content-type": "text/plain"}, b"{}"),
    ({"content-type": "application/x-www-form-urlencoded"}, b"name=x"),
    ({"content-type": "application/json; charset=gb18030"}, b"{}"),
    ({"content-type": "application/jsonp"}, b"{}"),
    ({"content-type": "multipart/form-data; boundary=x"}, b"--x--"),
    ({"content-type": "application/json", "content-encoding": "gzip"}, b"\x1f\x8b"),
    ({"content-type": b"\xff"}, b"{}"),
]


@pytest.mark.parametrize(("headers", "body"), TYPES)
async def test_a_body_of_another_type_is_415(site: Site, headers: dict[str, Any], body: bytes) -> None:
    program = await site.program("admin")
    for path in ("/records/student", "/records/student/bulk", "/cases", "/cases/1/acts"):
        answer = await program.send("POST", path, headers=headers, content=body)
        assert answer.status_code == 415 and codes(answer) == ["API_005"]


@pytest.mark.parametrize("kind", ["application/json;charset=UTF-8", 'Application/JSON; charset="utf-8"'])
async def test_json_may_be_said_in_several_ways(site: Site, kind: str) -> None:
    program = await site.program("admin")
    answer = await program.send("POST", "/cases", headers={"content-type": kind}, content=b"[")
    assert codes(answer) == ["API_001"]


@pytest.mark.parametrize(
    "body", [b"{", b'{"a": NaN}', b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}", b'{"a":1,"a":2}', b"\xff\xfe{}"]
)
async def test_a_body_that_cannot_be_read_is_400_everywhere(site: Site, body: bytes) -> None:
    program = await site.program("admin")
    paths = [one for one in API_ROUTES if one.body and one.body != "file"]
    assert len(paths) == 5
    for one in paths:
        path = one.path.replace("{entity}", "student").replace("{id}", "1")
        headers = {"content-type": "application/json", "if-match": '"1"'}
        answer = await program.send(one.method, path, headers=headers, content=body)
        assert answer.status_code == 400 and codes(answer)[0].startswith("API_00"), one.name


async def test_a_body_that_is_too_long_is_413(site: Site) -> None:
    program = await site.program("admin")
    big = b'{"workflow": "' + b"x" * (site.school.engine.settings.limits.body_kb * 1000) + b'"}'
    answer = await program.send("POST", "/cases", headers={"content-type": "application/json"}, content=big)
    assert answer.status_code == 413 and codes(answer) == ["ACCESS_007"]


async def test_every_fault_of_a_body_is_told_at_once_with_its_place(site: Site) -> None:
    program = await site.program("admin")
    answer = await program.post("/cases", {"workflw": "x", "record": 0, "values": []})
    assert answer.status_code == 422
    places = [(e["code"], e["path"]) for e in answer.json()["errors"]]
    assert places == [
        ("API_016", "workflw"), ("API_017", "workflow"), ("API_015", "values"), ("API_015", "record"),
    ]  # fmt: skip


async def test_the_language_of_messages(site: Site) -> None:
    program = await site.program("admin")
    zh, en = "没有这个页面", "There is no such page"
    for path, headers, words in (
        ("/nothing", {}, zh),
        ("/nothing", {"accept-language": "en-GB,en;q=0.8"}, en),
        ("/nothing", {"accept-language": "fr, zh;q=0.5, en;q=0.4"}, zh),
        ("/nothing?lang=en", {"accept-language": "zh"}, en),
        ("/nothing?lang=zh", {"accept-language": "en"}, zh),
    ):
        answer = await program.get(path, headers=headers)
        assert words in answer.json()["title"], (path, headers)
        assert answer.headers["content-language"] == ("en" if words == en else "zh")


@pytest.mark.parametrize(
    ("query", "code"),
    [("lang=fr", "API_011"), ("langs=en", "API_010"), ("lang=en&lang=en", "API_012"), ("a=%ff", "API_013"),
     ("&".join(["a=1"] * 201), "API_013")],
)  # fmt: skip
async def test_a_parameter_that_is_wrong_is_400(site: Site, query: str, code: str) -> None:
    program = await site.program("admin")
    for path in ("/me", "/openapi.json", "/codelists/sex", "/schemas/student", "/tasks"):
        answer = await program.get(f"{path}?{query}")
        assert answer.status_code == 400 and code in codes(answer), path


async def test_a_fault_of_the_server_tells_nothing_but_its_number(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(call: Any) -> Any:
        raise RuntimeError("13800138000")

    monkeypatch.setitem(ENDPOINTS, "me", broken)  # type: ignore[arg-type]
    answer = await (await site.program("admin")).get("/me")
    assert answer.status_code == 500 and codes(answer) == ["WEB_003"]
    assert "13800138000" not in answer.text
    assert answer.json()["instance"] == f"urn:shuyuan:request:{answer.headers['x-request-id']}"


async def test_answers_are_kept_by_nobody(site: Site) -> None:
    answer = await (await site.program("admin")).get("/me")
    assert answer.headers["cache-control"] == "no-store" and answer.headers["x-content-type-options"] == "nosniff"


async def test_a_session_of_a_browser_needs_the_token_of_its_page_to_write(site: Site) -> None:
    """A page of another site makes the browser send the cookie, and not the header."""
    from shuyuan.engine.ops.sessions import session_writes

    school = site.school
    entrance = school.engine.entrance
    opened, writes = await session_writes(entrance, await school.account("registrar.east"), "", "")
    await school.engine.store.apply(list(writes))
    client = site.client(cookie=f"sy={opened.token}")
    assert (await client.get(V1 + "/me")).json()["scopes"] is None
    own = {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}
    for headers in ({}, own, {**own, "x-csrf-token": "wrong"}, {"x-csrf-token": opened.csrf, "origin": "http://evil"}):
        answer = await client.post(V1 + "/cases", json={}, headers=headers)
        assert answer.status_code == 403 and codes(answer) == ["ACCESS_005"]
    answer = await client.post(V1 + "/cases", json={}, headers={**own, "x-csrf-token": opened.csrf})
    assert codes(answer) == ["API_017"]
