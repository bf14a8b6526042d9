"""Claims as SQL: one text for a set of roles, however many units they are held in."""

# ruff: noqa: S608 - put together from constants and aliases of the compiler

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product

from ..model import Slot, Sql, joined
from .claim import ALL, ALWAYS, FAR, Atom, Claim, Claims

#: A condition that is known, or has to be asked of each record.
Truth = bool | Sql

TRUE, FALSE = Sql("TRUE"), Sql("FALSE")

#: The row rule of that FEEL text, true or not true (false or null).
RowRule = Callable[[str], Sql]

#: Above this many conditions what always holds is no longer looked for; it is then asked of each record.
FEW = 8


def units_slot(role: str) -> str:
    """Name of the slot with the ids of the units where the role is held."""
    return f"units:{role}"


def as_sql(truth: Truth) -> Sql:
    """The condition as SQL."""
    if isinstance(truth, bool):
        return TRUE if truth else FALSE
    return truth


class Writer:
    """Writes the claims over one table in one dialect."""

    def __init__(self, rule: RowRule, alias: str, postgres: bool, has_units: bool) -> None:
        self._rule = rule
        self._unit = f"{alias}.unit"
        self._postgres = postgres
        self._has_units = has_units

    def holds(self, claims: Claims, given: Claims = ()) -> Truth:
        """The condition that all claims hold for a record for which `given` is known to hold."""
        fixed = _fixed(claims, given)
        if fixed is not None:
            return fixed
        return all_of(self._claim(claim) for claim in dict.fromkeys(claims))

    def _claim(self, claim: Claim) -> Truth:
        pro = self._any(claim.pro)
        if pro is False or not claim.con:
            return pro
        if claim.level:
            return all_of((pro, not_(self._any(claim.con))))
        return Sql("") + self._nearest(claim.pro) + " < " + self._nearest(claim.con)

    def _any(self, atoms: frozenset[Atom]) -> Truth:
        needed = [a for a in _sorted(atoms) if not any(a != b and a.implies(b) for b in atoms)]
        return any_of(self._atom(a) for a in needed)

    def _atom(self, atom: Atom) -> Truth:
        return all_of((self._inside(atom.role), self._rule(atom.where) if atom.where else True))

    def _inside(self, role: str) -> Truth:
        if not role:
            return True
        if not self._has_units:
            return False
        return Sql(f"{self._unit} IN (SELECT descendant FROM sy_unit_tree WHERE ") + self._held(role) + ")"

    def _held(self, role: str) -> Sql:
        text = "ancestor = ANY(?)" if self._postgres else "ancestor IN (SELECT value FROM json_each(?))"
        return Sql(text, (Slot(units_slot(role)),))

    def _nearest(self, atoms: frozenset[Atom]) -> Sql:
        levels = [self._distance(a) for a in _sorted(atoms)]
        if len(levels) == 1:
            return levels[0]
        return Sql("LEAST(" if self._postgres else "MIN(") + joined(", ", levels) + ")"

    def _distance(self, atom: Atom) -> Sql:
        if not atom.role:
            found = Sql(str(ALL))
        elif not self._has_units:
            return Sql(str(FAR))
        else:
            text = f"coalesce((SELECT min(depth) FROM sy_unit_tree WHERE descendant = {self._unit} AND "
            found = Sql(text) + self._held(atom.role) + f"), {FAR})"
        if not atom.where:
            return found
        return Sql("CASE WHEN ") + self._rule(atom.where) + " THEN " + found + f" ELSE {FAR} END"


def all_of(parts: Iterable[Truth]) -> Truth:
    """All of the conditions."""
    return _combined(parts, " AND ", neutral=True)


def any_of(parts: Iterable[Truth]) -> Truth:
    """One of the conditions at least."""
    return _combined(parts, " OR ", neutral=False)


def not_(part: Truth) -> Truth:
    """The condition does not hold; null counts as not holding."""
    return not part if isinstance(part, bool) else Sql("((") + part + ") IS NOT TRUE)"


def _combined(parts: Iterable[Truth], word: str, neutral: bool) -> Truth:
    asked: list[Sql] = []
    for part in parts:
        if isinstance(part, bool):
            if part is not neutral:
                return part
        elif part not in asked:
            asked.append(part)
    if not asked:
        return neutral
    return asked[0] if len(asked) == 1 else Sql("(") + joined(word, asked) + ")"


def _fixed(claims: Claims, given: Claims) -> bool | None:
    """Whether the claims hold for all records, or for none, for which `given` holds; None when it depends."""
    if not claims:
        return True
    if not all(claim.pro for claim in claims):
        return False
    if not all(claim.level or not claim.con for claim in claims):
        return None
    atoms = _sorted(frozenset().union(*(c.pro | c.con for c in claims), *(c.pro for c in given)) - {ALWAYS})
    if len(atoms) > FEW:
        return None
    answers = {
        all(_holds(claim, fits) for claim in claims)
        for fits in _possible(atoms)
        if all(any(fits[a] for a in claim.pro) for claim in given)
    }
    return answers.pop() if len(answers) == 1 else None


def _possible(atoms: list[Atom]) -> Iterable[Mapping[Atom, bool]]:
    """Every way in which the atoms can fit a record."""
    follows = [(a, b) for a in atoms for b in atoms if a != b and a.implies(b)]
    for values in product((True, False), repeat=len(atoms)):
        fits = dict(zip(atoms, values, strict=True)) | {ALWAYS: True}
        if all(fits[b] or not fits[a] for a, b in follows):
            yield fits


def _holds(claim: Claim, fits: Mapping[Atom, bool]) -> bool:
    return any(fits[a] for a in claim.pro) and not any(fits[a] for a in claim.con)


def _sorted(atoms: Iterable[Atom]) -> list[Atom]:
    return sorted(atoms, key=lambda a: (a.role, a.where))
