"""Who may do what: roles with their policies, and the person who acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ..diagnostics import Place
from .entity import Expr
from .text import Text

Operation = Literal["see", "create", "edit", "delete", "export", "reveal", "import"]
OPERATIONS: tuple[Operation, ...] = ("see", "create", "edit", "delete", "export", "reveal", "import")


@dataclass(frozen=True, slots=True)
class Grantline:
    """One line of a policy.

    entity: which records; can / deny: operations given or taken; scope: "unit" = the units where the role is held
    and everything below them, "all" = every unit; where: row rule over the record, `actor` and `today()`.
    fields: names or group names the line speaks of, () for all fields; mask: they are seen masked.
    A deny or a mask wins over any other line for a field that is sensitive, whatever its scope.
    """

    entity: str
    can: frozenset[Operation] = frozenset()
    deny: frozenset[Operation] = frozenset()
    scope: Literal["unit", "all"] = "unit"
    where: Expr | None = None
    fields: tuple[str, ...] = ()
    but: tuple[str, ...] = ()  # all fields except these; only without `fields`
    mask: tuple[str, ...] = ()
    reason: Text = Text()  # shown to whoever asks why
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a role may do. system: rights over the product itself (definitions, users, audit, jobs, files)."""

    id: str
    name: str
    role: str
    title: Text
    lines: tuple[Grantline, ...]
    system: frozenset[Literal["definitions", "users", "audit", "jobs"]] = frozenset()
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role somebody holds in a unit and all below it; unit None: everywhere."""

    role: str
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """The units where a role that is held in units counts: those of its grants and all below, by id, sorted.

    wide: they are so many of all units that a list is found faster in its own order than unit by unit.
    """

    role: str
    units: tuple[int, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account with the roles it holds now.

    id: account id (0: the system itself); records: ids of the records that are this person (student, teacher,
    guardian ...), the first one being the main one; stamp: revision of the access facts the grants were read at;
    scopes: what an API token is limited to, None for a person at a browser; units: ids of all units that any role
    reaches, those below included, for rules that speak of `actor.units`; reach: for roles held in units, as far as it
    was read along with the grants; what is not in it is looked up in the unit tree by each question. memo: room for
    what is worked out about this very actor over and over.
    """

    id: int
    name: str
    login: str = ""
    lang: Literal["zh", "en"] = "zh"
    records: tuple[int, ...] = ()
    grants: tuple[Grant, ...] = ()
    stamp: int = 0
    scopes: frozenset[str] | None = None
    units: tuple[int, ...] = ()
    reach: tuple[Reach, ...] = ()
    memo: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def roles(self) -> tuple[str, ...]:
        """Names of the roles held anywhere, sorted, without doubles."""
        return tuple(sorted({g.role for g in self.grants}))


#: The engine acting for itself: imports at installation, timers, effects. Sees and may everything.
SYSTEM = Actor(id=0, name="system", grants=(Grant("*"),))
