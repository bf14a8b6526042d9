"""What people set for themselves: look, sessions, stand-ins, keys for programs."""

from __future__ import annotations

import re

import pytest

from tests.web.live import Live
from tests.web.site import Site, title_of, toasts_of, words_of


async def test_language_and_shortcuts_hold_in_every_browser(site: Site) -> None:
    visitor, other = await site.signed_in("teacher"), await site.signed_in("teacher")
    assert "data-keys" in (await other.get("/settings")).text
    answer = await visitor.follow(await visitor.post("/settings", {"lang": "en", "theme": "dark", "keys": ""}))
    assert toasts_of(answer) == ["Your settings were saved."] and 'data-theme="dark"' in answer.text
    answer = await other.get("/settings")
    assert "My settings" in title_of(answer) and "data-keys" not in answer.text
    await visitor.post("/settings", {"lang": "xx", "theme": "<b>"})
    assert "My settings" in title_of(await other.get("/settings"))


async def test_another_device_can_be_signed_out(site: Site) -> None:
    visitor, other = await site.signed_in("teacher"), await site.signed_in("teacher")
    stranger = await site.signed_in("student")
    answer = await visitor.get("/settings")
    keys = re.findall(r'name="id" value="([0-9a-f]{64})"', answer.text)
    assert len(keys) == 1, "the present one has no button"
    await stranger.post("/settings/sessions", {"id": keys[0]})
    assert (await other.get("/settings")).status_code == 200, "only one's own"
    answer = await visitor.follow(await visitor.post("/settings/sessions", {"id": keys[0]}))
    assert toasts_of(answer) == ["已退出那台设备。"]
    assert (await other.get("/settings")).status_code == 303


async def test_a_colleague_stands_in_and_is_sent_home(site: Site) -> None:
    school = site.school
    visitor = await site.signed_in("head.east")
    colleague = await school.actor("teacher")
    options = await visitor.part(f"/settings/colleagues?q={colleague.name}&id=x", "ul#x")
    assert f'data-value="{colleague.id}"' in options.text
    sent = {"proxy": str(colleague.id), "proxy~text": colleague.name, "since": "2026-11-24", "until": "2026-11-26"}
    answer = await visitor.follow(await visitor.post("/settings/proxies", sent))
    assert colleague.name in toasts_of(answer)[0] and "11-24 至 11-26" in words_of(answer)
    twice = await visitor.post("/settings/proxies", sent)
    assert twice.status_code in (409, 422) and 'value="2026-11-26"' in twice.text
    (end,) = re.findall(r'action="(/settings/proxies/\d+/end)"', answer.text)
    other = await site.signed_in("student")
    await other.post(end)
    assert end in (await visitor.get("/settings")).text, "only one's own"
    assert end not in (await visitor.follow(await visitor.post(end))).text


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"proxy": "1", "since": "", "until": "2026-11-26"}, "since"),
        ({"proxy": "1", "since": "2026-11-24", "until": "soon"}, "until"),
        ({"proxy": "1", "since": "2026-11-24", "until": "9999-12-31"}, "until"),
        ({"proxy": "", "proxy~text": "nobody", "since": "2026-11-24", "until": "2026-11-26"}, "proxy"),
        ({"proxy": "999", "since": "2026-11-24", "until": "2026-11-26"}, "proxy"),
        ({"proxy": "1", "since": "2026-11-20", "until": "2026-11-21"}, "until"),
    ],
)
async def test_a_stand_in_that_cannot_be_is_told_beside_the_field(site: Site, sent: dict[str, str], field: str) -> None:
    visitor = await site.signed_in("head.east")
    answer = await visitor.post("/settings/proxies", sent)
    assert answer.status_code == 422 and f'id="f-{field}-e"' in answer.text


async def test_the_people_one_finds_are_those_one_may_see(site: Site) -> None:
    student, registrar = await site.signed_in("student"), await site.signed_in("registrar.east")
    name = (await site.school.actor("guardian")).name
    assert "data-value" not in (await student.part(f"/settings/colleagues?q={name}", "ul#x")).text
    assert "data-value" in (await registrar.part(f"/settings/colleagues?q={name}", "ul#x")).text


async def test_a_key_is_shown_once_works_within_its_scopes_and_ends(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    await visitor.get("/settings/tokens/new")
    answer = await visitor.post(
        "/settings/tokens", {"title": "食堂 <b>", "days": "30", "every": "some", "scope": "class:read"}
    )
    (key,) = set(re.findall(r"syt_[\w-]+", answer.text))
    assert answer.headers["cache-control"] == "no-store"
    listed = await visitor.get("/settings")
    assert key not in listed.text and "食堂 &lt;b&gt;" in listed.text and "班级：查看 · " in listed.text
    program = site.visitor(authorization=f"Bearer {key}")
    assert (await program.get("/api/v1/records/class")).status_code == 200
    (end,) = re.findall(r'action="(/settings/tokens/\d+/revoke)"', listed.text)
    assert (await (await site.signed_in("student")).post(end)).status_code == 404, "only one's own"
    assert end not in (await visitor.follow(await visitor.post(end))).text
    assert (await program.get("/api/v1/records/class")).status_code == 401


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"title": "", "days": "30", "every": "read"}, "title"),
        ({"title": "x", "days": "0", "every": "read"}, "days"),
        ({"title": "x", "days": "366000", "every": "read"}, "days"),
        ({"title": "x", "days": "30", "every": "some"}, "every"),
        ({"title": "x", "days": "30", "every": "read", "scope": "class:read"}, "every"),
        ({"title": "x", "days": "30", "every": "some", "scope": "student:fly"}, "scopes"),
    ],
)
async def test_a_key_that_cannot_be_keeps_what_was_typed(site: Site, sent: dict[str, str], field: str) -> None:
    visitor = await site.signed_in("registrar.east")
    answer = await visitor.post("/settings/tokens", sent)
    assert answer.status_code == 422 and "syt_" not in answer.text
    assert f'value="{sent["title"]}"' in answer.text and f"f-{field}" in answer.text


async def test_a_key_opens_no_page(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    answer = await visitor.post("/settings/tokens", {"title": "x", "days": "30", "every": "all"})
    (key,) = set(re.findall(r"syt_[\w-]+", answer.text))
    program = site.visitor(authorization=f"Bearer {key}")
    for page in ("/", "/settings", "/inbox", "/requests", "/r/class", "/search?q=a", "/definitions"):
        answer = await program.get(page)
        assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer", page
    assert (await program.get("/r/class.json")).status_code == 200
    assert (await program.post("/settings/tokens", {"title": "x", "days": "30", "every": "all"})).status_code == 401
    sent = {"old": site.school.password, "password": "x" * 12, "again": "x" * 12}
    assert (await program.post("/settings/password", sent)).status_code == 401


@pytest.mark.browser
@pytest.mark.parametrize(("lang", "theme", "width"), [("en", "light", 1280), ("zh", "dark", 390)])
async def test_settings_in_a_browser(live: Live, lang: str, theme: str, width: int) -> None:
    look = await live.look("registrar.east", lang, theme, width)
    assert await look.walk("/settings", "/settings/tokens/new") == []
    await look.go("/settings")
    colleague = await live.school.actor("teacher")
    box = look.page.get_by_role("combobox", name="Who stands in" if lang == "en" else "代理人")
    await box.fill(colleague.name)
    await look.page.get_by_role("option", name=colleague.name).first.click()
    for name in ("since", "until"):
        await look.page.locator(f"#f-{name}").fill("2026-11-30")
    await look.press("Let them stand in" if lang == "en" else "设代理")
    assert await look.page.locator(".toast").count() == 1
    assert await look.wrong() == []
