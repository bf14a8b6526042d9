"""Entering records over HTTP without a script: answers kept, words beside fields, drafts, double clicks."""

from __future__ import annotations

import re

import pytest
from shuyuan.definitions.numbers import check_character
from shuyuan.engine import detail

from tests.web.records.browsing import control, fields_of, filled, ids, rows, submit, summary, value
from tests.web.site import Site, title_of, toasts_of, words_of

NEW = {"name": "测试甲", "enrolled_on": "2026-09-01", "guardians/0/name": "测试乙", "guardians/0/phone": "13800001111"}


async def class_of(site: Site) -> str:
    return str((await site.school.ids("class"))[0])


async def test_a_record_is_made_and_its_page_says_so(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    answer = await submit(visitor, "/r/student/new", **NEW, **{"class": await class_of(site)})
    page = await visitor.follow(answer)
    assert re.match(r"已成功保存“测试甲（\d+）”。", toasts_of(page)[0])
    assert "测试甲" in words_of(page) and "13800001111" in words_of(page)


async def test_a_record_out_of_reach_is_refused_on_the_form(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await (await site.signed_in("admin")).get("/r/class?limit=200")
    west = next(str(i) for i, row in zip(ids(page), rows(page), strict=True) if row["校区"] == "西校区")
    answer = await submit(visitor, "/r/student/new", **NEW, **{"class": west})
    assert answer.status_code == 422 and value(fields_of(answer), "name") == "测试甲"
    assert "不在您的权限范围内" in control(answer, "class")


async def test_the_only_choice_is_made_already_for_whoever_has_no_other(site: Site) -> None:
    page = await (await site.signed_in("student")).get("/r/leave_request/new")
    (own,) = ids(await (await site.signed_in("student")).get("/r/student"))
    assert value(fields_of(page), "student") == str(own) and value(fields_of(page), "student~text")
    page = await (await site.signed_in("head.east")).get("/r/leave_request/new")
    assert value(fields_of(page), "student") == ""


async def test_what_is_wrong_is_said_in_the_order_of_the_form(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    wrong = {**NEW, "name": "", "enrolled_on": "", "resident_id": "1", "guardians/0/phone": "1", "phone": "1"}
    said = summary(await submit(visitor, "/r/student/new", **wrong, **{"class": await class_of(site)}))
    at = [next(i for i, text in enumerate(said) if title in text) for title in ("姓名", "身份证号", "入学日期")]
    assert at == sorted(at) and "本人手机" in said[-1]


async def test_a_number_that_somebody_has_leads_to_them(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    number = "11010120100307123"
    taken = {**NEW, "resident_id": number + check_character(number), "class": await class_of(site)}
    made = await visitor.follow(await submit(visitor, "/r/student/new", **taken))
    answer = await submit(visitor, "/r/student/new", **{**taken, "name": "测试丙"})
    assert answer.status_code == 409 and "身份证号" in summary(answer)[0]
    assert f'已经登记在： <a href="{made.url.path}">测试甲' in answer.text


async def test_save_and_new_leads_to_an_empty_form(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    answer = await submit(visitor, "/r/student/new", button="new", **NEW, **{"class": await class_of(site)})
    page = await visitor.follow(answer)
    assert "已成功保存" in toasts_of(page)[0] and value(fields_of(page), "name") == ""


async def test_a_refused_form_keeps_the_answers_and_says_what_is_wrong_twice(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    answer = await submit(visitor, "/r/student/new", name="测试甲", resident_id="11010120100101123", sex="1")
    assert answer.status_code == 422 and title_of(answer).startswith("错误：")
    said = summary(answer)
    assert any("“班级”还没有填写。" in s for s in said) and any("身份证号" in s for s in said)
    assert '<a href="#f-class">' in answer.text and 'id="f-class-e"' in answer.text
    assert "“班级”还没有填写。" in control(answer, "class")
    assert 'value="11010120100101123"' in control(answer, "resident_id")
    assert value(fields_of(answer), "name") == "测试甲" and value(fields_of(answer), "sex") == "1"


async def test_what_was_typed_is_tidied_and_not_refused(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    changes = {**NEW, "class": await class_of(site), "name": " 测 试 丙 ", "phone": "１３８ 0000 2222"}
    page = await visitor.follow(await submit(visitor, "/r/student/new", **changes))
    assert "测试丙" in words_of(page) and "13800002222" in words_of(page)


async def test_an_error_in_a_row_stands_in_that_row(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    changes = {**NEW, "class": await class_of(site), "guardians/3/name": "丁", "guardians/3/phone": "12"}
    answer = await submit(visitor, "/r/student/new", **changes)
    assert answer.status_code == 422
    assert '<a href="#f-guardians-1-phone">' in answer.text and 'id="f-guardians-1-phone-e"' in answer.text
    assert (
        value(fields_of(answer), "guardians/1/phone") == "12" and value(fields_of(answer), "guardians/1/name") == "丁"
    )


async def test_rows_are_added_and_removed_without_a_script(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    pairs = filled(fields_of(await visitor.get("/r/student/new")), **NEW)
    page = await visitor.post("/r/student/new?form=student_intake", [*pairs, ("~add", "guardians")])
    assert page.status_code == 200 and 'id="summary"' not in page.text
    assert value(fields_of(page), "guardians/0/name") == "测试乙" and value(fields_of(page), "guardians/1/name") == ""
    more = await visitor.post("/r/student/new?form=student_intake", [*fields_of(page), ("~add", "guardians")])
    assert "guardians/2/name" in dict(fields_of(more))
    pairs = filled(fields_of(more), **{"guardians/1/name": "戊"})
    less = await visitor.post("/r/student/new?form=student_intake", [*pairs, ("~remove", "guardians/0")])
    assert value(fields_of(less), "guardians/0/name") == "戊"
    assert value(fields_of(less), "name") == "测试甲"


async def test_conditional_fields_come_and_go_as_the_server_decides(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await visitor.get("/r/student/new")
    assert 'id="f-dorm"' not in page.text
    pairs = filled(fields_of(page), boarding="boarder")
    again = await visitor.post("/r/student/live?form=student_intake", pairs, htmx="div#fields")
    assert again.status_code == 200 and 'id="f-dorm"' in again.text and 'id="summary"' not in again.text
    without = await visitor.post("/r/student/new?form=student_intake", [*pairs, ("~refresh", "1")])
    assert 'id="f-dorm"' in without.text


async def test_computed_values_follow_and_may_be_typed_over(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    page = await visitor.get("/r/student/new")
    number = "11010120100101123" + check_character("11010120100101123")
    pairs = filled(fields_of(page), resident_id=number)
    again = await visitor.post("/r/student/live?form=student_intake", pairs, htmx="div#fields")
    assert value(fields_of(again), "birth_date") == "2010-01-01" and value(fields_of(again), "sex") == "1"
    other = filled(fields_of(again), resident_id="")
    cleared = await visitor.post("/r/student/live?form=student_intake", other, htmx="div#fields")
    assert value(fields_of(cleared), "birth_date") == "", "what the page had worked out goes with what it followed from"
    typed = filled(fields_of(again), birth_date="2010-02-02")
    kept = await visitor.post("/r/student/live?form=student_intake", typed, htmx="div#fields")
    assert value(fields_of(kept), "birth_date") == "2010-02-02"


async def test_a_live_form_says_what_is_missing_only_after_it_was_sent(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    answer = await submit(visitor, "/r/student/new", name="甲")
    assert answer.status_code == 422
    pairs = fields_of(answer)
    assert ("~tried", "1") in pairs
    again = await visitor.post("/r/student/live?form=student_intake", pairs, htmx="div#fields")
    assert 'id="f-class-e"' in again.text


async def test_words_in_a_combobox_are_looked_up_without_a_script(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    pairs = fields_of(await visitor.get("/r/student/new"))
    pairs = [(n, "高一（1）班" if n == "class~text" else v) for n, v in filled(pairs, **NEW)]
    answer = await visitor.post("/r/student/new?form=student_intake", [*pairs, ("~go", "save")])
    assert "高一（1）班" in words_of(await visitor.follow(answer))


async def test_words_that_mean_several_records_or_none_are_kept_with_a_remark(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    for said in ("高", "没有这个班"):
        pairs = fields_of(await visitor.get("/r/student/new?fresh=1"))
        pairs = [(n, said if n == "class~text" else v) for n, v in filled(pairs, **NEW)]
        answer = await visitor.post("/r/student/new?form=student_intake", [*pairs, ("~go", "save")])
        assert answer.status_code == 422 and f'value="{said}"' in control(answer, "class")
        assert 'id="f-class-e"' in answer.text


async def test_typing_over_a_chosen_link_means_the_words(site: Site) -> None:
    visitor = await site.signed_in("admin")
    path = f"/r/student/{(await site.school.ids('student'))[0]}/edit?form=student_intake"
    pairs = fields_of(await visitor.get(path))
    assert dict(pairs)["class"] and dict(pairs)["class~was"] == dict(pairs)["class~text"]
    pairs = [(n, "高二（1）班" if n == "class~text" else v) for n, v in pairs]
    page = await visitor.follow(await visitor.post(path, [*pairs, ("~go", "save")]))
    assert "高二（1）班" in words_of(page)


async def test_saving_what_was_shown_changes_nothing(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    for number in (await site.school.ids("student"))[:6]:
        answer = await submit(visitor, f"/r/student/{number}/edit")
        assert "没有改动" in toasts_of(await visitor.follow(answer))[0]


async def test_masked_values_stay_unless_somebody_types_a_new_one(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    number = (await site.school.ids("student"))[0]
    before = (await detail(await site.school.work(), "student", number)).record.values
    page = await visitor.get(f"/r/student/{number}/edit")
    assert before["resident_id"] not in page.text and "***" in value(fields_of(page), "resident_id")
    await submit(visitor, f"/r/student/{number}/edit", former_name="曾用")
    after = (await detail(await site.school.work(), "student", number)).record.values
    assert after["resident_id"] == before["resident_id"] and after["former_name"] == "曾用"


async def test_a_new_number_over_a_mask_is_kept_while_the_form_changes(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    number = (await site.school.ids("student"))[0]
    new = "11010120110203" + "123"
    new += check_character(new)
    page = await visitor.get(f"/r/student/{number}/edit")
    assert value(fields_of(page), "birth_date") == "", "what was worked out is not sent back"
    pairs = filled(fields_of(page), resident_id=new, student_code="")
    again = await visitor.post(f"/r/student/live?form=student_edit&id={number}", pairs, htmx="div#fields")
    assert value(fields_of(again), "resident_id") == new
    assert 'placeholder="2011-**-**"' in control(again, "birth_date")
    done = await visitor.post(f"/r/student/{number}/edit?form=student_edit", [*fields_of(again), ("~go", "save")])
    assert done.status_code == 303, summary(done)
    values = (await detail(await site.school.work(), "student", number)).record.values
    assert values["resident_id"] == new and values["birth_date"].isoformat() == "2011-02-03"


async def test_a_refused_form_shows_no_value_that_was_masked(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    number = (await site.school.ids("student"))[0]
    record = (await detail(await site.school.work(), "student", number)).record
    answer = await submit(visitor, f"/r/student/{number}/edit", phone="12")
    assert answer.status_code == 422
    for name in ("resident_id", "student_code"):
        assert record.values[name] not in answer.text


async def test_somebody_with_few_fields_gets_the_others_to_look_at(site: Site) -> None:
    visitor = await site.signed_in("student")
    number = int(re.findall(r"/r/student/(\d+)", (await visitor.get("/r/student")).text)[0])
    page = await visitor.get(f"/r/student/{number}/edit")
    names = {n for n, _ in fields_of(page) if "~" not in n}
    assert {"phone", "email"} <= names and names.isdisjoint({"name", "class", "status", "remark"})
    assert '<output class="value" id="f-name"' in page.text and 'id="f-remark"' not in page.text


async def test_a_draft_is_kept_restored_and_gone_after_saving(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    pairs = filled(fields_of(await visitor.get("/r/student/new")), **NEW, phone="1380000")
    kept = await visitor.post("/r/student/draft?form=student_intake", pairs, htmx="draft")
    assert kept.status_code == 200 and re.fullmatch(r"草稿已保存，今天 10:00", kept.text)
    back = await visitor.get("/r/student/new")
    assert "已恢复" in words_of(back) and value(fields_of(back), "phone") == "1380000"
    assert value(fields_of(back), "guardians/0/name") == "测试乙"
    fresh = await visitor.get("/r/student/new?form=student_intake&fresh=1")
    assert value(fields_of(fresh), "phone") == ""
    await submit(visitor, "/r/student/new", phone="", **{"class": await class_of(site)})
    assert "已恢复" not in words_of(await visitor.get("/r/student/new"))


async def test_a_draft_belongs_to_who_typed_it(site: Site) -> None:
    visitor, other = await site.signed_in("registrar.east"), await site.signed_in("registrar.west")
    pairs = filled(fields_of(await visitor.get("/r/student/new")), **NEW)
    await visitor.post("/r/student/draft?form=student_intake", pairs, htmx="draft")
    assert value(fields_of(await other.get("/r/student/new")), "name") == ""


async def test_pressing_twice_writes_once(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    pairs = filled(fields_of(await visitor.get("/r/student/new")), **NEW, **{"class": await class_of(site)})
    before = len(await site.school.ids("student"))
    first = await visitor.post("/r/student/new?form=student_intake", [*pairs, ("~go", "save")])
    second = await visitor.post("/r/student/new?form=student_intake", [*pairs, ("~go", "save")])
    assert first.headers["location"] == second.headers["location"]
    assert len(await site.school.ids("student")) == before + 1


async def test_the_same_page_sent_again_with_other_answers_is_refused_with_a_fresh_chance(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    pairs = filled(fields_of(await visitor.get("/r/student/new")), **NEW, **{"class": await class_of(site)})
    await visitor.post("/r/student/new?form=student_intake", [*pairs, ("~go", "save")])
    other = filled(pairs, name="测试己")
    again = await visitor.post("/r/student/new?form=student_intake", [*other, ("~go", "save")])
    assert again.status_code == 409 and value(fields_of(again), "name") == "测试己"
    done = await visitor.post("/r/student/new?form=student_intake", [*fields_of(again), ("~go", "save")])
    assert "测试己" in words_of(await visitor.follow(done))


@pytest.mark.parametrize(
    "extra",
    [
        ("nonsense", "1"),
        ("status", "graduated"),
        ("guardians/0/nonsense", "1"),
        ("guardians/x/name", "1"),
        ("name/0/x", "1"),
        ("id", "5"),
        ("class/", "5"),
        ("__class__", "x"),
        ("left_on", "2026-01-01"),
        ("student_no", "1"),
    ],
)
async def test_a_form_posted_with_what_it_does_not_have_is_answered_in_words(
    site: Site, extra: tuple[str, str]
) -> None:
    visitor = await site.signed_in("registrar.east")
    pairs = filled(fields_of(await visitor.get("/r/student/new?fresh=1")), **NEW, **{"class": await class_of(site)})
    answer = await visitor.post("/r/student/new?form=student_intake", [*pairs, extra, ("~go", "save")])
    if answer.status_code == 303:  # taken as if it had not been sent
        page = await visitor.follow(answer)
        assert "在读" in words_of(page) and "毕业" not in words_of(page)
    else:
        assert answer.status_code == 422 and summary(answer)


async def test_a_form_of_another_entity_is_not_there(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    assert (await visitor.get("/r/student/new?form=leave_request")).status_code == 404
    assert (await visitor.get("/r/student/new?form=nonsense")).status_code == 404


async def test_who_may_not_create_is_told_so(site: Site) -> None:
    visitor = await site.signed_in("teacher")
    page = await visitor.get("/r/student/new")
    assert page.status_code == 403 and "不能新建" in words_of(page)


async def test_ten_megabytes_in_a_field_are_refused_in_words(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    pairs = filled(fields_of(await visitor.get("/r/student/new")), **NEW, remark="长" * 3_500_000)
    answer = await visitor.post("/r/student/new?form=student_intake", [*pairs, ("~go", "save")])
    assert answer.status_code == 413 and "Traceback" not in answer.text and "<h1>" in answer.text
    toast = await visitor.post("/r/student/new?form=student_intake", [*pairs, ("~go", "save")], htmx="main#main")
    assert toast.status_code == 413 and 'id="toasts"' in toast.text


async def test_a_long_text_within_the_limit_of_a_request_is_told_at_its_field(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    answer = await submit(visitor, "/r/student/new", **NEW, remark="长" * 100_000)
    assert answer.status_code == 422 and "最多 1000 个字" in control(answer, "remark")


async def test_warnings_do_not_stop_and_are_said_afterwards(site: Site) -> None:
    visitor = await site.signed_in("registrar.east")
    changes = {**NEW, "class": await class_of(site), "boarding": "boarder"}
    page = await visitor.follow(await submit(visitor, "/r/student/new", **changes))
    assert any("床位" in toast for toast in toasts_of(page))
    marks = re.findall(r"data-toast>\s*<svg[^>]*><use href=\"[^\"]*#(\w+)\"", page.text)
    assert marks[:2] == ["check", "warning"]


async def test_an_address_fills_in_what_it_brings_along(site: Site) -> None:
    visitor = await site.signed_in("head.east")
    number = ids(await visitor.get("/r/student?view=my_class&status=enrolled"))[0]
    page = await visitor.get(f"/r/leave_request/new?form=leave_request&student={number}")
    assert value(fields_of(page), "student") == str(number) and value(fields_of(page), "student~text") != ""
    assert value(fields_of(page), "first_day") == "2026-11-24"


async def test_a_form_that_begins_an_approval_has_its_buttons_and_leads_to_the_case(site: Site) -> None:
    visitor = await site.signed_in("head.east")
    number = ids(await visitor.get("/r/student?view=my_class&status=enrolled"))[0]
    path = f"/r/leave_request/new?form=leave_request&student={number}"
    page = await visitor.get(path)
    assert 'name="~go" value="act:submit"' in page.text and 'name="~go" value="keep"' in page.text
    answer = await submit(visitor, path, button="act:submit", kind="sick", days="1", reason="发烧", leaves_school="")
    case = await visitor.follow(answer)
    assert answer.headers["location"].startswith("/cases/") and "已成功提交" in toasts_of(case)[0]


async def test_what_an_approval_needs_is_said_at_the_field(site: Site) -> None:
    visitor = await site.signed_in("head.east")
    number = ids(await visitor.get("/r/student?view=my_class&status=enrolled"))[0]
    path = f"/r/leave_request/new?form=leave_request&student={number}"
    answer = await submit(visitor, path, button="act:submit", kind="sick", last_day="", reason="")
    assert answer.status_code == 422 and 'id="f-reason-e"' in answer.text and 'id="f-last_day-e"' in answer.text
