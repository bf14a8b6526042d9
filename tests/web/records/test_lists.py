"""The list of an entity's records over HTTP: views, filters, order, columns, paging, empty states, counts."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.records.browsing import ids, rows, words
from tests.web.site import Site, title_of, words_of


async def test_a_list_shows_the_view_its_address_names(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await visitor.get("/r/student?view=students")
    assert page.status_code == 200 and title_of(page).startswith("在读学生")
    found = rows(page)
    assert list(found[0]) == ["", "姓名", "学籍状态", "学号", "班级", "班级 / 校区", "性别", "住宿"]
    assert {row["学籍状态"] for row in found} == {"在读"} and len(found) == 50


async def test_the_views_somebody_finds_are_tabs_and_one_is_current(site: Site) -> None:
    head = await site.signed_in("head.east")
    page = await head.get("/r/student?view=my_class")
    tabs = re.findall(r'<a href="(/r/student[^"]*)"( aria-current="page")?>([^<]+)', page.text.split('class="tabs"')[1])
    assert ("/r/student?view=my_class", ' aria-current="page"', "我的班级") in tabs
    assert "/r/student?view=left_students" not in {href for href, _, _ in tabs}


async def test_only_what_one_may_see_is_listed(site: Site) -> None:
    head = await site.signed_in("head.east")
    assert {row["班级 / 校区"] for row in rows(await head.get("/r/student"))} == {"东校区"}
    everybody = await site.signed_in("admin")
    mine, all_of_them = [int((await who.get("/r/student/count")).text) for who in (head, everybody)]
    assert 0 < mine < all_of_them


async def test_filters_narrow_the_list_and_stand_as_chips_that_take_them_off(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await visitor.get("/r/student?view=students&boarding=boarder&sex=2")
    found = rows(page)
    assert found and {(row["住宿"], row["性别"]) for row in found} == {("住校", "女")}
    chips = re.findall(r'<li><a href="([^"]+)">([^<]+)<svg', page.text.split('class="chips"')[1])
    assert [label for _, label in chips] == ["住宿：住校", "性别：女"]
    off = await visitor.get(chips[0][0].replace("&amp;", "&"))
    assert {row["住宿"] for row in rows(off)} == {"住校", "走读"} and {row["性别"] for row in rows(off)} == {"女"}


async def test_a_filter_by_a_link_says_how_the_record_is_called(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    school_class = (await site.school.ids("class"))[0]
    page = await visitor.get(f"/r/student?view=students&class={school_class}")
    label = rows(page)[0]["班级"]
    assert f"班级：{label}" in words_of(page)
    box = page.text[page.text.index('name="class~text"') - 400 :][:900]
    assert f'value="{school_class}"' in box and f'value="{label}"' in box


async def test_a_record_somebody_does_not_see_is_never_called_by_its_number(site: Site) -> None:
    head = await site.signed_in("head.west")
    seen = set(ids(await head.get("/r/student?limit=200")))
    other = next(i for i in await site.school.ids("student") if i not in seen)
    page = await head.get(f"/r/leave_request?student={other}")
    assert "学生：（无权查看）" in words_of(page) and f"学生：{other}" not in words_of(page)


async def test_days_and_numbers_are_filtered_from_and_to(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await visitor.get("/r/leave_request?first_day.gte=2026-10-01&first_day.lte=2026-10-31&sort=first_day")
    days = [row["从"] for row in rows(page)]
    assert days == sorted(days) and all("2026-10-01" <= d <= "2026-10-31" for d in days)
    assert "从从 2026-10-01" in words_of(page).replace("从 从", "从从")


async def test_a_head_sorts_up_then_down_then_as_before(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await visitor.get("/r/student?view=students")
    up = re.search(r'<a href="([^"]+)" id="by-order-name"', page.text)
    assert up
    page = await visitor.get(up[1].replace("&amp;", "&"))
    assert 'aria-sort="ascending"><a href="/r/student?view=students&amp;sort=-name" id="by-order-name"' in page.text
    page = await visitor.get("/r/student?view=students&sort=-name")
    assert 'aria-sort="descending"><a href="/r/student?view=students" id="by-order-name"' in page.text
    names = [row["姓名"] for row in rows(page)]
    assert names == sorted(names, reverse=True)


async def test_pages_follow_each_other_without_a_gap_and_back(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    seen: list[int] = []
    address = "/r/student?view=students"
    for _ in range(10):
        page = await visitor.get(address)
        seen += ids(page)
        after = re.search(r'id="page-after" href="([^"]+)"', page.text)
        if not after:
            break
        address = after[1].replace("&amp;", "&")
    total = int((await visitor.get("/r/student/count?view=students")).text)
    assert len(seen) == len(set(seen)) == total
    before = re.search(r'id="page-before" href="([^"]+)"', page.text)
    assert before
    back = await visitor.get(before[1].replace("&amp;", "&"))
    assert ids(back) == seen[-len(ids(page)) - 50 : -len(ids(page))]


async def test_search_finds_by_name_and_by_pinyin(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    name = rows(await visitor.get("/r/student?view=students"))[0]["姓名"]
    from pypinyin import lazy_pinyin

    initials = "".join(part[0] for part in lazy_pinyin(name))
    for typed in (name, initials):
        found = [row["姓名"] for row in rows(await visitor.get(f"/r/student?q={typed}"))]
        assert name in found, typed


async def test_columns_are_chosen_and_kept_in_the_address(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await visitor.get("/r/student?view=students&col=name&col=phone&col=class")
    assert list(rows(page)[0]) == ["", "姓名", "本人手机", "班级"]
    kept = re.search(r'id="kept"[^>]*>(.*?)</div>', page.text, re.S)
    assert kept and 'name="fields" value="name,phone,class"' in kept[1]
    chosen = re.findall(r'name="col" value="(\w+)" checked', page.text)
    assert chosen == ["name", "phone", "class"]


async def test_choosing_columns_keeps_the_filters(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    for address in ("/r/student?view=students&sex=2&q=a", "/r/student?view=students&sex=2&q=a&fields=name,sex"):
        page = await visitor.get(address)
        form = page.text.split("data-columns>")[1].split("<p class")[0]
        sent = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
        assert sent == [("view", "students"), ("sex", "2"), ("q", "a")]


async def test_what_is_exported_follows_the_filters(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    part = await visitor.part("/r/student?view=students&boarding=boarder", "div#list")
    head = part.text.split('id="head" hx-swap-oob="true"')[1].split("</header>")[0]
    assert 'href="/r/student/export?view=students&amp;boarding=boarder"' in head


async def test_a_group_stands_once_above_its_rows(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await visitor.get("/r/student?view=students&group=class&fields=name,student_no&sort=-name")
    heads = [words(h) for h in re.findall(r'<tr class="g">(.*?)</tr>', page.text)]
    assert heads and len(heads) == len(set(heads)) and heads[0].startswith("高")
    assert list(rows(page)[0]) == ["", "姓名", "学号"]


async def test_nothing_fits_says_so_and_offers_to_clear(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await visitor.get("/r/student?view=students&q=zzzzqq&boarding=boarder")
    assert "没有符合条件的学生" in words_of(page)
    clear = re.search(r'href="([^"]+)"><svg[^>]*><use href="[^"]*#close"/></svg><span>清除筛选', page.text)
    assert clear and parse_qs(urlsplit(clear[1].replace("&amp;", "&")).query) == {"view": ["students"]}


async def test_htmx_gets_the_list_alone_with_what_depends_on_it(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    part = await visitor.part("/r/student?view=students&boarding=boarder&class=&q=", "div#list")
    assert "<html" not in part.text and part.text.lstrip().startswith('<div id="list"')
    assert 'id="tools" hx-swap-oob="true"' in part.text and 'id="kept" hidden hx-swap-oob="true"' in part.text
    assert part.headers["hx-push-url"] == "/r/student?view=students&boarding=boarder"


async def test_the_count_is_exact_up_to_a_thousand(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    assert (await visitor.get("/r/student/count?view=students&boarding=boarder")).text.isdecimal()
    admin = await site.signed_in("admin")
    assert (await admin.get("/r/attendance_roll/count")).text in (
        "1000+",
        str(len(await site.school.ids("attendance_roll"))),
    )


@pytest.mark.parametrize("query", ["nonsense=1", "sort=nonsense", "fields=name,nonsense", "class.nonsense.gte=1"])
async def test_an_address_with_a_field_that_is_gone_shows_the_list_without_it(site: Site, query: str) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await visitor.get(f"/r/student?view=students&sex=2&{query}")
    assert page.status_code == 200 and {row["性别"] for row in rows(page)} == {"女"}
    assert "地址里的这些字段已经没有了" in words_of(page) and "nonsense" in words_of(page)
    assert "nonsense" not in page.text.split('id="head"')[1].split("</header>")[0], "nothing is done by it"
    assert (await visitor.get(f"/r/student/export/file?{query}")).status_code == 400


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("after=nonsense", 400),
        ("enrolled_on.gte=yesterday-ish", 422),
        ("resident_id.contains=11", 400),
        ("view=my.999999", 404),
        ("view=nonsense", 404),
    ],
)
async def test_what_cannot_be_asked_is_refused_in_words(site: Site, query: str, status: int) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await visitor.get(f"/r/student?{query}")
    assert page.status_code == status and "<h1>" in page.text and "Traceback" not in page.text


async def test_an_entity_nobody_may_see_is_not_there(site: Site) -> None:
    student = await site.signed_in("student")
    assert (await student.get("/r/guardian")).status_code == 404
    assert (await student.get("/r/nonsense")).status_code == 404


async def test_masked_values_are_masked_in_lists_too(site: Site) -> None:
    admin = await site.signed_in("admin")
    page = await admin.get("/r/student?fields=name,phone,resident_id")
    phones = {row["本人手机"] for row in rows(page)} - {""}
    assert phones and all("****" in phone for phone in phones)
    assert all("***" in row["身份证号"] for row in rows(page))
