"""Reading and replacing values of a record along a path of names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..model import Ref


def empty(value: Any) -> bool:
    """Whether a field counts as not filled; 0 and false are values."""
    return value is None or value == "" or (isinstance(value, (tuple, list, dict)) and not value)


def put(values: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The values with the one at `path` replaced, through links and contexts; nothing changes behind an empty link."""
    name, *rest = path
    found = dict(values)
    if not rest:
        found[name] = value
        return found
    inner = found.get(name)
    if isinstance(inner, Ref):
        found[name] = replace(inner, values=put(inner.values, tuple(rest), value))
    elif isinstance(inner, Mapping):
        found[name] = put(inner, tuple(rest), value)
    return found


def reaches(values: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    """Whether the links before the last name of `path` are all filled, so that a value can be set there."""
    at: Any = values
    for name in path[:-1]:
        inner = at.values if isinstance(at, Ref) else at
        at = inner.get(name) if isinstance(inner, Mapping) else None
    return isinstance(at, (Ref, Mapping))
