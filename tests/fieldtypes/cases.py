"""Fields of every type, and what casts of them know."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from shuyuan.engine.fieldtypes import Given, field_types
from shuyuan.engine.model import Code, CodeList, Entity, Expr, Field, Model, Option, Step, Text, Workflow

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZONE)

OPTIONS = (
    Option("o1", "open", Text("开放", "Open")),
    Option("o2", "closed", Text("关闭", "Closed")),
    Option("o3", "half-open", Text("半开放", "Half open")),
)


def code_list(name: str, *codes: Code) -> CodeList:
    return CodeList(name, name, Text(name), codes)


MODEL = Model(
    codelists={
        "sex": code_list("sex", Code("1", Text("男", "Male")), Code("2", Text("女", "Female"))),
        "ethnic_group": code_list("ethnic_group", Code("01", Text("汉族", "Han")), Code("03", Text("回族", "Hui"))),
        "kinship": code_list(
            "kinship",
            Code("51", Text("父亲", "Father")),
            Code("52", Text("母亲", "Mother")),
            Code("99", Text("其他", "Other"), valid_to=date(2020, 12, 31)),
            Code("98", Text("其他", "Other"), valid_from=date(2021, 1, 1)),
        ),
    },
    entities={"class": Entity("e1", "class", Text("班级", "Class"), (), Expr("name"))},
    workflows={
        "flow": Workflow(
            "w1",
            "flow",
            "student",
            Text("流程"),
            "draft",
            (Step("s1", "draft", Text("草稿", "Draft")), Step("s2", "passed", Text("通过", "Passed"), end="ok")),
        )
    },
)

ROW = (
    Field("f1", "name", "person_name", Text("姓名", "Name"), required=True),
    Field("f2", "phone", "phone", Text("电话", "Phone")),
    Field("f3", "relation", "code", Text("关系", "Relation"), {"list": "kinship"}),
    Field("f4", "born", "date", Text("生日", "Born")),
    Field("f5", "share", "decimal", Text("份额", "Share")),
)


def a_field(kind: str, /, **options: Any) -> Field:
    """A field of the type with the options it cannot do without."""
    needed: dict[str, dict[str, Any]] = {
        "code": {"list": "kinship"},
        "link": {"to": "class"},
        "serial": {"number": "S{year}{seq:5}"},
        "state": {"of": "flow"},
    }
    title = Text("栏目", "Item")
    rows = ROW if kind == "rows" else ()
    choices = OPTIONS if kind in ("choice", "multi_choice") else ()
    value = Expr("null") if kind == "computed" else None
    return Field("fx", "item", kind, title, needed.get(kind, {}) | options, value=value, choices=choices, rows=rows)


def given(**more: Any) -> Given:
    return Given(now=NOW, zone=ZONE, **more)


#: Options worth trying beside the bare type.
VARIANTS: tuple[Field, ...] = (
    *(a_field(name) for name in field_types()),
    a_field("text", minLength=3, maxLength=8),
    a_field("integer", minimum=-5, maximum=5),
    a_field("integer", exclusiveMinimum=0, multipleOf=5),
    a_field("decimal", scale=4, minimum=0, exclusiveMaximum=1),
    a_field("decimal", scale=0, grouping=True, suffix=Text("分", "pts")),
    a_field("money", currency="USD"),
    a_field("percent", scale=0, minimum=0, maximum=1),
    a_field("date", min="2026-09-01", max="today"),
    a_field("duration", unit="hours", min="PT30M", max="PT8H"),
    a_field("multi_choice", minItems=2),
    a_field("file", many=True, accept=["pdf", "image/*"]),
    a_field("rows", min=1, max=4),
    a_field("phone", kind="mobile"),
    *(a_field("computed", **{"as": kind}) for kind in ("decimal", "date", "duration", "boolean")),
    a_field("serial", number="{yy}-{class.code}-{seq:4}/X"),
)
