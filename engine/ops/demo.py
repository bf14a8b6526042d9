"""Who may look around in a demo school: noted when it is made, offered on its sign-in page and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..model import Sql, Storage
from ..store.protocol import Delete, Insert, Query, Store
from ..store.tables import SETTING

KEY = "demo"

_FIND = Query(Sql("SELECT value FROM sy_setting WHERE key = ?", (KEY,)), (Storage("json"),))


@dataclass(frozen=True, slots=True)
class Visitor:
    """An account of the demo. role_zh, role_en: what it is there to show."""

    login: str
    name: str
    role_zh: str
    role_en: str


@dataclass(frozen=True, slots=True)
class Demo:
    """The accounts of the demo and the password they share."""

    password: str
    visitors: tuple[Visitor, ...]


async def keep_demo(store: Store, password: str, visitors: Iterable[Visitor]) -> None:
    """Note who may look around."""
    value = {"password": password, "visitors": [asdict(one) for one in visitors]}
    await store.apply([Delete(SETTING, {"key": KEY}), Insert(SETTING, {"key": KEY, "value": value})])


async def demo_of(store: Store) -> Demo | None:
    """Who may look around, None in a school that is none. The caller asks only where the settings say `demo`."""
    rows = await store.rows(_FIND)
    if not rows:
        return None
    return Demo(rows[0][0]["password"], tuple(Visitor(**one) for one in rows[0][0]["visitors"]))


#: What the demo was made as; there once it is complete.
MADE = "demo.made"
_MADE = Query(Sql("SELECT value FROM sy_setting WHERE key = ?", (MADE,)), (Storage("json"),))


async def note_demo(store: Store, made: Mapping[str, Any]) -> None:
    """Note that the demo is complete, and as what it was made."""
    await store.apply([Delete(SETTING, {"key": MADE}), Insert(SETTING, {"key": MADE, "value": dict(made)})])


async def demo_made(store: Store) -> dict[str, Any] | None:
    """What the demo was made as, None where there is none or not all of it."""
    rows = await store.rows(_MADE)
    return dict(rows[0][0]) if rows else None
