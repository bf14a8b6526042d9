"""The tree of units, kept from the records of unit entities: what a created, moved or deleted unit writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..diagnostics import Diagnostic, Place
from ..model import Entity, Ref, Slot, Sql, Storage
from ..store.journal import ACCESS_CHANGED
from ..store.protocol import Connection, Delete, Insert, Query, Store, Update, Write
from ..store.tables import UNIT, UNIT_TREE

_BIG, _TEXT = Storage("bigint"), Storage("text")

_ALL = Query(Sql("SELECT id, entity, parent, label FROM sy_unit"), (_BIG, _TEXT, _BIG, _TEXT))


@dataclass(frozen=True, slots=True)
class Unit:
    """A place in the tree; its id is that of the record that is the unit. parent None: it stands at the top."""

    id: int
    entity: str
    parent: int | None
    label: str


@dataclass(frozen=True, slots=True)
class Tree:
    """Every unit by id."""

    units: Mapping[int, Unit]

    def above(self, unit: int | None) -> tuple[tuple[int, int], ...]:
        """The unit and every unit above it, each with its distance; empty for None."""
        return tuple((found, depth) for depth, found in enumerate(self._climb(unit)))

    def below(self, unit: int) -> tuple[int, ...]:
        """The unit and every unit below it, parents first."""
        children = self._children()
        found, waiting = {unit: None}, [unit]
        while waiting:
            fresh = [child for one in waiting for child in children.get(one, ()) if child not in found]
            found.update(dict.fromkeys(fresh))
            waiting = fresh
        return tuple(found)

    def _climb(self, unit: int | None) -> Iterator[int]:
        for _ in range(len(self.units) + 1):  # never longer, even if somebody wrote a circle past the engine
            if unit is None:
                return
            yield unit
            unit = self.units[unit].parent if unit in self.units else None

    def _children(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for one in self.units.values():
            if one.parent is not None:
                found.setdefault(one.parent, []).append(one.id)
        return found


@dataclass(frozen=True, slots=True)
class Grown:
    """A tree after a change, and the writes that make the tables equal to it."""

    tree: Tree
    writes: tuple[Write, ...]


def unit_of(entity: Entity, record: int, values: Mapping[str, object], label: str) -> Unit | None:
    """The unit that a record of `entity` is, None when its records are no units.

    values: by field name; the link that names the unit above is a `Ref` or an id.
    """
    if entity.unit != ("self",):
        return None
    above = values.get(entity.parent) if entity.parent else None
    return Unit(record, entity.name, above.id if isinstance(above, Ref) else _id(above), label)


def _id(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def placed(tree: Tree, unit: Unit, place: Place = Place()) -> Grown | Diagnostic:  # noqa: B008 - frozen
    """The tree with `unit` created, moved or renamed.

    Refused when the unit above is no unit (ACCESS_030) or lies below the unit itself (ACCESS_031).
    """
    before = tree.units.get(unit.id)
    if unit.parent is not None:
        if unit.parent not in tree.units:
            return Diagnostic("ACCESS_030", place, {"unit": unit.label})
        if any(found == unit.id for found, _ in tree.above(unit.parent)):
            args = {"unit": unit.label, "above": tree.units[unit.parent].label}
            return Diagnostic("ACCESS_031", place, args)
    after = Tree({**tree.units, unit.id: unit})
    if before == unit:
        return Grown(tree, ())
    row = {"entity": unit.entity, "parent": unit.parent, "label": unit.label}
    if before is None:
        first: Write = Insert(UNIT, {"id": unit.id, **row})
    else:
        first = Update(UNIT, {"id": unit.id}, row)
    if before and before.parent == unit.parent:
        return Grown(after, (first,))
    moved = after.below(unit.id)
    return Grown(after, (first, *_paths(tree if before else None, after, moved), ACCESS_CHANGED))


def removed(tree: Tree, unit: int, place: Place = Place()) -> Grown | Diagnostic:  # noqa: B008 - frozen
    """The tree without `unit`. Refused while other units stand below it (ACCESS_032)."""
    before = tree.units.get(unit)
    if before is None:
        return Grown(tree, ())
    below = tree.below(unit)[1:]
    if below:
        return Diagnostic("ACCESS_032", place, {"unit": before.label, "count": len(below)})
    after = Tree({k: v for k, v in tree.units.items() if k != unit})
    gone = tuple(Delete(UNIT_TREE, {"ancestor": a, "descendant": unit}) for a, _ in tree.above(unit))
    return Grown(after, (*gone, Delete(UNIT, {"id": unit}), ACCESS_CHANGED))


def _paths(before: Tree | None, after: Tree, moved: Iterable[int]) -> Iterator[Write]:
    """The rows of the closure that change: only these, so that a batch may run in any order."""
    for one in moved:
        old = dict(before.above(one)) if before else {}
        new = dict(after.above(one))
        for ancestor in old.keys() - new.keys():
            yield Delete(UNIT_TREE, {"ancestor": ancestor, "descendant": one})
        for ancestor, depth in new.items():
            key = {"ancestor": ancestor, "descendant": one}
            if ancestor not in old:
                yield Insert(UNIT_TREE, {**key, "depth": depth})
            elif old[ancestor] != depth:
                yield Update(UNIT_TREE, key, {"depth": depth})


async def load_tree(source: Store | Connection) -> Tree:
    """Every unit as it is stored."""
    return Tree({row[0]: Unit(*row) for row in await source.rows(_ALL)})


async def tree_for_change(connection: Connection) -> Tree:
    """Every unit, with all other changes of units and rights waiting until this transaction is over.

    Without the wait, two moves at the same moment could put two units below each other.
    """
    await connection.apply([ACCESS_CHANGED])
    return await load_tree(connection)


def settled(tree: Tree, units: Iterable[Unit]) -> Grown | Diagnostic:
    """The tree with all of `units` placed, in whatever order they come: parents are placed first."""
    waiting = {unit.id: unit for unit in units}
    writes: list[Write] = []
    while waiting:
        ready = [u for u in waiting.values() if u.parent is None or u.parent not in waiting]
        if not ready:
            stuck = next(iter(waiting.values()))
            return Diagnostic("ACCESS_031", Place(), {"unit": stuck.label, "above": waiting[stuck.parent or 0].label})
        for unit in ready:
            grown = placed(tree, unit)
            if isinstance(grown, Diagnostic):
                return grown
            tree, writes = grown.tree, [*writes, *grown.writes]
            del waiting[unit.id]
    return Grown(tree, tuple(w for w in writes if w is not ACCESS_CHANGED) + ((ACCESS_CHANGED,) if writes else ()))


_NAMED = Query(Sql("SELECT id FROM sy_unit WHERE label = ? ORDER BY id LIMIT 50", (Slot("label"),)), (_BIG,))
_KNOWN = Query(Sql("SELECT id FROM sy_unit WHERE id = ?", (Slot("id"),)), (_BIG,))


async def units_named(store: Store, text: str) -> tuple[int, ...]:
    """The units that are called so, or the one with that id."""
    if text.isascii() and text.isdecimal() and len(text) < 19:
        return tuple(row[0] for row in await store.rows(_KNOWN, {"id": int(text)}))
    return tuple(row[0] for row in await store.rows(_NAMED, {"label": text}))
