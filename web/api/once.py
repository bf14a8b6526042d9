"""`Idempotency-Key`: a write that is sent again is not done again, and a key is good for one request only."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from shuyuan.engine import Diagnostic, Place, Refused

_KEY = re.compile(rb"[!-~]{8,128}")


@dataclass(frozen=True, slots=True)
class Once:
    """What marks a request as done: `token` for the key, "" without one; `digest` for what was asked for."""

    token: str = ""
    digest: str = ""


def once(headers: Mapping[bytes, bytes], account: int, address: str, body: bytes) -> Once:
    """The mark of a request. Raises Refused(API_008) for a key that is none.

    address: method and path, which belong to what a key was used for.
    """
    key = headers.get(b"idempotency-key")
    if key is None:
        return Once()
    if not _KEY.fullmatch(key):
        args = {"header": "Idempotency-Key", "value": key[:40].decode("latin-1"), "wanted": "[!-~]{8,128}"}
        raise Refused(Diagnostic("API_008", Place(path="Idempotency-Key"), args))
    token = hashlib.sha256(key).hexdigest()[:32]
    return Once(f"api:{account}:{token}", hashlib.sha256(address.encode() + b"\0" + body).hexdigest()[:32])
