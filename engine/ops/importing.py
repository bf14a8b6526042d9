"""Importing a sheet: upload, columns, a trial that writes nothing, writing in batches that survive a kill, undo."""

from __future__ import annotations

import asyncio
import hashlib
import time
from bisect import bisect_right
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import Any

from ..compile.record import CompiledRecord
from ..diagnostics import Diagnostic, Place, Refused, did_you_mean
from ..model import Entity, Sql, Text
from ..store import journal
from ..store.files import Gone
from ..store.protocol import Insert, Missed, Run, Taken, Update, Write
from ..store.tables import FILE, ONCE
from .actors import Stale
from .batches import Batch, batch_of
from .context import moment
from .import_batch import KIND, OUTCOMES, Import, State, applied_before, load_import, moved_on, row_writes
from .import_rows import Judged, RowJudge, Scheme
from .mapping import LINE, LINE_HEADER, Mapped, fillable_paths, guess, possible_keys, record_key
from .reach import as_seen
from .sheet import Sheet, SheetRow, read_sheet
from .submission import Saved
from .undo import undo
from .work import Work
from .write_all import Outcome, write_all

#: Rows written in one transaction.
CHUNK = 500
#: Rows of one import when nobody says otherwise.
MOST_ROWS = 100_000
#: Milliseconds that whoever began an import has before a job goes on with it.
PATIENCE = 5_000
#: Bytes of a file read at a time.
_PIECE = 1 << 20

#: Gives a fresh piece of work for the one who imports: again whenever definitions or rights moved on.
Fresh = Callable[[], Awaitable[Work]]
#: Told after each chunk.
Told = Callable[[Import], None]


# ---------------------------------------------------------------- the sheet


async def begin_import(
    work: Work, entity: str, filename: str, content: bytes, sheet: str = "", most: int = MOST_ROWS
) -> Import:
    """Keep a sheet that is to be imported, its columns guessed. Nothing of it is a record yet.

    filename: as uploaded; sheet: of a workbook, else the first with rows. Raises Refused: ASK_009 and WRITE_002 without
    the right, EXCH_001 to 005 for what cannot be read, EXCH_009 when no header fits anything.
    """
    kind = demand_right(work, entity)
    read = await asyncio.to_thread(read_sheet, content, filename, sheet)
    if len(read.rows) > most:
        raise Refused(Diagnostic("EXCH_004", Place(filename), {"file": filename, "rows": most, "columns": 2000}))
    columns = guess(kind, read.headers)
    stored = await work.files.put(_pieces(content))
    number, file = await work.store.new_ids(2)
    scheme = Scheme(entity, columns, record_key(kind, columns, veiled_fields(work, kind)), serials=bool(read.name))
    title = filename.replace("\0", "")[:120]
    made = Import(
        number, entity, title, work.actor.id, work.now.ms, "mapping", stored.sha256, read.name, scheme, len(read.rows)
    )
    values = {"id": file, "sha256": stored.sha256, "name": title, "size": stored.size, "account": work.actor.id}
    values |= {"media_type": "application/octet-stream", "entity": KIND, "record": number, "state": "kept"}
    await work.apply([made.row(kind), Insert(FILE, {**values, "created_at": work.now.ms})])
    return made


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]


def demand_right(work: Work, entity: str) -> Entity:
    """The entity, if the actor may import into it. Raises Refused."""
    found = work.entity(entity)
    if work.product(entity, "import").nothing:
        raise Refused(Diagnostic("WRITE_002", args={"entity": found.title}))
    return found


def veiled_fields(work: Work, entity: Entity) -> frozenset[str]:
    """Names of the fields that the actor does not see in full in every record: records cannot be found by them, or
    trying values would tell them."""
    seen = work.product(entity.name, "see").fields
    return frozenset(f.name for f in entity.fields if seen.get(f.id, "hide") != "show")


def _closed(work: Work, entity: Entity, key: Sequence[str]) -> list[Diagnostic]:
    veiled = veiled_fields(work, entity)
    closed = [f for f in entity.fields if f.name in key and f.name in veiled]
    return [Diagnostic("EXCH_026", Place(path="key"), {"key": f.title}) for f in closed]


def _demand_key(work: Work, one: Import) -> None:
    """What was chosen counts by the rights of now. Raises Refused(EXCH_026)."""
    if problems := _closed(work, demand_right(work, one.entity), one.scheme.key):
        raise Refused(problems)


async def sheet_of(work: Work, one: Import) -> Sheet:
    """The sheet of an import, read again. Raises Refused(EXCH_023) when it is gone."""
    try:
        content = b"".join([piece async for piece in work.files.read(one.file)])
    except Gone:
        raise Refused(Diagnostic("EXCH_023")) from None
    if hashlib.sha256(content).hexdigest() != one.file:
        raise Refused(Diagnostic("EXCH_023"))
    return await asyncio.to_thread(read_sheet, content, one.title, one.sheet)


# ---------------------------------------------------------------- where columns go


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen for an import. paths: where a column may go, with words; keys: by what a row may find its
    record; samples: some cells of each column."""

    paths: Mapping[str, Text]
    keys: tuple[tuple[str, ...], ...]
    samples: tuple[tuple[str, ...], ...]


def choices(work: Work, one: Import, sheet: Sheet) -> Choices:
    """Where the columns of a sheet may go."""
    entity = work.version.entity(one.entity)
    samples = tuple(
        tuple(dict.fromkeys(row.cells[at] for row in sheet.rows[:200] if row.cells[at]))[:3]
        for at in range(len(sheet.headers))
    )
    return Choices(
        fillable_paths(entity), possible_keys(entity, one.scheme.columns, veiled_fields(work, entity)), samples
    )


async def set_columns(work: Work, one: Import, chosen: Mapping[str, str], key: Sequence[str] | None = None) -> Import:
    """Say where columns go. chosen: header -> field path, "" to leave it out; LINE_HEADER is the row number; headers
    that are not named stay as they are. key: the fields that tell which record a row means, () for always new ones,
    None for the surest that there are.

    Raises Refused with everything that is wrong: EXCH_009, 017 to 020, 026.
    """
    entity = demand_right(work, one.entity)
    columns, problems = _chosen(entity, one, chosen)
    problems += _doubled(entity, columns)
    keys = record_key(entity, columns, veiled_fields(work, entity)) if key is None else tuple(key)
    given = {m.field for m in columns}
    problems += [Diagnostic("EXCH_020", Place(path="key"), {"key": name}) for name in keys if name not in given]
    problems += _closed(work, entity, keys)
    if not any(given):
        problems.append(Diagnostic("EXCH_009", args={"entity": entity.title}))
    if problems:
        raise Refused(problems)
    scheme = replace(one.scheme, columns=columns, key=keys)
    return await _step(work, replace(one, scheme=scheme, state="mapping", done=0, counts={}), one)


def _chosen(entity: Entity, one: Import, chosen: Mapping[str, str]) -> tuple[tuple[Mapped, ...], list[Diagnostic]]:
    paths = fillable_paths(entity)
    headers = [m.header for m in one.scheme.columns if m.column != LINE]
    problems: list[Diagnostic] = []
    for header, path in chosen.items():
        if header not in headers and header != LINE_HEADER:
            near = did_you_mean(header, headers)
            hint = Text(f"是不是“{near}”？", f"Did you mean “{near}”?") if near else Text()
            args = {"header": header[:80], "near": hint, "headers": ", ".join(headers[:40])}
            problems.append(Diagnostic("EXCH_019", Place(path=header[:80]), args))
        if path and path not in paths:
            args = {"field": path[:80], "names": ", ".join(n for n in paths if "." not in n)}
            problems.append(Diagnostic("EXCH_017", Place(path=header[:80]), args))
    columns = [
        Mapped(m.column, m.header, chosen[m.header], True) if m.header in chosen else m
        for m in one.scheme.columns
        if m.column != LINE
    ]
    line = chosen.get(LINE_HEADER, next((m.field for m in one.scheme.columns if m.column == LINE), ""))
    return (*columns, *([Mapped(LINE, LINE_HEADER, line, True)] if line else [])), problems


def _doubled(entity: Entity, columns: Sequence[Mapped]) -> list[Diagnostic]:
    """Columns that go to the same field."""
    headers: dict[str, list[str]] = {}
    for one in columns:
        if one.field:
            headers.setdefault(one.field, []).append(one.header)
    paths = fillable_paths(entity)
    return [
        Diagnostic("EXCH_018", Place(path=names[1]), {"field": paths.get(field, field), "headers": ", ".join(names)})
        for field, names in headers.items()
        if len(names) > 1
    ]


# ---------------------------------------------------------------- steps


async def _step(work: Work, after: Import, before: Import, more: Sequence[Write] = ()) -> Import:
    """Bring an import on. Raises Refused(EXCH_022) when it is elsewhere by now, Moved, Stale."""
    try:
        await work.apply([after.step(before.state), *more])
    except Missed:
        raise Refused(
            Diagnostic("EXCH_022", args={"state": STATES[(await load_import(work, before.id)).state]})
        ) from None
    return after


#: States in words.
STATES: Mapping[State, Text] = {
    "mapping": Text("等待选择各列", "waiting for its columns"),
    "checking": Text("检查", "being checked"),
    "checked": Text("等待确认", "waiting to be written"),
    "applying": Text("写入", "being written"),
    "done": Text("已写入", "written"),
    "undone": Text("已撤销", "undone"),
    "stopped": Text("已放弃", "given up"),
}


async def check_import(work: Work, one: Import, later: bool = False) -> Import:
    """Have every row tried from the beginning; `run_import` does it.

    later: the jobs of the installation go on with it when whoever began it does not. Raises Refused(EXCH_022, 026).
    """
    _demand_key(work, one)
    if one.state not in ("mapping", "checked"):
        raise Refused(Diagnostic("EXCH_022", args={"state": STATES[one.state]}))
    forget = Run(Sql("DELETE FROM sy_batch_row WHERE batch = ?", (one.id,)))
    more = [forget, *(await continued(work, one, "checking") if later else ())]
    return await _step(work, replace(one, state="checking", done=0, counts={}, turn=one.turn + 1), one, more)


async def continued(work: Work, one: Import, state: str, patience: int = PATIENCE) -> list[Write]:
    """What goes on with an import in a while, unless it is over by then."""
    (number,) = await work.store.new_ids()
    key = f"import:{one.id}:{state}:{number}"
    return [journal.job(number, KIND, key, {"batch": one.id, "account": one.account}, due_at=work.now.ms + patience)]


async def apply_import(work: Work, one: Import, later: bool = False) -> Import:
    """Have every row written that can be; `run_import` does it. later: as in `check_import`.

    Raises Refused: EXCH_013 when the same file was imported already and no field tells which records are there,
    EXCH_022, 026.
    """
    _demand_key(work, one)
    if one.state not in ("mapping", "checked"):
        raise Refused(Diagnostic("EXCH_022", args={"state": STATES[one.state]}))
    if not one.scheme.key and (other := await applied_before(work, one)) is not None:
        at = f"{moment(other.at).astimezone(work.zone):%Y-%m-%d %H:%M}"
        raise Refused(Diagnostic("EXCH_013", args={"file": one.title, "at": at, "batch": other.id}))
    (number,) = await work.store.new_ids()
    detail = {"batch": one.id, "rows": one.rows}
    note = journal.audit(
        number, "import", actor=work.actor.id, at=work.now.ms, entity=work.version.entity(one.entity).id, detail=detail
    )
    forget = Run(Sql("DELETE FROM sy_batch_row WHERE batch = ?", (one.id,)))
    more = [forget, note, *(await continued(work, one, "applying") if later else ())]
    return await _step(work, replace(one, state="applying", done=0, counts={}, turn=one.turn + 1), one, more)


async def stop_import(work: Work, one: Import) -> Import:
    """Give up an import that was not written. Raises Refused(EXCH_022)."""
    if one.state not in ("mapping", "checked"):
        raise Refused(Diagnostic("EXCH_022", args={"state": STATES[one.state]}))
    return await _step(work, replace(one, state="stopped"), one, [_let_go(one)])


async def undo_import(fresh: Fresh, batch: int) -> Batch:
    """Take back what an import wrote, record by record: those nobody has changed since are as they were before.

    Raises Refused(EXCH_022, WRITE_013).
    """
    while True:
        work = await fresh()
        one = await load_import(work, batch)
        with suppress(Stale):
            half = one.undone_by is not None and (await batch_of(work, one.undone_by, limit=0)).state == "running"
            if one.state != "done" and not half:
                raise Refused(Diagnostic("EXCH_022", args={"state": STATES[one.state]}))
            return await undo(work, batch)


def _let_go(one: Import) -> Write:
    """The uploaded sheet goes with what nobody used."""
    return Update(FILE, {"entity": KIND, "record": one.id}, {"state": "temp"})


# ---------------------------------------------------------------- row by row


async def run_import(fresh: Fresh, batch: int, told: Told = lambda one: None, seconds: float = 1e9) -> Import:
    """Go on with an import that is being checked or written, for about `seconds`; as far as it is then.

    May be called again after whatever happened, and by several at once: each chunk is written exactly once. Raises
    Refused(EXCH_022) when it does not come on.
    """
    run = await _Run.begun(fresh, batch, told, time.monotonic() + seconds)
    while run.one.working and not run.over:
        before = run.one
        try:
            await run.stretch()
        except Stale:
            await run.again()
            continue
        if run.one == before and not run.over:  # going round and round would only use up ids
            raise Refused(Diagnostic("EXCH_022", args={"state": STATES[before.state]}))
    return run.one


@dataclass(slots=True)
class _Run:
    """One turn at an import. over: the time is up."""

    fresh: Fresh
    told: Told
    until: float
    work: Work
    one: Import
    sheet: Sheet
    judge: RowJudge
    over: bool = False

    @staticmethod
    async def begun(fresh: Fresh, batch: int, told: Told, until: float) -> _Run:
        work = await fresh()
        one = await load_import(work, batch)
        sheet = await sheet_of(work, one) if one.working else Sheet("", (), ())
        return _Run(fresh, told, until, work, one, sheet, RowJudge(work, one.scheme, sheet, one.state == "checking"))

    async def again(self) -> None:
        """Under what is live now."""
        self.work = await self.fresh()
        self.one = await load_import(self.work, self.one.id)
        self.judge = RowJudge(self.work, self.one.scheme, self.sheet, self.one.state == "checking")

    async def stretch(self) -> None:
        """Chunk after chunk, as long as nobody else goes on with it: while one is written the next is judged."""
        at, writing = self.one.done, None
        try:
            while rows := self._rows(at):
                judged = await self.judge.judge(rows)
                if writing is not None:
                    await self._settle(writing)
                    writing = None
                if self.one.done != at or not self.one.working:
                    return  # somebody else was quicker
                at = judged[-1].number
                writing = asyncio.ensure_future(self._write(judged))
                if self.judge.one_by_one:
                    await self._settle(writing)
                    writing = None
            if writing is not None:
                await self._settle(writing)
                writing = None
        finally:
            if writing is not None:
                await asyncio.wait([writing])
        if not self.over and self.one.working and self.one.done == at:
            self.one = await _finished(self.work, self.one)
            self.told(self.one)

    def _rows(self, at: int) -> Sequence[SheetRow]:
        first = bisect_right(self.sheet.rows, at, key=attrgetter("number"))
        size = 1 if self.judge.one_by_one and self.one.state == "applying" else CHUNK
        rows = self.sheet.rows[first : first + size]
        self.over = bool(rows) and time.monotonic() >= self.until
        return () if self.over else rows

    async def _settle(self, writing: asyncio.Future[Import]) -> None:
        self.one = await writing
        self.told(self.one)

    async def _write(self, judged: Sequence[Judged]) -> Import:
        return await (_tried if self.one.state == "checking" else _written)(self.work, self.one, judged)


async def _tried(work: Work, one: Import, judged: Sequence[Judged]) -> Import:
    after = moved_on(one, judged)
    return await _once(work, one, after, await _beside(work, after, judged))


async def _once(work: Work, one: Import, after: Import, writes: Sequence[Write]) -> Import:
    """Apply the writes of a chunk unless somebody did it meanwhile."""
    mark = _mark(work, one)
    try:
        await work.apply([mark, after.step(one.state), *writes])
    except Missed:
        return await load_import(work, one.id)
    except Taken as taken:
        if taken.table != ONCE.name:
            raise
        return await load_import(work, one.id)
    return after


def _mark(work: Work, one: Import) -> Write:
    token = f"import:{one.id}:{one.turn}:{one.state}:{one.done}"
    return journal.once(token, actor=work.actor.id, at=work.now.ms, answer={"kind": KIND})


async def _beside(work: Work, one: Import, judged: Sequence[Judged]) -> list[Write]:
    ids = await work.store.new_ids(len(judged))
    changed = {row.number: differences(row, work.actor.lang) for row in judged if row.id}
    return row_writes(one.id, judged, ids, changed)


async def _written(work: Work, one: Import, judged: Sequence[Judged]) -> Import:
    """Write a chunk: the records and what is kept of the rows in one transaction."""
    ready = [row for row in judged if row.ready is not None]
    ids = iter(await work.store.new_ids(len(judged)))
    changed = {row.number: differences(row, work.actor.lang) for row in ready if row.id}
    after = one

    def beside(outcomes: Sequence[Outcome]) -> list[Write]:
        nonlocal after
        said = {row.number: outcome for row, outcome in zip(ready, outcomes, strict=True)}
        settled = [_settled(row, said.get(row.number)) for row in judged]
        after = moved_on(one, settled)
        return [_mark(work, one), after.step(one.state), *row_writes(one.id, settled, ids, changed)]

    try:
        rows = [row.ready for row in ready if row.ready is not None]
        await write_all(work, rows, origin=f"import:{one.id}", beside=beside)
    except Missed:
        return await load_import(work, one.id)
    except Taken as taken:
        if taken.table != ONCE.name:
            raise
        return await load_import(work, one.id)
    return after


def _settled(row: Judged, outcome: Outcome | None) -> Judged:
    if outcome is None:
        return row
    if isinstance(outcome, Saved):
        return replace(row, id=outcome.id, label=outcome.label, ready=None)
    return replace(row, outcome="refused", problems=(*outcome, *row.problems), ready=None)


_NEXT: Mapping[State, State] = {"checking": "checked", "applying": "done"}
_DONE_TEXT = {
    "zh": "“{file}”：新建 {created}，更新 {changed}，未变 {same}，未导入 {refused}。",
    "en": "“{file}”: {created} new, {changed} changed, {same} unchanged, {refused} refused.",
}
_DONE_TITLE = {"zh": "导入完成", "en": "Import finished"}


async def _finished(work: Work, one: Import) -> Import:
    """The last row is done: say so to whoever waits for it."""
    after = replace(one, state=_NEXT[one.state])
    writes: list[Write] = []
    if after.state == "done":
        writes.append(_let_go(one))
        if one.account:
            writes.append(await _notice(work, after))
    try:
        await work.apply([after.step(one.state), *writes])
    except Missed:
        return await load_import(work, one.id)
    return after


async def _notice(work: Work, one: Import) -> Write:
    (number,) = await work.store.new_ids()
    count: dict[str, Any] = {"file": one.title, **{name: one.counts.get(name, 0) for name in OUTCOMES}}
    text = {lang: words.format_map(count) for lang, words in _DONE_TEXT.items()}
    link = f"/import/{one.id}"
    return journal.notice(number, one.account, _DONE_TITLE, text, at=work.now.ms, link=link)


def differences(row: Judged, lang: str) -> list[tuple[str, str, str]]:
    """What a change would make of a record: field, before, after, as the importer may see them.

    What was written unseen stands there whether it is another value or not, and what follows from it does not.
    """
    ready = row.ready
    if ready is None or ready.old is None:
        return []
    fields = ready.compiled.fields
    seen = as_seen(ready.compiled, ready.changeset, ready.verdicts)
    shown = partial(_text, ready.compiled, lang)
    changes = {n: c for n, c in seen.changes.items() if n not in row.unseen and fields[n].spec.id not in ready.verdicts}
    for name in row.unseen:
        changes[name] = seen.changes.get(name) or (seen.values.get(name), seen.values.get(name))
    return [(name, shown(name, before), shown(name, after)) for name, (before, after) in changes.items()]


def _text(compiled: CompiledRecord, lang: str, name: str, value: object) -> str:
    if value is None or value == ():
        return ""
    spec = compiled.fields[name]
    if hasattr(value, "text"):
        return str(value)
    return spec.kind.show(spec.spec, compiled.model, lang)(value)[:200]
