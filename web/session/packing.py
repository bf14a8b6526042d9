"""Answers packed for the way: pages and JSON with gzip, in a length that does not tell what is in them."""

from __future__ import annotations

import secrets
import struct
import zlib

from .guard import App, Message, Receive, Scope, Send

#: Shorter answers are not worth it; this is what fits into one packet anyway.
SHORTEST = 1200

#: A tenth of the time of the best, and a tenth more bytes.
LEVEL = 3

#: Most bytes of chance in front of an answer. An answer holds what somebody else may have put into the address beside
#: what only the reader may know; from its exact length one could be learned by the other (BREACH).
CHANCE = 64

_TYPES = (b"text/html", b"application/json", b"application/problem+json", b"text/plain")


class Packing:
    """Wraps the application, inside the guard."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or not _accepts(scope):
            await self._app(scope, receive, send)
            return
        start: Message | None = None

        async def answer(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _packable(message):
                start = message
                return
            if start is not None:
                held, start = start, None
                body = message.get("body", b"")
                if not message.get("more_body") and len(body) >= SHORTEST:
                    message = {**message, "body": packed(body)}
                    held["headers"] = _with_length(held["headers"], len(message["body"]))
                await send(held)
            await send(message)

        await self._app(scope, receive, answer)


def packed(body: bytes) -> bytes:
    """The body as a gzip file whose name is of random length."""
    squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    name = b"a" * secrets.randbelow(CHANCE)
    head = b"\x1f\x8b\x08\x08\0\0\0\0\0\xff" + name + b"\0"
    return (
        head + squeeze.compress(body) + squeeze.flush() + struct.pack("<LL", zlib.crc32(body), len(body) & 0xFFFFFFFF)
    )


def _accepts(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


def _packable(message: Message) -> bool:
    """Whether the answer is text that nobody has packed and that carries no mark of its exact bytes."""
    found = {name.lower(): value for name, value in message.get("headers", ())}
    if b"content-encoding" in found or b"etag" in found:
        return False
    return found.get(b"content-type", b"").split(b";", 1)[0] in _TYPES


def _with_length(headers: list[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in headers if name.lower() not in (b"content-length", b"vary")]
    vary = [value for name, value in headers if name.lower() == b"vary"]
    said = b", ".join([*vary, b"accept-encoding"])
    return [*kept, (b"content-length", str(length).encode()), (b"content-encoding", b"gzip"), (b"vary", said)]
