"""Many records in one transaction: what one of them meets is told of that one, the others are written all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..changeset import Changeset
from ..changeset.changeset import with_taken
from ..compile.record import CompiledRecord
from ..diagnostics import Diagnostic
from ..fieldtypes import column_name
from ..model import Sql, Storage
from ..store import journal
from ..store.protocol import Connection, Insert, Missed, Query, Referred, Run, Taken, Unfit, Write
from ..store.render import quoted
from ..store.tables import FILE
from .numbers import Wanted, brought_along, given_out, passed, several, wanted
from .prepared import Ready
from .record_writes import Batch, ids_needed, shelved, written
from .submission import Saved
from .submit import numbered, refused_by_database, taken_fields
from .unit_writes import place_all
from .units import Unit, unit_of
from .work import Work

_BIG = Storage("bigint")

#: A record that was written, or the reasons why it was not.
Outcome = Saved | tuple[Diagnostic, ...]
#: Further writes for the same transaction, made from the outcomes of all rows.
Beside = Callable[[Sequence[Outcome]], Sequence[Write]]


class _Trial(Exception):
    """Ends a transaction that was only tried."""


@dataclass(slots=True)
class _Row:
    """A record that is to be written. at: its place among all; number: its id."""

    at: int
    ready: Ready
    number: int
    numbers: tuple[Wanted, ...] = ()
    writes: list[Write] = field(default_factory=list)
    unit: Unit | None = None


async def write_all(
    work: Work,
    rows: Sequence[Ready],
    *,
    origin: str = "",
    beside: Beside | None = None,
    together: bool = False,
) -> list[Outcome]:
    """Write records of one entity that are ready, in one transaction; the outcome of each, in their order.

    origin: as the history keeps it; beside: writes that go into the same transaction; together: nothing is written
    unless everything is. Raises Moved and Stale.
    """
    found = _Writing(work, origin, together, beside)
    await found.begin(rows)
    await found.run()
    return [one if one is not None else () for one in found.outcomes]


class _Writing:
    """One call, with what became of each row so far."""

    def __init__(self, work: Work, origin: str, together: bool, beside: Beside | None) -> None:
        self.work = work
        self.origin = origin
        self.together = together
        self.beside = beside
        self.outcomes: list[Outcome | None] = []
        self.rows: list[_Row] = []
        self.last = False  # only what goes beside the rows is left to be written

    async def begin(self, rows: Sequence[Ready]) -> None:
        """Sort out what is wrong and what changes nothing."""
        self.outcomes = [None] * len(rows)
        new = [at for at, ready in enumerate(rows) if ready.old is None and not ready.changeset.errors]
        ids = dict(zip(new, await self.work.store.new_ids(len(new)), strict=True)) if new else {}
        for at, ready in enumerate(rows):
            changeset = ready.changeset
            if changeset.errors:
                self.outcomes[at] = changeset.errors
            elif ready.old is not None and not changeset.changes:
                self.outcomes[at] = self._saved(ready, ready.old.id, ready.old.version, ready.old.label, changeset)
            else:
                self.rows.append(_Row(at, ready, ids[at] if ready.old is None else ready.old.id))
        if self.rows:
            hidden = [(row, row.ready.changeset) for row in self.rows if row.ready.old is None]
            for row, changeset in hidden:
                row.numbers = wanted(self.work, row.ready.compiled, changeset.values, changeset.hidden)

    async def run(self) -> None:
        """Write what can be written, leaving out one row after the other that cannot."""
        while True:
            if self.together and any(isinstance(one, tuple) for one in self.outcomes):
                self._none()
            if not self.rows and self.beside is None:
                return
            failed = await self._attempt(self.rows)
            if failed is None:
                return
            if not await self._blamed(failed):
                raise failed

    def _none(self) -> None:
        """Something was wrong: nothing is written."""
        self.rows = []
        for at, one in enumerate(self.outcomes):
            if not isinstance(one, tuple):
                self.outcomes[at] = (Diagnostic("WRITE_018"),)

    async def _attempt(self, rows: list[_Row], *, trial: bool = False) -> Exception | None:
        """Write the rows; what the database had against it."""
        work = self.work
        try:
            async with work.transaction() as connection:
                done, counts = await self._written(connection, rows)
                if trial:
                    raise _Trial
                for row, saved in zip(rows, done, strict=True):
                    self.outcomes[row.at] = saved
                if self.beside is not None:
                    self.last = True
                    await connection.apply(self.beside([one if one is not None else () for one in self.outcomes]))
        except _Trial:
            return None
        except Missed as missed:
            self._forget(rows)
            return missed
        except (_Blamed, Taken, Referred, Unfit) as error:
            if self.last:
                raise  # no row is to blame for what goes beside them
            self._forget(rows)
            return error
        given_out(work.store, counts)
        return None

    def _forget(self, rows: Iterable[_Row]) -> None:
        for row in rows:
            self.outcomes[row.at] = None

    async def _written(self, connection: Connection, rows: list[_Row]) -> tuple[list[Saved], dict[str, int]]:
        counts, texts = await self._numbers(connection, rows)
        done = []
        for row in rows:
            made, saved = await self._row(row, texts.get(row.at, {}))
            row.writes, row.unit = made.writes, self._unit(row, made)
            done.append(saved)
        await connection.apply(in_order(write for row in rows for write in row.writes))
        units = {row.at: row.unit for row in rows if row.unit is not None}
        if units:
            wrong = await place_all(connection, rows[0].ready.compiled.entity, units)
            if wrong is not None:
                raise _Blamed(*wrong)
        return done, counts

    def _unit(self, row: _Row, made: Batch) -> Unit | None:
        return unit_of(row.ready.compiled.entity, row.number, made.values, made.label)

    async def _numbers(
        self, connection: Connection, rows: list[_Row]
    ) -> tuple[dict[str, int], dict[int, dict[str, str]]]:
        """The numbers of new records: those they lack are taken, those they bring are passed."""
        lacking: dict[str, list[tuple[int, Wanted]]] = {}
        brought: dict[str, int] = {}
        for row in rows:
            for one in row.numbers:
                lacking.setdefault(one.key, []).append((row.at, one))
            ready = row.ready
            for key, count in brought_along(self.work.version, ready.compiled, ready.old, ready.changeset.values):
                brought[key] = max(count, brought.get(key, 0))
        await passed(connection, brought)
        last: dict[str, int] = dict(brought)
        texts: dict[int, dict[str, str]] = {}
        for key in sorted(lacking):
            last[key] = await several(connection, key, len(lacking[key]))
            first = last[key] - len(lacking[key]) + 1
            for count, (at, one) in enumerate(lacking[key], first):
                texts.setdefault(at, {})[one.field.name] = one.text(count)
        return last, texts

    async def _row(self, row: _Row, numbers: dict[str, str]) -> tuple[Batch, Saved]:
        ready, work = row.ready, self.work
        changeset = numbered(ready.changeset, numbers) if numbers else ready.changeset
        shelf = shelved(work.version, ready.compiled.entity)
        ids: Iterator[int] = iter(await work.store.new_ids(ids_needed(changeset.changes, shelf)))
        made = written(
            work, ready.compiled, ready.old, changeset.values, changeset.changes, changeset.unit, ids,
            number=row.number, origin=self.origin, returning=ready.returning,
        )  # fmt: skip
        if made.values is not changeset.values:
            changeset = replace(changeset, values=made.values)
        return made, self._saved(ready, row.number, made.version, made.label, changeset, made.change)

    def _saved(
        self, ready: Ready, number: int, version: int, label: str, changeset: Changeset, change: int = 0
    ) -> Saved:
        sight = (ready.compiled, ready.verdicts)
        return Saved(number, version, label, changeset, None, False, ready.old is None, change, sight)

    # ------------------------------------------------------------ who was it

    async def _blamed(self, error: Exception) -> bool:
        """Find the rows that the database would not have and set them aside; whether there were any."""
        wrong = await self._culprits(error)
        for row, found in wrong:
            self.outcomes[row.at] = found
        left_out = {row.at for row, _ in wrong}
        self.rows = [row for row in self.rows if row.at not in left_out]
        return bool(wrong)

    async def _culprits(self, error: Exception) -> list[tuple[_Row, tuple[Diagnostic, ...]]]:
        if isinstance(error, _Blamed):
            return [(row, (error.said,)) for row in self.rows if row.at == error.at]
        if isinstance(error, Missed):
            found = [row for row in self.rows if any(write is error.write for write in row.writes)]
            return [(row, (_missed(row.ready.compiled, error),)) for row in found]
        if isinstance(error, Taken):
            found = await self._doubles(error)
            if found:
                return [(row, self._told(row, error)) for row in found]
        row = await self._search(self.rows)
        return [(row, self._told(row, error))] if row is not None else []

    def _told(self, row: _Row, error: Exception) -> tuple[Diagnostic, ...]:
        ready = row.ready
        if isinstance(error, Taken):
            fields = taken_fields(self.work, ready.compiled.entity, error)
            return with_taken(ready.changeset, ready.compiled, fields).errors if fields else (Diagnostic("WRITE_014"),)
        if isinstance(error, Referred | Unfit):
            return refused_by_database(ready.compiled, ready.changeset, {}, error).diagnostics
        return (Diagnostic("WRITE_014"),)

    async def _doubles(self, error: Taken) -> list[_Row]:
        """The rows whose values another record, or an earlier row, has already; () for a unique column of rows."""
        if not self.rows:
            return []
        compiled = self.rows[0].ready.compiled
        names = taken_fields(self.work, compiled.entity, error)
        if not names or any("." in name for name in names):
            return []
        table = shelved(self.work.version, compiled.entity).table
        specs = [compiled.fields[name] for name in names]
        stored = self.work.version.stored(compiled.entity.name)
        columns = [column_name(one.spec) for one in specs]
        keys = {row.at: tuple(stored.columns(row.ready.changeset.values).get(c) for c in columns) for row in self.rows}
        query = Query(
            _among(table.name, columns, [key[0] for key in keys.values() if key[0] is not None]),
            (_BIG, *(table.column(c).storage for c in columns)),
        )
        there = {tuple(rest): number for number, *rest in await self.work.store.rows(query)}
        found, seen = [], dict[tuple[Any, ...], int]()
        for row in self.rows:
            key = keys[row.at]
            if None in key:
                continue
            if there.get(key, row.number) != row.number or key in seen:
                found.append(row)
            seen.setdefault(key, row.number)
        return found

    async def _search(self, rows: list[_Row]) -> _Row | None:
        """One row that cannot be written, found by halves, nothing kept."""
        if not rows:
            return None
        if len(rows) == 1:
            return rows[0]
        middle = len(rows) // 2
        first = rows[:middle]
        if await self._attempt(first, trial=True) is not None:
            return await self._search(first)
        return await self._search_behind(first, rows[middle:])

    async def _search_behind(self, before: list[_Row], rows: list[_Row]) -> _Row | None:
        """The first row that cannot be written behind those that can."""
        if len(rows) == 1:
            return rows[0]
        middle = len(rows) // 2
        if await self._attempt([*before, *rows[:middle]], trial=True) is not None:
            return await self._search_behind(before, rows[:middle])
        return await self._search_behind([*before, *rows[:middle]], rows[middle:])


class _Blamed(Exception):
    """A row that cannot be written, and why."""

    def __init__(self, at: int, said: Diagnostic) -> None:
        super().__init__(said.code)
        self.at = at
        self.said = said


def _missed(compiled: CompiledRecord, error: Missed) -> Diagnostic:
    if getattr(error.write, "table", None) is FILE:
        name = next((n for n, f in compiled.fields.items() if f.kind.shape == "file"), "")
        title = compiled.fields[name].spec.title if name else compiled.entity.title
        return Diagnostic("REC_037", args={"field": title})
    return Diagnostic("WRITE_014")


def _among(table: str, columns: Sequence[str], first: Sequence[Any]) -> Sql:
    """The rows of a table whose first column is among some values."""
    marks = ", ".join("?" * len(first)) or "NULL"
    names = ", ".join(map(quoted, columns))
    return Sql(f"SELECT id, {names} FROM {quoted(table)} WHERE {quoted(columns[0])} IN ({marks})", tuple(first))  # noqa: S608


def in_order(writes: Iterable[Write]) -> list[Write]:
    """The writes so that rows for one table stand together: what changes or deletes first, as it comes, then inserts
    by their tables, and that rights have changed once at the end."""
    first: list[Write] = []
    inserts: dict[int, list[Write]] = {}
    runs: list[Write] = []
    last: list[Write] = []
    for write in writes:
        if isinstance(write, Insert):  # nearly all of them
            inserts.setdefault(id(write.table), []).append(write)
        elif write is journal.ACCESS_CHANGED:
            last = [write]
        elif isinstance(write, Run):
            runs.append(write)
        else:
            first.append(write)
    return [*first, *(write for group in inserts.values() for write in group), *runs, *last]
