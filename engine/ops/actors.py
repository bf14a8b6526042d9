"""Accounts as actors: the roles somebody holds now, read in one question and kept until any right changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from ..fieldtypes import column_name
from ..model import Actor, Entity, Expr, Gives, Grant, Lang, Model, Reach, Slot, Sql, Storage, joined
from ..store.protocol import Connection, Query, Row, Store
from .context import Clock, millis, system_clock

_BIG, _TEXT = Storage("bigint"), Storage("text")

#: A unit nobody can be in: a derived role of a record without a unit is held, but reaches no unit's records.
NOWHERE = 0

#: Actors kept by one process.
KEPT = 20_000


class Stale(Exception):
    """The actor's rights were read before some right changed; read them again and do the same once more."""


def stale(actor: Actor, access: int) -> bool:
    """Whether rights changed since the actor was read. access: `sy_live.access` as the question of the request saw."""
    return actor.id != 0 and actor.stamp != access


def demand_fresh(actor: Actor, access: int) -> None:
    """Raises Stale when rights changed since the actor was read; the session layer then runs the request again."""
    if stale(actor, access):
        raise Stale


@dataclass(frozen=True, slots=True)
class Loaded:
    """An actor as read. until: milliseconds at which a dated grant begins or ends, None when none will."""

    actor: Actor
    theme: str
    must_change: bool
    until: int | None
    shortcuts: bool = True


def actor_query(model: Model) -> Query:
    """Everything there is to know about the account in slot `account`: one question, whatever its roles.

    Rows are kind, four numbers, four texts; see `_loaded`. A role comes once for every unit it reaches.
    """
    account = Slot("account")
    arms = [
        Sql("SELECT 0, access, (SELECT count(*) FROM sy_unit), 0, 0, '', '', '', '' FROM sy_live WHERE id = 1"),
        Sql(
            "SELECT 1, CASE WHEN active THEN 1 ELSE 0 END, CASE WHEN must_change THEN 1 ELSE 0 END,"
            " CASE WHEN shortcuts THEN 1 ELSE 0 END, 0, name, login, lang, theme FROM sy_account WHERE id = ?",
            (account,),
        ),
        Sql("SELECT 2, record, position, 0, 0, '', '', '', '' FROM sy_account_record WHERE account = ?", (account,)),
        Sql(
            "SELECT 3, g.unit, g.valid_from, g.valid_to, u.descendant, g.role, '', '', '' FROM sy_grant g "
            "LEFT JOIN sy_unit_tree u ON u.ancestor = g.unit WHERE g.account = ?",
            (account,),
        ),
        *(arm for entity in model.entities.values() for gives in entity.gives for arm in _arms(entity, gives)),
    ]
    return Query(joined(" UNION ALL ", arms), (_BIG, _BIG, _BIG, _BIG, _BIG, _TEXT, _TEXT, _TEXT, _TEXT))


def gives_path(entity: Entity, gives: Gives) -> str | None:
    """What to join to `m`, the account's own records, to get the records `g` that give it the role."""
    table = f"t_{entity.id}"
    top, _, inner = gives.to.partition(".")
    field = entity.field(top)
    if gives.to == "self":
        return f"{table} g ON g.id = m.record"
    if field and not inner:
        return f"{table} g ON g.{column_name(field)} = m.record"
    child = next((f for f in field.rows if f.name == inner), None) if field else None
    if field and child:
        return f"{table}_{field.id} c ON c.{column_name(child)} = m.record JOIN {table} g ON g.id = c.parent"
    return None


def _arms(entity: Entity, gives: Gives) -> Iterator[Sql]:
    """Role and unit of every record of `entity` that has one of the account's records at `gives.to`."""
    source = gives_path(entity, gives)
    if source:
        head = f"SELECT DISTINCT 4, coalesce(g.unit, {NOWHERE}), 0, 0, u.descendant, CAST(? AS text), '', '', ''"
        joins = f"JOIN {source} LEFT JOIN sy_unit_tree u ON u.ancestor = g.unit"
        yield Sql(f"{head} FROM sy_account_record m {joins} WHERE m.account = ?", (gives.role, Slot("account")))


@dataclass(slots=True)
class _Rights:
    """Grants as they are collected, with the units each role reaches and when the next date changes something."""

    now: int
    grants: dict[Grant, None] = field(default_factory=dict)
    reach: dict[str, set[int]] = field(default_factory=dict)
    until: int | None = None

    def dated(self, row: Row) -> None:
        """A grant that was given, perhaps with dates."""
        _, unit, begins, ends, below, role = row[:6]
        ahead = [at for at in (begins, ends, self.until) if at is not None and at > self.now]
        self.until = min(ahead, default=None)
        if (begins is None or begins <= self.now) and (ends is None or ends > self.now):
            self.held(role, unit, below)

    def held(self, role: str, unit: int | None, below: int | None) -> None:
        """A role that is held now, and one of the units it reaches."""
        self.grants[Grant(role, unit)] = None
        if unit is not None:
            self.reach.setdefault(role, set()).update([] if below is None else [below])

    def reached(self, all_units: int) -> tuple[Reach, ...]:
        """The units each role reaches. Going unit by unit pays up to about the square root of all units."""
        return tuple(
            Reach(role, tuple(sorted(units)), len(units) > 1 and len(units) ** 2 > all_units)
            for role, units in sorted(self.reach.items())
        )


def _loaded(rows: list[Row], account: int, now: int) -> Loaded | None:
    stamp, all_units, known, records = 0, 0, None, list[int]()
    rights = _Rights(now)
    for row in sorted(rows, key=lambda r: (r[0], r[2] or 0, r[1] or 0, r[5])):
        if row[0] == 0:
            stamp, all_units = row[1], row[2]
        elif row[0] == 1:
            known = row
        elif row[0] == 2:
            records.append(row[1])
        elif row[0] == 3:
            rights.dated(row)
        else:
            rights.held(row[5], row[1], row[4])
    if known is None or not known[1]:
        return None
    lang: Lang = "en" if known[7] == "en" else "zh"
    reach = rights.reached(all_units)
    units = tuple(sorted({unit for one in reach for unit in one.units}))
    grants = tuple(rights.grants)
    actor = Actor(account, known[5], known[6], lang, tuple(records), grants, stamp, units=units, reach=reach)
    return Loaded(actor, known[8], bool(known[2]), rights.until, bool(known[3]))


async def load_actor(store: Store, model: Model, account: int, clock: Clock = system_clock) -> Actor | None:
    """The actor of an account as of now; None when there is no such account or it is switched off."""
    found = await _read(store, model, actor_query(model), account, millis(clock()))
    return found.actor if found else None


async def _read(store: Store, model: Model, query: Query, account: int, now: int) -> Loaded | None:
    found = _loaded(await store.rows(query, {"account": account}), account, now)
    if found is None or all(grant.unit is not None for grant in found.actor.grants) or not _speaks_of_units(model):
        return found
    rows = await store.rows(_EVERY_UNIT)
    return replace(found, actor=replace(found.actor, units=tuple(sorted(row[0] for row in rows))))


_EVERY_UNIT = Query(Sql("SELECT id FROM sy_unit"), (_BIG,))
_SPEAKS: dict[str, bool] = {}


def _speaks_of_units(model: Model) -> bool:
    """Whether any expression of the model reads `actor.units`; all of them are only read then."""
    if model.hash not in _SPEAKS:
        if len(_SPEAKS) > 64:
            _SPEAKS.clear()
        _SPEAKS[model.hash] = any("units" in text and "actor" in text for text in _texts(model))
    return _SPEAKS[model.hash]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Expr):
        yield value.text
    elif is_dataclass(value):
        for one in fields(value):
            yield from _texts(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, tuple | list | frozenset):
        for inner in value:
            yield from _texts(inner)


async def grants_of(store: Store | Connection, model: Model, account: int, now: int) -> tuple[Grant, ...] | None:
    """Every role of an account that holds or will hold, given or following from records; None: no such account."""
    rows = await store.rows(actor_query(model), {"account": account})
    if not any(row[0] == 1 for row in rows):
        return None
    held = [Grant(r[5], r[1]) for r in rows if r[0] == 4 or (r[0] == 3 and (r[3] is None or r[3] > now))]
    return tuple(dict.fromkeys(held))


class Actors:
    """Actors of one process, kept until a right changes; who asks compares the stamp (`stale`) before relying on it."""

    def __init__(self, store: Store, model: Callable[[], Model], clock: Clock = system_clock) -> None:
        self._store = store
        self._model = model
        self._clock = clock
        self._query: tuple[str, Query] | None = None
        self._kept: OrderedDict[int, tuple[str, Loaded]] = OrderedDict()

    def cached(self, account: int) -> Loaded | None:
        """The actor when it was read before under the same definitions and no dated grant began or ended since."""
        found = self._kept.get(account)
        if found is None or found[0] != self._model().hash:
            return None
        until = found[1].until
        return found[1] if until is None or millis(self._clock()) < until else None

    async def of(self, account: int) -> Loaded | None:
        """The actor, read if need be; None when there is no such account or it is switched off."""
        return self.cached(account) or await self.fresh(account)

    async def fresh(self, account: int) -> Loaded | None:
        """The actor as it stands in the database."""
        model = self._model()
        if self._query is None or self._query[0] != model.hash:
            self._query = (model.hash, actor_query(model))
        found = await _read(self._store, model, self._query[1], account, millis(self._clock()))
        if found is None:
            self._kept.pop(account, None)
            return None
        self._kept[account] = (model.hash, found)
        self._kept.move_to_end(account)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found

    def forget(self, account: int) -> None:
        """Read it again next time."""
        self._kept.pop(account, None)


def moves_rights(entity: Entity, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    """Whether a write to a record of `entity` changes who holds a role, so that `ACCESS_CHANGED` has to go with it.

    before, after: by field name, with the record's unit id under "unit "; None for a record that was not there or is
    gone. Somebody named in a record that is made counts; a person's own record that is made has no account yet.
    """
    for gives in entity.gives:
        own = gives.to == "self"
        if before is None or after is None:
            holder = None if own else _standing(after or before or {}, gives.to)
            if holder or (own and after is None):
                return True
        elif before.get(UNIT_KEY) != after.get(UNIT_KEY) or (
            not own and _standing(before, gives.to) != _standing(after, gives.to)
        ):
            return True
    return False


#: The record's unit among its values; a space keeps it apart from field names.
UNIT_KEY = "unit "


def _standing(values: Mapping[str, Any], to: str) -> Any:
    top, _, inner = to.partition(".")
    found = values.get(top)
    return [row.get(inner) for row in found or ()] if inner else found
