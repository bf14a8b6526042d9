"""What a set of roles claims about records and fields, before anybody asks a database or looks at one record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ..model import Actor, Grant, Operation
from .rules import Ruled, Rules, Spoken

#: The roles an actor holds: name, and whether it is held everywhere or in units.
Signature = frozenset[tuple[str, bool]]

#: How a role reaches units: `tree` asks the unit tree, `one` compares with one unit, `few` goes unit by unit, `wide`
#: filters while reading in another order.
How = Literal["all", "tree", "one", "few", "wide"]

#: Each role with how it reaches units: what the text of a product depends on.
Reaches = frozenset[tuple[str, How]]

#: How far a rule is from a record: units up the tree from the record's own; ALL for rules about every unit, FAR for
#: rules that do not fit the record. Closer rules beat wider ones.
ALL, FAR = 1000, 9999


@dataclass(frozen=True, slots=True)
class Atom:
    """A condition on a record: it lies where `role` is held ("" for every unit), and the FEEL text `where` holds."""

    role: str
    where: str

    def implies(self, other: Atom) -> bool:
        """Whether every record that fits this fits the other."""
        return other.role in ("", self.role) and other.where in ("", self.where)


#: Fits every record.
ALWAYS = Atom("", "")


@dataclass(frozen=True, slots=True)
class Claim:
    """Holds when the closest of `pro` is closer than the closest of `con`; with `strict`, when no `con` fits at all."""

    pro: frozenset[Atom]
    con: frozenset[Atom] = frozenset()
    strict: bool = False

    @property
    def level(self) -> bool:
        """Whether distance plays no part: any `con` that fits is at least as close as every `pro`."""
        return self.strict or len({atom.role for atom in self.pro | self.con}) <= 1


Claims = tuple[Claim, ...]  # all have to hold

EVERYTHING: Claims = ()


@dataclass(frozen=True, slots=True)
class Claimed:
    """The claims of a set of roles for one operation.

    rows: on the record; seen, shown: by field id, to be shown at least masked, or in full; written: to be changed.
    """

    rows: Claims
    seen: Mapping[str, Claims]
    shown: Mapping[str, Claims]
    written: Mapping[str, Claims]


def signature_of(grants: Iterable[Grant]) -> Signature:
    """The roles of the grants, each with whether it is held everywhere."""
    return frozenset((grant.role, grant.unit is None) for grant in grants)


def reaches_of(actor: Actor) -> Reaches:
    """How each of the actor's roles reaches units."""
    found: Reaches | None = actor.memo.get("reaches")
    if found is None:
        found = actor.memo["reaches"] = _reaches_of(actor)
    return found


def _reaches_of(actor: Actor) -> Reaches:
    known: dict[str, How] = {r.role: "one" if len(r.units) == 1 else "wide" if r.wide else "few" for r in actor.reach}
    return frozenset((g.role, "all" if g.unit is None else known.get(g.role, "tree")) for g in actor.grants)


def claimed(rules: Rules, spoken: tuple[Spoken, ...], operation: Operation, roles: Signature) -> Claimed:
    """What the roles claim. Nothing is done with a record that is not seen, except making one."""
    lines = tuple((one, _atoms(one, roles)) for role in sorted({r for r, _ in roles}) for one in rules.get(role, ()))
    own = _rows(lines, operation)
    rows = own if operation in ("see", "create", "import") else _both(own, _rows(lines, "see"))
    shows: Operation = operation if operation in ("export", "reveal") else "see"
    seen, shown, written = {}, {}, {}
    for one in spoken:
        visible = _seen(lines, "see", one)
        also = visible if shows == "see" else (*visible, *_seen(lines, shows, one))
        seen[one.id] = also
        shown[one.id] = also if shows == "reveal" else (*also, *(_unmasked(lines, c, one) for c in also))
        if operation in ("create", "edit", "import"):
            writes = _seen(lines, operation, one, masks=False)
            written[one.id] = (*writes, *visible) if operation == "edit" else writes
    return Claimed(rows, seen, shown, written)


Lines = tuple[tuple[Ruled, frozenset[Atom]], ...]


def _atoms(one: Ruled, roles: Signature) -> frozenset[Atom]:
    where = one.line.where.text if one.line.where else ""
    found = set()
    for everywhere in (True, False):
        if (one.role, everywhere) in roles:
            found.add(Atom("" if everywhere or one.line.scope == "all" else one.role, where))
    return frozenset(found)


def _union(lines: Iterable[frozenset[Atom]]) -> frozenset[Atom]:
    return frozenset().union(*lines)


def _rows(lines: Lines, operation: Operation) -> Claims:
    pro = _union(atoms for one, atoms in lines if operation in one.line.can)
    con = _union(atoms for one, atoms in lines if operation in one.line.deny and one.whole)
    return (Claim(pro, con),)


def _both(own: Claims, see: Claims) -> Claims:
    """Both sets of claims; `see` is left out where it follows from `own`."""
    needed = tuple(c for c in see if c.con or not all(any(a.implies(b) for b in c.pro) for c2 in own for a in c2.pro))
    return (*own, *(c for c in needed if c not in own))


def _seen(lines: Lines, operation: Operation, field: Spoken, masks: bool = True) -> Claims:
    pro = _union(
        atoms
        for one, atoms in lines
        if operation in one.line.can and (field.id in one.covers or (masks and field.id in one.masks))
    )
    con = _union(atoms for one, atoms in lines if operation in one.line.deny and field.id in one.covers)
    return (Claim(pro, con, field.sensitive),)


def _unmasked(lines: Lines, seen: Claim, field: Spoken) -> Claim:
    masking = _union(atoms for one, atoms in lines if field.id in one.masks)
    return Claim(seen.pro, masking, field.sensitive)
