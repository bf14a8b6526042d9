"""What somebody was told about requests, newest first; looking at one marks it as read."""

from __future__ import annotations

from shuyuan.engine import Told, notices_of, read_all_notices, read_notices
from starlette.responses import RedirectResponse, Response

from ..render.values import Entry, Pill
from ..session import local
from .frame import lobbies
from .page import Page, get, post

#: Notices of one page.
PAGE = 30


async def notices(page: Page) -> Response:
    """A page of them."""
    at, _, number = page.query.get("before", "").partition(".")
    good = at.isdecimal() and number.isdecimal() and len(at) < 19 and len(number) < 19
    before = (int(at), int(number)) if good else (1 << 60, 0)
    found = await notices_of(page.work, before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    return page.show(
        "notices.html",
        rows=tuple(_entry(page, one) for one in shown),
        unread=any(one.read_at is None for one in shown),
        until=str(shown[0].at) if shown else "",
        older=f"/notices?before={shown[-1].at}.{shown[-1].id}" if len(found) > PAGE else "",
    )


def _entry(page: Page, told: Told) -> Entry:
    pill = Pill(page.t("notices_unread"), "info") if told.read_at is None else None
    text = page.text(told.text)
    soft = " · ".join(part for part in (page.when(told.at).text, text) if part)
    return Entry(page.text(told.title), f"/notices/{told.id}?to={local(told.link, '/notices')}", soft, pill)


async def opened(page: Page) -> Response:
    """Mark one as read and go to what it speaks of."""
    await read_notices(page.work.store, page.actor.id, [page.number("id")], page.work.now.ms)
    lobbies(page.engine).forget(page.actor.id)
    return RedirectResponse(local(page.query.get("to"), "/notices"), 303)


async def all_read(page: Page) -> Response:
    """Mark everything that was on the page, and all before it, as read."""
    until = (await page.form()).number("until")
    await read_all_notices(page.work.store, page.actor.id, until, page.work.now.ms)
    return page.done("/notices", page.t("notices_were_read"))


ROUTES = (get("/notices", notices), post("/notices", all_read), get("/notices/{id:int}", opened))
