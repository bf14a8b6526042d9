"""Reasons in words."""

from __future__ import annotations

from typing import Any

import pytest
from shuyuan.engine.model import Text
from shuyuan.engine.workflow import because


def head(name: str) -> Text:
    return Text("班主任", "class teacher") if name == "head" else Text(name)


@pytest.mark.parametrize(
    ("reason", "zh", "en"),
    [
        ({"why": "owner"}, "申请人", "made the request"),
        ({"why": "role", "role": "head", "unit": "初一（3）班"}, "初一（3）班的班主任", "class teacher of 初一（3）班"),
        ({"why": "role", "role": "head", "unit": ""}, "班主任", "class teacher"),
        ({"why": "role", "role": "head", "unit": "初一", "via": "nobody"}, "初一的班主任；原定人员空缺，由其代为办理",
         "class teacher of 初一; stands in because nobody else can act"),
        ({"why": "named", "via": "handed", "by": "王老师"}, "由王老师转交", "handed over by 王老师"),
        ({"why": "field", "field": "advisor"}, "申请中的“advisor”", "“advisor” of the request"),
        ({"why": "admin", "via": "late"}, "系统管理员；超时后转到这里",
         "administrator; taken over because it was late"),
        ({}, "按流程指定", "as the workflow says"),
    ],
)  # fmt: skip
def test_a_reason_reads_as_a_sentence(reason: dict[str, Any], zh: str, en: str) -> None:
    found = because(reason, head)
    assert (found.get("zh"), found.get("en")) == (zh, en)
