"""The desk at which approvals are decided: what is live, who can be found, and the records they are about."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from ..model import Actor
from ..store.files import Files
from ..store.protocol import Store
from ..workflow import Flow
from .case_people import Asker
from .cases import Records
from .context import Clock, Now
from .live import Catalogue, Version
from .records import LiveRecords


class LiveDesk:
    """The desk of one process; it holds no state of a case."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock, files: Files) -> None:
        self.store = store
        self.catalogue = catalogue
        self.clock = clock
        self._records = LiveRecords(store, catalogue, clock, files, self)
        self.records: Records = self._records

    @property
    def live(self) -> int:
        """Number of the live version."""
        return self.catalogue.current.number

    @property
    def asker(self) -> Asker:
        """Finds people by the live version."""
        return self.catalogue.current.asker

    def now(self) -> Now:
        """One reading of the clock."""
        return Now(self.clock(), ZoneInfo(self.catalogue.current.model.zone))

    async def sees(self, actor: Actor, entity: str, record: int) -> bool:
        """Whether the actor's policies show the record; entity: its id."""
        return await self._records.sees(actor, entity, record)

    async def label_for(self, account: int, entity: str, record: int) -> str:
        """How the record is called for an account; "" where it does not see it. entity: its id."""
        return await self._records.label_for(account, entity, record)

    async def flow(self, workflow: str, defn: int) -> Flow | None:
        """The workflow of that id as it was published with version `defn`."""
        version = await self.version(defn)
        return version.flow(workflow) if version else None

    async def version(self, number: int) -> Version | None:
        """The version with that number, None when there is none."""
        return await self.catalogue.version(number)
