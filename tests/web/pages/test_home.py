"""Home, search and notices: what waits, the cards of one's roles, hits one may see, news."""

from __future__ import annotations

import re

import pytest

from tests.web.live import Live
from tests.web.site import Site, title_of, toasts_of, words_of

ROLES = ["admin", "registrar.east", "principal.east", "grade.east", "head.east", "teacher", "student", "guardian"]


@pytest.mark.parametrize("login", ROLES)
async def test_everybody_has_a_home_that_leads_on(site: Site, login: str) -> None:
    await site.school.play()
    visitor = await site.signed_in(login)
    page = await visitor.get("/")
    assert page.status_code == 200 and (await site.school.actor(login)).name in words_of(page)
    main = page.text[page.text.index("<main") :]
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', main[: main.index("</main>")])}
    assert len(links) > 2
    for link in links:
        assert (await visitor.get(link)).status_code == 200, link


async def test_what_waits_is_shown_and_counted(site: Site) -> None:
    await site.school.play()
    visitor = await site.signed_in("head.east")
    page = await visitor.get("/")
    waiting = len(set(re.findall(r'href="(/cases/\d+)"', page.text)))
    badge = re.search(r'href="/inbox"[^>]*>.*?<span class="badge">(\d+)</span>', page.text)
    assert waiting and badge and int(badge[1]) == waiting
    assert "没有等您办理的事" in words_of(await (await site.signed_in("teacher")).get("/"))


async def test_the_search_finds_what_one_may_see(site: Site) -> None:
    name = (await site.school.actor("student")).name
    registrar, teacher_west = await site.signed_in("registrar.east"), await site.signed_in("head.west")
    page = await registrar.get(f"/search?q={name}")
    assert name in words_of(page) and name in title_of(page)
    options = await registrar.part(f"/search?q={name}", "ul#find-o")
    (href,) = set(re.findall(r'data-href="(/r/student/\d+)"', options.text)[:1])
    assert (await registrar.get(href)).status_code == 200
    assert href not in (await teacher_west.part(f"/search?q={name}", "ul#find-o")).text
    assert "<html" not in options.text
    for odd in ("", "%00", "%25", "'", "a" * 5000, "%F0%9F%98%80", "_"):
        assert (await registrar.get(f"/search?q={odd}")).status_code == 200, odd
        assert (await registrar.part(f"/search?q={odd}", "ul#find-o")).status_code == 200, odd


async def test_notices_are_read_one_by_one_or_all(site: Site) -> None:
    await site.school.play()
    visitor, stranger = await site.signed_in("head.east"), await site.signed_in("student")
    page = await visitor.get("/notices")
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/notices/\d+\?to=[^"]+)"', page.text)]
    unread = page.text.count('<span class="pill info">')
    assert links and unread
    await stranger.get(links[0])
    assert (await visitor.get("/notices")).text.count('<span class="pill info">') == unread, "only one's own"
    answer = await visitor.get(links[0])
    assert answer.status_code == 303 and answer.headers["location"].startswith("/cases/")
    assert (await visitor.get("/notices")).text.count('<span class="pill info">') == unread - 1
    (until,) = re.findall(r'name="until" value="(\d+)"', page.text)
    page = await visitor.follow(await visitor.post("/notices", {"until": until}))
    assert toasts_of(page) == ["已全部标为已读。"] and '<span class="pill info">' not in page.text
    away = await visitor.get(links[0].split("?")[0] + "?to=//evil.example")
    assert away.headers["location"] == "/notices"


@pytest.mark.browser
@pytest.mark.parametrize(("lang", "theme", "width"), [("zh", "dark", 1280), ("en", "light", 390)])
async def test_home_and_search_in_a_browser(live: Live, lang: str, theme: str, width: int) -> None:
    await live.school.play()
    look = await live.look("head.east", lang, theme, width)
    assert await look.walk("/", "/search?q=wang", "/search", "/notices") == []
    name = (await live.school.actor("student")).name
    await look.go("/")
    await look.page.keyboard.press("/")
    await look.page.keyboard.type(name)
    await look.page.get_by_role("option").first.click()
    await look.page.wait_for_url("**/r/student/*")
