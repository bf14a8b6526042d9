"""A record in the words of an older version: names of fields and options, there and back.

Records are stored in the words of what is live. A case goes on in those of the version it was begun with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..compile.versions import Names, names_between, renamed
from ..diagnostics import Place
from ..fieldtypes import Given, target_of, type_of
from ..fieldtypes.convert import can_convert, conversion
from ..model import Entity, Field, Model, Ref
from .reading import Path


@dataclass(frozen=True, slots=True)
class Apart:
    """An older model beside the live one; equal ones cost nothing."""

    old: Model
    live: Model

    @property
    def same(self) -> bool:
        """Whether both are the same version."""
        return self.old is self.live or self.old.hash == self.live.hash != ""

    def live_entity(self, entity: Entity) -> Entity | None:
        """What became of an entity of the old model, None when it is gone."""
        return next((e for e in self.live.entities.values() if e.id == entity.id), None)

    def live_paths(self, entity: Entity, paths: Iterable[Path]) -> Iterable[Path]:
        """Paths of the old model as the live one has them; those that lead nowhere any more are left out."""
        if self.same:
            yield from paths
            return
        live = self.live_entity(entity)
        for path in paths:
            found = self._path(entity, live, path) if live else None
            if found:
                yield found

    def _path(self, old: Entity | None, live: Entity | None, path: Path) -> Path | None:
        found: list[str] = []
        inside: tuple[Field, Field] | None = None
        for name in path:
            was = _field(old, inside[0] if inside else None, name)
            if was is None:
                found.append(name)  # what every record has beside its fields
                break
            now = _by_id(live, inside[1] if inside else None, was.id)
            if now is None:
                return None
            found.append(now.name)
            inside = (was, now) if was.rows else None
            old, live = self.old.entities.get(target_of(was)), self.live.entities.get(target_of(now))
        return tuple(found)

    def old_values(self, entity: Entity, values: Mapping[str, Any], given: Given) -> dict[str, Any]:
        """Values by live names as values by the names of the old model."""
        live = self.live_entity(entity)
        if self.same or live is None:
            return dict(values)
        called = renamed(values, names_between(self.live, self.old, entity.id))
        by_id = {f.id: f for f in live.fields}
        found = {k: v for k, v in values.items() if live.field(k) is None}
        for spec in entity.fields:
            now = by_id.get(spec.id)
            if now is not None and now.name in called:
                found[spec.name] = self._as_old(spec, now, called[now.name], given)
            elif type_of(spec).shape == "rows":
                found[spec.name] = ()
            else:
                found[spec.name] = None
        return found

    def _as_old(self, spec: Field, now: Field, value: Any, given: Given) -> Any:
        if value is None:
            return None
        if isinstance(value, Ref):
            return self._ref(spec, value, given)
        if spec.rows and now.rows:
            return tuple(self._row(spec, now, row, given) for row in value)
        if spec.type == now.type:
            return value
        if not can_convert(now, spec):
            return None
        return conversion(now, spec, self.live, self.old)(value, Place(), given)[0]

    def _ref(self, spec: Field, ref: Ref, given: Given) -> Ref:
        target = self.old.entities.get(target_of(spec))
        live = self.live_entity(target) if target else None
        if target is None or live is None:
            return ref
        loaded = {name for name in ref.values if live.field(name)}
        wanted = {f.name for f in target.fields if _loaded(live, f.id, loaded)}
        values = self.old_values(target, ref.values, given)
        kept = {n: v for n, v in values.items() if n in wanted or target.field(n) is None}
        return Ref(ref.id, ref.label, kept)

    def _row(self, spec: Field, now: Field, row: Mapping[str, Any], given: Given) -> dict[str, Any]:
        by_id = {c.id: c for c in now.rows}
        found: dict[str, Any] = {"id": row.get("id")}
        for column in spec.rows:
            live = by_id.get(column.id)
            found[column.name] = self._as_old(column, live, row.get(live.name), given) if live else None
        return found

    def live_raw(self, entity: Entity, raw: Mapping[str, Any]) -> dict[str, Any]:
        """What was sent by the names of the old model, by the live ones; unknown names stay as they are."""
        live = self.live_entity(entity)
        if self.same or live is None:
            return dict(raw)
        names: Names = names_between(self.old, self.live, entity.id)
        by_id = {f.id: f for f in live.fields}
        found = {}
        for name, value in raw.items():
            was = entity.field(name)
            now = by_id.get(was.id) if was else None
            if was is None or now is None:
                found[name] = value
            else:
                found[now.name] = self._live_value(was, now, value, names)
        return found

    def _live_value(self, was: Field, now: Field, value: Any, names: Names) -> Any:
        if was.rows and isinstance(value, list | tuple):
            return [self._live_row(was, now, row, names) if isinstance(row, Mapping) else row for row in value]
        return _called(value, names.get((was.name,), {}))

    def _live_row(self, was: Field, now: Field, row: Mapping[str, Any], names: Names) -> dict[str, Any]:
        by_name, by_id = {c.name: c for c in was.rows}, {c.id: c for c in now.rows}
        found = {}
        for name, cell in row.items():
            column = by_name.get(name)
            live = by_id.get(column.id) if column else None
            found[live.name if live else name] = _called(cell, names.get((was.name, name), {}))
        return found

    def live_names(self, entity: Entity, names: Iterable[str]) -> frozenset[str]:
        """Names of fields of the old model as the live one calls them."""
        live = self.live_entity(entity)
        if self.same or live is None:
            return frozenset(names)
        by_id = {f.id: f.name for f in live.fields}
        specs = (entity.field(name) for name in names)
        return frozenset(by_id[s.id] for s in specs if s and s.id in by_id)

    def old_name(self, entity: Entity, live_name: str) -> str:
        """How the old model calls a live field; the same name when it does not know it."""
        live = self.live_entity(entity)
        spec = live.field(live_name) if live and not self.same else None
        return next((f.name for f in entity.fields if spec and f.id == spec.id), live_name)


def _field(entity: Entity | None, rows: Field | None, name: str) -> Field | None:
    if rows is not None:
        return next((c for c in rows.rows if c.name == name), None)
    return entity.field(name) if entity else None


def _by_id(entity: Entity | None, rows: Field | None, found: str) -> Field | None:
    fields = rows.rows if rows is not None else entity.fields if entity else ()
    return next((f for f in fields if f.id == found), None)


def _loaded(live: Entity, field_id: str, names: Iterable[str]) -> bool:
    return any(spec.id == field_id for name in names if (spec := live.field(name)))


def _called(value: Any, to: Mapping[str, str]) -> Any:
    if isinstance(value, list | tuple):
        return [to.get(v, v) if isinstance(v, str) else v for v in value]
    return to.get(value, value) if isinstance(value, str) else value
