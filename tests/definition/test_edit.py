"""Edits of documents: what was asked for changes, everything else stays letter by letter."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from shuyuan.engine.definition import load, shipped, shipped_packs
from shuyuan.engine.definition.edit import (
    NotThere,
    Put,
    Remove,
    Rename,
    add_field,
    appended,
    edited,
    removed,
    with_ids,
)
from shuyuan.engine.definition.rename import rename_field
from shuyuan.engine.model import Text

BASE = yaml.safe_load((Path(__file__).parent / "cases" / "base.yaml").read_text(encoding="utf-8"))["documents"]

TEXT = """\
# what it is for
entity: x   # the thing
title: {zh: 某, en: X}
schema:
  required: [a]
  properties:
    a: {is: text, title: {zh: 甲, en: A}}   # first

    # second
    b:
      is: choice
      choices:
        - {name: red, title: R}
        - green

# the rules
rules:
  - when: a = "x"
    error: >-
      A long
      text
---
# a list
view: v
of: x
title: 'V'
columns: [a, b]
"""


def lines(text: str) -> list[str]:
    return text.splitlines()


def test_an_edit_of_nothing_and_a_value_set_to_itself_change_nothing() -> None:
    assert edited(TEXT, "entity", "x", []) == TEXT
    assert edited(TEXT, "view", "v", [Put(("of",), "x")]) == TEXT


def test_a_field_is_added_at_the_end_before_the_remarks_of_what_follows() -> None:
    found = lines(add_field(TEXT, "x", "phone", {"is": "phone", "title": Text("电话", "Phone")}))
    at = found.index("    phone: {is: phone, title: {zh: 电话, en: Phone}}")
    assert found[at - 1 : at + 3] == ["        - green", found[at], "", "# the rules"]
    assert [line for line in found if line != found[at]] == lines(TEXT)


def test_a_field_is_added_behind_another() -> None:
    found = lines(add_field(TEXT, "x", "c", {"is": "text"}, after="a"))
    assert found.index("    c: {is: text}") < found.index("    b:")
    assert sorted(found) == sorted([*lines(TEXT), "    c: {is: text}"])


def test_a_long_field_is_written_over_several_lines() -> None:
    options = [{"name": f"option_{i}", "title": {"zh": "选项", "en": "Option"}} for i in range(3)]
    found = add_field(TEXT, "x", "c", {"is": "choice", "choices": options})
    assert (
        "    c:\n      is: choice\n      choices:\n        - {name: option_0, title: {zh: 选项, en: Option}}\n" in found
    )


def test_a_rename_keeps_place_value_and_remarks() -> None:
    edits = [Rename(("schema", "properties", "a"), "c"), Put(("schema", "properties", "c", "was"), "a")]
    found = edited(TEXT, "entity", "x", edits)
    assert "    c: {is: text, title: {zh: 甲, en: A}, was: a} # first\n" in found
    assert found.index("    c:") < found.index("    # second")


def test_removing_and_replacing() -> None:
    found = edited(TEXT, "entity", "x", [Remove(("rules",)), Put(("schema", "properties", "b", "choices", 1), "blue")])
    assert "rules:" not in found
    assert "        - blue\n" in found
    found = edited(TEXT, "view", "v", [Put(("columns", 2), "c"), Put(("columns", 0), "z"), Put(("title",), "W")])
    assert "columns: [z, b, c]\n" in found
    assert "title: 'W'\n" in found


@pytest.mark.parametrize(
    "word", ["no", "yes", "true", "null", "007", "1.5", "", "a: b", "#x", "- x", "中文", "@x", "a\nb"]
)
def test_whatever_is_written_is_read_back(word: str) -> None:
    found = edited(TEXT, "view", "v", [Put(("title",), {"zh": word, "en": "x"})])
    reread = edited(found, "view", "v", [])
    assert load({"a.yaml": reread}).identity.live["view"]["v"]
    from shuyuan.engine.definition import read

    title = read("a.yaml", reread).documents[1].entries["title"].plain_value()
    assert title == {"zh": word, "en": "x"}


def test_what_is_not_there_is_said() -> None:
    for edit in (Remove(("rulez",)), Rename(("schema", "properties", "z"), "y"), Put(("columns", 5, "x"), 1)):
        with pytest.raises(NotThere):
            edited(TEXT, "view", "v", [edit])
    with pytest.raises(NotThere):
        edited(TEXT, "view", "w", [])
    with pytest.raises(NotThere):
        removed(TEXT, "form", "v")


def test_documents_are_appended_and_removed() -> None:
    assert removed(TEXT, "view", "v") == TEXT.partition("---\n")[0]
    assert removed(TEXT, "entity", "x") == TEXT.partition("---\n")[2]
    more = appended(TEXT, {"view": "w", "of": "x", "title": Text("一", "One"), "columns": ["a"]})
    assert more == TEXT + "---\nview: w\nof: x\ntitle: {zh: 一, en: One}\ncolumns: [a]\n"
    assert appended("", {"pack": "p"}) == "pack: p\n"
    assert removed("pack: p\n", "pack", "p") == ""


@pytest.mark.parametrize(
    "style", ["a:\n    b: 1\n    c:\n    - x\n    - y\n", "a:\n    b: 1\n    c:\n      - x\n", "a:\n  c:\n  - x\n"]
)
def test_the_indentation_of_the_text_is_kept(style: str) -> None:
    text = f"dashboard: d\ntitle: D\n{style}"
    assert edited(text, "dashboard", "d", [Put(("title",), "E")]) == text.replace("D\n", "E\n")


@pytest.mark.parametrize("pack", shipped_packs())
def test_ids_are_written_back_and_nothing_else_changes(pack: str) -> None:
    documents, _ = shipped(pack)
    first = load(documents)
    assert first.model is not None
    ided = {p: with_ids(t, first.identity) if p.endswith(".yaml") else t for p, t in documents.items()}
    alone, after = load(ided), load(ided, first.identity)
    assert alone.model is not None and after.model is not None
    assert alone.identity.live == first.identity.live == after.identity.live
    assert after.model.hash == alone.model.hash == first.model.hash
    bare = re.compile(r"^ *id: \w+\n|\bid: \w+, |, id: \w+", re.MULTILINE)
    for path, text in documents.items():
        assert bare.sub("", ided[path]) == text


@pytest.mark.parametrize("pack", shipped_packs())
def test_every_field_can_be_renamed_everywhere(pack: str) -> None:
    documents, _ = shipped(pack)
    live = load(documents)
    assert live.model is not None
    for entity in list(live.model.entities.values())[:6]:
        for field in entity.fields[:5]:
            found = load(rename_field(documents, entity.name, field.name, "quite_new"), live.identity)
            assert found.diagnostics == (), (entity.name, field.name, found.diagnostics[:3])
            assert found.model is not None
            spec = found.model.entities[entity.name].field("quite_new")
            assert spec is not None and spec.id == field.id


def test_a_rename_reaches_every_kind_of_document() -> None:
    for entity, old in (
        ("student", "class"),
        ("student", "name"),
        ("leave", "days"),
        ("leave", "student"),
        ("class", "head"),
    ):
        changed = rename_field(BASE, entity, old, "renamed")
        before = load(BASE)
        after = load(changed, before.identity)
        assert after.diagnostics == (), (entity, old, [(d.code, str(d.place)) for d in after.diagnostics])
    changed = rename_field(BASE, "leave", "days", "length")
    assert "need: [student, length]" in changed["flow.yaml"]
    assert "length > 20: {zh" in changed["flow.yaml"]
    assert "{when: length <= 3, to: approved}" in changed["flow.yaml"]
    assert "given: {length: 2}" in changed["flow.yaml"]
    assert "measure: sum length" in changed["home.yaml"]
    assert "length: {is: integer" in changed["leave.yaml"] and "was: days" in changed["leave.yaml"]
    assert changed["student.yaml"] == BASE["student.yaml"]


def test_a_rename_of_what_is_not_there_or_taken_is_refused() -> None:
    for name, new in (("nothing", "x"), ("name", "class")):
        with pytest.raises(NotThere):
            rename_field(BASE, "student", name, new)
    broken: dict[str, Any] = {**BASE, "x.yaml": "entity: x\n"}
    with pytest.raises(NotThere):
        rename_field(broken, "student", "name", "x")
