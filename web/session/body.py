"""The body of a request: never longer than allowed, never slower than allowed, and readable twice while it is short."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

#: Bytes of a body that are kept so that a request can be run again.
KEPT = 1_000_000

#: Seconds between two pieces of a body before the sender is given up.
PATIENCE = 30.0


class TooLong(Exception):
    """The body is longer than its limit."""


class TooSlow(Exception):
    """The sender stopped in the middle of the body."""


class Body:
    """Wraps `receive` of one request."""

    def __init__(self, receive: Receive, limit: int, declared: int = 0, patience: float = PATIENCE) -> None:
        self._live = receive
        self._declared = declared
        self.limit = limit
        self._patience = patience
        self._kept: list[Message] = []
        self._next = 0
        self._size = 0
        self._done = False
        self.repeatable = True

    def lower(self, limit: int) -> None:
        """Take no more than `limit`, when that is less than before."""
        self.limit = min(self.limit, limit)

    def demand_fit(self) -> None:
        """Raises TooLong when the sender itself says that there is too much, before any of it is read."""
        if self._declared > self.limit:
            raise TooLong

    async def receive(self) -> Message:
        """The next message: a kept one after `rewind` or `start`, else a live one. Raises TooLong, TooSlow."""
        if self._next < len(self._kept):
            self._next += 1
            return self._kept[self._next - 1]
        message = await self._read()
        self._next = len(self._kept)
        return message

    async def start(self, count: int) -> bytes:
        """The first `count` bytes or the whole shorter body, which the application then reads as if new."""
        while not self._done and self._size < count:
            await self._read(hold=True)
        self._next = 0
        return b"".join(m.get("body", b"") for m in self._kept)[:count]

    def rewind(self) -> bool:
        """Begin again at the first message; False when too much has gone by."""
        self._next = 0
        return self.repeatable

    async def _read(self, hold: bool = False) -> Message:
        if self._done:
            return await self._live()  # waits for the browser to go away
        try:
            async with asyncio.timeout(self._patience):
                message = await self._live()
        except TimeoutError:
            raise TooSlow from None
        if message["type"] != "http.request":
            self._done = True
            return message
        self._size += len(message.get("body", b""))
        if self._size > self.limit:
            raise TooLong
        self._done = not message.get("more_body", False)
        self.repeatable = self._size <= KEPT
        if hold or self.repeatable:
            self._kept.append(message)
        return message
