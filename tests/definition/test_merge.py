"""Two edits of one text: what each changed is there, and where both changed the same it is said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from shuyuan.engine.definition.merge import Clash, merged

BASE = "a\nb\nc\nd\ne\n"


def test_edits_of_different_lines_come_together() -> None:
    assert merged(BASE, "a\nB\nc\nd\ne\n", "a\nb\nc\nd\nE\nf\n").text == "a\nB\nc\nd\nE\nf\n"
    assert merged(BASE, "b\nc\nd\ne\n", "a\nb\nc\nd\n").text == "b\nc\nd\n"


def test_the_same_edit_on_both_sides_is_made_once() -> None:
    assert merged(BASE, "a\nx\nc\nd\ne\n", "a\nx\nc\ny\ne\n").clashes == ()
    assert merged(BASE, "a\nx\nc\nd\ne\n", "a\nx\nc\ny\ne\n").text == "a\nx\nc\ny\ne\n"


def test_different_edits_of_one_line_are_named_and_mine_stands() -> None:
    found = merged(BASE, "a\nb\nmine\nd\ne\n", "A\nb\ntheirs\nd\ne\n")
    assert found.text == "A\nb\nmine\nd\ne\n"
    assert found.clashes == (Clash(3, "c\n", "mine\n", "theirs\n"),)


TEXTS = st.lists(st.sampled_from("abcd"), max_size=12).map(lambda lines: "".join(f"{x}\n" for x in lines))


@given(TEXTS, TEXTS)
def test_an_edit_of_one_side_alone_is_the_result(base: str, other: str) -> None:
    assert merged(base, other, base).text == other
    assert merged(base, base, other).text == other
    assert merged(base, other, other).text == other


@given(TEXTS, TEXTS, TEXTS)
def test_lines_that_clash_are_those_that_both_changed(base: str, mine: str, theirs: str) -> None:
    found = merged(base, mine, theirs)
    turned = merged(base, theirs, mine)
    assert [(c.base, c.mine, c.theirs) for c in found.clashes] == [(c.base, c.theirs, c.mine) for c in turned.clashes]
    if not found.clashes:
        assert found.text == turned.text
    for clash in found.clashes:
        assert clash.mine != clash.base and clash.theirs != clash.base and clash.mine != clash.theirs
        assert "".join(found.text.splitlines(keepends=True)[clash.line - 1 :]).startswith(clash.mine)
