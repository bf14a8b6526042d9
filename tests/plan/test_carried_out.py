"""Plans carried out on both databases: what was stored is still there, and comes back."""

from __future__ import annotations

import json
from typing import Any

from shuyuan.engine.definition import Identity, Loaded
from shuyuan.engine.fieldtypes import type_of
from shuyuan.engine.model import Column, Sql, Storage
from shuyuan.engine.plan import diff
from shuyuan.engine.store import Store
from shuyuan.engine.store.change import carry_out
from shuyuan.engine.store.protocol import Query

from .models import loaded

STAMP = "'2026-09-01T00:00:00.000000Z'"


def texts(**fields: Any) -> dict[str, str]:
    other = {"entity": "room", "title": "R", "label": "name", "schema": {"properties": {"name": {"is": "text"}}}}
    pupil = {
        "entity": "pupil",
        "title": "P",
        "label": '"x"',
        "schema": {"properties": {"n": {"is": "integer"}, **fields}},
    }
    return {"room.json": json.dumps(other), "pupil.json": json.dumps(pupil)}


async def publish(store: Store, old: Loaded | None, new: Loaded) -> None:
    assert new.model is not None
    plan = diff(old.model if old else None, old.identity if old else Identity(), new.model, new.identity)
    async with store.transaction() as connection:
        await carry_out(connection, plan.schema, store.dialect)


def table(found: Loaded, name: str) -> str:
    assert found.model is not None
    return "t_" + found.model.entities[name].id


def column(found: Loaded, field: str, entity: str = "pupil") -> Column:
    assert found.model is not None
    spec = found.model.entities[entity].field(field)
    assert spec is not None
    made = type_of(spec).column(spec)
    assert made is not None
    return made


async def put(store: Store, found: Loaded, entity: str, number: int, **values: str) -> None:
    columns = "".join(f", {column(found, name, entity).name}" for name in values)
    shown = "".join(f", {value}" for value in values.values())
    meta = "id, version, defn, created_by, created_at, updated_by, updated_at"
    row = f"{number}, 1, 1, 0, {STAMP}, 0, {STAMP}{shown}"
    text = f"INSERT INTO {table(found, entity)} ({meta}{columns}) VALUES ({row})"
    async with store.transaction() as connection:
        await connection.run(Sql(text))


async def held(store: Store, found: Loaded, field: str) -> list[Any]:
    one = column(found, field)
    rows = await store.rows(
        Query(Sql(f"SELECT id, {one.name} FROM {table(found, 'pupil')} ORDER BY id"), (Storage("bigint"), one.storage))
    )
    return [value for _, value in rows]


async def change(store: Store, found: Loaded, text: str) -> None:
    async with store.transaction() as connection:
        await connection.run(Sql(text.replace("PUPIL", table(found, "pupil")).replace("ROOM", table(found, "room"))))


async def test_a_retype_converts_and_going_back_gives_what_was_written(store: Store) -> None:
    a = loaded(texts(day={"is": "text"}))
    await publish(store, None, a)
    for number, value in enumerate(("2026-09-01", "soon", "2026-10-02", "2026-11-03"), 1):
        await put(store, a, "pupil", number, day=f"'{value}'")
    b = loaded(texts(day={"is": "date"}), a)
    await publish(store, a, b)
    assert [str(v) if v else None for v in await held(store, b, "day")] == [
        "2026-09-01",
        None,
        "2026-10-02",
        "2026-11-03",
    ]
    now = column(b, "day").name
    await change(store, b, f"UPDATE PUPIL SET {now} = '2027-01-01' WHERE id = 3")
    await change(store, b, f"UPDATE PUPIL SET {now} = NULL WHERE id = 4")
    back = loaded(texts(day={"is": "text"}), b, a.identity)
    assert column(back, "day").name == column(a, "day").name
    await publish(store, b, back)
    assert await held(store, back, "day") == ["2026-09-01", "soon", "2027-01-01", None]


async def test_a_removed_link_keeps_nobody_from_deleting_and_comes_back(store: Store) -> None:
    a = loaded(texts(room={"is": "link", "to": "room"}))
    await publish(store, None, a)
    for number in (1, 2):
        await put(store, a, "room", number, name="'R'")
        await put(store, a, "pupil", 10 + number, room=str(number))
    b = loaded(texts(), a)
    await publish(store, a, b)
    await change(store, b, "DELETE FROM ROOM WHERE id = 1")
    back = loaded(texts(room={"is": "link", "to": "room"}), b, a.identity)
    await publish(store, b, back)
    assert await held(store, back, "room") == [None, 2]


async def test_a_removed_field_with_the_same_name_is_a_new_one_unless_it_says_what_it_was(store: Store) -> None:
    a = loaded(texts(memo={"is": "text"}))
    await publish(store, None, a)
    await put(store, a, "pupil", 1, memo="'kept'")
    b = loaded(texts(), a)
    await publish(store, a, b)
    c = loaded(texts(memo={"is": "text"}), b)
    await publish(store, b, c)
    assert await held(store, c, "memo") == [None]
    d = loaded(texts(memo={"is": "text", "was": "memo"}), b)
    assert column(d, "memo").name == column(a, "memo").name
    assert diff(b.model, b.identity, d.model, d.identity).schema == ()  # type: ignore[arg-type]
    await publish(store, b, d)
    assert await held(store, d, "memo") == ["kept"]


async def test_options_that_are_renamed_and_merged_are_rewritten(store: Store) -> None:
    def choices(*options: Any) -> dict[str, str]:
        return texts(
            kind={"is": "choice", "choices": list(options)}, many={"is": "multi_choice", "choices": list(options)}
        )

    a = loaded(choices("red", "green", "blue"))
    await publish(store, None, a)
    for number, value in enumerate(("red", "green", "blue"), 1):
        await put(store, a, "pupil", number, kind=f"'{value}'", many=f"""'["{value}","red"]'""")
    b = loaded(choices({"name": "crimson", "was": "red", "replaces": ["blue"]}, "green"), a)
    await publish(store, a, b)
    assert await held(store, b, "kind") == ["crimson", "green", "crimson"]
    assert [list(v) for v in await held(store, b, "many")] == [["crimson"], ["green", "crimson"], ["crimson"]]


async def test_options_may_swap_their_names(store: Store) -> None:
    a = loaded(texts(kind={"is": "choice", "choices": ["up", "down"]}))
    await publish(store, None, a)
    await put(store, a, "pupil", 1, kind="'up'")
    await put(store, a, "pupil", 2, kind="'down'")
    swapped = [{"name": "down", "was": "up"}, {"name": "up", "was": "down"}]
    b = loaded(texts(kind={"is": "choice", "choices": swapped}), a)
    await publish(store, a, b)
    assert await held(store, b, "kind") == ["down", "up"]


async def test_a_sub_table_goes_and_comes_back_with_its_rows(store: Store) -> None:
    rows = {"is": "rows", "of": {"name": {"is": "text"}, "room": {"is": "link", "to": "room"}}}
    a = loaded(texts(people=rows))
    await publish(store, None, a)
    await put(store, a, "pupil", 1)
    assert a.model is not None
    spec = a.model.entities["pupil"].field("people")
    assert spec is not None
    child = f"{table(a, 'pupil')}_{spec.id}"
    name = "c_" + spec.rows[0].id
    await change(store, a, f"INSERT INTO {child} (id, parent, position, {name}) VALUES (5, 1, 0, 'Li')")
    b = loaded(texts(), a)
    await publish(store, a, b)
    back = loaded(texts(people=rows), b, a.identity)
    await publish(store, b, back)
    found = await store.rows(Query(Sql(f"SELECT id, {name} FROM {child}"), (Storage("bigint"), Storage("text"))))
    assert [tuple(r) for r in found] == [(5, "Li")]
