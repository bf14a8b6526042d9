"""The reference page of the field types, written from the registry."""

from __future__ import annotations

from ..model import Field, Text
from .base import FieldType, Key, field_types

_HEAD = """# Field types

<!-- Written by `shuyuan.engine.fieldtypes.reference`; a test compares. Change the types, not this page. -->

A field of an entity names its type with `is:`. Beside it stand the keys that every field has (`title`, `required`,
`unique`, `search`, `index`, `readonly`, `sensitive`, `default`, `value`, `override`, `when`, `help`, `placeholder`),
the keys of its type below, and, except for links, files, sub-tables and computed fields, the JSON Schema keywords
`enum`, `const`, `not`, `anyOf`, `allOf`, `oneOf`, `if`, `then`, `else`, which are checked on the JSON value.

Typed text is cleaned before it is read: outer spaces, invisible characters and, except in free text, full-width digits
and letters. Nothing is refused for them.

| type | 中文 | FEEL type | column | filters |
|---|---|---|---|---|
"""


def reference() -> str:
    """Markdown of one section per registered type, in the order of registration."""
    rows = "\n".join(_line(kind) for kind in field_types().values())
    return _HEAD + rows + "\n\n" + "\n".join(_section(kind) for kind in field_types().values())


def _bare(kind: FieldType) -> Field:
    return Field("x", "x", kind.name, Text())


def _line(kind: FieldType) -> str:
    anchor = f"[`{kind.name}`](#{kind.name})"
    return f"| {anchor} | {kind.title.zh} | {_cell(kind.feel)} | {_column(kind)} | {', '.join(kind.operators)} |"


def _column(kind: FieldType) -> str:
    column = kind.column(_bare(kind))
    if column is None:
        return "child table" if kind.shape == "rows" else "-"
    storage = column.storage
    return f"decimal({storage.precision}, {storage.scale})" if storage.kind == "decimal" else storage.kind


def _section(kind: FieldType) -> str:
    lines = [f"## {kind.name}", "", f"{kind.title.zh} · {kind.title.en}", "", kind.help.zh, "", kind.help.en, ""]
    keys = [k for k in kind.keys if k.kind != "schema"]
    if keys:
        lines += ["| key | takes | meaning |", "|---|---|---|", *(_key(k) for k in keys), ""]
    if kind.convert_from:
        lines += [f"A retype keeps values of: {', '.join(f'`{n}`' for n in kind.convert_from)}.", ""]
    return "\n".join(lines)


def _key(key: Key) -> str:
    takes = ", ".join(f"`{v}`" for v in key.allowed) or key.kind
    must = " (required)" if key.required else ""
    return f"| `{key.name}`{must} | {takes} | {_cell(key.doc.zh)} {_cell(key.doc.en)} |"


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("<", "&lt;")
