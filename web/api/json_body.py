"""The JSON of a request body, read strictly: what two readers could understand differently is refused."""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal
from typing import Any, NoReturn

import orjson
from shuyuan.engine import Diagnostic, Place, Refused

#: Deeper than this no body of ours goes; shallower than this no reader gets into trouble.
DEPTH = 32
#: Digits of a number, and the greatest power of ten one may be written with.
DIGITS, POWER = 40, 400

_STRUCTURE = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
_NOT_JSON = {
    "NaN": "NaN is no JSON",
    "Infinity": "Infinity is no JSON",
    "-Infinity": "Infinity is no JSON",
}


def read_json(body: bytes) -> Any:
    """The value of a body: numbers as int or Decimal, exactly as written.

    Raises Refused: API_001 for what is no JSON, API_002 for a name twice in one object, API_003 for deep nesting,
    API_004 for a number of absurd length, API_006 for bytes that are no UTF-8.
    """
    if body.count(b"[") + body.count(b"{") > DEPTH and _depth(body) > DEPTH:
        raise Refused(Diagnostic("API_003", args={"most": DEPTH}))
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Refused(Diagnostic("API_006")) from None
    try:
        if "\\u" in text:
            orjson.loads(body)  # the only one of the two that refuses half of a character
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        _broken(error)


def _broken(error: json.JSONDecodeError) -> NoReturn:
    args = {"line": error.lineno, "column": error.colno, "why": error.msg.partition(":")[0]}
    raise Refused(Diagnostic("API_001", args=args)) from None


def _depth(body: bytes) -> int:
    """How deep the brackets outside of texts go."""
    depth = most = 0
    for found in _STRUCTURE.finditer(body):
        first = found[0][:1]
        if first in b"[{":
            depth += 1
            most = max(most, depth)
        elif first in b"]}":
            depth -= 1
    return most


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        (double, _), *_ = Counter(name for name, _ in pairs).most_common(1)
        raise Refused(Diagnostic("API_002", Place(path=double[:80]), {"name": double[:80]}))
    return found


def _too_long(text: str) -> NoReturn:
    raise Refused(Diagnostic("API_004", args={"number": f"{text[:20]}…", "most": DIGITS}))


def _whole(text: str) -> int:
    return int(text) if len(text) <= DIGITS else _too_long(text)


def _exact(text: str) -> Decimal | int:
    digits, _, power = text.lower().partition("e")
    if len(digits) > DIGITS or len(power) > 6 or abs(int(power or 0)) > POWER:
        _too_long(text)
    found = Decimal(text)
    return int(found) if not power and found == found.to_integral_value() else found  # 5.0 is the integer 5


def _no_number(text: str) -> NoReturn:
    raise json.JSONDecodeError(_NOT_JSON[text], "", 0)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_whole, parse_float=_exact, parse_constant=_no_number)
