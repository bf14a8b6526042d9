"""Tables the tests of the store write to, made like those of records, and how they are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shuyuan.engine.model import Column, Index, Sql, Storage, Table
from shuyuan.engine.model.steps import CreateTable
from shuyuan.engine.store import Query, Row, Store
from shuyuan.engine.store.schema import statements

BIG, INT, TEXT, JSON = Storage("bigint"), Storage("integer"), Storage("text"), Storage("json")
MONEY = Storage("decimal", scale=2, precision=12)
TIMESTAMP = Storage("timestamp")

#: One column of every kind.
KINDS: dict[str, Storage] = {
    "c_text": TEXT,
    "c_integer": INT,
    "c_bigint": BIG,
    "c_money": MONEY,
    "c_exact": Storage("decimal", scale=6, precision=18),
    "c_count": Storage("decimal", scale=0, precision=10),
    "c_boolean": Storage("boolean"),
    "c_date": Storage("date"),
    "c_time": Storage("time"),
    "c_timestamp": TIMESTAMP,
    "c_json": JSON,
}


def record_table(name: str, columns: Sequence[Column], indexes: Sequence[Index] = ()) -> Table:
    """A table as records have it."""
    common = (
        Column("id", BIG, nullable=False),
        Column("version", INT, nullable=False),
        Column("defn", INT, nullable=False),
        Column("unit", BIG),
        Column("created_by", BIG),
        Column("created_at", TIMESTAMP),
        Column("updated_by", BIG),
        Column("updated_at", TIMESTAMP),
    )
    return Table(name, (*common, *columns), tuple(indexes))


ALL = record_table("r_all", [Column(name, storage) for name, storage in KINDS.items()])
CLASS = record_table(
    "r_class",
    [Column("c_name", TEXT), Column("c_room", TEXT)],
    [Index("r_class_c_name_key", ("c_name",), unique=True)],
)
STUDENT = record_table(
    "r_student",
    [Column("c_no", TEXT), Column("c_name", TEXT), Column("c_class", BIG, refers="r_class"), Column("c_fee", MONEY)],
    [Index("r_student_c_no_key", ("c_no",), unique=True), Index("r_student_c_class_idx", ("c_class",))],
)
GUARDIAN = Table(
    "r_student_guardian",
    (
        Column("id", BIG, nullable=False),
        Column("parent", BIG, nullable=False, refers="r_student"),
        Column("position", INT, nullable=False),
        Column("c_name", TEXT),
    ),
    (Index("r_student_guardian_parent_idx", ("parent", "position")),),
)
UNIT = record_table("r_unit", [Column("c_name", TEXT), Column("c_above", BIG, refers="r_unit")])
NOTE = Table("r_note", (Column("id", BIG, nullable=False), Column("c_on", BIG), Column("c_text", TEXT)))
SCHOOL = (CLASS, STUDENT, GUARDIAN, UNIT, NOTE, ALL)


async def make(store: Store, *tables: Table) -> None:
    """Make the tables in one transaction."""
    async with store.transaction() as connection:
        await connection.script(statements([CreateTable(table) for table in tables], store.dialect))


def row(number: int, **values: Any) -> dict[str, Any]:
    """A row of a record table without the columns that do not matter."""
    return {"id": number, "version": 1, "defn": 1, **values}


def select(table: Table, *names: str, where: str = "", params: tuple[object, ...] = ()) -> Query:
    """A question for columns of a table in the order of ids."""
    columns = names or tuple(c.name for c in table.columns)
    text = f'SELECT {", ".join(columns)} FROM "{table.name}" {where} ORDER BY {", ".join(table.key)}'
    return Query(Sql(text, params), tuple(table.column(n).storage for n in columns))


async def everything(store: Store, *tables: Table) -> dict[str, list[Row]]:
    """All rows of the tables."""
    return {table.name: await store.rows(select(table)) for table in tables}
