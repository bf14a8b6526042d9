"""Records over the API: read, made, changed, removed; on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from shuyuan.engine import did_you_mean, save_view
from shuyuan.web.api import query as asked_for
from shuyuan.web.api.shape import MOST_UNKNOWN

from .conftest import Program, Site, codes

NEW = {"name": "王小明", "enrolled_on": "2026-09-01", "birth_date": "2012-05-06", "sex": "1"}


async def any_student(program: Program) -> dict[str, Any]:
    found: dict[str, Any] = (await program.get("/records/student?limit=1&sort=student_no")).json()["items"][0]
    return found


async def new_student(program: Program, **more: Any) -> dict[str, Any]:
    klass = (await any_student(program))["class"]["id"]
    answer = await program.post("/records/student", {**NEW, "class": klass, **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()["record"]
    return found


# ---------------------------------------------------------------- reading


async def test_a_record(both: Site) -> None:
    program = await both.program("registrar.east")
    first = await any_student(program)
    answer = await program.get(f"/records/student/{first['id']}")
    assert answer.status_code == 200 and answer.json() == first
    assert first["class"].keys() == {"id", "label"} and first["guardians"][0].keys() > {"id", "name"}
    assert first["resident_id"].count("*") > 5, "the office sees it masked"
    some = (await program.get(f"/records/student/{first['id']}?fields=phone,name")).json()
    assert list(some) == ["id", "version", "phone", "name"] and some["phone"] == first["phone"]


async def test_a_record_that_is_known_is_not_sent_again(site: Site) -> None:
    program = await site.program("registrar.east")
    path = f"/records/student/{(await any_student(program))['id']}"
    first = await program.get(path)
    tag = {"if-none-match": first.headers["etag"]}
    assert (await program.get(path, headers=tag)).status_code == 304
    assert (await program.get(path + "?fields=name", headers=tag)).status_code == 200
    await program.patch(path, {"remark": "新"}, first.headers["etag"])
    assert (await program.get(path, headers=tag)).status_code == 200


async def test_a_list_is_filtered_sorted_and_read_page_by_page(both: Site) -> None:
    program = await both.program("registrar.east")
    query = "/records/student?status=enrolled&sort=-enrolled_on,name&fields=name,enrolled_on&limit=40"
    seen: list[dict[str, Any]] = []
    path: str | None = query
    pages = 0
    while path:
        answer = await program.get(path)
        seen += answer.json()["items"]
        pages += 1
        link = answer.links.get("next", {}).get("url")
        assert bool(link) == bool(answer.json()["after"])
        path = link.removeprefix("/api/v1") if link else None
    assert pages > 2 and len({one["id"] for one in seen}) == len(seen)
    assert [one["enrolled_on"] for one in seen] == sorted((one["enrolled_on"] for one in seen), reverse=True)
    total = (await program.get(query + "&count=true")).json()["total"]
    assert total == len(seen)
    assert list(seen[0]) == ["id", "version", "name", "enrolled_on"]


async def test_back_to_the_page_before(site: Site) -> None:
    program = await site.program("registrar.east")
    first = await program.get("/records/student?limit=3")
    second = await program.get(f"/records/student?limit=3&after={first.json()['after']}")
    back = await program.client.get(second.links["prev"]["url"])
    assert back.json()["items"] == first.json()["items"]
    assert first.json()["before"] is None and "prev" not in first.links


async def test_a_search_finds_by_name_pinyin_and_number(site: Site) -> None:
    program = await site.program("registrar.east")
    one = await new_student(program, name="欧阳晓婷")
    for q in ("欧阳晓婷", "oyxt", "ouyang", one["student_no"]):
        found = (await program.get("/records/student", params={"q": q})).json()["items"]
        assert one["id"] in [f["id"] for f in found], q


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("nam=x", 400, "ASK_001"),
        ("name.like=x", 400, "ASK_001"),
        ("sort=nam", 400, "ASK_001"),
        ("fields=nam", 400, "ASK_001"),
        ("limit=0", 400, "ASK_002"),
        ("limit=201", 400, "ASK_002"),
        ("limit=x", 400, "ASK_002"),
        ("limit=5&limit=6", 400, "API_012"),
        ("sort=name&sort=class", 400, "API_012"),
        ("after=nothing", 400, "ASK_004"),
        ("after=WzFd", 400, "ASK_004"),
        ("count=yes", 400, "API_011"),
        ("lang=de", 400, "API_011"),
        ("view=nothing", 404, "ASK_009"),
        ("name.gt=x", 400, "ASK_005"),
        ("sort=guardians", 400, "ASK_007"),
        ("sort=phone", 403, "ASK_006"),
        ("phone.contains=138", 403, "ASK_006"),
        ("class.campus.parent.parent.name=x", 400, "ASK_003"),
        ("name=%ff", 400, "API_013"),
    ],
)
async def test_a_list_that_cannot_be_given(site: Site, query: str, status: int, code: str) -> None:
    answer = await (await site.program("registrar.east")).get(f"/records/student?{query}")
    assert (answer.status_code, code in codes(answer)) == (status, True), answer.text


async def test_everything_wrong_with_a_list_is_told_at_once(site: Site) -> None:
    answer = await (await site.program("registrar.east")).get("/records/student?nam=x&sort=foo&limit=0&count=maybe")
    assert sorted(codes(answer)) == ["API_011", "ASK_001", "ASK_001", "ASK_002"]


async def test_a_list_page_as_json_gives_the_same(site: Site) -> None:
    program = await site.program("registrar.east")
    for query in ("", "?status=enrolled&sort=name&limit=5", "?q=w&fields=name&count=true", "?view=students"):
        page, list_ = await program.client.get("/r/student.json" + query), await program.get("/records/student" + query)
        assert page.status_code == list_.status_code and page.json().get("items") == list_.json().get("items"), query
    page = await program.client.get("/r/student.json?limit=2")
    assert page.links["next"]["url"].startswith("/r/student.json?limit=2&after=")
    assert (await program.client.get("/r/nothing.json")).status_code == 404


async def test_a_saved_view_as_json_holds_what_its_page_shows(site: Site) -> None:
    program = await site.program("registrar.east")
    work = await site.school.work("registrar.east")
    params = (("status", "enrolled"), ("sort", "-name"), ("fields", "name,status"))
    number = (await save_view(work, "student", "在读", params)).id
    page = await program.client.get(f"/r/student.json?view=my.{number}&limit=3")
    same = await program.get("/records/student?status=enrolled&sort=-name&fields=name,status&limit=3")
    assert page.json()["items"] == same.json()["items"] and len(page.json()["items"]) == 3
    following = await program.client.get(page.links["next"]["url"])
    assert following.json()["items"][0]["id"] not in [one["id"] for one in page.json()["items"]]
    assert codes(await program.client.get("/r/student.json?view=my.999")) == ["WRITE_033"]


# ---------------------------------------------------------------- making


async def test_a_new_record(both: Site) -> None:
    program = await both.program("registrar.east")
    klass = (await any_student(program))["class"]
    answer = await program.post("/records/student", {**NEW, "class": klass["id"]})
    record = answer.json()["record"]
    assert answer.status_code == 201 and record["version"] == 1 and record["class"] == klass
    assert answer.headers["location"] == f"/api/v1/records/student/{record['id']}"
    assert record["student_no"] and record["status"] == "enrolled", "numbers and defaults are filled in"
    assert [w["path"] for w in answer.json()["warnings"]] == ["guardians"]
    assert (await program.client.get(answer.headers["location"])).json() == record


async def test_a_new_record_in_few_words(site: Site) -> None:
    program = await site.program("registrar.east")
    klass = (await any_student(program))["class"]["id"]
    answer = await program.post("/records/student", {**NEW, "class": klass}, headers={"prefer": "return=minimal"})
    assert list(answer.json()["record"]) == ["id", "version", "label"]
    assert answer.headers["preference-applied"] == "return=minimal" and answer.headers["etag"] == '"1"'


async def test_everything_wrong_with_a_record_is_told_at_once(site: Site) -> None:
    program = await site.program("registrar.east")
    content = {"name": "", "clas": 1, "enrolled_on": "2026-13-01", "guardians": [{"phone": "x"}], "status": "enrolled"}
    answer = await program.post("/records/student?lang=en", content)
    assert answer.status_code == 422
    found = {error["path"]: error["what"] for error in answer.json()["errors"]}
    assert set(found) >= {"clas", "name", "class", "enrolled_on", "guardians/0/phone"}
    assert "Did you mean class" in found["clas"]


@pytest.mark.parametrize("content", [b"[]", b'"x"', b"5", b"null", b"true", b"[{}]"])
async def test_a_record_is_an_object(site: Site, content: bytes) -> None:
    program = await site.program("registrar.east")
    headers = {"content-type": "application/json", "if-match": '"1"'}
    number = (await any_student(program))["id"]
    for method, path in (("POST", "/records/student"), ("PATCH", f"/records/student/{number}")):
        answer = await program.send(method, path, content=content, headers=headers)
        assert answer.status_code == 422 and codes(answer) == ["API_015"]


async def test_a_value_that_is_taken_is_a_conflict_at_its_field(both: Site) -> None:
    program = await both.program("registrar.east")
    await new_student(program, student_code="L110105201205061239")
    klass = (await any_student(program))["class"]["id"]
    answer = await program.post("/records/student", {**NEW, "class": klass, "student_code": "L110105201205061239"})
    assert answer.status_code == 409
    assert [(e["code"], e["path"]) for e in answer.json()["errors"]] == [("REC_056", "student_code")]
    assert "L110105201205061239" not in answer.text


async def test_a_write_that_is_repeated_is_done_once(both: Site) -> None:
    program, other = await both.program("registrar.east"), await both.program("registrar.east")
    klass = (await any_student(program))["class"]["id"]
    key = {"idempotency-key": "0123456789abcdef"}
    content = {**NEW, "class": klass}
    answers = await asyncio.gather(*(p.post("/records/student", content, headers=key) for p in (program, other) * 4))
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["record"]["id"] for a in answers}) == 1
    changed = await program.post("/records/student", {**content, "sex": "2"}, headers=key)
    assert changed.status_code == 409 and codes(changed) == ["API_009"]
    elsewhere = await program.post("/records/teacher", content, headers=key)
    assert elsewhere.status_code in (409, 422)
    total = (await program.get("/records/student", params={"q": "王小明", "count": "true"})).json()["total"]
    assert total == 1
    stranger = await both.program("head.west")
    assert codes(await stranger.post("/records/student", content, headers=key)) == ["ACCESS_012"]


# ---------------------------------------------------------------- changing


async def test_only_what_is_sent_changes(both: Site) -> None:
    program = await both.program("registrar.east")
    before = await new_student(program, boarding="boarder", dorm="3-412")
    path = f"/records/student/{before['id']}"
    answer = await program.patch(path, {"dorm": "3-413"}, 1)
    after = answer.json()["record"]
    assert answer.status_code == 200 and answer.headers["etag"] == '"2"'
    assert {k for k in after if after[k] != before[k]} <= {"dorm", "version", "updated_at"} and after["dorm"] == "3-413"
    emptied = (await program.patch(path, {"dorm": None}, 2)).json()["record"]
    assert emptied["dorm"] is None and emptied["version"] == 3
    same = (await program.patch(path, {"dorm": None, "boarding": "boarder"}, 3)).json()["record"]
    assert same["version"] == 3, "nothing changed"


async def test_a_row_that_is_named_keeps_what_is_not_sent(site: Site) -> None:
    program = await site.program("registrar.east")
    rows = [{"name": "王大明", "relation": "51", "phone": "13800138000"}, {"name": "李芳", "relation": "52"}]
    before = await new_student(program, guardians=rows)
    one, two = before["guardians"]
    path = f"/records/student/{before['id']}"
    sent = [{"id": two["id"], "lives_with": True}, {"id": one["id"]}, {"name": "奶奶", "relation": "62"}]
    after = (await program.patch(path, {"guardians": sent}, 1)).json()["record"]["guardians"]
    assert [r["name"] for r in after] == ["李芳", "王大明", "奶奶"]
    assert (after[0]["lives_with"], after[1]["phone"], after[1]["id"]) == (True, "13800138000", one["id"])
    gone = (await program.patch(path, {"guardians": [{"id": one["id"]}]}, 2)).json()["record"]["guardians"]
    assert [r["name"] for r in gone] == ["王大明"]


async def test_a_record_that_moved_on_is_not_overwritten(both: Site) -> None:
    program = await both.program("registrar.east")
    record = await new_student(program, boarding="boarder")
    path = f"/records/student/{record['id']}"
    assert (await program.patch(path, {"dorm": "1"}, 1)).status_code == 200
    answer = await program.patch(path, {"remark": "x", "dorm": "2"}, 1)
    assert answer.status_code == 412 and codes(answer) == ["WRITE_001"]
    current = answer.json()["current"]
    assert (current["version"], current["dorm"], current["remark"]) == (2, "1", None)
    assert (await program.delete(path, 1)).status_code in (403, 412)


async def test_of_two_at_once_one_wins(both: Site) -> None:
    program = await both.program("registrar.east")
    record = await new_student(program)
    path = f"/records/student/{record['id']}"
    answers = await asyncio.gather(*(program.patch(path, {"remark": f"第 {n} 个"}, 1) for n in range(8)))
    assert sorted(a.status_code for a in answers) == [200] + [412] * 7
    winner = next(a for a in answers if a.status_code == 200).json()["record"]
    losers = [a.json()["current"]["remark"] for a in answers if a.status_code == 412]
    assert losers == [winner["remark"]] * 7


@pytest.mark.parametrize(
    ("match", "status", "code"), [(None, 428, "API_007"), ("*", 400, "API_008"), ("1", 400, "API_008")]
)
async def test_a_change_without_a_version(site: Site, match: str | None, status: int, code: str) -> None:
    program = await site.program("admin")
    path = f"/records/student/{(await any_student(program))['id']}"
    for answer in (await program.patch(path, {}, match), await program.delete(path, match)):
        assert answer.status_code == status and codes(answer) == [code]


async def test_what_may_not_be_written_is_refused_at_its_field(site: Site) -> None:
    program = await site.program("head.east")
    one = await any_student(program)
    path = f"/records/student/{one['id']}"
    answer = await program.patch(path, {"name": "别名", "phone": "13800138111"}, one["version"])
    assert answer.status_code == 403
    assert [(e["code"], e["path"]) for e in answer.json()["errors"]] == [("REC_004", "name")]
    now = (await program.get(path)).json()
    assert now["version"] == one["version"] and now["phone"] == one["phone"]


async def test_a_record_of_another_campus_is_not_there(both: Site) -> None:
    east, west = await both.program("registrar.east"), await both.program("head.west")
    record = await new_student(east)
    path = f"/records/student/{record['id']}"
    for answer in (
        await west.get(path),
        await west.get(path + "/history"),
        await west.patch(path, {"phone": "13800138111"}, 1),
    ):
        assert answer.status_code == 404, answer.text
        assert record["name"] not in answer.text
    found = (await west.get("/records/student", params={"q": record["name"]})).json()
    assert found["items"] == []


async def test_a_record_that_goes_is_gone(both: Site) -> None:
    program = await both.program("admin")
    klass = (await any_student(program))["class"]["id"]
    record = (await program.post("/records/student", {**NEW, "class": klass})).json()["record"]
    path = f"/records/student/{record['id']}"
    answer = await program.delete(path, record["version"])
    assert answer.status_code == 204 and answer.content == b"" and "content-length" not in answer.headers
    assert (await program.get(path)).status_code == 404
    assert (await program.delete(path, record["version"])).status_code == 404
    used = await any_student(program)
    answer = await program.delete(f"/records/student/{used['id']}", used["version"])
    assert answer.status_code == 409 and set(codes(answer)) == {"WRITE_007"}


async def test_history(both: Site) -> None:
    program = await both.program("registrar.east")
    record = await new_student(program)
    path = f"/records/student/{record['id']}"
    await program.patch(path, {"boarding": "boarder", "bank_card": "6222021234567890128"}, 1)
    found = (await program.get(path + "/history")).json()
    newest, first = found["items"]
    assert (newest["version"], first["version"], newest["by"]["name"]) == (
        2,
        1,
        (await both.school.actor("registrar.east")).name,
    )
    changes = {c["field"]: (c["before"], c["after"]) for c in newest["changes"]}
    assert changes["boarding"] == ("day", "boarder")
    assert "6222021234567890128" not in str(found) and "bank_card" in changes, "masked like the record"
    page = (await program.get(path + "/history?limit=1")).json()
    rest = (await program.get(path + f"/history?limit=1&after={page['after']}")).json()
    assert [page["items"][0]["version"], rest["items"][0]["version"], rest["after"]] == [2, 1, None]
    for query in ("limit=0", "limit=x", "after=-1", "after=x", "page=2"):
        assert (await program.get(f"{path}/history?{query}")).status_code == 400, query


# ---------------------------------------------------------------- many at once


def change(number: int | None = None, version: int | None = None, **values: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"values": values}
    return found | ({"id": number} if number else {}) | ({"version": version} if version else {})


async def test_many_each_for_itself(both: Site) -> None:
    program = await both.program("registrar.east")
    one, klass = await new_student(program), (await any_student(program))["class"]["id"]
    changes = [
        change(**NEW, **{"class": klass}),
        change(one["id"], 1, remark="改"),
        change(**{**NEW, "name": ""}, **{"class": klass}),
        change(one["id"], 7, remark="旧"),
        change(999_999, 1, remark="无"),
    ]
    answer = await program.post("/records/student/bulk", {"changes": changes})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [o["outcome"] for o in found["outcomes"]] == ["created", "changed", "refused", "refused", "refused"]
    assert [o["index"] for o in found["outcomes"]] == list(range(5)) and found["written"]
    assert [e["path"] for e in found["outcomes"][2]["errors"]] == ["name"]
    assert found["outcomes"][1]["version"] == 2


async def test_many_all_or_none(both: Site) -> None:
    program = await both.program("registrar.east")
    klass = (await any_student(program))["class"]["id"]
    good, bad = change(**NEW, **{"class": klass}), change(**{**NEW, "sex": "x"}, **{"class": klass})
    found = (await program.post("/records/student/bulk", {"mode": "all", "changes": [good, bad]})).json()
    assert not found["written"] and found["outcomes"][1]["outcome"] == "refused"
    total = (await program.get("/records/student", params={"q": NEW["name"], "count": "true"})).json()["total"]
    assert total == 0
    found = (await program.post("/records/student/bulk", {"mode": "all", "changes": [good, good]})).json()
    assert found["written"] and [o["outcome"] for o in found["outcomes"]] == ["created"] * 2


async def test_many_that_are_repeated_are_done_once(site: Site) -> None:
    program = await site.program("registrar.east")
    klass = (await any_student(program))["class"]["id"]
    content = {"changes": [change(**NEW, **{"class": klass})] * 3}
    key = {"idempotency-key": "many-0001"}
    first, again = [await program.post("/records/student/bulk", content, headers=key) for _ in range(2)]
    assert first.json()["outcomes"] == again.json()["outcomes"]
    assert codes(await program.post("/records/student/bulk", {"changes": []}, headers=key)) == ["API_015"]
    other = await program.post("/records/student/bulk", {"changes": content["changes"][:1]}, headers=key)
    assert codes(other) == ["API_009"]


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ({"changes": []}, "changes"),
        ({"changes": [{"values": {}}] * 1001}, "changes"),
        ({"changes": {}}, "changes"),
        ({"changes": [5]}, "changes/0"),
        ({"changes": [{"values": {}}, {"id": 1}]}, "changes/1/values"),
        ({"changes": [{"values": {}, "id": "5"}]}, "changes/0/id"),
        ({"changes": [{"values": {}, "id": 1, "versoin": 1}]}, "changes/0/versoin"),
        ({"changes": [{"values": []}]}, "changes/0/values"),
        ({"mode": "some", "changes": [{"values": {}}]}, "mode"),
        ({}, "changes"),
    ],
)
async def test_many_of_another_shape(site: Site, content: Any, path: str) -> None:
    answer = await (await site.program("registrar.east")).post("/records/student/bulk", content)
    assert answer.status_code == 422 and [e["path"] for e in answer.json()["errors"]] == [path]


async def test_names_without_end_are_looked_up_no_further_than_they_are_told(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = await site.program("registrar.east")
    looked: list[str] = []

    def counted(name: str, known: Iterable[str]) -> str:
        looked.append(name)
        return did_you_mean(name, known)

    monkeypatch.setattr(asked_for, "did_you_mean", counted)
    strange = {f"valeus{at}": 1 for at in range(5000)}
    answer = await program.post("/records/student/bulk", {"changes": [], **strange})
    assert answer.status_code == 422 and len(looked) == len(codes(answer)) == MOST_UNKNOWN
    looked.clear()
    few = dict(list(strange.items())[:60])
    answer = await program.post("/records/student/bulk", {"changes": [{"values": {}, **few}] * 20})
    assert answer.status_code == 422 and len(looked) == len(codes(answer)) == 200
