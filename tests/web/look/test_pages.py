"""Every page in a real browser: accessible, fitting, reachable, quiet and light."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe

from tests.web.look.conftest import Opened, Opener
from tests.web.look.sample_pages import pages
from tests.web.look.samples import Samples

pytestmark = pytest.mark.browser

PATHS = ["/components", *pages(Samples("zh"))]
#: Every language, theme and width is among them; SHUYUAN_DEEP=1 tries each with each.
SOME = [("zh", "light", 1280), ("en", "dark", 390), ("zh", "dark", 320)]
EACH = [(lang, theme, width) for lang in ("zh", "en") for theme in ("light", "dark") for width in (1280, 800, 390, 320)]
VIEWS = EACH if os.environ.get("SHUYUAN_DEEP") else SOME
PROBES = (Path(__file__).parent / "probes.js").read_text(encoding="utf-8").strip()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def seen(axe: Axe, look: Opened, path: str, width: int) -> list[str]:
    await look.go(path)
    said: Any = (await axe.run(look.page, options={"runOnly": RULES, "resultTypes": ["violations"]})).response
    wrong = [f"{v['id']}: {v['nodes'][0]['html'][:120]} ({len(v['nodes'])})" for v in said["violations"]]
    wrong += await look.page.evaluate(PROBES + ".fits", 44 if width < 800 else 24)
    wrong += look.complaints
    look.complaints.clear()
    return [f"{path} {w}" for w in wrong]


@pytest.mark.parametrize(("lang", "theme", "width"), VIEWS)
async def test_every_page_is_accessible_fits_and_is_quiet(opened: Opener, lang: str, theme: str, width: int) -> None:
    look, axe = await opened(lang, theme, width), Axe()
    assert [w for path in PATHS for w in await seen(axe, look, path, width)] == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", ["/form-wrong", "/list", "/inbox", "/plan", "/record"])
async def test_the_focus_is_always_seen(opened: Opener, path: str, width: int) -> None:
    look = await opened("zh", "light", width)
    await look.go(path)
    await look.page.evaluate("document.activeElement.blur()")
    wrong: list[str] = []
    steps = 0
    while steps < 200:
        steps += 1
        await look.page.keyboard.press("Tab")
        said = await look.page.evaluate(PROBES + ".shown")
        if said == "end":
            break
        wrong += [said] if said else []
    assert wrong == [] and steps > 10


async def test_the_first_load_is_light(opened: Opener) -> None:
    for path in ("/list-long", "/form", "/inbox", "/"):
        look = await opened("zh", "light", 390)
        session = await look.page.context.new_cdp_session(look.page)
        await session.send("Network.enable")
        sizes: list[float] = []
        session.on("Network.loadingFinished", lambda e, sizes=sizes: sizes.append(e["encodedDataLength"]))
        await look.page.goto(look.address + path, wait_until="networkidle")
        assert len([s for s in sizes if s]) <= 5, path
        assert sum(sizes) <= 45 * 1024, path


async def test_nothing_moves_after_it_is_shown(opened: Opener) -> None:
    watch = """() => {
      window.moved = 0;
      const add = (list) => list.getEntries().forEach((e) => { window.moved += e.value; });
      new PerformanceObserver(add).observe({type: "layout-shift", buffered: true});
    }"""
    for width in (1280, 390):
        look = await opened("zh", "light", width)
        for path in ("/list", "/form-wrong", "/inbox", "/record", "/"):
            await look.page.goto(look.address + path, wait_until="networkidle")
            await look.page.evaluate(watch)
            await look.page.evaluate(
                "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
            )
            assert await look.page.evaluate("window.moved") == 0, path


async def test_text_twice_as_large_still_fits(opened: Opener) -> None:
    look = await opened("en", "light", 1280)
    for path in ("/list", "/form", "/inbox", "/case"):
        await look.go(path)
        await look.page.set_viewport_size({"width": 640, "height": 430})
        assert await look.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        await look.page.set_viewport_size({"width": 1280, "height": 860})


async def test_a_printed_page_is_the_page_without_its_frame(opened: Opener) -> None:
    look = await opened(theme="dark", width=794)
    for path in ("/record", "/list", "/case"):
        await look.go(path)
        await look.page.emulate_media(media="print")
        for part in (".side", ".top", ".tabs-bar", ".toasts", ".bulk", ".button"):
            for node in await look.page.locator(part).all():
                assert not await node.is_visible(), f"{path} {part}"
        assert await look.page.locator("main h1").is_visible()
        assert await look.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        for table in await look.page.locator(".list").all():
            assert await table.evaluate("(t) => getComputedStyle(t).display") == "table", "cards are for phones"


async def test_the_theme_of_the_machine_holds_until_somebody_chooses(opened: Opener) -> None:
    look = await opened(theme="auto")
    ground = "getComputedStyle(document.body).backgroundColor"
    await look.page.emulate_media(color_scheme="dark")
    await look.go("/")
    dark = await look.page.evaluate(ground)
    await look.page.emulate_media(color_scheme="light")
    light = await look.page.evaluate(ground)
    assert dark != light
    await look.page.locator(".top summary").click()
    await look.page.get_by_role("button", name="深色").click()
    assert await look.page.evaluate(ground) == dark
    await look.page.reload()
    assert await look.page.evaluate(ground) == dark
