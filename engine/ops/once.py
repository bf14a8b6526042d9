"""Once-only tokens of submissions: sending the same again gives the first answer and does nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from ..diagnostics import Diagnostic, Refused
from ..model import Text
from ..store import journal
from ..store.protocol import Write
from .act import Answer
from .work import Work


def digest_of(*parts: Any) -> str:
    """A short word that differs when what was sent differs."""
    try:
        written = orjson.dumps(parts, str, orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS)
    except TypeError:  # half characters, numbers beyond all bounds: refused by the cast, in words
        written = repr(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(written, digest_size=12).hexdigest()


def mark(work: Work, token: str, kind: str, digest: str, answer: Mapping[str, Any]) -> Write:
    """The row that goes with the batch."""
    kept = {**answer, "kind": kind, "digest": digest}
    return journal.once(token, actor=work.actor.id, at=work.now.ms, answer=kept)


async def before(work: Work, token: str, kind: str, digest: str) -> Mapping[str, Any] | None:
    """The answer that was given to this token; None when it is new.

    Raises Refused(API_009) when it came with other content, or from somebody else.
    """
    if not token:
        return None
    for by, found in await work.store.rows(journal.ONCE_ANSWER, {"token": token}):
        if by != work.actor.id or found.get("kind") != kind or found.get("digest", "") != digest:
            raise Refused(Diagnostic("API_009" if token.startswith("api:") else "WRITE_006"))
        answer: Mapping[str, Any] = found
        return answer
    return None


def kept_answer(answer: Answer | None) -> dict[str, Any] | None:
    """An answer of an approval as JSON."""
    if answer is None:
        return None
    title = {"zh": answer.title.zh, "en": answer.title.en}
    return {"case": answer.case, "version": answer.version, "status": answer.status, "step": answer.step,
            "title": title}  # fmt: skip


def answer_of(kept: Mapping[str, Any] | None) -> Answer | None:
    """And back."""
    if not kept:
        return None
    return Answer(kept["case"], kept["version"], kept["status"], kept["step"], Text(**kept["title"]), repeated=True)
