"""The smallest application behind the guard and the session layer, over a real store, and browsers to visit it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from shuyuan.engine import Challenge, Refused, Sessions, Settings
from shuyuan.engine.ops.actors import demand_fresh
from shuyuan.engine.settings import read
from shuyuan.web.session import (
    Doors,
    Guard,
    SessionLayer,
    actor_of,
    enter,
    leave,
    look,
    new_password,
    passage_of,
    reset,
    visit_of,
)
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ..people.conftest import GOOD, Clock, Place, lite, quick  # noqa: F401 - fixtures

SECURE = "https://school.example.cn"
LOCAL = "http://127.0.0.1:8000"


def settings_of(text: str = "") -> Settings:
    found, problems = read(text, {})
    assert found, problems
    return found


@dataclass
class Site:
    """A running site: its people, what reached the handlers, and its settings."""

    place: Place
    settings: Settings
    app: Any
    sessions: Sessions
    reached: list[str]
    before: list[Callable[[], Any]]

    def browser(self, base: str = LOCAL, **headers: str) -> Browser:
        transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 50000))
        return Browser(self, base, httpx.AsyncClient(transport=transport, base_url=base, headers=headers))


@dataclass
class Browser:
    """Sends what a browser sends: cookies, and for forms the origin and the token of the last page."""

    site: Site
    base: str
    client: httpx.AsyncClient
    csrf: str = ""

    async def get(self, path: str, **more: Any) -> httpx.Response:
        answer = await self.client.get(path, **more)
        if found := re.search(r"csrf=(\S+)", answer.text):
            self.csrf = found[1]
        return answer

    async def post(self, path: str, form: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        headers = {"origin": self.base, "sec-fetch-site": "same-origin", **more.pop("headers", {})}
        return await self.client.post(path, data={"csrf": self.csrf, **(form or {})}, headers=headers, **more)

    async def sign_in(self, login: str = "wang", password: str = GOOD, **form: str) -> httpx.Response:
        await self.get("/sign-in")
        answer = await self.post("/sign-in", {"login": login, "password": password, **form})
        if answer.status_code == 303:
            await self.get("/me")
        return answer

    def cookie(self, name: str) -> str:
        return self.client.cookies.get(name) or self.client.cookies.get(f"__Host-{name}") or ""


def build(place: Place, settings: Settings) -> Site:
    """The application: a page, a form, a file, and the handlers that pages mount."""
    sessions, reached, before = Sessions(place.entrance), list[str](), list[Callable[[], Any]]()

    async def me(request: Request) -> Response:
        visit = visit_of(request)
        reached.append("me")
        for act in before:
            await act()
        actor = actor_of(request)
        demand_fresh(actor, await place.stamp())
        roles = " ".join(actor.roles)
        return PlainTextResponse(f"{actor.login} [{roles}] {visit.lang} {visit.theme} csrf={visit.csrf}")

    async def save(request: Request) -> Response:
        content = await request.body() if "json" in request.headers.get("content-type", "") else b""
        async with request.form() as sent:
            form = {} if content else {k: str(getattr(v, "size", v)) for k, v in sent.items() if k != "csrf"}
        for act in before:
            await act()
        demand_fresh(actor_of(request), await place.stamp())
        reached.append("save")
        return JSONResponse({"form": form, "size": len(content)})

    async def page(request: Request) -> Response:
        return PlainTextResponse(f"{visit_of(request).lang} csrf={visit_of(request).csrf}")

    async def sign_in(request: Request) -> Response:
        form = {k: str(v) for k, v in (await request.form()).items()}
        found = await enter(request, place.entrance, settings, form)
        assert not isinstance(found, Challenge)
        return found

    async def out(request: Request) -> Response:
        return await leave(request, place.entrance, everywhere=bool((await request.form()).get("all")))

    async def password(request: Request) -> Response:
        return await new_password(request, place.entrance, {k: str(v) for k, v in (await request.form()).items()})

    async def coded(request: Request) -> Response:
        return await reset(request, place.entrance, settings, {k: str(v) for k, v in (await request.form()).items()})

    async def looks(request: Request) -> Response:
        return look(request, {k: str(v) for k, v in (await request.form()).items()})

    async def broken(request: Request) -> Response:
        raise RuntimeError("13800138000")

    async def public(request: Request) -> Response:
        return PlainTextResponse(passage_of(request.scope).client.address)

    routes = [
        Route("/me", me),
        Route("/api/me", me),
        Route("/save", save, methods=["POST", "PUT", "PATCH", "DELETE"]),
        Route("/api/save", save, methods=["POST"]),
        Route("/sign-in", page),
        Route("/sign-in", sign_in, methods=["POST"]),
        Route("/sign-out", out, methods=["POST"]),
        Route("/settings/password", page),
        Route("/settings/password", password, methods=["POST"]),
        Route("/reset", page),
        Route("/reset", coded, methods=["POST"]),
        Route("/settings/look", looks, methods=["POST"]),
        Route("/static/x.css", page_of_a_file),
        Route("/broken", broken),
        Route("/where", public),
        Route("/", page),
    ]
    doors = Doors(public=lambda path: path in ("/sign-in", "/reset", "/where", "/settings/look"))

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        return PlainTextResponse(" ".join(d.code for d in error.diagnostics), 422)

    inner = Starlette(
        routes=routes,
        middleware=[Middleware(SessionLayer, sessions=sessions, settings=settings, doors=doors)],
        exception_handlers={Refused: refused},
    )
    return Site(place, settings, Guard(inner, settings), sessions, reached, before)


async def page_of_a_file(request: Request) -> Response:
    """A file without anybody's data."""
    return PlainTextResponse("a {}", headers={"cache-control": "public, max-age=31536000, immutable"})


@pytest.fixture
async def site(lite: Place) -> AsyncIterator[Site]:  # noqa: F811 - the fixture
    """A site with one person, wang, over http on this machine or https."""
    await lite.person("wang", ("head", 2), password=GOOD)
    yield build(lite, settings_of())


@pytest.fixture
async def secure(lite: Place) -> AsyncIterator[Site]:  # noqa: F811 - the fixture
    """The same behind https."""
    await lite.person("wang", ("head", 2), password=GOOD)
    yield build(lite, settings_of(f'[server]\nbase_url = "{SECURE}"'))


__all__ = ["LOCAL", "SECURE", "Browser", "Clock", "Site", "build", "replace", "settings_of"]
