"""Lists, page by page in both directions, hold what they should in the order they should, on both databases."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from shuyuan.engine.model import Grant, Sort
from shuyuan.engine.ops.listing import count, listing

from .shelf import FIELDS, Shelf, ask, ordered

PATHS = [(name,) for name in FIELDS if name not in ("note",)]
PATHS += [
    ("id",),
    ("updated_at",),
    ("unit",),
    ("author", "name"),
    ("author", "born"),
    ("place", "floor"),
    ("author", "place", "name"),
]
SORTS = st.lists(st.tuples(st.sampled_from(PATHS), st.booleans()), max_size=3, unique_by=lambda s: s[0])
Order = list[tuple[tuple[str, ...], bool]]


async def walked(work, asked, view=None):  # type: ignore[no-untyped-def]
    """The ids of every page, forwards to the end, with the cursors on the way; then backwards to the beginning."""
    forwards, backwards = [], []
    page = await listing(work, asked, view)
    assert page.before == ""
    forwards.append([line.id for line in page.lines])
    while page.after:
        page = await listing(work, asked.with_place(after=page.after), view)
        assert page.lines
        forwards.append([line.id for line in page.lines])
    backwards.append(forwards[-1])
    while page.before:
        page = await listing(work, asked.with_place(before=page.before), view)
        assert page.lines and page.after
        backwards.append([line.id for line in page.lines])
    return forwards, backwards


@settings(
    max_examples=1500 if os.environ.get("SHUYUAN_DEEP") else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(SORTS, st.sampled_from([1, 7, 10, 25]), st.sampled_from(["all", "few", "one", "tree"]))
@example([(("pages",), True)], 7, "few")
@example([(("pages",), False), (("printed",), False)], 7, "all")
@example([(("kind",), False), (("pages",), False)], 7, "all")
@example([(("kind",), True), (("pages",), True)], 7, "all")
@example([(("kind",), False), (("title",), True)], 7, "all")
@example([(("title",), False)], 7, "few")
async def test_pages_in_any_order_hold_every_record_once(books: Shelf, sort: Order, limit: int, who: str) -> None:
    grants = {"all": (), "few": (Grant("keeper", 12),), "one": (Grant("keeper", 13),), "tree": (Grant("keeper", 11),)}
    work = books.work(*grants[who], reach=who != "tree")
    seen = {"all": None, "few": {12, 14}, "one": {13}, "tree": {11, 12, 13, 14}}[who]
    ids = [b for b, row in books.books.items() if seen is None or row["place"] in seen]
    for row in books.books.values():
        row.setdefault("unit", row["place"])
        row.setdefault("updated_at", row["id"] % 7)
    asked = ask(sort=tuple(Sort(path, down) for path, down in sort), limit=limit)
    forwards, backwards = await walked(work, asked)
    wanted = ordered(books, ids, sort) if sort else ordered(books, ids, [(("title",), False)])
    assert [b for page in forwards for b in page] == wanted
    assert [b for page in reversed(backwards) for b in page] == wanted
    assert all(len(page) == limit for page in forwards[:-1])
    assert await count(work, asked) == len(wanted)
    assert await count(work, asked, most=3) == min(len(wanted), 4)
