"""The words of the interface, in both languages, by key."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal

from . import (
    words_admin,
    words_definitions,
    words_flow,
    words_forms,
    words_import,
    words_lists,
    words_records,
    words_shell,
)

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")

#: The lists of words.
PARTS = (
    words_shell, words_records, words_flow, words_forms, words_lists, words_admin, words_definitions, words_import,
)  # fmt: skip

#: Keys of the words that the script says.
SAID_BY_SCRIPT = (
    "offline", "failed", "online", "not_saved", "saving", "leave", "found_n", "row_removed", "ticked", "undo", "close",
    "error_prefix", "uploading", "keep",
)  # fmt: skip


@cache
def words() -> Mapping[str, tuple[str, str]]:
    """Every word by its key, as (zh, en). Raises ValueError when two lists use the same key."""
    found: dict[str, tuple[str, str]] = {}
    for part in PARTS:
        doubled = found.keys() & part.WORDS.keys()
        if doubled:
            raise ValueError(f"two words share a key: {sorted(doubled)}")
        found |= part.WORDS
    return found


@cache
def translator(lang: Lang) -> Callable[..., str]:
    """The function `t(key, **values)` of a language: the word with `{name}` filled. Raises KeyError for other keys."""
    at = LANGS.index(lang)
    table = {key: both[at] for key, both in words().items()}

    def t(key: str, /, **values: Any) -> str:
        return table[key].format_map(values) if values else table[key]

    return t


@cache
def script_words(lang: Lang) -> str:
    """JSON of the words that the script says."""
    t = translator(lang)
    return json.dumps({key: t(key) for key in SAID_BY_SCRIPT}, ensure_ascii=False, separators=(",", ":"))
