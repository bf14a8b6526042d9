"""Freshness, places that mean nothing, hostile words, and how much is kept: what holds for every way of reading."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.model import Grant, Sort, Sql
from shuyuan.engine.ops import sight
from shuyuan.engine.ops.actors import Stale
from shuyuan.engine.ops.asking import Filter, read_ask, write_cursor
from shuyuan.engine.ops.called import called
from shuyuan.engine.ops.detail import detail, detail_json
from shuyuan.engine.ops.handed_out import export
from shuyuan.engine.ops.history import history
from shuyuan.engine.ops.listing import count, listing, listing_json
from shuyuan.engine.ops.lookup import lookup
from shuyuan.engine.ops.related import related
from shuyuan.engine.ops.reveal import reveal
from shuyuan.engine.ops.search import search
from shuyuan.engine.ops.why import why
from shuyuan.engine.ops.work import Moved, Work
from shuyuan.engine.store.protocol import Query, Run

from .shelf import Shelf, ask

BOOK = 5000
WAYS: dict[str, Callable[[Work], Awaitable[Any]]] = {
    "listing": lambda w: listing(w, ask()),
    "listing_json": lambda w: listing_json(w, ask()),
    "count": lambda w: count(w, ask()),
    "detail": lambda w: detail(w, "book", BOOK),
    "detail_json": lambda w: detail_json(w, "book", BOOK),
    "lookup": lambda w: lookup(w, "book", "author", ""),
    "search": lambda w: search(w, "a"),
    "history": lambda w: history(w, "book", BOOK),
    "related": lambda w: related(w, "author", 101),
    "reveal": lambda w: reveal(w, "book", BOOK, "code", "why not"),
    "why": lambda w: why(w, "book", "see", BOOK),
    "export": lambda w: export(w, ask()),
    "called": lambda w: called(w, {"book": [BOOK]}),
}


async def test_a_revoked_right_and_a_publication_count_at_once(own_books: Shelf) -> None:
    books = own_books
    for way in WAYS.values():
        work = books.work(Grant("keeper"))
        await way(work)
        await books.engine.store.apply([Run(Sql("UPDATE sy_live SET access = access + 1 WHERE id = 1"))])
        with pytest.raises(Stale):
            await way(work)
        books.stamp += 1
        await way(books.work(Grant("keeper")))
        published = replace(books.work(Grant("keeper")), epoch=books.engine.catalogue.epoch + 1)
        with pytest.raises(Moved):
            await way(published)


ONCE = ("listing", "listing_json", "detail", "detail_json", "count", "search", "related")


async def test_reading_is_one_question(books: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Query] = []
    plain = books.engine.store.rows

    async def counted(query: Query, *slots: Any) -> Any:
        asked.append(query)
        return await plain(query, *slots)

    monkeypatch.setattr(books.engine.store, "rows", counted)
    for way in ONCE:
        asked.clear()
        await WAYS[way](books.work(Grant("reader", 12), Grant("guest"), Grant("visitor", 13)))
        assert len(asked) == 1, way


CURSORS = [
    "x", "", "=", "AAAA", write_cursor(["a"]), write_cursor(["a", "b"]), write_cursor(["a", 1, 2]),
    write_cursor([1, 1]), write_cursor([None, None]), write_cursor(["\0", 1]), write_cursor([["a"], 1]),
    write_cursor([{"a": 1}, 1]), "WyJhIiwxZTk5XQ", write_cursor(["a", True]), "e30", "W10", "a" * 3000,
]  # fmt: skip


async def test_a_place_that_is_none_is_refused(books: Shelf) -> None:
    work = books.work()
    for cursor in CURSORS:
        for side in ("after", "before"):
            try:
                page = await listing(work, ask(sort=(Sort(("title",)),), limit=5).with_place(**{side: cursor}))
            except Refused as refused:
                assert [d.code for d in refused.diagnostics] == ["ASK_004"], cursor
            else:
                assert cursor == "" or len(page.lines) <= 5
    for name, value in (("price", "x"), ("price", "1e400"), ("price", "NaN"), ("printed", "soon"), ("lent", "yes"),
                        ("seen_at", "2026-11-11"), ("seen_at", 5), ("opens", "25:00"), ("pages", 1.5)):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await listing(work, ask(sort=(Sort((name,)),)).with_place(after=write_cursor([value, 1])))
        assert [d.code for d in refused.value.diagnostics] == ["ASK_004"], (name, value)


async def test_a_place_stays_where_it_was_when_its_record_is_gone(own_books: Shelf) -> None:
    books = own_books
    work = books.work()
    first = await listing(work, ask(limit=10))
    main, copies = (table.name for table in books.engine.version.tables("book"))
    last = first.lines[-1].id
    gone = [Sql(f"DELETE FROM {copies} WHERE parent = ?", (last,)), Sql(f"DELETE FROM {main} WHERE id = ?", (last,))]
    await books.engine.store.apply([Run(sql) for sql in gone])
    second = await listing(work, ask(limit=10).with_place(after=first.after))
    every = [line.id for line in (await listing(work, ask(limit=200))).lines]
    assert every[9:19] == [line.id for line in second.lines]


HOSTILE = [
    "'", '"', "'; DROP TABLE sy_live; --", "x' OR '1'='1", "\\", "\0", "%00", "${jndi}", "{{7*7}}", "?", "$1", ":a",
    "/*", "*/", "title; --", "title)--", "r.id", "sy_live", "c_1",
    "１", "\u202e", "😀" * 50, "a" * 5000, "../..", "null", "\ud800",
]  # fmt: skip


async def test_no_word_of_a_request_reaches_the_text_of_a_question(
    books: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: set[str] = set()
    plain = books.engine.store.rows

    async def seen(query: Query, *slots: Any) -> Any:
        texts.add(query.sql.text)
        return await plain(query, *slots)

    monkeypatch.setattr(books.engine.store, "rows", seen)
    work, version = books.work(Grant("keeper")), books.engine.version
    for word in HOSTILE:
        for pairs in (
            [("title", word)], [("title.contains", word)], [("title.starts", word)], [("title.in", f"{word},b")],
            [("q", word)], [("author.name", word)], [("copies.mark", word)],
            [("code", word)], [("kind", word)], [("pages", word)],
            [("sort", word)], [("fields", word)], [(word, "1")], [("view", word)], [("after", word)], [("limit", word)],
            [(f"author.{word}", "1")], [(f"title.{word}", "1")], [("sort", f"-{word}.name")], [("tags.contains", word)],
        ):  # fmt: skip
            read = read_ask(version.model, version.entity("book"), pairs)
            if read.diagnostics:
                continue
            for way in (listing, listing_json, count):
                with suppress(Refused):
                    await way(work, read.ask)  # type: ignore[operator]
        await search(work, word)
        for path in ("author", word):
            with suppress(Refused):
                await lookup(work, "book", path, word, {"author": word, "pages": word, word: word})
    marked = [w for w in HOSTILE if len(w) > 3 and w not in ("r.id", "sy_live")]
    assert len(texts) > 20 and not [(t, w) for t in texts for w in marked if w in t]


async def test_what_is_compiled_is_kept_within_bounds(books: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = sight.Plans(3)
    assert [kept.of(n, lambda n=n: str(n)) for n in (1, 2, 3, 1, 4)] == ["1", "2", "3", "1", "4"]  # type: ignore[misc]
    assert kept.get(2) is None and kept.get(1) == "1" and len(kept) == 3
    plans = sight.plans(books.engine.version)
    for n in range(1, 60):
        await listing(
            books.work(Grant("keeper")), ask(filters=(Filter(("pages",), "eq", (str(n),)),), q=f"a{n}", limit=n)
        )
    before = len(plans)
    for n in range(60, 120):
        await listing(
            books.work(Grant("keeper")), ask(filters=(Filter(("pages",), "eq", (str(n),)),), q=f"b{n}", limit=n)
        )
    assert len(plans) == before, "values make no plan of their own"
