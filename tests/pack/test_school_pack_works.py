"""The school pack as the engine takes it: nothing to remark, and every record of the demo school can be entered."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from shuyuan.definitions import days
from shuyuan.definitions.generate import DEMO_TODAY, Key, Size, generate
from shuyuan.definitions.requests import requests
from shuyuan.engine.changeset import cast
from shuyuan.engine.compile.expressions import Compiler
from shuyuan.engine.compile.record import compile_record
from shuyuan.engine.definition import load, shipped
from shuyuan.engine.definition.scope import entity_scope
from shuyuan.engine.diagnostics import is_error, words
from shuyuan.engine.expr import BOOLEAN, from_python
from shuyuan.engine.fieldtypes import Given
from shuyuan.engine.model import Model, Ref
from shuyuan.engine.policy import check_policies

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(DEMO_TODAY.year, DEMO_TODAY.month, DEMO_TODAY.day, 10, tzinfo=ZONE)


@pytest.fixture(scope="module")
def model() -> Model:
    documents, problems = shipped("school")
    loaded = load(documents)
    assert [(str(d.place), words(d, "en").what) for d in (*problems, *loaded.diagnostics)] == []
    assert loaded.model is not None
    return loaded.model


class Entered:
    """A small demo school, each record entered as a program would send it."""

    def __init__(self, model: Model) -> None:
        self.refs: dict[str, dict[int, Ref]] = defaultdict(dict)
        self.remarks: Counter[tuple[str, str, str]] = Counter()
        self._ids: dict[Key, int] = {}
        compiled = {entity.name: compile_record(model, entity) for entity in model.entities.values()}
        counts: Counter[str] = Counter()
        for entity, rows in generate(Size(students=240)):
            for row in rows:
                key = Key(entity, counts[entity])
                counts[entity] += 1
                self._ids[key] = len(self._ids) + 1
                self._enter(compiled[entity], entity, key, row)

    def _enter(self, compiled: Any, entity: str, key: Key, row: dict[str, Any]) -> None:
        given = Given(now=NOW, source="api", refs=self.refs)
        locked = {name for name in row if compiled.fields[name].readonly}
        sent = {name: self.sent(value) for name, value in row.items() if name not in locked}
        made = cast(compiled, sent, given=given)
        for found in made.diagnostics:
            kind = "error" if is_error(found) else "warning"
            self.remarks[entity, kind, found.place.path.split("/")[0]] += 1
        values = {**made.values, **{name: self.value(row[name]) for name in locked}}
        self.refs[entity][self._ids[key]] = Ref(self._ids[key], "", values)
        for name, value in row.items():
            follows_status = name == "registry_status" and row["status"] != made.values["status"]
            if name in made.computed and not isinstance(value, Key) and not follows_status:
                assert made.values[name] == value, (entity, name)

    def sent(self, value: Any) -> Any:
        """The value as JSON has it, decimals exact."""
        if isinstance(value, Key):
            return self._ids[value]
        if isinstance(value, list):
            return [{name: self.sent(inner) for name, inner in row.items()} for row in value]
        return value.isoformat() if isinstance(value, date | time) else value

    def value(self, value: Any) -> Any:
        """The value as the engine holds it."""
        return self.refs[value.entity][self._ids[value]] if isinstance(value, Key) else value


@pytest.fixture(scope="module")
def entered(model: Model) -> Entered:
    return Entered(model)


def test_there_is_nothing_to_remark_about_the_pack(model: Model) -> None:
    assert [(str(d.place), words(d, "en").what) for d in check_policies(model)] == []


def test_every_record_of_the_demo_school_could_have_been_entered_without_a_remark(entered: Entered) -> None:
    # Leave that was taken before a student left can no longer be asked for.
    late = {k for k in entered.remarks if k[0] == "leave_request" and k[2] == "student"}
    assert {k: n for k, n in entered.remarks.items() if k not in late} == {}


def test_no_request_under_way_is_one_that_could_not_have_been_submitted(model: Model, entered: Entered) -> None:
    compiler = Compiler(model)
    found = requests(Size(students=240))
    assert found
    for one in found:
        workflow = model.workflows[one.workflow]
        scope = entity_scope(model, model.entities[workflow.of], compiler.functions, compiler.members)
        values = {f.name: None for f in model.entities[workflow.of].fields}
        values |= {name: entered.value(value) for name, value in one.values.items()}
        context = {**values, "actor": None, "$now": from_python(NOW, str(ZONE)), "$zone": str(ZONE)}
        for rule, text in workflow.rules:
            assert compiler.function(rule, scope, BOOLEAN).run(context) is not True, (one.by, text.en)


def _leave(model: Model, first: date, last: date, **sent: Any) -> tuple[dict[str, Any], set[tuple[str, str]]]:
    """A request for leave as it is kept, and what was remarked about its days."""
    compiled = compile_record(model, model.entities["leave_request"])
    values = {"first_day": first.isoformat(), "last_day": last.isoformat(), **sent}
    made = cast(compiled, values, given=Given(now=NOW, source="api"))
    return made.values, {
        ("error" if is_error(d) else "warning", d.code) for d in made.diagnostics if d.place.path == "days"
    }


@pytest.mark.parametrize("start", range(7))
def test_the_days_of_a_leave_follow_from_its_dates(model: Model, start: int) -> None:
    first = date(2026, 11, 23) + timedelta(start)
    for length in range(30):
        last = first + timedelta(length)
        count = days.weekdays(first, last)
        values, remarks = _leave(model, first, last)
        assert values["weekdays"] == count
        assert values["days"] == (count or None)
        assert remarks == (set() if count else {("error", "REC_001")})


@pytest.mark.parametrize(
    ("last", "missed", "remarks"),
    [
        (date(2026, 12, 3), "0.5", set()),
        (date(2026, 12, 4), "1", set()),
        (date(2026, 12, 4), "3", {("error", "REC_058")}),
        (date(2026, 12, 18), "1", {("warning", "REC_059")}),
        (date(2026, 12, 18), "11", set()),
    ],
)
def test_far_fewer_days_than_weekdays_are_remarked(
    model: Model, last: date, missed: str, remarks: set[tuple[str, str]]
) -> None:
    values, found = _leave(model, date(2026, 12, 3), last, days=missed)
    assert values["days"] == Decimal(missed)
    assert found == remarks
