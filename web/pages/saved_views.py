"""Lists as somebody likes to see them: kept, shared, renamed, changed and dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shuyuan.engine import Work

from ..render.values import Button
from .list_asked import Asked, Params, saved_number
from .page import Page


@dataclass(frozen=True, slots=True)
class SavedList:
    """A saved view. params: what it says, as an address says it; mine: it may be changed by who looks."""

    id: int
    title: str
    params: Params
    shared: bool = False
    mine: bool = True


async def saved_lists(work: Work, entity: str) -> tuple[SavedList, ...]:
    """The views of an entity that the actor saved, and those that others share."""
    return ()


def saved_of(saved: Sequence[SavedList], query: Iterable[tuple[str, str]]) -> SavedList | None:
    """The saved view that an address names."""
    number = saved_number(query)
    return next((s for s in saved if s.id == number), None)


def view_buttons(page: Page, asked: Asked, saved: Sequence[SavedList]) -> tuple[Button, ...]:
    """What can be done with the view at hand."""
    return ()
