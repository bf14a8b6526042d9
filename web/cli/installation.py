"""The installation that commands work on: its settings, its engine opened for one command, and how failures end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click
from shuyuan.engine import (
    SYSTEM,
    Actor,
    Busy,
    Diagnostic,
    Engine,
    Kind,
    Moved,
    Refused,
    Settings,
    Stale,
    kind_of,
    load_settings,
    open_engine,
)

from .report import report
from .root import BUSY, FOUND


def settings_file(context: click.Context | None = None) -> Path | None:
    """The settings file that `--settings` names, None for the usual one."""
    found = (context or click.get_current_context()).find_root().obj
    return Path(found) if found else None


def settings() -> Settings:
    """The settings of this command. Raises Refused with everything that is wrong about them."""
    return load_settings(settings_file(), os.environ)


@asynccontextmanager
async def installation(found: Settings | None = None) -> AsyncIterator[Engine]:
    """The engine of the installation, open while the block lasts."""
    engine = await open_engine(found or settings())
    try:
        yield engine
    finally:
        await engine.close()


def demand_published(engine: Engine) -> None:
    """Raises Refused(CLI_005) when nothing was published."""
    if not engine.version.number:
        raise Refused(Diagnostic("CLI_005"))


async def actor_named(engine: Engine, login: str) -> Actor:
    """Who acts: an account, or the installation itself for "". Raises Refused(CLI_006)."""
    if not login:
        return SYSTEM
    from .people import account_named

    account = await account_named(engine, login)
    loaded = await engine.entrance.actors.of(account.id)
    if loaded is None:
        raise Refused(Diagnostic("CLI_006", args={"login": login, "near": ""}))
    return loaded.actor


def ended(code: int) -> NoReturn:
    """End the command."""
    raise click.exceptions.Exit(code)


def acting(function: Callable[..., Awaitable[int | None]]) -> Callable[..., None]:
    """A coroutine as the body of a command: refusals are printed, and the code says how it ended."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        guarded(lambda: asyncio.run(_awaited(function(*args, **kwargs))))

    return run


async def _awaited(made: Awaitable[int | None]) -> int | None:
    return await made


def guarded(body: Callable[[], int | None]) -> None:
    """Run the body of a command and end with its code, or with what refused it."""
    try:
        code = body()
    except Refused as refused:
        report(refused.diagnostics)
        ended(BUSY if kind_of(refused.diagnostics) is Kind.BUSY else FOUND)
    except Busy as busy:
        report([Diagnostic("CLI_010", args={"why": str(busy)})])
        ended(BUSY)
    except (Moved, Stale):
        report([Diagnostic("PLAN_001")])
        ended(FOUND)
    if code:
        ended(code)
