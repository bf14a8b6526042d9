"""What one piece of work has at hand: who does it, under which version, at what time, and where things are kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from ..diagnostics import Diagnostic, Refused
from ..model import Actor, Entity, Operation, Text
from ..policy import Access, Product
from ..store.files import Files
from ..store.protocol import Connection, Holds, Missed, Store, Write
from ..store.tables import LIVE
from .actors import Stale, demand_fresh
from .cases import Desk
from .context import Now
from .live import LIVE_ROW, Version

_ENTITY = Text("实体", "entity")


class Moved(Stale):
    """The definitions were published anew since the work began: take up what is live and do the same once more."""


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work, usually a request. Make a new one for each; it is cheap.

    version, epoch: what was live when it began; files: where uploads lie; desk: at which approvals are decided.
    """

    store: Store
    version: Version
    epoch: int
    actor: Actor
    now: Now
    files: Files
    desk: Desk

    @property
    def access(self) -> Access:
        """The policies of the version."""
        return self.version.access

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the school."""
        return self.now.zone

    def product(self, entity: str, operation: Operation, alias: str = "r") -> Product:
        """What the actor may see or do. Raises KeyError for an entity that does not exist."""
        return self.version.access.product(self.actor, entity, operation, alias)

    def slots(self, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What fills the slots of all predicates, and `more` beside it."""
        found = self.version.access.slots(self.actor, self.now.at, self.now.zone)
        if more:
            found.update(more)
        return found

    def entity(self, name: str) -> Entity:
        """The entity, if the actor may do anything with its records. Raises Refused(ASK_009), as for one that is not
        there."""
        found = self.version.model.entities.get(name)
        if found is None or not self.version.access.operations(self.actor, name):
            raise Refused(Diagnostic("ASK_009", args={"name": name[:80], "what": _ENTITY}))
        return found

    def demand(self, epoch: int, access: int) -> None:
        """Raises Moved or Stale unless a question of this work saw the version and the rights it began with.

        Every read asks for `sy_live.epoch` and `sy_live.access` in its own question and passes them here.
        """
        if epoch != self.epoch:
            raise Moved
        demand_fresh(self.actor, access)

    async def confirm(self) -> None:
        """Ask whether version and rights are still those the work began with. Raises Moved or Stale.

        For an answer that asks the database nothing else, a refusal above all: the right may just have been given.
        """
        ((_, epoch, access),) = await self.store.rows(LIVE_ROW)
        self.demand(epoch, access)

    def holds(self) -> Write:
        """The write that lets a batch through only while version and rights are those the work began with.

        `apply` and `transaction` put it first; whoever writes otherwise does, and asks `missed` when it did not hold.
        """
        key = {"id": 1, "epoch": self.epoch}
        return Holds(LIVE, key if self.actor.id == 0 else {**key, "access": self.actor.stamp})

    async def apply(self, writes: Iterable[Write]) -> None:
        """Write a batch while version and rights are those the work began with. Raises Moved, else as `Store.apply`."""
        try:
            await self.store.apply([self.holds(), *writes])
        except Missed as missed:
            self.missed(missed)
            raise

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A transaction that begins with `holds`. Raises Moved, else as what is done in it."""
        try:
            async with self.store.transaction() as connection:
                await connection.apply([self.holds()])
                yield connection
        except Missed as missed:
            self.missed(missed)
            raise

    @staticmethod
    def missed(missed: Missed) -> None:
        """Raises Moved when it was `holds` that refused the batch."""
        if isinstance(missed.write, Holds) and missed.write.table is LIVE:
            raise Moved from missed
