"""Every route of the application, walked by nobody and by every role: never open by mistake, never a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from shuyuan.web.app import routes
from shuyuan.web.pages.page import PageRoute
from starlette.routing import Route

from tests.school import School
from tests.web.site import Site, Visitor, site_of

#: Everybody who can sign in to the demo, by what they are there to show; "" is nobody.
ROLES = ["admin", "registrar.east", "principal.east", "grade.east", "head.west", "teacher", "student", "guardian"]

#: What each name in a path is filled with: something that is there, something that is not, something odd.
ODD = ("0", "999999999", "9223372036854775807", "99999999999999999999", "nothing", "a'b", "..", "%00", "学生")


def paths() -> list[tuple[str, str]]:
    """Method and path of every route, those of files left out."""
    found = []
    for route in routes():
        if isinstance(route, Route) and not route.path.startswith("/static/"):
            found += [(method, route.path) for method in sorted(route.methods or ()) if method != "HEAD"]
    return found


def public() -> set[str]:
    """The paths that are open to everybody."""
    return {route.path for route in routes() if isinstance(route, PageRoute) and route.public}


async def filled(school: School, path: str, odd: str = "") -> str:
    """The path with its names filled. odd: with this instead of something that is there."""
    student = (await school.ids("student"))[0]
    there = {"entity": "student", "id": str(student), "record": str(student), "field": "resident_id", "account": "1"}

    def value(found: re.Match[str]) -> str:
        name, _, kind = found[1].partition(":")
        if odd and not (kind == "int" and not odd.isdecimal()):
            return odd
        return there.get(name) or ("1" if kind == "int" else "student")

    return re.sub(r"\{([^}]+)\}", value, path)


async def ask(visitor: Visitor, method: str, path: str) -> int:
    """Send a request as a page would; the status."""
    if method == "GET":
        return (await visitor.client.get(path, headers={"accept": "text/html"})).status_code
    return (await visitor.post(path, {"id": "1", "do": "x"})).status_code


def test_the_open_routes_are_these() -> None:
    """Whoever opens another one changes this list on purpose."""
    assert public() == {"/sign-in", "/reset", "/settings/look", "/healthz", "/robots.txt", "/favicon.ico"}


def test_no_route_begins_with_a_name() -> None:
    """They are found by the first part of their path."""
    assert [path for _, path in paths() if path.startswith("/{")] == []


async def test_nobody_gets_in_anywhere(site: Site) -> None:
    stranger = site.visitor()
    wrong = []
    for method, path in paths():
        if path in public():
            continue
        real = await filled(site.school, path)
        answer = await (stranger.client.get(real) if method == "GET" else stranger.post(real, {"id": "1"}))
        led = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
        if not (led or answer.status_code in (401, 403)):
            wrong.append((method, real, answer.status_code))
    assert wrong == []


def odd_ones(path: str) -> Iterator[str]:
    yield ""
    if "{" in path:
        yield from ODD


@pytest.mark.parametrize("login", ROLES)
async def test_no_route_is_a_fault_for_anybody(school_sqlite: School, login: str) -> None:
    """Reading first, then everything that does something, with what is there and with what is not."""
    settings = school_sqlite.engine.settings
    school_sqlite.engine.settings = replace(settings, limits=replace(settings.limits, requests_per_minute=100_000))
    site = site_of(school_sqlite)
    await school_sqlite.play()
    visitor = await site.signed_in(login)
    wrong = []
    walked = sorted((m, p) for m, p in paths() if not p.startswith("/sign-out"))
    for method, path in walked:
        for odd in odd_ones(path) if login in ("admin", "student") else [""]:
            real = await filled(site.school, path, odd)
            status = await ask(visitor, method, real)
            if status >= 500 or status == 429:
                wrong.append((method, real, status))
            if status == 401 or method == "POST":
                visitor = await site.signed_in(login)
    assert wrong == []
