"""Whatever two models there are: the plan between them makes the tables of the one from those of the other."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import HealthCheck, given, settings
from shuyuan.engine.compile.table import tables
from shuyuan.engine.definition import Identity, Loaded
from shuyuan.engine.model import Model, Table
from shuyuan.engine.plan import Plan, applied, diff, physical, purge, set_aside

from .models import documents, loaded

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def plan(a: Loaded, b: Loaded) -> Plan:
    assert b.model is not None
    return diff(a.model, a.identity, b.model, b.identity)


def same(one: Mapping[str, Table], other: Mapping[str, Table]) -> bool:
    """Equal tables, the order of columns and indexes aside."""

    def shape(found: Mapping[str, Table]) -> object:
        return {n: (t.key, set(t.columns), len(t.columns), set(t.indexes), len(t.indexes)) for n, t in found.items()}

    return shape(one) == shape(other)


def wanted(model: Model | None) -> dict[str, Table]:
    assert model is not None
    return {t.name: t for e in model.entities.values() for t in tables(model, e)}


def without_aside(found: Mapping[str, Table], now: Loaded) -> dict[str, Table]:
    out = set(set_aside(now.model, now.identity))
    kept = {n: t for n, t in found.items() if (n, "") not in out}
    return {
        n: Table(n, tuple(c for c in t.columns if (n, c.name) not in out), t.indexes, t.key) for n, t in kept.items()
    }


@quick
@given(documents(), documents())
def test_the_steps_make_the_tables_of_the_new_model(first: dict[str, str], second: dict[str, str]) -> None:
    a = loaded(first)
    b = loaded(second, a)
    stood = applied({}, diff(None, Identity(), a.model, a.identity).schema)  # type: ignore[arg-type]
    assert same(stood, wanted(a.model))
    stands = applied(stood, plan(a, b).schema)
    assert same(stands, physical(b.model, b.identity))
    assert same(without_aside(stands, b), wanted(b.model))


@quick
@given(documents(), documents(), documents())
def test_a_rollback_makes_the_tables_of_the_older_version_again(
    first: dict[str, str], second: dict[str, str], third: dict[str, str]
) -> None:
    a = loaded(first)
    b = loaded(second, a)
    c = loaded(third, b)
    back = loaded(first, c, a.identity)
    stands = physical(a.model, a.identity)
    for one, other in ((a, b), (b, c), (c, back)):
        stands = applied(stands, plan(one, other).schema)
    assert same(without_aside(stands, back), wanted(back.model))
    ids = [{f.id for f in e.fields} for m in (a.model, back.model) for e in (m.entities.values() if m else ())]
    assert ids[: len(ids) // 2] == ids[len(ids) // 2 :]


@quick
@given(documents(), documents())
def test_a_plan_is_deterministic_and_nothing_leads_to_itself(first: dict[str, str], second: dict[str, str]) -> None:
    a = loaded(first)
    b = loaded(second, a)
    assert plan(a, b) == plan(a, b)
    assert plan(a, b).hash == plan(a, b).hash
    assert plan(b, b).empty
    again = loaded(second, b)
    assert again.identity.live == b.identity.live
    assert plan(b, again).empty


@quick
@given(documents(), documents())
def test_purging_everything_leaves_the_tables_of_the_model(first: dict[str, str], second: dict[str, str]) -> None:
    a = loaded(first)
    b = loaded(second, a)
    assert b.model is not None
    ids = {*b.identity.gone, *(f.id for e in b.model.entities.values() for f in e.fields)}
    ids |= {c.id for e in b.model.entities.values() for f in e.fields for c in f.rows}
    steps, left = purge(b.model, b.identity, ids)
    assert same(applied(physical(b.model, b.identity), steps), wanted(b.model))
    assert set_aside(b.model, left) == ()
    assert set(b.identity.gone) == set(left.gone)
