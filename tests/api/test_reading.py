"""What a body, a query and a header may look like, read strictly."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shuyuan.engine import API_PREFIX, API_ROUTES, Refused
from shuyuan.web.api.answer import Answer
from shuyuan.web.api.conditional import expected_version, tagged
from shuyuan.web.api.json_body import DEPTH, read_json
from shuyuan.web.api.once import once
from shuyuan.web.api.query import read_query, single
from shuyuan.web.api.shape import OBJECT, RECORD_ID, one_of, problems
from shuyuan.web.api.table import Table, allowed, mine, served


def refused(read: Any, *args: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        read(*args)
    return [(d.code, d.place.path) for d in caught.value.diagnostics]


def test_numbers_are_exactly_what_was_written() -> None:
    found = read_json(b'{"a": 0.10, "b": 12345678901234567890, "c": 1e3, "d": -0, "e": "\\u00e9\\ud83d\\ude00"}')
    assert found["a"] == Decimal("0.10") and str(found["a"]) == "0.10"
    assert [type(read_json(text)) for text in (b"5.0", b"5", b"5.5", b"5e0")] == [int, int, Decimal, Decimal]
    assert found == {"a": Decimal("0.1"), "b": 12345678901234567890, "c": Decimal(1000), "d": 0, "e": "é😀"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "API_001"),
        (b"{", "API_001"),
        (b"{} {}", "API_001"),
        (b"[1,]", "API_001"),
        (b"{'a': 1}", "API_001"),
        (b'{"a": NaN}', "API_001"),
        (b'{"a": -Infinity}', "API_001"),
        (b'{"a": 01}', "API_001"),
        (b'{"a": "\n"}', "API_001"),
        (b'{"a": "\\ud800"}', "API_001"),
        (b'{"\\udfff": 1}', "API_001"),
        (b"\xef\xbb\xbf{}", "API_001"),
        (b'{"a": 1, "a": 1}', "API_002"),
        (b'{"a": [{"b": 1, "c": 2, "b": 3}]}', "API_002"),
        (b"[" * 100_000, "API_003"),
        (b'{"a":' * 50 + b"1" + b"}" * 50, "API_003"),
        (b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1), "API_003"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "API_004"),
        (b'{"a": 1e999999999}', "API_004"),
        (b'{"a": 1e-4000}', "API_004"),
        (b'{"a": 0.' + b"1" * 50 + b"}", "API_004"),
        (b'{"a": "\xff"}', "API_006"),
        ('{"a": "张"}'.encode("gb18030"), "API_006"),
        (b'{"a": "\xed\xa0\x80"}', "API_006"),
        ('{"a": 1}'.encode("utf-16"), "API_006"),
    ],
)
def test_what_two_readers_could_understand_differently_is_refused(body: bytes, code: str) -> None:
    assert [c for c, _ in refused(read_json, body)] == [code]


def test_brackets_in_texts_are_no_nesting() -> None:
    deep = "[" * DEPTH + '"' + '[{\\"' * 200 + '"' + "]" * DEPTH
    found = read_json(deep.encode())
    for _ in range(DEPTH):
        found = found[0]
    assert found == '[{"' * 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(),
    lambda s: st.lists(s) | st.dictionaries(st.text(), s),
)


@given(JSON)
def test_every_json_is_read_as_it_was_meant(value: Any) -> None:
    try:
        text = json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        text = json.dumps(value).encode()
        refused(read_json, text)
    else:
        assert read_json(text) == value == read_json(json.dumps(value).encode())


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        json.dumps(read_json(body), default=str).encode()
    except Refused as found:
        assert found.diagnostics[0].code.startswith("API_00")


# ---------------------------------------------------------------- queries


def test_a_query_is_read_in_its_order() -> None:
    assert read_query(b"a=1&b=&a=2&c=%E5%BC%A0+x") == [("a", "1"), ("b", ""), ("a", "2"), ("c", "张 x")]
    assert read_query(b"") == []


@pytest.mark.parametrize("raw", [b"a=%ff", b"\xff=1", b"&".join([b"a=1"] * 201)])
def test_a_query_that_cannot_be_read_is_refused(raw: bytes) -> None:
    assert refused(read_query, raw) == [("API_013", "")]


def test_every_wrong_parameter_is_told_at_once() -> None:
    pairs = [("limit", "5"), ("limt", "5"), ("limit", "6")]
    assert refused(single, pairs, ("limit", "after")) == [("API_010", "limt"), ("API_012", "limit")]


# ---------------------------------------------------------------- headers


@pytest.mark.parametrize(("stated", "version"), [(b'"4"', 4), (b'W/"4"', 4), (b'"12.0a1b2c3d"', 12), (b' "7" ', 7)])
def test_the_version_in_if_match(stated: bytes, version: int) -> None:
    assert expected_version({b"if-match": stated}) == version


@pytest.mark.parametrize("stated", [b"4", b"*", b'"x"', b'"4","5"', b"", b'"99999999999"', b'"-1"', b"\xff"])
def test_what_is_no_version_is_refused(stated: bytes) -> None:
    assert refused(expected_version, {b"if-match": stated}) == [("API_008", "If-Match")]


def test_a_change_needs_a_version() -> None:
    assert refused(expected_version, {}) == [("API_007", "If-Match")]


def tag(body: bytes, version: int = 3, known: bytes | None = None) -> tuple[int, bytes, bytes]:
    headers = {} if known is None else {b"if-none-match": known}
    answer = tagged(Answer(200, body, [(b"content-type", b"x")]), headers, version)
    return answer.status, dict(answer.headers)[b"etag"], answer.body


def test_what_is_known_is_not_sent_again() -> None:
    _, etag, _ = tag(b"one")
    assert tag(b"one", known=etag) == (304, etag, b"")
    assert tag(b"one", known=b'"x", W/' + etag)[0] == 304
    assert tag(b"one", known=b"*")[0] == 304
    assert tag(b"two", known=etag)[0] == 200, "the same version says something else: a label, a right"
    assert tag(b"one", 4, known=etag)[0] == 200
    assert expected_version({b"if-match": etag}) == 3


def test_a_key_is_good_for_one_request_of_one_account() -> None:
    key = {b"idempotency-key": b"abcdefgh"}
    first = once(key, 1, "POST /x", b"body")
    assert once(key, 1, "POST /x", b"body") == first
    assert once(key, 1, "POST /x", b"other").token == first.token
    assert once(key, 1, "POST /x", b"other").digest != first.digest != once(key, 1, "POST /y", b"body").digest
    assert once(key, 2, "POST /x", b"body").token != first.token
    assert once({}, 1, "POST /x", b"body").token == ""
    for wrong in (b"short", b"x" * 129, b"with space", "字字字字字字字字".encode()):
        assert refused(once, {b"idempotency-key": wrong}, 1, "", b"") == [("API_008", "Idempotency-Key")]


# ---------------------------------------------------------------- shapes


def test_every_fault_of_a_shape_is_told_at_once() -> None:
    kinds = {"id": RECORD_ID, "values": OBJECT, "mode": one_of("each", "all")}
    wrong = problems({"id": True, "valeus": {}, "mode": "some"}, kinds, ("values",), "changes/3/")
    assert [(d.code, d.place.path) for d in wrong] == [
        ("API_016", "changes/3/valeus"),
        ("API_015", "changes/3/id"),
        ("API_017", "changes/3/values"),
        ("API_015", "changes/3/mode"),
    ]
    assert [d.code for d in problems([], kinds, ())] == ["API_015"]
    for number in (0, -1, 1.0, "1", 2**53, None):
        assert problems({"id": number}, {"id": RECORD_ID}, ())


# ---------------------------------------------------------------- the table


def test_every_route_is_found_by_its_path() -> None:
    table = Table(API_ROUTES)
    for one in API_ROUTES:
        names = [part for part in one.path.split("/") if part.startswith("{")]
        values = tuple("7" if n == "{id}" else "student" for n in names)
        path = API_PREFIX + one.path
        for name, value in zip(names, values, strict=True):
            path = path.replace(name, value, 1)
        found = table.find(path)
        assert found is not None and found.spot.routes[one.method] is one and found.values == values
        assert one.method in allowed(found.spot.routes) and "OPTIONS" in allowed(found.spot.routes)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1", "/api/v1/", "/api/v1/records", "/api/v1/records/", "/api/v1/records//5", "/api/v1/records/student/",
        "/api/v1/records/student/5/history/", "/api/v1/nothing", "/api/v2/me", "/api/v1me", "/api/v1//me",
        "/api/v1/records/student/5/6/7", "/r/.json",
    ],
)  # fmt: skip
def test_other_paths_lead_nowhere(path: str) -> None:
    assert Table(API_ROUTES).find(path) is None


def test_a_list_page_as_json_is_the_list_and_nothing_else() -> None:
    found = Table(API_ROUTES).find("/r/student.json")
    assert found is not None and list(found.spot.routes) == ["GET"] and found.values == ("student",)
    assert [mine(p) for p in ("/r/student.json", "/api/v1/me", "/api/x")] == [True] * 3
    assert [mine(p) for p in ("/r/student", "/r/student/5.json", "/", "/apis", "/search.json")] == [False] * 5


def test_a_route_that_nobody_serves_is_noticed() -> None:
    with pytest.raises(LookupError, match="history"):
        served({r.name: None for r in API_ROUTES if r.name != "history"}, API_ROUTES)
