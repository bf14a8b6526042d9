"""A small school for the tests of access: units, teachers, students with sensitive fields and guardians; and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from shuyuan.engine.compile.table import tables
from shuyuan.engine.model import Entity, Expr, Field, Gives, Grantline, Model, Option, Policy, Ref, Table, Text
from shuyuan.engine.model.steps import CreateTable
from shuyuan.engine.ops.units import Tree, Unit, settled
from shuyuan.engine.policy import Facts
from shuyuan.engine.store import Insert, Store
from shuyuan.engine.store.schema import statements

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def _field(id: str, name: str, type: str, **more: Any) -> Field:  # noqa: A002
    return Field(id, name, type, Text(name), **more)


def _entity(id: str, name: str, fields: Sequence[Field], **more: Any) -> Entity:  # noqa: A002
    return Entity(id, name, Text(name), tuple(fields), Expr("name"), **more)


ORG = _entity(
    "e1",
    "org",
    [
        _field("f1", "name", "text"),
        _field("f2", "parent", "link", options={"to": "org"}),
        _field("f3", "head", "link", options={"to": "teacher"}),
    ],
    unit=("self",),
    parent="parent",
    gives=(Gives("head", "head"),),
)
TEACHER = _entity(
    "e2",
    "teacher",
    [
        _field("f4", "name", "text"),
        _field("f5", "org", "link", options={"to": "org"}),
        _field("f6", "senior", "boolean"),
        _field("f7", "phone", "text", sensitive="contact"),
    ],
    unit=("org",),
    person=True,
    gives=(Gives("staff", "self"),),
)
STUDENT = _entity(
    "e3",
    "student",
    [
        _field("f10", "name", "text", required=True),
        _field("f11", "org", "link", options={"to": "org"}),
        _field("f12", "tutor", "link", options={"to": "teacher"}),
        _field("f13", "id_number", "text", sensitive="identity"),
        _field("f14", "phone", "text", sensitive="contact"),
        _field("f15", "score", "decimal", options={"scale": 1}),
        _field("f16", "born", "date"),
        _field("f17", "state", "choice", choices=(Option("o1", "open", Text("o")), Option("o2", "left", Text("l")))),
        _field("f18", "remark", "text", group="office"),
        _field(
            "f19",
            "guardians",
            "rows",
            rows=(
                _field("f20", "person", "link", options={"to": "teacher"}),
                _field("f21", "phone", "text", sensitive="contact"),
                _field("f22", "blocked", "boolean"),
            ),
        ),
    ],
    unit=("org",),
    person=True,
    gives=(Gives("guardian", "guardians.person"),),
)
BOOK = _entity("e4", "book", [_field("f30", "name", "text"), _field("f31", "owner", "link", options={"to": "student"})])
ENTITIES = {e.name: e for e in (ORG, TEACHER, STUDENT, BOOK)}


def line(entity: str, can: str = "", deny: str = "", where: str = "", **more: Any) -> Grantline:
    """A line as short as it can be written."""
    words = {k: tuple(v.split()) for k, v in more.items() if k in ("fields", "but", "mask")}
    rest = {k: v for k, v in more.items() if k not in words}
    rule = Expr(where) if where else None
    return Grantline(entity, frozenset(can.split()), frozenset(deny.split()), where=rule, **words, **rest)


def school(policies: Mapping[str, Sequence[Grantline]], system: Mapping[str, Sequence[str]] | None = None) -> Model:
    """The entities with these lines for each role."""
    made = {
        role: Policy(f"p_{role}", role, role, Text(role), tuple(lines), frozenset((system or {}).get(role, ())))
        for role, lines in policies.items()
    }
    return Model(entities=ENTITIES, policies=made, hash=repr(sorted(policies)))


def _tables() -> dict[str, tuple[Table, ...]]:
    model = Model(entities=ENTITIES)
    return {name: tables(model, entity) for name, entity in ENTITIES.items()}


TABLES = _tables()


async def make_tables(store: Store) -> None:
    """The record tables of the school in an empty migrated store."""
    steps = [CreateTable(table) for group in TABLES.values() for table in group]
    async with store.transaction() as connection:
        await connection.script(statements(steps, store.dialect))


@dataclass(frozen=True)
class Row:
    """A stored record with everything a rule may read of it."""

    id: int
    entity: str
    unit: int | None
    values: dict[str, Any]


def inserts(row: Row) -> list[Insert]:
    """The writes that store the record."""
    entity = ENTITIES[row.entity]
    main, *children = TABLES[row.entity]
    meta = {"id": row.id, "version": 1, "defn": 1, "unit": row.unit, "created_by": 0, "created_at": NOW}
    meta |= {"updated_by": 0, "updated_at": NOW}
    writes = [Insert(main, meta | {f"c_{f.id}": _stored(row.values.get(f.name)) for f in entity.fields if not f.rows})]
    for field, child in zip([f for f in entity.fields if f.rows], children, strict=True):
        for position, inner in enumerate(row.values.get(field.name) or ()):
            values = {f"c_{f.id}": _stored(inner.get(f.name)) for f in field.rows}
            place = {"id": row.id * 100 + position, "parent": row.id, "position": position}
            writes.append(Insert(child, place | values))
    return writes


def _stored(value: Any) -> Any:
    return value.id if isinstance(value, Ref) else value


@dataclass(frozen=True)
class Town:
    """A filled school: its unit tree and its records by entity."""

    tree: Tree
    rows: dict[str, list[Row]]

    def facts(self, row: Row) -> Facts:
        """What is known of a record."""
        return Facts(row.id, row.values, self.tree.above(row.unit), NOW)


#: Units of the filled school: id -> parent.
UNITS: dict[int, int | None] = {1: None, 2: 1, 3: 1, 4: 2, 5: 2, 6: 3, 7: 4, 8: None}


def _tree() -> Tree:
    grown = settled(Tree({}), [Unit(unit, "org", parent, f"u{unit}") for unit, parent in UNITS.items()])
    assert not hasattr(grown, "code")
    return grown.tree


def town(random: Random, teachers: int = 8, students: int = 40) -> Town:
    """Records with every kind of gap: no unit, no tutor, nulls everywhere."""

    def maybe(value: Any) -> Any:
        return None if random.random() < 0.2 else value

    people = [
        Row(
            100 + n, "teacher", random.choice([*UNITS, None]), {"name": f"t{n}", "senior": maybe(random.random() < 0.5)}
        )
        for n in range(teachers)
    ]
    refs = [Ref(p.id, values=p.values) for p in people]
    pupils = [
        Row(
            1000 + n,
            "student",
            random.choice([*UNITS, *UNITS, None]),
            {
                "name": f"s{n}",
                "tutor": maybe(random.choice(refs)),
                "id_number": maybe(f"11010119{n:010d}"),
                "score": maybe(Decimal(random.randrange(-50, 50)) / 10),
                "born": maybe(date(2010 + random.randrange(8), 1 + random.randrange(12), 1)),
                "state": maybe(random.choice(["open", "left"])),
                "guardians": tuple(
                    {"person": maybe(random.choice(refs)), "blocked": maybe(random.random() < 0.5)}
                    for _ in range(random.randrange(3))
                ),
            },
        )
        for n in range(students)
    ]
    books = [
        Row(5000 + n, "book", None, {"name": f"b{n}", "owner": maybe(Ref(p.id, values=p.values))})
        for n, p in enumerate(pupils[:10])
    ]
    units = [
        Row(unit, "org", unit, {"name": f"u{unit}", "parent": Ref(up) if up else None}) for unit, up in UNITS.items()
    ]
    return Town(_tree(), {"org": units, "teacher": people, "student": pupils, "book": books})


async def settle(store: Store, found: Town) -> None:
    """The school in the database, its unit tree included."""
    await make_tables(store)
    grown = settled(Tree({}), found.tree.units.values())
    assert not hasattr(grown, "code")
    async with store.transaction() as connection:
        await connection.apply([w for group in found.rows.values() for row in group for w in inserts(row)])
        await connection.apply(grown.writes)
