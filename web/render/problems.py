"""Messages of the catalogue as a page shows them: in the reader's language, each with the control it speaks of."""

from __future__ import annotations

from collections.abc import Iterable

from shuyuan.engine import Diagnostic, is_error, words

from .values import Problem
from .words import Lang


def control_id(path: str) -> str:
    """The id of the control of a path, "" for a message about the whole."""
    return f"f-{path.replace('/', '-')}" if path else ""


def problem_of(diagnostic: Diagnostic, lang: Lang) -> Problem:
    """One message."""
    said = words(diagnostic, lang)
    field = control_id(diagnostic.place.path)
    return Problem(said.what, said.remedy, field, diagnostic.code, not is_error(diagnostic), diagnostic.place.line)


def problems_of(diagnostics: Iterable[Diagnostic], lang: Lang) -> tuple[Problem, ...]:
    """Messages in their order."""
    return tuple(problem_of(d, lang) for d in diagnostics)
