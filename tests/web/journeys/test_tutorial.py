"""The tutorial, followed in a browser to the letter: its text is kept, published and used, by the names it gives."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.web.live import Live, Look

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[3]
TUTORIAL = (ROOT / "docs" / "tutorials" / "first-form.md").read_text(encoding="utf-8")
(DEFINITION,) = re.findall(r"```yaml\n(.*?)```", TUTORIAL, re.DOTALL)
BOLD = list(dict.fromkeys(re.findall(r"\*\*(.+?)\*\*", TUTORIAL)))
#: What the tutorial names in Chinese, and the same in English.
PAIRS = dict(zip((b for b in BOLD if not b.isascii()), (b for b in BOLD if b.isascii()), strict=True))
WHAT = {"zh": "粉笔两盒", "en": "Two boxes of chalk"}


@dataclass
class Reader:
    """Somebody who follows the tutorial in one language. left: names it gives that they have not met yet."""

    live: Live
    lang: str
    left: set[str] = field(default_factory=lambda: set(PAIRS))

    def called(self, name: str) -> str:
        """What the tutorial calls it in their language."""
        self.left.discard(name)
        return PAIRS[name] if self.lang == "en" else name

    async def signed_in(self, login: str) -> Look:
        """Home, after signing in."""
        look = await self.live.look(login, self.lang)
        await look.go("/")
        return look

    async def at_side(self, look: Look, name: str) -> None:
        """Press a link of the navigation; a badge may stand behind its name."""
        side = look.page.get_by_role("navigation").get_by_role("link", name=re.compile(f"^{self.called(name)}"))
        await side.first.click()
        await look.page.wait_for_load_state()

    async def press(self, look: Look, name: str) -> None:
        """Press what the tutorial names."""
        await look.press(self.called(name), exact=True)

    async def decide(self, login: str, act: str) -> None:
        """Somebody finds the request in their inbox and presses a button."""
        look = await self.signed_in(login)
        await self.at_side(look, "待办")
        await look.page.locator(".tasks a.t", has_text=WHAT[self.lang]).click()
        await expect(look.page.locator("#panel #case")).to_contain_text(WHAT[self.lang])
        await self.press(look, act)
        await expect(look.page.locator("[data-toast]").first).to_contain_text(WHAT[self.lang])


def test_the_command_it_begins_with_is_there() -> None:
    commands = re.findall(r"```sh\nmake (\w+)\n```", TUTORIAL)
    assert commands == ["demo"]
    assert "\ndemo: " in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_new_form_is_defined_published_and_approved_twice(live: Live, lang: str) -> None:
    reader = Reader(live, lang)
    admin = await reader.signed_in("admin")
    await reader.at_side(admin, "定义")
    await reader.press(admin, "新建定义")
    await admin.page.get_by_label(reader.called("放在哪里"), exact=True).fill("school/supplies.yaml")
    await admin.page.locator("textarea").fill(DEFINITION)
    await reader.press(admin, "检查并保存草稿")
    drawn = admin.page.get_by_role("img", name="领用申请" if lang == "zh" else "Supply request")
    await expect(drawn.first).to_be_visible()
    await reader.press(admin, "查看变更计划")
    await reader.press(admin, "发布第 2 版")
    assert live.school.engine.version.number == 2

    head = await reader.signed_in("head.east")
    await reader.at_side(head, "我的申请")
    await head.page.locator("#new").get_by_role("link", name=reader.called("领用申请")).click()
    await head.page.get_by_label("物品" if lang == "zh" else "Supplies", exact=True).fill(WHAT[lang])
    await head.page.get_by_label("金额" if lang == "zh" else "Price").first.fill("36")
    await reader.press(head, "提交")
    await head.page.wait_for_url(re.compile(r"/cases/\d+$"))
    await reader.decide("grade.east", "同意")
    await reader.decide("registrar.east", "发放")
    await reader.at_side(head, "我的申请")
    await reader.press(head, "已结束")
    await expect(head.page.locator("#list")).to_contain_text("已发放" if lang == "zh" else "Handed out")
    assert reader.left == set(), "the tutorial names something that nobody met"

    west = await live.look("head.west", lang)
    for path in ("/r/supply_request", f"/search?q={WHAT[lang]}", "/api/v1/records/supply_request"):
        answer = await west.page.context.request.get(live.address + path)
        text = (await answer.text()).replace(f'value="{WHAT[lang]}"', "").replace(f"“{WHAT[lang]}”", "")
        assert answer.status == 200 and WHAT[lang] not in text, path
