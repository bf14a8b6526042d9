"""Schema steps: what they leave is what a fresh database has; values of retyped columns go over alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from shuyuan.engine.model import Column, Index, Sql, Storage, Table
from shuyuan.engine.model.steps import (
    AddColumn,
    CopyColumn,
    CreateIndex,
    CreateTable,
    CreateView,
    DropColumn,
    DropIndex,
    DropTable,
    DropView,
    RenameColumn,
    RenameTable,
    SchemaStep,
)
from shuyuan.engine.store import Delete, Insert, Outdated, Query, Referred, Store, Taken
from shuyuan.engine.store.change import Copied, carry_out
from shuyuan.engine.store.convert import conversion
from shuyuan.engine.store.inspection import differences, inspect
from shuyuan.engine.store.tables import SYSTEM_TABLES

from .shapes import ALL, BIG, CLASS, GUARDIAN, INT, JSON, KINDS, MONEY, NOTE, SCHOOL, STUDENT, TEXT, make, row, select


async def do(store: Store, *steps: SchemaStep) -> tuple[Copied, ...]:
    async with store.transaction() as connection:
        return await carry_out(connection, steps, store.dialect)


async def assert_has(store: Store, *tables: Table) -> None:
    found = await inspect(store)
    assert differences([*SYSTEM_TABLES.values(), *tables], found, store.dialect) == []


def but(table: Table, *, name: str = "", drop: Sequence[str] = (), add: Sequence[Any] = ()) -> Table:
    """The table with other columns and indexes."""
    columns = [c for c in table.columns if c.name not in drop] + [c for c in add if isinstance(c, Column)]
    indexes = [i for i in table.indexes if i.name not in drop] + [i for i in add if isinstance(i, Index)]
    return Table(name or table.name, tuple(columns), tuple(indexes), table.key)


async def test_steps_leave_the_tables_of_a_fresh_database(store: Store) -> None:
    await make(store, CLASS, STUDENT, GUARDIAN)
    await store.apply([Insert(CLASS, row(1, c_name="a")), Insert(STUDENT, row(2, c_no="7", c_class=1, c_name="王"))])
    link, born = Column("c_tutor", BIG, refers="r_teacher"), Column("c_born", Storage("date"))
    teacher = but(CLASS, name="r_teacher", drop=["r_class_c_name_key"], add=[Column("c_leads", BIG, refers="r_class")])
    by_name = Index("r_student_c_name_idx", ("c_name", "id"))
    await do(
        store,
        CreateIndex("r_student", by_name),
        DropColumn("r_student", STUDENT.column("c_class")),
        DropTable("r_student_guardian"),
        AddColumn("r_student", born),
        DropIndex("r_student", STUDENT.indexes[1]),
        AddColumn("r_student", link),
        CreateTable(teacher),
    )
    student = but(STUDENT, drop=["c_class", "r_student_c_class_idx"], add=[born, link, by_name])
    await assert_has(store, CLASS, teacher, student)
    assert await store.rows(select(student, "id", "c_no", "c_name", "c_tutor")) == [(2, "7", "王", None)]
    await store.apply([Insert(teacher, row(3, c_leads=1))])
    with pytest.raises(Referred) as caught:
        await store.apply([Insert(student, row(4, c_tutor=99))])
    assert (caught.value.table, caught.value.column) == ("r_student", "c_tutor")
    await store.apply([Insert(student, row(4, c_tutor=3)), Delete(STUDENT, {"id": 2})])
    with pytest.raises(Referred):
        await store.apply([Delete(teacher, {"id": 3})])


async def test_new_tables_may_refer_to_each_other_in_a_circle(store: Store) -> None:
    first = but(CLASS, add=[Column("c_best", BIG, refers="r_student")])
    await do(store, CreateTable(first), CreateTable(STUDENT))
    await assert_has(store, first, STUDENT)
    await store.apply([Insert(first, row(1)), Insert(STUDENT, row(2, c_class=1))])


async def test_tables_that_refer_to_each_other_may_go_together_but_not_alone(store: Store) -> None:
    first = but(CLASS, add=[Column("c_best", BIG, refers="r_student")])
    await do(store, CreateTable(first), CreateTable(STUDENT), CreateTable(NOTE))
    await store.apply([Insert(first, row(1)), Insert(STUDENT, row(2, c_class=1)), Insert(first, row(3, c_best=2))])
    with pytest.raises(Referred):
        await do(store, DropTable("r_class"), DropTable("r_note"))
    await assert_has(store, first, STUDENT, NOTE)
    await do(store, DropTable("r_class"), DropTable("r_student"))
    await assert_has(store, NOTE)


async def test_dropping_a_link_keeps_the_others_and_the_rows(store: Store) -> None:
    two = but(STUDENT, add=[Column("c_old_class", BIG, refers="r_class"), Column("c_friend", BIG, refers="r_student")])
    await make(store, CLASS, two)
    await store.apply([Insert(CLASS, row(1)), Insert(two, row(2, c_class=1, c_old_class=1, c_friend=2, c_name="甲"))])
    await do(store, DropColumn("r_student", two.column("c_old_class")))
    await assert_has(store, CLASS, but(two, drop=["c_old_class"]))
    await do(store, DropColumn("r_student", two.column("c_friend")))
    await assert_has(store, CLASS, STUDENT)
    assert await store.rows(select(STUDENT, "id", "c_name", "c_class")) == [(2, "甲", 1)]
    with pytest.raises(Referred):
        await store.apply([Delete(CLASS, {"id": 1})])


async def test_names_follow_when_a_table_or_a_column_is_renamed(store: Store) -> None:
    await make(store, CLASS, STUDENT, GUARDIAN)
    await store.apply([Insert(STUDENT, row(1)), Insert(GUARDIAN, {"id": 2, "parent": 1, "position": 0})])
    await do(store, RenameTable("r_student", "r_pupil"), RenameColumn("r_pupil", "c_class", "c_group"))
    columns = [Column(c.name.replace("c_class", "c_group"), c.storage, c.nullable, c.refers) for c in STUDENT.columns]
    indexes = [
        Index(i.name, tuple(n.replace("c_class", "c_group") for n in i.columns), i.unique) for i in STUDENT.indexes
    ]
    pupil = Table("r_pupil", tuple(columns), tuple(indexes))
    guardian = Table(
        GUARDIAN.name,
        tuple(Column(c.name, c.storage, c.nullable, "r_pupil" if c.refers else "") for c in GUARDIAN.columns),
        GUARDIAN.indexes,
    )
    await assert_has(store, CLASS, pupil, guardian)
    with pytest.raises(Referred) as caught:
        await store.apply([Insert(pupil, row(3, c_group=9))])
    assert (caught.value.table, caught.value.column) == ("r_pupil", "c_group")
    with pytest.raises(Taken) as taken:
        await store.apply([Insert(pupil, row(1))])
    assert (taken.value.table, taken.value.index) == ("r_pupil", "r_pupil_pkey")
    await store.apply([Delete(pupil, {"id": 1})])
    assert await store.rows(select(guardian)) == []


async def test_a_unique_index_over_rows_that_are_not_unique_undoes_everything(store: Store) -> None:
    await make(store, NOTE)
    await store.apply([Insert(NOTE, {"id": n, "c_text": "same"}) for n in range(3)])
    with pytest.raises(Taken) as caught:
        await do(
            store,
            AddColumn("r_note", Column("c_more", TEXT)),
            CreateTable(CLASS),
            CreateIndex("r_note", Index("r_note_c_text_key", ("c_text",), unique=True)),
        )
    assert (caught.value.table, caught.value.index) == ("r_note", "r_note_c_text_key")
    await assert_has(store, NOTE)


async def test_schema_steps_and_rows_go_together_or_not_at_all(store: Store) -> None:
    await make(store, NOTE)
    with pytest.raises(KeyError):
        async with store.transaction() as connection:
            await carry_out(connection, [CreateTable(CLASS), DropColumn("r_note", NOTE.column("c_on"))], store.dialect)
            await connection.apply([Insert(CLASS, row(1)), Insert(NOTE, {"id": 1, "c_text": "x"})])
            assert (await inspect(store, connection)).tables.keys() >= {"r_class"}
            raise KeyError
    await assert_has(store, NOTE)


async def test_views_show_columns_under_their_names_of_today(store: Store) -> None:
    await make(store, CLASS, STUDENT)
    await store.apply([Insert(STUDENT, row(1, c_name="王", c_fee=Decimal("12.50")))])
    view = CreateView("v_student", "r_student", (("id", STUDENT.column("id")), ("name", STUDENT.column("c_name"))))
    await do(store, view)
    assert (await inspect(store)).views == {"v_student": ("id", "name")}
    other = CreateView(
        "v_student", "r_student", (("full_name", STUDENT.column("c_name")), ("fee", STUDENT.column("c_fee")))
    )
    await do(store, other, DropView("v_student"), DropView("v_none"))
    assert (await inspect(store)).views == {"v_student": ("full_name", "fee")}
    ((name, fee),) = await store.rows(Query(Sql("SELECT full_name, CAST(fee AS TEXT) FROM v_student"), (TEXT, TEXT)))
    assert (name, float(fee)) == ("王", 12.5)
    await do(store, DropView("v_student"), DropColumn("r_student", STUDENT.column("c_fee")))
    with pytest.raises(Outdated):
        await store.rows(Query(Sql("SELECT fee FROM v_student"), (TEXT,)))


async def test_questions_go_on_while_columns_come_and_go(store: Store) -> None:
    await make(store, NOTE)
    await store.apply([Insert(NOTE, {"id": 1, "c_text": "x"})])
    query = select(NOTE, "id", "c_text")
    star = Query(Sql("SELECT * FROM r_note"), (BIG, BIG, TEXT))
    for number in range(3):
        extra = Column(f"c_extra{number}", INT)
        assert await store.rows(query) == [(1, "x")]
        assert (await store.rows(star))[0][:3] == (1, None, "x")
        await do(store, AddColumn("r_note", extra))
        assert await store.rows(query) == [(1, "x")]
        assert len((await store.rows(star))[0]) == 4
        await do(store, DropColumn("r_note", extra))


T, N, D, B = "text", "integer", "date", "boolean"
MOMENT = datetime(2026, 9, 1, 0, 30, tzinfo=UTC)

CONVERSIONS: list[tuple[Storage, Storage, list[tuple[Any, Any]]]] = [
    (TEXT, INT, [("5", 5), (" -7 ", -7), ("１２", 12), ("1,200", 1200), ("3.0", 3), ("3.5", None), ("x", None),
                 ("", None), ("99999999999", None), ("1,2", None), ("1e5", None), ("٣", None)]),
    (TEXT, MONEY, [("12.5", Decimal("12.50")), ("12.345", None), ("0.10", Decimal("0.10")), ("NaN", None),
                   ("99999999999", None), ("-1,000.25", Decimal("-1000.25"))]),
    (TEXT, Storage("date"), [("2026-09-01", date(2026, 9, 1)), ("2026/9/1", date(2026, 9, 1)),
        ("2026年9月1日", date(2026, 9, 1)),
                             ("2026.09.01", date(2026, 9, 1)), ("20260901", date(2026, 9, 1)), ("2026-02-30", None),
                             ("1/9/2026", None), ("2026-9/1", None), ("", None)]),
    (TEXT, Storage("boolean"), [("是", True), ("否", False), ("TRUE", True), ("n", False), ("1", True),
     ("maybe", None)]),
    (TEXT, Storage("time"), [("7:30", time(7, 30)), ("07:30:15", time(7, 30, 15)), ("24:00", None),
        ("７：３０", time(7, 30))]),
    (TEXT, Storage("timestamp"), [("2026-09-01 08:30", MOMENT), ("2026-09-01T08:30:00+08:00", MOMENT),
                                  ("2026-09-01T00:30:00Z", MOMENT), ("2026/9/1", datetime(2026, 8, 31, 16, tzinfo=UTC)),
                                  ("2026-09-01 25:00", None), ("soon", None)]),
    (TEXT, JSON, [("a", ["a"]), ("", None)]),
    (INT, TEXT, [(5, "5"), (-3, "-3")]),
    (INT, BIG, [(5, 5)]),
    (INT, MONEY, [(5, Decimal("5.00"))]),
    (INT, Storage("boolean"), [(1, True), (0, False), (2, None)]),
    (BIG, INT, [(7, 7), (2**40, None)]),
    (MONEY, INT, [(Decimal("3.00"), 3), (Decimal("3.50"), None)]),
    (MONEY, TEXT, [(Decimal("3.50"), "3.50"), (Decimal("0.00"), "0.00")]),
    (MONEY, Storage("decimal", 1, 6), [(Decimal("3.50"), Decimal("3.5")), (Decimal("3.55"), None),
        (Decimal("999999.00"), None)]),
    (Storage("boolean"), TEXT, [(True, "true"), (False, "false")]),
    (Storage("boolean"), INT, [(True, 1), (False, 0)]),
    (Storage("date"), TEXT, [(date(26, 1, 2), "0026-01-02")]),
    (Storage("date"), Storage("timestamp"), [(date(2026, 9, 1), datetime(2026, 8, 31, 16, tzinfo=UTC)),
        (date(1, 1, 1), None)]),
    (Storage("timestamp"), Storage("date"), [(datetime(2026, 8, 31, 16, tzinfo=UTC), date(2026, 9, 1))]),
    (Storage("timestamp"), TEXT, [(MOMENT, "2026-09-01 08:30")]),
    (Storage("time"), TEXT, [(time(7, 30), "07:30"), (time(7, 30, 5), "07:30:05")]),
    (Storage("time"), INT, [(time(7, 30), None)]),
    (JSON, TEXT, [(["a"], "a"), (["a", "b"], "a、b"), ({"a": 1}, None), ([], None), ("x", "x"), ([1], "1")]),
    (JSON, INT, [([5], 5), (["5"], 5), (5, 5), ([1, 2], None), ([True], 1)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "target", "cases"), CONVERSIONS, ids=[f"{a.kind}-{b.kind}-{b.scale}" for a, b, _ in CONVERSIONS]
)
async def test_a_retyped_column_keeps_what_can_be_kept(
    store: Store, source: Storage, target: Storage, cases: list[tuple[Any, Any]]
) -> None:
    before, after = Column("c_old", source), Column("c_new", target)
    table = Table("r_retyped", (Column("id", BIG, nullable=False), before))
    await make(store, table)
    numbers = range(-3, len(cases) - 3)
    await store.apply([Insert(table, {"id": n, "c_old": old}) for n, (old, _) in zip(numbers, cases, strict=True)])
    await store.apply([Insert(table, {"id": 1000, "c_old": None})])
    copied = await do(
        store,
        DropColumn("r_retyped", before),
        CopyColumn("r_retyped", before, after),
        AddColumn("r_retyped", after),
    )
    new = but(table, drop=["c_old"], add=[after])
    await assert_has(store, new)
    assert await store.rows(select(new, "c_new")) == [*((value,) for _, value in cases), (None,)]
    lost = sum(value is None for _, value in cases)
    assert copied == (Copied("r_retyped", "c_old", "c_new", len(cases) - lost, lost),)


async def test_options_are_mapped_and_nothing_else_survives(store: Store) -> None:
    table = Table("r_choice", (Column("id", BIG, nullable=False), Column("c_old", JSON)))
    values = [["a"], ["a", "b"], ["b", "b"], ["c"], [], "b", None]
    await make(store, table)
    await store.apply([Insert(table, {"id": n, "c_old": v}) for n, v in enumerate(values)])
    many, one = Column("c_many", JSON), Column("c_one", TEXT)
    mapping = {"a": "甲", "b": "乙"}
    copied = await do(
        store,
        AddColumn("r_choice", many),
        AddColumn("r_choice", one),
        CopyColumn("r_choice", table.column("c_old"), many, mapping),
        CopyColumn("r_choice", table.column("c_old"), one, mapping),
    )
    assert [(c.copied, c.lost) for c in copied] == [(4, 2), (3, 3)]
    found = await store.rows(select(but(table, add=[many, one]), "c_many", "c_one"))
    both = ["甲", "乙"]
    assert found == [
        (["甲"], "甲"),
        (both, None),
        (["乙"], "乙"),
        (None, None),
        (None, None),
        (["乙"], "乙"),
        (None, None),
    ]


async def test_a_conversion_of_its_own_goes_before_all_others_and_may_fail_per_row(store: Store) -> None:
    await make(store, NOTE)
    await store.apply([Insert(NOTE, {"id": n, "c_text": "x" * n}) for n in range(1, 4)])
    length = Column("c_length", INT)
    copied = await do(
        store,
        AddColumn("r_note", length),
        CopyColumn("r_note", NOTE.column("c_text"), length, convert=lambda v: None if v == "xx" else len(v) * 10**9),
    )
    assert copied == (Copied("r_note", "c_text", "c_length", 1, 2),)  # 3 000 000 000 is no 32-bit integer


async def test_thousands_of_rows_are_converted(store: Store) -> None:
    await make(store, NOTE)
    await store.apply([Insert(NOTE, {"id": n, "c_text": str(n)}) for n in range(4500)])
    number = Column("c_number", INT)
    (copied,) = await do(store, AddColumn("r_note", number), CopyColumn("r_note", NOTE.column("c_text"), number))
    assert (copied.copied, copied.lost) == (4500, 0)
    wrong = Query(Sql("SELECT count(*) FROM r_note WHERE c_number IS NULL OR c_number <> id"), (BIG,))
    assert await store.rows(wrong) == [(0,)]


@pytest.mark.parametrize("source", KINDS.values(), ids=list(KINDS))
@pytest.mark.parametrize("target", KINDS.values(), ids=list(KINDS))
def test_every_pair_of_kinds_converts_or_gives_nothing(source: Storage, target: Storage) -> None:
    samples: dict[str, Any] = {
        "text": "2026-09-01", "integer": 1, "bigint": 2, "decimal": Decimal("1.5"), "boolean": True,
        "date": date(2026, 9, 1), "time": time(1), "timestamp": MOMENT, "json": ["1"],
    }  # fmt: skip
    made = conversion(CopyColumn("t", Column("a", source), Column("b", target)))(samples[source.kind])
    kinds: dict[str, type] = {"integer": int, "bigint": int, "decimal": Decimal, "text": str, "boolean": bool}
    assert made is None or target.kind not in kinds or type(made) is kinds[target.kind]


async def test_the_tables_of_a_school_are_made_in_one_transaction(store: Store) -> None:
    await do(store, *(CreateTable(t) for t in reversed(SCHOOL)))
    await assert_has(store, *SCHOOL)
    await do(store, *(DropTable(t.name) for t in (GUARDIAN, STUDENT, CLASS, ALL)))
