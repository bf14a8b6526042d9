"""The generator of the demo school: same numbers for the same seed, nothing dangling, no real person's id."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shuyuan.definitions import days, numbers
from shuyuan.definitions.accounts import accounts
from shuyuan.definitions.generate import Key, Layout, Size, generate
from shuyuan.definitions.requests import requests

PACK = Path(__file__).resolve().parents[2] / "definitions" / "school"
Row = dict[str, Any]


def _school(size: Size | None = None, seed: int = 2026) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for entity, rows in generate(size, seed):
        found.setdefault(entity, []).extend(rows)
    return found


@pytest.fixture(scope="module")
def school() -> dict[str, list[Row]]:
    return _school()


def _codes(name: str) -> set[str]:
    with (PACK / "codelists" / f"{name}.csv").open(encoding="utf-8") as lines:
        return {row["code"] for row in csv.DictReader(lines)}


def _print(size: Size, seed: int) -> str:
    return hashlib.sha256(repr(list(generate(size, seed))).encode()).hexdigest()


def test_the_same_size_and_seed_give_the_same_school() -> None:
    small = Size(students=240)
    assert _print(small, 7) == _print(small, 7)
    assert _print(small, 7) != _print(small, 8)


def test_the_default_school_is_as_large_as_it_says(school: dict[str, list[Row]]) -> None:
    counts = {entity: len(rows) for entity, rows in school.items()}
    types = Counter(org["type"] for org in school["org"])
    assert types == {"school": 1, "campus": 2, "department": 6, "grade": 6}
    assert (counts["student"], counts["class"], counts["teacher"]) == (2000, 50, 160)
    assert counts["guardian"] < 2000 <= counts["enrollment"]
    assert counts["attendance_roll"] == 50 * len(days.school_days(days.TERM_START, date(2026, 11, 24)))
    assert 1000 < counts["attendance"] < 10_000
    assert counts["leave_request"] > 300 and counts["status_change"] > 5 and counts["class_transfer_request"] > 2


def _keys(value: Any) -> list[Key]:
    if isinstance(value, Key):
        return [value]
    if isinstance(value, list):
        return [key for row in value for inner in row.values() for key in _keys(inner)]
    return []


@settings(max_examples=15, deadline=None)
@given(
    students=st.integers(1, 500),
    class_size=st.integers(5, 60),
    campuses=st.integers(0, 4),
    today=st.dates(date(2026, 9, 7), date(2027, 1, 22)),
    seed=st.integers(0, 99),
)
def test_what_a_link_leads_to_was_handed_out_before(
    students: int, class_size: int, campuses: int, today: date, seed: int
) -> None:
    seen: Counter[str] = Counter()
    for entity, rows in generate(Size(students, class_size, campuses, today=today), seed):
        assert 0 < len(rows) < 10_000
        for row in rows:
            links = [key for value in row.values() for key in _keys(value)]
            assert all(0 <= key.number < seen[key.entity] for key in links if key.entity != entity)
            assert all(key.number < seen[entity] for key in links if key.entity == entity)
            seen[entity] += 1
    assert seen["student"] == students


def test_every_resident_id_is_well_formed_and_names_no_county(school: dict[str, list[Row]]) -> None:
    people = [row for entity in ("student", "guardian", "teacher") for row in school[entity] if "resident_id" in row]
    ids = [row["resident_id"] for row in people]
    assert len(ids) == len(set(ids)) > 4000
    for row in people:
        number = row["resident_id"]
        total = sum(int(d) * pow(2, 17 - n, 11) for n, d in enumerate(number[:17]))
        last = 10 if number[17] == "X" else int(number[17])
        assert (total + last) % 11 == 1
        assert number[2:6] == "0000"
        assert number[:6] in _codes("area")
    for row in school["student"] + [t for t in school["teacher"] if "resident_id" in t]:
        assert row["birth_date"].strftime("%Y%m%d") == row["resident_id"][6:14]
        assert ("2", "1")[int(row["resident_id"][16]) % 2] == row["sex"]


def test_check_characters_agree_with_the_example_of_the_standard() -> None:
    assert numbers.check_character("11010519491231002") == "X"
    assert numbers.check_character("44052418800101001") == "4"


@given(st.integers(0, 60_000), st.integers(0, 60_000))
def test_two_people_never_share_an_id_or_a_phone(one: int, other: int) -> None:
    first = date(2010, 9, 1)
    same_id = numbers.resident_id(one, "1", first, 365) == numbers.resident_id(other, "1", first, 365)
    assert same_id == (one == other)
    assert (numbers.phone("142", one) == numbers.phone("142", other)) == (one == other)


def test_phones_lie_in_ranges_without_an_operator(school: dict[str, list[Row]]) -> None:
    phones = [row["phone"] for entity in ("student", "guardian", "teacher") for row in school[entity]]
    phones += [g["phone"] for row in school["student"] for g in row["guardians"]]
    assert {p[:3] for p in phones} == {"142", "143", "160", "169"}
    assert all(len(p) == 11 and p.isdecimal() for p in phones)


def test_codes_are_in_their_code_lists(school: dict[str, list[Row]]) -> None:
    ethnic, kinship, education, area = map(_codes, ("ethnic_group", "kinship", "education", "area"))
    assert {s["ethnic_group"] for s in school["student"]} <= ethnic
    assert {g["relation"] for s in school["student"] for g in s["guardians"]} <= kinship
    assert {p["education"] for p in school["teacher"] + school["guardian"]} <= education
    assert {s["native_place"] for s in school["student"]} <= area


def test_values_that_must_not_repeat_do_not(school: dict[str, list[Row]]) -> None:
    for entity, *fields in (
        ("student", "student_no"),
        ("student", "student_code"),
        ("teacher", "staff_no"),
        ("guardian", "phone"),
        ("org", "code"),
        ("course", "code"),
        ("class", "name"),
        ("room", "campus", "name"),
        ("period", "campus", "number"),
        ("calendar_day", "campus", "day"),
        ("class_teaching", "class", "course", "teacher", "term"),
        ("attendance_roll", "class", "day", "period"),
        ("attendance", "student", "day", "period"),
        ("line_item", "class", "course", "title"),
        ("result", "line_item", "student"),
    ):
        values = [tuple(row.get(f) for f in fields) for row in school[entity]]
        assert len(values) == len(set(values)), entity


def test_rolls_add_up_to_the_marks(school: dict[str, list[Row]]) -> None:
    missing: Counter[int] = Counter()
    for mark in school["attendance"]:
        roll = school["attendance_roll"][mark["roll"].number]
        assert (roll["class"], roll["day"]) == (mark["class"], mark["day"])
        assert mark["mark"] == mark.get("office_mark", mark["teacher_mark"])
        missing[mark["roll"].number] += mark["teacher_mark"] != "late"
    for number, roll in enumerate(school["attendance_roll"]):
        if roll["status"] == "handed_in":
            assert roll["expected"] - roll["present"] == missing[number] == roll["missing"]
            assert isinstance(roll["handed_in_at"], datetime) and roll["handed_in_at"].tzinfo
        else:
            assert roll["day"] == date(2026, 11, 24)
            assert "present" not in roll
    assert any(roll["status"] == "open" for roll in school["attendance_roll"])


def test_nobody_is_absent_before_joining_or_after_leaving(school: dict[str, list[Row]]) -> None:
    for mark in school["attendance"]:
        student = school["student"][mark["student"].number]
        assert student["enrolled_on"] <= mark["day"]
        assert "left_on" not in student or mark["day"] < student["left_on"]


def test_marks_of_leave_fall_into_their_leave(school: dict[str, list[Row]]) -> None:
    excused = [m for m in school["attendance"] if "leave" in m]
    assert excused
    for mark in excused:
        leave = school["leave_request"][mark["leave"].number]
        assert leave["student"] == mark["student"]
        assert leave["first_day"] <= mark["day"] <= leave["last_day"]
        assert leave["kind"] == mark["mark"]
    assert {len(days.school_days(r["first_day"], r["last_day"])) - r["days"] for r in school["leave_request"]} == {0}


def test_no_class_has_more_students_than_places(school: dict[str, list[Row]]) -> None:
    enrolled = Counter(s["class"].number for s in school["student"] if s["status"] == "enrolled")
    assert len(enrolled) == len(school["class"])
    assert all(enrolled[k] <= c["capacity"] for k, c in enumerate(school["class"]))


def test_every_change_of_status_has_its_request(school: dict[str, list[Row]]) -> None:
    gone = {n for n, s in enumerate(school["student"]) if s["status"] != "enrolled"}
    assert gone == {r["student"].number for r in school["status_change"]}
    assert {r["kind"] for r in school["status_change"]} == {"suspend", "transfer_out", "withdraw"}


def test_a_student_is_in_one_class_at_a_time(school: dict[str, list[Row]]) -> None:
    stays: dict[int, list[Row]] = {}
    for row in school["enrollment"]:
        stays.setdefault(row["student"].number, []).append(row)
    assert set(stays) == set(range(2000))
    for number, rows in stays.items():
        assert rows[-1]["class"] == school["student"][number]["class"]
        for before, after in pairwise(rows):
            assert before["end_date"] == after["begin_date"]
    moved = {n for n, rows in stays.items() if len(rows) > 1}
    assert moved == {r["student"].number for r in school["class_transfer_request"]}


def test_brothers_and_sisters_share_parents_on_two_campuses(school: dict[str, list[Row]]) -> None:
    families: dict[int, list[Row]] = {}
    for student in school["student"]:
        families.setdefault(student["guardians"][0]["guardian"].number, []).append(student)
    pairs = [f for f in families.values() if len(f) > 1]
    assert pairs
    for older, younger in pairs:
        assert [g["name"] for g in older["guardians"]] == [g["name"] for g in younger["guardians"]]
        assert older["address"] == younger["address"]
        campuses = [school["class"][s["class"].number]["campus"] for s in (older, younger)]
        assert campuses[0] != campuses[1]


def test_scores_are_half_points_within_full_marks(school: dict[str, list[Row]]) -> None:
    for row in school["result"]:
        assert ("score" in row) == (row["state"] == "scored")
        if "score" in row:
            assert 0 <= row["score"] <= 150 and row["score"] % Decimal("0.5") == 0


def test_load_has_exactly_the_marks_asked_for_and_streams() -> None:
    size = Size(students=3000, attendance_rows=30_011)
    counts: Counter[str] = Counter()
    seen = set()
    for entity, rows in generate(size):
        counts[entity] += len(rows)
        if entity == "attendance":
            seen.update((row["student"].number, row["day"], row["period"]) for row in rows)
            assert len(rows) <= 2 * 4000
    assert counts["attendance"] == len(seen) == 30_011
    assert counts["student"] == 3000


def test_more_marks_than_lessons_are_refused() -> None:
    with pytest.raises(ValueError, match="more than there are lessons"):
        list(generate(Size(students=60, attendance_rows=10**7)))


def test_a_large_school_grows_campuses_not_classes() -> None:
    plan = Layout(Size(students=100_000))
    assert plan.campuses == 40
    assert plan.classes == 2500
    assert [plan.class_of(s) for s in plan.students_of(777)] == [777] * 40


def test_school_days_know_the_national_day_and_its_make_up_days() -> None:
    found = days.school_days(date(2026, 9, 18), date(2026, 10, 12))
    assert date(2026, 9, 20) in found and date(2026, 10, 10) in found
    assert not any(date(2026, 10, 1) <= day <= date(2026, 10, 7) for day in found)
    assert date(2026, 9, 25) not in found
    # 104 weekdays, 7 of them holidays, and 2 weekend days on which school is held.
    assert len(days.school_days(days.TERM_START, days.TERM_END)) == 99


def test_the_accounts_are_people_of_the_school(school: dict[str, list[Row]]) -> None:
    found = accounts()
    assert len({a.login for a in found}) == len(found)
    people = [a.record for a in found if a.record]
    assert len(set(people)) == len(people)
    for one in found:
        if one.record:
            assert school[one.record.entity][one.record.number]["name"] == one.name
        assert bool(one.password) == one.shown
    shown = {a.login for a in found if a.shown}
    assert shown == {
        *("admin", "registrar.east", "registrar.west", "principal.east", "grade.east", "head.east", "head.west"),
        *("teacher", "emma", "student", "guardian"),
    }
    staff = {a.record.number for a in found if a.record and a.record.entity == "teacher"}
    assert staff == set(range(160))


def test_the_demo_people_belong_together(school: dict[str, list[Row]]) -> None:
    who = {a.login: a.record for a in accounts() if a.record}
    child = school["student"][who["student"].number]
    klass = school["class"][child["class"].number]
    assert klass["head_teacher"] == who["head.east"]
    assert school["org"][klass["grade"].number]["grade_head"] == who["grade.east"]
    assert child["guardians"][0]["guardian"] == who["guardian"]
    children = [s for s in school["student"] if s["guardians"][0]["guardian"] == who["guardian"]]
    heads = [school["class"][s["class"].number]["head_teacher"] for s in children]
    assert heads == [who["head.east"], who["head.west"]]
    teaching = Counter(row["teacher"] for row in school["class_teaching"])
    assert all(teaching[who[login]] for login in ("teacher", "emma", "head.east", "head.west"))


@pytest.mark.parametrize("size", [Size(), Size(students=600), Size(students=60, campuses=1)])
def test_requests_come_from_and_go_to_accounts(size: Size) -> None:
    logins = {a.login for a in accounts(size)}
    found = requests(size)
    assert {r.workflow for r in found} <= {"student_leave", "class_transfer", "status_change"}
    for one in found:
        assert {one.by, *(act.login for act in one.acts)} <= logins
        assert all(act.days <= one.days for act in one.acts)
    if size == Size():
        assert {r.workflow for r in found} == {"student_leave", "class_transfer", "status_change"}
