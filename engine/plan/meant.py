"""What a definition means, whatever the fields and entities it speaks of are called: names replaced by ids."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from ..definition.scope import entity_scope
from ..model import Entity, Expr, Item, Model
from .spot import by_ids, ids_along

#: Attributes that hold names of fields or paths of them, joined by dots where it is one text.
_NAMES = frozenset({"edit", "need", "tell", "filters", "fields", "but", "mask"})
#: Attributes that hold one path, and one that holds several.
_PATHS = frozenset({"of", "path", "one_open_case_per"})
_COLUMNS = "columns"
_SILENT = frozenset({"place"})


def same(
    old: Any, new: Any, attribute: str, before: tuple[Model, Entity | None], after: tuple[Model, Entity | None]
) -> bool:
    """Whether an attribute means the same in both models."""
    return bool(old == new or meant(old, attribute, *before) == meant(new, attribute, *after))


def meant(value: Any, attribute: str, model: Model, entity: Entity | None) -> Any:
    """The value with ids for names, comparable between models."""
    if isinstance(value, Expr):
        return by_ids(value.text, entity_scope(model, entity), model, entity) or value.text if entity else value.text
    if is_dataclass(value) and not isinstance(value, type):
        return _parts(value, model, entity)
    if isinstance(value, str):
        return _word(value, attribute, model, entity)
    if isinstance(value, tuple):
        if attribute == "set":
            return tuple((meant(p, "path", model, entity), meant(v, "", model, entity)) for p, v in value)
        if attribute in _PATHS:
            return ids_along(model, entity, value) if entity else value
        if attribute == _COLUMNS:
            return tuple(meant(path, "path", model, entity) for path in value)
        return tuple(meant(v, attribute, model, entity) for v in value)
    return value


def _parts(value: Any, model: Model, entity: Entity | None) -> tuple[Any, ...]:
    """A dataclass by its attributes; one that is about an entity of its own is read with that entity."""
    about = (
        getattr(value, "of", None) if isinstance(getattr(value, "of", None), str) else getattr(value, "entity", None)
    )
    own = model.entities.get(about) if isinstance(about, str) else entity
    found = []
    for one in fields(value):
        if one.name in _SILENT:
            continue
        inner = getattr(value, one.name)
        if isinstance(value, Item) and one.name == "name":
            inner = meant(inner, "path", model, own)
        elif one.name in ("of", "entity") and isinstance(inner, str):
            inner = own.id if own else inner
        else:
            inner = meant(inner, one.name, model, own)
        found.append((one.name, inner))
    return tuple(found)


def _word(value: str, attribute: str, model: Model, entity: Entity | None) -> Any:
    if entity is None or attribute not in _NAMES | _PATHS | {"group"}:
        return value
    return ids_along(model, entity, tuple(value.split(".")))
