"""The gallery, served once, and pages of a real browser on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, Page

from tests.web.look.gallery import served


@dataclass
class Opened:
    """A browser page on the gallery, and what it complained about."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    async def go(self, path: str) -> None:
        """Open a page of the gallery."""
        await self.page.goto(self.address + path)


Opener = Callable[..., Awaitable[Opened]]


@pytest.fixture(scope="session")
async def gallery() -> AsyncIterator[str]:
    async with served() as address:
        yield address


@pytest.fixture
async def opened(browser: Browser, gallery: str) -> AsyncIterator[Opener]:
    """Opens a browser page of a width, in a language and a theme."""
    contexts = []

    async def make(
        lang: str = "zh", theme: str = "light", width: int = 1280, script: bool = True, touch: bool = False
    ) -> Opened:
        context = await browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 860},
            locale="zh-CN" if lang == "zh" else "en-GB",
            java_script_enabled=script,
            has_touch=touch,
            reduced_motion="reduce",
        )
        contexts.append(context)
        await context.add_cookies(
            [{"name": "lang", "value": lang, "url": gallery}, {"name": "theme", "value": theme, "url": gallery}]
        )
        found = Opened(await context.new_page(), gallery)
        found.page.on("console", lambda m: found.complaints.append(m.text) if m.type in ("error", "warning") else None)
        found.page.on("pageerror", lambda e: found.complaints.append(str(e)))
        return found

    yield make
    for context in contexts:
        await context.close()
