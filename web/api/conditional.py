"""What headers ask of an answer: its version before a change, to be spared what is known, or not to get all of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from shuyuan.engine import Diagnostic, Place, Refused

from .answer import Answer, Header, digest

#: `"4.1f0c22aa"`: the version of the record, and a mark of what the answer said of it.
_TAG = re.compile(r'(?:W/)?"(\d{1,9})(?:\.[0-9a-f]{8})?"')
_SHOWN = '"4"'

#: Says that the answer to a write was kept short as `Prefer: return=minimal` asks.
BRIEF: Header = (b"preference-applied", b"return=minimal")


def brief(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a program wants no more of a write than its outcome, and that sooner."""
    return b"return=minimal" in headers.get(b"prefer", b"")


def tagged(answer: Answer, headers: Mapping[bytes, bytes], version: int) -> Answer:
    """The answer with its `ETag`; 304 without a body for whoever holds the same one.

    The mark is part of it because an answer changes without its record: a linked record gets another name, a right is
    given or taken.
    """
    tag = f'"{version}.{digest(answer.body)}"'.encode()
    if (known := headers.get(b"if-none-match")) and _listed(known, tag):
        kept = [h for h in answer.headers if h[0] != b"content-type"]
        return Answer(304, b"", [*kept, (b"etag", tag)])
    answer.headers.append((b"etag", tag))
    return answer


def _listed(known: bytes, tag: bytes) -> bool:
    return known.strip() == b"*" or any(t.strip().removeprefix(b"W/") == tag for t in known.split(b","))


def expected_version(headers: Mapping[bytes, bytes]) -> int:
    """The version a change was made against. Raises Refused: API_007 when none is stated, API_008 for what is none."""
    stated = headers.get(b"if-match")
    if stated is None:
        raise Refused(Diagnostic("API_007", Place(path="If-Match")))
    text = stated.decode("latin-1").strip()
    found = _TAG.fullmatch(text)
    if not found:
        raise Refused(
            Diagnostic("API_008", Place(path="If-Match"), {"header": "If-Match", "value": text[:40], "wanted": _SHOWN})
        )
    return int(found[1])
