"""What a publication would do, as one inert value: steps in words, what to count for each, changes of the tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..diagnostics import Diagnostic
from ..model import Column, Expr
from ..model.steps import SchemaStep

#: safe: nothing stored is touched; mapping: somebody should look at stored values that do not fit; backfill: stored
#: values are written anew, which takes time; destructive: something stored is no longer there for anybody.
Class = Literal["safe", "mapping", "backfill", "destructive"]
CLASSES: tuple[Class, ...] = ("safe", "mapping", "backfill", "destructive")

ProbeKind = Literal[
    "records", "filled", "empty", "unconvertible", "duplicates", "values", "breaking", "drafts", "cases",
    "saved_views", "tokens",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing to count before publishing, and to show samples of.

    records: rows of `table`; filled, empty: rows whose first column is not null, is null; unconvertible: rows whose
    value `convert` turns into None; duplicates: rows that share the values of all columns with another (nulls never
    do); values: rows whose first column is (or, as a list, holds) one of `values`; breaking: rows for which the
    expression is true; drafts: of the form with this id, of all forms of the entity when that is ""; cases: open ones
    of the workflow, standing in step `step` when that is not ""; saved_views: of the entity that name `name`; tokens:
    API tokens whose scopes name the entity.
    """

    kind: ProbeKind
    entity: str = ""  # name in the live model
    table: str = ""
    columns: tuple[Column, ...] = ()
    values: tuple[str, ...] = ()
    expr: Expr | None = None
    form: str = ""
    workflow: str = ""
    step: str = ""
    name: str = ""
    convert: Callable[[Any], Any] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Backfill:
    """Stored records that are written anew after the tables have changed; a job with progress when there are many.

    fill: `expr` over the record as it was, into the field; compute: the field's own expression again; unit: the unit of
    every record of the entity again, and how units are called; search: the words records are found by. entity, field:
    names in the new model (a column of a sub-table as `rows.column`); before: name of the entity in the live model.
    """

    kind: Literal["fill", "compute", "unit", "search"]
    entity: str
    before: str
    field: str = ""
    expr: Expr | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that changes.

    kind: what happens, such as "field.remove"; subject: names that lead there, such as ("entity", "student", "phone");
    said: the step in words, from the catalogue; probes: what to count; backfills: what is written anew; confirm: what
    has to be typed before it may happen, "" when nothing is lost; changes: short words of what differs, for steps that
    change a whole definition, and of who sees a field.
    """

    kind: str
    subject: tuple[str, ...]
    risk: Class
    said: Diagnostic
    probes: tuple[Probe, ...] = ()
    backfills: tuple[Backfill, ...] = ()
    confirm: str = ""
    changes: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Base:
    """What a plan was made against: the live version, the epoch that counts publications, the hash of its model."""

    version: int = 0
    epoch: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a publication would change. Nothing has been written; equal plans have equal hashes.

    base: publishing refuses when the live version is no longer this one; target_hash: of the model to be published;
    steps: in the order of the definitions; schema: changes of the tables in an order that works; aside: columns and
    tables ("" for the column) that are taken out of use and kept; problems: what keeps it from being published.
    """

    base: Base
    target_hash: str
    steps: tuple[Step, ...] = ()
    schema: tuple[SchemaStep, ...] = ()
    aside: tuple[tuple[str, str], ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    hash: str = ""

    @property
    def empty(self) -> bool:
        """Whether publishing would change nothing."""
        return not self.steps and not self.schema

    @property
    def risk(self) -> Class:
        """The worst class among the steps, "safe" when there are none."""
        return max((s.risk for s in self.steps), key=CLASSES.index, default="safe")

    @property
    def confirm(self) -> tuple[str, ...]:
        """Everything that has to be typed before this may be published."""
        return tuple(dict.fromkeys(s.confirm for s in self.steps if s.confirm))

    def stale(self, live: Base) -> bool:
        """Whether the live version moved on since the plan was made."""
        return live != self.base


Counts = Mapping[Probe, int]
