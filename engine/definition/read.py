"""Text -> nodes: YAML by the rules of 1.2, or JSON, bounded, without anchors, tags or doubled keys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal

from ..diagnostics import Diagnostic, Place, ordered
from .marks import Malformed, Mark, json_marks, yaml_marks
from .node import Node
from .scalar import OutOfRange, scalar

MOST_BYTES = 1_000_000
MOST_DEPTH = 32
MOST_PROBLEMS = 200

_NEXT_DOCUMENT = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*%")


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents of one file with everything that is wrong with its writing."""

    documents: tuple[Node, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def decode(raw: bytes, file: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a file as stored: UTF-8, with or without a byte order mark. Anything else gives "" and a message."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", (Diagnostic("DEF_001", Place(file), {"found": "UTF-16"}),)
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return "", (Diagnostic("DEF_002", Place(file, line)),)
    return "", (Diagnostic("DEF_001", Place(file, line), {"found": "GB18030 (GBK)"}),)


def read(file: str, text: str) -> Reading:
    """The documents of a file; `file` ending in `.json` is read as JSON, anything else as YAML.

    Never raises; at most 1 MB, 32 levels and 200 messages. Results are kept for the last 512 texts.
    """
    if len(text) > MOST_BYTES or len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return Reading((), (Diagnostic("DEF_004", Place(file), {"size": len(text), "max": MOST_BYTES}),))
    return _read(file, text)


@lru_cache(maxsize=512)
def _read(file: str, text: str) -> Reading:
    text = text.removeprefix("\ufeff")
    unprintable = _unprintable(file, text)
    if unprintable:
        return Reading((), unprintable)
    found: list[Node] = []
    problems: list[Diagnostic] = []
    is_json = file.endswith(".json")
    for first_line, chunk in [(0, text)] if is_json else chunks(text):
        if not chunk.strip():
            continue
        directive = None if is_json else _DIRECTIVE.match(chunk)
        if directive:
            line = first_line + chunk.count("\n", 0, directive.end()) + 1
            problems.append(Diagnostic("DEF_013", Place(file, line, 1)))
            continue
        marks = json_marks(chunk, file) if is_json else yaml_marks(chunk, file, first_line)
        composer = _Composer(file)
        try:
            found.extend(composer.documents(marks))
        except Malformed as stop:
            problems.append(stop.diagnostic)
        problems.extend(composer.problems)
    return Reading(tuple(found), ordered(problems)[:MOST_PROBLEMS])


def _unprintable(file: str, text: str) -> tuple[Diagnostic, ...]:
    found = []
    for bad in _FORBIDDEN.finditer(text):
        line = text.count("\n", 0, bad.start()) + 1
        column = bad.start() - text.rfind("\n", 0, bad.start())
        found.append(Diagnostic("DEF_003", Place(file, line, column), {"code": f"U+{ord(bad.group()):04X}"}))
        if len(found) == 10:
            break
    return tuple(found)


def chunks(text: str) -> Iterable[tuple[int, str]]:
    """The text cut before each `---`: a fault in one definition does not hide the next."""
    cuts = [0, *(m.start() for m in _NEXT_DOCUMENT.finditer(text) if m.start()), len(text)]
    line = 0
    for start, end in pairwise(cuts):
        yield line, text[start:end]
        line += text.count("\n", start, end)


class _Frame:
    """A map or list that is still open."""

    __slots__ = ("at", "column", "entries", "items", "key", "kind", "line", "path")

    def __init__(self, kind: Literal["map", "list"], mark: Mark, path: str, at: tuple[int, int]) -> None:
        self.kind = kind
        self.line = mark.line + 1
        self.column = mark.column + 1
        self.path = path
        self.at = at
        self.entries: dict[str, Node] = {}
        self.items: list[Node] = []
        self.key: Mark | None = None  # the key whose value comes next


class _Composer:
    """Puts marks together into nodes and notes what is not allowed."""

    __slots__ = ("file", "problems", "skipping", "stack")

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Diagnostic] = []
        self.stack: list[_Frame] = []
        self.skipping = 0  # depth inside a key that is itself a map or list

    def documents(self, marks: Iterable[Mark]) -> list[Node]:
        found: list[Node] = []
        for mark in marks:
            if len(self.problems) > MOST_PROBLEMS:
                return found
            done = self._take(mark)
            if done is not None and not done.is_empty:
                found.append(done)
        return found

    def _take(self, mark: Mark) -> Node | None:
        """The finished document, when this mark ends its only value."""
        sign = mark.sign
        if self.skipping:
            self.skipping += (sign in "{[") - (sign in "}]")
            self._bounded(mark, len(self.stack) + self.skipping)
            return None
        if mark.anchor or mark.tag or sign == "*":
            self._refused(mark)
        if sign in "}]":
            frame = self.stack.pop()
            value: Any = frame.entries if frame.kind == "map" else tuple(frame.items)
            return self._put(Node(frame.kind, value, self.file, frame.path, frame.line, frame.column, frame.at))
        if sign == ".":
            return None
        around = self.stack[-1] if self.stack else None
        if around is not None and around.kind == "map" and around.key is None:
            self._take_key(around, mark)
            return None
        path, at = self._where(around, mark)
        if sign in "{[":
            self._bounded(mark, len(self.stack) + 1)
            self.stack.append(_Frame("map" if sign == "{" else "list", mark, path, at))
            return None
        return self._put(self._scalar(mark, path, at))

    def _bounded(self, mark: Mark, depth: int) -> None:
        """Refuse to read on where it is nested too deeply: the parser takes the square of the depth from there on."""
        if depth > MOST_DEPTH:
            raise Malformed(Diagnostic("DEF_005", self._place(mark), {"max": MOST_DEPTH}))

    def _take_key(self, frame: _Frame, mark: Mark) -> None:
        frame.key = mark
        if mark.sign in "{[":
            self.problems.append(Diagnostic("DEF_011", self._place(mark)))
            self.skipping = 1
        elif mark.sign == "s":
            if mark.plain and mark.text == "<<":
                self.problems.append(Diagnostic("DEF_010", self._place(mark)))
            elif not mark.text.strip() or _FORBIDDEN.search(mark.text):
                self.problems.append(Diagnostic("DEF_011", self._place(mark)))

    def _where(self, frame: _Frame | None, mark: Mark) -> tuple[str, tuple[int, int]]:
        here = (mark.line + 1, mark.column + 1)
        if frame is None:
            return "", here
        if frame.key is not None:
            name, here = frame.key.text, (frame.key.line + 1, frame.key.column + 1)
        else:
            name = str(len(frame.items) + 1)
        return (f"{frame.path}/{name}" if frame.path else name), here

    def _put(self, node: Node) -> Node | None:
        if not self.stack:
            return node
        frame = self.stack[-1]
        if frame.kind == "list":
            frame.items.append(node)
            return None
        key, frame.key = frame.key, None
        if key is None or key.sign != "s":
            return None
        if key.text in frame.entries:
            first = frame.entries[key.text].at[0]
            self.problems.append(Diagnostic("DEF_007", self._place(key), {"key": key.text, "first": first}))
        elif key.text != "<<" and key.text.strip():
            frame.entries[key.text] = node
        return None

    def _scalar(self, mark: Mark, path: str, at: tuple[int, int]) -> Node:
        value: Any = None if mark.sign == "*" else mark.text
        if mark.plain:
            try:
                value = scalar(mark.text)
            except OutOfRange:
                self.problems.append(Diagnostic("DEF_012", self._place(mark), {"text": _short(mark.text)}))
        elif value and not value.isprintable() and _FORBIDDEN.search(value):
            self.problems.append(Diagnostic("DEF_003", self._place(mark), {"code": r"\x00"}))
            value = ""
        return Node("scalar", value, self.file, path, mark.line + 1, mark.column + 1, at, mark.text, mark.style)

    def _refused(self, mark: Mark) -> None:
        if mark.anchor or mark.sign == "*":
            name = mark.anchor or mark.text
            self.problems.append(Diagnostic("DEF_008", self._place(mark), {"name": name}))
        if mark.tag:
            self.problems.append(Diagnostic("DEF_009", self._place(mark), {"tag": _short(mark.tag)}))

    def _place(self, mark: Mark) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
