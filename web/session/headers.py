"""The headers every answer carries, so that a browser refuses what the pages never ask of it."""

from __future__ import annotations

from collections.abc import Iterable

Header = tuple[bytes, bytes]

CSP = (
    b"default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    b"base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)

_ALWAYS: tuple[Header, ...] = (
    (b"content-security-policy", CSP),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
        b"gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    ),
)
_SECURE: tuple[Header, ...] = (*_ALWAYS, (b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
_NO_STORE: Header = (b"cache-control", b"no-store")
_NAMES = frozenset((*(name for name, _ in _SECURE), _NO_STORE[0]))


def secured(headers: Iterable[Header], request_id: bytes, *, secure: bool, personal: bool) -> list[Header]:
    """The headers of an answer with the missing ones added; what an answer says itself stands.

    personal: made for somebody signed in, so no cache keeps it unless the answer says that one may.
    """
    found = list(headers)
    names = {name.lower() for name, _ in found}
    always = _SECURE if secure else _ALWAYS
    found.extend(always if names.isdisjoint(_NAMES) else (header for header in always if header[0] not in names))
    if personal and _NO_STORE[0] not in names:
        found.append(_NO_STORE)
    found.append((b"x-request-id", request_id))
    return found
