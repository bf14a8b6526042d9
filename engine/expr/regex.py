"""XPath regular expressions on RE2, whose time grows with the text only: translated, compiled once, bounded."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

MAX_PATTERN = 1_000  # characters
_MAX_MEMORY = 4 << 20  # bytes RE2 may use for one pattern

#: Unicode blocks XPath knows as \p{IsName}; the ones that occur. Name -> first and last code point.
_BLOCKS = {
    "BasicLatin": (0x0, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Thai": (0xE00, 0xE7F),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}
_NAME_START = r"_:\p{L}\p{Nl}"
_NAME_PART = _NAME_START + r"\p{M}\p{Nd}.\x2d\x{b7}"
_SPECIAL = frozenset("\\|.?*+(){}[]^$-")


class Unusable(Exception):
    """The pattern or its flags cannot be used."""


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str = "") -> Any:
    """The pattern ready to match. flags: any of `smixq`. Raises Unusable (also for back-references)."""
    import re2  # loaded with the first pattern, not with the application

    if len(pattern) > MAX_PATTERN or set(flags) - set("smixq"):
        raise Unusable
    text = _quoted(pattern) if "q" in flags else _Translation(pattern, "x" in flags).run()
    inline = "".join(f for f in "smi" if f in flags and not ("q" in flags and f != "i"))
    options = re2.Options()
    options.max_mem = _MAX_MEMORY
    options.log_errors = False
    try:
        return re2.compile(f"(?{inline}:{text})" if inline else text, options)
    except re2.error as error:
        raise Unusable from error


def _quoted(text: str) -> str:
    return "".join("\\" + c if c in _SPECIAL else c for c in text)


class _Translation:
    """One pass over an XPath pattern; what RE2 spells otherwise is rewritten, the rest is copied."""

    def __init__(self, pattern: str, loose: bool) -> None:
        self.source = _without_blanks(pattern) if loose else pattern
        self.at = 0

    def run(self) -> str:
        out: list[str] = []
        while self.at < len(self.source):
            char = self.source[self.at]
            if char == "\\":
                out.append(self.escape(False))
            elif char == "[":
                out.append(self.group())
            elif self.source.startswith("(?", self.at) and not self.source.startswith("(?:", self.at):
                raise Unusable
            else:
                out.append(char)
                self.at += 1
        return "".join(out)

    def escape(self, in_class: bool) -> str:
        """One escape; leaves `at` after it."""
        if self.at + 1 >= len(self.source):
            raise Unusable
        char = self.source[self.at + 1]
        self.at += 2
        if char in "pP":
            return self.category(char, in_class)
        if char in "iI":
            return _class(_NAME_START, char == "I", in_class)
        if char in "cC":
            return _class(_NAME_PART, char == "C", in_class)
        if char == "d":
            return r"\p{Nd}"
        if char == "D":
            return r"\P{Nd}"
        if char == "w":
            return _class(r"\P{P}", False, in_class) if in_class else r"[^\p{P}\p{Z}\p{C}]"
        if char == "W":
            return r"\p{P}\p{Z}\p{C}" if in_class else r"[\p{P}\p{Z}\p{C}]"
        if char in "nrts" or char == "S":
            return "\\" + char
        if char in _SPECIAL:
            return "\\" + char
        raise Unusable

    def category(self, char: str, in_class: bool) -> str:
        end = self.source.find("}", self.at)
        if end < 0 or self.source[self.at] != "{":
            raise Unusable
        name = self.source[self.at + 1 : end]
        self.at = end + 1
        if not name.startswith("Is"):
            return f"\\{char}{{{name}}}"
        block = _BLOCKS.get(name[2:])
        if block is None:
            raise Unusable
        return _class(rf"\x{{{block[0]:x}}}-\x{{{block[1]:x}}}", char == "P", in_class)

    def group(self) -> str:
        """A character class, with `-[...]` taken away from it."""
        self.at += 1
        negated = self.source.startswith("^", self.at)
        self.at += negated
        body: list[str] = []
        taken = ""
        while self.at < len(self.source):
            char = self.source[self.at]
            if char == "]" and body:
                self.at += 1
                return self.closed("".join(body), negated, taken)
            if char == "-" and self.source.startswith("-[", self.at):
                self.at += 1
                taken = self.group()
                if not self.source.startswith("]", self.at):
                    raise Unusable
            elif char == "\\":
                body.append(self.escape(True))
            elif char == "[":
                raise Unusable
            else:
                body.append(char)
                self.at += 1
        raise Unusable

    def closed(self, body: str, negated: bool, taken: str) -> str:
        made = f"[{'^' if negated else ''}{body}]"
        if not taken:
            return made
        keep = _members(made) - _members(taken)
        if not keep:
            return r"[^\x{0}-\x{10FFFF}]"
        return "[" + "".join(rf"\x{{{c:x}}}" for c in sorted(keep)) + "]"


def _members(group: str) -> set[int]:
    """The characters up to U+2FF a class holds; enough for taking classes away from each other."""
    import re2

    try:
        found = re2.compile(group)
    except re2.error as error:
        raise Unusable from error
    return {c for c in range(0x300) if found.fullmatch(chr(c))}


def _class(body: str, negated: bool, in_class: bool) -> str:
    if not in_class:
        return f"[{'^' if negated else ''}{body}]"
    if negated:
        raise Unusable
    return body


def _without_blanks(pattern: str) -> str:
    """The pattern under flag x: blanks outside classes go."""
    out: list[str] = []
    depth = 0
    i = 0
    while i < len(pattern):
        char = pattern[i]
        if char == "\\" and i + 1 < len(pattern) and pattern[i + 1] not in "pP":
            out.append(pattern[i : i + 2])
            i += 2
            continue
        if char == "[":
            depth += 1
        elif char == "]":
            depth -= 1
        if depth > 0 or char not in " \t\n\r":
            out.append(char)
        i += 1
    return "".join(out)
