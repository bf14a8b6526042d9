"""One worker of the site: opens the installation when the server starts, serves it, and closes it in good order."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from shuyuan.engine import Busy, Refused, Settings, load_settings, open_engine

from ..app import create_app
from ..session.logs import write_log
from .report import lines

Send = Callable[[Any], Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]

#: So many new objects until the collector of circles looks at them, so many looks until it looks at older ones. Few
#: objects of a request stand in circles; the usual 700 means several looks for each page.
LOOKS = (20_000, 20, 50)


def settle() -> None:
    """Spare the collector of circles what is loaded by now: it stays as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*LOOKS)


class Site:
    """The application with its installation around it. The server starts and ends it (ASGI lifespan)."""

    def __init__(self, settings: Settings, jobs: bool = True) -> None:
        self._settings = settings
        self._jobs = jobs
        self._app: Any = None

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Serve a request, or the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        write_log(self._settings.log_level)
        try:
            engine = await open_engine(self._settings)
        except (Refused, Busy) as error:
            said = lines(error.diagnostics, "en") if isinstance(error, Refused) else [str(error)]
            await send({"type": "lifespan.startup.failed", "message": "\n".join(said)})
            return
        self._app = create_app(engine)
        settle()
        stop = asyncio.Event()
        house = asyncio.create_task(engine.keep_house(stop)) if self._jobs else None
        try:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        finally:
            stop.set()
            if house is not None:
                await asyncio.gather(house, return_exceptions=True)
            await engine.close()
        await send({"type": "lifespan.shutdown.complete"})


def site() -> Site:
    """The site of the settings this process is given; what worker processes call."""
    try:
        return Site(load_settings(None, os.environ))
    except Refused as refused:
        sys.stderr.write("\n".join(lines(refused.diagnostics, "en")) + "\n")
        sys.exit(1)
