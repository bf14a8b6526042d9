"""What lists, records, cards and exports give away of fields that are masked, hidden, or shown in some records only."""

from __future__ import annotations

from typing import Any

import pytest
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.model import Grant, Ref, Sort, View
from shuyuan.engine.ops.asking import Ask, Filter
from shuyuan.engine.ops.detail import detail, detail_json
from shuyuan.engine.ops.listing import listing, listing_json
from shuyuan.engine.ops.lookup import lookup
from shuyuan.engine.ops.search import search
from shuyuan.engine.ops.shown import Masked
from shuyuan.engine.ops.work import Work

from .shelf import Shelf, ask

GUEST, READER, KEEPER = Grant("guest"), Grant("reader"), Grant("keeper")


async def cells(work: Work, *names: str, **more: Any) -> dict[int, Any]:
    """The cells of all books by id."""
    paths = tuple(tuple(n.split(".")) for n in names)
    lines = (await listing(work, ask(columns=paths, limit=200, **more))).lines
    return {line.id: line.cells[0] if len(names) == 1 else line.cells for line in lines}


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [d.code for d in refused.value.diagnostics]


def priced(books: Shelf, book: int) -> bool:
    """Whether a guest sees the price: of novels, unless they have more than 250 pages."""
    row = books.books[book]
    return bool(row["kind"] == "novel" and not (row["pages"] or 0) > 250)


async def test_a_field_that_varies_is_shown_where_it_is_shown(books: Shelf) -> None:
    found = await cells(books.work(GUEST), "price", "code")
    assert set(found) == {b for b, row in books.books.items() if row["lent"] is not True}
    for book, (price, code) in found.items():
        row = books.books[book]
        assert price == (row["price"] if priced(books, book) else None)
        novel = row["kind"] == "novel"
        assert code == (Masked("***") if novel and row["code"] else None)
    assert any(price for price, _ in found.values()) and any(code for _, code in found.values())
    as_json = await listing_json(books.work(GUEST), ask(columns=(("price",), ("code",)), limit=200))
    for one in as_json["items"]:
        price, code = found[one["id"]]
        assert one["price"] == (None if price is None else float(price))
        assert one["code"] == (code.text if code else None)


async def test_what_varies_is_sorted_and_filtered_where_it_is_shown(books: Shelf) -> None:
    work = books.work(GUEST)
    found = await cells(work, "price", sort=(Sort(("price",)),))
    shown = [p for p in found.values() if p is not None]
    assert shown == sorted(shown)
    tail = list(found)[len(shown) :]
    assert tail == sorted(tail), "where it is hidden it counts as empty"
    for operator, values in (("gte", ("-5",)), ("ne", ("99999",)), ("between", ("-5", "99999")), ("in", ("12.5", "0"))):
        hit = await cells(work, "price", filters=(Filter(("price",), operator, values),))  # type: ignore[arg-type]
        assert hit and all(priced(books, b) for b in hit), operator
    empty = await cells(work, "price", filters=(Filter(("price",), "empty", ("true",)),))
    assert all(priced(books, b) and books.books[b]["price"] is None for b in empty)


async def test_a_masked_field_is_found_by_its_whole_value_only(books: Shelf) -> None:
    for work, sees in ((books.work(READER), lambda row: True), (books.work(GUEST), lambda row: row["kind"] == "novel")):
        hit = await cells(work, "title", filters=(Filter(("code",), "eq", ("c4",)),))
        assert hit and all(books.books[b]["code"] == "c4" and sees(books.books[b]) for b in hit)
        assert not await cells(work, "title", filters=(Filter(("code",), "eq", ("c",)),))
        for operator in ("starts", "contains", "in", "ne"):
            with pytest.raises(Refused) as refused:
                await cells(work, "title", filters=(Filter(("code",), operator, ("c",)),))  # type: ignore[arg-type]
            assert codes(refused) == ["ASK_006"], operator
        with pytest.raises(Refused) as refused:
            await cells(work, "title", sort=(Sort(("code",)),))
        assert codes(refused) == ["ASK_006"]
    marked = await cells(books.work(READER), "copies", filters=(Filter(("copies", "mark"), "eq", ("m1",)),))
    assert marked
    for copies in marked.values():
        assert all(c["mark"] is None or isinstance(c["mark"], Masked) for c in copies)


async def test_a_hidden_field_is_refused_by_name_and_left_out_of_views(books: Shelf) -> None:
    work = books.work(READER)
    with pytest.raises(Refused) as refused:
        await cells(work, "title", "note", "author.name")
    assert codes(refused) == ["ASK_008"] and refused.value.diagnostics[0].place.path == "note"
    for more in ({"sort": (Sort(("note",)),)}, {"filters": (Filter(("note",), "eq", ("n1",)),)}):
        with pytest.raises(Refused) as refused:
            await cells(work, "title", **more)
        assert codes(refused) == ["ASK_008"]
    page = await listing(work, ask(view="novels"))
    assert [c.name for c in page.columns] == ["title", "pages", "price", "code", "author", "place.name"]
    assert [c.sortable for c in page.columns] == [True, True, True, False, True, True]
    assert {line.id for line in page.lines} == {
        b for b, row in books.books.items() if row["kind"] == "novel" and (row["pages"] or 0) >= 100
    }
    pages = [line.cells[1] for line in page.lines]
    assert pages == sorted(pages, reverse=True)
    assert "note" not in (await detail_json(work, "book", page.lines[0].id))
    hidden = (await detail(work, "book", page.lines[0].id)).hidden
    assert hidden == {"note"}
    declared = View("v", "v", "book", page.columns[0].title, (("note",),), sort=(Sort(("note",)), Sort(("title",))))
    assert (await listing(work, ask(), declared)).columns == ()


async def test_views_are_known_by_their_names(books: Shelf) -> None:
    for name in ("novel", "students", "x" * 500, "'; DROP TABLE sy_live"):
        with pytest.raises(Refused) as refused:
            await listing(books.work(KEEPER), ask(view=name))
        assert codes(refused) == ["ASK_009"]
    with pytest.raises(Refused) as refused:
        await listing(books.work(GUEST), Ask("author"))
    assert codes(refused) == ["ASK_009"]


async def test_a_link_is_called_only_where_its_record_is_seen(books: Shelf) -> None:
    for work, labelled in ((books.work(GUEST), False), (books.work(KEEPER), True)):
        found = await cells(work, "author", "copies")
        for book, (author, copies) in found.items():
            number = books.books[book]["author"]
            assert (author.id if author else None) == number
            if author:
                assert bool(author.label) is labelled
                assert not labelled or author.label == label_of(books, number)
            for one, row in zip(copies, books.books[book]["copies"], strict=True):
                assert one["owner"] == (Ref(row["owner"]) if row["owner"] else None)
                assert not one["owner"] or bool(one["owner"].label) is labelled
    only = books.work(Grant("visitor", 12))
    for author in (await cells(only, "author")).values():
        if author:
            assert bool(author.label) == (books.authors[author.id]["place"] in (12, 14))


def label_of(books: Shelf, author: int) -> str:
    row = books.authors[author]
    return f"{row['name']} {row['born']}" if row["name"] and row["born"] else f"作者 {author}"


async def test_nothing_behind_a_link_is_read_without_its_record(books: Shelf) -> None:
    for more in (
        {"columns": (("author", "name"),)},
        {"sort": (Sort(("author", "name")),)},
        {"filters": (Filter(("author", "name"), "eq", ("作者1",)),)},
    ):
        with pytest.raises(Refused) as refused:
            await listing(books.work(GUEST), ask(**more))
        assert codes(refused) == ["ASK_008"]
    limited = books.work(Grant("visitor", 12))
    everything = await cells(books.work(KEEPER), "author.name")
    some = await cells(limited, "author.name", "author")
    for book, (name, author) in some.items():
        inside = author is not None and books.authors[author.id]["place"] in (12, 14)
        assert name == (everything[book] if inside else None)
    hit = await cells(limited, "author", filters=(Filter(("author", "name"), "eq", ("作者1",)),))
    assert hit and all(books.authors[a.id]["place"] in (12, 14) for a in hit.values())
    assert not (
        await cells(
            limited,
            "author",
            filters=(Filter(("author", "born"), "empty", ("false",)), Filter(("author",), "empty", ("true",))),
        )
    )
    order = await cells(limited, "author.name", sort=(Sort(("author", "name")),))
    named = [n for n in order.values() if n is not None]
    assert named == sorted(named) and list(order.values())[: len(named)] == named


async def test_computed_values_are_worked_out_when_they_are_shown(books: Shelf) -> None:
    work = books.work(KEEPER)
    found = await cells(work, "years", "printed")
    assert {b: y for b, (y, _) in found.items()} == {
        b: None if p is None else 2026 - p.year for b, (_, p) in found.items()
    }
    book = next(b for b, (years, _) in found.items() if years)
    assert (await detail(work, "book", book)).record.values["years"] == found[book][0]
    assert (await detail_json(work, "book", book))["years"] == found[book][0]
    with pytest.raises(Refused) as refused:
        await cells(work, "title", sort=(Sort(("years",)),))
    assert codes(refused) == ["ASK_007"]


async def test_search_leads_to_nothing_by_a_field_that_is_not_seen(books: Shelf) -> None:
    everybody = {hit.id for hit in await search(books.work(KEEPER), "hongloumeng", 100)}
    assert everybody == {b for b, row in books.books.items() if row["title"] == "红楼梦"}
    assert {h.id for h in await search(books.work(KEEPER), "hlm", 100)} == everybody
    first = await search(books.work(KEEPER), "红", 100)
    exact = [books.books[h.id]["title"] == "红" for h in first if h.entity.name == "book"]
    assert exact == sorted(exact, reverse=True) and any(exact) and not all(exact)
    assert await search(books.work(KEEPER), " \0 ", 10) == await search(books.work(KEEPER), "", 10) == ()
    both = await search(books.work(KEEPER), "shui 传", 100)
    assert {books.books[h.id]["title"] for h in both} == {"水浒 传"}
    seen = await search(books.work(GUEST), "hlm", 100)
    assert {h.id for h in seen} == {b for b in everybody if books.books[b]["lent"] is not True}
    assert all(h.soft in ("", *(f"p{p}" for p in books.places)) for h in seen)


async def test_lookups_follow_the_condition_of_the_field(books: Shelf) -> None:
    work = books.work(KEEPER)
    found = await lookup(work, "book", "author", "")
    assert [r.id for r in found] == sorted(books.authors)
    assert [r.label for r in found] == [label_of(books, r.id) for r in found]
    assert {r.id for r in await lookup(work, "book", "copies.owner", "作者1")} == {
        a for a, row in books.authors.items() if row["name"] == "作者1"
    }
    at_12 = {a for a, row in books.authors.items() if row["place"] == 12}
    for place in (12, "12", {"id": 12}, Ref(12)):
        assert {r.id for r in await lookup(work, "book", "seller", "", {"place": place})} == at_12
    assert await lookup(work, "book", "seller", "", {}) == tuple(
        r for r in await lookup(work, "book", "author", "") if books.authors[r.id]["place"] is None
    )
    author = next(a for a, row in books.authors.items() if row["place"] is not None)
    assert {r.id for r in await lookup(work, "book", "heir", "", {"author": str(author)})} == {
        a for a, row in books.authors.items() if row["place"] == books.authors[author]["place"] and row["name"]
    }
    assert {r.id for r in await lookup(work, "book", "rival", "", {"place": 12})} == {
        a for a, row in books.authors.items() if row["name"] == "作者1" and row["place"] != 12
    }
    assert [r.id for r in await lookup(work, "book", "room", "", {"place": Ref(11)})] == [12, 13]
    assert [r.id for r in await lookup(books.work(Grant("keeper", 12)), "book", "room", "", {})] == [14]
    assert await lookup(work, "book", "author", "nobody at all") == ()
    assert await lookup(books.work(GUEST), "book", "author", "") == ()
    for path in ("title", "copies.mark", "nothing", "copies.nothing", "x.y.z"):
        with pytest.raises(Refused) as refused:
            await lookup(work, "book", path, "")
        assert codes(refused) == ["ASK_001"]
