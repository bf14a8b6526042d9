"""Ids never given out before: a worker takes a thousand from the database and hands them out from memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

#: Ids taken from the database at a time.
BLOCK = 1000
#: The row of sy_counter that ids come from, and how a block is taken: answers the last id of it.
TAKE = "UPDATE sy_counter SET value = value + ? WHERE name = 'id' RETURNING value"


class Ids:
    """The ids a worker still has."""

    def __init__(self) -> None:
        self._next = 1
        self._end = 1
        self._lock = asyncio.Lock()

    def left(self, count: int) -> range | None:
        """That many ids without asking the database, or None when there are not enough."""
        first = self._next
        if first + count > self._end:
            return None
        self._next = first + count
        return range(first, first + count)

    def add(self, last: int, size: int) -> None:
        """A block was taken that ends at `last`. It replaces what is left when that is less."""
        if size > self._end - self._next:
            self._next, self._end = last - size + 1, last + 1

    def adopt(self, other: Ids) -> None:
        """Go on with what `other` has left when that is more."""
        if other._end - other._next > self._end - self._next:
            self._next, self._end = other._next, other._end

    async def take(self, count: int, fetch: Callable[[int], Awaitable[int]]) -> range:
        """That many ids; `fetch` takes a block of some size and answers its last id. Raises ValueError below 1."""
        if count < 1:
            raise ValueError(f"{count} ids cannot be taken")
        if (found := self.left(count)) is not None:
            return found
        if count >= BLOCK:
            last = await fetch(count)
            return range(last - count + 1, last + 1)
        async with self._lock:
            while (found := self.left(count)) is None:
                self.add(await fetch(BLOCK), BLOCK)
            return found
