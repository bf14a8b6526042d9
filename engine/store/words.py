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

#: Han numerals as people also type them: 高一 is 高1 to many.
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
_NUMBERED = re.compile(r"(?=.*[0-9])(?=.*[㐀-䶿一-鿿豈-﫿])[^\s]{2,16}")

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
            if not whole.isascii() and _NUMBERED.fullmatch(joined := _SPLIT.sub("", whole)):
                found |= _numbered(joined)
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


@lru_cache(maxsize=4096)
def _numbered(joined: str) -> frozenset[str]:
    """Words of a name with a number in it, such as 高一（1）班, for those who leave the brackets out: 1班, gy1, g1."""
    found = {
        joined[at:] for at in range(len(joined)) if at == 0 or not (joined[at - 1].isascii() and joined[at].isascii())
    }
    for text in (joined, joined.translate(_DIGITS)):
        spelled = _HAN.sub(lambda han: "".join(_usual(han[0])), text)
        initials = _HAN.sub(lambda han: "".join(one[0] for one in _usual(han[0])), text)
        found |= {text, spelled[:LONGEST], initials}
    return frozenset(found)


def _readings(han: str) -> list[tuple[str, ...]]:
    """The ways a text may be read: every one of its first letter, the usual one of the others."""
    letters = [_readings_of(letter) for letter in han]
    # Where there is nothing to choose, asking letter by letter is ten times quicker.
    usual = _usual(han) if any(len(one) > 1 for one in letters) else tuple(one[0] for one in letters)
    return [(syllable, *usual[1:]) for syllable in dict.fromkeys([usual[0], *letters[0]])][:_READINGS]


@lru_cache(maxsize=32_768)
def _readings_of(letter: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin  # takes a fifth of a second, and only where there is Chinese to be found

    return tuple(dict.fromkeys(pinyin(letter, style=Style.NORMAL, heteronym=True)[0]))


def _usual(han: str) -> tuple[str, ...]:
    """How a text is usually read, words considered."""
    from pypinyin import Style, pinyin
    from pypinyin.constants import PHRASES_DICT

    # Most names hold no word of the dictionary, and looking for words is what takes the time.
    ends = range(2, len(han) + 1)
    if not any(han[start:end] in PHRASES_DICT for end in ends for start in range(end - 1)):
        return tuple(_readings_of(letter)[0] for letter in han)
    return tuple(syllable[0] for syllable in pinyin(han, style=Style.NORMAL))


def typed_range(typed: str) -> tuple[str, str] | None:
    """The half-open interval of words that begin with what was typed; None when nothing was."""
    first = folded(typed)[:LONGEST]
    if not first:
        return None
    last = first[-1]
    # U+D7FF is followed by surrogates, which are no characters.
    after = "\ue000" if last == "\ud7ff" else chr(ord(last) + 1) if last != "\U0010ffff" else last + "\U0010ffff"
    return first, first[:-1] + after
