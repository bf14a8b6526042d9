"""Two edits of one text brought together line by line, and the places where both changed the same lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Clash:
    """Lines that both sides changed, each in another way. line: where they stand in the merged text, from 1."""

    line: int
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The text with the edits of both sides; where they clash it has those of mine."""

    text: str
    clashes: tuple[Clash, ...] = ()


def merged(base: str, mine: str, theirs: str) -> Merged:
    """Both edits of `base` in one text."""
    if mine in (base, theirs):
        return Merged(theirs)
    if theirs == base:
        return Merged(mine)
    lines = [text.splitlines(keepends=True) for text in (base, mine, theirs)]
    made: list[str] = []
    clashes: list[Clash] = []
    for old, ours, others in _chunks(*lines):
        if ours in (old, others):
            made += others
        elif others == old:
            made += ours
        else:
            clashes.append(Clash(len(made) + 1, "".join(old), "".join(ours), "".join(others)))
            made += ours
    return Merged("".join(made), tuple(clashes))


Lines = Sequence[str]


def _chunks(base: Lines, mine: Lines, theirs: Lines) -> Iterator[tuple[Lines, Lines, Lines]]:
    """The three texts cut at the lines that all of them share: in turn a piece that differs, a piece that is equal."""
    at = (0, 0, 0)
    for line, ours, others, length in _shared(base, mine, theirs):
        differing = base[at[0] : line], mine[at[1] : ours], theirs[at[2] : others]
        if any(differing):
            yield differing
        equal = base[line : line + length]
        yield equal, equal, equal
        at = line + length, ours + length, others + length
    rest = base[at[0] :], mine[at[1] :], theirs[at[2] :]
    if any(rest):
        yield rest


def _shared(base: Lines, mine: Lines, theirs: Lines) -> Iterator[tuple[int, int, int, int]]:
    """Runs of lines that both sides left alone: where they begin in each text, and how many they are."""
    left = SequenceMatcher(None, base, mine, autojunk=False).get_matching_blocks()
    right = SequenceMatcher(None, base, theirs, autojunk=False).get_matching_blocks()
    i = j = 0
    while i < len(left) and j < len(right):
        a, b = left[i], right[j]
        begin, end = max(a.a, b.a), min(a.a + a.size, b.a + b.size)
        if begin < end:
            yield begin, a.b + begin - a.a, b.b + begin - b.a, end - begin
        if a.a + a.size < b.a + b.size:
            i += 1
        else:
            j += 1
