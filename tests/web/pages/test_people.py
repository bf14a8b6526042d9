"""Managing accounts over the pages: finding, making, roles with units and dates, records, switching off."""

from __future__ import annotations

import re

import pytest
from shuyuan.engine import reveal, units_like
from shuyuan.engine.model import Sql

from tests.school import School
from tests.web.live import Live
from tests.web.site import Site, toasts_of, words_of


async def test_accounts_are_found_filtered_and_paged(site: Site) -> None:
    visitor = await site.signed_in("admin")
    first = await visitor.get("/people")
    assert "registrar.east" in first.text and "教务（东校区）" in first.text
    (more,) = re.findall(r'rel="next" hx-get="([^"]+)"', first.text)
    second = await visitor.get(more.replace("&amp;", "&"))
    logins = [re.findall(r"<td class=\"d\"[^>]*>([^<]+)</td>", page.text) for page in (first, second)]
    assert len(logins[0]) == 50 and not set(logins[0]) & set(logins[1]) and logins[1]
    part = await visitor.part("/people?q=registrar.w", "div#list")
    assert "<html" not in part.text and "registrar.west" in part.text and "registrar.east" not in part.text
    assert "没有符合条件" in (await visitor.get("/people?q=zzzz")).text
    assert "registrar.east" not in (await visitor.get("/people?role=admin")).text
    assert "没有符合条件" in words_of(await visitor.get("/people?state=off"))


@pytest.mark.parametrize("login", ["registrar.east", "head.east", "student", "guardian"])
async def test_nobody_else_gets_near_accounts(site: Site, login: str) -> None:
    visitor = await site.signed_in(login)
    account = await site.school.account("admin")
    for path in (
        "/people",
        "/people/new",
        f"/people/{account}",
        "/people/roles",
        "/people/units?q=a",
        "/people/records?q=a",
        "/audit",
        "/jobs",
    ):
        assert (await visitor.get(path)).status_code == 403, path
    for path, form in (
        ("/people/new", {"login": "x9", "name": "x"}), (f"/people/{account}", {"name": "x"}),
        (f"/people/{account}/do", {"do": "off"}), (f"/people/{account}/do", {"do": "code"}),
        (f"/people/{account}/grants", {"role": "admin"}), (f"/people/{account}/records", {"records": "1"}),
        ("/jobs", {"do": "drop", "id": "1"}),
    ):  # fmt: skip
        assert (await visitor.post(path, form)).status_code == 403, path


async def names(school: School, entity: str, record: int) -> list[str]:
    """The name of a person, as it is stored."""
    column = school.engine.version.tables(entity)[0]
    stored = next(c for n, c, _, _ in school.engine.version.stored(entity).fields if n == "name")
    return [row[0] for row in await school.rows(f"SELECT {stored} FROM {column.name} WHERE id = {record}", "text")]


async def test_a_new_account_is_called_as_the_person_not_as_the_record(site: Site) -> None:
    record = (await site.school.ids("student"))[-1]
    (name,) = await names(site.school, "student", record)
    visitor = await site.signed_in("admin")
    form = await visitor.get(f"/people/new?record={record}")
    assert re.search(rf'name="name"[^>]*value="{name}"', form.text)
    sent = {"records": str(record), "records~text": f"{name}（1）", "login": "new.pupil", "name": "", "lang": "zh"}
    assert (await visitor.post("/people/new", sent)).status_code == 200
    assert (await site.school.actor("new.pupil")).name == name


async def test_an_account_is_made_for_a_record_and_its_owner_comes_in(site: Site) -> None:
    school = site.school
    ((record,),) = await school.rows(
        "SELECT g.id FROM (SELECT id FROM "
        + school.engine.version.tables("guardian")[0].name
        + ") g WHERE NOT EXISTS (SELECT 1 FROM sy_account_record a WHERE a.record = g.id) ORDER BY g.id LIMIT 1",
        "bigint",
    )
    visitor = await site.signed_in("admin")
    form = await visitor.get(f"/people/new?record={record}")
    assert f'name="records" value="{record}"' in form.text
    sent = {"records": str(record), "records~text": "Li", "login": "li.parent", "name": "", "lang": "zh"}
    shown = await visitor.post("/people/new", sent)
    code = re.findall(r"[0-9a-z]{4}(?:-[0-9a-z]{4}){3}", shown.text)[0]
    owner = site.visitor()
    await owner.get("/reset")
    new = "wahrlich blaue Giraffen"
    assert (await owner.post("/reset", {"code": code, "password": new, "again": new})).status_code == 303
    actor = await school.actor("li.parent")
    (name,) = await names(school, "guardian", record)
    assert actor.roles == ("guardian",) and actor.name == name
    wrong = await visitor.post("/people/new", {"records~text": "nobody of that name", "login": "x.parent", "name": "x"})
    assert wrong.status_code == 422 and 'id="f-records-e"' in wrong.text, "never without the record that was meant"
    wrong = await visitor.post("/people/new", {**sent, "login": "other.parent"})
    assert wrong.status_code in (409, 422) and 'id="f-records-e"' in wrong.text, "one record, one account"
    wrong = await visitor.post("/people/new", {"login": "li.parent", "name": "x"})
    assert wrong.status_code in (409, 422) and 'id="f-login-e"' in wrong.text and 'value="li.parent"' in wrong.text


async def test_a_role_is_given_for_a_time_and_taken_away(site: Site) -> None:
    school = site.school
    visitor, teacher = await site.signed_in("admin"), await school.account("teacher")
    units = await visitor.part("/people/units?q=西校区&id=u", "ul#u")
    (unit,) = re.findall(r'data-value="(\d+)"[^>]*><span>西校区</span>', units.text)
    sent = {"role": "registrar", "unit": unit, "unit~text": "西校区", "since": "2026-11-01", "valid_to": "2026-11-30"}
    page = await visitor.follow(await visitor.post(f"/people/{teacher}/grants", sent))
    assert "教务" in toasts_of(page)[0] and "11-1 至 11-30" in words_of(page)
    assert "registrar" in (await school.actor("teacher")).roles
    school.clock.move(days=8)
    assert "registrar" not in (await school.actor("teacher")).roles
    school.clock.move(days=-8)
    (end,) = re.findall(rf'action="(/people/{teacher}/grants/\d+/end)"', page.text)
    page = await visitor.follow(await visitor.post(end))
    assert end not in page.text and "registrar" not in (await school.actor("teacher")).roles


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"role": ""}, "role"),
        ({"role": "emperor"}, "role"),
        ({"role": "registrar", "unit": "99999999"}, "unit"),
        ({"role": "registrar", "unit": "", "unit~text": "没有的单位"}, "unit"),
        ({"role": "registrar"}, "unit"),
        ({"role": "registrar", "everywhere": "true", "since": "2026-11-02", "valid_to": "2026-11-01"}, "valid_to"),
        ({"role": "registrar", "since": "yesterday"}, "since"),
    ],
)
async def test_a_role_that_cannot_be_given_is_told_beside_the_field(
    site: Site, sent: dict[str, str], field: str
) -> None:
    visitor, teacher = await site.signed_in("admin"), await site.school.account("teacher")
    answer = await visitor.post(f"/people/{teacher}/grants", sent)
    assert answer.status_code == 422 and f'id="f-{field}-e"' in answer.text


async def test_a_role_over_the_whole_system_is_given_everywhere_and_the_page_says_so(site: Site) -> None:
    visitor, teacher = await site.signed_in("admin"), await site.school.account("teacher")
    (unit,) = [u.id for u in await units_like(await site.school.work("admin"), "西校区") if u.label == "西校区"]
    answer = await visitor.post(f"/people/{teacher}/grants", {"role": "admin", "unit": str(unit)})
    assert answer.status_code == 422 and 'id="f-unit-e"' in answer.text
    assert "不能只在一个单位里授予" in words_of(answer) and "admin" not in (await site.school.actor("teacher")).roles
    sent = {"role": "admin", "everywhere": "true"}
    await visitor.follow(await visitor.post(f"/people/{teacher}/grants", sent))
    assert "admin" in (await site.school.actor("teacher")).roles


async def test_the_last_administrator_stays_and_the_page_says_why(site: Site) -> None:
    visitor, admin = await site.signed_in("admin"), await site.school.account("admin")
    off = await visitor.post(f"/people/{admin}/do", {"do": "off"})
    page = await visitor.get(f"/people/{admin}")
    ends = re.findall(rf'action="(/people/{admin}/grants/\d+/end)"', page.text)
    for answer in (off, *[await visitor.post(end) for end in ends]):
        assert answer.status_code in (409, 422) and f'action="/people/{admin}/grants"' in answer.text
        assert "先让另一个人能管理账号" in words_of(answer)


async def test_roles_that_follow_from_records_say_so_and_stay(site: Site) -> None:
    visitor, head = await site.signed_in("admin"), await site.school.account("head.east")
    page = await visitor.get(f"/people/{head}")
    assert "班级的“班主任”填的是此人" in words_of(page)
    assert f"/people/{head}/grants/" not in page.text
    (unlink,) = re.findall(rf'action="(/people/{head}/records/\d+/unlink)"', page.text)
    page = await visitor.follow(await visitor.post(unlink))
    assert "没有任何角色" in words_of(page) and (await site.school.actor("head.east")).roles == ()
    record = unlink.split("/")[4]
    page = await visitor.follow(await visitor.post(f"/people/{head}/records", {"records": record}))
    assert "head_teacher" in (await site.school.actor("head.east")).roles
    assert (await visitor.post(f"/people/{head}/records", {"records": "1"})).status_code == 422


async def test_switching_off_ends_sessions_at_once(site: Site) -> None:
    visitor, teacher = await site.signed_in("admin"), await site.school.account("teacher")
    other = await site.signed_in("teacher")
    assert (await other.get("/settings")).status_code == 200
    page = await visitor.follow(await visitor.post(f"/people/{teacher}/do", {"do": "off"}))
    assert "已停用" in words_of(page) and (await other.get("/settings")).status_code == 303
    page = await visitor.follow(await visitor.post(f"/people/{teacher}/do", {"do": "on"}))
    assert "可登录" in words_of(page)
    other = await site.signed_in("teacher")
    await visitor.post(f"/people/{teacher}/do", {"do": "out"})
    assert (await other.get("/settings")).status_code == 303
    assert (await visitor.post(f"/people/{teacher}/do", {"do": "fly"})).status_code == 404


async def test_the_last_who_manages_cannot_be_switched_off(site: Site) -> None:
    visitor, admin = await site.signed_in("admin"), await site.school.account("admin")
    answer = await visitor.post(f"/people/{admin}/do", {"do": "off"})
    assert answer.status_code in (409, 422) and (await visitor.get("/people")).status_code == 200


async def test_name_and_language_of_an_account(site: Site) -> None:
    visitor, teacher = await site.signed_in("admin"), await site.school.account("teacher")
    page = await visitor.follow(
        await visitor.post(f"/people/{teacher}", {"name": "王 <b>", "email": "a@b.cn", "lang": "en"})
    )
    assert "王 &lt;b&gt;" in page.text and (await site.school.actor("teacher")).lang == "en"
    answer = await visitor.post(f"/people/{teacher}", {"name": "", "email": "a@b.cn", "lang": "en"})
    assert answer.status_code == 422 and 'id="f-name-e"' in answer.text
    assert (await visitor.get("/people/99999999")).status_code == 404


async def test_what_a_role_may_do_is_worked_out(site: Site) -> None:
    visitor = await site.signed_in("admin")
    text = words_of(await visitor.get("/people/roles?role=guardian"))
    assert "有条件" in text and "遮盖：" in text and "身份证号" in text and "只看到自己的孩子" in text
    assert "管理定义" in words_of(await visitor.get("/people/roles?role=admin"))
    assert (await visitor.get("/people/roles?role=emperor")).status_code == 404


async def test_the_audit_tells_who_did_what(site: Site) -> None:
    school = site.school
    await school.play()
    visitor, teacher = await site.signed_in("admin"), await school.account("teacher")
    await visitor.post(f"/people/{teacher}/grants", {"role": "registrar", "everywhere": "true"})
    page = await visitor.get("/audit?kind=accounts")
    name = (await school.actor("teacher")).name
    assert "授予角色" in words_of(page) and name in words_of(page) and "教务" in words_of(page)
    head = await school.account("head.east")
    mine = await visitor.get(f"/audit?account={head}")
    rows = re.findall(r'<td class="d" data-h="操作人">([^<]+)</td>', mine.text)
    assert rows and set(rows) == {(await school.actor("head.east")).name}
    (record,) = set(re.findall(r'href="/r/leave_request/(\d+)"', mine.text)[:1])
    only = await visitor.get(f"/audit?entity=leave_request&record={record}")
    assert set(re.findall(r'href="/r/leave_request/(\d+)"', only.text)) == {record}
    assert "没有符合条件" in words_of(await visitor.get("/audit?since=2030-01-01"))
    assert "没有符合条件" in words_of(await visitor.get("/audit?until=2020-01-01"))
    name = (await school.actor("head.east")).name
    typed = await visitor.get("/audit", params={"account~text": name})
    assert typed.text.count(f'data-h="操作人">{name}<') == len(rows) and f"操作人：{name}" in words_of(typed)
    assert "没有符合条件" in words_of(await visitor.get("/audit", params={"account~text": "查无此人"}))
    assert name in words_of(await visitor.get("/audit/people", params={"q": name[:1]}))
    label = re.findall(rf'href="/r/leave_request/{record}">([^<]+)<', only.text)[0]
    assert f"记录：{label}" in words_of(only)
    student = r'href="/r/student/(\d+)">([^<]+)<'
    for number in (await school.ids("student"))[:3]:
        await reveal(await school.work("admin"), "student", number, "resident_id", "核对")
    number, called = re.findall(student, (await visitor.get("/audit?entity=student")).text)[0]
    found = re.findall(student, (await visitor.get("/audit", params={"q": called.partition("（")[0]})).text)
    assert (number, called) in found and len({number for number, _ in found}) < 3
    assert "没有符合条件" in words_of(await visitor.get("/audit?q=zzzz"))
    for odd in ("account=x", "before=x.y", "since=x", "record=x", "kind=x", "entity=x", "q=%00", "account=" + "9" * 30):
        assert (await visitor.get(f"/audit?{odd}")).status_code == 200, odd


async def test_the_audit_is_paged_without_gaps(site: Site) -> None:
    visitor = await site.signed_in("admin")
    account = await site.school.account("teacher")
    for n in range(60):
        await visitor.post(f"/people/{account}", {"name": f"N{n}", "email": "", "lang": "zh"})
    seen, path = 0, "/audit?kind=accounts"
    while path:
        page = await visitor.get(path)
        seen += page.text.count("修改账号")
        path = next(iter(re.findall(r'rel="next" hx-get="([^"]+)"', page.text)), "").replace("&amp;", "&")
    ((there,),) = await site.school.rows(Sql("SELECT count(*) FROM sy_audit WHERE op = 'account_changed'"), "bigint")
    assert seen == there == 60


async def test_jobs_in_trouble_are_tried_again_or_given_up(site: Site) -> None:
    from shuyuan.engine.store import Insert
    from shuyuan.engine.store.tables import JOB

    store = site.school.engine.store
    row = {"kind": "notice", "payload": {}, "due_at": 0, "tries": 8, "dead": True, "error": "no <b> server"}
    numbers = await store.new_ids(2)
    rest = {"case_id": None, "lease_at": 0, "done_at": None, "created_at": 0}
    columns = {c for (c,) in await site.school.rows("SELECT name FROM pragma_table_info('sy_job')", "text")}
    for n in numbers:
        values = {**row, "id": n, "key": f"k{n}", **{k: v for k, v in rest.items() if k in columns}}
        await store.apply([Insert(JOB, values)])
    visitor = await site.signed_in("admin")
    page = await visitor.get("/jobs")
    assert "no &lt;b&gt; server" in page.text and page.text.count("搁置") >= 3
    page = await visitor.follow(await visitor.post("/jobs", [("id", str(numbers[0])), ("do", "drop")]))
    assert f'value="{numbers[0]}"' not in page.text and f'value="{numbers[1]}"' in page.text
    page = await visitor.follow(await visitor.post("/jobs", [("id", str(numbers[1])), ("do", "retry")]))
    assert "没有出问题的任务" in words_of(page)
    assert "没有选" in toasts_of(await visitor.follow(await visitor.post("/jobs", {"do": "drop"})))[0]


@pytest.mark.browser
@pytest.mark.parametrize(("lang", "theme", "width"), [("zh", "light", 1280), ("en", "dark", 390)])
async def test_the_office_in_a_browser(live: Live, lang: str, theme: str, width: int) -> None:
    await live.school.play()
    head = await live.school.account("head.east")
    look = await live.look("admin", lang, theme, width)
    paths = ("/people", "/people/new", f"/people/{head}", "/people/roles?role=registrar", "/audit", "/jobs")
    assert await look.walk(*paths) == []
    await look.go(f"/people/{head}")
    await look.page.select_option("#f-role", "registrar")
    await look.page.locator("#f-unit").fill("西校区")
    await look.page.locator("#f-unit-o [role=option]").first.click()
    await look.page.get_by_role("button", name="授予角色" if lang == "zh" else "Give a role").click()
    await look.page.locator(".toast").wait_for()
    assert "registrar" in (await live.school.actor("head.east")).roles
    assert await look.wrong() == []
