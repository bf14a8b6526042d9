"""The filter bar of a list: a control that suits each field, and the filters in force in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal
from urllib.parse import quote

from shuyuan.engine import Entity, Face, face_of, named

from ..render.form import faces_of
from ..render.values import Choice, Filter, Link
from ..render.words import Lang
from .list_asked import Asked
from .page import Page

#: Longer lists of options are looked up.
UNFOLDED = 60

#: Controls of a list that declares none.
USUAL = 4

_ORDERED = ("date", "datetime", "number")


def filter_names(page: Page, asked: Asked) -> tuple[str, ...]:
    """The fields the list is filtered by: those of its view, else those whose values are few."""
    entity, view = asked.entity, asked.view
    names = view.filters if view else _usual(page, entity)
    return tuple(n for n in names if _open(page, entity, n))


def _usual(page: Page, entity: Entity) -> list[str]:
    faces = faces_of(page.version, entity.name).values()
    first = [f.name for f in faces if f.options and not f.several and len(f.options) <= UNFOLDED]
    unit = [n for n in entity.unit[:1] if n in faces_of(page.version, entity.name)]
    return list(dict.fromkeys([*unit, *first]))[:USUAL]


def _open(page: Page, entity: Entity, name: str) -> bool:
    """Whether the reader may filter by a field: it is shown to them in full in every record."""
    spec = entity.field(name)
    if spec is None or spec.sensitive:
        return False
    return page.work.access.along(page.actor, entity.name, (name,)) == "show"


async def controls(page: Page, asked: Asked) -> tuple[Filter, ...]:
    """The controls with what they are set to."""
    faces = faces_of(page.version, asked.entity.name)
    found: list[Filter] = []
    for name in filter_names(page, asked):
        found += await _controls(page, asked, faces[name])
    return tuple(found)


async def _controls(page: Page, asked: Asked, face: Face) -> list[Filter]:
    t, name, label = page.t, face.name, page.text(face.title)
    if face.shape == "link":
        value = asked.value(name)
        shown = await _record_label(page, face.target, value) if value else ""
        source = f"{asked.base}/options?filter=1&field={quote(name)}"
        return [Filter(name, label, "combobox", value, source=source, shown=shown)]
    if face.options or face.cell == "check":
        return [_choosing(asked, face, label, page.lang)]
    if face.cell in _ORDERED:
        kind: Literal["number", "date"] = "number" if face.cell == "number" else "date"
        return [
            Filter(f"{name}.gte", t("from_of", label=label), kind, asked.value(f"{name}.gte")),
            Filter(f"{name}.lte", t("until_of", label=label), kind, asked.value(f"{name}.lte")),
        ]
    operator = next((o for o in ("contains", "starts", "eq") if o in face.operators), "")
    key = name if operator == "eq" else f"{name}.{operator}"
    return [Filter(key, label, "text", asked.value(key))] if operator else []


def _choosing(asked: Asked, face: Face, label: str, lang: Lang) -> Filter:
    key = f"{face.name}.contains" if face.several else face.name
    value = asked.value(key)
    if len(face.options) > UNFOLDED:
        source = f"{asked.base}/options?filter=1&field={quote(face.name)}"
        return Filter(key, label, "combobox", value, source=source, shown=_said(face, value, lang))
    if face.options:
        choices = tuple(Choice(o.name, o.title.get(lang), o.name == value) for o in face.options)
    else:
        show = face.show(lang)
        choices = tuple(Choice(n, show(v), n == value) for n, v in (("true", True), ("false", False)))
    return Filter(key, label, "select", value, choices)


def _said(face: Face, value: str, lang: Lang) -> str:
    return next((o.title.get(lang) for o in face.options if o.name == value), value)


async def _record_label(page: Page, entity: str, value: str) -> str:
    if value == "me":
        return page.t("myself")
    ids = [int(v) for v in value.split(",") if v.isascii() and v.isdecimal() and len(v) < 16]
    found = await named(page.work, entity, ids)
    return "、".join(s.label for s in found) if page.lang == "zh" else ", ".join(s.label for s in found)


# ---------------------------------------------------------------- in words


async def chips(page: Page, asked: Asked) -> tuple[Link, ...]:
    """The filters in force, each with the address without it."""
    found = []
    for key, value in asked.filters:
        found.append(Link(await _in_words(page, asked, key, value), asked.url({key: ""})))
    return tuple(found)


async def _in_words(page: Page, asked: Asked, key: str, value: str) -> str:
    t = page.t
    path, operator = _split(page, asked.entity, key)
    face = _face_at(page, asked.entity, path)
    label = page.text(face.title) if face else ".".join(path)
    if operator == "empty":
        return t("is_empty", label=label) if value in ("true", "1", "yes") else t("is_filled", label=label)
    return _phrase(page.t, operator, label, await _value_in_words(page, face, value))


def _phrase(t: Callable[..., str], operator: str, label: str, value: str) -> str:
    said = {"label": label, "value": value}
    match operator:
        case "ne":
            return t("is_not", **said)
        case "lt":
            return t("is_less", **said)
        case "lte":
            return t("is_at_most", **said)
        case "gt":
            return t("is_more", **said)
        case "gte":
            return t("is_at_least", **said)
        case "between":
            return t("is_between", **said)
        case "contains":
            return t("has_in_it", **said)
        case "starts":
            return t("begins_with", **said)
        case "under":
            return t("is_under", **said)
    return t("is", **said)


#: What may stand behind the name of a field.
_OPERATORS = frozenset({"eq", "ne", "in", "lt", "lte", "gt", "gte", "between", "contains", "starts", "under", "empty"})


def _split(page: Page, entity: Entity, key: str) -> tuple[tuple[str, ...], str]:
    path = tuple(key.split("."))
    last = path[-1]
    if len(path) > 1 and last in _OPERATORS and _face_at(page, entity, path) is None:
        return path[:-1], last
    return path, "eq"


def _face_at(page: Page, entity: Entity, path: Iterable[str]) -> Face | None:
    model = page.version.model
    here: Entity | None = entity
    found: Face | None = None
    for name in path:
        spec = here.field(name) if here else None
        found = face_of(model, spec) if spec else None
        here = model.entities.get(found.target) if found else None
    return found


async def _value_in_words(page: Page, face: Face | None, value: str) -> str:
    if face is None:
        return value
    if face.shape == "link":
        return await _record_label(page, face.target, value) or page.t("not_yours")
    between = "、" if page.lang == "zh" else ", "
    if face.options:
        return between.join(_said(face, v.strip(), page.lang) for v in value.split(","))
    if face.cell == "check" and value in ("true", "false"):
        return face.show(page.lang)(value == "true")
    return value.replace(",", between)
