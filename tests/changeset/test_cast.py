"""What becomes of a submission: values, changes, and everything that stands against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from shuyuan.engine.changeset import recast, with_taken
from shuyuan.engine.diagnostics import words
from shuyuan.engine.model import Expr, Record, Ref, Rule, Text

from .cases import COMPILED, ENTRY, GIVEN, NEW, OPEN, PHOTO, STORED, a, entity, option, stored, submit, told

YOUNG = "110101201903074632"


def test_a_new_record_gets_its_values_defaults_and_computed_fields() -> None:
    made = submit(NEW)
    assert made.ok
    assert told(made) == {}
    assert made.id is None
    assert made.version == 0
    assert made.unit == OPEN.id
    assert {k: v for k, v in made.values.items() if v is not None} == {
        "name": "张三",
        "id_number": "110101200003074632",
        "birth_date": date(2000, 3, 7),
        "class": OPEN,
        "boarding": "day",
        "status": "applied",
        "guardians": (
            {"id": None, "name": "张父", "phone": "13812345678", "relation": "51", "called": "张父 (13812345678)"},
        ),
        "age": 26,
        "campus_name": "东校区",
    }
    assert "age" not in made.changes
    assert made.changes["boarding"] == (None, "day")
    assert made.computed == {"birth_date", "age", "campus_name"}


def test_what_was_sent_is_kept_as_it_was_for_the_form_that_is_shown_again() -> None:
    raw = {**NEW, "name": " 张　三 ", "fee": "abc"}
    made = submit(raw, source="page")
    assert made.raw == raw
    assert made.values["name"] == "张三"
    assert told(made) == {"fee": ["REC_009"]}


def test_a_change_of_one_field_leaves_the_others_and_names_before_and_after() -> None:
    made = submit({"fee": 1200.5}, STORED)
    assert made.ok
    assert made.changes == {"fee": (None, Decimal("1200.50"))}
    assert (made.id, made.version, made.unit) == (9, 4, 5)


def test_sending_back_what_the_api_gave_changes_nothing() -> None:
    echo = {
        **COMPILED.to_json(STORED.values),
        "id": 9,
        "version": 4,
        "label": "x",
        "age": 26,
        "created_at": "2026-01-01T00:00:00Z",
    }
    made = submit(echo, STORED, refs={})
    assert told(made) == {}
    assert made.changes == {}


def test_everything_missing_is_named_at_once() -> None:
    assert told(submit({})) == {"name": ["REC_001"], "class": ["REC_001"]}
    assert told(submit({"name": " ", "class": ""}, source="page")) == {"name": ["REC_001"], "class": ["REC_001"]}


def test_only_an_object_is_a_record() -> None:
    for raw in ([], "x", None, 5):
        made = submit(raw)
        assert told(made) == {"": ["REC_064"]}
        assert made.changes == {} or made.id is None


def test_an_unknown_field_is_refused_by_name_with_the_nearest_known_one() -> None:
    made = submit({**NEW, "id_numbr": "x", "": 1})
    assert told(made) == {"id_numbr": ["REC_002"], "": ["REC_002"]}
    assert "id_number" in words(made.errors[0], "en").what


# ---------------------------------------------------------------- fields nobody may send


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("student_no", "202699999", "REC_003"),
        ("status", "enrolled", "REC_066"),
        ("age", 3, "REC_003"),
        ("campus_name", "西", "REC_003"),
    ],
)
@pytest.mark.parametrize("source", ["page", "api", "bulk"])
def test_what_the_engine_sets_is_refused_at_every_entrance(name: str, value: Any, code: str, source: str) -> None:
    made = submit({**NEW, name: value}, source=source)
    assert told(made) == {name: [code]}
    assert made.values[name] != value


def test_an_import_may_bring_old_numbers_but_no_status() -> None:
    made = submit({**NEW, "student_no": "201500017"}, source="import")
    assert made.ok
    assert made.values["student_no"] == "201500017"
    assert told(submit({**NEW, "status": "enrolled"}, source="import")) == {"status": ["REC_066"]}
    assert told(submit({"student_no": "201500017"}, STORED, source="import")) == {"student_no": ["REC_003"]}


def test_a_workflow_sets_the_status_and_no_computed_field() -> None:
    made = submit({"status": "applied"}, STORED, source="workflow")
    assert made.changes == {"status": ("enrolled", "applied")}
    assert told(submit({"campus_name": "西"}, STORED, source="workflow")) == {"campus_name": ["REC_003"]}


def test_a_field_somebody_may_not_write_is_refused_unless_it_stays_as_it_is() -> None:
    may = frozenset({"name", "boarding"})
    assert told(submit({"name": "李四", "fee": 5}, STORED, allowed=may)) == {"fee": ["REC_004"]}
    made = submit({"name": "李四", "class": 5, "fee": "", "tags": ["art"]}, STORED, allowed=may, refs={})
    assert told(made) == {}
    assert list(made.changes) == ["name"]


def test_a_masked_value_that_comes_back_is_not_stored() -> None:
    made = submit({"id_number": "110***********4632", "name": "张*"}, STORED, source="page")
    assert told(made) == {}
    assert made.changes == {}


# ---------------------------------------------------------------- computed values


def test_a_computed_value_follows_what_it_is_computed_from() -> None:
    made = submit({"id_number": "110101201503074633"}, STORED)
    assert made.changes["birth_date"] == (date(2000, 3, 7), date(2015, 3, 7))


def test_a_value_somebody_entered_in_place_of_a_computed_one_stays() -> None:
    made = submit({"birth_date": "2000-03-08"}, STORED)
    assert made.changes == {"birth_date": (date(2000, 3, 7), date(2000, 3, 8))}
    assert "birth_date" not in made.computed
    own = stored(birth_date=date(2000, 3, 8))
    assert submit({"fee": 1}, own).changes.keys() == {"fee"}
    assert submit({"id_number": "110101201503074633"}, own).values["birth_date"] == date(2000, 3, 8)
    assert submit({"birth_date": ""}, own).values["birth_date"] == date(2000, 3, 7)


def test_a_computed_value_that_a_page_sends_back_untouched_is_computed_anew() -> None:
    changed = {"id_number": "110101201503074633", "birth_date": "2000-03-07"}
    assert submit(changed, STORED, source="page").values["birth_date"] == date(2015, 3, 7)
    fresh = {**NEW, **changed}
    assert submit(fresh, source="page").values["birth_date"] == date(2000, 3, 7)
    assert submit(fresh, source="page", shown={"birth_date": "2000-03-07"}).values["birth_date"] == date(2015, 3, 7)


def test_a_misread_override_is_an_error_and_not_replaced_in_silence() -> None:
    assert told(submit({"birth_date": "soon"}, STORED)) == {"birth_date": ["REC_016"]}


def test_computed_values_are_rounded_chained_and_refused_when_they_do_not_fit() -> None:
    compiled = entity(
        a("third", "decimal", value=Expr("n / 3")),
        a("twice", "integer", value=Expr("third * 2")),
        a("word", "text", {"maxLength": 3}, value=Expr("string(n)")),
        a("n", "integer"),
    )
    made = submit({"n": 100}, compiled=compiled)
    assert (made.values["third"], made.values["twice"], made.values["word"]) == (Decimal("33.33"), 67, "100")
    assert told(submit({"n": 1000}, compiled=compiled)) == {"word": ["REC_067"]}


# ---------------------------------------------------------------- what applies only sometimes


def test_a_field_is_required_only_while_it_applies() -> None:
    assert told(submit({**NEW, "boarding": "boarder"})) == {"dorm": ["REC_001"]}
    assert submit(NEW).ok
    assert "dorm" in submit(NEW).hidden


@pytest.mark.parametrize("source", ["page", "api", "import", "bulk"])
def test_a_value_of_a_field_that_does_not_apply_is_dropped_at_every_entrance(source: str) -> None:
    made = submit({**NEW, "dorm": "3-412"}, source=source)
    assert made.ok
    assert made.values["dorm"] is None
    assert told(made) == ({} if source == "page" else {"dorm": ["REC_061"]})


def test_a_stored_value_goes_when_its_field_ceases_to_apply() -> None:
    made = submit({"boarding": "day"}, stored(boarding="boarder", dorm="3-412"))
    assert made.changes == {"boarding": ("boarder", "day"), "dorm": ("3-412", None)}


def test_hiding_spreads_through_fields_that_depend_on_each_other() -> None:
    compiled = entity(
        a("c", when=Expr("b != null"), required=True),
        a("b", when=Expr('a = "x"'), default="b"),
        a("a"),
    )
    assert submit({"a": "y", "b": "1"}, compiled=compiled).hidden == {"b", "c"}
    assert told(submit({"a": "x"}, compiled=compiled)) == {"c": ["REC_001"]}


def test_a_form_adds_its_own_conditions_and_fields() -> None:
    made = submit(NEW, entry=ENTRY)
    assert told(made) == {"guardians": ["REC_061"]}
    assert "guardians" in made.hidden
    assert made.values["guardians"] == ()
    young = submit({**NEW, "id_number": YOUNG}, entry=ENTRY)
    assert len(young.values["guardians"]) == 1
    assert told(submit({**NEW, "id_number": YOUNG, "fee": 5, "email": "a@b.cc"}, entry=ENTRY)) == {
        "fee": ["REC_070"],
        "email": ["REC_070"],
    }


def test_a_form_may_keep_what_it_hides() -> None:
    keep = replace(ENTRY, keep=True)
    made = submit({"name": "李四"}, STORED, entry=keep)
    assert "guardians" in made.hidden
    assert made.changes == {"name": ("张三", "李四")}
    broken = submit({"name": "李四", "guardians": [{"phone": "x"}]}, STORED, entry=keep)
    assert broken.ok
    assert broken.values["guardians"] == STORED.values["guardians"]


def test_a_form_does_not_drop_what_its_user_may_not_change() -> None:
    made = submit({"name": "李四"}, STORED, entry=ENTRY, allowed=frozenset({"name"}))
    assert made.changes == {"name": ("张三", "李四")}
    assert submit({"name": "李四"}, STORED, entry=ENTRY).changes.keys() == {"name", "guardians"}


# ---------------------------------------------------------------- old faults


def test_an_old_fault_that_is_left_alone_is_a_warning() -> None:
    old = stored(id_number="110101200003070000", name=None)
    made = submit({"id_number": "110101200003070000", "name": "", "fee": 7}, old, source="page")
    assert made.ok
    assert told(made) == {"id_number": ["REC_060"], "name": ["REC_060"]}
    assert list(made.changes) == ["fee"]
    assert "校验" not in words(made.warnings[0], "zh").what
    assert "对不上" in words(made.warnings[0], "zh").what


def test_an_old_fault_that_is_touched_has_to_be_mended() -> None:
    old = stored(id_number="110101200003070000")
    assert told(submit({"id_number": "110101200003070001"}, old)) == {"id_number": ["REC_044"]}
    assert told(submit({"name": ""}, STORED)) == {"name": ["REC_001"]}


def test_an_old_fault_in_a_field_that_was_not_sent_is_not_mentioned() -> None:
    assert told(submit({"fee": 7}, stored(name=None, id_number="x"))) == {}


def test_a_code_that_went_out_of_force_may_stay_but_not_be_chosen() -> None:
    rows = ({"id": 71, "name": "张父", "phone": None, "relation": "99", "called": None},)
    made = submit({"guardians": [{"id": 71, "name": "张祖父", "relation": "99"}]}, stored(guardians=rows))
    assert told(made) == {"guardians/0/relation": ["REC_060"]}
    assert told(submit({**NEW, "guardians": [{"name": "张", "relation": "99"}]})) == {
        "guardians/0/relation": ["REC_028"]
    }


def test_a_field_that_becomes_required_by_this_change_is_no_old_fault() -> None:
    assert told(submit({"boarding": "boarder"}, STORED)) == {"dorm": ["REC_001"]}
    assert told(submit({"fee": 3}, stored(boarding="boarder"))) == {}


# ---------------------------------------------------------------- links and files


def test_a_link_must_be_known_and_meet_the_condition_of_its_field() -> None:
    assert told(submit({**NEW, "class": 77})) == {"class": ["REC_029"]}
    assert told(submit({**NEW, "class": 6})) == {"class": ["REC_030"]}


def test_a_link_that_stays_needs_neither_to_be_fetched_nor_to_meet_the_condition() -> None:
    gone = stored(**{"class": Ref(6, "高一(4)班", {"status": "closed"})})
    made = submit({"class": "6", "name": "李四"}, gone, refs={})
    assert told(made) == {}
    assert made.changes == {"name": ("张三", "李四"), "campus_name": ("东校区", None)}


def test_a_condition_of_a_link_sees_the_record_the_unit_and_who_acts() -> None:
    compiled = entity(
        a("campus", "campus"),
        a("class", "class", {"where": "campus = record.campus and unit = campus and actor.id = 3"}),
        unit=("campus",),
    )
    refs = {"campus": {1: Ref(1), 2: Ref(2)}, "class": {5: Ref(5, "", {"campus": Ref(1)})}}
    assert submit({"campus": 1, "class": 5}, compiled=compiled, refs=refs).ok
    assert told(submit({"campus": 2, "class": 5}, compiled=compiled, refs=refs)) == {"class": ["REC_030"]}


def test_a_stored_file_stays_without_being_fetched() -> None:
    assert submit({"photo": 8}, STORED, files={}).changes == {}
    assert told(submit({"photo": 9}, STORED, files={})) == {"photo": ["REC_037"]}
    assert submit({"photo": None}, STORED).changes == {"photo": (PHOTO, None)}


def test_the_unit_of_a_record_is_found_through_its_links() -> None:
    compiled = entity(a("class", "class"), unit=("class", "campus"))
    assert submit({"class": 5}, compiled=compiled).unit == 1
    assert submit({}, compiled=compiled).unit is None
    itself = entity(a("name"), unit=("self",))
    assert submit({"name": "x"}, Record("thing", 3, 1, {}), compiled=itself).unit is None


# ---------------------------------------------------------------- rules


def test_a_rule_is_reported_at_the_fields_it_names() -> None:
    made = submit({**NEW, "id_number": YOUNG, "guardians": []})
    assert told(made) == {"guardians": ["REC_058"]}
    assert words(made.errors[0], "en").what == "Under 14 a guardian is needed"


def test_a_rule_may_be_a_warning_only() -> None:
    made = submit({**NEW, "fee": 20_000})
    assert made.ok
    assert told(made) == {"fee": ["REC_059"]}


def test_a_rule_the_stored_record_broke_alike_is_a_warning_until_its_fields_change() -> None:
    old = stored(id_number=YOUNG, birth_date=date(2019, 3, 7), guardians=None)
    assert told(submit({"fee": 7}, old)) == {"guardians": ["REC_060"]}
    assert told(submit({"guardians": []}, old)) == {"guardians": ["REC_060"]}
    other = submit({"id_number": "110101201503074633"}, old)
    assert told(other) == {"guardians": ["REC_058"]}


def test_a_rule_over_a_field_that_could_not_be_read_waits_for_it() -> None:
    compiled = entity(a("n", "integer"), rules=(Rule(Expr("n = null"), Text("缺"), ("n",)),))
    assert told(submit({"n": "x"}, compiled=compiled)) == {"n": ["REC_009"]}
    assert told(submit({}, compiled=compiled)) == {"n": ["REC_058"]}


def test_rules_over_the_record_in_json_schema_are_applied_to_its_json() -> None:
    compiled = entity(a("mail"), a("phone"), constraints={"anyOf": [{"required": ["mail"]}, {"required": ["phone"]}]})
    assert told(submit({}, compiled=compiled)) == {"": ["REC_063"]}
    assert submit({"mail": "x"}, compiled=compiled).ok
    dependent = entity(a("mail"), a("phone"), constraints={"dependentRequired": {"mail": ["phone"]}})
    assert told(submit({"mail": "x"}, compiled=dependent)) == {"phone": ["REC_001"]}
    old = Record("thing", 1, 1, {"mail": "x"})
    assert told(submit({"mail": "x"}, old, compiled=dependent)) == {"phone": ["REC_060"]}


def test_json_schema_keywords_of_a_field_are_applied_to_its_value() -> None:
    compiled = entity(a("n", "integer", {"enum": [1, 2, 4]}), a("s", "text", {"not": {"const": "no"}}))
    assert submit({"n": "2", "s": "yes"}, compiled=compiled).ok
    assert told(submit({"n": 3, "s": "no"}, compiled=compiled)) == {"n": ["REC_024"], "s": ["REC_063"]}


def test_expressions_see_the_clock_the_actor_and_the_files() -> None:
    compiled = entity(
        a("on", "date", default=Expr("today()")),
        a("at", "datetime", default=Expr("now()")),
        a("by", "teacher", {"to": "class"}, default=Expr("actor.record")),
        a("photo", "image"),
        a("big", "boolean", value=Expr("photo.size > 500")),
        a("kind", "choice", choices=option("x", "y"), default="y"),
    )
    made = submit({"photo": 8}, compiled=compiled, now=datetime(2026, 3, 1, 17, tzinfo=UTC))
    assert told(made) == {}
    assert made.values["on"] == date(2026, 3, 2)
    assert made.values["at"] == datetime(2026, 3, 1, 17, tzinfo=UTC)
    assert made.values["by"] == Ref(40)
    assert made.values["big"] is True
    assert made.values["kind"] == "y"


# ---------------------------------------------------------------- later remarks


def test_a_clash_found_by_the_database_becomes_an_error_of_the_field() -> None:
    made = with_taken(submit(NEW), COMPILED, ("id_number",))
    assert not made.ok
    assert told(made) == {"id_number": ["REC_056"]}
    shown = words(made.errors[0], "zh").what
    assert "110***********4632" in shown
    assert "20000307" not in shown
    both = with_taken(submit(NEW), COMPILED, ("name", "class"))
    assert told(both) == {"name": ["REC_057"], "class": ["REC_057"]}
    assert "姓名、班级" in words(both.errors[0], "zh").what
    assert told(with_taken(submit(NEW), COMPILED, ("guardians.phone",))) == {"guardians": ["REC_056"]}
    assert made.at("id_number") == made.errors
    assert made.at("name") == ()


def test_while_somebody_fills_in_nothing_is_missing_and_no_rule_applies() -> None:
    made = recast(COMPILED, {"boarding": "boarder", "fee": "x", "id_number": YOUNG}, given=GIVEN, entry=ENTRY)
    assert told(made) == {"fee": ["REC_070"]}
    assert "dorm" not in made.hidden
    assert "guardians" not in made.hidden
    assert made.values["birth_date"] == date(2019, 3, 7)
