"""A changed record as rows: the record, its sub-tables, history, audit, the words it is found by, its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..compile.columns import Stored, stored_rows
from ..compile.record import CompiledRecord, label_of
from ..compile.table import META
from ..fieldtypes.stored import json_of
from ..model import Entity, FileRef, Record, Table
from ..store import journal
from ..store.protocol import Delete, Insert, Update, Write
from ..store.tables import FILE
from .actors import UNIT_KEY, moves_rights
from .beside import found_words
from .follow import follow_writes
from .live import Version
from .work import Work

Change = tuple[Any, Any]
Op = Literal["create", "edit", "delete", "restore"]
_META_NAMES = tuple(c.name for c in META)


@dataclass(frozen=True, slots=True)
class Child:
    """A sub-table as it is written."""

    name: str
    table: Table
    stored: Stored


@dataclass(frozen=True, slots=True)
class Shelved:
    """What writing an entity needs, found once for a version.

    files: fields that hold files; words: the fields by whose words a record is found; labelled: those its label reads;
    gives: those by which somebody holds a role.
    """

    table: Table
    stored: Stored
    children: Mapping[str, Child]
    files: tuple[str, ...]
    words: frozenset[str]
    labelled: frozenset[str]
    gives: frozenset[str]


def shelved(version: Version, entity: Entity) -> Shelved:
    """How records of the entity are kept."""

    def make() -> Shelved:
        compiled = version.record(entity.name)
        table, *rest = version.tables(entity.name)
        rows = [f for f in entity.fields if f.rows]
        children = {f.name: Child(f.name, t, stored_rows(f)) for f, t in zip(rows, rest, strict=True)}
        files = tuple(n for n, f in compiled.fields.items() if _has_files(f))
        words = frozenset(f.name for f in entity.fields if f.search)
        labelled = frozenset(p[0] for p in compiled.label.paths)
        gives = frozenset(g.to.partition(".")[0] for g in entity.gives)
        return Shelved(table, version.stored(entity.name), children, files, words, labelled, gives)

    return version.made(("shelved", entity.name), make)


def _has_files(one: Any) -> bool:
    return one.kind.shape == "file" or any(c.kind.shape == "file" for c in one.order)


@dataclass(slots=True)
class Batch:
    """Writes as they gather. values: the record as it will be, rows of sub-tables with their ids; version: the one it
    will have; change: id of the row of the history."""

    id: int
    version: int
    label: str
    values: Mapping[str, Any]
    change: int = 0
    writes: list[Write] = field(default_factory=list)


def ids_needed(changes: Mapping[str, Change], shelf: Shelved) -> int:
    """How many fresh ids the writes of a change take, beside that of a new record."""
    return 2 + sum(1 for name in shelf.children if name in changes for row in changes[name][1] or () if not row["id"])


def written(
    work: Work,
    compiled: CompiledRecord,
    old: Record | None,
    values: Mapping[str, Any],
    changes: Mapping[str, Change],
    unit: int | None,
    ids: Iterator[int],
    *,
    number: int,
    origin: str = "",
    version: int = 1,
    op: Op | None = None,
    returning: bool = False,
) -> Batch:
    """The rows of a created or changed record, held to the version it was decided on.

    changes: stored field -> (before, after); version: of a new record; op: as the history calls it, where it is not
    plainly made or edited; returning: files come back that the record had given up.
    """
    entity, shelf = compiled.entity, shelved(work.version, compiled.entity)
    values = with_row_ids(shelf, values, changes, ids)
    after = old.version + 1 if old else version
    same = old is not None and shelf.labelled.isdisjoint(changes)
    made = Batch(number, after, old.label if same and old else label_of(compiled, values, number), values)
    by, at = work.actor.id, work.now.at
    own = number if entity.unit == ("self",) else unit
    if old is None:
        meta = (number, after, work.version.number, own, by, at, by, at)
        row = dict(zip(_META_NAMES, meta, strict=True))
        made.writes.append(Insert(shelf.table, row | shelf.stored.columns(values)))
    else:
        row = shelf.stored.columns({name: values[name] for name in changes})
        row |= {"version": after, "defn": work.version.number, "updated_by": by, "updated_at": at}
        if own != old.unit:
            row["unit"] = own
        made.writes.append(Update(shelf.table, {"id": number, "version": old.version}, row, must_hit=True))
    for name, child in shelf.children.items():
        if name in changes:
            made.writes += _rows(child, number, changes[name][0] or (), values[name] or ())
    known = _Known(work, compiled, shelf, old, changes, origin, op or ("edit" if old else "create"), returning)
    _beside(known, made, ids)
    if old is not None:
        made.writes += follow_writes(work.version, entity, number, changes)
    if entity.gives and moves_rights(entity, with_unit(old.values, old.unit) if old else None, with_unit(values, own)):
        made.writes.append(journal.ACCESS_CHANGED)
    return made


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a change while its rows are made."""

    work: Work
    compiled: CompiledRecord
    shelf: Shelved
    old: Record | None
    changes: Mapping[str, Change]
    origin: str
    op: Op
    returning: bool


def _beside(known: _Known, made: Batch, ids: Iterator[int]) -> None:
    """History, audit, search words and files of a change."""
    work, compiled, changes = known.work, known.compiled, known.changes
    entity, at, by = compiled.entity, work.now.ms, work.actor.id
    kept = history_changes(compiled, made.values, changes)
    made.change = next(ids)
    made.writes.append(
        journal.history(
            made.change, entity.id, made.id, made.version, defn=work.version.number, actor=by, at=at, op=known.op,
            changes=kept, origin=known.origin,
        )
    )  # fmt: skip
    detail: dict[str, Any] = {"version": made.version}
    if known.old is not None:
        detail["fields"] = list(kept)
    if known.origin:
        detail["origin"] = known.origin
    made.writes.append(
        journal.audit(next(ids), f"record.{known.op}", actor=by, at=at, entity=entity.id, record=made.id, detail=detail)
    )
    if not known.shelf.words.isdisjoint(changes):
        before = found_words(compiled, known.old.values) if known.old else ()
        made.writes += journal.found_by(entity.id, made.id, before, found_words(compiled, made.values))
    for name in known.shelf.files:
        if name in changes:
            made.writes += _files(entity, made.id, changes[name], at, known.returning)


def history_changes(
    compiled: CompiledRecord, values: Mapping[str, Any], changes: Mapping[str, Change]
) -> dict[str, tuple[Any, Any]]:
    """Field id -> (before, after) as JSON; new rows of sub-tables with the ids they get."""
    fields = compiled.fields
    found = {}
    for name, (before, after) in changes.items():
        one = fields[name]
        value = values[name] if one.columns is not None else after
        to_json = json_of if one.columns is not None else one.kind.to_json
        found[one.spec.id] = (
            None if before is None else to_json(before),
            None if value is None else to_json(value),
        )
    return found


def with_row_ids(
    shelf: Shelved, values: Mapping[str, Any], changes: Mapping[str, Change], ids: Iterator[int]
) -> Mapping[str, Any]:
    """The values with an id for every new row of a sub-table."""
    touched = changes.keys() & shelf.children.keys()
    if not touched:
        return values
    found = dict(values)
    for name in touched:
        found[name] = tuple(row if row["id"] else {**row, "id": next(ids)} for row in found[name] or ())
    return found


def _rows(child: Child, parent: int, before: Iterable[Mapping[str, Any]], after: Iterable[Any]) -> Iterator[Write]:
    """Rows that went, changed, moved or came, in this order."""
    old = {row["id"]: (place, row) for place, row in enumerate(before)}
    new = {row["id"]: (place, row) for place, row in enumerate(after)}
    for number in old.keys() - new.keys():
        yield Delete(child.table, {"id": number, "parent": parent})
    for number in old.keys() & new.keys():
        place, row = new[number]
        was = old[number][1]
        changed = {name: value for name, value in row.items() if name != "id" and value != was.get(name)}
        columns = child.stored.columns(changed)
        if place != old[number][0]:
            columns["position"] = place
        if columns:
            yield Update(child.table, {"id": number, "parent": parent}, columns)
    for number, (place, row) in new.items():
        if number not in old:
            yield Insert(child.table, {"id": number, "parent": parent, "position": place} | child.stored.columns(row))


def _files(entity: Entity, record: int, change: Change, at: int, returning: bool) -> Iterator[Write]:
    """Files that come to the record stay; those it gives up are gone, until they are swept."""
    before, after = (set(file_ids(value)) for value in change)
    for number in sorted(after - before):
        kept = {"state": "kept", "entity": entity.id, "record": record, "created_at": at}
        key = {"id": number, "record": record} if returning else {"id": number, "state": "temp"}
        yield Update(FILE, key, kept, must_hit=True)
    for number in sorted(before - after):
        yield Update(FILE, {"id": number, "record": record}, {"state": "gone", "created_at": at})


def file_ids(value: Any) -> Iterator[int]:
    """The ids of the files in a value, those in rows of a sub-table included."""
    if isinstance(value, FileRef):
        yield value.id
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from file_ids(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from file_ids(inner)


def with_unit(values: Mapping[str, Any], unit: int | None) -> Mapping[str, Any]:
    """The values as `moves_rights` compares them."""
    return {**values, UNIT_KEY: unit}
