"""The first hour of an installation, and the navigation of everybody."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from shuyuan.engine import first_run, install
from shuyuan.engine.definition import shipped
from shuyuan.engine.engine import open_engine

from tests.school import Clock, School, quick_passwords, settings_for
from tests.web.site import Site, site_of, words_of

ROLES = [
    "admin",
    "registrar.east",
    "principal.east",
    "grade.east",
    "head.east",
    "teacher",
    "student",
    "guardian",
    "emma",
]


@pytest.fixture
async def empty(sqlite_url: str, tmp_path: Path) -> AsyncIterator[School]:
    """An installation in which nothing was published."""
    clock = Clock()
    engine = await open_engine(settings_for(sqlite_url, tmp_path / "files"), clock, passwords=quick_passwords())
    yield School(engine, clock, sqlite_url)
    await engine.close()


async def test_from_nothing_to_the_first_page(empty: School) -> None:
    visitor = site_of(empty).visitor()
    page = await visitor.get("/sign-in")
    assert page.status_code == 200 and "还没有任何账号" in words_of(page)
    assert (await visitor.get("/")).status_code == 303 and (await visitor.get("/healthz")).status_code == 200
    await install(empty.engine.work(), shipped("school")[0])
    await empty.engine.refresh()
    code = await first_run(empty.engine.entrance)
    assert "还没有任何账号" not in words_of(await visitor.get("/sign-in"))
    await visitor.get("/reset")
    new = "wahrlich blaue Giraffen"
    home = await visitor.follow(await visitor.post("/reset", {"code": code, "password": new, "again": new}))
    assert home.status_code == 200 and "管理员" in words_of(home) and "没有等您办理的事" in words_of(home)
    for path in ("/people", "/audit", "/jobs", "/notices", "/settings", "/search?q=x", "/r/student"):
        assert (await visitor.get(path)).status_code == 200, path


@pytest.mark.parametrize("login", ROLES)
async def test_every_link_at_the_side_leads_somewhere(site: Site, login: str) -> None:
    visitor = await site.signed_in(login)
    page = await visitor.get("/")
    side = page.text[page.text.index('<nav class="side"') : page.text.index("</nav>")]
    links = [link.replace("&amp;", "&") for link in re.findall(r'<li><a href="([^"]+)"', side)]
    assert len(links) == len(set(links)) and len(links) > 5
    wrong = []
    for link in links:
        answer = await visitor.get(link)
        here = f'href="{link.replace("&", "&amp;")}" aria-current="page"'
        if answer.status_code != 200 or here not in answer.text:
            wrong.append((link, answer.status_code))
    assert wrong == []
    tabs = re.findall(r'<a href="([^"]+)"', page.text[page.text.index('class="tabs-bar"') :])[:5]
    assert [link for link in tabs if link not in (*(x.replace("&", "&amp;") for x in links), "#menu")] == []


async def test_what_one_may_not_see_is_not_offered(site: Site) -> None:
    student = await (await site.signed_in("student")).get("/")
    assert "/definitions" not in student.text and "/people" not in student.text and "/r/guardian" not in student.text
    assert "我的孩子" in (await (await site.signed_in("guardian")).get("/")).text
    assert "我的班级" in (await (await site.signed_in("head.east")).get("/")).text
