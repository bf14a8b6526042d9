"""Why something can or cannot be done: each rule that had a say, in words."""

from __future__ import annotations

from typing import get_args

from shuyuan.engine import Diagnostic, Entity, Operation, Refused, Text, why, words
from starlette.responses import Response

from ..render.page_values import Condition
from .page import Page, get

_OPERATIONS = frozenset(get_args(Operation))
_ENTITY = Text("实体", "entity")


async def show(page: Page) -> Response:
    """The rules about one operation, on a record or at large."""
    entity = _entity(page)
    operation = page.query.get("operation", "")
    if operation not in _OPERATIONS:
        raise Refused(Diagnostic("WEB_005", args={"value": operation[:80]}))
    number = page.query.get("id", "")
    record = int(number) if number.isascii() and number.isdecimal() and len(number) < 16 else None
    reasons = await why(page.work, entity.name, operation, record, page.query.get("field", ""))  # type: ignore[arg-type]
    conditions = []
    for reason in reasons:
        said = words(reason.said, page.lang)
        conditions.append(Condition(said.what, reason.effect == "gave", said.remedy))
    back = f"/r/{entity.name}" + (f"/{record}" if record else "")
    return page.show(
        "why.html",
        title=_title(page, operation, page.text(entity.title)),
        text="",
        conditions=tuple(conditions),
        back=back,
    )


def _entity(page: Page) -> Entity:
    name = page.query.get("entity", "")
    found = page.version.model.entities.get(name)
    if found is None:
        raise Refused(Diagnostic("ASK_009", args={"name": name[:80], "what": _ENTITY}))
    return found


def _title(page: Page, operation: str, name: str) -> str:
    t = page.t
    match operation:
        case "see":
            return t("why_see", name=name)
        case "create":
            return t("why_create", name=name)
        case "edit":
            return t("why_edit", name=name)
        case "delete":
            return t("why_delete", name=name)
        case "export":
            return t("why_export", name=name)
        case "import":
            return t("why_import", name=name)
    return t("why_reveal", name=name)


ROUTES = (get("/why", show),)
