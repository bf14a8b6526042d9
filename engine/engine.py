"""The handle: one installation with its database, what is live, its clock and its files; everything else delegates."""

from __future__ import annotations

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

from .diagnostics import Diagnostic, Refused
from .hooks import Plugins
from .model import SYSTEM, Actor
from .ops.context import Clock, Now, system_clock
from .ops.desk import LiveDesk
from .ops.entrance import Entrance, open_entrance
from .ops.household import keep_house, runner_of
from .ops.live import Catalogue, Version
from .ops.passwords import Passwords
from .ops.sessions import Sessions
from .ops.work import Work
from .settings import Settings
from .store import Store, open_store
from .store.files import Files, LocalFiles


class Engine:
    """One installation in one process. Made by `open_engine`, closed by `close`."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        catalogue: Catalogue,
        entrance: Entrance,
        plugins: Plugins,
        files: Files,
        clock: Clock,
    ) -> None:
        self.settings = settings
        self.plugins = plugins
        self.store = store
        self.catalogue = catalogue
        self.entrance = entrance
        self.sessions = Sessions(entrance)
        self.files = files
        self.clock = clock
        self.desk = LiveDesk(store, catalogue, clock, files)
        self.runner = runner_of(store, catalogue, self.desk, entrance, settings, plugins.effects, self.fresh)

    @property
    def version(self) -> Version:
        """What is live as far as this process knows."""
        return self.catalogue.current

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the school: what its definitions say."""
        return ZoneInfo(self.version.model.zone)

    def work(self, actor: Actor = SYSTEM) -> Work:
        """A piece of work for somebody, under what is live now."""
        now = Now(self.clock(), self.zone)
        return Work(self.store, self.version, self.catalogue.epoch, actor, now, self.files, self.desk)

    async def refresh(self) -> None:
        """Take up what is live; called when a piece of work found that it moved on."""
        await self.catalogue.refresh()

    async def fresh(self, account: int) -> Work:
        """A piece of work for an account under what is live now and with the rights of now, for work that outlives a
        request. 0: the installation itself. Raises Refused(ACCESS_012) when there is no such account any more."""
        await self.refresh()
        if account == SYSTEM.id:
            return self.work()
        loaded = await self.entrance.actors.fresh(account)
        if loaded is None:
            raise Refused(Diagnostic("ACCESS_012"))
        return self.work(loaded.actor)

    async def keep_house(self, stop: asyncio.Event) -> None:
        """Do the jobs of the installation as they fall due until `stop` is set; one worker of each process does."""
        await keep_house(self.runner, self.catalogue, self.entrance, self.files, stop)

    async def close(self) -> None:
        """Give everything back."""
        self.entrance.passwords.close()
        await self.store.close()


async def open_engine(
    settings: Settings,
    clock: Clock = system_clock,
    store: Store | None = None,
    plugins: Plugins | None = None,
    passwords: Passwords | None = None,
    known: Version | None = None,
) -> Engine:
    """The installation the settings describe, its database brought to this program's version.

    store: opened and migrated already; it is closed with the engine. passwords: another cost of hashing than the
    usual one. known: a version read before from a copy of the same database, which need not be read again.
    Raises Refused for settings that lead nowhere, Busy when the database cannot be reached.
    """
    if store is None:
        store = await open_store(settings.database.url, pool=settings.database.pool)
        await store.migrate()
    plugins = plugins or Plugins()
    catalogue = Catalogue(store, plugins.functions())
    if known is not None:
        catalogue.keep(known)
    await catalogue.refresh()
    passwords = passwords or Passwords(settings.sign_in.threads)
    entrance = await open_entrance(
        store, lambda: catalogue.current.model, settings, clock, passwords, lambda: catalogue.current.access
    )
    files = LocalFiles(Path(settings.files_folder))
    return Engine(settings, store, catalogue, entrance, plugins, files, clock)
