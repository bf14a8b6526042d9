"""From the row of an answer to what a reader sees: the columns to ask for, and one compiled function over the row.

Whatever a policy says is decided while this is compiled; per cell only what differs from record to record is looked at.
"""

# ruff: noqa: S608 - statements are put together from ids and aliases of the engine

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from types import MappingProxyType
from typing import Any

from ..compile.table import META, child_name, table_name
from ..fieldtypes import FieldType, column_name, target_of, type_of
from ..fieldtypes.base import field_types
from ..fieldtypes.stored import json_of
from ..model import Entity, Field, Ref, Sql, Storage
from ..policy import Varies, Verdict
from ..store.protocol import Dialect
from .asking import LABEL, Path
from .reading import Asked, from_json, gathered, json_cell
from .reckoned import reckoner
from .shown import Masked
from .sight import SeenColumns, SeenJoins, Sight, label_of_link, label_sql, title_sql, unit_label

_BIG, _TEXT, _JSON, _FLAG = Storage("bigint"), Storage("text"), Storage("json"), Storage("boolean")
_META: Mapping[str, Storage] = {c.name: c.storage for c in META}
_SAME = field_types()["text"].to_json
_moment = field_types()["datetime"].to_json
_DATE = field_types()["date"].to_json

#: SQLite joins 64 tables at most; the labels of links beyond these many are looked up one by one.
MOST_JOINS = 30

#: What compiled functions may use; N: nothing is loaded of what a link leads to.
_AROUND = {"__builtins__": {}, "Ref": Ref, "Masked": Masked, "T": tuple, "N": MappingProxyType({})}

#: Stands for a value that is hidden in this very record, where the reader of the row asks to be told.
HIDDEN = object()


@dataclass(slots=True)
class Space:
    """The names around compiled functions: nothing in their text comes from anywhere but this module."""

    names: dict[str, Any] = field(default_factory=lambda: dict(_AROUND))
    numbers: count[int] = field(default_factory=count)

    def let(self, value: object) -> str:
        """A name for a value."""
        name = f"c{next(self.numbers)}"
        self.names[name] = value
        return name

    def function(self, arguments: str, expression: str) -> Callable[..., Any]:
        """The function that gives the expression."""
        exec(compile(f"def run({arguments}):\n  return {expression}", "<cells>", "exec"), self.names)  # noqa: S102
        made: Callable[..., Any] = self.names.pop("run")
        return made


class Frame:
    """The columns asked for of one table: of the records themselves, or of the rows of a sub-table.

    joins: through which links are shown. row: how compiled code calls the row; first: where its own columns begin.
    """

    def __init__(self, sight: Sight, alias: str, joins: SeenJoins, asked: Asked, space: Space, inside: bool) -> None:
        self.sight = sight
        self.alias = alias
        self.joins = joins
        self.asked = asked
        self.space = space
        self.inside = inside
        self._places: dict[tuple[Sql, Storage], int] = {}

    def place(self, sql: Sql | str, storage: Storage) -> int:
        """Where the column stands in the row; asked for once."""
        text = Sql(sql) if isinstance(sql, str) else sql
        key = (text, storage)
        if key not in self._places:
            self._places[key] = self.asked.column(text, storage) + (0 if self.inside else 2)
        return self._places[key]

    def read(self, sql: Sql | str, storage: Storage, *changes: Callable[[Any], Any] | None) -> str:
        """The code of a column's value, changed by each of `changes` in turn unless it is null."""
        at = self.place(sql, storage)
        decode = from_json(storage, self.sight.version.dialect) if self.inside else None
        steps = [self.space.let(c) for c in (decode, *changes) if c is not None and c is not _SAME]
        if not steps:
            return f"v[{at}]"
        code = "x"
        for step in steps:
            code = f"{step}({code})"
        return f"(None if (x := v[{at}]) is None else {code})"

    def written(self, sql: str, storage: Storage, change: Callable[[Any], Any] | None) -> str:
        """The code of a column as orjson takes it, which writes moments itself; a date is text in either database."""
        if storage.kind == "timestamp" and change is _moment and not self.inside:
            return f"v[{self.place(sql, storage)}]"
        if storage.kind != "date" or change is not _DATE:
            return self.read(sql, storage, change)
        if self.inside:
            return f"v[{self.place(sql, storage)}]"
        return f"v[{self.place(sql + ('::text' if self.sight.version.dialect == 'postgres' else ''), _TEXT)}]"

    def link(self, column: str, target: Entity | None, as_json: bool) -> str:
        """The code of a link with its label, which is empty where the reader does not see what it leads to."""
        at = self.place(f"{self.alias}.{column}", _BIG)
        label = "''" if target is None else self.label_behind(column, target)
        if as_json:
            return f"(None if (x := v[{at}]) is None else {{'id': x, 'label': {label} or ''}})"
        return f"(None if (x := v[{at}]) is None else Ref(x, {label} or '', N))"

    def label_behind(self, column: str, target: Entity) -> str:
        """The code of the label of the record a link leads to: of what the reader sees of it, in an export too."""
        seeing = replace(self.sight, operation="see")
        if self.sight.product(target.name, "see").nothing:
            return "''"
        if len(self.joins) >= MOST_JOINS:
            made = label_of_link(self.sight, target, f"{self.alias}.{column}", f"{self.alias}{column}")
            return f"v[{self.place(made, _TEXT)}]" if made is not None else "''"
        alias = self.joins.alias(self.alias, column, table_name(target))
        return self.label(target, alias, seeing)

    def label(self, entity: Entity, alias: str, sight: Sight | None = None) -> str:
        """The code of what the record under `alias` is called. sight: by what rights, those of the frame without it."""
        sight = sight or self.sight
        made = label_sql(sight, entity, alias, self.joins)
        if made is not None:
            return f"v[{self.place(made, _TEXT)}]"
        compiled = self.sight.version.record(entity.name)
        values = self._seen_values(sight, entity, alias, [p for p in compiled.label.paths if p[0] != "actor"])
        run, otherwise = self.space.let(compiled.label.run), self.place(title_sql(sight, entity, alias), _TEXT)
        zone = self.space.let(self.sight.version.model.zone)
        return f"({run}({{'$zone': {zone}, **{values}}}) or v[{otherwise}])"

    def _seen_values(self, sight: Sight, entity: Entity, alias: str, paths: Sequence[Path]) -> str:
        """The code of a dict by name of what the paths lead to, as the reader sees it."""
        parts = []
        for name in dict.fromkeys(p[0] for p in paths):
            deeper = [p[1:] for p in paths if p[0] == name and len(p) > 1]
            spec = entity.field(name)
            target = self.sight.version.model.entities.get(target_of(spec)) if spec else None
            if deeper and spec and target:
                seen = sight.verdict(entity, (name,)) == "show"
                joined_to = self.joins.alias(alias, column_name(spec), table_name(target))
                at = self.place(f"{joined_to}.id", _BIG)
                values = self._seen_values(sight, target, joined_to, deeper)
                code = f"(None if (x := v[{at}]) is None else Ref(x, '', {values}))" if seen else "None"
            else:
                code = self._seen_value(sight, entity, alias, name)
            parts.append(f"{self.space.let(name)}: {code}")
        return "{" + ", ".join(parts) + "}"

    def _seen_value(self, sight: Sight, entity: Entity, alias: str, name: str) -> str:
        spec = entity.field(name)
        kind = type_of(spec) if spec else None
        if spec and kind and sight.verdict(entity, (name,)) == "mask":
            column = kind.column(spec)
            return (
                self.read(f"{alias}.{column.name}", column.storage, kind.from_stored, kind.mask) if column else "None"
            )
        found = SeenColumns(sight, entity, alias, self.joins).column((name,))
        if found is None:
            return "None"
        return self.read(found.sql, found.storage, kind.from_stored if kind else None)


class Cells(Frame):
    """The columns asked for of the records of one entity under the alias `r`, and the code of their values."""

    def __init__(self, sight: Sight, entity: Entity) -> None:
        joins = SeenJoins(sight, "g", "see")
        super().__init__(sight, "r", joins, Asked(sight.version.dialect), Space(), False)
        self.entity = entity
        self.product = sight.product(entity.name)
        self.beyond = joins if sight.operation == "see" else SeenJoins(sight, "h", sight.operation)
        self.hidden = self.space.let(HIDDEN)

    def condition(self, name: str) -> int:
        """Where a condition of the product stands."""
        return self.place(Sql("(") + dict(self.product.conditions)[name] + ")", _FLAG)

    def meta(self, name: str) -> str:
        """The code of what every record has beside its fields."""
        return f"v[{self.place(f'r.{name}', _META[name])}]"

    def own_label(self) -> str:
        """The code of what the record is called."""
        return self.label(self.entity, "r")

    def value(self, path: Path, as_json: bool = False, told: bool = False) -> str:
        """The code of what is shown at the end of a path. told: `HIDDEN` where it is hidden in this very record."""
        if len(path) > 1:
            return self._beyond(path, as_json)
        spec = self.entity.field(path[0])
        if spec is None:
            return self._own(path[0], as_json)
        shown = self.sight.verdict(self.entity, path)
        full = "None" if shown in ("mask", "hide") else self._full(spec, as_json)
        masked = "None" if shown in ("show", "hide") else self._masked(spec, as_json)
        return self._by(shown, full, masked, self.hidden if told else "None")

    def _by(self, shown: Verdict | Varies, full: str, masked: str, otherwise: str = "None", row: str = "v") -> str:
        if not isinstance(shown, Varies):
            return {"show": full, "mask": masked, "hide": otherwise}[shown]
        if shown.mask:
            otherwise = f"({masked} if {row}[{self.condition(shown.mask)}] else {otherwise})"
        return f"({full} if {row}[{self.condition(shown.show)}] else {otherwise})" if shown.show else otherwise

    def _own(self, name: str, as_json: bool) -> str:
        if (name,) == LABEL:
            return self.own_label()
        if name == "unit" and not as_json:
            at = self.place(unit_label(self.sight, self.entity), _TEXT)
            return f"(None if (x := {self.meta('unit')}) is None else Ref(x, v[{at}] or ''))"
        return self.meta(name)  # moments are written by orjson

    def _full(self, spec: Field, as_json: bool) -> str:
        kind = type_of(spec)
        if kind.shape == "rows":
            return self._rows(spec, as_json)
        if kind.shape == "none":
            reckon = reckoner(self.sight.version, self.entity, spec, self.asked)
            code = f"{self.space.let(reckon)}(v, o)"
            return f"{self.space.let(json_of)}({code})" if as_json else code
        if kind.shape == "link":
            return self.link(column_name(spec), self.sight.version.model.entities.get(target_of(spec)), as_json)
        return _stored(self, "r", spec, as_json)

    def _masked(self, spec: Field, as_json: bool) -> str:
        kind = type_of(spec)
        if kind.shape == "rows":
            at = self.place(f"EXISTS (SELECT 1 FROM {child_name(self.entity, spec)} c WHERE c.parent = r.id)", _FLAG)
            mask = kind.mask(())
            return f"({self.space.let(mask if as_json else Masked(mask))} if v[{at}] else None)"
        if kind.shape == "none":
            code = f"{self.space.let(reckoner(self.sight.version, self.entity, spec, self.asked))}(v, o)"
            mask = f"{self.space.let(kind.mask)}(x)"
            return f"(None if (x := {code}) is None else {mask if as_json else f'Masked({mask})'})"
        return _mask(self, "r", spec, as_json)

    def _beyond(self, path: Path, as_json: bool) -> str:
        """The code of a value behind links; null where the reader does not see one of the records on the way."""
        if self.sight.verdict(self.entity, path) != "show":
            return "None"
        here, alias = self.entity, "r"
        joins, self.joins = self.joins, self.beyond
        try:
            for name in path[:-1]:
                spec = here.field(name)
                target = self.sight.version.model.entities.get(target_of(spec)) if spec else None
                if spec is None or target is None:
                    return "None"
                alias = self.beyond.alias(alias, column_name(spec), table_name(target))
                here = target
            return self._at(here, alias, path[-1], as_json)
        finally:
            self.joins = joins

    def _at(self, entity: Entity, alias: str, name: str, as_json: bool) -> str:
        spec = entity.field(name)
        if spec is None:
            return self.read(f"{alias}.{name}", _META[name])
        shape = type_of(spec).shape
        if shape == "link":
            frame = Frame(self.sight, alias, self.joins, self.asked, self.space, False)
            frame._places = self._places
            return frame.link(column_name(spec), self.sight.version.model.entities.get(target_of(spec)), as_json)
        return "None" if shape in ("rows", "none") else _stored(self, alias, spec, as_json)

    def _rows(self, spec: Field, as_json: bool) -> str:
        """The code of the rows of a sub-table, each a dict by name with its `id`."""
        me = f"s{next(iter(self.asked.numbers))}"
        inner = self.asked.inner()
        joins = SeenJoins(self.sight, me + "_", "see")
        frame = Frame(self.sight, me, joins, inner, self.space, True)
        parts = [f"'id': v[{frame.place(f'{me}.id', _BIG)}]"]
        for column in spec.rows:
            shown = self.product.fields.get(column.id, "hide")
            if shown == "hide":
                continue
            full, masked = _cell(frame, column, as_json), _mask(frame, me, column, as_json)
            parts.append(f"{self.space.let(column.name)}: {self._by(shown, full, masked, row='p')}")
        return self._gathered(spec, me, frame, parts, as_json)

    def _gathered(self, spec: Field, me: str, frame: Frame, parts: list[str], as_json: bool) -> str:
        dialect: Dialect = self.sight.version.dialect
        asked = frame.asked
        cells = [json_cell(c, s, dialect) for c, s in zip(asked.columns, asked.returns, strict=True)]
        source = Sql(f"{child_name(self.entity, spec)} {me}") + frame.joins.sql + f" WHERE {me}.parent = r.id"
        at = self.place(gathered(cells, source, me, dialect), _JSON)
        row = self.space.let(self.space.function("v, p", "{" + ", ".join(parts) + "}"))
        rows = f"[{row}(c, v) for c in v[{at}] or ()]"
        return rows if as_json else f"T({rows})"


def _stored(frame: Frame, alias: str, spec: Field, as_json: bool) -> str:
    kind: FieldType = type_of(spec)
    column = kind.column(spec)
    if column is None:
        return "None"
    if as_json and kind.from_stored is None:
        return frame.written(f"{alias}.{column.name}", column.storage, kind.to_json)
    return frame.read(f"{alias}.{column.name}", column.storage, kind.from_stored, kind.to_json if as_json else None)


def _cell(frame: Frame, spec: Field, as_json: bool) -> str:
    if type_of(spec).shape == "link":
        return frame.link(column_name(spec), frame.sight.version.model.entities.get(target_of(spec)), as_json)
    return _stored(frame, frame.alias, spec, as_json)


def _mask(frame: Frame, alias: str, spec: Field, as_json: bool) -> str:
    kind = type_of(spec)
    column = kind.column(spec)
    if column is None:
        return "None"
    return frame.read(
        f"{alias}.{column.name}", column.storage, kind.from_stored, kind.mask, None if as_json else Masked
    )
