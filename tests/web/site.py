"""The application over the demo school, and visitors that send what browsers send."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx
from shuyuan.engine import Opened
from shuyuan.engine.ops.sessions import session_writes
from shuyuan.web.app import create_app
from shuyuan.web.session.cookies import SESSION
from starlette.routing import BaseRoute

from tests.school import School

BASE = "http://127.0.0.1:8000"


@dataclass
class Visitor:
    """A browser without a screen: keeps cookies, sends the origin and the token of the last page with each form."""

    client: httpx.AsyncClient
    csrf: str = ""
    seen: list[str] = field(default_factory=list)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        """Ask for a page; its token is kept for the next form."""
        answer = await self.client.get(path, **more)
        self._look(answer)
        return answer

    async def part(self, path: str, target: str, **more: Any) -> httpx.Response:
        """Ask for a part of a page as htmx does. target: tag and id, such as `div#list`."""
        headers = {"hx-request": "true", "hx-target": target, "hx-current-url": f"{BASE}/", "accept": "text/html"}
        return await self.client.get(path, headers={**headers, **more.pop("headers", {})}, **more)

    async def post(self, path: str, form: Any = None, *, htmx: str = "", **more: Any) -> httpx.Response:
        """Send a form. htmx: the target when htmx sends it. form: a mapping, or pairs when names come twice."""
        headers = {"origin": BASE, "sec-fetch-site": "same-origin", "accept": "text/html", **more.pop("headers", {})}
        if htmx:
            headers |= {"hx-request": "true", "hx-target": htmx, "hx-current-url": f"{BASE}/"}
        pairs = list(form.items()) if isinstance(form, dict) else list(form or ())
        fields: dict[str, Any] = {}
        for name, value in [("csrf", self.csrf), *pairs]:
            fields.setdefault(name, []).append(value)
        answer = await self.client.post(path, data=fields, headers=headers, **more)
        self._look(answer)
        return answer

    async def follow(self, answer: httpx.Response) -> httpx.Response:
        """Where a redirect leads."""
        assert answer.status_code == 303, (answer.status_code, answer.text[:500])
        return await self.get(answer.headers["location"])

    async def sign_in(self, login: str, password: str) -> httpx.Response:
        """Get in by the sign-in page; the token of the first page is kept."""
        await self.get("/sign-in")
        answer = await self.post("/sign-in", {"login": login, "password": password})
        if answer.status_code == 303:
            await self.follow(answer)
        return answer

    def _look(self, answer: httpx.Response) -> None:
        if found := re.search(r'name="csrf" value="([^"]+)"', answer.text):
            self.csrf = unescape(found[1])


@dataclass
class Site:
    """The application over a school."""

    school: School
    app: Any

    def visitor(self, **headers: str) -> Visitor:
        """Somebody new."""
        transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 50000))
        return Visitor(httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers))

    async def signed_in(self, login: str, **headers: str) -> Visitor:
        """Somebody who is signed in, without going through the sign-in page."""
        opened = await session_for(self.school, login)
        found = self.visitor(**headers)
        found.client.cookies.set(SESSION, opened.token, domain="127.0.0.1")
        found.csrf = opened.csrf
        return found


async def session_for(school: School, login: str) -> Opened:
    """A new session of a login."""
    opened, writes = await session_writes(school.engine.entrance, await school.account(login), "127.0.0.1", "a test")
    await school.engine.store.apply(writes)
    return opened


def site_of(school: School, more: Sequence[BaseRoute] = ()) -> Site:
    """The application over a school, with further routes."""
    return Site(school, create_app(school.engine, more))


def title_of(answer: httpx.Response) -> str:
    """The title of a page."""
    found = re.search(r"<title>(.*?)</title>", answer.text, re.S)
    return unescape(found[1]) if found else ""


def words_of(answer: httpx.Response) -> str:
    """The text of the main part of a page, without its markup."""
    found = re.search(r"<main.*</main>", answer.text, re.S)
    bare = re.sub(r"<[^>]+>", " ", found[0] if found else answer.text)
    return " ".join(unescape(bare).split())


def toasts_of(answer: httpx.Response) -> list[str]:
    """What the page says of the last act."""
    place = answer.text.rpartition('id="toasts"')[2]
    return [unescape(t) for t in re.findall(r"data-toast>.*?<p>(.*?)</p>", place, re.S)]
