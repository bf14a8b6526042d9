"""The catalogue of messages: one dict per area, joined here, and how a message is put into words."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .diagnostic import Diagnostic, Entry, Kind, Severity

#: Area modules beside this one; each holds one dict `ENTRIES: dict[str, Entry]` whose codes share a prefix.
AREAS = (
    "asking", "definition", "expr", "record", "plan", "workflow", "access", "store", "exchange", "writing", "settings",
    "web",
    "api", "command",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """A message in one language: what is wrong and what to do about it."""

    what: str
    remedy: str


@cache
def catalogue() -> Mapping[str, Entry]:
    """Every entry by code. Raises ValueError when two areas use the same code."""
    found: dict[str, Entry] = {}
    for area in AREAS:
        for code, entry in importlib.import_module(f".{area}", __package__).ENTRIES.items():
            if code in found:
                raise ValueError(f"two messages share the code {code}")
            found[code] = entry
    return found


def entry_of(code: str) -> Entry:
    """The catalogue entry of `code`. Raises KeyError for an unknown code."""
    return catalogue()[code]


def is_error(diagnostic: Diagnostic) -> bool:
    """Whether the diagnostic must be mended before anything happens."""
    return entry_of(diagnostic.code).severity is Severity.ERROR


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of the diagnostics is an error."""
    return any(is_error(d) for d in diagnostics)


def kind_of(diagnostics: Iterable[Diagnostic]) -> Kind:
    """Why a set of diagnostics refuses: the kind of the first error, INVALID when there is none."""
    return next((entry_of(d.code).kind for d in diagnostics if is_error(d)), Kind.INVALID)


def words(diagnostic: Diagnostic, lang: str) -> Words:
    """The message in `lang`. A missing argument shows as its `{name}`, never as an exception."""
    entry = entry_of(diagnostic.code)
    shown = _Shown({k: _in_lang(v, lang) for k, v in diagnostic.args.items()})
    if lang == "en":
        return Words(entry.en.format_map(shown), entry.fix_en.format_map(shown))
    return Words(entry.zh.format_map(shown), entry.fix_zh.format_map(shown))


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Stable order for reports: by file, line, column, code; doubles removed."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda d: (d.place.file, d.place.line, d.place.column, d.code)))


class _Shown(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _in_lang(value: Any, lang: str) -> Any:
    return value.get(lang) if hasattr(value, "zh") else value
