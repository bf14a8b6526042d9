"""What PostgreSQL and its driver raise, in the words of the protocol."""

from __future__ import annotations

from typing import Any

import asyncpg
from asyncpg.exceptions import _base as client_side

from .protocol import Busy, Outdated, Referred, Taken, Unfit

#: Everything `translated` knows what to do with.
FAILURES = (
    asyncpg.PostgresError,
    client_side.InterfaceError,
    client_side.InternalClientError,
    OSError,
    TimeoutError,
    UnicodeEncodeError,
    OverflowError,
)

#: How asyncpg says that a connection is no longer there.
_LOST = ("closed", "closing", "released back to the pool")
#: Classes of SQLSTATE where trying again later can help: connection, out of resources, operator, system; rolled back
#: by the server; locks.
_LATER = ("08", "53", "57", "58", "40", "55")


def translated(error: BaseException) -> BaseException:
    """The exception of the protocol for what the driver raised; the same exception when it is a mistake of ours."""
    if isinstance(error, asyncpg.PostgresError):
        return _of_server(error)
    if isinstance(error, client_side.DataError | UnicodeEncodeError | OverflowError):
        return Unfit(str(error))
    if isinstance(error, client_side.OutdatedSchemaCacheError):
        return Outdated(str(error))
    if isinstance(error, OSError | TimeoutError):
        return Busy(str(error) or type(error).__name__)
    if isinstance(error, client_side.InterfaceError) and any(word in str(error) for word in _LOST):
        return Busy(str(error))
    return error


def _of_server(error: Any) -> BaseException:
    state = str(error.sqlstate or "")
    table = str(getattr(error, "table_name", None) or "")
    constraint = str(getattr(error, "constraint_name", None) or "")
    if isinstance(error, asyncpg.UniqueViolationError):
        return Taken(table, constraint)
    if isinstance(error, asyncpg.ForeignKeyViolationError | asyncpg.RestrictViolationError):
        return Referred(table, constraint.removeprefix(f"{table}_").removesuffix("_fkey"))
    if isinstance(error, asyncpg.DependentObjectsStillExistError):
        return Referred(table)
    if isinstance(
        error, asyncpg.UndefinedColumnError | asyncpg.UndefinedTableError | asyncpg.InvalidCachedStatementError
    ):
        return Outdated(str(error))
    if state.startswith("22") or isinstance(error, asyncpg.NotNullViolationError | asyncpg.CheckViolationError):
        return Unfit(str(error))
    if state[:2] in _LATER:
        return Busy(str(error))
    found: BaseException = error
    return found
