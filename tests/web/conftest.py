"""One browser for all tests, and a running site over a fresh demo school for each that asks for it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.school import School
from tests.web.live import Live, serving
from tests.web.site import Site, site_of

CHROMIUM = os.environ.get("SHUYUAN_CHROMIUM") or shutil.which("chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--hide-scrollbars",
)  # fmt: skip


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium; the tests that need one are skipped where there is none, and fail with CI=true."""
    if not CHROMIUM:
        missing = "There is no Chromium here: install it, or set SHUYUAN_CHROMIUM to where it is."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    async with async_playwright() as drive:
        started = await drive.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        await started.close()


@pytest.fixture
async def live(school_sqlite: School, browser: Browser) -> AsyncIterator[Live]:
    """The site on a port over a demo school of its own: `look = await live.look("head.east", lang, theme, width)`."""
    async with serving(school_sqlite, browser) as found:
        yield found


@pytest.fixture
def site(school_sqlite: School) -> Site:
    """The application over the demo school without a port: `visitor = await site.signed_in("admin")`."""
    return site_of(school_sqlite)
