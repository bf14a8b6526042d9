"""The cookies of the product: how they are called, read and written."""

from __future__ import annotations

import re

#: Cookies without any right in them: language and theme may be read by scripts and kept for long.
LANG, THEME = "sy_lang", "sy_theme"

#: Cookies that prove something; over https the browser binds them to this very host.
SESSION, DEVICE, VISITOR, FLASH = "sy", "sy_device", "sy_visitor", "sy_flash"

YEAR = 365 * 24 * 3600

#: Longest value of a cookie; browsers take 4,096 bytes with its name and attributes.
LONGEST = 2048

_VALUE = re.compile(rf"[A-Za-z0-9._~-]{{0,{LONGEST}}}")


def named(name: str, secure: bool) -> str:
    """The name a proving cookie has on the wire."""
    return f"__Host-{name}" if secure else name


def parsed(header: str) -> dict[str, str]:
    """Name -> value of a Cookie header; of two cookies with one name the first counts, others' cookies are left out."""
    found: dict[str, str] = {}
    for part in header[:8192].split(";"):
        name, equals, value = part.strip().partition("=")
        if name and equals and _VALUE.fullmatch(value):
            found.setdefault(name, value)
    return found


def proving(name: str, value: str, secure: bool, max_age: int | None = None) -> str:
    """A Set-Cookie value for a cookie that scripts never see. max_age in seconds, 0 deletes, None: until closed."""
    return _written(named(name, secure), value, secure, max_age) + "; HttpOnly"


def choice(name: str, value: str, secure: bool) -> str:
    """A Set-Cookie value for language or theme."""
    return _written(name, value, secure, YEAR)


def _written(name: str, value: str, secure: bool, max_age: int | None) -> str:
    if not _VALUE.fullmatch(value):
        raise ValueError(f"{name} cannot be a cookie with that value")
    age = "" if max_age is None else f"; Max-Age={max_age}"
    return f"{name}={value}; Path=/{age}; SameSite=Lax{'; Secure' if secure else ''}"
