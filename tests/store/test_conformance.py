"""What every store does, the same on SQLite and on PostgreSQL: values, batches, transactions, errors."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shuyuan.engine.model import Slot, Sql, Storage
from shuyuan.engine.store import (
    Delete,
    Holds,
    Insert,
    Missed,
    Outdated,
    Query,
    Referred,
    Run,
    Store,
    Taken,
    Unfit,
    Update,
)
from shuyuan.engine.store.guarding import Failed
from shuyuan.engine.store.system import Account, Setting
from shuyuan.engine.store.tables import LIVE, SETTING, UNIT_TREE

from .shapes import ALL, BIG, CLASS, GUARDIAN, KINDS, NOTE, SCHOOL, STUDENT, TEXT, everything, make, row, select
from .shapes import UNIT as UNIT_RECORD

SHANGHAI = timezone(timedelta(hours=8))

VALUES: list[tuple[str, Any]] = [
    ("c_text", ""),
    ("c_text", "王小明"),
    ("c_text", "𠮷野家 👩‍👩‍👧 café"),
    ("c_text", 'it\'s "quoted" ?; -- \\ $1 %s {x}\n\t\r'),
    ("c_text", "書" * 3_500_000),
    ("c_integer", -(2**31)),
    ("c_integer", 2**31 - 1),
    ("c_bigint", 2**63 - 1),
    ("c_bigint", -(2**63)),
    ("c_money", Decimal("0.00")),
    ("c_money", Decimal("-0.01")),
    ("c_money", Decimal("9999999999.99")),
    ("c_money", Decimal("-9999999999.99")),
    ("c_exact", Decimal("123456789012.345678")),
    ("c_count", Decimal("9999999999")),
    ("c_boolean", True),
    ("c_boolean", False),
    ("c_date", date(1, 1, 1)),
    ("c_date", date(9999, 12, 31)),
    ("c_date", date(2024, 2, 29)),
    ("c_time", time(0, 0)),
    ("c_time", time(23, 59, 59, 999999)),
    ("c_timestamp", datetime(1, 1, 1, 0, 0, 0, 1, tzinfo=UTC)),
    ("c_timestamp", datetime(9999, 12, 31, 23, 59, 59, 999998, tzinfo=UTC)),
    ("c_timestamp", datetime(2026, 9, 1, 7, 30, 0, 1, tzinfo=UTC)),
    ("c_json", {"甲": [1, 2.5, None, True, {"b": "\\u0000 is text"}]}),
    ("c_json", []),
    ("c_json", "text"),
    ("c_json", "123"),
    ("c_json", 0),
    ("c_json", False),
]


@pytest.mark.parametrize(("column", "value"), VALUES, ids=[f"{c}-{n}" for n, (c, _) in enumerate(VALUES)])
async def test_a_value_comes_back_as_it_was(store: Store, column: str, value: Any) -> None:
    await make(store, ALL)
    await store.apply([Insert(ALL, row(1, **{column: value})), Insert(ALL, row(2, **{column: None}))])
    first, second = await store.rows(select(ALL, column))
    assert first == (value,) and type(first[0]) is type(value)
    assert str(first[0]) == str(value)
    assert second == (None,)


async def test_rows_are_plain_tuples(store: Store) -> None:
    assert await store.rows(select(LIVE)) == [(1, 0, 0, 0)]
    assert type((await store.rows(select(LIVE)))[0]) is tuple


async def test_a_moment_comes_back_in_utc_and_a_decimal_with_its_scale(store: Store) -> None:
    await make(store, ALL)
    moment = datetime(2026, 9, 1, 7, 30, tzinfo=SHANGHAI)
    await store.apply([Insert(ALL, row(1, c_timestamp=moment, c_money=Decimal(5), c_exact=3))])
    ((at, money, exact),) = await store.rows(select(ALL, "c_timestamp", "c_money", "c_exact"))
    assert at == moment and at.utcoffset() == timedelta(0)
    assert (str(money), str(exact)) == ("5.00", "3.000000")


async def test_a_decimal_is_rounded_half_away_from_zero(store: Store) -> None:
    await make(store, ALL)
    given_ = ["0.005", "-0.005", "2.675", "1.0049"]
    await store.apply([Insert(ALL, row(n, c_money=Decimal(v))) for n, v in enumerate(given_)])
    assert [str(v) for (v,) in await store.rows(select(ALL, "c_money"))] == ["0.01", "-0.01", "2.68", "1.00"]


UNFIT: list[tuple[str, Any]] = [
    ("c_text", "a\0b"),
    ("c_text", "\ud800"),
    ("c_text", 5),
    ("c_integer", 2**31),
    ("c_integer", True),
    ("c_integer", "5"),
    ("c_bigint", 2**63),
    ("c_money", Decimal("10000000000")),
    ("c_money", Decimal("9999999999.995")),
    ("c_money", Decimal("NaN")),
    ("c_money", Decimal("Infinity")),
    ("c_money", 1.5),
    ("c_boolean", 1),
    ("c_date", datetime(2026, 1, 1, tzinfo=UTC)),
    ("c_date", "2026-01-01"),
    ("c_time", time(1, 2, tzinfo=UTC)),
    ("c_timestamp", datetime(2026, 1, 1)),  # noqa: DTZ001
    ("c_timestamp", datetime.min.replace(tzinfo=UTC)),
    ("c_timestamp", datetime.max.replace(tzinfo=UTC)),
    ("c_timestamp", datetime(1, 1, 1, tzinfo=SHANGHAI)),
    ("c_json", {"a": "b\0"}),
    ("c_json", {"a": object()}),
    ("c_json", 2**70),
]


@pytest.mark.parametrize(("column", "value"), UNFIT, ids=[f"{c}-{n}" for n, (c, _) in enumerate(UNFIT)])
async def test_a_value_that_does_not_fit_is_refused_and_nothing_is_written(
    store: Store, column: str, value: Any
) -> None:
    await make(store, ALL)
    with pytest.raises(Unfit):
        await store.apply([Insert(ALL, row(1)), Insert(ALL, row(2, **{column: value}))])
    with pytest.raises(Unfit):
        async with store.transaction() as connection:
            await connection.apply([Insert(ALL, row(1, **{column: value}))])
    assert await store.rows(select(ALL, "id")) == []


async def test_a_missing_required_column_is_refused(store: Store) -> None:
    await make(store, ALL)
    with pytest.raises(Unfit):
        await store.apply([Insert(ALL, {"id": 1, "version": None, "defn": 1})])


any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=6,
)


def decimals(precision: int, scale: int) -> st.SearchStrategy[Decimal]:
    most = 10**precision - 1
    return st.integers(-most, most).map(lambda n: Decimal(n).scaleb(-scale))


MOMENTS = st.timedeltas(timedelta(days=-730_000), timedelta(days=2_900_000)).map(
    lambda delta: datetime(2000, 1, 1, tzinfo=UTC) + delta
)
any_row = st.fixed_dictionaries(
    {
        "c_text": st.none() | any_text,
        "c_integer": st.none() | st.integers(-(2**31), 2**31 - 1),
        "c_bigint": st.none() | st.integers(-(2**63), 2**63 - 1),
        "c_money": st.none() | decimals(12, 2),
        "c_exact": st.none() | decimals(18, 6),
        "c_count": st.none() | decimals(10, 0),
        "c_boolean": st.none() | st.booleans(),
        "c_date": st.none() | st.dates(),
        "c_time": st.none() | st.times(),
        "c_timestamp": st.none() | MOMENTS,
        "c_json": any_json.filter(lambda v: v is not None),
    }
)


@settings(
    max_examples=500 if os.environ.get("SHUYUAN_DEEP") else 20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=st.lists(any_row, min_size=1, max_size=4))
async def test_any_rows_come_back_as_they_were(store: Store, rows: list[dict[str, Any]]) -> None:
    if not await exists(store, ALL.name):
        await make(store, ALL)
    await store.apply([Delete(ALL, {}), *(Insert(ALL, row(n, **values)) for n, values in enumerate(rows))])
    assert await store.rows(select(ALL, *KINDS)) == [tuple(values[name] for name in KINDS) for values in rows]


async def exists(store: Store, table: str) -> bool:
    try:
        await store.rows(Query(Sql(f'SELECT 1 FROM "{table}" LIMIT 1'), (Storage("integer"),)))
    except Outdated:
        return False
    return True


async def test_text_is_ordered_by_code_points(store: Store) -> None:
    await make(store, ALL)
    words = ["b", "B", "a", "Z", "_", "é", "中", "一", "a b", "ab", "𠮷"]
    await store.apply([Insert(ALL, row(n, c_text=word)) for n, word in enumerate(words)])
    query = Query(Sql("SELECT c_text FROM r_all ORDER BY c_text"), (TEXT,))
    assert [word for (word,) in await store.rows(query)] == sorted(words)


async def test_slots_are_filled_and_one_that_occurs_twice_is_the_same(store: Store) -> None:
    await make(store, NOTE)
    await store.apply([Insert(NOTE, {"id": n, "c_on": n % 3, "c_text": f"n{n}"}) for n in range(9)])
    text = "SELECT id FROM r_note WHERE (c_on = ? OR c_on = ? + 1) AND id > ? ORDER BY id"
    query = Query(Sql(text, (Slot("on"), Slot("on"), 2)), (BIG,))
    assert await store.rows(query, {"on": 0}) == [(3,), (4,), (6,), (7,)]
    assert await store.rows(query, {"on": 1}) == [(4,), (5,), (7,), (8,)]
    with pytest.raises(KeyError):
        await store.rows(query)


async def test_a_question_whose_marks_and_parameters_differ_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="marks"):
        await store.rows(Query(Sql("SELECT ?", (1, 2)), (BIG,)))


async def test_names_that_the_engine_would_not_make_never_reach_the_database(store: Store) -> None:
    for name in ('x"; DROP TABLE sy_live; --', "X", "a b", "", "ü", "x" * 64, "1a"):
        with pytest.raises((ValueError, KeyError)):
            await store.apply([Update(SETTING, {name: 1}, {name: 2})])
    assert await store.rows(select(LIVE, "id")) == [(1,)]


async def test_a_batch_is_done_in_order(store: Store) -> None:
    await make(store, *SCHOOL)
    await store.apply(
        [
            Insert(CLASS, row(1, c_name="初一1")),
            Insert(STUDENT, row(2, c_no="1", c_class=1)),
            Update(STUDENT, {"id": 2}, {"c_name": "甲"}),
            Insert(GUARDIAN, {"id": 3, "parent": 2, "position": 0, "c_name": "父"}),
            Insert(GUARDIAN, {"id": 4, "parent": 2, "position": 1, "c_name": "母"}),
            Delete(GUARDIAN, {"id": 3}),
            Update(GUARDIAN, {"parent": 2}, {"position": 0}),
            Run(Sql("UPDATE r_student SET c_name = c_name || ? WHERE id = ?", ("乙", 2))),
        ]
    )
    assert await store.rows(select(STUDENT, "id", "c_name", "c_class")) == [(2, "甲乙", 1)]
    assert await store.rows(select(GUARDIAN)) == [(4, 2, 0, "母")]


async def test_an_empty_batch_is_nothing(store: Store) -> None:
    await store.apply([])


async def test_a_guard_that_misses_leaves_nothing_behind(store: Store) -> None:
    await make(store, *SCHOOL)
    await store.apply([Insert(CLASS, row(1, c_name="a")), Insert(CLASS, row(2, c_name="b"))])
    before = await everything(store, *SCHOOL)
    stale = Update(CLASS, {"id": 1, "version": 7}, {"c_room": "x"}, must_hit=True)
    good = Update(CLASS, {"id": 1, "version": 1}, {"version": 2}, must_hit=True)
    note = Insert(NOTE, {"id": 5, "c_on": 1, "c_text": "x"})
    gone = Delete(NOTE, {"id": 99}, must_hit=True)
    wide = Update(CLASS, {"version": 1}, {"c_room": "x"}, must_hit=True)
    for batch, missed in [
        ([stale], stale),
        ([stale, note], stale),
        ([note, stale], stale),
        ([good, gone], gone),
        ([gone, good, Insert(UNIT_RECORD, row(9))], gone),
        ([note, wide], wide),
        ([wide], wide),
        ([Holds(LIVE, {"id": 1, "epoch": 3}), good], None),
        ([good, Holds(LIVE, {"id": 1, "epoch": 3}), note], None),
    ]:
        with pytest.raises(Missed) as caught:
            await store.apply(batch)
        assert missed is None or caught.value.write is missed
        with pytest.raises(Missed):
            async with store.transaction() as connection:
                await connection.apply(batch)
        assert await everything(store, *SCHOOL) == before
    await store.apply([good, Holds(LIVE, {"id": 1, "epoch": 0}), note])
    assert await store.rows(select(CLASS, "version")) == [(2,), (1,)]
    assert await store.rows(select(NOTE, "id")) == [(5,)]


async def test_a_key_may_be_null(store: Store) -> None:
    await make(store, NOTE)
    await store.apply([Insert(NOTE, {"id": 1, "c_on": None}), Insert(NOTE, {"id": 2, "c_on": 3})])
    await store.apply([Update(NOTE, {"c_on": None}, {"c_text": "empty"})])
    await store.apply([Update(NOTE, {"id": 1, "c_on": None}, {"c_text": "still"}, must_hit=True)])
    assert await store.rows(select(NOTE, "c_text")) == [("still",), (None,)]


async def test_a_unique_index_is_named_when_it_refuses(store: Store) -> None:
    await make(store, *SCHOOL)
    await store.apply([Insert(CLASS, row(1, c_name="a")), Insert(CLASS, row(2, c_name="b"))])
    await store.apply([Insert(UNIT_TREE, {"ancestor": 1, "descendant": 2, "depth": 1})])
    for batch, table, index in [
        ([Insert(CLASS, row(3, c_name="a"))], "r_class", "r_class_c_name_key"),
        ([Update(CLASS, {"id": 2}, {"c_name": "a"})], "r_class", "r_class_c_name_key"),
        ([Insert(CLASS, row(n, c_name="z")) for n in (3, 4)], "r_class", "r_class_c_name_key"),
        ([Insert(CLASS, row(1, c_name="x"))], "r_class", "r_class_pkey"),
        ([Insert(UNIT_TREE, {"ancestor": 1, "descendant": 2, "depth": 0})], "sy_unit_tree", "sy_unit_tree_pkey"),
        ([Run(Sql("UPDATE r_class SET c_name = ?", ("q",)))], "r_class", "r_class_c_name_key"),
    ]:
        with pytest.raises(Taken) as caught:
            await store.apply([Insert(NOTE, {"id": 7}), *batch])
        assert (caught.value.table, caught.value.index) == (table, index)
    assert await store.rows(select(NOTE, "id")) == []
    await store.apply([Insert(CLASS, row(5)), Insert(CLASS, row(6))])


async def test_a_reference_is_named_when_it_refuses(store: Store) -> None:
    await make(store, *SCHOOL)
    await store.apply([Insert(CLASS, row(1)), Insert(STUDENT, row(2, c_no="1", c_class=1)), Insert(CLASS, row(8))])
    for batch, table, column in [
        ([Insert(STUDENT, row(3, c_class=99))], "r_student", "c_class"),
        ([Insert(STUDENT, row(n, c_no=str(n), c_class=n)) for n in (8, 9)], "r_student", "c_class"),
        ([Update(STUDENT, {"id": 2}, {"c_class": 99})], "r_student", "c_class"),
        ([Delete(CLASS, {"id": 1})], "r_student", "c_class"),
        ([Delete(CLASS, {"version": 1})], "r_student", "c_class"),
        ([Insert(GUARDIAN, {"id": 4, "parent": 77, "position": 0})], "r_student_guardian", "parent"),
        ([Delete(CLASS, {"id": 1}), Delete(STUDENT, {"id": 2})], "r_student", "c_class"),
        ([Insert(STUDENT, row(3, c_class=5)), Insert(CLASS, row(5))], "r_student", "c_class"),
    ]:
        with pytest.raises(Referred) as caught:
            await store.apply([Insert(NOTE, {"id": 7}), *batch])
        assert (caught.value.table, caught.value.column) == (table, column)
    assert await store.rows(select(NOTE, "id")) == []
    await store.apply([Delete(STUDENT, {"id": 2}), Delete(CLASS, {"id": 1})])


async def test_rows_of_a_sub_table_go_with_their_record(store: Store) -> None:
    await make(store, *SCHOOL)
    await store.apply(
        [
            Insert(STUDENT, row(1)),
            *(Insert(GUARDIAN, {"id": n, "parent": 1, "position": n}) for n in range(3)),
        ]
    )
    await store.apply([Delete(STUDENT, {"id": 1})])
    assert await store.rows(select(GUARDIAN)) == []


async def test_a_record_may_refer_to_one_of_its_own_kind(store: Store) -> None:
    await make(store, *SCHOOL)
    await store.apply([Insert(UNIT_RECORD, row(1, c_above=1)), Insert(UNIT_RECORD, row(2, c_above=1))])
    with pytest.raises(Referred):
        await store.apply([Insert(UNIT_RECORD, row(3, c_above=4)), Insert(UNIT_RECORD, row(4))])
    with pytest.raises(Referred):
        await store.apply([Delete(UNIT_RECORD, {"id": 1})])
    await store.apply([Delete(UNIT_RECORD, {"id": 2}), Delete(UNIT_RECORD, {"id": 1})])


async def test_a_table_that_is_not_there_means_a_publication_went_by(store: Store) -> None:
    with pytest.raises(Outdated):
        await store.apply([Insert(NOTE, {"id": 1})])
    with pytest.raises(Outdated):
        await store.rows(select(NOTE))
    await make(store, NOTE)
    assert await store.rows(select(NOTE)) == []
    with pytest.raises(Outdated):
        await store.rows(Query(Sql("SELECT c_other FROM r_note"), (TEXT,)))


async def test_a_transaction_sees_what_it_wrote_and_others_do_not_until_it_ends(store: Store) -> None:
    await make(store, NOTE)
    async with store.transaction() as connection:
        await connection.apply([Insert(NOTE, {"id": 1, "c_text": "a"})])
        assert await connection.run(Sql("UPDATE r_note SET c_text = ? WHERE id = ?", (Slot("x"), 1)), {"x": "b"}) == 1
        assert await connection.run(Sql("UPDATE r_note SET c_text = c_text WHERE id > 5")) == 0
        assert await connection.rows(select(NOTE, "c_text")) == [("b",)]
        assert await store.rows(select(NOTE, "c_text")) == []
    assert await store.rows(select(NOTE, "c_text")) == [("b",)]


async def test_an_exception_rolls_a_transaction_back(store: Store) -> None:
    await make(store, NOTE)
    with pytest.raises(KeyError):
        async with store.transaction() as connection:
            await connection.apply([Insert(NOTE, {"id": 1})])
            raise KeyError
    assert await store.rows(select(NOTE)) == []
    await store.apply([Insert(NOTE, {"id": 1})])


async def test_a_refusal_that_is_swallowed_still_rolls_the_transaction_back(store: Store) -> None:
    await make(store, NOTE)
    await store.apply([Insert(NOTE, {"id": 1})])
    with pytest.raises(Failed):
        async with store.transaction() as connection:
            await connection.apply([Insert(NOTE, {"id": 2})])
            with pytest.raises(Taken):
                await connection.apply([Insert(NOTE, {"id": 1})])
    with pytest.raises(Failed):
        async with store.transaction() as connection:
            await connection.apply([Insert(NOTE, {"id": 2})])
            with pytest.raises(Missed):
                await connection.apply([Delete(NOTE, {"id": 5}, must_hit=True)])
    assert await store.rows(select(NOTE, "id")) == [(1,)]


async def test_waiting_for_oneself_is_refused(store: Store) -> None:
    async with store.transaction() as connection:
        with pytest.raises(RuntimeError, match="inside transaction"):
            await store.apply([Insert(SETTING, {"key": "a", "value": 1})])
        with pytest.raises(RuntimeError, match="inside transaction"):
            async with store.transaction():
                pass
        assert len(await store.new_ids(5)) == 5
    with pytest.raises(RuntimeError, match="over"):
        await connection.apply([Insert(SETTING, {"key": "a", "value": 1})])
    await store.apply([Insert(SETTING, {"key": "a", "value": 1})])


async def test_tortoise_queries_share_the_transaction(store: Store) -> None:
    with pytest.raises(KeyError):
        async with store.transaction() as connection:
            await Setting.create(key="theme", value={"dark": True})
            assert await connection.rows(select(SETTING)) == [("theme", {"dark": True})]
            await connection.apply([Insert(SETTING, {"key": "lang", "value": "zh"})])
            assert await Setting.all().order_by("key").values_list("key", flat=True) == ["lang", "theme"]
            raise KeyError
    with store.orm():
        assert await Setting.all().count() == 0
        await Setting.create(key="lang", value={"lang": "zh"})
        await Setting.filter(key="lang").update(value=["zh", "en"])
        assert (await Setting.get(key="lang")).value == ["zh", "en"]
        await Setting.bulk_create([Setting(key=f"k{n}", value=n) for n in range(3)])
        assert await Setting.filter(key__startswith="k").count() == 3
        await Setting.filter(key__startswith="k").delete()
    assert await store.rows(select(SETTING)) == [("lang", ["zh", "en"])]


async def test_a_refused_tortoise_query_rolls_the_transaction_back(store: Store) -> None:
    with pytest.raises(Failed):
        async with store.transaction():
            await Setting.create(key="a", value=1)
            with pytest.raises(Exception, match=r"(?i)unique"):
                await Setting.create(key="a", value=2)
    assert await store.rows(select(SETTING)) == []


async def test_tortoise_reads_every_kind_of_system_column(store: Store) -> None:
    one = {
        "id": 1,
        "login": "wang",
        "name": "王",
        "password_hash": "",
        "email": "",
        "lang": "zh",
        "theme": "",
        "shortcuts": True,
        "active": False,
        "must_change": False,
        "created_at": 2**40,
        "changed_at": 0,
    }
    with store.orm():
        await Account.create(**one)
        (found,) = await Account.all().values()
    assert found == one and found["active"] is False
    with pytest.raises(Taken) as caught:
        from shuyuan.engine.store.tables import ACCOUNT

        await store.apply([Insert(ACCOUNT, {**one, "id": 2})])
    assert caught.value.index == "sy_account_login_key"


async def test_a_statement_with_returning_is_carried_out(store: Store) -> None:
    text = (
        "INSERT INTO sy_serial (key, value) VALUES (?, 1)"
        " ON CONFLICT (key) DO UPDATE SET value = sy_serial.value + 1 RETURNING value"
    )
    query = Query(Sql(text, (Slot("key"),)), (BIG,))
    for expected in (1, 2, 3):
        async with store.transaction() as connection:
            assert await connection.rows(query, {"key": "a"}) == [(expected,)]
    with pytest.raises(KeyError):
        async with store.transaction() as connection:
            assert await connection.rows(query, {"key": "a"}) == [(4,)]
            raise KeyError
    async with store.transaction() as connection:
        assert await connection.rows(query, {"key": "a"}) == [(4,)]
