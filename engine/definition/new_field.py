"""A new field as somebody wants it who does not write YAML: into the entity, onto forms, into lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..model import Grantline, Model, Text
from . import take
from .edit import Edit, NotThere, Put, edited
from .names import RESERVED_AT_TOP, is_field_name
from .seen import audience
from .source import Source, sources

#: Kinds of fields that can be added without YAML, in the order they are offered, by what they are about.
KINDS: Mapping[Text, tuple[str, ...]] = {
    Text("文字", "Words"): ("text", "long_text", "person_name", "address", "phone", "email", "url"),
    Text("数字", "Numbers"): ("integer", "decimal", "money", "percent"),
    Text("日期与时间", "Dates and times"): ("date", "time", "datetime"),
    Text("选择", "Choices"): ("boolean", "choice", "multi_choice", "code"),
    Text("关联与文件", "Links and files"): ("link", "file", "image"),
    Text("证件", "Identity"): ("resident_id", "student_code", "bank_card"),
}
#: Sensitive by nature: such a field is masked, and protected by the group that policies name.
_SENSITIVE = {
    "resident_id": "identity", "student_code": "identity", "bank_card": "finance", "phone": "contact",
    "address": "contact", "email": "contact",
}  # fmt: skip
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class NewField:
    """What was filled in.

    entity: name; kind: one of `KINDS`; choices: titles, one for each option, "zh | en" where there are both; target:
    entity of a link; codelist: list of a code; scale: digits behind the point, None for the usual; forms: form ->
    position of the section it goes into, from 0; views: lists it becomes a column of; roles: who sees it beside those
    that see every field.
    """

    entity: str
    name: str
    kind: str
    title: Text
    help: Text = Text()
    required: bool = False
    choices: tuple[str, ...] = ()
    target: str = ""
    codelist: str = ""
    scale: int | None = None
    forms: Mapping[str, int] = field(default_factory=dict)
    views: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def seen_by(self, model: Model) -> tuple[str, ...]:
        """The roles that see it as soon as it is there, without being named."""
        return audience(model, self.entity, self._words, "see")

    def offered_to(self, model: Model) -> tuple[str, ...]:
        """The roles that see named fields of such records, and this one too once it is named."""
        unseen = [p for p in model.policies.values() if p.role not in self.seen_by(model)]
        return tuple(dict.fromkeys(p.role for p in unseen if any(_names(line, self.entity) for line in p.lines)))

    @property
    def _words(self) -> frozenset[str]:
        return frozenset({self.name, _SENSITIVE.get(self.kind, "")} - {""})


def _names(line: Grantline, entity: str) -> bool:
    return line.entity == entity and "see" in line.can and bool(line.fields)


def with_field(documents: Mapping[str, str], model: Model, new: NewField) -> dict[str, str]:
    """The documents with the new field; only files that have to speak of it differ, and only where they do.

    model: what the documents say. Nothing is checked here. Raises NotThere for an entity, form or list that is none.
    """
    changed = dict(documents)
    for kind, name, edits in _edits(documents, model, new):
        path = _path(model, kind, name)
        changed[path] = edited(changed[path], kind, name, edits)
    return changed


def _path(model: Model, kind: str, name: str) -> str:
    named: Mapping[str, Any] = {
        "entity": model.entities,
        "form": model.forms,
        "view": model.views,
        "policy": model.policies,
    }[kind]
    if name not in named:
        raise NotThere(f"{kind} {name}")
    return str(named[name].place.file)


def _edits(documents: Mapping[str, str], model: Model, new: NewField) -> Iterator[tuple[str, str, list[Edit]]]:
    yield "entity", new.entity, list(_into_entity(_source(documents, model, "entity", new.entity), new))
    for form, position in new.forms.items():
        way = _end(_source(documents, model, "form", form), position)
        if way is not None:
            yield "form", form, [Put(way, new.name)]
    for view in new.views:
        columns = _source(documents, model, "view", view).node.get("columns")
        if columns is not None and new.name not in [c.text for c in columns.items]:
            yield "view", view, [Put(("columns", len(columns.items)), new.name)]
    for policy in model.policies.values():
        if policy.role in new.roles and policy.role in new.offered_to(model):
            edits = list(_into_policy(_source(documents, model, "policy", policy.name), new))
            if edits:
                yield "policy", policy.name, edits


def _source(documents: Mapping[str, str], model: Model, kind: str, name: str) -> Source:
    path = _path(model, kind, name)
    found = [s for s in sources(path, documents.get(path, "")).sources if (s.kind, s.name) == (kind, name)]
    if not found:
        raise NotThere(f"{kind} {name}")
    return found[0]


def _into_policy(source: Source, new: NewField) -> Iterator[Edit]:
    """The field among those that lines of the role name as seen."""
    lines = source.node.get("lines")
    for at, line in enumerate(lines.items if lines else ()):
        fields = line.get("fields") if line.kind == "map" else None
        operations = {"see", "all"} & set(take.names(line, "can")) if fields else ()
        if fields and operations and new.entity in take.names(line, "for"):
            yield Put(("lines", at, "fields", len(fields.items)), new.name)


def _into_entity(source: Source, new: NewField) -> Iterator[Edit]:
    yield Put(("schema", "properties", new.name), spelled(new))
    if new.required:
        schema = source.node.get("schema")
        listed = schema.get("required") if schema else None
        if listed is None or listed.kind != "list":
            yield Put(("schema", "required"), [new.name])
        else:
            yield Put(("schema", "required", len(listed.items)), new.name)


def _end(source: Source, position: int) -> tuple[str | int, ...] | None:
    """Behind the last line of a section; None for a form that shows every field anyway."""
    layout = source.node.get("layout")
    if layout is None:
        return None
    if not 0 <= position < len(layout.items):
        raise NotThere(f"section {position}")
    fields = layout.items[position].get("fields")
    if fields is None:
        return None
    return ("layout", position, "fields", len(fields.items))


def spelled(new: NewField) -> dict[str, Any]:
    """The field as it stands in the file."""
    made: dict[str, Any] = {"is": new.kind}
    if new.kind == "link":
        made["to"] = new.target
    if new.kind == "code":
        made["list"] = new.codelist
    made["title"] = new.title
    if new.help:
        made["help"] = new.help
    if new.scale is not None and new.kind in ("decimal", "money", "percent"):
        made["scale"] = new.scale
    if new.kind in _SENSITIVE:
        made["sensitive"] = _SENSITIVE[new.kind]
    if new.kind in ("choice", "multi_choice"):
        made["choices"] = list(_options(new.choices))
    return made


def _options(lines: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    taken: set[str] = set()
    for line in lines:
        zh, _, en = (part.strip() for part in line.partition("|"))
        if zh:
            name = proposed_name(en or zh, taken)
            taken.add(name)
            yield {"name": name, "title": Text(zh, en)}


def proposed_name(title: str, taken: Collection[str]) -> str:
    """A name for what has this title: its words, Chinese as it is read; with a number when the name is taken."""
    whole = unicodedata.normalize("NFKD", _read(title)).encode("ascii", "ignore").decode().lower()
    words = [w for w in re.split(r"[^a-z0-9]+", whole) if w]
    base = "_".join(words)[:_LONGEST].strip("_") or "field"
    if base[0].isdigit():
        base = f"n{base}"
    used = {*taken, *RESERVED_AT_TOP}
    numbers = ("" if n == 1 else f"_{n}" for n in range(1, len(used) + 3))
    return next(base + n for n in numbers if base + n not in used and is_field_name(base + n))


def _read(title: str) -> str:
    if title.isascii():
        return title
    from pypinyin import lazy_pinyin  # takes a fifth of a second, and only where there is Chinese to be read

    return " ".join(lazy_pinyin(title))
