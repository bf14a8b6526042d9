"""Edits of definitions that are not published yet: kept for each account, brought up to date when others publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ..definition.merge import Clash, merged
from ..diagnostics import Diagnostic, Place, Refused
from ..model import Slot, Sql, Storage
from ..store.protocol import Delete, Insert, Query, Taken, Update
from ..store.tables import DRAFT
from .document_paths import check_paths
from .planning import BENCH, demand_right
from .versions import past
from .work import Work

_BIG, _TEXT, _JSON = Storage("bigint"), Storage("text"), Storage("json")

_MINE = Query(
    Sql(
        "SELECT l.epoch, l.access, d.id, d.content, d.updated_at FROM sy_live l"
        " LEFT JOIN sy_draft d ON d.account = ? AND d.form = ? AND d.record = 0 WHERE l.id = 1",
        (Slot("account"), BENCH),
    ),
    (_BIG, _BIG, _BIG, _JSON, _BIG),
)
_OTHERS = Query(
    Sql(
        "SELECT a.name, d.content, d.updated_at FROM sy_draft d JOIN sy_account a ON a.id = d.account"
        " WHERE d.form = ? AND d.account <> ? ORDER BY d.updated_at DESC LIMIT 50",
        (BENCH, Slot("account")),
    ),
    (_TEXT, _JSON, _BIG),
)


@dataclass(frozen=True, slots=True)
class Clashing:
    """A document that was changed here and, since it was opened, elsewhere; "" where it is not there at all.

    text: both edits in one where they fit together, this side's where they do not; lines: where they do not.
    """

    path: str
    base: str
    mine: str
    theirs: str
    text: str
    lines: tuple[Clash, ...] = ()


@dataclass(frozen=True, slots=True)
class Bench:
    """What somebody has changed and not published.

    edits: path -> text, None for a document that is taken out; documents: what is live with the edits; clashes:
    documents that need a decision first, since another publication changed the same lines.
    """

    edits: Mapping[str, str | None] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    clashes: tuple[Clashing, ...] = ()
    updated_at: int = 0


@dataclass(frozen=True, slots=True)
class AtWork:
    """Somebody else with edits that are not published. at: milliseconds, when they last changed something."""

    name: str
    paths: tuple[str, ...]
    at: int


def stamp(text: str | None) -> str:
    """What a page sends back to say which text it showed; the same for texts that differ in line ends only."""
    return "" if text is None else sha256(plain(text).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def plain(text: str) -> str:
    """The text with line ends as files here have them; a browser sends others."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


async def bench(work: Work) -> Bench:
    """The edits of the actor, on top of what is live. Raises Refused(ACCESS_012), Moved."""
    demand_right(work)
    return (await _read(work))[0]


@dataclass(frozen=True, slots=True)
class _Edit:
    """An edit as it is stored. version: the one it was made on; text: None for a document that is taken out."""

    version: int
    text: str | None


async def _read(work: Work) -> tuple[Bench, dict[str, _Edit], int | None]:
    """The bench, the edits as they would be stored now, and the id of their row."""
    ((epoch, access, row, content, at),) = await work.store.rows(_MINE, {"account": work.actor.id})
    work.demand(epoch, access)
    if row is None:
        return Bench(documents=work.version.documents), {}, None
    stored = {path: _Edit(*one) for path, one in content["edits"].items()}
    bases: dict[int, Mapping[str, str]] = {0: {}}
    for number in {e.version for e in stored.values()} - {0, work.version.number}:
        bases[number] = (await past(work, number)).documents
    found: dict[str, _Edit] = {}
    clashes: list[Clashing] = []
    for path, edit in stored.items():
        live = work.version.documents.get(path)
        one: Clashing | str | None = edit.text
        if edit.version != work.version.number:
            one = _brought_on(path, bases[edit.version].get(path), edit.text, live)
        if isinstance(one, Clashing):
            clashes.append(one)
            found[path] = edit
        elif one != live:
            found[path] = _Edit(work.version.number, one)
    return _on_top(work, found, tuple(clashes), at), found, row


def _brought_on(path: str, base: str | None, mine: str | None, theirs: str | None) -> Clashing | str | None:
    """The edit on top of what was published since, or what has to be decided."""
    if theirs == base or mine == theirs:
        return mine
    if mine == base:
        return theirs
    if mine is None or theirs is None:
        return Clashing(path, base or "", mine or "", theirs or "", mine or "")
    both = merged(base or "", mine, theirs)
    return Clashing(path, base or "", mine, theirs, both.text, both.clashes) if both.clashes else both.text


def _on_top(work: Work, found: Mapping[str, _Edit], clashes: tuple[Clashing, ...], at: int) -> Bench:
    edits = {path: edit.text for path, edit in found.items()}
    documents = {**work.version.documents, **{p: t for p, t in edits.items() if t is not None}}
    for path, text in edits.items():
        if text is None:
            documents.pop(path, None)
    return Bench(edits, documents, clashes, at)


async def keep_edits(work: Work, edits: Mapping[str, str | None], seen: Mapping[str, str]) -> Bench:
    """Keep documents as they were changed; None takes one out. Nothing is checked but where they stand.

    seen: path -> `stamp` of the text that was shown, "" for a document that was not there.
    Raises Refused: ACCESS_012, PLAN_005, PLAN_006; PLAN_008 (detail: Clashing) when a document is no longer what was
    shown, as after a publication of somebody else or in another window. Raises Moved.
    """
    demand_right(work)
    now, found, row = await _read(work)
    clashing = {c.path: c for c in now.clashes}
    for path, text in edits.items():
        there = clashing[path].theirs or None if path in clashing else now.documents.get(path)
        if seen.get(path, "") != stamp(there):
            raise Refused(Diagnostic("PLAN_008", Place(path), {"path": path}), _moved_on(now, path, text))
        text = None if text is None else plain(text)
        found[path] = _Edit(work.version.number, text)
        if text == work.version.documents.get(path):
            del found[path]
    made = _on_top(work, found, tuple(c for c in now.clashes if c.path not in edits), work.now.ms)
    problems = check_paths(made.documents)
    if problems:
        raise Refused(problems)
    await _store(work, row, found)
    return made


def _moved_on(now: Bench, path: str, text: str | None) -> Clashing:
    theirs = now.documents.get(path, "")
    return Clashing(path, "", text or "", theirs, text or "")


async def _store(work: Work, row: int | None, edits: Mapping[str, _Edit]) -> None:
    content: dict[str, Any] = {"edits": {path: [edit.version, edit.text] for path, edit in edits.items()}}
    values = {"defn": work.version.number, "content": content, "updated_at": work.now.ms}
    key = {"account": work.actor.id, "form": BENCH, "record": 0}
    (number,) = await work.store.new_ids()
    if not edits:
        writes: list[Any] = [Delete(DRAFT, key)]
    elif row is None:
        writes = [Insert(DRAFT, {"id": number, **key, **values})]
    else:
        writes = [Update(DRAFT, {"id": row}, values)]
    try:
        await work.apply(writes)
    except Taken as taken:  # two windows at once made the first edit
        raise Refused(Diagnostic("PLAN_008", args={"path": ", ".join(edits)})) from taken


async def drop_edits(work: Work, paths: tuple[str, ...] = ()) -> None:
    """Throw edits away: those of some documents, or all. Raises Refused(ACCESS_012), Moved."""
    demand_right(work)
    _, found, row = await _read(work)
    if row is not None:
        await _store(work, row, {path: edit for path, edit in found.items() if paths and path not in paths})


async def at_work(work: Work) -> tuple[AtWork, ...]:
    """Who else has edits that are not published, whoever changed something last first."""
    demand_right(work)
    rows = await work.store.rows(_OTHERS, {"account": work.actor.id})
    return tuple(AtWork(name, tuple(sorted(content.get("edits", {}))), at) for name, content, at in rows)
