"""The unit tree stays a tree, and its closure is what walking it would give, whatever is made, moved and deleted."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shuyuan.engine.diagnostics import Diagnostic, words
from shuyuan.engine.diagnostics import Place as Where
from shuyuan.engine.model import Ref, Sql, Storage
from shuyuan.engine.ops.units import Grown, Tree, Unit, load_tree, placed, removed, settled, tree_for_change, unit_of
from shuyuan.engine.store import Delete, Insert, Query, Store, Update, Write

from ..policy.school import ORG, STUDENT

CLOSURE = Query(
    Sql("SELECT ancestor, descendant, depth FROM sy_unit_tree"),
    (Storage("bigint"), Storage("bigint"), Storage("integer")),
)


def closure(tree: Tree) -> set[tuple[int, int, int]]:
    """What the table has to hold."""
    return {(above, unit, depth) for unit in tree.units for above, depth in tree.above(unit)}


def carried_out(rows: set[tuple[int, int, int]], writes: tuple[Write, ...]) -> set[tuple[int, int, int]]:
    """The closure after the writes, in whatever order they come: no row is touched twice."""
    touched = [
        (w.key if isinstance(w, Delete | Update) else w.values)
        for w in writes
        if isinstance(w, Insert | Delete | Update) and w.table.name == "sy_unit_tree"
    ]
    keys = [(t["ancestor"], t["descendant"]) for t in touched]
    assert len(set(keys)) == len(keys)
    held = {(a, d): depth for a, d, depth in rows}
    for write in writes:
        if not isinstance(write, Insert | Delete | Update) or write.table.name != "sy_unit_tree":
            continue
        if isinstance(write, Delete):
            del held[write.key["ancestor"], write.key["descendant"]]
        elif isinstance(write, Insert):
            key = (write.values["ancestor"], write.values["descendant"])
            assert key not in held
            held[key] = write.values["depth"]
        else:
            held[write.key["ancestor"], write.key["descendant"]] = write.values["depth"]
    return {(a, d, depth) for (a, d), depth in held.items()}


ACTS = st.lists(st.tuples(st.integers(1, 9), st.one_of(st.none(), st.integers(1, 10)), st.booleans()), max_size=30)


@settings(deadline=None)
@given(ACTS)
def test_the_closure_is_that_of_the_tree_whatever_happens(acts: list[tuple[int, int | None, bool]]) -> None:
    tree, rows = Tree({}), set[tuple[int, int, int]]()
    for unit, parent, gone in acts:
        made = removed(tree, unit) if gone else placed(tree, Unit(unit, "org", parent, f"u{unit}"))
        if isinstance(made, Diagnostic):
            below = {d for a, d, _ in rows if a == unit}
            reasons = {
                "ACCESS_030": not gone and parent not in tree.units,
                "ACCESS_031": not gone and (parent in below or parent == unit),
                "ACCESS_032": gone and len(below) > 1,
            }
            assert reasons[made.code], "refused with a reason that holds"
            continue
        rows = carried_out(rows, made.writes)
        tree = made.tree
        assert rows == closure(tree)


@settings(deadline=None)
@given(st.permutations(range(1, 8)))
def test_units_come_in_any_order(order: list[int]) -> None:
    units = [Unit(n, "org", n // 2 or None, f"u{n}") for n in order]
    made = settled(Tree({}), units)
    assert isinstance(made, Grown) and carried_out(set(), made.writes) == closure(made.tree)


def test_units_in_a_circle_are_refused() -> None:
    made = settled(Tree({}), [Unit(1, "org", 2, "a"), Unit(2, "org", 1, "b")])
    assert isinstance(made, Diagnostic) and made.code == "ACCESS_031"
    assert "a" in words(made, "en").what


def test_a_unit_that_stays_where_it_is_writes_nothing_but_its_name() -> None:
    tree = Tree({1: Unit(1, "org", None, "a")})
    same = placed(tree, Unit(1, "org", None, "a"))
    renamed = placed(tree, Unit(1, "org", None, "b"))
    assert isinstance(same, Grown) and same.writes == ()
    assert isinstance(renamed, Grown) and len(renamed.writes) == 1
    unknown = removed(tree, 7)
    assert isinstance(unknown, Grown) and unknown.writes == ()


def test_only_records_that_are_units_are_units() -> None:
    assert unit_of(STUDENT, 5, {"org": Ref(1)}, "s") is None
    assert unit_of(ORG, 5, {"parent": Ref(1)}, "o") == Unit(5, "org", 1, "o")
    assert unit_of(ORG, 5, {"parent": 1}, "o") == Unit(5, "org", 1, "o")
    assert unit_of(ORG, 5, {}, "o") == Unit(5, "org", None, "o")
    assert unit_of(ORG, 5, {"parent": True}, "o") == Unit(5, "org", None, "o")


def test_a_refusal_names_the_place() -> None:
    where = Where(path="parent")
    made = placed(Tree({}), Unit(1, "org", 9, "a"), where)
    assert isinstance(made, Diagnostic) and made.place == where


async def test_the_tables_follow_the_tree(store: Store) -> None:
    tree = Tree({})
    for unit, parent in [(1, None), (2, 1), (3, 2), (4, 3), (5, 1), (3, 5), (3, None), (3, 2), (4, 1), (6, 4)]:
        made = placed(tree, Unit(unit, "org", parent, f"u{unit}"))
        assert isinstance(made, Grown)
        await store.apply(made.writes)
        tree = made.tree
        assert set(await store.rows(CLOSURE)) == closure(tree)
    made = removed(tree, 6)
    assert isinstance(made, Grown)
    await store.apply(made.writes)
    assert await load_tree(store) == made.tree
    assert set(await store.rows(CLOSURE)) == closure(made.tree)


async def test_two_moves_at_once_make_no_circle(store: Store, another: Any) -> None:
    made = settled(Tree({}), [Unit(1, "org", None, "a"), Unit(2, "org", None, "b")])
    assert isinstance(made, Grown)
    await store.apply(made.writes)

    async def move(worker: Store, unit: int, parent: int) -> str:
        async with worker.transaction() as connection:
            grown = placed(await tree_for_change(connection), Unit(unit, "org", parent, f"u{unit}"))
            if isinstance(grown, Diagnostic):
                return grown.code
            await connection.apply(grown.writes)
            return "done"

    workers = [await another(), await another()]
    answers = await asyncio.gather(move(workers[0], 1, 2), move(workers[1], 2, 1))
    assert sorted(answers) == ["ACCESS_031", "done"]
    assert set(await store.rows(CLOSURE)) == closure(await load_tree(store))


@pytest.mark.parametrize("wrong", [{1: 2, 2: 1}, {1: 1}])
def test_a_circle_written_past_the_engine_does_not_hang(wrong: dict[int, int]) -> None:
    tree = Tree({unit: Unit(unit, "org", parent, "x") for unit, parent in wrong.items()})
    assert len(tree.above(1)) <= len(wrong) + 1
