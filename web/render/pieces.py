"""Markup cut at the places where values go: the macros are asked once, what they give is filled as often as needed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import cache
from typing import Any

from .env import environment
from .safe import ready
from .words import Lang

#: Marks of the places. Nobody can know them beforehand, so no label of a definition holds one.
_KEY = secrets.token_hex(8)
VALUE, ERROR, SHOWN, BODY, SOURCE = (f"\ue000{name}{_KEY}" for name in ("v", "e", "s", "b", "a"))

#: Stands in a row of a sub-table for its position, and for the number people see; then what stands in the blank row
#: that the script copies.
AT = f"\ue000r{_KEY}"
NUMBER = f"{AT}r"
BLANK_AT, BLANK_NUMBER = "__n__", "__r__"


@cache
def macros_of(name: str, lang: Lang) -> Any:
    """The macros of a file, by the name that templates call it, in a language."""
    return environment(lang).globals[name]


@cache
def widgets(lang: Lang) -> Any:
    """The macros of form controls in a language."""
    return environment(lang).globals["widgets"]


def two(html: str, mark: str = VALUE) -> tuple[str, str]:
    """What stands before and after the one place with this mark."""
    before, after = html.split(mark)
    return str(before), str(after)


def three(html: str, first: str, second: str) -> tuple[str, str, str, bool]:
    """What stands around two places, in the order of the text; whether `first` comes first."""
    in_order = html.index(first) < html.index(second)
    one, other = (first, second) if in_order else (second, first)
    before, rest = two(html, one)
    between, after = two(rest, other)
    return before, between, after, in_order


def one_place(html: str) -> Callable[[str], str]:
    """A function that fills the place of the value."""
    before, after = two(html)
    return lambda value: before + value + after


def two_places(html: str, first: str, second: str) -> Callable[[str, str], str]:
    """A function that fills two places."""
    before, between, after, in_order = three(html, first, second)
    if in_order:
        return lambda one, other: before + one + between + other + after
    return lambda one, other: before + other + between + one + after


def many_places(html: str, marks: tuple[str, ...]) -> Callable[[dict[str, str]], str]:
    """A function that fills the places of several marks, each of which may stand more than once or not at all."""
    parts = [html]
    for mark in marks:
        parts = [piece for part in parts for piece in _around(part, mark, marks)]

    def fill(values: dict[str, str]) -> str:
        return "".join([values.get(part, part) for part in parts])

    return fill


def _around(part: str, mark: str, marks: tuple[str, ...]) -> list[str]:
    if part in marks:
        return [part]
    pieces: list[str] = []
    for piece in part.split(mark):
        pieces += [piece, mark]
    return [p for p in pieces[:-1] if p]


def around(macro: Any, *args: Any, **more: Any) -> tuple[str, str]:
    """What a macro writes before and after the body of its caller."""
    return two(str(macro(*args, caller=lambda: ready(BODY), **more)), BODY)
