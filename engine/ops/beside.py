"""What is kept beside a record: the words it is found by, and the counters of the numbers it was given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..compile.record import CompiledRecord
from ..fieldtypes.serial import Numbering
from ..model import Entity, Field
from ..store.words import search_words


def found_words(compiled: CompiledRecord, values: Mapping[str, Any]) -> frozenset[str]:
    """The words of `sy_search` (under the id of the entity) for a record with these values."""
    texts = (values.get(f.name) for f in compiled.entity.fields if f.search)
    return search_words(str(text) for text in texts if text is not None)


def counter_key(entity: Entity, field: Field, sides: tuple[str, str]) -> str:
    """The key of `sy_serial` that counts numbers with these two sides."""
    return f"{entity.id}.{field.id}:{sides[0]}#{sides[1]}"


def read_number(plan: Numbering, number: str) -> tuple[tuple[str, str], int] | None:
    """The two sides of a number that follows the pattern, and what it counts; None when it does not."""
    before, after = ("".join(_part(p) for p in side) for side in (plan.before, plan.after))
    found = re.fullmatch(rf"({before})(\d{{{plan.width},12}})({after})", number, re.ASCII | re.DOTALL)
    return ((found[1], found[3]), int(found[2])) if found else None


def _part(part: str | tuple[str, ...]) -> str:
    if isinstance(part, str):
        return re.escape(part)
    return r"\d{4}" if part == ("year",) else r"\d{2}" if part in (("yy",), ("month",), ("day",)) else ".{0,100}?"
