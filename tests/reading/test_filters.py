"""Filters of every operator find what they should, on both databases; what means nothing is named, never ignored."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.model import Grant
from shuyuan.engine.ops.asking import Filter, read_ask
from shuyuan.engine.ops.listing import count, listing

from .shelf import ZONE, Shelf, ask

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a is not None and a < b,
    "lte": lambda a, b: a is not None and a <= b,
    "gt": lambda a, b: a is not None and a > b,
    "gte": lambda a, b: a is not None and a >= b,
}
#: Field -> texts with what they mean.
VALUES: dict[str, list[tuple[str, Any]]] = {
    "pages": [("100", 100), ("２５０", 250), ("0", 0), ("-1", -1), ("999999999999999", 999999999999999)],
    "price": [("12.50", Decimal("12.50")), ("0", Decimal(0)), ("-0.01", Decimal("-0.01")), ("1,000", Decimal(1000))],
    "printed": [("1991-01-01", date(1991, 1, 1)), ("1992/2/1", date(1992, 2, 1)), ("today-12000", date(1994, 1, 15))],
    "opens": [("08:30", time(8, 30)), ("20:00", time(20))],
    "loan": [("PT1H", timedelta(hours=1)), ("2小时", timedelta(hours=2))],
}
BOTH = dict.fromkeys(VALUES, COMPARE)


@st.composite
def compared(draw: st.DrawFn) -> tuple[Filter, Callable[[dict[str, Any]], bool]]:
    name = draw(st.sampled_from(sorted(VALUES)))
    operator = draw(st.sampled_from(sorted(COMPARE)))
    text, meant = draw(st.sampled_from(VALUES[name]))
    test = COMPARE[operator]
    return Filter((name,), operator, (text,)), lambda row: test(row[name], meant)  # type: ignore[arg-type]


@st.composite
def between(draw: st.DrawFn) -> tuple[Filter, Callable[[dict[str, Any]], bool]]:
    name = draw(st.sampled_from(["pages", "price", "printed"]))
    (low, a), (high, b) = draw(st.sampled_from(VALUES[name])), draw(st.sampled_from(VALUES[name]))
    low, high = low.replace(",", ""), high.replace(",", "")
    return Filter((name,), "between", (low, high)), lambda row: row[name] is not None and a <= row[name] <= b


TEXTS = ["红", "红楼", "A", "a", "abc", "é", "%", "_", "Z%", "水浒 传", "'", "\\", "？", "", "\0", "\ud800", "𠮷"]


@st.composite
def texts(draw: st.DrawFn) -> tuple[Filter, Callable[[dict[str, Any]], bool]]:
    operator = draw(st.sampled_from(["eq", "ne", "starts", "contains", "in"]))
    typed = draw(st.sampled_from([t for t in TEXTS if t.strip("\0")]))
    meant = "" if typed == "\ud800" else "?" if typed == "？" else typed
    lower = "".join(c.lower() if c.isascii() else c for c in meant)
    tests: dict[str, Callable[[str | None], bool]] = {
        "eq": lambda v: v == meant,
        "ne": lambda v: v != meant,
        "in": lambda v: v in (meant, "三国"),
        "starts": lambda v: v is not None and v.startswith(meant),
        "contains": lambda v: v is not None and lower in "".join(c.lower() if c.isascii() else c for c in v),
    }
    values = (typed, "三国") if operator == "in" else (typed,)
    return Filter(("title",), operator, values), lambda row: tests[operator](row["title"])  # type: ignore[arg-type]


def _day(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


SPANS = {
    "2026-11-22": (_day(date(2026, 11, 22)), _day(date(2026, 11, 23))),
    "today-1": (_day(date(2026, 11, 23)), _day(date(2026, 11, 24))),
    "2026-11-22T10:00": (datetime(2026, 11, 22, 2, tzinfo=UTC), datetime(2026, 11, 22, 2, 1, tzinfo=UTC)),
    "2026-11-22T02:00:00Z": (datetime(2026, 11, 22, 2, tzinfo=UTC), datetime(2026, 11, 22, 2, 0, 1, tzinfo=UTC)),
}


@st.composite
def moments(draw: st.DrawFn) -> tuple[Filter, Callable[[dict[str, Any]], bool]]:
    operator = draw(st.sampled_from(["eq", "ne", "lt", "lte", "gt", "gte"]))
    typed = draw(st.sampled_from(sorted(SPANS)))
    begin, end = SPANS[typed]
    tests: dict[str, Callable[[datetime], bool]] = {
        "eq": lambda v: begin <= v < end,
        "lt": lambda v: v < begin,
        "lte": lambda v: v < end,
        "gt": lambda v: v >= end,
        "gte": lambda v: v >= begin,
    }

    def fits(row: dict[str, Any]) -> bool:
        seen = row["seen_at"]
        if operator == "ne":
            return seen is None or not begin <= seen < end
        return seen is not None and tests[operator](seen)

    return Filter(("seen_at",), operator, (typed,)), fits  # type: ignore[arg-type]


BELOW = {"11": {11, 12, 13, 14}, "12": {12, 14}, "15": {15}, "99": set()}
PLAIN: list[tuple[Filter, Callable[[dict[str, Any]], bool]]] = [
    (Filter(("kind",), "eq", ("novel",)), lambda r: r["kind"] == "novel"),
    (Filter(("kind",), "eq", ("地图",)), lambda r: r["kind"] == "atlas"),
    (Filter(("kind",), "ne", ("novel",)), lambda r: r["kind"] != "novel"),
    (Filter(("kind",), "in", ("novel", "poem")), lambda r: r["kind"] in ("novel", "poem")),
    (Filter(("pages",), "in", ("10", "300")), lambda r: r["pages"] in (10, 300)),
    (Filter(("price",), "in", ("12.5", "99.99")), lambda r: r["price"] in (Decimal("12.5"), Decimal("99.99"))),
    (Filter(("lent",), "eq", ("true",)), lambda r: r["lent"] is True),
    (Filter(("lent",), "eq", ("否",)), lambda r: r["lent"] is False),
    (Filter(("tags",), "contains", ("rare",)), lambda r: "rare" in (r["tags"] or ())),
    (Filter(("tags",), "contains", ("旧",)), lambda r: "old" in (r["tags"] or ())),
    (Filter(("tags",), "empty", ("true",)), lambda r: r["tags"] is None),
    (Filter(("pages",), "empty", ("1",)), lambda r: r["pages"] is None),
    (Filter(("pages",), "empty", ("否",)), lambda r: r["pages"] is not None),
    (Filter(("copies",), "empty", ("true",)), lambda r: not r["copies"]),
    (Filter(("copies",), "empty", ("false",)), lambda r: bool(r["copies"])),
    (Filter(("author",), "eq", ("101",)), lambda r: r["author"] == 101),
    (Filter(("author",), "ne", ("101",)), lambda r: r["author"] != 101),
    (Filter(("author",), "in", ("101", "102")), lambda r: r["author"] in (101, 102)),
    (Filter(("author",), "eq", ("me",)), lambda r: r["author"] in (103, 104)),
    (Filter(("author",), "ne", ("me",)), lambda r: r["author"] not in (103, 104)),
    (Filter(("id",), "between", ("5003", "5007")), lambda r: 5003 <= r["id"] <= 5007),
    (Filter(("updated_at",), "gte", ("2026-11-24T10:00:05",)), lambda r: r["id"] % 7 >= 5),
    (Filter(("code",), "eq", ("c3",)), lambda r: r["code"] == "c3"),
    (Filter(("code",), "empty", ("true",)), lambda r: r["code"] is None),
    (Filter(("copies", "mark"), "eq", ("m2",)), lambda r: any(c["mark"] == "m2" for c in r["copies"])),
    (Filter(("copies", "number"), "gte", ("2",)), lambda r: any((c["number"] or 0) >= 2 for c in r["copies"])),
    (
        Filter(("copies", "cost"), "lt", ("1.5",)),
        lambda r: any(c["cost"] is not None and c["cost"] < Decimal("1.5") for c in r["copies"]),
    ),
    (Filter(("copies", "owner"), "eq", ("105",)), lambda r: any(c["owner"] == 105 for c in r["copies"])),
    *((Filter((n,), "under", (u,)), lambda r, u=u: r["place"] in BELOW[u]) for u in BELOW for n in ("place", "unit")),  # type: ignore[misc]
]
ONE = st.one_of(compared(), between(), texts(), moments(), st.sampled_from(PLAIN))


@settings(max_examples=2000 if os.environ.get("SHUYUAN_DEEP") else 80, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.lists(ONE, min_size=1, max_size=3))
async def test_filters_find_what_fits_all_of_them(
    books: Shelf, chosen: list[tuple[Filter, Callable[[dict[str, Any]], bool]]]
) -> None:
    work = books.work(Grant("keeper"), records=(103, 104))
    asked = ask(filters=tuple(f for f, _ in chosen), limit=200)
    wanted = {b for b, row in books.books.items() if all(fits(row) for _, fits in chosen)}
    page = await listing(work, asked)
    assert {line.id for line in page.lines} == wanted, asked.filters
    assert await count(work, asked) == len(wanted)


async def test_every_plain_filter_finds_something_and_not_everything(books: Shelf) -> None:
    work = books.work(Grant("keeper"), records=(103, 104))
    for one, fits in PLAIN:
        found = {line.id for line in (await listing(work, ask(filters=(one,), limit=200))).lines}
        assert found == {b for b, row in books.books.items() if fits(row)}, one
        assert one.values == ("99",) or 0 < len(found) < len(books.books), one


@pytest.mark.parametrize(("path", "under", "fits"), [
    ("author.name", "作者1", lambda s, b: s.value(b, ("author", "name")) == "作者1"),
    ("author.place", "11", lambda s, b: s.value(b, ("author", "place")) == 11),
    ("author.place.floor", "2", lambda s, b: s.value(b, ("author", "place", "floor")) == 2),
    ("author.under", "12", lambda s, b: s.value(b, ("author", "place")) in BELOW["12"]),
])  # fmt: skip
async def test_filters_lead_through_links(books: Shelf, path: str, under: str, fits: Any) -> None:
    version = books.engine.version
    read = read_ask(version.model, version.entity("book"), [(path, under), ("limit", "200")])
    assert not read.diagnostics
    found = {line.id for line in (await listing(books.work(), read.ask)).lines}
    assert found == {b for b in books.books if fits(books, b)} and found


WRONG = [
    ("pages", "eq", ("many",), "REC_009"),
    ("pages", "contains", ("1",), "ASK_005"),
    ("pages", "between", ("1",), "ASK_010"),
    ("seen_at", "between", ("2026-11-22",), "ASK_010"),
    ("seen_at", "gt", ("soon",), "ASK_011"),
    ("printed", "gt", ("31 February",), "REC_016"),
    ("kind", "eq", ("drama",), "REC_024"),
    ("lent", "eq", ("perhaps",), "REC_015"),
    ("author", "eq", ("x",), "ASK_011"),
    ("author", "eq", ("9" * 30,), "ASK_011"),
    ("pages", "empty", ("perhaps",), "ASK_011"),
    ("title", "under", ("1",), "ASK_005"),
    ("years", "eq", ("1",), "ASK_005"),
    ("code", "starts", ("c",), "ASK_006"),
    ("price", "eq", ("0.001",), "REC_011"),
]


async def test_what_means_nothing_is_named(books: Shelf) -> None:
    work = books.work()
    for name, operator, values, code in WRONG:
        with pytest.raises(Refused) as refused:
            await listing(work, ask(filters=(Filter((name,), operator, values),)))  # type: ignore[arg-type]
        assert [d.code for d in refused.value.diagnostics] == [code], (name, operator, values)
        assert refused.value.diagnostics[0].place.path == name


async def test_everything_wrong_is_said_at_once(books: Shelf) -> None:
    filters = (Filter(("pages",), "eq", ("many",)), Filter(("lent",), "eq", ("perhaps",)))
    with pytest.raises(Refused) as refused:
        await listing(books.work(), ask(filters=filters))
    assert [d.code for d in refused.value.diagnostics] == ["REC_009", "REC_015"]
