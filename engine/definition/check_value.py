"""Checks of constants: a default must keep the rules of its own field, a pattern must be able to match."""

from __future__ import annotations

import re
from typing import Any

from ..diagnostics import Place, words
from ..fieldtypes import Given, type_of
from ..model import Field, Model, Text
from .context import Context

_parser: Any = re._parser
_END, _BEGINNING = "AT_END", "AT_BEGINNING"
#: A repetition inside a repetition: harmless here (RE2), slow wherever the printed JSON Schema is used.
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT"})


def check_default(context: Context, field: Field) -> None:
    """The default is cast as if somebody had entered it."""
    kind = type_of(field)
    if field.default is None or kind.shape in ("link", "rows", "file", "files", "none"):
        return
    _cast(context, context.model, field)


def _cast(context: Context, model: Model, field: Field) -> None:
    default = list(field.default) if isinstance(field.default, tuple) else field.default
    try:
        cast = type_of(field).caster(field, model)
    except Exception:  # noqa: BLE001 - options that make no sense were reported by the type itself
        return
    _, problems = cast(default, Place(), Given(source="api"))
    for problem in problems:
        why = Text(words(problem, "zh").what, words(problem, "en").what)
        context.say("ENT_017", field.place, field=field.name, default=str(field.default), why=why)
        return


def check_pattern(context: Context, field: Field) -> None:
    """A pattern that no text of the allowed length can have, or that is slow elsewhere."""
    pattern = field.options.get("pattern")
    if not isinstance(pattern, str):
        return
    try:
        parsed = _parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return  # syntax only RE2 knows, or none: the type says so
    if _contradicts(parsed) or _never_fits(field, pattern, *parsed.getwidth()):
        context.say("ENT_018", field.place, field=field.name, pattern=pattern)
    if _nested(parsed, False):
        context.say("ENT_019", field.place, field=field.name, pattern=pattern)


def _never_fits(field: Field, pattern: str, least: int, most: int) -> bool:
    """Whether every match is longer, or as a whole shorter, than the field allows."""
    longest, shortest = field.options.get("maxLength"), field.options.get("minLength")
    if isinstance(longest, int) and least > longest:
        return True
    whole = pattern.startswith("^") and pattern.endswith("$")
    return whole and isinstance(shortest, int) and most < shortest


def _contradicts(parsed: Any) -> bool:
    """Something must stand before the beginning or behind the end."""
    taken, ended = False, False
    for op, value in parsed:
        if str(op) == "AT":
            if str(value) == _BEGINNING and taken:
                return True
            ended = ended or str(value) == _END
            continue
        width = int(_parser.SubPattern(parsed.state, [(op, value)]).getwidth()[0])
        if ended and width:
            return True
        taken = taken or width > 0
        if str(op) == "SUBPATTERN" and _contradicts(value[-1]):
            return True
    return False


def _nested(parsed: Any, inside: bool) -> bool:
    """Whether an unbounded repetition stands directly inside another one."""
    for op, value in parsed:
        name = str(op)
        if name in _REPEATS:
            unbounded = value[1] == _parser.MAXREPEAT
            if unbounded and inside:
                return True
            if _nested(value[2], inside or unbounded):
                return True
        inner = [value[-1]] if name == "SUBPATTERN" else value[1] if name == "BRANCH" else []
        if any(_nested(one, inside) for one in inner):
            return True
    return False
