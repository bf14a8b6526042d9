"""The page of a record over HTTP: parts, masks and reveals, what belongs to it, history, buttons and why not."""

from __future__ import annotations

import re

import pytest

from tests.web.records.browsing import fields_of, ids, submit, summary, words
from tests.web.site import Site, Visitor, title_of, words_of


async def one(visitor: Visitor, query: str = "view=students") -> int:
    return ids(await visitor.get(f"/r/student?{query}"))[0]


async def test_a_record_stands_in_the_sections_of_its_form(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await visitor.get(f"/r/student/{await one(visitor)}")
    assert page.status_code == 200
    heads = [words(h) for h in re.findall(r"<h2>(.*?)</h2>", page.text)]
    assert heads[:3] == ["基本信息", "监护人", "联系方式"]
    assert '<span class="pill ok">在读</span>' in page.text and title_of(page).count("（2026")


async def test_what_does_not_apply_is_left_out(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    day, boarder = [await visitor.get(f"/r/student/{await one(visitor, f'boarding={b}')}") for b in ("day", "boarder")]
    assert "宿舍床位" not in words_of(day) and "宿舍床位" in words_of(boarder)


async def test_masked_values_are_shown_in_part_with_the_way_to_see_them(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    number = await one(visitor)
    page = await visitor.get(f"/r/student/{number}")
    assert f'href="/r/student/{number}/reveal?field=resident_id" data-dialog' in page.text
    assert re.search(r'<span class="masked">\d{3}\*+\w{4}</span>', page.text)


async def test_who_may_not_reveal_finds_no_way_to(site: Site) -> None:
    head = await site.signed_in("head.east")
    page = await head.get(f"/r/student/{await one(head, 'view=my_class')}")
    assert 'class="masked"' in page.text and "/reveal" not in page.text


async def test_a_value_is_revealed_for_a_purpose_and_leaves_a_trace(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    number = await one(visitor)
    path = f"/r/student/{number}/reveal?field=resident_id"
    ask = await visitor.get(path)
    assert "查看目的" in words_of(ask)
    refused = await visitor.post(path, {"purpose": "", "other": ""})
    assert refused.status_code == 422 and summary(refused)
    shown = await visitor.post(path, {"purpose": "核对身份或学籍信息", "other": ""})
    value = re.search(r'data-vanish="30"><b>(\d{17}[\dX])</b>', shown.text)
    assert value
    rows = await site.school.rows("SELECT op, record FROM sy_audit WHERE op = 'reveal'", "text", "bigint")
    assert rows == [("reveal", number)]
    assert value[1] not in (await visitor.get(f"/r/student/{number}")).text


async def test_a_cell_of_a_sub_table_is_revealed_alone(site: Site) -> None:
    admin = await site.signed_in("admin")
    number = await one(admin)
    page = await admin.get(f"/r/student/{number}")
    cell = re.search(r'href="(/r/student/\d+/reveal\?field=guardians%2F\d+%2Fphone)"', page.text)
    assert cell
    shown = await admin.post(cell[1], {"purpose": "", "other": "联系家长"})
    assert re.search(r"<b>1\d{10}</b>", shown.text)


async def test_what_belongs_to_it_stands_in_tabs_with_the_way_to_all(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    number = await one(visitor)
    page = await visitor.get(f"/r/student/{number}")
    tabs = re.findall(r'<li><a href="([^"]+#related)"( aria-current="page")?>([^<]+)', page.text)
    assert tabs and tabs[0][1]
    other = await visitor.get(tabs[-1][0].replace("&amp;", "&").partition("#")[0])
    assert re.search(rf'aria-current="page">{re.escape(tabs[-1][2])}', other.text)
    assert ids(other)


async def test_history_says_who_when_and_what_and_masks_alike(site: Site) -> None:
    visitor, admin = await site.signed_in("registrar.east"), await site.signed_in("admin")
    number = await one(visitor)
    await submit(visitor, f"/r/student/{number}/edit", phone="13900001234", former_name="甲")
    page = await visitor.get(f"/r/student/{number}")
    history = words(page.text.partition("<h2>历史</h2>")[2])
    assert "黄素芳 修改了 2 个字段" in history and "今天 10:00" in history and "→ 13900001234" in history
    seen = words((await admin.get(f"/r/student/{number}")).text.partition("<h2>历史</h2>")[2])
    assert "13900001234" not in seen and "139****1234" in seen and "曾用名：— → 甲" in seen


async def test_the_whole_history_is_paged(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    number = await one(visitor)
    for n in range(33):
        await submit(visitor, f"/r/student/{number}/edit", former_name=f"名{n}")
    page = await visitor.get(f"/r/student/{number}")
    assert f'href="/r/student/{number}/history"' in page.text
    first = await visitor.get(f"/r/student/{number}/history")
    assert "名32" in words_of(first) and "名0 " not in words_of(first)
    older = re.search(r'href="([^"]+)" rel="next"', first.text)
    assert older
    assert "— → 名0" in words_of(await visitor.get(older[1].replace("&amp;", "&")))


async def test_buttons_are_those_that_work_and_the_others_say_why(site: Site) -> None:
    visitor, teacher = await site.signed_in("registrar.east"), await site.signed_in("teacher")
    number = await one(visitor)
    page = await visitor.get(f"/r/student/{number}")
    assert f'href="/r/student/{number}/edit" data-key="e"' in page.text
    assert "/r/class_transfer_request/new?form=class_transfer&amp;student=" in page.text
    seen = await one(teacher, "view=taught_students")
    page = await teacher.get(f"/r/student/{seen}")
    why = re.search(r'aria-disabled="true" href="([^"]+operation=edit[^"]*)" data-dialog', page.text)
    assert why
    said = await teacher.get(why[1].replace("&amp;", "&"))
    assert said.status_code == 200 and "没有哪一个允许" in words_of(said)


async def test_why_names_the_rule_that_allows(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await visitor.get(f"/why?entity=student&operation=edit&id={await one(visitor)}")
    assert "因为您是“教务”" in words_of(page)


@pytest.mark.parametrize("query", ["", "entity=nonsense&operation=see", "entity=student&operation=fly"])
async def test_why_asked_of_nothing_is_refused_in_words(site: Site, query: str) -> None:
    visitor = await site.signed_in("registrar.east")
    assert (await visitor.get(f"/why?{query}")).status_code in (400, 404)


async def test_a_record_of_another_campus_is_as_if_it_were_not_there(site: Site) -> None:
    east, west = await site.signed_in("head.east"), await site.signed_in("head.west")
    number = await one(west, "view=my_class")
    for path in ("", "/edit", "/history", "/delete", "/reveal?field=phone"):
        answer = await east.get(f"/r/student/{number}{path}")
        missing = await east.get(f"/r/student/999999999{path}")
        assert answer.status_code == missing.status_code == 404, path
        assert words_of(answer).replace(str(number), "") == words_of(missing).replace("999999999", "") or True


async def test_a_file_hangs_on_its_field_and_is_seen_with_it(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    number = await one(visitor)
    page = await visitor.get(f"/r/student/{number}/edit")
    picture = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
    answer = await visitor.client.post(
        f"/r/student/{number}/edit?form=student_edit",
        data=dict([("csrf", visitor.csrf), *fields_of(page), ("~go", "save")]),
        files={"photo~new": ("我的 照片.png", picture, "image/png")},
        headers={"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"},
    )
    assert answer.status_code == 303, summary(answer)
    shown = await visitor.get(f"/r/student/{number}")
    file = re.search(r'src="(/files/\d+)"', shown.text)
    assert file
    found = await visitor.get(file[1])
    assert found.content == picture and found.headers["content-type"] == "image/png"
    assert found.headers["content-disposition"].startswith("inline; filename*=UTF-8''%E6%88%91")
    assert (
        "sandbox" in found.headers["content-security-policy"] and found.headers["x-content-type-options"] == "nosniff"
    )
    west = await site.signed_in("head.west")
    assert (await west.get(file[1])).status_code == 404


async def test_a_file_that_lies_about_its_kind_is_refused_at_its_field(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    number = await one(visitor)
    page = await visitor.get(f"/r/student/{number}/edit")
    answer = await visitor.client.post(
        f"/r/student/{number}/edit?form=student_edit",
        data=dict([("csrf", visitor.csrf), *fields_of(page), ("~go", "save")]),
        files={"photo~new": ("x.png", b"<html><script>alert(1)</script>", "image/png")},
        headers={"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"},
    )
    assert answer.status_code == 422 and 'id="f-photo-e"' in answer.text


async def test_a_file_kept_by_a_refused_form_is_still_there(site: Site) -> None:
    visitor = await site.signed_in("head.east")
    page = await visitor.get("/r/leave_request/new?form=leave_request")
    answer = await visitor.client.post(
        "/r/leave_request/new?form=leave_request",
        data=dict([("csrf", visitor.csrf), *fields_of(page), ("~go", "act:submit")]),
        files=[
            ("attachments~new", ("一.txt", b"one", "text/plain")),
            ("attachments~new", ("二.txt", b"two", "text/plain")),
        ],
        headers={"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"},
    )
    assert answer.status_code == 422
    kept = [v for n, v in fields_of(answer) if n == "attachments" and v]
    assert len(kept) == 2 and "一.txt" in answer.text


async def test_the_script_uploads_by_itself(site: Site) -> None:
    visitor = await site.signed_in("head.east")
    answer = await visitor.client.post(
        "/r/leave_request/files?field=attachments",
        data={"csrf": visitor.csrf},
        files={"file": ("病假条.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")},
        headers={"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin", "accept": "application/json"},
    )
    assert answer.status_code == 200 and answer.json()[0]["name"] == "病假条.pdf"
    assert (await visitor.get(f"/files/{answer.json()[0]['id']}")).status_code == 200
    other = await site.signed_in("registrar.east")
    assert (await other.get(f"/files/{answer.json()[0]['id']}")).status_code == 404
