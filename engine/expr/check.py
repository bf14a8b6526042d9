"""From text to the normalised typed tree, or to messages that say what to mend."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..diagnostics import Diagnostic, Place, has_errors, ordered
from ..model.text import Text
from . import check_call, check_form, check_op
from . import types as t
from .checker import Checker, Frame
from .functions import WORDS
from .lexer import Unreadable
from .node import Node
from .reads import paths_of
from .scope import Checked, Scope, Typed
from .slips import instead_of
from .syntax import parse

_RULES = {**check_op.RULES, **check_form.RULES, **check_call.RULES}


def check(
    text: str,
    scope: Scope,
    want: t.Type | None = None,
    place: Place = Place(),  # noqa: B008 - frozen
    unary: bool = False,
    lenient: bool = False,
) -> Checked:
    """The expression checked against what is in scope; never raises, whatever the text.

    want: the type the result must have; unary: the text is a test of a decision table cell (`< 5, 7`) over the name
    `?`; lenient: wrong types are answered by null when it runs, as the standard says, instead of being refused; only
    text that cannot be read gives no expression then.
    """
    try:
        node = parse(text, scope.known(), WORDS, unary)
    except Unreadable as error:
        return Checked(None, (_unreadable(error, text, place),))
    checker = Checker(text, scope, place, _RULES)
    try:
        found = checker.visit(node, None)
        if want is not None:
            found = _wanted(checker, found, want)
    except RecursionError:
        return Checked(None, (checker.diagnostic("FEEL_006", node, limit=100),))
    messages = ordered(checker.found)
    if has_errors(messages) and not lenient:
        return Checked(None, messages)
    return Checked(Typed(text, found.type, found, paths_of(found)), messages)


def _unreadable(error: Unreadable, text: str, place: Place) -> Diagnostic:
    args: dict[str, Any] = dict(error.args_)
    instead = args.pop("instead", "")
    if instead:
        args["hint"] = Text(f"请改成半角“{instead}”。", f'Type "{instead}" instead.')
    elif error.code == "FEEL_004":
        args["hint"] = instead_of(text, error.start, error.end)
    shown = text if len(text) <= 200 else text[max(0, error.start - 60) : error.start + 60]
    at = replace(place, column=place.column + error.start) if place.column and "\n" not in text else place
    return Diagnostic(error.code, at, {"text": shown, "start": error.start, "end": error.end, **args})


def _wanted(checker: Checker, node: Node, want: t.Type) -> Node:
    given = node.type
    if given == want or want.kind == "any":
        return node
    possible = t.fits(given, want)
    if not possible:
        possible = (want.kind == "list" and t.fits(given, want.item or t.ANY)) or (
            given.kind == "date" and want.kind == "date and time"
        )
    if not possible:
        checker.report("FEEL_020", node, found=str(given), wanted=str(want), text=checker.text)
    return Node("fit", (node,), want, node.start, node.end, want)


__all__ = ["Checked", "Frame", "Scope", "Typed", "check"]
