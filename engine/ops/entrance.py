"""What every operation on accounts and sessions works with, and the audit row each of them writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..model import Actor, Model
from ..policy import Access, compile_access
from ..settings import Settings, SignIn
from ..store import journal
from ..store.protocol import Dialect, Store, Write
from .actors import Actors
from .context import Clock, millis, system_clock
from .passwords import Passwords
from .secret import load_secret


@dataclass(frozen=True, slots=True)
class Entrance:
    """Everything behind the door: `model` and `access` give the live definitions and their policies, `actors` keeps
    who was read.
    """

    store: Store
    model: Callable[[], Model]
    access: Callable[[], Access]
    rules: SignIn
    passwords: Passwords
    actors: Actors
    secret: bytes
    clock: Clock

    @property
    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return millis(self.clock())


async def open_entrance(
    store: Store,
    model: Callable[[], Model],
    settings: Settings,
    clock: Clock = system_clock,
    passwords: Passwords | None = None,
    access: Callable[[], Access] | None = None,
) -> Entrance:
    """Ready for use; makes the secret of the installation at the first run. `passwords` is closed by the caller.

    access: the policies of what `model` gives, where somebody has them compiled already.
    """
    return Entrance(
        store,
        model,
        access or _policies(model, store.dialect),
        settings.sign_in,
        passwords or Passwords(settings.sign_in.threads),
        Actors(store, model, clock),
        await load_secret(store, settings.secret),
        clock,
    )


def _policies(model: Callable[[], Model], dialect: Dialect) -> Callable[[], Access]:
    """The policies of the model that is live, compiled once for each."""

    kept: list[Access] = []

    def access() -> Access:
        found = model()
        if not kept or kept[0].model is not found:
            kept[:] = [compile_access(found, dialect)]
        return kept[0]

    return access


async def audit(
    entrance: Entrance, by: Actor | int, op: str, detail: Mapping[str, Any] | None = None, address: str = ""
) -> Write:
    """The row that says who did what to accounts and sessions; people stand in it as ids only."""
    (number,) = await entrance.store.new_ids()
    actor = by if isinstance(by, int) else by.id
    return journal.audit(number, op, actor=actor, at=entrance.now, detail=detail, address=address)
