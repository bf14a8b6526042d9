"""Small edits of a document's text that keep remarks, order and layout: for the designer, and for ids written back.

ruamel.yaml is loaded with the first edit, never at start. Text goes in, text comes out; nothing is checked here.
"""

from __future__ import annotations

import copy
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..model import Text
from .identity import Identity, Known
from .read import chunks
from .source import sources

#: Keys, and positions in lists counted from 0: ("schema", "properties", "phone"), ("layout", 0, "fields", 2).
Way = tuple[str | int, ...]

_LONGEST_FLOW = 100
_MARK = re.compile(r"---[^\n]*\n?")
#: mapping, sequence and offset of the indentations people use; the one that gives the same text again is kept.
_INDENTS = ((2, 4, 2), (2, 2, 0), (4, 4, 2), (4, 2, 0), (4, 6, 4), (4, 4, 0))


@dataclass(frozen=True, slots=True)
class Put:
    """The value at a way is replaced, or added behind `after` (a key or position; at the end when None)."""

    at: Way
    value: Any
    after: str | int | None = None


@dataclass(frozen=True, slots=True)
class Rename:
    """The key at the end of a way gets another name, its place and value stay."""

    at: Way
    new: str


@dataclass(frozen=True, slots=True)
class Remove:
    """What stands at a way goes, with the remarks that belong to it."""

    at: Way


Edit = Put | Rename | Remove


class NotThere(LookupError):
    """The text holds no such definition, or the definition no such place."""


def edited(text: str, kind: str, name: str, edits: Iterable[Edit]) -> str:
    """The text of a file after edits of one of its definitions; everything else stays as it is, letter by letter.

    Raises NotThere.
    """
    for number, chunk in enumerate(parts := [c for _, c in chunks(text)]):
        found = sources("edit.yaml", chunk).sources
        if any((s.kind, s.name) == (kind, name) for s in found):
            parts[number] = _edited(chunk, list(edits))
            return "".join(parts)
    raise NotThere(f"{kind} {name}")


def _edited(chunk: str, edits: list[Edit]) -> str:
    if not edits:
        return chunk
    mark = _MARK.match(chunk)
    head = mark.group() if mark and mark.group().strip() == "---" else ""
    body = chunk[len(head) :]
    yaml = _layout_of(body)
    tree = yaml.load(body)
    for edit in edits:
        _apply(tree, edit)
    out = io.StringIO()
    yaml.dump(tree, out)
    return head + out.getvalue()


def _layout_of(body: str) -> Any:
    """A round-trip writer with the indentation of the text."""
    first = None
    for indents in _INDENTS:
        yaml = _writer(*indents)
        out = io.StringIO()
        yaml.dump(yaml.load(body), out)
        if out.getvalue() == body:
            return _writer(*indents)
        first = first or _writer(*indents)
    return first


def _writer(mapping: int, sequence: int, offset: int) -> Any:
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 10_000
    yaml.indent(mapping=mapping, sequence=sequence, offset=offset)
    yaml.representer.add_representer(
        type(None), lambda self, _: self.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    return yaml


def _apply(tree: Any, edit: Edit) -> None:
    *before, last = edit.at
    owner = _owner(tree, before, make=isinstance(edit, Put))
    if isinstance(edit, Remove):
        _need(owner, last)
        del owner[last]
    elif isinstance(edit, Rename):
        _need(owner, last)
        position = list(owner).index(last)
        value = owner[last]
        comment = owner.ca.items.pop(last, None)
        del owner[last]
        owner.insert(position, edit.new, value)
        if comment is not None:
            owner.ca.items[edit.new] = comment
    else:
        _put(owner, last, edit)


def _owner(tree: Any, way: Sequence[str | int], make: bool) -> Any:
    at = tree
    for key in way:
        if make and isinstance(at, dict) and key not in at:
            at[key] = styled({})
        _need(at, key)
        at = at[key]
    return at


def _need(owner: Any, key: str | int) -> None:
    there = (
        isinstance(key, int) and 0 <= key < len(owner)
        if isinstance(owner, list)
        else isinstance(owner, dict) and key in owner
    )
    if not there:
        raise NotThere(str(key))


def _put(owner: Any, last: str | int, edit: Put) -> None:
    if isinstance(owner, list):
        value = styled(edit.value)
        if isinstance(last, int) and last < len(owner) and edit.after is None:
            owner[last] = _like(owner[last], value)
        else:
            owner.insert(len(owner) if edit.after is None else int(edit.after) + 1, value)
        return
    if not isinstance(owner, dict):
        raise NotThere(str(last))
    if last in owner and edit.after is None:
        owner[last] = _like(owner[last], styled(edit.value))
    else:
        _add(owner, str(last), edit)


def _add(owner: Any, name: str, edit: Put) -> None:
    owner.pop(name, None)
    names = list(owner)
    position = names.index(edit.after) + 1 if edit.after in names else 0 if edit.after == "" else len(names)
    owner.insert(position, name, styled(edit.value))
    if position and position == len(names):
        tail = _cut_tail(owner, names[-1])
        if tail is not None:
            leaf, last = _leaf(owner, name)
            leaf.ca.items[last] = [tail, None] if isinstance(leaf, list) else [None, None, tail, None]


def _cut_tail(owner: Any, last: Any) -> Any:
    """The remarks and blank lines behind the last value, which belong to what follows; taken from where they hang."""
    owner, last = _leaf(owner, last)
    tokens = owner.ca.items.get(last)
    slot = 0 if isinstance(owner, list) else 2
    token = tokens[slot] if tokens else None
    if token is None or "\n" not in token.value.rstrip("\n") + "\n" or token.value.count("\n") < 2:
        return None
    first, _, rest = token.value.partition("\n")
    kept, moved = copy.copy(token), copy.copy(token)
    kept._value, moved._value = first + "\n", "\n" + rest
    tokens[slot] = kept if first.strip() else None
    return moved


def _leaf(owner: Any, last: Any) -> tuple[Any, Any]:
    """Where the last line of a value hangs: behind the last part of its last part, as far as these are on own lines."""
    value = owner[last]
    while hasattr(value, "fa") and len(value) and not value.fa.flow_style():
        owner, last = value, len(value) - 1 if isinstance(value, list) else list(value)[-1]
        value = owner[last]
    return owner, last


def _like(old: Any, new: Any) -> Any:
    """A scalar keeps the way the one before it was written: its quotes, its block."""
    from ruamel.yaml.scalarstring import ScalarString

    return type(old)(new) if isinstance(old, ScalarString) and isinstance(new, str) else new


def styled(value: Any) -> Any:
    """Plain values as the writer wants them: short maps and lists on one line, texts as `{zh: , en: }`."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    if isinstance(value, Text):
        value = {"zh": value.zh, "en": value.en} if value.en else value.zh
    made: Any
    if isinstance(value, Mapping):
        made = CommentedMap((k, styled(v)) for k, v in value.items())
    elif isinstance(value, list | tuple):
        made = CommentedSeq(styled(v) for v in value)
    elif isinstance(value, str):
        return _scalar(value)
    else:
        return value
    if len(json.dumps(value, default=str, ensure_ascii=False)) <= _LONGEST_FLOW:
        made.fa.set_flow_style()
    return made


def _scalar(value: str) -> Any:
    """Quoted where the plain word would be read as something else."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

    from .scalar import OutOfRange, scalar

    if "\n" in value.strip("\n"):
        return LiteralScalarString(value)
    try:
        plain = scalar(value) == value and isinstance(scalar(value), str)
    except OutOfRange:
        plain = False
    return value if plain else DoubleQuotedScalarString(value)


def written(definition: Mapping[str, Any]) -> str:
    """A new document from plain values, in the layout of the shipped packs."""
    from ruamel.yaml.comments import CommentedMap

    out = io.StringIO()
    _writer(2, 4, 2).dump(CommentedMap((k, styled(v)) for k, v in definition.items()), out)
    return out.getvalue()


def appended(text: str, definition: Mapping[str, Any]) -> str:
    """The text with another definition behind the others."""
    if not text.strip():
        return written(definition)
    return f"{text.rstrip(chr(10))}\n---\n{written(definition)}"


def removed(text: str, kind: str, name: str) -> str:
    """The text without one of its definitions; "" when it was the only one. Raises NotThere."""
    parts = [c for _, c in chunks(text)]
    kept = [c for c in parts if not any((s.kind, s.name) == (kind, name) for s in sources("edit.yaml", c).sources)]
    if len(kept) == len(parts):
        raise NotThere(f"{kind} {name}")
    if kept and not sources("edit.yaml", "".join(kept)).sources:
        return ""
    return "".join([_MARK.sub("", kept[0], count=1), *kept[1:]]) if kept else ""


def add_field(text: str, entity: str, name: str, field: Mapping[str, Any], after: str | None = None) -> str:
    """A new field, behind `after` or at the end. Raises NotThere."""
    return edited(text, "entity", entity, [Put(("schema", "properties", name), dict(field), after)])


def with_ids(text: str, identity: Identity) -> str:
    """The text with `id:` written at everything that can hold one, and `was:` gone where it has been followed."""
    for source in sources("edit.yaml", text).sources:
        known = identity.known(source.kind, source.name)
        if known is not None and source.kind != "pack":
            plain = source.node.plain_value()
            edits = list(_id_edits(source.kind, plain, known))
            text = edited(text, source.kind, source.name, edits)
    return text


def _id_edits(kind: str, plain: dict[str, Any], known: Known) -> Iterator[Edit]:
    yield from _id_of((), plain, known, kind)
    if kind == "entity":
        properties = (plain.get("schema") or {}).get("properties") or {}
        yield from _field_ids(("schema", "properties"), properties, known.parts)
    elif kind == "workflow":
        yield from _step_ids(("steps",), plain.get("steps") or {}, known.parts)


def _id_of(way: Way, plain: Any, known: Known | None, after: str = "") -> Iterator[Edit]:
    """`id:` as the first key (behind the name of a definition)."""
    if not isinstance(plain, dict) or known is None:
        return
    if plain.get("id") != known.id:
        yield Put((*way, "id"), known.id, after)
    if "was" in plain:
        yield Remove((*way, "was"))


def _field_ids(way: Way, properties: Mapping[str, Any], known: Mapping[str, Known]) -> Iterator[Edit]:
    for name, plain in properties.items():
        part = known.get(name)
        yield from _id_of((*way, name), plain, part)
        if not isinstance(plain, dict) or part is None:
            continue
        for i, option in enumerate(plain.get("choices") or ()):
            if isinstance(option, dict):
                yield from _id_of((*way, name, "choices", i), option, part.parts.get(str(option.get("name"))), "name")
        if isinstance(plain.get("of"), dict):
            yield from _field_ids((*way, name, "of"), plain["of"], part.parts)


def _step_ids(way: Way, steps: Mapping[str, Any], known: Mapping[str, Known]) -> Iterator[Edit]:
    for name, plain in steps.items():
        part = known.get(name)
        yield from _id_of((*way, name), plain, part)
        if not isinstance(plain, dict) or part is None:
            continue
        for button, go in (plain.get("go") or {}).items():
            yield from _id_of((*way, name, "go", button), go, part.parts.get(button))
        yield from _step_ids((*way, name, "parallel"), plain.get("parallel") or {}, known)
