"""The demo school as it is stored: what a person would have got by typing it all in."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from shuyuan.engine.changeset import cast
from shuyuan.engine.compile.columns import stored_rows
from shuyuan.engine.compile.table import child_name
from shuyuan.engine.fieldtypes import Given, target_of
from shuyuan.engine.model import Record, Ref, Sql, Table
from shuyuan.engine.store import Query
from shuyuan.engine.store.doctor import examine

from ..school import School


async def _table(school: School, table: Table) -> list[dict[str, Any]]:
    names = [c.name for c in table.columns]
    sql = Sql(f"SELECT {', '.join(names)} FROM {table.name} ORDER BY id")
    rows = await school.engine.store.rows(Query(sql, tuple(c.storage for c in table.columns)))
    return [dict(zip(names, row, strict=True)) for row in rows]


class Stored:
    """Every record, links followed as far as anybody asks."""

    def __init__(self, school: School) -> None:
        self.version = school.engine.version
        self.school = school
        self.values: dict[str, dict[int, dict[str, Any]]] = {}
        self.rows: dict[str, dict[int, dict[str, Any]]] = {}

    async def read(self) -> None:
        for name, entity in self.version.model.entities.items():
            record, *children = self.version.tables(name)
            stored = self.version.stored(name)
            self.rows[name] = {row["id"]: row for row in await _table(self.school, record)}
            self.values[name] = {
                number: stored.values([row[c] for c in stored.names]) for number, row in self.rows[name].items()
            }
            for child, spec in zip(children, (f for f in entity.fields if f.rows), strict=True):
                assert child.name == child_name(entity, spec)
                inner, found = stored_rows(spec), defaultdict(list)
                for row in sorted(await _table(self.school, child), key=lambda r: (r["parent"], r["position"])):
                    found[row["parent"]].append({"id": row["id"], **inner.values([row[c] for c in inner.names])})
                for number, values in self.values[name].items():
                    values[spec.name] = tuple(found[number])

    def followed(self, entity: str, number: int, depth: int = 3) -> dict[str, Any]:
        values = dict(self.values[entity][number])
        for spec in self.version.model.entities[entity].fields:
            value = values.get(spec.name)
            if isinstance(value, Ref) and depth:
                target = target_of(spec)
                values[spec.name] = Ref(value.id, "", self.followed(target, value.id, depth - 1))
        return values


async def test_no_value_would_be_another_had_somebody_typed_the_record(school: School) -> None:
    stored = Stored(school)
    await stored.read()
    given = Given(now=school.clock.at, source="workflow")
    for entity, rows in stored.rows.items():
        compiled = stored.version.record(entity)
        for number, row in list(rows.items())[:300]:
            values = stored.followed(entity, number)
            found = cast(compiled, {}, Record(entity, number, row["version"], values), given=given)
            assert (found.changes, found.errors) == ({}, ()), (entity, number)
            assert row["unit"] == (number if compiled.entity.unit == ("self",) else found.unit)


async def test_units_numbers_and_words_fit_the_records(school: School) -> None:
    stored = Stored(school)
    await stored.read()
    units = {*stored.values["org"], *stored.values["class"]}
    assert {row[0] for row in await school.rows("SELECT id FROM sy_unit", "bigint")} == units
    depths = await school.rows(
        "SELECT descendant, max(depth) FROM sy_unit_tree GROUP BY descendant", "bigint", "bigint"
    )
    assert {n for n, depth in depths if depth == 3} == set(stored.values["class"])
    counters = dict(await school.rows("SELECT key, value FROM sy_serial", "text", "bigint"))
    of_2026 = [v["student_no"] for v in stored.values["student"].values() if v["student_no"].startswith("2026")]
    assert max(int(n[4:]) for n in of_2026) in counters.values()
    name = next(iter(stored.values["student"].values()))["name"]
    found = await school.rows(Sql("SELECT record FROM sy_search WHERE token = ?", (name,)), "bigint")
    assert found and all(stored.values["student"].get(n, {"name": name})["name"] == name for (n,) in found)


async def test_the_installation_is_sound_and_ids_go_on_behind_the_last(school: School) -> None:
    version = school.engine.version
    tables = [t for name in version.model.entities for t in version.tables(name)]
    assert await examine(school.engine.store, None, tables) == ()
    (number,) = await school.engine.store.new_ids()
    assert number > max(await school.ids("student"))


async def test_accounts_hold_the_roles_that_records_give_them(school: School) -> None:
    head = await school.actor("head.east")
    assert {"head_teacher"} <= set(head.roles) and head.records
    assert {g.role for g in (await school.actor("admin")).grants} == {"admin"}
    assert (await school.actor("student")).roles == ("student",)
