"""Sub-tables of a submission: rows matched by their ids, each cast and settled like a small record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..compile.record import CompiledField
from ..diagnostics import Diagnostic, Place
from ..fieldtypes.rows import RawRow, count_remarks, split_rows, unknown_name
from .level import Level, put, settle, stale, take

#: Unknown columns are told up to this number of messages about a sub-table.
MOST_TOLD = 50


def take_rows(level: Level, field: CompiledField, raw: Any) -> list[Level]:
    """The rows that were sent, their cells cast. A row with an id keeps the cells that were not sent."""
    name, spec = field.name, field.spec
    level.sent.add(name)
    rows, found = split_rows(spec, raw, field.place, level.call.given)
    old = _by_id(level, name)
    if found:
        if rows and len(rows) == len(old):
            level.call.warnings.append(stale(field, field.place, found))
        elif not level.call.draft or not rows:
            level.wrong[name] = list(found)
    return [_taken(level, field, at, row, old) for at, row in enumerate(rows)]


def _by_id(level: Level, name: str) -> dict[int, Mapping[str, Any]]:
    return {row["id"]: row for row in (level.old.get(name) or ())} if level.old else {}


def _taken(level: Level, field: CompiledField, at: int, row: RawRow, old: Mapping[int, Mapping[str, Any]]) -> Level:
    columns = field.columns or {}
    base = old.get(row.id) if row.id else None
    made = _row(level, field, at, row.id if base else 0, base)
    if row.id and base is None:
        args = {"field": field.spec.title, "row": at + 1}
        level.wrong.setdefault(field.name, []).append(Diagnostic("REC_035", Place(path=f"{field.name}/{at}"), args))
    for name, cell in row.cells.items():
        column = columns.get(name)
        if column is None and len(level.wrong.get(field.name, ())) < MOST_TOLD:
            level.wrong.setdefault(field.name, []).append(
                unknown_name(name, columns, field.spec.title, made.place(name[:100]))
            )
        elif column is not None and not column.readonly:
            take(made, column, cell)
    return made


def _row(level: Level, field: CompiledField, at: int, number: int, base: Mapping[str, Any] | None) -> Level:
    columns = field.columns or {}
    values = {"id": number or None, **{name: base.get(name) if base else None for name in columns}}

    def before() -> Mapping[str, Any]:
        return {**level.before(), **(base or {})}

    return Level(level.call, base, values, {}, before, f"{field.name}/{at}")


def settle_rows(level: Level, field: CompiledField, rows: list[Level] | None) -> None:
    """Bring the rows to what would be stored and put them into the record; then settle the field itself."""
    name = field.name
    if rows is None and any(c.value is not None for c in field.order) and level.old:
        rows = [_row(level, field, at, r["id"], r) for at, r in enumerate(level.old.get(name) or ())]
    if rows is not None:
        for row in rows:
            _settle_row(level, field, row)
        level.values[name] = tuple(row.values for row in rows)
    elif level.old is None and not level.call.draft:
        level.wrong.setdefault(name, []).extend(count_remarks(field.spec, 0, field.place))
        if not level.wrong[name]:
            del level.wrong[name]
    wrong = [d for row in rows or () for found in row.wrong.values() for d in found]
    if wrong:
        level.wrong.setdefault(name, []).extend(wrong)
    settle(level, field)


def _settle_row(level: Level, field: CompiledField, row: Level) -> None:
    row.context = {**level.context, "id": row.values["id"]}
    for column in field.order:
        put(row, column)
    for column in field.order:
        settle(row, column)
