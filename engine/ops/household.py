"""What an installation does by itself: jobs as they fall due, and once an hour what has run out is removed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from ..settings import Settings
from ..store.files import Files
from ..store.protocol import Busy, Store
from . import jobs, sweep
from .backfill_job import backfill_handler
from .cases import Desk
from .context import millis
from .entrance import Entrance
from .handlers import Effect, Post, handlers
from .import_job import JOB as IMPORT
from .import_job import import_handler
from .live import Catalogue
from .mail import transport_of
from .publish_fill import JOB as BACKFILL
from .uploads import sweep_files
from .work import Work

#: Seconds between two looks at the jobs when nothing wakes the worker.
POLL = 2.0
#: Milliseconds between two sweeps.
SWEEP = 3_600_000
#: Jobs taken at a time.
AT_ONCE = 20


def runner_of(
    store: Store,
    catalogue: Catalogue,
    desk: Desk,
    entrance: Entrance,
    settings: Settings,
    effects: Callable[[], Mapping[str, Effect]],
    fresh: Callable[[int], Awaitable[Work]],
) -> jobs.Runner:
    """Who does the jobs of this process. Set its `wake` after a write that leaves a job, and it is done at once."""
    post = Post(transport_of(settings.mail), settings.mail.sender, settings.server.base_url)
    known = {
        **handlers(desk, post, effects),
        BACKFILL: backfill_handler(store, catalogue, desk.now),
        IMPORT: import_handler(store, fresh),
    }
    return jobs.Runner(store, known, lambda: millis(entrance.clock()))


async def keep_house(
    runner: jobs.Runner, catalogue: Catalogue, entrance: Entrance, files: Files, stop: asyncio.Event
) -> None:
    """Do what falls due until `stop` is set; a job that was begun is finished.

    The poll is what is relied on, the wake only makes it quick. A database that does not answer is waited for.
    """
    swept = 0
    while not stop.is_set():
        runner.wake.clear()
        ran = jobs.Ran()
        try:
            await catalogue.refresh()
            ran = await jobs.run_due(runner, AT_ONCE)
            if runner.clock() - swept >= SWEEP:
                await sweep.sweep(entrance)
                await jobs.sweep(runner.store, runner.clock())
                await sweep_files(runner.store, files, entrance.clock())
                swept = runner.clock()
        except (Busy, OSError):
            pass
        if ran.all < AT_ONCE:
            await jobs.either(stop, runner.wake, POLL)
