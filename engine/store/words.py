"""The words by which a text is found: itself, its parts, and for Chinese what one would type without tones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

#: Words are cut here; nobody types more before picking.
LONGEST = 40
#: Longer stretches of Chinese are no names: they are found from their beginning only.
_LONGEST_NAME = 12
#: A family name may be read in several ways (单 shan, dan; 曾 zeng, ceng): so many of them are tried at most.
_READINGS = 4

_SPLIT = re.compile(r"[\s,，、;；。·:：/|()（）\[\]【】《》<>\"'“”‘’]+")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]+")


def folded(text: str) -> str:
    """Text as it is compared in a search: full-width letters as half-width, no capitals, no outer space."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def search_words(texts: Iterable[str | None]) -> frozenset[str]:
    """Every word by which a record with these texts is found; each is a prefix to be matched as far as it was typed."""
    found: set[str] = set()
    for text in texts:
        if text and (whole := folded(text)):
            found.add(whole[:LONGEST])
            for part in _SPLIT.split(whole):
                if part:
                    found |= _words_of(part)
    return frozenset(found)


@lru_cache(maxsize=4096)
def _words_of(part: str) -> frozenset[str]:
    found = {part[:LONGEST]}
    for han in _HAN.findall(part):
        if len(han) > _LONGEST_NAME:
            found.add(han[:LONGEST])
            continue
        found |= {han[start:] for start in range(len(han))}
        for reading in _readings(han):
            found.add("".join(reading)[:LONGEST])
            found.add("".join(syllable[0] for syllable in reading))
    return frozenset(found)


def _readings(han: str) -> list[tuple[str, ...]]:
    from pypinyin import Style, pinyin  # takes a fifth of a second, and only where there is Chinese to be found

    if _holds_phrase(han):  # where characters are read otherwise than alone: 重庆
        usual = tuple(syllable[0] for syllable in pinyin(han, style=Style.NORMAL))
    else:
        usual = tuple(map(_alone, han))
    return [(syllable, *usual[1:]) for syllable in dict.fromkeys([usual[0], *_every(han[0])])][:_READINGS]


def _holds_phrase(han: str) -> bool:
    """Whether some part of the word is in the dictionary of phrases."""
    from pypinyin.phrases_dict import phrases_dict

    size = len(han)
    return any(han[a:b] in phrases_dict for a in range(size - 1) for b in range(a + 2, size + 1))


@lru_cache(maxsize=8192)
def _alone(character: str) -> str:
    from pypinyin import Style, pinyin

    found: str = pinyin(character, style=Style.NORMAL)[0][0]
    return found


@lru_cache(maxsize=8192)
def _every(character: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin

    return tuple(pinyin(character, style=Style.NORMAL, heteronym=True)[0])


def typed_range(typed: str) -> tuple[str, str] | None:
    """The half-open interval of words that begin with what was typed; None when nothing was."""
    first = folded(typed)[:LONGEST]
    if not first:
        return None
    last = first[-1]
    # U+D7FF is followed by surrogates, which are no characters.
    after = "\ue000" if last == "\ud7ff" else chr(ord(last) + 1) if last != "\U0010ffff" else last + "\U0010ffff"
    return first, first[:-1] + after
