"""Field types: one file per family; a type owns cast, column, schema, widget, mask and sample value."""

from . import choice, computed, contact, file, geo, identity, link, number, rows, serial, state, text, time, truth
from .base import (
    Caster,
    FieldType,
    Given,
    Key,
    Made,
    Operator,
    codelist_of,
    column_name,
    feel_of,
    field_types,
    register,
    target_of,
    type_of,
)

for _family in (text, number, truth, time, choice, link, rows, file, serial, identity, contact, computed, state, geo):
    register(*_family.TYPES)

__all__ = [
    "Caster",
    "FieldType",
    "Given",
    "Key",
    "Made",
    "Operator",
    "codelist_of",
    "column_name",
    "feel_of",
    "field_types",
    "register",
    "target_of",
    "type_of",
]
