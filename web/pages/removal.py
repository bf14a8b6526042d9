"""Deleting one record: asked first, refused while others need it, taken back with one press."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import quote

from shuyuan.engine import Conflict, Detail, Diagnostic, Refused, detail, remove
from starlette.responses import Response

from ..render.values import Button
from ..session import status_of
from .page import Page, get, post


async def ask(page: Page) -> Response:
    """Whether it is meant."""
    found = await detail(page.work, page.path("entity"), page.number("id"))
    if "delete" not in found.may:
        raise Refused(Diagnostic("WRITE_010", args={"label": found.record.label}))
    return _shown(page, found)


async def done(page: Page) -> Response:
    """Delete it, or say what stands against that."""
    entity, number = page.path("entity"), page.number("id")
    sent = await page.form()
    try:
        gone = await remove(page.work, entity, number, sent.number("version"), sent.text("once"))
    except Refused as refused:
        if status_of(refused) not in (409, 412, 422):
            raise
        return _shown(page, await detail(page.work, entity, number), refused)
    undo = f"/undo/{gone.change}?to={quote(f'/r/{entity}/{number}')}" if gone.change else ""
    return page.done(f"/r/{entity}", page.t("deleted_label", label=gone.label), undo=undo)


def _shown(page: Page, found: Detail, refused: Refused | None = None) -> Response:
    t, entity = page.t, found.record.entity
    moved = refused is not None and isinstance(refused.detail, Conflict | Mapping)
    return page.show(
        "ask.html",
        status_of(refused) if refused else 200,
        title=t("delete_ask", label=found.record.label),
        text=t("delete_says"),
        post=f"/r/{entity}/{found.record.id}/delete",
        problems=page.problems(refused) if refused else (),
        fields="",
        kept=(("version", str(found.record.version)),),
        buttons=() if refused and not moved else (Button(t("delete"), kind="danger", icon="delete"),),
        back=f"/r/{entity}/{found.record.id}",
        once=secrets.token_urlsafe(18),
    )


ROUTES = (get("/r/{entity}/{id:int}/delete", ask), post("/r/{entity}/{id:int}/delete", done))
