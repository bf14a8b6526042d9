"""What a list is asked for, as a value: columns, filters, search, order and place, read from a query string."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, get_args

import orjson

from ..diagnostics import Diagnostic, Place, did_you_mean
from ..fieldtypes.base import Operator, target_of
from ..model import Entity, Field, Model, Sort

Path = tuple[str, ...]

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
#: Longest path over links a filter, column or sort may take.
MAX_PATH = 4
_OPERATORS = frozenset(get_args(Operator))
#: Query parameters that are not filters.
RESERVED = frozenset({"q", "sort", "fields", "limit", "after", "before", "view", "group", "lang", "count", "in"})
#: Fields every record has beside the declared ones.
META = {"id": "bigint", "version": "integer", "created_at": "timestamp", "updated_at": "timestamp", "unit": "bigint"}


#: What a record is called, which can be a column; it has no order, and the search finds it.
LABEL: Path = ("label",)


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition: `values` as typed, several for `in` and `between`."""

    path: Path
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """A list somebody wants. after / before: a cursor given out with an earlier page, "" for the first page.

    memo: room for what is worked out about this very ask, which programs repeat.
    """

    entity: str
    columns: tuple[Path, ...] = ()
    filters: tuple[Filter, ...] = ()
    q: str = ""
    sort: tuple[Sort, ...] = ()
    view: str = ""
    limit: int = DEFAULT_LIMIT
    after: str = ""
    before: str = ""
    memo: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def with_place(self, after: str = "", before: str = "") -> Ask:
        """The same list at another place."""
        return replace(self, after=after, before=before)


@dataclass(frozen=True, slots=True)
class Read:
    """A query string as a value, and what was wrong with it."""

    ask: Ask
    diagnostics: tuple[Diagnostic, ...]


def read_ask(model: Model, entity: Entity, params: Iterable[tuple[str, str]]) -> Read:
    """An `Ask` from query parameters.

    `FIELD=value`, `FIELD.OPERATOR=value` (operators eq ne in lt lte gt gte between contains starts empty under; values
    of in and between separated by commas), dotted paths over links, `sort=a,-b`, `fields=a,b`, `q`, `limit`, `after`,
    `before`, `view`. Empty values count as not given, as forms send them.
    """
    ask = Ask(entity.name)
    found: list[Diagnostic] = []
    filters: list[Filter] = []
    for key, value in params:
        if key in RESERVED:
            ask = _reserved(model, entity, ask, key, value, found)
        elif value.strip():
            path, operator = _split(model, entity, key)
            if problem := wrong_path(model, entity, path, rows=True):
                found.append(problem)
                continue
            many = operator in ("in", "between")
            values = tuple(v.strip() for v in value.split(",")) if many else (value.strip(),)
            filters.append(Filter(path, operator, values))
    return Read(replace(ask, filters=tuple(filters)), tuple(found))


def _reserved(model: Model, entity: Entity, ask: Ask, key: str, value: str, found: list[Diagnostic]) -> Ask:
    if key == "sort":
        names = [n for n in value.split(",") if n.strip()]
        sorts = tuple(Sort(_path(n.strip().lstrip("-")), n.strip().startswith("-")) for n in names)
        found.extend(p for s in sorts if (p := wrong_path(model, entity, s.path)))
        return replace(ask, sort=sorts[:4])
    if key == "fields":
        paths = tuple(_path(n.strip()) for n in value.split(",") if n.strip())
        found.extend(p for path in paths if path != LABEL and (p := wrong_path(model, entity, path)))
        return replace(ask, columns=paths[:100])
    if key == "limit":
        if not value.isdecimal() or not 1 <= int(value) <= MAX_LIMIT:
            found.append(Diagnostic("ASK_002", Place(path="limit"), {"value": value[:40], "most": MAX_LIMIT}))
            return ask
        return replace(ask, limit=int(value))
    text = value.strip()[:2000]
    match key:
        case "q":
            return replace(ask, q=text)
        case "after":
            return replace(ask, after=text)
        case "before":
            return replace(ask, before=text)
        case "view":
            return replace(ask, view=text)
    return ask


def _path(name: str) -> Path:
    return tuple(name.split("."))


def _split(model: Model, entity: Entity, key: str) -> tuple[Path, Operator]:
    """The path and operator of a parameter; a field that is called like an operator is the field."""
    path = _path(key)
    if len(path) > 1 and path[-1] in _OPERATORS and wrong_path(model, entity, path, rows=True):
        return path[:-1], path[-1]  # type: ignore[return-value]  # it is one of the literal's values
    return path, "eq"


def wrong_path(model: Model, entity: Entity, path: Path, rows: bool = False) -> Diagnostic | None:
    """What is wrong with a path of names over links, or None when every name on it is there.

    rows: it may also lead to a column of a sub-table of the entity itself, as filters do.
    """
    here: Entity | None = entity
    if rows and len(path) == 2 and _column(entity, path) is not None:
        return None
    if len(path) > MAX_PATH:
        return Diagnostic("ASK_003", Place(path=".".join(path)), {"name": ".".join(path), "most": MAX_PATH})
    for position, name in enumerate(path):
        last = position == len(path) - 1
        spec = here.field(name) if here else None
        if spec is None and last and name in META:
            return None
        if here is None or spec is None:
            known = [f.name for f in here.fields] if here else []
            args = {"name": name[:80], "entity": here.title if here else "", "near": did_you_mean(name, known)}
            return Diagnostic("ASK_001", Place(path=".".join(path)[:200]), args)
        here = model.entities.get(target_of(spec)) if not last else here
    return None


def field_at(model: Model, entity: Entity, path: Path) -> Field | None:
    """The field a path ends at, columns of sub-tables included; None for the id and other facts every record has."""
    if len(path) == 2 and (column := _column(entity, path)) is not None:
        return column
    here: Entity | None = entity
    spec: Field | None = None
    for name in path:
        spec = here.field(name) if here else None
        here = model.entities.get(target_of(spec)) if spec else None
    return spec


def _column(entity: Entity, path: Path) -> Field | None:
    """The column of a sub-table at a path of two names."""
    rows = entity.field(path[0])
    return next((c for c in rows.rows if c.name == path[1]), None) if rows else None


def write_cursor(values: Iterable[Any]) -> str:
    """A place in a list as opaque text: the sort values of its last row and that row's id."""
    return base64.urlsafe_b64encode(orjson.dumps(list(values), default=str)).decode().rstrip("=")


def read_cursor(text: str, length: int) -> tuple[Any, ...] | Diagnostic:
    """The values of a cursor given out earlier, or what is wrong with it."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        values = None
    if not isinstance(values, list) or len(values) != length or not isinstance(values[-1], int):
        return Diagnostic("ASK_004", Place(path="after"))
    return tuple(values)
