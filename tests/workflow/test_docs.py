"""The workflow that the guide explains is one that the checker takes without a word."""

from __future__ import annotations

import re
from pathlib import Path

from shuyuan.engine.definition import Identity, load

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "approvals-read.md"
AROUND = """
pack: shop
version: 1.0.0
title: {zh: 领用, en: Supplies}
---
entity: org
title: {zh: 单位, en: Unit}
unit: self
parent: parent
label: name
schema:
  properties:
    name: {is: text, title: {zh: 名称, en: Name}}
    parent: {is: link, to: org, title: {zh: 上级, en: Above}}
---
entity: supply_request
title: {zh: 领用, en: Supplies}
unit: dept
label: what
schema:
  properties:
    dept: {is: link, to: org, title: {zh: 部门, en: Department}}
    what: {is: text, title: {zh: 物品, en: What}}
    price: {is: decimal, scale: 2, title: {zh: 金额, en: Price}}
---
policy: registrar
role: registrar
title: {zh: 教务, en: Registrar}
lines: [{for: supply_request, can: [see, create], scope: all}]
---
policy: principal
role: principal
title: {zh: 校长, en: Principal}
lines: [{for: supply_request, can: [see, create], scope: all}]
---
policy: admin
role: admin
title: {zh: 管理员, en: Administrator}
system: [definitions, users, audit, jobs]
lines: [{for: "*", can: [all], scope: all}]
"""


def test_the_example_of_the_guide_is_taken_as_it_stands() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    found = load({"pack.yaml": AROUND, "supplies.yaml": example}, Identity())
    assert [f"{d.code} {d.place}" for d in found.diagnostics] == []
    assert found.model is not None and "supplies" in found.model.workflows
