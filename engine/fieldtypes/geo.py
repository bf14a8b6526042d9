"""A point on the earth."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from ..diagnostics import Place
from ..model import Field, Model, Storage, Text
from .base import Caster, FieldType, Given, Made, column_of, problem
from .clean import clip, reading
from .keys import RULES
from .text import starred

_UNIT = Decimal("0.000001")
_POINT = re.compile(r"(-?\d{1,3}(?:\.\d{1,15})?)\s*[, ]\s*(-?\d{1,3}(?:\.\d{1,15})?)", re.ASCII)


def _degrees(raw: Any, most: int) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal) or not -most <= raw <= most:
        return None
    return (Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)).quantize(_UNIT, ROUND_HALF_UP)


def _caster(spec: Field, model: Model) -> Caster:
    title = spec.title

    def point(raw: Any, lat: object, lng: object, place: Place) -> Made:
        north, east = _degrees(lat, 90), _degrees(lng, 180)
        if north is None or east is None:
            return problem("REC_055", place, field=title, typed=clip(raw))
        return {"lat": north, "lng": east}, ()

    def read(text: str, place: Place, given: Given) -> Made:
        found = _POINT.fullmatch(text)
        if not found:
            return problem("REC_055", place, field=title, typed=clip(text))
        return point(text, Decimal(found[1]), Decimal(found[2]), place)

    def other(raw: object, place: Place, given: Given) -> Made | None:
        if not isinstance(raw, Mapping):
            return None
        lat, lng = raw.get("lat"), raw.get("lng")
        return read(f"{lat},{lng}", place, given) if isinstance(lat, str) else point("…", lat, lng, place)

    return reading(spec, read, other)


def _numbers(value: Any) -> dict[str, float]:
    return {"lat": float(value["lat"]), "lng": float(value["lng"])}


def _decimals(stored: Any) -> dict[str, Decimal]:
    return {k: Decimal(str(stored[k])).quantize(_UNIT) for k in ("lat", "lng")}


def _show(spec: Field, model: Model, lang: str) -> Callable[[Any], str]:
    return lambda value: f"{value['lat']}, {value['lng']}" if value else ""


def _sample(spec: Field, model: Model, rng: Random) -> dict[str, Decimal]:
    north, east = rng.randint(18_000_000, 53_000_000), rng.randint(74_000_000, 134_000_000)
    return {"lat": Decimal(north).scaleb(-6), "lng": Decimal(east).scaleb(-6)}


def _schema(spec: Field, model: Model) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "lat": {"type": "number", "minimum": -90, "maximum": 90},
            "lng": {"type": "number", "minimum": -180, "maximum": 180},
        },
        "required": ["lat", "lng"],
        "additionalProperties": False,
    }


GEO = FieldType(
    name="geo",
    title=Text("位置", "Place on the map"),
    help=Text("WGS 84 纬度和经度，六位小数。", "WGS 84 latitude and longitude with six decimals."),
    feel="context",
    keys=RULES,
    column=lambda spec: column_of(spec, Storage("json")),
    caster=_caster,
    schema=_schema,
    to_json=_numbers,
    from_json=_decimals,
    to_stored=_numbers,
    from_stored=_decimals,
    show=_show,
    typed=lambda spec, model: lambda value: f"{value['lat']}, {value['lng']}",
    sample=_sample,
    mask=starred,
    widget="geo",
    operators=("empty",),
    convert_from=("text",),
)

TYPES = (GEO,)
