"""History, cards, exports, revealing and reasons, each with what its reader may see of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from shuyuan.engine.diagnostics import Refused, words
from shuyuan.engine.model import Card, Dashboard, Expr, Grant, Operation, Ref, Sort, Sql, Text
from shuyuan.engine.ops import handed_out
from shuyuan.engine.ops.actors import Stale
from shuyuan.engine.ops.cards import cards
from shuyuan.engine.ops.context import millis
from shuyuan.engine.ops.handed_out import export
from shuyuan.engine.ops.history import history, history_json
from shuyuan.engine.ops.listing import listing
from shuyuan.engine.ops.live import LIVE_ROW
from shuyuan.engine.ops.publish import install
from shuyuan.engine.ops.related import related
from shuyuan.engine.ops.reveal import reveal
from shuyuan.engine.ops.shown import Masked, ShownCard
from shuyuan.engine.ops.why import why
from shuyuan.engine.ops.work import Work
from shuyuan.engine.store import journal
from shuyuan.engine.store.protocol import Query, Run
from shuyuan.engine.store.tables import SYSTEM_TABLES

from .shelf import DOCUMENTS, NOW, Shelf, ask

KEEPER, READER, GUEST = Grant("keeper"), Grant("reader"), Grant("guest")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [d.code for d in refused.value.diagnostics]


async def audited(books: Shelf, op: str) -> list[dict[str, Any]]:
    table = SYSTEM_TABLES["sy_audit"]
    names = [c.name for c in table.columns]
    text = Sql(f"SELECT {', '.join(names)} FROM sy_audit WHERE op = ? ORDER BY id", (op,))
    rows = await books.engine.store.rows(Query(text, tuple(c.storage for c in table.columns)))
    return [dict(zip(names, row, strict=True)) for row in rows]


# ---------------------------------------------------------------- history


async def changed(books: Shelf, book: int, version: int, **changes: tuple[Any, Any]) -> int:
    entity = books.engine.version.entity("book")
    (number,) = await books.engine.store.new_ids()
    by_id = {next(f.id for f in entity.fields if f.name == name): pair for name, pair in changes.items()}
    note = journal.history(
        number, entity.id, book, version, defn=1, actor=0, at=millis(NOW), op="edit", changes=by_id, origin="import:5"
    )
    await books.engine.store.apply([note])
    return number


def open_novel(books: Shelf) -> int:
    return next(b for b, row in books.books.items() if row["kind"] == "novel" and row["lent"] is not True)


async def test_history_is_masked_like_the_record(own_books: Shelf) -> None:
    books = own_books
    book = open_novel(books)
    copies = [{"id": 1, "number": 1, "owner": {"id": 101, "label": "old"}, "mark": "m1", "bought": None, "cost": 1.5}]
    await changed(
        books,
        book,
        2,
        title=("a", "b"),
        code=("c1", None),
        note=(None, "n"),
        author=({"id": 101, "label": "old"}, None),
    )
    await changed(books, book, 3, copies=([], copies), price=(1.5, 2.25), printed=("2020-01-01", None))
    three, two = await history(books.work(KEEPER), "book", book)
    assert (two.version, two.op, two.origin, two.by.id, two.at) == (2, "edit", "import:5", 0, NOW)
    assert {c.field.name: (c.before, c.after) for c in two.fields} == {
        "title": ("a", "b"), "code": ("c1", None), "note": (None, "n"), "author": (Ref(101), None)
    }  # fmt: skip
    author = next(c for c in two.fields if c.field.name == "author").before
    assert author.label not in ("", "old")
    assert next(c for c in three.fields if c.field.name == "price").after == Decimal("2.25")
    three, two = await history(books.work(READER), "book", book)
    assert {c.field.name: (c.before, c.after) for c in two.fields} == {
        "title": ("a", "b"), "code": (Masked("***"), None), "author": (Ref(101), None)
    }  # fmt: skip
    (row,) = next(c for c in three.fields if c.field.name == "copies").after
    assert row["mark"] == Masked("***") and row["number"] == 1 and row["owner"] == Ref(101)
    three, two = await history(books.work(GUEST), "book", book)
    assert next(c for c in two.fields if c.field.name == "author").before.label == ""
    assert {c.field.name for c in two.fields} == {"title", "code", "author"}
    as_json = await history_json(books.work(READER), "book", book)
    assert as_json["items"][1]["changes"][2] == {"field": "code", "before": "***", "after": None}
    assert as_json["items"][0]["by"] == {"id": 0, "name": "system"}


async def test_history_comes_in_pages_both_ways(own_books: Shelf) -> None:
    books = own_books
    book, work = open_novel(books), books.work(KEEPER)
    ids = [await changed(books, book, n, title=(str(n), str(n + 1))) for n in range(2, 9)]
    first = await history(work, "book", book, limit=3)
    second = await history(work, "book", book, after=first[-1].id, limit=3)
    assert [c.id for c in (*first, *second)] == ids[::-1][:6]
    page = await history_json(work, "book", book, limit=3)
    seen = [i["version"] for i in page["items"]]
    assert page["before"] is None
    while page["after"]:
        page = await history_json(work, "book", book, after=int(page["after"]), limit=3)
        seen += [i["version"] for i in page["items"]]
    assert seen == list(range(8, 1, -1))
    back = await history_json(work, "book", book, before=int(page["before"]), limit=3)
    assert [i["version"] for i in back["items"]] == [5, 4, 3] and back["after"] and back["before"]
    back = await history_json(work, "book", book, before=int(back["before"]), limit=3)
    assert [i["version"] for i in back["items"]] == [8, 7, 6] and back["before"] is None


#: What a later version calls otherwise, and a field that became a text.
RENAMED = [
    ("{name: novel, title: 小说}", "{name: fiction, was: novel, title: 小说}"),
    ("{name: torn, title: 破}", "{name: damaged, was: torn, title: 破}"),
    ("pages: {is: integer", "pages: {is: text"),
    ("number: {is: integer,", "no: {is: integer, was: number,"),
    ("string(pages)", "pages"),
]


async def republished(books: Shelf) -> None:
    """The library under a second version."""
    book = DOCUMENTS["entities/book.yaml"]
    for old, new in RENAMED:
        assert old in book
        book = book.replace(old, new, 1)
    policies = DOCUMENTS["policies/all.yaml"].replace("pages > 250", "lent = true").replace('"novel"', '"fiction"')
    documents = {**DOCUMENTS, "entities/book.yaml": book, "policies/all.yaml": policies}
    del documents["views/books.yaml"]
    await install(books.engine.work(), documents)
    await books.engine.refresh()
    books.stamp = await stamp_of(books)


async def test_history_reads_by_the_names_of_today(own_books: Shelf) -> None:
    books = own_books
    book = open_novel(books)
    copy = {"id": 1, "number": 1, "owner": None, "mark": "m1", "bought": "2020-01-02", "cost": 1.5}
    plain = {"kind": ("novel", "atlas"), "pages": (100, 250), "tags": (["old", "torn"], None)}
    await changed(books, book, 2, copies=([copy], []), **plain)
    await republished(books)
    (change,) = await history(books.work(KEEPER), "book", book)
    found = {c.field.name: (c.before, c.after) for c in change.fields}
    assert found["kind"] == ("fiction", "atlas")
    assert found["tags"] == (("old", "damaged"), None)
    assert found["pages"] == (Masked("100"), Masked("250"))
    ((row,), _) = found["copies"]
    assert row["no"] == 1 and "number" not in row and row["cost"] == Decimal("1.5")


async def stamp_of(books: Shelf) -> int:
    ((_, _, stamp),) = await books.engine.store.rows(LIVE_ROW)
    return int(stamp)


# ---------------------------------------------------------------- cards


async def on(work: Work, card: Card) -> ShownCard:
    (found,) = await cards(work, Dashboard("d", "d", Text("d"), (), (card,)))
    return found


NOVELS = Expr('kind = "novel"')


async def test_cards_count_what_their_reader_sees(books: Shelf) -> None:
    card = Card(Text("n"), "book", where=NOVELS)
    novels = [row for row in books.books.values() if row["kind"] == "novel"]
    assert (await on(books.work(KEEPER), card)).number == len(novels)
    assert (await on(books.work(GUEST), card)).number == sum(row["lent"] is not True for row in novels)
    assert (await on(books.work(Grant("keeper", 12)), card)).number == sum(row["place"] in (12, 14) for row in novels)
    assert await cards(books.work(GUEST), Dashboard("d", "d", Text("d"), (), (Card(Text("n"), "author"),))) == ()


async def test_cards_add_up_exactly(books: Shelf) -> None:
    prices = [row["price"] for row in books.books.values() if row["price"] is not None]
    assert (await on(books.work(KEEPER), Card(Text("s"), "book", measure="sum price"))).number == sum(prices)
    mean = (await on(books.work(KEEPER), Card(Text("m"), "book", measure="mean price"))).number
    assert mean is not None and abs(mean - sum(prices) / len(prices)) <= Decimal("0.005")
    assert (
        await on(books.work(KEEPER), Card(Text("m"), "book", where=Expr("pages < 0"), measure="mean price"))
    ).number == 0
    assert (await on(books.work(GUEST), Card(Text("s"), "book", measure="sum price"))).number is None


async def test_bars_lead_to_the_records_they_count(books: Shelf) -> None:
    work = books.work(KEEPER)
    for group, measure in (
        ("kind", "count"),
        ("author", "count"),
        ("place.floor", "sum pages"),
        ("lent", "mean price"),
        ("printed", "count"),
    ):
        shown = await on(work, Card(Text("b"), "book", "bar", measure=measure, group=group))
        assert len(shown.bars) > 1
        for bar in shown.bars:
            lines = (await listing(work, replace(bar.ask, limit=200))).lines
            rows = [books.books[line.id] for line in lines]
            assert rows, (group, bar)
            if measure == "count":
                assert bar.value == len(rows)
            elif measure == "sum pages":
                assert bar.value == sum(row["pages"] or 0 for row in rows)
        if measure == "count":
            assert sum(bar.value for bar in shown.bars) == len(books.books)
    kinds = await on(work, Card(Text("b"), "book", "bar", group="kind"))
    assert {bar.label.zh for bar in kinds.bars} == {"小说", "地图", "诗", "未填"}
    assert (await on(books.work(READER), Card(Text("b"), "book", "bar", group="note"))).bars == ()
    assert (await on(books.work(READER), Card(Text("b"), "book", "bar", group="code"))).bars == ()


async def test_a_list_on_a_card_is_a_list(books: Shelf) -> None:
    first = Card(Text("l"), "book", "list", where=NOVELS, columns=(("title",), ("note",)), limit=3)
    second = Card(Text("l"), "book", "list", columns=(("pages",),), limit=2)
    shown = await cards(books.work(READER), Dashboard("d", "d", Text("d"), (), (first, second)))
    lists = [one.listing for one in shown]
    assert [[c.name for c in one.columns] for one in lists if one] == [["title"], ["pages"]]
    assert [len(one.lines) for one in lists if one] == [3, 2]


# ---------------------------------------------------------------- exports


async def test_an_export_holds_every_record_and_is_on_record(own_books: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    books = own_books
    monkeypatch.setattr(handed_out, "CHUNK", 10)
    work = books.work(READER)
    given = await export(work, ask(columns=(("id",), ("code",), ("title",)), sort=(Sort(("pages",), True),)))
    rows = [row async for row in given.rows]
    assert {row[1] for row in rows} == set(books.books) and len(rows) == given.count == len(books.books)
    assert all(row[2] is None or isinstance(row[2], Masked) for row in rows)
    pages = [books.books[row[1]]["pages"] for row in rows]
    full = [p for p in pages if p is not None]
    assert full == sorted(full, reverse=True) and pages[: len(full)] == full
    (noted,) = await audited(books, "export")
    assert noted["entity"] == books.engine.version.entity("book").id and noted["actor"] == 7
    assert noted["detail"] == {"count": 60, "columns": ["id", "code", "title"], "filters": [], "view": ""}


async def test_an_export_that_is_too_large_or_not_allowed_leaves_nothing(own_books: Shelf) -> None:
    books = own_books
    with pytest.raises(Refused) as refused:
        await export(books.work(READER), ask(), most=59)
    assert codes(refused) == ["ASK_013"]
    with pytest.raises(Refused) as refused:
        await export(books.work(GUEST), ask())
    assert codes(refused) == ["ASK_014"]
    with pytest.raises(Refused) as refused:
        await export(books.work(READER), ask(columns=(("note",),)))
    assert codes(refused) == ["ASK_008"]
    assert await audited(books, "export") == []


async def test_an_export_ends_when_the_right_does(own_books: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    books = own_books
    monkeypatch.setattr(handed_out, "CHUNK", 10)
    work = books.work(READER)
    given = await export(work, ask())
    got = 0
    again: list[Any] = [replace(work.actor, stamp=99)]

    async def fresh(*_: Any) -> Any:
        return again[0]

    monkeypatch.setattr(handed_out, "load_actor", fresh)
    moved = Run(Sql("UPDATE sy_live SET access = 99 WHERE id = 1"))
    with pytest.raises(Stale):
        async for _ in given.rows:
            got += 1
            if got == 15:  # somebody else's rights changed
                await books.engine.store.apply([moved])
            if got == 35:  # one's own did
                again[0] = replace(work.actor, grants=(GUEST,))
                await books.engine.store.apply([Run(Sql("UPDATE sy_live SET access = 100 WHERE id = 1"))])
    assert got == 40


# ---------------------------------------------------------------- revealing


async def test_a_value_is_revealed_for_a_purpose_and_on_record(own_books: Shelf) -> None:
    books = own_books
    work = books.work(READER)
    book = next(b for b, row in books.books.items() if row["code"])
    assert await reveal(work, "book", book, "code", "  checking \n the  shelf ") == books.books[book]["code"]
    (noted,) = await audited(books, "reveal")
    field = books.engine.version.entity("book").field("code")
    assert field and noted["detail"] == {"field": field.id, "purpose": "checking the shelf"}
    assert (noted["record"], noted["actor"], noted["at"]) == (book, 7, millis(NOW))


async def test_what_may_not_be_revealed_is_not(own_books: Shelf) -> None:
    books = own_books
    work = books.work(READER)
    book = open_novel(books)
    lent = next(b for b, row in books.books.items() if row["lent"])
    for who, number, field, purpose, code in (
        (work, book, "code", " ", "ASK_015"),
        (work, book, "code", "\u200b\u2060\u3164\u200b", "ASK_015"),
        (work, book, "note", "why not", "ASK_017"),
        (work, book, "nothing", "why not", "ASK_001"),
        (work, 999_999, "code", "why not", "ASK_012"),
        (books.work(GUEST), book, "code", "why not", "ASK_017"),
        (books.work(GUEST), lent, "code", "why not", "ASK_012"),
    ):
        with pytest.raises(Refused) as refused:
            await reveal(who, "book", number, field, purpose)
        assert codes(refused) == [code]
    assert await audited(books, "reveal") == []


async def test_so_many_a_day_may_be_revealed(own_books: Shelf) -> None:
    books = own_books
    work, book = books.work(READER), open_novel(books)
    for _ in range(3):
        await reveal(work, "book", book, "code", "counting", most=3)
    with pytest.raises(Refused) as refused:
        await reveal(work, "book", book, "code", "counting", most=3)
    assert codes(refused) == ["ASK_016"] and len(await audited(books, "reveal")) == 3
    tomorrow = replace(work, now=replace(work.now, at=work.now.at.replace(day=25)))
    await reveal(tomorrow, "book", book, "code", "counting", most=3)


# ---------------------------------------------------------------- what links here, and why


async def test_what_links_to_a_record_is_listed(books: Shelf) -> None:
    work = books.work(KEEPER)
    for author in (100, 103, 107):
        found = {(r.entity.name, r.field.name): r for r in await related(work, "author", author)}
        assert set(found) >= {("book", "author"), ("book", "owner")}
        assert not any(one.any for (_, field), one in found.items() if field not in ("author", "owner"))
        written = {b for b, row in books.books.items() if row["author"] == author}
        owned = {b for b, row in books.books.items() if any(c["owner"] == author for c in row["copies"])}
        for key, wanted in ((("book", "author"), written), (("book", "owner"), owned)):
            lines = (await listing(work, replace(found[key].ask, limit=200))).lines
            assert {line.id for line in lines} == wanted and found[key].any == bool(wanted)


OPERATIONS: tuple[Operation, ...] = ("see", "edit", "export", "reveal")


async def test_why_tells_nothing_of_a_record_that_is_not_seen(books: Shelf) -> None:
    work = books.work(Grant("keeper", 12))
    inside = next(b for b, row in books.books.items() if row["place"] == 14)
    outside = next(b for b, row in books.books.items() if row["place"] == 15)
    for operation in OPERATIONS:
        reasons = await why(work, "book", operation, inside)
        assert [r.effect for r in reasons] == ["gave"] and "p12" in words(reasons[0].said, "en").what
        assert await why(work, "book", operation, outside) == await why(work, "book", operation, 999_999)
    assert [r.effect for r in await why(books.work(READER), "book", "see", inside, "code")] == ["gave", "masked"]
    assert [r.effect for r in await why(books.work(READER), "book", "see", inside, "note")] == ["nothing"]
    for entity, field in (("nothing", ""), ("book", "nothing")):
        with pytest.raises(Refused):
            await why(work, entity, "see", inside, field)
