"""Values as JSON and back, by what they are: for history, drafts and snapshots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from ..model import Field, FileRef, Ref
from .base import type_of
from .calendar import span_text
from .time import DATETIME, TIME


def json_of(value: Any) -> Any:
    """The JSON of a value by what it is; equal to `to_json` of its type."""
    made = _JSON.get(type(value))
    if made:
        return made(value)
    if isinstance(value, Mapping):
        return {k: json_of(v) for k, v in value.items() if k != "id" or v is not None}
    return [json_of(v) for v in value] if isinstance(value, list | tuple) else value


def _file(value: FileRef) -> dict[str, Any]:
    return {"id": value.id, "name": value.name, "size": value.size, "media_type": value.media_type}


_JSON: dict[type, Callable[[Any], Any]] = {
    Decimal: float,
    date: lambda value: value.isoformat(),
    datetime: DATETIME.to_json,
    time: TIME.to_json,
    timedelta: span_text,
    Ref: lambda value: {"id": value.id, "label": value.label},
    FileRef: _file,
}


def value_of(spec: Field, written: Any) -> Any:
    """The value of the field whose JSON is `written`, without any check; links keep the label they had."""
    if written is None:
        return None
    kind = type_of(spec)
    if kind.shape == "rows":
        return tuple(_row(spec, row) for row in written)
    if kind.shape == "none":
        return written
    return kind.from_json(written)


def _row(spec: Field, row: Mapping[str, Any]) -> dict[str, Any]:
    cells = {c.name: value_of(c, row[c.name]) for c in spec.rows if c.name in row}
    return {"id": row.get("id"), **cells}
