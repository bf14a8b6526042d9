"""Requests that no page of ours sent, bodies that are too long or too slow, too many requests: none gets through."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shuyuan.web.session import bucket, client_of, local, loopback
from shuyuan.web.session.address import networks
from shuyuan.web.session.body import Body, TooLong, TooSlow
from shuyuan.web.session.choice import language, theme
from shuyuan.web.session.cookies import parsed, proving
from shuyuan.web.session.csrf import from_here, same, token_in
from shuyuan.web.session.rate import Rate

from ..people.conftest import GOOD
from .conftest import LOCAL, SECURE, Site, build, settings_of

#: Headers of a request that a page elsewhere, or something that is no browser, would send; {} of nobody at all.
FOREIGN: list[dict[str, str]] = [
    {},
    {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "null", "sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"origin": LOCAL, "sec-fetch-site": "cross-site"},
    {"origin": LOCAL, "sec-fetch-site": "same-site"},
    {"origin": "https://127.0.0.1:8000"},
    {"origin": "http://127.0.0.1"},
    {"origin": "http://127.0.0.1:8000.evil.example"},
    {"origin": "http://127.0.0.1:8000/"},
    {"origin": "http://evil@127.0.0.1:8000"},
    {"referer": "https://evil.example/127.0.0.1:8000"},
    {"referer": "http://127.0.0.1:8000@evil.example/"},
    {"referer": "about:blank"},
    {"referer": "http://["},
    {"origin": "https://evil.example", "referer": f"{LOCAL}/me"},
    {"origin": "", "sec-fetch-site": ""},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(
    "path", ["/save", "/sign-out", "/settings/password", "/settings/look", "/sign-in", "/api/save"]
)
async def test_what_no_page_of_ours_sent_does_nothing(site: Site, headers: dict[str, str], path: str) -> None:
    browser = site.browser()
    await browser.sign_in()
    form = {"csrf": browser.csrf, "login": "wang", "password": GOOD, "old": GOOD}
    answer = await browser.client.post(path, data=form, headers=headers)
    assert answer.status_code == 403, "even with the right token"
    assert "save" not in site.reached
    assert (await browser.get("/me")).status_code == 200, "still signed in"


#: Tokens that are not the one of the page.
TOKENS: list[Any] = [
    lambda t: "",
    lambda t: t[:-1],
    lambda t: t + "x",
    lambda t: t.swapcase(),
    lambda t: t[::-1],
    lambda t: "null",
    lambda t: "undefined",
    lambda t: "a" * len(t),
    lambda t: t + "\0",
    lambda t: " " + t,
    lambda t: "é" * len(t),
]


@pytest.mark.parametrize("forge", TOKENS)
@pytest.mark.parametrize("way", ["form", "parts", "header", "json"])
async def test_a_wrong_token_does_nothing(site: Site, forge: Any, way: str) -> None:
    browser = site.browser()
    await browser.sign_in()
    wrong = forge(browser.csrf)
    headers: dict[Any, Any] = {"origin": LOCAL, "sec-fetch-site": "same-origin"}
    if way in ("header", "json"):
        headers[b"x-csrf-token"] = wrong.encode("utf-8")
    sends: dict[str, Any] = {
        "form": {"data": {"csrf": wrong, "a": "1"}},
        "parts": {"files": {"csrf": (None, wrong), "a": ("a.txt", b"x")}},
        "header": {"data": {"a": "1"}},
        "json": {"json": {"csrf": browser.csrf}},
    }
    answer = await browser.client.post("/save", headers=headers, **sends[way])
    assert answer.status_code == 403 and "save" not in site.reached


async def test_the_right_token_is_taken_from_form_parts_or_header(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in()
    here = {"origin": LOCAL}
    right = {**here, "x-csrf-token": browser.csrf}
    files = {"csrf": (None, browser.csrf), "photo": ("a.jpg", b"x" * 200_000)}
    answers = [
        await browser.post("/save", {"a": "1"}),
        await browser.client.post("/save", files=files, headers=here),
        await browser.client.post("/save", json={"a": 1}, headers=right),
        await browser.client.put("/save", content=b"x", headers=right),
        await browser.client.delete("/save", headers=right),
        await browser.client.patch("/save", data={"csrf": browser.csrf}, headers={"referer": f"{LOCAL}/me"}),
    ]
    assert [a.status_code for a in answers] == [200] * 6
    assert answers[1].json()["form"] == {"photo": "200000"}, "the file arrived whole"


async def test_the_token_of_one_person_does_not_serve_another(site: Site) -> None:
    await site.place.person("li", password=GOOD)
    one, two = site.browser(), site.browser()
    await one.sign_in()
    await two.sign_in("li")
    two.csrf = one.csrf
    assert (await two.post("/save")).status_code == 403


async def test_the_token_does_not_hide_behind_other_fields(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in()
    here = {"origin": LOCAL, "content-type": "application/x-www-form-urlencoded"}
    for body in (
        f"xcsrf={browser.csrf}",
        f"a=csrf={browser.csrf}x&csrf=",
        f"csrf={browser.csrf}%00",
        f"CSRF={browser.csrf}",
    ):
        answer = await browser.client.post("/save", content=body, headers=here)
        assert answer.status_code == 403, body


async def test_somebody_unknown_cannot_be_signed_in_by_a_page_elsewhere(site: Site) -> None:
    victim = site.browser()
    form = {"login": "wang", "password": GOOD}
    for csrf in ("", "x" * 32):
        answer = await victim.client.post("/sign-in", data={**form, "csrf": csrf}, headers={"origin": LOCAL})
        assert answer.status_code == 403, "no cookie, no form"
    await victim.get("/sign-in")
    other = site.browser()
    await other.get("/sign-in")
    victim.csrf = other.csrf
    assert (await victim.post("/sign-in", form)).status_code == 403, "the token of another visitor"


async def test_a_safe_method_changes_nothing_and_needs_no_token(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in()
    for method in ("GET", "HEAD", "OPTIONS", "TRACE"):
        answer = await browser.client.request(method, "/save", headers={"origin": LOCAL, "x-csrf-token": browser.csrf})
        assert answer.status_code in (405, 200) and "save" not in site.reached


async def test_behind_a_proxy_that_is_not_trusted_the_reason_is_said(secure: Site) -> None:
    browser = secure.browser(SECURE)
    await browser.sign_in()
    answer = await browser.client.post(
        "/save", data={"csrf": browser.csrf}, headers={"origin": "http://school.example.cn"}
    )
    assert answer.status_code == 403 and "server.base_url" in answer.text


# ---------------------------------------------------------------- limits


async def test_a_body_over_its_limit_is_refused_before_it_is_read(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in()
    headers = {"origin": LOCAL, "x-csrf-token": browser.csrf, "content-type": "x/json"}
    limit = site.settings.limits.body_kb * 1000
    assert (await browser.client.post("/save", content=b"x" * limit, headers=headers)).status_code == 200
    for content in (b"x" * (limit + 1), pieces(limit + 1)):
        answer = await browser.client.post("/save", content=content, headers=headers)
        assert answer.status_code == 413 and "1 MB" in answer.text
    read: list[int] = []

    async def watched() -> Any:
        for _ in range(100):
            read.append(1)
            yield b"x" * 100_000

    declared = {**headers, "content-length": str(10**12)}
    assert (await browser.client.post("/save", content=watched(), headers=declared)).status_code == 413
    assert len(read) <= 1


async def pieces(size: int) -> Any:
    for at in range(0, size, 65_536):
        yield b"x" * min(65_536, size - at)


async def test_files_have_their_own_limit_and_only_for_people_known(lite: Any) -> None:
    await lite.person("wang", password=GOOD)
    site = build(lite, settings_of("[limits]\nbody_kb = 16\nupload_mb = 1"))
    browser = site.browser()
    await browser.sign_in()
    here = {"origin": LOCAL}

    async def sent(size: int, **more: Any) -> int:
        files = {"csrf": (None, browser.csrf), "photo": ("a.jpg", b"x" * size)}
        return (await browser.client.post(more.get("path", "/save"), files=files, headers=here)).status_code

    assert (await sent(900_000), await sent(1_100_000)) == (200, 413)
    stranger = site.browser()
    await stranger.get("/sign-in")
    files = {"csrf": (None, stranger.csrf), "photo": ("a.jpg", b"x" * 900_000)}
    assert (await stranger.client.post("/sign-in", files=files, headers=here)).status_code == 413


async def test_a_sender_that_stops_is_given_up() -> None:
    async def never() -> Any:
        await asyncio.Event().wait()

    with pytest.raises(TooSlow):
        await Body(never, 100, patience=0.001).receive()


@given(st.lists(st.binary(max_size=20), max_size=8), st.integers(0, 60))
async def test_a_body_is_read_again_as_it_was(parts: list[bytes], start: int) -> None:
    messages = iter(
        [{"type": "http.request", "body": p, "more_body": True} for p in parts]
        + [{"type": "http.request", "body": b"end"}]
    )

    async def live() -> Any:
        return next(messages)

    body = Body(live, 10_000)
    whole = b"".join(parts) + b"end"
    assert (await body.start(start)) == whole[:start]

    async def rest() -> bytes:
        found = b""
        while True:
            message = await body.receive()
            found += message["body"]
            if not message.get("more_body"):
                return found

    assert await rest() == whole
    assert body.rewind() and await rest() == whole


async def test_a_long_body_is_not_kept_for_a_second_time() -> None:
    async def live() -> Any:
        return {"type": "http.request", "body": b"x" * 600_000, "more_body": True}

    body = Body(live, 10_000_000)
    assert len(await body.start(10)) == 10
    for _ in range(3):
        await body.receive()
    assert not body.rewind()
    with pytest.raises(TooLong):
        for _ in range(20):
            await body.receive()


async def test_one_person_sending_too_much_waits_and_others_do_not(lite: Any) -> None:
    await lite.person("wang", password=GOOD)
    await lite.person("li", password=GOOD)
    site = build(lite, settings_of("[limits]\nrequests_per_minute = 40"))
    one, two = site.browser(), site.browser()
    await one.sign_in()
    await two.sign_in("li")
    codes = [(await one.get("/me")).status_code for _ in range(20)]
    assert codes[:5] == [200] * 5 and codes[-1] == 429
    refused = await one.get("/api/me")
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) >= 1
    assert (await two.get("/me")).status_code == 200
    assert (await one.get("/static/x.css")).status_code == 200


async def test_made_up_cookies_do_not_get_around_the_limit(lite: Any) -> None:
    site = build(lite, settings_of("[limits]\nrequests_per_minute = 30"))
    browser = site.browser()
    codes = [(await browser.get("/where", headers={"cookie": f"sy=token{n}"})).status_code for n in range(120)]
    assert 429 in codes and codes[0] == 200


def test_a_rate_lets_a_burst_through_and_then_so_many_a_minute() -> None:
    now = [1000.0]
    rate = Rate(60, clock=lambda: now[0])
    assert [rate.wait("a") for _ in range(15)] == [0.0] * 15
    assert rate.wait("a") == pytest.approx(1.0) and rate.wait("b") == 0.0
    now[0] += 30
    assert sum(rate.wait("a") == 0.0 for _ in range(100)) == 15
    many = Rate(60, keys=10, clock=lambda: now[0])
    for n in range(1000):
        many.wait(str(n))
    assert len(many._free) == 10


# ---------------------------------------------------------------- the parts


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.9", "10.0.0.1", "192.0.2.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7:4711", "203.0.113.7"),
        ("10.0.0.1", "[2001:db8::1]:80", "2001:db8::1"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("10.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "evil", "10.0.0.1"),
        ("10.0.0.1", "127.0.0.1, evil, 10.0.0.3", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7, " * 500 + "203.0.113.8", "203.0.113.8"),
        ("10.0.0.1", "10.0.0.1, 10.0.0.2", "10.0.0.1"),
        ("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("", "203.0.113.7", ""),
        ("fe80::1%eth0", "", "fe80::1"),
    ],
)
def test_only_trusted_proxies_are_believed_about_the_address(peer: str, forwarded: str, expected: str) -> None:
    headers = {b"x-forwarded-for": forwarded.encode(), b"host": b"h", b"x-forwarded-proto": b"https"}
    client = client_of(peer, "http", headers, networks(["10.0.0.0/8"]))
    assert client.address == expected
    assert client.secure == (peer.removeprefix("::ffff:").startswith("10."))


def test_the_address_of_the_site_wins_over_what_the_request_says() -> None:
    headers = {b"host": b"evil.example", b"x-forwarded-proto": b"http"}
    client = client_of("10.0.0.1", "http", headers, networks(["10.0.0.0/8"]), "https://School.example.cn")
    assert client.origin == "https://school.example.cn"


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", "unknown"),
        ("x", "unknown"),
    ],
)
def test_a_customer_counts_as_one_address(address: str, counted: str) -> None:
    assert bucket(address) == counted


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:8000", True),
        ("localhost:1", True),
        ("[::1]", True),
        ("[::1]:80", True),
        ("localhost.evil.example", False),
        ("127.0.0.1.nip.io", False),
        ("10.0.0.1", False),
        ("", False),
        ("0.0.0.0", False),
        ("evil@localhost", False),
    ],
)
def test_only_this_machine_is_this_machine(host: str, ours: bool) -> None:
    assert loopback(host) == ours


@given(st.text(max_size=80))
def test_wherever_somebody_is_sent_it_is_a_path_here(wanted: str) -> None:
    found = local(wanted)
    assert found.startswith("/") and not found.startswith("//") and "\\" not in found
    assert all(0x20 < ord(c) < 0x7F for c in found)


@given(st.text(max_size=200))
def test_any_cookie_header_is_read(header: str) -> None:
    assert all(isinstance(v, str) for v in parsed(header).values())


def test_of_two_cookies_of_one_name_the_first_counts() -> None:
    assert parsed("sy=a; sy=b; x=1; bad={}; =y; z") == {"sy": "a", "x": "1"}


@pytest.mark.parametrize("value", ["a;b", "a b", "a\r\nX: y", 'a"b', "é", "a,b", "a\0", "x" * 2100])
def test_nothing_odd_becomes_a_cookie(value: str) -> None:
    with pytest.raises(ValueError, match="cookie"):
        proving("sy", value, True)


@given(st.binary(max_size=300))
def test_any_body_is_searched_for_a_token(body: bytes) -> None:
    for kind in ("form", "parts", ""):
        assert token_in(kind, body).isascii()


@given(st.text(max_size=40), st.text(alphabet=st.characters(codec="ascii"), max_size=40))
def test_tokens_are_the_same_only_when_they_are(sent: str, kept: str) -> None:
    assert same(sent, kept) == (bool(kept) and sent == kept)


def test_whatever_a_browser_asks_for_there_is_a_language() -> None:
    cases = {
        "": "zh",
        "en": "en",
        "fr": "zh",
        "fr, en;q=0.5": "en",
        "zh-CN,zh;q=0.9,en;q=0.8": "zh",
        "en;q=0.1, zh;q=0.2": "zh",
        "en;q=nan": "zh",
        "en;q=x, ;;,": "zh",
        "*": "zh",
        "EN-us": "en",
    }
    assert {header: language({}, header, None, "zh") for header in cases} == cases
    assert language({"sy_lang": "en"}, "zh", "zh", "zh") == "en" and language({"sy_lang": "x"}, "", "en", "zh") == "en"
    assert (
        theme({"sy_theme": "dark"}) == "dark" and theme({"sy_theme": "x"}, "light") == "light" and theme({}) == "auto"
    )


def test_no_browser_saying_anything_is_not_our_page() -> None:
    assert not from_here({}, LOCAL)
    assert from_here({b"sec-fetch-site": b"same-origin"}, LOCAL)
