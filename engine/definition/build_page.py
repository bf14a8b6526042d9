"""Nodes -> forms, views, dashboards, policies, packs."""

from __future__ import annotations

from typing import Any, Literal, cast

from ..model import (
    OPERATIONS,
    USES,
    Card,
    Dashboard,
    Form,
    Grantline,
    Hint,
    Item,
    Operation,
    Pack,
    Policy,
    Section,
    Text,
    View,
)
from . import take
from .identity import Known
from .node import Node
from .tables import SYSTEM_RIGHTS


def build_form(node: Node, known: Known) -> Form:
    """A form; without `layout` its sections stay empty until the entity is known."""
    return Form(
        id=known.id,
        name=take.string(node, "form"),
        of=take.name(node, "of"),
        title=take.text(node, "title"),
        sections=tuple(_section(n) for n in _maps(node, "layout")),
        hidden="keep" if take.string(node, "hidden") == "keep" else "drop",
        help=take.text(node, "help"),
        uses=tuple(u for u in USES if u in take.names(node, "for")),
        place=node.key_place,
    )


def _maps(node: Node, key: str) -> tuple[Node, ...]:
    found = node.get(key)
    return tuple(n for n in found.items if n.kind == "map") if found else ()


def _section(node: Node) -> Section:
    fields = node.get("fields")
    lines = []
    for line in fields.items if fields else ():
        items = tuple(i for i in map(_item, line.items if line.kind == "list" else (line,)) if i)
        if items:
            lines.append(items)
    title = take.text(node, "section")
    return Section(title, tuple(lines), take.feel(node, "when"), take.text(node, "help"), node.place)


_TEXTS = frozenset({"help", "placeholder", "title", "description"})


def _item(node: Node) -> Item | None:
    if node.kind == "scalar":
        return Item(node.text, place=node.place) if node.text else None
    name = take.string(node, "field")
    ui: dict[str, Any] = {}
    for key, value in node.entries.items():
        option = key.removeprefix("ui:")
        if option != key and not value.is_empty:
            ui[option] = _ui(option, value)
    readonly = take.flag(node, "readonly") or ui.pop("readonly", False) is True
    return Item(name, ui, take.feel(node, "when"), readonly, node.place) if name else None


def _ui(option: str, value: Node) -> Any:
    if option in _TEXTS:
        return take.text_at(value)
    return value.text if option in ("widget", "autocomplete") else value.plain_value()


def build_view(node: Node, known: Known) -> View:
    """A declared list."""
    return View(
        id=known.id,
        name=take.string(node, "view"),
        of=take.name(node, "of"),
        title=take.text(node, "title"),
        columns=take.paths(node, "columns"),
        show="cards" if take.string(node, "show") == "cards" else "list",
        where=take.feel(node, "where"),
        sort=take.order(node, "sort"),
        filters=take.names(node, "filters"),
        group=take.name(node, "group"),
        roles=take.names(node, "roles"),
        place=node.key_place,
    )


def build_dashboard(node: Node, known: Known) -> Dashboard:
    """Cards and hints of the home page."""
    hints = tuple(Hint(take.text(n, "title"), take.text(n, "text"), take.string(n, "to")) for n in _maps(node, "hints"))
    return Dashboard(
        id=known.id,
        name=take.string(node, "dashboard"),
        title=take.text(node, "title"),
        roles=take.names(node, "roles"),
        cards=tuple(_card(n) for n in _maps(node, "cards")),
        hints=hints,
        place=node.key_place,
    )


def _card(node: Node) -> Card:
    show = take.string(node, "show", "number")
    limit = node.get("limit")
    return Card(
        title=take.text(node, "title"),
        of=take.name(node, "of"),
        show=cast(Literal["number", "bar", "list"], show if show in ("number", "bar", "list") else "number"),
        where=take.feel(node, "where"),
        measure=" ".join(take.string(node, "measure", "count").split()),
        group=".".join(take.path(node, "group")),
        view=take.name(node, "view"),
        columns=take.paths(node, "columns"),
        limit=limit.value if limit and type(limit.value) is int else 5,
        place=node.place,
    )


def build_policy(node: Node, known: Known) -> Policy:
    """What a role may do; a line for several entities becomes several lines."""
    system = frozenset(n for n in take.names(node, "system") if n in SYSTEM_RIGHTS)
    return Policy(
        id=known.id,
        name=take.string(node, "policy"),
        role=take.name(node, "role"),
        title=take.text(node, "title"),
        lines=tuple(line for n in _maps(node, "lines") for line in _lines(n)),
        system=cast("frozenset[Literal['definitions', 'users', 'audit', 'jobs']]", system),
        place=node.key_place,
    )


def _lines(node: Node) -> tuple[Grantline, ...]:
    return tuple(
        Grantline(
            entity=entity,
            can=_operations(node, "can"),
            deny=_operations(node, "deny"),
            scope="all" if take.string(node, "scope") == "all" else "unit",
            where=take.feel(node, "where"),
            fields=take.names(node, "fields"),
            but=take.names(node, "but"),
            mask=take.names(node, "mask"),
            reason=take.text(node, "reason"),
            place=node.place,
        )
        for entity in take.names(node, "for")
    )


def _operations(node: Node, key: str) -> frozenset[Operation]:
    named = take.names(node, key)
    return frozenset(o for o in OPERATIONS if o in named or "all" in named)


def build_pack(node: Node, known: Known) -> Pack:
    """What a pack says of itself."""
    title = take.text(node, "title") or Text(take.string(node, "pack"))
    return Pack(take.string(node, "pack"), take.string(node, "version"), title, take.names(node, "requires"))
