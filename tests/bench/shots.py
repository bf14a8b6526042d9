"""The requests of each operation, for both sides; endless, over students spread over the whole school."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from .client import Request
from .ground import Ground

Shots = Iterator[Request]

#: What the hand-written table holds, by the names of the pack.
FIELDS = "student_no,name,sex,birth_date,class,phone,status,enrolled_on,boarding"


@dataclass(frozen=True)
class Pair:
    """An operation on both sides. goal: the ratio `architecture.md` asks for."""

    name: str
    ours: Callable[[], Shots]
    reference: Callable[[], Shots]
    goal: float


def _json(token: str, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (("Authorization", f"Bearer {token}"), ("Content-Type", "application/json"), *more)


class Ours:
    """Requests to our server as one login."""

    def __init__(self, ground: Ground, login: str) -> None:
        self._ground = ground
        self._api = _json(ground.tokens[login])
        #: The hand-written application answers a write with the id or the version only; so do we when asked.
        self._brief = (*self._api, ("Prefer", "return=minimal"))
        token, self._csrf = ground.cookies[login]
        self._page = (("Cookie", f"sy={token}"), ("Accept", "text/html"))
        self._versions: dict[int, int] = {}

    def _students(self) -> Iterator[int]:
        ids = self._ground.students
        return (ids[(n * 7919) % len(ids)] for n in itertools.count())

    def get(self) -> Shots:
        """One student with the fields of the hand-written table."""
        return (Request("GET", f"/api/v1/records/student/{n}?fields={FIELDS}", self._api) for n in self._students())

    def get_whole(self) -> Shots:
        """One student with every field and the guardians."""
        return (Request("GET", f"/api/v1/records/student/{n}", self._api) for n in self._students())

    def list(self) -> Shots:
        """Fifty students, filtered and sorted."""
        path = f"/api/v1/records/student?status=enrolled&sort=name&limit=50&fields={FIELDS}"
        return itertools.repeat(Request("GET", path, self._api))

    def deep(self, after: str) -> Shots:
        """Fifty students behind a cursor."""
        path = f"/api/v1/records/student?status=enrolled&sort=name&limit=50&fields={FIELDS}&after={after}"
        return itertools.repeat(Request("GET", path, self._api))

    def create(self, klass: int) -> Shots:
        """A new student, checked in every respect."""
        for n in itertools.count():
            body = {
                "name": f"张{n % 997}".replace("1", "一").replace("0", "零"),
                "sex": "1",
                "birth_date": "2010-05-04",
                "class": klass,
                "phone": f"138{n % 100_000_000:08}",
                "enrolled_on": "2026-09-01",
                "entry_kind": "exam",
                "boarding": "day",
            }
            body["name"] = "张小" + "一二三四五六七八九十"[n % 10]
            yield Request("POST", "/api/v1/records/student", self._brief, orjson.dumps(body))

    def update(self) -> Shots:
        """A new phone number, held to the version that was seen; each student again when all others had their turn."""
        for version in itertools.count(1):
            for number in self._ground.students:
                body = orjson.dumps({"phone": f"139{(number * 31 + version) % 100_000_000:08}"})
                held = ("If-Match", f'"{version}"')
                yield Request("PATCH", f"/api/v1/records/student/{number}", (*self._brief, held), body)

    def act(self, cases: Iterator[tuple[int, int]]) -> Shots:
        """An approval: case and version seen."""
        for case, version in cases:
            body = orjson.dumps({"act": "approve", "version": version})
            yield Request("POST", f"/api/v1/cases/{case}/acts", self._brief, body)

    def list_page(self) -> Shots:
        """The list as a page."""
        path = "/r/student?status=enrolled&sort=name&" + "&".join(f"col={f}" for f in FIELDS.split(","))
        return itertools.repeat(Request("GET", path, self._page))

    def form_page(self) -> Shots:
        """The form of one student."""
        return (Request("GET", f"/r/student/{n}/edit?form=student_contact", self._page) for n in self._students())


class Reference:
    """Requests to the hand-written server."""

    def __init__(self, ground: Ground, token: str) -> None:
        self._ground = ground
        self._api = _json(token)

    def _students(self) -> Iterator[int]:
        ids = self._ground.students
        return (ids[(n * 7919) % len(ids)] for n in itertools.count())

    def get(self) -> Shots:
        """One student."""
        return (Request("GET", f"/api/students/{n}", self._api) for n in self._students())

    def list(self) -> Shots:
        """Fifty students, filtered and sorted."""
        return itertools.repeat(Request("GET", "/api/students?status=active", self._api))

    def create(self) -> Shots:
        """A new student, checked."""
        for n in itertools.count():
            body = {"name": "张小一", "sex": "1", "birth_date": "2010-05-04", "phone": f"138{n % 100_000_000:08}"}
            yield Request("POST", "/api/students", self._api, orjson.dumps(body))

    def update(self) -> Shots:
        """A new phone number, held to the version that was seen."""
        for version in itertools.count(1):
            for number in self._ground.students:
                body = orjson.dumps({"phone": f"139{(number * 31 + version) % 100_000_000:08}", "version": version})
                yield Request("PATCH", f"/api/students/{number}", self._api, body)

    def act(self) -> Shots:
        """An approval."""
        for number in itertools.count(1):
            yield Request("POST", f"/api/cases/{number}/acts", self._api, b'{"version":1}')

    def list_page(self) -> Shots:
        """The list as a page."""
        return itertools.repeat(Request("GET", "/students", self._api))

    def form_page(self) -> Shots:
        """The form of one student."""
        return (Request("GET", f"/students/{n}", self._api) for n in self._students())
