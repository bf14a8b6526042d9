"""The API over the demo school, and programs with keys that call it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
from shuyuan.engine import Settings
from shuyuan.engine.ops.tokens import create_token
from shuyuan.web.app import create_app

from tests.school import School

BASE = "http://127.0.0.1:8000"
V1 = "/api/v1"


def open_limits(settings: Settings) -> Settings:
    """No limit of requests: tests ask more in a second than anybody in a minute."""
    return replace(settings, limits=replace(settings.limits, requests_per_minute=10_000_000))


@dataclass
class Program:
    """Somebody's program with a key."""

    client: httpx.AsyncClient
    token: str

    async def get(self, path: str, **more: Any) -> httpx.Response:
        """Ask for something; the path is behind `/api/v1`."""
        return await self.client.get(V1 + path, **more)

    async def post(self, path: str, content: Any = None, **more: Any) -> httpx.Response:
        """Send JSON."""
        sent = {} if content is None else {"json": content}
        return await self.client.post(V1 + path, **sent, **more)

    async def patch(self, path: str, content: Any, version: object = None, **more: Any) -> httpx.Response:
        """Change something; version: what goes into `If-Match`."""
        return await self.client.patch(V1 + path, json=content, headers=_match(version, more), **more)

    async def delete(self, path: str, version: object = None, **more: Any) -> httpx.Response:
        """Remove something."""
        return await self.client.delete(V1 + path, headers=_match(version, more), **more)

    async def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Any other request."""
        return await self.client.request(method, V1 + path, **more)


def _match(version: object, more: dict[str, Any]) -> dict[str, str]:
    headers = dict(more.pop("headers", {}))
    if version is not None:
        headers["if-match"] = version if isinstance(version, str) else f'"{version}"'
    return headers


@dataclass
class Site:
    """The application over a school, and the programs that call it."""

    school: School
    app: Any
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, **headers: str) -> httpx.AsyncClient:
        """Somebody without a key."""
        transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 50000))
        self.clients.append(httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers))
        return self.clients[-1]

    async def program(self, login: str, *scopes: str) -> Program:
        """A program with a key of that login; without scopes it may do what the login may."""
        actor = await self.school.actor(login)
        made = await create_token(self.school.engine.entrance, actor, "test", frozenset(scopes or {"*"}), 30)
        return Program(self.client(authorization=f"Bearer {made.token}"), made.token)


def site_of(school: School) -> Site:
    """The application over a school."""
    school.engine.settings = open_limits(school.engine.settings)
    return Site(school, create_app(school.engine))


async def opened(school: School) -> AsyncIterator[Site]:
    found = site_of(school)
    yield found
    for client in found.clients:
        await client.aclose()


@pytest.fixture
async def site(school_sqlite: School) -> AsyncIterator[Site]:
    """The API on SQLite, for what does not depend on the database."""
    async for found in opened(school_sqlite):
        yield found


@pytest.fixture
async def both(school: School) -> AsyncIterator[Site]:
    """The API on either database."""
    async for found in opened(school):
        yield found


def codes(answer: httpx.Response) -> list[str]:
    """The codes of a refusal, which is a problem of the documented shape."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    content = answer.json()
    assert content["status"] == answer.status_code
    assert set(content) <= {"type", "title", "status", "errors", "retry", "instance", "current", "detail"}
    return [error["code"] for error in content["errors"]]
