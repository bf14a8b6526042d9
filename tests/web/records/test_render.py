"""Compiled rendering: rows and forms are the reference markup, filled quickly, and nothing typed is ever markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from random import Random
from typing import Any

import markupsafe
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shuyuan.engine import Face, FileRef, Line, ListColumn, Masked, Model, Ref, Text, Version, face_of
from shuyuan.engine.definition import Identity, load, shipped
from shuyuan.engine.fieldtypes import field_types, type_of
from shuyuan.engine.model import Code, CodeList, Entity, Expr, Field, Form, Item, Option, Section
from shuyuan.web.render.env import environment
from shuyuan.web.render.filled import Filled
from shuyuan.web.render.form import Sheet, faces_of, sheet_of, shown_value
from shuyuan.web.render.rows import cells_of, compile_rows
from shuyuan.web.render.safe import safe
from shuyuan.web.render.words import LANGS, Lang

TODAY = date(2026, 11, 24)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)",
    "</textarea></option><svg onload=alert(1)>",
    "{{7*7}}{v0}{c1}%s\\",
    "__n__ __r__ \ue000v",
    "a&amp;b\x00\r\n",
)


class Walk(HTMLParser):
    """Every tag, attribute and text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, text: str) -> None:
        self.texts.append(text)

    @property
    def said(self) -> list[str]:
        return [*self.texts, *(value for _, value in self.attributes)]


@pytest.fixture(scope="module")
def version() -> Version:
    documents, _ = shipped("school")
    found = load(documents, Identity())
    assert found.model is not None
    return Version(1, found.model, found.identity, documents, "sqlite")


# --- a model in which every word is hostile


CHOSEN = ("choice", "multi_choice", "state")


def spec(name: str, kind: str, evil: str) -> Field:
    both = Text(evil, evil)
    inner = (
        Field("r1", "one", "text", both, help=both),
        Field("r2", "two", "choice", both, choices=(Option("o1", "a", both),)),
        Field("r3", "three", "link", both, options={"to": "thing"}),
        Field("r4", "four", "boolean", both),
    )
    return Field(
        id="f" + name,
        name=name,
        type=kind,
        title=both,
        help=both,
        placeholder=both,
        options={
            "to": "thing", "list": "codes", "number": "{seq:5}", "suffix": both, "of": "flow", "as": "text",
            "many": kind == "file", "yes": both, "no": both,
        },
        choices=(Option("o1", "a", both, "ok"), Option("o2", evil, both)) if kind in CHOSEN else (),
        rows=inner if kind == "rows" else (),
    )  # fmt: skip


def wicked(evil: str) -> Version:
    both = Text(evil, evil)
    kinds = [k for k in field_types() if k not in ("computed",)]
    fields = tuple(spec(f"x_{k}", k, evil) for k in kinds)
    items = tuple((Item(f.name, {"help": both, "description": both, "title": both}),) for f in fields)
    entity = Entity("thing", "thing", both, fields, Expr('"x"'), plural=both)
    codes = tuple(Code(f"{n}", both) for n in range(40))
    lists = {n: CodeList(n, n, both, codes) for n in ("codes", "sex", "ethnic_group")}
    form = Form("form", "form", "thing", both, (Section(both, items, help=both),))
    return Version(
        1, Model(entities={"thing": entity}, codelists=lists, forms={"form": form}), Identity(), {}, "sqlite"
    )


def value_of(field: Field, evil: str, model: Model) -> Any:
    shape = type_of(field).shape
    if shape == "link":
        return Ref(7, evil)
    if shape == "file":
        file = FileRef(8, evil, 2000, "image/png")
        return (file,) if field.options.get("many") and field.type == "file" else file
    if shape == "rows":
        return (
            {"id": 3, "one": evil, "two": evil, "three": Ref(9, evil), "four": True},
            {"id": 4, "one": Masked(evil)},
        )
    if shape == "list":
        return ("a", evil)
    found = type_of(field).sample(field, model, Random(1))
    return evil if isinstance(found, str) else found


def assert_harmless(html: str, evil: str) -> None:
    seen = Walk(html)
    assert not {"script", "svg" if "svg" in evil else "script"} & (set(seen.tags) - {"svg"})
    assert not [name for name, _ in seen.attributes if name.startswith("on") or (name in ("style", "src") and _ == "x")]
    assert "<img src=x" not in html and "<script>alert" not in html


@pytest.mark.parametrize("evil", HOSTILE)
@pytest.mark.parametrize("lang", LANGS)
def test_nothing_in_a_row_is_markup(evil: str, lang: Lang) -> None:
    version = wicked(evil)
    entity = version.entity("thing")
    columns = [ListColumn((f.name,), f.title, f, type_of(f).cell, True) for f in entity.fields]
    for masked in (False, True):
        cells = tuple(Masked(evil) if masked else value_of(f, evil, version.model) for f in entity.fields)
        rows = compile_rows("thing", cells_of(version.model, columns, lang), lang, True, 1)
        html = rows([Line(1, 1, evil, cells), Line(2, 1, evil, (None,) * len(cells))])
        assert_harmless(html, evil)
        plain = [markupsafe.Markup(safe(evil)).unescape()]
        assert any(plain[0].replace("\x00", "\ufffd").strip() in s for s in Walk(html).said) or "\x00" in evil


@pytest.mark.parametrize("evil", HOSTILE)
@pytest.mark.parametrize("lang", LANGS)
def test_nothing_in_a_form_is_markup(evil: str, lang: Lang) -> None:
    version = wicked(evil)
    entity = version.entity("thing")
    sheet = sheet_of(version, "form", lang)
    values = {f.name: value_of(f, evil, version.model) for f in entity.fields}
    names = [f.name for f in entity.fields]
    said = dict.fromkeys(names, evil) | {"x_rows/0/one": evil, "x_rows/0/three": evil}
    typed: dict[str, Any] = dict.fromkeys(names, evil) | {"x_rows": [{"id": "3", "one": evil, "three": evil}]}
    veiled = {n: Masked(evil) for n in names if n != "x_rows"}
    for filled in (
        Filled(TODAY),
        Filled(TODAY, values),
        Filled(TODAY, values, typed, said, said),
        Filled(TODAY, values, editable=frozenset()),
        Filled(TODAY, veiled, reveal="/reveal?field="),
        Filled(TODAY, veiled, editable=frozenset(), reveal="/reveal?field="),
    ):
        html = str(sheet.html(filled))
        assert_harmless(html, evil)
        ids = [v for n, v in Walk(html.replace("<template>", "").replace("</template>", "")).attributes if n == "id"]
        assert len(ids) == len(set(ids))


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_text_is_escaped_as_everywhere_else(text: str) -> None:
    assert safe(text) == str(markupsafe.escape(text))


def test_what_is_no_text_is_never_taken_for_html() -> None:
    for value in (None, 3, b"<b>", ["<b>"]):
        with pytest.raises((TypeError, SystemError)):
            safe(value)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_text_stands_in_its_control_and_nowhere_else(data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
    sheet = SHEETS["course"]
    html = str(sheet.html(Filled(TODAY, {"name": text})))
    seen = [v for n, v in Walk(html).attributes if n == "value"]
    assert text in seen
    assert Walk(html).tags == Walk(str(sheet.html(Filled(TODAY, {"name": "x"})))).tags


SHEETS: dict[str, Sheet] = {}


@pytest.fixture(scope="module", autouse=True)
def _sheets(version: Version) -> Iterator[None]:
    SHEETS["course"] = sheet_of(version, "course", "zh")
    yield
    SHEETS.clear()


# --- the same as the reference markup


def columns_of(version: Version, entity: str, *names: str) -> list[ListColumn]:
    fields = [version.entity(entity).field(n) for n in names]
    return [ListColumn((f.name,), f.title, f, type_of(f).cell, True) for f in fields if f]


def test_a_row_is_the_reference_markup(version: Version) -> None:
    lists = environment("zh").globals["lists"]
    ui = environment("zh").globals["ui"]
    from shuyuan.web.render.values import Pill

    names = ("name", "status", "student_no", "enrolled_on", "health_note", "phone")
    rows = compile_rows("student", cells_of(version.model, columns_of(version, "student", *names), "zh"), "zh")
    html = rows(
        [Line(5, 1, "张三（1）", ("张三", "enrolled", "202600001", date(2026, 9, 1), None, Masked("138****0000")))]
    )
    cell = lists.cell
    expected = lists.row("5", "张三（1）", (
        cell("t", "", "张三", "/r/student/5"),
        cell("s", "", ui.pill(Pill("在读", "ok"))), cell("d", "学号", "202600001"),
        cell("d", "入学日期", "2026-09-01"), cell("", "健康提示", ""),
        cell("d", "本人手机", markupsafe.Markup('<span class="masked">138****0000</span>')),
    ))  # fmt: skip
    assert html == str(expected)


def test_a_row_without_its_title_is_called_by_its_label(version: Version) -> None:
    rows = compile_rows(
        "student", cells_of(version.model, columns_of(version, "student", "former_name"), "zh"), "zh", False
    )
    assert (
        rows([Line(5, 1, "张三<1>", (None,))])
        == '<tr><td class="t"><a href="/r/student/5">张三&lt;1&gt;</a></td></tr>\n'
    )


def test_a_link_nobody_may_follow_is_no_link(version: Version) -> None:
    rows = compile_rows(
        "student", cells_of(version.model, columns_of(version, "student", "name", "class"), "zh"), "zh", False
    )
    assert 'href="/r/class/9">高一（1）班</a>' in rows([Line(5, 1, "x", ("x", Ref(9, "高一（1）班")))])
    assert "/r/class" not in rows([Line(5, 1, "x", ("x", Ref(9)))])


def test_groups_begin_with_a_heading_also_for_rows_without_a_value(version: Version) -> None:
    cells = cells_of(version.model, columns_of(version, "student", "name", "dorm"), "zh")
    rows = compile_rows("student", cells, "zh", False, 1, 1)
    html = rows([Line(n, 1, "x", ("x", dorm)) for n, dorm in enumerate((None, None, "3-1", "3-1", "3-2"))])
    assert re.findall(r"rowgroup\">([^<]*)<", html) == ["宿舍床位 —", "3-1", "3-2"]
    assert html.count("<tr>") == 5 and 'data-h="宿舍床位"' not in html


def test_ticked_rows_stay_ticked(version: Version) -> None:
    rows = compile_rows("student", cells_of(version.model, columns_of(version, "student", "name"), "en"), "en")
    html = rows([Line(n, 1, "x", ("x",)) for n in (1, 2)], {2})
    assert 'value="1" aria' in html and 'value="2" checked aria' in html


SIMPLE: list[tuple[str, Any, str]] = [
    ("text", "a", 'value="a"'),
    ("integer", 5, 'value="5"'),
    ("decimal", Decimal("1.50"), 'value="1.50"'),
    ("percent", Decimal("0.850"), 'value="85.0"'),
    ("date", date(2026, 9, 1), 'value="2026-09-01"'),
    ("time", time(8, 30), 'value="08:30"'),
    ("datetime", datetime(2026, 9, 1, 0, 30, tzinfo=UTC), 'value="2026-09-01T08:30"'),
    ("duration", timedelta(minutes=45), 'value="PT45M"'),
    ("boolean", True, "checked"),
    ("geo", {"lat": Decimal("30.1"), "lng": Decimal("120.2")}, 'value="30.1, 120.2"'),
    ("phone", "13800000000", 'type="tel"'),
    ("link", Ref(7, "高一"), 'value="高一"'),
    ("choice", "a", '<option value="a" selected>'),
    ("multi_choice", ("a",), 'value="a" checked'),
    ("code", "3", 'value="3"'),
]


@pytest.mark.parametrize(("kind", "value", "expected"), SIMPLE, ids=[s[0] for s in SIMPLE])
def test_a_value_stands_in_its_control_as_it_is_typed(kind: str, value: Any, expected: str) -> None:
    version = wicked("词")
    html = str(sheet_of(version, "form", "zh").fields([f"x_{kind}"], Filled(TODAY, {f"x_{kind}": value})))
    assert expected in html


def test_what_was_typed_wrongly_is_kept_with_the_words_beside_it() -> None:
    version = wicked("词")
    filled = Filled(TODAY, {}, {"x_integer": "12a"}, {"x_integer": "不是整数"})
    html = str(sheet_of(version, "form", "zh").fields(["x_integer"], filled))
    assert 'value="12a"' in html and 'aria-invalid="true"' in html and "不是整数" in html
    assert 'aria-describedby="f-x_integer-e f-x_integer-h"' in html


def test_a_box_says_no_only_where_there_was_an_answer() -> None:
    sheet = sheet_of(wicked("词"), "form", "zh")
    for value, off in ((None, ""), (False, "false"), (True, "false")):
        html = str(sheet.fields(["x_boolean"], Filled(TODAY, {"x_boolean": value})))
        assert f'<input type="hidden" name="x_boolean" value="{off}">' in html


def test_codes_out_of_force_are_kept_and_not_offered() -> None:
    codes = tuple(Code(f"c{n}", Text(f"码{n}"), valid_to=date(2020, 1, 1) if n == 1 else None) for n in range(3))
    field = Field("f1", "kind", "code", Text("类"), options={"list": "l"})
    entity = Entity("thing", "thing", Text("x"), (field,), Expr('"x"'))
    form = Form("form", "form", "thing", Text("x"), (Section(Text("x"), ((Item("kind"),),)),))
    model = Model(
        entities={"thing": entity}, codelists={"l": CodeList("l", "l", Text("l"), codes)}, forms={"form": form}
    )
    sheet = sheet_of(Version(1, model, Identity(), {}, "sqlite"), "form", "zh")
    assert "码1" not in sheet.html(Filled(TODAY))
    assert '<option value="c1" selected>码1' in sheet.html(Filled(TODAY, {"kind": "c1"}))
    assert "码1" in sheet.html(Filled(date(2019, 1, 1)))


def test_absent_fields_leave_no_line_and_no_section(version: Version) -> None:
    sheet = sheet_of(version, "status_change", "zh")
    every = str(sheet.html(Filled(TODAY)))
    less = str(sheet.html(Filled(TODAY, absent=frozenset({"cause", "until_day", "to_class"}))))
    assert "休学" in every and "f-cause" in every
    assert "f-cause" not in less and "f-to_class" not in less and less.count("<section") == every.count("<section") - 2


def test_rows_are_numbered_and_keep_their_ids(version: Version) -> None:
    sheet = sheet_of(version, "student_intake", "zh")
    values = {
        "guardians": ({"id": 71, "name": "李", "phone": "1"}, {"id": None, "name": "王", "phone": Masked("138****")})
    }
    filled = Filled(TODAY, values, errors={"guardians/1/name": "重名"}, blanks={"guardians": 1})
    html = str(sheet.fields(["guardians"], filled))
    assert 'name="guardians/0/id" value="71"' in html and 'name="guardians/1/id"' not in html
    assert 'id="f-guardians-1-name-e"' in html and 'data-next="3"' in html
    assert 'aria-label="姓名，第 2 行"' in html and 'aria-label="姓名，第 3 行"' in html
    blank = html[html.index("<template>") : html.index("</template>")]
    assert 'name="guardians/__n__/name"' in blank and "第 __r__ 行" in blank


def test_a_column_nobody_may_see_is_not_there(version: Version) -> None:
    sheet = sheet_of(version, "student_intake", "zh")
    values = {"guardians": ({"id": 71, "name": "李", "phone": "13800001111"},)}
    html = str(sheet.fields(["guardians"], Filled(TODAY, values, absent=frozenset({"guardians/phone"}))))
    assert "13800001111" not in html and "guardians/0/phone" not in html and "guardians/0/name" in html


def test_the_compiled_function_holds_no_word_of_a_definition(version: Version) -> None:
    face = face_of(version.model, version.entity("student").fields[1])
    assert isinstance(face, Face)
    rows: Any = compile_rows(
        "student", cells_of(version.model, columns_of(version, "student", "name", "class"), "zh"), "zh"
    )
    assert "姓名" not in repr(rows.__code__.co_consts)


@pytest.mark.parametrize("lang", LANGS)
def test_a_mask_is_shown_wherever_the_value_would_be(version: Version, lang: Lang) -> None:
    """Also beside each other, where two people saved the same record, and for every kind of field."""
    for entity in version.model.entities:
        for face in faces_of(version, entity).values():
            assert shown_value(face, lang)(Masked("1**<b>")) == "1**&lt;b&gt;", face.name
