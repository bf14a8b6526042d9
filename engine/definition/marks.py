"""From text to a flat run of marks (begin, end, scalar, each with its place), for YAML and for JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from ..diagnostics import Diagnostic, Place
from .yaml_problems import TAB, explained

#: libyaml where it is compiled in; only its events are used, nothing is ever constructed.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Mark(NamedTuple):
    """One turn of the text.

    sign: `{ } [ ]` begin and end a map or list, `s` a scalar, `.` the end of a document, `*` an alias.
    line, column: from 0; plain: without quotes; style: see Node. anchor, tag: what YAML allows and definitions do not.
    """

    sign: str
    line: int
    column: int
    text: str = ""
    plain: bool = False
    style: str = ""
    anchor: str = ""
    tag: str = ""


class Malformed(Exception):
    """The text cannot be read on from here."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


def yaml_marks(text: str, file: str, first_line: int) -> Iterator[Mark]:
    """The marks of YAML text that begins at `first_line` of the file. Raises Malformed."""
    try:
        yield from _yaml_marks(text, first_line)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
        line, column = (mark.line + first_line + 1, mark.column + 1) if mark else (first_line + 1, 0)
        words = TAB if mark and _line(text, mark.line)[mark.column :].startswith("\t") else explained(problem)
        raise Malformed(Diagnostic("DEF_006", Place(file, line, column), {"problem": words})) from None


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number] if number < len(lines) else ""


def _yaml_marks(text: str, first_line: int) -> Iterator[Mark]:
    parser = _Loader(text)
    try:
        while True:
            found: Any = parser.get_event()
            if found is None:
                return
            at = found.start_mark
            line, column = at.line + first_line, at.column
            kind = type(found)
            if kind is yaml.ScalarEvent:
                plain, style = found.implicit[0], "" if found.implicit[0] else found.style or ""
                yield Mark("s", line, column, found.value, plain, style, found.anchor or "", found.tag or "")
            elif kind is yaml.MappingStartEvent:
                yield Mark("{", line, column, "", False, "", found.anchor or "", found.tag or "")
            elif kind is yaml.SequenceStartEvent:
                yield Mark("[", line, column, "", False, "", found.anchor or "", found.tag or "")
            elif kind is yaml.MappingEndEvent:
                yield Mark("}", line, column)
            elif kind is yaml.SequenceEndEvent:
                yield Mark("]", line, column)
            elif kind is yaml.AliasEvent:
                yield Mark("*", line, column, found.anchor or "")
            elif kind is yaml.DocumentEndEvent:
                yield Mark(".", line, column)
    finally:
        parser.dispose()


_JSON = re.compile(
    r"""[ \t\r\n]*(?:(?P<sign>[{}\[\],:])|(?P<string>"(?:[^"\\\x00-\x1f]|\\.)*")"""
    r"""|(?P<word>-?[0-9][0-9.eE+-]*|true|false|null)|(?P<end>\Z))"""
)


def json_marks(text: str, file: str) -> Iterator[Mark]:
    """The marks of a JSON text (RFC 8259). Raises Malformed."""
    tokens = _json_tokens(text, file)
    stack: list[str] = []  # what is expected next at each depth: see `_next`
    expect = "value"
    for kind, written, line, column in tokens:
        if expect == "end" and kind != "end":
            raise _bad_json(file, line, column)
        if kind == "end":
            if expect != "end":
                raise _bad_json(file, line, column)
            yield Mark(".", line, column)
            return
        if written in ",:":
            expect = _after_separator(written, expect, stack, file, line, column)
        elif written in "{[" and expect in ("value", "value or close"):
            stack.append(written)
            expect = "key or close" if written == "{" else "value or close"
            yield Mark(written, line, column)
        elif written in "}]" and stack and stack[-1] == ("{" if written == "}" else "["):
            if expect not in ("key or close", "value or close", "comma"):
                raise _bad_json(file, line, column)
            stack.pop()
            expect = "comma" if stack else "end"
            yield Mark(written, line, column)
        elif kind == "string" and expect in ("key", "key or close"):
            expect = "colon"
            yield Mark("s", line, column, _json_text(written, file, line, column), False, '"')
        elif kind in ("string", "word") and expect in ("value", "value or close"):
            expect = "comma" if stack else "end"
            plain = kind == "word"
            yield Mark(
                "s",
                line,
                column,
                written if plain else _json_text(written, file, line, column),
                plain,
                "" if plain else '"',
            )
        else:
            raise _bad_json(file, line, column)


def _after_separator(sign: str, expect: str, stack: list[str], file: str, line: int, column: int) -> str:
    if sign == ":" and expect == "colon":
        return "value"
    if sign == "," and expect == "comma":
        return "key" if stack[-1] == "{" else "value"
    raise _bad_json(file, line, column)


def _json_tokens(text: str, file: str) -> Iterator[tuple[str, str, int, int]]:
    at, line, line_start = 0, 0, 0
    while True:
        found = _JSON.match(text, at)
        start = found.start(found.lastgroup) if found and found.lastgroup else _after_blanks(text, at)
        breaks = text.count("\n", at, start)
        if breaks:
            line += breaks
            line_start = text.rindex("\n", at, start) + 1
        if not found or not found.lastgroup:
            raise _bad_json(file, line, start - line_start)
        yield found.lastgroup, found.group(found.lastgroup), line, start - line_start
        if found.lastgroup == "end":
            return
        at = found.end()


def _after_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _json_text(written: str, file: str, line: int, column: int) -> str:
    try:
        return str(json.loads(written))
    except ValueError:
        raise _bad_json(file, line, column) from None


def _bad_json(file: str, line: int, column: int) -> Malformed:
    return Malformed(Diagnostic("DEF_014", Place(file, line + 1, column + 1)))
