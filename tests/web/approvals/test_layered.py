"""Pictures of workflows: nothing overlaps, nothing is lost, and everybody finds the same in the list."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shuyuan.web.render.drawing import Arrow, Box, Inner, drawing
from shuyuan.web.render.layered import At, Join, Layout, Size, laid_out

names = st.integers(1, 14).map(lambda n: [f"s{i}" for i in range(n)])


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Size], list[Join]]:
    ids = draw(names)
    sizes = [Size(i, draw(st.integers(20, 220)), draw(st.integers(20, 120)), draw(st.integers(0, 9)) == 0) for i in ids]
    one = st.builds(
        Join,
        st.sampled_from([*ids, "gone"]),
        st.sampled_from(ids),
        st.sampled_from(["on", "on", "on", "back", "down"]),
        st.integers(0, 90).map(float),
    )
    return sizes, draw(st.lists(one, max_size=30, unique_by=lambda j: (j.source, j.target, j.way)))


def apart(one: At, two: At) -> bool:
    beside = one.x + one.width <= two.x + 0.01 or two.x + two.width <= one.x + 0.01
    return beside or one.y + one.height <= two.y + 0.01 or two.y + two.height <= one.y + 0.01


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_boxes_stand_apart_inside_the_picture_and_every_arrow_ends_at_its_box(
    graph: tuple[list[Size], list[Join]],
) -> None:
    sizes, joins = graph
    found: Layout = laid_out(sizes, joins)
    assert found == laid_out(sizes, joins), "the same picture every time"
    assert set(found.boxes) == {s.id for s in sizes}
    for at in found.boxes.values():
        assert at.x >= 0 and at.y >= 0 and at.x + at.width <= found.width and at.y + at.height <= found.height
    assert all(apart(a, b) for a, b in combinations(found.boxes.values(), 2))
    drawn = [(line.join.source, line.join.target) for line in found.lines]
    assert sorted(drawn) == sorted((j.source, j.target) for j in joins if j.source != "gone" and j.source != j.target)
    for line in found.lines:
        source, target = found.boxes[line.join.source], found.boxes[line.join.target]
        (x, y), (to_x, to_y) = line.points[0], line.points[-1]
        assert source.x <= x <= source.x + source.width and source.y <= y <= source.y + source.height
        assert target.x <= to_x <= target.x + target.width and target.y - 0.1 <= to_y <= target.y + target.height + 0.1
        if line.join.way == "on":
            assert source.x + source.width < target.x, "what leads on stands further right"
        assert all(0 <= px <= found.width and 0 <= py <= found.height for px, py in line.points)


def test_a_chain_stands_in_one_line() -> None:
    found = laid_out([Size(i, 80, 40) for i in "abc"], [Join("a", "b"), Join("b", "c")])
    assert len({at.middle for at in found.boxes.values()}) == 1
    assert found.boxes["a"].x < found.boxes["b"].x < found.boxes["c"].x


def test_a_circle_becomes_a_return() -> None:
    found = laid_out([Size(i, 80, 40) for i in "ab"], [Join("a", "b"), Join("b", "a")])
    assert [line.join.way for line in found.lines] == ["on", "back"]


BOXES = (
    Box("a", "填写", soft="申请人", mark="done"),
    Box("b", "会签", inner=(Inner("年级组长", mark="now"), Inner("教务处 & <b>")), mark="now"),
    Box("c", "按天数分流", "auto"),
    Box("d", "已批准", "ok"),
    Box("e", "未批准", "bad", wrong="走不到"),
)
ARROWS = (
    Arrow("a", "b", "提交", taken=True),
    Arrow("b", "c", "同意"),
    Arrow("c", "d", "days > 3"),
    Arrow("c", "d", "其他"),
    Arrow("b", "e", "不同意", "down"),
    Arrow("b", "a", "退回", "back"),
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_picture_is_well_formed_and_the_list_says_the_same(lang: str) -> None:
    page = drawing("请假 <流程>", BOXES, ARROWS, lang, "x")  # type: ignore[arg-type]
    root = ET.fromstring(page.replace("<br>", "<br/>"))
    shown, listed = "".join(root[0].itertext()), "".join(root[1].itertext())
    for word in ("填写", "会签", "年级组长", "教务处 & <b>", "已批准", "未批准", "退回", "提交"):
        assert word in shown and word in listed, word
    svg = root[0][0]
    assert svg.get("role") == "img" and svg.get("aria-label") == "请假 <流程>"
    assert [li.get("aria-current") for li in root[1]] == [None, "step", None, None, None]
    assert "style=" not in page, "the headers forbid style attributes"


def test_arrows_between_the_same_boxes_are_drawn_once_with_all_their_words() -> None:
    page = str(drawing("t", BOXES, ARROWS, "zh"))
    assert len(re.findall(r'<path class="way', page)) == len(ARROWS) - 1
    assert "days &gt; 3 / 其他" in page or ("days &gt; 3" in page and "其他" in page)
