"""Answers packed for the way: the same after unpacking, of no exact length, and only where somebody can unpack them."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shuyuan.web.session.csrf import same, veiled
from shuyuan.web.session.packing import CHANCE, SHORTEST, Packing, packed

TOKEN = "rH0cYQ1mJ7c8mKXz9v4b-_2Qw5Rt6Yu8"


@given(st.binary(max_size=5000))
def test_what_is_packed_is_whole_when_it_is_unpacked(body: bytes) -> None:
    assert gzip.decompress(packed(body)) == body


def test_the_length_is_left_to_chance() -> None:
    assert len({len(packed(b"x" * 5000)) for _ in range(200)}) > CHANCE // 3


async def through(start: dict[str, Any], *bodies: bytes, accept: bytes = b"br, gzip") -> list[Any]:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, **start})
        for at, body in enumerate(bodies):
            await send({"type": "http.response.body", "body": body, "more_body": at < len(bodies) - 1})

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"accept-encoding", accept)] if accept else []
    await Packing(app)({"type": "http", "headers": headers}, None, send)  # type: ignore[arg-type]
    return sent


HTML = (b"content-type", b"text/html; charset=utf-8")
LONG = b"<p>" * SHORTEST


async def test_a_page_is_packed_for_whoever_takes_it() -> None:
    start, body = await through({"headers": [HTML, (b"content-length", b"1"), (b"vary", b"cookie")]}, LONG)
    headers = dict(start["headers"])
    assert gzip.decompress(body["body"]) == LONG and len(body["body"]) < len(LONG)
    assert headers[b"content-encoding"] == b"gzip" and headers[b"vary"] == b"cookie, accept-encoding"
    assert int(headers[b"content-length"]) == len(body["body"])


@pytest.mark.parametrize(
    ("headers", "bodies", "accept"),
    [
        ([HTML], [LONG], b""),
        ([HTML], [LONG], b"br"),
        ([HTML], [b"short"], b"gzip"),
        ([HTML], [b""], b"gzip"),
        ([HTML], [LONG, LONG], b"gzip"),
        ([(b"content-type", b"image/png")], [LONG], b"gzip"),
        ([HTML, (b"content-encoding", b"br")], [LONG], b"gzip"),
        ([HTML, (b"ETag", b'"1"')], [LONG], b"gzip"),
        ([], [LONG], b"gzip"),
    ],
)
async def test_everything_else_goes_as_it_is(headers: list[Any], bodies: list[bytes], accept: bytes) -> None:
    start, *rest = await through({"headers": headers}, *bodies, accept=accept)
    assert start["headers"] == headers and [m["body"] for m in rest] == bodies


def test_a_token_looks_different_each_time_and_is_the_same() -> None:
    shown = {veiled(TOKEN) for _ in range(20)}
    assert len(shown) == 20 and all(same(one, TOKEN) for one in shown) and same(TOKEN, TOKEN)
    assert all(16 <= len(one) <= 128 and TOKEN[:6] not in one for one in shown)
    assert veiled("") == "" and not same("", "") and not same(veiled(TOKEN), "")


@given(st.text(max_size=200))
def test_no_other_text_is_the_token(sent: str) -> None:
    assert same(sent, TOKEN) == (sent == TOKEN)


def test_a_changed_token_is_none() -> None:
    shown = veiled(TOKEN)
    for at in range(0, len(shown) - 1, 5):
        changed = shown[:at] + ("A" if shown[at] != "A" else "B") + shown[at + 1 :]
        assert not same(changed, TOKEN)
    assert not same(veiled(TOKEN[:-1] + "X"), TOKEN) and not same(veiled(TOKEN[:-1]), TOKEN)
