"""What a submission names: the records its links lead to and the files it mentions, as far as the actor sees them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..changeset import Lookup, lookups
from ..compile.expressions import Function
from ..compile.record import CompiledRecord, label_of
from ..compile.table import table_name
from ..fieldtypes import Given, target_of
from ..fieldtypes.base import Source
from ..model import Entity, FileRef, Ref, Slot, Sql, Storage
from ..model.values import ActorValue
from ..policy import Product, actor_value
from ..store.protocol import Query
from .live import Version
from .reading import Asked, Path, Read, assembled, by_ids, tree_of, values_reader
from .work import Work

_BIG, _TEXT = Storage("bigint"), Storage("text")

#: Questions kept for each version.
KEPT = 1024

Refs = Mapping[str, Mapping[int, Ref]]


async def given_for(
    work: Work, compiled: CompiledRecord, raws: Iterable[Any], source: Source, more: Collection[Path] = ()
) -> Given:
    """What a cast of each of `raws` has to know. more: paths from the record that have to lie in its links."""
    records: dict[str, tuple[dict[int, None], set[Path]]] = {}
    files: dict[int, None] = {}
    for raw in raws if compiled.naming else ():
        named = lookups(compiled, raw)
        files.update(dict.fromkeys(named.files))
        for one in named.records:
            ids, paths = records.setdefault(one.entity, ({}, set()))
            ids.update(dict.fromkeys(one.ids))
            paths.update(one.paths)
    if records and more:
        _further(compiled, more, records)
    wanted = [Lookup(name, tuple(ids), frozenset(paths)) for name, (ids, paths) in records.items()]
    refs = await refs_of(work, wanted) if wanted else {}
    known = await _files(work, tuple(files)) if files else {}
    actor = actor_value(work.actor)
    if work.actor.records and (own := _taken_from_actor(work.version, compiled)):
        actor = await _with_records(work, actor, own)
    return Given(work.now.at, work.now.zone, source, work.actor.lang, refs, known, actor)


def _taken_from_actor(version: Version, compiled: CompiledRecord) -> Mapping[str, frozenset[Path]]:
    """What has to lie behind the records of whoever acts, by entity, because a link takes its value from them."""

    def make() -> Mapping[str, frozenset[Path]]:
        found: dict[str, frozenset[Path]] = {}
        for name, one in compiled.fields.items():
            sources = [f for f in (one.value, one.default) if isinstance(f, Function)]
            if one.kind.shape == "link" and any(p[0] == "actor" for f in sources for p in f.paths):
                target = target_of(one.spec)
                found[target] = found.get(target, frozenset()) | compiled.reads.get((name,), frozenset())
        return found

    return version.made(("from actor", compiled.entity.name), make)


async def _with_records(work: Work, actor: ActorValue, own: Mapping[str, frozenset[Path]]) -> ActorValue:
    """Whoever acts, their records with what lies behind them."""
    ids = tuple(work.actor.records)
    refs = await refs_of(work, [Lookup(name, ids, paths) for name, paths in own.items()], seen_only=False)
    known = {number: ref for found in refs.values() for number, ref in found.items()}
    records = tuple(known.get(ref.id, ref) for ref in actor.records)
    return ActorValue(actor.id, actor.name, records[0] if records else None, records, actor.roles, actor.units)


def _further(compiled: CompiledRecord, more: Iterable[Path], records: Mapping[str, tuple[Any, set[Path]]]) -> None:
    for path in more:
        one = compiled.fields.get(path[0])
        at = 1
        if one is not None and one.columns is not None and len(path) > 1:
            one, at = one.columns.get(path[1]), 2
        if one is not None and one.kind.shape == "link" and len(path) > at:
            target = target_of(one.spec)
            if target in records:
                records[target][1].add(path[at:])


async def refs_of(work: Work, wanted: Iterable[Lookup], *, seen_only: bool = True) -> Refs:
    """The records of each lookup with what lies at its paths, by entity and id; only those the actor sees."""
    asked = [one for one in wanted if one.ids and one.entity in work.version.model.entities]
    if len(asked) == 1:
        return {asked[0].entity: await _looked_up(work, asked[0], seen_only)}
    found = await asyncio.gather(*(_looked_up(work, one, seen_only) for one in asked))
    return {one.entity: refs for one, refs in zip(asked, found, strict=True)}


async def _looked_up(work: Work, lookup: Lookup, seen_only: bool) -> Mapping[int, Ref]:
    entity = work.version.model.entities[lookup.entity]
    see = work.product(entity.name, "see") if seen_only else None
    if see is not None and see.nothing:
        return {}
    query, read, _ = _question(work, entity, lookup.paths, see)
    rows = await work.store.rows(query, work.slots({"ids": list(lookup.ids)}))
    work.demand(rows[0][0], rows[0][1])
    compiled = work.version.record(entity.name)
    found = {}
    for row in rows:
        if row[2] is not None:
            values = read(row[2:])
            found[row[2]] = Ref(row[2], label_of(compiled, values, row[2]), values)
    return found


_Made = tuple[Query, Read, "Product | None"]


def _question(work: Work, entity: Entity, paths: frozenset[Path], see: Product | None) -> _Made:
    kept: dict[Any, _Made] = work.version.made(("named",), dict)
    key = (entity.name, paths, id(see))
    found = kept.get(key)
    if found is None:
        if len(kept) >= KEPT:
            kept.clear()
        found = kept[key] = _compiled(work.version, entity, paths, see)
    return found


def _compiled(version: Version, entity: Entity, paths: Iterable[Path], see: Product | None) -> _Made:
    asked = Asked(version.dialect)
    asked.column("r.id", _BIG)
    tree = tree_of((*paths, *version.record(entity.name).label.paths))
    read = values_reader(version, entity, tree, "r", asked, 1)
    on = by_ids(version.dialect)
    if see is not None:
        on = on + " AND (" + see.predicate + ")"
    return Query(assembled(asked, table_name(entity), "r", on), (_BIG, _BIG, *asked.returns)), read, see


_FILES: Mapping[str, Query] = {
    dialect: Query(
        Sql("SELECT f.id, f.name, f.size, f.media_type FROM sy_file f WHERE f.state = 'temp' AND f.account = ? AND ",
            (Slot("account"),)) + by_ids(dialect, "f"),
        (_BIG, _TEXT, _BIG, _TEXT),
    )
    for dialect in ("sqlite", "postgres")
}  # fmt: skip


async def _files(work: Work, ids: tuple[int, ...]) -> dict[int, FileRef]:
    """Files the actor has uploaded and no record has kept yet; those a record has already need no looking up."""
    rows = await work.store.rows(_FILES[work.store.dialect], {"account": work.actor.id, "ids": list(ids)})
    return {row[0]: FileRef(*row) for row in rows}


async def filled(
    work: Work, compiled: CompiledRecord, values: Mapping[str, Any], paths: Iterable[Path]
) -> dict[str, Any]:
    """The values with what `paths` lead to behind its links, fetched where it is not there yet, whoever may see it."""
    wanted: dict[str, tuple[dict[int, None], set[Path]]] = {}
    lacking: dict[str, str] = {}
    for path in paths:
        value = values.get(path[0])
        one = compiled.fields.get(path[0])
        if one is not None and len(path) > 1 and isinstance(value, Ref) and not _leads(value, path[1:]):
            target = lacking[path[0]] = target_of(one.spec)
            ids, behind = wanted.setdefault(target, ({}, set()))
            ids[value.id] = None
            behind.add(path[1:])
    if not wanted:
        return dict(values)
    asked = [Lookup(name, tuple(ids), frozenset(behind)) for name, (ids, behind) in wanted.items()]
    refs = await refs_of(work, asked, seen_only=False)
    found = dict(values)
    for name, target in lacking.items():
        old = found[name]
        new = refs.get(target, {}).get(old.id)
        if new is not None:
            found[name] = Ref(old.id, old.label or new.label, {**old.values, **new.values})
    return found


def _leads(ref: Ref, path: Path) -> bool:
    """Whether what lies at the end of the path was loaded."""
    here: Any = ref
    for name in path:
        if not isinstance(here, Ref):
            return True
        if name not in here.values:
            return name == "id"
        here = here.values[name]
    return True
