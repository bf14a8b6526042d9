"""What a combobox is answered with: records a link may lead to, codes of a list, values to filter a list by."""

from __future__ import annotations

from typing import Any

from shuyuan.engine import Ask, Diagnostic, Entity, Face, Refused, detail, listing, lookup, options_for
from starlette.responses import Response

from ..render.form import faces_of
from ..render.values import Choice
from .page import Page, get

#: Options given at once.
MOST = 20


async def show(page: Page) -> Response:
    """The options for what is typed."""
    entity = page.work.entity(page.path("entity"))
    path = page.query.get("field", "")
    face = _face(page, entity, path)
    if face is None:
        raise Refused(Diagnostic("ASK_001", args={"name": path[:80], "entity": entity.title, "near": ""}))
    typed = page.query.get("q", "")[:200]
    choices = await _choices(page, entity, path.replace("/", "."), face, typed)
    return page.partial("partials/options.html", id=_list_id(page), choices=choices, hrefs=False)


def _face(page: Page, entity: Entity, path: str) -> Face | None:
    """The face of a field, or of a column of a sub-table."""
    name, _, column = path.replace(".", "/").partition("/")
    face = faces_of(page.version, entity.name).get(name)
    if face is None or not column:
        return face
    return next((c for c in face.columns if c.name == column), None)


def _list_id(page: Page) -> str:
    """The id of the list that the options go into; they are numbered by it."""
    found = page.query.get("id", "")[:200]
    return found if found.replace("-", "").replace("_", "").replace(".", "").isalnum() else "o"


async def _choices(page: Page, entity: Entity, path: str, face: Face, typed: str) -> tuple[Choice, ...]:
    filtering = "filter" in page.query
    if face.options:
        day = None if filtering else page.work.now.at.astimezone(page.work.zone).date()
        found = options_for(page.version, face, typed, day, MOST)
        return tuple(Choice(o.name, o.title.get(page.lang) or o.name, soft=o.name if face.codes else "") for o in found)
    if face.shape != "link":
        return ()
    if filtering:
        return await _any(page, face.target, typed)
    refs = await lookup(page.work, entity.name, path, typed, await _so_far(page, entity), MOST)
    return tuple(Choice(str(ref.id), ref.label or f"#{ref.id}") for ref in refs)


async def _any(page: Page, target: str, typed: str) -> tuple[Choice, ...]:
    """Every record somebody sees, whatever may be chosen on a form."""
    if page.work.product(target, "see").nothing:
        return ()
    found = await listing(page.work, Ask(target, columns=(("id",),), q=typed, limit=MOST))
    return tuple(Choice(str(line.id), line.label) for line in found.lines)


async def _so_far(page: Page, entity: Entity) -> dict[str, Any]:
    """The record so far: what is stored, and over it the answers that the choice depends on."""
    values: dict[str, Any] = {}
    number = page.query.get("record", "")
    if number.isascii() and number.isdecimal() and len(number) < 16:
        found = (await detail(page.work, entity.name, int(number))).record
        values = {**found.values, "unit": found.unit}
    for key, value in page.query.multi_items():
        if key.startswith("with."):
            values[key.removeprefix("with.")] = value
    return values


ROUTES = (get("/r/{entity}/options", show),)
