"""Sub-tables: rows of columns inside a record, each row with an id of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from ..diagnostics import Diagnostic, Place, did_you_mean
from ..model import Field, Model, Text
from .base import NOTHING, Caster, FieldType, Given, Key, Made, type_of
from .clean import got
from .keys import all_of, between, ordered_keys, remark
from .link import LAST_ID, id_of
from .schema import nullable, schema_of
from .stored import json_of
from .text import starred

#: What a definition may ask for at most; more rows than this are a table of their own.
MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it was sent: its id (0 for a new one) and its cells by column name."""

    id: int
    cells: Mapping[str, Any]


def split_rows(spec: Field, raw: Any, place: Place, given: Given) -> tuple[tuple[RawRow, ...], tuple[Diagnostic, ...]]:
    """The rows of what was sent: a list of objects, or an object from positions to objects as forms send them.

    Rows of a page where nothing is filled in fall away. Ids that are none, doubled ids and too many rows are
    diagnosed; the cells are not looked at.
    """
    rows = _listed(raw)
    if rows is None:
        return (), (Diagnostic("REC_032", place, {"field": spec.title, "got": got(raw)}),)
    if len(rows) > MOST_ROWS:
        return (), (_count("REC_034", spec, place, "max", MOST_ROWS, len(rows)),)
    found: list[RawRow] = []
    for row in rows:
        if not isinstance(row, Mapping):
            return (), (Diagnostic("REC_032", place, {"field": spec.title, "got": got(row)}),)
        number = id_of(row.get("id"))
        if number is None:
            return (), (Diagnostic("REC_035", place, {"field": spec.title, "row": len(found) + 1}),)
        cells = {str(k): v for k, v in row.items() if k != "id"}
        if number or given.source == "api" or not _blank(cells):
            found.append(RawRow(number, cells))
    ids = [r.id for r in found if r.id]
    if len(set(ids)) != len(ids):
        return (), (Diagnostic("REC_036", place, {"field": spec.title}),)
    return tuple(found), count_remarks(spec, len(found), place)


def count_remarks(spec: Field, count: int, place: Place) -> tuple[Diagnostic, ...]:
    """Whether there are as many rows as the field asks for; none at all is the concern of `required`."""
    least, most = int(spec.options.get("min", 0)), int(spec.options.get("max", MOST_ROWS))
    if count > most:
        return (_count("REC_034", spec, place, "max", most, count),)
    return (_count("REC_033", spec, place, "min", least, count),) if count < least else ()


def _count(code: str, spec: Field, place: Place, bound: str, limit: int, count: int) -> Diagnostic:
    return Diagnostic(code, place, {"field": spec.title, bound: limit, "count": count})


def _listed(raw: Any) -> list[Any] | None:
    if raw is None or raw == "":
        return []
    if isinstance(raw, Mapping):
        if not all(isinstance(k, str) and k.isascii() and k.isdecimal() and len(k) < 6 for k in raw):
            return None
        return [raw[k] for k in sorted(raw, key=int)]
    return list(raw) if isinstance(raw, list | tuple) else None


def _blank(cells: Mapping[str, Any]) -> bool:
    return all(v is None or v == "" or v == [] or (isinstance(v, str) and not v.strip()) for v in cells.values())


def unknown_name(name: str, known: Iterable[str], title: Text, place: Place) -> Diagnostic:
    """A field or column of that name does not exist; the nearest one is named."""
    near = did_you_mean(name[:100], known)
    hint = Text(f"是不是 {near}？", f"Did you mean {near}?") if near else Text()
    return Diagnostic("REC_002", place, {"entity": title, "name": name[:100], "hint": hint})


def _caster(spec: Field, model: Model) -> Caster:
    casts = {c.name: type_of(c).caster(c, model) for c in spec.rows}

    def cast(raw: Any, place: Place, given: Given) -> Made:
        rows, wrong = split_rows(spec, raw, place, given)
        values = []
        for at, row in enumerate(rows):
            value: dict[str, Any] = {"id": row.id or None}
            for name, cell in row.cells.items():
                where = Place(path=f"{place.path}/{at}/{name}")
                if name not in casts:
                    wrong += (unknown_name(name, casts, spec.title, where),)
                    continue
                value[name], remarks = casts[name](cell, where, given)
                wrong += remarks
            values.append(value)
        return (tuple(values), wrong) if values else (NOTHING[0], wrong)

    return cast


def _schema(spec: Field, model: Model) -> dict[str, Any]:
    cells: dict[str, Any] = {"id": {"type": ["integer", "null"], "minimum": 1, "maximum": LAST_ID}}
    for column in spec.rows:
        cell = schema_of(column, model)
        cells[column.name] = cell if column.required and not column.when else nullable(cell)
    required = [c.name for c in spec.rows if c.required and not c.when and c.value is None]
    row: dict[str, Any] = {"type": "object", "properties": cells, "additionalProperties": False}
    if required:
        row["required"] = required
    most = int(spec.options.get("max", MOST_ROWS))
    found = {"type": "array", "items": row, "maxItems": most}
    return found | {"minItems": int(spec.options["min"])} if spec.options.get("min") else found


def _show(spec: Field, model: Model, lang: str) -> Callable[[Any], str]:
    shows = [(c.name, type_of(c).show(c, model, lang)) for c in spec.rows]

    def show(value: Any) -> str:
        rows = (" ".join(filter(None, (shown(row.get(name)) for name, shown in shows))) for row in value or ())
        return "；".join(rows) if lang == "zh" else "; ".join(rows)

    return show


def _sample(spec: Field, model: Model, rng: Random) -> Any:
    least = int(spec.options.get("min", 0))
    most = max(least, min(int(spec.options.get("max", 3)), 3), 1)
    rows = []
    for _ in range(rng.randint(max(least, 1), most)):
        cells = {c.name: type_of(c).sample(c, model, rng) for c in spec.rows if c.value is None}
        rows.append({"id": None, **cells})
    return tuple(rows)


def _typed(spec: Field, model: Model) -> Callable[[Any], Any]:
    typed = {c.name: type_of(c).typed(c, model) for c in spec.rows}

    def rows(value: Any) -> Any:
        return [
            {"id": str(row.get("id") or "")}
            | {name: "" if row.get(name) is None else form(row[name]) for name, form in typed.items()}
            for row in value
        ]

    return rows


def _columns_fit(spec: Field) -> tuple[Diagnostic, ...]:
    if not spec.rows or any(c.type == "rows" for c in spec.rows):
        return (remark("REC_108", spec, "of"),)
    return tuple(d for column in spec.rows for d in type_of(column).check(column))


ROWS = FieldType(
    name="rows",
    title=Text("子表", "Sub-table"),
    help=Text(
        "记录里的若干行，每行有同样的列和自己的 id。",
        "Rows inside a record, each with the same columns and its own id.",
    ),
    feel="rows",
    keys=(
        Key("of", "fields", Text("列：名称到字段。", "The columns: name to field."), required=True),
        Key("min", "integer", Text("至少几行。", "Least number of rows.")),
        Key(
            "max", "integer", Text(f"最多几行，默认 {MOST_ROWS}。", f"Greatest number of rows; {MOST_ROWS} by default.")
        ),
    ),
    shape="rows",
    column=lambda spec: None,
    caster=_caster,
    schema=_schema,
    to_json=json_of,
    show=_show,
    typed=_typed,
    sample=_sample,
    mask=starred,
    widget="rows",
    cell="rows",
    check=all_of(_columns_fit, between("min", 0, MOST_ROWS), between("max", 1, MOST_ROWS), ordered_keys("min", "max")),
    operators=("empty",),
)

TYPES = (ROWS,)
