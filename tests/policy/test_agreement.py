"""What the database lists is what single checks allow: rows, fields, masks and writable fields, on both databases."""

from __future__ import annotations

import os
from collections.abc import Sequence
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shuyuan.engine.model import Actor, Grant, Grantline, Operation, Reach, Sql, Storage
from shuyuan.engine.policy import Access, compile_access
from shuyuan.engine.store import Query, Store

from .school import NOW, UNITS, Town, line, school, settle, town

ZONE = ZoneInfo("Asia/Shanghai")
ROLES = ("head", "office", "guest")
WHERE = {
    "student": [
        "",
        "",
        "tutor = actor",
        "not(tutor = actor)",
        "tutor.senior",
        "tutor.senior != true",
        'state = "open"',
        'state != "open"',
        "score > 1.5",
        "score = null",
        "born < today() and score >= 0",
        "some g in guardians satisfies g.person = actor and g.blocked != true",
        "some g in guardians satisfies g.person.senior",
        "unit in actor.units",
        "id = actor.record.id",
        "self = actor",
        "self.tutor.senior and unit != null",
        "some g in self.guardians satisfies g.blocked",
        'state in ("open", "left") or tutor = null',
    ],
    "book": [
        "",
        "owner.tutor = actor",
        'owner.state = "open"',
        "owner = null",
        "some g in owner.guardians satisfies g.person = actor",
    ],
}
FIELDS = ["name", "contact", "identity", "office", "guardians", "guardians.phone", "score", "tutor"]
EVERY: tuple[Operation, ...] = ("see", "edit", "export", "create", "delete", "reveal")


@st.composite
def lines(draw: st.DrawFn) -> Grantline:
    entity = draw(st.sampled_from(["student", "student", "student", "book", "*"]))
    ops = st.sets(st.sampled_from(EVERY), min_size=1, max_size=3).map(" ".join)
    kind = draw(st.sampled_from(["can", "can", "can", "deny", "mask"]))
    names = draw(st.sets(st.sampled_from(FIELDS), max_size=2).map(" ".join))
    which: dict[str, Any] = {draw(st.sampled_from(["fields", "but"])): names} if names else {}
    if kind == "mask" or draw(st.booleans()):
        which["mask"] = draw(st.sets(st.sampled_from(FIELDS), min_size=1, max_size=2).map(" ".join))
    where = draw(st.sampled_from(WHERE.get(entity, [""])))
    scope = draw(st.sampled_from(["unit", "unit", "all"]))
    does = {kind: draw(ops)} if kind != "mask" else {}
    return line(entity, where=where, scope=scope, **does, **which)


POLICIES = st.fixed_dictionaries({role: st.lists(lines(), max_size=4) for role in ROLES})
GRANTS = st.lists(
    st.builds(Grant, st.sampled_from(ROLES), st.sampled_from([None, 0, *UNITS])), min_size=1, max_size=4, unique=True
)


async def listed(
    store: Store, access: Access, actor: Actor, entity: str, operation: Operation
) -> dict[int, dict[str, bool]]:
    """Ids that the product lets through, each with the conditions that hold."""
    product = access.product(actor, entity, operation)
    table = f"t_{access.model.entities[entity].id}"
    columns = "".join(", " + sql.text for _, sql in product.conditions)
    params = tuple(p for _, sql in product.conditions for p in sql.params)
    sql = Sql(f"SELECT r.id{columns} FROM {table} r WHERE ", params) + product.predicate
    returns = (Storage("bigint"), *(Storage("boolean") for _ in product.conditions))
    rows = await store.rows(Query(sql, returns), access.slots(actor, NOW, ZONE))
    return {row[0]: dict(zip([n for n, _ in product.conditions], row[1:], strict=True)) for row in rows}


async def agrees(store: Store, found: Town, access: Access, actor: Actor, entity: str, operation: Operation) -> None:
    product = access.product(actor, entity, operation)
    rows = await listed(store, access, actor, entity, operation)
    for row in found.rows[entity]:
        single = access.single(actor, entity, operation, found.facts(row))
        assert single.allowed == (row.id in rows), (row, product.predicate)
        if single.allowed:
            holds = rows[row.id]
            assert single.fields == {f: product.shown(f, holds) for f in product.fields}, row
            assert single.written == {f for f in product.writable if product.may_write(f, holds)}, row
            assert all(product.ever(f) for f, verdict in single.fields.items() if verdict != "hide")
    assert not (product.nothing and rows)


def units_of(found: Town, grants: Sequence[Grant]) -> tuple[int, ...]:
    if any(g.unit is None for g in grants):
        return tuple(sorted(found.tree.units))
    return tuple(sorted({b for g in grants if g.unit in found.tree.units for b in found.tree.below(g.unit or 0)}))


def reach_of(found: Town, grants: Sequence[Grant], wide: bool) -> tuple[Reach, ...]:
    """As it is read along with the grants."""
    roles = sorted({g.role for g in grants if g.unit is not None})
    return tuple(
        Reach(role, units_of(found, [g for g in grants if g.role == role and g.unit is not None]), wide)
        for role in roles
    )


@pytest.fixture
async def filled(store: Store) -> Town:
    found = town(Random(7))
    await settle(store, found)
    return found


@settings(
    max_examples=1500 if os.environ.get("SHUYUAN_DEEP") else 60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    POLICIES,
    GRANTS,
    st.lists(st.sampled_from([100, 101, 102, 103, 1000, 1001]), max_size=2, unique=True),
    st.sampled_from(["tree", "few", "wide"]),
)
async def test_the_list_shows_what_single_checks_allow(
    store: Store,
    filled: Town,
    policies: dict[str, list[Grantline]],
    grants: list[Grant],
    records: list[int],
    how: str,
) -> None:
    access = compile_access(school(policies), store.dialect)
    reach = () if how == "tree" else reach_of(filled, grants, how == "wide")
    units = units_of(filled, grants)
    actor = Actor(9, "somebody", "s", records=tuple(records), grants=tuple(grants), units=units, reach=reach)
    for entity in ("student", "book"):
        for operation in EVERY:
            await agrees(store, filled, access, actor, entity, operation)
