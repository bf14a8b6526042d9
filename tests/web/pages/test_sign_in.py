"""Getting in and out: wrong passwords, the way back, passwords that have to change, codes, the demo."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shuyuan.engine import Visitor as DemoVisitor
from shuyuan.engine import keep_demo, make_reset, set_password

from tests.school import School
from tests.web.live import Live
from tests.web.site import Site, site_of, title_of, words_of

NEW = "wahrlich blaue Giraffen"


async def test_signing_in_leads_to_where_one_wanted_to_go(site: Site) -> None:
    visitor = site.visitor()
    answer = await visitor.follow(await visitor.get("/settings/password?x=1"))
    assert answer.status_code == 200 and 'value="/settings/password?x=1"' in answer.text
    sent = {"login": " Registrar.East ", "password": site.school.password, "next": "/settings/password?x=1"}
    answer = await visitor.post("/sign-in", sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings/password?x=1")
    assert (await visitor.get("/sign-in?next=/settings/password")).headers["location"] == "/settings/password"


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_a_wrong_password_says_what_to_do_and_keeps_the_name(site: Site, lang: str) -> None:
    visitor = site.visitor(**{"accept-language": lang})
    await visitor.get("/sign-in")
    answer = await visitor.post("/sign-in", {"login": "admin<b>", "password": "wrong"})
    assert answer.status_code == 401 and 'value="admin&lt;b&gt;"' in answer.text
    assert title_of(answer).startswith("错误：" if lang != "en" else "Error: ")
    assert "wrong" not in answer.text.replace("went wrong", "")


async def test_too_many_wrong_tries_are_told_so(site: Site) -> None:
    visitor = site.visitor()
    await visitor.get("/sign-in")
    for _ in range(site.school.engine.settings.sign_in.tries):
        answer = await visitor.post("/sign-in", {"login": "admin", "password": "wrong"})
    answer = await visitor.post("/sign-in", {"login": "admin", "password": site.school.password})
    assert answer.status_code == 429 and "分钟" in words_of(answer)


async def test_a_password_somebody_else_chose_is_changed_first(site: Site) -> None:
    school = site.school
    account = await school.account("teacher")
    await set_password(school.engine.entrance, await school.actor("admin"), account, NEW)
    visitor = site.visitor()
    await visitor.get("/sign-in")
    answer = await visitor.follow(await visitor.post("/sign-in", {"login": "teacher", "password": NEW}))
    assert "管理员设的" in words_of(answer)
    for path in ("/", "/r/student", "/settings"):
        assert (await visitor.get(path)).headers["location"] == "/settings/password"
    wrong = await visitor.post("/settings/password", {"old": NEW, "password": NEW + "!", "again": NEW})
    assert wrong.status_code == 422 and 'id="f-again-e"' in wrong.text
    for new, field in ((NEW, "password"), ("short", "password"), ("teacher teacher", "password")):
        wrong = await visitor.post("/settings/password", {"old": NEW, "password": new, "again": new})
        assert wrong.status_code == 422 and f'id="f-{field}-e"' in wrong.text, new
    wrong = await visitor.post("/settings/password", {"old": "x", "password": NEW + " 2", "again": NEW + " 2"})
    assert wrong.status_code == 422 and 'id="f-old-e"' in wrong.text
    done = await visitor.post("/settings/password", {"old": NEW, "password": NEW + " 2", "again": NEW + " 2"})
    assert (done.status_code, done.headers["location"]) == (303, "/")


async def test_a_code_sets_a_password_once(site: Site) -> None:
    school = site.school
    code = await make_reset(school.engine.entrance, await school.actor("admin"), await school.account("student"))
    visitor = site.visitor()
    await visitor.get("/reset")
    wrong = await visitor.post("/reset", {"code": "0000-0000-0000-0000", "password": NEW, "again": NEW})
    assert wrong.status_code == 422 and 'id="f-code-e"' in wrong.text and NEW not in wrong.text
    sent = {"code": code.upper().replace("-", " "), "password": NEW, "again": NEW}
    done = await visitor.post("/reset", sent)
    assert done.status_code == 303
    again = site.visitor()
    await again.get("/reset")
    assert (await again.post("/reset", sent)).status_code == 422


async def test_a_session_that_ran_out_says_so_and_leads_back(site: Site) -> None:
    visitor = await site.signed_in("teacher")
    assert (await visitor.get("/settings")).status_code == 200
    site.school.clock.move(hours=13)
    page = await visitor.follow(await visitor.get("/settings"))
    assert "登录已经过期" in words_of(page) and 'name="next" value="/settings"' in page.text
    assert "登录已经过期" not in words_of(await site.visitor().get("/sign-in"))
    wrong = await visitor.post("/sign-in", {"login": "teacher", "password": "wrong"})
    assert wrong.status_code != 303 and "登录已经过期" not in words_of(wrong), "one thing at a time"


async def test_signing_out_everywhere_ends_other_browsers(site: Site) -> None:
    one, other = await site.signed_in("teacher"), await site.signed_in("teacher")
    assert (await one.post("/sign-out/everywhere")).headers["location"] == "/sign-in"
    assert (await other.get("/settings/password")).headers["location"].startswith("/sign-in")
    assert (await one.get("/sign-out")).status_code in (303, 405)


async def test_the_demo_offers_its_people_where_it_is_one(school_sqlite: School) -> None:
    visitors = (DemoVisitor("admin", "管理员", "系统管理员", "Administrator"),)
    await keep_demo(school_sqlite.engine.store, school_sqlite.password, visitors)
    stranger = site_of(school_sqlite).visitor()
    assert school_sqlite.password not in (await stranger.get("/sign-in")).text
    school_sqlite.engine.settings = replace(school_sqlite.engine.settings, demo=True)
    answer = await stranger.get("/sign-in")
    assert "系统管理员" in answer.text and school_sqlite.password in answer.text


async def test_language_is_chosen_before_anybody_signs_in(site: Site) -> None:
    visitor = site.visitor()
    await visitor.get("/sign-in")
    answer = await visitor.follow(await visitor.post("/settings/look", {"lang": "en", "next": "/sign-in?next=/r/a"}))
    assert "Sign in" in title_of(answer) and 'value="/r/a"' in answer.text


@pytest.mark.browser
@pytest.mark.parametrize(("lang", "theme", "width"), [("zh", "light", 1280), ("en", "dark", 390)])
async def test_the_way_in_is_accessible_and_works(live: Live, lang: str, theme: str, width: int) -> None:
    people = [DemoVisitor(f"head.{n}", "王晓梅", f"高一（{n}）班班主任", f"Class teacher {n}") for n in range(6)]
    await keep_demo(
        live.school.engine.store, live.school.password, [*people, DemoVisitor("admin", "李", "管理员", "Admin")]
    )
    live.school.engine.settings = replace(live.school.engine.settings, demo=True)
    look = await live.look("", lang, theme, width)
    assert await look.walk("/sign-in", "/reset") == []
    await look.go("/sign-in?next=/settings/password")
    await look.press("管理员" if lang == "zh" else "Admin")
    assert look.page.url == f"{live.address}/settings/password"
    assert await look.wrong() == []
