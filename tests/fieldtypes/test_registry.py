"""The set of field types: complete, documented, open to plugins, and checked against bad options."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shuyuan.engine.diagnostics import catalogue
from shuyuan.engine.fieldtypes import codelist_of, feel_of, field_types, register, target_of, type_of
from shuyuan.engine.fieldtypes.reference import reference
from shuyuan.engine.model import Option, Text

from .cases import a_field

ROOT = Path(__file__).parents[2]

EXPECTED = (
    *("text", "long_text", "integer", "decimal", "money", "percent", "boolean", "date", "time", "datetime", "duration"),
    *("choice", "multi_choice", "code", "link", "rows", "file", "image", "serial", "computed", "state", "geo"),
    *("person", "unit", "campus", "class", "student", "guardian", "teacher", "course", "term", "room", "period"),
    *("resident_id", "student_code", "phone", "email", "url", "bank_card", "address", "person_name"),
    *("ethnic_group", "sex"),
)


def test_every_type_a_school_expects_is_there() -> None:
    assert set(EXPECTED) <= set(field_types())


def test_the_reference_page_is_what_the_registry_says() -> None:
    page = ROOT / "docs" / "reference" / "field-types.md"
    assert page.read_text(encoding="utf-8") == reference()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_type_speaks_both_languages_and_retypes_only_from_types_that_exist(name: str) -> None:
    kind = field_types()[name]
    for text in (kind.title, kind.help, *(k.doc for k in kind.keys)):
        assert text.zh
        assert text.en
    assert set(kind.convert_from) <= set(field_types())
    assert len({k.name for k in kind.keys}) == len(kind.keys)


def test_a_type_is_added_once_and_never_replaced() -> None:
    with pytest.raises(ValueError, match="text"):
        register(replace(field_types()["text"], name="brand_new"), field_types()["text"])
    assert "brand_new" not in field_types()


def test_links_and_code_lists_lead_where_their_name_says_unless_told_otherwise() -> None:
    assert target_of(a_field("teacher")) == "teacher"
    assert target_of(a_field("teacher", to="staff")) == "staff"
    assert target_of(a_field("text", to="staff")) == ""
    assert codelist_of(a_field("sex")) == "sex"
    assert codelist_of(a_field("sex", list="gender")) == "gender"
    assert feel_of(a_field("computed", **{"as": "date"})) == "date"
    assert feel_of(a_field("file", many=True)) == "list<file>"


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("text", {"minLength": 5, "maxLength": 4}, "REC_101"),
    ("text", {"pattern": "(a"}, "REC_102"),
    ("text", {"pattern": "(?=a)"}, "REC_102"),
    ("text", {"maxLength": 10**6}, "REC_103"),
    ("integer", {"minimum": 2, "maximum": 1}, "REC_101"),
    ("decimal", {"scale": 9}, "REC_103"),
    ("date", {"min": "soon"}, "REC_109"),
    ("date", {"min": "2026-02-01", "max": "2026-01-01"}, "REC_101"),
    ("duration", {"min": "PT2H", "max": "PT1H"}, "REC_101"),
    ("duration", {"min": "never"}, "REC_109"),
    ("code", {"list": ""}, "REC_106"),
    ("link", {"to": ""}, "REC_106"),
    ("state", {"of": ""}, "REC_106"),
    ("serial", {"number": ""}, "REC_106"),
    ("serial", {"number": "{year}"}, "REC_107"),
    ("serial", {"number": "{seq:5}{seq:5}"}, "REC_107"),
    ("serial", {"number": "{seq:99}"}, "REC_107"),
    ("serial", {"number": "{a b}{seq:2}"}, "REC_107"),
    ("serial", {"number": "{seq:2"}, "REC_107"),
    ("file", {"maxSize": "big"}, "REC_109"),
    ("file", {"accept": ["spreadshet"]}, "REC_109"),
    ("computed", {"as": "rows"}, "REC_110"),
    ("rows", {"min": 3, "max": 2}, "REC_101"),
]


@pytest.mark.parametrize(("kind", "options", "code"), BAD)
def test_options_that_make_no_sense_are_reported(kind: str, options: dict[str, Any], code: str) -> None:
    spec = a_field(kind, **options)
    assert [d.code for d in type_of(spec).check(spec)] == [code]


def test_fields_that_lack_what_they_need_are_reported() -> None:
    doubled = (Option("1", "a", Text("甲")), Option("2", "a", Text("乙")))
    cases = [
        (replace(a_field("choice"), choices=()), "REC_104"),
        (replace(a_field("choice"), choices=doubled), "REC_105"),
        (replace(a_field("rows"), rows=()), "REC_108"),
        (replace(a_field("rows"), rows=(a_field("rows"),)), "REC_108"),
        (replace(a_field("computed"), value=None), "REC_111"),
    ]
    for spec, code in cases:
        assert [d.code for d in type_of(spec).check(spec)] == [code]


def test_every_message_about_records_speaks_both_languages_and_blames_nobody() -> None:
    for code, entry in catalogue().items():
        if code.startswith("REC_"):
            words = f"{entry.en} {entry.fix_en}".lower()
            assert entry.zh
            assert entry.en
            assert not any(w in words for w in ("please", "invalid", "illegal"))
            assert "请您" not in entry.zh
