"""Reading: whatever the text holds, it ends soon, raises nothing, and keeps what was written."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shuyuan.engine.definition import decode, load, read
from shuyuan.engine.definition.read import MOST_BYTES, MOST_PROBLEMS
from shuyuan.engine.diagnostics import Diagnostic, words


def value(text: str, file: str = "a.yaml") -> object:
    found = read(file, text)
    assert found.diagnostics == ()
    return [d.plain_value() for d in found.documents]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"), ("on", "on"), ("Yes", "Yes"), ("y", "y"), ("true", True), ("False", False), ("null", None),
        ("~", None), ("012", 12), ("0o17", 15), ("0x1F", 31), ("1_000", "1_000"), ("1e3", Decimal("1E+3")),
        ("-1.50", Decimal("-1.50")), (".5", Decimal("0.5")), ("2026-01-01", "2026-01-01"), ("12:30", "12:30"),
        ("'1'", "1"), ('"true"', "true"), ("=", "="), ("1.2.3", "1.2.3"), ("+86", 86),
    ],
)  # fmt: skip
def test_plain_words_are_read_by_the_rules_of_yaml_1_2(written: str, meant: object) -> None:
    found = value(f"a: {written}")
    assert found == [{"a": meant}]
    assert type(found[0]["a"]) is type(meant)  # type: ignore[index]


def test_what_was_written_is_kept_beside_what_it_means() -> None:
    node = read("a.yaml", "code: 007\nname: 'it''s'\n").documents[0]
    assert node.entries["code"].value == 7
    assert node.entries["code"].text == "007"
    assert node.entries["name"].text == "it's"


def test_every_value_and_key_knows_its_line_and_column() -> None:
    text = "# remark\nentity: x\nschema:\n  properties:\n    - {a: 1}\n    - b:\n        中: [2, 3]\n"
    node = read("f/x.yaml", text).documents[0]
    items = node.entries["schema"].entries["properties"].items
    inner = items[1].entries["b"].entries["中"]
    assert str(inner.place) == "f/x.yaml:7:12 schema/properties/2/b/中"
    assert str(inner.key_place) == "f/x.yaml:7:9 schema/properties/2/b/中"
    assert str(inner.items[1].place) == "f/x.yaml:7:16 schema/properties/2/b/中/2"


def test_lines_count_through_several_documents() -> None:
    found = read("a.yaml", "a: 1\n---\n# x\nb: 2\n--- {c: 3}\n").documents
    assert [(d.line, d.plain_value()) for d in found] == [(1, {"a": 1}), (4, {"b": 2}), (5, {"c": 3})]


def test_a_text_in_quotes_or_a_block_knows_where_it_begins() -> None:
    node = read("a.yaml", 'a: "x + y"\nb: >-\n  x\n  + y\nc: x\n').documents[0]
    places = [(n.text_place.line, n.text_place.column) for n in node.entries.values()]
    assert places == [(1, 5), (3, 0), (5, 4)]


def test_files_of_other_encodings_are_named() -> None:
    assert decode("a: 中文".encode("gb18030"), "a.yaml")[1][0].args["found"] == "GB18030 (GBK)"
    assert decode("a: 中文".encode("utf-16"), "a.yaml")[1][0].code == "DEF_001"
    assert decode(b"a: \xff\xff\xff", "a.yaml")[1] == (
        Diagnostic("DEF_002", decode(b"a: \xff\xff\xff", "a.yaml")[1][0].place),
    )
    assert decode(b"\xef\xbb\xbfa: 1", "a.yaml") == ("a: 1", ())


def test_a_document_of_more_than_a_megabyte_is_not_read() -> None:
    assert [d.code for d in read("a.yaml", "a: " + "x" * MOST_BYTES).diagnostics] == ["DEF_004"]
    assert [d.code for d in load({"a.yaml": "中" * 400_000}).diagnostics] == ["DEF_004"]


def test_messages_are_bounded_however_many_faults_there_are() -> None:
    assert len(read("a.yaml", "[" + "*a, " * 200_000 + "]").diagnostics) <= MOST_PROBLEMS


def test_long_flat_and_wide_texts_end() -> None:
    assert len(read("a.yaml", "- x\n" * 100_000).documents[0].items) == 100_000
    assert read("a.yaml", "? " * 400_000).diagnostics
    assert read("a.yaml", "{" * 400_000).diagnostics
    assert read("a.yaml", "a: '" + "\\n\n" * 100_000).diagnostics


NASTY = [
    "[", "{", "]", "}", ": ", "- ", "? ", "&a ", "*a ", "!!str ", "<<: ", "---\n", "...\n", "%YAML 1.1\n", "\t", "'",
    '"', "|\n", ">\n", "\n  ", "\n", "#", "@", "`", "\\u0000", "\\x", "entity: ", "schema:\n", "  properties:\n",
    "中", "😀", "\ufeff", "\x00", "\x85", "\u2028", "0x", ".inf", "1e999999999", "~", ",",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=5)), max_size=40).map("".join))
def test_any_text_is_read_or_diagnosed(text: str) -> None:
    for file in ("a.yaml", "a.json"):
        found = read(file, text)
        assert len(found.diagnostics) <= MOST_PROBLEMS
        for said in found.diagnostics:
            assert said.place.file == file
            assert 0 <= said.place.line <= text.count("\n") + text.count("\x85") + text.count("\u2028") + 2
            assert words(said, "zh").what
        for node in found.documents:
            for inner in node.walk():
                assert inner.line >= 1


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_diagnosed(raw: bytes) -> None:
    text, said = decode(raw, "a.yaml")
    assert said or isinstance(text, str)


letters = st.characters(exclude_categories=("Cs", "Cc"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(letters, max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc中 _", min_size=1, max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(json_values)
def test_json_means_the_same_as_json_and_as_yaml(given_value: object) -> None:
    text = json.dumps(given_value, ensure_ascii=False, indent=1)
    found = read("a.json", text)
    assert all(d.code == "DEF_011" for d in found.diagnostics), found.diagnostics  # keys of blanks only
    if not found.diagnostics:
        assert [d.plain_value() for d in found.documents] == ([] if given_value is None else [given_value])
