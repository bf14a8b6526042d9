"""One request to the API on its way: what was asked, by whom, and under which version it is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shuyuan.engine import LAST_ID, Actor, ApiRoute, Diagnostic, Engine, Place, Refused, Work

from ..session import Passage, language
from .answer import Answer
from .json_body import read_json
from .query import Pairs, lang_of, read_query, single

JSON_TYPES = frozenset({"application/json"})
PATCH_TYPES = frozenset({"application/json", "application/merge-patch+json"})
_UTF8 = frozenset({"", "utf-8", "utf8", '"utf-8"'})


@dataclass(slots=True)
class Call:
    """One request. `account` and `work` act for whoever sent it."""

    engine: Engine
    work: Work
    route: ApiRoute
    scope: Mapping[str, Any]
    receive: Callable[[], Awaitable[Any]]
    passage: Passage

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.work.actor

    @property
    def headers(self) -> Mapping[bytes, bytes]:
        """Lower-case names."""
        return self.passage.headers

    @property
    def query(self) -> bytes:
        """What stands behind the question mark."""
        found: bytes = self.scope["query_string"]
        return found

    @property
    def path(self) -> str:
        """The path as it was asked for."""
        found: str = self.scope["path"]
        return found

    @property
    def lang(self) -> str:
        """The language of messages: the query's, for programs that of `Accept-Language`, else the account's.

        Raises Refused(API_011, API_013) for a query that cannot be read.
        """
        asked = lang_of(read_query(self.query)) if self.query else ""
        return asked or spoken(self.passage)

    def parameters(self, *known: str) -> Mapping[str, str]:
        """The query of a route with few parameters. Raises Refused(API_010 to 013)."""
        if not self.query:
            return {}
        pairs: Pairs = read_query(self.query)
        lang_of(pairs)
        return single(pairs, (*known, "lang"))

    async def body(self) -> bytes:
        """The whole body; its length is bounded by the guard. Raises Refused(ACCESS_011) when the sender went away."""
        message = await self.receive()
        if not message.get("more_body") and message["type"] == "http.request":
            whole: bytes = message.get("body", b"")
            return whole
        pieces: list[bytes] = []
        while True:
            if message["type"] != "http.request":
                raise Refused(Diagnostic("ACCESS_011"))
            pieces.append(message.get("body", b""))
            if not message.get("more_body"):
                return b"".join(pieces)
            message = await self.receive()

    async def json(self, types: frozenset[str] = JSON_TYPES) -> tuple[Any, bytes]:
        """The JSON of the body and the body. Raises Refused(API_001 to 006)."""
        stated = self.headers.get(b"content-type", b"")
        if (stated != b"application/json" and not _fits(stated, types)) or b"content-encoding" in self.headers:
            got = self.headers.get(b"content-encoding", stated)[:60].decode("latin-1")
            raise Refused(Diagnostic("API_005", args={"got": got, "wanted": ", ".join(sorted(types))}))
        body = await self.body()
        return read_json(body), body


def _fits(stated: bytes, types: frozenset[str]) -> bool:
    kind, _, rest = stated.decode("latin-1").lower().partition(";")
    charset = next((p.partition("=")[2].strip() for p in rest.split(";") if p.strip().startswith("charset=")), "")
    return kind.strip() in types and charset in _UTF8


def spoken(passage: Passage) -> str:
    """The language of whoever asks: a program says it in `Accept-Language`, a person has chosen it."""
    visit = passage.visit
    if visit is None:
        return "zh"
    if visit.actor is None or visit.actor.scopes is None:
        return visit.lang
    accept = passage.headers.get(b"accept-language", b"").decode("latin-1")
    return language({}, accept, None, visit.lang)


def number_of(text: str) -> int:
    """The id in a path. Raises Refused(WEB_001): what is no id is nothing that could be there."""
    if text.isascii() and text.isdigit() and len(text) < 17 and 0 < (found := int(text)) <= LAST_ID:
        return found
    raise Refused(Diagnostic("WEB_001", Place(path="id")))


#: Serves one route; what stands in place of the variables of its path comes behind the call.
Endpoint = Callable[..., Awaitable[Answer]]
