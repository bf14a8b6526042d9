"""Where records and system rows are kept: one protocol, SQLite and PostgreSQL."""

from .opening import open_store
from .protocol import (
    Busy,
    Connection,
    Delete,
    Dialect,
    Holds,
    Insert,
    Missed,
    Outdated,
    Query,
    Referred,
    Row,
    Run,
    Store,
    Taken,
    Unfit,
    Update,
    Write,
)

__all__ = [
    "Busy",
    "Connection",
    "Delete",
    "Dialect",
    "Holds",
    "Insert",
    "Missed",
    "Outdated",
    "Query",
    "Referred",
    "Row",
    "Run",
    "Store",
    "Taken",
    "Unfit",
    "Update",
    "Write",
    "open_store",
]
