"""What becomes of a value when its column changes its kind: the same on both databases, nothing rounded or cut."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from ..model.steps import CopyColumn
from ..model.storage import ColumnKind, Storage

#: From a value (never None) to the value of the other kind, None when there is none.
Convert = Callable[[Any], Any]

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", re.ASCII)
_DATE = re.compile(r"(\d{4})([-/.年])(\d{1,2})([-/.月])(\d{1,2})日?", re.ASCII)
_PLAIN_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(:\d{2}(\.\d{1,6})?)?", re.ASCII)
_YES = frozenset({"true", "yes", "y", "1", "是", "对", "有", "√", "✓"})
_NO = frozenset({"false", "no", "n", "0", "否", "错", "无", "×", "✗"})


def conversion(step: CopyColumn) -> Convert:
    """How the values of the step are converted."""
    if step.convert is not None:
        return step.convert
    source, target = step.source.storage, step.target.storage
    if step.mapping:
        return _mapped(step.mapping, source, target)
    zone = ZoneInfo(step.zone)
    if source.kind == "json" and target.kind != "json":
        return _from_json(target, zone)
    return _pair(source.kind, target, zone)


def is_copy(step: CopyColumn) -> bool:
    """Whether the values go over as they are, so that the database can do it alone."""
    if step.convert is not None or step.mapping:
        return False
    source, target = step.source.storage, step.target.storage
    return source == target or (source.kind, target.kind) == ("integer", "bigint")


def _pair(kind: ColumnKind, target: Storage, zone: tzinfo) -> Convert:
    if target.kind == "text":
        return _to_text(kind, zone)
    if kind == "text":
        return _from_text(target, zone)
    if target.kind == "json":
        as_text = _to_text(kind, zone)
        return (lambda value: value) if kind == "json" else lambda value: [as_text(value)]
    numbers = ("integer", "bigint", "decimal")
    if kind in numbers and target.kind in numbers:
        return _number_for(target)
    if kind in numbers and target.kind == "boolean":
        return lambda value: {0: False, 1: True}.get(value)
    if kind == "boolean" and target.kind in numbers:
        return lambda value: Decimal(value) if target.kind == "decimal" else int(value)
    if (kind, target.kind) == ("date", "timestamp"):
        return lambda value: _moment(value, time(), zone)
    if (kind, target.kind) == ("timestamp", "date"):
        return lambda value: value.astimezone(zone).date()
    if (kind, target.kind) == ("timestamp", "time"):
        return lambda value: value.astimezone(zone).time()
    return (lambda value: value) if kind == target.kind else lambda value: None


def _mapped(mapping: Mapping[str, str], source: Storage, target: Storage) -> Convert:
    """Options to options, one or a list of them; a list with an unknown option does not survive in part."""

    def convert(value: Any) -> Any:
        names = value if isinstance(value, list) else [value]
        found = [mapping.get(name) if isinstance(name, str) else None for name in names]
        if None in found or not found:
            return None
        unique = list(dict.fromkeys(found))
        if target.kind == "json":
            return unique
        return unique[0] if len(unique) == 1 else None

    return convert


def _from_json(target: Storage, zone: tzinfo) -> Convert:
    """A list of one is taken for what is in it; texts of a longer list are joined."""

    def convert(value: Any) -> Any:
        if isinstance(value, list) and len(value) > 1 and target.kind == "text":
            return "、".join(value) if all(isinstance(v, str) for v in value) else None
        one = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(one, bool):
            return _pair("boolean", target, zone)(one)
        if isinstance(one, int):
            return _pair("bigint", target, zone)(one)
        return _pair("text", target, zone)(one) if isinstance(one, str) else None

    return convert


def _to_text(kind: ColumnKind, zone: tzinfo) -> Convert:
    match kind:
        case "decimal":
            return lambda value: format(value, "f")
        case "boolean":
            return lambda value: "true" if value else "false"
        case "date":
            return date.isoformat
        case "time":
            return _clock
        case "timestamp":
            return lambda value: f"{(local := value.astimezone(zone)).date().isoformat()} {_clock(local.time())}"
        case _:
            return str


def _clock(value: time) -> str:
    return value.isoformat("minutes" if not value.second and not value.microsecond else "auto")


def _from_text(target: Storage, zone: tzinfo) -> Convert:
    inner: Convert
    match target.kind:
        case "text":
            return lambda value: value
        case "json":
            return lambda value: [value] if value else None
        case "integer" | "bigint" | "decimal":
            number = _number_for(target)

            def inner(text: str) -> Any:
                return number(Decimal(text.replace(",", ""))) if _NUMBER.fullmatch(text) else None
        case "boolean":

            def inner(text: str) -> Any:
                return True if text.lower() in _YES else False if text.lower() in _NO else None
        case "date":
            inner = _date
        case "time":
            inner = _time
        case "timestamp":

            def inner(text: str) -> Any:
                return _timestamp(text, zone)

    # Full-width digits and signs are what a Chinese keyboard gives.
    return lambda value: inner(unicodedata.normalize("NFKC", value).strip())


def _number_for(target: Storage) -> Convert:
    step = Decimal(1).scaleb(-target.scale)

    def convert(value: Any) -> Any:
        try:
            exact = Decimal(value)
            if target.kind == "decimal":
                return exact if exact == exact.quantize(step) else None
            return int(exact) if exact == exact.to_integral_value() else None
        except InvalidOperation:
            return None

    return convert


def _date(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    if found and (found[2] == found[4] or (found[2], found[4]) == ("年", "月")):
        parts = (found[1], found[3], found[5])
    elif plain := _PLAIN_DATE.fullmatch(text):
        parts = (plain[1], plain[2], plain[3])
    else:
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def _time(text: str) -> time | None:
    found = _TIME.fullmatch(text)
    try:
        return time.fromisoformat(text.rjust(5 + len(found[3] or ""), "0")) if found else None
    except ValueError:
        return None


def _timestamp(text: str, zone: tzinfo) -> datetime | None:
    if "T" in text or "+" in text or text.endswith("Z"):
        try:
            whole = datetime.fromisoformat(text)
        except ValueError:
            return None
        return whole.astimezone(UTC) if whole.tzinfo else _moment(whole.date(), whole.time(), zone)
    day_text, _, clock_text = text.partition(" ")
    day, clock = _date(day_text), _time(clock_text.strip()) if clock_text else time()
    return _moment(day, clock, zone) if day is not None and clock is not None else None


def _moment(day: date, clock: time, zone: tzinfo) -> datetime | None:
    try:
        return datetime.combine(day, clock, zone).astimezone(UTC)
    except OverflowError:
        return None
