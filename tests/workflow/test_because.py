"""Reasons in words."""

from __future__ import annotations

from typing import Any

import pytest
from shuyuan.engine import read_case
from shuyuan.engine.model import Text
from shuyuan.engine.workflow import because

from tests.school import School
from tests.web.approvals.leaves import asked


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
        ({"why": "role", "role": "head", "unit": "初一", "via": "owner"},
         "初一的班主任；原定人员就是申请人，由其代为办理",
         "class teacher of 初一; stands in because whoever usually acts made the request"),
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


async def test_who_stands_in_for_a_requester_is_told_so(school_sqlite: School) -> None:
    case = (await asked(school_sqlite, "head.east")).case
    found = await read_case(await school_sqlite.work("head.east"), case)
    ((seat,),) = [place.asked for place in found.places]
    assert seat.why.zh.endswith("年级组长；原定人员就是申请人，由其代为办理")
    assert "空缺" not in seat.why.zh
