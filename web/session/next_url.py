"""Where to go after signing in: a page of this site, never another one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# A path that begins with exactly one slash. Browsers drop tabs and line breaks and read "\" as "/", so neither occurs.
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def local(wanted: str | None, otherwise: str = "/") -> str:
    """`wanted` when it is the path of a page of this site (with query), else `otherwise`."""
    if not wanted or len(wanted) > 2000 or not _LOCAL.fullmatch(wanted):
        return otherwise
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return otherwise
    if parts.scheme or parts.netloc or "//" in parts.path or any(p in (".", "..") for p in parts.path.split("/")):
        return otherwise
    return wanted if wanted.isascii() else otherwise
