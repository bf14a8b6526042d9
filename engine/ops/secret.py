"""The secret of an installation: made at the first run, used to sign what leaves the server and comes back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

import orjson

from ..model import Sql, Storage
from ..store.protocol import Insert, Query, Store, Taken
from ..store.tables import SETTING

KEY = "secret"
_BYTES = 32

_FIND = Query(Sql("SELECT value FROM sy_setting WHERE key = ?", (KEY,)), (Storage("json"),))


async def load_secret(store: Store, told: str = "") -> bytes:
    """The key for signatures. told: what the settings say, "" for the one in the database, made when there is none."""
    if told:
        return hashlib.sha256(told.encode()).digest()
    for _ in range(3):
        rows = await store.rows(_FIND)
        if rows:
            return bytes.fromhex(rows[0][0]["hex"])
        try:
            await store.apply([Insert(SETTING, {"key": KEY, "value": {"hex": secrets.token_hex(_BYTES)}})])
        except Taken:  # another worker was first: its secret counts
            continue
    raise RuntimeError("the secret was neither found nor made")


def mac(secret: bytes, purpose: str, *parts: str) -> str:
    """A signature of the parts, 43 characters that fit into a URL and a cookie; differs for every purpose."""
    pieces = [part.encode("utf-8", "replace") for part in (purpose, *parts)]
    message = b"".join(len(piece).to_bytes(4, "big") + piece for piece in pieces)
    return base64.urlsafe_b64encode(hmac.digest(secret, message, "sha256")).rstrip(b"=").decode()


def sealed(secret: bytes, purpose: str, content: Mapping[str, Any], until: int) -> str:
    """Content that a browser carries and cannot change. until: milliseconds at which it runs out."""
    body = base64.urlsafe_b64encode(orjson.dumps({**content, "until": until})).rstrip(b"=").decode()
    return f"{body}.{mac(secret, purpose, body)}"


def opened(secret: bytes, purpose: str, text: str, now: int) -> dict[str, Any] | None:
    """What was sealed; None when it was changed, made for something else or has run out."""
    body, _, signature = text.partition(".")
    if not equal(signature, mac(secret, purpose, body)):
        return None
    content: dict[str, Any] = orjson.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return content if content.pop("until") > now else None


def equal(sent: str, kept: str) -> bool:
    """Whether two texts are the same, in a time that does not tell how much of them is."""
    return hmac.compare_digest(sent.encode("utf-8", "replace"), kept.encode("utf-8", "replace"))


def hashed(token: str) -> str:
    """How a token of 128 bits or more is kept: no salt and no slow hash are needed for what cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def veiled(secret: bytes, purpose: str, content: Any, until: int) -> str:
    """Content that a browser carries and can neither read nor change. until: milliseconds at which it runs out.

    A stream of SHAKE-256 hides it, and what is hidden is signed; the number at the front is never used twice.
    """
    plain = orjson.dumps([until, content])
    nonce = secrets.token_bytes(16)
    body = nonce + _hidden(secret, purpose, nonce, plain)
    text = base64.urlsafe_b64encode(body).rstrip(b"=").decode()
    return f"{text}.{mac(secret, 'veil ' + purpose, text)}"


def unveiled(secret: bytes, purpose: str, text: str, now: int) -> Any:
    """What was veiled; None when it was changed, made for something else or has run out."""
    body, _, signature = text.partition(".")
    if not equal(signature, mac(secret, "veil " + purpose, body)):
        return None
    found = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    until, content = orjson.loads(_hidden(secret, purpose, found[:16], found[16:]))
    return content if until > now else None


def _hidden(secret: bytes, purpose: str, nonce: bytes, content: bytes) -> bytes:
    """The content under the stream of this number; done twice it is plain again."""
    key = hmac.digest(secret, b"stream " + purpose.encode(), "sha256")
    stream = hashlib.shake_256(key + nonce).digest(len(content))
    return bytes(a ^ b for a, b in zip(content, stream, strict=True))
