"""What was taken out of use and is still kept: the list of it, and its end once it was kept long enough."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..definition import Identity, Known
from ..diagnostics import Diagnostic, Refused, words
from ..model import Sql, Storage
from ..model.steps import SchemaStep
from ..plan import purge, set_aside
from ..plan.physical import aside_name
from ..store import journal
from ..store.change import carry_out
from ..store.protocol import Insert, Missed, Query, Run, Update
from ..store.render import quoted
from ..store.tables import LIVE, VERSION
from .planning import demand_right
from .publish_locks import alone, briefly, patiently
from .work import Work

_BIG, _JSON = Storage("bigint"), Storage("json")

#: Milliseconds that something is kept after it was taken out of use.
KEPT = 365 * 86_400_000
_VERSIONS = Query(Sql("SELECT number, at, steps FROM sy_version ORDER BY number DESC LIMIT 5000"), (_BIG, _BIG, _JSON))


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that is out of use and kept. id: of the field or entity; name: what it was called, with the entity in
    front; former: it is a column that a field had before it got another type; filled: rows that still hold a value;
    version, at: with which it went; until: milliseconds from which it may be deleted."""

    id: str
    name: str
    former: bool
    places: tuple[tuple[str, str], ...]
    filled: int
    version: int
    at: int
    until: int


async def aside(work: Work) -> tuple[Aside, ...]:
    """Everything that is kept, what may be deleted soonest first. Raises Refused(ACCESS_012)."""
    demand_right(work)
    since = await _since(work)
    kept = set(set_aside(work.version.model, work.version.identity))
    found = []
    for one, name, former, places in _gone(work.version.identity):
        there = tuple(p for p in places if p in kept)
        if there:
            version, at = min((since.get(p, (0, 0)) for p in there), default=(0, 0))
            filled = max([await _filled(work, place) for place in there])
            found.append(Aside(one, name, former, there, filled, version, at, at + KEPT))
    return tuple(sorted(found, key=lambda a: (a.until, a.name)))


async def _since(work: Work) -> dict[tuple[str, str], tuple[int, int]]:
    """With which version each column or table was last taken out of use, and when."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for number, at, steps in await work.store.rows(_VERSIONS):
        pairs = steps.get("aside", ()) if isinstance(steps, Mapping) else ()
        for table, column in pairs:
            found.setdefault((table, column), (number, at))
    return found


async def _filled(work: Work, place: tuple[str, str]) -> int:
    table, column = place
    some = f" WHERE {quoted(column)} IS NOT NULL" if column else ""
    text = f"SELECT count(*) FROM {quoted(table)}{some}"  # noqa: S608 - names that `quoted` has checked
    return int((await work.store.rows(Query(Sql(text), (_BIG,))))[0][0])


_Named = tuple[str, str, bool, list[tuple[str, str]]]


def _gone(identity: Identity) -> Iterator[_Named]:
    """Id, name, whether it is a former type, and where it lies, of everything that may be kept."""
    entities = {k.id: name for name, k in identity.live.get("entity", {}).items()}
    entities |= {g.known.id: g.name for g in identity.gone.values() if g.kind == "entity"}
    for gone in identity.gone.values():
        if gone.kind == "entity":
            yield gone.known.id, gone.name, False, _whole(f"t_{gone.known.id}", gone.known)
        elif gone.kind == "field":
            owner, table = _owner(identity, gone.parent, entities)
            places = [(table, aside_name(s)) for s in (*gone.known.past, *_stored(gone.known))]
            places += _whole(f"{table}_{gone.known.id}", gone.known) if gone.known.parts else []
            yield gone.known.id, f"{owner}.{gone.name}", False, places
    for entity, known in identity.live.get("entity", {}).items():
        for name, part in known.parts.items():
            yield part.id, f"{entity}.{name}", True, [(f"t_{known.id}", aside_name(s)) for s in part.past]
            for inner, column in part.parts.items():
                table = f"t_{known.id}_{part.id}"
                yield column.id, f"{entity}.{name}.{inner}", True, [(table, aside_name(s)) for s in column.past]


def _stored(known: Known) -> tuple[Any, ...]:
    return (known.stored,) if known.stored and known.stored.column else ()


def _whole(table: str, known: Known) -> list[tuple[str, str]]:
    return [(table, ""), *((f"{table}_{p.id}", "") for p in known.parts.values())]


def _owner(identity: Identity, parent: str, entities: Mapping[str, str]) -> tuple[str, str]:
    """Name and table of what a field belonged to: an entity, or a sub-table of one."""
    if parent in entities:
        return entities[parent], f"t_{parent}"
    for name, known in identity.live.get("entity", {}).items():
        for field, part in known.parts.items():
            if part.id == parent:
                return f"{name}.{field}", f"t_{known.id}_{parent}"
    return "?", f"t_{parent}"


async def purge_aside(work: Work, ids: Collection[str], typed: Collection[str] = ()) -> int:
    """Delete for good what is kept under these ids; the number of the version that no longer knows it.

    Raises Refused: ACCESS_012; PLAN_011 for what was not kept long enough or is not there; PLAN_003 for each name that
    was not typed. Raises Moved, Busy.
    """
    known = {one.id: one for one in await aside(work)}
    problems = [
        Diagnostic("PLAN_011", args={"name": known[i].name if i in known else i})
        for i in ids
        if i not in known or known[i].until > work.now.ms
    ]
    given = {t.strip() for t in typed}
    problems += [
        Diagnostic("PLAN_003", args={"name": known[i].name}) for i in ids if i in known and known[i].name not in given
    ]
    if problems:
        raise Refused(problems)
    if not ids:
        raise Refused(Diagnostic("PLAN_002"))
    steps, after = purge(work.version.model, work.version.identity, ids)
    try:
        names = sorted(known[i].name for i in ids)
        return await patiently(work.store.dialect, lambda: _purged(work, steps, after, names))
    except Missed as missed:
        work.missed(missed)
        raise


def _took(name: str) -> dict[str, Any]:
    said = Diagnostic("PLAN_144", args={"name": name})
    more = {"zh": words(said, "zh").what, "en": words(said, "en").what}
    return {"kind": "purge", "subject": name.split("."), "risk": "destructive", **more}


async def _purged(work: Work, steps: tuple[SchemaStep, ...], after: Identity, names: list[str]) -> int:
    number = work.version.number + 1
    (entry,) = await work.store.new_ids()
    row: dict[str, Any] = {"number": number, "hash": work.version.model.hash, "parent": work.version.model.hash}
    row |= {"documents": dict(work.version.documents), "identity": after.to_json(), "note": ""}
    row |= {
        "steps": {"steps": [_took(name) for name in names], "count": len(names)},
        "by": work.actor.id,
        "at": work.now.ms,
    }
    said = journal.audit(
        entry, "purge", actor=work.actor.id, at=work.now.ms, detail={"version": number, "names": names}
    )
    live = Update(LIVE, {"id": 1, "epoch": work.epoch}, {"version": number}, must_hit=True)
    on = Run(Sql("UPDATE sy_live SET epoch = epoch + 1 WHERE id = 1"))
    async with work.store.transaction() as connection:
        await alone(connection, steps, work.store.dialect)
        await connection.apply([work.holds()])
        await carry_out(connection, steps, work.store.dialect)
        await briefly(connection, work.store.dialect)
        for write in (Insert(VERSION, row), said, live, on):
            await connection.apply([write])
    return number
