"""Opening a store by its address."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ..diagnostics import Diagnostic, Refused
from .protocol import Store

#: Settings of a PostgreSQL address that are numbers.
_NUMBERS = {"statement_cache_size", "command_timeout"}
_TEXTS = {"host", "schema", "application_name", "ssl"}


async def open_store(url: str, *, pool: int = 10) -> Store:
    """The database at `url`, connected but not migrated.

    url: `sqlite:///relative/path`, `sqlite:////absolute/path` or `postgres://user:password@host:port/name`; a socket is
    named by `?host=/folder`. Behind a pooler that cannot keep prepared statements add `?statement_cache_size=0`.
    pool: connections at most; on SQLite the readers beside the one writer (4 are enough).
    Raises Refused(STORE_002) for an address that is none, (STORE_003) when the PostgreSQL driver is not installed,
    (STORE_004) when the folder of a SQLite file is not there; Busy when the database cannot be reached.
    """
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        path = sqlite_path(url)
        if not path.parent.is_dir():
            raise Refused(Diagnostic("STORE_004", args={"folder": str(path.parent)}))
        from .sqlite import open_sqlite

        return await open_sqlite(url, str(path), min(pool, 4))
    if scheme in ("postgres", "postgresql"):
        credentials = postgres_credentials(url)
        try:
            postgres = importlib.import_module(".postgres", __package__)
        except ModuleNotFoundError as error:
            if error.name != "asyncpg":
                raise
            raise Refused(Diagnostic("STORE_003")) from None
        store: Store = await postgres.open_postgres(url, credentials, pool)
        return store
    raise _no_address(url)


def sqlite_path(url: str) -> Path:
    """The file of a SQLite address. Raises Refused(STORE_002)."""
    name = unquote(url.removeprefix("sqlite:///"))
    if not url.startswith("sqlite:///") or not name or "\0" in name or ":memory:" in name:
        raise _no_address(url)
    return Path(name)


def postgres_credentials(url: str) -> dict[str, Any]:
    """What the driver is given. Raises Refused(STORE_002)."""
    try:
        found = urlsplit(url)
        extra = dict(parse_qsl(found.query, strict_parsing=bool(found.query)))
        unknown = extra.keys() - _NUMBERS - _TEXTS
        if unknown or not found.path.strip("/"):
            raise _no_address(url)
        credentials: dict[str, Any] = {
            "user": unquote(found.username or "") or None,
            "password": unquote(found.password or "") or None,
            "host": found.hostname or None,
            "port": found.port or 5432,
            "database": unquote(found.path.strip("/")),
        }
        return credentials | {k: int(v) if k in _NUMBERS else v for k, v in extra.items()}
    except ValueError:
        raise _no_address(url) from None


def _no_address(url: str) -> Refused:
    return Refused(Diagnostic("STORE_002", args={"url": url.partition("@")[2] or url}))
