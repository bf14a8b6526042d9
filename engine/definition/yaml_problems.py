"""What the YAML parser complains about, in words for the person who wrote the file."""

from __future__ import annotations

import yaml

from ..model import Text

TAB = Text("这里用了制表符（Tab）缩进，须改用空格", "a tab is used for indentation; use spaces")

#: A part of the parser's own words -> what to look at. The first that fits is used.
PROBLEMS: tuple[tuple[str, Text], ...] = (
    (
        "cannot start any token",
        Text(
            "以 @ 或 ` 或 % 开头的值须加引号",
            "a value that begins with @, ` or % must be put in quotes",
        ),
    ),
    (
        "mapping values are not allowed",
        Text(
            "这里多出一个冒号：值里有“: ”时须加引号，或者上一行的缩进不对",
            "there is one colon too many: quote a value that contains “: ”, or check the indentation of the line above",
        ),
    ),
    (
        "could not find expected ':'",
        Text("键的后面缺少冒号和空格", "a colon and a space are missing after the key"),
    ),
    (
        "did not find expected ',' or",
        Text("括号 { } 或 [ ] 没有写完整，或者少了逗号", "a bracket { } or [ ] is not closed, or a comma is missing"),
    ),
    (
        "did not find expected key",
        Text("缩进与上面同级的键不一致", "the indentation differs from the keys above on the same level"),
    ),
    (
        "did not find expected '-' indicator",
        Text("列表里的各项缩进不一致", "the items of the list are not indented alike"),
    ),
    (
        "block sequence entries are not allowed",
        Text("列表的“-”不能写在这里，须另起一行", "a list item “-” cannot begin here; begin it on a line of its own"),
    ),
    ("block mapping", Text("缩进不一致", "the indentation is uneven")),
    ("unexpected end of stream", Text("引号没有闭合", "a quotation mark is not closed")),
    ("document indicator", Text("引号没有闭合", "a quotation mark is not closed")),
    (
        "escape",
        Text(
            "双引号里的反斜杠写法不对，可改用单引号",
            "a backslash in double quotes is not a known escape; use single quotes",
        ),
    ),
    ("directive", Text("以 % 开头的指令行不被读取", "directive lines that begin with % are not read")),
    ("tag", Text("不读取 ! 开头的标签", "tags that begin with ! are not read")),
    ("anchor", Text("不读取 & 与 * 引用", "anchors & and aliases * are not read")),
    ("document start", Text("两份定义之间须用单独一行 --- 隔开", "two definitions must be separated by a line ---")),
    ("nesting", Text("层次太深", "nested too deeply")),
)


def explained(problem: yaml.YAMLError) -> Text:
    """The complaint in words; the parser's own where it is a rare one."""
    said = " ".join(str(p) for p in (getattr(problem, "context", ""), getattr(problem, "problem", "")) if p)
    for part, words in PROBLEMS:
        if part in said:
            return words
    return Text(f"格式有误（{said or problem.__class__.__name__}）", said or problem.__class__.__name__)
