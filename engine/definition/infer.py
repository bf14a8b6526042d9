"""A plain JSON Schema written elsewhere, rewritten as fields: the type of each property follows from its keywords."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from ..diagnostics import Diagnostic
from ..fieldtypes import field_types
from ..model import Text
from .node import Node

_FORMATS: Mapping[str, str] = {
    "date": "date",
    "date-time": "datetime",
    "time": "time",
    "duration": "duration",
    "email": "email",
    "idn-email": "email",
    "uri": "url",
    "iri": "url",
    "uri-reference": "url",
    "data-url": "file",
}
_LONG = 500
_DEEPEST = 8
#: Keys every property keeps, whatever its type turns out to be.
_KEPT_WORDS = (
    "id was title help description placeholder required unique search index readonly readOnly sensitive group "
    "default value override when fill examples deprecated $comment"
)
_KEPT = frozenset(_KEPT_WORDS.split())


class Inference:
    """One run over a schema; collects what cannot be inferred."""

    def __init__(self, schema: Node) -> None:
        self.schema = schema
        self.problems: list[Diagnostic] = []

    def properties(self, node: Node | None, required: Node | None, depth: int = 0) -> dict[str, Node]:
        """The properties with `is` on each; required ones marked where there is no list to say so."""
        found = {}
        must = {n.text for n in required.items} if required and depth else set()
        for name, written in node.entries.items() if node else ():
            made = self._property(written, depth)
            if name in must and made.get("required") is None:
                made = _with(made, required=_scalar(made, True))
            found[name] = made
        return found

    def _property(self, node: Node, depth: int) -> Node:
        if node.kind != "map":
            return node
        if node.get("is"):
            inner = node.get("of")
            if inner is not None and inner.kind == "map" and depth < _DEEPEST:
                return _with(node, of=replace(inner, value=self.properties(inner, None, depth + 1)))
            return node
        return self._inferred(self._followed(node), depth)

    def _followed(self, node: Node, left: int = _DEEPEST) -> Node:
        """The schema a `$ref` names, with the keys beside it on top."""
        ref = node.get("$ref")
        if ref is None:
            return node
        target: Node | None = self.schema
        for part in ref.text.removeprefix("#").split("/")[1:] if ref.text.startswith("#/") else ["?"]:
            target = target.entries.get(part.replace("~1", "/").replace("~0", "~")) if target else None
        if target is None or target.kind != "map" or not left:
            self.problems.append(Diagnostic("ENT_007", ref.place, {"ref": ref.text}))
            return _with(node, **{"is": _scalar(node, "text")})
        merged = {k: v for k, v in target.entries.items() if k not in ("$ref", "id")}
        merged |= {k: v for k, v in node.entries.items() if k != "$ref"}
        if target.get("$ref"):
            merged["$ref"] = target.entries["$ref"]
        return self._followed(replace(node, value=merged), left - 1)

    def _inferred(self, node: Node, depth: int) -> Node:
        if node.get("is"):
            return node
        kind = self._json_type(node)
        options = _options(node)
        if options is not None and kind in ("", "string"):
            return _made(node, "choice", choices=options)
        if kind == "string":
            return _made(node, _text_type(node))
        if kind == "number":
            return _made(node, "decimal", scale=_scalar(node, _scale(node)))
        if kind in ("integer", "boolean"):
            return _made(node, kind)
        if kind == "array":
            return self._array(node, depth)
        if kind == "object" and depth < _DEEPEST:
            self.problems.append(Diagnostic("ENT_006", node.key_place, {"field": _name(node)}))
            columns = self.properties(node.get("properties"), node.get("required"), depth + 1)
            return _made(node, "rows", of=replace(node, value=columns), max=_scalar(node, 1))
        self.problems.append(Diagnostic("ENT_003", node.key_place, {"field": _name(node)}))
        return _made(node, "text")

    def _array(self, node: Node, depth: int) -> Node:
        items = node.get("items")
        items = self._followed(items) if items and items.kind == "map" else None
        options = _options(items) if items else None
        if options is not None:
            return _made(node, "multi_choice", choices=options)
        inner = items.get("properties") if items else None
        if items and inner and depth < _DEEPEST:
            columns = self.properties(inner, items.get("required"), depth + 1)
            more = {new: node.entries[old] for old, new in (("minItems", "min"), ("maxItems", "max")) if node.get(old)}
            return _made(node, "rows", of=replace(inner, value=columns), **more)
        self.problems.append(Diagnostic("ENT_005", node.key_place, {"field": _name(node)}))
        return _made(node, "text")

    def _json_type(self, node: Node) -> str:
        written = node.get("type")
        names = [n.text for n in (written.items if written and written.kind == "list" else (written,)) if n]
        named = [n for n in names if n != "null"]
        if len(named) == 1:
            return named[0]
        if named:
            self.problems.append(
                Diagnostic("ENT_004", node.key_place, {"field": _name(node), "types": ", ".join(named)})
            )
            return "string"
        if node.get("properties"):
            return "object"
        return "array" if node.get("items") else ""


def _text_type(node: Node) -> str:
    written, length = node.get("format"), node.get("maxLength")
    found = _FORMATS.get(written.text, "text") if written else "text"
    if found == "text" and length and isinstance(length.value, int) and length.value > _LONG:
        return "long_text"
    return found


def _scale(node: Node) -> int:
    step = node.get("multipleOf")
    if step is None or not isinstance(step.value, int | Decimal):
        return 4
    exponent = Decimal(step.value).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 4


def _options(node: Node) -> Node | None:
    """`enum`, `const` or a `oneOf` of constants as a list of options; None when they are not all strings."""
    one_of, listed, constant = node.get("oneOf"), node.get("enum"), node.get("const")
    if one_of and all(o.get("const") for o in one_of.items):
        made = tuple(
            replace(o, value={"name": o.entries["const"], **{k: v for k, v in o.entries.items() if k == "title"}})
            for o in one_of.items
        )
        strings = all(isinstance(o.entries["const"].value, str) for o in one_of.items)
        return replace(one_of, value=made) if strings and made else None
    if listed is None and constant is not None:
        listed = replace(constant, kind="list", value=(constant,))
    if listed is None:
        return None
    written = tuple(o for o in listed.items if not o.is_empty)
    return replace(listed, value=written) if written and all(isinstance(o.value, str) for o in written) else None


def _made(node: Node, kind: str, **more: Node) -> Node:
    """The property with its type, and of its keywords those the type knows."""
    known = {key.name for key in field_types()[kind].keys} | _KEPT
    used = {"oneOf", "enum", "const"} if "choices" in more else set()
    kept = {k: v for k, v in node.entries.items() if k in known and k not in used}
    return replace(node, value={"is": _scalar(node, kind), **kept, **more})


def _with(node: Node, **more: Node) -> Node:
    return replace(node, value={**node.entries, **more})


def _scalar(node: Node, value: str | int | bool) -> Node:
    return replace(node, kind="scalar", value=value, text=str(value), style="")


def _name(node: Node) -> Text:
    return Text(node.path.rpartition("/")[2], "")
