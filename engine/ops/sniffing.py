"""What a file is, judged by its content: its media type, and the size of a picture."""

from __future__ import annotations

from collections.abc import Mapping

import puremagic

from ..fieldtypes.file import KINDS

#: Bytes at the beginning and at the end of a file that are looked at.
HEAD, TAIL = 1 << 18, 1 << 16

UNKNOWN = "application/octet-stream"
_TEXT = ("text/plain", "text/csv", "text/markdown")
_BY_NAME: Mapping[str, str] = {"csv": "text/csv", "md": "text/markdown", "markdown": "text/markdown"}
#: What stands in the list of names of a zip file and tells what it is.
_INSIDE: Mapping[bytes, str] = {
    b"word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
#: Likewise for the older files of an office, whose names are UTF-16.
_OLE: Mapping[str, str] = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "Book": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
_KNOWN = frozenset(t for types in KINDS.values() for t in types) - set(_TEXT)
_OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: Media types that a browser may show in a page of ours: they run nothing.
INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})


def media_type(name: str, head: bytes, tail: bytes) -> str:
    """The media type of a file. head, tail: its first and last bytes; the name only tells apart kinds of text."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        both = head + tail
        return next((kind for mark, kind in _INSIDE.items() if mark in both), "application/zip")
    if head.startswith(_OLE_HEAD):
        both = head + tail
        return next((kind for mark, kind in _OLE.items() if mark.encode("utf-16-le") in both), UNKNOWN)
    found = _by_magic(head)
    if found is not None:
        return found
    return _text(name, head) or UNKNOWN


def _by_magic(head: bytes) -> str | None:
    """What the first bytes say; kinds that forms know come before the others."""
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    types: list[str] = [m.mime_type for m in matches if m.mime_type]
    known = next((t for t in types if t in _KNOWN), None)
    if known is not None and _fits(known, head):
        return known
    return next((t for t in types if t not in _KNOWN and not t.startswith("text/plain")), None)


def _fits(kind: str, head: bytes) -> bool:
    """A second look at pictures and PDF, whose first bytes are short."""
    if kind == "application/pdf":
        return head.lstrip()[:5] == b"%PDF-"
    return not kind.startswith("image/") or picture_size(head) is not None


def _text(name: str, head: bytes) -> str | None:
    """Text when all of it is: UTF-8, UTF-16 with its mark, or the Chinese encodings of old spreadsheets."""
    if not head or (b"\0" in head[:2000] and not head.startswith((b"\xff\xfe", b"\xfe\xff"))):
        return None
    for encoding in ("utf-8", "utf-16", "gb18030"):
        try:
            words = _cut(head, encoding)
        except UnicodeDecodeError:
            continue
        if all(c.isprintable() or c in "\r\n\t\f" or c == "\ufeff" for c in words[:20_000]):
            return _BY_NAME.get(name.rpartition(".")[2].lower(), "text/plain")
    return None


def _cut(head: bytes, encoding: str) -> str:
    """The head as text; its last character may be cut in two."""
    if len(head) < HEAD:
        return head.decode(encoding)
    for less in range(4):
        try:
            return head[: len(head) - less].decode(encoding)
        except UnicodeDecodeError:
            if less == 3:
                raise
    return ""


# ---------------------------------------------------------------- pictures


def picture_size(head: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, WebP or JPEG; None when it is none of them or its head is broken."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _pair(head, 16, 4, "big") if head[12:16] == b"IHDR" else None
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return _pair(head, 6, 2, "little")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp(head)
    return _jpeg(head) if head.startswith(b"\xff\xd8\xff") else None


def _pair(head: bytes, at: int, size: int, order: str) -> tuple[int, int] | None:
    if len(head) < at + 2 * size:
        return None
    width = int.from_bytes(head[at : at + size], order)  # type: ignore[arg-type]
    height = int.from_bytes(head[at + size : at + 2 * size], order)  # type: ignore[arg-type]
    return (width, height) if width and height else None


def _webp(head: bytes) -> tuple[int, int] | None:
    kind = head[12:16]
    if kind == b"VP8X" and len(head) >= 30:
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if kind == b"VP8L" and len(head) >= 25:
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and len(head) >= 30:
        found = _pair(head, 26, 2, "little")
        return (found[0] & 0x3FFF, found[1] & 0x3FFF) if found else None
    return None


def _jpeg(head: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(head):
        if head[at] != 0xFF:
            return None
        marker = head[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in (0x01, *range(0xD0, 0xD9)):
            at += 2
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height = int.from_bytes(head[at + 5 : at + 7], "big")
            width = int.from_bytes(head[at + 7 : at + 9], "big")
            return (width, height) if width and height else None
        else:
            at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return None
