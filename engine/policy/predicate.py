"""Claims as SQL: one text for a set of roles, however many units they are held in."""

# ruff: noqa: S608 - put together from constants and aliases of the compiler

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product

from ..model import Slot, Sql, joined
from .claim import ALL, ALWAYS, FAR, Atom, Claim, Claims, How

#: A condition that is known, or has to be asked of each record.
Truth = bool | Sql

TRUE, FALSE = Sql("TRUE"), Sql("FALSE")

#: The row rule of that FEEL text, true or not true (false or null).
RowRule = Callable[[str], Sql]

#: Above this many conditions what always holds is no longer looked for; it is then asked of each record.
FEW = 8


#: Beginnings of the names of slots: the units a role was given in; those it reaches; the one it reaches. Several roles
#: stand in one name with | between them.
HELD, REACHED, ALONE = "held:", "units:", "unit:"


def as_sql(truth: Truth) -> Sql:
    """The condition as SQL."""
    if isinstance(truth, bool):
        return TRUE if truth else FALSE
    return truth


class Writer:
    """Writes the claims over one table in one dialect."""

    def __init__(
        self, rule: RowRule, alias: str, postgres: bool, has_units: bool, how: Mapping[str, How] | None = None
    ) -> None:
        self._rule = rule
        self._how = how or {}
        self._unit = f"{alias}.unit"
        self._postgres = postgres
        self._has_units = has_units
        self._among = "= ANY(?)" if postgres else "IN (SELECT value FROM json_each(?))"

    def holds(self, claims: Claims, given: Claims = ()) -> Truth:
        """The condition that all claims hold for a record for which `given` is known to hold."""
        fixed = _fixed(claims, given)
        if fixed is not None:
            return fixed
        return all_of(self._claim(claim) for claim in dict.fromkeys(claims))

    def few(self, rows: Sql) -> str:
        """The slot with the units when `rows` says nothing but that the record lies in one of a few, else ""."""
        slot = rows.params[0] if len(rows.params) == 1 else None
        if not isinstance(slot, Slot) or not slot.name.startswith(REACHED):
            return ""
        return slot.name if rows == Sql(f"{self._unit} {self._among}", (slot,)) else ""

    def _claim(self, claim: Claim) -> Truth:
        pro = self._any(claim.pro)
        if pro is False or not claim.con:
            return pro
        if claim.level:
            return all_of((pro, not_(self._any(claim.con))))
        return Sql("") + self._nearest(claim.pro) + " < " + self._nearest(claim.con)

    def _any(self, atoms: frozenset[Atom]) -> Truth:
        needed = [a for a in _sorted(atoms) if not any(a != b and a.implies(b) for b in atoms)]
        plain = [a.role for a in needed if a.role and not a.where]
        rest = (self._atom(a) for a in needed if a.where or not a.role)
        return any_of((self._inside(plain), *rest))

    def _atom(self, atom: Atom) -> Truth:
        inside = self._inside([atom.role]) if atom.role else True
        return all_of((inside, self._rule(atom.where) if atom.where else True))

    def _inside(self, roles: list[str]) -> Truth:
        """The record lies where one of the roles is held."""
        if not roles or not self._has_units:
            return False
        tree = [role for role in roles if self._how.get(role, "tree") == "tree"]
        read = [role for role in roles if role not in tree]
        return any_of((*(self._in_tree(role) for role in tree), *([self._in_units(read)] if read else [])))

    def _in_tree(self, role: str) -> Sql:
        return Sql(f"{self._unit} IN (SELECT descendant FROM sy_unit_tree WHERE ") + self._held(role) + ")"

    def _in_units(self, roles: list[str]) -> Sql:
        if len(roles) == 1 and self._how[roles[0]] == "one":
            return Sql(f"{self._unit} = ?", (Slot(ALONE + roles[0]),))
        wide = any(self._how[role] == "wide" for role in roles)
        # An expression keeps the databases from going unit by unit where nearly all of them count.
        unit = f"coalesce({self._unit}, 0)" if wide else self._unit
        return Sql(f"{unit} {self._among}", (Slot(REACHED + "|".join(roles)),))

    def _held(self, role: str) -> Sql:
        return Sql(f"ancestor {self._among}", (Slot(HELD + role),))

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
