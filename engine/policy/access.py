"""The compiled policies of one version: what an actor may see and do, for every page, list, export and write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

from ..compile.table import META_NAMES
from ..expr.dialect import DialectName
from ..fieldtypes import target_of
from ..model import OPERATIONS, Actor, Entity, Field, Model, Operation, Sql
from .claim import Claimed, Claims, Reaches, Signature, claimed, reaches_of, signature_of
from .predicate import FALSE, TRUE, Truth, Writer, as_sql
from .product import Product, Varies, Verdict, lesser
from .rowrule import RowRules
from .rules import Rules, Spoken, rules_of, spoken_fields
from .scopes import SYSTEM_PART, reaches
from .single import Facts, Judge, Single
from .slots import Slots

SystemRight = Literal["definitions", "users", "audit", "jobs"]

#: Products kept for each version; sets of roles are few, but nobody shall be able to fill the memory with them.
KEPT = 4096

_WRITES = ("create", "edit", "import")


class _Ruled:
    """One entity with its rules, read once."""

    __slots__ = ("entity", "row_rules", "rules", "spoken")

    def __init__(self, model: Model, entity: Entity, dialect: DialectName) -> None:
        self.entity = entity
        self.rules: Rules = rules_of(model, entity)
        self.spoken: tuple[Spoken, ...] = spoken_fields(entity)
        self.row_rules = RowRules(model, entity, dialect)


class Access:
    """What the policies of `model` say, compiled when it is first asked for and kept as long as the version is live."""

    def __init__(self, model: Model, dialect: DialectName) -> None:
        self.model = model
        self._dialect: DialectName = dialect
        self._ruled: dict[str, _Ruled] = {}
        self._products: dict[tuple[str, str, str, Reaches], Product] = {}
        self._claimed: dict[tuple[str, str, Signature], Claimed] = {}
        self._closed: dict[tuple[str, str], Product] = {}
        self._open: dict[tuple[str, str], Product] = {}

    def product(self, actor: Actor, entity: str, operation: Operation, alias: str = "r") -> Product:
        """What the actor may see or do; the predicate is over the record table under `alias`.

        Raises KeyError for an entity that does not exist.
        """
        known = (self, entity, operation, alias)
        found = actor.memo.get(known)
        if found is None:
            found = self._product(actor, entity, operation, alias)
            if actor.id:  # the system is the same actor for every version there will ever be
                if len(actor.memo) >= KEPT:
                    actor.memo.clear()
                actor.memo[known] = found
        return found

    def _product(self, actor: Actor, entity: str, operation: Operation, alias: str) -> Product:
        if actor.scopes is not None and not reaches(actor.scopes, entity, operation):
            return self._nothing(entity, operation)
        if actor.id == 0:
            return self._everything(entity, operation)
        roles = reaches_of(actor)
        key = (entity, operation, alias, roles)
        found = self._products.get(key)
        if found is None:
            if len(self._products) >= KEPT:
                self._products.clear()
            found = self._products[key] = self._compile(entity, operation, alias, roles)
        return found

    def over(self, actor: Actor, entity: str, operation: Operation, alias: str) -> Product:
        """The same over one of many tables of a statement; made anew, as whoever compiles a statement keeps that."""
        found = self.product(actor, entity, operation)
        return found if found.nothing or actor.id == 0 else self._compile(entity, operation, alias, reaches_of(actor))

    def slots(self, actor: Actor, now: datetime, zone: ZoneInfo) -> Slots:
        """What fills the slots of all products and row rules of this actor. now: aware."""
        return Slots(actor, now, zone)

    def single(self, actor: Actor, entity: str, operation: Operation, facts: Facts) -> Single:
        """The same answers as `product` for one record that is at hand, such as one about to be made."""
        ruled = self._entity(entity)
        every = tuple(one.id for one in ruled.spoken)
        if actor.scopes is not None and not reaches(actor.scopes, entity, operation):
            return Single(False, dict.fromkeys(every, "hide"), frozenset())
        if actor.id == 0:
            return Single(True, dict.fromkeys(every, "show"), frozenset(every if operation in _WRITES else ()))
        claims = self.claims(entity, operation, signature_of(actor.grants))
        judge = self.judge(actor, entity, facts)
        allowed = judge.holds(claims.rows)
        fields: dict[str, Verdict] = {}
        for one in every:
            seen = allowed and judge.holds(claims.seen[one])
            fields[one] = "hide" if not seen else "show" if judge.holds(claims.shown[one]) else "mask"
        written = frozenset(
            one for one in every if allowed and one in claims.written and judge.holds(claims.written[one])
        )
        return Single(allowed, fields, written)

    def reads(self, actor: Actor, entity: str, operation: Operation) -> frozenset[tuple[str, ...]]:
        """The paths of names that `Facts.values` has to hold for `single`."""
        claims = self.claims(entity, operation, signature_of(actor.grants))
        every = (claims.rows, *claims.seen.values(), *claims.shown.values(), *claims.written.values())
        texts = {a.where for group in every for claim in group for a in claim.pro | claim.con if a.where}
        rules = self._entity(entity).row_rules
        return frozenset().union(*(rules.paths(text) for text in texts))

    def along(self, actor: Actor, entity: str, path: tuple[str, ...]) -> Verdict:
        """How much of the value at the end of a path of names the actor sees whatever the record.

        Sorting and filtering by a field, and columns reached through links, need "show" all the way: where a field is
        shown for some records only, its order would tell about the others. "hide" for a path that leads nowhere.
        """
        worst: Verdict = "show"
        owner, here = entity, self.model.entities.get(entity)
        inside: tuple[Field, ...] | None = None  # the columns of the sub-table that the path has entered
        for at, name in enumerate(path):
            spec = here.field(name) if here else next((f for f in inside or () if f.name == name), None)
            if spec is None:
                if here is None or name not in META_NAMES or at < len(path) - 1:
                    return "hide"
                continue
            owner = here.name if here else owner
            found = self.product(actor, owner, "see").fields.get(spec.id, "hide")
            worst = lesser(worst, "hide" if isinstance(found, Varies) else found)
            inside, here = spec.rows or None, self.model.entities.get(target_of(spec))
        return worst

    def may(self, actor: Actor, right: SystemRight) -> bool:
        """Whether one of the actor's roles has a right over the product itself."""
        if actor.scopes is not None and not reaches(actor.scopes, SYSTEM_PART, right):
            return False
        return actor.id == 0 or right in self.system_rights(actor.roles)

    def system_rights(self, roles: tuple[str, ...]) -> frozenset[SystemRight]:
        """The rights over the product itself that come with any of the roles."""
        held = set(roles)
        return frozenset[SystemRight]().union(*(p.system for p in self.model.policies.values() if p.role in held))

    def operations(self, actor: Actor, entity: str) -> frozenset[Operation]:
        """The operations that the actor may do with some record, if the right ones exist."""
        found: frozenset[Operation] | None = actor.memo.get((self, entity))
        if found is None:
            found = frozenset(o for o in OPERATIONS if not self.product(actor, entity, o).nothing)
            if actor.id:
                actor.memo[self, entity] = found
        return found

    def claims(self, entity: str, operation: Operation, signature: Signature) -> Claimed:
        """What the roles claim, before it becomes SQL."""
        key = (entity, operation, signature)
        found = self._claimed.get(key)
        if found is None:
            if len(self._claimed) >= KEPT:
                self._claimed.clear()
            ruled = self._entity(entity)
            found = self._claimed[key] = claimed(ruled.rules, ruled.spoken, operation, signature)
        return found

    def judge(self, actor: Actor, entity: str, facts: Facts) -> Judge:
        """Answers claims about one record of the entity."""
        return Judge(actor, facts, self._entity(entity).row_rules.holds)

    def rules(self, entity: str) -> Rules:
        """The lines about the entity, by role."""
        return self._entity(entity).rules

    def _entity(self, name: str) -> _Ruled:
        found = self._ruled.get(name)
        if found is None:
            found = self._ruled[name] = _Ruled(self.model, self.model.entities[name], self._dialect)
        return found

    def _compile(self, entity: str, operation: Operation, alias: str, roles: Reaches) -> Product:
        ruled = self._entity(entity)
        claims = self.claims(entity, operation, frozenset((role, how == "all") for role, how in roles))
        rule = partial(ruled.row_rules.sql, alias=alias)
        how = {role: how for role, how in roles if how != "all"}
        writer = Writer(rule, alias, self._dialect == "postgres", bool(ruled.entity.unit), how)
        rows = writer.holds(claims.rows)
        if rows is False:
            return self._nothing(entity, operation)
        named = _Named(writer, claims.rows)
        fields = {one.id: named.verdict(claims.seen[one.id], claims.shown[one.id]) for one in ruled.spoken}
        written = {one: named.condition(writes) for one, writes in claims.written.items()}
        by_unit = writer.few(as_sql(rows))
        conditions = named.conditions()
        return Product(entity, operation, as_sql(rows), _frozen(fields), _frozen(written), conditions, by_unit=by_unit)

    def _nothing(self, entity: str, operation: Operation) -> Product:
        key = (entity, operation)
        if key not in self._closed:
            every = [one.id for one in self._entity(entity).spoken]
            written = dict.fromkeys(every, False) if operation in _WRITES else {}
            hidden: dict[str, Verdict] = dict.fromkeys(every, "hide")
            self._closed[key] = Product(entity, operation, FALSE, _frozen(hidden), _frozen(written), nothing=True)
        return self._closed[key]

    def _everything(self, entity: str, operation: Operation) -> Product:
        key = (entity, operation)
        if key not in self._open:
            every = [one.id for one in self._entity(entity).spoken]
            written = dict.fromkeys(every, True) if operation in _WRITES else {}
            shown: dict[str, Verdict] = dict.fromkeys(every, "show")
            self._open[key] = Product(entity, operation, TRUE, _frozen(shown), _frozen(written))
        return self._open[key]


def compile_access(model: Model, dialect: DialectName) -> Access:
    """The policies of a version; nothing is compiled before it is asked for."""
    return Access(model, dialect)


def _frozen(found: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(found))


class _Named:
    """The conditions of one product, each distinct one under one name."""

    def __init__(self, writer: Writer, given: Claims) -> None:
        self._writer = writer
        self._given = given
        self._truths: dict[Claims, Truth] = {}
        self._names: dict[Sql, str] = {}

    def verdict(self, seen: Claims, shown: Claims) -> Verdict | Varies:
        """How a field is shown, for all records or depending on conditions."""
        visible, full = self._truth(seen), self._truth(shown)
        if visible is False:
            return "hide"
        if full is True:
            return "show"
        if visible is True and full is False:
            return "mask"
        return Varies("" if full is False else self._name(full), "" if full == visible else self._name(visible))

    def condition(self, claims: Claims) -> bool | str:
        """True, False or the name of the condition."""
        truth = self._truth(claims)
        return truth if isinstance(truth, bool) else self._name(truth)

    def conditions(self) -> tuple[tuple[str, Sql], ...]:
        """Every condition that was named."""
        return tuple((name, sql) for sql, name in self._names.items())

    def _truth(self, claims: Claims) -> Truth:
        if claims not in self._truths:
            self._truths[claims] = self._writer.holds(claims, self._given)
        return self._truths[claims]

    def _name(self, truth: Truth) -> str:
        return self._names.setdefault(as_sql(truth), f"x{len(self._names) + 1}")
