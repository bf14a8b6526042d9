"""The state of a record, which only a workflow changes."""

from __future__ import annotations

from dataclasses import replace

from ..model import Text
from .base import Key
from .choice import CHOICE
from .keys import RULES, needs

_OF = Key("of", "workflow", Text("改变它的流程。", "The workflow that changes it."), required=True)

STATE = replace(
    CHOICE,
    name="state",
    title=Text("状态", "State"),
    help=Text(
        "由流程改变，页面、接口和导入都不能直接填写；取值是流程的步骤，或写在 choices 里的状态。",
        "Changed by its workflow only, not by page, API or import; its values are the steps of the workflow, or the "
        "states listed under choices.",
    ),
    keys=(
        _OF,
        Key("choices", "options", Text("状态，各有名称和标题。", "The states: name and title.")),
        *RULES,
    ),
    check=needs((_OF,)),
    readonly=True,
    convert_from=("choice", "code", "text"),
)

TYPES = (STATE,)
