"""What every operation on accounts and sessions works with, and the audit row each of them writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..model import Actor, Model
from ..policy import Access, compile_access
from ..settings import Settings, SignIn
from ..store import journal
from ..store.protocol import Store, Write
from .actors import Actors
from .context import Clock, millis, system_clock
from .passwords import Passwords
from .secret import load_secret


@dataclass(frozen=True, slots=True)
class Entrance:
    """Everything behind the door: `model` gives the live definitions, `actors` keeps who was read."""

    store: Store
    model: Callable[[], Model]
    rules: SignIn
    passwords: Passwords
    actors: Actors
    secret: bytes
    clock: Clock

    @property
    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return millis(self.clock())

    def access(self) -> Access:
        """The policies of what is live; nothing is compiled before it is asked for."""
        return compile_access(self.model(), self.store.dialect)


async def open_entrance(
    store: Store,
    model: Callable[[], Model],
    settings: Settings,
    clock: Clock = system_clock,
    passwords: Passwords | None = None,
) -> Entrance:
    """Ready for use; makes the secret of the installation at the first run. `passwords` is closed by the caller."""
    return Entrance(
        store,
        model,
        settings.sign_in,
        passwords or Passwords(settings.sign_in.threads),
        Actors(store, model, clock),
        await load_secret(store, settings.secret),
        clock,
    )


async def audit(
    entrance: Entrance, by: Actor | int, op: str, detail: Mapping[str, Any] | None = None, address: str = ""
) -> Write:
    """The row that says who did what to accounts and sessions; people stand in it as ids only."""
    (number,) = await entrance.store.new_ids()
    actor = by if isinstance(by, int) else by.id
    return journal.audit(number, op, actor=actor, at=entrance.now, detail=detail, address=address)
