"""Plans between documents, as data: the steps, their class, what is counted and what has to be typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from shuyuan.engine.definition import Identity, Loaded, load, shipped, shipped_packs
from shuyuan.engine.definition.rename import rename_field
from shuyuan.engine.diagnostics import words
from shuyuan.engine.model.steps import CreateTable
from shuyuan.engine.plan import Base, Plan, Step, diff, publishable

CASES = list(yaml.safe_load_all((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8")))

BASE = {
    "room.yaml": """\
entity: room
title: {zh: 房间, en: Room}
schema:
  properties:
    name: {is: text, title: {zh: 名称, en: Name}}
""",
    "pupil.yaml": """\
entity: pupil
title: {zh: 学生, en: Pupil}
label: name
schema:
  required: [name]
  properties:
    name: {is: text, title: {zh: 姓名, en: Name}}
    memo: {is: text, title: {zh: 备注, en: Memo}}
    day: {is: date, title: {zh: 日期, en: Day}}
    age: {is: integer, title: {zh: 年龄, en: Age}}
    code: {is: code, list: codes, title: {zh: 代码, en: Code}}
    room: {is: link, to: room, title: {zh: 房间, en: Room}}
    colour:
      is: choice
      title: {zh: 颜色, en: Colour}
      choices:
        - {name: red, title: {zh: 红, en: Red}}
        - {name: green, title: {zh: 绿, en: Green}}
        - {name: blue, title: {zh: 蓝, en: Blue}}
rules:
  - {when: memo = null, error: {zh: 空, en: Empty}, on: [memo]}
""",
    "lists.yaml": """\
codelist: codes
title: {zh: 代码, en: Codes}
codes:
  - {code: "1", title: {zh: 一, en: One}}
  - {code: "2", title: {zh: 二, en: Two}}
""",
    "pages.yaml": """\
form: pupil_form
of: pupil
title: {zh: 学生, en: Pupil}
layout:
  - {section: {zh: 一, en: One}, fields: [name, memo, day]}
---
view: pupils
of: pupil
title: {zh: 学生, en: Pupils}
columns: [name, memo]
where: memo != null
---
policy: all
role: teacher
title: {zh: 教师, en: Teacher}
system: [users]
lines: [{for: "*", can: [see], scope: all}]
""",
    "flow.yaml": """\
workflow: asking
for: pupil
title: {zh: 申请, en: Asking}
steps:
  draft: {title: {zh: 填写, en: Fill in}, by: owner, edit: [name, memo], go: {submit: {to: done}}}
  done: {title: {zh: 完成, en: Done}, end: ok}
""",
}


def changed(documents: dict[str, str], edits: list[list[str]]) -> dict[str, str]:
    found = dict(documents)
    for file, old, new in edits:
        assert old == "*" or old in found[file], (file, old)
        found[file] = new if old == "*" else found[file].replace(old, new)
    return found


def live(documents: dict[str, str], before: Loaded | None = None) -> Loaded:
    found = load(documents, before.identity if before else None)
    assert found.model is not None, [(str(d.place), words(d, "en").what) for d in found.diagnostics]
    return found


def plan(a: Loaded, b: Loaded, base: Base | None = None) -> Plan:
    assert b.model is not None
    return diff(a.model, a.identity, b.model, b.identity, base)


def shown(step: Step) -> str:
    return f"{step.kind} {'/'.join(step.subject)} {step.risk}"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_the_plan_has_the_steps_expected(case: dict[str, Any]) -> None:
    first, second = BASE, changed(changed(BASE, case.get("before", [])), case["after"])
    a = live(first)
    found = plan(a, live(second, a))
    assert [shown(s) for s in found.steps] == case["steps"]
    assert list(found.confirm) == case.get("confirm", [])
    assert found.problems == ()
    for kind, probes in case.get("probes", {}).items():
        assert [[p.kind for p in s.probes] for s in found.steps if s.kind == kind] == [probes]
    for step in found.steps:
        for said in (step.said, *step.changes):
            for lang in ("zh", "en"):
                assert words(said, lang).what
                assert "{" not in words(said, lang).what.replace("{zh", "").replace("{feel", "")


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_every_plan_has_a_way_back(case: dict[str, Any]) -> None:
    a = live(BASE)
    b = live(changed(changed(BASE, case.get("before", [])), case["after"]), a)
    back = load(BASE, b.identity, a.identity)
    assert back.model is not None and a.model is not None
    assert {e.name: [f.id for f in e.fields] for e in back.model.entities.values()} == {
        e.name: [f.id for f in e.fields] for e in a.model.entities.values()
    }
    found = plan(b, back)
    assert len(found.steps) >= (1 if case["steps"] else 0)
    assert plan(back, live(BASE, back)).empty


def test_a_workflow_that_is_removed_counts_its_cases_and_asks() -> None:
    a = live(BASE)
    b = live({k: v for k, v in BASE.items() if k != "flow.yaml"}, a)
    step = next(s for s in plan(a, b).steps if s.kind == "workflow.remove")
    assert (step.risk, step.confirm, step.probes[0].kind) == ("destructive", "asking", "cases")
    found = plan(a, b)
    assert [d.code for d in publishable(found)] == ["PLAN_003"]
    assert publishable(found, ["asking "]) == ()


def test_an_expression_that_fills_is_checked_over_the_fields_there_were() -> None:
    a = live(BASE)
    line = "    extra: {is: text, title: {zh: 另, en: Extra}, fill: nmae + name}\n    day: {is: date"
    found = plan(a, live(changed(BASE, [["pupil.yaml", "    day: {is: date", line]]), a))
    assert [d.code for d in found.problems] == ["FEEL_010"]
    assert [d.code for d in publishable(found)] == ["FEEL_010"]


def test_a_plan_is_stale_once_something_else_was_published() -> None:
    a = live(BASE)
    assert a.model is not None
    base = Base(3, 7, a.model.hash)
    found = plan(a, live(changed(BASE, [["room.yaml", "Room", "Hall"]]), a), base)
    assert not found.stale(base)
    assert found.stale(Base(4, 8, a.model.hash)) and found.stale(Base(3, 8, a.model.hash))
    assert found.hash != plan(a, live(changed(BASE, [["room.yaml", "Room", "Hall"]]), a), Base(4, 8, a.model.hash)).hash


def test_fields_in_another_order_and_a_renamed_file_touch_no_table() -> None:
    a = live(BASE)
    text = BASE["pupil.yaml"]
    day = "    day: {is: date, title: {zh: 日期, en: Day}}\n"
    moved = text.replace(day, "").replace("    name: {", day + "    name: {")
    b = live({"other/pupil.yaml": moved, **{k: v for k, v in BASE.items() if k != "pupil.yaml"}}, a)
    found = plan(a, b)
    assert [s.kind for s in found.steps] == ["entity.fields"]
    assert found.schema == ()


@pytest.mark.parametrize("pack", shipped_packs())
def test_installing_a_pack_is_safe_and_makes_its_tables(pack: str) -> None:
    found = live(shipped(pack)[0])
    assert found.model is not None
    first = diff(None, Identity(), found.model, found.identity)
    assert first.risk == "safe"
    assert {type(s) for s in first.schema} == {CreateTable}
    assert len([s for s in first.steps if s.kind == "entity.add"]) == len(found.model.entities)


@pytest.mark.parametrize("pack", shipped_packs())
def test_a_field_renamed_everywhere_is_one_step_that_touches_nothing(pack: str) -> None:
    documents = shipped(pack)[0]
    a = live(documents)
    assert a.model is not None
    for entity in list(a.model.entities.values())[::4]:
        field = entity.fields[min(2, len(entity.fields) - 1)]
        found = plan(a, live(rename_field(documents, entity.name, field.name, "quite_new"), a))
        kinds = {s.kind for s in found.steps} - {"workflow.change"}  # examples of a workflow are texts of their own
        assert kinds == {"field.rename"}, (entity.name, field.name, [shown(s) for s in found.steps])
        assert found.schema == ()
