"""Pages by key: the order of a list, and the conditions for what lies behind or before a place in it.

Empty values always stand at the end, whatever the direction and the database. Where an index serves the first key, a
page is put together of arms that each begin right at their place in it; otherwise one condition says it all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from ..diagnostics import Diagnostic, Place
from ..model import Slot, Sql, Storage, joined
from ..store.protocol import Dialect
from .asking import read_cursor


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an order: a column that is never null behind the last one, which is the id."""

    sql: Sql
    storage: Storage
    down: bool
    nullable: bool


Keys = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Arm:
    """A part of a page: its condition and its order, which begins where an index can be entered."""

    where: Sql | None
    order: Sql


def _terms(keys: Keys, back: bool, sure: bool) -> Sql:
    """The order over the keys; sure: the first one is not null in these rows."""
    terms = []
    for at, key in enumerate(keys):
        term = key.sql + (" DESC" if key.down != back else " ASC")
        if key.nullable and not (sure and at == 0):
            term = term + (" NULLS FIRST" if back else " NULLS LAST")
        terms.append(term)
    return joined(", ", terms)


def whole_order(keys: Keys, back: bool) -> Sql:
    """The order of all rows together."""
    return _terms(keys, back, False)


def first_arms(keys: Keys, served: bool, dialect: Dialect) -> tuple[Arm, ...]:
    """The arms of the first page. An index of PostgreSQL has empty values behind all others, one of SQLite in front."""
    lead, back = keys[0], False
    if not served or not lead.nullable or lead.down == (dialect == "sqlite"):
        return (Arm(None, whole_order(keys, back)),)
    full = Arm(lead.sql + " IS NOT NULL", _terms(keys, back, True))
    return (full, Arm(lead.sql + " IS NULL", _terms(keys[1:], back, False)))


def next_arms(keys: Keys, nulls: tuple[bool, ...], back: bool, served: bool) -> tuple[Arm, ...]:
    """The arms of what comes behind a place (before it, `back`). nulls: which keys are null there."""
    if not served:
        return (Arm(_beyond(keys, nulls, back), whole_order(keys, back)),)
    found: list[Arm] = []
    same: list[Sql] = []
    last = len(keys) - 1
    for at, (key, null) in enumerate(zip(keys, nulls, strict=True)):
        head = list(same)
        rest = keys[at:]
        if at == last - 1 and not null and key.down == keys[last].down:
            both = Sql("(") + key.sql + ", " + keys[last].sql + ") " + _sign(key, back)
            both = both + Sql(" (?, ?)", (Slot(f"k{at}"), Slot(f"k{last}")))
            found.append(Arm(_all([*head, both]), _terms(rest, back, True)))
            if key.nullable and not back:
                found.append(Arm(_all([*head, key.sql + " IS NULL"]), _terms(rest[1:], back, False)))
            break
        for part, sure in _after(key, at, null, back):
            order = _terms(rest, back, True) if sure else _terms(rest[1:] or rest, back, False)
            found.append(Arm(_all([*head, part]), order))
        same.append(_equal(key, at, null))
    return tuple(found)


def _after(key: Key, at: int, null: bool, back: bool) -> list[tuple[Sql, bool]]:
    """The conditions for a key to be beyond that of the place, each with whether it is not null then."""
    if null:
        return [(key.sql + " IS NOT NULL", True)] if back else []
    found = [(key.sql + f" {_sign(key, back)} " + Sql("?", (Slot(f"k{at}"),)), True)]
    if key.nullable and not back:
        found.append((key.sql + " IS NULL", False))
    return found


def _sign(key: Key, back: bool) -> str:
    return "<" if key.down != back else ">"


def _equal(key: Key, at: int, null: bool) -> Sql:
    return key.sql + " IS NULL" if null else key.sql + Sql(" = ?", (Slot(f"k{at}"),))


def _all(parts: Sequence[Sql]) -> Sql:
    return parts[0] if len(parts) == 1 else Sql("(") + joined(" AND ", parts) + ")"


def _beyond(keys: Keys, nulls: tuple[bool, ...], back: bool) -> Sql:
    """The place as one condition."""
    found: list[Sql] = []
    same: list[Sql] = []
    for at, (key, null) in enumerate(zip(keys, nulls, strict=True)):
        found += [_all([*same, part]) for part, _ in _after(key, at, null, back)]
        same.append(_equal(key, at, null))
    return Sql("(") + joined(" OR ", found) + ")"


# ---------------------------------------------------------------- places


def place_slots(text: str, keys: Keys, dialect: Dialect) -> tuple[tuple[bool, ...], dict[str, Any]] | Diagnostic:
    """Which keys are null at the place of a cursor, and what fills its slots."""
    values = read_cursor(text, len(keys))
    if isinstance(values, Diagnostic):
        return values
    found: dict[str, Any] = {}
    for at, (key, written) in enumerate(zip(keys, values, strict=True)):
        try:
            value = None if written is None else _value(key.storage, written, dialect)
        except (ValueError, TypeError, InvalidOperation, OverflowError):
            return Diagnostic("ASK_004", Place(path="after"))
        if value is None and not key.nullable:
            return Diagnostic("ASK_004", Place(path="after"))
        found[f"k{at}"] = value
    return tuple(found[f"k{at}"] is None for at in range(len(keys))), {k: v for k, v in found.items() if v is not None}


def _value(storage: Storage, written: Any, dialect: Dialect) -> Any:
    match storage.kind:
        case "text":
            if not isinstance(written, str) or "\0" in written:
                raise ValueError(written)
            return written
        case "integer" | "bigint":
            if isinstance(written, bool) or not isinstance(written, int) or abs(written) >= 2**63:
                raise ValueError(written)
            return written
        case "boolean":
            if not isinstance(written, bool):
                raise ValueError(written)
            return written
        case "decimal":
            exact = Decimal(str(written))
            if not exact.is_finite() or abs(exact) >= 10**18:
                raise ValueError(written)
            return int(exact.scaleb(storage.scale)) if dialect == "sqlite" else exact
        case "date":
            return date.fromisoformat(written)
        case "time":
            return time.fromisoformat(written)
        case "timestamp":
            moment = datetime.fromisoformat(written)
            if moment.tzinfo is None:
                raise ValueError(written)
            return moment
        case _:
            raise ValueError(written)
