"""Coded messages with place and remedy, in Chinese and English."""

from .catalogue import Words, catalogue, entry_of, has_errors, is_error, kind_of, ordered, words
from .diagnostic import Diagnostic, Entry, Kind, Place, Refused, Severity
from .suggest import did_you_mean

__all__ = [
    "Diagnostic",
    "Entry",
    "Kind",
    "Place",
    "Refused",
    "Severity",
    "Words",
    "catalogue",
    "did_you_mean",
    "entry_of",
    "has_errors",
    "is_error",
    "kind_of",
    "ordered",
    "words",
]
