"""The frame that is kept as text is the frame that the template makes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shuyuan.web.render.env import page_blocks, render
from shuyuan.web.render.frame import Filling, Frame
from shuyuan.web.render.values import Group, Link, Shell, Toast
from shuyuan.web.render.words import Lang

GROUPS = (
    Group("", (Link("首页", "/", "home"), Link("待办", "/inbox", "inbox"), Link("消息", "/notices", "bell"))),
    Group("人员 <b>", (Link("学生 & 家长", '/r/student?view=a&b="1"', "student"), Link("无图标", "/r/x"))),
)
TABS = GROUPS[0].links[:2]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["auto", "dark"])
@pytest.mark.parametrize("keys", [True, False])
@pytest.mark.parametrize("here", ["", "/", "/inbox", GROUPS[1].links[0].href])
def test_kept_text_is_what_the_template_makes(lang: Lang, theme: str, keys: bool, here: str) -> None:
    frame = Frame(lang, theme, keys, "青禾<中学>", GROUPS, TABS)
    counts = {"/inbox": "3", "/notices": ""} if here else {"/inbox": "", "/notices": "99+"}
    toasts = (Toast("已保存 <张三>", "/undo/1"), Toast("坏", bad=True)) if keys else ()

    def seen(link: Link) -> Link:
        return replace(link, current=link.href == here, count=counts.get(link.href, ""))

    shell = Shell(
        "青禾<中学>", "王\"晓<梅", "csrf-1", "/r/x?a=1&b=2",
        tuple(Group(g.label, tuple(map(seen, g.links))) for g in GROUPS), tuple(map(seen, TABS)), (), toasts, theme,
        keys, 'q "quoted"',
    )  # fmt: skip
    values = {"q": "<陈>", "groups": (), "shell": shell}
    title, header, main = page_blocks("search.html", lang, values)
    filling = Filling(title, header, main, shell.person, shell.csrf, shell.path, shell.find, here, counts, toasts)
    assert frame.page(filling) == render("search.html", lang, **values)
