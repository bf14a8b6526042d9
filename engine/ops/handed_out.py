"""Every record of a list under the right to export: in chunks by key, counted first and put on record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from ..diagnostics import Diagnostic, Place, Refused
from ..model import Actor, Entity, Text, View
from ..store import journal
from .actors import Stale, load_actor
from .asking import Ask
from .counting import counted
from .listing import columns_of, page_of, view_of
from .reckoned import around
from .shown import ListColumn
from .sight import Sight
from .work import Moved, Work

#: Records read at once; memory holds no more of an export.
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Export:
    """What leaves the school: its columns, how many records there are, and the rows as they are read.

    Each row holds the label of its record, then a value for each column as in `Line.cells`.
    """

    entity: Entity
    columns: tuple[ListColumn, ...]
    count: int
    rows: AsyncIterator[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Allowance:
    """How far a list may be taken away. listed, given: how many of its records are seen and how many of them may leave,
    each counted up to the most; columns: those that may; kept: what those are called that stay behind.
    """

    listed: int
    given: int
    columns: tuple[ListColumn, ...]
    kept: tuple[Text, ...]


async def allowance(work: Work, ask: Ask, view: View | None = None, most: int = 50_000) -> Allowance:
    """What `export` would give of what the actor sees of a list; nothing is put on record.

    Raises Refused(ASK_014) without the right to export.
    """
    entity = work.entity(ask.entity)
    if work.product(ask.entity, "export").nothing:
        raise Refused(Diagnostic("ASK_014", Place(), {"entity": entity.title}))
    view = view_of(work, ask, view)
    sight = Sight(work.version, work.actor, "export")
    columns = columns_of(work, Sight(work.version, work.actor), ask, view)
    given = tuple(c for c in columns if sight.verdict(entity, c.path) != "hide")
    listed, count = await counted(work, ask, most, view), await counted(work, ask, most, view, sight)
    return Allowance(listed, count, given, tuple(c.title for c in columns if c not in given))


async def export(work: Work, ask: Ask, view: View | None = None, most: int = 50_000) -> Export:
    """The records of a list as the actor may export them; on record before the first one is given.

    most: more than that are refused (ASK_013). Raises Refused(ASK_014) without the right to export.
    """
    entity = work.entity(ask.entity)
    if work.product(ask.entity, "export").nothing:
        raise Refused(Diagnostic("ASK_014", Place(), {"entity": entity.title}))
    view = view_of(work, ask, view)
    sight = Sight(work.version, work.actor, "export")
    columns = columns_of(work, sight, ask, view)
    found = await counted(work, ask, most, view, sight)
    if found > most:
        raise Refused(Diagnostic("ASK_013", Place(), {"most": most}))
    await _note(work, entity, ask, view, columns, found)
    return Export(entity, columns, found, _rows(work, ask, view, columns, most))


async def _note(
    work: Work, entity: Entity, ask: Ask, view: View | None, columns: tuple[ListColumn, ...], count: int
) -> None:
    """The audit row: which columns and filters, never their values."""
    (number,) = await work.store.new_ids()
    detail = {
        "count": count,
        "columns": [c.name for c in columns],
        "filters": [f"{'.'.join(f.path)}.{f.operator}" for f in ask.filters],
        "view": view.name if view is not None else "",
    }
    note = journal.audit(number, "export", actor=work.actor.id, at=work.now.ms, entity=entity.id, detail=detail)
    await work.apply([note])


async def _rows(
    work: Work, ask: Ask, view: View | None, columns: tuple[ListColumn, ...], most: int
) -> AsyncIterator[tuple[Any, ...]]:
    paths = tuple(c.path for c in columns)
    given, after = 0, ""
    while given < most:
        sight = Sight(work.version, work.actor, "export")
        try:
            page = await page_of(work, sight, ask.with_place(after), view, paths, False, CHUNK)
        except Moved:
            raise
        except Stale:
            work = replace(work, actor=await _again(work))
            continue
        outside = around(work) if page.plan.reckons else {}
        for row in page.rows[: most - given]:
            _, _, label, cells = page.plan.run(row, outside)
            yield (label, *cells)
        given += len(page.rows)
        after = page.after
        if not after:
            return


async def _again(work: Work) -> Actor:
    """The actor with the rights of now. Raises Stale when they are not those the export began with."""
    found = await load_actor(work.store, work.version.model, work.actor.id)
    if found is None:
        raise Stale
    found = replace(found, scopes=work.actor.scopes)
    if (found.grants, found.reach, found.records) != (work.actor.grants, work.actor.reach, work.actor.records):
        raise Stale
    return found
