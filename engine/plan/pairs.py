"""Pairs what was with what will be, by ids that never change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """Anything with an id and a name."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


@dataclass(frozen=True, slots=True)
class Pairs(Generic[T]):
    """removed and added in their own order; both: old and new of what stays, in the new order."""

    removed: tuple[T, ...]
    added: tuple[T, ...]
    both: tuple[tuple[T, T], ...]

    @property
    def renamed(self) -> tuple[tuple[T, T], ...]:
        """Those with another name."""
        return tuple((a, b) for a, b in self.both if a.name != b.name)


def paired(before: Iterable[T], after: Iterable[T]) -> Pairs[T]:
    """The pairs of two collections."""
    old: Mapping[str, T] = {one.id: one for one in before}
    new = list(after)
    ids = {one.id for one in new}
    return Pairs(
        tuple(one for one in old.values() if one.id not in ids),
        tuple(one for one in new if one.id not in old),
        tuple((old[one.id], one) for one in new if one.id in old),
    )
