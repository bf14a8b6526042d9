"""What an unquoted YAML scalar stands for, by the core schema of YAML 1.2 (section 10.3)."""

from __future__ import annotations

import re
from decimal import Decimal

from .node import Scalar

WORDS: dict[str, Scalar] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}

#: Digits a number may have: what the expression language calculates with.
MOST_DIGITS = 34
_FIRST = frozenset("0123456789+-.")
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,9})?")
_NOT_A_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


class OutOfRange(ValueError):
    """The scalar is a number that no field can hold: infinite, not a number, or of too many digits."""


def scalar(text: str) -> Scalar:
    """The value of unquoted `text`. Words such as `no`, `on`, `yes` and dates are strings.

    Raises OutOfRange for `.inf`, `.nan` and numbers of more than 34 digits or beyond 1e±6000.
    """
    if text in WORDS:
        return WORDS[text]
    if text[0] not in _FIRST:
        return text
    if len(text) <= MOST_DIGITS + 1 and _INT.fullmatch(text):
        return int(text)
    return _number(text)


def _number(text: str) -> Scalar:
    if _OCTAL.fullmatch(text):
        return int(_short(text[2:]), 8)
    if _HEX.fullmatch(text):
        return int(_short(text[2:]), 16)
    if _NOT_A_NUMBER.fullmatch(text):
        raise OutOfRange(text)
    if not _FLOAT.fullmatch(text):
        return text
    if sum(c.isdigit() for c in text) > MOST_DIGITS + 4:
        raise OutOfRange(text)
    found = Decimal(text)
    if len(found.as_tuple().digits) > MOST_DIGITS or abs(found.adjusted()) > 6000:
        raise OutOfRange(text)
    return found


def _short(digits: str) -> str:
    if len(digits) > MOST_DIGITS:
        raise OutOfRange(digits)
    return digits
