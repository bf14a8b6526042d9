"""Field types: one file per family; a type owns cast, column, schema, widget, mask and sample value."""

from .base import (
    Caster,
    FieldType,
    Given,
    Key,
    Made,
    codelist_of,
    column_name,
    feel_of,
    field_types,
    register,
    target_of,
    type_of,
)

__all__ = [
    "Caster",
    "FieldType",
    "Given",
    "Key",
    "Made",
    "codelist_of",
    "column_name",
    "feel_of",
    "field_types",
    "register",
    "target_of",
    "type_of",
]
