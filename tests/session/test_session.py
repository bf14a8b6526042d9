"""Visiting: who is let in, with which cookies and headers, and how long rights last."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from shuyuan.engine.model import SYSTEM
from shuyuan.engine.ops.credentials import make_reset, set_password
from shuyuan.engine.ops.grants import NewGrant, grant_role
from shuyuan.engine.ops.people import switch_account
from shuyuan.engine.ops.tokens import create_token, revoke_token
from shuyuan.web.session import CSP

from ..people.conftest import GOOD
from .conftest import LOCAL, SECURE, Site, build, settings_of


async def token_of(site: Site, *scopes: str) -> str:
    ((account,),) = await site.place.rows("SELECT id FROM sy_account WHERE login = 'wang'", "bigint")
    made = await create_token(site.place.entrance, await site.place.actor(account), "t", frozenset(scopes), 30)
    return made.token


async def test_nobody_unknown_sees_anything_but_open_pages(site: Site) -> None:
    browser = site.browser()
    for path in ("/me", "/", "/nothing", "/save", "/settings/password", "/broken"):
        answer = await browser.get(path)
        assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in"), path
    assert (await browser.get("/sign-in")).status_code == 200
    answer = await browser.get("/api/me")
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["errors"][0]["code"] == "ACCESS_001"
    assert site.reached == []


async def test_signing_in_leads_on_to_where_somebody_wanted_to_go(site: Site) -> None:
    browser = site.browser()
    away = await browser.get("/me?tab=2&q=a%20b")
    assert away.headers["location"] == "/sign-in?next=/me%3Ftab%3D2%26q%3Da%2520b"
    answer = await browser.sign_in(next="/me?tab=2&q=a%20b")
    assert answer.status_code == 303 and answer.headers["location"] == "/me?tab=2&q=a%20b"
    assert (await browser.get("/me")).text.startswith("wang [head]")


async def test_a_part_of_a_page_leads_to_the_sign_in_page_too(site: Site) -> None:
    headers = {"hx-request": "true", "hx-current-url": f"{LOCAL}/records/student?page=2"}
    answer = await site.browser().get("/me", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in?next=/records/student%3Fpage%3D2"
    foreign = {"hx-request": "true", "hx-current-url": "https://evil.example/x"}
    assert (await site.browser().get("/me", headers=foreign)).headers["hx-redirect"] == "/sign-in"


#: What somebody may put behind `next=`, none of which leaves the site.
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/\t/evil.example/",
    "/\n/evil.example",
    "/%0d%0aSet-Cookie:x=1\r\nX: y",
    "javascript:alert(1)",
    "data:text/html,x",
    "/x//evil.example",
    "/../..//evil.example",
    "/./",
    " /me",
    "me",
    "",
    "/" + "a" * 5000,
    "/我",
    "http:evil.example",
    "/\x00",
    "/;@evil.example\\",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
async def test_signing_in_leads_nowhere_else(site: Site, wanted: str) -> None:
    answer = await site.browser().sign_in(next=wanted)
    assert answer.status_code == 303 and answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "wanted", ["/", "/me", "/records/student?a=b&c=%2F%2Fx", "/a-b/c.d/~x", "/x?next=https://a.cn"]
)
async def test_pages_of_the_site_may_follow(site: Site, wanted: str) -> None:
    assert (await site.browser().sign_in(next=wanted)).headers["location"] == wanted


# ---------------------------------------------------------------- cookies and headers


async def test_over_https_the_browser_keeps_the_cookie_to_this_host(secure: Site) -> None:
    answer = await secure.browser(SECURE).sign_in()
    cookies = answer.headers.get_list("set-cookie")
    session = next(c for c in cookies if c.startswith("__Host-sy="))
    assert {"Path=/", "SameSite=Lax", "Secure", "HttpOnly"} <= set(session.split("; "))
    assert all("Domain" not in c and "Secure" in c and "HttpOnly" in c for c in cookies)


async def test_over_http_only_this_machine_may_sign_in(site: Site) -> None:
    for base in ("http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"):
        answer = await site.browser(base).sign_in()
        assert answer.status_code == 303 and any(c.startswith("sy=") for c in answer.headers.get_list("set-cookie")), (
            base
        )
    for base in ("http://10.0.0.5:8000", "http://school.lan", "http://localhost.evil.example"):
        answer = await site.browser(base).sign_in()
        assert (answer.status_code, answer.text) == (422, "ACCESS_008"), base


async def test_a_school_may_choose_http_inside_its_network(site: Site) -> None:
    chosen = build(site.place, settings_of('[server]\nbase_url = "http://school.lan"'))
    assert (await chosen.browser("http://school.lan").sign_in()).status_code == 303


async def test_a_cookie_of_http_is_not_taken_over_https(secure: Site) -> None:
    browser = secure.browser(SECURE)
    await browser.sign_in()
    token = browser.cookie("sy")
    assert token
    planted = secure.browser(SECURE)
    assert (await planted.get("/me", headers={"cookie": f"sy={token}"})).status_code == 303
    assert (await planted.get("/me", headers={"cookie": f"__Host-sy={token}"})).status_code == 200


EXACTLY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


async def test_every_answer_carries_its_headers(secure: Site) -> None:
    browser = secure.browser(SECURE)
    answers = [await browser.get(path) for path in ("/sign-in", "/me", "/nothing", "/static/x.css")]
    await browser.sign_in()
    answers += [await browser.get("/me"), await browser.get("/nothing"), await browser.client.post("/save")]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy == CSP.decode() == EXACTLY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
        assert "camera=()" in answer.headers["permissions-policy"]
        assert len(answer.headers["x-request-id"]) == 16
    assert len({a.headers["x-request-id"] for a in answers}) == len(answers)
    kept = [a.headers["cache-control"] for a in answers]
    assert kept == ["no-store"] * 3 + ["public, max-age=31536000, immutable"] + ["no-store"] * 3


async def test_over_http_nothing_forces_https(site: Site) -> None:
    assert "strict-transport-security" not in (await site.browser().get("/sign-in")).headers


async def test_a_page_that_breaks_carries_the_headers_and_tells_nothing(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    browser = site.browser()
    await browser.sign_in()
    with caplog.at_level(logging.DEBUG, "shuyuan.requests"), pytest.raises(RuntimeError):
        await browser.get("/broken?phone=13800138000")
    line = next(r.message for r in caplog.records if r.name == "shuyuan.requests")
    assert "/broken 500" in line and "phone" not in line and "127.0.0.1" not in line


async def test_the_log_keeps_to_one_line(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "shuyuan.requests"):
        await site.browser().get("/%0afaked%20line%1b[31m")
    (record,) = [r for r in caplog.records if r.name == "shuyuan.requests"]
    assert "\n" not in record.message and "\x1b" not in record.message


async def test_a_websocket_is_closed(site: Site) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    await site.app({"type": "websocket", "path": "/me", "headers": []}, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]


# ---------------------------------------------------------------- how long rights last


async def test_a_right_taken_away_is_gone_at_the_next_request(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in()
    assert "[head]" in (await browser.get("/me")).text
    async with site.place.store.transaction() as connection:
        from shuyuan.engine.model import Sql

        await connection.run(Sql("DELETE FROM sy_grant"))
        await connection.run(Sql("UPDATE sy_live SET access = access + 1"))
    assert "wang []" in (await browser.get("/me")).text


async def test_an_account_switched_off_is_out_at_the_next_request(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in()
    ((account,),) = await site.place.rows("SELECT id FROM sy_account WHERE login = 'wang'", "bigint")
    await switch_account(site.place.entrance, SYSTEM, account, on=False)
    assert (await browser.get("/me")).headers["location"] == "/sign-in?next=/me"
    assert (await browser.post("/save")).status_code == 401


async def test_a_form_sent_while_rights_change_is_carried_out_once_with_the_new_ones(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in()
    ((account,),) = await site.place.rows("SELECT id FROM sy_account WHERE login = 'wang'", "bigint")
    changes = iter([True])

    async def meanwhile() -> None:
        if next(changes, False):
            await grant_role(site.place.entrance, SYSTEM, NewGrant(account, "staff"))

    site.before.append(meanwhile)
    answer = await browser.post("/save", {"name": "王小明"})
    assert answer.json()["form"] == {"name": "王小明"}, "the body was read again"
    assert site.reached.count("save") == 1


async def test_rights_that_never_come_to_rest_are_reported(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in()
    ((account,),) = await site.place.rows("SELECT id FROM sy_account WHERE login = 'wang'", "bigint")

    async def always() -> None:
        await grant_role(site.place.entrance, SYSTEM, NewGrant(account, "staff"))

    site.before.append(always)
    answer = await browser.post("/save")
    assert answer.status_code == 503 and answer.headers["retry-after"] == "5"
    assert "save" not in site.reached


async def test_signing_out_ends_the_session(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in()
    token = browser.cookie("sy")
    answer = await browser.post("/sign-out")
    assert answer.headers["location"] == "/sign-in" and browser.cookie("sy") == ""
    assert (await site.browser().get("/me", headers={"cookie": f"sy={token}"})).status_code == 303


async def test_signing_out_everywhere_ends_the_other_browser_too(site: Site) -> None:
    one, two = site.browser(), site.browser()
    await one.sign_in()
    await two.sign_in()
    await one.post("/sign-out", {"all": "1"})
    assert (await two.get("/me")).status_code == 303


async def test_a_link_that_signs_out_does_not_exist(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in()
    assert (await browser.get("/sign-out")).status_code == 405
    assert (await browser.get("/me")).status_code == 200


async def test_signing_in_gives_a_new_session_and_ends_the_old_one(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in()
    old = browser.cookie("sy")
    await browser.post("/sign-in", {"login": "wang", "password": GOOD})
    assert browser.cookie("sy") != old
    assert (await site.browser().get("/me", headers={"cookie": f"sy={old}"})).status_code == 303


async def test_a_new_password_changes_the_session_and_the_form_token(site: Site) -> None:
    browser, other = site.browser(), site.browser()
    await browser.sign_in()
    await other.sign_in()
    old, csrf = browser.cookie("sy"), browser.csrf
    wrong = await browser.post("/settings/password", {"old": "x", "password": "leise rollende Koffer"})
    assert wrong.text == "ACCESS_024"
    answer = await browser.post("/settings/password", {"old": GOOD, "password": "leise rollende Koffer"})
    assert answer.status_code == 303 and browser.cookie("sy") != old
    await browser.get("/me")
    assert browser.csrf != csrf and (await other.get("/me")).status_code == 303


async def test_a_password_somebody_else_chose_is_changed_first(site: Site) -> None:
    ((account,),) = await site.place.rows("SELECT id FROM sy_account WHERE login = 'wang'", "bigint")
    await set_password(site.place.entrance, SYSTEM, account, "noch ein gutes Kennwort")
    browser = site.browser()
    answer = await browser.sign_in(password="noch ein gutes Kennwort", next="/me")
    assert answer.headers["location"] == "/settings/password"
    assert (await browser.get("/me")).headers["location"] == "/settings/password"
    assert (await browser.get("/api/me")).json()["errors"][0]["code"] == "ACCESS_010"
    await browser.get("/settings/password")
    assert (await browser.post("/save")).status_code == 403
    await browser.post("/settings/password", {"old": "noch ein gutes Kennwort", "password": GOOD})
    assert (await browser.get("/me")).status_code == 200


async def test_a_code_leads_in(site: Site) -> None:
    ((account,),) = await site.place.rows("SELECT id FROM sy_account WHERE login = 'wang'", "bigint")
    code = await make_reset(site.place.entrance, SYSTEM, account)
    browser = site.browser()
    await browser.get("/reset")
    assert (await browser.post("/reset", {"code": "nonsense", "password": GOOD})).text == "ACCESS_025"
    assert (await browser.post("/reset", {"code": code, "password": "leise rollende Koffer"})).status_code == 303
    assert (await browser.get("/me")).text.startswith("wang")


# ---------------------------------------------------------------- tokens of programs


async def test_a_program_needs_no_form_token(site: Site) -> None:
    token = await token_of(site, "student:read")
    program = site.browser(Authorization=f"Bearer {token}")
    assert (await program.get("/api/me")).text.startswith("wang")
    answer = await program.client.post("/api/save", json={"a": 1})
    assert answer.status_code == 200 and answer.json()["size"] > 0


async def test_a_program_with_a_revoked_or_made_up_token_is_nobody(site: Site) -> None:
    token = await token_of(site, "student:read")
    browser = site.browser()
    await browser.sign_in()
    for wrong in (
        token + "x",
        token[:-1],
        "syt_",
        "syt_x",
        "x",
        "",
        browser.cookie("sy"),
        "syt_" + browser.cookie("sy"),
        "é",
        "%",
    ):
        answer = await browser.client.get("/api/me", headers={"Authorization": f"Bearer {wrong}".encode()})
        assert answer.status_code == 401, "the cookie does not help a wrong token"
    program = site.browser(Authorization=f"Bearer {token}")
    assert (await program.get("/api/me")).status_code == 200
    ((number,),) = await site.place.rows("SELECT id FROM sy_token", "bigint")
    await revoke_token(site.place.entrance, SYSTEM, number)
    assert (await program.get("/api/me")).status_code == 401


async def test_a_token_opens_no_page(site: Site) -> None:
    program = site.browser(Authorization=f"Bearer {await token_of(site, '*')}")
    assert (await program.get("/me")).status_code == 401
    assert (await program.client.post("/save", json={"a": 1})).status_code == 401
    assert site.reached == []
    assert (await program.get("/sign-in")).status_code == 200, "what is open stays open"


async def test_a_token_is_no_cookie(site: Site) -> None:
    token = await token_of(site, "*")
    assert (await site.browser().get("/me", headers={"cookie": f"sy={token}"})).status_code == 303


# ---------------------------------------------------------------- language and theme


async def test_language_and_theme_are_chosen_by_form_and_kept_in_the_browser(site: Site) -> None:
    browser = site.browser(**{"accept-language": "en-GB,en;q=0.8,zh;q=0.5"})
    assert (await browser.get("/sign-in")).text.startswith("en ")
    await browser.sign_in()
    assert " zh auto " in (await browser.get("/me")).text, "the account's language"
    answer = await browser.post("/settings/look", {"lang": "en", "theme": "dark", "next": "/me"})
    assert answer.headers["location"] == "/me"
    assert " en dark " in (await browser.get("/me")).text
    await browser.post("/settings/look", {"lang": "fr", "theme": "'; x", "next": "//evil"})
    assert " en dark " in (await browser.get("/me")).text
