"""What becomes of stored values: a retyped field, an option with another name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ..diagnostics import Place, has_errors
from ..fieldtypes import Given, target_of, type_of
from ..fieldtypes.convert import can_convert, conversion
from ..model import Field, Model

Convert = Callable[[Any], Any]


def converter(old: Field, new: Field, before: Model, after: Model) -> Convert | None:
    """From what the old column holds to what the new one holds, None for a value that does not fit.

    None when no value of the one type can become a value of the other.
    """
    if not can_convert(old, new) or not _same_target(old, new, before, after):
        return None
    turn = conversion(old, new, before, after)
    given = Given(now=datetime(1970, 1, 1, tzinfo=ZoneInfo(after.zone)), zone=ZoneInfo(after.zone), source="import")
    load, store = type_of(old).from_stored, type_of(new).to_stored

    def convert(stored: Any) -> Any:
        if stored is None:
            return None
        value, said = turn(load(stored) if load else stored, Place(), given)
        if value is None or has_errors(said):
            return None
        return store(value) if store else value

    return convert


def _same_target(old: Field, new: Field, before: Model, after: Model) -> bool:
    """A link to other records cannot become a link to these."""
    if type_of(old).shape != "link" or type_of(new).shape != "link":
        return type_of(new).shape != "link"
    was, is_ = before.entities.get(target_of(old)), after.entities.get(target_of(new))
    return was is not None and is_ is not None and was.id == is_.id


def renamer(names: Mapping[str, str]) -> Convert:
    """From the stored names of options to their new names; single ones and lists; others stay as they are."""

    def convert(stored: Any) -> Any:
        if isinstance(stored, list | tuple):
            return list(dict.fromkeys(names.get(v, v) for v in stored))
        return names.get(stored, stored)

    return convert
