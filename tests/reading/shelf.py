"""A small library with every kind of field, full of ties and gaps; and what a list of it has to hold, in Python."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from shuyuan.engine.engine import Engine, open_engine
from shuyuan.engine.fieldtypes import column_name, type_of
from shuyuan.engine.model import Actor, Grant, Reach, Ref
from shuyuan.engine.ops.asking import Ask
from shuyuan.engine.ops.live import LIVE_ROW, Version
from shuyuan.engine.ops.publish import install
from shuyuan.engine.ops.units import Tree, Unit, settled
from shuyuan.engine.ops.work import Work
from shuyuan.engine.store import Insert
from shuyuan.engine.store.journal import found_by
from shuyuan.engine.store.words import search_words

from ..school import quick_passwords, settings_for

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")

DOCUMENTS = {
    "pack.yaml": "pack: shelf\nversion: 1.0.0\ntitle: {zh: 书架, en: Shelf}\n",
    "entities/place.yaml": """
entity: place
title: {zh: 地方, en: Place}
unit: self
parent: above
schema:
  required: [name]
  properties:
    name: {is: text, title: {zh: 名称, en: Name}, search: true}
    above: {is: link, to: place, title: {zh: 上级, en: Above}}
    floor: {is: integer, title: {zh: 楼层, en: Floor}}
label: name
sort: [name]
""",
    "entities/author.yaml": """
entity: author
title: {zh: 作者, en: Author}
schema:
  properties:
    name: {is: person_name, title: {zh: 姓名, en: Name}, search: true}
    born: {is: date, title: {zh: 生日, en: Born}}
    place: {is: link, to: place, title: {zh: 住处, en: Place}}
label: name + " " + string(born)
unit: place
person: true
""",
    "entities/book.yaml": """
entity: book
title: {zh: 书, en: Book}
plural: {zh: 书, en: Books}
unit: place
label: title + "（" + string(pages) + "）"
schema:
  properties:
    title: {is: text, title: {zh: 书名, en: Title}, search: true}
    pages: {is: integer, title: {zh: 页数, en: Pages}, index: true}
    price: {is: decimal, scale: 2, title: {zh: 价格, en: Price}}
    printed: {is: date, title: {zh: 出版, en: Printed}, index: true}
    seen_at: {is: datetime, title: {zh: 盘点, en: Seen at}}
    opens: {is: time, title: {zh: 开放, en: Opens}}
    lent: {is: boolean, title: {zh: 借出, en: Lent}}
    kind:
      is: choice
      title: {zh: 种类, en: Kind}
      choices: [{name: novel, title: 小说}, {name: atlas, title: 地图}, {name: poem, title: 诗}]
    tags:
      is: multi_choice
      title: {zh: 标签, en: Tags}
      choices: [{name: old, title: 旧}, {name: rare, title: 珍}, {name: torn, title: 破}]
    author: {is: link, to: author, title: {zh: 作者, en: Author}}
    place: {is: link, to: place, title: {zh: 地方, en: Place}}
    seller: {is: link, to: author, title: {zh: 卖家, en: Seller}, where: place = record.place}
    heir: {is: link, to: author, title: {zh: 继承人, en: Heir}, where: place = record.author.place and name != null}
    rival:
      is: link
      to: author
      title: {zh: 对手, en: Rival}
      where: upper case(name) = "作者1" and place != record.place
    room: {is: link, to: place, title: {zh: 房间, en: Room}, where: above = unit}
    code: {is: text, title: {zh: 编码, en: Code}, sensitive: identity}
    note: {is: text, title: {zh: 备注, en: Note}, group: office}
    loan: {is: duration, title: {zh: 借期, en: Loan}}
    years: {is: computed, as: integer, title: {zh: 年数, en: Years}, value: 2026 - printed.year}
    copies:
      is: rows
      title: {zh: 册, en: Copies}
      of:
        number: {is: integer, title: {zh: 册号, en: Number}}
        owner: {is: link, to: author, title: {zh: 主人, en: Owner}}
        mark: {is: text, title: {zh: 记号, en: Mark}, sensitive: contact}
        bought: {is: date, title: {zh: 购入, en: Bought}}
        cost: {is: decimal, scale: 1, title: {zh: 花费, en: Cost}}
sort: [title]
indexes: [[kind, pages]]
""",
    "policies/all.yaml": """
policy: keeper
role: keeper
title: {zh: 馆长, en: Keeper}
lines:
  - {for: [place, author], can: [all], scope: all}
  - {for: book, can: [all]}
---
policy: reader
role: reader
title: {zh: 读者, en: Reader}
lines:
  - {for: place, can: [see], scope: all}
  - {for: author, can: [see]}
  - {for: book, can: [see, export], but: [office], mask: [identity, contact]}
  - {for: book, can: [reveal], fields: [code]}
---
policy: visitor
role: visitor
title: {zh: 来客, en: Visitor}
lines:
  - {for: author, can: [see]}
  - {for: book, can: [see, export], scope: all}
---
policy: guest
role: guest
title: {zh: 访客, en: Guest}
lines:
  - {for: place, can: [see], scope: all, fields: [name]}
  - {for: book, can: [see], scope: all, where: lent != true, fields: [title, kind, pages, author, place, copies]}
  - {for: book, can: [see], scope: all, where: lent != true and kind = "novel", fields: [price, code], mask: [identity]}
  - {for: book, deny: [see], scope: all, where: pages > 250, fields: [price]}
""",
    "views/books.yaml": """
view: novels
of: book
title: {zh: 小说, en: Novels}
columns: [title, pages, price, code, note, author, place.name]
where: kind = "novel" and pages >= 100
sort: [-pages, title]
""",
}
FIELDS = (
    "title", "pages", "price", "printed", "seen_at", "opens", "lent", "kind", "author", "place", "loan",
)  # fmt: skip


@dataclass
class Shelf:
    """The library, open; `books`, `authors` and `places` are what lies in it, by id."""

    engine: Engine
    books: dict[int, dict[str, Any]]
    authors: dict[int, dict[str, Any]]
    places: dict[int, dict[str, Any]]
    tree: Tree

    def work(self, *grants: Grant, reach: bool = True, records: tuple[int, ...] = ()) -> Work:
        """A piece of work of somebody with these roles; of the system itself without any."""
        work = self.engine.work()
        if not grants:
            return work
        units: dict[str, set[int]] = {}
        for grant in grants:
            if grant.unit is not None:
                units.setdefault(grant.role, set()).update(self.tree.below(grant.unit))
        known = tuple(Reach(role, tuple(sorted(found))) for role, found in sorted(units.items()))
        every = tuple(sorted({u for found in units.values() for u in found}))
        actor = Actor(
            7, "me", records=records, grants=grants, stamp=self.stamp, units=every, reach=known if reach else ()
        )
        return replace(work, actor=actor)

    stamp: int = 1

    def value(self, book: int, path: Sequence[str]) -> Any:
        """What lies at the end of a path, None where it breaks off."""
        here: Any = self.books[book]
        for name in path:
            if isinstance(here, int):
                here = self.authors.get(here) or self.places.get(here)
            here = here.get(name) if here else None
        return here


def _maybe(random: Random, value: Any, gaps: float = 0.25) -> Any:
    return None if random.random() < gaps else value


def _book(random: Random, n: int, authors: Sequence[int], places: Sequence[int]) -> dict[str, Any]:
    seen = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(minutes=random.randrange(6000))
    copies = [
        {
            "number": _maybe(random, random.randrange(3)),
            "owner": _maybe(random, random.choice(authors)),
            "mark": _maybe(random, f"m{random.randrange(6)}"),
            "bought": _maybe(random, date(2020, 1, 1 + random.randrange(28))),
            "cost": _maybe(random, Decimal(random.randrange(50)) / 10),
        }
        for _ in range(random.choice([0, 0, 1, 2]))
    ]
    return {
        "title": _maybe(
            random, random.choice(["红楼梦", "西游记", "Abc", "abc", "水浒 传", "é", "Z%_", "红", "三国"]), 0.1
        ),
        "pages": _maybe(random, random.choice([10, 100, 100, 250, 300, 300])),
        "price": _maybe(random, Decimal(random.choice([-1, 0, 5, 1250, 1250, 9999])) / 100),
        "printed": _maybe(random, date(1990 + random.randrange(4), 1 + random.randrange(2), 1)),
        "seen_at": _maybe(random, seen),
        "opens": _maybe(random, time(random.choice([8, 9, 20]), random.choice([0, 30]))),
        "lent": _maybe(random, random.random() < 0.5),
        "kind": _maybe(random, random.choice(["novel", "atlas", "poem"])),
        "tags": _maybe(random, tuple(t for t in ("old", "rare", "torn") if random.random() < 0.5) or None),
        "author": _maybe(random, random.choice(authors)),
        "place": _maybe(random, random.choice(places), 0.1),
        "code": _maybe(random, f"c{n % 9}"),
        "note": _maybe(random, f"n{n % 3}"),
        "loan": _maybe(random, timedelta(hours=random.randrange(3))),
        "copies": copies,
        "id": 5000 + n,
    }


#: Units: id -> the one above.
PLACES = {11: None, 12: 11, 13: 11, 14: 12, 15: None}


def library(seed: int, books: int) -> tuple[dict[int, Any], dict[int, Any], dict[int, Any]]:
    """Books, authors and places by id."""
    random = Random(seed)
    places = {n: {"name": f"p{n}", "above": up, "floor": n % 3, "id": n} for n, up in PLACES.items()}
    authors = {
        100 + n: {"name": _maybe(random, f"作者{n % 4}"), "born": _maybe(random, date(1900 + n, 1, 1)),
                  "place": _maybe(random, random.choice(list(PLACES))), "id": 100 + n}
        for n in range(8)
    }  # fmt: skip
    found = (_book(random, n, list(authors), list(places)) for n in range(books))
    return {one["id"]: one for one in found}, authors, places


def _inserts(version: Version, entity: str, rows: Iterable[dict[str, Any]]) -> Iterable[Any]:
    spec = version.entity(entity)
    main, *children = version.tables(entity)
    for row in rows:
        unit = row["id"] if entity == "place" else row["place"]
        meta = {"id": row["id"], "version": 1, "defn": 1, "unit": unit, "created_by": 0, "created_at": NOW}
        meta |= {"updated_by": 0, "updated_at": NOW + timedelta(seconds=row["id"] % 7)}
        plain = [f for f in spec.fields if type_of(f).column(f) is not None]
        yield Insert(main, meta | {column_name(f): _stored(f, row.get(f.name)) for f in plain})
        for field, child in zip([f for f in spec.fields if f.rows], children, strict=True):
            for position, inner in enumerate(row.get(field.name) or ()):
                place = {"id": row["id"] * 10 + position, "parent": row["id"], "position": position}
                yield Insert(child, place | {column_name(f): _stored(f, inner.get(f.name)) for f in field.rows})
        yield from found_by(spec.id, row["id"], (), search_words(row.get(f.name) for f in spec.fields if f.search))


def _stored(field: Any, value: Any) -> Any:
    convert = type_of(field).to_stored
    if value is None or convert is None or type_of(field).shape == "link":
        return value
    return convert(value)


@asynccontextmanager
async def shelf(url: str, files: Path, books: int = 60, seed: int = 1) -> AsyncIterator[Shelf]:
    """The library in an empty migrated database."""
    engine = await open_engine(settings_for(url, files), lambda: NOW, passwords=quick_passwords())
    try:
        yield await _filled(engine, books, seed)
    finally:
        await engine.close()


async def _filled(engine: Engine, books: int, seed: int) -> Shelf:
    await install(engine.work(), DOCUMENTS)
    await engine.refresh()
    found = Shelf(engine, *library(seed, books), tree=Tree({}))
    grown = settled(Tree({}), [Unit(n, "place", up, f"p{n}") for n, up in PLACES.items()])
    assert not hasattr(grown, "code")
    version = engine.version
    writes = [*_inserts(version, "place", found.places.values()), *_inserts(version, "author", found.authors.values())]
    writes += _inserts(version, "book", found.books.values())
    async with engine.store.transaction() as connection:
        await connection.apply([*writes, *grown.writes])
    await engine.refresh()
    found.tree = grown.tree
    ((_, _, found.stamp),) = await engine.store.rows(LIVE_ROW)
    return found


# ---------------------------------------------------------------- what a list has to hold


def order_key(value: Any) -> Any:
    """Values as the databases order them."""
    return value.encode() if isinstance(value, str) else value


def ordered(shelf: Shelf, ids: Iterable[int], sort: Sequence[tuple[tuple[str, ...], bool]]) -> list[int]:
    """The books in order; empty values last, then by id in the direction of the last key."""
    found = sorted(ids, reverse=bool(sort and sort[-1][1]))
    for path, down in reversed(sort):
        full = [b for b in found if shelf.value(b, path) is not None]
        full.sort(key=lambda b: order_key(shelf.value(b, path)), reverse=down)
        found = _stable(shelf, found, path, down) + [b for b in found if shelf.value(b, path) is None]
    return found


def _stable(shelf: Shelf, found: list[int], path: tuple[str, ...], down: bool) -> list[int]:
    """Sorted with ties as they stand, also downwards."""
    full = [b for b in found if shelf.value(b, path) is not None]
    keys = sorted({order_key(shelf.value(b, path)) for b in full}, reverse=down)
    return [b for key in keys for b in full if order_key(shelf.value(b, path)) == key]


Fits = Callable[[int], bool]


def ref(value: Any) -> Any:
    """The id of a link."""
    return value.id if isinstance(value, Ref) else value


def ask(**more: Any) -> Ask:
    """A list of books."""
    return Ask("book", **more)
