"""The kinds of columns a system table has, as Tortoise fields, and the `Storage` each of them stands for."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.fields.base import Field

from ..model.storage import Storage


def pk(kind: type[int] | type[str] = int) -> Any:
    """The (first) column of the primary key; ids come from `Store.new_ids`, never from the database."""
    if kind is str:
        return fields.CharField(max_length=255, primary_key=True)
    return fields.BigIntField(primary_key=True, generated=False)


def big(*, null: bool = False) -> Any:
    """A 64-bit integer: ids, and moments as milliseconds since 1970 UTC."""
    return fields.BigIntField(null=True) if null else fields.BigIntField()


def whole(*, null: bool = False) -> Any:
    """A 32-bit integer."""
    return fields.IntField(null=True) if null else fields.IntField()


def string(*, null: bool = False) -> Any:
    """Text of any length."""
    return fields.TextField(null=null)


def flag() -> Any:
    """True or false."""
    return fields.BooleanField()


def tree() -> Any:
    """Any JSON; through Tortoise only objects, lists and numbers, because it takes a string for JSON text."""
    return fields.JSONField()


_KINDS: tuple[tuple[type[Field[Any]], Storage], ...] = (
    (fields.BigIntField, Storage("bigint")),
    (fields.IntField, Storage("integer")),
    (fields.BooleanField, Storage("boolean")),
    (fields.CharField, Storage("text")),
    (fields.TextField, Storage("text")),
    (fields.JSONField, Storage("json")),
)


def storage_of(field: Field[Any]) -> Storage:
    """How a field of a system table is stored. Raises TypeError for a kind that system tables do not use."""
    for kind, storage in _KINDS:
        if isinstance(field, kind):
            return storage
    raise TypeError(f"system tables have no {type(field).__name__}")
