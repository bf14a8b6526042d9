"""Requests of the demo school: who asks for what, as quickly as tests need it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from shuyuan.engine import Answer, Ask, Press, Submission, listing, press, submit
from shuyuan.engine.ops.grants import NewGrant, grant_role

from tests.school import School

SHORT = {"first_day": "2026-11-25", "last_day": "2026-11-25", "days": "1"}
LONG = {"first_day": "2026-11-26", "last_day": "2026-12-02", "days": "5"}


async def child(school: School, login: str = "guardian") -> int:
    """The first student that somebody sees."""
    found = await listing(await school.work(login), Ask("student", limit=1))
    return found.lines[0].id


async def asked(
    school: School, login: str = "guardian", *, act: str = "submit", student: int = 0, **values: str
) -> Answer:
    """A request for leave, handed in unless `act` is ""."""
    answers = {
        "student": str(student or await child(school)),
        "kind": "personal",
        "reason": "家中有事",
        **SHORT,
        **values,
    }
    sent = Submission("leave_request", answers, form="leave_request", workflow="student_leave", act=act)
    saved = await submit(await school.work(login), sent)
    assert saved.case is not None
    return saved.case


async def pressed(school: School, login: str, case: int, name: str, **more: Any) -> Answer:
    """An act of somebody on a case as it is now."""
    return await press(await school.work(login), case, Press(name, **more))


async def countersigned(school: School, login: str = "guardian", **values: str) -> Answer:
    """A longer leave that the class teacher has agreed to: it waits for the head of grade and for the office."""
    case = await asked(school, login, **{**LONG, **values})
    return await pressed(school, "head.east", case.case, "approve")


async def second_registrar(school: School, login: str = "teacher") -> str:
    """Somebody else who is registrar of the east campus too."""
    ((campus,),) = await school.rows(
        "SELECT g.unit FROM sy_grant g JOIN sy_account a ON a.id = g.account WHERE a.login = 'registrar.east'", "bigint"
    )
    admin = await school.actor("admin")
    await grant_role(school.engine.entrance, admin, NewGrant(await school.account(login), "registrar", campus))
    return login


class _Controls(HTMLParser):
    """What a browser would send of the form of a case, and its buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.buttons: dict[str, str] = {}
        self._inside = False
        self._open = ""
        self._choice = ""
        self._area = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {k: v or "" for k, v in attrs}
        if tag == "form":
            self._inside = at.get("class") == "case"
        if not self._inside:
            return
        name, kind = at.get("name", ""), at.get("type", "text")
        if tag == "input" and name and kind != "file" and (kind not in ("checkbox", "radio") or "checked" in at):
            self.sent[name] = at.get("value", "")
        elif tag in ("textarea", "select"):
            self._open, self._area = name, tag == "textarea"
            self.sent.setdefault(name, "")
        elif tag == "option" and "selected" in at:
            self.sent[self._open] = at.get("value", "")
        elif tag == "button" and name == "~act":
            self._choice = at["value"]
            self.buttons[self._choice] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self._open = ""
        elif tag == "button":
            self._choice = ""
        elif tag == "form":
            self._inside = False

    def handle_data(self, text: str) -> None:
        if self._open and self._area:
            self.sent[self._open] += text
        if self._choice:
            self.buttons[self._choice] = f"{self.buttons[self._choice]} {text}".strip()


def controls(page: str) -> dict[str, str]:
    """What the form of a case sends when nothing was typed."""
    return {name: value.removeprefix("\n") for name, value in _Controls(page).sent.items() if name != "csrf"}


def buttons(page: str) -> dict[str, str]:
    """The acts that can be pressed on the page of a case: value -> label."""
    return _Controls(page).buttons


def naming(page: str) -> set[str]:
    """The acts that ask for people on a page of their own."""
    return set(re.findall(r"/ask\?act=([a-z_]+)", page))


def closed(page: str) -> set[str]:
    """The acts that are named with the reason why they cannot be pressed."""
    return set(re.findall(r"/why\?act=([a-z_]+)", page))
