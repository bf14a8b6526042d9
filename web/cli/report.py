"""Messages of the engine on the terminal: where, which, what, and below it the remedy."""

from __future__ import annotations

from collections.abc import Iterable

import click
from shuyuan.engine import Diagnostic, Place, is_error, ordered, words

from .speech import Words, lang_of

_WARNING = Words("提示", "note")


def placed(place: Place) -> str:
    """`file:line:column`, or the path inside a record where there is no file."""
    if place.file:
        return ":".join(str(part) for part in (place.file, place.line, place.column) if part)
    return place.path


def lines(found: Iterable[Diagnostic], lang: str, sort: bool = True) -> list[str]:
    """The messages as they are printed, each with its remedy on the line below."""
    shown: list[str] = []
    for one in ordered(found) if sort else found:
        said = words(one, lang)
        kind = "" if is_error(one) else f" ({_WARNING.get(lang)})"
        shown.append(" ".join(part for part in (placed(one.place), f"{one.code}{kind}", said.what) if part))
        if said.remedy:
            shown.append(f"    {said.remedy}")
    return shown


def report(found: Iterable[Diagnostic], err: bool = True, sort: bool = True) -> None:
    """Print the messages: on standard error, unless they are the answer."""
    for line in lines(found, lang_of(), sort):
        click.echo(line, err=err)
