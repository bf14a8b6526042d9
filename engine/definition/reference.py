"""The reference pages of the definition language, written from the tables that check it."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Text
from .shape import CALLED, Key, Shape
from .tables import KINDS, TABLES

#: How the tables below a definition are called, in the order they appear on its page.
_PARTS: dict[str, Text] = {
    "schema": Text("schema：字段", "schema: the fields"),
    "property": Text("一个字段", "A field"),
    "plain_property": Text("没有 is 的字段：普通 JSON Schema", "A field without is: plain JSON Schema"),
    "choice": Text("choices：一个选项", "choices: an option"),
    "rule": Text("rules：一条规则", "rules: a rule"),
    "gives": Text("gives：由字段带来的角色", "gives: a role that follows from a field"),
    "section": Text("layout：一段", "layout: a section"),
    "item": Text("fields：一个字段怎样显示", "fields: how a field shows"),
    "line": Text("lines：一行权限", "lines: a line"),
    "code": Text("codes：一个代码", "codes: a code"),
    "card": Text("cards：一张卡片", "cards: a card"),
    "hint": Text("hints：一张指引", "hints: a hint"),
    "step": Text("steps：一个步骤", "steps: a step"),
    "who": Text("by、to：谁", "by, to: who"),
    "sign": Text("sign：签署", "sign: signatures"),
    "join": Text("join：汇合", "join: coming together"),
    "go": Text("go：一个按钮", "go: a button"),
    "auto": Text("auto：一个分支", "auto: a line"),
    "later": Text("after：超时", "after: a time-out"),
    "withdraw": Text("withdraw：撤回", "withdraw: taking back"),
    "cancel": Text("cancel：终止", "cancel"),
    "example": Text("examples：一个例子", "examples: an example"),
}


_MADE = "<!-- Written by `shuyuan.engine.definition.reference`; a test compares. Change the tables, not this page. -->"


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {"index.md": index(), **{f"{kind}.md": page(kind) for kind in KINDS}}


def page(kind: str) -> str:
    """The page of a kind of definition, Markdown. Raises KeyError."""
    about = KINDS[kind]
    lines = [f"# {about.title.en} · {about.title.zh}", "", _MADE, "", f"{about.doc.en} {about.doc.zh}", ""]
    where = f"`{about.folder}/`" if about.folder else "the top folder"
    lines += [f"Kept in {where} of a pack; the document begins with `{kind}: name`.", "", *_table(TABLES[kind])]
    for name in below(kind):
        lines += ["", f"## {_PARTS[name].en} · {_PARTS[name].zh}", "", *_table(TABLES[name])]
    if kind == "entity":
        lines += ["", "Each field type has further keys of its own: see [field types](../field-types.md)."]
    return "\n".join([*lines, ""])


def index() -> str:
    """The page that lists the kinds and what values look like, Markdown."""
    lines = [
        "# Definitions · 定义",
        "",
        _MADE,
        "",
        "A pack is a folder of YAML or JSON documents, each of one of these kinds.",
        "",
    ]
    lines += ["| kind | what it is | 说明 |", "|---|---|---|"]
    lines += [f"| [{k.name}]({k.name}.md) | {k.doc.en} | {k.doc.zh} |" for k in KINDS.values()]
    lines += ["", "## How values are written · 值的写法", "", "| value | written as | 写法 |", "|---|---|---|"]
    names = {
        "name": "name", "path": "path", "text": "text", "feel": "expression", "assigned": "value or expression",
        "duration": "duration", "share": "share", "date": "date", "order": "order",
    }  # fmt: skip
    lines += [f"| {shown} | {_cell(CALLED[kind].en)} | {_cell(CALLED[kind].zh)} |" for kind, shown in names.items()]  # type: ignore[index]
    return "\n".join([*lines, ""])


def below(kind: str) -> tuple[str, ...]:
    """The tables of what may stand inside a definition of this kind, each once, outer ones first."""
    found: list[str] = []
    todo = [kind]
    while todo:
        for key in TABLES[todo.pop(0)]:
            for name in _tables(key.shape):
                if name not in found and name != kind:
                    found.append(name)
                    todo.append(name)
    return tuple(found)


def _tables(shape: Shape) -> Iterator[str]:
    if shape.table:
        yield shape.table
    if shape.kind in ("property", "properties"):
        yield from ("property", "plain_property", "choice")
    for inner in (*((shape.of,) if shape.of else ()), *shape.either):
        yield from _tables(inner)


def _table(keys: tuple[Key, ...]) -> list[str]:
    lines = ["| key | takes | meaning | 说明 |", "|---|---|---|---|"]
    for key in keys:
        name = f"**`{key.name}`**" if key.required else f"`{key.name}`"
        lines.append(f"| {name} | {_cell(takes(key.shape))} | {_cell(key.doc.en)} | {_cell(key.doc.zh)} |")
    return lines


def takes(shape: Shape) -> str:
    """What a key takes, in a few words."""
    if shape.kind in ("word", "words"):
        words = ", ".join(f"`{w}`" for w in shape.allowed)
        return words if shape.kind == "word" else f"list of {words}"
    if shape.kind == "either":
        return " or ".join(takes(s) for s in shape.either)
    if shape.kind in ("list", "map") and shape.of:
        return f"list of {takes(shape.of)}" if shape.kind == "list" else f"`name:` {takes(shape.of)}"
    if shape.kind == "keys":
        return _PARTS[shape.table].en.partition(":")[0] if shape.table in ("schema",) else shape.table
    return _SHORT.get(shape.kind, shape.kind)


_SHORT = {
    "names": "name or list of names",
    "paths": "list of paths",
    "order": "list of paths, `-` before descending ones",
    "label": "short text",
    "feel": "expression",
    "assigned": "value or expression",
    "constant": "value or expression",
    "boolean": "`true` or `false`",
    "integer": "whole number",
    "properties": "`name:` field",
    "property": "field",
    "any": "anything",
}


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
