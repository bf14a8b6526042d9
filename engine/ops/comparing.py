"""Two versions side by side: what differs in words, and which lines of which documents."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ..definition import load
from ..plan import Step, diff
from .versions import Past, VersionRow, past
from .work import Work

#: Lines shown around a change.
AROUND = 3


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a comparison. old, new: its number on either side, 0 where it is not there."""

    old: int
    new: int
    text: str


@dataclass(frozen=True, slots=True)
class FileDiff:
    """A document that differs: runs of lines with some around them. fate: added, removed or changed."""

    path: str
    fate: str
    runs: tuple[tuple[DiffLine, ...], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """steps: in words, what leads from the one version to the other; files: the documents that differ."""

    old: VersionRow
    new: VersionRow
    steps: tuple[Step, ...]
    files: tuple[FileDiff, ...]


async def compare(work: Work, old: int, new: int) -> Compared:
    """What lies between two versions, in whichever order. Raises Refused(ACCESS_012, PLAN_007), Moved."""
    a, b = await past(work, old), await past(work, new)
    steps = await asyncio.to_thread(_steps, work, a, b)
    return Compared(a.row, b.row, steps, tuple(differing(a.documents, b.documents)))


def _steps(work: Work, a: Past, b: Past) -> tuple[Step, ...]:
    functions = work.version.compiler.functions
    was = load(a.documents, a.identity, functions=functions)
    now = load(b.documents, b.identity, functions=functions)
    if was.model is None or now.model is None:
        return ()
    return diff(was.model, was.identity, now.model, now.identity).steps


def differing(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[FileDiff]:
    """The documents that are not the same on both sides, by path."""
    for path in sorted({*old, *new}):
        was, now = old.get(path), new.get(path)
        if was != now:
            fate = "added" if was is None else "removed" if now is None else "changed"
            yield FileDiff(path, fate, tuple(runs((was or "").splitlines(), (now or "").splitlines())))


def runs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[DiffLine, ...]]:
    """The runs of lines in which two texts differ, with a few lines around each."""
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND):
        yield tuple(_lines(group, old, new))


def _lines(
    group: Sequence[tuple[str, int, int, int, int]], old: Sequence[str], new: Sequence[str]
) -> Iterator[DiffLine]:
    for tag, i1, i2, j1, j2 in group:
        if tag == "equal":
            yield from (DiffLine(i + 1, j + 1, old[i]) for i, j in zip(range(i1, i2), range(j1, j2), strict=True))
        else:
            yield from (DiffLine(i + 1, 0, old[i]) for i in range(i1, i2))
            yield from (DiffLine(0, j + 1, new[j]) for j in range(j1, j2))
