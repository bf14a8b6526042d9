"""The policies of the shipped school: nothing to remark, and every product of every role runs on both databases."""

from __future__ import annotations

from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from shuyuan.engine.compile.table import table_name, tables
from shuyuan.engine.definition.folder import shipped
from shuyuan.engine.definition.load import load
from shuyuan.engine.diagnostics import words
from shuyuan.engine.model import OPERATIONS, Actor, Grant, Model, Sql, Storage
from shuyuan.engine.model.steps import CreateTable
from shuyuan.engine.policy import check_policies, compile_access
from shuyuan.engine.store import Query, Store
from shuyuan.engine.store.schema import statements

from .school import NOW


@pytest.fixture(scope="module")
def pack() -> Model:
    loaded = load(shipped("school")[0])
    assert loaded.model, [words(d, "en") for d in loaded.diagnostics]
    return loaded.model


def test_there_is_nothing_to_remark_about_the_shipped_policies(pack: Model) -> None:
    assert [(str(d.place), words(d, "en").what) for d in check_policies(pack)] == []


async def test_every_product_of_every_role_is_sql_that_runs(pack: Model, store: Store) -> None:
    made = [table for entity in pack.entities.values() for table in tables(pack, entity)]
    async with store.transaction() as connection:
        await connection.script(statements([CreateTable(t) for t in made], store.dialect))
    access = compile_access(pack, store.dialect)
    roles = sorted({p.role for p in pack.policies.values()})
    sets = [*combinations(roles, 1), *combinations(roles, 2), tuple(roles)]
    asked: set[Sql] = set()
    for held in sets:
        for unit in (None, 7):
            actor = Actor(9, "somebody", records=(3, 4), grants=tuple(Grant(role, unit) for role in held))
            for entity in pack.entities.values():
                for operation in OPERATIONS:
                    product = access.product(actor, entity.name, operation)
                    columns = "".join(f", {sql.text}" for _, sql in product.conditions)
                    params = tuple(p for _, sql in product.conditions for p in sql.params)
                    head = Sql(f"SELECT r.id{columns} FROM {table_name(entity)} r WHERE ", params)
                    question = head + product.predicate
                    if product.nothing or question in asked:
                        continue
                    asked.add(question)
                    returns = (Storage("bigint"), *(Storage("boolean") for _ in product.conditions))
                    slots = access.slots(actor, NOW, ZoneInfo("Asia/Shanghai"))
                    assert await store.rows(Query(question, returns), slots) == []
    assert len(asked) > 100


def test_what_the_shipped_roles_see_of_an_id_number(pack: Model) -> None:
    access = compile_access(pack, "postgres")
    student = pack.entities["student"]
    field = student.field("resident_id")
    assert field
    seen = {
        role: access.product(Actor(9, "x", grants=(Grant(role, 5),)), "student", "see").fields[field.id]
        for role in ("registrar", "head_teacher", "teacher", "guardian", "admin", "staff")
    }
    assert seen == dict.fromkeys(seen, "mask") | {"teacher": "hide", "staff": "hide"}
    registrar = Actor(9, "x", grants=(Grant("registrar", 5),))
    assert access.product(registrar, "student", "export").fields[field.id] == "mask"
    assert access.product(registrar, "student", "reveal").fields[field.id] == "show"
    assert access.product(registrar, "student", "edit").writable[field.id] is True
