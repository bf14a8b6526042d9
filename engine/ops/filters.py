"""Filters of a list as conditions of the database: which may be asked, as SQL with slots, and how values are read."""

# ruff: noqa: S608 - statements are put together from ids and aliases of the engine

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from ..compile.table import child_name, table_name
from ..diagnostics import Diagnostic, Place
from ..expr.dialect import DIALECTS, Dialect
from ..fieldtypes import Given, column_name, target_of, type_of
from ..fieldtypes.base import Operator
from ..fieldtypes.choice import choices_of, codes_of
from ..fieldtypes.clean import half, storable
from ..fieldtypes.link import LAST_ID, id_of
from ..fieldtypes.time import bound_of
from ..model import Entity, Field, Slot, Sql, Storage, Text
from ..policy import EntityColumns, Varies
from .asking import Filter, Path
from .sight import SeenJoins, Sight

#: From the values of a filter, as typed, to what fills its slots.
Read = Callable[[Sequence[str], Given], "dict[str, Any] | Diagnostic"]

#: What a filter's text depends on: path, operator, and which of the values that have a text of their own it has.
Shape = tuple[Path, Operator, str]

#: Stands for the reader among the values of a link.
ME = "me"

_BIG = Storage("bigint")
_KINDS: Mapping[str, str] = {
    "text": "string",
    "integer": "integer",
    "bigint": "link",
    "decimal": "number",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "timestamp": "date and time",
}
_SIGNS: Mapping[str, str] = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_COMPARE: tuple[Operator, ...] = ("eq", "ne", "in", "lt", "lte", "gt", "gte", "between")
_MOMENTS: tuple[Operator, ...] = ("eq", "lt", "lte", "gt", "gte", "between")
_META_OPERATORS: Mapping[str, tuple[Operator, ...]] = {
    "id": _COMPARE,
    "version": _COMPARE,
    "created_at": _MOMENTS,
    "updated_at": _MOMENTS,
    "created_by": ("eq", "ne", "in"),
    "updated_by": ("eq", "ne", "in"),
    "unit": ("eq", "ne", "in", "under", "empty"),
}
META_TITLES: Mapping[str, Text] = {
    "label": Text("名称", "Name"),
    "id": Text("编号", "Id"),
    "version": Text("版本", "Version"),
    "unit": Text("单位", "Unit"),
    "created_at": Text("创建时间", "Created"),
    "updated_at": Text("修改时间", "Changed"),
    "created_by": Text("创建人", "Created by"),
    "updated_by": Text("修改人", "Changed by"),
}
_TRUTH = {"yes": ("true", "1", "yes", "on", "是"), "no": ("false", "0", "no", "off", "否")}
#: Options that say what a value means; limits say what may be stored, and a filter may look beyond.
_MEANING = frozenset({"scale", "currency", "list", "unit", "yes", "no", "of", "to", "many", "as"})
#: Types whose whole value nobody guesses.
_GUESSED = frozenset({"choice", "code", "state", "sex", "ethnic_group", "person_name", "long_text", "address"})


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled filter: its SQL, and what reads its values into slots."""

    sql: Sql
    read: Read


@dataclass(frozen=True, slots=True)
class Spot:
    """What is compared: a column, or one of a sub-table inside `around`.

    spec: None for what every record has; shown, seen: conditions under which the reader sees it in full, or at least
    masked, where that differs from record to record; protected: it can only be looked up by its whole value.
    """

    column: Sql
    storage: Storage
    spec: Field | None
    name: str
    title: Text
    around: Sql | None = None
    shown: Sql | None = None
    seen: Sql | None = None
    protected: bool = False

    @property
    def operators(self) -> tuple[Operator, ...]:
        """What may be asked, were it not protected."""
        return type_of(self.spec).operators if self.spec else _META_OPERATORS[self.name]


def shape_of(found: Filter) -> Shape:
    """What the text of the filter depends on."""
    special = ""
    if found.operator in ("eq", "ne") and found.values == (ME,):
        special = ME
    elif found.operator == "empty":
        special = next((word for word, said in _TRUTH.items() if found.values[0].lower() in said), "?")
    return found.path, found.operator, special


def given_of(now: datetime, zone: Any, lang: str) -> Given:
    """What values are read with."""
    return Given(now, zone, "page", lang)


def condition(sight: Sight, entity: Entity, shape: Shape, number: int, joins: SeenJoins) -> Condition | Diagnostic:
    """The filter as a condition over `r` whose slots begin with `f{number}`, or why the reader cannot ask it."""
    path, operator, special = shape
    spot = find(sight, entity, path, joins)
    if isinstance(spot, Diagnostic):
        return spot
    place = Place(path=".".join(path))
    if operator not in spot.operators:
        allowed = "、".join(spot.operators) or "-"
        return Diagnostic("ASK_005", place, {"name": spot.title, "operator": operator, "allowed": allowed})
    if spot.protected and operator != "empty" and not (operator == "eq" and hard_to_guess(spot.spec)):
        return Diagnostic("ASK_006", place, {"name": spot.title})
    made = _made(sight, spot, operator, special, f"f{number}", joins)
    if isinstance(made, Diagnostic):
        return made
    sql = made.sql
    guard = spot.seen if operator == "eq" and hard_to_guess(spot.spec) else spot.shown
    if guard is not None:
        sql = Sql("(") + guard + " AND " + sql + ")"
    if spot.around is not None:
        sql = Sql("EXISTS (SELECT 1 FROM ") + spot.around + " AND " + sql + ")"
    return Condition(sql, made.read)


def hard_to_guess(spec: Field | None) -> bool:
    """Whether nobody finds the whole value by trying, so that looking it up tells no more than was known."""
    column = type_of(spec).column(spec) if spec else None
    return bool(spec and column and column.storage.kind == "text" and spec.type not in _GUESSED)


def find(sight: Sight, entity: Entity, path: Path, joins: SeenJoins) -> Spot | Diagnostic:
    """What lies at the end of a path, if the reader may ask about it."""
    place = Place(path=".".join(path))
    rows = entity.field(path[0]) if len(path) == 2 else None
    if rows is not None and rows.rows:
        return _in_rows(sight, entity, rows, path[1], place)
    spec, title = _end(sight, entity, path)
    shown = sight.verdict(entity, path)
    if shown == "hide":
        return Diagnostic("ASK_008", place, {"name": title})
    if spec is not None and type_of(spec).shape == "rows":
        source = f"{child_name(entity, spec)} c WHERE c.parent = r.id"
        return Spot(Sql(f"(SELECT min(c.id) FROM {source})"), _BIG, spec, path[-1], title)
    found = EntityColumns(sight.version.model, entity, "r", joins).column(path)
    if found is None:
        return Diagnostic("ASK_005", place, {"name": title, "operator": "", "allowed": "-"})
    full = seen = None
    if isinstance(shown, Varies):
        full, seen = sight.condition(entity, shown.show), sight.condition(entity, shown.show, shown.mask)
    protected = shown == "mask" or bool(spec and spec.sensitive)
    return Spot(found.sql, found.storage, spec, path[-1], title, None, full, seen, protected)


def _in_rows(sight: Sight, entity: Entity, rows: Field, name: str, place: Place) -> Spot | Diagnostic:
    spec = next((c for c in rows.rows if c.name == name), None)
    if spec is None:
        return Diagnostic("ASK_001", place, {"name": name[:80], "entity": rows.title, "near": ""})
    title = Text(f"{rows.title.zh} / {spec.title.zh}", f"{rows.title.get('en')} / {spec.title.get('en')}")
    shown = sight.access_along(entity, (rows.name, name))
    fields = sight.product(entity.name).fields
    if "hide" in (fields.get(rows.id, "hide"), fields.get(spec.id, "hide")):
        return Diagnostic("ASK_008", place, {"name": title})
    column = type_of(spec).column(spec)
    if column is None:
        return Diagnostic("ASK_005", place, {"name": title, "operator": "", "allowed": "-"})
    if shown == "hide":  # shown in some records only
        return Diagnostic("ASK_006", place, {"name": title})
    around = Sql(f"{child_name(entity, rows)} c WHERE c.parent = r.id")
    protected = shown != "show" or bool(spec.sensitive or rows.sensitive)
    return Spot(Sql(f"c.{column.name}"), column.storage, spec, name, title, around, protected=protected)


def _end(sight: Sight, entity: Entity, path: Path) -> tuple[Field | None, Text]:
    """The field at the end of a path, and what the whole path is called."""
    here: Entity | None = entity
    spec: Field | None = None
    zh, en = [], []
    for name in path:
        spec = here.field(name) if here else None
        title = spec.title if spec else META_TITLES.get(name, Text(name))
        zh.append(title.get("zh"))
        en.append(title.get("en"))
        here = sight.version.model.entities.get(target_of(spec)) if spec else None
    return spec, Text(" / ".join(zh), " / ".join(en))


def title_of(sight: Sight, entity: Entity, path: Path) -> Text:
    """What a path is called: 班级 / 校区."""
    return _end(sight, entity, path)[1]


# ---------------------------------------------------------------- conditions


def _made(
    sight: Sight, spot: Spot, operator: Operator, special: str, slot: str, joins: SeenJoins
) -> Condition | Diagnostic:
    dialect = DIALECTS[sight.version.dialect]
    column = spot.column
    link = spot.spec is not None and type_of(spot.spec).shape == "link"
    if special == ME and (link or spot.name == "unit"):
        name = "actor.records" if link else "actor.units"
        among = dialect.among(column, Slot(name), "link")
        return Condition(among if operator == "eq" else Sql("(") + among + ") IS NOT TRUE", _reads_nothing)
    if operator == "empty":
        if special == "?":
            return Diagnostic("ASK_011", Place(path=spot.name), {"name": spot.title, "typed": "empty"})
        return Condition(column + (" IS NULL" if special == "yes" else " IS NOT NULL"), _reads_nothing)
    if operator == "under":
        return _under(sight, spot, slot, joins)
    if spot.storage.kind == "json":
        return Condition(dialect.in_json(column, dialect.param(Slot(slot), "string")), _one(sight, spot, slot))
    if spot.storage.kind == "timestamp":
        return _moments(sight, spot, operator, slot)
    if operator in ("contains", "starts"):
        return _part(dialect, column, operator, slot)
    return _compared(sight, dialect, spot, operator, slot)


def _compared(sight: Sight, dialect: Dialect, spot: Spot, operator: Operator, slot: str) -> Condition:
    column, one = spot.column, Sql("?", (Slot(slot),))
    if operator == "in":
        return Condition(dialect.among(column, Slot(slot), _KINDS[spot.storage.kind]), _many(sight, spot, slot))
    if operator == "between":
        sql = Sql("(") + column + " >= " + one + " AND " + column + Sql(" <= ?)", (Slot(slot + "b"),))
        return Condition(sql, _pair(sight, spot, slot))
    if operator == "ne":
        return Condition(dialect.differ(column, one), _one(sight, spot, slot))
    sign = _SIGNS.get(operator, "=")
    return Condition(column + f" {sign} " + one, _one(sight, spot, slot))


def _part(dialect: Dialect, column: Sql, operator: Operator, slot: str) -> Condition:
    def read(values: Sequence[str], given: Given) -> dict[str, Any] | Diagnostic:
        typed = plain(values[0])
        if operator == "contains":
            return {slot: "".join(c.lower() if c.isascii() else c for c in typed)}
        return {slot: typed, slot + "b": typed + "\U0010ffff"}

    if operator == "contains":
        return Condition(dialect.find(Sql("lower(") + column + ")", Sql("?", (Slot(slot),))) + " > 0", read)
    sql = Sql("(") + column + Sql(" >= ?", (Slot(slot),)) + " AND " + column + Sql(" < ?)", (Slot(slot + "b"),))
    return Condition(sql, read)


def _under(sight: Sight, spot: Spot, slot: str, joins: SeenJoins) -> Condition | Diagnostic:
    """The unit itself and everything below; of another record, the unit it lies in."""
    column, target = spot.column, sight.version.model.entities.get(target_of(spot.spec)) if spot.spec else None
    if target is not None and target.unit != ("self",):
        if not target.unit or spot.around is not None or spot.spec is None:
            args = {"name": spot.title, "operator": "under", "allowed": "eq、ne、in、empty"}
            return Diagnostic("ASK_005", Place(path=spot.name), args)
        owner = column.text.rpartition(".")[0]
        column = Sql(joins.alias(owner, column_name(spot.spec), table_name(target)) + ".unit")
    inside = Sql(" IN (SELECT t.descendant FROM sy_unit_tree t WHERE t.ancestor = ?)", (Slot(slot),))
    return Condition(column + inside, _one(sight, spot, slot))


def _moments(sight: Sight, spot: Spot, operator: Operator, slot: str) -> Condition:
    """A day, a minute or a second is a stretch of time: it holds every moment in it."""
    first, last = Sql("?", (Slot(slot),)), Sql("?", (Slot(slot + "b"),))
    column = spot.column
    sql = {
        "lt": column + " < " + first,
        "gte": column + " >= " + first,
        "lte": column + " < " + last,
        "gt": column + " >= " + last,
        "ne": Sql("((") + column + " >= " + first + " AND " + column + " < " + last + ") IS NOT TRUE)",
    }.get(operator, Sql("(") + column + " >= " + first + " AND " + column + " < " + last + ")")

    def read(values: Sequence[str], given: Given) -> dict[str, Any] | Diagnostic:
        if len(values) != (2 if operator == "between" else 1):
            return Diagnostic("ASK_010", Place(path=spot.name), {"name": spot.title})
        spans = [_span(v, given) for v in values]
        for span, typed in zip(spans, values, strict=True):
            if span is None:
                return _nothing(typed, spot)
        found = [s for s in spans if s]
        return {slot: found[0][0], slot + "b": found[-1][1]}

    return Condition(sql, read)


def _span(typed: str, given: Given) -> tuple[datetime, datetime] | None:
    """The stretch of time that was typed: [begin, end)."""
    text = plain(typed)
    day = bound_of(text)
    try:
        if day is not None and len(text) <= 12:
            begin = datetime.combine(day(given), time(), given.zone)
            return begin.astimezone(UTC), datetime.combine(day(given) + timedelta(1), time(), given.zone).astimezone(
                UTC
            )
        moment = datetime.fromisoformat(text)
        begin = (moment if moment.tzinfo else moment.replace(tzinfo=given.zone)).astimezone(UTC)
        exact = timedelta(microseconds=1) if moment.microsecond else timedelta(seconds=1)
        return begin, begin + (timedelta(minutes=1) if text.count(":") == 1 else exact)
    except (ValueError, OverflowError):
        return None


# ---------------------------------------------------------------- values


def plain(typed: str) -> str:
    """Typed text as it is compared: half-width, without outer spaces and what no database keeps."""
    found = half(typed[:500]).replace("\0", "")
    return found if storable(found) else ""


def _reads_nothing(values: Sequence[str], given: Given) -> dict[str, Any]:
    return {}


def operand(sight: Sight, spot: Spot) -> Callable[[str, Given], Any]:
    """From one typed value to what the database compares with; a Diagnostic when it means nothing."""
    spec = spot.spec
    if spec is None or type_of(spec).shape in ("link", "rows"):
        return lambda typed, given: _number(typed, spot)
    kind = type_of(spec)
    loose = replace(spec, options={k: v for k, v in spec.options.items() if k in _MEANING}, required=False)
    cast = kind.caster(loose, sight.version.model)
    model = sight.version.model
    options = frozenset([*(o.name for o in choices_of(spec, model)), *(c.code for c in codes_of(spec, model))])
    text = spot.storage.kind == "text" and not options
    scale = spot.storage.scale if spot.storage.kind == "decimal" and sight.version.dialect == "sqlite" else None
    dated, number = spot.storage.kind == "date", kind.feel == "number"

    def one(typed: str, given: Given) -> Any:
        if options and plain(typed) in options:  # also one that is no longer valid: older records hold it
            return plain(typed)
        bound = bound_of(plain(typed)) if dated and typed.startswith("today") else None
        if bound is not None:
            return bound(given)
        value, wrong = cast(_written_out(typed) if number else plain(typed), Place(path=spot.name), given)
        if value is None:
            return plain(typed) if text else (wrong[0] if wrong else _nothing(typed, spot))
        if isinstance(value, tuple):
            return value[0] if len(value) == 1 else _nothing(typed, spot)
        if scale is not None:
            return int(value.scaleb(scale))
        return kind.to_stored(value) if kind.to_stored else value

    return one


_POWER = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?[eE][+-]?[0-9]{1,3}")


def _written_out(typed: str) -> str:
    """A number as people write it, where a program wrote 1e-07."""
    found = _POWER.fullmatch(typed.strip())
    return format(Decimal(found[0]), "f") if found else plain(typed)


def _number(typed: str, spot: Spot) -> Any:
    found = id_of(plain(typed))
    return found if found and found <= LAST_ID else _nothing(typed, spot)


def _nothing(typed: str, spot: Spot) -> Diagnostic:
    return Diagnostic("ASK_011", Place(path=spot.name), {"name": spot.title, "typed": typed[:40]})


def _one(sight: Sight, spot: Spot, slot: str) -> Read:
    value = operand(sight, spot)

    def read(values: Sequence[str], given: Given) -> dict[str, Any] | Diagnostic:
        found = value(values[0], given)
        return found if isinstance(found, Diagnostic) else {slot: found}

    return read


def _many(sight: Sight, spot: Spot, slot: str) -> Read:
    value = operand(sight, spot)

    def read(values: Sequence[str], given: Given) -> dict[str, Any] | Diagnostic:
        found = [value(v, given) for v in values[:1000] if v]
        wrong = next((v for v in found if isinstance(v, Diagnostic)), None)
        return wrong or {slot: found}

    return read


def _pair(sight: Sight, spot: Spot, slot: str) -> Read:
    value = operand(sight, spot)

    def read(values: Sequence[str], given: Given) -> dict[str, Any] | Diagnostic:
        if len(values) != 2:
            return Diagnostic("ASK_010", Place(path=spot.name), {"name": spot.title})
        low, high = (value(v, given) for v in values)
        wrong = next((v for v in (low, high) if isinstance(v, Diagnostic)), None)
        return wrong or {slot: low, slot + "b": high}

    return read
