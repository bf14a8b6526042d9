"""Whether the database can decide a condition: asked before publishing, with columns that stand for the real ones."""

from __future__ import annotations

from ..diagnostics import Diagnostic, Place
from ..expr import ColumnSql, RowsSql, Typed, compile_sql
from ..fieldtypes import column_name, target_of, type_of
from ..model import Entity, Field, Model, Sql, Storage

_META = {
    "id": Storage("bigint"),
    "version": Storage("integer"),
    "unit": Storage("bigint"),
    "created_by": Storage("bigint"),
    "created_at": Storage("timestamp"),
    "updated_by": Storage("bigint"),
    "updated_at": Storage("timestamp"),
}


class _Stand:
    """The columns of an entity, or of the rows of a sub-table, without a table behind them."""

    def __init__(self, model: Model, fields: tuple[Field, ...]) -> None:
        self._model = model
        self._fields = {f.name: f for f in fields}

    def column(self, path: tuple[str, ...]) -> ColumnSql | None:
        if not path:
            return None
        field = self._fields.get(path[0])
        if field is None:
            storage = _META.get(path[0]) if len(path) == 1 else None
            return ColumnSql(Sql(f"r.{path[0]}"), storage) if storage else None
        if len(path) > 1:
            target = self._model.entities.get(target_of(field))
            return _Stand(self._model, target.fields).column(path[1:]) if target else None
        column = type_of(field).column(field)
        return ColumnSql(Sql(f"r.{column_name(field)}"), column.storage) if column else None

    def rows(self, path: tuple[str, ...]) -> RowsSql | None:
        fields = self._fields
        for name in path[:-1]:
            target = self._model.entities.get(target_of(fields[name])) if name in fields else None
            fields = {f.name: f for f in target.fields} if target else {}
        field = fields.get(path[-1]) if path else None
        if field is None or type_of(field).shape != "rows":
            return None
        return RowsSql(Sql("t AS c WHERE c.parent = r.id"), _Stand(self._model, field.rows))


_KEPT: dict[tuple[Typed, str], tuple[Diagnostic, ...]] = {}
_MOST = 5_000


def why_not_sql(model: Model, entity: Entity, typed: Typed, place: Place) -> Diagnostic | None:
    """The first part of a condition over `entity` that no database can decide; None when both can."""
    key = (typed, str(place))  # the checker gives the same `typed` again while the fields keep their types
    if key not in _KEPT:
        if len(_KEPT) > _MOST:
            _KEPT.clear()
        found = _first_refusal(model, entity, typed, place)
        _KEPT[key] = (found,) if found else ()
    return next(iter(_KEPT[key]), None)


def _first_refusal(model: Model, entity: Entity, typed: Typed, place: Place) -> Diagnostic | None:
    columns = _Stand(model, entity.fields)
    for dialect in ("sqlite", "postgres"):
        made = compile_sql(typed, columns, dialect, place=place)
        if isinstance(made, Diagnostic):
            return made
    return None
