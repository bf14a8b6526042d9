"""The records that cells of a sheet name: by a number that does not repeat, by what they are called, by their name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..changeset import Lookup
from ..compile.expressions import Path
from ..compile.record import CompiledField, CompiledRecord
from ..compile.table import table_name
from ..diagnostics import Diagnostic, Place
from ..fieldtypes import Given, target_of
from ..model import Entity, Field, Ref, Slot, Sql, Storage
from ..store.protocol import Dialect, Query
from ..store.render import quoted
from ..store.words import LONGEST, folded
from .named import refs_of
from .work import Work

_BIG = Storage("bigint")
_NUMBER = re.compile(r"#([1-9]\d{0,15})")
#: Texts and records asked for at a time.
AT_ONCE = 500

#: What a cell stands for: a record, or why none.
Named = Ref | Diagnostic


@dataclass(slots=True)
class Links:
    """What the cells of one link column name; texts that came before are remembered.

    reads: paths that expressions and rules read behind the link; growing: rows of this sheet make such records, so that
    what is not there yet may be there later.
    """

    work: Work
    compiled: CompiledRecord
    column: CompiledField
    reads: frozenset[Path]
    growing: bool = False
    _known: dict[str, tuple[Ref, ...]] = field(default_factory=dict)

    @property
    def target(self) -> Entity:
        """The entity the column leads to."""
        return self.work.version.model.entities[target_of(self.column.spec)]

    async def learn(self, texts: Iterable[str]) -> None:
        """Find what the texts name, a few questions for all of them."""
        known = {t for t, found in self._known.items() if found} if self.growing else self._known
        fresh = list(dict.fromkeys(t for t in texts if t and t not in known))
        for start in range(0, len(fresh), AT_ONCE):
            await self._learn(fresh[start : start + AT_ONCE])

    async def _learn(self, texts: Sequence[str]) -> None:
        unique = self._unique()
        ids = dict.fromkeys(int(found[1]) for t in texts if (found := _NUMBER.fullmatch(t)))
        ids |= dict.fromkeys(await self._by_words(texts))
        for spec in unique:
            ids |= dict.fromkeys(await self._by_field(spec, texts))
        names = [*(f.name for f in unique), *self._searched()]
        paths = frozenset({*self.reads, *((name,) for name in names)})
        refs: list[Ref] = []
        numbers = list(ids)
        for start in range(0, len(numbers), AT_ONCE):
            lookup = Lookup(self.target.name, tuple(numbers[start : start + AT_ONCE]), paths)
            refs += (await refs_of(self.work, [lookup])).get(self.target.name, {}).values()
        shelves = self._shelves(refs, [f.name for f in unique])
        for text in texts:
            found = _NUMBER.fullmatch(text)
            exact = tuple(r for r in refs if found and r.id == int(found[1]))
            self._known[text] = exact or next((s[folded(text)] for s in shelves if folded(text) in s), ())

    def _shelves(self, refs: Iterable[Ref], unique: Sequence[str]) -> list[dict[str, tuple[Ref, ...]]]:
        """Folded text -> records, the surest way of naming first."""
        by_number: dict[str, tuple[Ref, ...]] = {}
        by_label: dict[str, tuple[Ref, ...]] = {}
        by_name: dict[str, tuple[Ref, ...]] = {}
        for ref in refs:
            for shelf, texts in (
                (by_number, [ref.values.get(name) for name in unique]),
                (by_label, [ref.label]),
                (by_name, [ref.values.get(name) for name in self._searched()]),
            ):
                for text in {folded(str(t)) for t in texts if t is not None}:
                    shelf[text] = (*shelf.get(text, ()), ref)
        return [by_number, by_label, by_name]

    def named(self, text: str, given: Given, context: Mapping[str, Any]) -> Named:
        """What the text names. context: the other values of the row, for the condition on what may be chosen."""
        found = self._known.get(text, ())
        if len(found) > 1 and self.column.where is not None:
            around = {"$now": context.get("$now"), "$zone": context.get("$zone"), "actor": given.actor, "unit": None}
            around["record"] = context
            where = self.column.where
            fits = tuple(r for r in found if where.run({**around, "id": r.id, **r.values}) is True)
            found = fits or found
        if len(found) == 1:
            return found[0]
        args = {"value": text[:80], "entity": self.target.title}
        return Diagnostic("EXCH_010" if found else "EXCH_011", Place(path=self.column.name), args)

    # ------------------------------------------------------------ asking

    def _shown(self, spec: Field) -> bool:
        """Whether the actor sees the field whatever the record: what is hidden cannot be found by trying."""
        return self.work.product(self.target.name, "see").fields.get(spec.id, "hide") == "show"

    def _unique(self) -> tuple[Field, ...]:
        """The fields whose text names a record alone."""
        kinds = ("text", "serial", "resident_id", "student_code", "phone", "email")
        return tuple(f for f in self.target.fields if f.unique and f.type in kinds and self._shown(f))

    def _searched(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.target.fields if f.search and self._shown(f))

    async def _by_words(self, texts: Sequence[str]) -> list[int]:
        tokens = sorted({folded(t)[:LONGEST] for t in texts} | {p for t in texts for p in _parts(t)})
        rows = await self.work.store.rows(_words(self.work.store.dialect), {"entity": self.target.id, "tokens": tokens})
        return [row[0] for row in rows]

    async def _by_field(self, spec: Field, texts: Sequence[str]) -> list[int]:
        compiled = self.work.version.record(self.target.name).fields[spec.name]
        given = Given(self.work.now.at, self.work.zone, "import")
        values = sorted({v for t in texts if isinstance(v := compiled.cast(t, Place(), given)[0], str)})
        column = next(c for n, c, _, _ in self.work.version.stored(self.target.name).fields if n == spec.name)
        query = _equal(table_name(self.target), column, self.work.store.dialect)
        return [row[0] for row in await self.work.store.rows(query, {"texts": values})]


def _parts(text: str) -> Iterable[str]:
    """What may stand in the words of a record called `name（number）`."""
    return (p[:LONGEST] for p in re.split(r"[()（）\s]+", folded(text)) if len(p) > 1)


def _among(dialect: Dialect) -> str:
    return "= ANY(?)" if dialect == "postgres" else "IN (SELECT value FROM json_each(?))"


def _words(dialect: Dialect) -> Query:
    text = f"SELECT DISTINCT record FROM sy_search WHERE entity = ? AND token {_among(dialect)} LIMIT 20000"  # noqa: S608
    return Query(Sql(text, (Slot("entity"), Slot("tokens"))), (_BIG,))


def _equal(table: str, column: str, dialect: Dialect) -> Query:
    text = f"SELECT r.id FROM {quoted(table)} r WHERE r.{quoted(column)} {_among(dialect)} LIMIT 20000"  # noqa: S608
    return Query(Sql(text, (Slot("texts"),)), (_BIG,))


def paths_behind(compiled: CompiledRecord, name: str, more: Collection[Path]) -> frozenset[Path]:
    """What has to be known of the record a link leads to: what expressions read, and the paths in `more`."""
    further = {path[1:] for path in more if path[0] == name and len(path) > 1}
    return frozenset({*compiled.reads.get((name,), ()), *further})
