"""A text in the languages of the product: Chinese first, English beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """A title or message; a language left out falls back to the other one."""

    zh: str = ""
    en: str = ""

    def get(self, lang: str) -> str:
        """The text in `lang`, else in the other language, else an empty string."""
        return (self.en or self.zh) if lang == "en" else (self.zh or self.en)

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


def text_of(value: str | Mapping[str, str] | Text | None) -> Text:
    """A `Text` from what a definition may write: a string (all languages) or `{zh: , en: }`."""
    if value is None:
        return Text()
    if isinstance(value, Text):
        return value
    if isinstance(value, str):
        return Text(value, "")
    return Text(str(value.get("zh", "")), str(value.get("en", "")))
