"""The reference page of the functions, written from their table."""

from __future__ import annotations

from .builtin import Builtin, Param, Signature
from .functions import FUNCTIONS
from .sql_call import FUNCTIONS as IN_SQL
from .types import Type, spelled

_GROUPS = {
    "logic": "真假 Logic",
    "number": "数字 Numbers",
    "string": "文本 Text",
    "time": "日期与时间 Dates and times",
    "school": "学校 School",
    "list": "列表 Lists",
    "context": "对象 Contexts",
    "range": "区间 Ranges",
}

_HEAD = """# Functions of expressions

<!-- Written by `shuyuan.engine.expr.reference`; a test compares. Change the functions, not this page. -->

Every function may be called by its name or by its Chinese name; saving a definition writes the name. Arguments stand in
order, `round half up(2.345, 2)`, or by name, `round half up(n: 2.345, scale: 2)`. `[x]` may be left out, `...` may be
given many times. A null where a value is needed gives null; only `is blank`, `is` and the list functions look at nulls.

SQL: yes means that filters, row rules and sorting may use the function; the database then computes it.
A star marks the functions offered to people who put conditions together.
"""


def reference() -> str:
    """Markdown: one table for each group, in the order of the groups."""
    return _HEAD + "".join(_group(key, title) for key, title in _GROUPS.items())


def _group(key: str, title: str) -> str:
    lines = [f"\n## {title}\n", "| function | 中文 | gives | SQL | example |", "|---|---|---|---|---|"]
    for one in FUNCTIONS.values():
        if one.group == key:
            lines.append(_line(one))
    return "\n".join(lines) + "\n"


def _line(one: Builtin) -> str:
    shapes = "<br>".join(f"`{one.name}({_params(s)})`" for s in one.signatures)
    star = " ★" if one.shown else ""
    results = " / ".join(dict.fromkeys(_result(s) for s in one.signatures))
    example = f"`{one.example[0]}` = `{one.example[1]}`"
    words = f"{one.doc.zh}<br>{one.doc.en}"
    cells = (
        f"{shapes}{star}<br>{words}",
        one.zh,
        results,
        "yes" if one.name in IN_SQL or one.name == "not" else "",
        example,
    )
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def _params(one: Signature) -> str:
    shown = [_param(p) for p in one.params]
    if one.spread or one.rest:
        shown.append("...")
    return ", ".join(shown)


def _param(one: Param) -> str:
    shown = f"{one.name}: {' / '.join(dict.fromkeys(map(_kind, one.types)))}"
    return f"[{shown}]" if one.optional else shown


def _kind(one: Type) -> str:
    return {"years and months duration": "duration", "days and time duration": "duration"}.get(one.kind, spelled(one))


def _result(one: Signature) -> str:
    if isinstance(one.result, Type):
        return spelled(one.result).replace("<", "&lt;")
    return "as given"
