"""The running site in a real browser."""

from __future__ import annotations

import pytest

from tests.web.live import Live

pytestmark = pytest.mark.browser


async def test_nobody_is_led_to_sign_in(live: Live) -> None:
    look = await live.look()
    await look.go("/r/student")
    assert look.page.url == f"{live.address}/sign-in?next=/r/student"
