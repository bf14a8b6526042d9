"""Everybody an approval may ask, with why: one question for all steps an act may lead to, special days included."""

# ruff: noqa: S608 - put together from ids of the engine

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from ..compile.table import child_name, table_name
from ..fieldtypes import column_name
from ..model import Entity, Gives, Model, Ref, Slot, Sql, Storage, Who, joined
from ..store.protocol import Connection, Query, Store
from ..workflow import ADMIN, Person
from .calendar import Calendar, SpecialDay, calendar, calendar_fields
from .context import Now

_BIG, _TEXT, _DATE = Storage("bigint"), Storage("text"), Storage("date")
_RETURNS = (_BIG, _BIG, _TEXT, _BIG, _TEXT, _DATE)

#: Distance of a role that is held everywhere: behind every unit.
EVERYWHERE = 1_000_000

#: How far ahead special days are read.
_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Everybody found, and the school days of the record's unit."""

    people: Mapping[Who, tuple[Person, ...]]
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the question consists of; questions of one shape share their text. roles: of each arm; people: how many
    arms look for the accounts of a record."""

    roles: tuple[str, ...]
    people: int
    admins: tuple[str, ...]
    days: bool


class Asker:
    """Puts the question; one for each model, since derived roles and special days are read from its tables."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.admins = tuple(sorted({p.role for p in model.policies.values() if "users" in p.system}))
        self._query = lru_cache(maxsize=512)(self._made)

    async def resolve(
        self,
        source: Store | Connection,
        wanted: Iterable[Who],
        values: Mapping[str, Any],
        unit: int | None,
        now: Now,
        *,
        days: bool = False,
    ) -> Resolved:
        """Everybody each of `wanted` stands for, closest unit first, and the calendar of `unit` when `days` asks.

        values: the record with what paths lead through. Accounts switched off and grants out of date are left out.
        """
        asked = sorted(wanted, key=lambda w: (w.role, w.of, w.path))
        roles = [w for w in asked if w.role and w != ADMIN]
        paths = [(w, record) for w in asked if w.path for record in _records(values, w.path)]
        admins = self.admins if ADMIN in asked else ()
        fields = calendar_fields(self.model) if days and unit is not None else None
        shape = _Shape(tuple(w.role for w in roles), len(paths), admins, fields is not None)
        slots: dict[str, Any] = {"now": now.ms, "unit": unit, "from": now.at.date() - timedelta(1)}
        slots["to"] = now.at.date() + _AHEAD
        for i, who in enumerate(roles):
            slots |= {f"r{i}": who.role, f"u{i}": _unit(values, who.of, unit)}
        slots |= {f"p{i}": record for i, (_, record) in enumerate(paths)}
        slots |= {f"a{i}": role for i, role in enumerate(admins)}
        rows = await source.rows(self._query(shape), slots)
        found = _Found(roles, paths)
        for row in sorted(rows, key=lambda r: (r[0], r[3], r[1])):
            found.add(*row)
        return Resolved(found.people(), calendar(now.zone, found.days))

    def _made(self, shape: _Shape) -> Query:
        arms = [_PROXIES, *(arm for i, role in enumerate(shape.roles) for arm in self._role(i, role))]
        base = len(shape.roles)
        arms += [self._person(base + i, i) for i in range(shape.people)]
        if shape.admins:
            marks = ", ".join("?" * len(shape.admins))
            names = tuple(Slot(f"a{i}") for i in range(len(shape.admins)))
            head = f"SELECT -1, a.id, a.name, 0, '', {_NO_DATE} FROM sy_grant g {_HOLDER}"
            text = f"{head} AND g.role IN ({marks}) AND {_DATED}"
            arms.append(Sql(text, (*names, Slot("now"), Slot("now"))))
        if shape.days:
            arms += self._days()
        return Query(joined(" UNION ALL ", arms), _RETURNS)

    def _role(self, i: int, role: str) -> Iterator[Sql]:
        held, unit, now = Slot(f"r{i}"), Slot(f"u{i}"), Slot("now")
        near = f"SELECT {i}, a.id, a.name, t.depth, u.label, {_NO_DATE} FROM sy_unit_tree t"
        yield Sql(
            f"{near} JOIN sy_unit u ON u.id = t.ancestor JOIN sy_grant g ON g.unit = t.ancestor {_HOLDER}"
            f" AND t.descendant = ? AND g.role = ? AND {_DATED}",
            (unit, held, now, now),
        )
        yield Sql(
            f"SELECT {i}, a.id, a.name, {EVERYWHERE}, '', {_NO_DATE} FROM sy_grant g {_HOLDER}"
            f" AND g.unit IS NULL AND g.role = ? AND {_DATED}",
            (held, now, now),
        )
        for entity in self.model.entities.values():
            for gives in entity.gives:
                if gives.role == role:
                    yield from _derived(near, entity, gives, unit)

    def _person(self, i: int, slot: int) -> Sql:
        return Sql(
            f"SELECT {i}, a.id, a.name, 0, '', {_NO_DATE} FROM sy_account_record ar"
            " JOIN sy_account a ON a.id = ar.account AND a.active WHERE ar.record = ?",
            (Slot(f"p{slot}"),),
        )

    def _days(self) -> Iterator[Sql]:
        found = calendar_fields(self.model)
        if found is None:
            return
        entity, day, kind = found
        table, when, what = table_name(entity), column_name(day), column_name(kind)
        span = (Slot("from"), Slot("to"))
        yield Sql(
            f"SELECT -2, 0, d.{what}, t.depth, '', d.{when} FROM sy_unit_tree t JOIN {table} d ON d.unit = t.ancestor"
            f" WHERE t.descendant = ? AND d.{when} >= ? AND d.{when} <= ?",
            (Slot("unit"), *span),
        )
        yield Sql(
            f"SELECT -2, 0, d.{what}, {EVERYWHERE}, '', d.{when} FROM {table} d"
            f" WHERE d.unit IS NULL AND d.{when} >= ? AND d.{when} <= ?",
            span,
        )


_NO_DATE = "CAST(NULL AS date)"
_HOLDER = "JOIN sy_account a ON a.id = g.account AND a.active WHERE 1 = 1"
_DATED = "(g.valid_from IS NULL OR g.valid_from <= ?) AND (g.valid_to IS NULL OR g.valid_to > ?)"


#: Everybody who stands in for somebody now; they are few. The third number is who, the second for whom.
_PROXIES = Sql(
    f"SELECT -3, p.account, a.name, p.proxy, '', {_NO_DATE} FROM sy_proxy p"
    " JOIN sy_account a ON a.id = p.proxy AND a.active WHERE p.valid_from <= ? AND p.valid_to > ?",
    (Slot("now"), Slot("now")),
)

#: Proxies of proxies that are followed.
_CHAIN = 5


def _derived(near: str, entity: Entity, gives: Gives, unit: Slot) -> Iterator[Sql]:
    """Whoever stands in the field of a record that lies in the unit or above."""
    table = table_name(entity)
    top, _, inner = gives.to.partition(".")
    field = entity.field(top)
    child = next((f for f in field.rows if f.name == inner), None) if field else None
    account = "JOIN sy_account a ON a.id = ar.account AND a.active WHERE t.descendant = ?"
    head = f"{near} JOIN sy_unit u ON u.id = t.ancestor JOIN {table} g ON g.unit = t.ancestor"
    if gives.to == "self":
        yield Sql(f"{head} JOIN sy_account_record ar ON ar.record = g.id {account}", (unit,))
    elif field and not inner:
        yield Sql(f"{head} JOIN sy_account_record ar ON ar.record = g.{column_name(field)} {account}", (unit,))
    elif field and child:
        rows = f"JOIN {child_name(entity, field)} c ON c.parent = g.id"
        yield Sql(f"{head} {rows} JOIN sy_account_record ar ON ar.record = c.{column_name(child)} {account}", (unit,))


class _Found:
    """Rows of the answer, sorted into people and days."""

    def __init__(self, roles: list[Who], paths: list[tuple[Who, int]]) -> None:
        self.asked = [*roles, *(who for who, _ in paths)]
        self.found: dict[Who, dict[int, Person]] = {who: {} for who in (*self.asked, ADMIN)}
        self.days: list[SpecialDay] = []
        self.proxies: dict[int, tuple[int, str]] = {}

    def add(self, arm: int, account: int, word: str, near: int, label: str, day: Any) -> None:
        if arm == -3:
            self.proxies[account] = (near, word)
            return
        if arm == -2:
            self.days.append(SpecialDay(day, word, near))
            return
        who = ADMIN if arm == -1 else self.asked[arm]
        reason: dict[str, Any] = {"why": "admin"} if arm == -1 else {"why": "role", "role": who.role, "unit": label}
        if who.path:
            reason = {"why": "field", "field": ".".join(who.path)}
        self.found[who].setdefault(account, Person(account, word, near, reason))

    def people(self) -> dict[Who, tuple[Person, ...]]:
        """Everybody found, replaced by whoever stands in for them; administrators are asked themselves."""
        return {
            who: tuple(p if who == ADMIN else self._present(p) for p in people.values())
            for who, people in self.found.items()
        }

    def _present(self, person: Person) -> Person:
        """The person, or who stands in for them; a circle of proxies leaves the person."""
        at, name, seen = person.account, person.name, {person.account}
        for _ in range(_CHAIN):
            if at not in self.proxies:
                break
            at, name = self.proxies[at]
            if at in seen:
                return person
            seen.add(at)
        if at == person.account:
            return person
        reason = {**person.reason, "proxy_of": person.name}
        return replace(person, account=at, name=name, reason=reason, instead_of=person.account)


def at_path(values: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Any]:
    """Every value a path of names leads to, through links, lists of links and rows."""
    if not path:
        return
    value = values.get(path[0])
    for one in value if isinstance(value, tuple | list) else (value,):
        if len(path) == 1:
            yield one
        elif isinstance(one, Ref):
            yield from at_path(one.values, path[1:])
        elif isinstance(one, Mapping):
            yield from at_path(one, path[1:])


def _records(values: Mapping[str, Any], path: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(v.id for v in at_path(values, path) if isinstance(v, Ref)))


def _unit(values: Mapping[str, Any], path: tuple[str, ...], unit: int | None) -> int | None:
    """The unit a role is looked for in: that at the path, else the record's own."""
    if not path or path == ("unit",):
        return unit
    return next((v.id for v in at_path(values, path) if isinstance(v, Ref)), None)
