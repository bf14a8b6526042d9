"""Whether a request that changes something was sent by a page of this site."""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hmac import compare_digest
from urllib.parse import urlsplit

#: Methods that change nothing.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

#: Where a page puts its token: the field comes first in a form with files, since only its beginning is looked at.
FIELD, HEADER = "csrf", b"x-csrf-token"

#: How much of a form with files is read to find the token.
START = 4096

_IN_FORM = re.compile(rb"(?:^|&)csrf=([A-Za-z0-9_-]{16,128})(?:&|$)")
_IN_PARTS = re.compile(
    rb'--[^\r\n]{1,100}\r\ncontent-disposition: form-data; name="csrf"\r\n\r\n([A-Za-z0-9_-]{16,128})\r\n',
    re.IGNORECASE,
)


def from_here(headers: Mapping[bytes, bytes], origin: str) -> bool:
    """Whether the browser says that a page of `origin` sent this; False when it says nothing at all.

    Every header that speaks has to agree.
    """
    site = headers.get(b"sec-fetch-site")
    said = headers.get(b"origin")
    if site is not None and site != b"same-origin":
        return False
    if said is not None:
        return said.decode("latin-1").lower() == origin
    if site is not None:
        return True
    referer = headers.get(b"referer")
    return referer is not None and _origin(referer.decode("latin-1")) == origin


def kind_of_form(content_type: bytes) -> str:
    """`form`, `parts` (a form with files) or "" for everything else."""
    kind = content_type.split(b";", 1)[0].strip().lower()
    return {b"application/x-www-form-urlencoded": "form", b"multipart/form-data": "parts"}.get(kind, "")


def token_in(kind: str, start: bytes) -> str:
    """The token in the beginning of a body, "" when it is not there."""
    found = _IN_FORM.search(start) if kind == "form" else _IN_PARTS.match(start) if kind == "parts" else None
    return found[1].decode("ascii") if found else ""


def veiled(kept: str) -> str:
    """The token as a page shows it: another text each time, so that packed answers do not give it away by length."""
    token = kept.encode()
    mask = secrets.token_bytes(len(token))
    return urlsafe_b64encode(mask + _crossed(mask, token)).rstrip(b"=").decode() if token else ""


def same(sent: str, kept: str) -> bool:
    """Whether a token is the kept one, as it is or as a page shows it, and not empty; in constant time."""
    said = sent.encode("utf-8", "replace")
    if len(said) > len(kept):
        both = _decoded(said)
        half = len(both) // 2
        said = _crossed(both[:half], both[half:])
    return bool(kept) and compare_digest(said, kept.encode())


def _decoded(text: bytes) -> bytes:
    try:
        return urlsafe_b64decode(text[:512] + b"=" * (-len(text[:512]) % 4))
    except ValueError:
        return b""


def _crossed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()
