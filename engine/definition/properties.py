"""Which keys a field may have: those of every field, those of its type, and the JSON Schema keywords."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ..fieldtypes import Key as TypeKey
from ..fieldtypes import field_types
from ..model import Text
from . import shape as s
from .node import Node
from .shape import Key, Shape
from .tables import PLAIN_PROPERTY, PROPERTY

#: JSON Schema keywords: known, though most mean something on a few types only.
KEYWORDS = frozenset(key.name for key in PLAIN_PROPERTY)

_SHAPES: dict[str, Shape] = {
    "text": s.TEXT,
    "integer": s.INTEGER,
    "number": s.NUMBER,
    "boolean": s.BOOLEAN,
    "names": s.either(s.LABEL, s.list_of(s.LABEL)),
    "feel": s.FEEL,
    "entity": s.NAME,
    "codelist": s.NAME,
    "workflow": s.NAME,
    "type": s.NAME,
    "pattern": s.STRING,
    "options": s.list_of(s.either(s.LABEL, s.keys_of("choice"))),
    "fields": s.PROPERTIES,
    "constant": s.ASSIGNED,
    "schema": s.ANY,
}


@dataclass(frozen=True, slots=True)
class PropertyKeys:
    """known: keys with their shapes; idle: keywords that mean nothing on this type; any: nothing more is known."""

    known: tuple[Key, ...]
    idle: frozenset[str] = frozenset()
    type: str = ""
    any: bool = False


def keys_for_property(node: Node) -> PropertyKeys:
    """The keys of the field written at `node`, by its `is`."""
    kind = node.get("is")
    if kind is None:
        return _PLAIN
    if kind.text not in field_types():
        return PropertyKeys(PROPERTY, any=True)
    return keys_of_type(kind.text)


_PLAIN = PropertyKeys((*PROPERTY, *PLAIN_PROPERTY))


@cache
def keys_of_type(name: str) -> PropertyKeys:
    """The keys of a field of that type. Types are never replaced, so this is worked out once. Raises KeyError."""
    own = tuple(_as_key(key) for key in field_types()[name].keys)
    names = {key.name for key in own}
    common = tuple(key for key in PROPERTY if key.name not in names)
    return PropertyKeys((*common, *own), KEYWORDS - names, name)


def _as_key(key: TypeKey) -> Key:
    name = "choices" if key.kind == "options" else key.name
    shape = _SHAPES[key.kind]
    if key.allowed:
        shape = s.word(*(str(a) for a in key.allowed))
    return Key(name, shape, Text(key.doc.zh, key.doc.en), key.required and key.kind in ("options", "fields"))
