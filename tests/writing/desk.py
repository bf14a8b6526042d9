"""What tests of writing do all the time: submissions in one line, and the rows a record consists of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from shuyuan.engine.compile.table import table_name
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.model import Sql
from shuyuan.engine.ops.submission import Saved, Submission
from shuyuan.engine.ops.submit import submit
from shuyuan.engine.store import Query

from ..school import School

PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
    + (10).to_bytes(4, "big")
    + (20).to_bytes(4, "big")
    + b"\x08\x06\0\0\0"
    + b"\0" * 40
)


async def sent(school: School, who: str, entity: str, values: dict[str, Any], **more: Any) -> Saved:
    """Submit as somebody, with rights of now."""
    return await submit(await school.work(who), Submission(entity, values, **more))


async def a_class(school: School, campus: str = "东校区") -> int:
    """A running class of a campus."""
    text = (
        "SELECT t.descendant FROM sy_unit_tree t JOIN sy_unit c ON c.id = t.ancestor"
        " JOIN sy_unit u ON u.id = t.descendant WHERE c.label = ? AND u.entity = 'class' ORDER BY t.descendant LIMIT 1"
    )
    ((found,),) = await school.rows(Sql(text, (campus,)), "bigint")
    return int(found)


async def a_student(school: School, who: str = "admin", **more: Any) -> Saved:
    """A new student of a class of the eastern campus."""
    values = {"name": "沈知行", "class": await a_class(school), "enrolled_on": "2026-09-01", **more}
    return await sent(school, who, "student", values, form="student_intake")


async def refused(of: Any) -> Refused:
    """The refusal that an awaitable ends with."""
    try:
        done = await of
    except Refused as found:
        return found
    raise AssertionError(f"was not refused: {done}")


def codes(found: Refused) -> list[tuple[str, str]]:
    """Code and place of every reason."""
    return [(d.code, d.place.path) for d in found.diagnostics]


async def state(school: School, entity: str, record: int, meta: bool = False) -> Any:
    """Everything that is stored of a record: its columns, the rows of its sub-tables, its words, its place as a unit,
    its files. meta: with version, times and accounts."""
    version = school.engine.version
    main, *children = version.tables(entity)
    found: list[Any] = []
    for table, key in ((main, "id"), *((child, "parent") for child in children)):
        columns = [c for c in table.columns if meta or c.name not in _META]
        names = ", ".join(c.name for c in columns)
        order = "" if key == "id" else " ORDER BY position"
        query = Query(
            Sql(f"SELECT {names} FROM {table.name} WHERE {key} = ?{order}", (record,)),
            tuple(c.storage for c in columns),
        )
        found.append([dict(zip(names.split(", "), row, strict=True)) for row in await school.engine.store.rows(query)])
    found.append(
        await school.rows(Sql("SELECT token FROM sy_search WHERE record = ? ORDER BY token", (record,)), "text")
    )
    tree = "SELECT ancestor, depth FROM sy_unit_tree WHERE descendant = ? ORDER BY depth"
    found.append(await school.rows(Sql(tree, (record,)), "bigint", "integer"))
    files = "SELECT id, state FROM sy_file WHERE record = ? AND state <> 'gone' ORDER BY id"
    found.append(await school.rows(Sql(files, (record,)), "bigint", "text"))
    return found


_META = ("version", "defn", "created_by", "created_at", "updated_by", "updated_at")


async def history(school: School, record: int) -> list[tuple[Any, ...]]:
    """op, version, changes by field name, origin: the oldest first."""
    names = {f.id: f.name for e in school.engine.version.model.entities.values() for f in e.fields}
    text = "SELECT op, version, changes, origin FROM sy_history WHERE record = ? ORDER BY id"
    rows = await school.rows(Sql(text, (record,)), "text", "integer", "json", "text")
    return [
        (op, version, {names[k]: tuple(v) for k, v in changes.items()}, origin) for op, version, changes, origin in rows
    ]


async def last_change(school: School, record: int) -> int:
    """The id of the last row of the history of a record."""
    ((found,),) = await school.rows(Sql("SELECT max(id) FROM sy_history WHERE record = ?", (record,)), "bigint")
    return int(found)


async def count(school: School, entity: str) -> int:
    """How many records there are."""
    table = table_name(school.engine.version.entity(entity))
    ((found,),) = await school.rows(f"SELECT count(*) FROM {table}", "bigint")
    return int(found)


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    """Content as an upload brings it."""
    for at in range(0, len(content), 1000):
        yield content[at : at + 1000]
