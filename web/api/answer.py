"""An answer as a value, and how it is sent: straight over ASGI, since a response object costs more than a question."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson

Header = tuple[bytes, bytes]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON: Header = (b"content-type", b"application/json")
SCHEMA: Header = (b"content-type", b"application/schema+json")
PROBLEM: Header = (b"content-type", b"application/problem+json")
#: For what holds nobody's data: kept by the browser, asked for again each time.
REVALIDATE: Header = (b"cache-control", b"private, no-cache")


@dataclass(slots=True)
class Answer:
    """Status, headers without the length, and the body; `pieces` in place of a body for what is too long to hold."""

    status: int
    body: bytes = b""
    headers: list[Header] = field(default_factory=list)
    pieces: AsyncIterator[bytes] | None = None


def dumped(content: Any) -> bytes:
    """JSON in UTF-8."""
    return orjson.dumps(content, _number, orjson.OPT_UTC_Z)


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def in_json(content: Any, status: int = 200, kind: Header = JSON) -> Answer:
    """An answer in JSON."""
    return Answer(status, dumped(content), [kind])


def digest(body: bytes) -> str:
    """A mark of what a body says, for `ETag`: two bodies of one version differ in it."""
    return f"{zlib.crc32(body):08x}"


async def sent(answer: Answer, send: Send, head: bool = False) -> None:
    """Send it; `head`: without the body."""
    headers = answer.headers
    if answer.pieces is None:
        if answer.status not in _BODILESS:
            headers.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if head else answer.body})
        return
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if not head:
        async for piece in answer.pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


_BODILESS = frozenset({204, 304})
