"""The values a record holds while the engine works with it.

A value is one of: str, int, Decimal, bool, date, time, aware datetime, `Ref`, `FileRef`, tuple or list of values,
mapping (a row of a sub-table), or None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Ref:
    """A link to another record: its id, how it is called, and the values of it that were loaded.

    Two refs are the same when their ids are; ids are unique over all entities.
    """

    id: int
    label: str = field(default="", compare=False)
    values: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class FileRef:
    """A stored file: id, name as uploaded, size in bytes, sniffed media type."""

    id: int
    name: str = field(default="", compare=False)
    size: int = field(default=0, compare=False)
    media_type: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Record:
    """A stored record. values: field name -> value, rows of sub-tables as tuples of mappings with their `id`.

    version: counts its changes, from 1; defn: the published version it was last written with; unit: id of the record
    that is its unit; created_by, updated_by: account ids; times are aware, None where they were not loaded.
    """

    entity: str
    id: int
    version: int
    values: Mapping[str, Any]
    defn: int = 0
    unit: int | None = None
    label: str = ""
    created_by: int = 0
    created_at: datetime | None = None
    updated_by: int = 0
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ActorValue:
    """`actor` inside an expression: who acts, as a value.

    id: account id; record: the main record that is this person; records: every such record (student, teacher,
    guardian ...); roles: names of the roles held; units: the units they are held in, with all units below.
    """

    id: int
    name: str = field(default="", compare=False)
    record: Ref | None = field(default=None, compare=False)
    records: tuple[Ref, ...] = field(default=(), compare=False)
    roles: tuple[str, ...] = field(default=(), compare=False)
    units: tuple[Ref, ...] = field(default=(), compare=False)
