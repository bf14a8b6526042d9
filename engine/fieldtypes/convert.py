"""What becomes of stored values when a field gets another type."""

from __future__ import annotations

from collections.abc import Callable

from ..diagnostics import Place
from ..model import Field, Model
from .base import Given, Made, type_of

#: What becomes of a value under the new field: (value, place) -> a value or why there is none.
Conversion = Callable[[object, Place, Given], Made]


# Casts take such values themselves, whatever form the text of them would have.
_AS_THEY_ARE = ("number", "boolean", "date", "date and time", "time")


def can_convert(old: Field, new: Field) -> bool:
    """Whether values of `old` can become values of `new` at all; single values may still not fit."""
    return old.type == new.type or old.type in type_of(new).convert_from


def conversion(old: Field, new: Field, before: Model, after: Model) -> Conversion:
    """From stored values of `old` to values of `new`; call only where `can_convert`.

    A value passes as people would type it anew: to text it becomes what was shown in Chinese for options and codes,
    and the plain form control text otherwise. A link keeps its id.
    """
    kind, cast = type_of(old), type_of(new).caster(new, after)
    if type_of(new).shape == "link" or kind.shape == "file":
        return lambda value, place, given: (value, ())
    wants_words = type_of(new).feel == "string" and new.type not in ("choice", "code", "state", "sex", "ethnic_group")
    named = old.type in ("choice", "multi_choice", "code", "sex", "ethnic_group", "state", "boolean", "link")
    if wants_words and (named or kind.shape == "link"):
        shown = kind.show(old, before, "zh")
        return lambda value, place, given: cast(shown(value), place, given)
    if new.type == "multi_choice" and old.type != "text":
        return lambda value, place, given: cast([value], place, given)
    if old.type == "multi_choice":
        return lambda value, place, given: cast(_only(value), place, given)
    if kind.feel in _AS_THEY_ARE and type_of(new).feel in _AS_THEY_ARE:
        return cast
    typed = kind.typed(old, before)
    return lambda value, place, given: (None, ()) if value is None else cast(typed(value), place, given)


def _only(value: object) -> object:
    """The one choice of several; several stay several, which a single choice refuses by name."""
    chosen = value if isinstance(value, tuple | list) else ()
    return chosen[0] if len(chosen) == 1 else "、".join(map(str, chosen)) or None
