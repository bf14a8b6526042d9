"""Whether what is written has the shape its key asks for; every misfit is named at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal

from ..diagnostics import Diagnostic
from ..fieldtypes import field_types
from ..model import Text
from .names import DURATION, SHARE, is_field_name, is_label, is_name, is_path
from .node import Node
from .properties import keys_for_property
from .say import hint, listed
from .shape import CALLED, Key, Shape
from .tables import TABLES

Found = Iterator[Diagnostic]


def misfits(node: Node, shape: Shape) -> Found:
    """Everything in and below `node` that does not have the shape."""
    yield from _RULES[shape.kind](node, shape)


def unfit_keys(node: Node, keys: Iterable[Key], known: str = "") -> Found:
    """Unknown, missing and misshapen keys of a map that has the given keys."""
    table = {key.name: key for key in keys}
    for name, value in node.entries.items():
        key = table.get(name)
        if key is None:
            yield Diagnostic(
                "DEF_021", value.key_place, {"key": name, "hint": hint(name, table), "known": listed(table, 40)}
            )
        elif value.is_empty:
            if key.required:
                yield Diagnostic("DEF_023", value.key_place, {"key": name, "doc": key.doc})
        else:
            yield from misfits(value, key.shape)
    for key in table.values():
        if key.required and key.name not in node.entries:
            yield Diagnostic("DEF_023", node.place, {"key": key.name, "doc": key.doc})


def _wrong(node: Node, shape: Shape) -> Diagnostic:
    return Diagnostic("DEF_022", node.place, {"key": last_name(node), "wanted": called(shape), "got": _got(node)})


def called(shape: Shape) -> Text:
    """What the shape is called in a message."""
    if shape.kind in ("word", "words"):
        names = listed(shape.allowed)
        return Text(f"下列之一：{names.zh}", f"one of: {names.en}")
    if shape.kind == "either":
        parts = [called(s) for s in shape.either]
        return Text("，或".join(t.zh for t in parts), ", or ".join(t.en for t in parts))
    return CALLED[shape.kind]


def last_name(node: Node) -> str:
    """The key the node stands at, without the way to it."""
    return node.path.rpartition("/")[2] or node.path


def _got(node: Node) -> Text:
    if node.kind == "list":
        return Text("一个列表", "a list")
    if node.kind == "map":
        return Text("若干“键: 值”", "keys with values")
    shown = node.text if len(node.text) <= 40 else node.text[:40] + "…"
    return Text(f"“{shown}”", f"“{shown}”")


def _scalar(fits: Callable[[Node, Shape], bool]) -> Callable[[Node, Shape], Found]:
    def rule(node: Node, shape: Shape) -> Found:
        if node.kind != "scalar" or not fits(node, shape):
            yield _wrong(node, shape)

    return rule


def _one_name(node: Node, shape: Shape) -> Found:
    if node.kind == "scalar" and (is_name(node.text) or node.text in shape.allowed):
        return
    yield _wrong(node, shape)


def _each(fits: Callable[[str], bool]) -> Callable[[Node, Shape], Found]:
    """A list of texts that fit; a single one stands for a list of one."""

    def rule(node: Node, shape: Shape) -> Found:
        if node.kind == "map":
            yield _wrong(node, shape)
            return
        for item in node.items if node.kind == "list" else (node,):
            if item.kind != "scalar" or not (fits(item.text) or item.text in shape.allowed):
                yield Diagnostic(
                    "DEF_022", item.place, {"key": last_name(node), "wanted": called(shape), "got": _got(item)}
                )

    return rule


def _text(node: Node, shape: Shape) -> Found:
    if node.kind == "list":
        yield _wrong(node, shape)
    for lang, value in node.entries.items():
        if lang not in ("zh", "en"):
            yield Diagnostic(
                "DEF_021",
                value.key_place,
                {"key": lang, "hint": hint(lang, ("zh", "en")), "known": listed(("zh", "en"))},
            )
        elif value.kind != "scalar":
            yield _wrong(value, shape)
    if node.kind == "map":
        missing = [lang for lang in ("zh", "en") if node.get(lang) is None]
        if len(missing) == 2:
            yield _wrong(node, shape)
        elif missing:
            yield Diagnostic("DEF_031", node.place, {"key": last_name(node), "lang": _LANG[missing[0]]})


_LANG = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}


def _integer(node: Node, shape: Shape) -> bool:
    return type(node.value) is int and (shape.least is None or node.value >= shape.least)


def _number(node: Node, shape: Shape) -> bool:
    return isinstance(node.value, int | Decimal) and not isinstance(node.value, bool)


def _date(node: Node, shape: Shape) -> bool:
    try:
        return len(node.text) == 10 and bool(date.fromisoformat(node.text))
    except ValueError:
        return False


def _assigned(node: Node, shape: Shape) -> Found:
    if node.kind == "map":
        expression = node.get("feel")
        if expression is None or expression.kind != "scalar" or set(node.entries) != {"feel"}:
            yield _wrong(node, shape)


def _word(node: Node, shape: Shape) -> Found:
    for item in node.items if node.kind == "list" and shape.kind == "words" else (node,):
        if item.kind != "scalar" or item.text not in shape.allowed:
            near = hint(item.text, shape.allowed)
            yield Diagnostic(
                "DEF_024",
                item.place,
                {"key": last_name(node), "got": _got(item), "hint": near, "known": listed(shape.allowed, 20)},
            )


def _list(node: Node, shape: Shape) -> Found:
    if node.kind != "list":
        yield _wrong(node, shape)
    elif shape.of:
        for item in node.items:
            yield from misfits(item, shape.of)


def _map(node: Node, shape: Shape) -> Found:
    if node.kind != "map":
        yield _wrong(node, shape)
    elif shape.of:
        for item in node.entries.values():
            if not (item.is_empty and shape.of.kind == "any"):
                yield from misfits(item, shape.of)


def _keys(node: Node, shape: Shape) -> Found:
    if node.kind == "map":
        yield from unfit_keys(node, TABLES[shape.table])
    else:
        yield _wrong(node, shape)


def _either(node: Node, shape: Shape) -> Found:
    kinds = {"list": ("list", "names", "paths", "words", "order"), "map": ("map", "keys", "property")}
    fitting = kinds.get(node.kind)
    for one in shape.either:
        if (one.kind in fitting) if fitting else (one.kind not in (*kinds["map"], "list")):
            yield from misfits(node, one)
            return
    yield _wrong(node, shape)


def _property(node: Node, shape: Shape) -> Found:
    if node.kind != "map":
        yield _wrong(node, shape)
        return
    kind = node.get("is")
    if kind and kind.kind == "scalar" and is_name(kind.text) and kind.text not in field_types():
        args = {"name": kind.text, "hint": hint(kind.text, field_types()), "known": listed(field_types(), 60)}
        yield Diagnostic("ENT_001", kind.place, args)
    keys = keys_for_property(node)
    table = {key.name: key for key in keys.known}
    for name, value in node.entries.items():
        key = table.get(name)
        if key is not None:
            if not value.is_empty:
                yield from misfits(value, key.shape)
        elif name in keys.idle:
            yield Diagnostic("ENT_002", value.key_place, {"key": name, "type": keys.type})
        elif not keys.any:
            args = {"key": name, "hint": hint(name, [*table, *keys.idle]), "known": listed(table, 60)}
            yield Diagnostic("DEF_021", value.key_place, args)


def _properties(node: Node, shape: Shape) -> Found:
    if node.kind != "map":
        yield _wrong(node, shape)
        return
    for name, value in node.entries.items():
        if not is_field_name(name):
            yield Diagnostic("DEF_025", value.key_place, {"name": name})
        yield from _property(value, shape)


def _anything(node: Node, shape: Shape) -> Found:
    yield from ()


_RULES: dict[str, Callable[[Node, Shape], Found]] = {
    "name": _one_name,
    "names": _each(is_name),
    "path": _scalar(lambda n, s: is_path(n.text)),
    "paths": _each(is_path),
    "order": _each(lambda t: is_path(t.removeprefix("-"))),
    "label": _scalar(lambda n, s: is_label(n.text)),
    "text": _text,
    "string": _scalar(lambda n, s: bool(n.text.strip())),
    "integer": _scalar(_integer),
    "number": _scalar(_number),
    "boolean": _scalar(lambda n, s: isinstance(n.value, bool)),
    "feel": _scalar(lambda n, s: bool(n.text.strip())),
    "constant": _assigned,
    "assigned": _assigned,
    "duration": _scalar(lambda n, s: bool(DURATION.fullmatch(n.text))),
    "share": _scalar(lambda n, s: n.text in ("all", "all_started") or bool(SHARE.fullmatch(n.text))),
    "date": _scalar(_date),
    "word": _word,
    "words": _word,
    "any": _anything,
    "list": _list,
    "map": _map,
    "keys": _keys,
    "either": _either,
    "property": _property,
    "properties": _properties,
}
