"""How records are shown and entered: forms, views, dashboards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..diagnostics import Place
from .entity import Expr
from .text import Text


@dataclass(frozen=True, slots=True)
class Item:
    """A field on a form. ui: presentation by rjsf names without the `ui:` (widget, help, placeholder, rows ...)."""

    name: str
    ui: Mapping[str, Any] = field(default_factory=dict)
    when: Expr | None = None
    readonly: bool = False
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a form; `lines` are rows of items that stand side by side on a wide screen."""

    title: Text
    lines: tuple[tuple[Item, ...], ...]
    when: Expr | None = None
    help: Text = Text()
    place: Place = field(default=Place(), compare=False)


#: What a form may be meant for: making a record, changing one, laying one out.
Use = Literal["new", "edit", "read"]
USES: tuple[Use, ...] = ("new", "edit", "read")


@dataclass(frozen=True, slots=True)
class Form:
    """A page to enter a record of entity `of`. hidden: whether values of hidden fields are dropped or kept.

    uses: what it is opened for when nobody asks for a certain form; (): whatever no other form is declared for.
    """

    id: str
    name: str
    of: str
    title: Text
    sections: tuple[Section, ...]
    hidden: Literal["drop", "keep"] = "drop"
    help: Text = Text()
    uses: tuple[Use, ...] = ()
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Sort:
    """Order by a path of names; descending when `down`."""

    path: tuple[str, ...]
    down: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """A declared list: columns are paths of names from the entity `of`."""

    id: str
    name: str
    of: str
    title: Text
    columns: tuple[tuple[str, ...], ...]
    show: Literal["list", "cards"] = "list"
    where: Expr | None = None
    sort: tuple[Sort, ...] = ()
    filters: tuple[str, ...] = ()
    group: str = ""
    roles: tuple[str, ...] = ()  # who finds it in the navigation; empty: everybody who may see the entity
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Card:
    """One card of a dashboard: a count or sum over entity `of`, as a number, bars by `group`, or a short list."""

    title: Text
    of: str
    show: Literal["number", "bar", "list"] = "number"
    where: Expr | None = None
    measure: str = "count"  # count, or "sum FIELD", "mean FIELD"
    group: str = ""
    view: str = ""  # where a click leads
    columns: tuple[tuple[str, ...], ...] = ()
    limit: int = 5
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Hint:
    """A how-to card of the home page: a sentence and where it leads (`form NAME`, `view NAME`, `page PATH`)."""

    title: Text
    text: Text
    to: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Cards and how-to hints on the home page of the named roles."""

    id: str
    name: str
    title: Text
    roles: tuple[str, ...]
    cards: tuple[Card, ...] = ()
    hints: tuple[Hint, ...] = ()
    place: Place = field(default=Place(), compare=False)
