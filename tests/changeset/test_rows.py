"""Sub-tables: rows keep their identity, and every message points at its cell."""

from __future__ import annotations

from typing import Any

import pytest
from shuyuan.engine.model import Expr, Record

from .cases import NEW, STORED, a, entity, stored, submit, told

FATHER, MOTHER = STORED.values["guardians"]


def test_a_row_with_an_id_keeps_what_was_not_sent() -> None:
    made = submit({"guardians": [{"id": 72, "phone": "13900000000"}, {"id": 71}]}, STORED)
    assert made.ok
    mother = {**MOTHER, "phone": "13900000000", "called": "李母 (13900000000)"}
    assert made.values["guardians"] == (mother, FATHER)


def test_rows_that_are_not_sent_are_removed_and_new_ones_have_no_id() -> None:
    made = submit({"guardians": [{"name": "王姨"}, {"id": 71}]}, STORED)
    before, after = made.changes["guardians"]
    assert before == (FATHER, MOTHER)
    assert [r["id"] for r in after] == [None, 71]
    assert submit({"guardians": []}, STORED).changes["guardians"] == ((FATHER, MOTHER), ())


def test_the_same_rows_are_no_change() -> None:
    assert submit({"guardians": [{"id": "71"}, {"id": 72, "name": "李母 "}]}, STORED).changes == {}


def test_a_row_of_another_record_or_one_that_is_gone_is_refused() -> None:
    made = submit({"guardians": [{"id": 71}, {"id": 999, "name": "x"}]}, STORED)
    assert told(made) == {"guardians/1": ["REC_035"]}
    assert told(submit({**NEW, "guardians": [{"id": 71, "name": "x"}]})) == {"guardians/0": ["REC_035"]}


def test_faults_are_reported_at_their_cell() -> None:
    rows = [{"name": "张父"}, {"phone": "12"}, {"name": "x", "phnoe": "1"}, {"name": "y", "relation": "77"}]
    made = submit({**NEW, "guardians": rows})
    assert told(made) == {
        "guardians/1/name": ["REC_001"],
        "guardians/1/phone": ["REC_050"],
        "guardians/2/phnoe": ["REC_002"],
        "guardians/3/relation": ["REC_027"],
    }


def test_an_old_fault_in_a_row_that_is_left_alone_is_a_warning() -> None:
    old = stored(guardians=({**FATHER, "phone": "12"}, MOTHER))
    made = submit({"guardians": [{"id": 71, "phone": "12"}, {"id": 72, "name": "李妈妈"}]}, old)
    assert told(made) == {"guardians/0/phone": ["REC_060"]}
    assert made.ok
    assert told(submit({"guardians": [{"id": 72}, {"id": 71, "phone": "13"}]}, old)) == {
        "guardians/1/phone": ["REC_050"]
    }


@pytest.mark.parametrize("raw", ["x", 5, {"a": 1}, [1], [{"id": "x"}], [{"id": 71}, {"id": 71}], {"0": "x"}])
def test_what_is_no_list_of_rows_is_refused_and_the_stored_rows_stay(raw: Any) -> None:
    made = submit({"guardians": raw}, STORED)
    assert not made.ok
    assert [d.place.path for d in made.errors] == ["guardians"]


def test_rows_of_a_form_come_by_position_and_empty_ones_fall_away() -> None:
    raw = {
        "1": {"id": "72", "name": "李母"},
        "0": {"id": "71", "name": "张父"},
        "2": {"id": "", "name": "", "phone": " "},
    }
    assert submit({"guardians": raw}, STORED, source="page").changes == {}


def test_columns_have_defaults_conditions_and_computed_values_of_their_own() -> None:
    compiled = entity(
        a("bonus", "integer", default=10),
        a("lines", "rows", {"min": 1}, rows=(
            a("what", required=True),
            a("count", "integer", default=1),
            a("price", "integer"),
            a("total", "integer", value=Expr("count * price + bonus")),
            a("why", required=True, when=Expr("total > 100")),
        )),
        a("sum", "integer", value=Expr("sum(lines.total)")),
    )  # fmt: skip
    made = submit({"lines": [{"what": "a", "price": 5}, {"what": "b", "price": 50, "count": 2}]}, compiled=compiled)
    assert told(made) == {"lines/1/why": ["REC_001"]}
    first, second = made.values["lines"]
    assert (first["count"], first["total"], first["why"]) == (1, 15, None)
    assert second["total"] == 110
    assert made.values["sum"] == 125
    assert told(submit({}, compiled=compiled)) == {"lines": ["REC_033"]}


def test_computed_columns_follow_the_record_even_when_no_row_is_sent() -> None:
    compiled = entity(
        a("rate", "integer"),
        a("lines", "rows", rows=(a("n", "integer"), a("total", "integer", value=Expr("n * rate")))),
    )
    old = Record("thing", 1, 1, {"rate": 2, "lines": ({"id": 5, "n": 3, "total": 6},)})
    made = submit({"rate": 4}, old, compiled=compiled)
    assert made.values["lines"] == ({"id": 5, "n": 3, "total": 12},)
    assert set(made.changes) == {"rate", "lines"}


def test_an_old_number_of_rows_that_breaks_the_rule_is_a_warning() -> None:
    compiled = entity(a("lines", "rows", {"min": 3}, rows=(a("n", "integer"),)))
    old = Record("thing", 1, 1, {"lines": ({"id": 5, "n": 3},)})
    assert told(submit({"lines": [{"id": 5, "n": 4}]}, old, compiled=compiled)) == {"lines": ["REC_060"]}
    assert told(submit({"lines": []}, old, compiled=compiled)) == {"lines": ["REC_033"]}
