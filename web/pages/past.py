"""What happened to a record: who did what and when, each field with its old and new value, masked as on the record."""

from __future__ import annotations

from collections.abc import Sequence

from shuyuan.engine import Change, Entity, FieldChange, Masked, detail, face_of, history
from starlette.responses import Response

from ..render.safe import Markup
from ..render.values import Button, Link, Mark, Pager
from .list_asked import address
from .page import Page, get

#: Steps on one page, fields of a step that are written out, and letters of a value.
STEPS, FIELDS, LETTERS = 30, 8, 60


async def show(page: Page) -> Response:
    """The whole history, newest first."""
    entity, number = page.work.entity(page.path("entity")), page.number("id")
    found = await detail(page.work, entity.name, number)
    after = page.query.get("after", "")
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else 0
    changes = await history(page.work, entity.name, number, start, STEPS + 1)
    base = f"/r/{entity.name}/{number}"
    more = address(f"{base}/history", [("after", str(changes[STEPS - 1].id))]) if len(changes) > STEPS else ""
    return page.show(
        "history.html",
        title=page.t("history_of", label=found.record.label),
        crumbs=(Link(page.text(entity.plural or entity.title), f"/r/{entity.name}"), Link(found.record.label, base)),
        history=marks(page, entity, changes[:STEPS]),
        pager=Pager("", f"{base}/history" if start else "", more) if more or start else None,
        back=Button(page.t("back"), base),
    )


def marks(page: Page, entity: Entity, changes: Sequence[Change]) -> tuple[Mark, ...]:
    """The steps as a timeline."""
    return tuple(_mark(page, change) for change in changes)


def _mark(page: Page, change: Change) -> Mark:
    lines: list[str | Markup] = [_line(page, f) for f in change.fields[:FIELDS]] if change.op != "create" else []
    if (left := len(change.fields) - FIELDS) > 0 and lines:
        lines.append(page.t("more_fields", n=left))
    if origin := _origin(page, change.origin):
        lines.insert(0, origin)
    tone = "bad" if change.op == "delete" else "ok" if change.op in ("create", "restore") else "muted"
    return Mark(_what(page, change), tone, page.when(change.at), lines=tuple(lines))  # type: ignore[arg-type]


def _what(page: Page, change: Change) -> str:
    t, who = page.t, change.by.name or page.t("somebody")
    match change.op:
        case "create":
            return t("has_created", who=who)
        case "delete":
            return t("has_deleted", who=who)
        case "restore" | "undo":
            return t("has_restored", who=who)
    return t("has_changed", who=who, n=len(change.fields))


def _origin(page: Page, origin: str) -> str | Markup:
    """Where the change came from: an import, a bulk change, an approval."""
    kind, _, number = origin.partition(":")
    t = page.t
    match kind:
        case "case":
            return Markup('<a href="/cases/{}">{}</a>').format(number, t("by_approval"))
        case "import":
            return t("by_import")
        case "bulk":
            return t("by_bulk")
    return ""


def _line(page: Page, change: FieldChange) -> str:
    show = face_of(page.version.model, change.field).show(page.lang)

    def said(value: object) -> str:
        text = value.text if isinstance(value, Masked) else show(value) if value not in (None, ()) else ""
        return (f"{text[:LETTERS]}…" if len(text) > LETTERS else text) or "—"

    between = "：" if page.lang == "zh" else ": "
    return f"{page.text(change.field.title)}{between}{said(change.before)} → {said(change.after)}"


ROUTES = (get("/r/{entity}/{id:int}/history", show, asks=True),)
