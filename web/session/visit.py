"""Who is visiting, in which language, with which token for forms: what every page knows of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shuyuan.engine import Actor, Diagnostic, Engine, Held, Refused
from starlette.requests import HTTPConnection

from .address import Client
from .body import Body
from .choice import Lang, Theme
from .csrf import veiled

#: Where a request carries its `Passage`.
KEY = "shuyuan"

#: Where a request carries the engine of the installation.
ENGINE = "shuyuan.engine"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request's visitor.

    held: the session or API token, None for somebody unknown; csrf: what forms of the answer send back, shown as
    `form_token`; token: the session cookie itself, to end the session with.
    """

    held: Held | None
    csrf: str
    lang: Lang
    theme: Theme
    token: str = field(default="", repr=False)

    @property
    def form_token(self) -> str:
        """The token as a page shows it, in a form or a header; another text each time."""
        return veiled(self.csrf)

    @property
    def actor(self) -> Actor | None:
        """Who acts, None when nobody is signed in."""
        return self.held.actor if self.held else None


@dataclass(slots=True)
class Passage:
    """One request on its way through: what the guard knows, what the session layer finds out, what the answer needs.

    personal: the answer is for this visitor only; set_cookies: Set-Cookie values for the answer.
    """

    request_id: str
    client: Client
    headers: Mapping[bytes, bytes]
    cookies: Mapping[str, str]
    body: Body
    personal: bool = False
    visit: Visit | None = None
    set_cookies: list[str] = field(default_factory=list)


def passage_of(scope: Mapping[str, Any]) -> Passage:
    """The passage of a request that came through the guard. Raises KeyError for one that did not."""
    found: Passage = scope[KEY]
    return found


def engine_of(request: HTTPConnection) -> Engine:
    """The installation that answers. Raises KeyError outside the application."""
    found: Engine = request.scope[ENGINE]
    return found


def visit_of(request: HTTPConnection) -> Visit:
    """The visit of a request that came through the session layer."""
    visit = passage_of(request.scope).visit
    if visit is None:
        raise KeyError("the request did not come through the session layer")
    return visit


def actor_of(request: HTTPConnection) -> Actor:
    """Who acts. Raises Refused(ACCESS_001) when nobody is signed in."""
    actor = visit_of(request).actor
    if actor is None:
        raise Refused(Diagnostic("ACCESS_001"))
    return actor
