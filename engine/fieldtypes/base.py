"""What a field type is: one value that owns cast, column, schema, widget, mask and sample of a kind of field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from random import Random
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

from ..diagnostics import Diagnostic, Place
from ..model import Column, Field, FileRef, Model, Ref, Storage, Text
from ..model.values import ActorValue

#: Where a value comes from. `workflow` sets what people may not; `computed` values come from expressions.
Source = Literal["page", "api", "import", "bulk", "workflow", "computed"]

#: What a filter may ask of a field. `empty` takes true or false, `between` and `in` take lists.
Operator = Literal["eq", "ne", "in", "lt", "lte", "gt", "gte", "between", "contains", "starts", "empty", "under"]

#: What a key of a definition holds. `feel`: an expression; `entity`, `codelist`, `workflow`, `type`: the name of one;
#: `pattern`: RE2; `options` and `fields` are read into `Field.choices` and `Field.rows`, the others into
#: `Field.options`; `constant`: a value of the field itself; `schema`: a JSON Schema.
KeyKind = Literal[
    "text", "integer", "number", "boolean", "names", "feel", "entity", "codelist", "workflow", "type",
    "pattern", "options", "fields", "constant", "schema",
]  # fmt: skip

#: How the engine moves values of the type: `value` one column; `list` one json column; `link` one column that refers;
#: `rows` a child table; `file` one json column (a list of files where the field has `many`); `none` nothing stored.
Shape = Literal["value", "list", "link", "rows", "file", "none"]


@dataclass(frozen=True, slots=True)
class Key:
    """A key that a definition may write beside `is:` for a type. `allowed`: the only values, () for any."""

    name: str
    kind: KeyKind
    doc: Text
    allowed: tuple[Any, ...] = ()
    required: bool = False


_CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Given:
    """What a cast knows beside the raw value; everything in it was fetched before, a cast does no I/O.

    now: aware; zone: for times typed without an offset; source: where the value comes from ("computed" values are
    rounded to the field's scale instead of refused); refs: the records a link may name, by entity name and id; files:
    the stored files a value may name, by id; actor: who acts, as expressions see them; serials: numbers stand for dates
    as spreadsheets count them (day 1 = 1900-01-01).
    """

    now: datetime = datetime(1970, 1, 1, tzinfo=_CHINA)
    zone: tzinfo = _CHINA
    source: Source = "page"
    lang: str = "zh"
    refs: Mapping[str, Mapping[int, Ref]] = field(default_factory=dict)
    files: Mapping[int, FileRef] = field(default_factory=dict)
    actor: ActorValue | None = None
    serials: bool = False

    @property
    def today(self) -> date:
        """The date at the school."""
        return self.now.astimezone(self.zone).date()


#: A value, or None, and what was found wrong. With an error among the diagnostics the value is None.
Made = tuple[Any, tuple[Diagnostic, ...]]

#: From form text or JSON to a value. Empty text and null are None without a message: `required` is not its concern.
Caster = Callable[[object, Place, Given], Made]


#: What a cast of nothing gives.
NOTHING: Made = (None, ())


def _same(value: Any) -> Any:
    return value


def _as_text(spec: Field, model: Model) -> Callable[[Any], Any]:
    return str


def _no_remarks(spec: Field) -> tuple[Diagnostic, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class FieldType:
    """A kind of field as data and functions.

    feel: FEEL type of its values ("string", "number", "boolean", "date", "time", "date and time",
    "days and time duration", "list<string>", "context", "link", "rows", "file", "list<file>"); ask `feel_of(field)`,
    since options may change it.
    column: the physical column, None when nothing or a child table is stored. schema: JSON Schema 2020-12 of the JSON
    value. to_json: value (never None) to what orjson writes; from_json: back, without a check, for history and drafts.
    to_stored / from_stored: between a value and what a column of that kind holds, None where they are the same. typed:
    value to what a form control holds, so that casting it again gives the value. widget: default form control. cell:
    how a list shows it (text, number, check, date, datetime, pill, link, file, image, rows). show: text for people,
    None gives "". mask: what remains of a sensitive value. sample: a valid value. check: whether the options make
    sense. target: entity that links of this type lead to unless `to` says otherwise. codelist: likewise for `list`.
    convert_from: names of types whose values a retype turns into this one.
    """

    name: str
    title: Text
    feel: str
    column: Callable[[Field], Column | None]
    caster: Callable[[Field, Model], Caster]
    schema: Callable[[Field, Model], dict[str, Any]]
    show: Callable[[Field, Model, str], Callable[[Any], str]]
    sample: Callable[[Field, Model, Random], Any]
    mask: Callable[[Any], str]
    help: Text = Text()
    keys: tuple[Key, ...] = ()
    shape: Shape = "value"
    widget: str = "text"
    cell: str = "text"
    to_json: Callable[[Any], Any] = _same
    from_json: Callable[[Any], Any] = _same
    to_stored: Callable[[Any], Any] | None = None
    from_stored: Callable[[Any], Any] | None = None
    typed: Callable[[Field, Model], Callable[[Any], Any]] = _as_text
    check: Callable[[Field], tuple[Diagnostic, ...]] = _no_remarks
    operators: tuple[Operator, ...] = ("eq", "ne", "in", "empty")
    convert_from: tuple[str, ...] = ()
    target: str = ""
    codelist: str = ""
    readonly: bool = False  # nobody types it: the engine or a workflow sets it
    feel_for: Callable[[Field], str] | None = None

    def key(self, name: str) -> Key | None:
        """The key of that name, or None when the type does not know it."""
        return next((k for k in self.keys if k.name == name), None)


_TYPES: dict[str, FieldType] = {}


def field_types() -> Mapping[str, FieldType]:
    """Every field type by name, those of plugins included."""
    return MappingProxyType(_TYPES)


def register(*extra: FieldType) -> None:
    """Add types, all or none. Raises ValueError when a name is taken: a type is never replaced."""
    names = [t.name for t in extra]
    doubled = sorted({n for n in names if n in _TYPES or names.count(n) > 1})
    if doubled:
        raise ValueError(f"field types registered twice: {', '.join(doubled)}")
    _TYPES.update({t.name: t for t in extra})


def type_of(spec: Field) -> FieldType:
    """The type that values of the field have. Raises KeyError for an unknown name."""
    return _TYPES[spec.type]


def feel_of(spec: Field) -> str:
    """The FEEL type of the field's values."""
    kind = type_of(spec)
    return kind.feel_for(spec) if kind.feel_for else kind.feel


def target_of(spec: Field) -> str:
    """The name of the entity a link field leads to, "" for other fields."""
    kind = type_of(spec)
    return str(spec.options.get("to") or kind.target) if kind.shape == "link" else ""


def codelist_of(spec: Field) -> str:
    """The name of the code list a field chooses from, "" for other fields."""
    return str(spec.options.get("list") or type_of(spec).codelist)


def column_name(spec: Field) -> str:
    """The physical column of the field; it belongs to the id, so a rename touches no data."""
    return spec.column or "c_" + spec.id


def column_of(spec: Field, storage: Storage, refers: str = "") -> Column:
    """A nullable column for the field: whether a value is required depends on conditions the database cannot see."""
    return Column(column_name(spec), storage, True, refers)


def problem(code: str, place: Place, /, **args: Any) -> Made:
    """No value and one diagnostic: how a caster refuses."""
    return None, (Diagnostic(code, place, args),)
