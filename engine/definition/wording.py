"""Conditions in the words of the school: fields by their titles, options by theirs, signs as people read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..expr import ANY, check
from ..expr.node import Node
from ..expr.spelling import text_of
from ..fieldtypes import target_of
from ..fieldtypes.choice import choices_of, codes_of
from ..model import Entity, Expr, Field, Model, Text
from .scope import entity_scope

_SIGNS: Mapping[str, Text] = {
    "eq": Text("是", "is"),
    "ne": Text("不是", "is not"),
    "lt": Text("<"),
    "le": Text("≤"),
    "gt": Text(">"),
    "ge": Text("≥"),
    "add": Text("+"),
    "sub": Text("−"),
    "mul": Text("×"),
    "div": Text("÷"),
}
_JOINS: Mapping[str, tuple[str, str]] = {"and": ("，且", " and "), "or": (" 或 ", " or ")}
_PARTS: Mapping[str, Text] = {
    "days": Text("天数", "days"),
    "hours": Text("小时数", "hours"),
    "years": Text("年数", "years"),
    "months": Text("月数", "months"),
}
_CALLS: Mapping[str, Text] = {
    "age": Text("周岁（{}）", "age by {}"),
    "today": Text("今天", "today"),
    "count": Text("{} 的个数", "number of {}"),
    "not": Text("并非（{}）", "not ({})"),
}


def in_words(model: Model, entity: Entity, expr: Expr) -> Text:
    """The condition as people read it; what has no words of its own stays as it is written."""
    typed = check(expr.text, entity_scope(model, entity), ANY).expr
    return _Words(model, entity, typed.text).of(typed.node) if typed else Text(expr.text)


class _Words:
    """Words for one expression over one entity."""

    def __init__(self, model: Model, entity: Entity, text: str) -> None:
        self._model = model
        self._entity = entity
        self._text = text
        self._known: Mapping[str, Callable[[Node], Text]] = {
            "name": self._path,
            "path": self._path,
            "const": self._const,
            "call": self._call,
            **dict.fromkeys(_JOINS, self._join),
            **dict.fromkeys(_SIGNS, self._sign),
        }

    def of(self, node: Node) -> Text:
        """The part in words."""
        make = self._known.get(node.op)
        return make(node) if make else self._as_written(node)

    def _as_written(self, node: Node) -> Text:
        return Text(" ".join(self._text[node.start : node.end].split()))

    def _join(self, node: Node) -> Text:
        zh, en = _JOINS[node.op]
        parts = [_bracketed(self.of(kid)) if kid.op == "or" and node.op == "and" else self.of(kid) for kid in node.kids]
        return Text(zh.join(p.get("zh") for p in parts), en.join(p.get("en") for p in parts))

    def _sign(self, node: Node) -> Text:
        left, right = node.kids
        null = right.op == "const" and right.value is None
        if null and node.op in ("eq", "ne"):
            empty = Text("没有填", "is empty") if node.op == "eq" else Text("已填", "is filled in")
            return _spaced(self.of(left), empty, tight=True)
        said, turned = right.value is True, node.op == "ne"
        if right.op == "const" and isinstance(right.value, bool) and node.op in ("eq", "ne"):
            yes = said is not turned
            return _spaced(self.of(left), Text("为“是”", "is yes") if yes else Text("为“否”", "is no"), tight=True)
        first = _bracketed(self.of(left)) if left.op in ("add", "sub") and node.op in ("mul", "div") else self.of(left)
        other = self._option(left, right) or self.of(right)
        return _spaced(first, _SIGNS[node.op], other, tight=node.op in ("eq", "ne"))

    def _option(self, left: Node, right: Node) -> Text | None:
        """What is compared with a field of choices, by its title."""
        spec = self._field(left)
        if spec is None or right.op != "const" or not isinstance(right.value, str):
            return None
        names = {o.name: o.title for o in choices_of(spec, self._model)}
        names |= {c.code: c.title for c in codes_of(spec, self._model)}
        title = names.get(right.value)
        return Text(f"“{title.get('zh')}”", f"“{title.get('en')}”") if title else None

    def _const(self, node: Node) -> Text:
        if node.value is None:
            return Text("空", "nothing")
        if isinstance(node.value, bool):
            return Text("是", "yes") if node.value else Text("否", "no")
        return Text(f"“{node.value}”") if isinstance(node.value, str) else Text(text_of(node.value))

    def _call(self, node: Node) -> Text:
        words = _CALLS.get(str(getattr(getattr(node.value, "builtin", None), "name", "")))
        if words is None or len(node.kids) > 1:
            return self._as_written(node)
        inner = self.of(node.kids[0]) if node.kids else Text()
        return Text(words.get("zh").format(inner.get("zh")), words.get("en").format(inner.get("en")))

    def _path(self, node: Node) -> Text:
        titles = self._titles(node)
        if titles is not None:
            return Text("的".join(t.get("zh") for t in titles), " of ".join(t.get("en") for t in reversed(titles)))
        part = _PARTS.get(str(node.value))
        if node.op == "path" and part is not None:
            inner = self.of(node.kids[0])
            return Text(f"{_bracketed(inner).zh}的{part.zh}", f"{part.en} of {_bracketed(inner).get('en')}")
        return self._as_written(node)

    def _titles(self, node: Node) -> list[Text] | None:
        fields = self._along(node)
        return [spec.title or Text(spec.name) for spec in fields] if fields else None

    def _field(self, node: Node) -> Field | None:
        fields = self._along(node)
        return fields[-1] if fields else None

    def _along(self, node: Node) -> list[Field] | None:
        """The fields a path of names leads through; None when it is no such path."""
        if node.op == "name":
            spec = self._entity.field(str(node.value))
            return [spec] if spec else None
        if node.op != "path" or not node.kids:
            return None
        before = self._along(node.kids[0])
        owner = self._model.entities.get(target_of(before[-1])) if before else None
        spec = owner.field(str(node.value)) if owner else None
        return [*before, spec] if before and spec else None


def _bracketed(text: Text) -> Text:
    return Text(f"（{text.get('zh')}）", f"({text.get('en')})")


def _spaced(*parts: Text, tight: bool = False) -> Text:
    """The parts one after another; Chinese words stand without spaces between them when `tight`."""
    return Text(("" if tight else " ").join(p.get("zh") for p in parts), " ".join(p.get("en") for p in parts))
