"""A small application that shows every component and page with sample values, under the real headers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from socket import socket

import uvicorn
from shuyuan.web.render.assets import serve
from shuyuan.web.render.env import environment, render
from shuyuan.web.render.words import Lang
from shuyuan.web.session.headers import secured
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.web.look.sample_pages import pages
from tests.web.look.samples import Samples

HERE = Path(__file__).parent


class Secured:
    """Adds the headers of every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = secured(message["headers"], b"gallery", secure=False, personal=True)
            await send(message)

        await self.app(scope, receive, sent)


def _samples(request: Request) -> Samples:
    lang: Lang = "en" if request.cookies.get("lang") == "en" else "zh"
    theme = request.cookies.get("theme", "auto")
    return Samples(lang, theme if theme in ("light", "dark") else "auto")


async def page(request: Request) -> Response:
    """Any page of the gallery; a submitted form shows the same page, /form its problems."""
    s = _samples(request)
    path = request.url.path
    status = 200
    if request.method == "POST" and path == "/form":
        if request.headers.get("hx-target") == "div#fields":
            return HTMLResponse(render("form.html", s.lang, **pages(s)["/form"][1]))
        path, status = "/form-wrong", 422
    found = pages(s).get(path)
    if found is None:
        found, status = pages(s)["/error-404"], 404
    template, values = found
    return HTMLResponse(render(template, s.lang, **values), status)


async def options(request: Request) -> Response:
    """What a combobox is answered with."""
    s = _samples(request)
    q = request.query_params.get("q", "")
    chosen = tuple(
        c
        for c in s.choices(("汉族", "Han"), ("满族", "Manchu"), ("高一（3）班", "Grade 10, class 3"))
        if q.lower() in c.label.lower()
    )
    return HTMLResponse(
        render("partials/options.html", s.lang, id=request.query_params.get("id", "o"), choices=chosen, hrefs=False)
    )


async def search(request: Request) -> Response:
    """The search page, and what stands under the search box."""
    if request.headers.get("hx-target", "").startswith("ul#"):
        s = _samples(request)
        found = render(
            "partials/options.html", s.lang, id="find-o", choices=(s.choices(("陈宇航", "Chen Yuhang"))[0],), hrefs=True
        )
        return HTMLResponse(found.replace('data-href="0"', 'data-href="/record"'))
    return await page(request)


async def draft(request: Request) -> Response:
    """Keeps nothing, and says that it did."""
    await request.form()
    return HTMLResponse(_samples(request)("草稿已保存 14:33", "Draft saved at 14:33"))


async def count(request: Request) -> Response:
    """The true count of a filter."""
    return HTMLResponse("1,248")


async def broken(request: Request) -> Response:
    """An answer that went wrong."""
    return HTMLResponse("<p>500", 500)


async def look(request: Request) -> Response:
    """Keeps the language and the theme in cookies."""
    form = await request.form()
    answer = RedirectResponse(str(form.get("next") or "/"), 303)
    for name in ("lang", "theme"):
        if name in form:
            answer.set_cookie(name, str(form[name]))
    return answer


async def components(request: Request) -> Response:
    """The components that no page of the gallery shows."""
    s = _samples(request)
    template = environment(s.lang).from_string((HERE / "components.html").read_text(encoding="utf-8"))
    return HTMLResponse(template.render(shell=s.shell("/components"), s=s))


def app() -> Starlette:
    """The gallery."""
    methods = ["GET", "POST"]
    return Starlette(
        routes=[
            Route("/static/{path:path}", serve),
            Route("/options", options),
            Route("/search", search),
            Route("/draft", draft, methods=["POST"]),
            Route("/count", count),
            Route("/broken", broken),
            Route("/components", components),
            Route("/settings/look", look, methods=["POST"]),
            Route("/{path:path}", page, methods=methods),
        ],
        middleware=[Middleware(Secured), Middleware(GZipMiddleware, minimum_size=500)],
    )


class Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()


@asynccontextmanager
async def served(port: int = 0) -> AsyncIterator[str]:
    """The address of the gallery while it runs in this process."""
    server = Server(uvicorn.Config(app(), port=port, log_level="warning", lifespan="off"))
    running = asyncio.create_task(server.serve())
    await server.listens.wait()
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await running


if __name__ == "__main__":
    uvicorn.run(app(), port=8899, log_level="warning")
