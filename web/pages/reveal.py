"""Showing a masked value in full for a while: only for a stated purpose, and never without a trace."""

from __future__ import annotations

from typing import Any

from shuyuan.engine import Detail, Diagnostic, Entity, Face, Place, Refused, detail, reveal
from starlette.responses import Response

from ..render.form import faces_of
from ..render.values import Choice
from ..session import status_of
from .page import Page, get, post

#: Seconds a value stays readable.
SECONDS = 30


async def ask(page: Page) -> Response:
    """What it is needed for."""
    entity, face, column, found = await _about(page)
    return _shown(page, entity, face, column, found)


async def show(page: Page) -> Response:
    """The value, once it is on record who saw it and what for."""
    entity, face, column, found = await _about(page)
    sent = await page.form()
    purpose = sent.text("other") or sent.text("purpose")
    try:
        value = await reveal(page.work, entity.name, found.record.id, face.name, purpose)
    except Refused as refused:
        if any(d.place.path == "purpose" for d in refused.diagnostics):
            return _shown(page, entity, face, column, found, refused)
        raise
    shown = column or face
    return _shown(page, entity, face, column, found, value=shown.show(page.lang)(_cell(page, column, value)) or "—")


async def _about(page: Page) -> tuple[Entity, Face, Face | None, Detail]:
    """The record, its field, and the column of a sub-table that is meant."""
    entity = page.work.entity(page.path("entity"))
    parts = page.query.get("field", "").split("/")
    face = faces_of(page.version, entity.name).get(parts[0])
    if face is None:
        name = parts[0][:80]
        raise Refused(Diagnostic("ASK_001", Place(path=name), {"name": name, "entity": entity.title, "near": ""}))
    column = next((c for c in face.columns if c.name == parts[-1]), None) if len(parts) == 3 else None
    return entity, face, column, await detail(page.work, entity.name, page.number("id"))


def _cell(page: Page, column: Face | None, value: Any) -> Any:
    """The cell that is meant of a sub-table, else the value itself."""
    if column is None:
        return value
    row = page.query.get("field", "").split("/")[1]
    return next((r.get(column.name) for r in value or () if str(r.get("id")) == row), None)


def _shown(
    page: Page,
    entity: Entity,
    face: Face,
    column: Face | None,
    found: Detail,
    refused: Refused | None = None,
    value: str = "",
) -> Response:
    t = page.t
    purposes = (t("purpose_check"), t("purpose_contact"), t("purpose_report"), t("purpose_help_person"))
    label = page.text((column or face).title)
    return page.show(
        "reveal.html",
        status_of(refused) if refused else 200,
        label=f"{found.record.label} · {label}",
        post=page.here,
        purposes=tuple(Choice(p, p) for p in purposes),
        problems=page.problems(refused) if refused else (),
        value=value,
        seconds=SECONDS,
        left="",
        back=f"/r/{entity.name}/{found.record.id}",
    )


ROUTES = (get("/r/{entity}/{id:int}/reveal", ask), post("/r/{entity}/{id:int}/reveal", show))
