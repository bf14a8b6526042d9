"""How values go into a column and come out of it, for both databases: one encoder and one decoder per `Storage`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import cache
from typing import Any

import orjson

from ..model.storage import Storage
from .protocol import Dialect, Unfit

Coder = Callable[[Any], Any]

_INTEGER = range(-(2**31), 2**31)
_BIGINT = range(-(2**63), 2**63)
#: asyncpg takes these two moments for minus and plus infinity.
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
_JSON = orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z
_ESCAPED_NUL = "\\u0000"


def precision_of(storage: Storage) -> int:
    """Digits of a decimal column; SQLite keeps them in 64 bits, so 18 is what fits always."""
    return storage.precision or 18


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def json_text(value: Any) -> str:
    """JSON as it is stored. Raises Unfit for what has no JSON form and for NUL characters, which PostgreSQL refuses."""
    try:
        text = orjson.dumps(value, _plain, _JSON).decode()
    except TypeError as wrong:  # orjson raises it for lone surrogates and huge integers too
        raise Unfit(str(wrong)) from None
    if _ESCAPED_NUL in text and _holds_nul(orjson.loads(text)):
        raise Unfit("a NUL character inside JSON")
    return text


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(k) or _holds_nul(v) for k, v in value.items())
    return isinstance(value, list) and any(map(_holds_nul, value))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit(f"{type(value).__name__} is no text")
    if "\0" in value:
        raise Unfit("a NUL character inside a text")
    return value


def _within(bounds: range) -> Coder:
    def encode(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Unfit(f"{type(value).__name__} is no integer")
        if value not in bounds:
            raise Unfit(f"{value} is out of range")
        return value

    return encode


def _decimal(storage: Storage) -> Callable[[Any], Decimal]:
    step = Decimal(1).scaleb(-storage.scale)
    limit = Decimal(10) ** (precision_of(storage) - storage.scale)

    def encode(value: Any) -> Decimal:
        if isinstance(value, (bool, float)) or not isinstance(value, (Decimal, int)):
            raise Unfit(f"{type(value).__name__} is no decimal")
        try:
            exact = Decimal(value).quantize(step, context=_WIDE)
        except InvalidOperation:
            raise Unfit(f"{value} is out of range") from None
        if not exact.is_finite() or abs(exact) >= limit:
            raise Unfit(f"{value} is out of range")
        return exact

    return encode


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit(f"{type(value).__name__} is no boolean")
    return value


def _date(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Unfit(f"{type(value).__name__} is no date")
    return value


def _time(value: Any) -> time:
    if not isinstance(value, time) or value.tzinfo is not None:
        raise Unfit(f"{value!r} is no time of day")
    return value


def _timestamp(value: Any) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Unfit(f"{value!r} is no moment with a zone")
    try:
        moment = value.astimezone(UTC)
    except OverflowError:
        raise Unfit(f"{value!r} is out of range") from None
    if not _FIRST < moment < _LAST:
        raise Unfit(f"{value!r} is out of range")
    return moment


def timestamp_text(value: datetime) -> str:
    """A moment as SQLite keeps it: fixed width, so that text order is time order."""
    return _timestamp(value).isoformat(timespec="microseconds")[:-6] + "Z"


def _checked(storage: Storage) -> Coder:
    match storage.kind:
        case "text":
            return _text
        case "integer":
            return _within(_INTEGER)
        case "bigint":
            return _within(_BIGINT)
        case "decimal":
            return _decimal(storage)
        case "boolean":
            return _boolean
        case "date":
            return _date
        case "time":
            return _time
        case "timestamp":
            return _timestamp
        case "json":
            return json_text


@cache
def encoder(storage: Storage, dialect: Dialect) -> Coder:
    """From a value (never None) to what the driver is given. Raises Unfit for a value that does not belong there."""
    check = _checked(storage)
    if dialect == "postgres":
        return check
    match storage.kind:
        case "decimal":
            shift = storage.scale
            return lambda value: int(check(value).scaleb(shift, _WIDE))
        case "boolean":
            return lambda value: int(check(value))
        case "date" | "time":
            return lambda value: str(check(value).isoformat())
        case "timestamp":
            return timestamp_text
        case _:
            return check


@cache
def decoder(storage: Storage, dialect: Dialect) -> Coder | None:
    """From what the driver gives (never None) to the value; None when they are the same."""
    if storage.kind == "json":
        return orjson.loads
    if dialect == "postgres":
        return None
    match storage.kind:
        case "decimal":
            shift = -storage.scale
            return lambda value: Decimal(value).scaleb(shift, _WIDE)
        case "boolean":
            return bool
        case "date":
            return date.fromisoformat
        case "time":
            return time.fromisoformat
        case "timestamp":
            return datetime.fromisoformat
        case _:
            return None


Decode = Callable[[list[Any]], list[tuple[Any, ...]]]


def _tuples(rows: list[Any]) -> list[tuple[Any, ...]]:
    return list(map(tuple, rows))


def _same(rows: list[Any]) -> list[tuple[Any, ...]]:
    return rows


def rows_decoder(returns: Sequence[Storage], dialect: Dialect) -> Decode:
    """From the driver's rows to tuples of values; costs nothing per value where there is nothing to decode."""
    changed = [(place, found) for place, s in enumerate(returns) if (found := decoder(s, dialect))]
    if not changed:
        return _tuples if dialect == "postgres" else _same

    def decode(rows: list[Any]) -> list[tuple[Any, ...]]:
        done = []
        for row in rows:
            values = list(row)
            for place, change in changed:
                if (value := values[place]) is not None:
                    values[place] = change(value)
            done.append(tuple(values))
        return done

    return decode


def _ids(values: Any) -> str:
    return json_text(list(values))


def _unscaled(value: Decimal) -> Any:
    raise Unfit("a decimal needs its scale on SQLite: compare integers times 10**scale")


#: What SQLite is given for a free parameter, by the type of the value. Lists become JSON text, to be read by json_each.
_FREE: dict[type, Coder] = {
    str: _text,
    bool: int,
    Decimal: _unscaled,
    date: date.isoformat,
    time: time.isoformat,
    datetime: timestamp_text,
    list: _ids,
    tuple: _ids,
    set: _ids,
    frozenset: _ids,
    dict: json_text,
}


def free(value: Any) -> Any:
    """A parameter of a question as SQLite takes it, by the type of the value. PostgreSQL takes values as they are."""
    change = _FREE.get(type(value))
    return value if change is None else change(value)
