"""Every page of the application over a full school in a real browser: accessible, fitting, quiet."""

from __future__ import annotations

import os

import pytest

from tests.web.live import Live
from tests.web.pages.test_walk import filled, paths
from tests.web.site import site_of

pytestmark = pytest.mark.browser

#: Every language, theme and width with each other. Each page is seen in one of them; SHUYUAN_DEEP=1 sees all in all.
WAYS = [(lang, theme, width) for lang in ("zh", "en") for theme in ("light", "dark") for width in (1280, 390)]
DEEP = bool(os.environ.get("SHUYUAN_DEEP"))

#: Pages with what has to stand behind the question mark.
MORE = (
    "/r/student?view=students", "/r/student?q=wang", "/r/student?status=enrolled&sort=-name", "/r/leave_request",
    "/r/attendance?view=absences", "/r/student/new?form=student_intake", "/r/leave_request/new", "/search?q=li",
    "/people/roles?role=guardian", "/audit?kind=requests", "/inbox?tab=done", "/r/class", "/r/org",
)  # fmt: skip


async def pages(live: Live, login: str) -> list[str]:
    """The addresses that show a page to this person."""
    visitor = await site_of(live.school).signed_in(login)
    found = []
    wanted = [await filled(live.school, path) for method, path in paths() if method == "GET"]
    for path in dict.fromkeys([*wanted, *MORE]):
        answer = await visitor.get(path, headers={"accept": "text/html"})
        if answer.status_code == 200 and "<html" in answer.text:
            found.append(path)
    return found


PEOPLE = [("admin", 0), ("head.east", 3), *([("registrar.east", 1), ("guardian", 5)] if DEEP else [])]


@pytest.mark.parametrize(("login", "turn"), PEOPLE)
async def test_every_page_is_accessible_fits_and_is_quiet(live: Live, login: str, turn: int) -> None:
    await live.school.play()
    found = await pages(live, login)
    assert len(found) > 15
    wrong: list[str] = []
    for at, (lang, theme, width) in enumerate(WAYS):
        own = found if DEEP else found[(at + turn) % len(WAYS) :: len(WAYS)]
        look = await live.look(login, lang, theme, width)
        wrong += [f"{lang} {theme} {width} {one}" for one in await look.walk(*own)]
    assert wrong == []
