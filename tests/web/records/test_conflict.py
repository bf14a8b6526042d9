"""Two people at one record: the second sees both versions and chooses; nothing is overwritten in silence."""

from __future__ import annotations

from shuyuan.engine import detail

from tests.web.records.browsing import FormReader, fields_of, filled, words
from tests.web.site import Site, toasts_of, words_of


async def both(site: Site, mine: dict[str, str], theirs: dict[str, str]) -> tuple:
    """What the second saver is answered, who that is, and the record's number."""
    first, second = await site.signed_in("registrar.east"), await site.signed_in("admin")
    number = (await site.school.ids("student"))[0]
    path = f"/r/student/{number}/edit"
    page, other = await second.get(path), await first.get(path)
    action = f"{path}?form=student_edit"
    saved = await first.post(action, [*filled(fields_of(other), **theirs), ("~go", "save")])
    assert saved.status_code == 303
    return await second.post(action, [*filled(fields_of(page), **mine), ("~go", "save")]), second, number


async def stored(site: Site, number: int) -> dict:
    return dict((await detail(await site.school.work(), "student", number)).record.values)


async def test_both_versions_stand_side_by_side(site: Site) -> None:
    answer, _, _ = await both(
        site, {"former_name": "我改的", "dorm": "9-9"}, {"former_name": "对方改的", "previous_school": "新学校"}
    )
    assert answer.status_code == 409 and "有人先保存了" in words_of(answer)
    text = words_of(answer)
    assert "我改的" in text and "对方改的" in text and "曾用名" in text
    assert "原就读学校" in text and "新学校" in text, "what only the other changed is shown as well"
    assert "黄素芳" in text, "and who it was"


async def test_mine_is_saved_over_theirs_where_i_say_so_and_theirs_stay_elsewhere(site: Site) -> None:
    answer, visitor, number = await both(
        site, {"former_name": "我"}, {"former_name": "对方", "previous_school": "新学校"}
    )
    form = FormReader(answer.text, "conflict-form")
    pairs = [(n, v) for n, v in form.pairs if n not in ("csrf", "~keep/former_name")]
    done = await visitor.post(form.action, [*pairs, ("~keep/former_name", "mine")])
    page = await visitor.follow(done)
    assert "已成功保存" in toasts_of(page)[0]
    values = await stored(site, number)
    assert (values["former_name"], values["previous_school"]) == ("我", "新学校")


async def test_theirs_stay_where_i_say_so_and_my_other_changes_are_kept(site: Site) -> None:
    answer, visitor, number = await both(site, {"former_name": "我", "remark": "备注"}, {"former_name": "对方"})
    form = FormReader(answer.text, "conflict-form")
    pairs = [(n, v) for n, v in form.pairs if n not in ("csrf", "~keep/former_name")]
    await visitor.post(form.action, [*pairs, ("~keep/former_name", "theirs")])
    values = await stored(site, number)
    assert (values["former_name"], values["remark"]) == ("对方", "备注")


async def test_sub_tables_are_compared_and_kept_as_a_whole(site: Site) -> None:
    answer, visitor, number = await both(site, {"guardians/0/name": "我写的人"}, {"guardians/0/name": "对方的人"})
    assert answer.status_code == 409 and "我写的人" in words_of(answer) and "对方的人" in words_of(answer)
    form = FormReader(answer.text, "conflict-form")
    pairs = [(n, v) for n, v in form.pairs if n not in ("csrf", "~keep/guardians")]
    await visitor.post(form.action, [*pairs, ("~keep/guardians", "mine")])
    rows = (await stored(site, number))["guardians"]
    assert rows[0]["name"] == "我写的人"


async def test_a_third_save_in_between_is_compared_again(site: Site) -> None:
    answer, visitor, number = await both(site, {"former_name": "我"}, {"former_name": "对方"})
    third = await site.signed_in("registrar.east")
    path = f"/r/student/{number}/edit"
    again = await third.get(path)
    await third.post(f"{path}?form=student_edit", [*filled(fields_of(again), former_name="第三人"), ("~go", "save")])
    form = FormReader(answer.text, "conflict-form")
    pairs = [(n, v) for n, v in form.pairs if n not in ("csrf", "~keep/former_name")]
    last = await visitor.post(form.action, [*pairs, ("~keep/former_name", "mine")])
    assert last.status_code == 409 and "第三人" in words(last.text)


async def test_changes_of_different_fields_are_still_shown_before_they_meet(site: Site) -> None:
    answer, visitor, number = await both(site, {"remark": "我的备注"}, {"former_name": "对方"})
    assert answer.status_code == 409 and "对方" in words_of(answer)
    form = FormReader(answer.text, "conflict-form")
    done = await visitor.post(form.action, [(n, v) for n, v in form.pairs if n != "csrf"])
    assert done.status_code == 303
    values = await stored(site, number)
    assert (values["former_name"], values["remark"]) == ("对方", "我的备注")
