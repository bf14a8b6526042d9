"""What people and programs send, type by type, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from shuyuan.engine.diagnostics import Place, words
from shuyuan.engine.fieldtypes import type_of
from shuyuan.engine.fieldtypes.identity import check_character
from shuyuan.engine.model import Code, CodeList, FileRef, Model, Ref, Text

from .cases import MODEL, a_field, given

PLACE = Place(path="item")


def cast(kind: str, raw: Any, /, options: dict[str, Any] | None = None, **more: Any) -> tuple[Any, list[str]]:
    spec = a_field(kind, **(options or {}))
    value, found = type_of(spec).caster(spec, MODEL)(raw, PLACE, given(**more))
    return value, [d.code for d in found]


D = Decimal
KEPT: list[tuple[str, Any, Any]] = [
    ("text", "  你好，世界。 ", "你好，世界。"),
    ("text", "两\r\n行", "两 行"),
    ("text", "a\x00b\u200bc", "abc"),
    ("text", "e\u0301", "é"),
    ("text", "👩‍🏫 老师", "👩‍🏫 老师"),
    ("long_text", " 一\r\n二\r三 ", "一\n二\n三"),
    ("person_name", "张　三", "张三"),
    ("person_name", "阿卜杜拉 • 买买提", "阿卜杜拉·买买提"),
    ("person_name", "John   Smith", "John Smith"),
    ("integer", "１２", 12),
    ("integer", " 1,234 ", 1234),
    ("integer", "12.0", 12),
    ("integer", "1.2万", 12000),
    ("integer", 7.0, 7),
    ("decimal", "３．５", D("3.5")),
    ("decimal", ".5", D("0.5")),
    ("decimal", 0.1, D("0.10")),
    ("decimal", "-0", D(0)),
    ("money", "¥1,234.50", D("1234.50")),
    ("money", "￥１，２３４元", D(1234)),
    ("percent", "85%", D("0.85")),
    ("percent", "85.5", D("0.855")),
    ("boolean", "是", True),
    ("boolean", "×", False),
    ("boolean", "on", True),
    ("boolean", 0, False),
    ("date", "2026-03-01", date(2026, 3, 1)),
    ("date", "2026/3/1", date(2026, 3, 1)),
    ("date", "2026．3．1", date(2026, 3, 1)),
    ("date", "２０２６年３月１日", date(2026, 3, 1)),
    ("date", "2026 年 3 月 1 日", date(2026, 3, 1)),
    ("date", "20260301", date(2026, 3, 1)),
    ("date", "2026-03-01 00:00:00", date(2026, 3, 1)),
    ("date", "二〇二六年十二月三十一日", date(2026, 12, 31)),
    ("date", "二〇二六年三月十日", date(2026, 3, 10)),
    ("date", datetime(2026, 2, 28, 17, tzinfo=UTC), date(2026, 3, 1)),
    ("time", "8：30", time(8, 30)),
    ("time", "下午3点半", time(15, 30)),
    ("time", "8时05分", time(8, 5)),
    ("time", "12 am", time(0)),
    ("time", "3:30 PM", time(15, 30)),
    ("datetime", "2026-03-01 08:30", datetime(2026, 3, 1, 0, 30, tzinfo=UTC)),
    ("datetime", "2026-03-01T08:30:00Z", datetime(2026, 3, 1, 8, 30, tzinfo=UTC)),
    ("datetime", "2026-03-01T08:30:00.123+02:00", datetime(2026, 3, 1, 6, 30, tzinfo=UTC)),
    ("datetime", "2026年3月1日 下午3:00", datetime(2026, 3, 1, 7, tzinfo=UTC)),
    ("duration", "45", timedelta(minutes=45)),
    ("duration", "1小时30分", timedelta(minutes=90)),
    ("duration", "1个半小时", timedelta(minutes=90)),
    ("duration", "2天", timedelta(days=2)),
    ("duration", "1h 30m", timedelta(minutes=90)),
    ("duration", "1:30", timedelta(minutes=90)),
    ("duration", "P1DT2H", timedelta(hours=26)),
    ("choice", "open", "open"),
    ("choice", "开放", "open"),
    ("choice", "half open", "half-open"),
    ("multi_choice", ["closed", "open", "closed"], ("open", "closed")),
    ("multi_choice", "关闭、开放", ("open", "closed")),
    ("code", "父亲", "51"),
    ("code", "其他", "98"),
    ("sex", "男", "1"),
    ("ethnic_group", "汉族", "01"),
    ("phone", "138 1234 5678", "13812345678"),
    ("phone", "＋８６-13812345678", "13812345678"),
    ("phone", "010-62751234", "010-62751234"),
    ("phone", "+86-10-62751234", "010-62751234"),
    ("phone", "（0571）8888 1234 转 801", "0571-88881234-801"),
    ("phone", "0044 20 7123 4567", "+442071234567"),
    ("email", " Li.Ming＠Example.COM ", "Li.Ming@example.com"),
    ("url", "example.com/a?b=1", "https://example.com/a?b=1"),
    ("resident_id", "１１０１０１ 19900307 123 3", "110101199003071233"),
    ("resident_id", "11010119900307707x", "11010119900307707X"),
    ("student_code", "g11010119900307707x", "G11010119900307707X"),
    ("bank_card", "6222 0212 3456 7890 128", "6222021234567890128"),
    ("geo", "39.9042，116.4074", {"lat": D("39.904200"), "lng": D("116.407400")}),
]


@pytest.mark.parametrize(("kind", "raw", "value"), KEPT, ids=[f"{k}:{r}" for k, r, _ in KEPT])
def test_what_people_type_is_read_without_fuss(kind: str, raw: Any, value: Any) -> None:
    got, codes = cast(kind, raw)
    assert got == value
    if value is not None:
        assert set(codes) <= {"REC_054"}


REFUSED: list[tuple[str, Any, dict[str, Any], str]] = [
    ("text", 5, {}, "REC_005"),
    ("text", "x" * 501, {}, "REC_006"),
    ("text", "ab", {"minLength": 3}, "REC_007"),
    ("text", "abc", {"pattern": "^[A-Z]+$"}, "REC_008"),
    ("text", "a\ud800", {}, "REC_069"),
    ("long_text", "x" * 10_000_000, {}, "REC_062"),
    ("integer", "twelve", {}, "REC_009"),
    ("integer", "1,2,3", {}, "REC_009"),
    ("integer", "1e5", {}, "REC_009"),
    ("integer", "1.5", {}, "REC_010"),
    ("integer", True, {}, "REC_068"),
    ("integer", 10**400, {}, "REC_013"),
    ("integer", "9" * 150, {}, "REC_013"),
    ("integer", "5", {"minimum": 6}, "REC_012"),
    ("integer", 6, {"exclusiveMinimum": 6}, "REC_012"),
    ("integer", 7, {"multipleOf": 2}, "REC_014"),
    ("decimal", "1.234", {}, "REC_011"),
    ("decimal", float("nan"), {}, "REC_068"),
    ("decimal", "1" * 14, {}, "REC_013"),
    ("percent", "101", {"maximum": 1}, "REC_012"),
    ("boolean", "maybe", {}, "REC_015"),
    ("date", "3/1/2026", {}, "REC_016"),
    ("date", "26-3-1", {}, "REC_016"),
    ("date", "2026-02-30", {}, "REC_017"),
    ("date", "46082", {}, "REC_016"),
    ("date", "2026-08-31", {"min": "2026-09-01"}, "REC_018"),
    ("date", "2026-11-25", {"max": "today"}, "REC_019"),
    ("date", 46082, {}, "REC_068"),
    ("time", "25:00", {}, "REC_020"),
    ("datetime", "2026-03-01", {}, "REC_021"),
    ("datetime", "2026-02-30 08:00", {}, "REC_017"),
    ("duration", "a while", {}, "REC_022"),
    ("duration", "5", {"min": "PT10M"}, "REC_023"),
    ("choice", "opem", {}, "REC_024"),
    ("choice", ["open"], {}, "REC_068"),
    ("multi_choice", ["open"], {"minItems": 2}, "REC_025"),
    ("multi_choice", ["open", "closed"], {"maxItems": 1}, "REC_026"),
    ("multi_choice", "nothing of it", {}, "REC_024"),
    ("code", "77", {}, "REC_027"),
    ("code", "99", {}, "REC_028"),
    ("link", "abc", {}, "REC_031"),
    ("link", 12, {}, "REC_029"),
    ("link", -1, {}, "REC_031"),
    ("rows", "x", {}, "REC_032"),
    ("rows", [1], {}, "REC_032"),
    ("rows", [{"name": "a"}], {"min": 2}, "REC_033"),
    ("rows", [{"name": "a"}] * 3, {"max": 2}, "REC_034"),
    ("rows", [{"id": 3}, {"id": 3}], {}, "REC_036"),
    ("rows", [{"phnoe": "1"}], {}, "REC_002"),
    ("file", 4, {}, "REC_037"),
    ("resident_id", "11010119900307", {}, "REC_041"),
    ("resident_id", "1101011990030712A3", {}, "REC_042"),
    ("resident_id", "110101199002307123", {}, "REC_043"),
    ("resident_id", "110101202703071230", {}, "REC_043"),
    ("resident_id", "110101199003071234", {}, "REC_044"),
    ("student_code", "X110101199003071233", {}, "REC_048"),
    ("phone", "12345", {"kind": "mobile"}, "REC_050"),
    ("phone", "٠١٢٣٤٥٦٧٨٩٠", {}, "REC_050"),
    ("email", "a@b", {}, "REC_051"),
    ("url", "javascript:alert(1)", {}, "REC_052"),
    ("url", "https://user:pw@example.com", {}, "REC_052"),
    ("url", "http://[::1", {}, "REC_052"),
    ("bank_card", "123", {}, "REC_053"),
    ("geo", "91, 0", {}, "REC_055"),
]


@pytest.mark.parametrize(
    ("kind", "raw", "options", "code"), REFUSED, ids=[f"{k}:{str(r)[:30]}" for k, r, _, _ in REFUSED]
)
def test_what_cannot_be_read_is_refused_with_a_reason(kind: str, raw: Any, options: dict[str, Any], code: str) -> None:
    value, codes = cast(kind, raw, options)
    assert codes == [code]
    assert value is None or kind == "rows"


WARNED: list[tuple[str, Any, Any, str]] = [
    ("resident_id", "110101900307123", "110101199003071233", "REC_047"),
    ("resident_id", "990101199003071237", None, ""),
    ("student_code", "G110101199003071234", "G110101199003071234", "REC_049"),
    ("student_code", "L110101199003071234", "L110101199003071234", ""),
    ("bank_card", "6222021234567890123", "6222021234567890123", "REC_054"),
    ("phone", "1234", "1234", "REC_071"),
    ("phone", "10086", "10086", "REC_071"),
    ("phone", "400-820-8820", "4008208820", ""),
    ("phone", "010-62751234", "010-62751234", ""),
    ("serial", "OLD-17", "OLD-17", "REC_065"),
    ("serial", "S202600017", "S202600017", ""),
]


@pytest.mark.parametrize(("kind", "raw", "value", "code"), WARNED)
def test_doubtful_values_are_kept_with_a_remark(kind: str, raw: str, value: Any, code: str) -> None:
    got, codes = cast(kind, raw)
    if value is not None:
        assert got == value
        assert codes == ([code] if code else [])


@pytest.mark.parametrize(
    ("region", "code"),
    [
        ("110101", ""),
        ("110103", "REC_045"),
        ("110104", "REC_046"),
        ("980101", "REC_045"),
        ("830000", ""),
        ("911156", ""),
    ],
)
def test_an_unknown_region_of_an_id_number_is_only_a_warning(region: str, code: str) -> None:
    first = f"{region}19900307123"
    regions = CodeList("region", "region", Text("地区"), (
        Code("110101", Text("东城区")), Code("110104", Text("宣武区"), valid_to=date(1980, 1, 1)),
    ))  # fmt: skip
    spec = a_field("resident_id")
    number = first + check_character(first)
    value, found = type_of(spec).caster(spec, Model(codelists={"region": regions}))(number, PLACE, given())
    assert value == number
    assert [d.code for d in found] == ([code] if code else [])


def test_numbers_of_a_spreadsheet_become_dates_only_when_told_so() -> None:
    assert cast("date", 46082, source="import", serials=True) == (date(2026, 3, 1), [])
    assert cast("datetime", 46082.5, source="import", serials=True)[0] == datetime(2026, 3, 1, 4, tzinfo=UTC)
    assert cast("time", 0.3541666667, source="import", serials=True) == (time(8, 30), [])
    assert cast("date", 46082, source="import") == (None, ["REC_068"])


def test_an_import_keeps_long_digits_that_a_sheet_holds_as_numbers() -> None:
    assert cast("text", 20260012.0, source="import") == ("20260012", [])
    assert cast("phone", 13812345678.0, source="import") == ("13812345678", [])
    assert cast("code", 51, source="import") == ("51", [])
    assert cast("serial", 202600017, source="import") == ("202600017", ["REC_065"])


def test_programs_name_options_and_ratios_exactly() -> None:
    assert cast("choice", "开放", source="api") == (None, ["REC_024"])
    assert cast("percent", 0.85, source="api") == (D("0.85"), [])
    assert cast("percent", "0.85", source="api") == (D("0.85"), [])


def test_a_computed_value_is_rounded_half_up_to_the_scale() -> None:
    assert cast("decimal", D(1) / 3, source="computed") == (D("0.33"), [])
    assert cast("integer", D("2.5"), source="computed") == (3, [])
    assert cast("money", D("0.125"), source="computed") == (D("0.13"), [])


def test_a_misspelt_option_is_answered_with_the_nearest_one() -> None:
    spec = a_field("choice")
    _, (found,) = type_of(spec).caster(spec, MODEL)("opne", PLACE, given())
    assert "Did you mean “open”?" in words(found, "en").what
    assert "开放、关闭、半开放" in words(found, "zh").remedy


def test_a_link_is_the_record_that_was_fetched_for_it() -> None:
    ref = Ref(7, "高一(3)班")
    for raw in (7, "7", " ７ ", {"id": 7}, {"id": "7", "label": "x"}, ref):
        value, codes = cast("link", raw, refs={"class": {7: ref}})
        assert (value, codes) == (ref, [])
        assert value.label == "高一(3)班"
    assert cast("link", 7, refs={"student": {7: ref}}) == (None, ["REC_029"])


def test_a_file_must_be_there_be_small_enough_and_of_an_accepted_kind() -> None:
    files = {
        1: FileRef(1, "a.pdf", 100, "application/pdf"),
        2: FileRef(2, "b.pdf", 5000, "application/pdf"),
        3: FileRef(3, "c.svg", 10, "image/svg+xml"),
    }
    options = {"accept": ["pdf"], "maxSize": "1 KB"}
    assert cast("file", "1", options, files=files) == (files[1], [])
    assert cast("file", 2, options, files=files)[1] == ["REC_038"]
    assert cast("file", 3, options, files=files)[1] == ["REC_039"]
    assert cast("image", 3, {}, files=files)[1] == ["REC_039"]
    assert cast("file", ["1", 2], {"many": True}, files=files) == ((files[1], files[2]), [])
    assert cast("file", [1, 2], {"many": True, "maxItems": 1}, files=files)[1] == ["REC_040"]


def test_empty_rows_of_a_page_fall_away_and_rows_keep_their_ids() -> None:
    raw = {"1": {"id": "", "name": " "}, "0": {"id": "5", "name": "张三", "phone": "１３８12345678"}}
    assert cast("rows", raw) == (({"id": 5, "name": "张三", "phone": "13812345678"},), [])


def test_a_fault_in_a_row_is_reported_at_its_cell() -> None:
    spec = a_field("rows")
    _, (found,) = type_of(spec).caster(spec, MODEL)([{"name": "a"}, {"phone": "1"}], PLACE, given())
    assert found.place.path == "item/1/phone"


SHOWN: list[tuple[str, Any, dict[str, Any], str, str]] = [
    ("integer", 1234, {"suffix": Text("人", "people")}, "1234 人", "1234 people"),
    ("integer", 1234567, {"grouping": True}, "1,234,567", "1,234,567"),
    ("decimal", D("3.5"), {}, "3.50", "3.50"),
    ("money", D("-1234.5"), {}, "-¥1,234.50", "-¥1,234.50"),
    ("percent", D("0.855"), {}, "85.5%", "85.5%"),
    ("boolean", False, {}, "否", "No"),
    ("boolean", True, {"yes": Text("住校", "Boarder")}, "住校", "Boarder"),
    ("datetime", datetime(2026, 3, 1, 0, 30, tzinfo=UTC), {}, "2026-03-01 08:30", "2026-03-01 08:30"),
    ("duration", timedelta(minutes=90), {}, "1小时30分钟", "1 h 30 min"),
    ("multi_choice", ("open", "closed"), {}, "开放、关闭", "Open, Closed"),
    ("choice", "gone", {}, "gone", "gone"),
    ("code", "51", {}, "父亲", "Father"),
    ("state", "passed", {}, "通过", "Passed"),
    ("link", Ref(3), {}, "（无权查看）", "(not yours to see)"),
]


@pytest.mark.parametrize(("kind", "value", "options", "zh", "en"), SHOWN)
def test_values_are_shown_in_the_language_of_the_reader(
    kind: str, value: Any, options: dict[str, Any], zh: str, en: str
) -> None:
    spec = a_field(kind, **options)
    assert type_of(spec).show(spec, MODEL, "zh")(value) == zh
    assert type_of(spec).show(spec, MODEL, "en")(value) == en


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("resident_id", "110101199003071233", "110***********1233"),
        ("phone", "13812347722", "138****7722"),
        ("phone", "010-62751234", "010****34"),
        ("bank_card", "6222021234567890128", "**** **** **** 0128"),
        ("person_name", "欧阳娜娜", "欧***"),
        ("address", "浙江省杭州市西湖区文三路 1 号", "浙江省杭州市西湖区***"),
        ("address", "内蒙古自治区呼和浩特市新城区北街", "内蒙古自治区呼和浩特市新城区***"),
        ("address", "110101199003071233", "***"),
        ("email", "liming@example.com", "l***@example.com"),
        ("date", date(2012, 3, 4), "2012-**-**"),
        ("text", "anything", "***"),
    ],
)
def test_masks_leave_what_the_policy_names_and_nothing_else(kind: str, value: Any, masked: str) -> None:
    assert type_of(a_field(kind)).mask(value) == masked


@pytest.mark.parametrize("kind", ["choice", "boolean", "sex"])
def test_what_stands_behind_a_long_gap_is_not_overlooked(kind: str) -> None:
    first = {"choice": "open", "boolean": "true", "sex": "1"}[kind]
    assert cast(kind, first + " " * 300 + "x")[0] is None


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("email", "a@" + "a-" * 99),
        ("email", "a@" + "a." * 99),
        ("url", "https://" + "a." * 900),
        ("phone", "+" + "1-" * 99),
        ("duration", "1h" * 99 + "?"),
        ("date", "二" * 200),
        ("geo", "1." * 99),
        ("integer", "1," * 99),
        ("person_name", "张 " * 30 + "•" * 200),
    ],
)
def test_hostile_text_is_answered(kind: str, raw: str) -> None:
    spec = a_field(kind)
    type_of(spec).caster(spec, MODEL)(raw, PLACE, given())
