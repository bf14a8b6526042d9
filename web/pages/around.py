"""What stands around the pages: files, whether the site is well, what crawlers are told."""

from __future__ import annotations

from shuyuan.engine import SYSTEM, Busy
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from ..render.assets import asset, serve
from .page import Page, get

#: Everything behind the sign-in turns crawlers away by itself; the API is nothing to look at.
ROBOTS = "User-agent: *\nDisallow: /api/\nDisallow: /files/\n"


async def health(page: Page) -> Response:
    """200 while the database answers, 503 otherwise; nothing about the inside."""
    try:
        await page.engine.work(SYSTEM).confirm()
    except Busy:
        return JSONResponse({"status": "busy"}, 503)
    return JSONResponse({"status": "ok"})


async def robots(page: Page) -> Response:
    """What crawlers are told."""
    return PlainTextResponse(ROBOTS, headers={"cache-control": "public, max-age=86400"})


async def favicon(page: Page) -> Response:
    """For browsers that ask before they have read a page."""
    return RedirectResponse(asset("icons.svg"), 301, headers={"cache-control": "public, max-age=86400"})


async def static(request: Request) -> Response:
    """A file of `web/static`."""
    return await serve(request)


ROUTES = (
    Route("/static/{path:path}", static),
    get("/healthz", health, public=True),
    get("/robots.txt", robots, public=True),
    get("/favicon.ico", favicon, public=True),
)
