"""SQL as a value: text with `?` marks and what fills them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slot:
    """A parameter known only when the statement runs, such as `Slot("actor.records")`."""

    name: str


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL; `text` holds one `?` for each of `params` and no other question mark.

    A parameter is a constant or a `Slot`. Text never comes from outside: names are engine-made ids.
    """

    text: str
    params: tuple[object, ...] = ()

    def __add__(self, other: Sql | str) -> Sql:
        if isinstance(other, str):
            return Sql(self.text + other, self.params)
        return Sql(self.text + other.text, self.params + other.params)


def joined(separator: str, parts: Iterable[Sql]) -> Sql:
    """The parts one after another with `separator` between them."""
    found = tuple(parts)
    return Sql(separator.join(p.text for p in found), tuple(v for p in found for v in p.params))
