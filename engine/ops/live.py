"""What is live: a published version with everything compiled from it, and the catalogue that knows which one it is."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..compile.columns import Stored, stored
from ..compile.entry import Entry, compile_entry
from ..compile.expressions import Compiler
from ..compile.record import CompiledRecord, compile_record
from ..compile.table import tables
from ..definition import Identity, load
from ..expr.builtin import Builtin
from ..model import Entity, Form, Model, Slot, Sql, Storage, Table, Use
from ..policy import Access, compile_access
from ..store.protocol import Dialect, Query, Store
from ..workflow import Flow, compile_flow
from .case_people import Asker

_BIG, _TEXT, _JSON = Storage("bigint"), Storage("text"), Storage("json")

LIVE_ROW = Query(Sql("SELECT version, epoch, access FROM sy_live WHERE id = 1"), (_BIG, _BIG, _BIG))
_VERSION = Query(
    Sql("SELECT number, hash, documents, identity FROM sy_version WHERE number = ?", (Slot("number"),)),
    (_BIG, _TEXT, _JSON, _JSON),
)

#: Versions kept compiled by one process: the live one, and those that running cases were begun with.
KEPT = 16

T = TypeVar("T")


class Version:
    """A published version, compiled piece by piece when a piece is first asked for; it never changes.

    number: 0 for the empty version before the first publication. documents: path -> text as it was published.
    `extras` is room for what others compile from a version and want to keep as long: see `made`.
    """

    def __init__(
        self,
        number: int,
        model: Model,
        identity: Identity,
        documents: Mapping[str, str],
        dialect: Dialect,
        functions: Mapping[str, Builtin] | None = None,
    ) -> None:
        self.number = number
        self.model = model
        self.identity = identity
        self.documents = documents
        self.dialect: Dialect = dialect
        self.compiler = Compiler(model, functions)
        self.access: Access = compile_access(model, dialect)
        self._extras: dict[tuple[Any, ...], Any] = {}

    def made(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """What `make` gave the first time `key` was asked for. The first part of a key names whose it is."""
        try:
            found: T = self._extras[key]
        except KeyError:
            found = self._extras[key] = make()
        return found

    def entity(self, name: str) -> Entity:
        """The entity. Raises KeyError."""
        return self.model.entities[name]

    def record(self, name: str) -> CompiledRecord:
        """The casts, rules and computed values of an entity. Raises KeyError."""
        return self.made(
            ("record", name), lambda: compile_record(self.model, self.entity(name), compiler=self.compiler)
        )

    def entry(self, form: str) -> Entry:
        """What a form lets people fill in. Raises KeyError."""

        def make() -> Entry:
            found = self.model.forms[form]
            return compile_entry(self.compiler, self.record(found.of), found)

        return self.made(("entry", form), make)

    def forms_of(self, entity: str) -> tuple[Form, ...]:
        """The forms over an entity, in the order of the definitions."""
        return self.made(("forms_of", entity), lambda: tuple(f for f in self.model.forms.values() if f.of == entity))

    def forms_for(self, entity: str, use: Use) -> tuple[Form, ...]:
        """The forms over an entity, the one that opens for `use` first."""
        return self.made(("forms_for", entity, use), lambda: self.model.forms_for(entity, use))

    def tables(self, entity: str) -> tuple[Table, ...]:
        """The record table, then a table for each sub-table. Raises KeyError."""
        return self.made(("tables", entity), lambda: tables(self.model, self.entity(entity)))

    def stored(self, entity: str) -> Stored:
        """How the fields of the record table are stored. Raises KeyError."""
        return self.made(("stored", entity), lambda: stored(self.entity(entity)))

    def by_id(self, entity: str) -> Entity | None:
        """The entity with that id, None when this version has none."""
        ids = self.made(("by_id",), lambda: {e.id: e for e in self.model.entities.values()})
        return ids.get(entity)

    def flow(self, workflow: str) -> Flow | None:
        """The workflow with that id, None when this version has none."""

        def make() -> Flow | None:
            found = next((w for w in self.model.workflows.values() if w.id == workflow), None)
            return compile_flow(self.model, found, self.compiler) if found else None

        return self.made(("flow", workflow), make)

    @property
    def asker(self) -> Asker:
        """Finds people by this version."""
        return self.made(("asker",), lambda: Asker(self.model))


class Catalogue:
    """The versions one process has read, and which of them is live as far as it knows.

    Nobody is told about a publication: each question of a request brings the epoch along, and a request that finds
    another one than it began with calls `refresh` and runs again (`Work.demand`).
    """

    def __init__(self, store: Store, functions: Mapping[str, Builtin] | None = None) -> None:
        self._store = store
        self._functions = functions
        self._kept: OrderedDict[int, Version] = OrderedDict()
        self._lock = asyncio.Lock()
        self.current = Version(0, Model(), Identity(), {}, store.dialect, functions)
        self.epoch = -1

    async def refresh(self) -> Version:
        """Read what is live now; several at once read it once."""
        async with self._lock:
            ((number, epoch, _),) = await self._store.rows(LIVE_ROW)
            if epoch != self.epoch:
                found = await self._version(number)
                if found is not None:
                    self.current, self.epoch = found, epoch
            return self.current

    async def version(self, number: int) -> Version | None:
        """The version with that number, None when there is none."""
        found = self._kept.get(number)
        if found is not None or number == self.current.number:
            return found or self.current
        async with self._lock:
            return await self._version(number)

    async def _version(self, number: int) -> Version | None:
        if number == 0:
            return Version(0, Model(), Identity(), {}, self._store.dialect, self._functions)
        if number in self._kept:
            self._kept.move_to_end(number)
            return self._kept[number]
        rows = await self._store.rows(_VERSION, {"number": number})
        if not rows:
            return None
        _, _, documents, known = rows[0]
        found = await asyncio.to_thread(self._load, number, documents, known)
        self.keep(found)
        return found

    def _load(self, number: int, documents: Mapping[str, str], known: Mapping[str, Any]) -> Version:
        identity = Identity.from_json(known)
        loaded = load(documents, identity, functions=self._functions)
        if loaded.model is None:
            said = ", ".join(f"{d.code} {d.place}" for d in loaded.diagnostics[:5])
            raise RuntimeError(f"version {number} was published and cannot be read any more: {said}")
        return Version(number, loaded.model, loaded.identity, documents, self._store.dialect, self._functions)

    def keep(self, version: Version) -> None:
        """Remember a version that was just made, so that it need not be read."""
        self._kept[version.number] = version
        while len(self._kept) > KEPT:
            oldest = next(n for n in self._kept if n != self.current.number)
            del self._kept[oldest]
