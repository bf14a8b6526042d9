"""The search over everything: records of all entities that somebody sees, by the beginnings of words."""

# ruff: noqa: S608 - statements are put together from ids and aliases of the engine

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter

from ..compile.table import table_name
from ..model import Entity, Slot, Sql, Storage, joined
from ..store.protocol import Query, Row
from .list_plan import found_alike, words_sql
from .listing import word_slots, words_of
from .shown import Hit
from .sight import SeenJoins, Sight, label_sql, plans, title_sql, unit_label, who
from .work import Work

_BIG, _TEXT = Storage("bigint"), Storage("text")

#: Records of one entity that are looked at; the rest is found by typing on.
LOOKED_AT = 40
#: Words one search may have.
MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """A compiled search over the entities somebody sees, in the order of the definitions."""

    query: Query | None
    entities: tuple[Entity, ...]


async def search(work: Work, text: str, limit: int = 10) -> tuple[Hit, ...]:
    """The records that all words of `text` lead to; those called exactly so first, then of each entity in turn, so that
    none crowds out the others. Nothing for no text."""
    words = words_of(text)[:MOST_WORDS]
    if not words:
        return ()
    words = tuple(sorted(words, key=len, reverse=True))  # the longest one finds the fewest
    key = ("search", who(work.actor), len(words))
    plan = plans(work.version).of(key, lambda: _plan(work, len(words)))
    if plan.query is None:
        return ()
    rows = await work.store.rows(plan.query, work.slots(word_slots(words)))
    work.demand(rows[0][0], rows[0][1])
    return _hits(plan, [row for row in rows if row[3] is not None], words[0], limit)


def _hits(plan: SearchPlan, rows: list[Row], word: str, limit: int) -> tuple[Hit, ...]:
    best: dict[int, tuple[bool, int, str, Row]] = {}
    for row in rows:
        rank = (row[6] != word, row[2], row[6], row)
        if row[3] not in best or rank[:3] < best[row[3]][:3]:
            best[row[3]] = rank
    turns: dict[tuple[bool, int], int] = {}
    ranked = []
    for other, arm, token, row in sorted(best.values(), key=lambda rank: (*rank[:3], rank[3][3])):
        turns[other, arm] = turn = turns.get((other, arm), -1) + 1
        ranked.append((other, turn, arm, token, row))
    # Among the chosen ones those of an entity stand together again.
    chosen = sorted(sorted(ranked, key=itemgetter(0, 1, 2))[: max(1, limit)], key=itemgetter(0, 2, 1))
    return tuple(Hit(plan.entities[row[2]], row[3], row[4] or "", row[5] or "") for *_, row in chosen)


def _plan(work: Work, words: int) -> SearchPlan:
    sight = Sight(work.version, work.actor)
    found = [e for e in work.version.model.entities.values() if any(f.search for f in e.fields)]
    entities = tuple(e for e in found if not sight.product(e.name).nothing)
    if not entities:
        return SearchPlan(None, ())
    arms = [_arm(sight, entity, at, words) for at, entity in enumerate(entities)]
    every = joined(" UNION ALL ", [Sql("SELECT * FROM (") + arm + f") a{at}" for at, arm in enumerate(arms)])
    text = Sql("SELECT l.epoch, l.access, x.* FROM sy_live l LEFT JOIN (") + every + ") x ON TRUE WHERE l.id = 1"
    return SearchPlan(Query(text, (_BIG, _BIG, _BIG, _BIG, _TEXT, _TEXT, _TEXT)), entities)


def _arm(sight: Sight, entity: Entity, at: int, words: int) -> Sql:
    """The records of one entity: its number, id, label, what tells it apart, and the word that led to it."""
    joins = SeenJoins(sight, "g", "see")
    label = label_sql(sight, entity, "r", joins) or title_sql(sight, entity, "r")
    seen = Sql("(") + sight.product(entity.name).predicate + ")"
    head = Sql(f"SELECT {at:d} AS arm, r.id AS id, ") + label + " AS label, " + _soft(sight, entity) + " AS soft, "
    alike = found_alike(sight, entity)
    if alike is not None:
        rest = [alike, *(w for w in words_sql(sight, entity, words) if Slot("w0") not in w.params)]
        source = Sql("w.token AS token FROM (") + _found(sight, entity) + f") w JOIN {table_name(entity)} r"
        where = joined(" AND ", [seen, *rest])
        source = source + " ON r.id = w.record" + joins.sql
        return head + source + " WHERE " + where + f" ORDER BY w.token, r.id LIMIT {LOOKED_AT}"
    source = Sql(f"'' AS token FROM {table_name(entity)} r") + joins.sql
    where = joined(" AND ", [seen, *words_sql(sight, entity, words)])
    return head + source + " WHERE " + where + f" ORDER BY r.id LIMIT {LOOKED_AT}"


def _found(sight: Sight, entity: Entity) -> Sql:
    """The words that begin like the first one, and their records.

    In a statement of its own, or PostgreSQL goes through all words of all records. Who sees every record needs only the
    first words; others may see a few of very many.
    """
    text = "SELECT w.record, w.token FROM sy_search w WHERE w.entity = ? AND w.token >= ? AND w.token < ?"
    found = Sql(text, (entity.id, Slot("w0"), Slot("w0b")))
    if sight.product(entity.name).predicate.text == "TRUE":
        return found + f" ORDER BY w.token LIMIT {LOOKED_AT * 10}"
    return found + (" OFFSET 0" if sight.version.dialect == "postgres" else " LIMIT -1 OFFSET 0")


def _soft(sight: Sight, entity: Entity) -> Sql:
    """The unit a record lies in, where that is not the record itself and the reader sees which it is."""
    if not entity.unit or entity.unit == ("self",) or sight.verdict(entity, entity.unit[:1]) != "show":
        return Sql("''::text" if sight.version.dialect == "postgres" else "''")
    return unit_label(sight, entity)
