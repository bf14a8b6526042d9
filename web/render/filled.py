"""What a form is filled with when it is shown: values, what was typed, what is wrong, what may be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

_NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Filled:
    """The content of a form.

    today: the day at the school, for codes that go out of force. values: by field, as the engine holds them, `Masked`
    where a value is not shown in full; rows of sub-tables as mappings with their `id`. raw: what was typed, for
    controls with an error. errors, warnings: words by path. absent: fields that do not apply now, or that are not to be
    seen; columns of sub-tables as "guardians/phone". editable: fields that may be written, None for all that the form
    asks for. computed: fields whose value was worked out. blanks: blank rows to show behind the others. reveal: address
    that shows a masked value, with its path put behind it, "" when nobody may; the path of a cell names the id of its
    row. about: query that a lookup carries to say which record it is for.
    """

    today: date
    values: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    warnings: Mapping[str, str] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    editable: frozenset[str] | None = None
    computed: frozenset[str] = frozenset()
    blanks: Mapping[str, int] = field(default_factory=dict)
    reveal: str = ""
    about: str = ""
