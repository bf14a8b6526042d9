"""Where the content of uploaded files lies: by its own SHA-256, so that the same content is kept once."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

_HASH = re.compile(r"[0-9a-f]{64}")
#: Bytes moved at a time.
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """Content that was kept: its SHA-256 in hex and its size in bytes."""

    sha256: str
    size: int


class TooLarge(Exception):
    """The content is longer than allowed; nothing of it was kept."""


class Gone(Exception):
    """There is no such content."""


class Files(Protocol):
    """A place for the content of files. Every method raises ValueError for what is no SHA-256 in hex."""

    async def put(self, content: AsyncIterable[bytes], most: int | None = None) -> Stored:
        """Keep the content; it is there for good when this returns. Raises TooLarge above `most` bytes."""
        ...

    def read(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`. Raises Gone before the first of them."""
        ...

    async def size(self, sha256: str) -> int | None:
        """The size in bytes, None when there is no such content."""
        ...

    async def kept_at(self, sha256: str) -> float | None:
        """When the content was last put, in seconds since 1970; None when there is no such content."""
        ...

    async def delete(self, sha256: str) -> None:
        """The content goes; it is no mistake when there was none."""
        ...

    def every(self) -> AsyncIterator[Stored]:
        """All content there is, in the order of the hashes."""
        ...


class LocalFiles:
    """Files in a folder of this machine: `ab/abcdef...`, written aside, synced and moved into place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._aside = folder / "incoming"

    def path(self, sha256: str) -> Path:
        """Where the content lies, for serving it; it need not be there."""
        if not _HASH.fullmatch(sha256):
            raise ValueError("not a SHA-256 in hex")
        return self._folder / sha256[:2] / sha256

    async def put(self, content: AsyncIterable[bytes], most: int | None = None) -> Stored:
        """Keep the content. Raises TooLarge."""
        aside = self._aside / secrets.token_hex(16)
        await asyncio.to_thread(self._aside.mkdir, parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        out = await asyncio.to_thread(aside.open, "xb", buffering=PIECE)
        try:
            with out:
                async for piece in content:
                    size += len(piece)
                    if most is not None and size > most:
                        raise TooLarge(f"more than {most} bytes")
                    await asyncio.to_thread(_take, out, digest, piece)
                await asyncio.to_thread(_sync, out)
            stored = Stored(digest.hexdigest(), size)
            await asyncio.to_thread(_move, aside, self.path(stored.sha256))
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        return stored

    async def read(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`. Raises Gone."""
        path = self.path(sha256)
        try:
            source = await asyncio.to_thread(path.open, "rb")
        except FileNotFoundError:
            raise Gone(sha256) from None
        with source:
            await asyncio.to_thread(source.seek, start)
            left = None if end is None else max(0, end - start)
            while left is None or left > 0:
                piece = await asyncio.to_thread(source.read, PIECE if left is None else min(PIECE, left))
                if not piece:
                    return
                left = None if left is None else left - len(piece)
                yield piece

    async def size(self, sha256: str) -> int | None:
        """The size in bytes, None when there is no such content."""
        try:
            return (await asyncio.to_thread(self.path(sha256).stat)).st_size
        except FileNotFoundError:
            return None

    async def kept_at(self, sha256: str) -> float | None:
        """When the content was last put, None when there is no such content."""
        try:
            return (await asyncio.to_thread(self.path(sha256).stat)).st_mtime
        except FileNotFoundError:
            return None

    async def delete(self, sha256: str) -> None:
        """The content goes."""
        path = self.path(sha256)
        await asyncio.to_thread(path.unlink, missing_ok=True)

    async def every(self) -> AsyncIterator[Stored]:
        """All content there is."""
        for stored in await asyncio.to_thread(self._list):
            yield stored

    def _list(self) -> list[Stored]:
        found = (p for p in self._folder.glob("[0-9a-f][0-9a-f]/*") if _HASH.fullmatch(p.name) and p.is_file())
        return sorted((Stored(p.name, p.stat().st_size) for p in found), key=lambda s: s.sha256)


def _take(out: Any, digest: Any, piece: bytes) -> None:
    digest.update(piece)
    out.write(piece)


def _sync(out: Any) -> None:
    out.flush()
    os.fsync(out.fileno())


def _move(aside: Path, place: Path) -> None:
    if place.exists():  # the same content was kept before
        place.touch()
        aside.unlink()
        return
    place.parent.mkdir(exist_ok=True)
    aside.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


async def whole(content: bytes) -> AsyncIterator[bytes]:
    """Bytes in one piece, as `Files.put` takes them."""
    yield content
