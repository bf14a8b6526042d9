"""The system tables as `Table` values, for structured writes and for the schema; derived from the Tortoise models."""

from __future__ import annotations

from typing import Any

from tortoise.models import Model

from ..model.storage import Column, Index, Table
from . import system, system_flow
from .orm_fields import storage_of

#: Tortoise calls the models of the system tables by this label.
APP = "system"
MODEL_MODULES = (system.__name__, system_flow.__name__)
MODELS: tuple[type[system.SystemModel], ...] = (*system.__models__, *system_flow.__models__)


def table_of(model: type[Model], keys: tuple[str, ...] = ()) -> Table:
    """The table of a model. keys: its primary key where that has several columns."""
    meta = model._meta
    columns = [
        Column(name, storage_of(meta.fields_map[name]), nullable=bool(meta.fields_map[name].null))
        for name in meta.fields_db_projection
    ]
    indexes = [Index(f"{meta.db_table}_{'_'.join(c)}_key", tuple(c), unique=True) for c in meta.unique_together]
    indexes += [Index(f"{meta.db_table}_{'_'.join(c)}_idx", c) for c in map(_indexed, meta.indexes)]
    return Table(meta.db_table, tuple(columns), tuple(indexes), keys or (meta.db_pk_column,))


def _indexed(index: Any) -> tuple[str, ...]:
    return tuple(index if isinstance(index, tuple) else index.fields)


_TABLES = {model: table_of(model, model.keys) for model in MODELS}

#: Every system table by name.
SYSTEM_TABLES: dict[str, Table] = {table.name: table for table in _TABLES.values()}

LIVE = _TABLES[system.Live]
VERSION = _TABLES[system.Version]
COUNTER = _TABLES[system.Counter]
SERIAL = _TABLES[system.Serial]
UNIT = _TABLES[system.Unit]
UNIT_TREE = _TABLES[system.UnitTree]
ACCOUNT = _TABLES[system.Account]
ACCOUNT_RECORD = _TABLES[system.AccountRecord]
GRANT = _TABLES[system.Grant]
SESSION = _TABLES[system.Session]
TOKEN = _TABLES[system.Token]
THROTTLE = _TABLES[system.Throttle]
HISTORY = _TABLES[system.History]
AUDIT = _TABLES[system.Audit]
ONCE = _TABLES[system.Once]
SETTING = _TABLES[system.Setting]
DRAFT = _TABLES[system_flow.Draft]
SAVED_VIEW = _TABLES[system_flow.SavedView]
FILE = _TABLES[system_flow.File]
CASE = _TABLES[system_flow.Case]
TASK = _TABLES[system_flow.Task]
CASE_ENTRY = _TABLES[system_flow.CaseEntry]
JOB = _TABLES[system_flow.Job]
PROXY = _TABLES[system_flow.Proxy]
NOTICE = _TABLES[system_flow.Notice]
BATCH = _TABLES[system_flow.Batch]
BATCH_ROW = _TABLES[system_flow.BatchRow]
SEARCH = _TABLES[system_flow.Search]
