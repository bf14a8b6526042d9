"""The definitions pages as somebody uses them who may change definitions: look, edit, plan, publish, go back."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from tests.school import School
from tests.web.site import Site, Visitor, title_of, toasts_of, words_of

STUDENT = "school/entities/student.yaml"
FORMS = "school/forms/student.yaml"
LINE = "    former_name: {is: text, title: {zh: 曾用名, en: Former name}, maxLength: 60}\n"


def seen(page: Any) -> str:
    """What a page sends back to say what it showed."""
    found = re.search(r'name="seen" value="([^"]*)"', page.text)
    assert found, page.text[:2000]
    return found[1]


def area(page: Any) -> str:
    """What stands in the text area."""
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page.text, re.S)
    assert found
    return unescape(found[1])


async def edited(visitor: Visitor, path: str, old: str, new: str) -> Any:
    page = await visitor.get(f"/definitions/source/{path}?edit")
    assert old in area(page)
    text = area(page).replace(old, new).replace("\n", "\r\n")
    return await visitor.post(f"/definitions/source/{path}", {"seen": seen(page), "text": text})


async def published(visitor: Visitor, **more: str) -> Any:
    page = await visitor.get("/definitions/plan")
    return await visitor.post("/definitions/plan", {"seen": seen(page), **more})


async def test_the_contents_list_every_definition_of_the_live_version(site: Site) -> None:
    admin = await site.signed_in("admin")
    page = await admin.get("/definitions")
    assert page.status_code == 200
    model = site.school.engine.version.model
    for one in (*model.entities.values(), *model.workflows.values(), *model.policies.values()):
        assert one.title.zh in page.text
    links = re.findall(r'href="(/definitions/source/[^"#]+)', page.text)
    assert len(set(links)) > 30
    for link in sorted(set(links)):
        assert (await admin.get(link)).status_code == 200, link


async def test_a_field_is_added_without_yaml_and_stands_everywhere_at_once(site: Site) -> None:
    admin = await site.signed_in("admin", **{"accept-language": "en"})
    await admin.post("/settings/look", {"lang": "en", "next": "/"})
    for address in ("/definitions/field", "/definitions/field/student", "/definitions/field/student/text"):
        assert (await admin.get(address)).status_code == 200
    form = {"zh": "昵称", "en": "Nickname", "on-student_intake": "0", "views": "students"}
    answer = await admin.post("/definitions/field/student/text", form)
    assert answer.headers["location"] == "/definitions/plan"
    plan = await admin.follow(answer)
    text = words_of(plan)
    assert "昵称" in text or "Nickname" in text
    made = await admin.post("/definitions/plan", {"seen": seen(plan), "says": "for the yearbook"})
    assert made.headers["location"] == "/definitions/versions"
    after = await admin.follow(made)
    assert any("2" in toast for toast in toasts_of(after))
    assert "for the yearbook" in words_of(after)
    spec = site.school.engine.version.entity("student").field("ni_cheng")
    assert spec is not None and spec.title.en == "Nickname"
    assert "unpublished" not in words_of(await admin.get("/definitions")).lower()
    registrar = await site.signed_in("registrar.east")
    assert 'name="ni_cheng"' in (await registrar.get("/r/student/new?form=student_intake")).text
    assert "昵称" in (await registrar.get("/r/student?view=students")).text
    rows = (await registrar.get("/r/student.json?view=students&limit=1")).json()["items"]
    assert rows[0]["ni_cheng"] is None
    sheet = await registrar.get("/r/student/export/file?view=students&format=csv")
    assert "昵称" in sheet.content.decode("utf-8-sig").splitlines()[0]
    schema = (await registrar.get("/api/v1/schemas/student", headers={"accept": "application/json"})).json()
    assert "ni_cheng" in schema["properties"]


async def test_who_sees_a_new_field_is_asked_said_by_the_plan_and_kept(site: Site) -> None:
    """Without a tick neither parents nor pupils see it; the plan names the roles that do."""
    admin = await site.signed_in("admin")
    asked = (await admin.get("/definitions/field/student/text")).text
    assert re.findall(r'name="roles"[^>]*value="([a-z_]+)"( checked)?', asked) == [
        ("guardian", ""), ("student", ""), ("teacher", ""),
    ]  # fmt: skip
    placed = {"on-student_intake": "0", "on-student_edit": "0"}
    await admin.post("/definitions/field/student/text", {"zh": "操行评语", "name": "conduct", **placed})
    await admin.post("/definitions/field/student/text", {"zh": "昵称", "name": "nick", "roles": "student", **placed})
    plan = words_of(await admin.get("/definitions/plan"))
    conduct = plan[plan.index("新增字段“操行评语”") : plan.index("新增字段“昵称”")]
    nick = plan[plan.index("新增字段“昵称”") :]
    seen_by, changed_by = (re.search(word + "：([^。]*)。", conduct) for word in ("看得到的角色", "能填写或修改的角色"))
    assert seen_by and "班主任" in seen_by[1] and "家长" not in seen_by[1] and "学生" not in seen_by[1]
    assert changed_by and "教务" in changed_by[1] and "校长" not in changed_by[1]
    told = re.search("看得到的角色：([^。]*)。", nick)
    assert told and "学生" in told[1] and "家长" not in told[1]
    await published(admin)
    for login, sees in (("registrar.east", {"conduct", "nick"}), ("student", {"nick"}), ("guardian", set())):
        rows = (await (await site.signed_in(login)).get("/r/student.json?limit=1")).json()["items"]
        assert {"conduct", "nick"} & set(rows[0]) == sees, login


async def test_a_field_on_one_form_does_not_change_which_form_opens(site: Site) -> None:
    """The add-a-field form proposes every form people meet; even on one of them alone the usual forms stay."""
    admin = await site.signed_in("admin")
    asked = (await admin.get("/definitions/field/student/text")).text
    placed = dict(re.findall(r'name="(on-[a-z_]+)">(.*?)</select>', asked, re.DOTALL))
    assert {name for name, options in placed.items() if " selected" in options} == {
        "on-student_intake", "on-student_edit",
    }  # fmt: skip
    await admin.post("/definitions/field/student/text", {"zh": "昵称", "on-student_intake": "0"})
    await published(admin)
    registrar = await site.signed_in("registrar.east")
    number = (await registrar.get("/r/student.json?limit=1")).json()["items"][0]["id"]
    assert "修改学生信息" in words_of(await registrar.get(f"/r/student/{number}/edit"))
    assert "入学与离校" in words_of(await registrar.get(f"/r/student/{number}"))
    assert "登记新生" in words_of(await registrar.get("/r/student/new"))


async def test_a_mistake_is_shown_beside_its_line_and_keeps_nothing_from_being_kept(site: Site) -> None:
    admin = await site.signed_in("admin")
    page = await admin.follow(
        await edited(admin, STUDENT, "is: text, title: {zh: 曾用名", "is: txet, title: {zh: 曾用名")
    )
    number = next(n for n, line in enumerate(area_lines(page), 1) if "txet" in line)
    row = page.text[page.text.index(f'<tr id="L{number}"') :][:1500]
    assert 'class="bad"' in row.split(">")[0] and 'class="says"' in row
    plan = await admin.get("/definitions/plan")
    assert "seen" not in plan.text.split("<main")[1] and f"{STUDENT}#L{number}" in plan.text
    assert (await admin.post("/definitions/plan", {"seen": ""})).status_code == 422
    assert site.school.engine.version.number == 1
    assert "1" in words_of(await admin.get("/definitions"))


def area_lines(page: Any) -> list[str]:
    return [unescape(t) for t in re.findall(r'<tr id="L\d+"[^>]*><td>.*?</td><td>(.*?)</td>', page.text)]


async def test_a_loss_is_counted_shown_and_has_to_be_typed(site: Site) -> None:
    admin = await site.signed_in("admin")
    await edited(admin, STUDENT, LINE, "")
    await edited(admin, FORMS, "[name, former_name]", "[name]")
    await edited(admin, FORMS, "[former_name, native_place, photo]", "[native_place, photo]")
    for role in ("guardian", "student"):
        await edited(admin, f"school/policies/{role}.yaml", "name, former_name, class", "name, class")
    plan = await admin.get("/definitions/plan")
    filled = (await site.school.rows(column_count(site.school, "former_name"), "bigint"))[0][0]
    assert f"{filled} 条记录填过" in words_of(plan)
    refused = await admin.post("/definitions/plan", {"seen": seen(plan)})
    assert refused.status_code == 422 and "former_name" in words_of(refused)
    assert site.school.engine.version.number == 1
    number = re.search(r'name="typed/(\d+)"', refused.text)
    assert number
    made = await admin.post("/definitions/plan", {"seen": seen(refused), f"typed/{number[1]}": "former_name"})
    assert made.status_code == 303
    assert site.school.engine.version.number == 2


def column_count(school: School, field: str) -> str:
    entity = school.engine.version.entity("student")
    spec = entity.field(field)
    assert spec is not None
    return f"SELECT count(*) FROM t_{entity.id} WHERE c_{spec.id} IS NOT NULL"


async def test_values_that_repeat_are_named_and_nothing_can_be_published(site: Site) -> None:
    admin = await site.signed_in("admin")
    old = "previous_school: {is: text, title: {zh: 原就读学校, en: Previous school}, maxLength: 80}"
    await edited(admin, STUDENT, old, old.replace("maxLength: 80", "maxLength: 80, unique: true"))
    plan = await admin.get("/definitions/plan")
    text = words_of(plan)
    assert "“原就读学校”改为不可重复，但有" in text and "字段“原就读学校”改为不可重复。" in text
    assert 'name="seen"' not in plan.text
    assert re.search(r'href="/r/student/\d+"', plan.text)


async def test_going_back_is_one_click_and_says_what_it_does(site: Site) -> None:
    admin = await site.signed_in("admin")
    await edited(admin, STUDENT, "zh: 曾用名", "zh: 原名")
    await published(admin)
    listed = await admin.get("/definitions/versions")
    assert "/definitions/rollback/1" in listed.text and "/definitions/rollback/2" not in listed.text
    plan = await admin.get("/definitions/rollback/1")
    assert "原名" in words_of(plan)
    made = await admin.post("/definitions/rollback/1", {"seen": seen(plan)})
    after = await admin.follow(made)
    assert "恢复第 1 版" in words_of(after)
    spec = site.school.engine.version.entity("student").field("former_name")
    assert site.school.engine.version.number == 3 and spec is not None and spec.title.zh == "曾用名"


async def test_a_plan_that_was_overtaken_is_shown_afresh(site: Site) -> None:
    one = await site.signed_in("admin")
    await edited(one, STUDENT, "zh: 曾用名", "zh: 原名")
    old = await one.get("/definitions/plan")
    await publish_elsewhere(site.school)
    answer = await one.post("/definitions/plan", {"seen": seen(old)})
    assert answer.status_code == 412 and "有人发布了别的版本" in words_of(answer)
    made = await one.post("/definitions/plan", {"seen": seen(answer)})
    assert made.status_code == 303
    spec = site.school.engine.version.entity("student").field("former_name")
    assert spec is not None and spec.title.zh == "原名"
    assert site.school.engine.version.entity("room").title.zh == "课室"


async def publish_elsewhere(
    school: School, path: str = "school/entities/room.yaml", old: str = "教室", new: str = "课室"
) -> None:
    """Another worker publishes."""
    from shuyuan.engine import propose, publish

    other = await school.another()
    work = other.work()
    documents = {**work.version.documents, path: work.version.documents[path].replace(old, new)}
    found = await propose(work, documents)
    assert found.plan is not None and not found.plan.empty
    await publish(work, documents, found.plan.hash, found.plan.confirm)


async def test_the_same_line_changed_by_two_is_a_conflict_with_both(site: Site) -> None:
    admin = await site.signed_in("admin")
    await edited(admin, STUDENT, "zh: 曾用名", "zh: 原名")
    await publish_elsewhere(site.school, STUDENT, "zh: 曾用名", "zh: 旧名")
    index = await admin.get("/definitions")
    assert "先决定" in words_of(index)
    plan = await admin.get("/definitions/plan")
    clash = await admin.follow(plan)
    assert "原名" in words_of(clash) and "旧名" in words_of(clash)
    kept = await admin.post(f"/definitions/source/{STUDENT}", {"seen": seen(clash), "text": area(clash)})
    assert kept.status_code == 303
    assert (await admin.get("/definitions/plan")).status_code == 200
    assert (await published(admin)).status_code == 303
    spec = site.school.engine.version.entity("student").field("former_name")
    assert spec is not None and spec.title.zh == "原名"


async def test_two_windows_of_one_person_do_not_overwrite_each_other(site: Site) -> None:
    admin = await site.signed_in("admin")
    page = await admin.get(f"/definitions/source/{STUDENT}?edit")
    await edited(admin, STUDENT, "zh: 曾用名", "zh: 原名")
    late = area(page).replace("zh: 曾用名", "zh: 旧名")
    answer = await admin.post(f"/definitions/source/{STUDENT}", {"seen": seen(page), "text": late})
    assert answer.status_code == 409 and "旧名" in area(answer)
    taken = await admin.post(f"/definitions/source/{STUDENT}?theirs=1", {"seen": seen(answer), "text": "x"})
    assert taken.status_code == 303


async def test_edits_are_thrown_away_one_by_one_or_all(site: Site) -> None:
    admin = await site.signed_in("admin")
    await edited(admin, STUDENT, "zh: 曾用名", "zh: 原名")
    await edited(admin, FORMS, "zh: 登记新生", "zh: 新生登记")
    await admin.post(f"/definitions/discard/{STUDENT}")
    assert "原名" not in (await admin.get(f"/definitions/source/{STUDENT}")).text
    await admin.post("/definitions/discard")
    assert "新生登记" not in (await admin.get(f"/definitions/source/{FORMS}")).text


async def test_a_new_document_and_one_that_goes(site: Site) -> None:
    admin = await site.signed_in("admin")
    text = "entity: club\ntitle: {zh: 社团, en: Club}\nlabel: name\nschema:\n  required: [name]\n  properties:\n"
    text += "    name: {is: text, title: {zh: 名称, en: Name}}\n"
    assert (await admin.get("/definitions/new")).status_code == 200
    wrong = await admin.post("/definitions/new", {"path": "../up.yaml", "text": text})
    assert wrong.status_code == 422 and area(wrong) == text
    there = await admin.post("/definitions/new", {"path": STUDENT, "text": text})
    assert there.status_code == 409
    made = await admin.post("/definitions/new", {"path": "school/entities/club.yaml", "text": text})
    assert made.status_code == 303
    assert (await admin.follow(made)).status_code == 200
    assert "新增实体“社团”" in words_of(await admin.get("/definitions/plan"))
    assert (await published(admin)).status_code == 303
    page = await admin.get("/definitions/source/school/entities/club.yaml")
    await admin.post("/definitions/remove/school/entities/club.yaml", {"seen": seen(page)})
    plan = await admin.get("/definitions/plan")
    assert "删除实体“社团”" in words_of(plan) and 'name="typed/' in plan.text


async def test_versions_are_compared_in_words_and_lines(site: Site) -> None:
    admin = await site.signed_in("admin")
    await edited(admin, STUDENT, "zh: 曾用名", "zh: 原名")
    await published(admin)
    page = await admin.get("/definitions/compare")
    assert "原名" in words_of(page)
    assert re.search(r'<tr class="old">.*?曾用名', page.text) and re.search(r'<tr class="new">.*?原名', page.text)
    assert "两个版本完全一样" in words_of(await admin.get("/definitions/compare?a=2&b=2"))
    assert (await admin.get("/definitions/compare?a=1&b=99")).status_code == 404
    one = await admin.get("/definitions/versions/1")
    assert one.status_code == 200 and (await admin.get(f"/definitions/versions/1/{STUDENT}")).status_code == 200
    assert (await admin.get("/definitions/versions/1/nobody.yaml")).status_code == 404
    assert (await admin.get("/definitions/versions/77")).status_code == 404


async def test_what_is_out_of_use_is_listed_and_goes_when_it_was_kept_long_enough(site: Site) -> None:
    admin = await site.signed_in("admin")
    assert "没有停用的数据" in words_of(await admin.get("/definitions/kept"))
    await edited(admin, STUDENT, LINE, "")
    await edited(admin, FORMS, "[name, former_name]", "[name]")
    await edited(admin, FORMS, "[former_name, native_place, photo]", "[native_place, photo]")
    for role in ("guardian", "student"):
        await edited(admin, f"school/policies/{role}.yaml", "name, former_name, class", "name, class")
    plan = await admin.get("/definitions/plan")
    number = re.search(r'name="typed/(\d+)"', plan.text)
    assert number
    await admin.post("/definitions/plan", {"seen": seen(plan), f"typed/{number[1]}": "former_name"})
    page = await admin.get("/definitions/kept")
    assert "student.former_name" in words_of(page) and 'name="typed/' not in page.text
    assert (await admin.post("/definitions/kept", {"typed/1": "student.former_name"})).status_code == 422
    site.school.clock.move(days=366)
    admin = await site.signed_in("admin")
    page = await admin.get("/definitions/kept")
    assert 'name="typed/1"' in page.text
    assert (await admin.post("/definitions/kept", {"typed/1": ""})).status_code == 422
    done = await admin.post("/definitions/kept", {"typed/1": "student.former_name"})
    assert done.status_code == 303
    assert "没有停用的数据" in words_of(await admin.get("/definitions/kept"))


@pytest.mark.parametrize("ids", ["", "&ids=1"])
async def test_the_export_is_a_folder_that_publishes_nothing_new(site: Site, ids: str) -> None:
    from shuyuan.engine import propose

    admin = await site.signed_in("admin")
    answer = await admin.get(f"/definitions/export?version=1{ids}")
    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    documents = {name: archive.read(name).decode() for name in archive.namelist()}
    assert (documents == dict(site.school.engine.version.documents)) is (ids == "")
    found = await propose(site.school.engine.work(), documents)
    assert found.plan is not None and found.plan.empty, [s.kind for s in found.plan.steps]


@pytest.mark.parametrize(
    "path",
    [
        "/definitions", f"/definitions/source/{STUDENT}", "/definitions/new", "/definitions/plan",
        "/definitions/versions",
        "/definitions/versions/1", f"/definitions/versions/1/{STUDENT}", "/definitions/compare", "/definitions/export",
        "/definitions/kept",
        "/definitions/rollback/1", "/definitions/field", "/definitions/field/student",
        "/definitions/field/student/text",
    ],
)  # fmt: skip
async def test_whoever_may_not_change_definitions_sees_none_of_it(site: Site, path: str) -> None:
    teacher = await site.signed_in("head.east")
    assert (await teacher.get(path)).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        f"/definitions/source/{STUDENT}", "/definitions/new", "/definitions/plan", "/definitions/discard",
        "/definitions/rollback/1", "/definitions/field/student/text", f"/definitions/remove/{STUDENT}",
        "/definitions/kept",
    ],
)  # fmt: skip
async def test_whoever_may_not_change_definitions_changes_nothing(site: Site, path: str) -> None:
    teacher = await site.signed_in("head.east")
    form = {"text": "x", "path": "a.yaml", "seen": "", "zh": "x"}
    assert (await teacher.post(path, form)).status_code == 403
    assert await site.school.rows("SELECT count(*) FROM sy_draft WHERE form = 'definitions'", "bigint") == [(0,)]
    assert site.school.engine.version.number == 1


FAULTS = [
    ("text", {}, "zh"),
    ("text", {"zh": "名", "name": "name"}, "name"),
    ("text", {"zh": "名", "name": "Not A Name"}, "name"),
    ("choice", {"zh": "名"}, "choices"),
    ("link", {"zh": "名"}, "target"),
    ("code", {"zh": "名"}, "codelist"),
]


@pytest.mark.parametrize(("kind", "form", "control"), FAULTS)
async def test_a_field_that_lacks_something_says_what(
    site: Site, kind: str, form: dict[str, str], control: str
) -> None:
    admin = await site.signed_in("admin")
    answer = await admin.post(f"/definitions/field/student/{kind}", {**form, "help": "kept"})
    assert answer.status_code == 422 and f'href="#f-{control}"' in answer.text
    assert 'value="kept"' in answer.text
    assert await site.school.rows("SELECT count(*) FROM sy_draft WHERE form = 'definitions'", "bigint") == [(0,)]


@pytest.mark.parametrize(
    "path", ["/definitions/field/nobody", "/definitions/field/student/nothing", "/definitions/source/x"]
)
async def test_what_is_not_there_is_not_there(site: Site, path: str) -> None:
    admin = await site.signed_in("admin")
    assert (await admin.get(path)).status_code == 404


async def test_hostile_definitions_are_text_on_every_page(site: Site) -> None:
    admin = await site.signed_in("admin")
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    await edited(admin, STUDENT, "zh: 曾用名", f"zh: '{hostile}'")
    await edited(admin, FORMS, "zh: 登记新生", f"zh: '{hostile}'")
    for path in (
        "/definitions",
        f"/definitions/source/{STUDENT}",
        f"/definitions/source/{STUDENT}?edit",
        "/definitions/plan",
    ):
        text = (await admin.get(path)).text
        assert "<script>alert" not in text and "<img src=x" not in text, path
    await published(admin)
    for path in (
        "/definitions/versions",
        "/definitions/versions/2",
        "/definitions/compare",
        f"/definitions/versions/2/{quote(FORMS)}",
    ):
        text = (await admin.get(path)).text
        assert "<script>alert" not in text and "<img src=x" not in text, path


async def test_titles_say_where_one_is(site: Site) -> None:
    admin = await site.signed_in("admin")
    titles = [title_of(await admin.get(p)) for p in ("/definitions", "/definitions/plan", "/definitions/versions")]
    assert len(set(titles)) == 3 and all(titles)
