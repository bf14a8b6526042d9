"""Rows of a sheet judged: which record each means, what would become of it, and everything that stands against it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal

from ..changeset import Changeset, cast
from ..changeset.changeset import with_errors, with_taken
from ..compile.record import CompiledField, CompiledRecord, label_of
from ..diagnostics import Diagnostic, Place, is_error
from ..fieldtypes import Given, target_of
from ..fieldtypes.clean import clip
from ..model import Record, Ref, Text
from ..policy import actor_value
from ..store.words import folded
from .held import Held, held_all
from .import_links import Links, paths_behind
from .mapping import LINE, Mapped
from .prepared import Ready, seen_when_made
from .reach import everywhere, judged, needed, out_of_reach, unwritable
from .sheet import Sheet, SheetRow
from .stored_by import stored_by
from .work import Work

Outcome = Literal["created", "changed", "same", "refused"]

#: Fields whose text must keep every digit: a spreadsheet program that took it for a number has lost some.
_DIGITS = frozenset({"text", "serial", "resident_id", "student_code", "phone", "bank_card", "code"})
_COMPUTED = frozenset({"decimal", "money"})
_ROUNDED = re.compile(r"[+-]?\d(?:[.,]\d{1,15})?[eE]\+?\d{2,3}")
#: Decimals with more places than this were computed by a program, not typed by a person, and are rounded.
_TYPED = 9


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a sheet is read. columns: which column goes where; key: the fields that tell which record a row means, ()
    when every row is a new one; serials: numbers in date columns count days, as Excel keeps them."""

    entity: str
    columns: tuple[Mapped, ...]
    key: tuple[str, ...] = ()
    serials: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """A row, and what would become of it. ready: what would be written, None for a row that is refused or the same.

    id: of the stored record, None for a new one; problems: errors and warnings, their places being paths of fields;
    unseen: fields that are written though the importer does not see in full what is there. Nothing tells whether that
    is the same.
    """

    number: int
    outcome: Outcome
    label: str
    problems: tuple[Diagnostic, ...] = ()
    id: int | None = None
    ready: Ready | None = None
    unseen: tuple[str, ...] = ()


@dataclass(slots=True)
class _Row:
    """A row on its way. raw: field -> what is cast; key: the stored values of its key, None when it has none; coming:
    links to records that rows above it will make."""

    sheet: SheetRow
    raw: dict[str, Any] = field(default_factory=dict)
    links: dict[str, Ref] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    key: tuple[Any, ...] | None = None
    id: int | None = None
    coming: set[str] = field(default_factory=set)

    @property
    def refused(self) -> bool:
        return any(is_error(d) for d in self.problems)


class RowJudge:
    """Judges the rows of one sheet, chunk by chunk. Make it anew for each run: it remembers what links lead to.

    trial: nothing is written, so that what rows above would make is taken for there.
    """

    def __init__(self, work: Work, scheme: Scheme, sheet: Sheet, trial: bool = False) -> None:
        self.work = work
        self.scheme = scheme
        self.compiled: CompiledRecord = work.version.record(scheme.entity)
        self.everywhere = everywhere(work, scheme.entity, "import")
        self.needed = needed(work, scheme.entity, "import")
        self.product = work.product(scheme.entity, "import")
        self.made_seen = seen_when_made(self.compiled, self.product)
        self.new_names = self._named({one for one, how in self.product.writable.items() if how is not False})
        self.columns = tuple(_Column.of(self.compiled, m) for m in scheme.columns if m.field)
        self.watched = tuple((c, c.watched) for c in self.columns)
        linked = [c for c in self.columns if c.spec.kind.shape == "link"]
        own = {c.path for c in linked if target_of(c.spec.spec) == scheme.entity}
        self.links = {c.path: Links(work, self.compiled, c.spec, self._reads(c), c.path in own) for c in linked}
        #: Rows that name each other are written one by one.
        self.one_by_one = bool(own)
        self.made = self._made(sheet) if own and trial else {}
        #: What people know a record by, the name first.
        fields = [f for f in self.compiled.entity.fields if f.search or f.unique or f.type == "person_name"]
        self.telling = tuple(f.name for f in sorted(fields, key=lambda f: f.type != "person_name"))
        self.unique = self._unique_sets()
        self.doubles = {names: _doubles(self._texts(sheet.rows, names)) for names in self.unique}

    def _made(self, sheet: Sheet) -> dict[str, int]:
        """By what the records that rows make will be found -> the first such row."""
        telling = [c for c in self.columns if not c.rows and (c.spec.spec.unique or c.spec.spec.search)]
        found: dict[str, int] = {}
        for row in sheet.rows:
            for column in telling:
                found.setdefault(folded(column.text(row)), row.number)
        return found

    def _reads(self, column: _Column) -> frozenset[tuple[str, ...]]:
        if column.rows:
            return frozenset(self.compiled.reads.get((column.rows, column.spec.name), ()))
        return paths_behind(self.compiled, column.path, self.needed)

    def _unique_sets(self) -> tuple[tuple[str, ...], ...]:
        """The sets of fields that may not repeat and that this sheet fills; the key first."""
        given = {c.path for c in self.columns}
        entity = self.compiled.entity
        sets = [(f.name,) for f in entity.fields if f.unique] + list(entity.unique)
        found = ([self.scheme.key] if self.scheme.key else []) + [names for names in sets if set(names) <= given]
        return tuple(dict.fromkeys(tuple(names) for names in found))

    def _texts(self, rows: Iterable[SheetRow], names: tuple[str, ...]) -> Iterable[tuple[int, tuple[str, ...]]]:
        at = {c.path: c for c in self.columns}
        chosen = [at[name] for name in names if name in at]
        for row in rows:
            texts = tuple(c.text(row).strip().casefold() for c in chosen)
            if all(texts):
                yield row.number, texts

    async def judge(self, rows: Sequence[SheetRow]) -> list[Judged]:
        """What would become of the rows, as things stand now. Raises Moved and Stale."""
        found = [self._read(row) for row in rows]
        await self._follow(found)
        given = self._given(found)
        self._doubled(found)
        await self._recognised(found, given)
        ids = [row.id for row in found if row.id is not None]
        entity = self.compiled.entity
        stored = await held_all(self.work, entity, ids, "import", tuple(self.needed)) if ids else {}
        made = [await self._judged(row, stored.get(row.id or 0), given) for row in found]
        return await self._untaken(made)

    # ------------------------------------------------------------ from cells to values

    def _read(self, row: SheetRow) -> _Row:
        found = _Row(row)
        for column, watched in self.watched:
            value: Any = column.text(row)
            if not value:
                continue
            if watched:
                value, problem = column.cleaned(value)
                if problem is not None:
                    found.problems.append(problem)
            if value is not None:
                column.put(found.raw, value)
        return found

    async def _follow(self, rows: Sequence[_Row]) -> None:
        """Put records in place of the cells that name them."""
        for path, links in self.links.items():
            column = next(c for c in self.columns if c.path == path)
            await links.learn(str(value) for row in rows if (value := column.get(row.raw)) is not None)
            for row in rows:
                text = column.get(row.raw)
                if text is None:
                    continue
                named = links.named(str(text), Given(self.work.now.at, self.work.zone, "import"), row.links)
                if isinstance(named, Ref):
                    column.put(row.raw, named.id)
                    row.links[path] = named
                else:
                    column.drop(row.raw)
                    row.problems.append(self._not_named(row, path, str(text), named))

    def _not_named(self, row: _Row, path: str, text: str, found: Diagnostic) -> Diagnostic:
        made = self.made.get(folded(text), row.sheet.number) if found.code == "EXCH_011" else row.sheet.number
        if made >= row.sheet.number:
            return Diagnostic(found.code, Place(path=path), found.args)
        row.coming.add(path)
        return Diagnostic("EXCH_025", Place(path=path), {"value": text[:80], "row": made})

    def _given(self, rows: Iterable[_Row]) -> Given:
        refs: dict[str, dict[int, Ref]] = {}
        for row in rows:
            for path, ref in row.links.items():
                refs.setdefault(target_of(self.links[path].column.spec), {})[ref.id] = ref
        work = self.work
        actor = actor_value(work.actor)
        return Given(work.now.at, work.zone, "import", work.actor.lang, refs, {}, actor, self.scheme.serials)

    # ------------------------------------------------------------ which record a row means

    def _doubled(self, rows: Iterable[_Row]) -> None:
        """Rows that have in common what may not repeat: the first of them counts."""
        for names in self.unique:
            doubles = self.doubles[names]
            if doubles:
                for row in rows:
                    first = doubles.get(row.sheet.number)
                    if first is not None:
                        args = {"first": first, "number": row.sheet.number, "key": self.titles(names)}
                        row.problems.append(Diagnostic("EXCH_008", Place(path=names[0]), args))

    def titles(self, names: Iterable[str]) -> Text:
        """The fields in words."""
        titles = [self.compiled.fields[n].spec.title if n in self.compiled.fields else _LINE_TITLE for n in names]
        return Text("、".join(t.get("zh") for t in titles), ", ".join(t.get("en") for t in titles))

    async def _recognised(self, rows: Sequence[_Row], given: Given) -> None:
        key = self.scheme.key
        if not key:
            return
        for row in rows:
            row.key = self._key_of(row, key, given)
        known = await stored_by(self.work, self.compiled.entity, key, [r.key for r in rows if r.key is not None])
        for row in rows:
            there = known.get(row.key, ()) if row.key is not None else ()
            if len(there) > 1:
                args = {"count": len(there), "key": self.titles(key)}
                row.problems.append(Diagnostic("EXCH_016", Place(path=key[0]), args))
            elif there:
                row.id = there[0]

    def _key_of(self, row: _Row, key: tuple[str, ...], given: Given) -> tuple[Any, ...] | None:
        values = []
        for name in key:
            spec = self.compiled.fields[name]
            raw = row.raw.get(name)
            if raw is None:
                if spec.spec.type != "serial" and not row.refused:
                    args = {"key": self.titles((name,))}
                    row.problems.append(Diagnostic("EXCH_015", Place(path=name), args))
                return None
            value, _ = spec.cast(raw, spec.place, given)
            if value is None:
                return None  # the cast says why, later
            values.append(value.id if isinstance(value, Ref) else value)
        return tuple(values)

    # ------------------------------------------------------------ what becomes of it

    async def _judged(self, row: _Row, held: Held | None, given: Given) -> Judged:
        if row.id is not None and (held is None or not held.seen):
            changeset = with_taken(self._cast(row, None, given), self.compiled, self.scheme.key)
            return self._refused(row, changeset, None)
        old = held.record if held else None
        if old is not None:
            self._keep_rows(row, old)
        changeset = self._cast(row, held, given)
        if row.coming:  # what is said of these links is about their not being there yet
            errors = tuple(d for d in changeset.errors if d.place.path not in row.coming)
            changeset = replace(changeset, errors=errors)
        unseen = self._unseen(row, held) if held is not None and held.verdicts else ()
        changeset = await self._within(row, changeset, held)
        if row.refused or changeset.errors:
            return self._refused(row, changeset, old)
        label = self._called(row, changeset.values)
        problems = (*row.problems, *changeset.warnings)
        if held is not None and not changeset.changes and not unseen:
            return Judged(row.sheet.number, "same", label, problems, row.id)
        verdicts = held.verdicts if held else self.made_seen
        if old is not None:
            old = replace(old, label=label_of(self.compiled, old.values, old.id))
        ready = Ready(self.compiled, "import", old, changeset, verdicts, given)
        return Judged(row.sheet.number, "changed" if held else "created", label, problems, row.id, ready, unseen)

    def _unseen(self, row: _Row, held: Held) -> tuple[str, ...]:
        """The fields, sub-tables among them, with cells for what the importer does not see in full; those that may not
        be written are refused whatever they hold. A mask that comes back as it was shown is no such cell."""
        found = []
        for column in self.columns:
            ids = {column.spec.spec.id, self.compiled.fields[column.rows or column.path].spec.id}
            text = column.text(row.sheet)
            if not text or ids.isdisjoint(held.verdicts):
                continue
            old = column.stored(held.record)
            hidden = any(held.verdicts.get(one) == "hide" for one in ids)
            if not hidden and (old is None or text == column.spec.kind.mask(old)):
                continue
            found.append(column.rows or column.path)
            if held.writable is not None and not ids <= held.writable:
                row.problems.append(Diagnostic("REC_004", Place(path=column.path), {"field": column.spec.spec.title}))
        return tuple(dict.fromkeys(found))

    def _cast(self, row: _Row, held: Held | None, given: Given) -> Changeset:
        if held is None:
            return cast(self.compiled, row.raw, None, given=given, allowed=self.new_names)
        allowed = None if held.writable is None else self._named(held.writable)
        return cast(self.compiled, row.raw, held.record, given=given, allowed=allowed)

    def _named(self, ids: Collection[str]) -> frozenset[str] | None:
        """The fields of these ids by name; None when they are all."""
        found = frozenset(name for name, one in self.compiled.fields.items() if one.spec.id in ids)
        return None if len(found) == len(self.compiled.fields) else found

    async def _within(self, row: _Row, changeset: Changeset, held: Held | None) -> Changeset:
        """The change held against what the actor may do."""
        if held is not None and not held.may:
            label = label_of(self.compiled, held.record.values, held.record.id)
            return with_errors(changeset, (Diagnostic("WRITE_003", args={"label": label}),))
        if held is not None and held.writable is not None:
            changeset = with_errors(changeset, unwritable(self.compiled, changeset, row.raw, held.writable))
        if self.everywhere or changeset.errors or (held is not None and not changeset.changes):
            return changeset
        may = await judged(self.work, self.compiled, "import", row.id or 0, changeset.values, changeset.unit)
        if not may.allowed:
            return with_errors(changeset, (out_of_reach(self.compiled),))
        return (
            with_errors(changeset, unwritable(self.compiled, changeset, row.raw, may.written))
            if not held
            else changeset
        )

    def _keep_rows(self, row: _Row, old: Record) -> None:
        """Rows of sub-tables stand for those stored at their place; stored rows beyond them stay."""
        for name in {c.rows for c in self.columns if c.rows}:
            stored = old.values.get(name) or ()
            sent = row.raw.get(name)
            if sent is None:
                continue
            rows = {int(at): dict(cells) for at, cells in sent.items()}
            for at, one in enumerate(stored):
                rows[at] = {**rows.get(at, {}), "id": one["id"]}
            row.raw[name] = {str(at): rows[at] for at in sorted(rows)}

    def _refused(self, row: _Row, changeset: Changeset, old: Record | None) -> Judged:
        # Whatever follows from a cell that could not be read was said already.
        said = {d.place.path for d in row.problems if is_error(d)}
        more = [d for d in changeset.errors if d.place.path not in said]
        problems = tuple(dict.fromkeys((*row.problems, *more, *changeset.warnings)))
        return Judged(row.sheet.number, "refused", self._called(row, (old or changeset).values), problems, row.id)

    def _called(self, row: _Row, values: Mapping[str, Any]) -> str:
        """The label, or what the sheet calls the record while something that the label needs is not there yet."""
        label = label_of(self.compiled, values, row.id)
        if label != self.compiled.entity.title.get("zh"):
            return label
        return next((str(row.raw[name]) for name in self.telling if row.raw.get(name)), "")[:80] or label

    async def _untaken(self, made: list[Judged]) -> list[Judged]:
        """Refuse the rows whose values another record has already, as the database would."""
        for names in self.unique:
            if names == self.scheme.key or any("." in name or name not in self.compiled.fields for name in names):
                continue
            keys = {row.number: key for row in made if row.ready and (key := _changed_key(row.ready.changeset, names))}
            if not keys:
                continue
            known = await stored_by(self.work, self.compiled.entity, names, list(keys.values()))
            made = [self._taken(row, names, known.get(keys.get(row.number, ()), ())) for row in made]
        return made

    def _taken(self, row: Judged, names: tuple[str, ...], owners: Sequence[int]) -> Judged:
        if row.ready is None or not owners or all(owner == row.id for owner in owners):
            return row
        changeset = with_taken(row.ready.changeset, self.compiled, names)
        return replace(row, outcome="refused", problems=(*changeset.errors, *row.problems), ready=None)


_LINE_TITLE = Text("行号", "row number")


def _changed_key(changeset: Changeset, names: tuple[str, ...]) -> tuple[Any, ...] | None:
    """The values of fields that may not repeat together, if any of them changes and none is empty."""
    if not any(name in changeset.changes for name in names):
        return None
    values = tuple(changeset.values.get(name) for name in names)
    return None if None in values else tuple(v.id if isinstance(v, Ref) else v for v in values)


def _doubles(texts: Iterable[tuple[int, tuple[str, ...]]]) -> dict[int, int]:
    """Row -> the first row with the same texts, for rows that are not that first one."""
    first: dict[tuple[str, ...], int] = {}
    return {number: first[key] for number, key in texts if first.setdefault(key, number) != number}


# ---------------------------------------------------------------- columns


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the sheet that is imported. path: of the field, `guardians.1.phone` inside a sub-table, where `rows`
    is the sub-table and `at` the place of the row from 0."""

    column: int
    path: str
    spec: CompiledField
    rows: str = ""
    at: int = 0

    @property
    def watched(self) -> bool:
        """Whether cells of the column may have been spoiled or computed by a program."""
        return self.spec.spec.type in _DIGITS or self.spec.spec.type in _COMPUTED

    @staticmethod
    def of(compiled: CompiledRecord, mapped: Mapped) -> _Column:
        head, _, rest = mapped.field.partition(".")
        if not rest:
            return _Column(mapped.column, head, compiled.fields[head])
        number, _, name = rest.partition(".")
        columns = compiled.fields[head].columns or {}
        return _Column(mapped.column, mapped.field, columns[name], head, int(number) - 1)

    def text(self, row: SheetRow) -> str:
        return str(row.number) if self.column == LINE else row.cells[self.column]

    def put(self, raw: dict[str, Any], value: Any) -> None:
        if self.rows:
            raw.setdefault(self.rows, {}).setdefault(str(self.at), {})[self.spec.name] = value
        else:
            raw[self.path] = value

    def get(self, raw: Mapping[str, Any]) -> Any:
        if self.rows:
            return raw.get(self.rows, {}).get(str(self.at), {}).get(self.spec.name)
        return raw.get(self.path)

    def stored(self, record: Record) -> Any:
        """What the record holds there."""
        if not self.rows:
            return record.values.get(self.path)
        rows = record.values.get(self.rows) or ()
        return rows[self.at].get(self.spec.name) if self.at < len(rows) else None

    def drop(self, raw: dict[str, Any]) -> None:
        if self.rows:
            raw[self.rows][str(self.at)].pop(self.spec.name, None)
        else:
            raw.pop(self.path, None)

    def cleaned(self, text: str) -> tuple[Any, Diagnostic | None]:
        """The cell as it is cast, and what was noticed about it."""
        kind = self.spec.spec.type
        if kind in _DIGITS and _ROUNDED.fullmatch(text):
            return None, Diagnostic("EXCH_007", Place(path=self.path), {"value": clip(text)})
        if kind in _COMPUTED and len(text) > _TYPED and "." in text:
            return _rounded(text, int(self.spec.spec.options.get("scale", 2)), self.path)
        return text, None


def _rounded(text: str, scale: int, path: str) -> tuple[Any, Diagnostic | None]:
    """A number that a program computed, with as many decimals as the field keeps."""
    if len(text.partition(".")[2]) <= max(_TYPED, scale):
        return text, None
    try:
        value = str(Decimal(text).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP))
    except InvalidOperation:
        return text, None
    return value, Diagnostic("EXCH_014", Place(path=path), {"typed": clip(text), "value": value})


def counted(rows: Iterable[Judged]) -> Counter[str]:
    """How many rows have which outcome."""
    return Counter(row.outcome for row in rows)
