"""Records as approvals know them: loaded, changed and written in the words of the version a case was begun with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from ..changeset import Changeset, cast
from ..compile.record import CompiledRecord, label_of
from ..diagnostics import Diagnostic, Place, Refused
from ..fieldtypes import target_of
from ..model import SYSTEM, Actor, Entity, Model, Record, Ref
from ..store.files import Files
from ..store.protocol import Holds, Store, Write
from ..store.tables import LIVE
from .actors import Stale, load_actor
from .called import called
from .cases import Changed, Desk, RecordChange, Subject
from .context import Clock, Now
from .held import held
from .live import Catalogue
from .named import given_for
from .reach import as_seen
from .reading import Path
from .record_writes import ids_needed, shelved, written
from .set_values import set_given, set_raw
from .subjects import made_subject
from .unit_writes import tree_writes
from .versions_apart import Apart
from .work import Moved, Work

T = TypeVar("T")

#: Publications that may go by while one question is asked.
TRIES = 4


class LiveRecords:
    """The records of one process for its desk; it holds no state."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock, files: Files, desk: Desk) -> None:
        self._store = store
        self._catalogue = catalogue
        self._clock = clock
        self._files = files
        self._desk = desk

    def _work(self, actor: Actor = SYSTEM) -> Work:
        version = self._catalogue.current
        now = Now(self._clock(), ZoneInfo(version.model.zone))
        return Work(self._store, version, self._catalogue.epoch, actor, now, self._files, self._desk)

    async def _lately(self, run: Callable[[], Awaitable[T]]) -> T:
        """Take up a publication that went by, and do it again."""
        for _ in range(TRIES):
            try:
                return await run()
            except Moved:
                await self._catalogue.refresh()
        return await run()

    async def load(
        self, model: Model, entity: Entity, record: int, paths: Collection[Path], actor: Actor
    ) -> Subject | None:
        """The record with what `paths` lead through; None when it, or its entity, is gone."""

        async def run() -> Subject | None:
            work = self._work()
            found = await self._stored(work, model, entity, record, paths)
            if found is None:
                return None
            compiled, stored = found
            return self._subject(work, model, entity, compiled, stored, actor)

        return await self._lately(run)

    async def sees(self, actor: Actor, entity: str, record: int) -> bool:
        """Whether the actor's policies show the record; entity: its id. Raises Stale when rights changed meanwhile."""

        async def run() -> bool:
            work = self._work(actor)
            found = work.version.by_id(entity)
            if found is None or work.product(found.name, "see").nothing:
                return False
            stored = await held(work, found, record, "see")
            return stored is not None and stored.seen

        return await self._lately(run)

    async def label_for(self, account: int, entity: str, record: int) -> str:
        """How the record is called for an account; "" where it does not see it. entity: its id."""

        for _ in range(TRIES):
            actor = await load_actor(self._store, self._catalogue.current.model, account, self._clock)
            found = self._catalogue.current.by_id(entity)
            if actor is None or found is None:
                return ""
            try:
                return (await called(self._work(actor), {found.name: (record,)})).get(record, "")
            except Stale:
                await self._catalogue.refresh()
        return ""

    async def _stored(
        self, work: Work, model: Model, entity: Entity, record: int, paths: Collection[Path] = ()
    ) -> tuple[CompiledRecord, Record] | None:
        """The record by its live names."""
        apart = Apart(model, work.version.model)
        live = apart.live_entity(entity)
        if live is None:
            return None
        found = await held(work, live, record, "see", tuple(apart.live_paths(entity, paths)))
        if found is None:
            return None
        compiled = work.version.record(live.name)
        values = {**compiled.blank, **found.record.values}
        return compiled, replace(found.record, values=values, label=label_of(compiled, values, record))

    def _subject(
        self, work: Work, model: Model, entity: Entity, compiled: CompiledRecord, record: Record, actor: Actor
    ) -> Subject:
        subject = made_subject(compiled, record, actor, work.now)
        subject = replace(subject, stored=(compiled, record))
        apart = Apart(model, work.version.model)
        if apart.same:
            return subject
        values = apart.old_values(entity, subject.values, set_given(work.now, actor))
        itself = Ref(record.id, record.label, {f.name: values[f.name] for f in entity.fields})
        return replace(subject, model=model, entity=entity, values={**values, "self": itself})

    async def change(self, subject: Subject, raw: Mapping[str, Any], allowed: Collection[str], actor: Actor) -> Changed:
        """The record with `raw` cast and checked; fields not `allowed` are refused."""

        async def run() -> Changed:
            mine, work = self._work(actor), self._work()
            model, entity = subject.model, subject.entity
            apart = Apart(model, work.version.model)
            found = await self._stored(work, model, entity, subject.id, _paths_in(subject.values, entity))
            if found is None:
                raise Refused(Diagnostic("WRITE_005"))
            compiled, record = found
            sent = apart.live_raw(entity, raw)
            paths = tuple(apart.live_paths(entity, _paths_in(subject.values, entity)))
            given = await given_for(mine, compiled, (sent,), "page", paths)
            changeset = cast(compiled, sent, record, given=given, allowed=apart.live_names(entity, allowed))
            return self._changed(work, subject, compiled, record, changeset, actor)

        return await self._lately(run)

    def _changed(
        self, work: Work, subject: Subject, compiled: CompiledRecord, old: Record, changeset: Changeset, actor: Actor
    ) -> Changed:
        model, entity = subject.model, subject.entity
        apart = Apart(model, work.version.model)
        unit = changeset.unit if entity.unit != ("self",) else old.unit
        after = self._subject(work, model, entity, compiled, replace(old, values=changeset.values, unit=unit), actor)
        after = replace(after, version=subject.version, stored=(compiled, old))
        changed = {
            apart.old_name(entity, name): after.values.get(apart.old_name(entity, name)) for name in changeset.changes
        }
        errors = tuple(_moved(d, lambda name: apart.old_name(entity, name)) for d in changeset.errors)
        verdicts = work.product(compiled.entity.name, "see").fields
        detail = as_seen(compiled, changeset, {k: v for k, v in verdicts.items() if v in ("mask", "hide")})
        return Changed(after, changed, errors, detail)

    async def writes(self, changes: Sequence[RecordChange], actor: Actor, origin: str) -> Sequence[Write]:
        """Records, history and search words; a change without values only holds the version. Raises Refused."""

        async def run() -> Sequence[Write]:
            work = self._work(actor)
            made: list[Write] = [Holds(LIVE, {"id": 1, "epoch": work.epoch})]
            for change in changes:
                made += await self._writes(work, change, origin)
            return made

        return await self._lately(run)

    async def _writes(self, work: Work, change: RecordChange, origin: str) -> list[Write]:
        model, entity = change.model, change.entity
        apart = Apart(model, work.version.model)
        live = apart.live_entity(entity)
        if live is None:
            raise Refused(Diagnostic("WRITE_005"))
        table = work.version.tables(live.name)[0]
        if not change.values and change.version is not None:
            return [Holds(table, {"id": change.record, "version": change.version})]
        found = change.stored
        if found is None or found[0] is not work.version.record(live.name):
            found = await self._stored(replace(work, actor=SYSTEM), model, entity, change.record)
        if found is None:
            raise Refused(Diagnostic("WRITE_005"))
        compiled, old = found
        old = replace(old, version=old.version if change.version is None else change.version)
        sent = set_raw(compiled, apart.live_raw(entity, change.values), work.now, work.actor)
        given = set_given(work.now, work.actor, sent.values())
        changeset = cast(compiled, sent, old, given=given)
        if changeset.errors:
            raise Refused(tuple(_moved(d, lambda name: apart.old_name(entity, name)) for d in changeset.errors))
        if not changeset.changes:
            return [Holds(table, {"id": change.record, "version": old.version})]
        shelf = shelved(work.version, live)
        ids = iter(await work.store.new_ids(ids_needed(changeset.changes, shelf)))
        made = written(
            work, compiled, old, changeset.values, changeset.changes, changeset.unit, ids,
            number=old.id, origin=origin,
        )  # fmt: skip
        return [*made.writes, *await tree_writes(work, compiled, old, changeset)]


def _paths_in(values: Mapping[str, Any], entity: Entity) -> tuple[Path, ...]:
    """The paths behind links that were loaded, so that the same can be loaded again."""
    found: list[Path] = []
    for spec in entity.fields:
        if target_of(spec) and isinstance(ref := values.get(spec.name), Ref):
            found += [(spec.name, *path) for path in _behind(ref)]
    return tuple(found)


def _behind(ref: Ref) -> Iterator[Path]:
    for name, value in ref.values.items():
        if isinstance(value, Ref) and value.values:
            yield from ((name, *path) for path in _behind(value))
        else:
            yield (name,)


def _moved(found: Diagnostic, called: Callable[[str], str]) -> Diagnostic:
    """The remark at the place that the older version knows."""
    name, slash, rest = found.place.path.partition("/")
    return Diagnostic(found.code, Place(path=called(name) + slash + rest), found.args)
