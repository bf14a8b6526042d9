"""Nodes -> entity, fields, options, code lists."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, cast

from ..diagnostics import Diagnostic, Place
from ..fieldtypes import FieldType, field_types
from ..fieldtypes import Key as TypeKey
from ..model import Code, CodeList, Entity, Expr, Field, Gives, Option, Rule, Text
from . import take
from .identity import Known
from .node import Node
from .tables import SENSITIVE

#: Keywords over the whole record that stand beside `properties`.
CONSTRAINTS = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas")
_Sensitive = Literal["", "identity", "contact", "health", "finance", "family"]
_TEXT_TYPES = ("text", "person_name", "serial", "long_text")
NOBODY = Known("")
#: Types whose own title says enough: a phone is a phone.
_TELLING_WORDS = (
    "person_name address phone email url bank_card resident_id student_code sex geo ethnic_group person campus class "
    "student guardian teacher course term room period image"
)
_TELLING = frozenset(_TELLING_WORDS.split())


def build_entity(node: Node, known: Known) -> Entity:
    """The entity written at `node`; ids and columns are those of `known`."""
    schema = node.get("schema")
    required = frozenset(take.names(schema, "required"))
    fields = build_fields(schema.get("properties") if schema else None, known.parts, required)
    return Entity(
        id=known.id,
        name=take.string(node, "entity"),
        title=take.text(node, "title") or Text(take.string(node, "entity")),
        fields=fields,
        label=take.feel(node, "label") or _label(fields, node.place),
        plural=take.text(node, "plural"),
        help=take.text(node, "help"),
        icon=take.string(node, "icon"),
        section=take.text(node, "section"),
        unit=take.path(node, "unit"),
        parent=take.name(node, "parent"),
        person=take.flag(node, "person"),
        rules=tuple(_rule(n) for n in _maps(node.get("rules")) if n.get("when")),
        gives=tuple(Gives(take.name(n, "role"), take.name(n, "to"), n.place) for n in _maps(node.get("gives"))),
        sort=take.names(node, "sort"),
        unique=_groups(node.get("unique")),
        indexes=_groups(node.get("indexes")),
        constraints={k: schema.entries[k].json_value() for k in CONSTRAINTS if schema and schema.get(k)},
        place=node.key_place,
    )


def _maps(node: Node | None) -> tuple[Node, ...]:
    return tuple(n for n in node.items if n.kind == "map") if node else ()


def _groups(node: Node | None) -> tuple[tuple[str, ...], ...]:
    found = []
    for item in node.items if node else ():
        names = tuple(n.text for n in item.items) if item.kind == "list" else (item.text,)
        found.append(tuple(n for n in names if n))
    return tuple(g for g in found if g)


def _label(fields: tuple[Field, ...], place: Place) -> Expr:
    """The first text there is; a record without any is called by its number."""
    for kind in _TEXT_TYPES:
        found = next((f.name for f in fields if f.type == kind), None)
        if found:
            return Expr(found, place)
    return Expr("string(id)", place)


def _rule(node: Node) -> Rule:
    when = take.feel(node, "when") or Expr("false")
    return Rule(when, take.text(node, "error"), take.names(node, "on"), take.flag(node, "warning"), node.place)


def build_fields(node: Node | None, known: Mapping[str, Known], required: frozenset[str]) -> tuple[Field, ...]:
    """The fields, or the columns of a sub-table, in their order."""
    found = []
    for name, written in node.entries.items() if node else ():
        if written.kind == "map":
            found.append(_field(name, written, known.get(name, NOBODY), name in required))
    return tuple(found)


def _field(name: str, node: Node, known: Known, required: bool) -> Field:
    kind = field_types().get(take.string(node, "is"))
    type_name = kind.name if kind else "text"
    sensitive = take.string(node, "sensitive")
    column = known.stored.column if known.stored else ""
    inner = node.get("of")
    is_rows = kind is not None and kind.shape == "rows"
    return Field(
        id=known.id,
        name=name,
        type=type_name,
        title=take.text(node, "title") or (kind.title if kind and kind.name in _TELLING else Text(name)),
        options=_type_options(node, kind),
        required=required or take.flag(node, "required"),
        unique=take.flag(node, "unique"),
        search=take.flag(node, "search"),
        index=take.flag(node, "index"),
        readonly=take.flag(node, "readonly") or take.flag(node, "readOnly"),
        sensitive=cast(_Sensitive, sensitive if sensitive in SENSITIVE else ""),
        group=take.name(node, "group"),
        default=take.assigned(node.get("default")),
        value=take.feel(node, "value"),
        override=take.flag(node, "override"),
        when=take.feel(node, "when"),
        choices=build_options(node.get("choices"), known.parts),
        rows=build_fields(inner, known.parts, frozenset()) if is_rows and inner and inner.kind == "map" else (),
        help=take.text(node, "help") or take.text(node, "description"),
        placeholder=take.text(node, "placeholder"),
        fill=take.feel(node, "fill"),
        column="" if column == "c_" + known.id else column,
        place=node.key_place,
    )


def _type_options(node: Node, kind: FieldType | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in kind.keys if kind else ():
        written = node.get(key.name)
        if written is not None and key.kind not in ("options", "fields"):
            found[key.name] = _option_value(written, key)
    for name in ("examples", "deprecated", "$comment"):
        if node.get(name):
            found[name] = node.entries[name].json_value()
    return found


def _option_value(node: Node, key: TypeKey) -> Any:
    """As field types expect it: FEEL as an `Expr`, texts in two languages as a `Text`, names as a tuple."""
    if key.kind == "feel":
        return take.expr_at(node) if node.kind == "scalar" else None
    if key.kind == "text" and not key.allowed:
        return take.text_at(node) if node.kind == "map" else node.text
    if key.kind == "names":
        return tuple(n.text for n in (node.items or (node,)) if n.kind == "scalar")
    if key.kind in ("entity", "codelist", "workflow", "type", "pattern", "text"):
        return node.text
    if key.kind == "constant":
        return take.assigned(node)
    return node.json_value() if key.kind == "schema" else node.plain_value()


def build_options(node: Node | None, known: Mapping[str, Known]) -> tuple[Option, ...]:
    """Options written as names or as maps with name, title and tone."""
    found = []
    for item in node.items if node else ():
        name = item.text if item.kind == "scalar" else take.string(item, "name")
        if name:
            title = take.text(item, "title") or Text(name)
            id_ = known.get(name, NOBODY).id
            found.append(Option(id_, name, title, take.string(item, "tone"), take.names(item, "replaces")))
    return tuple(found)


def build_codelist(node: Node, known: Known, beside: str | None) -> tuple[CodeList, tuple[Diagnostic, ...]]:
    """The code list; beside: the text of the CSV it names, None when there is none."""
    codes: list[Code] = []
    problems: list[Diagnostic] = []
    for item in _maps(node.get("codes")):
        codes.append(
            Code(
                take.string(item, "code"),
                take.text(item, "title"),
                take.string(item, "parent"),
                _day(take.string(item, "from")),
                _day(take.string(item, "to")),
            )
        )
    if beside is not None:
        rows, problems = read_codes(beside, csv_path(node))
        codes += rows
    found = CodeList(
        id=known.id,
        name=take.string(node, "codelist"),
        title=take.text(node, "title"),
        codes=tuple(c for c in codes if c.code),
        source=take.string(node, "source"),
        place=node.key_place,
    )
    return found, tuple(problems)


def csv_path(node: Node) -> str:
    """The path of the CSV a code list names: beside the file it is written in."""
    folder = node.file.rpartition("/")[0]
    name = take.string(node, "file")
    return f"{folder}/{name}" if folder and name else name


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if len(written) == 10 else None
    except ValueError:
        return None


def read_codes(text: str, file: str) -> tuple[list[Code], list[Diagnostic]]:
    """The rows of a CSV with the columns code, zh, en, parent, from, to; the first two are needed."""
    problems: list[Diagnostic] = []
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=False)
    header = [h.strip().lower() for h in next(rows, [])]
    missing = [c for c in ("code", "zh") if c not in header]
    unknown = [h for h in header if h not in ("code", "zh", "en", "parent", "from", "to")]
    if missing or unknown:
        args = {"missing": ", ".join(missing) or "-", "unknown": ", ".join(unknown) or "-"}
        return [], [Diagnostic("LIST_004", Place(file, 1), args)]
    found = []
    try:
        for row in rows:
            cells = dict(zip(header, (c.strip() for c in row), strict=False))
            if not any(cells.values()):
                continue
            place = Place(file, rows.line_num)
            code, zh, en = cells.get("code", ""), cells.get("zh", ""), cells.get("en", "")
            if not code or not (zh or en):
                problems.append(Diagnostic("LIST_005", place))
            since, until = cells.get("from", ""), cells.get("to", "")
            problems += [Diagnostic("LIST_006", place, {"day": d}) for d in (since, until) if d and not _day(d)]
            found.append(Code(code, Text(zh, en), cells.get("parent", ""), _day(since), _day(until)))
    except csv.Error:
        problems.append(Diagnostic("LIST_005", Place(file, rows.line_num)))
    return found, problems
