"""Acting on cases on both databases: what is written, who is asked and why, who was first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from shuyuan.engine.diagnostics import Refused, kind_of, words
from shuyuan.engine.ops.act import Press, act, act_on_all, start
from shuyuan.engine.ops.cases import all_tasks, cases_of, editable_now, inbox, load_case, path_of, requests_of
from shuyuan.engine.ops.jobs import sweep
from shuyuan.engine.ops.notices import read, read_all, seen, unread
from shuyuan.engine.store import Store, Update
from shuyuan.engine.store.tables import ACCOUNT

from .office import Office, holiday, office_of


@pytest.fixture
async def office(store: Store) -> Office:
    return await office_of(store)


def codes(refused: Refused) -> list[str]:
    return [d.code for d in refused.diagnostics]


async def test_a_submitted_request_is_written_whole(office: Office) -> None:
    answer = await office.submitted()
    assert (answer.step, answer.status, answer.version) == ("review", "open", 1)
    stored = await load_case(office.store, answer.case)
    assert stored is not None
    assert [(t.name, t.reason["why"], t.reason["role"], t.reason["unit"]) for t in stored.state.tasks] == [
        ("hanna", "role", "head", "class")
    ]
    assert stored.unit == office.orgs["class"]
    assert stored.open_key == f"w:{office.records_of['sam']}"
    row = await office.records.row("request", stored.record)
    assert row is not None
    assert (row["c_f6"], row["version"]) == ("review", 2)
    path = await path_of(office.store, answer.case)
    assert [(e.act, e.step, e.to_step, e.by) for e in path] == [
        ("start", "s_draft", "", "sam"),
        ("submit", "s_draft", "s_route", "sam"),
        ("auto", "s_route", "s_review", ""),
    ]
    assert path[1].labels["step"].en == "Fill in"
    assert await office.rows("SELECT op, origin FROM sy_history", "text", "text") == [("act", f"case:{answer.case}")]
    assert await office.one("SELECT count(*) FROM sy_audit") == 1
    assert await office.one("SELECT count(*) FROM sy_job WHERE kind = 'timer'") == 2


async def test_an_approval_changes_the_record_and_those_its_links_lead_to(office: Office) -> None:
    answer = await office.submitted(days=3)
    answer = await office.press("hanna", answer.case, "approve", answer.version, values={"days": 2}, comment="ok")
    assert (answer.step, answer.status) == ("done", "passed")
    stored = await load_case(office.store, answer.case)
    assert stored is not None and stored.open_key is None and stored.closed_at
    row = await office.records.row("request", stored.record)
    org = await office.records.row("org", office.orgs["class"])
    assert row is not None and org is not None
    assert (row["c_f2"], row["c_f5"], row["c_f6"]) == (2, 4, "done")
    assert org["c_f4"] == 1
    assert await office.rows("SELECT kind, key FROM sy_job WHERE kind = 'effect'", "text", "text") == [
        ("effect", f"{answer.case}:2:0")
    ]
    assert await office.one("SELECT count(*) FROM sy_job WHERE kind = 'timer'") == 2
    await sweep(office.store, office.clock.ms)
    assert await office.one("SELECT count(*) FROM sy_job WHERE kind = 'timer'") == 0
    assert [(t.name, t.state, t.act, t.comment) for t in await all_tasks(office.store, answer.case)] == [
        ("sam", "done", "submit", ""),
        ("hanna", "done", "approve", "ok"),
    ]


async def told(office: Office, name: str) -> list[tuple[Any, ...]]:
    """The notices of somebody as they are stored: id, at, title, text, link."""
    text = f"SELECT id, at, title, text, link FROM sy_notice WHERE account = {office.people[name]} ORDER BY id"
    return await office.rows(text, "bigint", "bigint", "json", "json", "text")


async def test_notices_reach_those_concerned_in_both_languages(office: Office) -> None:
    answer = await office.submitted()
    ((number, _, title, text, link),) = await told(office, "hanna")
    assert title == {"zh": "待办：请假", "en": "For you: Leave"}
    assert link == f"/cases/{answer.case}"
    assert "“{label}”" in text["zh"], "what it is about is put in for whoever reads it, as far as they see it"
    await office.press("hanna", answer.case, "approve")
    assert [row[2]["en"] for row in await told(office, "sam")] == ["Leave: Granted"]
    assert await unread(office.store, office.people["hanna"]) == 1
    await read(office.store, office.people["sam"], [number], 5)
    assert await unread(office.store, office.people["hanna"]) == 1
    await read(office.store, office.people["hanna"], [number], 5)
    assert await unread(office.store, office.people["hanna"]) == 0
    (newest,) = await told(office, "sam")
    await read_all(office.store, office.people["sam"], newest[1], 5)
    assert await unread(office.store, office.people["sam"]) == 0


async def test_looking_at_a_case_marks_its_tasks_seen(office: Office) -> None:
    answer = await office.submitted()
    await seen(office.store, office.people["hanna"], answer.case, 77)
    (line,) = await inbox(office.store, office.people["hanna"])
    assert (line.seen_at, line.case, line.version, line.requester, line.step) == (77, answer.case, 1, "sam", "s_review")
    assert await unread(office.store, office.people["hanna"]) == 0
    assert [r.case for r in await requests_of(office.store, office.people["sam"])] == [answer.case]
    assert [r.case for r in await cases_of(office.store, line.record)] == [answer.case]


async def test_the_second_of_two_is_told_who_was_first(office: Office) -> None:
    answer = await office.submitted()
    office.clock.move(minutes=5)
    await office.press("paula", answer.case, "cancel", answer.version)
    with pytest.raises(Refused) as caught:
        await office.press("hanna", answer.case, "approve", answer.version)
    assert codes(caught.value) == ["FLOW_021"]
    said = words(caught.value.diagnostics[0], "zh").what
    assert "paula" in said and "11-24 10:05" in said
    assert caught.value.detail.state.status == "cancelled"
    assert kind_of(caught.value.diagnostics) == "conflict"


async def test_people_signing_the_same_step_do_not_get_in_each_others_way(office: Office) -> None:
    answer = await office.submitted(days=9)
    for name in ("ben", "bea", "bob"):
        office.clock.move(minutes=1)
        last = await office.press(name, answer.case, "approve", answer.version)
    assert last.status == "passed"


async def test_a_remark_does_not_get_in_the_way_of_an_approval(office: Office) -> None:
    answer = await office.submitted()
    await office.press("sam", answer.case, "comment", comment="soon, please")
    assert (await office.press("hanna", answer.case, "approve", answer.version)).status == "passed"


async def test_the_same_token_gives_the_first_answer_and_acts_once(office: Office) -> None:
    answer = await office.submitted()
    first = await office.press("hanna", answer.case, "approve", answer.version, token="t1")
    again = await office.press("hanna", answer.case, "approve", answer.version, token="t1")
    assert again.repeated and not first.repeated
    assert (again.version, again.status, again.title) == (first.version, first.status, first.title)
    with pytest.raises(Refused):
        await office.press("sam", answer.case, "approve", answer.version, token="t1")
    assert await office.one("SELECT count(*) FROM sy_case_entry WHERE act = 'approve'") == 1


async def test_a_second_request_leads_to_the_one_that_is_open(office: Office) -> None:
    answer = await office.submitted()
    with pytest.raises(Refused) as caught:
        await office.submitted(reason="again")
    assert codes(caught.value) == ["FLOW_022"]
    assert caught.value.detail == {"case": answer.case}
    assert f"/cases/{answer.case}" in words(caught.value.diagnostics[0], "en").remedy
    assert await office.one("SELECT count(*) FROM sy_case") == 1
    await office.press("hanna", answer.case, "approve")
    assert (await office.submitted(reason="again")).status == "open"


async def test_a_stranger_learns_nothing_of_a_case(office: Office) -> None:
    answer = await office.submitted()
    with pytest.raises(Refused) as caught:
        await office.press("bob", answer.case, "approve")
    assert codes(caught.value) == ["FLOW_030"]
    with pytest.raises(Refused) as caught:
        await office.press("bob", 999_999_999, "approve")
    assert codes(caught.value) == ["FLOW_030"]


@pytest.mark.parametrize("name", ["timer", "start"])
async def test_acts_of_the_engine_are_not_for_people(office: Office, name: str) -> None:
    answer = await office.submitted()
    with pytest.raises(Refused):
        await office.press("hanna", answer.case, name, options={"visit": 2, "index": 0, "round": 1, "at": 0})


async def test_all_reasons_come_at_once_and_nothing_is_written(office: Office) -> None:
    record = await office.request(reason="")
    with pytest.raises(Refused) as caught:
        await start(office, office.actor("sam"), "w", record, act="submit")
    assert codes(caught.value) == ["FLOW_008"]
    assert await office.one("SELECT count(*) FROM sy_case") == 0
    assert await office.one("SELECT count(*) FROM sy_task") == 0


async def test_a_field_the_step_does_not_open_stays_as_it_is(office: Office) -> None:
    answer = await office.submitted()
    with pytest.raises(Refused) as caught:
        await office.press("hanna", answer.case, "approve", values={"reason": "x"})
    assert codes(caught.value) == ["FLOW_013"]


async def test_without_a_head_the_principal_of_the_school_is_asked(office: Office) -> None:
    org = office.records.tables["org"]
    await office.store.apply([Update(org, {"id": office.orgs["class"]}, {"c_f3": None})])
    answer = await office.submitted()
    stored = await load_case(office.store, answer.case)
    assert stored is not None
    assert [(t.name, t.reason["unit"], t.reason["via"]) for t in stored.state.tasks] == [("paula", "school", "nobody")]


async def test_accounts_switched_off_and_grants_out_of_date_are_not_asked(office: Office) -> None:
    await office.store.apply([Update(ACCOUNT, {"id": office.people["ben"]}, {"active": False})])
    await office.person("olga")
    await office.grant("olga", "board", "school", until=office.clock.ms - 1)
    answer = await office.submitted(days=9)
    assert [t.name for t in await all_tasks(office.store, answer.case)] == ["sam", "bea", "bob"]


async def test_a_role_held_everywhere_comes_behind_every_unit(office: Office) -> None:
    await office.person("gala")
    await office.grant("gala", "board")
    answer = await office.submitted(days=9)
    assert [t.name for t in await all_tasks(office.store, answer.case)] == ["sam", "ben", "bea", "bob"]


async def test_due_dates_skip_holidays_and_count_made_up_days(office: Office) -> None:
    await holiday(office, date(2026, 11, 25))
    await holiday(office, date(2026, 11, 28), "make_up")
    office.clock.move(days=1)  # Wednesday the 25th, which is off
    answer = await office.submitted()
    (line,) = await inbox(office.store, office.people["hanna"])
    assert line.due_at == office.clock.ms + 2 * 86_400_000
    due = await office.rows(
        f"SELECT due_at FROM sy_job WHERE kind = 'timer' AND case_id = {answer.case} ORDER BY due_at", "bigint"
    )
    assert [d - office.clock.ms for (d,) in due] == [86_400_000, 3 * 86_400_000]


async def test_the_case_page_says_who_can_act_why_and_what_comes_next(office: Office) -> None:
    answer = await office.submitted()
    view = await office.view("sam", answer.case)
    offers = {o.act: o for o in view.offers}
    assert not offers["approve"].enabled
    assert "hanna" in words(offers["approve"].reasons[0], "zh").what
    assert offers["withdraw"].enabled
    assert [a.title.en for a in view.ahead] == ["Granted"]
    assert [t.reason.get("role") for t in view.tasks] == [None, "head"]
    view = await office.view("hanna", answer.case)
    offers = {o.act: o for o in view.offers}
    assert offers["approve"].enabled and offers["approve"].edit == ("days",)
    assert offers["reject"].needs == ("comment",)


async def test_a_bulk_act_answers_for_each_case(office: Office) -> None:
    await office.person("tom", "student", **{"class": office.orgs["class"]})
    first = await office.submitted()
    second = await start(office, office.actor("tom"), "w", await office.request(student="tom"), act="submit")
    await office.press("tom", second.case, "withdraw")
    cases = [(first.case, first.version), (second.case, second.version), (first.case, first.version)]
    found = await act_on_all(office, office.actor("hanna"), cases, "approve")
    assert [(o.case, o.answer is not None, [d.code for d in o.reasons]) for o in found] == [
        (first.case, True, []),
        (second.case, False, ["FLOW_021"]),
    ]


async def test_a_handed_over_task_waits_for_the_other_person(office: Office) -> None:
    answer = await office.submitted()
    await office.press("hanna", answer.case, "hand_over", people=(office.people["bob"],), comment="away")
    assert await inbox(office.store, office.people["hanna"]) == []
    (line,) = await inbox(office.store, office.people["bob"])
    assert line.case == answer.case
    tasks = (await all_tasks(office.store, answer.case))[1:]
    assert [(t.name, t.state, t.comment) for t in tasks] == [("hanna", "moved", "away"), ("bob", "open", "")]
    assert tasks[1].reason["by"] == "hanna"
    assert (await office.press("bob", answer.case, "approve")).status == "passed"


async def test_an_account_that_is_switched_off_cannot_be_chosen(office: Office) -> None:
    answer = await office.submitted()
    await office.store.apply([Update(ACCOUNT, {"id": office.people["bob"]}, {"active": False})])
    with pytest.raises(Refused) as caught:
        await office.press("hanna", answer.case, "hand_over", people=(office.people["bob"],))
    assert codes(caught.value) == ["FLOW_023"]


async def test_a_change_of_the_record_meanwhile_is_decided_anew(office: Office) -> None:
    """The guard is asked of the record as it is when the act is written, not as it was loaded."""
    answer = await office.submitted(days=2)
    stored = await load_case(office.store, answer.case)
    assert stored is not None
    load = office.records.load
    changes = iter([5])

    async def slow(*args: object) -> object:
        subject = await load(*args)  # type: ignore[arg-type]
        for days in changes:
            row = await office.records.row("request", stored.record)
            assert row is not None
            table = office.records.tables["request"]
            await office.store.apply(
                [Update(table, {"id": stored.record}, {"c_f2": days, "version": row["version"] + 1})]
            )
        return subject

    office.records.load = slow  # type: ignore[assignment,method-assign]
    await office.press("hanna", answer.case, "approve")
    row = await office.records.row("request", stored.record)
    assert row is not None and (row["c_f2"], row["c_f5"]) == (5, 10)


async def test_the_act_of_nobody_known_is_refused(office: Office) -> None:
    answer = await office.submitted()
    with pytest.raises(Refused) as caught:
        await act(office, office.actor("hanna"), answer.case, Press("explode"))
    assert codes(caught.value) == ["FLOW_012"]


async def test_whoever_is_asked_may_change_the_fields_of_the_step(office: Office) -> None:
    answer = await office.submitted()
    (line,) = await requests_of(office.store, office.people["sam"])
    assert await editable_now(office, line.record, office.people["hanna"]) == {"days"}
    assert await editable_now(office, line.record, office.people["sam"]) == frozenset()
    await office.press("hanna", answer.case, "return")
    assert await editable_now(office, line.record, office.people["sam"]) == {"reason", "days"}


async def test_an_approval_is_one_statement_on_postgresql(
    postgres_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = await office_of(postgres_store)
    answer = await office.submitted()

    async def never(self: object, parts: object) -> None:
        raise AssertionError("sent one by one")

    monkeypatch.setattr(type(postgres_store), "_one_by_one", never)
    answer = await office.press("hanna", answer.case, "return", comment="which days?", token="t")
    assert (await office.press("sam", answer.case, "submit", answer.version)).step == "review"


LEVELS = """
workflow: leave
steps:
  draft: {by: owner, go: {submit: heads}}
  heads: {by: {role: board, up: all}, sign: {pass_when: all, in_turn: true}, go: {approve: done, reject: refused}}
  done: {end: ok}
  refused: {end: failed}
"""


async def test_managers_are_asked_level_by_level_up_the_tree(store: Store) -> None:
    office = await office_of(store, LEVELS)
    await office.person("carl")
    await office.grant("carl", "board", "class")
    case = (await office.submitted()).case
    asked = (await office.view("sam", case)).stored.state.tasks
    assert [t.name for t in asked] == ["carl", "ben", "bea", "bob"]
    assert [t.state for t in asked] == ["open", "waiting", "waiting", "waiting"]
    assert [t.reason["unit"] for t in asked] == ["class", "school", "school", "school"]
    with pytest.raises(Refused) as caught:
        await office.press("bea", case, "approve")
    assert codes(caught.value) == ["FLOW_003"]
    for name in ("carl", "ben", "bea", "bob"):
        answer = await office.press(name, case, "approve")
    assert answer.status == "passed"
