"""The running site in a real browser."""

from __future__ import annotations

import pytest

from tests.web.live import Live

pytestmark = pytest.mark.browser


async def test_nobody_is_led_to_sign_in(live: Live) -> None:
    look = await live.look()
    await look.go("/r/student")
    assert look.page.url == f"{live.address}/sign-in?next=/r/student"


@pytest.mark.parametrize("path", ["/", "/r/student?view=students", "/r/student/new?form=student_intake", "/inbox"])
async def test_the_first_visit_is_light(live: Live, path: str) -> None:
    look = await live.look("registrar.east", width=390)
    watch = await look.page.context.new_cdp_session(look.page)
    await watch.send("Network.enable")
    sizes: list[float] = []
    watch.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    await look.page.goto(live.address + path, wait_until="networkidle")
    assert len([size for size in sizes if size]) <= 5
    assert sum(sizes) <= 45 * 1024
