"""The application on a real port over a demo school of its own, and real browsers that visit it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from typing import Any

import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Response
from shuyuan.web.app import create_app
from shuyuan.web.session.cookies import LANG, SESSION, THEME

from tests.school import School
from tests.web.site import session_for

PROBES = (Path(__file__).parent / "look" / "probes.js").read_text(encoding="utf-8").strip()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Look:
    """A page of a browser on the site, and everything it complained about."""

    page: Page
    address: str
    width: int
    complaints: list[str] = field(default_factory=list)

    async def go(self, path: str) -> Response | None:
        """Open an address of the site."""
        return await self.page.goto(self.address + path)

    async def press(self, name: str, exact: bool = False) -> None:
        """Press the button or link of that name and wait until what follows is there."""
        either = self.page.get_by_role("button", name=name, exact=exact).or_(
            self.page.get_by_role("link", name=name, exact=exact)
        )
        await either.first.click()
        await self.page.wait_for_load_state()

    async def wrong(self) -> list[str]:
        """What is wrong with the page as it is now: axe, our probes, the console. Forgets the complaints.

        Toasts are closed first, and the page is at its top: what lies over something for a while would count.
        """
        await self.page.evaluate("scrollTo(0, 0)")
        await self.page.evaluate("document.querySelectorAll('[data-toast] [data-close]').forEach((b) => b.click())")
        said: Any = (await Axe().run(self.page, options={"runOnly": RULES, "resultTypes": ["violations"]})).response
        found = [f"{v['id']}: {v['nodes'][0]['html'][:160]} ({len(v['nodes'])})" for v in said["violations"]]
        found += await self.page.evaluate(PROBES + ".fits", 44 if self.width < 800 else 24)
        found += self.complaints
        self.complaints.clear()
        return [f"{self.page.url.removeprefix(self.address)} {one}" for one in found]

    async def walk(self, *paths: str) -> list[str]:
        """What is wrong with any of these addresses."""
        found = []
        for path in paths:
            answer = await self.go(path)
            if answer is None or answer.status != 200:
                found.append(f"{path} answered {answer and answer.status}")
            found += await self.wrong()
        return found


@dataclass
class Live:
    """A running site. `school` is a fresh copy that this test may change as it likes."""

    school: School
    address: str
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    async def look(
        self, login: str = "", lang: str = "zh", theme: str = "light", width: int = 1280, script: bool = True
    ) -> Look:
        """A browser of its own, signed in as `login` ("": nobody)."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 860},
            locale="zh-CN" if lang == "zh" else "en-GB",
            java_script_enabled=script,
            has_touch=width < 600,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        cookies = {LANG: lang, THEME: theme}
        if login:
            cookies[SESSION] = (await session_for(self.school, login)).token
        await context.add_cookies([{"name": n, "value": v, "url": self.address} for n, v in cookies.items()])
        found = Look(await context.new_page(), self.address, width)
        found.page.on("console", lambda m: found.complaints.append(m.text) if m.type in ("error", "warning") else None)
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        return found


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()


@asynccontextmanager
async def serving(school: School, browser: Browser) -> AsyncIterator[Live]:
    """The site while it runs in this process."""
    config = uvicorn.Config(
        create_app(school.engine), port=0, log_level="warning", lifespan="off", ws="none", proxy_headers=False
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve())
    await server.listens.wait()
    live = Live(school, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", browser)
    try:
        yield live
    finally:
        for context in live.contexts:
            await context.close()
        server.should_exit = True
        await running
